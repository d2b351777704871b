// SPDX-License-Identifier: Apache-2.0
/* Finishing a shard: routes, then one transaction for everything about its rows. Runs in: control. */
#include "base/err.h"
#include "base/merkle.h"
#include "base/text.h"
#include "ledger/ledger_credential.h"
#include "ledger/ledger_inside.h"
#include "ledger/ledger_public.h"
#include "ledger/ledger_shard.h"
#include "ledger/ledger_shard_state.h"

#include <string.h>

#define SHARD_ROWS_MAX 1000
#define STEP_ISSUE 1
#define LEAF_ISSUED 1

/* What finishing needs of a planned row. */
struct planned {
	uint32_t row_no;
	int64_t award_no;
	uint32_t generation;
	uint8_t ulid[16];
	uint8_t content_tag[32];
	uint8_t claim_hash[32];
	bool exists; /* another batch issued this award and generation */
	bool seen; /* a credential or failure names it */
};

struct finish {
	struct ledger *l;
	const struct actor *by;
	const struct shard_finish *f;
	struct arena *a;
	struct planned *rows; /* by row_no */
	uint32_t row_count;
	struct merkle_hash *leaves; /* of f->credentials, in order */
	int64_t issued_s;
	int64_t leaf_seq; /* of the next log leaf */
	struct shard_result *out;
};

static enum rc read_planned(struct db_cursor *c, struct arena *a, void *item, struct err *err)
{
	struct planned *p = item;
	enum rc rc = ledger_db_fixed(c, 3, p->ulid, 16, err);

	if (rc == RC_OK)
		rc = ledger_db_fixed(c, 4, p->content_tag, 32, err);
	if (rc == RC_OK)
		rc = ledger_db_fixed(c, 5, p->claim_hash, 32, err);
	(void)a;
	p->row_no = (uint32_t)ledger_db_int(c, 0);
	p->award_no = ledger_db_int(c, 1);
	p->generation = (uint32_t)ledger_db_int(c, 2);
	p->exists = ledger_db_int(c, 6) != 0;
	return rc;
}

static enum rc load_rows(struct finish *x, struct err *err)
{
	struct db_rows rows = {NULL, 0};
	struct db_cursor *c;
	enum rc rc = ledger_db_start(x->l->db,
		"SELECT r.row_no, r.award_no, r.generation, r.ulid, r.content_tag, w.claim_hash, "
		"EXISTS("
		"SELECT 1 FROM credentials x WHERE x.tenant_id = $1 AND x.award_no = r.award_no"
		" AND x.generation = r.generation) FROM rows r"
		" JOIN awards w ON w.tenant_id = r.tenant_id AND w.award_no = r.award_no"
		" WHERE" LEDGER_ROWS_OF_SHARD " ORDER BY r.row_no",
		DB_ARGS(DB_TEXT(x->l->tenant), DB_TEXT(x->f->batch), DB_INT(x->f->shard)), &c, err);

	if (rc == RC_OK)
		rc = ledger_db_collect(c, x->a, read_planned, sizeof *x->rows, &rows, err);
	x->rows = rows.items;
	x->row_count = rows.count;
	return rc;
}

static struct planned *find_row(struct finish *x, uint32_t row_no)
{
	uint32_t lo = 0;
	uint32_t hi = x->row_count;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (x->rows[mid].row_no < row_no)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < x->row_count && x->rows[lo].row_no == row_no ? &x->rows[lo] : NULL;
}

static enum rc see(struct finish *x, uint32_t row_no, const uint8_t *ulid, struct err *err)
{
	struct planned *p = find_row(x, row_no);

	if (p == NULL)
		return err_set(err, RC_INPUT, "row %u is not of shard %u", row_no, x->f->shard);
	if (p->seen)
		return err_set(err, RC_INPUT, "row %u is named twice", row_no);
	if (ulid != NULL && memcmp(ulid, p->ulid, 16) != 0)
		return err_set(
			err, RC_INPUT, "row %u was planned with another credential id", row_no);
	p->seen = true;
	return RC_OK;
}

/* A row may be left out only when nothing is to be issued for it any more. */
static enum rc check_left_out(const struct finish *x, struct err *err)
{
	for (uint32_t i = 0; i < x->row_count; i++)
		if (!x->rows[i].seen && !x->rows[i].exists)
			return err_set(err, RC_INPUT,
				"shard %u has %u rows, %u were handed in: row %u is missing and "
				"was not issued by another batch",
				x->f->shard, x->row_count,
				x->f->credential_count + x->f->failure_count, x->rows[i].row_no);
	return RC_OK;
}

/* Every row once, and the root is that of the records: the signer's answer is checked, not believed. */
static enum rc check_rows(struct finish *x, struct err *err)
{
	const struct shard_finish *f = x->f;
	struct merkle_hash root;
	enum rc rc = RC_OK;

	for (uint32_t i = 0; i < f->credential_count && rc == RC_OK; i++) {
		rc = see(x, f->credentials[i].row_no, f->credentials[i].ulid, err);
		if (rc == RC_OK
			&& f->credentials[i].artifact_count
				> ARRAY_COUNT(f->credentials[i].artifacts))
			rc = err_set(err, RC_INPUT, "row %u has too many artifacts",
				f->credentials[i].row_no);
		merkle_leaf(bytes_of(f->credentials[i].record), &x->leaves[i]);
	}
	for (uint32_t i = 0; i < f->failure_count && rc == RC_OK; i++)
		rc = see(x, f->failures[i].row_no, NULL, err);
	if (rc == RC_OK)
		rc = check_left_out(x, err);
	if (rc != RC_OK || f->credential_count == 0)
		return rc;
	merkle_root(x->leaves, f->credential_count, &root);
	if (memcmp(root.b, f->root, sizeof root.b) != 0)
		return err_set(err, RC_INPUT,
			"the signed root of shard %u is not that of its records", f->shard);
	return RC_OK;
}

/* Two rows of one shard may be planned as the same award and generation: the first gets it. */
static void mark_repeats(struct finish *x)
{
	for (uint32_t i = 0; i < x->f->credential_count; i++) {
		struct planned *p = find_row(x, x->f->credentials[i].row_no);

		for (uint32_t k = 0; p != NULL && k < i && !p->exists; k++) {
			const struct planned *q = find_row(x, x->f->credentials[k].row_no);

			p->exists = q != NULL && q->award_no == p->award_no
				&& q->generation == p->generation;
		}
	}
}

/* ---- routes ---- */

static enum rc add_routes(struct finish *x, struct db *routes, struct err *err)
{
	enum rc rc = RC_OK;

	for (uint32_t i = 0; i < x->f->credential_count && rc == RC_OK; i++) {
		const struct shard_credential *s = &x->f->credentials[i];
		const struct planned *p = find_row(x, s->row_no);

		CHECK(p != NULL);
		if (p->exists)
			continue;
		rc = ledger_route_add(
			routes, x->l->tenant, ROUTE_TOKEN, (struct bytes){s->tag_hash, 32}, err);
		if (rc == RC_OK)
			rc = ledger_route_add(routes, x->l->tenant, ROUTE_CREDENTIAL,
				(struct bytes){s->ulid, 16}, err);
		if (rc == RC_OK)
			rc = ledger_route_add(routes, x->l->tenant, ROUTE_CLAIM,
				(struct bytes){p->claim_hash, 32}, err);
	}
	return rc;
}

static enum rc write_routes(struct finish *x, struct err *err)
{
	struct db *routes;
	enum rc rc = ledger_routes(x->l, &routes, err);

	if (rc != RC_OK || x->f->credential_count == 0)
		return rc;
	rc = routes->driver->begin(routes, err);
	if (rc != RC_OK)
		return rc;
	rc = add_routes(x, routes, err);
	if (rc == RC_OK)
		rc = routes->driver->commit(routes, err);
	if (rc != RC_OK)
		routes->driver->rollback(routes);
	return rc;
}

/* ---- the tenant's rows ---- */

static enum rc check_token(struct finish *x, struct err *err)
{
	int64_t matches = 0;
	enum rc rc = ledger_db_number(x->l->db,
		"SELECT count(*) FROM shards WHERE tenant_id = $1 AND batch = $2 AND shard_no = $3 "
		"AND token = $4 AND state = $5",
		DB_ARGS(DB_TEXT(x->l->tenant), DB_TEXT(x->f->batch), DB_INT(x->f->shard),
			DB_INT(x->f->token), DB_INT(SHARD_RUNNING)),
		&matches, err);

	if (rc == RC_OK && matches == 0)
		rc = err_set(err, RC_AGAIN,
			"shard %u was given to somebody else: this work is thrown away",
			x->f->shard);
	return rc;
}

static enum rc add_outcome(struct finish *x, uint32_t row_no, enum outcome_result result,
	struct str code, struct bytes sealed, struct err *err)
{
	return ledger_db_run(x->l->db,
		"INSERT INTO outcomes(tenant_id, batch, row_no, step, result, code, sealed, token, "
		"at_s)"
		" VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9)",
		DB_ARGS(DB_TEXT(x->l->tenant), DB_TEXT(x->f->batch), DB_INT(row_no),
			DB_INT(STEP_ISSUE), DB_INT(result), DB_TEXT(code), DB_BLOB(sealed),
			DB_INT(x->f->token), DB_INT(x->l->now_s)),
		err);
}

static enum rc add_artifacts(struct finish *x, const struct shard_credential *s, struct err *err)
{
	enum rc rc = RC_OK;

	for (uint32_t i = 0; i < s->artifact_count && rc == RC_OK; i++)
		rc = ledger_db_run(x->l->db,
			"INSERT INTO artifacts(tenant_id, ulid, kind, len, sha256) VALUES($1, $2, "
			"$3, $4, $5)",
			DB_ARGS(DB_TEXT(x->l->tenant), DB_FIXED(s->ulid, 16),
				DB_INT(s->artifacts[i].kind), DB_INT(s->artifacts[i].len),
				DB_FIXED(s->artifacts[i].sha256, 32)),
			err);
	return rc;
}

static enum rc add_public(struct finish *x, const struct shard_credential *s, struct err *err)
{
	enum rc rc = ledger_fits(s->published.n, PUBLIC_BOX_MAX, "a published view", err);

	if (rc == RC_OK)
		rc = ledger_fits(s->claimed.n, PUBLIC_BOX_MAX, "a recipient's view", err);
	if (rc != RC_OK || s->published.n == 0)
		return rc;
	return ledger_db_run(x->l->db,
		"INSERT INTO public_views(tenant_id, ulid, published, claimed) VALUES($1, $2, $3, "
		"$4)",
		DB_ARGS(DB_TEXT(x->l->tenant), DB_FIXED(s->ulid, 16), DB_BLOB(s->published),
			DB_BLOB(s->claimed)),
		err);
}

static enum rc add_leaf(
	struct finish *x, const uint8_t ulid[16], const struct merkle_hash *leaf, struct err *err)
{
	return ledger_db_run(x->l->db,
		"INSERT INTO log_leaves(tenant_id, seq, kind, ref, leaf) VALUES($1, $2, $3, $4, "
		"$5)",
		DB_ARGS(DB_TEXT(x->l->tenant), DB_INT(x->leaf_seq++), DB_INT(LEAF_ISSUED),
			DB_FIXED(ulid, 16), DB_FIXED(leaf->b, 32)),
		err);
}

static enum rc add_unchanged(struct finish *x, uint32_t row_no, struct err *err)
{
	x->out->unchanged++;
	return add_outcome(x, row_no, OUTCOME_UNCHANGED, STR(""), (struct bytes){NULL, 0}, err);
}

static enum rc add_credential(struct finish *x, uint32_t i, struct err *err)
{
	const struct shard_credential *s = &x->f->credentials[i];
	const struct planned *p = find_row(x, s->row_no);
	enum rc rc;

	CHECK(p != NULL);
	if (p->exists)
		return add_unchanged(x, s->row_no, err);
	rc = ledger_db_run(x->l->db,
		"INSERT INTO credentials(tenant_id, ulid, award_no, generation, batch, row_no, "
		"tag_hash, token_version,"
		" content_tag, issued_s, shard_no, leaf, record) VALUES($1, $2, $3, $4, $5, $6, "
		"$7, $8, $9, $10, $11, $12, $13)",
		DB_ARGS(DB_TEXT(x->l->tenant), DB_FIXED(s->ulid, 16), DB_INT(p->award_no),
			DB_INT(p->generation), DB_TEXT(x->f->batch), DB_INT(s->row_no),
			DB_FIXED(s->tag_hash, 32), DB_INT(s->token_version),
			DB_FIXED(p->content_tag, 32), DB_INT(x->issued_s), DB_INT(x->f->shard),
			DB_INT(i), DB_TEXT(s->record)),
		err);
	if (rc == RC_OK)
		rc = add_artifacts(x, s, err);
	if (rc == RC_OK)
		rc = add_public(x, s, err);
	if (rc == RC_OK)
		rc = add_leaf(x, s->ulid, &x->leaves[i], err);
	if (rc == RC_OK)
		rc = add_outcome(
			x, s->row_no, OUTCOME_ISSUED, STR(""), (struct bytes){NULL, 0}, err);
	x->out->issued++;
	return rc;
}

static enum rc add_failures(struct finish *x, struct err *err)
{
	enum rc rc = RC_OK;

	for (uint32_t i = 0; i < x->f->failure_count && rc == RC_OK; i++) {
		const struct shard_failure *s = &x->f->failures[i];

		rc = ledger_fits(s->code.n, 64, "a code", err);
		if (rc == RC_OK)
			rc = ledger_fits(s->sealed.n, 4096, "a sealed detail", err);
		if (rc == RC_OK)
			rc = add_outcome(x, s->row_no, OUTCOME_FAILED, s->code, s->sealed, err);
		x->out->failed++;
	}
	return rc;
}

/* Rows that nobody worked on, because another batch had issued them: check_left_out saw that. */
static enum rc add_left_out(struct finish *x, struct err *err)
{
	enum rc rc = RC_OK;

	for (uint32_t i = 0; i < x->row_count && rc == RC_OK; i++)
		if (!x->rows[i].seen)
			rc = add_unchanged(x, x->rows[i].row_no, err);
	return rc;
}

static enum rc add_root(struct finish *x, struct err *err)
{
	if (x->f->credential_count == 0)
		return RC_OK;
	return ledger_db_run(x->l->db,
		"INSERT INTO shard_roots(tenant_id, batch, shard_no, root, kid, signature, leaves)"
		" VALUES($1, $2, $3, $4, $5, $6, $7)",
		DB_ARGS(DB_TEXT(x->l->tenant), DB_TEXT(x->f->batch), DB_INT(x->f->shard),
			DB_FIXED(x->f->root, 32), DB_TEXT(x->f->kid), DB_BLOB(x->f->signature),
			DB_FIXED((const uint8_t *)x->leaves,
				x->f->credential_count * sizeof *x->leaves)),
		err);
}

static enum rc mark_done(struct finish *x, struct err *err)
{
	return ledger_db_run(x->l->db,
		"UPDATE shards SET state = $4 WHERE tenant_id = $1 AND batch = $2 AND shard_no = "
		"$3",
		DB_ARGS(DB_TEXT(x->l->tenant), DB_TEXT(x->f->batch), DB_INT(x->f->shard),
			DB_INT(SHARD_DONE)),
		err);
}

static enum rc write_rows(struct finish *x, struct err *err)
{
	char subject[96];
	enum rc rc = ledger_db_number(x->l->db,
		"SELECT coalesce(max(seq), 0) + 1 FROM log_leaves WHERE tenant_id = $1",
		DB_ARGS(DB_TEXT(x->l->tenant)), &x->leaf_seq, err);

	for (uint32_t i = 0; i < x->f->credential_count && rc == RC_OK; i++)
		rc = add_credential(x, i, err);
	if (rc == RC_OK)
		rc = add_failures(x, err);
	if (rc == RC_OK)
		rc = add_left_out(x, err);
	if (rc == RC_OK)
		rc = add_root(x, err);
	if (rc == RC_OK)
		rc = mark_done(x, err);
	if (rc != RC_OK)
		return rc;
	CHECK(text_fmt(
		subject, sizeof subject, STR_FMT " shard %u", STR_ARG(x->f->batch), x->f->shard));
	return ledger_audit(x->l, x->by, "shard.finish", str_of(subject), err);
}

static enum rc prepare(struct finish *x, struct err *err)
{
	const struct shard_finish *f = x->f;
	enum rc rc = ledger_fits(f->batch.n, 64, "the batch's id", err);

	if (rc == RC_OK && f->credential_count + f->failure_count > SHARD_ROWS_MAX)
		rc = err_set(err, RC_LIMIT, "a shard has at most %d rows", SHARD_ROWS_MAX);
	if (rc == RC_OK)
		rc = ledger_fits(f->signature.n, 128, "a signature", err);
	if (rc == RC_OK)
		rc = ledger_fits(f->kid.n, 64, "the key id", err);
	return rc;
}

static enum rc write_locked(struct finish *x, struct err *err)
{
	enum rc rc = check_token(x, err);

	if (rc == RC_OK)
		rc = ledger_db_number(x->l->db,
			"SELECT issued_s FROM batches WHERE tenant_id = $1 AND batch = $2",
			DB_ARGS(DB_TEXT(x->l->tenant), DB_TEXT(x->f->batch)), &x->issued_s, err);
	if (rc == RC_OK)
		rc = load_rows(x, err);
	if (rc == RC_OK)
		rc = check_rows(x, err);
	if (rc == RC_OK)
		mark_repeats(x);
	/* Inside the tenant's lock: what exists cannot change, and no route is added for work that is fenced off. */
	if (rc == RC_OK)
		rc = write_routes(x, err);
	return rc == RC_OK ? write_rows(x, err) : rc;
}

enum rc ledger_shard_finish(struct ledger *l, const struct actor *by, const struct shard_finish *f,
	struct shard_result *out, struct err *err)
{
	struct finish x = {.l = l, .by = by, .f = f, .out = out};
	bool own = false;
	enum rc rc = prepare(&x, err);

	*out = (struct shard_result){0};
	if (rc != RC_OK)
		return rc;
	CHECK(!l->in_transaction);
	x.a = arena_new((size_t)4 << 20);
	x.leaves = arena_zalloc(x.a, f->credential_count + 1, sizeof *x.leaves);
	rc = ledger_enter(l, by, &own, err);
	if (rc == RC_OK)
		rc = write_locked(&x, err);
	rc = ledger_leave(l, own, rc, err);
	arena_free(&x.a);
	return rc;
}
