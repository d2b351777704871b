// SPDX-License-Identifier: Apache-2.0
/* A whole ordinary PNG: the pass's images. Runs in: compile. */
#include "base/mem.h"
#include "render/png.h"
#include "render/png_chunk.h"
#include "render/png_filter.h"
#include "render/squeeze.h"

#include <string.h>

/* Small pictures: harder levels take long to set up and win nothing. */
#define PLAIN_LEVEL 9

/* Rows of the picture with filters chosen row by row, or none. */
static void filter_all(const uint8_t *pixels, uint32_t height, size_t row_len, size_t pixel_len,
	bool choose, uint8_t *out)
{
	uint8_t *scratch = mem_alloc(row_len + 1);

	for (uint32_t y = 0; y < height; y++) {
		const uint8_t *row = pixels + y * row_len;
		const uint8_t *above = y != 0 ? row - row_len : NULL;

		if (choose)
			png_filter_row_best(row, above, row_len, pixel_len, out, scratch);
		else
			png_filter_row(PNG_ROW_NONE, row, above, row_len, pixel_len, out);
		out += row_len + 1;
	}
	MEM_FREE(scratch);
}

enum rc png_write_plain(const uint8_t *pixels, uint32_t width, uint32_t height, uint32_t channels,
	uint16_t dpi, struct buf *out, struct err *err)
{
	size_t row_len = (size_t)width * channels;
	size_t raw_len = (row_len + 1) * height;
	uint8_t *raw;
	size_t chosen_len;
	size_t at;
	enum rc rc;

	CHECK(channels == 3 || channels == 4);
	if (width == 0 || height == 0 || width > COMPILED_SIDE_MAX || height > COMPILED_SIDE_MAX)
		return err_set(err, RC_LIMIT, "a picture of %u by %u pixels is out of range", width,
			height);
	raw = mem_alloc(raw_len);
	filter_all(pixels, height, row_len, channels, true, raw);
	chosen_len = squeeze_try((struct bytes){raw, raw_len}, PLAIN_LEVEL);
	filter_all(pixels, height, row_len, channels, false, raw);
	if (chosen_len < squeeze_try((struct bytes){raw, raw_len}, PLAIN_LEVEL))
		filter_all(pixels, height, row_len, channels, true, raw);
	png_chunk_put_head(out, width, height, channels, dpi);
	at = png_chunk_open(out, "IDAT");
	rc = squeeze_zlib((struct bytes){raw, raw_len}, PLAIN_LEVEL, out, err);
	png_chunk_close(out, at);
	png_chunk_put(out, "IEND", (struct bytes){NULL, 0});
	MEM_FREE(raw);
	if (rc == RC_OK && out->full)
		rc = err_set(
			err, RC_LIMIT, "a picture of %u by %u pixels does not fit", width, height);
	return rc;
}
