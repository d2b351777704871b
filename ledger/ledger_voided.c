// SPDX-License-Identifier: Apache-2.0
/* Passes of credentials that fell. Runs in: control. */
#include "ledger/ledger_voided.h"

#include "base/err.h"
#include "base/text.h"
#include "ledger/ledger_inside.h"

#include <string.h>

_Static_assert(STATUS_REVOKED == 1 && STATUS_SUSPENDED == 2 && STATUS_SUPERSEDED == 4,
	"the statements below name them");

static enum rc read_due(struct db_cursor *c, struct arena *a, void *item, struct err *err)
{
	struct voided_due *out = item;

	out->batch = ledger_db_text(c, a, 0);
	out->row_no = (uint32_t)ledger_db_int(c, 1);
	return ledger_db_fixed(c, 2, out->ulid, 16, err);
}

enum rc ledger_voided_due(struct ledger *l, struct arena *a, uint8_t pass_kind,
	const struct voided_due *after, uint32_t limit, struct voided_dues *out, struct err *err)
{
	struct db_rows rows = {NULL, 0};
	struct db_cursor *c;
	/* From the events on, of which there are few: CROSS JOIN keeps them outside. */
	enum rc rc = ledger_db_start(l->db,
		"SELECT DISTINCT c.batch, c.row_no, c.ulid FROM status_events e CROSS JOIN "
		"artifacts x"
		" JOIN credentials c ON c.tenant_id = e.tenant_id AND c.ulid = e.ulid"
		" JOIN rows r ON r.tenant_id = c.tenant_id AND r.batch = c.batch AND r.row_no = "
		"c.row_no"
		" JOIN awards w ON w.tenant_id = r.tenant_id AND w.award_no = r.award_no"
		" JOIN recipient_keys k ON k.tenant_id = w.tenant_id AND k.recipient_no = "
		"w.recipient_no AND k.key_no = r.key_no"
		" LEFT JOIN voided_passes v ON v.tenant_id = e.tenant_id AND v.ulid = e.ulid"
		" WHERE x.tenant_id = e.tenant_id AND x.ulid = e.ulid AND x.kind = $2"
		" AND e.tenant_id = $1 AND e.kind IN (1, 2, 4) AND v.ulid IS NULL"
		" AND (c.batch > $3 OR (c.batch = $3 AND c.row_no > $4))"
		" ORDER BY c.batch, c.row_no LIMIT $5",
		DB_ARGS(DB_TEXT(l->tenant), DB_INT(pass_kind),
			DB_TEXT(after != NULL ? after->batch : STR("")),
			DB_INT(after != NULL ? after->row_no : 0), DB_PAGE(limit)),
		&c, err);

	if (rc == RC_OK)
		rc = ledger_db_collect(c, a, read_due, sizeof *out->items, &rows, err);
	*out = (struct voided_dues){rows.items, rows.count};
	return rc;
}

static enum rc may_add(struct ledger *l, const uint8_t ulid[16], struct err *err)
{
	int64_t fell = 0;
	enum rc rc = ledger_db_number(l->db,
		"SELECT count(*) FROM status_events WHERE tenant_id = $1 AND ulid = $2 AND kind IN "
		"(1, 2, 4)",
		DB_ARGS(DB_TEXT(l->tenant), DB_FIXED(ulid, 16)), &fell, err);

	if (rc == RC_OK && fell == 0)
		return err_set(err, RC_INPUT,
			"a credential that was never revoked, suspended or superseded has no "
			"voided pass");
	return rc;
}

enum rc ledger_voided_add(struct ledger *l, const struct actor *by, const uint8_t ulid[16],
	const struct shard_artifact *x, struct err *err)
{
	char hex[33];
	bool own;
	enum rc rc = ledger_enter(l, by, &own, err);

	text_hex((struct bytes){ulid, 16}, hex);
	if (rc == RC_OK)
		rc = may_add(l, ulid, err);
	if (rc == RC_OK)
		rc = ledger_db_run(l->db,
			"INSERT INTO voided_passes(tenant_id, ulid, len, sha256, at_s) VALUES($1, "
			"$2, $3, $4, $5)",
			DB_ARGS(DB_TEXT(l->tenant), DB_FIXED(ulid, 16), DB_INT(x->len),
				DB_FIXED(x->sha256, 32), DB_INT(l->now_s)),
			err);
	if (rc == RC_OK)
		rc = ledger_audit(l, by, "pass.voided", str_of(hex), err);
	return ledger_leave(l, own, rc, err);
}
