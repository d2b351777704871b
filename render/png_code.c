// SPDX-License-Identifier: Apache-2.0
/* Huffman codes of rows of pixels. Runs in: compile, render. */
#include "render/png_code.h"

#include "templates/compiled.h"

#include <string.h>

#define END_SYMBOL 256
#define LENGTH_SYMBOL 257
#define DISTANCES 30
/* Symbols of the code that lengths are written with (RFC 1951, 3.2.7). */
#define CODE_LENGTHS 19
#define CODE_LENGTH_BITS_MAX 7

_Static_assert(PNG_CODE_SYMBOLS == COMPILED_CODE_LEN, "compiled templates hold whole codes");
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "bits are written lowest byte first");

/* Length symbols from 257 on: first length, extra bits (RFC 1951, 3.2.5). */
static const struct {
	uint16_t base;
	uint8_t extra;
} lengths_of[] = {{3, 0}, {4, 0}, {5, 0}, {6, 0}, {7, 0}, {8, 0}, {9, 0}, {10, 0}, {11, 1}, {13, 1},
	{15, 1}, {17, 1}, {19, 2}, {23, 2}, {27, 2}, {31, 2}, {35, 3}, {43, 3}, {51, 3}, {59, 3},
	{67, 4}, {83, 4}, {99, 4}, {115, 4}, {131, 5}, {163, 5}, {195, 5}, {227, 5}, {258, 0}};

/* 226 / 2^8 + 60 / 2^9 = 1. */
const uint8_t png_code_even[PNG_CODE_SYMBOLS] = {
	[0 ... 225] = 8, [226 ... PNG_CODE_SYMBOLS - 1] = 9};

uint32_t png_code_symbol_of(uint32_t pixels)
{
	uint32_t len = 3 * pixels;
	uint32_t i = ARRAY_COUNT(lengths_of) - 1;

	while (lengths_of[i].base > len)
		i--;
	return LENGTH_SYMBOL + i;
}

/* ---- lengths from counts ---- */

/* A tree's nodes: leaves by weight, then inner ones in the order in which they are made, which is by weight, too. */
struct tree {
	uint64_t weights[2 * PNG_CODE_SYMBOLS];
	uint16_t parents[2 * PNG_CODE_SYMBOLS];
	uint16_t symbols[PNG_CODE_SYMBOLS]; /* of leaves */
	uint32_t leaf_count;
};

static void sort_leaves(struct tree *t, const uint32_t *counts, uint32_t n)
{
	t->leaf_count = 0;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t k = t->leaf_count;

		if (counts[i] == 0)
			continue;
		t->leaf_count++;
		for (; k > 0 && t->weights[k - 1] > counts[i]; k--) {
			t->weights[k] = t->weights[k - 1];
			t->symbols[k] = t->symbols[k - 1];
		}
		t->weights[k] = counts[i];
		t->symbols[k] = (uint16_t)i;
	}
}

/* Joins the two lightest until one is left; returns the root. */
static uint32_t join_nodes(struct tree *t)
{
	uint32_t leaf = 0;
	uint32_t inner = t->leaf_count;
	uint32_t made = t->leaf_count;

	for (; made < 2 * t->leaf_count - 1; made++) {
		t->weights[made] = 0;
		for (int i = 0; i < 2; i++) {
			bool take_leaf = leaf < t->leaf_count
				&& (inner == made || t->weights[leaf] <= t->weights[inner]);
			uint32_t node = take_leaf ? leaf++ : inner++;

			t->weights[made] += t->weights[node];
			t->parents[node] = (uint16_t)made;
		}
	}
	return made - 1;
}

/* Huffman's lengths, none for what never comes up; at least two things do. Returns the longest. */
static uint32_t depths_of(const uint32_t *counts, uint32_t n, uint8_t *out)
{
	struct tree t;
	uint8_t depths[2 * PNG_CODE_SYMBOLS];
	uint32_t root;
	uint32_t longest = 0;

	memset(out, 0, n);
	sort_leaves(&t, counts, n);
	root = join_nodes(&t);
	depths[root] = 0;
	for (uint32_t i = root; i-- > 0;) {
		depths[i] = (uint8_t)(depths[t.parents[i]] + 1);
		if (i >= t.leaf_count)
			continue;
		out[t.symbols[i]] = depths[i];
		longest = depths[i] > longest ? depths[i] : longest;
	}
	return longest;
}

/* Where a length is over most, weights are drawn closer together until none is. */
static void lengths_within(uint32_t *counts, uint32_t n, uint32_t most, uint8_t *out)
{
	while (depths_of(counts, n, out) > most) {
		for (uint32_t i = 0; i < n; i++)
			counts[i] = counts[i] / 2 + (counts[i] != 0);
	}
}

void png_code_lengths(const struct png_counts *counts, uint8_t out[PNG_CODE_SYMBOLS])
{
	uint32_t some[PNG_CODE_SYMBOLS];

	for (uint32_t i = 0; i < PNG_CODE_SYMBOLS; i++)
		some[i] = counts->symbols[i] < UINT32_MAX / 2 ? counts->symbols[i] + 1
							      : UINT32_MAX / 2;
	lengths_within(some, PNG_CODE_SYMBOLS, PNG_CODE_BITS_MAX, out);
}

/* ---- codes from lengths ---- */

static uint32_t reversed(uint32_t code, uint32_t bits)
{
	uint32_t out = 0;

	for (uint32_t i = 0; i < bits; i++)
		out |= (code >> i & 1) << (bits - 1 - i);
	return out;
}

/* RFC 1951, 3.2.2; bits reversed, as Huffman codes are written highest bit first. 0: no code. */
static void number(const uint8_t *lengths, uint32_t n, struct png_bits *out)
{
	uint32_t counts[16] = {0};
	uint32_t next[16] = {0};

	for (uint32_t i = 0; i < n; i++)
		counts[lengths[i]]++;
	counts[0] = 0;
	for (uint32_t bits = 1; bits < 16; bits++)
		next[bits] = (next[bits - 1] + counts[bits - 1]) << 1;
	for (uint32_t i = 0; i < n; i++)
		out[i] = (struct png_bits){
			lengths[i] == 0 ? 0 : reversed(next[lengths[i]]++, lengths[i]), lengths[i]};
}

static struct png_bits joined(struct png_bits first, uint64_t bits, unsigned count)
{
	return (struct png_bits){first.bits | bits << first.count, first.count + count};
}

/* A distance's symbol and its extra bits (RFC 1951, 3.2.5). */
struct distance {
	uint32_t symbol;
	uint32_t extra_bits;
	uint32_t extra;
};

static struct distance distance_of(uint32_t distance)
{
	uint32_t v = distance - 1;
	uint32_t high;

	if (v < 4)
		return (struct distance){v, 0, 0};
	high = 31 - (uint32_t)__builtin_clz(v);
	return (struct distance){
		2 * high + (v >> (high - 1) & 1), high - 1, v & ((1u << (high - 1)) - 1)};
}

/* ---- the beginning of a block ---- */

/* One symbol of the code of lengths. */
struct length_symbol {
	uint8_t symbol;
	uint8_t extra; /* of 17: zeros above three */
};

/* Lengths as they are, runs of zeros of distances as symbol 17. */
static size_t list_lengths(const uint8_t *lengths, const uint8_t *distances,
	uint32_t distance_count, struct length_symbol *out)
{
	size_t n = 0;

	for (uint32_t i = 0; i < PNG_CODE_SYMBOLS; i++)
		out[n++] = (struct length_symbol){lengths[i], 0};
	for (uint32_t i = 0; i < distance_count;) {
		uint32_t zeros = 0;

		while (i + zeros < distance_count && distances[i + zeros] == 0 && zeros < 10)
			zeros++;
		if (zeros >= 3)
			out[n++] = (struct length_symbol){17, (uint8_t)(zeros - 3)};
		else
			out[n++] = (struct length_symbol){distances[i], 0};
		i += zeros >= 3 ? zeros : 1;
	}
	return n;
}

static void write_head(struct png_code *c, const uint8_t *lengths, const uint8_t *distances,
	uint32_t distance_count)
{
	static const uint8_t order[CODE_LENGTHS] = {
		16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
	struct length_symbol list[PNG_CODE_SYMBOLS + DISTANCES];
	size_t n = list_lengths(lengths, distances, distance_count, list);
	uint32_t counts[CODE_LENGTHS] = {0};
	uint8_t bits[CODE_LENGTHS];
	struct png_bits codes[CODE_LENGTHS];
	uint32_t order_count = CODE_LENGTHS;
	struct png_writing w = {0, 0, c->head};

	for (size_t i = 0; i < n; i++)
		counts[list[i].symbol]++;
	lengths_within(counts, CODE_LENGTHS, CODE_LENGTH_BITS_MAX, bits);
	number(bits, CODE_LENGTHS, codes);
	/* Not the last block, with codes of its own. */
	png_code_put(&w, 2u << 1, 3);
	png_code_put(&w, PNG_CODE_SYMBOLS - LENGTH_SYMBOL, 5);
	png_code_put(&w, distance_count - 1, 5);
	while (bits[order[order_count - 1]] == 0)
		order_count--;
	png_code_put(&w, order_count - 4, 4);
	for (size_t i = 0; i < order_count; i++)
		png_code_put(&w, bits[order[i]], 3);
	for (size_t i = 0; i < n; i++) {
		struct png_bits code = codes[list[i].symbol];

		png_code_put(&w, code.bits, code.count);
		if (list[i].symbol == 17)
			png_code_put(&w, list[i].extra, 3);
	}
	c->head_bits = (size_t)(w.at - c->head) * 8 + w.n;
}

bool png_code_is_complete(const uint8_t lengths[PNG_CODE_SYMBOLS])
{
	uint32_t used = 0;

	for (uint32_t i = 0; i < PNG_CODE_SYMBOLS; i++) {
		if (lengths[i] == 0 || lengths[i] > PNG_CODE_BITS_MAX)
			return false;
		used += 1u << (PNG_CODE_BITS_MAX - lengths[i]);
	}
	return used == 1u << PNG_CODE_BITS_MAX;
}

void png_code_open(const uint8_t lengths[PNG_CODE_SYMBOLS], size_t stride, struct png_code *out)
{
	struct png_bits codes[PNG_CODE_SYMBOLS];
	struct distance to[PNG_MATCH_COUNT] = {distance_of(3)};
	uint8_t distances[DISTANCES] = {0};
	uint32_t distance_count;

	memset(out, 0, sizeof *out);
	out->far = stride <= PNG_CODE_STRIDE_MAX;
	/* A stride is 4 or more, so the symbols differ. A lone one has one bit, too. */
	to[PNG_MATCH_ABOVE] = distance_of(out->far ? (uint32_t)stride : 3);
	distances[to[PNG_MATCH_LEFT].symbol] = 1;
	distances[to[PNG_MATCH_ABOVE].symbol] = 1;
	distance_count = to[PNG_MATCH_ABOVE].symbol + 1;
	number(lengths, PNG_CODE_SYMBOLS, codes);
	for (size_t i = 0; i < ARRAY_COUNT(out->literals); i++) {
		out->literals[i] = (uint16_t)codes[i].bits;
		out->literal_lens[i] = (uint8_t)codes[i].count;
	}
	out->end = codes[END_SYMBOL];
	for (uint32_t pixels = 1; pixels <= PNG_CODE_PIXELS_MAX; pixels++) {
		uint32_t symbol = png_code_symbol_of(pixels);
		struct png_bits length =
			joined(codes[symbol], 3 * pixels - lengths_of[symbol - LENGTH_SYMBOL].base,
				lengths_of[symbol - LENGTH_SYMBOL].extra);

		for (int m = 0; m < PNG_MATCH_COUNT; m++)
			out->matches[m][pixels] =
				joined(joined(length, m == PNG_MATCH_ABOVE && out->far, 1),
					to[m].extra, to[m].extra_bits);
	}
	write_head(out, lengths, distances, distance_count);
}

/* ---- bits ---- */

typedef uint64_t words4 __attribute__((vector_size(32)));

void png_code_copy(struct png_writing *w, const uint8_t *from, size_t bit, size_t count)
{
	size_t first = (8 - w->n) & 7;
	unsigned shift;
	uint64_t v;

	from += bit >> 3;
	shift = bit & 7;
	/* Up to a whole byte of the output; what comes after it needs no carry. */
	if (first > count)
		first = count;
	png_code_put(w,
		(uint64_t)(*from >> shift | (unsigned)from[1] << (8 - shift)) & ((1u << first) - 1),
		(unsigned)first);
	count -= first;
	from += (shift + first) >> 3;
	shift = (unsigned)(shift + first) & 7;
	for (; count >= 256; count -= 256) {
		words4 low, high;

		memcpy(&low, from, sizeof low);
		memcpy(&high, from + 1, sizeof high);
		low = low >> shift | high << (8 - shift);
		memcpy(w->at, &low, sizeof low);
		from += sizeof low;
		w->at += sizeof low;
	}
	while (count > 0) {
		unsigned part = count < 32 ? (unsigned)count : 32;

		memcpy(&v, from, 8);
		png_code_put(w, v >> shift & ((UINT64_C(1) << part) - 1), part);
		from += 4;
		count -= part;
	}
}

void png_code_put_head(struct png_writing *w, const struct png_code *c)
{
	png_code_copy(w, c->head, 0, c->head_bits);
}

void png_code_put_end(struct png_writing *w, const struct png_code *c)
{
	png_code_put(w, c->end.bits, c->end.count);
	png_code_put(w, 0, 3);
	png_code_put(w, 0, (8 - w->n) & 7);
	png_code_put(w, 0xffff0000, 32);
}
