// SPDX-License-Identifier: Apache-2.0
/* Huffman codes of rows: zlib reads what is written with them. Runs in: tests. */
#include "render/png_code.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <cmocka.h>

#define STRIDE 301

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 16;
}

/* Counts as pictures have them: few symbols come up often, most hardly ever. */
static struct png_counts made_up_counts(uint32_t seed)
{
	struct png_counts c;

	for (size_t i = 0; i < PNG_CODE_SYMBOLS; i++)
		c.symbols[i] = next_random(&seed) >> (next_random(&seed) % 17);
	return c;
}

/* The bytes that come out of a raw deflate run that is not the last. */
static void inflates_to(const uint8_t *in, size_t in_len, const uint8_t *want, size_t want_len)
{
	uint8_t *out = calloc(1, want_len + 1);
	z_stream z = {.next_in = (uint8_t *)(uintptr_t)in,
		.avail_in = (uInt)in_len,
		.next_out = out,
		.avail_out = (uInt)want_len + 1};

	assert_non_null(out);
	assert_int_equal(inflateInit2(&z, -15), Z_OK);
	assert_int_equal(inflate(&z, Z_SYNC_FLUSH), Z_OK);
	assert_int_equal(z.avail_in, 0);
	assert_int_equal(z.total_out, want_len);
	assert_memory_equal(out, want, want_len);
	inflateEnd(&z);
	free(out);
}

static void lengths_are_a_complete_code(void **state)
{
	(void)state;
	assert_true(png_code_is_complete(png_code_even));
	for (uint32_t seed = 0; seed < 200; seed++) {
		struct png_counts c = made_up_counts(seed);
		uint8_t lengths[PNG_CODE_SYMBOLS];

		png_code_lengths(&c, lengths);
		assert_true(png_code_is_complete(lengths));
		for (size_t i = 1; i < PNG_CODE_SYMBOLS; i++)
			if (c.symbols[i] / 2 > c.symbols[i - 1])
				assert_true(lengths[i] <= lengths[i - 1]);
	}
}

/* Such weights would give codes of hundreds of bits. */
static void steep_counts_stay_within_the_limit(void **state)
{
	struct png_counts c = {{0}};
	uint8_t lengths[PNG_CODE_SYMBOLS];
	uint32_t a = 1, b = 1;

	(void)state;
	for (size_t i = 0; i < 45; i++) {
		uint32_t next = a + b;

		c.symbols[5 * i] = next;
		a = b;
		b = next;
	}
	c.symbols[5 * 45] = UINT32_MAX;
	png_code_lengths(&c, lengths);
	assert_true(png_code_is_complete(lengths));
	assert_true(lengths[5 * 45] <= 2);
}

static void what_is_no_code_is_told(void **state)
{
	uint8_t lengths[PNG_CODE_SYMBOLS];

	(void)state;
	memcpy(lengths, png_code_even, sizeof lengths);
	lengths[9] = 7;
	assert_false(png_code_is_complete(lengths));
	lengths[9] = 9;
	assert_false(png_code_is_complete(lengths));
	memset(lengths, 0, sizeof lengths);
	lengths[3] = lengths[4] = 1;
	assert_false(png_code_is_complete(lengths));
	memset(lengths, 255, sizeof lengths);
	assert_false(png_code_is_complete(lengths));
}

/* All literals, then a match of every length from the left and from a row above. */
static void symbols_come_back(void **state)
{
	static uint8_t want[200000], out[200000];

	(void)state;
	for (uint32_t seed = 0; seed < 50; seed++) {
		struct png_counts counts = made_up_counts(seed);
		struct png_writing w = {0, 0, out};
		uint8_t lengths[PNG_CODE_SYMBOLS];
		size_t stride = seed % 3 == 0 ? 4 : seed % 3 == 1 ? STRIDE : PNG_CODE_STRIDE_MAX;
		struct png_code code;
		size_t n = 0;

		png_code_lengths(&counts, lengths);
		png_code_open(lengths, stride, &code);
		assert_true(code.far);
		png_code_put_head(&w, &code);
		for (; n < PNG_CODE_STRIDE_MAX + 512; n++) {
			want[n] = (uint8_t)(n < 256 ? n : next_random(&seed) >> 3);
			png_code_put(&w, code.literals[want[n]], code.literal_lens[want[n]]);
		}
		for (size_t pixels = 1; pixels <= PNG_CODE_PIXELS_MAX; pixels++) {
			for (int m = 0; m < PNG_MATCH_COUNT; m++) {
				png_code_put(&w, code.matches[m][pixels].bits,
					code.matches[m][pixels].count);
				for (size_t i = 0; i < 3 * pixels; i++, n++)
					want[n] = want[n - (m == PNG_MATCH_LEFT ? 3 : stride)];
				png_code_put(
					&w, code.literals[n % 251], code.literal_lens[n % 251]);
				want[n] = (uint8_t)(n % 251);
				n++;
			}
		}
		png_code_put_end(&w, &code);
		assert_int_equal(w.n, 0);
		inflates_to(out, (size_t)(w.at - out), want, n);
	}
}

/* Wider rows have only the pixel to the left: a code of one distance. */
static void wide_rows_have_one_distance(void **state)
{
	uint8_t out[1000];
	const uint8_t want[] = {1, 2, 3, 1, 2, 3, 1, 2, 3};
	struct png_code code;
	struct png_writing w = {0, 0, out};

	(void)state;
	png_code_open(png_code_even, PNG_CODE_STRIDE_MAX + 1, &code);
	assert_false(code.far);
	png_code_put_head(&w, &code);
	for (int i = 0; i < 3; i++)
		png_code_put(&w, code.literals[want[i]], code.literal_lens[want[i]]);
	png_code_put(
		&w, code.matches[PNG_MATCH_LEFT][2].bits, code.matches[PNG_MATCH_LEFT][2].count);
	png_code_put_end(&w, &code);
	inflates_to(out, (size_t)(w.at - out), want, sizeof want);
}

static bool bit_of(const uint8_t *p, size_t i)
{
	return p[i / 8] >> (i % 8) & 1;
}

static void bits_are_copied_from_anywhere_to_anywhere(void **state)
{
	uint8_t from[200], out[200];
	uint32_t seed = 7;

	(void)state;
	for (size_t i = 0; i < sizeof from; i++)
		from[i] = (uint8_t)next_random(&seed);
	for (size_t waiting = 0; waiting < 8; waiting++) {
		for (size_t bit = 0; bit < 17; bit++) {
			for (size_t count = 0; count < 700; count += count < 140 ? 1 : 37) {
				struct png_writing w = {0, 0, out};

				png_code_put(&w, 0x55 & ((1u << waiting) - 1), (unsigned)waiting);
				png_code_copy(&w, from, bit, count);
				assert_int_equal((size_t)(w.at - out) * 8 + w.n, waiting + count);
				png_code_put(&w, 0, 7);
				for (size_t i = 0; i < waiting; i++)
					assert_int_equal(bit_of(out, i), i % 2 == 0);
				for (size_t i = 0; i < count; i++)
					assert_int_equal(
						bit_of(out, waiting + i), bit_of(from, bit + i));
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lengths_are_a_complete_code),
		cmocka_unit_test(steep_counts_stay_within_the_limit),
		cmocka_unit_test(what_is_no_code_is_told),
		cmocka_unit_test(symbols_come_back),
		cmocka_unit_test(wide_rows_have_one_distance),
		cmocka_unit_test(bits_are_copied_from_anywhere_to_anywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
