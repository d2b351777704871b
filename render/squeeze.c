// SPDX-License-Identifier: Apache-2.0
/* zlib streams and joinable deflate runs by libdeflate. Runs in: compile. */
#include "render/squeeze.h"

#include "base/mem.h"

#include <libdeflate.h>
#include <string.h>
#define ZLIB_CONST
#include <zlib.h>

/* Bytes that opening a run may add: one byte of bits and the stored block's lengths. */
#define OPEN_ROOM 5

int squeeze_level(uint8_t tier)
{
	return tier == 0 ? SQUEEZE_LEVEL_FAST : SQUEEZE_LEVEL_HARD;
}

static struct libdeflate_compressor *new_compressor(int level)
{
	struct libdeflate_compressor *c = libdeflate_alloc_compressor(level);

	CHECK(c != NULL);
	return c;
}

size_t squeeze_try(struct bytes in, int level)
{
	struct libdeflate_compressor *c = new_compressor(level);
	size_t room = libdeflate_deflate_compress_bound(c, in.n);
	uint8_t *sink = mem_alloc(room);
	size_t n = libdeflate_deflate_compress(c, in.p, in.n, sink, room);

	MEM_FREE(sink);
	libdeflate_free_compressor(c);
	return n;
}

enum rc squeeze_zlib(struct bytes in, int level, struct buf *out, struct err *err)
{
	struct libdeflate_compressor *c = new_compressor(level);
	size_t room = libdeflate_zlib_compress_bound(c, in.n);
	size_t start = out->n;
	uint8_t *at = buf_grow(out, room);
	size_t n = at != NULL ? libdeflate_zlib_compress(c, in.p, in.n, at, room) : 0;

	libdeflate_free_compressor(c);
	if (n == 0)
		return err_set(
			err, RC_LIMIT, "compressing %zu bytes: no room for the result", in.n);
	out->n = start + n;
	return RC_OK;
}

/* Where the last block's header bit lies, and where the run ends. */
struct last_block {
	size_t header_bit;
	size_t end_len; /* bytes of the run */
	unsigned spare_bits; /* unused bits of its last byte */
};

/*
 * Walks block by block, as zlib's examples/gzjoin.c does: after inflate(Z_BLOCK), data_type says at
 * which bit the next header begins (128: at a boundary, 64: the block just ended was the last).
 */
static bool find_last_block(
	/* NOLINTNEXTLINE(readability-non-const-parameter): zlib writes into it. */
	const uint8_t *run, size_t run_len, uint8_t *sink, size_t sink_len, struct last_block *out)
{
	z_stream z = {.next_in = run,
		.avail_in = (uInt)run_len,
		.next_out = sink,
		.avail_out = (uInt)sink_len};
	bool found = false;

	*out = (struct last_block){0};
	if (inflateInit2(&z, -15) != Z_OK)
		return false;
	for (;;) {
		int rc = inflate(&z, Z_BLOCK);

		if (rc != Z_OK && rc != Z_STREAM_END)
			break;
		if ((z.data_type & 128) != 0 && (z.data_type & 64) != 0) {
			out->end_len = z.total_in;
			out->spare_bits = (unsigned)z.data_type & 7;
			found = z.total_out == sink_len;
			break;
		}
		if ((z.data_type & 128) != 0)
			out->header_bit = (size_t)z.total_in * 8 - ((unsigned)z.data_type & 7);
		if (rc == Z_STREAM_END)
			break;
	}
	inflateEnd(&z);
	return found;
}

/* Clears the final bit and closes with an empty stored block. run has OPEN_ROOM bytes to spare. */
static size_t open_run(uint8_t *run, const struct last_block *last)
{
	size_t n = last->end_len;

	run[last->header_bit / 8] &= (uint8_t) ~(1u << last->header_bit % 8);
	if (last->spare_bits != 0)
		run[n - 1] &= (uint8_t)(0xff >> last->spare_bits);
	/* The stored block's header takes three zero bits; the rest of the byte is padding. */
	if (last->spare_bits < 3)
		run[n++] = 0;
	memcpy(run + n, "\0\0\xff\xff", 4);
	return n + 4;
}

/* True when run inflates to exactly in and leaves the stream open. */
static bool run_is_right(const uint8_t *run, size_t run_len, struct bytes in, uint8_t *sink)
{
	z_stream z = {.next_in = run,
		.avail_in = (uInt)run_len,
		.next_out = sink,
		.avail_out = (uInt)in.n + 1};
	bool ok;

	if (inflateInit2(&z, -15) != Z_OK)
		return false;
	ok = inflate(&z, Z_SYNC_FLUSH) == Z_OK && z.avail_in == 0 && z.total_out == in.n
		&& memcmp(sink, in.p, in.n) == 0;
	inflateEnd(&z);
	return ok;
}

enum rc squeeze_open_run(struct bytes in, int level, struct buf *out, struct err *err)
{
	struct libdeflate_compressor *c = new_compressor(level);
	size_t room = libdeflate_deflate_compress_bound(c, in.n);
	size_t start = out->n;
	uint8_t *at = buf_grow(out, room + OPEN_ROOM);
	size_t n = at != NULL ? libdeflate_deflate_compress(c, in.p, in.n, at, room) : 0;
	enum rc rc = RC_OK;
	struct last_block last;
	uint8_t *sink;

	libdeflate_free_compressor(c);
	if (n == 0)
		return err_set(
			err, RC_LIMIT, "compressing %zu bytes: no room for the result", in.n);
	sink = mem_alloc(in.n + 1);
	if (find_last_block(at, n, sink, in.n, &last)) {
		n = open_run(at, &last);
		out->n = start + n;
	} else {
		n = 0;
	}
	if (n == 0 || !run_is_right(at, n, in, sink))
		rc = err_set(err, RC_SYSTEM,
			"compressing %zu bytes: the result does not inflate again", in.n);
	MEM_FREE(sink);
	return rc;
}
