// SPDX-License-Identifier: Apache-2.0
/* Pass certificates, and which batch was made with which. Runs in: control, verify. */
#include "ledger/ledger_pass.h"

#include "base/err.h"
#include "ledger/ledger_inside.h"

#define DER_MAX_LEN ((size_t)8192)

static enum rc chain_fits(const struct ledger_pass_chain *c, struct err *err)
{
	enum rc rc = ledger_fits(c->kid.n, 64, "the pass key's id", err);

	if (rc == RC_OK)
		rc = ledger_fits(c->certificate.n, DER_MAX_LEN, "the pass certificate", err);
	if (rc == RC_OK)
		rc = ledger_fits(c->intermediate.n, DER_MAX_LEN, "the WWDR certificate", err);
	return rc == RC_OK ? ledger_fits(c->root.n, DER_MAX_LEN, "the root certificate", err) : rc;
}

static enum rc add_chain(struct ledger *l, const struct ledger_pass_chain *c, struct err *err)
{
	int64_t there = 0;
	enum rc rc = ledger_db_number(l->db,
		"SELECT count(*) FROM pass_chains WHERE tenant_id = $1 AND sha256 = $2",
		DB_ARGS(DB_TEXT(l->tenant), DB_FIXED(c->sha256, 32)), &there, err);

	if (rc != RC_OK || there != 0)
		return rc;
	return ledger_db_run(l->db,
		"INSERT INTO pass_chains(tenant_id, sha256, kid, certificate, intermediate, root, "
		"added_s) VALUES($1, $2, $3, $4, $5, $6, $7)",
		DB_ARGS(DB_TEXT(l->tenant), DB_FIXED(c->sha256, 32), DB_TEXT(c->kid),
			DB_BLOB(c->certificate), DB_BLOB(c->intermediate), DB_BLOB(c->root),
			DB_INT(l->now_s)),
		err);
}

enum rc ledger_pass_pin(struct ledger *l, const struct actor *by, struct str batch,
	const struct ledger_pass_chain *chain, struct err *err)
{
	bool own;
	enum rc rc = ledger_enter(l, by, &own, err);

	if (rc == RC_OK)
		rc = ledger_batch_need(l, batch, 1u << BATCH_PLANNING, err);
	if (rc == RC_OK)
		rc = chain_fits(chain, err);
	if (rc == RC_OK)
		rc = add_chain(l, chain, err);
	if (rc == RC_OK)
		rc = ledger_db_run(l->db,
			"INSERT INTO batch_pass_chains(tenant_id, batch, sha256) VALUES($1, $2, "
			"$3)",
			DB_ARGS(DB_TEXT(l->tenant), DB_TEXT(batch), DB_FIXED(chain->sha256, 32)),
			err);
	return ledger_leave(l, own, rc, err);
}

enum rc ledger_pass_find(struct ledger *l, struct arena *a, struct str batch,
	struct ledger_pass_chain *out, bool *found, struct err *err)
{
	struct db_cursor *c;
	enum rc rc = ledger_db_start(l->db,
		"SELECT c.sha256, c.kid, c.certificate, c.intermediate, c.root FROM "
		"batch_pass_chains b"
		" JOIN pass_chains c ON c.tenant_id = b.tenant_id AND c.sha256 = b.sha256"
		" WHERE b.tenant_id = $1 AND b.batch = $2",
		DB_ARGS(DB_TEXT(l->tenant), DB_TEXT(batch)), &c, err);

	*found = false;
	if (rc == RC_OK)
		rc = ledger_db_next(&c, found, err);
	if (rc != RC_OK || !*found)
		return rc;
	*out = (struct ledger_pass_chain){.kid = ledger_db_text(c, a, 1),
		.certificate = ledger_db_blob(c, a, 2),
		.intermediate = ledger_db_blob(c, a, 3),
		.root = ledger_db_blob(c, a, 4)};
	rc = ledger_db_fixed(c, 0, out->sha256, 32, err);
	ledger_db_done(&c);
	return rc;
}
