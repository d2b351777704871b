// SPDX-License-Identifier: Apache-2.0
/* Row filters of PNG. Runs in: compile. */
#include "render/png_filter.h"

#include <stdlib.h>
#include <string.h>

static uint8_t paeth(uint8_t left, uint8_t up, uint8_t corner)
{
	int p = left + up - corner;
	int d_left = abs(p - left);
	int d_up = abs(p - up);
	int d_corner = abs(p - corner);

	if (d_left <= d_up && d_left <= d_corner)
		return left;
	return d_up <= d_corner ? up : corner;
}

static uint8_t predicted(enum png_filter filter, uint8_t left, uint8_t up, uint8_t corner)
{
	switch (filter) {
	case PNG_ROW_SUB:
		return left;
	case PNG_ROW_UP:
		return up;
	case PNG_ROW_AVERAGE:
		return (uint8_t)((left + up) / 2);
	case PNG_ROW_PAETH:
		return paeth(left, up, corner);
	case PNG_ROW_NONE:
	case PNG_ROW_COUNT:
		break;
	}
	return 0;
}

void png_filter_row(enum png_filter filter, const uint8_t *row, const uint8_t *above, size_t n,
	size_t pixel_len, uint8_t *out)
{
	*out++ = (uint8_t)filter;
	if (filter == PNG_ROW_NONE) {
		memcpy(out, row, n);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		uint8_t left = i >= pixel_len ? row[i - pixel_len] : 0;
		uint8_t up = above != NULL ? above[i] : 0;
		uint8_t corner = above != NULL && i >= pixel_len ? above[i - pixel_len] : 0;

		out[i] = (uint8_t)(row[i] - predicted(filter, left, up, corner));
	}
}

static size_t magnitude(const uint8_t *p, size_t n)
{
	size_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += p[i] < 128 ? p[i] : 256u - p[i];
	return sum;
}

void png_filter_row_best(const uint8_t *row, const uint8_t *above, size_t n, size_t pixel_len,
	uint8_t *out, uint8_t *scratch)
{
	size_t best = SIZE_MAX;

	for (int f = PNG_ROW_NONE; f < PNG_ROW_COUNT; f++) {
		size_t sum;

		png_filter_row((enum png_filter)f, row, above, n, pixel_len, scratch);
		sum = magnitude(scratch + 1, n);
		if (sum < best) {
			best = sum;
			memcpy(out, scratch, n + 1);
		}
	}
}
