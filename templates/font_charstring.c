// SPDX-License-Identifier: Apache-2.0
/* Following the programs of glyphs without drawing. Runs in: intake. */
#include "templates/font_charstring.h"

#include "templates/font_read.h"
#include "templates/limits.h"

#include <string.h>

/* Technical Note 5177, appendix B: ten subroutines deep. */
#define CALLS_MAX 10u
/* The note has 48; what a later version of the format has hurts nobody. */
#define OPERANDS_MAX 513u
/* An operand that arithmetic made: not followed. */
#define UNFORESEEN INT32_MIN

enum {
	OP_HSTEM = 1,
	OP_VSTEM = 3,
	OP_CALL_LOCAL = 10,
	OP_RETURN = 11,
	OP_ESCAPE = 12,
	OP_END = 14,
	OP_HSTEMHM = 18,
	OP_HINTMASK = 19,
	OP_CNTRMASK = 20,
	OP_VSTEMHM = 23,
	OP_NUMBER_16 = 28,
	OP_CALL_GLOBAL = 29,
	OP_NUMBERS = 32, /* and above: numbers */
	OP_FIXED = 255,
};

struct machine {
	const struct font_index *global;
	const struct font_index *local;
	struct bytes rest[CALLS_MAX + 1]; /* of each program that is under way */
	uint32_t depth; /* of the one in hand */
	int32_t operands[OPERANDS_MAX];
	uint32_t count;
	uint32_t stems;
	bool ended;
};

/* Operands that an arithmetic operator takes and gives (5177, 4.5 and 4.6); others clear the stack. */
static const struct {
	uint8_t op;
	uint8_t takes;
	uint8_t gives;
} arithmetic[] = {{3, 2, 1}, {4, 2, 1}, {5, 1, 1}, {9, 1, 1}, {10, 2, 1}, {11, 2, 1}, {12, 2, 1},
	{14, 1, 1}, {15, 2, 1}, {18, 1, 0}, {20, 2, 0}, {21, 1, 1}, {22, 4, 1}, {23, 0, 1},
	{24, 2, 1}, {26, 1, 1}, {27, 1, 2}, {28, 2, 2}, {29, 1, 1}};

#define OP_ROLL 30u

struct bytes font_index_item(const struct font_index *index, uint32_t i)
{
	const uint8_t *p = index->offsets + (size_t)i * index->offset_len;
	uint32_t bounds[2] = {0, 0};

	for (uint32_t k = 0; k < 2 * index->offset_len; k++)
		bounds[k / index->offset_len] = bounds[k / index->offset_len] << 8 | p[k];
	return (struct bytes){index->content + bounds[0], bounds[1] - bounds[0]};
}

static enum rc push(struct machine *m, int32_t value, struct err *err)
{
	if (m->count == OPERANDS_MAX)
		return font_read_broken(err, "a glyph's program piles up too many numbers");
	m->operands[m->count++] = value;
	return RC_OK;
}

/* Takes n bytes, or what is left of them when the program ends first. */
static struct bytes take(struct bytes *rest, size_t n)
{
	struct bytes taken = {rest->p, n < rest->n ? n : rest->n};

	rest->p += taken.n;
	rest->n -= taken.n;
	return taken;
}

static enum rc read_number(struct machine *m, uint8_t first, struct bytes *rest, struct err *err)
{
	size_t more = first == OP_NUMBER_16 ? 2u : first == OP_FIXED ? 4u : first >= 247 ? 1u : 0u;
	struct bytes b = take(rest, more);

	/* Cut off: the program is over, and no operator can follow. */
	if (b.n < more)
		return RC_OK;
	if (first == OP_NUMBER_16 || first == OP_FIXED)
		return push(m, (int16_t)font_read_16(b.p), err);
	if (first < 247)
		return push(m, first - 139, err);
	if (first < 251)
		return push(m, (first - 247) * 256 + b.p[0] + 108, err);
	return push(m, -(first - 251) * 256 - b.p[0] - 108, err);
}

/* 5177, 4.7: small fonts count subroutines from -107, larger ones from lower down. */
static enum rc call(struct machine *m, const struct font_index *subrs, struct err *err)
{
	int32_t bias = subrs->count < 1240 ? 107 : subrs->count < 33900 ? 1131 : 32768;
	int32_t number;

	if (m->count == 0 || m->operands[m->count - 1] == UNFORESEEN)
		return font_read_broken(err, "a glyph's program calls what cannot be foreseen");
	number = m->operands[--m->count] + bias;
	if (number < 0 || (uint32_t)number >= subrs->count)
		return font_read_broken(err, "a glyph's program calls a part that is not there");
	if (m->depth == CALLS_MAX)
		return err_set(err, RC_LIMIT,
			"a glyph of the font calls more than %u parts inside each other; use "
			"another font",
			CALLS_MAX);
	m->rest[++m->depth] = font_index_item(subrs, (uint32_t)number);
	return RC_OK;
}

static enum rc calculate(struct machine *m, uint8_t op, struct err *err)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < ARRAY_COUNT(arithmetic); i++) {
		if (arithmetic[i].op != op)
			continue;
		m->count -= arithmetic[i].takes < m->count ? arithmetic[i].takes : m->count;
		for (uint32_t k = 0; rc == RC_OK && k < arithmetic[i].gives; k++)
			rc = push(m, UNFORESEEN, err);
		return rc;
	}
	if (op != OP_ROLL) {
		m->count = 0;
		return RC_OK;
	}
	m->count -= m->count < 2 ? m->count : 2;
	for (uint32_t i = 0; i < m->count; i++)
		m->operands[i] = UNFORESEEN;
	return RC_OK;
}

static void count_stems(struct machine *m)
{
	m->stems += m->count / 2;
	m->count = 0;
}

static enum rc operate(struct machine *m, uint8_t op, struct bytes *rest, struct err *err)
{
	struct bytes b;

	switch (op) {
	case OP_CALL_LOCAL:
		return call(m, m->local, err);
	case OP_CALL_GLOBAL:
		return call(m, m->global, err);
	case OP_RETURN:
		rest->n = 0;
		return RC_OK;
	case OP_END:
		m->ended = true;
		return RC_OK;
	case OP_ESCAPE:
		b = take(rest, 1);
		return b.n == 1 ? calculate(m, b.p[0], err) : RC_OK;
	case OP_HSTEM:
	case OP_VSTEM:
	case OP_HSTEMHM:
	case OP_VSTEMHM:
		count_stems(m);
		return RC_OK;
	case OP_HINTMASK:
	case OP_CNTRMASK:
		count_stems(m);
		(void)take(rest, (m->stems + 7) / 8);
		return RC_OK;
	default:
		m->count = 0;
		return RC_OK;
	}
}

enum rc font_charstring_check(struct bytes program, const struct font_index *global,
	const struct font_index *local, uint32_t *steps, struct err *err)
{
	struct machine m;
	uint32_t taken = 0;
	enum rc rc = RC_OK;

	m.global = global;
	m.local = local;
	m.rest[0] = program;
	m.depth = m.count = m.stems = 0;
	m.ended = false;
	while (rc == RC_OK && !m.ended) {
		struct bytes *rest = &m.rest[m.depth];
		uint8_t op;

		/* One that ends without saying so returns. */
		if (rest->n == 0) {
			m.ended = m.depth == 0;
			m.depth -= m.depth > 0;
			continue;
		}
		if (taken == LIMIT_GLYPH_STEPS || *steps == 0)
			return err_set(err, RC_LIMIT,
				"the programs of the font's glyphs take more than %u steps, or one "
				"of them more than %u; use another font",
				LIMIT_FONT_STEPS, LIMIT_GLYPH_STEPS);
		taken++;
		--*steps;
		op = take(rest, 1).p[0];
		if (op >= OP_NUMBERS || op == OP_NUMBER_16)
			rc = read_number(&m, op, rest, err);
		else
			rc = operate(&m, op, rest, err);
	}
	return rc;
}
