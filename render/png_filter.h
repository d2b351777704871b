// SPDX-License-Identifier: Apache-2.0
/* Row filters of PNG (W3C PNG, 9.2). */
#ifndef RENDER_PNG_FILTER_H
#define RENDER_PNG_FILTER_H

#include "base/compiler.h"

#include <stddef.h>
#include <stdint.h>

enum png_filter {
	PNG_ROW_NONE,
	PNG_ROW_SUB,
	PNG_ROW_UP,
	PNG_ROW_AVERAGE,
	PNG_ROW_PAETH,
	PNG_ROW_COUNT,
};

/*
 * One row: out[0] is the filter's number, out[1..n] the differences. row, above: n bytes without
 * filter byte; above may be NULL for a row of zeros. pixel_len: bytes of a pixel.
 */
void png_filter_row(enum png_filter filter, const uint8_t *row, const uint8_t *above, size_t n,
	size_t pixel_len, uint8_t *out);
/* The same with the filter whose differences have the smallest sum of magnitudes. */
void png_filter_row_best(const uint8_t *row, const uint8_t *above, size_t n, size_t pixel_len,
	uint8_t *out, uint8_t *scratch);

#endif
