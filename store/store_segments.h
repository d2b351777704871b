// SPDX-License-Identifier: Apache-2.0
/* Inside of the segment driver: <tenant>/seg-000001.cfs, ... and an index beside each full one. */
#ifndef STORE_STORE_SEGMENTS_H
#define STORE_STORE_SEGMENTS_H

#include "store/segment.h"
#include "store/segment_index.h"
#include "store/store.h"

#define SEGMENTS_SHARED_MAX 4096u
#define SEGMENTS_NAME_LEN 40

/* A segment that is full. */
struct past_segment {
	uint64_t number;
	uint64_t len;
	uint64_t artifact_count;
	uint32_t index_count;
};

/* A shared piece of the segment being written; entry of a table with open addressing. */
struct shared_place {
	uint8_t id[STORE_ID_LEN];
	uint64_t offset; /* of its record; 0: free */
	uint32_t len;
};

/* Opened shared pieces of the segment that is being read. */
struct shared_text {
	uint64_t offset;
	struct buf text;
};
#define SEGMENTS_TEXTS_MAX 64
#define SEGMENTS_TEXTS_MAX_LEN ((size_t)32 << 20)

struct segments {
	struct store base;
	int dir_fd; /* of all tenants; lent */
	int lock_fd; /* the tenant's folder */
	char tenant[65];
	uint8_t tenant_key[SEAL_KEY_LEN];
	struct seal *seal;
	bool read_only;
	uint64_t max_len;
	bool broken; /* a sync failed: what is on the disk is not known any more */
	uint64_t cut_len;
	bool cut_kept;

	struct past_segment *past;
	uint32_t past_count;
	uint32_t past_room;

	/* The segment being written. */
	int fd;
	uint64_t number;
	uint64_t len;
	uint64_t committed_len;
	uint64_t artifact_count;
	uint64_t committed_artifacts;
	uint64_t mark_len; /* store_put_begin */
	uint64_t mark_artifacts;
	uint8_t salt[SEGMENT_SALT_LEN];
	struct segment_index *index;
	struct shared_place shared[SEGMENTS_SHARED_MAX];
	uint32_t shared_count;
	struct buf record; /* being put together */

	/* The segment being read. */
	int read_fd;
	int read_index_fd;
	uint64_t read_number; /* 0: none */
	struct shared_text texts[SEGMENTS_TEXTS_MAX];
	uint32_t text_count;
	size_t texts_len;
	struct buf body;
	struct segment_piece pieces[SEGMENT_PIECES_MAX];
};

/* "seg-000001.cfs"; ending: "cfs", "cfi". */
void store_segments_name(uint64_t number, const char *ending, char out[SEGMENTS_NAME_LEN]);
/* Opened again for each use: a descriptor from before lockdown is of another mount. */
enum rc store_segments_folder(struct segments *s, int *fd, struct err *err) MUST_CHECK;
/* A new segment file with its first two records, durable. */
enum rc store_segments_start_file(struct segments *s, int folder, uint64_t number, int *fd,
	uint64_t *len, struct err *err) MUST_CHECK;
/* Writes the index file of segment p; sets p->index_count. */
enum rc store_segments_write_index(struct segments *s, int folder,
	const struct segment_index *index, struct past_segment *p, struct err *err) MUST_CHECK;
void store_segments_add_past(struct segments *s, const struct past_segment *p);

/* False when it is not in this segment. */
bool store_segments_shared_find(
	const struct segments *s, const uint8_t id[STORE_ID_LEN], uint32_t len, uint64_t *offset);
/* False when the table is full: then the piece is stored as a private one. */
bool store_segments_shared_add(
	struct segments *s, const uint8_t id[STORE_ID_LEN], uint32_t len, uint64_t offset);
/* Forgets those at or behind offset. */
void store_segments_shared_cut(struct segments *s, uint64_t offset);

/* The parts of the driver. */
enum rc store_segments_open(
	const struct store_options *o, struct store **out, struct err *err) MUST_CHECK;
void store_segments_free(struct store *base);
enum rc store_segments_fetch(struct store *base, const struct store_want *want, store_sink *sink,
	void *arg, bool *found, struct err *err) MUST_CHECK;
void store_segments_stop_reading(struct segments *s);

#endif
