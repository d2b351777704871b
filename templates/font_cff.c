// SPDX-License-Identifier: Apache-2.0
/* Judging PostScript outlines. Runs in: intake. */
#include "templates/font_cff.h"

#include "templates/font_charstring.h"
#include "templates/font_read.h"
#include "templates/limits.h"

#include <string.h>

#define HEADER_LEN 4u
/* Technical Note 5176, section 4: an operator follows at most 48 operands. */
#define OPERANDS_MAX 48u
/* FDSelect has one byte for the number of a DICT. */
#define DICTS_MAX 256u
#define ESCAPED 0x0c00u

/* Operators of DICTs that lead somewhere; of two bytes with ESCAPED. */
enum {
	OP_CHARSTRINGS = 17,
	OP_PRIVATE = 18,
	OP_SUBRS = 19,
	OP_CHARSTRING_TYPE = ESCAPED + 6,
	OP_DICTS = ESCAPED + 36,
	OP_SELECT = ESCAPED + 37,
};

/* What is taken from a DICT; 0 where it says nothing. */
struct dict {
	int64_t charstrings;
	int64_t private_at;
	int64_t private_len;
	int64_t subrs;
	int64_t type;
	int64_t dicts;
	int64_t select;
};

struct cff {
	struct bytes table;
	struct font_index global;
	struct font_index charstrings;
	struct font_index locals[DICTS_MAX]; /* subroutines of each DICT */
	uint32_t dicts;
	struct bytes select; /* FDSelect up to the table's end; empty: the font has one DICT */
};

/* The INDEX at *at, which leads past it afterwards. */
static enum rc read_index(struct bytes table, size_t *at, struct font_index *out, struct err *err)
{
	uint64_t previous = 1;
	size_t len = *at <= table.n ? table.n - *at : 0;
	const uint8_t *p = table.p + (table.n - len);
	size_t head;

	*out = (struct font_index){table.p, table.p, 0, 1};
	if (len < 2)
		return font_read_broken(err, "a list of CFF lies outside it");
	out->count = font_read_16(p);
	*at += 2;
	if (out->count == 0)
		return RC_OK;
	out->offset_len = len > 2 ? p[2] : 0;
	head = 3 + ((size_t)out->count + 1) * out->offset_len;
	if (out->offset_len < 1 || out->offset_len > 4 || head > len)
		return font_read_broken(err, "a list of CFF lies outside it");
	out->offsets = p + 3;
	out->content = p + head - 1;
	for (uint32_t i = 0; i <= out->count; i++) {
		uint64_t offset = 0;

		for (uint32_t k = 0; k < out->offset_len; k++)
			offset = offset << 8 | out->offsets[(size_t)i * out->offset_len + k];
		if (offset < previous || (i == 0 && offset != 1) || offset > len - head + 1)
			return font_read_broken(err, "a list of CFF is not in order");
		previous = offset;
	}
	/* Past the count already; offsets begin with 1. */
	*at += head - 2 + (size_t)previous - 1;
	return RC_OK;
}

/* An operand's length; 0 when it is cut off or none. *value: 0 for real numbers, which lead nowhere. */
static size_t read_operand(const uint8_t *p, size_t len, int64_t *value)
{
	size_t n = 1;

	*value = 0;
	if (p[0] >= 32 && p[0] <= 246) {
		*value = p[0] - 139;
		return 1;
	}
	if (p[0] >= 247 && p[0] <= 254) {
		if (len < 2)
			return 0;
		*value = p[0] < 251 ? (p[0] - 247) * 256 + p[1] + 108
				    : -(p[0] - 251) * 256 - p[1] - 108;
		return 2;
	}
	if (p[0] == 28) {
		*value = len >= 3 ? (int16_t)font_read_16(p + 1) : 0;
		return len >= 3 ? 3 : 0;
	}
	if (p[0] == 29) {
		*value = len >= 5 ? (int32_t)font_read_32(p + 1) : 0;
		return len >= 5 ? 5 : 0;
	}
	if (p[0] != 30)
		return 0;
	/* Digits of four bits; 15 ends them. */
	while (n < len && (p[n] & 0xf) != 0xf && p[n] >> 4 != 0xf)
		n++;
	return n < len ? n + 1 : 0;
}

static void keep_operator(struct dict *d, uint32_t op, const int64_t *operands, uint32_t count)
{
	int64_t last = count > 0 ? operands[count - 1] : 0;

	switch (op) {
	case OP_CHARSTRINGS:
		d->charstrings = last;
		break;
	case OP_PRIVATE:
		d->private_at = last;
		d->private_len = count > 1 ? operands[count - 2] : 0;
		break;
	case OP_SUBRS:
		d->subrs = last;
		break;
	case OP_CHARSTRING_TYPE:
		d->type = last;
		break;
	case OP_DICTS:
		d->dicts = last;
		break;
	case OP_SELECT:
		d->select = last;
		break;
	default:
		break;
	}
}

static enum rc read_dict(struct bytes b, struct dict *out, struct err *err)
{
	int64_t operands[OPERANDS_MAX];
	uint32_t count = 0;
	size_t at = 0;

	*out = (struct dict){.type = 2};
	while (at < b.n) {
		uint32_t op = b.p[at];
		size_t len;

		if (op > 21) {
			if (count == OPERANDS_MAX)
				return font_read_broken(err, "a DICT of CFF makes no sense");
			len = read_operand(b.p + at, b.n - at, &operands[count++]);
			if (len == 0)
				return font_read_broken(err, "a DICT of CFF makes no sense");
			at += len;
			continue;
		}
		at++;
		if (op == 12 && at == b.n)
			return font_read_broken(err, "a DICT of CFF makes no sense");
		if (op == 12)
			op = ESCAPED + b.p[at++];
		keep_operator(out, op, operands, count);
		count = 0;
	}
	return RC_OK;
}

/* The Private DICT that a DICT names, and the subroutines that it names. */
static enum rc read_private(
	const struct cff *cff, const struct dict *d, struct font_index *locals, struct err *err)
{
	int64_t n = (int64_t)cff->table.n;
	struct dict private;
	size_t at;
	enum rc rc;

	*locals = (struct font_index){cff->table.p, cff->table.p, 0, 1};
	if (d->private_len == 0)
		return RC_OK;
	if (d->private_at < 0 || d->private_at > n || d->private_len < 0
		|| d->private_len > n - d->private_at)
		return font_read_broken(err, "a DICT of CFF lies outside it");
	rc = read_dict((struct bytes){cff->table.p + d->private_at, (size_t)d->private_len},
		&private, err);
	if (rc != RC_OK || private.subrs == 0)
		return rc;
	if (private.subrs < 0 || private.subrs > n - d->private_at)
		return font_read_broken(err, "a list of CFF lies outside it");
	at = (size_t)(d->private_at + private.subrs);
	return read_index(cff->table, &at, locals, err);
}

/* Fonts of more than one DICT (5176, sections 18 and 19). */
static enum rc read_dicts(struct cff *cff, const struct dict *top, struct err *err)
{
	int64_t n = (int64_t)cff->table.n;
	struct font_index list;
	size_t at = (size_t)top->dicts;
	enum rc rc;

	if (top->dicts < 0 || top->dicts > n || top->select <= 0 || top->select >= n)
		return font_read_broken(err, "a list of CFF lies outside it");
	rc = read_index(cff->table, &at, &list, err);
	if (rc != RC_OK)
		return rc;
	if (list.count == 0 || list.count > DICTS_MAX)
		return font_read_broken(err, "CFF has no DICT, or too many");
	cff->dicts = list.count;
	cff->select = (struct bytes){cff->table.p + top->select, (size_t)(n - top->select)};
	for (uint32_t i = 0; rc == RC_OK && i < list.count; i++) {
		struct dict d;

		rc = read_dict(font_index_item(&list, i), &d, err);
		if (rc == RC_OK)
			rc = read_private(cff, &d, &cff->locals[i], err);
	}
	return rc;
}

static enum rc check_glyphs(const struct cff *cff, uint32_t from, uint32_t to, uint32_t dict,
	uint32_t *steps, struct err *err)
{
	enum rc rc = RC_OK;

	if (dict >= cff->dicts)
		return font_read_broken(err, "a glyph of CFF asks for a DICT that is not there");
	for (uint32_t i = from; rc == RC_OK && i < to; i++)
		rc = font_charstring_check(font_index_item(&cff->charstrings, i), &cff->global,
			&cff->locals[dict], steps, err);
	return rc;
}

/* FDSelect in ranges: each from its first glyph to the next one's, the last to the number of glyphs. */
static enum rc check_ranges(const struct cff *cff, uint32_t *steps, struct err *err)
{
	struct bytes s = cff->select;
	uint32_t count = s.n >= 5 ? font_read_16(s.p + 1) : 0;
	uint32_t from = 0;
	enum rc rc = RC_OK;

	if (count == 0 || 5 + 3 * (size_t)count > s.n || font_read_16(s.p + 3) != 0)
		return font_read_broken(err, "FDSelect of CFF makes no sense");
	for (uint32_t i = 0; rc == RC_OK && i < count; i++) {
		const uint8_t *range = s.p + 3 + 3 * (size_t)i;
		uint32_t to = font_read_16(range + 3);

		if (to <= from || to > cff->charstrings.count)
			return font_read_broken(err, "FDSelect of CFF is not in order");
		rc = check_glyphs(cff, from, to, range[2], steps, err);
		from = to;
	}
	if (rc == RC_OK && from != cff->charstrings.count)
		return font_read_broken(err, "FDSelect of CFF ends before the glyphs do");
	return rc;
}

static enum rc check_programs(const struct cff *cff, struct err *err)
{
	uint32_t steps = LIMIT_FONT_STEPS;
	uint32_t glyphs = cff->charstrings.count;
	enum rc rc = RC_OK;

	if (cff->select.n == 0)
		return check_glyphs(cff, 0, glyphs, 0, &steps, err);
	if (cff->select.p[0] == 3)
		return check_ranges(cff, &steps, err);
	if (cff->select.p[0] != 0 || cff->select.n - 1 < glyphs)
		return font_read_broken(err, "FDSelect of CFF makes no sense");
	for (uint32_t i = 0; rc == RC_OK && i < glyphs; i++)
		rc = check_glyphs(cff, i, i + 1, cff->select.p[1 + i], &steps, err);
	return rc;
}

/* Names, top DICTs, strings and global subroutines follow each other; the first DICT leads to the rest. */
static enum rc read_parts(struct cff *cff, struct dict *top, struct err *err)
{
	struct font_index names;
	struct font_index tops;
	struct font_index strings;
	struct font_index *const lists[] = {&names, &tops, &strings, &cff->global};
	size_t at = cff->table.p[2];
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < ARRAY_COUNT(lists); i++)
		rc = read_index(cff->table, &at, lists[i], err);
	if (rc != RC_OK)
		return rc;
	if (names.count != 1 || tops.count != 1)
		return font_read_broken(err, "CFF holds no font, or more than one");
	rc = read_dict(font_index_item(&tops, 0), top, err);
	if (rc != RC_OK)
		return rc;
	if (top->type != 2 || top->charstrings <= 0 || top->charstrings > (int64_t)cff->table.n)
		return font_read_broken(err, "CFF holds no glyphs");
	at = (size_t)top->charstrings;
	return read_index(cff->table, &at, &cff->charstrings, err);
}

enum rc font_cff_check(struct bytes table, uint32_t glyphs, struct err *err)
{
	struct cff cff = {.table = table, .dicts = 1};
	struct dict top;
	enum rc rc;

	if (table.n == 0)
		return font_read_broken(err, "it holds no outlines");
	if (table.n < HEADER_LEN || table.p[0] != 1 || table.p[2] < HEADER_LEN)
		return font_read_broken(err, "the header of CFF makes no sense");
	rc = read_parts(&cff, &top, err);
	if (rc != RC_OK)
		return rc;
	if (cff.charstrings.count != glyphs)
		return font_read_broken(err, "CFF has another number of glyphs than maxp");
	rc = top.dicts != 0 ? read_dicts(&cff, &top, err)
			    : read_private(&cff, &top, &cff.locals[0], err);
	return rc == RC_OK ? check_programs(&cff, err) : rc;
}
