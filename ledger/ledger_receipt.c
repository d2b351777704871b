// SPDX-License-Identifier: Apache-2.0
/* Outcomes with the credential of each. Runs in: control. */
#include "ledger/ledger_receipt.h"

#include "base/err.h"
#include "ledger/ledger_inside.h"

static enum rc read_row(struct db_cursor *c, struct arena *a, void *item, struct err *err)
{
	struct ledger_receipt_row *out = item;
	*out = (struct ledger_receipt_row){.row_no = (uint32_t)ledger_db_int(c, 0),
		.result = (uint8_t)ledger_db_int(c, 1),
		.code = ledger_db_text(c, a, 2)};
	return ledger_db_fixed(c, 3, out->ulid, 16, err);
}

enum rc ledger_receipt_list(struct ledger *l, struct arena *a, struct str batch, uint32_t after_row,
	uint32_t limit, struct ledger_receipt_rows *out, struct err *err)
{
	struct db_rows rows = {NULL, 0};
	struct db_cursor *c;
	enum rc rc = ledger_db_start(l->db,
		"SELECT o.row_no, o.result, o.code, c.ulid FROM outcomes o JOIN rows r"
		" ON r.tenant_id = o.tenant_id AND r.batch = o.batch AND r.row_no = o.row_no"
		" LEFT JOIN credentials c ON c.tenant_id = r.tenant_id AND c.award_no = r.award_no"
		" AND c.generation = r.generation AND o.result <> $5"
		" WHERE o.tenant_id = $1 AND o.batch = $2 AND o.row_no > $3 ORDER BY o.row_no, "
		"o.step LIMIT $4",
		DB_ARGS(DB_TEXT(l->tenant), DB_TEXT(batch), DB_INT(after_row), DB_PAGE(limit),
			DB_INT(OUTCOME_FAILED)),
		&c, err);

	if (rc == RC_OK)
		rc = ledger_db_collect(c, a, read_row, sizeof *out->items, &rows, err);
	*out = (struct ledger_receipt_rows){rows.items, rows.count};
	return rc;
}
