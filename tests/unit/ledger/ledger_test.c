// SPDX-License-Identifier: Apache-2.0
/* Handles, tenants, transactions, keys, templates, backup. */
#include "tests/unit/ledger/fixture.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define BATCH "01JB0000000000000000000001"

static void test_tenant_names(void **state)
{
	static const char *const good[] = {"a", "demo", "school-12", "0"};
	static const char *const bad[] = {
		"", "-a", "a-", "Demo", "a/b", "..", "a.b", "routes", "a b", "\xC3\xA9"};
	char longest[66];

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(good); i++)
		assert_true(ledger_tenant_name_ok(str_of(good[i])));
	for (size_t i = 0; i < ARRAY_COUNT(bad); i++)
		assert_false(ledger_tenant_name_ok(str_of(bad[i])));
	memset(longest, 'a', sizeof longest);
	assert_true(ledger_tenant_name_ok((struct str){longest, 64}));
	assert_false(ledger_tenant_name_ok((struct str){longest, 65}));
}

static void test_create_find_change_list(void **state)
{
	struct fixture *f = *state;
	struct ledger_tenant t = {
		.name = STR("demo"), .issuer_name = STR("New name"), .demo = true};
	struct actor second = actor;
	struct ledger_names names;
	struct ledger_tenant found;
	struct ledger *l;

	FAILS(RC_INPUT, ledger_create(f->dir, &actor, &t, &l, &f->err));
	assert_non_null(strstr(f->err.text, "exists already"));
	OK(ledger_tenant_find(f->l, f->a, &found, &f->err));
	assert_true(str_eq_cz(found.issuer_name, "Example"));
	assert_true(str_eq_cz(found.issuer_id, "did:web:example.org"));
	OK(ledger_tenant_change(f->l, &actor, &t, &f->err));
	OK(ledger_tenant_find(f->l, f->a, &found, &f->err));
	assert_true(str_eq_cz(found.issuer_name, "New name"));
	assert_true(found.demo);
	t.name = STR("another");
	second.tenant = t.name;
	OK(ledger_create(f->dir, &second, &t, &l, &f->err));
	ledger_free(&l);
	OK(ledger_list_tenants(f->dir, f->a, &names, &f->err));
	assert_int_equal(names.count, 2);
	assert_true(str_eq_cz(names.items[0], "another"));
	FAILS(RC_INPUT, ledger_open(f->dir, STR("nobody"), 0, &l, &f->err));
	assert_non_null(strstr(f->err.text, "certfill init"));
	assert_null(l);
	OK(ledger_list_tenants("/nonexistent", f->a, &names, &f->err));
	assert_int_equal(names.count, 0);
}

/* A tenant that is not there for the list, is made all the same, and works. */
static void must_be_made(struct fixture *f, struct str name)
{
	const struct ledger_tenant t = {.name = name, .issuer_name = STR("Later")};
	struct actor by = actor;
	struct ledger_names names;
	struct ledger_tenant found;
	struct ledger_template template;
	struct ledger *l;
	uint8_t hash[32] = {1};

	by.tenant = name;
	OK(ledger_list_tenants(f->dir, f->a, &names, &f->err));
	assert_int_equal(names.count, 1);
	assert_true(str_eq_cz(names.items[0], "demo"));
	OK(ledger_create(f->dir, &by, &t, &l, &f->err));
	OK(ledger_template_add(l, &by, STR("t"), hash, &template, &f->err));
	ledger_free(&l);
	OK(ledger_list_tenants(f->dir, f->a, &names, &f->err));
	assert_int_equal(names.count, 2);
	OK(ledger_open(f->dir, name, 0, &l, &f->err));
	OK(ledger_tenant_find(l, f->a, &found, &f->err));
	assert_true(str_eq_cz(found.issuer_name, "Later"));
	OK(ledger_check(l, f->a, &names, &f->err));
	assert_int_equal(names.count, 0);
	ledger_free(&l);
	assert_int_equal(
		unlink(str_fmt(f->a, "%s/ledger/" STR_FMT ".db%c", f->dir, STR_ARG(name), 0).p), 0);
}

static const char *file_of(struct fixture *f, const char *name)
{
	return str_fmt(f->a, "%s/ledger/%s%c", f->dir, name, 0).p;
}

static void put_file(struct fixture *f, const char *name, const char *text)
{
	int fd = open(file_of(f, name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	(void)close(fd);
}

static void put_database(struct fixture *f, const char *name, const char *sql)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(file_of(f, name), &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void test_half_made_tenants_are_made_again(void **state)
{
	struct fixture *f = *state;
	struct ledger *l;

	put_file(f, "empty.db", "");
	put_file(f, "empty.db-shm", "left");
	must_be_made(f, STR("empty"));
	put_database(f, "bare.db", "PRAGMA journal_mode=WAL");
	must_be_made(f, STR("bare"));
	put_file(f, "bare.db-wal", "of a file that somebody removed");
	put_file(f, "bare.db.new", "of a process that died while it made the tenant");
	put_file(f, "bare.db.new-wal", "its log");
	must_be_made(f, STR("bare"));
	/* An older certfill: opening what had no schema gave it one, and no tenant. */
	put_file(f, "old.db", "");
	FAILS(RC_INPUT, ledger_open(f->dir, STR("old"), 0, &l, &f->err));
	assert_non_null(strstr(f->err.text, "certfill init"));
	must_be_made(f, STR("old"));
	for (size_t i = 0; i < 3; i++) {
		static const char *const left[] = {
			"bare.db.new", "bare.db.new-wal", "empty.db-shm"};

		assert_int_equal(access(file_of(f, left[i]), F_OK), -1);
	}
}

static void test_half_made_routes_are_made(void **state)
{
	struct fixture *f = *state;

	ledger_free(&f->l);
	assert_int_equal(unlink(file_of(f, "routes.db")), 0);
	put_file(f, "routes.db", "");
	must_be_made(f, STR("one"));
	assert_int_equal(unlink(file_of(f, "routes.db")), 0);
	put_database(f, "routes.db", "PRAGMA journal_mode=WAL");
	must_be_made(f, STR("two"));
}

/* What may hold something is listed, refused, and left as it is. */
static void test_what_may_be_a_ledger_is_not_replaced(void **state)
{
	static const char *const files[] = {"text", "foreign", "emptied"};
	struct fixture *f = *state;
	struct ledger_names names;
	struct ledger *l;

	put_file(f, "text.db", "no database at all");
	put_database(f, "foreign.db", "CREATE TABLE mine(x); INSERT INTO mine VALUES(1)");
	put_file(f, "emptied.db", "");
	put_file(f, "emptied.db-wal", "a log that was not copied yet");
	OK(ledger_list_tenants(f->dir, f->a, &names, &f->err));
	assert_int_equal(names.count, 4);
	for (size_t i = 0; i < ARRAY_COUNT(files); i++) {
		const struct ledger_tenant t = {.name = str_of(files[i])};
		struct actor by = actor;

		by.tenant = t.name;
		FAILS(RC_INPUT, ledger_create(f->dir, &by, &t, &l, &f->err));
		assert_null(l);
	}
	put_database(f, "foreign.db", "INSERT INTO mine SELECT x FROM mine");
	assert_int_equal(access(file_of(f, "text.db"), F_OK), 0);
	assert_int_equal(access(file_of(f, "emptied.db-wal"), F_OK), 0);
}

/* Refused in the middle of making: there is no tenant and no file, and then it can be made. */
static void test_failed_creation_leaves_nothing(void **state)
{
	struct fixture *f = *state;
	const struct ledger_tenant t = {.name = STR("late")};
	struct ledger *l;

	FAILS(RC_INPUT, ledger_create(f->dir, &actor, &t, &l, &f->err)); /* of another tenant */
	assert_null(l);
	assert_int_equal(access(file_of(f, "late.db"), F_OK), -1);
	assert_int_equal(access(file_of(f, "late.db.new"), F_OK), -1);
	assert_int_equal(access(file_of(f, "late.db.new-wal"), F_OK), -1);
	must_be_made(f, STR("late"));
}

static void test_files_are_the_owners_alone(void **state)
{
	struct fixture *f = *state;
	static const char *const names[] = {
		"ledger", "ledger/demo.db", "ledger/routes.db", "ledger/demo.db-wal"};

	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		struct stat st;

		assert_int_equal(stat(str_fmt(f->a, "%s/%s%c", f->dir, names[i], 0).p, &st), 0);
		assert_int_equal(st.st_mode & 077, 0);
	}
}

static void test_every_write_says_who(void **state)
{
	struct fixture *f = *state;
	struct actor nobody = actor;
	struct actor stranger = actor;
	struct ledger_template t;
	uint8_t hash[32] = {1};

	nobody.principal = STR("");
	stranger.tenant = STR("other");
	FAILS(RC_INPUT, ledger_template_add(f->l, &nobody, STR("t"), hash, &t, &f->err));
	FAILS(RC_INPUT, ledger_template_add(f->l, &stranger, STR("t"), hash, &t, &f->err));
	OK(ledger_template_add(f->l, &actor, STR("t"), hash, &t, &f->err));
}

static void test_read_only_handles_do_not_write(void **state)
{
	struct fixture *f = *state;
	struct ledger *l;
	struct ledger_tenant found;
	struct ledger_template t;
	uint8_t hash[32] = {1};

	OK(ledger_open(f->dir, STR("demo"), LEDGER_READ_ONLY, &l, &f->err));
	OK(ledger_tenant_find(l, f->a, &found, &f->err));
	FAILS(RC_INPUT, ledger_template_add(l, &actor, STR("t"), hash, &t, &f->err));
	ledger_free(&l);
}

static void test_rollback_and_failed_transactions_keep_nothing(void **state)
{
	struct fixture *f = *state;
	const struct ledger_key nameless = {.purpose = 1};
	struct ledger_template t;
	uint8_t hash[32] = {1};
	bool found;

	OK(ledger_begin(f->l, &f->err));
	OK(ledger_template_add(f->l, &actor, STR("t"), hash, &t, &f->err));
	ledger_rollback(f->l);
	OK(ledger_template_find(f->l, f->a, STR("t"), 0, &t, &found, &f->err));
	assert_false(found);
	OK(ledger_begin(f->l, &f->err));
	OK(ledger_template_add(f->l, &actor, STR("t"), hash, &t, &f->err));
	FAILS(RC_INPUT, ledger_key_add(f->l, &actor, &nameless, &f->err));
	FAILS(RC_SYSTEM, ledger_commit(f->l, &f->err)); /* a caller that overlooked the failure */
	OK(ledger_template_find(f->l, f->a, STR("t"), 0, &t, &found, &f->err));
	assert_false(found);
	OK(ledger_begin(f->l, &f->err)); /* closing rolls back */
	OK(ledger_template_add(f->l, &actor, STR("t"), hash, &t, &f->err));
	ledger_free(&f->l);
	OK(ledger_open(f->dir, STR("demo"), 0, &f->l, &f->err));
	OK(ledger_template_find(f->l, f->a, STR("t"), 0, &t, &found, &f->err));
	assert_false(found);
}

static void test_keys(void **state)
{
	struct fixture *f = *state;
	struct ledger_key key = {.purpose = 1,
		.kid = STR("kid-1"),
		.public_key = bytes_of(STR("0123456789abcdef0123456789abcdef")),
		.not_before_s = 5,
		.sign_until_s = 9};
	struct ledger_keys keys;

	OK(ledger_key_add(f->l, &actor, &key, &f->err));
	OK(ledger_key_add(f->l, &actor, &key, &f->err));
	key.public_key.n--;
	FAILS(RC_INPUT, ledger_key_add(f->l, &actor, &key, &f->err));
	OK(ledger_key_event(f->l, &actor, STR("kid-1"), LEDGER_KEY_PUBLISHED, &f->err));
	OK(ledger_key_event(f->l, &actor, STR("kid-1"), LEDGER_KEY_PUBLISHED, &f->err));
	FAILS(RC_INPUT,
		ledger_key_event(f->l, &actor, STR("kid-9"), LEDGER_KEY_COMPROMISED, &f->err));
	OK(ledger_key_list(f->l, f->a, &keys, &f->err));
	assert_int_equal(keys.count, 1);
	assert_true(str_eq_cz(keys.items[0].kid, "kid-1"));
	assert_true(keys.items[0].published_s >= keys.items[0].added_s);
	assert_true(keys.items[0].published_s != LEDGER_NEVER_S);
	assert_true(keys.items[0].compromised_s == LEDGER_NEVER_S);
	assert_int_equal(keys.items[0].public_key.n, 32);
	assert_int_equal(keys.items[0].sign_until_s, 9);
}

static void test_templates_have_versions(void **state)
{
	struct fixture *f = *state;
	struct ledger_template t;
	uint8_t one[32] = {1};
	uint8_t two[32] = {2};
	uint8_t found_hash[32];
	bool found;

	OK(ledger_template_add(f->l, &actor, STR("diploma"), one, &t, &f->err));
	assert_int_equal(t.version, 1);
	OK(ledger_template_add(f->l, &actor, STR("diploma"), one, &t, &f->err));
	assert_int_equal(t.version, 1);
	OK(ledger_template_add(f->l, &actor, STR("diploma"), two, &t, &f->err));
	assert_int_equal(t.version, 2);
	OK(ledger_template_find(f->l, f->a, STR("diploma"), 0, &t, &found, &f->err));
	assert_true(found && t.version == 2 && memcmp(t.sha256, two, 32) == 0);
	OK(ledger_template_find(f->l, f->a, STR("diploma"), 1, &t, &found, &f->err));
	assert_true(found && memcmp(t.sha256, one, 32) == 0);
	OK(ledger_template_find(f->l, f->a, STR("diploma"), 3, &t, &found, &f->err));
	assert_false(found);
	OK(ledger_compiled_find(f->l, one, found_hash, &found, &f->err));
	assert_false(found);
	OK(ledger_compiled_add(f->l, &actor, one, two, &f->err));
	OK(ledger_compiled_add(f->l, &actor, one, two, &f->err));
	FAILS(RC_INPUT, ledger_compiled_add(f->l, &actor, one, one, &f->err));
	OK(ledger_compiled_find(f->l, one, found_hash, &found, &f->err));
	assert_true(found && memcmp(found_hash, two, 32) == 0);
}

/* Taken while a batch runs; the batch goes on in the copy. */
static void test_backup_is_restored_and_goes_on(void **state)
{
	struct fixture *f = *state;
	const char *copy = str_fmt(f->a, "%s/copy%c", f->dir, 0).p;
	struct fixture g = *f;
	struct ledger_names problems;
	struct batch_counts n;
	struct shard_result r;
	struct shard_finish w;
	struct shard s;
	uint32_t released;
	bool found;

	fixture_plan(f, BATCH, "key", 0, 30, 10);
	OK(ledger_shard_claim(f->l, &actor, STR(BATCH), &s, &found, &f->err));
	w = fixture_work(f, BATCH, &s);
	OK(ledger_shard_finish(f->l, &actor, &w, &r, &f->err));
	OK(ledger_shard_claim(f->l, &actor, STR(BATCH), &s, &found, &f->err));
	assert_int_equal(mkdir(copy, 0700), 0);
	OK(ledger_backup(f->l, str_fmt(f->a, "%s/ledger%c", copy, 0).p, &f->err));
	FAILS(RC_INPUT, ledger_backup(f->l, str_fmt(f->a, "%s/ledger%c", copy, 0).p, &f->err));
	assert_int_equal(fixture_issue(f, BATCH).issued, 10); /* the original goes its own way */

	OK(ledger_open(copy, STR("demo"), 0, &g.l, &f->err));
	OK(ledger_check(g.l, f->a, &problems, &f->err));
	assert_int_equal(problems.count, 0);
	OK(ledger_batch_count(g.l, STR(BATCH), &n, &f->err));
	assert_int_equal(n.issued, 10);
	OK(ledger_shard_release(g.l, &actor, STR(BATCH), &released, &f->err));
	assert_int_equal(released, 1);
	assert_int_equal(fixture_issue(&g, BATCH).issued, 20);
	ledger_free(&g.l);
}

static void test_damage_is_found(void **state)
{
	struct fixture *f = *state;
	const char *path = str_fmt(f->a, "%s/ledger/demo.db%c", f->dir, 0).p;
	struct ledger_names found;
	uint8_t junk[4096];
	off_t middle;
	int fd;

	fixture_plan(f, BATCH, "key", 0, 300, 100);
	fixture_issue(f, BATCH);
	ledger_free(&f->l); /* checkpoints */
	memset(junk, 0x55, sizeof junk);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	/* Where rows are: the schema lies in front, and without it nothing opens at all. */
	middle = lseek(fd, 0, SEEK_END) / 4096 / 4 * 3;
	for (off_t page = middle; page < middle + 4; page++)
		assert_int_equal(pwrite(fd, junk, sizeof junk, page * 4096), sizeof junk);
	(void)close(fd);
	OK(ledger_open(f->dir, STR("demo"), 0, &f->l, &f->err));
	OK(ledger_check(f->l, f->a, &found, &f->err));
	assert_true(found.count > 0);
	assert_non_null(strstr(found.items[0].p, "demo.db"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)
	const struct CMUnitTest tests[] = {
		TEST(test_tenant_names),
		TEST(test_create_find_change_list),
		TEST(test_half_made_tenants_are_made_again),
		TEST(test_half_made_routes_are_made),
		TEST(test_what_may_be_a_ledger_is_not_replaced),
		TEST(test_failed_creation_leaves_nothing),
		TEST(test_files_are_the_owners_alone),
		TEST(test_every_write_says_who),
		TEST(test_read_only_handles_do_not_write),
		TEST(test_rollback_and_failed_transactions_keep_nothing),
		TEST(test_keys),
		TEST(test_templates_have_versions),
		TEST(test_backup_is_restored_and_goes_on),
		TEST(test_damage_is_found),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
