// SPDX-License-Identifier: Apache-2.0
/*
 * Which recipients and addresses the cohort had already, in 24 bytes each: a set of digests, so
 * that memory is bounded by the number of records and not by what they say.
 */
#ifndef JOBS_INTAKE_SEEN_H
#define JOBS_INTAKE_SEEN_H

#include "base/str.h"

struct intake_seen;

/* line: where it was seen. tag: whatever the caller compares. */
struct intake_seen_entry {
	uint8_t digest[16];
	uint32_t line; /* 0: empty slot */
	uint32_t tag;
};

struct intake_seen *intake_seen_new(void);
void intake_seen_free(struct intake_seen **s);
/* The digest of two parts; ("a", "bc") differs from ("ab", "c"). */
void intake_seen_digest(struct str first, struct str second, uint8_t out[16]);
/* Lends; NULL when not seen. Valid until the next add. */
const struct intake_seen_entry *intake_seen_find(
	const struct intake_seen *s, const uint8_t digest[16]);
/* digest must not be there yet; line is not 0. */
void intake_seen_add(struct intake_seen *s, const uint8_t digest[16], uint32_t line, uint32_t tag);

#endif
