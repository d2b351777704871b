// SPDX-License-Identifier: Apache-2.0
/* Crockford's base 32. Runs in: sign, render, store, verify, the command line. */
#include "formats/crockford.h"

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

int crockford_value(char c)
{
	if (c == ' ' || c == '-')
		return 32;
	if (c >= 'a' && c <= 'z')
		c = (char)(c - 'a' + 'A');
	if (c == 'I' || c == 'L')
		return 1;
	if (c == 'O')
		return 0;
	for (int i = 0; i < 32; i++) {
		if (alphabet[i] == c)
			return i;
	}
	return -1;
}

bool crockford_decode(const uint8_t *values, uint8_t *out, size_t out_len)
{
	size_t count = CROCKFORD_LEN(out_len);
	unsigned front = (unsigned)(count * 5 - out_len * 8);
	uint32_t bits = 0;
	unsigned held = 0;
	size_t at = 0;

	for (size_t i = 0; i < count; i++) {
		unsigned width = i == 0 ? 5 - front : 5;

		if (values[i] >> width != 0)
			return false;
		bits = bits << width | values[i];
		held += width;
		if (held >= 8) {
			held -= 8;
			out[at++] = (uint8_t)(bits >> held);
		}
	}
	return at == out_len;
}
