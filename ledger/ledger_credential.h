// SPDX-License-Identifier: Apache-2.0
/* Issued credentials: finding them, their artifacts, the proof of their record, and what happened to them later. */
#ifndef LEDGER_LEDGER_CREDENTIAL_H
#define LEDGER_LEDGER_CREDENTIAL_H

#include "ledger/ledger_shard.h"

enum status_kind {
	STATUS_REVOKED = 1, /* for good */
	STATUS_SUSPENDED, /* until REINSTATED */
	STATUS_REINSTATED,
	STATUS_SUPERSEDED, /* a newer generation of the award was issued */
	STATUS_ANONYMISED, /* the recipient's data is gone; the record stands */
};
/* "revoked", ... */
const char *ledger_status_name(enum status_kind kind);

struct credential {
	uint8_t ulid[16];
	int64_t award_no;
	uint32_t generation;
	uint32_t latest_generation; /* of the award; not every newer one supersedes */
	struct str batch;
	uint32_t row_no;
	uint16_t credential; /* index in the batch */
	int64_t recipient_no;
	uint32_t key_no;
	struct bytes wrapped_key; /* empty: erased */
	uint8_t recipient_tag[32];
	struct bytes sealed; /* the row, under the recipient's key */
	uint8_t tag_hash[32];
	uint16_t token_version;
	uint8_t content_tag[32];
	int64_t issued_s;
	int64_t valid_from_s;
	int64_t valid_until_s;
	uint32_t status_list;
	uint32_t status_index;
	struct str record; /* canonical JSON */
	uint32_t shard;
	uint32_t leaf; /* index in the shard's tree */
	struct shard_artifact artifacts[8];
	uint32_t artifact_count;
	bool has_voided_pass; /* its pass, crossed out; read of what does not stand: */
	struct shard_artifact voided_pass; /* kind: none of the ledger's */
	bool superseded; /* a newer credential of the award was issued in its place: */
	uint8_t superseded_by[16];
	bool revoked;
	int64_t revoked_s;
	bool suspended;
	bool anonymised;
	bool has_events; /* about it, such as a suspension, though it was lifted */
};
/* Neither revoked nor suspended nor replaced by a newer one; it may have ended. */
bool ledger_credential_stands(const struct credential *c);
struct credential_list {
	struct credential *items;
	uint32_t count;
};

enum rc ledger_credential_find(struct ledger *l, struct arena *a, const uint8_t ulid[16],
	struct credential *out, bool *found, struct err *err) MUST_CHECK;
enum rc ledger_credential_find_tag(struct ledger *l, struct arena *a, const uint8_t tag_hash[32],
	struct credential *out, bool *found, struct err *err) MUST_CHECK;
/* All of a recipient, newest first; limit at most 1000. */
enum rc ledger_credential_find_recipient(struct ledger *l, struct arena *a,
	const uint8_t recipient_tag[32], uint32_t limit, struct credential_list *out,
	struct err *err) MUST_CHECK;
/* Of a batch by row_no, those above after_row; limit at most 1000. */
enum rc ledger_credential_list(struct ledger *l, struct arena *a, struct str batch,
	uint32_t after_row, uint32_t limit, struct credential_list *out,
	struct err *err) MUST_CHECK;

/* Of one credential, by kind. SYSTEM when there are more than room. */
enum rc ledger_credential_artifacts(struct ledger *l, const uint8_t ulid[16],
	struct shard_artifact *out, uint32_t room, uint32_t *count, struct err *err) MUST_CHECK;

struct status_event {
	uint64_t seq; /* answers only */
	uint8_t ulid[16];
	uint8_t kind; /* enum status_kind */
	struct str reason; /* <=255: a code, no personal data */
	int64_t at_s;
	struct bytes sealed_note; /* <=4 KiB */
	struct str kid;
	struct bytes signature; /* <=128 */
};
struct status_events {
	struct status_event *items;
	uint32_t count;
};
/* INPUT when the credential is unknown, or revoked already (for REVOKED, SUSPENDED, REINSTATED). */
enum rc ledger_status_add(struct ledger *l, const struct actor *by, const struct status_event *e,
	struct err *err) MUST_CHECK;
/* Oldest first, at most 1000. */
enum rc ledger_status_list(struct ledger *l, struct arena *a, const uint8_t ulid[16],
	struct status_events *out, struct err *err) MUST_CHECK;

/* ---- status lists ---- */
/* Numbers of lists are given once per data directory: their addresses name no tenant. */
/* Entries of a list (Bitstring Status List 1.0: at least 131,072). */
#define STATUS_LIST_LEN 131072u
struct status_place {
	uint32_t list; /* from 1 */
	uint32_t index;
};
/*
 * Reserves count places with one counter update; the next list begins when one is full. purpose:
 * "revocation", ... Indexes are permuted by key (32 bytes, always the same for a tenant: INPUT
 * otherwise), so that neighbours in a batch are not neighbours in the list. out: count of them.
 */
enum rc ledger_status_reserve(struct ledger *l, const struct actor *by, struct str purpose,
	const uint8_t key[32], uint32_t count, struct status_place *out,
	struct err *err) MUST_CHECK;

/* The key of a list's route. */
void ledger_status_route_key(uint32_t list, uint8_t out[4]);

/* ---- routes: the only look-up without a tenant (ADR 0024) ---- */
enum route_kind {
	ROUTE_TOKEN = 1, /* key: tag_hash */
	ROUTE_CREDENTIAL, /* key: ULID, 16 bytes */
	ROUTE_CLAIM, /* key: claim_hash */
	ROUTE_STATUS_LIST, /* key: ledger_status_route_key() */
};
/* *found false: unknown. An orphan (batch that never finished) is found but its tenant does not know it. */
enum rc ledger_route_find(const char *data_dir, struct arena *a, enum route_kind kind,
	struct bytes key, struct str *tenant, bool *found, struct err *err) MUST_CHECK;

/*
 * An audit line of a link that somebody was given: "link.claim", "link.pdf". what: the part behind the dot; by
 * whom, and of which credential. Written before the link is handed out.
 */
enum rc ledger_credential_note_link(struct ledger *l, const struct actor *by,
	const uint8_t ulid[16], const char *what, struct err *err) MUST_CHECK;

#endif
