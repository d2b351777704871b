// SPDX-License-Identifier: Apache-2.0
/* Codewords to the modules of a QR symbol. Runs in: render. */
#include "render/qr_symbol.h"

#include <string.h>

#define MASKS 8u
/* All mask patterns repeat after so many modules, in both directions. */
#define MASK_PERIOD 12u
/* The column and the row of alternating modules. */
#define TIMING 6u

/* ---- modules ---- */

static void set(struct qr_symbol *s, uint32_t x, uint32_t y, bool dark)
{
	uint64_t column = (uint64_t)1 << (x & 63);
	uint64_t row = (uint64_t)1 << (y & 63);

	if (dark) {
		s->rows[y][x >> 6] |= column;
		s->columns[x][y >> 6] |= row;
	} else {
		s->rows[y][x >> 6] &= ~column;
		s->columns[x][y >> 6] &= ~row;
	}
}

static void fix(struct qr_symbol *s, uint32_t x, uint32_t y, bool dark)
{
	set(s, x, y, dark);
	s->fixed[y][x >> 6] |= (uint64_t)1 << (x & 63);
}

/* ---- function patterns (6.3) ---- */

/* Squares around a middle, as far as they lie in the symbol; light where dark has no bit for the distance. */
static void fix_squares(
	struct qr_symbol *s, int32_t middle_x, int32_t middle_y, int32_t reach, unsigned dark)
{
	for (int32_t dy = -reach; dy <= reach; dy++)
		for (int32_t dx = -reach; dx <= reach; dx++) {
			int32_t x = middle_x + dx, y = middle_y + dy;
			int32_t across = dx < 0 ? -dx : dx, down = dy < 0 ? -dy : dy;

			if (x >= 0 && y >= 0 && x < (int32_t)s->side && y < (int32_t)s->side)
				fix(s, (uint32_t)x, (uint32_t)y,
					(dark >> (across > down ? across : down) & 1) != 0);
		}
}

/* Alignment patterns lie where rows and columns of these cross (annex E). */
static uint32_t alignment_places(uint32_t version, uint32_t out[7])
{
	uint32_t count = version / 7 + 2;
	uint32_t step;
	uint32_t at = 17 + 4 * version - 7;

	if (version == 1)
		return 0;
	step = (8 * version + 3 * count + 5) / (4 * count - 4) * 2;
	for (uint32_t i = count - 1; i > 0; i--, at -= step)
		out[i] = at;
	out[0] = TIMING;
	return count;
}

static void fix_alignments(struct qr_symbol *s)
{
	uint32_t places[7];
	uint32_t count = alignment_places(s->version, places);

	for (uint32_t i = 0; i < count; i++)
		for (uint32_t k = 0; k < count; k++) {
			/* Finder patterns have three of the corners. */
			if ((i == 0 && (k == 0 || k == count - 1)) || (i == count - 1 && k == 0))
				continue;
			fix_squares(s, (int32_t)places[i], (int32_t)places[k], 2, 0x5);
		}
}

/* The remainder of bits, followed by zeros, and the polynomial: a code word of a BCH code (annexes C and D). */
static uint32_t bch(uint32_t bits, uint32_t zeros, uint32_t polynomial)
{
	uint32_t rest = bits << zeros;

	for (uint32_t top = 31; top >= zeros; top--)
		if ((rest >> top & 1) != 0)
			rest ^= polynomial << (top - zeros);
	return bits << zeros | rest;
}

/* 7.10. */
static void fix_version(struct qr_symbol *s)
{
	uint32_t bits = bch(s->version, 12, 0x1f25);

	for (uint32_t i = 0; s->version >= 7 && i < 18; i++) {
		uint32_t a = s->side - 11 + i % 3, b = i / 3;
		bool dark = (bits >> i & 1) != 0;

		fix(s, a, b, dark);
		fix(s, b, a, dark);
	}
}

/* 7.9; level M has the bits 00. */
static void fix_format(struct qr_symbol *s, uint32_t mask)
{
	uint32_t bits = bch(mask, 10, 0x537) ^ 0x5412;

	for (uint32_t i = 0; i < 15; i++) {
		bool dark = (bits >> i & 1) != 0;

		/* Around the first finder pattern, stepping over the timing patterns. */
		if (i < 8)
			fix(s, 8, i < 6 ? i : i + 1, dark);
		else
			fix(s, i == 8 ? 7 : 14 - i, 8, dark);
		/* Beside the other two. */
		if (i < 8)
			fix(s, s->side - 1 - i, 8, dark);
		else
			fix(s, 8, s->side - 15 + i, dark);
	}
	fix(s, 8, s->side - 8, true);
}

static void fix_patterns(struct qr_symbol *s)
{
	int32_t last = (int32_t)s->side - 4;

	for (uint32_t i = 0; i < s->side; i++) {
		fix(s, TIMING, i, i % 2 == 0);
		fix(s, i, TIMING, i % 2 == 0);
	}
	/* With the separators around them. */
	fix_squares(s, 3, 3, 4, 0xb);
	fix_squares(s, last, 3, 4, 0xb);
	fix_squares(s, 3, last, 4, 0xb);
	fix_alignments(s);
	fix_version(s);
	fix_format(s, 0);
}

/* ---- codewords (7.7.3) ---- */

uint32_t qr_symbol_codewords(uint32_t version)
{
	uint32_t count = version / 7 + 2;
	uint32_t modules = (16 * version + 128) * version + 64;

	if (version >= 2)
		modules -= (25 * count - 10) * count - 55;
	if (version >= 7)
		modules -= 36;
	return modules / 8;
}

void qr_symbol_place(uint32_t version, const uint8_t *codewords, struct qr_symbol *out)
{
	uint32_t bits = 8 * qr_symbol_codewords(version);
	uint32_t bit = 0;

	memset(out, 0, sizeof *out);
	out->version = version;
	out->side = 17 + 4 * version;
	fix_patterns(out);
	/* Pairs of columns from the right, up and down in turn; the timing column belongs to none. */
	for (uint32_t right = out->side - 1; right < out->side; right -= 2) {
		bool up;

		if (right == TIMING)
			right--;
		up = ((right + 1) & 2) == 0;
		for (uint32_t i = 0; i < 2 * out->side; i++) {
			uint32_t x = right - (i & 1);
			uint32_t y = up ? out->side - 1 - i / 2 : i / 2;

			if ((out->fixed[y][x >> 6] >> (x & 63) & 1) != 0)
				continue;
			if (bit < bits && (codewords[bit >> 3] >> (7 - (bit & 7)) & 1) != 0)
				set(out, x, y, true);
			bit++;
		}
	}
}

/* ---- masks (7.8.2) ---- */

/* Which modules they turn over: row i, column j. */
#define MASK_0(i, j) (((i) + (j)) % 2 == 0)
#define MASK_1(i, j) ((i) % 2 == 0)
#define MASK_2(i, j) ((j) % 3 == 0)
#define MASK_3(i, j) (((i) + (j)) % 3 == 0)
#define MASK_4(i, j) (((i) / 2 + (j) / 3) % 2 == 0)
#define MASK_5(i, j) ((i) * (j) % 2 + (i) * (j) % 3 == 0)
#define MASK_6(i, j) (((i) * (j) % 2 + (i) * (j) % 3) % 2 == 0)
#define MASK_7(i, j) ((((i) + (j)) % 2 + (i) * (j) % 3) % 2 == 0)

/* Lines of a mask, a bit for each module until they repeat: rows, and columns. */
#define ROW(m, i) \
	(m(i, 0) | m(i, 1) << 1 | m(i, 2) << 2 | m(i, 3) << 3 | m(i, 4) << 4 | m(i, 5) << 5 \
		| m(i, 6) << 6 | m(i, 7) << 7 | m(i, 8) << 8 | m(i, 9) << 9 | m(i, 10) << 10 \
		| m(i, 11) << 11)
#define COLUMN(m, j) \
	(m(0, j) | m(1, j) << 1 | m(2, j) << 2 | m(3, j) << 3 | m(4, j) << 4 | m(5, j) << 5 \
		| m(6, j) << 6 | m(7, j) << 7 | m(8, j) << 8 | m(9, j) << 9 | m(10, j) << 10 \
		| m(11, j) << 11)
#define ALL(line, m) \
	{ \
		line(m, 0), line(m, 1), line(m, 2), line(m, 3), line(m, 4), line(m, 5), \
			line(m, 6), line(m, 7), line(m, 8), line(m, 9), line(m, 10), line(m, 11) \
	}
#define MASKS_BY(line) \
	{ \
		ALL(line, MASK_0), ALL(line, MASK_1), ALL(line, MASK_2), ALL(line, MASK_3), \
			ALL(line, MASK_4), ALL(line, MASK_5), ALL(line, MASK_6), ALL(line, MASK_7) \
	}

static const uint16_t mask_rows[MASKS][MASK_PERIOD] = MASKS_BY(ROW);
static const uint16_t mask_columns[MASKS][MASK_PERIOD] = MASKS_BY(COLUMN);

/* Word w of a line that repeats. */
static uint64_t repeated(uint64_t pattern, uint32_t w)
{
	uint32_t done = 64 * w % MASK_PERIOD;

	pattern = (pattern >> done | pattern << (MASK_PERIOD - done)) & ((1u << MASK_PERIOD) - 1);
	return pattern | pattern << 12 | pattern << 24 | pattern << 36 | pattern << 48
		| pattern << 60;
}

/* By rows and by columns. */
struct data_lines {
	qr_line rows[QR_SIDE_MAX];
	qr_line columns[QR_SIDE_MAX];
};

static void turn_over(struct qr_symbol *s, const struct data_lines *data, uint32_t mask)
{
	for (uint32_t i = 0; i < s->side; i++)
		for (uint32_t w = 0; 64 * w < s->side; w++) {
			s->rows[i][w] ^=
				repeated(mask_rows[mask][i % MASK_PERIOD], w) & data->rows[i][w];
			s->columns[i][w] ^= repeated(mask_columns[mask][i % MASK_PERIOD], w)
				& data->columns[i][w];
		}
}

/* Modules that are masked. */
static void find_data(const struct qr_symbol *s, struct data_lines *out)
{
	memset(out, 0, sizeof *out);
	for (uint32_t y = 0; y < s->side; y++)
		for (uint32_t w = 0; 64 * w < s->side; w++) {
			out->rows[y][w] = qr_symbol_valid(s, w) & ~s->fixed[y][w];
			for (uint64_t bits = out->rows[y][w]; bits != 0; bits &= bits - 1)
				out->columns[64 * w + (uint32_t)__builtin_ctzll(bits)][y >> 6] |=
					(uint64_t)1 << (y & 63);
		}
}

void qr_symbol_mask(struct qr_symbol *s)
{
	struct data_lines data;
	uint32_t best = 0;
	uint32_t least = UINT32_MAX;

	find_data(s, &data);
	for (uint32_t mask = 0; mask < MASKS; mask++) {
		uint32_t penalty;

		turn_over(s, &data, mask);
		fix_format(s, mask);
		penalty = qr_penalty(s);
		if (penalty < least) {
			least = penalty;
			best = mask;
		}
		turn_over(s, &data, mask);
	}
	turn_over(s, &data, best);
	fix_format(s, best);
}
