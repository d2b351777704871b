// SPDX-License-Identifier: Apache-2.0
/* Public keys, template names, the index of compiled templates. Runs in: control, verify. */
#include "base/err.h"
#include "ledger/ledger_inside.h"

#include <string.h>

/* ---- keys ---- */

static enum rc add_key_event(struct ledger *l, struct str kid, struct str state, struct err *err)
{
	return ledger_db_run(l->db,
		"INSERT INTO key_events(tenant_id, seq, kid, state, at_s)"
		" SELECT $1, coalesce(max(seq), 0) + 1, $2, $3, $4 FROM key_events WHERE tenant_id "
		"= $1",
		DB_ARGS(DB_TEXT(l->tenant), DB_TEXT(kid), DB_TEXT(state), DB_INT(l->now_s)), err);
}

static enum rc insert_key(
	struct ledger *l, const struct actor *by, const struct ledger_key *key, struct err *err)
{
	enum rc rc = ledger_db_run(l->db,
		"INSERT INTO keys(tenant_id, purpose, kid, public_key, not_before_s, sign_until_s, "
		"added_s)"
		" VALUES($1, $2, $3, $4, $5, $6, $7)",
		DB_ARGS(DB_TEXT(l->tenant), DB_INT(key->purpose), DB_TEXT(key->kid),
			DB_BLOB(key->public_key), DB_INT(key->not_before_s),
			DB_INT(key->sign_until_s), DB_INT(l->now_s)),
		err);

	if (rc == RC_OK)
		rc = add_key_event(l, key->kid, STR("announced"), err);
	return rc == RC_OK ? ledger_audit(l, by, "key.add", key->kid, err) : rc;
}

enum rc ledger_key_add(
	struct ledger *l, const struct actor *by, const struct ledger_key *key, struct err *err)
{
	int64_t there = 0;
	int64_t same = 0;
	bool own;
	enum rc rc = ledger_enter(l, by, &own, err);

	if (rc == RC_OK && (key->kid.n == 0 || key->kid.n > 64 || key->public_key.n > 600))
		rc = err_set(err, RC_INPUT, "a key needs an id of at most 64 bytes");
	if (rc == RC_OK)
		rc = ledger_db_number(l->db,
			"SELECT count(*) FROM keys WHERE tenant_id = $1 AND purpose = $2 AND kid = "
			"$3",
			DB_ARGS(DB_TEXT(l->tenant), DB_INT(key->purpose), DB_TEXT(key->kid)),
			&there, err);
	if (rc == RC_OK && there != 0)
		rc = ledger_db_number(l->db,
			"SELECT count(*) FROM keys WHERE tenant_id = $1 AND purpose = $2 AND kid = "
			"$3 AND public_key = $4",
			DB_ARGS(DB_TEXT(l->tenant), DB_INT(key->purpose), DB_TEXT(key->kid),
				DB_BLOB(key->public_key)),
			&same, err);
	if (rc == RC_OK && there != same)
		rc = err_set(err, RC_INPUT, "key " STR_FMT " is there with another public half",
			STR_ARG(key->kid));
	if (rc == RC_OK && there == 0)
		rc = insert_key(l, by, key, err);
	return ledger_leave(l, own, rc, err);
}

enum rc ledger_key_event(struct ledger *l, const struct actor *by, struct str kid,
	enum ledger_key_event event, struct err *err)
{
	struct str state = event == LEDGER_KEY_PUBLISHED ? STR("published") : STR("compromised");
	int64_t there = 0;
	int64_t said = 0;
	bool own;
	enum rc rc = ledger_enter(l, by, &own, err);

	if (rc == RC_OK)
		rc = ledger_db_number(l->db,
			"SELECT count(*) FROM keys WHERE tenant_id = $1 AND kid = $2",
			DB_ARGS(DB_TEXT(l->tenant), DB_TEXT(kid)), &there, err);
	if (rc == RC_OK && there == 0)
		rc = err_set(err, RC_INPUT, "there is no key " STR_FMT, STR_ARG(kid));
	if (rc == RC_OK)
		rc = ledger_db_number(l->db,
			"SELECT count(*) FROM key_events WHERE tenant_id = $1 AND kid = $2 AND "
			"state = $3",
			DB_ARGS(DB_TEXT(l->tenant), DB_TEXT(kid), DB_TEXT(state)), &said, err);
	if (rc == RC_OK && said == 0)
		rc = add_key_event(l, kid, state, err);
	if (rc == RC_OK && said == 0)
		rc = ledger_audit(l, by,
			event == LEDGER_KEY_PUBLISHED ? "key.publish" : "key.compromise", kid, err);
	return ledger_leave(l, own, rc, err);
}

static enum rc read_key(struct db_cursor *c, struct arena *a, void *item, struct err *err)
{
	(void)err;
	*(struct ledger_key *)item = (struct ledger_key){.purpose = (uint8_t)ledger_db_int(c, 0),
		.kid = ledger_db_text(c, a, 1),
		.public_key = ledger_db_blob(c, a, 2),
		.not_before_s = ledger_db_int(c, 3),
		.sign_until_s = ledger_db_int(c, 4),
		.added_s = ledger_db_int(c, 5),
		.published_s = ledger_db_int(c, 6),
		.compromised_s = ledger_db_int(c, 7)};
	return RC_OK;
}

enum rc ledger_key_list(struct ledger *l, struct arena *a, struct ledger_keys *out, struct err *err)
{
	struct db_rows rows = {NULL, 0};
	struct db_cursor *c;
	enum rc rc = ledger_db_start(l->db,
		"SELECT k.purpose, k.kid, k.public_key, k.not_before_s, k.sign_until_s, k.added_s,"
		" coalesce((SELECT min(e.at_s) FROM key_events e WHERE e.tenant_id = k.tenant_id "
		"AND e.kid = k.kid AND e.state = 'published'), $2),"
		" coalesce((SELECT min(e.at_s) FROM key_events e WHERE e.tenant_id = k.tenant_id "
		"AND e.kid = k.kid AND e.state = 'compromised'), $2)"
		" FROM keys k WHERE k.tenant_id = $1 ORDER BY k.added_s, k.purpose, k.kid",
		DB_ARGS(DB_TEXT(l->tenant), DB_INT(LEDGER_NEVER_S)), &c, err);

	if (rc == RC_OK)
		rc = ledger_db_collect(c, a, read_key, sizeof *out->items, &rows, err);
	*out = (struct ledger_keys){rows.items, rows.count};
	return rc;
}

/* ---- templates ---- */

enum rc ledger_template_find(struct ledger *l, struct arena *a, struct str name, uint32_t version,
	struct ledger_template *out, bool *found, struct err *err)
{
	struct db_cursor *c;
	enum rc rc = ledger_db_start(l->db,
		"SELECT version, sha256, added_s FROM templates WHERE tenant_id = $1 AND name = $2"
		" AND ($3 = 0 OR version = $3) ORDER BY version DESC LIMIT 1",
		DB_ARGS(DB_TEXT(l->tenant), DB_TEXT(name), DB_INT(version)), &c, err);

	*found = false;
	if (rc == RC_OK)
		rc = ledger_db_next(&c, found, err);
	if (rc != RC_OK || !*found)
		return rc;
	out->name = str_dup(a, name);
	out->version = (uint32_t)ledger_db_int(c, 0);
	out->added_s = ledger_db_int(c, 2);
	rc = ledger_db_fixed(c, 1, out->sha256, 32, err);
	ledger_db_done(&c);
	return rc;
}

static enum rc read_template(struct db_cursor *c, struct arena *a, void *item, struct err *err)
{
	struct ledger_template *out = item;

	out->name = ledger_db_text(c, a, 0);
	out->version = (uint32_t)ledger_db_int(c, 1);
	out->added_s = ledger_db_int(c, 3);
	return ledger_db_fixed(c, 2, out->sha256, 32, err);
}

enum rc ledger_template_versions(struct ledger *l, struct arena *a, struct str name,
	struct ledger_templates *out, struct err *err)
{
	struct db_rows rows = {NULL, 0};
	struct db_cursor *c;
	enum rc rc = ledger_db_start(l->db,
		"SELECT name, version, sha256, added_s FROM templates WHERE tenant_id = $1"
		" AND ($2 = '' OR name = $2) ORDER BY name, version",
		DB_ARGS(DB_TEXT(l->tenant), DB_TEXT(name)), &c, err);

	if (rc == RC_OK)
		rc = ledger_db_collect(c, a, read_template, sizeof *out->items, &rows, err);
	*out = (struct ledger_templates){rows.items, rows.count};
	return rc;
}

static enum rc add_version(
	struct ledger *l, const struct actor *by, struct ledger_template *t, struct err *err)
{
	enum rc rc = ledger_db_run(l->db,
		"INSERT INTO templates(tenant_id, name, version, sha256, added_s) VALUES($1, $2, "
		"$3, $4, $5)",
		DB_ARGS(DB_TEXT(l->tenant), DB_TEXT(t->name), DB_INT(t->version),
			DB_FIXED(t->sha256, 32), DB_INT(t->added_s)),
		err);

	return rc == RC_OK ? ledger_audit(l, by, "template.add", t->name, err) : rc;
}

enum rc ledger_template_add(struct ledger *l, const struct actor *by, struct str name,
	const uint8_t sha256[32], struct ledger_template *out, struct err *err)
{
	struct arena *a = arena_new(65536);
	bool found = false;
	bool own;
	enum rc rc = ledger_enter(l, by, &own, err);

	*out = (struct ledger_template){.name = name};
	if (rc == RC_OK)
		rc = ledger_fits(name.n, 255, "a template's name", err);
	if (rc == RC_OK)
		rc = ledger_template_find(l, a, name, 0, out, &found, err);
	out->name = name; /* the caller's, not the arena's */
	if (rc == RC_OK && (!found || memcmp(out->sha256, sha256, 32) != 0)) {
		out->version = found ? out->version + 1 : 1;
		out->added_s = l->now_s;
		memcpy(out->sha256, sha256, 32);
		rc = add_version(l, by, out, err);
	}
	arena_free(&a);
	return ledger_leave(l, own, rc, err);
}

enum rc ledger_compiled_find(struct ledger *l, const uint8_t input_hash[32],
	uint8_t compiled_hash[32], bool *found, struct err *err)
{
	struct db_cursor *c;
	enum rc rc = ledger_db_start(l->db,
		"SELECT compiled_hash FROM compiled WHERE tenant_id = $1 AND input_hash = $2",
		DB_ARGS(DB_TEXT(l->tenant), DB_FIXED(input_hash, 32)), &c, err);

	*found = false;
	if (rc == RC_OK)
		rc = ledger_db_next(&c, found, err);
	if (rc != RC_OK || !*found)
		return rc;
	rc = ledger_db_fixed(c, 0, compiled_hash, 32, err);
	ledger_db_done(&c);
	return rc;
}

enum rc ledger_compiled_add(struct ledger *l, const struct actor *by, const uint8_t input_hash[32],
	const uint8_t compiled_hash[32], struct err *err)
{
	uint8_t there[32];
	bool found = false;
	bool own;
	enum rc rc = ledger_enter(l, by, &own, err);

	if (rc == RC_OK)
		rc = ledger_compiled_find(l, input_hash, there, &found, err);
	/* The same input gives the same bytes; if it ever did not, the first answer stands in the plans. */
	if (rc == RC_OK && found && memcmp(there, compiled_hash, 32) != 0)
		rc = err_set(err, RC_INPUT, "the template was compiled before, to other bytes");
	if (rc == RC_OK && !found)
		rc = ledger_db_run(l->db,
			"INSERT INTO compiled(tenant_id, input_hash, compiled_hash, added_s) "
			"VALUES($1, $2, $3, $4)",
			DB_ARGS(DB_TEXT(l->tenant), DB_FIXED(input_hash, 32),
				DB_FIXED(compiled_hash, 32), DB_INT(l->now_s)),
			err);
	return ledger_leave(l, own, rc, err);
}
