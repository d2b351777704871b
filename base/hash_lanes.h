// SPDX-License-Identifier: Apache-2.0
/*
 * SHA-256 of several messages side by side. One message is a chain that a processor cannot work on faster than its
 * rounds follow each other; sixteen messages, each in a lane of AVX-512 registers, take what six or seven take one
 * after the other (docs/adr/0058). Without AVX-512, or with few messages, it is one after the other.
 */
#ifndef BASE_HASH_LANES_H
#define BASE_HASH_LANES_H

#include "base/hash.h"

/* A stream that was begun, and what is to be added to it. */
struct hash_lane {
	struct hash_stream *stream;
	const struct bytes *parts;
	size_t part_count;
};

/* Messages that are worth waiting for, to be hashed together; 1 where they are hashed one after the other. */
size_t hash_lanes_count(void);

/* As hash_add() of every part to its stream. Messages are put in another order. */
void hash_lanes_add(struct hash_lane *messages, size_t count);

#endif
