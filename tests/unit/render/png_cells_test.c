// SPDX-License-Identifier: Apache-2.0
/* Groups compressed by what is new: zlib reads them, and what came before leaves no trace. Runs in: tests. */
#include "render/png_cells.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <cmocka.h>

#define WIDTH_MAX 1300
#define RAW_MAX ((1 + 3 * WIDTH_MAX) * PNG_BAND_ROWS)

/* A group's rows, and where a run of it goes. */
struct group {
	struct png_grid g;
	struct png_code code;
	uint32_t count;
	uint8_t base[RAW_MAX + PNG_ROWS_SPARE];
	uint8_t drawn[RAW_MAX + PNG_ROWS_SPARE];
	uint8_t run[3 * RAW_MAX];
};

static struct group s;

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 16;
}

/* Paper with lines from top to bottom, which rows have from the one above; a code trained on it. */
static void open_group(uint32_t width, uint32_t count)
{
	struct png_counts counts = {{0}};
	uint8_t lengths[PNG_CODE_SYMBOLS];

	s.g = png_cells_grid(width);
	s.count = count;
	memset(s.base, 0xf0, sizeof s.base);
	for (uint32_t y = 0; y < count; y++) {
		uint32_t seed = width;

		s.base[y * s.g.stride] = 0;
		for (uint32_t i = 0; i < width / 2; i++)
			s.base[y * s.g.stride + 1 + next_random(&seed) % (3 * width)] = 0x33;
	}
	memcpy(s.drawn, s.base, sizeof s.drawn);
	png_cells_count(&s.g, s.base, count, &counts);
	png_code_lengths(&counts, lengths);
	png_code_open(lengths, s.g.stride, &s.code);
}

/* A word of ink, which differs from seed to seed, in columns [x0, x1) and some of the rows. */
static void draw(uint32_t x0, uint32_t x1, uint32_t seed)
{
	uint32_t first = next_random(&seed) % s.count;
	uint32_t end = s.count - next_random(&seed) % (s.count - first);

	for (uint32_t y = first; y < end; y++)
		for (uint32_t x = 3 * x0; x < 3 * x1; x++)
			if (next_random(&seed) % 3 != 0)
				s.drawn[y * s.g.stride + 1 + x] =
					(uint8_t)(next_random(&seed) % 2 ? 0 : seed >> 24);
}

/* Compresses drawn, of which [x0, x1) may be other than the base; the run inflates to drawn. Returns its length. */
static size_t put(struct png_cells *c, uint32_t x0, uint32_t x1)
{
	struct png_cells_rows rows = {s.base, s.drawn, s.count, x0, x1};
	size_t raw_len = s.count * s.g.stride;
	static uint8_t back[RAW_MAX + 1];
	z_stream z = {.next_in = s.run, .next_out = back, .avail_out = sizeof back};
	uint32_t adler = 0;
	size_t n = png_cells_put(&s.g, &s.code, c, &rows, s.run, &adler);

	assert_true(n + 8 <= png_cells_room(&s.g, s.count));
	assert_int_equal(adler, adler32(1, s.drawn, (uInt)raw_len));
	z.avail_in = (uInt)n;
	assert_int_equal(inflateInit2(&z, -15), Z_OK);
	assert_int_equal(inflate(&z, Z_SYNC_FLUSH), Z_OK);
	assert_int_equal(z.total_out, raw_len);
	assert_int_equal(z.avail_in, 0);
	assert_memory_equal(back, s.drawn, raw_len);
	inflateEnd(&z);
	return n;
}

static void rows_are_cut_into_cells(void **state)
{
	(void)state;
	for (uint32_t width = 1; width <= COMPILED_SIDE_MAX; width += 1 + width / 9) {
		struct png_grid g = png_cells_grid(width);

		assert_int_equal(g.stride, 1 + 3 * (size_t)width);
		assert_int_equal(g.cell_len % 3, 0);
		assert_true(g.cell_count >= 1 && g.cell_count <= PNG_CELLS_MAX);
		assert_true((g.cell_count - 1) * g.cell_len < 3 * width);
		assert_true(g.cell_count * g.cell_len >= 3 * width);
	}
}

static void any_row_comes_back(void **state)
{
	const uint32_t widths[] = {1, 2, 3, 63, 64, 65, 129, 500, 1291, 1300};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(widths); i++) {
		for (uint32_t count = 1; count <= PNG_BAND_ROWS; count += 7) {
			struct png_cells *c;
			uint32_t width = widths[i];

			open_group(width, count);
			c = png_cells_new(&s.g);
			for (uint32_t k = 0; k < 12; k++) {
				uint32_t x0 = k * 37 % width;
				uint32_t x1 = k % 5 == 0 ? width : x0 + (width - x0 + 1) / 2;

				memcpy(s.drawn, s.base, sizeof s.drawn);
				draw(x0, x1, k * 31 + 1);
				put(c, x0, x1);
			}
			png_cells_free(&c);
			assert_null(c);
		}
	}
}

/* Whatever was learned from other pictures, the run of a picture is the one that a new worker makes. */
static void what_was_seen_leaves_no_trace(void **state)
{
	struct png_cells *old, *new;
	static uint8_t first[sizeof s.run];

	(void)state;
	open_group(900, 8);
	old = png_cells_new(&s.g);
	new = png_cells_new(&s.g);
	for (uint32_t k = 0; k < 200; k++) {
		uint32_t x0 = k * 101 % 800;
		uint32_t x1 = x0 + 1 + k * 17 % 100;
		size_t n;

		memcpy(s.drawn, s.base, sizeof s.drawn);
		draw(x0, x1, k % 7);
		/* Something that most have, and some do not. */
		if (k % 4 != 3) {
			draw(300, 420, 5);
			x0 = x0 < 300 ? x0 : 300;
			x1 = x1 > 420 ? x1 : 420;
		}
		n = put(old, x0, x1);
		memcpy(first, s.run, n);
		png_cells_forget(new);
		assert_int_equal(put(new, x0, x1), n);
		assert_memory_equal(s.run, first, n);
	}
	png_cells_free(&old);
	png_cells_free(&new);
}

/* A pixel that comes to equal its neighbour in the next cell, or below, changes that one's bits. */
static void neighbours_are_written_anew(void **state)
{
	struct png_cells *old, *new;
	static uint8_t first[sizeof s.run];

	(void)state;
	open_group(640, 8);
	for (size_t i = 0; i < 8 * s.g.stride; i++)
		s.base[i] = (uint8_t)(i % s.g.stride == 0 ? 0 : i * 7 + i / s.g.stride * 91);
	old = png_cells_new(&s.g);
	new = png_cells_new(&s.g);
	for (uint32_t k = 0; k < 100; k++) {
		uint8_t *at = s.drawn + 3 * s.g.stride + 1 + 3 * ((size_t)k * 64 % 640 + 63);
		size_t n;

		memcpy(s.drawn, s.base, sizeof s.drawn);
		if (k >= 10 && k % 2 == 0)
			memcpy(at, s.base + (at - s.drawn) + s.g.stride, 3); /* as below */
		else if (k >= 10 && (size_t)k * 64 % 640 + 64 < 640)
			memcpy(at, s.base + (at - s.drawn) + 3, 3); /* as to the right */
		n = put(old, 0, 640);
		memcpy(first, s.run, n);
		png_cells_forget(new);
		assert_int_equal(put(new, 0, 640), n);
		assert_memory_equal(s.run, first, n);
	}
	png_cells_free(&old);
	png_cells_free(&new);
}

static void base_is_recognised(void **state)
{
	struct png_cells_rows rows = {s.base, s.drawn, 8, 10, 20};

	(void)state;
	open_group(100, 8);
	assert_true(png_cells_is_base(&s.g, &rows));
	s.drawn[7 * s.g.stride + 1 + 3 * 19 + 2] ^= 1;
	assert_false(png_cells_is_base(&s.g, &rows));
	rows.x1 = 19;
	assert_true(png_cells_is_base(&s.g, &rows));
	rows.x0 = rows.x1;
	assert_true(png_cells_is_base(&s.g, &rows));
}

/* What a code is trained on becomes shorter with it. */
static void counting_tells_what_is_written(void **state)
{
	struct png_cells *c;
	size_t trained;

	(void)state;
	open_group(1000, 8);
	c = png_cells_new(&s.g);
	trained = put(c, 0, 1000);
	png_cells_forget(c);
	png_code_open(png_code_even, s.g.stride, &s.code);
	assert_true(trained * 4 < put(c, 0, 1000) * 3);
	png_cells_free(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_cut_into_cells),
		cmocka_unit_test(any_row_comes_back),
		cmocka_unit_test(what_was_seen_leaves_no_trace),
		cmocka_unit_test(neighbours_are_written_anew),
		cmocka_unit_test(base_is_recognised),
		cmocka_unit_test(counting_tells_what_is_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
