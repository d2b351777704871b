// SPDX-License-Identifier: Apache-2.0
/* Handles, transactions, tenants. Runs in: control, verify. */
#include "ledger/ledger.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "ledger/ledger_inside.h"

#include <string.h>

bool ledger_tenant_name_ok(struct str name)
{
	if (name.n == 0 || name.n > LEDGER_TENANT_MAX || name.p[0] == '-'
		|| name.p[name.n - 1] == '-')
		return false;
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'))
			return false;
	}
	/* routes.db lies beside the tenants' files. */
	return !str_eq_cz(name, "routes");
}

struct str ledger_tenant_name(const struct ledger *l)
{
	return l->tenant;
}

enum rc ledger_fits(size_t n, size_t max, const char *what, struct err *err)
{
	if (n > max)
		return err_set(
			err, RC_INPUT, "%s has %zu bytes, at most %zu are allowed", what, n, max);
	return RC_OK;
}

/* ---- transactions ---- */

enum rc ledger_begin(struct ledger *l, struct err *err)
{
	enum rc rc;

	CHECK(!l->in_transaction);
	rc = l->db->driver->begin(l->db, err);
	l->in_transaction = rc == RC_OK;
	l->failed = false;
	return rc;
}

enum rc ledger_commit(struct ledger *l, struct err *err)
{
	enum rc rc;

	CHECK(l->in_transaction);
	if (l->failed)
		rc = err_set(err, RC_SYSTEM,
			"a write of this transaction failed: nothing of it is kept");
	else
		rc = l->db->driver->commit(l->db, err);
	if (rc != RC_OK)
		l->db->driver->rollback(l->db);
	l->in_transaction = false;
	return rc;
}

void ledger_rollback(struct ledger *l)
{
	CHECK(l->in_transaction);
	l->db->driver->rollback(l->db);
	l->in_transaction = false;
}

static enum rc actor_ok(const struct ledger *l, const struct actor *by, struct err *err)
{
	if (!str_eq(by->tenant, l->tenant))
		return err_set(err, RC_INPUT,
			"the actor is of tenant \"" STR_FMT "\", the ledger of \"%s\"",
			STR_ARG(by->tenant), l->name);
	if (by->principal.n == 0 || by->principal.n > 255 || by->role.n == 0 || by->role.n > 64
		|| by->reason.n > 255)
		return err_set(err, RC_INPUT,
			"who acts, in which role and why must be said, within 255 bytes each");
	if (l->read_only)
		return err_set(err, RC_INPUT, "the ledger was opened for reading only");
	return RC_OK;
}

enum rc ledger_enter(struct ledger *l, const struct actor *by, bool *own, struct err *err)
{
	enum rc rc = actor_ok(l, by, err);

	*own = false;
	if (rc != RC_OK)
		return rc;
	l->now_s = clock_wall_s();
	if (l->in_transaction)
		return RC_OK;
	rc = ledger_begin(l, err);
	*own = rc == RC_OK;
	return rc;
}

enum rc ledger_leave(struct ledger *l, bool own, enum rc rc, struct err *err)
{
	if (rc != RC_OK)
		l->failed = true;
	if (!own)
		return rc;
	if (rc == RC_OK)
		return ledger_commit(l, err);
	ledger_rollback(l);
	return rc;
}

/* ---- handles ---- */

static struct ledger *handle_new(const char *data_dir, struct str tenant, bool read_only)
{
	struct ledger *l = mem_zalloc(1, sizeof *l);

	CHECK(text_copy(l->data_dir, sizeof l->data_dir, data_dir));
	memcpy(l->name, tenant.p, tenant.n);
	l->tenant = (struct str){l->name, tenant.n};
	l->read_only = read_only;
	return l;
}

static enum rc names_ok(const char *data_dir, struct str tenant, struct err *err)
{
	if (!ledger_tenant_name_ok(tenant))
		return err_set(err, RC_INPUT,
			"\"" STR_FMT
			"\" cannot be a tenant's name: 1 to 64 of a-z, 0-9 and -, not \"routes\"",
			STR_ARG(tenant));
	if (strlen(data_dir) > 3800)
		return err_set(err, RC_INPUT, "the data directory's path is too long");
	return RC_OK;
}

static enum rc open_db(struct ledger *l, bool create, struct err *err)
{
	const struct db_driver *driver = ledger_db_of(l->data_dir);
	enum rc rc = driver->open(l->data_dir, l->tenant, create, l->read_only, &l->db, err);

	return rc == RC_OK ? driver->migrate(l->db, err) : rc;
}

static enum rc newest_version(struct ledger *l, int64_t *version, struct err *err)
{
	*version = 0;
	return ledger_db_number(l->db,
		"SELECT coalesce(max(version), 0) FROM tenants WHERE tenant_id = $1",
		DB_ARGS(DB_TEXT(l->tenant)), version, err);
}

enum rc ledger_open(const char *data_dir, struct str tenant, uint32_t flags, struct ledger **out,
	struct err *err)
{
	struct ledger *l;
	int64_t version = 0;
	enum rc rc = names_ok(data_dir, tenant, err);

	*out = NULL;
	if (rc != RC_OK)
		return rc;
	l = handle_new(data_dir, tenant, (flags & LEDGER_READ_ONLY) != 0);
	rc = open_db(l, false, err);
	if (rc == RC_OK)
		rc = newest_version(l, &version, err);
	if (rc == RC_OK && version == 0)
		rc = err_set(err, RC_INPUT,
			"the tenant \"%s\" was not made completely: run certfill init again",
			l->name);
	if (rc != RC_OK)
		ledger_free(&l);
	*out = l;
	return rc;
}

void ledger_free(struct ledger **l)
{
	if (*l == NULL)
		return;
	if ((*l)->in_transaction)
		ledger_rollback(*l);
	if ((*l)->routes != NULL)
		(*l)->routes->driver->close(&(*l)->routes);
	if ((*l)->db != NULL)
		(*l)->db->driver->close(&(*l)->db);
	MEM_FREE(*l);
}

/* ---- tenants ---- */

static enum rc insert_settings(
	struct ledger *l, const struct ledger_tenant *t, int64_t version, struct err *err)
{
	if (t->issuer_id.n > 512 || t->issuer_name.n > 255 || t->issuer_url.n > 512
		|| t->base_url.n > 512)
		return err_set(err, RC_INPUT, "a setting of the tenant is longer than 512 bytes");
	return ledger_db_run(l->db,
		"INSERT INTO tenants(tenant_id, version, issuer_id, issuer_name, issuer_url, "
		"base_url, demo, created_s)"
		" VALUES($1, $2, $3, $4, $5, $6, $7, $8)",
		DB_ARGS(DB_TEXT(l->tenant), DB_INT(version), DB_TEXT(t->issuer_id),
			DB_TEXT(t->issuer_name), DB_TEXT(t->issuer_url), DB_TEXT(t->base_url),
			DB_INT(t->demo), DB_INT(l->now_s)),
		err);
}

static enum rc create_tenant(
	struct ledger *l, const struct actor *by, const struct ledger_tenant *t, struct err *err)
{
	struct db *routes;
	bool own;
	enum rc rc = ledger_routes(l, &routes, err);

	if (rc != RC_OK)
		return rc;
	rc = ledger_enter(l, by, &own, err);
	if (rc == RC_OK)
		rc = insert_settings(l, t, 1, err);
	if (rc == RC_OK)
		rc = ledger_audit(l, by, "tenant.create", l->tenant, err);
	return ledger_leave(l, own, rc, err);
}

enum rc ledger_create(const char *data_dir, const struct actor *by, const struct ledger_tenant *t,
	struct ledger **out, struct err *err)
{
	struct ledger *l;
	enum rc rc = names_ok(data_dir, t->name, err);

	*out = NULL;
	if (rc != RC_OK)
		return rc;
	l = handle_new(data_dir, t->name, false);
	rc = open_db(l, true, err);
	if (rc == RC_OK)
		rc = create_tenant(l, by, t, err);
	if (rc == RC_OK)
		rc = l->db->driver->settle(&l->db, err);
	if (rc == RC_OK)
		rc = open_db(l, false, err);
	if (rc != RC_OK)
		ledger_free(&l);
	*out = l;
	return rc;
}

enum rc ledger_tenant_change(
	struct ledger *l, const struct actor *by, const struct ledger_tenant *t, struct err *err)
{
	int64_t version = 0;
	bool own;
	enum rc rc = ledger_enter(l, by, &own, err);

	if (rc == RC_OK && !str_eq(t->name, l->tenant))
		rc = err_set(err, RC_INPUT, "a tenant's name cannot change");
	if (rc == RC_OK)
		rc = newest_version(l, &version, err);
	if (rc == RC_OK)
		rc = insert_settings(l, t, version + 1, err);
	if (rc == RC_OK)
		rc = ledger_audit(l, by, "tenant.change", l->tenant, err);
	return ledger_leave(l, own, rc, err);
}

enum rc ledger_tenant_find(
	struct ledger *l, struct arena *a, struct ledger_tenant *out, struct err *err)
{
	struct db_cursor *c;
	bool row;
	enum rc rc = ledger_db_start(l->db,
		"SELECT issuer_id, issuer_name, issuer_url, base_url, demo,"
		" (SELECT min(created_s) FROM tenants WHERE tenant_id = $1)"
		" FROM tenants WHERE tenant_id = $1 ORDER BY version DESC LIMIT 1",
		DB_ARGS(DB_TEXT(l->tenant)), &c, err);

	if (rc == RC_OK)
		rc = ledger_db_next(&c, &row, err);
	if (rc != RC_OK)
		return rc;
	if (!row)
		return err_set(err, RC_SYSTEM,
			"the ledger of \"%s\" has lost its tenant: restore a backup", l->name);
	*out = (struct ledger_tenant){.name = str_dup(a, l->tenant),
		.issuer_id = ledger_db_text(c, a, 0),
		.issuer_name = ledger_db_text(c, a, 1),
		.issuer_url = ledger_db_text(c, a, 2),
		.base_url = ledger_db_text(c, a, 3),
		.demo = ledger_db_int(c, 4) != 0,
		.created_s = ledger_db_int(c, 5)};
	ledger_db_done(&c);
	return RC_OK;
}

enum rc ledger_list_tenants(
	const char *data_dir, struct arena *a, struct ledger_names *out, struct err *err)
{
	return ledger_db_of(data_dir)->list(data_dir, a, out, err);
}

/* ---- backup and doctor ---- */

enum rc ledger_backup(struct ledger *l, const char *out_dir, struct err *err)
{
	struct db *routes;
	enum rc rc;

	CHECK(!l->in_transaction);
	rc = ledger_routes(l, &routes, err);
	if (rc == RC_OK)
		rc = l->db->driver->backup(l->db, out_dir, err);
	return rc == RC_OK ? routes->driver->backup(routes, out_dir, err) : rc;
}

enum rc ledger_check(struct ledger *l, struct arena *a, struct ledger_names *out, struct err *err)
{
	struct db *routes;
	enum rc rc = ledger_routes(l, &routes, err);

	*out = (struct ledger_names){NULL, 0};
	if (rc == RC_OK)
		rc = l->db->driver->check(l->db, a, out, err);
	if (rc == RC_OK)
		rc = routes->driver->check(routes, a, out, err);
	return rc == RC_OK ? ledger_audit_check(l, a, out, err) : rc;
}
