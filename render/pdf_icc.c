// SPDX-License-Identifier: Apache-2.0
/* The output intent's profile (ICC.1:2001-04). Runs in: compile, render. */
#include "render/pdf_icc.h"

#include <math.h>

#define ICC_CURVE_LEN 1024

static void put_u32(struct buf *b, uint32_t v)
{
	uint8_t p[4] = {(uint8_t)(v >> 24), (uint8_t)(v >> 16), (uint8_t)(v >> 8), (uint8_t)v};

	buf_put(b, p, sizeof(p));
}

static void put_u16(struct buf *b, uint32_t v)
{
	uint8_t p[2] = {(uint8_t)(v >> 8), (uint8_t)v};

	buf_put(b, p, sizeof(p));
}

/* XYZType (6.5.26): s15Fixed16 numbers. */
static void put_xyz(struct buf *b, const double v[3])
{
	buf_put_cz(b, "XYZ ");
	put_u32(b, 0);
	for (unsigned i = 0; i < 3; i++)
		put_u32(b, (uint32_t)(int32_t)lround(v[i] * 65536));
}

/* IEC 61966-2-1, 4.1. */
static double linear(double v)
{
	return v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
}

static void put_curve(struct buf *b)
{
	buf_put_cz(b, "curv");
	put_u32(b, 0);
	put_u32(b, ICC_CURVE_LEN);
	for (unsigned i = 0; i < ICC_CURVE_LEN; i++)
		put_u16(b, (uint32_t)lround(linear(i / (double)(ICC_CURVE_LEN - 1)) * 65535));
}

/* textDescriptionType (6.5.17): ASCII, and empty Unicode and ScriptCode parts. */
static void put_description(struct buf *b, struct str text)
{
	buf_put_cz(b, "desc");
	put_u32(b, 0);
	put_u32(b, (uint32_t)text.n + 1);
	buf_put_str(b, text);
	buf_put_zeros(b, 1 + 8 + 3 + 67);
}

static void put_text(struct buf *b, struct str text)
{
	buf_put_cz(b, "text");
	put_u32(b, 0);
	buf_put_str(b, text);
	buf_put_zeros(b, 1);
}

struct icc_tag {
	const char *name;
	uint32_t offset;
	uint32_t len;
};

static void end_tag(struct buf *tags, struct icc_tag *t, const char *name, size_t start)
{
	*t = (struct icc_tag){name, (uint32_t)start, (uint32_t)(tags->n - start)};
	buf_put_zeros(tags, (4 - tags->n % 4) % 4);
}

static void put_icc_header(struct buf *b, size_t len)
{
	static const double d50[3] = {0.9642, 1.0, 0.8249};
	size_t start = b->n;

	put_u32(b, (uint32_t)len);
	put_u32(b, 0); /* no preferred module */
	put_u32(b, 0x02400000); /* 2.4 */
	buf_put_cz(b, "mntrRGB XYZ ");
	/* A fixed date: the same bytes in every build. */
	for (unsigned i = 0; i < 6; i++)
		put_u16(b, (const uint32_t[]){2026, 1, 1, 0, 0, 0}[i]);
	buf_put_cz(b, "acsp");
	buf_put_zeros(b, 28); /* platform, flags, maker, model, attributes, perceptual intent */
	for (unsigned i = 0; i < 3; i++)
		put_u32(b, (uint32_t)lround(d50[i] * 65536));
	buf_put_zeros(b, 128 - (b->n - start));
}

void pdf_icc_put(struct buf *b)
{
	/* sRGB's primaries and white adapted from D65 to D50 (Bradford); ICC wants the media white at D50. */
	static const double red[3] = {0.436075, 0.222504, 0.013932};
	static const double green[3] = {0.385065, 0.716879, 0.097105};
	static const double blue[3] = {0.143080, 0.060617, 0.714173};
	static const double white[3] = {0.964220, 1.0, 0.825210};
	struct icc_tag tags[9];
	struct buf content = buf_new(64 << 10);
	size_t at = 0;

	put_description(&content, STR("sRGB IEC61966-2.1"));
	end_tag(&content, &tags[0], "desc", at);
	put_text(&content, (at = content.n, STR("No copyright, use freely")));
	end_tag(&content, &tags[1], "cprt", at);
	put_xyz(&content, (at = content.n, white));
	end_tag(&content, &tags[2], "wtpt", at);
	put_xyz(&content, (at = content.n, red));
	end_tag(&content, &tags[3], "rXYZ", at);
	put_xyz(&content, (at = content.n, green));
	end_tag(&content, &tags[4], "gXYZ", at);
	put_xyz(&content, (at = content.n, blue));
	end_tag(&content, &tags[5], "bXYZ", at);
	at = content.n;
	put_curve(&content);
	end_tag(&content, &tags[6], "rTRC", at);
	tags[7] = (struct icc_tag){"gTRC", tags[6].offset, tags[6].len};
	tags[8] = (struct icc_tag){"bTRC", tags[6].offset, tags[6].len};
	at = 128 + 4 + 12 * ARRAY_COUNT(tags);
	put_icc_header(b, at + content.n);
	put_u32(b, ARRAY_COUNT(tags));
	for (size_t i = 0; i < ARRAY_COUNT(tags); i++) {
		buf_put_cz(b, tags[i].name);
		put_u32(b, (uint32_t)at + tags[i].offset);
		put_u32(b, tags[i].len);
	}
	buf_put_bytes(b, buf_bytes(&content));
	buf_free(&content);
}
