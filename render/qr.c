// SPDX-License-Identifier: Apache-2.0
/* A text to the codewords of a QR symbol (ISO/IEC 18004, 7.4 to 7.6). Runs in: render. */
#include "render/qr.h"

#include "render/qr_symbol.h"

#include <string.h>

#define ECC_MAX 30u
/* Bits that a version has for the text's length differ by these ranges of versions (table 3). */
#define SIZES 3u

static const char alphanumeric[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/* Level M, by version (table 9): codewords of error correction in a block, and blocks. */
static const uint8_t ecc_of[QR_VERSION_MAX + 1] = {0, 10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30,
	22, 22, 24, 24, 28, 28, 26, 26, 26, 26, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28,
	28, 28, 28, 28, 28, 28};
static const uint8_t blocks_of[QR_VERSION_MAX + 1] = {0, 1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9,
	10, 10, 11, 13, 14, 16, 17, 17, 18, 20, 21, 23, 25, 26, 28, 29, 31, 33, 35, 37, 38, 40, 43,
	45, 47, 49};

/* ---- modes (7.4) ---- */

struct mode {
	uint8_t indicator;
	uint8_t count_bits[SIZES];
	uint8_t group; /* characters that are written together */
	uint8_t group_bits[4]; /* by how many there are */
};

static const struct mode numeric_mode = {1, {10, 12, 14}, 3, {0, 4, 7, 10}};
static const struct mode alphanumeric_mode = {2, {9, 11, 13}, 2, {0, 6, 11}};
static const struct mode byte_mode = {4, {8, 16, 16}, 1, {0, 8}};

static uint32_t value_of(char c)
{
	const char *at = c == '\0' ? NULL : strchr(alphanumeric, c);

	return at == NULL ? UINT32_MAX : (uint32_t)(at - alphanumeric);
}

static const struct mode *mode_of(struct str text)
{
	const struct mode *mode = &numeric_mode;

	for (size_t i = 0; i < text.n; i++) {
		uint32_t value = value_of(text.p[i]);

		if (value == UINT32_MAX)
			return &byte_mode;
		if (value > 9)
			mode = &alphanumeric_mode;
	}
	return mode;
}

static uint32_t count_bits_of(const struct mode *mode, uint32_t version)
{
	return mode->count_bits[version < 10 ? 0 : version < 27 ? 1 : 2];
}

static size_t bits_of(const struct mode *mode, size_t len)
{
	return len / mode->group * mode->group_bits[mode->group]
		+ mode->group_bits[len % mode->group];
}

static uint32_t data_len(uint32_t version)
{
	return qr_symbol_codewords(version) - (uint32_t)ecc_of[version] * blocks_of[version];
}

/* The smallest that holds so many characters; 0: none does. */
static uint32_t version_of(const struct mode *mode, size_t len)
{
	for (uint32_t version = 1; version <= QR_VERSION_MAX; version++) {
		uint32_t head = 4 + count_bits_of(mode, version);

		if (len >> count_bits_of(mode, version) == 0
			&& head + bits_of(mode, len) <= 8 * (size_t)data_len(version))
			return version;
	}
	return 0;
}

/* ---- bits ---- */

struct bits {
	uint8_t *to; /* zeros */
	uint32_t count;
};

static void put(struct bits *b, uint32_t value, uint32_t count)
{
	while (count-- > 0) {
		b->to[b->count >> 3] |= (uint8_t)((value >> count & 1) << (7 - (b->count & 7)));
		b->count++;
	}
}

static void put_text(struct bits *b, const struct mode *mode, struct str text)
{
	uint32_t base = mode == &numeric_mode ? 10 : 45;

	for (size_t i = 0; i < text.n; i += mode->group) {
		size_t n = text.n - i < mode->group ? text.n - i : mode->group;
		uint32_t value = (uint8_t)text.p[i];

		if (mode != &byte_mode) {
			value = 0;
			for (size_t k = 0; k < n; k++)
				value = base * value + value_of(text.p[i + k]);
		}
		put(b, value, mode->group_bits[n]);
	}
}

static void put_data(const struct mode *mode, uint32_t version, struct str text, uint8_t *out)
{
	struct bits b = {out, 0};
	uint32_t room = 8 * data_len(version);

	memset(out, 0, data_len(version));
	put(&b, mode->indicator, 4);
	put(&b, (uint32_t)text.n, count_bits_of(mode, version));
	put_text(&b, mode, text);
	/* The terminator, as far as it fits, zeros up to a codeword, and padding. */
	b.count = b.count + 4 < room ? b.count + 4 : room;
	b.count = (b.count + 7) / 8 * 8;
	for (uint32_t pad = 0xec; b.count < room; pad ^= 0xec ^ 0x11)
		put(&b, pad, 8);
}

/* ---- error correction (7.5) ---- */

/* Powers of 2 in the field of x^8 + x^4 + x^3 + x^2 + 1, twice, and the logarithms. */
struct field {
	uint8_t power[510];
	uint8_t log[256];
};

static void make_field(struct field *f)
{
	uint32_t x = 1;

	for (uint32_t i = 0; i < 255; i++) {
		f->power[i] = f->power[i + 255] = (uint8_t)x;
		f->log[x] = (uint8_t)i;
		x = x << 1 ^ (x >> 7) * 0x11d;
	}
	f->log[0] = 0;
}

/* The logarithms of the coefficients of (x - 1)(x - 2)(x - 4)..., without the first, which is 1. */
static void make_generator(const struct field *f, uint32_t degree, uint8_t out[ECC_MAX])
{
	uint8_t g[ECC_MAX + 1] = {1};

	for (uint32_t i = 0; i < degree; i++)
		for (uint32_t k = i + 1; k > 0; k--)
			if (g[k - 1] != 0)
				g[k] ^= f->power[f->log[g[k - 1]] + i];
	for (uint32_t i = 0; i < degree; i++)
		out[i] = f->log[g[i + 1]];
}

static void put_ecc(const struct field *f, const uint8_t *generator, uint32_t degree,
	struct bytes data, uint8_t *out)
{
	memset(out, 0, degree);
	for (size_t i = 0; i < data.n; i++) {
		uint32_t factor = data.p[i] ^ out[0];

		memmove(out, out + 1, degree - 1);
		out[degree - 1] = 0;
		for (uint32_t k = 0; k < degree && factor != 0; k++)
			out[k] ^= f->power[f->log[factor] + generator[k]];
	}
}

/* Blocks' codewords in turn (7.6): the shorter blocks come first, and end one before the others. */
static void interleave(uint32_t version, const uint8_t *data, uint8_t *out)
{
	uint32_t blocks = blocks_of[version], degree = ecc_of[version], len = data_len(version);
	uint32_t short_len = len / blocks, short_count = blocks - len % blocks;
	uint8_t generator[ECC_MAX];
	struct field field;
	const uint8_t *at = data;

	make_field(&field);
	make_generator(&field, degree, generator);
	for (uint32_t b = 0; b < blocks; b++) {
		uint32_t n = short_len + (b < short_count ? 0 : 1);
		uint8_t ecc[ECC_MAX];

		for (uint32_t i = 0; i < short_len; i++)
			out[i * blocks + b] = at[i];
		if (n > short_len)
			out[short_len * blocks + b - short_count] = at[short_len];
		put_ecc(&field, generator, degree, (struct bytes){at, n}, ecc);
		for (uint32_t i = 0; i < degree; i++)
			out[len + i * blocks + b] = ecc[i];
		at += n;
	}
}

enum rc qr_encode(
	struct str text, struct arena *a, const uint8_t **modules, uint32_t *side, struct err *err)
{
	uint8_t data[QR_CODEWORDS_MAX], codewords[QR_CODEWORDS_MAX];
	struct qr_symbol symbol;
	const struct mode *mode = mode_of(text);
	uint32_t version = version_of(mode, text.n);
	uint8_t *out;

	if (text.n == 0)
		return err_set(err, RC_INPUT, "QR code: there is no text to encode");
	if (version == 0)
		return err_set(
			err, RC_LIMIT, "QR code: %zu bytes are more than a code can hold", text.n);
	put_data(mode, version, text, data);
	interleave(version, data, codewords);
	qr_symbol_place(version, codewords, &symbol);
	qr_symbol_mask(&symbol);
	out = arena_alloc(a, (size_t)symbol.side * symbol.side);
	for (uint32_t y = 0; y < symbol.side; y++)
		for (uint32_t x = 0; x < symbol.side; x++)
			out[y * symbol.side + x] = qr_symbol_is_dark(&symbol, x, y) ? 1 : 0;
	*modules = out;
	*side = symbol.side;
	return RC_OK;
}
