// SPDX-License-Identifier: Apache-2.0
/* For those who keep what they read of credentials in memory: all of them once, then what happened since. */
#ifndef LEDGER_LEDGER_CHANGES_H
#define LEDGER_LEDGER_CHANGES_H

#include "ledger/ledger_reader.h"

/* Up to where a reader knows of changes. */
struct ledger_mark {
	int64_t leaf; /* of the log: what was issued */
	int64_t event; /* of status */
	int64_t audit;
};
struct ledger_changes {
	/* 16 bytes each: what is known of these credentials is not so any more. */
	const uint8_t (*ulids)[16];
	uint32_t count;
	bool all; /* somebody's data were erased, or too much happened: nothing that is known may be shown again */
};
/* Now, for a reader that knows nothing yet. */
enum rc ledger_changes_mark(struct ledger *l, struct ledger_mark *out, struct err *err) MUST_CHECK;
/* What happened since *mark, which is moved on. */
enum rc ledger_changes_since(struct ledger *l, struct arena *a, struct ledger_mark *mark,
	struct ledger_changes *out, struct err *err) MUST_CHECK;

#define LEDGER_FACES_ALL INT64_MAX
/*
 * Up to limit (<=256) credentials with their faces, the newest award first; *before: LEDGER_FACES_ALL at
 * first, moved on. Fewer than limit: these were the last.
 */
struct ledger_faces {
	struct credential_face *items;
	uint32_t count;
};
enum rc ledger_faces_list(struct ledger *l, struct arena *a, int64_t *before, uint32_t limit,
	struct ledger_faces *out, struct err *err) MUST_CHECK;

#endif
