// SPDX-License-Identifier: Apache-2.0
/* Features of a QR symbol that readers may stumble on, counted 64 modules at a time. Runs in: render. */
#include "render/qr_symbol.h"

/* ISO/IEC 18004, 7.8.3.1. */
#define RUN 3u /* five modules of a colour in a line, and 1 for each more */
#define BLOCK 3u /* two by two of a colour */
#define FINDER 40u /* what looks like a finder pattern */
#define BALANCE 10u /* five parts of a hundred away from half dark */

/* Light lines around a symbol, as many as are asked for beyond its edges. */
#define EDGE 8

/*
 * Lines are looked at across: a word of each, with 64 modules of as many crossing lines. What is beside each other along
 * those is the same bit of words that follow each other.
 */
struct across {
	int32_t side;
	uint64_t valid;
	uint64_t words[EDGE + QR_SIDE_MAX + EDGE];
	const uint64_t *at; /* the first line */
};

static void look_across(
	const struct qr_symbol *s, const qr_line *lines, uint32_t w, struct across *out)
{
	*out = (struct across){.side = (int32_t)s->side, .valid = qr_symbol_valid(s, w)};
	out->at = out->words + EDGE;
	for (uint32_t i = 0; i < s->side; i++)
		out->words[EDGE + i] = lines[i][w];
}

static uint32_t count(uint64_t bits)
{
	return (uint32_t)__builtin_popcountll(bits);
}

static uint32_t penalty_of_runs(const struct across *a)
{
	uint64_t same[4] = {0};
	uint64_t before = 0;
	uint32_t sum = 0;

	for (int32_t i = 1; i < a->side; i++) {
		uint64_t five;

		same[i & 3] = ~(a->at[i] ^ a->at[i - 1]) & a->valid;
		five = same[0] & same[1] & same[2] & same[3];
		/* A run of n has n - 4 times five modules, and one beginning. */
		if (five != 0)
			sum += count(five) + (RUN - 1) * count(five & ~before);
		before = five;
	}
	return sum;
}

/* next: of lines, the word to the right of a's. */
static uint32_t penalty_of_blocks(const struct across *a, const qr_line *lines, uint32_t next)
{
	bool last = next == QR_WORDS || 64 * (int32_t)next >= a->side;
	uint64_t pairs = last ? a->valid >> 1 : a->valid;
	uint32_t sum = 0;

	for (int32_t i = 1; i < a->side; i++) {
		uint64_t here = a->at[i], above = a->at[i - 1];
		uint64_t right = here >> 1 | (last ? 0 : lines[i][next] << 63);
		uint64_t right_above = above >> 1 | (last ? 0 : lines[i - 1][next] << 63);

		sum += count(pairs & ~((here ^ above) | (here ^ right) | (here ^ right_above)));
	}
	return BLOCK * sum;
}

/* Length of the run of a colour that begins with a line and goes on in a direction; endless beyond the edge when light. */
static int32_t run_from(const struct across *a, int32_t line, int32_t step, uint64_t bit)
{
	bool dark = (a->at[line] & bit) != 0;
	int32_t n = 0;

	for (; line >= 0 && line < a->side; line += step, n++)
		if (((a->at[line] & bit) != 0) != dark)
			return n;
	return dark ? n : INT32_MAX;
}

/* Dark to light to dark as 1:1:3:1:1, whose middle runs from first for 3 * part, beside light of four parts. */
static bool is_finder(const struct across *a, int32_t first, int32_t part, uint64_t bit)
{
	int32_t behind = first + 3 * part;
	int32_t end = behind + 2 * part;
	int32_t start = first - 2 * part;

	if (start < 0 || end > a->side)
		return false;
	if (run_from(a, first - 1, -1, bit) != part || run_from(a, behind, 1, bit) != part)
		return false;
	if (run_from(a, first - part - 1, -1, bit) != part
		|| run_from(a, behind + part, 1, bit) != part)
		return false;
	return run_from(a, start - 1, -1, bit) >= 4 * part || run_from(a, end, 1, bit) >= 4 * part;
}

/* In their ordinary size all at once; larger ones, which are rare, where a dark run is as long as their middle. */
static uint32_t penalty_of_finders(const struct across *a)
{
	uint32_t sum = 0;

	for (int32_t i = 0; i < a->side; i++) {
		const uint64_t *at = a->at + i;
		uint64_t three = at[0] & ~at[-1] & at[1] & at[2];
		uint64_t six = three & at[3] & at[4] & at[5];
		uint64_t one = three & ~at[3] & at[-2] & ~at[-3] & at[4] & ~at[5];

		/* Light is four modules long before or behind. */
		if (one != 0)
			sum += count(one & ~((at[-4] | at[-5] | at[-6]) & (at[6] | at[7] | at[8])));
		for (; six != 0; six &= six - 1) {
			uint64_t bit = six & -six;
			int32_t n = run_from(a, i, 1, bit);

			sum += n % 3 == 0 && is_finder(a, i, n / 3, bit) ? 1 : 0;
		}
	}
	return FINDER * sum;
}

uint32_t qr_penalty(const struct qr_symbol *s)
{
	uint32_t modules = s->side * s->side;
	uint32_t dark = 0;
	uint32_t sum = 0;
	uint32_t percent;
	struct across across;

	for (uint32_t w = 0; 64 * w < s->side; w++) {
		look_across(s, s->columns, w, &across);
		sum += penalty_of_runs(&across) + penalty_of_finders(&across);
		look_across(s, s->rows, w, &across);
		sum += penalty_of_runs(&across) + penalty_of_finders(&across);
		sum += penalty_of_blocks(&across, s->rows, w + 1);
		for (uint32_t y = 0; y < s->side; y++)
			dark += count(s->rows[y][w]);
	}
	percent = (200 * dark + modules) / modules / 2;
	return sum + BALANCE * ((percent > 50 ? percent - 50 : 50 - percent) / 5);
}
