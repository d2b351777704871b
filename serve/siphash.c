// SPDX-License-Identifier: Apache-2.0
/* SipHash-2-4. Runs in: verify, console. */
#include "serve/siphash.h"

#include <endian.h>
#include <string.h>

static uint64_t load(const uint8_t *p, size_t n)
{
	uint64_t v = 0;

	if (n == sizeof v) {
		memcpy(&v, p, sizeof v);
		return le64toh(v);
	}

	for (size_t i = 0; i < n; i++)
		v |= (uint64_t)p[i] << (8 * i);
	return v;
}

static uint64_t rotate(uint64_t v, int by)
{
	return v << by | v >> (64 - by);
}

static void mix(uint64_t v[4], int rounds)
{
	for (int i = 0; i < rounds; i++) {
		v[0] += v[1];
		v[1] = rotate(v[1], 13) ^ v[0];
		v[0] = rotate(v[0], 32);
		v[2] += v[3];
		v[3] = rotate(v[3], 16) ^ v[2];
		v[0] += v[3];
		v[3] = rotate(v[3], 21) ^ v[0];
		v[2] += v[1];
		v[1] = rotate(v[1], 17) ^ v[2];
		v[2] = rotate(v[2], 32);
	}
}

uint64_t siphash_24(const uint8_t key[SIPHASH_KEY_LEN], struct bytes in)
{
	uint64_t k0 = load(key, 8);
	uint64_t k1 = load(key + 8, 8);
	uint64_t v[4] = {k0 ^ 0x736f6d6570736575, k1 ^ 0x646f72616e646f6d, k0 ^ 0x6c7967656e657261,
		k1 ^ 0x7465646279746573};
	size_t at = 0;

	for (; at + 8 <= in.n; at += 8) {
		uint64_t m = load(in.p + at, 8);

		v[3] ^= m;
		mix(v, 2);
		v[0] ^= m;
	}
	uint64_t last = (uint64_t)(in.n & 0xff) << 56;

	if (at < in.n)
		last |= load(in.p + at, in.n - at);
	v[3] ^= last;
	mix(v, 2);
	v[0] ^= last;
	v[2] ^= 0xff;
	mix(v, 4);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}
