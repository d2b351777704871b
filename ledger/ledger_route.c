// SPDX-License-Identifier: Apache-2.0
/* Routes: which tenant a token, credential or claim belongs to. Runs in: control, verify. */
#include "base/err.h"
#include "ledger/ledger_credential.h"
#include "ledger/ledger_inside.h"

struct routes_scan {
	struct ledger *ledger;
	struct db *routes;
	struct arena *arena;
	bool mend;
	uint64_t missing;
};

enum rc ledger_routes(struct ledger *l, struct db **out, struct err *err)
{
	const struct db_driver *driver = ledger_db_of(l->data_dir);
	struct db *made = NULL;
	enum rc rc;

	if (l->routes == NULL) {
		rc = driver->open(l->data_dir, STR(""), !l->read_only, l->read_only, &made, err);
		if (rc == RC_OK)
			rc = driver->migrate(made, err);
		if (rc != RC_OK) {
			driver->close(&made);
			return rc;
		}
		l->routes = made;
	}
	*out = l->routes;
	return RC_OK;
}

enum rc ledger_route_in(struct db *routes, struct arena *a, int kind, struct bytes key,
	struct str *tenant, bool *found, struct err *err)
{
	struct db_cursor *c;
	enum rc rc =
		ledger_db_start(routes, "SELECT tenant_id FROM routes WHERE kind = $1 AND key = $2",
			DB_ARGS(DB_INT(kind), DB_BLOB(key)), &c, err);

	if (rc == RC_OK)
		rc = ledger_db_next(&c, found, err);
	if (rc != RC_OK || !*found)
		return rc;
	*tenant = ledger_db_text(c, a, 0);
	ledger_db_done(&c);
	return RC_OK;
}

enum rc ledger_route_add(
	struct db *routes, struct str tenant, int kind, struct bytes key, struct err *err)
{
	int64_t same = -1;
	enum rc rc = ledger_db_number(routes,
		"SELECT tenant_id = $3 FROM routes WHERE kind = $1 AND key = $2",
		DB_ARGS(DB_INT(kind), DB_BLOB(key), DB_TEXT(tenant)), &same, err);

	/* Ids are random: meeting another tenant's means that somebody made them up. */
	if (rc == RC_OK && same == 0)
		rc = err_set(
			err, RC_INPUT, "an id or token of this batch belongs to another tenant");
	if (rc != RC_OK || same == 1)
		return rc;
	return ledger_db_run(routes, "INSERT INTO routes(kind, key, tenant_id) VALUES($1, $2, $3)",
		DB_ARGS(DB_INT(kind), DB_BLOB(key), DB_TEXT(tenant)), err);
}

enum rc ledger_route_find(const char *data_dir, struct arena *a, enum route_kind kind,
	struct bytes key, struct str *tenant, bool *found, struct err *err)
{
	const struct db_driver *driver = ledger_db_of(data_dir);
	struct db *routes = NULL;
	enum rc rc = driver->open(data_dir, STR(""), false, true, &routes, err);

	*found = false;
	if (rc == RC_OK)
		rc = driver->migrate(routes, err);
	if (rc == RC_OK)
		rc = ledger_route_in(routes, a, (int)kind, key, tenant, found, err);
	if (routes != NULL)
		driver->close(&routes);
	return rc;
}

/* The route of one key: counted when missing, added when mend says so. */
static enum rc look_at(struct routes_scan *s, int kind, struct bytes key, struct err *err)
{
	struct str tenant;
	bool found;
	enum rc rc = ledger_route_in(s->routes, s->arena, kind, key, &tenant, &found, err);

	if (rc != RC_OK || found)
		return rc;
	s->missing++;
	return s->mend ? ledger_route_add(s->routes, s->ledger->tenant, kind, key, err) : RC_OK;
}

static enum rc scan_credentials(struct routes_scan *s, struct err *err)
{
	struct db_cursor *c;
	bool row;
	enum rc rc = ledger_db_start(s->ledger->db,
		"SELECT c.tag_hash, c.ulid, a.claim_hash FROM credentials c JOIN awards a"
		" ON a.tenant_id = c.tenant_id AND a.award_no = c.award_no WHERE c.tenant_id = $1",
		DB_ARGS(DB_TEXT(s->ledger->tenant)), &c, err);

	while (rc == RC_OK) {
		static const int kinds[] = {ROUTE_TOKEN, ROUTE_CREDENTIAL, ROUTE_CLAIM};

		arena_reset(s->arena);
		rc = ledger_db_next(&c, &row, err);
		if (rc != RC_OK || !row)
			return rc;
		for (size_t i = 0; i < ARRAY_COUNT(kinds) && rc == RC_OK; i++)
			rc = look_at(s, kinds[i], ledger_db_blob(c, s->arena, (int)i), err);
	}
	ledger_db_done(&c);
	return rc;
}

static enum rc scan_lists(struct routes_scan *s, struct err *err)
{
	struct db_cursor *c;
	bool row;
	enum rc rc =
		ledger_db_start(s->ledger->db, "SELECT list FROM status_lists WHERE tenant_id = $1",
			DB_ARGS(DB_TEXT(s->ledger->tenant)), &c, err);

	while (rc == RC_OK) {
		uint8_t key[4];

		arena_reset(s->arena);
		rc = ledger_db_next(&c, &row, err);
		if (rc != RC_OK || !row)
			return rc;
		ledger_status_route_key((uint32_t)ledger_db_int(c, 0), key);
		rc = look_at(s, ROUTE_STATUS_LIST, (struct bytes){key, sizeof key}, err);
	}
	ledger_db_done(&c);
	return rc;
}

enum rc ledger_routes_check(struct ledger *l, bool mend, uint64_t *missing, struct err *err)
{
	struct routes_scan s = {.ledger = l, .mend = mend};
	enum rc rc = ledger_routes(l, &s.routes, err);

	*missing = 0;
	if (rc != RC_OK)
		return rc;
	s.arena = arena_new(4096);
	if (mend)
		rc = s.routes->driver->begin(s.routes, err);
	if (rc == RC_OK)
		rc = scan_credentials(&s, err);
	if (rc == RC_OK)
		rc = scan_lists(&s, err);
	if (rc == RC_OK && mend)
		rc = s.routes->driver->commit(s.routes, err);
	else if (mend)
		s.routes->driver->rollback(s.routes);
	arena_free(&s.arena);
	*missing = s.missing;
	return rc;
}
