// SPDX-License-Identifier: Apache-2.0
/* Finding issued credentials. Runs in: control, verify. */
#include "ledger/ledger_credential.h"

#include "base/err.h"
#include "base/text.h"
#include "ledger/ledger_inside.h"

#include <string.h>

#define ROW_COLUMN_COUNT 18

#define CREDENTIAL_COLUMNS \
	"SELECT " LEDGER_ROW_COLUMNS \
	", c.batch, c.tag_hash, c.token_version, c.issued_s, c.record, c.shard_no," \
	" c.leaf, p.id_tag, (SELECT max(n.generation) FROM credentials n WHERE n.tenant_id = " \
	"c.tenant_id" \
	" AND n.award_no = c.award_no)," \
	" (SELECT n.ulid FROM credentials n JOIN rows s ON s.tenant_id = n.tenant_id AND s.batch " \
	"= n.batch AND s.row_no = n.row_no WHERE n.tenant_id = c.tenant_id" \
	" AND n.award_no = c.award_no AND n.generation > c.generation AND s.supersedes = c.ulid " \
	"LIMIT 1)" \
	" FROM credentials c JOIN rows r ON r.tenant_id = c.tenant_id AND r.batch = c.batch AND " \
	"r.row_no = c.row_no" LEDGER_ROW_TABLES \
	" JOIN recipients p ON p.tenant_id = w.tenant_id AND p.recipient_no = w.recipient_no" \
	" WHERE c.tenant_id = $1"

static enum rc read_credential(struct db_cursor *c, struct arena *a, void *item, struct err *err)
{
	struct credential *out = item;
	struct batch_row r = {0};
	enum rc rc = ledger_row_read(c, a, &r, err);

	*out = (struct credential){.award_no = r.award_no,
		.generation = r.generation,
		.row_no = r.row_no,
		.credential = r.credential,
		.recipient_no = r.recipient_no,
		.key_no = r.key_no,
		.wrapped_key = r.wrapped_key,
		.sealed = r.sealed,
		.valid_from_s = r.valid_from_s,
		.valid_until_s = r.valid_until_s,
		.status_list = r.status_list,
		.status_index = r.status_index,
		.batch = ledger_db_text(c, a, ROW_COLUMN_COUNT),
		.token_version = (uint16_t)ledger_db_int(c, ROW_COLUMN_COUNT + 2),
		.issued_s = ledger_db_int(c, ROW_COLUMN_COUNT + 3),
		.record = ledger_db_text(c, a, ROW_COLUMN_COUNT + 4),
		.shard = (uint32_t)ledger_db_int(c, ROW_COLUMN_COUNT + 5),
		.leaf = (uint32_t)ledger_db_int(c, ROW_COLUMN_COUNT + 6),
		.latest_generation = (uint32_t)ledger_db_int(c, ROW_COLUMN_COUNT + 8)};
	memcpy(out->ulid, r.ulid, 16);
	memcpy(out->content_tag, r.content_tag, 32);
	out->superseded = ledger_db_blob(c, a, ROW_COLUMN_COUNT + 9).n != 0;
	if (rc == RC_OK)
		rc = ledger_db_fixed(c, ROW_COLUMN_COUNT + 9, out->superseded_by, 16, err);
	if (rc == RC_OK)
		rc = ledger_db_fixed(c, ROW_COLUMN_COUNT + 1, out->tag_hash, 32, err);
	return rc == RC_OK ? ledger_db_fixed(c, ROW_COLUMN_COUNT + 7, out->recipient_tag, 32, err)
			   : rc;
}

enum rc ledger_credential_artifacts(struct ledger *l, const uint8_t ulid[16],
	struct shard_artifact *out, uint32_t room, uint32_t *count, struct err *err)
{
	struct db_cursor *c;
	bool row;
	enum rc rc = ledger_db_start(l->db,
		"SELECT kind, len, sha256 FROM artifacts WHERE tenant_id = $1 AND ulid = $2 ORDER "
		"BY kind",
		DB_ARGS(DB_TEXT(l->tenant), DB_FIXED(ulid, 16)), &c, err);

	*count = 0;
	while (rc == RC_OK) {
		struct shard_artifact *to = &out[*count];

		rc = ledger_db_next(&c, &row, err);
		if (rc != RC_OK || !row)
			break;
		if (*count == room) {
			ledger_db_done(&c);
			return err_set(err, RC_SYSTEM,
				"the ledger holds too many artifacts of one credential: it is "
				"damaged");
		}
		to->kind = (uint8_t)ledger_db_int(c, 0);
		to->len = (uint64_t)ledger_db_int(c, 1);
		++*count;
		rc = ledger_db_fixed(c, 2, to->sha256, 32, err);
		if (rc != RC_OK)
			ledger_db_done(&c);
	}
	return rc;
}

/* Later facts, oldest first. */
static enum rc add_status(struct ledger *l, struct credential *x, struct err *err)
{
	struct db_cursor *c;
	bool row;
	enum rc rc = ledger_db_start(l->db,
		"SELECT kind, at_s FROM status_events WHERE tenant_id = $1 AND ulid = $2 ORDER BY "
		"seq",
		DB_ARGS(DB_TEXT(l->tenant), DB_FIXED(x->ulid, 16)), &c, err);

	while (rc == RC_OK) {
		int64_t kind;

		rc = ledger_db_next(&c, &row, err);
		if (rc != RC_OK || !row)
			break;
		kind = ledger_db_int(c, 0);
		x->has_events = true;
		if (kind == STATUS_REVOKED)
			x->revoked_s = ledger_db_int(c, 1);
		x->revoked = x->revoked || kind == STATUS_REVOKED;
		x->anonymised = x->anonymised || kind == STATUS_ANONYMISED;
		if (kind == STATUS_SUSPENDED || kind == STATUS_REINSTATED)
			x->suspended = kind == STATUS_SUSPENDED;
	}
	return rc;
}

/* Only what fell has one. */
static enum rc add_voided(struct ledger *l, struct credential *x, struct err *err)
{
	struct db_cursor *c;
	bool row = false;
	enum rc rc;

	if (ledger_credential_stands(x))
		return RC_OK;
	rc = ledger_db_start(l->db,
		"SELECT len, sha256 FROM voided_passes WHERE tenant_id = $1 AND ulid = $2",
		DB_ARGS(DB_TEXT(l->tenant), DB_FIXED(x->ulid, 16)), &c, err);
	if (rc == RC_OK)
		rc = ledger_db_next(&c, &row, err);
	if (rc != RC_OK || !row)
		return rc;
	x->has_voided_pass = true;
	x->voided_pass.len = (uint64_t)ledger_db_int(c, 0);
	rc = ledger_db_fixed(c, 1, x->voided_pass.sha256, 32, err);
	ledger_db_done(&c);
	return rc;
}

/* c: started over CREDENTIAL_COLUMNS. */
static enum rc read_list(struct ledger *l, struct db_cursor *c, struct arena *a,
	struct credential_list *out, struct err *err)
{
	struct db_rows rows = {NULL, 0};
	enum rc rc = ledger_db_collect(c, a, read_credential, sizeof *out->items, &rows, err);

	*out = (struct credential_list){rows.items, rows.count};
	for (uint32_t i = 0; i < out->count && rc == RC_OK; i++) {
		rc = ledger_credential_artifacts(l, out->items[i].ulid, out->items[i].artifacts,
			ARRAY_COUNT(out->items[i].artifacts), &out->items[i].artifact_count, err);
		if (rc == RC_OK)
			rc = add_status(l, &out->items[i], err);
		if (rc == RC_OK)
			rc = add_voided(l, &out->items[i], err);
	}
	return rc;
}

static enum rc read_one(struct ledger *l, struct db_cursor *c, struct arena *a,
	struct credential *out, bool *found, struct err *err)
{
	struct credential_list list;
	enum rc rc = read_list(l, c, a, &list, err);

	*found = rc == RC_OK && list.count != 0;
	if (*found)
		*out = list.items[0];
	return rc;
}

bool ledger_credential_stands(const struct credential *c)
{
	return !c->revoked && !c->suspended && !c->superseded;
}

enum rc ledger_credential_find(struct ledger *l, struct arena *a, const uint8_t ulid[16],
	struct credential *out, bool *found, struct err *err)
{
	struct db_cursor *c;
	enum rc rc = ledger_db_start(l->db, CREDENTIAL_COLUMNS " AND c.ulid = $2",
		DB_ARGS(DB_TEXT(l->tenant), DB_FIXED(ulid, 16)), &c, err);

	*found = false;
	return rc == RC_OK ? read_one(l, c, a, out, found, err) : rc;
}

enum rc ledger_credential_find_tag(struct ledger *l, struct arena *a, const uint8_t tag_hash[32],
	struct credential *out, bool *found, struct err *err)
{
	struct db_cursor *c;
	enum rc rc = ledger_db_start(l->db, CREDENTIAL_COLUMNS " AND c.tag_hash = $2",
		DB_ARGS(DB_TEXT(l->tenant), DB_FIXED(tag_hash, 32)), &c, err);

	*found = false;
	return rc == RC_OK ? read_one(l, c, a, out, found, err) : rc;
}

enum rc ledger_credential_find_recipient(struct ledger *l, struct arena *a,
	const uint8_t recipient_tag[32], uint32_t limit, struct credential_list *out,
	struct err *err)
{
	struct db_cursor *c;
	/* Nested, so that no planner begins with the rows. */
	enum rc rc = ledger_db_start(l->db,
		CREDENTIAL_COLUMNS
		" AND c.award_no IN (SELECT o.award_no FROM awards o WHERE "
		"o.tenant_id = $1 AND o.recipient_no ="
		" (SELECT q.recipient_no FROM recipients q WHERE q.tenant_id = "
		"$1 AND q.id_tag = $2))"
		" ORDER BY c.issued_s DESC, c.generation DESC, c.ulid DESC LIMIT $3",
		DB_ARGS(DB_TEXT(l->tenant), DB_FIXED(recipient_tag, 32), DB_PAGE(limit)), &c, err);

	return rc == RC_OK ? read_list(l, c, a, out, err) : rc;
}

enum rc ledger_credential_list(struct ledger *l, struct arena *a, struct str batch,
	uint32_t after_row, uint32_t limit, struct credential_list *out, struct err *err)
{
	struct db_cursor *c;
	enum rc rc = ledger_db_start(l->db,
		CREDENTIAL_COLUMNS " AND c.batch = $2 AND c.row_no > $3 ORDER BY c.row_no LIMIT $4",
		DB_ARGS(DB_TEXT(l->tenant), DB_TEXT(batch), DB_INT(after_row), DB_PAGE(limit)), &c,
		err);

	return rc == RC_OK ? read_list(l, c, a, out, err) : rc;
}

enum rc ledger_credential_note_link(struct ledger *l, const struct actor *by,
	const uint8_t ulid[16], const char *what, struct err *err)
{
	char action[32];
	char hex[33];
	bool own;
	enum rc rc = ledger_enter(l, by, &own, err);

	CHECK(text_fmt(action, sizeof action, "link.%s", what));
	text_hex((struct bytes){ulid, 16}, hex);
	if (rc == RC_OK)
		rc = ledger_audit(l, by, action, str_of(hex), err);
	return ledger_leave(l, own, rc, err);
}
