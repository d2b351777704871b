// SPDX-License-Identifier: Apache-2.0
/*
 * Deadlines without a timer for each connection: every kind of wait has one length, so a list in order of
 * arrival is a list in order of expiry. All operations are O(1).
 */
#ifndef SERVE_DUE_H
#define SERVE_DUE_H

#include <stdint.h>

/* What a connection waits for. Each is in exactly one list, so the lists are also all connections. */
enum due_kind {
	DUE_HEAD, /* the PROXY line, the handshake, a request's head */
	DUE_IDLE, /* the next request */
	DUE_RATE, /* bytes of a body, or room for an answer: looked at every rate_ms */
	DUE_WAIT, /* the handler */
	DUE_EVENT, /* the next event of a stream; then a comment is sent */
	DUE_LINGER, /* the peer's end after ours */
	DUE_COUNT,
};

/* Member of what waits; zeros: in no list. */
struct due {
	struct due *next;
	struct due *prev;
	uint64_t at_ms;
	enum due_kind kind;
};

struct due_lists {
	struct due ends[DUE_COUNT]; /* of circular lists */
	uint32_t length_ms[DUE_COUNT];
};

/* length_ms is filled by the caller. */
void due_init(struct due_lists *l);
/* Moves d to the end of the kind's list. */
void due_set(struct due_lists *l, struct due *d, enum due_kind kind, uint64_t now_ms);
void due_drop(struct due *d);
/* The first of a kind that expired at now_ms; NULL when there is none. UINT64_MAX: the oldest. */
struct due *due_first(struct due_lists *l, enum due_kind kind, uint64_t now_ms);

#endif
