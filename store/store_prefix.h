// SPDX-License-Identifier: Apache-2.0
/*
 * Hashes of artifacts that begin alike: a PDF's artwork comes first and is the same for a whole batch,
 * so the state of SHA-256 behind it is kept. Beginnings are compared, never assumed.
 */
#ifndef STORE_STORE_PREFIX_H
#define STORE_STORE_PREFIX_H

#include "base/hash.h"
#include "store/store.h"

/* Parts of a beginning; a private part in it is kept whole, so it must be short. */
#define STORE_PREFIX_PARTS 32
#define STORE_PREFIX_PRIVATE_MAX 2048

/* The beginning of one kind of artifact. Starts as zeros; holds no pointers. */
struct store_prefix {
	uint32_t count; /* 0: nothing learnt yet */
	struct store_prefix_part {
		bool shared;
		uint32_t len;
		uint8_t id[STORE_ID_LEN]; /* of a shared one */
		uint8_t own[STORE_PREFIX_PRIVATE_MAX]; /* of a private one */
		struct hash_stream after;
	} parts[STORE_PREFIX_PARTS];
};

/* SHA-256 of the parts together, as hash_add() over all of them would give it. */
void store_prefix_hash(struct store_prefix *x, const struct store_part *parts, uint32_t count,
	uint8_t out[HASH_SHA256_LEN]);

#endif
