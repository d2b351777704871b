// SPDX-License-Identifier: Apache-2.0
/*
 * Figures of the serving processes in shared memory: each writes its own slot, the process behind --ops
 * reads them all. Numbers only, nothing about persons.
 */
#ifndef SERVE_STATS_H
#define SERVE_STATS_H

#include "serve/listen.h"
#include "serve/view.h"

#define STATS_SLOTS 64u

/* What a verify process says of itself. */
struct stats_slot {
	uint64_t alive_ms; /* clock_mono_ms() when it last said so; 0: never */
	struct listen_counts counts;
	uint64_t verdicts[VERDICT_COUNT];
	uint64_t known; /* credentials in memory */
	uint64_t known_bytes;
};
/* What certfill-serve says. */
struct stats_hall {
	uint64_t fresh_ms; /* when the ledger was last read */
	uint64_t restarts; /* verify processes that ended unasked */
	uint64_t artifacts; /* fetched for somebody */
	uint64_t artifacts_failed;
	uint64_t tenants;
};

struct stats;

/* A memory descriptor that each process maps. SYSTEM when memory is refused. */
enum rc stats_create(int *out, struct err *err) MUST_CHECK;
enum rc stats_map(int fd, struct stats **out, struct err *err) MUST_CHECK;
/* Copies whole; a reader may see figures of two moments, which counters survive. */
void stats_put_slot(struct stats *s, uint32_t slot, const struct stats_slot *values);
void stats_put_hall(struct stats *s, const struct stats_hall *values);
void stats_take_slot(const struct stats *s, uint32_t slot, struct stats_slot *out);
void stats_take_hall(const struct stats *s, struct stats_hall *out);

#endif
