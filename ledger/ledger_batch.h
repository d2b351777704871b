// SPDX-License-Identifier: Apache-2.0
/* Batches: their plan, row by row, what was left out of it, and how far they are. */
#ifndef LEDGER_LEDGER_BATCH_H
#define LEDGER_LEDGER_BATCH_H

#include "ledger/ledger.h"

/* By events: each state is added once and never taken back. */
enum batch_state {
	BATCH_PLANNING = 1, /* begin; rows are being added */
	BATCH_PLANNED, /* freeze; the plan is fixed and rows may be drawn */
	BATCH_ISSUING, /* the first shard was claimed */
	BATCH_FINISHED, /* every shard is done; ledger_batch_finish */
	BATCH_ABANDONED, /* abandon, from planning or planned; expire. Its key may be used again */
};
/* "planning", ... */
const char *ledger_batch_state_name(enum batch_state state);

/* Fixed at begin. */
struct batch {
	struct str id; /* ULID, 26 characters */
	struct str idempotency_key; /* <=128: one living batch per key */
	struct str name; /* <=255 */
	uint8_t manifest_sha256[32];
	uint8_t cohort_sha256[32];
	struct str kid; /* pinned; <=64 */
	int64_t issued_s; /* what this batch says */
	struct str engine_version; /* <=64 */
	int64_t created_s; /* set by begin */
	struct bytes manifest; /* opaque to the ledger; <=1 MiB */
	/* Answers only: */
	enum batch_state state;
	bool frozen; /* the three below are there */
	uint8_t plan_hash[32];
	struct bytes policy; /* opaque; <=1 MiB */
};
struct batch_list {
	struct batch *items;
	uint32_t count;
};

/* INPUT when a batch with the key lives (find it first) or the id is taken. */
enum rc ledger_batch_begin(struct ledger *l, const struct actor *by, const struct batch *b,
	struct err *err) MUST_CHECK;
/* The living (not abandoned) batch of the key. */
enum rc ledger_batch_find_key(struct ledger *l, struct arena *a, struct str idempotency_key,
	struct batch *out, bool *found, struct err *err) MUST_CHECK;
enum rc ledger_batch_find(struct ledger *l, struct arena *a, struct str id, struct batch *out,
	bool *found, struct err *err) MUST_CHECK;
/* Newest first, without manifest and policy. before: id of the last one seen, empty: from the newest. */
enum rc ledger_batch_list(struct ledger *l, struct arena *a, struct str before, uint32_t limit,
	struct batch_list *out, struct err *err) MUST_CHECK;

/* ---- planning ---- */
/* One of the manifest's credentials; index is what rows name. */
struct batch_credential {
	uint16_t index;
	uint32_t outputs;
	struct str key; /* <=64 */
	uint8_t template_hash[32];
	uint8_t compiled_hash[32];
	struct bytes fonts; /* opaque: the pinned list; <=64 KiB */
};
struct batch_credentials {
	struct batch_credential *items;
	uint32_t count;
};
enum rc ledger_batch_add_credential(struct ledger *l, const struct actor *by, struct str batch,
	const struct batch_credential *x, struct err *err) MUST_CHECK;
enum rc ledger_batch_credentials(struct ledger *l, struct arena *a, struct str batch,
	struct batch_credentials *out, struct err *err) MUST_CHECK;

/* A planned row. Everything that decides its output. */
struct batch_row {
	uint32_t row_no; /* from 1, of the file's records */
	uint32_t shard_no; /* from 0 */
	uint16_t credential; /* batch_credential.index */
	int64_t award_no; /* of ledger_award.h */
	uint32_t generation; /* of the award: latest issued + 1 */
	uint8_t ulid[16];
	uint8_t subject[16];
	uint8_t supersedes[16]; /* ULID of the award's credential it replaces; zeros: none */
	uint32_t status_list;
	uint32_t status_index;
	int64_t valid_from_s;
	int64_t valid_until_s; /* WIRE_NO_DAY: none */
	uint8_t commitment[32];
	uint8_t content_tag[32]; /* HMAC over what the credential says */
	struct bytes sealed; /* the row, under the recipient's key; <=64 KiB */
	/* Answers only: */
	int64_t recipient_no;
	uint32_t key_no;
	struct bytes wrapped_key; /* of the recipient; empty: erased */
	bool already_issued; /* (award, generation) exists by now: finishing will say unchanged */
};
struct batch_rows {
	struct batch_row *items;
	uint32_t count;
};
/* Also makes the shards they name. Call it in a transaction with some thousand rows at a time. */
enum rc ledger_batch_add_rows(struct ledger *l, const struct actor *by, struct str batch,
	const struct batch_row *rows, uint32_t count, struct err *err) MUST_CHECK;

/* A record of the file that is no planned row. */
enum left_out_kind {
	LEFT_OUT_BAD = 1, /* refused: code and message say why */
	LEFT_OUT_UNCHANGED, /* its credential was issued before; ulid says which */
	LEFT_OUT_HELD, /* its "hold" column */
};
struct batch_left_out {
	uint32_t record;
	uint32_t line;
	uint8_t kind; /* enum left_out_kind */
	struct str column; /* <=255 */
	struct str code; /* <=64 */
	struct bytes sealed; /* message and raw record under the tenant's key; <=64 KiB */
	uint8_t ulid[16]; /* of UNCHANGED */
};
struct batch_left_outs {
	struct batch_left_out *items;
	uint32_t count;
};
/* A record may be left out more than once with different columns or codes. */
enum rc ledger_batch_add_left_out(struct ledger *l, const struct actor *by, struct str batch,
	const struct batch_left_out *x, struct err *err) MUST_CHECK;
/* In the order they were added; after: how many were seen (cursor), limit at most 1000. */
enum rc ledger_batch_left_outs(struct ledger *l, struct arena *a, struct str batch, uint32_t after,
	uint32_t limit, struct batch_left_outs *out, struct err *err) MUST_CHECK;

/* Fixes the plan: planning -> planned. After it no row can be added. */
enum rc ledger_batch_freeze(struct ledger *l, const struct actor *by, struct str batch,
	const uint8_t plan_hash[32], struct bytes policy, struct err *err) MUST_CHECK;
/* INPUT when rows of it may have been issued. */
enum rc ledger_batch_abandon(
	struct ledger *l, const struct actor *by, struct str batch, struct err *err) MUST_CHECK;
/*
 * planned or issuing -> abandoned: what is not issued of it never will be, what is stays. For a plan whose
 * key may sign no more (ADR 0033).
 */
enum rc ledger_batch_expire(
	struct ledger *l, const struct actor *by, struct str batch, struct err *err) MUST_CHECK;
/* issuing (or planned, with no rows) -> finished, with its receipt. INPUT when a shard is not done. */
enum rc ledger_batch_finish(struct ledger *l, const struct actor *by, struct str batch,
	struct str receipt, struct err *err) MUST_CHECK;
enum rc ledger_batch_receipt(struct ledger *l, struct arena *a, struct str batch, struct str *out,
	bool *found, struct err *err) MUST_CHECK;

/* ---- how far it is ---- */
struct batch_counts {
	uint32_t rows; /* planned */
	uint32_t issued;
	uint32_t unchanged; /* outcomes and records left out as such */
	uint32_t failed;
	uint32_t left_out; /* records that are BAD or HELD */
	uint32_t held; /* of them */
	uint32_t shards;
	uint32_t shards_done;
};
enum rc ledger_batch_count(
	struct ledger *l, struct str batch, struct batch_counts *out, struct err *err) MUST_CHECK;

enum outcome_result {
	OUTCOME_ISSUED = 1,
	OUTCOME_UNCHANGED, /* another batch issued the same award and generation first */
	OUTCOME_FAILED,
};
struct batch_outcome {
	uint32_t row_no;
	uint8_t result; /* enum outcome_result */
	struct str code; /* <=64; empty unless failed */
	struct bytes sealed; /* detail under the tenant's key; <=4 KiB */
	uint8_t ulid[16]; /* planned for the row */
};
struct batch_outcomes {
	struct batch_outcome *items;
	uint32_t count;
};
/* By row_no, those above after_row; limit at most 1000. */
enum rc ledger_batch_outcomes(struct ledger *l, struct arena *a, struct str batch,
	uint32_t after_row, uint32_t limit, struct batch_outcomes *out, struct err *err) MUST_CHECK;

#endif
