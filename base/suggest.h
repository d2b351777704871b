// SPDX-License-Identifier: Apache-2.0
/* "Did you mean ...?" */
#ifndef BASE_SUGGEST_H
#define BASE_SUGGEST_H

#include "base/str.h"

/* Longer words are not compared. */
#define SUGGEST_MAX 64

/*
 * Insertions, deletions, changes and swaps of neighbours that turn a into b, ASCII case aside;
 * UINT32_MAX when either is too long.
 */
uint32_t suggest_distance(struct str a, struct str b);

/* Keeps the nearest of several words; start with {NULL, 0}. */
struct suggestion {
	const char *word;
	uint32_t distance;
};

/* Takes candidate when it is near enough to wrong to be meant, and nearer than what is there. */
void suggest_offer(struct suggestion *s, struct str wrong, const char *candidate);

#endif
