// SPDX-License-Identifier: Apache-2.0
/*
 * Any bytes as a picture for a thumbnail: refused, or a JPEG of the size that pages leave room for. With
 * checksums put right, so that what is behind them is reached. Runs in: fuzz.
 */
#include "base/arena.h"
#include "base/err.h"
#include "formats/thumbnail.h"
#include "render/shrink.h"

#include <string.h>
#include <turbojpeg.h>
#include <zlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t len);

static uint32_t be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void mend(uint8_t *p, size_t n)
{
	for (size_t at = 8; at < n && n - at >= 12;) {
		size_t len = be32(p + at);
		uint32_t crc;

		if (len > n - at - 12)
			return;
		crc = (uint32_t)crc32_z(0, p + at + 4, len + 4);
		for (int i = 0; i < 4; i++)
			p[at + 8 + len + (size_t)i] = (uint8_t)(crc >> (24 - 8 * i));
		at += 12 + len;
	}
}

static void shrink(struct bytes png)
{
	struct buf out = buf_new(THUMBNAIL_LEN_MAX);
	struct err err;

	if (shrink_png(png, &out, &err) == RC_OK) {
		struct thumbnail_size want = thumbnail_fit(be32(png.p + 16), be32(png.p + 20));
		tjhandle h = tjInitDecompress();
		int width;
		int height;
		int sampling;
		int space;

		CHECK(tjDecompressHeader3(h, out.p, out.n, &width, &height, &sampling, &space)
			== 0);
		CHECK((uint32_t)width == want.width && (uint32_t)height == want.height);
		(void)tjDestroy(h);
	}
	buf_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t len)
{
	struct arena *a = arena_new((size_t)1 << 24);
	uint8_t *copy;

	/* Big pictures only make the fuzzer slow. */
	if (len >= 24 && len < 1u << 20 && be32(input + 16) < 2048 && be32(input + 20) < 2048) {
		shrink((struct bytes){input, len});
		copy = arena_dup(a, input, len);
		mend(copy, len);
		shrink((struct bytes){copy, len});
	}
	arena_free(&a);
	return 0;
}
