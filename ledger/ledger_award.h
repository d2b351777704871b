// SPDX-License-Identifier: Apache-2.0
/*
 * Recipients and awards (ADR 0012). A recipient is known by a keyed tag only; its wrapped key is
 * the one row that may be deleted: erasure. An award is recipient and achievement; it owns the
 * claim secret and has credentials of generation 1, 2, ...
 */
#ifndef LEDGER_LEDGER_AWARD_H
#define LEDGER_LEDGER_AWARD_H

#include "ledger/ledger.h"

/* Tags are HMAC-SHA256 under a key of the caller's. What is only used when something is made new is marked. */
struct award_ask {
	uint8_t identity_tag[32]; /* recipient id and achievement */
	uint8_t recipient_tag[32]; /* recipient id */
	/* New recipient or erased one: its key, wrapped with place id = recipient_tag. */
	struct bytes wrapped_key;
	uint8_t claim_hash[32]; /* new award: SHA-256 of its claim secret */
	/* New award: the secret, under the tenant's key, place id = identity_tag. */
	struct bytes claim_sealed;
};

struct award {
	int64_t award_no;
	int64_t recipient_no;
	uint32_t key_no; /* which of the recipient's keys; counts up after an erasure */
	/* The recipient's current one: unwrap it, yours may not have been taken. */
	struct bytes wrapped_key;
	bool created; /* the award is new */
	uint32_t generation; /* latest issued; 0: none */
	uint8_t ulid[16]; /* of the latest issued */
	uint8_t content_tag[32]; /* of the latest issued */
};

/* Some 20 us; call it in a transaction when there are many. */
enum rc ledger_award_find_or_create(struct ledger *l, const struct actor *by, struct arena *a,
	const struct award_ask *ask, struct award *out, struct err *err) MUST_CHECK;
/* Looks only, for plans that write nothing: *found false when there is no such award. */
enum rc ledger_award_find(struct ledger *l, struct arena *a, const uint8_t identity_tag[32],
	struct award *out, bool *found, struct err *err) MUST_CHECK;
/* The award's claim secret, sealed as it was given. */
enum rc ledger_award_claim(struct ledger *l, struct arena *a, int64_t award_no,
	struct bytes *claim_sealed, uint8_t identity_tag[32], struct err *err) MUST_CHECK;

/* *wrapped is empty when the key was erased. INPUT: no such recipient. */
enum rc ledger_recipient_key(struct ledger *l, struct arena *a, int64_t recipient_no,
	uint32_t key_no, struct bytes *wrapped, uint8_t recipient_tag[32],
	struct err *err) MUST_CHECK;
/*
 * Erasure: deletes every key of the recipient, so that rows, records' details and artifacts sealed
 * with them can never be opened again. *keys: how many were deleted (0: unknown or erased before).
 */
enum rc ledger_recipient_erase(struct ledger *l, const struct actor *by,
	const uint8_t recipient_tag[32], uint32_t *keys, struct err *err) MUST_CHECK;

#endif
