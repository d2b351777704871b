// SPDX-License-Identifier: Apache-2.0
/* Status lists as they are published. Runs in: control, verify. */
#include "ledger/ledger_status_list.h"

#include "base/err.h"
#include "base/text.h"
#include "ledger/ledger_inside.h"

static enum rc read_status_list(struct db_cursor *c, struct arena *a, void *item, struct err *err)
{
	struct status_list *out = item;

	(void)err;
	*out = (struct status_list){.list = (uint32_t)ledger_db_int(c, 0),
		.purpose = ledger_db_text(c, a, 1),
		.used = (uint32_t)ledger_db_int(c, 2),
		.newest_seq = (uint64_t)ledger_db_int(c, 3),
		.has_doc = ledger_db_int(c, 4) != 0,
		.doc_seq = (uint64_t)ledger_db_int(c, 5),
		.doc_built_s = ledger_db_int(c, 6),
		.doc_valid_until_s = ledger_db_int(c, 7)};
	return RC_OK;
}

enum rc ledger_status_lists(
	struct ledger *l, struct arena *a, struct status_lists *out, struct err *err)
{
	struct db_rows rows = {NULL, 0};
	struct db_cursor *c;
	/* Events are few beside rows, so the newest of each list is found from their side. */
	enum rc rc = ledger_db_start(l->db,
		"SELECT s.list, s.purpose, coalesce((SELECT k.value FROM counters k WHERE "
		"k.tenant_id = $1 AND k.name = 'status-list/' || s.list), 0),"
		" coalesce(n.seq, 0), d.list IS NOT NULL, coalesce(d.seq, 0), coalesce(d.built_s, "
		"0), coalesce(d.valid_until_s, 0)"
		" FROM status_lists s"
		" LEFT JOIN (SELECT r.status_list AS list, max(e.seq) AS seq FROM status_events e "
		"JOIN rows r ON r.tenant_id = e.tenant_id AND r.ulid = e.ulid"
		" WHERE e.tenant_id = $1 GROUP BY r.status_list) n ON n.list = s.list"
		" LEFT JOIN status_docs d ON d.tenant_id = $1 AND d.list = s.list"
		" WHERE s.tenant_id = $1 ORDER BY s.list",
		DB_ARGS(DB_TEXT(l->tenant)), &c, err);

	if (rc == RC_OK)
		rc = ledger_db_collect(c, a, read_status_list, sizeof *out->items, &rows, err);
	*out = (struct status_lists){rows.items, rows.count};
	return rc;
}

static enum rc read_mark(struct db_cursor *c, struct arena *a, void *item, struct err *err)
{
	struct status_mark *out = item;

	out->index = (uint32_t)ledger_db_int(c, 0);
	out->kind = (uint8_t)ledger_db_int(c, 2);
	out->reason = ledger_db_text(c, a, 3);
	out->seq = (uint64_t)ledger_db_int(c, 4);
	return ledger_db_fixed(c, 1, out->ulid, 16, err);
}

enum rc ledger_status_marks(struct ledger *l, struct arena *a, uint32_t list, uint64_t after_seq,
	uint32_t limit, struct status_marks *out, struct err *err)
{
	struct db_rows rows = {NULL, 0};
	struct db_cursor *c;
	/* CROSS JOIN keeps the events outside: SQLite takes it as an order, PostgreSQL as a plain join. */
	enum rc rc = ledger_db_start(l->db,
		"SELECT r.status_index, e.ulid, e.kind, e.reason, e.seq FROM status_events e CROSS "
		"JOIN rows r WHERE r.tenant_id = e.tenant_id AND r.ulid = e.ulid"
		" AND e.tenant_id = $1 AND e.seq > $3 AND r.status_list = $2 ORDER BY e.seq LIMIT "
		"$4",
		DB_ARGS(DB_TEXT(l->tenant), DB_INT(list), DB_INT(after_seq), DB_PAGE(limit)), &c,
		err);

	if (rc == RC_OK)
		rc = ledger_db_collect(c, a, read_mark, sizeof *out->items, &rows, err);
	*out = (struct status_marks){rows.items, rows.count, after_seq};
	if (rows.count != 0)
		out->last_seq = out->items[rows.count - 1].seq;
	return rc;
}

/* ---- documents ---- */

static enum rc may_put(struct ledger *l, const struct status_doc *doc, struct err *err)
{
	int64_t n = 0;
	enum rc rc = ledger_fits(doc->content.n, STATUS_DOC_MAX, "a status list", err);

	if (rc == RC_OK)
		rc = ledger_db_number(l->db,
			"SELECT count(*) FROM status_lists WHERE tenant_id = $1 AND list = $2",
			DB_ARGS(DB_TEXT(l->tenant), DB_INT(doc->list)), &n, err);
	if (rc == RC_OK && n == 0)
		rc = err_set(err, RC_INPUT, "there is no status list %u", doc->list);
	return rc;
}

enum rc ledger_status_doc_put(
	struct ledger *l, const struct actor *by, const struct status_doc *doc, struct err *err)
{
	char subject[32];
	bool own;
	enum rc rc = ledger_enter(l, by, &own, err);

	CHECK(text_fmt(subject, sizeof subject, "list %u", doc->list));
	if (rc == RC_OK)
		rc = may_put(l, doc, err);
	if (rc == RC_OK)
		rc = ledger_db_run(l->db,
			"INSERT INTO status_docs(tenant_id, list, seq, built_s, valid_until_s, "
			"content) VALUES($1, $2, $3, $4, $5, $6)"
			" ON CONFLICT(tenant_id, list) DO UPDATE SET seq = excluded.seq, built_s = "
			"excluded.built_s,"
			" valid_until_s = excluded.valid_until_s, content = excluded.content",
			DB_ARGS(DB_TEXT(l->tenant), DB_INT(doc->list), DB_INT(doc->seq),
				DB_INT(doc->built_s), DB_INT(doc->valid_until_s),
				DB_BLOB(doc->content)),
			err);
	if (rc == RC_OK)
		rc = ledger_audit(l, by, "status.publish", str_of(subject), err);
	return ledger_leave(l, own, rc, err);
}

enum rc ledger_status_doc_find(struct ledger *l, struct arena *a, uint32_t list,
	struct status_doc *out, bool *found, struct err *err)
{
	struct db_cursor *c;
	enum rc rc = ledger_db_start(l->db,
		"SELECT d.seq, d.built_s, d.valid_until_s, d.content, s.purpose FROM status_docs d "
		"JOIN status_lists s ON s.tenant_id = d.tenant_id AND s.list = d.list "
		"WHERE d.tenant_id = $1 AND d.list = $2",
		DB_ARGS(DB_TEXT(l->tenant), DB_INT(list)), &c, err);

	*found = false;
	if (rc == RC_OK)
		rc = ledger_db_next(&c, found, err);
	if (rc != RC_OK || !*found)
		return rc;
	*out = (struct status_doc){.list = list,
		.seq = (uint64_t)ledger_db_int(c, 0),
		.built_s = ledger_db_int(c, 1),
		.valid_until_s = ledger_db_int(c, 2),
		.content = ledger_db_blob(c, a, 3),
		.purpose = ledger_db_text(c, a, 4)};
	ledger_db_done(&c);
	return RC_OK;
}

/* ---- what a batch replaced ---- */

static enum rc read_replaced(struct db_cursor *c, struct arena *a, void *item, struct err *err)
{
	struct status_mark *out = item;

	(void)a;
	out->kind = STATUS_SUPERSEDED;
	return ledger_db_fixed(c, 0, out->ulid, 16, err);
}

enum rc ledger_status_unmarked(struct ledger *l, struct arena *a, struct str batch, uint32_t limit,
	struct status_marks *out, struct err *err)
{
	static const uint8_t nothing[16];
	struct db_rows rows = {NULL, 0};
	struct db_cursor *c;
	enum rc rc = ledger_db_start(l->db,
		"SELECT r.supersedes FROM rows r JOIN credentials c ON c.tenant_id = r.tenant_id "
		"AND c.batch = r.batch AND c.row_no = r.row_no"
		" WHERE r.tenant_id = $1 AND r.batch = $2 AND r.supersedes <> $5"
		" AND NOT EXISTS(SELECT 1 FROM status_events e WHERE e.tenant_id = $1 AND e.ulid = "
		"r.supersedes AND e.kind = $3) ORDER BY r.row_no LIMIT $4",
		DB_ARGS(DB_TEXT(l->tenant), DB_TEXT(batch), DB_INT(STATUS_SUPERSEDED),
			DB_PAGE(limit), DB_FIXED(nothing, 16)),
		&c, err);

	if (rc == RC_OK)
		rc = ledger_db_collect(c, a, read_replaced, sizeof *out->items, &rows, err);
	*out = (struct status_marks){rows.items, rows.count, 0};
	return rc;
}
