// SPDX-License-Identifier: Apache-2.0
/* Later facts about credentials, and places in status lists. Runs in: control, verify. */
#include "base/err.h"
#include "base/hash.h"
#include "base/text.h"
#include "ledger/ledger_credential.h"
#include "ledger/ledger_inside.h"
#include "ledger/ledger_status_index.h"

const char *ledger_status_name(enum status_kind kind)
{
	static const char *const names[] = {[STATUS_REVOKED] = "revoked",
		[STATUS_SUSPENDED] = "suspended",
		[STATUS_REINSTATED] = "reinstated",
		[STATUS_SUPERSEDED] = "superseded",
		[STATUS_ANONYMISED] = "anonymised"};

	return (size_t)kind < ARRAY_COUNT(names) && names[kind] != NULL ? names[kind] : "unknown";
}

static enum rc may_add(struct ledger *l, const struct status_event *e, struct err *err)
{
	int64_t n = 0;
	enum rc rc;

	if (e->kind < STATUS_REVOKED || e->kind > STATUS_ANONYMISED)
		return err_set(err, RC_INPUT, "unknown kind of status event: %u", e->kind);
	rc = ledger_fits(e->reason.n, 255, "the reason", err);
	if (rc == RC_OK)
		rc = ledger_fits(e->sealed_note.n, 4096, "the note", err);
	if (rc == RC_OK)
		rc = ledger_fits(e->signature.n, 128, "a signature", err);
	if (rc == RC_OK)
		rc = ledger_db_number(l->db,
			"SELECT count(*) FROM credentials WHERE tenant_id = $1 AND ulid = $2",
			DB_ARGS(DB_TEXT(l->tenant), DB_FIXED(e->ulid, 16)), &n, err);
	if (rc == RC_OK && n == 0)
		rc = err_set(err, RC_INPUT, "there is no such credential");
	if (rc != RC_OK || e->kind > STATUS_REINSTATED)
		return rc;
	rc = ledger_db_number(l->db,
		"SELECT count(*) FROM status_events WHERE tenant_id = $1 AND ulid = $2 AND kind = "
		"$3",
		DB_ARGS(DB_TEXT(l->tenant), DB_FIXED(e->ulid, 16), DB_INT(STATUS_REVOKED)), &n,
		err);
	if (rc == RC_OK && n != 0)
		rc = err_set(err, RC_INPUT, "the credential is revoked already, which is for good");
	return rc;
}

enum rc ledger_status_add(
	struct ledger *l, const struct actor *by, const struct status_event *e, struct err *err)
{
	char hex[33];
	bool own;
	enum rc rc = ledger_enter(l, by, &own, err);

	text_hex((struct bytes){e->ulid, 16}, hex);
	if (rc == RC_OK)
		rc = may_add(l, e, err);
	if (rc == RC_OK)
		rc = ledger_db_run(l->db,
			"INSERT INTO status_events(tenant_id, seq, ulid, kind, reason, at_s, note, "
			"kid, signature)"
			" SELECT $1, coalesce(max(seq), 0) + 1, $2, $3, $4, $5, $6, $7, $8 FROM "
			"status_events WHERE tenant_id = $1",
			DB_ARGS(DB_TEXT(l->tenant), DB_FIXED(e->ulid, 16), DB_INT(e->kind),
				DB_TEXT(e->reason), DB_INT(e->at_s), DB_BLOB(e->sealed_note),
				DB_TEXT(e->kid), DB_BLOB(e->signature)),
			err);
	if (rc == RC_OK)
		rc = ledger_audit(
			l, by, ledger_status_name((enum status_kind)e->kind), str_of(hex), err);
	return ledger_leave(l, own, rc, err);
}

static enum rc read_event(struct db_cursor *c, struct arena *a, void *item, struct err *err)
{
	struct status_event *out = item;
	out->seq = (uint64_t)ledger_db_int(c, 0);
	out->kind = (uint8_t)ledger_db_int(c, 2);
	out->reason = ledger_db_text(c, a, 3);
	out->at_s = ledger_db_int(c, 4);
	out->sealed_note = ledger_db_blob(c, a, 5);
	out->kid = ledger_db_text(c, a, 6);
	out->signature = ledger_db_blob(c, a, 7);
	return ledger_db_fixed(c, 1, out->ulid, 16, err);
}

enum rc ledger_status_list(struct ledger *l, struct arena *a, const uint8_t ulid[16],
	struct status_events *out, struct err *err)
{
	struct db_rows rows = {NULL, 0};
	struct db_cursor *c;
	enum rc rc = ledger_db_start(l->db,
		"SELECT seq, ulid, kind, reason, at_s, note, kid, signature FROM status_events"
		" WHERE tenant_id = $1 AND ulid = $2 ORDER BY seq LIMIT 1000",
		DB_ARGS(DB_TEXT(l->tenant), DB_FIXED(ulid, 16)), &c, err);

	if (rc == RC_OK)
		rc = ledger_db_collect(c, a, read_event, sizeof *out->items, &rows, err);
	*out = (struct status_events){rows.items, rows.count};
	return rc;
}

/* ---- places in lists ---- */

void ledger_status_route_key(uint32_t list, uint8_t out[4])
{
	for (size_t i = 0; i < 4; i++)
		out[i] = (uint8_t)(list >> (24 - 8 * i));
}

/* A short proof that it is the same key as last time; tells nothing about it. */
static void tag_of(const uint8_t key[32], uint32_t list, uint8_t out[32])
{
	char text[48];

	CHECK(text_fmt(text, sizeof text, "certfill-status-tag-v1 %u", list));
	hash_hmac_sha256((struct bytes){key, 32}, bytes_of(str_of(text)), out);
}

static enum rc open_list(
	struct ledger *l, struct str purpose, const uint8_t key[32], uint32_t list, struct err *err)
{
	uint8_t tag[32];

	tag_of(key, list, tag);
	return ledger_db_run(l->db,
		"INSERT INTO status_lists(tenant_id, list, purpose, key_tag, created_s) VALUES($1, "
		"$2, $3, $4, $5)",
		DB_ARGS(DB_TEXT(l->tenant), DB_INT(list), DB_TEXT(purpose), DB_FIXED(tag, 32),
			DB_INT(l->now_s)),
		err);
}

static enum rc check_list(struct ledger *l, const uint8_t key[32], uint32_t list, struct err *err)
{
	uint8_t tag[32];
	int64_t same = 0;
	enum rc rc;

	tag_of(key, list, tag);
	rc = ledger_db_number(l->db,
		"SELECT count(*) FROM status_lists WHERE tenant_id = $1 AND list = $2 AND key_tag "
		"= $3",
		DB_ARGS(DB_TEXT(l->tenant), DB_INT(list), DB_FIXED(tag, 32)), &same, err);
	if (rc == RC_OK && same == 0)
		rc = err_set(err, RC_INPUT, "status list %u was begun with another key", list);
	return rc;
}

struct counter {
	char name[96];
	uint32_t list;
	uint32_t used;
};

/* The newest list of the purpose and how many of its places are taken; list 0: none yet. */
static enum rc read_counter(
	struct ledger *l, struct str purpose, struct counter *k, struct err *err)
{
	int64_t list = 0;
	int64_t used = 0;
	enum rc rc = ledger_db_number(l->db,
		"SELECT coalesce(max(list), 0) FROM status_lists WHERE tenant_id = $1 AND purpose "
		"= $2",
		DB_ARGS(DB_TEXT(l->tenant), DB_TEXT(purpose)), &list, err);

	CHECK(text_fmt(k->name, sizeof k->name, "status-list/%lld", (long long)list));
	if (rc == RC_OK && list != 0)
		rc = ledger_db_number(l->db,
			"SELECT value FROM counters WHERE tenant_id = $1 AND name = $2",
			DB_ARGS(DB_TEXT(l->tenant), DB_TEXT(str_of(k->name))), &used, err);
	k->list = (uint32_t)list;
	k->used = (uint32_t)used;
	return rc;
}

/* The first number from first on that leads to no other tenant; its route is there before the list is. */
static enum rc claim_number(
	struct ledger *l, struct db *routes, uint32_t first, uint32_t *out, struct err *err)
{
	uint8_t key[4];
	int64_t others = 1;
	enum rc rc = RC_OK;

	for (*out = first; rc == RC_OK; *out += 1) {
		ledger_status_route_key(*out, key);
		rc = ledger_db_number(routes,
			"SELECT count(*) FROM routes WHERE kind = $1 AND key = $2 AND tenant_id <> "
			"$3",
			DB_ARGS(DB_INT(ROUTE_STATUS_LIST), DB_FIXED(key, 4), DB_TEXT(l->tenant)),
			&others, err);
		if (rc == RC_OK && others == 0)
			return ledger_route_add(routes, l->tenant, ROUTE_STATUS_LIST,
				(struct bytes){key, sizeof key}, err);
	}
	return rc;
}

static enum rc take_number(struct ledger *l, uint32_t first, uint32_t *out, struct err *err)
{
	struct db *routes;
	enum rc rc = ledger_routes(l, &routes, err);

	if (rc == RC_OK)
		rc = routes->driver->begin(routes, err);
	if (rc != RC_OK)
		return rc;
	rc = claim_number(l, routes, first, out, err);
	if (rc == RC_OK)
		rc = routes->driver->commit(routes, err);
	if (rc != RC_OK)
		routes->driver->rollback(routes);
	return rc;
}

static enum rc next_list(struct ledger *l, struct str purpose, const uint8_t key[32],
	struct counter *k, struct err *err)
{
	int64_t last = 0;
	enum rc rc = ledger_db_number(l->db,
		"SELECT coalesce(max(list), 0) FROM status_lists WHERE tenant_id = $1",
		DB_ARGS(DB_TEXT(l->tenant)), &last, err);

	if (rc == RC_OK)
		rc = take_number(l, (uint32_t)last + 1, &k->list, err);
	k->used = 0;
	CHECK(text_fmt(k->name, sizeof k->name, "status-list/%u", k->list));
	return rc == RC_OK ? open_list(l, purpose, key, k->list, err) : rc;
}

static enum rc write_counter(struct ledger *l, const struct counter *k, struct err *err)
{
	return ledger_db_run(l->db,
		"INSERT INTO counters(tenant_id, name, value) VALUES($1, $2, $3)"
		" ON CONFLICT(tenant_id, name) DO UPDATE SET value = excluded.value",
		DB_ARGS(DB_TEXT(l->tenant), DB_TEXT(str_of(k->name)), DB_INT(k->used)), err);
}

static enum rc reserve(struct ledger *l, struct str purpose, const uint8_t key[32], uint32_t count,
	struct status_place *out, struct err *err)
{
	struct counter k;
	enum rc rc = read_counter(l, purpose, &k, err);

	if (rc == RC_OK && k.list != 0)
		rc = check_list(l, key, k.list, err);
	for (uint32_t done = 0; rc == RC_OK && done < count;) {
		if (k.list == 0 || k.used == STATUS_LIST_LEN)
			rc = next_list(l, purpose, key, &k, err);
		for (; rc == RC_OK && done < count && k.used < STATUS_LIST_LEN; done++)
			out[done] = (struct status_place){
				k.list, ledger_status_index_of(key, k.list, k.used++)};
		if (rc == RC_OK)
			rc = write_counter(l, &k, err);
	}
	return rc;
}

enum rc ledger_status_reserve(struct ledger *l, const struct actor *by, struct str purpose,
	const uint8_t key[32], uint32_t count, struct status_place *out, struct err *err)
{
	bool own;
	enum rc rc = ledger_enter(l, by, &own, err);

	if (rc == RC_OK && (purpose.n == 0 || purpose.n > 64))
		rc = err_set(err, RC_INPUT, "a status list needs a purpose of at most 64 bytes");
	if (rc == RC_OK)
		rc = reserve(l, purpose, key, count, out, err);
	return ledger_leave(l, own, rc, err);
}
