// SPDX-License-Identifier: Apache-2.0
/*
 * Artifacts at rest. An artifact is an ordered list of parts, private ones sealed under the
 * recipient's key and shared ones (the template's) kept once under the tenant's; how they lie is the
 * driver's. One driver today: segment files below a directory. To add one: a file with a struct
 * store_driver and a line in the table of store.c.
 *
 * Puts become durable, and visible to store_fetch, with store_commit. Storing an artifact again is
 * fine: the newest committed counts. Not thread-safe; one writer per tenant (a lock refuses another).
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/arena.h"
#include "base/str.h"

#define STORE_ULID_LEN 16
#define STORE_ID_LEN 16
/* Artifacts between two calls of store_put_begin. */
#define STORE_PUT_MAX 128

struct store;

struct store_options {
	int dir_fd; /* of all tenants; borrowed, must stay open */
	struct str tenant;
	const uint8_t *tenant_key; /* 32 bytes, copied */
	bool create; /* make the tenant's folder when it is missing; otherwise INPUT */
	/*
	 * Beside a writer: what was committed by now can be fetched, nothing is locked, mended or written, puts are
	 * refused.
	 */
	bool read_only;
	uint64_t segment_max_len; /* 0: 1 GiB */
};

/* AGAIN when another process writes this tenant's store; SYSTEM when promised bytes are damaged. */
enum rc store_open(const struct store_options *o, struct store **out, struct err *err) MUST_CHECK;
/* What was not committed is gone. */
void store_free(struct store **s);

/* id: the same for the same bytes of this tenant; needed only of shared parts. */
struct store_part {
	struct bytes bytes;
	bool shared;
	uint8_t id[STORE_ID_LEN];
};
struct store_artifact {
	const uint8_t *ulid; /* STORE_ULID_LEN */
	uint8_t kind;
	const uint8_t *key; /* 32 bytes: the recipient's */
	const struct store_part *parts; /* at most 400 */
	uint32_t part_count;
};
/* Begins a group that store_put_undo can take back. */
enum rc store_put_begin(struct store *s, struct err *err) MUST_CHECK;
/* After a failure call store_put_undo. SYSTEM when the disk is full; LIMIT when the artifact is too large. */
enum rc store_put(struct store *s, const struct store_artifact *a, struct err *err) MUST_CHECK;
void store_put_undo(struct store *s);
/* Everything put so far is on the disk when this returns. A failure to sync is for good: start again. */
enum rc store_commit(struct store *s, struct err *err) MUST_CHECK;

/* Takes the artifact's parts in order. */
typedef enum rc store_sink(void *arg, struct bytes part, struct err *err);
struct store_want {
	const uint8_t *ulid;
	uint8_t kind;
	const uint8_t *key;
};
/* *found false: not there. INPUT: another key. SYSTEM: damaged. */
enum rc store_fetch(struct store *s, const struct store_want *want, store_sink *sink, void *arg,
	bool *found, struct err *err) MUST_CHECK;

struct store_file {
	struct str name; /* relative to the directory of all tenants */
	uint64_t len; /* durable bytes: what a backup copies */
};
struct store_list {
	struct store_file *items; /* the newest, at most the asked number */
	uint32_t count;
	uint32_t total;
	uint64_t artifact_count; /* committed; those stored again count again */
	uint64_t cut_len; /* of torn tails, at opening */
	bool cut_kept; /* in a file beside the segment: a commit covered some of it */
};
void store_list_files(struct store *s, struct arena *a, uint32_t max, struct store_list *out);

/* ---- for drivers ---- */
struct store_driver {
	const char *name;
	enum rc (*open)(const struct store_options *o, struct store **out, struct err *err);
	void (*free)(struct store *s);
	enum rc (*put_begin)(struct store *s, struct err *err);
	enum rc (*put)(struct store *s, const struct store_artifact *a, struct err *err);
	void (*put_undo)(struct store *s);
	enum rc (*commit)(struct store *s, struct err *err);
	enum rc (*fetch)(struct store *s, const struct store_want *want, store_sink *sink,
		void *arg, bool *found, struct err *err);
	void (*list)(struct store *s, struct arena *a, uint32_t max, struct store_list *out);
};
/* A driver's own struct begins with it. */
struct store {
	const struct store_driver *driver;
};
extern const struct store_driver store_segments;

#endif
