// SPDX-License-Identifier: Apache-2.0
/* Batches: begin, find, states, receipts. Runs in: control. */
#include "ledger/ledger_batch.h"

#include "base/err.h"
#include "ledger/ledger_inside.h"

#define BLOB_MAX_LEN ((size_t)1 << 20)

const char *ledger_batch_state_name(enum batch_state state)
{
	static const char *const names[] = {[BATCH_PLANNING] = "planning",
		[BATCH_PLANNED] = "planned",
		[BATCH_ISSUING] = "issuing",
		[BATCH_FINISHED] = "finished",
		[BATCH_ABANDONED] = "abandoned"};

	return (size_t)state < ARRAY_COUNT(names) && names[state] != NULL ? names[state]
									  : "unknown";
}

/* The newest state of the batch $2; 0 when there is no such batch. */
static enum rc state_of(struct ledger *l, struct str batch, int64_t *state, struct err *err)
{
	*state = 0;
	return ledger_db_number(l->db,
		"SELECT coalesce(max(state), 0) FROM batch_events WHERE tenant_id = $1 AND batch = "
		"$2",
		DB_ARGS(DB_TEXT(l->tenant), DB_TEXT(batch)), state, err);
}

enum rc ledger_batch_need(struct ledger *l, struct str batch, uint32_t states, struct err *err)
{
	int64_t state;
	enum rc rc = state_of(l, batch, &state, err);

	if (rc != RC_OK)
		return rc;
	if (state == 0)
		return err_set(err, RC_INPUT, "there is no batch " STR_FMT, STR_ARG(batch));
	if ((states & (1u << state)) == 0)
		return err_set(err, RC_INPUT, "batch " STR_FMT " is %s: this cannot be done now",
			STR_ARG(batch), ledger_batch_state_name((enum batch_state)state));
	return RC_OK;
}

enum rc ledger_batch_event(
	struct ledger *l, struct str batch, enum batch_state state, struct err *err)
{
	return ledger_db_run(l->db,
		"INSERT INTO batch_events(tenant_id, batch, state, at_s) VALUES($1, $2, $3, $4)",
		DB_ARGS(DB_TEXT(l->tenant), DB_TEXT(batch), DB_INT(state), DB_INT(l->now_s)), err);
}

/* How often the key was used, and by which batch last. */
static enum rc next_attempt(struct ledger *l, struct str key, int64_t *attempt, struct err *err)
{
	int64_t alive = 0;
	enum rc rc = ledger_db_number(l->db,
		"SELECT coalesce(max(attempt), 0) + 1 FROM batches WHERE tenant_id = $1 AND "
		"idempotency_key = $2",
		DB_ARGS(DB_TEXT(l->tenant), DB_TEXT(key)), attempt, err);

	if (rc == RC_OK)
		rc = ledger_db_number(l->db,
			"SELECT count(*) FROM batches b WHERE tenant_id = $1 AND idempotency_key = "
			"$2 AND NOT EXISTS("
			"SELECT 1 FROM batch_events e WHERE e.tenant_id = $1 AND e.batch = b.batch "
			"AND e.state = $3)",
			DB_ARGS(DB_TEXT(l->tenant), DB_TEXT(key), DB_INT(BATCH_ABANDONED)), &alive,
			err);
	if (rc == RC_OK && alive != 0)
		rc = err_set(err, RC_INPUT, "a batch with this idempotency key exists already");
	return rc;
}

static enum rc batch_fits(const struct batch *b, struct err *err)
{
	enum rc rc = ledger_fits(b->id.n, 64, "the batch's id", err);

	if (rc == RC_OK && b->id.n == 0)
		rc = err_set(err, RC_INPUT, "a batch needs an id");
	if (rc == RC_OK)
		rc = ledger_fits(b->idempotency_key.n, 128, "the idempotency key", err);
	if (rc == RC_OK)
		rc = ledger_fits(b->name.n, 255, "the batch's name", err);
	if (rc == RC_OK)
		rc = ledger_fits(b->kid.n, 64, "the key id", err);
	if (rc == RC_OK)
		rc = ledger_fits(b->engine_version.n, 64, "the engine version", err);
	return rc == RC_OK ? ledger_fits(b->manifest.n, BLOB_MAX_LEN, "the manifest", err) : rc;
}

static enum rc insert_batch(
	struct ledger *l, const struct batch *b, int64_t attempt, struct err *err)
{
	enum rc rc = ledger_db_run(l->db,
		"INSERT INTO batches(tenant_id, batch, idempotency_key, attempt, name, "
		"manifest_sha256, cohort_sha256,"
		" kid, issued_s, engine_version, created_s, manifest)"
		" VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
		DB_ARGS(DB_TEXT(l->tenant), DB_TEXT(b->id), DB_TEXT(b->idempotency_key),
			DB_INT(attempt), DB_TEXT(b->name), DB_FIXED(b->manifest_sha256, 32),
			DB_FIXED(b->cohort_sha256, 32), DB_TEXT(b->kid), DB_INT(b->issued_s),
			DB_TEXT(b->engine_version), DB_INT(l->now_s), DB_BLOB(b->manifest)),
		err);

	return rc == RC_OK ? ledger_batch_event(l, b->id, BATCH_PLANNING, err) : rc;
}

enum rc ledger_batch_begin(
	struct ledger *l, const struct actor *by, const struct batch *b, struct err *err)
{
	int64_t attempt = 1;
	bool own;
	enum rc rc = ledger_enter(l, by, &own, err);

	if (rc == RC_OK)
		rc = batch_fits(b, err);
	if (rc == RC_OK)
		rc = next_attempt(l, b->idempotency_key, &attempt, err);
	if (rc == RC_OK)
		rc = insert_batch(l, b, attempt, err);
	if (rc == RC_OK)
		rc = ledger_audit(l, by, "batch.begin", b->id, err);
	return ledger_leave(l, own, rc, err);
}

/* ---- finding ---- */

#define BATCH_COLUMNS \
	"SELECT b.batch, b.idempotency_key, b.name, b.manifest_sha256, b.cohort_sha256, b.kid, " \
	"b.issued_s," \
	" b.engine_version, b.created_s, p.plan_hash," \
	" (SELECT max(state) FROM batch_events e WHERE e.tenant_id = b.tenant_id AND e.batch = " \
	"b.batch)"
#define BATCH_TABLES \
	" FROM batches b LEFT JOIN batch_plans p ON p.tenant_id = b.tenant_id AND p.batch = " \
	"b.batch" \
	" WHERE b.tenant_id = $1"

static enum rc read_batch(struct db_cursor *c, struct arena *a, void *item, struct err *err)
{
	struct batch *out = item;
	enum rc rc;

	*out = (struct batch){.id = ledger_db_text(c, a, 0),
		.idempotency_key = ledger_db_text(c, a, 1),
		.name = ledger_db_text(c, a, 2),
		.kid = ledger_db_text(c, a, 5),
		.issued_s = ledger_db_int(c, 6),
		.engine_version = ledger_db_text(c, a, 7),
		.created_s = ledger_db_int(c, 8),
		.state = (enum batch_state)ledger_db_int(c, 10)};
	rc = ledger_db_fixed(c, 3, out->manifest_sha256, 32, err);
	if (rc == RC_OK)
		rc = ledger_db_fixed(c, 4, out->cohort_sha256, 32, err);
	if (rc == RC_OK)
		rc = ledger_db_fixed(c, 9, out->plan_hash, 32, err);
	out->frozen = ledger_db_blob(c, a, 9).n != 0;
	return rc;
}

/* c: a statement whose one row has BATCH_COLUMNS, manifest, policy. */
static enum rc read_one(
	struct db_cursor *c, struct arena *a, struct batch *out, bool *found, struct err *err)
{
	enum rc rc = ledger_db_next(&c, found, err);

	if (rc != RC_OK || !*found)
		return rc;
	rc = read_batch(c, a, out, err);
	out->manifest = ledger_db_blob(c, a, 11);
	out->policy = ledger_db_blob(c, a, 12);
	ledger_db_done(&c);
	return rc;
}

enum rc ledger_batch_find_key(struct ledger *l, struct arena *a, struct str idempotency_key,
	struct batch *out, bool *found, struct err *err)
{
	struct db_cursor *c;
	enum rc rc = ledger_db_start(l->db,
		BATCH_COLUMNS ", b.manifest, p.policy" BATCH_TABLES " AND b.idempotency_key = $2"
			      " AND NOT EXISTS(SELECT 1 FROM batch_events e WHERE e.tenant_id = $1 "
			      "AND e.batch = b.batch AND e.state = $3)",
		DB_ARGS(DB_TEXT(l->tenant), DB_TEXT(idempotency_key), DB_INT(BATCH_ABANDONED)), &c,
		err);

	*found = false;
	return rc == RC_OK ? read_one(c, a, out, found, err) : rc;
}

enum rc ledger_batch_find(struct ledger *l, struct arena *a, struct str id, struct batch *out,
	bool *found, struct err *err)
{
	struct db_cursor *c;
	enum rc rc = ledger_db_start(l->db,
		BATCH_COLUMNS ", b.manifest, p.policy" BATCH_TABLES " AND b.batch = $2",
		DB_ARGS(DB_TEXT(l->tenant), DB_TEXT(id)), &c, err);

	*found = false;
	return rc == RC_OK ? read_one(c, a, out, found, err) : rc;
}

enum rc ledger_batch_list(struct ledger *l, struct arena *a, struct str before, uint32_t limit,
	struct batch_list *out, struct err *err)
{
	struct db_rows rows = {NULL, 0};
	struct db_cursor *c;
	/* ULIDs sort by time. */
	enum rc rc = ledger_db_start(l->db,
		BATCH_COLUMNS BATCH_TABLES
		" AND ($2 = '' OR b.batch < $2) ORDER BY b.batch DESC LIMIT $3",
		DB_ARGS(DB_TEXT(l->tenant), DB_TEXT(before), DB_INT(limit)), &c, err);

	if (rc == RC_OK)
		rc = ledger_db_collect(c, a, read_batch, sizeof *out->items, &rows, err);
	*out = (struct batch_list){rows.items, rows.count};
	return rc;
}

/* ---- states ---- */

enum rc ledger_batch_freeze(struct ledger *l, const struct actor *by, struct str batch,
	const uint8_t plan_hash[32], struct bytes policy, struct err *err)
{
	bool own;
	enum rc rc = ledger_enter(l, by, &own, err);

	if (rc == RC_OK)
		rc = ledger_batch_need(l, batch, 1u << BATCH_PLANNING, err);
	if (rc == RC_OK)
		rc = ledger_fits(policy.n, BLOB_MAX_LEN, "the policy", err);
	if (rc == RC_OK)
		rc = ledger_db_run(l->db,
			"INSERT INTO batch_plans(tenant_id, batch, plan_hash, policy) VALUES($1, "
			"$2, $3, $4)",
			DB_ARGS(DB_TEXT(l->tenant), DB_TEXT(batch), DB_FIXED(plan_hash, 32),
				DB_BLOB(policy)),
			err);
	if (rc == RC_OK)
		rc = ledger_batch_event(l, batch, BATCH_PLANNED, err);
	if (rc == RC_OK)
		rc = ledger_audit(l, by, "batch.freeze", batch, err);
	return ledger_leave(l, own, rc, err);
}

enum rc ledger_batch_abandon(
	struct ledger *l, const struct actor *by, struct str batch, struct err *err)
{
	bool own;
	enum rc rc = ledger_enter(l, by, &own, err);

	if (rc == RC_OK)
		rc = ledger_batch_need(l, batch, 1u << BATCH_PLANNING | 1u << BATCH_PLANNED, err);
	if (rc == RC_OK)
		rc = ledger_batch_event(l, batch, BATCH_ABANDONED, err);
	if (rc == RC_OK)
		rc = ledger_audit(l, by, "batch.abandon", batch, err);
	return ledger_leave(l, own, rc, err);
}

enum rc ledger_batch_expire(
	struct ledger *l, const struct actor *by, struct str batch, struct err *err)
{
	bool own;
	enum rc rc = ledger_enter(l, by, &own, err);

	if (rc == RC_OK)
		rc = ledger_batch_need(l, batch, 1u << BATCH_PLANNED | 1u << BATCH_ISSUING, err);
	if (rc == RC_OK)
		rc = ledger_batch_event(l, batch, BATCH_ABANDONED, err);
	if (rc == RC_OK)
		rc = ledger_audit(l, by, "batch.expire", batch, err);
	return ledger_leave(l, own, rc, err);
}

static enum rc all_done(struct ledger *l, struct str batch, struct err *err)
{
	struct batch_counts counts;
	enum rc rc = ledger_batch_count(l, batch, &counts, err);

	if (rc == RC_OK && counts.shards_done != counts.shards)
		rc = err_set(err, RC_INPUT,
			"batch " STR_FMT " is not finished: %u of %u shards are done",
			STR_ARG(batch), counts.shards_done, counts.shards);
	return rc;
}

enum rc ledger_batch_finish(struct ledger *l, const struct actor *by, struct str batch,
	struct str receipt, struct err *err)
{
	bool own;
	enum rc rc = ledger_enter(l, by, &own, err);

	if (rc == RC_OK)
		rc = ledger_batch_need(l, batch, 1u << BATCH_PLANNED | 1u << BATCH_ISSUING, err);
	if (rc == RC_OK)
		rc = all_done(l, batch, err);
	if (rc == RC_OK)
		rc = ledger_fits(receipt.n, BLOB_MAX_LEN, "the receipt", err);
	if (rc == RC_OK)
		rc = ledger_db_run(l->db,
			"INSERT INTO batch_receipts(tenant_id, batch, receipt) VALUES($1, $2, $3)",
			DB_ARGS(DB_TEXT(l->tenant), DB_TEXT(batch), DB_TEXT(receipt)), err);
	if (rc == RC_OK)
		rc = ledger_batch_event(l, batch, BATCH_FINISHED, err);
	if (rc == RC_OK)
		rc = ledger_audit(l, by, "batch.finish", batch, err);
	return ledger_leave(l, own, rc, err);
}

enum rc ledger_batch_receipt(struct ledger *l, struct arena *a, struct str batch, struct str *out,
	bool *found, struct err *err)
{
	struct db_cursor *c;
	enum rc rc = ledger_db_start(l->db,
		"SELECT receipt FROM batch_receipts WHERE tenant_id = $1 AND batch = $2",
		DB_ARGS(DB_TEXT(l->tenant), DB_TEXT(batch)), &c, err);

	*found = false;
	if (rc == RC_OK)
		rc = ledger_db_next(&c, found, err);
	if (rc != RC_OK || !*found)
		return rc;
	*out = ledger_db_text(c, a, 0);
	ledger_db_done(&c);
	return RC_OK;
}
