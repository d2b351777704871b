// SPDX-License-Identifier: Apache-2.0
/*
 * Signatures that were found good already. A batch's files share few of them: the root of their shard,
 * the chain of their passes. Nothing is kept of what was found bad.
 */
#ifndef VERIFY_MEMO_H
#define VERIFY_MEMO_H

#include "base/hash.h"

#define MEMO_ITEMS 64

/* All zero: empty. When it is full the oldest goes. */
struct memo {
	struct memo_item {
		uint8_t digest[HASH_SHA256_LEN];
		int64_t from_s;
		int64_t until_s;
	} items[MEMO_ITEMS];
	size_t count;
	size_t next;
};

/* ed25519_verify(), and the answer kept by key, signature and text. */
bool memo_verify(
	struct memo *memo, const uint8_t key[32], struct bytes text, const uint8_t signature[64]);

/*
 * digest: of everything that the answer depends on, but for the moment. It is good from from_s until
 * until_s, both seconds since 1970 and inclusive.
 */
void memo_add(
	struct memo *memo, const uint8_t digest[HASH_SHA256_LEN], int64_t from_s, int64_t until_s);
bool memo_has(const struct memo *memo, const uint8_t digest[HASH_SHA256_LEN], int64_t at_s);

#endif
