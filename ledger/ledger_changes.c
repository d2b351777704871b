// SPDX-License-Identifier: Apache-2.0
/* What happened to credentials since somebody looked. Runs in: verify. */
#include "ledger/ledger_changes.h"

#include "ledger/ledger_inside.h"

#include <string.h>

#define FACES_MAX 256u
#define CHANGES_MAX 20000

enum rc ledger_changes_mark(struct ledger *l, struct ledger_mark *out, struct err *err)
{
	static const char *const newest[] = {
		"SELECT coalesce(max(seq), 0) FROM log_leaves WHERE tenant_id = $1",
		"SELECT coalesce(max(seq), 0) FROM status_events WHERE tenant_id = $1",
		"SELECT coalesce(max(seq), 0) FROM audit WHERE tenant_id = $1"};
	int64_t *to[] = {&out->leaf, &out->event, &out->audit};
	enum rc rc = RC_OK;

	for (size_t i = 0; i < ARRAY_COUNT(newest) && rc == RC_OK; i++)
		rc = ledger_db_number(l->db, newest[i], DB_ARGS(DB_TEXT(l->tenant)), to[i], err);
	return rc;
}

static enum rc read_ulid(struct db_cursor *c, struct arena *a, void *item, struct err *err)
{
	(void)a;
	return ledger_db_fixed(c, 0, item, 16, err);
}

/* Of each new event its credential; of each new credential the ones that it takes the place of. */
static enum rc list_changed(struct ledger *l, struct arena *a, const struct ledger_mark *mark,
	struct ledger_changes *out, struct err *err)
{
	struct db_rows rows = {NULL, 0};
	struct db_cursor *c;
	enum rc rc = ledger_db_start(l->db,
		"SELECT ulid FROM status_events WHERE tenant_id = $1 AND seq > $2 UNION ALL"
		" SELECT o.ulid FROM log_leaves g"
		" JOIN credentials n ON n.tenant_id = g.tenant_id AND n.ulid = g.ref"
		" JOIN credentials o ON o.tenant_id = n.tenant_id AND o.award_no = n.award_no"
		" AND o.generation < n.generation WHERE g.tenant_id = $1 AND g.seq > $3",
		DB_ARGS(DB_TEXT(l->tenant), DB_INT(mark->event), DB_INT(mark->leaf)), &c, err);

	if (rc == RC_OK)
		rc = ledger_db_collect(c, a, read_ulid, 16, &rows, err);
	out->ulids = rows.items;
	out->count = rows.count;
	return rc;
}

enum rc ledger_changes_since(struct ledger *l, struct arena *a, struct ledger_mark *mark,
	struct ledger_changes *out, struct err *err)
{
	struct ledger_mark now = {0};
	int64_t erased = 0;
	enum rc rc = ledger_changes_mark(l, &now, err);

	*out = (struct ledger_changes){NULL, 0, false};
	/* More than is worth a list: as good as everything. */
	if (rc == RC_OK
		&& (now.event - mark->event > CHANGES_MAX || now.leaf - mark->leaf > CHANGES_MAX)) {
		out->all = true;
		*mark = now;
		return RC_OK;
	}
	if (rc == RC_OK && (now.event != mark->event || now.leaf != mark->leaf))
		rc = list_changed(l, a, mark, out, err);
	if (rc == RC_OK && now.audit != mark->audit)
		rc = ledger_db_number(l->db,
			"SELECT count(*) FROM audit WHERE tenant_id = $1 AND seq > $2"
			" AND action = 'recipient.erase'",
			DB_ARGS(DB_TEXT(l->tenant), DB_INT(mark->audit)), &erased, err);
	out->all = erased != 0;
	if (rc == RC_OK)
		*mark = now;
	return rc;
}

enum rc ledger_faces_list(struct ledger *l, struct arena *a, int64_t *before, uint32_t limit,
	struct ledger_faces *out, struct err *err)
{
	struct db_cursor *c;
	bool row;
	enum rc rc = ledger_db_start(l->db,
		FACE_COLUMNS " AND c.award_no < $2 ORDER BY c.award_no DESC LIMIT $3",
		DB_ARGS(DB_TEXT(l->tenant), DB_INT(*before),
			DB_INT(limit < FACES_MAX ? limit : FACES_MAX)),
		&c, err);

	out->items = arena_zalloc(a, FACES_MAX, sizeof *out->items);
	out->count = 0;
	while (rc == RC_OK) {
		rc = ledger_db_next(&c, &row, err);
		if (rc != RC_OK || !row)
			break;
		rc = ledger_face_read(c, a, &out->items[out->count++], err);
		*before = ledger_db_int(c, FACE_AWARD_COLUMN);
		if (rc != RC_OK)
			ledger_db_done(&c);
	}
	return rc;
}
