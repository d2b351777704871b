// SPDX-License-Identifier: Apache-2.0
/*
 * What happens to credentials after they were issued: events, each signed singly and only ever added,
 * and the lists that follow from them. A killed command leaves whole events and perhaps old lists;
 * whoever publishes next finds which lists are behind.
 */
#ifndef PIPELINE_STATUS_H
#define PIPELINE_STATUS_H

#include "ipc/wire_status.h"
#include "ledger/ledger_status_list.h"
#include "pipeline/tenant.h"

/* How long a list says it is current, and how much of that is left when it is made anew. */
#define STATUS_LIFE_S ((int64_t)30 * 86400)
#define STATUS_REFRESH_S ((int64_t)15 * 86400)
/* How long a reader may keep a list; our own pages are cached as long. */
#define STATUS_TTL_S 300

/* Reasons that are no person's, for SUPERSEDED. */
#define STATUS_CORRECTED "corrected"
#define STATUS_RENEWED "renewed"

struct status_wish {
	uint8_t ulid[16];
	enum status_kind kind;
	struct str reason; /* a code */
	struct str note; /* <=1000: sealed under the recipient's key; empty: none */
};

/*
 * Signs and adds events, some hundred in a transaction, in this order. An event that the ledger would
 * refuse is left out: look before. *added: how many are in the ledger, also after an error.
 */
enum rc status_add(struct tenant *t, const struct status_wish *wishes, uint32_t count,
	uint32_t *added, struct err *err) MUST_CHECK;
/* SUPERSEDED events for what the batch's credentials replaced, where they are missing. */
enum rc status_mark_superseded(
	struct tenant *t, struct str batch, const char *reason, struct err *err) MUST_CHECK;

/*
 * The same for every batch that did not come to its end, as after a crash: a batch is finished only
 * after its events are there, so nothing else has to be looked at.
 */
enum rc status_settle(struct tenant *t, struct err *err) MUST_CHECK;

/*
 * Makes the documents of lists anew that have none, are behind the events, end within
 * STATUS_REFRESH_S, or may be signed with a key that was compromised since; all of them with every.
 * *made: how many.
 */
enum rc status_publish(struct tenant *t, bool every, uint32_t *made, struct err *err) MUST_CHECK;
/* The note of an event; empty when there is none or the recipient's key was erased. */
enum rc status_open_note(const struct tenant *t, const struct credential *c,
	const struct status_event *e, struct arena *a, struct str *out, struct err *err) MUST_CHECK;

/* A public phrase for a reason's code; NULL when there is no such code for that kind. */
const char *status_reason_phrase(enum status_kind kind, struct str code);
/* "issued-in-error, withdrawn, ...": the codes that a person may give for that kind. */
struct str status_reason_codes(enum status_kind kind, struct arena *a);

/* status_list.c: one list's document. */
enum rc status_build_list(struct tenant *t, const struct status_list *list, int64_t now_s,
	struct arena *a, struct status_doc *out, struct err *err) MUST_CHECK;

#endif
