// SPDX-License-Identifier: Apache-2.0
/* Charset of a CFF font program. Runs in: render. */
#include "render/pdf_cff.h"

#define OP_CHARSET 15
#define OP_ROS 0x0C1E /* 12 30 */
#define NUMBERS_MAX 48 /* operands before an operator: Technical Note 5176, appendix B */

/* Big-endian reading that turns bad instead of running over. */
struct reader {
	struct bytes in;
	size_t at;
	bool bad;
};

struct top_dict {
	uint32_t charset;
	bool cid_keyed;
};

static uint32_t take(struct reader *r, unsigned n)
{
	uint32_t v = 0;

	if (r->bad || r->in.n - r->at < n) {
		r->bad = true;
		return 0;
	}
	for (unsigned i = 0; i < n; i++)
		v = v << 8 | r->in.p[r->at++];
	return v;
}

/* Steps over an INDEX; *first becomes its first entry. */
static void take_index(struct reader *r, struct bytes *first)
{
	uint32_t count = take(r, 2);
	unsigned width;
	size_t offsets;
	uint32_t second;
	uint32_t last;

	*first = (struct bytes){NULL, 0};
	if (r->bad || count == 0)
		return;
	width = take(r, 1);
	offsets = r->at;
	if (width < 1 || width > 4 || (r->in.n - r->at) / width < (size_t)count + 1) {
		r->bad = true;
		return;
	}
	/* Offsets count from the byte before the first entry. */
	r->at = offsets;
	if (take(r, width) != 1)
		r->bad = true;
	second = take(r, width);
	r->at = offsets + (size_t)count * width;
	last = take(r, width);
	if (r->bad || second < 1 || last < second || last - 1 > r->in.n - r->at) {
		r->bad = true;
		return;
	}
	*first = (struct bytes){r->in.p + r->at, second - 1};
	r->at += last - 1;
}

/* One operand; real numbers are stepped over as 0. */
static uint32_t take_operand(struct reader *r, uint32_t b0)
{
	if (b0 == 28)
		return take(r, 2);
	if (b0 == 29)
		return take(r, 4);
	if (b0 == 30) {
		while (!r->bad) {
			uint32_t nibbles = take(r, 1);

			if (nibbles >> 4 == 15 || (nibbles & 15) == 15)
				break;
		}
		return 0;
	}
	if (b0 >= 32 && b0 <= 246)
		return b0 - 139;
	if (b0 >= 247 && b0 <= 250)
		return (b0 - 247) * 256 + take(r, 1) + 108;
	if (b0 >= 251 && b0 <= 254)
		return 0 - (b0 - 251) * 256 - take(r, 1) - 108;
	r->bad = true;
	return 0;
}

static void read_top_dict(struct bytes dict, struct top_dict *out, bool *bad)
{
	struct reader r = {.in = dict};
	uint32_t last = 0;
	unsigned count = 0;

	*out = (struct top_dict){0};
	while (!r.bad && r.at < dict.n) {
		uint32_t b0 = take(&r, 1);

		if (b0 > 21) {
			last = take_operand(&r, b0);
			if (++count > NUMBERS_MAX)
				r.bad = true;
			continue;
		}
		if (b0 == 12)
			b0 = 0x0C00 | take(&r, 1);
		if (b0 == OP_CHARSET)
			out->charset = last;
		if (b0 == OP_ROS)
			out->cid_keyed = true;
		count = 0;
	}
	*bad = r.bad;
}

/* Formats 0, 1 and 2 (section 13). Glyph 0 is always CID 0 and not listed. */
static void read_charset(struct reader *r, uint32_t glyph_count, uint16_t *codes)
{
	uint32_t format = take(r, 1);
	uint32_t glyph = 1;

	if (format > 2)
		r->bad = true;
	while (!r->bad && glyph < glyph_count) {
		uint32_t first = take(r, 2);
		uint32_t more = format == 0 ? 0 : take(r, format);

		for (uint32_t i = 0; i <= more && glyph < glyph_count; i++)
			codes[glyph++] = (uint16_t)(first + i);
	}
}

enum rc pdf_cff_codes(
	struct bytes cff, uint32_t glyph_count, struct arena *a, uint16_t **codes, struct err *err)
{
	struct reader r = {.in = cff};
	struct bytes name;
	struct bytes top;
	struct top_dict dict = {0};
	bool bad_dict = false;

	if (glyph_count > 65536)
		return err_set(
			err, RC_INPUT, "a CFF font program cannot have %u glyphs", glyph_count);
	if (take(&r, 1) != 1)
		r.bad = true;
	take(&r, 1);
	r.at = take(&r, 1);
	if (r.at > cff.n)
		r.bad = true;
	if (!r.bad)
		take_index(&r, &name);
	if (!r.bad)
		take_index(&r, &top);
	if (!r.bad)
		read_top_dict(top, &dict, &bad_dict);
	if (r.bad || bad_dict)
		return err_set(err, RC_INPUT, "the CFF font program is damaged");
	*codes = arena_zalloc(a, glyph_count, sizeof(**codes));
	for (uint32_t i = 0; i < glyph_count; i++)
		(*codes)[i] = (uint16_t)i;
	/* 0 to 2 name predefined charsets, which CID-keyed programs do not have. */
	if (!dict.cid_keyed || dict.charset <= 2)
		return RC_OK;
	if (dict.charset > cff.n)
		return err_set(err, RC_INPUT, "the CFF font program's charset lies outside it");
	r.at = dict.charset;
	read_charset(&r, glyph_count, *codes);
	if (r.bad)
		return err_set(err, RC_INPUT, "the CFF font program's charset is damaged");
	return RC_OK;
}
