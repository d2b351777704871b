// SPDX-License-Identifier: Apache-2.0
/* The paragraph that one call of text_lay_out carries from values to runs. Inside the text engine only. */
#ifndef RENDER_TEXT_PARA_H
#define RENDER_TEXT_PARA_H

#include "render/text.h"

/* Characters of one text object after its values are in; more cannot be meant for a certificate. */
#define TEXT_CHARS_MAX 10000
/* Arena bytes that one character can cost on its way through (twice shaped, once placed). */
#define TEXT_CHAR_COST 512

enum {
	TEXT_CHAR_STARTS = 1, /* begins a grapheme cluster */
	TEXT_CHAR_SPACE = 2, /* white space: hangs at a line's end */
	TEXT_CHAR_IGNORED = 4, /* default ignorable: needs no glyph */
	TEXT_CHAR_BREAK = 8, /* a line may begin here */
};

struct text_char {
	uint32_t byte; /* place in the paragraph's text */
	uint16_t part;
	uint16_t script; /* UScriptCode, resolved */
	uint8_t level; /* of bidi */
	uint8_t font;
	uint8_t flags;
};

/* A part with what binding found out. */
struct text_part {
	const struct design_part *source;
	const struct design_style *style;
	struct str lang;
	hb_language_t hb_lang;
	uint8_t font; /* the style's own */
	uint8_t region; /* enum text_region its language asks for */
	bool rtl; /* a value with right-to-left letters: isolated from its surroundings */
};

struct text_para {
	struct text_engine *e;
	const struct compiled *c;
	const struct design_text *t;
	const struct text_values *values;
	struct arena *a;
	struct text_problem *problem;
	struct text_part *parts;
	struct str text;
	struct str lang;
	const uint32_t *cps; /* count code points */
	struct text_char *chars; /* count + 1: the last one carries the text's end */
	uint32_t count;
	uint32_t cp_max;
	uint8_t base_level;
	double size; /* of the largest style */
};

/* As HarfBuzz gives it, font units, y upwards. */
struct text_shaped {
	uint32_t glyph;
	uint32_t cluster; /* character */
	int32_t advance;
	int32_t x;
	int32_t y;
};

/* Characters of one line that are shaped together. */
struct text_item {
	uint32_t from, to; /* characters */
	uint32_t glyph_count;
	struct text_shaped *glyphs;
	struct text_glyph *placed; /* room for as many */
	uint16_t part;
	uint16_t script;
	uint8_t level;
	uint8_t font;
};

struct text_line {
	struct text_item *items; /* in visual order */
	size_t item_count;
	uint32_t from, to;
	double width; /* own coordinates at scale 1, without the spaces that hang at its end */
	double hang; /* those spaces */
};

/* What fitting decided. */
struct text_fit {
	struct text_line *lines;
	size_t line_count;
	double scale;
	struct text_run *runs; /* NULL until placed */
};

#endif
