// SPDX-License-Identifier: Apache-2.0
/* What the files of the text engine share and nobody else sees: its tables and its steps. */
#ifndef RENDER_TEXT_INNER_H
#define RENDER_TEXT_INNER_H

#include "render/text_para.h"

#include <unicode/ubidi.h>
#include <unicode/ubrk.h>

#define TEXT_FONTS_MAX 80
#define TEXT_BREAKERS_MAX 8
#define TEXT_FORMATS_MAX 16
#define TEXT_INKS_COUNT 4096

enum text_class {
	TEXT_SANS,
	TEXT_SERIF,
	TEXT_MONO,
};

/* Which national forms of Han a font draws. */
enum text_region {
	TEXT_REGION_NONE,
	TEXT_REGION_SC,
	TEXT_REGION_TC,
	TEXT_REGION_JP,
	TEXT_REGION_KR,
	TEXT_REGION_COUNT,
};

struct text_face {
	struct wire_font info; /* strings in the engine's arena */
	FT_Face ft;
	hb_face_t *hb_face;
	hb_font_t *hb_font;
	double upem;
	double ascent; /* em, above the baseline */
	double descent; /* em, below the baseline, positive */
	double top; /* em, highest ink of any glyph by the font's own word, within reason */
	double bottom;
	uint8_t class; /* enum text_class */
	uint8_t region; /* enum text_region */
};

/* Kept per locale, as opening one reads rules and dictionaries. */
struct text_breaker {
	char locale[40];
	UBreakIterator *lines;
};

/* An open ICU formatter: UDateFormat or UNumberFormat by its kind. */
struct text_formatter {
	char locale[40];
	uint8_t kind; /* enum text_filter of text_format.c */
	void *icu;
};

/* Extents of a glyph in em, y upwards; key 0: empty place. */
struct text_ink {
	uint64_t key;
	float x0, y0, x1, y1;
};

struct text_engine {
	struct arena *arena;
	FT_Library library;
	struct FT_MemoryRec_ memory;
	struct text_face faces[TEXT_FONTS_MAX];
	size_t count;
	/* Per region wanted and style's own font: every font, best stand-in first. */
	uint8_t order[TEXT_REGION_COUNT][TEXT_FONTS_MAX][TEXT_FONTS_MAX];
	hb_buffer_t *buffer;
	UBiDi *bidi;
	UBreakIterator *graphemes;
	struct text_breaker breakers[TEXT_BREAKERS_MAX];
	size_t breaker_next;
	struct text_formatter formatters[TEXT_FORMATS_MAX];
	size_t formatter_next;
	struct text_ink inks[TEXT_INKS_COUNT];
};

/* Fills the problem (column by part) and err; always RC_INPUT. */
enum rc text_problem_set(struct text_para *p, const struct text_part *part, const char *code,
	struct err *err, const char *fmt, ...) PRINTF_LIKE(5, 6);
/* text-overflow of the first field; names the text too, for others may show the same column. */
enum rc text_problem_overflow(struct text_para *p, struct str why, struct err *err);

/* ---- text_value.c: parts and values to one text with a language and a style per character ---- */
enum rc text_value_bind(struct text_para *p, struct err *err) MUST_CHECK;

/* ---- text_format.c ---- */
/* Applies a part's filter to value. value-invalid when it does not apply. */
enum rc text_format_apply(struct text_para *p, const struct text_part *part, struct str value,
	struct str *out, struct err *err) MUST_CHECK;
/* BCP 47 to an ICU locale id; "en" when it is not one. */
void text_format_locale(struct str lang, char out[40]);
void text_format_close(struct text_engine *e);

/* ---- text_item.c: bidi levels, scripts, grapheme clusters ---- */
enum rc text_item_analyse(struct text_para *p, struct err *err) MUST_CHECK;
/* Marks TEXT_CHAR_BREAK. Only wrapping needs it. */
enum rc text_item_mark_breaks(struct text_para *p, struct err *err) MUST_CHECK;

/* ---- text_fallback.c: a font for each cluster ---- */
void text_fallback_rank(struct text_engine *e);
enum rc text_fallback_choose(struct text_para *p, struct err *err) MUST_CHECK;
/* The region that a language or a font family's name asks for. */
enum text_region text_fallback_region(struct str lang);

/* ---- text_shape.c ---- */
/* Shapes characters [from, to) as one line. glyph-missing when a font has no answer after all. */
enum rc text_shape_line(struct text_para *p, uint32_t from, uint32_t to, struct text_line *out,
	struct err *err) MUST_CHECK;
/* Extra advance after a glyph's cluster, own coordinates; 0 in cursive scripts. */
double text_shape_spacing(const struct text_para *p, const struct text_item *item);
/* True when the glyph at index i of an item is the last of its grapheme cluster. */
bool text_shape_ends_cluster(const struct text_para *p, const struct text_item *item, uint32_t i);

/* ---- text_fit.c ---- */
enum rc text_fit_lines(struct text_para *p, struct text_fit *out, struct err *err) MUST_CHECK;

/* ---- text_place.c ---- */
/* Own coordinates: what the object may cover, and what its glyphs do cover. */
struct text_extent {
	double x0, y0, x1, y1;
};
/* Runs with positions; *ink holds ink and advances in own coordinates. */
void text_place_lines(
	struct text_para *p, struct text_fit *fit, struct text_block *out, struct text_extent *ink);
/* Maps an extent to the page. */
struct text_extent text_place_on_page(const struct design_matrix *m, const struct text_extent *own);
/* Room of an object, own coordinates. */
struct text_extent text_place_room(
	const struct text_engine *e, const struct compiled *c, const struct design_text *t);

/* ---- text_font.c ---- */
enum rc text_font_open(struct text_engine *e, const struct wire_font *fonts,
	const struct bytes *files, struct err *err) MUST_CHECK;
void text_font_close(struct text_engine *e);
/* The next font that a CSS family list names, from *at on, which starts at 0. SIZE_MAX at the end. */
size_t text_font_next(const struct text_engine *e, const struct design_style *style, size_t *at);
/* Extents of a glyph, em; all zero for a glyph without ink. */
const struct text_ink *text_font_ink(struct text_engine *e, uint8_t font, uint32_t glyph);

#endif
