// SPDX-License-Identifier: Apache-2.0
/*
 * Any bytes as a PNG or an SVG with a badge in it: refused, or what is found lies within them. With the
 * PNG's checksums put right, so that what is behind them is reached. Runs in: fuzz.
 */
#include "base/buf.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <zlib.h>

#include "verify/bake_png.h"
#include "verify/bake_svg.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void find_in_png(struct bytes file)
{
	struct str found;
	struct err err;

	if (bake_png_find(file, &found, &err) == RC_OK)
		CHECK(found.n != 0 && found.p > (const char *)file.p
			&& found.p + found.n < (const char *)file.p + file.n);
}

/* Length as it is; the checksum behind each chunk made right. */
static void mend(uint8_t *p, size_t n)
{
	for (size_t at = 8; n - at >= 12 && at < n;) {
		size_t len = (size_t)p[at + 1] << 16 | (size_t)p[at + 2] << 8 | p[at + 3];
		uint32_t crc;

		if (p[at] != 0 || len > n - at - 12)
			return;
		crc = (uint32_t)crc32_z(0, p + at + 4, len + 4);
		for (int i = 0; i < 4; i++)
			p[at + 8 + len + (size_t)i] = (uint8_t)(crc >> (24 - 8 * i));
		at += 12 + len;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new((size_t)256 << 20);
	uint8_t *copy = arena_dup(a, data, size);
	struct str found;
	struct err err;

	find_in_png((struct bytes){data, size});
	if (size > 8)
		mend(copy, size);
	find_in_png((struct bytes){copy, size});
	if (bake_svg_find(a, (struct bytes){data, size}, &found, &err) == RC_OK)
		CHECK(found.n != 0 && str_is_utf8(found));
	arena_free(&a);
	return 0;
}
