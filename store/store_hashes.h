// SPDX-License-Identifier: Apache-2.0
/*
 * Hashes of the artifacts that are put. Long ones wait for each other, as several are hashed side by side in less time
 * than one after the other (base/hash_lanes.h). So a PUT is answered with the rows whose hashes are all known by then:
 * its own, or those of a PUT before it; COMMIT waits for none.
 */
#ifndef STORE_STORE_HASHES_H
#define STORE_STORE_HASHES_H

#include "base/buf.h"
#include "ipc/wire_store.h"
#include "store/store.h"

#define STORE_PARTS_MAX 400u

struct store_hashes;

struct store_hashes *store_hashes_new(void);
void store_hashes_free(struct store_hashes **x);

/* A row of the PUT at hand, whose artifacts follow. Borrowed until it is taken or undone. */
struct store_hashes_row;
struct store_hashes_row *store_hashes_begin_row(
	struct store_hashes *x, const uint8_t ulid[STORE_ULID_LEN]);

/* Where an artifact is put together; empty. private: bytes of parts that have no other place. */
struct store_hashes_item {
	struct buf private;
	struct store_part parts[STORE_PARTS_MAX];
	uint32_t part_count;
};
struct store_hashes_item *store_hashes_next(struct store_hashes *x);
/* The artifact that was put together last is the row's: hashed now, or later. At most 8 of a row. */
void store_hashes_add(struct store_hashes *x, struct store_hashes_row *row, uint8_t kind);

/* Hashes what waits. Before parts of it go away, and at COMMIT. */
void store_hashes_finish(struct store_hashes *x);
/* Moves the rows that have all their hashes into *out, which lives in a. The PUT at hand is over. */
void store_hashes_take(struct store_hashes *x, struct arena *a, struct wire_put_done *out);
/* Forgets the rows of the PUT at hand. */
void store_hashes_undo(struct store_hashes *x);

#endif
