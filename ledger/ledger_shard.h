// SPDX-License-Identifier: Apache-2.0
/*
 * Shards: about a hundred rows, claimed, worked on, and finished in one transaction. Claiming counts
 * a token up; finishing with an older token is refused (fencing), so a worker that was thought dead
 * changes nothing.
 */
#ifndef LEDGER_LEDGER_SHARD_H
#define LEDGER_LEDGER_SHARD_H

#include "ledger/ledger_batch.h"

struct shard {
	uint32_t no;
	uint64_t token; /* for ledger_shard_finish */
	uint32_t attempt; /* 1 the first time */
	uint32_t row_count;
};

/*
 * The next shard that is ready, of a frozen batch; it is running now. *found false when none is
 * ready. The first claim turns the batch from planned to issuing.
 */
enum rc ledger_shard_claim(struct ledger *l, const struct actor *by, struct str batch,
	struct shard *out, bool *found, struct err *err) MUST_CHECK;
/*
 * Running shards of the batch become ready again: at start, by the one control that may be alive,
 * and after a worker died. Their old tokens are worth nothing from the next claim on. *count: how many.
 */
enum rc ledger_shard_release(struct ledger *l, const struct actor *by, struct str batch,
	uint32_t *count, struct err *err) MUST_CHECK;
/* The shard's rows, by row_no. */
enum rc ledger_shard_rows(struct ledger *l, struct arena *a, struct str batch, uint32_t shard,
	struct batch_rows *out, struct err *err) MUST_CHECK;

struct shard_artifact {
	uint8_t kind; /* enum artifact_kind of ipc/wire_render.h */
	uint64_t len;
	uint8_t sha256[32];
};

/* A row that was issued; what the plan fixed is taken from the plan. */
struct shard_credential {
	uint32_t row_no;
	uint8_t ulid[16]; /* must be the plan's (CHECK by the ledger: INPUT) */
	uint8_t tag_hash[32]; /* SHA-256 of the token's tag */
	uint16_t token_version;
	/* Canonical JSON; its place in the list is its leaf in the shard's tree. */
	struct str record;
	struct shard_artifact artifacts[8];
	uint32_t artifact_count;
	/* Boxes of ledger_public.h, at most PUBLIC_BOX_MAX; both empty: nothing for the public pages. */
	struct bytes published;
	struct bytes claimed;
};

struct shard_failure {
	uint32_t row_no;
	struct str code; /* <=64 */
	struct bytes sealed; /* detail; <=4 KiB */
};

struct shard_finish {
	struct str batch;
	uint32_t shard;
	uint64_t token;
	const struct shard_credential *credentials;
	uint32_t credential_count;
	const struct shard_failure *failures;
	uint32_t failure_count;
	/* Merkle root over merkle_leaf(record) of credentials, in order; not used when there are none. */
	uint8_t root[32];
	struct str kid;
	struct bytes signature; /* <=128 */
};

struct shard_result {
	uint32_t issued;
	uint32_t unchanged; /* the award and generation existed: another batch was first */
	uint32_t failed;
};

/*
 * Routes first, then one transaction: fencing check, credentials, artifacts, outcomes, root, log
 * leaves, state done. A row that is neither in credentials nor in failures becomes unchanged when its
 * award and generation were issued by then; a shard of such rows only is finished without a root.
 * AGAIN when the token is not the shard's newest: throw the work away. INPUT when another row is
 * missing, one is unknown or named twice, or the root is not that of the records. Never inside
 * ledger_begin.
 */
enum rc ledger_shard_finish(struct ledger *l, const struct actor *by, const struct shard_finish *f,
	struct shard_result *out, struct err *err) MUST_CHECK;

struct shard_root {
	uint32_t shard;
	uint8_t root[32];
	struct str kid;
	struct bytes signature;
	uint32_t count; /* leaves */
	struct bytes leaves; /* count * 32 bytes: leaf hashes, for paths */
};
struct shard_roots {
	struct shard_root *items;
	uint32_t count;
};
/* By shard, from first on, at most limit (1000). Shards without a record have no root. */
enum rc ledger_shard_roots(struct ledger *l, struct arena *a, struct str batch, uint32_t first,
	uint32_t limit, struct shard_roots *out, struct err *err) MUST_CHECK;

#endif
