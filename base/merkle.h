// SPDX-License-Identifier: Apache-2.0
/*
 * Merkle tree hash and audit paths of RFC 9162, section 2.1: leaf = SHA-256(0x00 || entry),
 * node = SHA-256(0x01 || left || right), empty tree = SHA-256("").
 */
#ifndef BASE_MERKLE_H
#define BASE_MERKLE_H

#include "base/hash.h"

struct merkle_hash {
	uint8_t b[HASH_SHA256_LEN];
};

void merkle_leaf(struct bytes entry, struct merkle_hash *out);
/* count may be 0. */
void merkle_root(const struct merkle_hash *leaves, size_t count, struct merkle_hash *out);
/*
 * The same root, leaf by leaf in little memory: peak[i] is the root of a whole subtree of 2^i leaves
 * where bit i of count is set. All zero at first.
 */
struct merkle_stream {
	struct merkle_hash peak[64];
	uint64_t count;
};
void merkle_stream_add(struct merkle_stream *s, const struct merkle_hash *leaf);
void merkle_stream_root(const struct merkle_stream *s, struct merkle_hash *out);

/* The inclusion path of leaf index, lowest first; at most 64 hashes. Returns how many. index < count. */
size_t merkle_path(
	const struct merkle_hash *leaves, size_t count, size_t index, struct merkle_hash out[64]);
/* RFC 9162, 2.1.3.2. */
bool merkle_check(const struct merkle_hash *leaf, size_t index, size_t count,
	const struct merkle_hash *path, size_t path_count, const struct merkle_hash *root);

#endif
