// SPDX-License-Identifier: Apache-2.0
/* A keyed permutation of 17 bits. Runs in: control. */
#include "ledger/ledger_status_index.h"

#include "base/err.h"
#include "base/hash.h"

#include <string.h>

#define LEFT_BITS 8
#define RIGHT_BITS 9
/* Feistel networks over tiny halves want more than the usual four rounds (NIST SP 800-38G uses ten). */
#define ROUNDS 10

/* A keyed function of the half: SHA-256 over input of one fixed length, so a key prefix is enough. */
static uint32_t mix(const uint8_t key[32], uint32_t list, uint32_t round, uint32_t half)
{
	uint8_t in[44];
	uint8_t out[HASH_SHA256_LEN];
	const uint32_t words[3] = {list, round, half};

	memcpy(in, key, 32);
	memcpy(in + 32, words, sizeof words);
	hash_sha256((struct bytes){in, sizeof in}, out);
	return (uint32_t)out[0] | (uint32_t)out[1] << 8;
}

uint32_t ledger_status_index_of(const uint8_t key[32], uint32_t list, uint32_t n)
{
	uint32_t left = n >> RIGHT_BITS;
	uint32_t right = n & ((1u << RIGHT_BITS) - 1);

	CHECK(left < 1u << LEFT_BITS);
	/* Unequal halves: each round changes one by the other, which can be undone, so it is a permutation. */
	for (uint32_t round = 0; round < ROUNDS; round += 2) {
		left ^= mix(key, list, round, right) & ((1u << LEFT_BITS) - 1);
		right ^= mix(key, list, round + 1, left) & ((1u << RIGHT_BITS) - 1);
	}
	return left << RIGHT_BITS | right;
}
