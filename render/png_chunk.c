// SPDX-License-Identifier: Apache-2.0
/* Chunks of a PNG. Runs in: compile, render. */
#include "render/png_chunk.h"

#include "render/png.h"

#include <isa-l/crc.h>
#include <string.h>

#define CHUNK_HEAD_LEN 8

static void put_be32(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)(v >> 24);
	p[1] = (uint8_t)(v >> 16);
	p[2] = (uint8_t)(v >> 8);
	p[3] = (uint8_t)v;
}

size_t png_chunk_open(struct buf *out, const char *type)
{
	size_t at = out->n;

	buf_put_zeros(out, 4);
	buf_put(out, type, 4);
	return at;
}

void png_chunk_close(struct buf *out, size_t at)
{
	uint8_t crc[4];
	size_t len;

	if (out->full)
		return;
	len = out->n - at - CHUNK_HEAD_LEN;
	CHECK(len <= 0x7fffffff);
	put_be32(out->p + at, (uint32_t)len);
	/* The gzip polynomial, bits reflected, is PNG's (W3C PNG, annex D). */
	put_be32(crc, crc32_gzip_refl(0, out->p + at + 4, len + 4));
	buf_put(out, crc, sizeof crc);
}

void png_chunk_put(struct buf *out, const char *type, struct bytes content)
{
	size_t at = png_chunk_open(out, type);

	buf_put_bytes(out, content);
	png_chunk_close(out, at);
}

void png_chunk_put_head(
	struct buf *out, uint32_t width, uint32_t height, uint32_t channels, uint16_t dpi)
{
	uint8_t ihdr[13] = {0};
	uint8_t phys[9] = {0};
	/* Perceptual rendering intent. */
	const uint8_t srgb[1] = {0};
	uint32_t per_metre = ((uint32_t)dpi * 10000 + 127) / 254;

	buf_put(out, "\x89PNG\r\n\x1a\n", 8);
	put_be32(ihdr, width);
	put_be32(ihdr + 4, height);
	ihdr[8] = 8;
	ihdr[9] = channels == 4 ? 6 : 2;
	png_chunk_put(out, "IHDR", (struct bytes){ihdr, sizeof ihdr});
	png_chunk_put(out, "sRGB", (struct bytes){srgb, sizeof srgb});
	put_be32(phys, per_metre);
	put_be32(phys + 4, per_metre);
	phys[8] = 1;
	png_chunk_put(out, "pHYs", (struct bytes){phys, sizeof phys});
}

bool png_chunk_group_is_fixed(const uint8_t *fixed_rows, uint32_t height, uint32_t row)
{
	uint32_t end = height - row < PNG_BAND_ROWS ? height : row + PNG_BAND_ROWS;

	for (uint32_t y = row; y < end; y++) {
		if (fixed_rows[y] == 0)
			return false;
	}
	return true;
}
