// SPDX-License-Identifier: Apache-2.0
/*
 * Append-only, table by table: every way SQL has to change or remove a row is tried on every table
 * that must not change, by a foreign connection with default settings and with strict ones.
 */
#include "ledger/ledger_inside.h"
#include "ledger/ledger_pass.h"
#include "ledger/ledger_schema.h"
#include "ledger/ledger_voided.h"
#include "tests/unit/ledger/fixture.h"

#include <sqlite3.h>

#define BATCH "01JB0000000000000000000001"

static sqlite3 *open_raw(struct fixture *f, bool strict)
{
	sqlite3 *db = NULL;
	const char *path = str_fmt(f->a, "%s/ledger/demo.db%c", f->dir, 0).p;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	if (strict)
		assert_int_equal(sqlite3_exec(db, "PRAGMA recursive_triggers=ON", NULL, NULL, NULL),
			SQLITE_OK);
	return db;
}

/* Something in every table. */
static void fill_tables(struct fixture *f)
{
	const struct ledger_key key = {
		.purpose = 1, .kid = STR("kid-1"), .public_key = bytes_of(STR("public"))};
	struct batch_left_out left = {
		.record = 99, .kind = LEFT_OUT_BAD, .code = STR("email-invalid")};
	const struct ledger_pass_chain chain = {.kid = STR("apple-1")};
	const struct batch_credential credential = {.key = STR("course")};
	struct batch b = fixture_batch(BATCH, "key");
	struct status_event revoked = {.kind = STATUS_REVOKED, .reason = STR("error")};
	struct ledger_template t;
	struct status_place places[3];
	uint8_t hash[32] = {1};
	uint8_t tag[32];
	uint32_t erased;
	struct err *err = &f->err;

	OK(ledger_key_add(f->l, &actor, &key, err));
	OK(ledger_template_add(f->l, &actor, STR("diploma"), hash, &t, err));
	OK(ledger_compiled_add(f->l, &actor, hash, hash, err));
	OK(ledger_status_reserve(f->l, &actor, STR("revocation"), hash, 3, places, err));
	OK(ledger_batch_begin(f->l, &actor, &b, err));
	OK(ledger_pass_pin(f->l, &actor, STR(BATCH), &chain, err));
	OK(ledger_batch_add_credential(f->l, &actor, STR(BATCH), &credential, err));
	OK(ledger_batch_add_rows(
		f->l, &actor, STR(BATCH), fixture_rows(f, BATCH, 0, 3, 10), 3, err));
	OK(ledger_batch_add_left_out(f->l, &actor, STR(BATCH), &left, err));
	OK(ledger_batch_freeze(f->l, &actor, STR(BATCH), hash, bytes_of(STR("policy")), err));
	assert_int_equal(fixture_issue(f, BATCH).issued, 3);
	fixture_hash(BATCH, 0, revoked.ulid, 16);
	OK(ledger_status_add(f->l, &actor, &revoked, err));
	OK(ledger_voided_add(f->l, &actor, revoked.ulid,
		&(struct shard_artifact){.len = 5, .sha256 = {1}}, err));
	OK(ledger_batch_finish(f->l, &actor, STR(BATCH), STR("{}"), err));
	fixture_hash("person", 2, tag, 32);
	OK(ledger_recipient_erase(f->l, &actor, tag, &erased, err));
	assert_int_equal(erased, 1);
}

static int first_column(void *arg, int n, char **values, char **names)
{
	struct buf *out = arg;

	(void)n;
	(void)names;
	if (out->n != 0)
		buf_put_cz(out, ", ");
	buf_put_cz(out, values[0]);
	return 0;
}

static int64_t count_rows(sqlite3 *db, const char *table)
{
	struct buf out = buf_new(100);
	char sql[200];
	uint64_t n = 0;

	assert_true(text_fmt(sql, sizeof sql, "SELECT count(*) FROM %s", table));
	assert_int_equal(sqlite3_exec(db, sql, first_column, &out, NULL), SQLITE_OK);
	assert_true(str_to_u64(buf_str(&out), INT64_MAX, &n));
	buf_free(&out);
	return (int64_t)n;
}

/* By a trigger, not because the statement was wrong. */
static void must_fail(sqlite3 *db, const char *sql)
{
	static const char *const sentences[] = {
		"can only be added to", "has this key already", "audit is a chain"};

	if (sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK)
		fail_msg("this was allowed: %s", sql);
	for (size_t i = 0; i < ARRAY_COUNT(sentences); i++)
		if (strstr(sqlite3_errmsg(db), sentences[i]) != NULL)
			return;
	fail_msg("%s: refused for another reason: %s", sql, sqlite3_errmsg(db));
}

static void try_all_changes(sqlite3 *db, const char *table, bool may_delete)
{
	struct buf columns = buf_new(4096);
	struct str first;
	char sql[4096];
	int64_t before = count_rows(db, table);

	assert_true(text_fmt(sql, sizeof sql, "SELECT name FROM pragma_table_info('%s')", table));
	assert_int_equal(sqlite3_exec(db, sql, first_column, &columns, NULL), SQLITE_OK);
	first = str_slice(buf_str(&columns), 0, str_find(buf_str(&columns), ',', 0));
	assert_true(text_fmt(sql, sizeof sql, "UPDATE %s SET " STR_FMT " = " STR_FMT, table,
		STR_ARG(first), STR_ARG(first)));
	must_fail(db, sql);
	assert_true(text_fmt(sql, sizeof sql, "UPDATE OR REPLACE %s SET " STR_FMT " = " STR_FMT,
		table, STR_ARG(first), STR_ARG(first)));
	must_fail(db, sql);
	assert_true(text_fmt(sql, sizeof sql, "INSERT OR REPLACE INTO %s SELECT * FROM %s LIMIT 1",
		table, table));
	must_fail(db, sql);
	assert_true(text_fmt(
		sql, sizeof sql, "REPLACE INTO %s SELECT * FROM %s LIMIT 1", table, table));
	must_fail(db, sql);
	assert_true(text_fmt(sql, sizeof sql,
		"INSERT INTO %s SELECT * FROM %s WHERE 1 LIMIT 1 ON CONFLICT DO UPDATE SET " STR_FMT
		" = excluded." STR_FMT,
		table, table, STR_ARG(first), STR_ARG(first)));
	must_fail(db, sql);
	if (!may_delete) {
		assert_true(text_fmt(sql, sizeof sql, "DELETE FROM %s", table));
		must_fail(db, sql);
	}
	assert_int_equal(count_rows(db, table), before);
	buf_free(&columns);
}

static void change_everything(struct fixture *f, bool strict)
{
	sqlite3 *db;
	unsigned tried = 0;

	fill_tables(f);
	db = open_raw(f, strict);
	for (size_t i = 0; i < ledger_schema_tenant.fixed_count; i++) {
		const char *table = ledger_schema_tenant.fixed[i].table;

		/* Tables that nothing fills yet have the same triggers, which doctor counts. */
		if (count_rows(db, table) == 0)
			continue;
		try_all_changes(db, table,
			strcmp(table, "recipient_keys") == 0 || strcmp(table, "public_views") == 0);
		tried++;
	}
	assert_int_equal(tried, ledger_schema_tenant.fixed_count - 2);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void test_foreign_connection_with_defaults(void **state)
{
	change_everything(*state, false);
}

static void test_foreign_connection_with_recursive_triggers(void **state)
{
	change_everything(*state, true);
}

/* Replacing through a second key must not remove a row either. */
static void test_replace_through_another_unique_key(void **state)
{
	struct fixture *f = *state;
	sqlite3 *db;

	fill_tables(f);
	db = open_raw(f, false);
	must_fail(db,
		"INSERT OR REPLACE INTO credentials SELECT tenant_id, randomblob(16), award_no, "
		"77, batch, 77, tag_hash,"
		" token_version, content_tag, issued_s, shard_no, leaf, record FROM credentials "
		"LIMIT 1");
	must_fail(db,
		"INSERT OR REPLACE INTO recipients SELECT tenant_id, 77, id_tag, 1 FROM recipients "
		"LIMIT 1");
	must_fail(db,
		"INSERT OR REPLACE INTO awards SELECT tenant_id, 77, identity_tag, recipient_no, "
		"claim_hash,"
		" claim_sealed, 1 FROM awards LIMIT 1");
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void test_audit_is_a_chain(void **state)
{
	struct fixture *f = *state;
	sqlite3 *db = open_raw(f, false);

	must_fail(db,
		"INSERT INTO audit SELECT tenant_id, seq + 2, at_s, principal, role, reason, "
		"action, subject, hash, hash"
		" FROM audit ORDER BY seq DESC LIMIT 1");
	must_fail(db,
		"INSERT INTO audit SELECT tenant_id, seq + 1, at_s, principal, role, reason, "
		"action, subject,"
		" zeroblob(32), hash FROM audit ORDER BY seq DESC LIMIT 1");
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* What the triggers cannot stop, the owner of the file, is found by doctor. */
static void test_doctor_finds_what_an_owner_did(void **state)
{
	struct fixture *f = *state;
	struct ledger_names found;
	sqlite3 *db;

	fill_tables(f);
	OK(ledger_check(f->l, f->a, &found, &f->err));
	if (found.count != 0)
		fail_msg(STR_FMT, STR_ARG(found.items[0]));
	db = open_raw(f, false);
	assert_int_equal(sqlite3_exec(db,
				 "DROP TRIGGER audit_no_UPDATE; UPDATE audit SET principal = "
				 "'nobody' WHERE seq = 2",
				 NULL, NULL, NULL),
		SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	OK(ledger_check(f->l, f->a, &found, &f->err));
	assert_int_equal(found.count, 2);
	assert_non_null(strstr(found.items[0].p, "audit_no_UPDATE"));
	assert_non_null(strstr(found.items[1].p, "audit chain is broken at entry 2"));
}

/* Our own handle may not even try. */
static void test_authorizer_refuses_on_our_handle(void **state)
{
	static const char *const statements[] = {"DROP TABLE credentials",
		"DROP TRIGGER rows_no_UPDATE",
		"CREATE TRIGGER x AFTER INSERT ON rows BEGIN SELECT 1; END", "CREATE TABLE x(a)",
		"ATTACH '/dev/null' AS x", "PRAGMA recursive_triggers=OFF",
		"DELETE FROM credentials", "UPDATE rows SET row_no = 1",
		"ALTER TABLE rows RENAME TO x", "VACUUM", "DELETE FROM shards",
		"UPDATE recipient_keys SET wrapped = x''"};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_COUNT(statements); i++) {
		assert_int_equal(
			ledger_db_run(f->l->db, statements[i], NULL, 0, &f->err), RC_SYSTEM);
		if (strstr(f->err.text, "authoriz") == NULL)
			fail_msg("%s: %s", statements[i], f->err.text);
	}
}

static void test_newer_schema_is_refused(void **state)
{
	struct fixture *f = *state;
	struct ledger *other;
	sqlite3 *db = open_raw(f, false);

	assert_int_equal(sqlite3_exec(db, "PRAGMA user_version=99", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	FAILS(RC_INPUT, ledger_open(f->dir, STR("demo"), 0, &other, &f->err));
	assert_non_null(strstr(f->err.text, "newer certfill"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)
	const struct CMUnitTest tests[] = {
		TEST(test_foreign_connection_with_defaults),
		TEST(test_foreign_connection_with_recursive_triggers),
		TEST(test_replace_through_another_unique_key),
		TEST(test_audit_is_a_chain),
		TEST(test_doctor_finds_what_an_owner_did),
		TEST(test_authorizer_refuses_on_our_handle),
		TEST(test_newer_schema_is_refused),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
