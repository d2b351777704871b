// SPDX-License-Identifier: Apache-2.0
/* Chunks of a PNG (W3C PNG, 5.3), its head, and which rows go out together. */
#ifndef RENDER_PNG_CHUNK_H
#define RENDER_PNG_CHUNK_H

#include "base/buf.h"

/* Begins a chunk; returns where it lies, for png_chunk_close. type: four letters. */
size_t png_chunk_open(struct buf *out, const char *type);
/* Fills in length and CRC of the chunk that ends at the end of out. */
void png_chunk_close(struct buf *out, size_t at);
void png_chunk_put(struct buf *out, const char *type, struct bytes content);

/* What every picture of ours begins with. channels: 3 RGB, 4 RGBA; 8 bits. */
void png_chunk_put_head(
	struct buf *out, uint32_t width, uint32_t height, uint32_t channels, uint16_t dpi);
/* CMF and FLG of a zlib stream with a 32 KiB window (RFC 1950, 2.2). */
#define PNG_ZLIB_HEAD "\x78\x01"
#define PNG_ZLIB_HEAD_LEN 2

/* True when no row of the group of PNG_BAND_ROWS rows that begins at row is touched. */
bool png_chunk_group_is_fixed(const uint8_t *fixed_rows, uint32_t height, uint32_t row);

#endif
