// SPDX-License-Identifier: Apache-2.0
/*
 * A Huffman code for rows of pixels (RFC 1951, 3.2). Matches are whole pixels and have one of two
 * distances: the pixel to the left, or the one above.
 */
#ifndef RENDER_PNG_CODE_H
#define RENDER_PNG_CODE_H

#include "base/str.h"

/* Literals, the end of a block, lengths (RFC 1951, 3.2.5). */
#define PNG_CODE_SYMBOLS 286
/* Bits of a symbol; three literals and what waits in a writer fit 64 bits. */
#define PNG_CODE_BITS_MAX 14
/* 258 bytes, the longest match. */
#define PNG_CODE_PIXELS_MAX 86
/* Bytes of pixels from which a match with a pixel above is not possible. */
#define PNG_CODE_STRIDE_MAX 32768
/* Room for the beginning of a block. */
#define PNG_CODE_HEAD_LEN 400

enum png_match {
	PNG_MATCH_LEFT,
	PNG_MATCH_ABOVE,
	PNG_MATCH_COUNT,
};

/* Lengths of a code in which all symbols have 8 or 9 bits. */
extern const uint8_t png_code_even[PNG_CODE_SYMBOLS];

/* How often symbols come up; what a code is made for. */
struct png_counts {
	uint32_t symbols[PNG_CODE_SYMBOLS];
};

/* What is written for a symbol, with what belongs to it. */
struct png_bits {
	uint64_t bits;
	unsigned count;
};

struct png_code {
	uint16_t literals[256];
	uint8_t literal_lens[256]; /* in bits */
	struct png_bits matches[PNG_MATCH_COUNT][PNG_CODE_PIXELS_MAX + 1]; /* by pixels */
	struct png_bits end;
	uint8_t head[PNG_CODE_HEAD_LEN]; /* what a block begins with */
	size_t head_bits;
	bool far; /* pixels above can be matched */
};

/* The symbol for a match of this many pixels. */
uint32_t png_code_symbol_of(uint32_t pixels);
/* Bits of every symbol, so that what was counted becomes short. All get some: any content can be written. */
void png_code_lengths(const struct png_counts *counts, uint8_t out[PNG_CODE_SYMBOLS]);
/* True when lengths are those of a complete code with PNG_CODE_BITS_MAX bits at most. */
bool png_code_is_complete(const uint8_t lengths[PNG_CODE_SYMBOLS]);
/* The code of these lengths, which are complete. */
void png_code_open(const uint8_t lengths[PNG_CODE_SYMBOLS], size_t stride, struct png_code *out);

/* ---- bits, lowest first ---- */

/* Where bits go. n of acc wait, fewer than 8 between calls. Writes up to 8 bytes beyond what it has. */
struct png_writing {
	uint64_t acc;
	unsigned n;
	uint8_t *at;
};

static inline void png_code_put(struct png_writing *w, uint64_t bits, unsigned count)
{
	w->acc |= bits << w->n;
	w->n += count;
	__builtin_memcpy(w->at, &w->acc, 8);
	w->at += w->n >> 3;
	w->acc >>= w->n & 56;
	w->n &= 7;
}

/* count bits of from, beginning at its bit. Reads up to 9 bytes beyond them. */
void png_code_copy(struct png_writing *w, const uint8_t *from, size_t bit, size_t count);
void png_code_put_head(struct png_writing *w, const struct png_code *c);
/* Ends the block and fills up to a whole byte with an empty stored block, as a full flush does. */
void png_code_put_end(struct png_writing *w, const struct png_code *c);

#endif
