// SPDX-License-Identifier: Apache-2.0
/* Crockford's base 32. Runs in: all that name credentials. */
#include "base/crockford.h"

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

void crockford_encode(struct bytes in, char *out)
{
	size_t count = CROCKFORD_LEN(in.n);
	uint32_t bits = 0;
	unsigned held = (unsigned)(count * 5 - in.n * 8); /* zero bits in front */
	size_t at = 0;

	for (size_t i = 0; i < in.n; i++) {
		bits = bits << 8 | in.p[i];
		held += 8;
		while (held >= 5) {
			held -= 5;
			out[at++] = alphabet[bits >> held & 31];
		}
	}
	CHECK(at == count);
	out[count] = '\0';
}

/* One more than the value; 0: none. */
#define BOTH(upper, lower, value) [upper] = (value) + 1, [lower] = (value) + 1
static const uint8_t values_and_one[256] = {[' '] = 33,
	['-'] = 33,
	['0'] = 1,
	['1'] = 2,
	['2'] = 3,
	['3'] = 4,
	['4'] = 5,
	['5'] = 6,
	['6'] = 7,
	['7'] = 8,
	['8'] = 9,
	['9'] = 10,
	BOTH('A', 'a', 10),
	BOTH('B', 'b', 11),
	BOTH('C', 'c', 12),
	BOTH('D', 'd', 13),
	BOTH('E', 'e', 14),
	BOTH('F', 'f', 15),
	BOTH('G', 'g', 16),
	BOTH('H', 'h', 17),
	BOTH('I', 'i', 1),
	BOTH('J', 'j', 18),
	BOTH('K', 'k', 19),
	BOTH('L', 'l', 1),
	BOTH('M', 'm', 20),
	BOTH('N', 'n', 21),
	BOTH('O', 'o', 0),
	BOTH('P', 'p', 22),
	BOTH('Q', 'q', 23),
	BOTH('R', 'r', 24),
	BOTH('S', 's', 25),
	BOTH('T', 't', 26),
	BOTH('V', 'v', 27),
	BOTH('W', 'w', 28),
	BOTH('X', 'x', 29),
	BOTH('Y', 'y', 30),
	BOTH('Z', 'z', 31)};

int crockford_value(char c)
{
	return values_and_one[(uint8_t)c] - 1;
}

bool crockford_decode(const uint8_t *values, uint8_t *out, size_t out_len)
{
	size_t count = CROCKFORD_LEN(out_len);
	unsigned front = (unsigned)(count * 5 - out_len * 8);
	uint32_t bits = 0;
	unsigned held = 0;
	size_t at = 0;
	bool fits = true;

	for (size_t i = 0; i < count; i++) {
		unsigned width = i == 0 ? 5 - front : 5;

		fits &= values[i] >> width == 0;
		bits = bits << width | (values[i] & ((1u << width) - 1));
		held += width;
		if (held >= 8) {
			held -= 8;
			out[at++] = (uint8_t)(bits >> held);
		}
	}
	return fits && at == out_len;
}
