// SPDX-License-Identifier: Apache-2.0
/* The cleaned artwork, drawn by librsvg: to pixels, and to a one-page PDF. */
#ifndef RENDER_COMPILE_ART_H
#define RENDER_COMPILE_ART_H

#include "base/buf.h"
#include "render/compile_note.h"
#include "render/raster.h"

struct compile_art;

/* CSS pixels to points: 1/96 to 1/72 inch. */
#define COMPILE_ART_PT_PER_PX 0.75

/*
 * width, height: page in CSS pixels. svg is copied. Text that extraction left in the artwork is
 * not drawn, with a note. INPUT when librsvg cannot read it.
 */
enum rc compile_art_open(struct bytes svg, double width, double height, struct compile_notes *notes,
	struct compile_art **out, struct err *err) MUST_CHECK;
void compile_art_free(struct compile_art **art);

/* Fills rows of r (filter byte 0) with the page on white at r->scale. */
enum rc compile_art_draw(struct compile_art *art, struct raster *r, struct err *err) MUST_CHECK;
/*
 * The same without a ground: width * height pixels of red, green, blue (premultiplied) and alpha, for
 * the layers after the lowest. r gives size and scale; its rows are not touched.
 */
enum rc compile_art_draw_clear(
	struct compile_art *art, const struct raster *r, uint8_t *rgba, struct err *err) MUST_CHECK;
/* How many times larger than the page the PDF should be drawn: filters and masks become pixels there. */
double compile_art_pdf_scale(const struct compile_art *art);
/* Appends a PDF of one page, scale times as large as the artwork's. */
enum rc compile_art_pdf(
	struct compile_art *art, double scale, struct buf *out, struct err *err) MUST_CHECK;

#endif
