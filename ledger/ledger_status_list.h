// SPDX-License-Identifier: Apache-2.0
/*
 * Status lists as they are published: which there are, what stands in them, and the newest document
 * of each, ready to be answered. Documents follow from the events and may be made again at any time;
 * they are the one thing about status that is replaced instead of added to.
 */
#ifndef LEDGER_LEDGER_STATUS_LIST_H
#define LEDGER_LEDGER_STATUS_LIST_H

#include "ledger/ledger_credential.h"

/* Of a document: a 1EdTech list names every revoked credential. */
#define STATUS_DOC_MAX ((size_t)32 << 20)

struct status_list {
	uint32_t list;
	struct str purpose; /* as it was reserved for: "revocation", "suspension", "1edtech" */
	uint32_t used; /* places taken */
	uint64_t newest_seq; /* of the events about its credentials; 0: none */
	bool has_doc; /* the three below are there */
	uint64_t doc_seq; /* newest_seq when the document was made */
	int64_t doc_built_s;
	int64_t doc_valid_until_s;
};
struct status_lists {
	struct status_list *items;
	uint32_t count;
};
/* By number, all of the tenant. */
enum rc ledger_status_lists(
	struct ledger *l, struct arena *a, struct status_lists *out, struct err *err) MUST_CHECK;

/* An event about a credential of a list. */
struct status_mark {
	uint32_t index;
	uint8_t ulid[16];
	uint8_t kind; /* enum status_kind */
	struct str reason;
	uint64_t seq;
};
struct status_marks {
	struct status_mark *items;
	uint32_t count;
	uint64_t last_seq; /* of the last one; what was asked for when there is none */
};
/* Events of a list's credentials above after_seq, oldest first; limit at most 1000. */
enum rc ledger_status_marks(struct ledger *l, struct arena *a, uint32_t list, uint64_t after_seq,
	uint32_t limit, struct status_marks *out, struct err *err) MUST_CHECK;

struct status_doc {
	uint32_t list;
	struct str purpose; /* of its list; answers only */
	uint64_t seq;
	int64_t built_s;
	int64_t valid_until_s; /* INT64_MAX: no end */
	struct bytes content; /* <=STATUS_DOC_MAX */
};
/* Replaces the list's document. INPUT when the list is unknown or content is too long. */
enum rc ledger_status_doc_put(struct ledger *l, const struct actor *by,
	const struct status_doc *doc, struct err *err) MUST_CHECK;
enum rc ledger_status_doc_find(struct ledger *l, struct arena *a, uint32_t list,
	struct status_doc *out, bool *found, struct err *err) MUST_CHECK;

/*
 * Credentials that an issued credential of the batch replaced and that have no SUPERSEDED event yet;
 * limit at most 1000. out: their ULIDs, in items[].ulid.
 */
enum rc ledger_status_unmarked(struct ledger *l, struct arena *a, struct str batch, uint32_t limit,
	struct status_marks *out, struct err *err) MUST_CHECK;

#endif
