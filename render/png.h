// SPDX-License-Identifier: Apache-2.0
/*
 * PNG that pays only for what changed: rows that no field can touch are compressed once, at compile
 * time; the others go out in groups of 8 rows with trained Huffman codes, in which only cells that were
 * drawn on get fresh bits (png_cells.h).
 */
#ifndef RENDER_PNG_H
#define RENDER_PNG_H

#include "render/raster.h"

#define PNG_BAND_ROWS 8
/* Bytes behind the last row that may be read, whatever they are. */
#define PNG_ROWS_SPARE 8

/*
 * Compile: bands of the rows marked fixed (one byte per row, 1 = no field touches it), in whole groups
 * of PNG_BAND_ROWS rows, as hard as out->tier says; the other groups one by one, for recipients who
 * leave them as they are. Fills out->bands and out->spares, which live in a. LIMIT when sections are full.
 */
enum rc png_pack_fixed(struct arena *a, const struct raster *base, const uint8_t *fixed_rows,
	struct buf *sections, struct compiled *out, struct err *err) MUST_CHECK;
/*
 * Compile, after png_pack_fixed: trains a Huffman code for every group of out->spares on sample pictures, whose last row
 * has PNG_ROWS_SPARE bytes behind it; fills out->codes.
 */
void png_train(const struct raster *const *samples, size_t count, struct buf *sections,
	struct compiled *out);
/* Compile: a whole ordinary PNG (pass images): RGBA or RGB rows, no filter bytes. */
enum rc png_write_plain(const uint8_t *pixels, uint32_t width, uint32_t height, uint32_t channels,
	uint16_t dpi, struct buf *out, struct err *err) MUST_CHECK;

struct png_writer;
/* One per worker; borrows c and blob. INPUT when the template's codes are none, or too few. */
enum rc png_writer_new(const struct compiled *c, struct bytes blob, struct png_writer **out,
	struct err *err) MUST_CHECK;
void png_writer_free(struct png_writer **w);
/* Tells of something drawn into box of the next picture. Once one is told, all must be: other pixels are taken to be the base's. */
void png_mark(struct png_writer *w, const struct raster_rect *box);
/* What was written so far was like nothing that comes: pictures have something in common from the next on. */
void png_forget(struct png_writer *w);
/*
 * The picture as pieces. Groups that are as in the base are not written again; the last row of r has
 * PNG_ROWS_SPARE bytes behind it. COMPILED pieces of the blob and RESULT pieces appended to result (result_offset
 * is the place of result's first byte in the descriptor). LIMIT when result is full. badge: baked as iTXt "openbadgecredential" (Open Badges 3.0, 5.3.2.1)
 * before the first IDAT; empty: none.
 */
enum rc png_write(struct png_writer *w, const struct raster *r, struct bytes badge,
	struct buf *result, uint64_t result_offset, struct arena *a, struct wire_artifact *out,
	struct err *err) MUST_CHECK;

#endif
