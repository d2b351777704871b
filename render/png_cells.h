// SPDX-License-Identifier: Apache-2.0
/*
 * Groups of rows compressed by what is new. A row is cut into cells; the bits of a cell follow from its
 * pixels, the pixel to its left and the cell above it, and from nothing else. So bits that were made
 * for one picture are right in every picture that has the same there, and what comes out depends on
 * the picture alone, whatever was drawn before.
 */
#ifndef RENDER_PNG_CELLS_H
#define RENDER_PNG_CELLS_H

#include "render/png.h"
#include "render/png_code.h"

/* Cells of a row at most: a bit of a word is a cell. */
#define PNG_CELLS_MAX 64

/* How rows are cut. */
struct png_grid {
	size_t stride;
	uint32_t cell_len; /* bytes, whole pixels */
	uint32_t cell_count;
};

struct png_grid png_cells_grid(uint32_t width);

/* A group in the base and in a picture: count rows without filters each. */
struct png_cells_rows {
	const uint8_t *base;
	const uint8_t *drawn; /* PNG_ROWS_SPARE bytes follow */
	uint32_t count; /* <= PNG_BAND_ROWS */
	/* Columns of drawn outside [x0, x1) are as in the base. */
	uint32_t x0;
	uint32_t x1;
};

/* True when drawn is as the base is. */
bool png_cells_is_base(const struct png_grid *g, const struct png_cells_rows *rows);

/* What pictures have in common on a group, and its bits. */
struct png_cells;
struct png_cells *png_cells_new(const struct png_grid *g);
void png_cells_free(struct png_cells **c);
/* As it was when it was new. */
void png_cells_forget(struct png_cells *c);
/* Bytes it holds at most, not counting bits. */
size_t png_cells_len(const struct png_grid *g);

/* Bytes that png_cells_put() may write to. */
size_t png_cells_room(const struct png_grid *g, uint32_t count);
/*
 * The group as a deflate run that ends on a byte. Returns its length; *adler is of the picture's rows. c is always
 * given the same group, code and base.
 */
size_t png_cells_put(const struct png_grid *g, const struct png_code *code, struct png_cells *c,
	const struct png_cells_rows *rows, uint8_t *out, uint32_t *adler);
/* Adds the symbols that png_cells_put() writes for count rows. PNG_ROWS_SPARE bytes follow them. */
void png_cells_count(
	const struct png_grid *g, const uint8_t *rows, uint32_t count, struct png_counts *counts);

#endif
