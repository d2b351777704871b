// SPDX-License-Identifier: Apache-2.0
/* Judging fonts by their tables. Runs in: intake. */
#include "templates/font_check.h"

#include "base/buf.h"
#include "templates/font_cff.h"
#include "templates/font_cmap.h"
#include "templates/font_glyf.h"
#include "templates/font_layout.h"
#include "templates/font_read.h"
#include "templates/limits.h"
#include "templates/rules.h"

#include <string.h>

#define HEADER_LEN 12u
#define RECORD_LEN 16u
#define MAGIC 0x5F0F3CF5u
#define CHECKSUM_WHOLE 0xB1B0AFBAu

/* In the order of their tags, which is the order of writing. */
static const char *const kept[] = {"BASE", "CFF ", "GDEF", "GPOS", "GSUB", "OS/2", "VORG", "cmap",
	"glyf", "head", "hhea", "hmtx", "kern", "loca", "maxp", "name", "post", "vhea", "vmtx"};

struct table {
	struct bytes content; /* empty: not there */
};

struct font {
	struct table tables[ARRAY_COUNT(kept)];
	uint32_t flavour; /* of the header */
	uint32_t glyphs;
};

static struct bytes table_of(const struct font *f, const char *tag)
{
	static const uint8_t none[1];

	for (size_t i = 0; i < ARRAY_COUNT(kept); i++)
		if (memcmp(kept[i], tag, 4) == 0)
			return f->tables[i].content.p != NULL ? f->tables[i].content
							      : (struct bytes){none, 0};
	return (struct bytes){none, 0};
}

static enum rc check_start(struct bytes file, struct err *err)
{
	if (file.n > LIMIT_FONT_LEN)
		return err_set(err, RC_LIMIT, "the font has %zu bytes; at most %u are accepted",
			file.n, LIMIT_FONT_LEN);
	if (file.n < HEADER_LEN)
		return font_read_broken(err, "it ends too early");
	if (memcmp(file.p, "ttcf", 4) == 0)
		return err_set(err, RC_INPUT,
			"it is a collection of fonts; put each font into a file of its own");
	if (memcmp(file.p, "wOFF", 4) == 0 || memcmp(file.p, "wOF2", 4) == 0)
		return err_set(err, RC_INPUT, "it is a web font; convert it to .ttf or .otf");
	if (font_read_32(file.p) != 0x00010000u && memcmp(file.p, "true", 4) != 0
		&& memcmp(file.p, "OTTO", 4) != 0)
		return err_set(err, RC_INPUT, "it is no TrueType or OpenType font");
	return RC_OK;
}

/* A font has outlines of one kind; those of the other nobody judged, and nobody may take for it. */
static bool is_other_outline(const struct font *f, const uint8_t *tag)
{
	if (f->flavour == 0x00010000u)
		return memcmp(tag, "CFF ", 4) == 0 || memcmp(tag, "VORG", 4) == 0;
	return memcmp(tag, "glyf", 4) == 0 || memcmp(tag, "loca", 4) == 0;
}

/* Tables must be sorted, apart from each other and inside the file. */
static enum rc read_directory(struct bytes file, struct font *f, struct err *err)
{
	uint32_t count = font_read_16(file.p + 4);
	size_t covered = HEADER_LEN + (size_t)count * RECORD_LEN;

	f->flavour = memcmp(file.p, "OTTO", 4) == 0 ? font_read_32(file.p) : 0x00010000u;
	if (count == 0 || count > LIMIT_FONT_TABLES || covered > file.n)
		return font_read_broken(err, "its list of tables makes no sense");
	for (uint32_t i = 0; i < count; i++) {
		const uint8_t *r = file.p + HEADER_LEN + (size_t)i * RECORD_LEN;
		uint32_t at = font_read_32(r + 8);
		uint32_t len = font_read_32(r + 12);

		if (i > 0 && memcmp(r - RECORD_LEN, r, 4) >= 0)
			return font_read_broken(err, "its tables are not in order");
		if (at % 4 != 0 || at > file.n || len > file.n - at
			|| at < HEADER_LEN + (size_t)count * RECORD_LEN)
			return font_read_broken(err, "a table lies outside the file");
		covered += len;
		for (size_t k = 0; k < ARRAY_COUNT(kept); k++)
			if (memcmp(r, kept[k], 4) == 0 && !is_other_outline(f, r))
				f->tables[k].content = (struct bytes){file.p + at, len};
	}
	/* More bytes in tables than in the file: they lie over each other. */
	if (covered > file.n && RULE_ON(RULE_FONT_DIRECTORY))
		return font_read_broken(err, "its tables overlap");
	return RC_OK;
}

static enum rc check_head(struct font *f, struct err *err)
{
	struct bytes head = table_of(f, "head");
	struct bytes maxp = table_of(f, "maxp");
	struct bytes hhea = table_of(f, "hhea");
	uint32_t metrics;

	if (head.n < 54 || maxp.n < 6 || hhea.n < 36)
		return font_read_broken(err, "head, hhea or maxp is missing");
	if (RULE_ON(RULE_FONT_HEAD)
		&& (font_read_32(head.p + 12) != MAGIC || font_read_16(head.p + 18) < 16
			|| font_read_16(head.p + 18) > 16384 || font_read_16(head.p + 50) > 1))
		return font_read_broken(err, "its head makes no sense");
	f->glyphs = font_read_16(maxp.p + 4);
	metrics = font_read_16(hhea.p + 34);
	if (f->glyphs == 0 || metrics == 0 || metrics > f->glyphs)
		return font_read_broken(err, "its number of glyphs makes no sense");
	if (table_of(f, "hmtx").n < (size_t)metrics * 4 + (size_t)(f->glyphs - metrics) * 2)
		return font_read_broken(err, "hmtx is too short");
	return RC_OK;
}

static enum rc check_outlines(const struct font *f, struct err *err)
{
	struct bytes loca = table_of(f, "loca");
	bool wide = font_read_16(table_of(f, "head").p + 50) == 1;

	if (f->flavour != 0x00010000u)
		return RULE_ON(RULE_FONT_CFF) ? font_cff_check(table_of(f, "CFF "), f->glyphs, err)
					      : RC_OK;
	if (loca.n < ((size_t)f->glyphs + 1) * (wide ? 4 : 2) || table_of(f, "glyf").n == 0)
		return font_read_broken(err, "it holds no outlines");
	for (uint32_t i = 0; i < f->glyphs; i++)
		if (font_glyf_offset(loca, wide, i) > font_glyf_offset(loca, wide, i + 1)
			|| font_glyf_offset(loca, wide, i + 1) > table_of(f, "glyf").n)
			return font_read_broken(err, "a glyph lies outside glyf");
	if (!RULE_ON(RULE_FONT_PARTS))
		return RC_OK;
	return font_glyf_check(table_of(f, "glyf"), loca, wide, f->glyphs, err);
}

static enum rc check_layout(const struct font *f, struct err *err)
{
	enum rc rc = font_layout_check(table_of(f, "GSUB"), FONT_LAYOUT_SUBSTITUTES, err);

	return rc == RC_OK ? font_layout_check(table_of(f, "GPOS"), FONT_LAYOUT_PLACES, err) : rc;
}

/* OpenType, OS/2 fsType: bit 1 alone means that only its buyer may have it. */
static enum rc check_licence(const struct font *f, struct err *err)
{
	struct bytes os2 = table_of(f, "OS/2");

	if (os2.n >= 10 && (font_read_16(os2.p + 8) & 0xf) == 2)
		return err_set(err, RC_INPUT,
			"the font says that it may not be embedded; ask its maker for a licence, "
			"or use another");
	return RC_OK;
}

/* ---- writing ---- */

static void put16(struct buf *b, uint32_t v)
{
	buf_put_char(b, (char)(v >> 8 & 0xff));
	buf_put_char(b, (char)(v & 0xff));
}

static void put32(struct buf *b, uint32_t v)
{
	put16(b, v >> 16);
	put16(b, v & 0xffff);
}

static uint32_t checksum(struct bytes b)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < b.n; i++)
		sum += (uint32_t)b.p[i] << (24 - 8 * (i % 4));
	return sum;
}

static void put_header(struct buf *b, const struct font *f, uint32_t count)
{
	uint32_t power = 0;

	while (2u << power <= count)
		power++;
	put32(b, f->flavour);
	put16(b, count);
	put16(b, 16u << power);
	put16(b, power);
	put16(b, 16 * count - (16u << power));
}

static void write_font(const struct font *f, struct buf *out)
{
	uint32_t count = 0;
	uint32_t at;
	size_t head_at = 0;
	uint32_t whole;

	for (size_t i = 0; i < ARRAY_COUNT(kept); i++)
		count += f->tables[i].content.n > 0;
	at = HEADER_LEN + RECORD_LEN * count;
	put_header(out, f, count);
	for (size_t i = 0; i < ARRAY_COUNT(kept); i++) {
		struct bytes t = f->tables[i].content;

		if (t.n == 0)
			continue;
		buf_put_cz(out, kept[i]);
		/* Of head the sum without its own field of the whole font's sum. */
		put32(out,
			checksum(t) - (strcmp(kept[i], "head") == 0 ? font_read_32(t.p + 8) : 0));
		put32(out, at);
		put32(out, (uint32_t)t.n);
		at += ((uint32_t)t.n + 3) & ~3u;
	}
	for (size_t i = 0; i < ARRAY_COUNT(kept); i++) {
		struct bytes t = f->tables[i].content;

		if (strcmp(kept[i], "head") == 0)
			head_at = out->n;
		buf_put_bytes(out, t);
		buf_put_zeros(out, (4 - t.n % 4) % 4);
	}
	if (out->full)
		return;
	memset(out->p + head_at + 8, 0, 4);
	whole = CHECKSUM_WHOLE - checksum(buf_bytes(out));
	for (size_t i = 0; i < 4; i++)
		out->p[head_at + 8 + i] = (uint8_t)(whole >> (24 - 8 * i));
}

enum rc font_check_rewrite(struct bytes file, struct arena *a, struct bytes *out, struct err *err)
{
	struct font f = {.glyphs = 0};
	struct buf fresh = buf_new(LIMIT_FONT_LEN + 4096);
	enum rc rc = check_start(file, err);

	if (rc == RC_OK)
		rc = read_directory(file, &f, err);
	if (rc == RC_OK)
		rc = check_head(&f, err);
	if (rc == RC_OK && RULE_ON(RULE_FONT_OUTLINES))
		rc = check_outlines(&f, err);
	if (rc == RC_OK && RULE_ON(RULE_FONT_CMAP))
		rc = font_cmap_check(table_of(&f, "cmap"), f.glyphs, err);
	if (rc == RC_OK && RULE_ON(RULE_FONT_LAYOUT))
		rc = check_layout(&f, err);
	if (rc == RC_OK && RULE_ON(RULE_FONT_LICENCE))
		rc = check_licence(&f, err);
	if (rc != RC_OK)
		return rc;
	write_font(&f, &fresh);
	*out = (struct bytes){arena_dup(a, fresh.p, fresh.n), fresh.n};
	buf_free(&fresh);
	return RC_OK;
}
