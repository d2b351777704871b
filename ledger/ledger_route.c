// SPDX-License-Identifier: Apache-2.0
/* Routes: which tenant a token, credential or claim belongs to. Runs in: control, verify. */
#include "base/err.h"
#include "ledger/ledger_credential.h"
#include "ledger/ledger_inside.h"

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

static enum rc find_in(struct db *routes, struct arena *a, int kind, struct bytes key,
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
		rc = find_in(routes, a, (int)kind, key, tenant, found, err);
	if (routes != NULL)
		driver->close(&routes);
	return rc;
}
