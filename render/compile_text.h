// SPDX-License-Identifier: Apache-2.0
/*
 * The design's text at compile time: the manifest's rules of fitting, fonts of the styles, text that
 * is the same for everyone, and which rows of the picture the rest can touch.
 */
#ifndef RENDER_COMPILE_TEXT_H
#define RENDER_COMPILE_TEXT_H

#include "render/compile_note.h"
#include "render/raster.h"

/* What drawing text needs; all borrowed. c->design and c->style_fonts are in place. */
struct compile_text {
	struct text_engine *engine;
	struct raster_cache *cache;
	const struct compiled *c;
	struct compile_notes *notes;
};

/* Applies each rule to the texts that show its field; a rule for a field that no text shows is noted. */
void compile_text_apply_layout(
	struct design *d, const struct wire_compile_open *options, struct compile_notes *notes);
/* One font of the engine's for every style of c->design; the list lives in a. */
void compile_text_find_fonts(struct arena *a, const struct text_engine *e, struct compiled *c);
/*
 * Draws the static texts of a layer onto r. INPUT names the text and the character when a glyph is missing. A
 * text wider than its box is drawn all the same, with a note: its box in the design grows.
 */
enum rc compile_text_bake(const struct compile_text *t, struct design *d, uint32_t layer,
	struct raster *r, struct err *err) MUST_CHECK;
/* True when a layer has static text. */
bool compile_text_has_static(const struct design *d, uint32_t layer);
/* Pixels that a text with fields, or a code, can ever cover, and one more on every side. */
struct raster_rect compile_text_reach(
	const struct compile_text *t, const struct raster *r, const struct design_text *text);
struct raster_rect compile_text_reach_of_qr(const struct raster *r, const struct design_qr *qr);
/* fixed_rows: one byte per row of r, 1 where no field and no QR code can ever draw. */
void compile_text_mark_rows(
	const struct compile_text *t, const struct raster *r, uint8_t *fixed_rows);

#endif
