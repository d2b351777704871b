// SPDX-License-Identifier: Apache-2.0
/*
 * Where in a segment an artifact lies. The segment being written has its index in memory, which its
 * cap of entries bounds; a full one has a file beside it, sorted, searched without loading it. The
 * file is a convenience: it can be made again from the segment.
 */
#ifndef STORE_SEGMENT_INDEX_H
#define STORE_SEGMENT_INDEX_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

/* No segment has more artifacts: 2.4 MiB of memory. */
#define SEGMENT_INDEX_MAX 65536u
#define SEGMENT_INDEX_NAME_LEN 16

struct segment_index;

struct segment_index *segment_index_new(void);
void segment_index_free(struct segment_index **x);
uint32_t segment_index_count(const struct segment_index *x);
/* In the order of offsets. CHECKs that there is room. */
void segment_index_add(struct segment_index *x, const uint8_t name[SEGMENT_INDEX_NAME_LEN],
	uint8_t kind, uint64_t offset);
/* Forgets entries at or behind offset. */
void segment_index_cut(struct segment_index *x, uint64_t offset);
/* The newest entry below limit; false when there is none. */
bool segment_index_find(const struct segment_index *x, const uint8_t name[SEGMENT_INDEX_NAME_LEN],
	uint8_t kind, uint64_t limit, uint64_t *offset);

/* The index file of a segment of segment_len bytes, one entry for each name and kind: the newest. Returns how many. */
uint32_t segment_index_encode(const struct segment_index *x, uint64_t segment_len, struct buf *out);

struct segment_index_summary {
	uint32_t count; /* entries */
	uint64_t segment_len;
	uint64_t artifact_count; /* records, with those that were stored again */
};
/* Reads and checks a whole index file (its CRC). *good false: make it again. */
enum rc segment_index_check(
	int fd, struct segment_index_summary *out, bool *good, struct err *err) MUST_CHECK;
/* Searches an index file that segment_index_check found good. */
enum rc segment_index_look_up(int fd, uint32_t count, const uint8_t name[SEGMENT_INDEX_NAME_LEN],
	uint8_t kind, uint64_t *offset, bool *found, struct err *err) MUST_CHECK;

#endif
