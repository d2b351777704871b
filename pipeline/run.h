// SPDX-License-Identifier: Apache-2.0
/*
 * Issuing shards: groups of a few rows move through sign, draw and put; the pump moves every group
 * whose next process has room. One shard at a time per render worker; the signer and the store are
 * shared. Internal to issue_run.c, run_group.c, run_finish.c.
 */
#ifndef PIPELINE_RUN_H
#define PIPELINE_RUN_H

#include "pipeline/issue.h"

/* Rows in a group: as many as an answer of the signer holds. */
#define RUN_GROUP_ROWS 4
/* Groups of a shard under way at once: one signed or stored while another is drawn. */
#define RUN_GROUPS 3
#define RUN_DRAWERS_MAX 64
/* Results of a worker are taken before its descriptor grows over this. */
#define RUN_RESULT_MAX ((uint64_t)8 << 20)

enum group_stage {
	GROUP_FREE,
	GROUP_TO_SIGN,
	GROUP_SIGNING,
	GROUP_TO_DRAW,
	GROUP_DRAWING,
	GROUP_TO_PUT,
	GROUP_PUTTING,
};

/* What is known of a row of the shard in work. */
struct run_row {
	const struct batch_row *planned;
	struct wire_row row;
	uint8_t key[SEAL_KEY_LEN]; /* of the recipient */
	bool skip; /* issued by another batch meanwhile */
	bool failed;
	uint32_t attempts; /* drawings that killed the worker */
	const char *code;
	char message[256];
	uint8_t tag_hash[32];
	char token[97]; /* of its verify page */
	uint16_t token_version;
	struct shard_artifact artifacts[8];
	uint32_t artifact_count;
	bool stored;
};

/* How far the end of a shard is. */
enum finish_stage {
	FINISH_NO, /* rows are in work */
	FINISH_TO_COMMIT, /* all rows are stored; the store has no room yet */
	FINISH_COMMITTING,
	FINISH_TO_RECORD, /* durable; the signer has no room yet */
	FINISH_RECORDING,
};

struct run;

struct group {
	struct run *run;
	enum group_stage stage;
	uint32_t first; /* index in run->rows */
	uint32_t count;
	uint32_t asked_count; /* of them, those that are being drawn */
	struct arena *arena; /* reset when the group is used again */
	struct wire_signed_row signed_rows[RUN_GROUP_ROWS];
	struct wire_drawn_row drawn_rows[RUN_GROUP_ROWS];
};

/* A render worker and the shard it works on. */
struct run {
	struct issue_run *all;
	struct stage_drawer drawer;
	uint32_t credential; /* whose template the drawer has; UINT32_MAX: none */
	uint32_t result_source; /* number of its descriptor at the store */
	uint64_t result_end;
	bool has_shard;
	enum finish_stage finish;
	struct shard shard;
	struct batch_rows planned;
	struct run_row *rows;
	uint32_t row_count;
	uint32_t next_row; /* first row in no group yet */
	uint32_t retry[ISSUE_SHARD_ROWS]; /* rows to draw alone: a worker died on their group */
	uint32_t retry_count;
	struct group groups[RUN_GROUPS];
	struct arena *arena; /* as long as the shard */
	uint32_t *order; /* rows in the records' order, for finishing */
	uint32_t order_count;
	uint32_t drawn_total; /* in the worker's life */
};

struct issue_run {
	struct issue *job;
	struct run runs[RUN_DRAWERS_MAX];
	uint32_t run_count;
	uint32_t next_source;
	uint32_t compiled_source[ISSUE_CREDENTIALS_MAX];
	bool stop; /* no new shard */
	bool failed;
	enum rc rc;
	struct err err;
	uint64_t issued;
	uint64_t unchanged;
	uint64_t rows_failed;
};

/* run_group.c: moves one group as far as it goes without waiting. True when it moved. */
bool run_group_advance(struct group *g);
/* run_finish.c: commit, records signed, the finishing transaction. True when it moved. */
bool run_finish_advance(struct run *r);
/* run_publish.c: the boxes of the public pages (ledger/ledger_public.h), living in the shard's arena. */
enum rc run_publish(struct run *r, const struct run_row *row, struct shard_credential *out,
	struct err *err) MUST_CHECK;
/* issue_run.c */
void run_fail(struct issue_run *all, enum rc rc, const struct err *err);
void run_row_fail(struct run_row *row, const char *code, struct str message);
enum rc run_open_drawer(struct run *r, uint32_t credential, struct err *err) MUST_CHECK;

#endif
