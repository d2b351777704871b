// SPDX-License-Identifier: Apache-2.0
/* Recipients, their keys, awards. Runs in: control. */
#include "ledger/ledger_award.h"

#include "base/err.h"
#include "base/text.h"
#include "ledger/ledger_inside.h"

/* The number after the largest: numbers are never used twice, since nothing is deleted. */
static enum rc next_number(struct ledger *l, const char *sql, int64_t *out, struct err *err)
{
	*out = 1;
	return ledger_db_number(l->db, sql, DB_ARGS(DB_TEXT(l->tenant)), out, err);
}

static enum rc find_recipient(struct ledger *l, const uint8_t tag[32], int64_t *no, struct err *err)
{
	*no = 0;
	return ledger_db_number(l->db,
		"SELECT recipient_no FROM recipients WHERE tenant_id = $1 AND id_tag = $2",
		DB_ARGS(DB_TEXT(l->tenant), DB_FIXED(tag, 32)), no, err);
}

/* The recipient's newest key; empty when there is none. */
static enum rc newest_key(struct ledger *l, struct arena *a, struct award *w, struct err *err)
{
	struct db_cursor *c;
	bool row;
	enum rc rc = ledger_db_start(l->db,
		"SELECT key_no, wrapped FROM recipient_keys WHERE tenant_id = $1 AND recipient_no "
		"= $2"
		" ORDER BY key_no DESC LIMIT 1",
		DB_ARGS(DB_TEXT(l->tenant), DB_INT(w->recipient_no)), &c, err);

	w->wrapped_key = (struct bytes){NULL, 0};
	w->key_no = 0;
	if (rc == RC_OK)
		rc = ledger_db_next(&c, &row, err);
	if (rc != RC_OK || !row)
		return rc;
	w->key_no = (uint32_t)ledger_db_int(c, 0);
	w->wrapped_key = ledger_db_blob(c, a, 1);
	ledger_db_done(&c);
	return RC_OK;
}

/* After an erasure a key gets a number of its own, so that old rows cannot take it for theirs. */
static enum rc add_key(
	struct ledger *l, const struct award_ask *ask, struct award *w, struct err *err)
{
	int64_t no = 1;
	enum rc rc = ledger_fits(ask->wrapped_key.n, 256, "a wrapped key", err);

	if (rc == RC_OK && ask->wrapped_key.n == 0)
		rc = err_set(err, RC_INPUT, "a new recipient needs a key");
	if (rc == RC_OK)
		rc = ledger_db_number(l->db,
			"SELECT coalesce(max(key_no), 0) + 1 FROM erasures WHERE tenant_id = $1 "
			"AND recipient_no = $2",
			DB_ARGS(DB_TEXT(l->tenant), DB_INT(w->recipient_no)), &no, err);
	if (rc == RC_OK)
		rc = ledger_db_run(l->db,
			"INSERT INTO recipient_keys(tenant_id, recipient_no, key_no, wrapped) "
			"VALUES($1, $2, $3, $4)",
			DB_ARGS(DB_TEXT(l->tenant), DB_INT(w->recipient_no), DB_INT(no),
				DB_BLOB(ask->wrapped_key)),
			err);
	w->key_no = (uint32_t)no;
	w->wrapped_key = ask->wrapped_key;
	return rc;
}

static enum rc add_recipient(
	struct ledger *l, const struct award_ask *ask, struct award *w, struct err *err)
{
	enum rc rc = next_number(l,
		"SELECT coalesce(max(recipient_no), 0) + 1 FROM recipients WHERE tenant_id = $1",
		&w->recipient_no, err);

	if (rc == RC_OK)
		rc = ledger_db_run(l->db,
			"INSERT INTO recipients(tenant_id, recipient_no, id_tag, created_s) "
			"VALUES($1, $2, $3, $4)",
			DB_ARGS(DB_TEXT(l->tenant), DB_INT(w->recipient_no),
				DB_FIXED(ask->recipient_tag, 32), DB_INT(l->now_s)),
			err);
	return rc;
}

static enum rc add_award(
	struct ledger *l, const struct award_ask *ask, struct award *w, struct err *err)
{
	enum rc rc = ledger_fits(ask->claim_sealed.n, 256, "a sealed claim secret", err);

	if (rc == RC_OK)
		rc = next_number(l,
			"SELECT coalesce(max(award_no), 0) + 1 FROM awards WHERE tenant_id = $1",
			&w->award_no, err);
	if (rc == RC_OK)
		rc = ledger_db_run(l->db,
			"INSERT INTO awards(tenant_id, award_no, identity_tag, recipient_no, "
			"claim_hash, claim_sealed, created_s)"
			" VALUES($1, $2, $3, $4, $5, $6, $7)",
			DB_ARGS(DB_TEXT(l->tenant), DB_INT(w->award_no),
				DB_FIXED(ask->identity_tag, 32), DB_INT(w->recipient_no),
				DB_FIXED(ask->claim_hash, 32), DB_BLOB(ask->claim_sealed),
				DB_INT(l->now_s)),
			err);
	w->created = true;
	return rc;
}

static enum rc latest_credential(struct ledger *l, struct award *w, struct err *err)
{
	struct db_cursor *c;
	bool row;
	enum rc rc = ledger_db_start(l->db,
		"SELECT generation, ulid, content_tag FROM credentials WHERE tenant_id = $1 AND "
		"award_no = $2"
		" ORDER BY generation DESC LIMIT 1",
		DB_ARGS(DB_TEXT(l->tenant), DB_INT(w->award_no)), &c, err);

	if (rc == RC_OK)
		rc = ledger_db_next(&c, &row, err);
	if (rc != RC_OK || !row)
		return rc;
	w->generation = (uint32_t)ledger_db_int(c, 0);
	rc = ledger_db_fixed(c, 1, w->ulid, 16, err);
	if (rc == RC_OK)
		rc = ledger_db_fixed(c, 2, w->content_tag, 32, err);
	ledger_db_done(&c);
	return rc;
}

enum rc ledger_award_find(struct ledger *l, struct arena *a, const uint8_t identity_tag[32],
	struct award *out, bool *found, struct err *err)
{
	struct db_cursor *c;
	enum rc rc = ledger_db_start(l->db,
		"SELECT award_no, recipient_no FROM awards WHERE tenant_id = $1 AND identity_tag = "
		"$2",
		DB_ARGS(DB_TEXT(l->tenant), DB_FIXED(identity_tag, 32)), &c, err);

	*out = (struct award){0};
	*found = false;
	if (rc == RC_OK)
		rc = ledger_db_next(&c, found, err);
	if (rc != RC_OK || !*found)
		return rc;
	out->award_no = ledger_db_int(c, 0);
	out->recipient_no = ledger_db_int(c, 1);
	ledger_db_done(&c);
	rc = newest_key(l, a, out, err);
	return rc == RC_OK ? latest_credential(l, out, err) : rc;
}

static enum rc create_award(struct ledger *l, struct arena *a, const struct award_ask *ask,
	struct award *w, struct err *err)
{
	enum rc rc = find_recipient(l, ask->recipient_tag, &w->recipient_no, err);

	if (rc == RC_OK && w->recipient_no == 0)
		rc = add_recipient(l, ask, w, err);
	else if (rc == RC_OK)
		rc = newest_key(l, a, w, err);
	return rc == RC_OK ? add_award(l, ask, w, err) : rc;
}

enum rc ledger_award_find_or_create(struct ledger *l, const struct actor *by, struct arena *a,
	const struct award_ask *ask, struct award *out, struct err *err)
{
	bool found = false;
	bool own;
	enum rc rc = ledger_enter(l, by, &own, err);

	if (rc == RC_OK)
		rc = ledger_award_find(l, a, ask->identity_tag, out, &found, err);
	if (rc == RC_OK && !found)
		rc = create_award(l, a, ask, out, err);
	if (rc == RC_OK && out->wrapped_key.n == 0)
		rc = add_key(l, ask, out, err);
	return ledger_leave(l, own, rc, err);
}

enum rc ledger_award_claim(struct ledger *l, struct arena *a, int64_t award_no,
	struct bytes *claim_sealed, uint8_t identity_tag[32], struct err *err)
{
	struct db_cursor *c;
	bool row;
	enum rc rc = ledger_db_start(l->db,
		"SELECT claim_sealed, identity_tag FROM awards WHERE tenant_id = $1 AND award_no = "
		"$2",
		DB_ARGS(DB_TEXT(l->tenant), DB_INT(award_no)), &c, err);

	if (rc == RC_OK)
		rc = ledger_db_next(&c, &row, err);
	if (rc != RC_OK)
		return rc;
	if (!row)
		return err_set(err, RC_INPUT, "there is no award %lld", (long long)award_no);
	*claim_sealed = ledger_db_blob(c, a, 0);
	rc = ledger_db_fixed(c, 1, identity_tag, 32, err);
	ledger_db_done(&c);
	return rc;
}

enum rc ledger_recipient_key(struct ledger *l, struct arena *a, int64_t recipient_no,
	uint32_t key_no, struct bytes *wrapped, uint8_t recipient_tag[32], struct err *err)
{
	struct db_cursor *c;
	bool row;
	enum rc rc = ledger_db_start(l->db,
		"SELECT k.wrapped, r.id_tag FROM recipients r LEFT JOIN recipient_keys k ON "
		"k.tenant_id = r.tenant_id"
		" AND k.recipient_no = r.recipient_no AND k.key_no = $3 WHERE r.tenant_id = $1 AND "
		"r.recipient_no = $2",
		DB_ARGS(DB_TEXT(l->tenant), DB_INT(recipient_no), DB_INT(key_no)), &c, err);

	if (rc == RC_OK)
		rc = ledger_db_next(&c, &row, err);
	if (rc != RC_OK)
		return rc;
	if (!row)
		return err_set(
			err, RC_INPUT, "there is no recipient %lld", (long long)recipient_no);
	*wrapped = ledger_db_blob(c, a, 0);
	rc = ledger_db_fixed(c, 1, recipient_tag, 32, err);
	ledger_db_done(&c);
	return rc;
}

/* ---- erasure ---- */

static enum rc erase_keys(
	struct ledger *l, const struct actor *by, int64_t no, uint32_t *keys, struct err *err)
{
	enum rc rc = ledger_db_run(l->db,
		"INSERT INTO erasures(tenant_id, recipient_no, key_no, at_s)"
		" SELECT tenant_id, recipient_no, key_no, $3 FROM recipient_keys WHERE tenant_id = "
		"$1 AND recipient_no = $2",
		DB_ARGS(DB_TEXT(l->tenant), DB_INT(no), DB_INT(l->now_s)), err);

	if (rc == RC_OK)
		rc = ledger_db_run(l->db,
			"DELETE FROM recipient_keys WHERE tenant_id = $1 AND recipient_no = $2",
			DB_ARGS(DB_TEXT(l->tenant), DB_INT(no)), err);
	if (rc == RC_OK)
		*keys = (uint32_t)l->db->driver->changes(l->db);
	if (rc == RC_OK)
		rc = ledger_db_run(l->db,
			"DELETE FROM public_views WHERE tenant_id = $1 AND ulid IN (SELECT c.ulid "
			"FROM "
			"credentials c JOIN awards w ON w.tenant_id = c.tenant_id AND w.award_no = "
			"c.award_no WHERE c.tenant_id = $1 AND w.recipient_no = $2)",
			DB_ARGS(DB_TEXT(l->tenant), DB_INT(no)), err);
	if (rc == RC_OK) {
		char number[32];

		CHECK(text_fmt(number, sizeof number, "recipient %lld", (long long)no));
		rc = ledger_audit(l, by, "recipient.erase", str_of(number), err);
	}
	return rc;
}

enum rc ledger_recipient_erase(struct ledger *l, const struct actor *by,
	const uint8_t recipient_tag[32], uint32_t *keys, struct err *err)
{
	int64_t no = 0;
	bool own;
	enum rc rc = ledger_enter(l, by, &own, err);

	*keys = 0;
	if (rc == RC_OK)
		rc = find_recipient(l, recipient_tag, &no, err);
	if (rc == RC_OK && no != 0)
		rc = erase_keys(l, by, no, keys, err);
	return ledger_leave(l, own, rc, err);
}
