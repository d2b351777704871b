// SPDX-License-Identifier: Apache-2.0
/* Deflate runs can be joined, whatever they hold; zlib streams come back. Runs in: tests. */
#include "render/squeeze.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define ZLIB_CONST
#include <zlib.h>

#include <cmocka.h>

#define PIECE_LEN 40000

/* kind 0: noise; 1: one value; 2: text-like; 3: noise of few values. */
static void fill(uint8_t *p, size_t n, int kind, uint32_t seed)
{
	for (size_t i = 0; i < n; i++) {
		seed = seed * 1664525 + 1013904223;
		p[i] = kind == 0    ? (uint8_t)(seed >> 24)
			: kind == 1 ? 7
			: kind == 2 ? (uint8_t)(i % 251 / 3)
				    : (uint8_t)(seed >> 30);
	}
}

static void joined_runs_inflate_to_their_contents(void **state)
{
	const size_t lengths[] = {1, 2, 3, 17, 300, 4096, PIECE_LEN};
	struct buf joined = buf_new((size_t)4 << 20);
	struct buf plain = buf_new((size_t)4 << 20);
	struct err err;
	uint8_t *out;
	z_stream z = {0};

	(void)state;
	for (size_t i = 0; i < 56; i++) {
		size_t n = lengths[i % ARRAY_COUNT(lengths)];
		uint8_t *piece = buf_grow(&plain, n);

		fill(piece, n, (int)(i / 7 % 4), (uint32_t)i);
		assert_int_equal(squeeze_open_run((struct bytes){piece, n},
					 i % 2 == 0 ? SQUEEZE_LEVEL_FAST : SQUEEZE_LEVEL_HARD,
					 &joined, &err),
			RC_OK);
		assert_memory_equal(joined.p + joined.n - 4, "\0\0\xff\xff", 4);
	}
	/* The last block is ours to put: an empty stored one. */
	buf_put(&joined, "\1\0\0\xff\xff", 5);
	out = calloc(1, plain.n + 1);
	assert_non_null(out);
	assert_int_equal(inflateInit2(&z, -15), Z_OK);
	z.next_in = joined.p;
	z.avail_in = (uInt)joined.n;
	z.next_out = out;
	z.avail_out = (uInt)plain.n + 1;
	assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
	assert_int_equal(z.avail_in, 0);
	assert_int_equal(z.total_out, plain.n);
	assert_memory_equal(out, plain.p, plain.n);
	inflateEnd(&z);
	free(out);
	buf_free(&joined);
	buf_free(&plain);
}

static void zlib_streams_come_back(void **state)
{
	static uint8_t in[PIECE_LEN];
	static uint8_t back[PIECE_LEN];
	struct buf out = buf_new((size_t)1 << 20);
	uLongf back_len = sizeof back;
	size_t fast;
	struct err err;

	(void)state;
	fill(in, sizeof in, 3, 5);
	buf_put_cz(&out, "before");
	assert_int_equal(
		squeeze_zlib((struct bytes){in, sizeof in}, SQUEEZE_LEVEL_FAST, &out, &err), RC_OK);
	assert_memory_equal(out.p, "before", 6);
	fast = out.n - 6;
	assert_int_equal(uncompress(back, &back_len, out.p + 6, fast), Z_OK);
	assert_int_equal(back_len, sizeof in);
	assert_memory_equal(back, in, sizeof in);
	buf_reset(&out);
	assert_int_equal(
		squeeze_zlib((struct bytes){in, sizeof in}, SQUEEZE_LEVEL_HARD, &out, &err), RC_OK);
	assert_true(out.n <= fast);
	assert_int_equal(squeeze_try((struct bytes){in, sizeof in}, SQUEEZE_LEVEL_HARD) + 6, out.n);
	buf_free(&out);
}

static void no_room_is_a_limit(void **state)
{
	static uint8_t in[PIECE_LEN];
	struct buf out = buf_new(100);
	struct err err;

	(void)state;
	fill(in, sizeof in, 0, 9);
	assert_int_equal(squeeze_zlib((struct bytes){in, sizeof in}, 6, &out, &err), RC_LIMIT);
	buf_free(&out);
	out = buf_new(100);
	assert_int_equal(squeeze_open_run((struct bytes){in, sizeof in}, 6, &out, &err), RC_LIMIT);
	buf_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(joined_runs_inflate_to_their_contents),
		cmocka_unit_test(zlib_streams_come_back),
		cmocka_unit_test(no_room_is_a_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
