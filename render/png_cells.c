// SPDX-License-Identifier: Apache-2.0
/* Groups of rows compressed by what is new. Runs in: compile, render. */
#include "render/png_cells.h"

#include "base/mem.h"

#include <isa-l/igzip_lib.h>
#include <string.h>

/* Pixels of a cell; more where a row would have too many cells. */
#define CELL_PIXELS 64
/* Pixels that a match above must be longer, as its distance takes more bits. */
#define ABOVE_GAIN 2
#define ADLER_BASE 65521 /* RFC 1950, 9 */
/* What copying bits reads beyond them. */
#define BITS_SPARE 16

struct png_cells {
	uint32_t seen; /* pictures, up to two */
	uint32_t adler; /* of rows */
	uint8_t *rows; /* a group to compare with; PNG_ROWS_SPARE bytes follow */
	uint8_t *bits; /* of rows */
	uint32_t offsets[PNG_BAND_ROWS * PNG_CELLS_MAX + 1]; /* where cells begin in bits */
	uint64_t special[PNG_BAND_ROWS]; /* cells in which rows are not as in the base */
};

struct png_grid png_cells_grid(uint32_t width)
{
	uint32_t pixels = (width + PNG_CELLS_MAX - 1) / PNG_CELLS_MAX;

	if (pixels < CELL_PIXELS)
		pixels = CELL_PIXELS;
	return (struct png_grid){1 + 3 * (size_t)width, 3 * pixels, (width + pixels - 1) / pixels};
}

/* The first byte of a cell; the filter's byte belongs to the first. */
static size_t cell_start(const struct png_grid *g, uint32_t cell)
{
	return cell == 0 ? 0 : cell >= g->cell_count ? g->stride : 1 + (size_t)cell * g->cell_len;
}

/* ---- pixels to symbols ---- */

/* Where symbols go: into bits or, when there is no code, into counts. */
struct sink {
	const struct png_code *code;
	struct png_counts *counts;
	struct png_writing w;
};

/* A pixel's bytes; the fourth is the next one's, and shifted out. */
static inline uint32_t load_pixel(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, 4);
	return v << 8;
}

static inline void put_pixel(struct sink *s, bool counting, const uint8_t *p)
{
	if (counting) {
		for (int i = 0; i < 3; i++)
			s->counts->symbols[p[i]]++;
	} else {
		const struct png_code *c = s->code;
		unsigned r = c->literal_lens[p[0]];
		unsigned g = c->literal_lens[p[1]];
		unsigned b = c->literal_lens[p[2]];

		png_code_put(&s->w,
			c->literals[p[0]] | (uint64_t)c->literals[p[1]] << r
				| (uint64_t)c->literals[p[2]] << (r + g),
			r + g + b);
	}
}

static inline void put_match(struct sink *s, bool counting, enum png_match m, size_t pixels)
{
	if (counting)
		s->counts->symbols[png_code_symbol_of((uint32_t)pixels)]++;
	else
		png_code_put(
			&s->w, s->code->matches[m][pixels].bits, s->code->matches[m][pixels].count);
}

/* Pixels from p on that are as those from q; most of them at most. */
static inline size_t same_pixels(const uint8_t *p, const uint8_t *q, size_t most)
{
	size_t n = 0;

	for (; n < 3 * most; n += 8) {
		uint64_t a, b;

		memcpy(&a, p + n, 8);
		memcpy(&b, q + n, 8);
		if (a != b) {
			n += (unsigned)__builtin_ctzll(a ^ b) >> 3;
			break;
		}
	}
	n /= 3;
	return n < most ? n : most;
}

/* A match where one is worth it; returns the pixels it stands for, 0: none. left, above: at least one pixel. */
static inline __attribute__((always_inline)) size_t put_any_match(struct sink *s, bool counting,
	const uint8_t *p, const uint8_t *end, bool left, size_t above)
{
	size_t most = (size_t)(end - p) / 3;
	size_t left_pixels = 0, above_pixels = 0;

	if (most > PNG_CODE_PIXELS_MAX)
		most = PNG_CODE_PIXELS_MAX;
	if (left)
		left_pixels = same_pixels(p, p - 3, most);
	if (above != 0 && left_pixels < most)
		above_pixels = same_pixels(p, p - above, most);
	if (above_pixels >= left_pixels + ABOVE_GAIN) {
		put_match(s, counting, PNG_MATCH_ABOVE, above_pixels);
		return above_pixels;
	}
	if (left_pixels != 0)
		put_match(s, counting, PNG_MATCH_LEFT, left_pixels);
	return left_pixels;
}

/* The bytes [from, to) of a row, which are a cell. above: how far back the row above is; 0: not to be matched. */
static inline __attribute__((always_inline)) void put_cell(struct sink *to_sink, bool counting,
	const uint8_t *row, size_t from, size_t to, size_t above)
{
	const uint8_t *p = row + from;
	const uint8_t *end = row + to;
	/* A copy, so that writing bytes is not thought to change it. */
	struct sink s = *to_sink;

	if (from == 0) {
		if (counting)
			s.counts->symbols[0]++;
		else
			png_code_put(&s.w, s.code->literals[0], s.code->literal_lens[0]);
		p++;
	}
	while (p < end) {
		uint32_t pixel = load_pixel(p);
		bool left = p != row + 1 && load_pixel(p - 3) == pixel;
		size_t up = above != 0 && load_pixel(p - above) == pixel ? above : 0;
		size_t pixels = 0;

		if (left || up != 0)
			pixels = put_any_match(&s, counting, p, end, left, up);
		if (pixels == 0) {
			put_pixel(&s, counting, p);
			pixels = 1;
		}
		p += 3 * pixels;
	}
	*to_sink = s;
}

/* rows: of the group; y: the row in it. */
static void write_cell(
	const struct png_grid *g, struct sink *s, const uint8_t *rows, uint32_t y, uint32_t cell)
{
	put_cell(s, false, rows + y * g->stride, cell_start(g, cell), cell_start(g, cell + 1),
		y > 0 && s->code->far ? g->stride : 0);
}

static void count_cell(
	const struct png_grid *g, struct sink *s, const uint8_t *rows, uint32_t y, uint32_t cell)
{
	put_cell(s, true, rows + y * g->stride, cell_start(g, cell), cell_start(g, cell + 1),
		y > 0 && g->stride <= PNG_CODE_STRIDE_MAX ? g->stride : 0);
}

/* ---- what is different ---- */

/* A bit for every cell that columns [x0, x1) lie in. */
static uint64_t cells_of(const struct png_grid *g, uint32_t x0, uint32_t x1)
{
	uint32_t first = 3 * x0 / g->cell_len;
	uint32_t last = x1 == 0 ? 0 : (3 * x1 - 1) / g->cell_len;

	if (x0 >= x1 || first >= g->cell_count)
		return 0;
	if (last >= g->cell_count)
		last = g->cell_count - 1;
	return (~UINT64_C(0) >> (63 - last + first)) << first;
}

/* Of the cells of a row, those in which a and b differ. */
static uint64_t differing(
	const struct png_grid *g, uint64_t cells, const uint8_t *a, const uint8_t *b)
{
	uint64_t out = 0;

	for (; cells != 0; cells &= cells - 1) {
		uint32_t k = (uint32_t)__builtin_ctzll(cells);
		size_t at = cell_start(g, k);

		if (memcmp(a + at, b + at, cell_start(g, k + 1) - at) != 0)
			out |= cells & -cells;
	}
	return out;
}

bool png_cells_is_base(const struct png_grid *g, const struct png_cells_rows *rows)
{
	for (uint32_t y = 0; y < rows->count && rows->x0 < rows->x1; y++) {
		size_t at = y * g->stride + 1 + 3 * (size_t)rows->x0;

		if (memcmp(rows->base + at, rows->drawn + at, 3 * (size_t)(rows->x1 - rows->x0))
			!= 0)
			return false;
	}
	return true;
}

/* Cells whose bits are not those of c: where pixels differ, to the left, or above. */
static void find_new(const struct png_grid *g, const struct png_cells *c,
	const struct png_cells_rows *rows, const uint64_t changed[PNG_BAND_ROWS],
	uint64_t out[PNG_BAND_ROWS])
{
	for (uint32_t y = 0; y < rows->count; y++) {
		uint64_t beside = changed[y] << 1 & ~changed[y];
		const uint8_t *was = c->rows + y * g->stride;
		const uint8_t *is = rows->drawn + y * g->stride;

		out[y] = changed[y] | (y > 0 ? changed[y - 1] : 0);
		for (; beside != 0; beside &= beside - 1) {
			uint32_t k = (uint32_t)__builtin_ctzll(beside);
			size_t at = cell_start(g, k) - 3;

			if (k < g->cell_count && memcmp(was + at, is + at, 3) != 0)
				out[y] |= beside & -beside;
		}
	}
}

/* The checksum of n bytes, of which len at a place are others now. */
static uint32_t adler_with(
	uint32_t adler, const uint8_t *was, const uint8_t *is, size_t len, size_t behind)
{
	uint32_t old = isal_adler32(1, was, len);
	uint32_t new = isal_adler32(1, is, len);
	uint64_t sum = ADLER_BASE + (new & 0xffff) - (old & 0xffff);
	uint64_t weighted = ADLER_BASE + (new >> 16) - (old >> 16) + behind % ADLER_BASE * sum;
	uint64_t a = ((adler & 0xffff) + sum) % ADLER_BASE;
	uint64_t b = ((adler >> 16) + weighted) % ADLER_BASE;

	return (uint32_t)(b << 16 | a);
}

static uint32_t adler_of(const struct png_grid *g, const struct png_cells *c,
	const struct png_cells_rows *rows, const uint64_t changed[PNG_BAND_ROWS])
{
	uint32_t adler = c->adler;

	for (uint32_t y = 0; y < rows->count; y++) {
		uint32_t first, last;
		size_t at, end;

		if (changed[y] == 0)
			continue;
		first = (uint32_t)__builtin_ctzll(changed[y]);
		last = 63 - (uint32_t)__builtin_clzll(changed[y]);
		at = y * g->stride + cell_start(g, first);
		end = y * g->stride + cell_start(g, last + 1);
		adler = adler_with(adler, c->rows + at, rows->drawn + at, end - at,
			rows->count * g->stride - end);
	}
	return adler;
}

/* ---- what pictures have in common ---- */

size_t png_cells_len(const struct png_grid *g)
{
	return sizeof(struct png_cells) + g->stride * PNG_BAND_ROWS + PNG_ROWS_SPARE;
}

struct png_cells *png_cells_new(const struct png_grid *g)
{
	struct png_cells *c = mem_zalloc(1, sizeof *c);

	c->rows = mem_zalloc(1, g->stride * PNG_BAND_ROWS + PNG_ROWS_SPARE);
	return c;
}

void png_cells_free(struct png_cells **c)
{
	if (*c == NULL)
		return;
	MEM_FREE((*c)->rows);
	MEM_FREE((*c)->bits);
	MEM_FREE(*c);
}

void png_cells_forget(struct png_cells *c)
{
	c->seen = 0;
}

/* Bits of all the cells of c's rows. */
static void make_bits(
	const struct png_grid *g, const struct png_code *code, struct png_cells *c, uint32_t count)
{
	struct sink s = {.code = code};

	c->bits = mem_resize(c->bits, png_cells_room(g, count), 1);
	s.w.at = c->bits;
	for (uint32_t y = 0; y < count; y++) {
		for (uint32_t k = 0; k < g->cell_count; k++) {
			c->offsets[y * g->cell_count + k] =
				(uint32_t)(8 * (size_t)(s.w.at - c->bits) + s.w.n);
			write_cell(g, &s, c->rows, y, k);
		}
	}
	c->offsets[count * g->cell_count] = (uint32_t)(8 * (size_t)(s.w.at - c->bits) + s.w.n);
	c->bits = mem_resize(c->bits, (size_t)(s.w.at - c->bits) + BITS_SPARE, 1);
	c->adler = isal_adler32(1, c->rows, count * g->stride);
}

/* Where two pictures differ, none of them is worth remembering: cells go back to the base. */
static void keep_common(
	const struct png_grid *g, struct png_cells *c, const struct png_cells_rows *rows)
{
	uint64_t all = cells_of(g, 0, UINT32_MAX / 3);

	for (uint32_t y = 0; y < rows->count; y++) {
		uint8_t *mine = c->rows + y * g->stride;
		const uint8_t *base = rows->base + y * g->stride;
		uint64_t cells = differing(g, all, mine, rows->drawn + y * g->stride);

		for (; cells != 0; cells &= cells - 1) {
			uint32_t k = (uint32_t)__builtin_ctzll(cells);
			size_t at = cell_start(g, k);

			memcpy(mine + at, base + at, cell_start(g, k + 1) - at);
		}
		c->special[y] = differing(g, all, mine, base);
	}
}

/* The first two pictures tell what is common to all. */
static void learn(const struct png_grid *g, const struct png_code *code, struct png_cells *c,
	const struct png_cells_rows *rows)
{
	if (c->seen == 0) {
		memcpy(c->rows, rows->drawn, rows->count * g->stride);
		for (uint32_t y = 0; y < rows->count; y++)
			c->special[y] = cells_of(g, rows->x0, rows->x1);
	} else {
		keep_common(g, c, rows);
	}
	c->seen++;
	make_bits(g, code, c, rows->count);
}

/* ---- groups ---- */

size_t png_cells_room(const struct png_grid *g, uint32_t count)
{
	return g->stride * count * PNG_CODE_BITS_MAX / 8 + 2 * PNG_CODE_HEAD_LEN;
}

static void find_changed(const struct png_grid *g, const struct png_cells *c,
	const struct png_cells_rows *rows, uint64_t out[PNG_BAND_ROWS])
{
	uint64_t drawn = cells_of(g, rows->x0, rows->x1);

	for (uint32_t y = 0; y < rows->count; y++)
		out[y] = differing(g, drawn | c->special[y], c->rows + y * g->stride,
			rows->drawn + y * g->stride);
}

static void write_group(const struct png_grid *g, struct sink *s, const struct png_cells *c,
	const struct png_cells_rows *rows, const uint64_t fresh[PNG_BAND_ROWS])
{
	uint32_t at = 0;

	for (uint32_t y = 0; y < rows->count; y++) {
		const uint32_t *offsets = c->offsets + y * g->cell_count;

		for (uint64_t left = fresh[y]; left != 0; left &= left - 1) {
			uint32_t k = (uint32_t)__builtin_ctzll(left);

			if (at != offsets[k])
				png_code_copy(&s->w, c->bits, at, offsets[k] - at);
			write_cell(g, s, rows->drawn, y, k);
			at = offsets[k + 1];
		}
	}
	png_code_copy(&s->w, c->bits, at, c->offsets[rows->count * g->cell_count] - at);
}

size_t png_cells_put(const struct png_grid *g, const struct png_code *code, struct png_cells *c,
	const struct png_cells_rows *rows, uint8_t *out, uint32_t *adler)
{
	uint64_t changed[PNG_BAND_ROWS];
	uint64_t fresh[PNG_BAND_ROWS];
	struct sink s = {.code = code, .w = {0, 0, out}};

	CHECK(rows->count <= PNG_BAND_ROWS);
	if (c->seen < 2)
		learn(g, code, c, rows);
	find_changed(g, c, rows, changed);
	find_new(g, c, rows, changed, fresh);
	*adler = adler_of(g, c, rows, changed);
	png_code_put_head(&s.w, code);
	write_group(g, &s, c, rows, fresh);
	png_code_put_end(&s.w, code);
	return (size_t)(s.w.at - out);
}

void png_cells_count(
	const struct png_grid *g, const uint8_t *rows, uint32_t count, struct png_counts *counts)
{
	struct sink s = {.counts = counts};

	for (uint32_t y = 0; y < count; y++)
		for (uint32_t k = 0; k < g->cell_count; k++)
			count_cell(g, &s, rows, y, k);
}
