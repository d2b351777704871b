// SPDX-License-Identifier: Apache-2.0
/*
 * The text engine: a text object and a recipient's values to positioned glyphs. ICU for bidi, line
 * breaks and values, our own fallback over the pinned fonts, HarfBuzz for shaping. The same blocks go
 * to the picture and to the PDF. Runs in: compile (static text), render (everything).
 */
#ifndef RENDER_TEXT_H
#define RENDER_TEXT_H

#include "base/arena.h"
#include "ipc/wire_render.h"
#include "templates/compiled.h"

#include <ft2build.h>
#include FT_FREETYPE_H
#include <hb.h>

struct text_engine;

/*
 * files[i] is fonts[i]'s whole file, borrowed for the engine's life. INPUT names a font that does not
 * load. ICU's defaults (locale "en", UTC, no files) are set for the whole process.
 */
enum rc text_engine_new(const struct wire_font *fonts, const struct bytes *files, size_t count,
	struct text_engine **out, struct err *err) MUST_CHECK;
void text_engine_free(struct text_engine **e);
size_t text_font_count(const struct text_engine *e);
FT_Face text_font_ft(struct text_engine *e, uint16_t font);
hb_face_t *text_font_hb_face(struct text_engine *e, uint16_t font);
/* Scaled to the face's units per em. */
hb_font_t *text_font_hb(struct text_engine *e, uint16_t font);
const struct wire_font *text_font_info(const struct text_engine *e, uint16_t font);
/* The best match for a CSS family list, weight and slant; the first serif or sans of the list otherwise. */
uint16_t text_font_find(
	const struct text_engine *e, struct str families, uint16_t weight, bool italic);

/* x, y: origin of the glyph in the text object's own coordinates (y downwards). cluster: byte in run.text. */
struct text_glyph {
	uint32_t glyph;
	uint32_t cluster;
	double x;
	double y;
	double advance;
};

/* Glyphs of one font, size, colour and direction, in visual order from left to right. */
struct text_run {
	uint16_t font;
	bool rtl;
	bool reorders; /* script whose glyph order differs from the text's (Indic, Khmer, ...): wants ActualText */
	uint32_t fill; /* 0xRRGGBBAA */
	struct design_outline outline;
	double size; /* own coordinates */
	struct str text; /* logical text of the run */
	struct str lang;
	const struct text_glyph *glyphs;
	size_t glyph_count;
};

struct text_block {
	const struct design_text *source;
	struct str text; /* whole logical text, parts joined */
	struct str lang; /* BCP 47, never empty */
	double scale; /* 1, or what shrinking made of it */
	uint32_t line_count;
	const struct text_run *runs; /* in visual order, line by line */
	size_t run_count;
	double x0, y0, x1, y1; /* ink and advance bounds on the page, CSS pixels */
};

/* Why a row cannot be drawn; all in a. */
struct text_problem {
	struct str column; /* the placeholder */
	struct str code; /* glyph-missing, text-overflow, value-missing, value-invalid */
	struct str message; /* names the character and its code point, the field, by how much */
};

/* Values by name; NULL text: absent. lang: the row's language, may be empty. */
struct text_values {
	const struct wire_value *items;
	size_t count;
	struct str lang;
};

/*
 * Lays one text object out: as it is, else smaller, else on more lines. START stays at x and goes
 * down, MIDDLE (balanced) and END keep their middle; START and END change sides in objects that say
 * rtl themselves. Filters: date[:full|long|medium|short|iso], number, percent ("93" is 93 %), list[:or]
 * ("a; b; c" is "a, b, and c"). An
 * object that shows only absent values has no runs; without a name it is a problem. INPUT with
 * *problem filled when a glyph is missing, a value is absent, a filter does not apply, or the text
 * does not fit by the object's rule; LIMIT when a has too little room (about 512 bytes a character).
 * *out lives in a and borrows from c. Deterministic: time zone, locale and environment play no part.
 */
enum rc text_lay_out(struct text_engine *e, const struct compiled *c, const struct design_text *t,
	const struct text_values *values, struct arena *a, struct text_block *out,
	struct text_problem *problem, struct err *err) MUST_CHECK;

/*
 * Room that the object can ever cover on the page, CSS pixels: what the picture must redraw. What
 * text_lay_out gives for an object with fields never leaves it, in a picture of 96 dpi or more.
 */
void text_bounds(struct text_engine *e, const struct compiled *c, const struct design_text *t,
	double *x0, double *y0, double *x1, double *y1);

#endif
