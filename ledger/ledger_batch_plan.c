// SPDX-License-Identifier: Apache-2.0
/* What a plan holds: credentials, rows, records left out; and how far it is. Runs in: control. */
#include "base/err.h"
#include "ledger/ledger_batch.h"
#include "ledger/ledger_inside.h"
#include "ledger/ledger_shard_state.h"

enum rc ledger_batch_add_credential(struct ledger *l, const struct actor *by, struct str batch,
	const struct batch_credential *x, struct err *err)
{
	bool own;
	enum rc rc = ledger_enter(l, by, &own, err);

	if (rc == RC_OK)
		rc = ledger_batch_need(l, batch, 1u << BATCH_PLANNING, err);
	if (rc == RC_OK)
		rc = ledger_fits(x->fonts.n, 65536, "the list of fonts", err);
	if (rc == RC_OK)
		rc = ledger_fits(x->key.n, 64, "the credential's key", err);
	if (rc == RC_OK)
		rc = ledger_db_run(l->db,
			"INSERT INTO batch_credentials(tenant_id, batch, credential, outputs, key, "
			"template_hash,"
			" compiled_hash, fonts) VALUES($1, $2, $3, $4, $5, $6, $7, $8)",
			DB_ARGS(DB_TEXT(l->tenant), DB_TEXT(batch), DB_INT(x->index),
				DB_INT(x->outputs), DB_TEXT(x->key), DB_FIXED(x->template_hash, 32),
				DB_FIXED(x->compiled_hash, 32), DB_BLOB(x->fonts)),
			err);
	return ledger_leave(l, own, rc, err);
}

static enum rc read_credential(struct db_cursor *c, struct arena *a, void *item, struct err *err)
{
	struct batch_credential *out = item;
	enum rc rc;

	out->index = (uint16_t)ledger_db_int(c, 0);
	out->outputs = (uint32_t)ledger_db_int(c, 1);
	out->key = ledger_db_text(c, a, 2);
	out->fonts = ledger_db_blob(c, a, 5);
	rc = ledger_db_fixed(c, 3, out->template_hash, 32, err);
	return rc == RC_OK ? ledger_db_fixed(c, 4, out->compiled_hash, 32, err) : rc;
}

enum rc ledger_batch_credentials(struct ledger *l, struct arena *a, struct str batch,
	struct batch_credentials *out, struct err *err)
{
	struct db_rows rows = {NULL, 0};
	struct db_cursor *c;
	enum rc rc = ledger_db_start(l->db,
		"SELECT credential, outputs, key, template_hash, compiled_hash, fonts FROM "
		"batch_credentials"
		" WHERE tenant_id = $1 AND batch = $2 ORDER BY credential",
		DB_ARGS(DB_TEXT(l->tenant), DB_TEXT(batch)), &c, err);

	if (rc == RC_OK)
		rc = ledger_db_collect(c, a, read_credential, sizeof *out->items, &rows, err);
	*out = (struct batch_credentials){rows.items, rows.count};
	return rc;
}

/* ---- rows ---- */

/* The key that seals a row is the recipient's newest: what ledger_award_find_or_create gave. */
static enum rc insert_row(
	struct ledger *l, struct str batch, const struct batch_row *r, struct err *err)
{
	enum rc rc = ledger_fits(r->sealed.n, 65536, "a sealed row", err);

	if (rc != RC_OK)
		return rc;
	return ledger_db_run(l->db,
		"INSERT INTO rows(tenant_id, batch, row_no, shard_no, credential, award_no, "
		"generation, ulid, subject,"
		" supersedes, status_list, status_index, valid_from_s, valid_until_s, commitment, "
		"content_tag, sealed,"
		" key_no) VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, "
		"$16, $17,"
		" coalesce((SELECT max(k.key_no) FROM awards w JOIN recipient_keys k ON "
		"k.tenant_id = $1"
		" AND k.recipient_no = w.recipient_no WHERE w.tenant_id = $1 AND w.award_no = $6), "
		"0))",
		DB_ARGS(DB_TEXT(l->tenant), DB_TEXT(batch), DB_INT(r->row_no), DB_INT(r->shard_no),
			DB_INT(r->credential), DB_INT(r->award_no), DB_INT(r->generation),
			DB_FIXED(r->ulid, 16), DB_FIXED(r->subject, 16),
			DB_FIXED(r->supersedes, 16), DB_INT(r->status_list),
			DB_INT(r->status_index), DB_INT(r->valid_from_s), DB_INT(r->valid_until_s),
			DB_FIXED(r->commitment, 32), DB_FIXED(r->content_tag, 32),
			DB_BLOB(r->sealed)),
		err);
}

/* A run of rows of one shard that came one after the other. */
struct run {
	uint32_t shard;
	uint32_t count;
	uint32_t first;
	uint32_t last;
};

static enum rc count_into_shard(
	struct ledger *l, struct str batch, const struct run *run, struct err *err)
{
	return ledger_db_run(l->db,
		"INSERT INTO shards(tenant_id, batch, shard_no, state, token, attempt, row_count, "
		"first_row, last_row)"
		" VALUES($1, $2, $3, $4, 0, 0, $5, $6, $7)"
		" ON CONFLICT(tenant_id, batch, shard_no) DO UPDATE SET row_count = "
		"shards.row_count + excluded.row_count,"
		" first_row = CASE WHEN shards.first_row < $6 THEN shards.first_row ELSE $6 END,"
		" last_row = CASE WHEN shards.last_row > $7 THEN shards.last_row ELSE $7 END",
		DB_ARGS(DB_TEXT(l->tenant), DB_TEXT(batch), DB_INT(run->shard), DB_INT(SHARD_READY),
			DB_INT(run->count), DB_INT(run->first), DB_INT(run->last)),
		err);
}

static void add_to_run(struct run *run, const struct batch_row *r)
{
	if (run->count == 0)
		*run = (struct run){r->shard_no, 0, r->row_no, r->row_no};
	run->count++;
	run->first = r->row_no < run->first ? r->row_no : run->first;
	run->last = r->row_no > run->last ? r->row_no : run->last;
}

static enum rc insert_rows(struct ledger *l, struct str batch, const struct batch_row *rows,
	uint32_t count, struct err *err)
{
	struct run run = {0};
	enum rc rc = RC_OK;

	for (uint32_t i = 0; i < count && rc == RC_OK; i++) {
		rc = insert_row(l, batch, &rows[i], err);
		if (rc != RC_OK)
			return err_wrap(err, "row %u", rows[i].row_no);
		add_to_run(&run, &rows[i]);
		if (i + 1 == count || rows[i + 1].shard_no != run.shard) {
			rc = count_into_shard(l, batch, &run, err);
			run.count = 0;
		}
	}
	return rc;
}

enum rc ledger_batch_add_rows(struct ledger *l, const struct actor *by, struct str batch,
	const struct batch_row *rows, uint32_t count, struct err *err)
{
	bool own;
	enum rc rc = ledger_enter(l, by, &own, err);

	if (rc == RC_OK)
		rc = ledger_batch_need(l, batch, 1u << BATCH_PLANNING, err);
	if (rc == RC_OK)
		rc = insert_rows(l, batch, rows, count, err);
	return ledger_leave(l, own, rc, err);
}

enum rc ledger_row_read(
	struct db_cursor *c, struct arena *a, struct batch_row *out, struct err *err)
{
	enum rc rc = ledger_db_fixed(c, 5, out->ulid, 16, err);

	if (rc == RC_OK)
		rc = ledger_db_fixed(c, 6, out->subject, 16, err);
	if (rc == RC_OK)
		rc = ledger_db_fixed(c, 7, out->supersedes, 16, err);
	if (rc == RC_OK)
		rc = ledger_db_fixed(c, 12, out->commitment, 32, err);
	if (rc == RC_OK)
		rc = ledger_db_fixed(c, 13, out->content_tag, 32, err);
	out->row_no = (uint32_t)ledger_db_int(c, 0);
	out->shard_no = (uint32_t)ledger_db_int(c, 1);
	out->credential = (uint16_t)ledger_db_int(c, 2);
	out->award_no = ledger_db_int(c, 3);
	out->generation = (uint32_t)ledger_db_int(c, 4);
	out->status_list = (uint32_t)ledger_db_int(c, 8);
	out->status_index = (uint32_t)ledger_db_int(c, 9);
	out->valid_from_s = ledger_db_int(c, 10);
	out->valid_until_s = ledger_db_int(c, 11);
	out->sealed = ledger_db_blob(c, a, 14);
	out->recipient_no = ledger_db_int(c, 15);
	out->key_no = (uint32_t)ledger_db_int(c, 16);
	out->wrapped_key = ledger_db_blob(c, a, 17);
	return rc;
}

/* ---- left out ---- */

enum rc ledger_batch_add_left_out(struct ledger *l, const struct actor *by, struct str batch,
	const struct batch_left_out *x, struct err *err)
{
	bool own;
	enum rc rc = ledger_enter(l, by, &own, err);

	if (rc == RC_OK)
		rc = ledger_batch_need(l, batch, 1u << BATCH_PLANNING, err);
	if (rc == RC_OK)
		rc = ledger_fits(x->sealed.n, 65536, "a sealed message", err);
	if (rc == RC_OK)
		rc = ledger_fits(x->column.n, 255, "a column's name", err);
	if (rc == RC_OK)
		rc = ledger_fits(x->code.n, 64, "a code", err);
	if (rc == RC_OK)
		rc = ledger_db_run(l->db,
			"INSERT INTO left_out(tenant_id, batch, seq, record, line, kind, col, "
			"code, sealed, ulid)"
			" SELECT $1, $2, coalesce(max(seq), 0) + 1, $3, $4, $5, $6, $7, $8, $9"
			" FROM left_out WHERE tenant_id = $1 AND batch = $2",
			DB_ARGS(DB_TEXT(l->tenant), DB_TEXT(batch), DB_INT(x->record),
				DB_INT(x->line), DB_INT(x->kind), DB_TEXT(x->column),
				DB_TEXT(x->code), DB_BLOB(x->sealed), DB_FIXED(x->ulid, 16)),
			err);
	return ledger_leave(l, own, rc, err);
}

static enum rc read_left_out(struct db_cursor *c, struct arena *a, void *item, struct err *err)
{
	struct batch_left_out *out = item;
	out->record = (uint32_t)ledger_db_int(c, 0);
	out->line = (uint32_t)ledger_db_int(c, 1);
	out->kind = (uint8_t)ledger_db_int(c, 2);
	out->column = ledger_db_text(c, a, 3);
	out->code = ledger_db_text(c, a, 4);
	out->sealed = ledger_db_blob(c, a, 5);
	return ledger_db_fixed(c, 6, out->ulid, 16, err);
}

enum rc ledger_batch_left_outs(struct ledger *l, struct arena *a, struct str batch, uint32_t after,
	uint32_t limit, struct batch_left_outs *out, struct err *err)
{
	struct db_rows rows = {NULL, 0};
	struct db_cursor *c;
	/* In the order they were added, which is the file's; seq counts without gaps. */
	enum rc rc = ledger_db_start(l->db,
		"SELECT record, line, kind, col, code, sealed, ulid FROM left_out"
		" WHERE tenant_id = $1 AND batch = $2 AND seq > $3 ORDER BY seq LIMIT $4",
		DB_ARGS(DB_TEXT(l->tenant), DB_TEXT(batch), DB_INT(after), DB_PAGE(limit)), &c,
		err);

	if (rc == RC_OK)
		rc = ledger_db_collect(c, a, read_left_out, sizeof *out->items, &rows, err);
	*out = (struct batch_left_outs){rows.items, rows.count};
	return rc;
}

/* ---- how far ---- */

static enum rc one_count(struct ledger *l, const char *sql, struct str batch, int64_t which,
	uint32_t *out, struct err *err)
{
	int64_t n = 0;
	enum rc rc = ledger_db_number(
		l->db, sql, DB_ARGS(DB_TEXT(l->tenant), DB_TEXT(batch), DB_INT(which)), &n, err);

	*out = (uint32_t)n;
	return rc;
}

enum rc ledger_batch_count(
	struct ledger *l, struct str batch, struct batch_counts *out, struct err *err)
{
	static const char rows[] = "SELECT coalesce(sum(row_count), 0) FROM shards"
				   " WHERE tenant_id = $1 AND batch = $2 AND state >= $3";
	static const char shards[] =
		"SELECT count(*) FROM shards WHERE tenant_id = $1 AND batch = $2 AND state >= $3";
	static const char outcomes[] =
		"SELECT count(*) FROM outcomes WHERE tenant_id = $1 AND batch = $2 AND result = $3";
	static const char left[] = "SELECT count(DISTINCT record) FROM left_out"
				   " WHERE tenant_id = $1 AND batch = $2 AND kind = $3";
	uint32_t same = 0;
	const struct {
		const char *sql;
		int64_t which;
		uint32_t *to;
	} counts[] = {{rows, 0, &out->rows}, {shards, 0, &out->shards},
		{shards, SHARD_DONE, &out->shards_done}, {outcomes, OUTCOME_ISSUED, &out->issued},
		{outcomes, OUTCOME_UNCHANGED, &out->unchanged},
		{outcomes, OUTCOME_FAILED, &out->failed}, {left, LEFT_OUT_BAD, &out->left_out},
		{left, LEFT_OUT_HELD, &out->held}, {left, LEFT_OUT_UNCHANGED, &same}};

	for (size_t i = 0; i < ARRAY_COUNT(counts); i++) {
		enum rc rc = one_count(l, counts[i].sql, batch, counts[i].which, counts[i].to, err);

		if (rc != RC_OK)
			return rc;
	}
	out->left_out += out->held;
	out->unchanged += same;
	return RC_OK;
}

static enum rc read_outcome(struct db_cursor *c, struct arena *a, void *item, struct err *err)
{
	struct batch_outcome *out = item;
	out->row_no = (uint32_t)ledger_db_int(c, 0);
	out->result = (uint8_t)ledger_db_int(c, 1);
	out->code = ledger_db_text(c, a, 2);
	out->sealed = ledger_db_blob(c, a, 3);
	return ledger_db_fixed(c, 4, out->ulid, 16, err);
}

enum rc ledger_batch_outcomes(struct ledger *l, struct arena *a, struct str batch,
	uint32_t after_row, uint32_t limit, struct batch_outcomes *out, struct err *err)
{
	struct db_rows rows = {NULL, 0};
	struct db_cursor *c;
	enum rc rc = ledger_db_start(l->db,
		"SELECT o.row_no, o.result, o.code, o.sealed, r.ulid FROM outcomes o JOIN rows r"
		" ON r.tenant_id = o.tenant_id AND r.batch = o.batch AND r.row_no = o.row_no"
		" WHERE o.tenant_id = $1 AND o.batch = $2 AND o.row_no > $3 ORDER BY o.row_no, "
		"o.step LIMIT $4",
		DB_ARGS(DB_TEXT(l->tenant), DB_TEXT(batch), DB_INT(after_row), DB_PAGE(limit)), &c,
		err);

	if (rc == RC_OK)
		rc = ledger_db_collect(c, a, read_outcome, sizeof *out->items, &rows, err);
	*out = (struct batch_outcomes){rows.items, rows.count};
	return rc;
}
