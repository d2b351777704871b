// SPDX-License-Identifier: Apache-2.0
/* Shards: claiming, their rows, roots. Runs in: control. */
#include "ledger/ledger_shard.h"

#include "base/err.h"
#include "ledger/ledger_inside.h"
#include "ledger/ledger_shard_state.h"

/* The first claim says that the batch is being issued. */
static enum rc mark_issuing(struct ledger *l, struct str batch, struct err *err)
{
	int64_t marked = 0;
	enum rc rc = ledger_db_number(l->db,
		"SELECT count(*) FROM batch_events WHERE tenant_id = $1 AND batch = $2 AND state = "
		"$3",
		DB_ARGS(DB_TEXT(l->tenant), DB_TEXT(batch), DB_INT(BATCH_ISSUING)), &marked, err);

	return rc == RC_OK && marked == 0 ? ledger_batch_event(l, batch, BATCH_ISSUING, err) : rc;
}

static enum rc take_next(
	struct ledger *l, struct str batch, struct shard *out, bool *found, struct err *err)
{
	struct db_cursor *c;
	enum rc rc = ledger_db_start(l->db,
		"UPDATE shards SET state = $3, token = token + 1, attempt = attempt + 1"
		" WHERE tenant_id = $1 AND batch = $2 AND shard_no = (SELECT min(shard_no) FROM "
		"shards"
		" WHERE tenant_id = $1 AND batch = $2 AND state = $4) RETURNING shard_no, token, "
		"attempt, row_count",
		DB_ARGS(DB_TEXT(l->tenant), DB_TEXT(batch), DB_INT(SHARD_RUNNING),
			DB_INT(SHARD_READY)),
		&c, err);

	if (rc == RC_OK)
		rc = ledger_db_next(&c, found, err);
	if (rc != RC_OK || !*found)
		return rc;
	out->no = (uint32_t)ledger_db_int(c, 0);
	out->token = (uint64_t)ledger_db_int(c, 1);
	out->attempt = (uint32_t)ledger_db_int(c, 2);
	out->row_count = (uint32_t)ledger_db_int(c, 3);
	ledger_db_done(&c);
	return mark_issuing(l, batch, err);
}

enum rc ledger_shard_claim(struct ledger *l, const struct actor *by, struct str batch,
	struct shard *out, bool *found, struct err *err)
{
	bool own;
	enum rc rc = ledger_enter(l, by, &own, err);

	*found = false;
	if (rc == RC_OK)
		rc = ledger_batch_need(l, batch,
			1u << BATCH_PLANNED | 1u << BATCH_ISSUING | 1u << BATCH_FINISHED, err);
	if (rc == RC_OK)
		rc = take_next(l, batch, out, found, err);
	return ledger_leave(l, own, rc, err);
}

enum rc ledger_shard_release(struct ledger *l, const struct actor *by, struct str batch,
	uint32_t *count, struct err *err)
{
	bool own;
	enum rc rc = ledger_enter(l, by, &own, err);

	*count = 0;
	/* The token counts up here too: who held the shard is fenced off at once. */
	if (rc == RC_OK)
		rc = ledger_db_run(l->db,
			"UPDATE shards SET state = $3, token = token + 1 WHERE tenant_id = $1 AND "
			"batch = $2 AND state = $4",
			DB_ARGS(DB_TEXT(l->tenant), DB_TEXT(batch), DB_INT(SHARD_READY),
				DB_INT(SHARD_RUNNING)),
			err);
	if (rc == RC_OK)
		*count = (uint32_t)l->db->driver->changes(l->db);
	return ledger_leave(l, own, rc, err);
}

static enum rc read_shard_row(struct db_cursor *c, struct arena *a, void *item, struct err *err)
{
	struct batch_row *out = item;
	enum rc rc = ledger_row_read(c, a, out, err);

	out->already_issued = ledger_db_int(c, 18) != 0;
	return rc;
}

enum rc ledger_shard_rows(struct ledger *l, struct arena *a, struct str batch, uint32_t shard,
	struct batch_rows *out, struct err *err)
{
	struct db_rows rows = {NULL, 0};
	struct db_cursor *c;
	enum rc rc = ledger_db_start(l->db,
		"SELECT " LEDGER_ROW_COLUMNS
		", EXISTS(SELECT 1 FROM credentials x WHERE x.tenant_id = r.tenant_id"
		" AND x.award_no = r.award_no AND x.generation = r.generation) FROM rows "
		"r" LEDGER_ROW_TABLES " WHERE" LEDGER_ROWS_OF_SHARD " ORDER BY r.row_no",
		DB_ARGS(DB_TEXT(l->tenant), DB_TEXT(batch), DB_INT(shard)), &c, err);

	if (rc == RC_OK)
		rc = ledger_db_collect(c, a, read_shard_row, sizeof *out->items, &rows, err);
	*out = (struct batch_rows){rows.items, rows.count};
	return rc;
}

static enum rc read_root(struct db_cursor *c, struct arena *a, void *item, struct err *err)
{
	struct shard_root *out = item;
	out->shard = (uint32_t)ledger_db_int(c, 0);
	out->kid = ledger_db_text(c, a, 2);
	out->signature = ledger_db_blob(c, a, 3);
	out->leaves = ledger_db_blob(c, a, 4);
	out->count = (uint32_t)(out->leaves.n / 32);
	return ledger_db_fixed(c, 1, out->root, 32, err);
}

enum rc ledger_shard_roots(struct ledger *l, struct arena *a, struct str batch, uint32_t first,
	uint32_t limit, struct shard_roots *out, struct err *err)
{
	struct db_rows rows = {NULL, 0};
	struct db_cursor *c;
	enum rc rc = ledger_db_start(l->db,
		"SELECT shard_no, root, kid, signature, leaves FROM shard_roots"
		" WHERE tenant_id = $1 AND batch = $2 AND shard_no >= $3 ORDER BY shard_no LIMIT "
		"$4",
		DB_ARGS(DB_TEXT(l->tenant), DB_TEXT(batch), DB_INT(first), DB_PAGE(limit)), &c,
		err);

	if (rc == RC_OK)
		rc = ledger_db_collect(c, a, read_root, sizeof *out->items, &rows, err);
	*out = (struct shard_roots){rows.items, rows.count};
	return rc;
}
