// SPDX-License-Identifier: Apache-2.0
/* Reading for those who serve. Runs in: serve, verify. */
#include "ledger/ledger_reader.h"

#include "base/err.h"
#include "base/mem.h"
#include "ledger/ledger_inside.h"

struct ledger_reader {
	struct db *routes;
};

enum rc ledger_reader_open(
	const char *data_dir, uint32_t flags, struct ledger_reader **out, struct err *err)
{
	const struct db_driver *driver = ledger_db_of(data_dir);
	bool read_only = (flags & LEDGER_READ_ONLY) != 0;
	struct db *routes = NULL;
	enum rc rc = driver->open(data_dir, STR(""), false, read_only, &routes, err);

	*out = NULL;
	if (rc == RC_OK)
		rc = driver->migrate(routes, err);
	if (rc != RC_OK) {
		driver->close(&routes);
		return rc;
	}
	*out = mem_zalloc(1, sizeof **out);
	(*out)->routes = routes;
	return RC_OK;
}

void ledger_reader_free(struct ledger_reader **r)
{
	if (*r == NULL)
		return;
	(*r)->routes->driver->close(&(*r)->routes);
	MEM_FREE(*r);
}

enum rc ledger_reader_find(struct ledger_reader *r, struct arena *a, enum route_kind kind,
	struct bytes key, struct str *tenant, bool *found, struct err *err)
{
	return ledger_route_in(r->routes, a, (int)kind, key, tenant, found, err);
}

static enum rc version_of(struct db *db, uint32_t *version, struct err *err)
{
	int64_t any = 0;
	/* A read is what brings the handle up to date, and what lets read-only ones see as much. */
	enum rc rc = ledger_db_number(db, "SELECT count(*) FROM migrations", NULL, 0, &any, err);

	*version = db->driver->version(db);
	return rc;
}

enum rc ledger_reader_version(struct ledger_reader *r, uint32_t *version, struct err *err)
{
	return version_of(r->routes, version, err);
}

enum rc ledger_version(struct ledger *l, uint32_t *version, struct err *err)
{
	return version_of(l->db, version, err);
}

enum rc ledger_hold(struct ledger *l, struct err *err)
{
	return l->db->driver->hold(l->db, err);
}

void ledger_drop(struct ledger *l)
{
	l->db->driver->drop(l->db);
}

enum rc ledger_reader_hold(struct ledger_reader *r, struct err *err)
{
	return r->routes->driver->hold(r->routes, err);
}

void ledger_reader_drop(struct ledger_reader *r)
{
	r->routes->driver->drop(r->routes);
}

static enum rc find_newest(struct ledger *l, const uint8_t claim_hash[32], uint8_t ulid[16],
	bool *found, struct err *err)
{
	struct db_cursor *c;
	enum rc rc = ledger_db_start(l->db,
		"SELECT c.ulid FROM awards w JOIN credentials c ON c.tenant_id = w.tenant_id AND"
		" c.award_no = w.award_no WHERE w.tenant_id = $1 AND w.claim_hash = $2"
		" ORDER BY c.generation DESC LIMIT 1",
		DB_ARGS(DB_TEXT(l->tenant), DB_FIXED(claim_hash, 32)), &c, err);

	if (rc == RC_OK)
		rc = ledger_db_next(&c, found, err);
	if (rc != RC_OK || !*found)
		return rc;
	rc = ledger_db_fixed(c, 0, ulid, 16, err);
	ledger_db_done(&c);
	return rc;
}

enum rc ledger_credential_find_claim(struct ledger *l, struct arena *a,
	const uint8_t claim_hash[32], struct credential *out, bool *found, struct err *err)
{
	uint8_t ulid[16];
	enum rc rc;

	*found = false;
	rc = find_newest(l, claim_hash, ulid, found, err);
	return rc == RC_OK && *found ? ledger_credential_find(l, a, ulid, out, found, err) : rc;
}

enum rc ledger_face_read(
	struct db_cursor *c, struct arena *a, struct credential_face *out, struct err *err)
{
	enum rc rc = ledger_db_fixed(c, 0, out->ulid, 16, err);

	if (rc == RC_OK)
		rc = ledger_db_fixed(c, 1, out->tag_hash, 32, err);
	out->batch = ledger_db_text(c, a, 2);
	out->issued_s = ledger_db_int(c, 3);
	out->record = ledger_db_text(c, a, 4);
	out->shard = (uint32_t)ledger_db_int(c, 5);
	out->leaf = (uint32_t)ledger_db_int(c, 6);
	out->published = ledger_db_blob(c, a, 7);
	out->changed = ledger_db_int(c, 8) != 0;
	return rc;
}

enum rc ledger_credential_face(struct ledger *l, struct arena *a, const uint8_t tag_hash[32],
	struct credential_face *out, bool *found, struct err *err)
{
	struct db_cursor *c;
	enum rc rc = ledger_db_start(l->db, FACE_COLUMNS " AND c.tag_hash = $2",
		DB_ARGS(DB_TEXT(l->tenant), DB_FIXED(tag_hash, 32)), &c, err);

	*found = false;
	if (rc == RC_OK)
		rc = ledger_db_next(&c, found, err);
	if (rc != RC_OK || !*found)
		return rc;
	rc = ledger_face_read(c, a, out, err);
	ledger_db_done(&c);
	return rc;
}
