// SPDX-License-Identifier: Apache-2.0
/*
 * SHA-256 of several messages at once. One message keeps a processor's SHA unit waiting for its own
 * last round; two that know nothing of each other fill it, and take about half as long each.
 */
#ifndef BASE_HASH_MANY_H
#define BASE_HASH_MANY_H

#include "base/hash.h"

/* One message: what state has seen already, then the parts in order. Borrows the parts. */
struct hash_job {
	struct hash_stream state;
	const struct bytes *parts;
	size_t part_count;
	uint8_t out[HASH_SHA256_LEN]; /* filled in */
};

/* Jobs of one call. */
#define HASH_MANY_MAX 64

/*
 * Finishes every job: out is what hash_add() of its parts and hash_finish() would give. Two run at a
 * time where the processor has SHA instructions (Intel SHA Extensions), else one after the other. The
 * states are used up.
 */
void hash_many_finish(struct hash_job *jobs, size_t count);

#endif
