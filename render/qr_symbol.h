// SPDX-License-Identifier: Apache-2.0
/* Codewords to the modules of a QR symbol (ISO/IEC 18004, 7.7 to 7.10). Error correction level M. Internal to qr*.c. */
#ifndef RENDER_QR_SYMBOL_H
#define RENDER_QR_SYMBOL_H

#include "base/str.h"

#define QR_VERSION_MAX 40u
#define QR_SIDE_MAX 177u
#define QR_CODEWORDS_MAX 3706u
/* Words of a line. */
#define QR_WORDS 3u

/* A bit for every module, dark ones set: bit x & 63 of word x >> 6. */
typedef uint64_t qr_line[QR_WORDS];

/* Modules twice: by rows, and by columns, so that both can be looked at a word at a time. */
struct qr_symbol {
	uint32_t version;
	uint32_t side;
	qr_line rows[QR_SIDE_MAX];
	qr_line columns[QR_SIDE_MAX];
	qr_line fixed[QR_SIDE_MAX]; /* by rows: not of codewords, and not masked */
};

/* Codewords that a version has, with those of error correction (table 1). */
uint32_t qr_symbol_codewords(uint32_t version);

/* The symbol without a mask: version 1 to 40 and its codewords, in their final order. */
void qr_symbol_place(uint32_t version, const uint8_t *codewords, struct qr_symbol *out);
/* Masks it with the pattern that leaves the fewest unwanted features, and writes its format information. */
void qr_symbol_mask(struct qr_symbol *s);

/* What a symbol is worse by for features that readers may stumble on (7.8.3). */
uint32_t qr_penalty(const struct qr_symbol *s);

static inline bool qr_symbol_is_dark(const struct qr_symbol *s, uint32_t x, uint32_t y)
{
	return (s->rows[y][x >> 6] >> (x & 63) & 1) != 0;
}

/* Bits of word w of a line that are modules. */
static inline uint64_t qr_symbol_valid(const struct qr_symbol *s, uint32_t w)
{
	uint32_t left = s->side - 64 * w;

	return left < 64 ? ((uint64_t)1 << left) - 1 : ~(uint64_t)0;
}

#endif
