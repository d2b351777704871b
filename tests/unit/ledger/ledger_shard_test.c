// SPDX-License-Identifier: Apache-2.0
/* Shards: claimed once, fenced, finished in one transaction, nobody issued twice. */
#include "tests/unit/ledger/fixture.h"

#define BATCH "01JB0000000000000000000001"
#define OTHER "01JB0000000000000000000002"

static void test_all_rows_are_issued_once(void **state)
{
	struct fixture *f = *state;
	struct shard_result r;
	struct batch_counts n;

	fixture_plan(f, BATCH, "key", 0, 250, 100);
	r = fixture_issue(f, BATCH);
	assert_int_equal(r.issued, 250);
	OK(ledger_batch_count(f->l, STR(BATCH), &n, &f->err));
	assert_int_equal(n.rows, 250);
	assert_int_equal(n.issued, 250);
	assert_int_equal(n.shards, 3);
	assert_int_equal(n.shards_done, 3);
	assert_int_equal(fixture_issue(f, BATCH).issued, 0);
}

static void test_claim_gives_each_shard_once(void **state)
{
	struct fixture *f = *state;
	struct shard a;
	struct shard b;
	bool found;

	fixture_plan(f, BATCH, "key", 0, 20, 10);
	OK(ledger_shard_claim(f->l, &actor, STR(BATCH), &a, &found, &f->err));
	assert_true(found);
	OK(ledger_shard_claim(f->l, &actor, STR(BATCH), &b, &found, &f->err));
	assert_true(found);
	assert_int_not_equal(a.no, b.no);
	assert_int_equal(a.row_count, 10);
	assert_int_equal(a.attempt, 1);
	OK(ledger_shard_claim(f->l, &actor, STR(BATCH), &b, &found, &f->err));
	assert_false(found);
}

static void test_released_work_is_fenced_off(void **state)
{
	struct fixture *f = *state;
	struct shard_result r;
	struct shard dead;
	struct shard alive;
	struct shard_finish old;
	struct shard_finish new;
	struct batch_counts n;
	uint32_t count;
	bool found;

	fixture_plan(f, BATCH, "key", 0, 10, 10);
	OK(ledger_shard_claim(f->l, &actor, STR(BATCH), &dead, &found, &f->err));
	old = fixture_work(f, BATCH, &dead);
	OK(ledger_shard_release(f->l, &actor, STR(BATCH), &count, &f->err));
	assert_int_equal(count, 1);
	FAILS(RC_AGAIN, ledger_shard_finish(f->l, &actor, &old, &r, &f->err));
	OK(ledger_shard_claim(f->l, &actor, STR(BATCH), &alive, &found, &f->err));
	assert_true(alive.token > dead.token);
	assert_int_equal(alive.attempt, 2);
	FAILS(RC_AGAIN, ledger_shard_finish(f->l, &actor, &old, &r, &f->err));
	new = fixture_work(f, BATCH, &alive);
	OK(ledger_shard_finish(f->l, &actor, &new, &r, &f->err));
	FAILS(RC_AGAIN, ledger_shard_finish(f->l, &actor, &new, &r, &f->err));
	OK(ledger_batch_count(f->l, STR(BATCH), &n, &f->err));
	assert_int_equal(n.issued, 10);
}

static void test_second_batch_of_the_same_people_is_unchanged(void **state)
{
	struct fixture *f = *state;
	struct shard_result r;
	struct batch_rows rows;

	/* Both planned before either is issued: the award's generation 1 is in both plans. */
	fixture_plan(f, BATCH, "key 1", 0, 20, 10);
	fixture_plan(f, OTHER, "key 2", 10, 20, 10);
	assert_int_equal(fixture_issue(f, BATCH).issued, 20);
	OK(ledger_shard_rows(f->l, f->a, STR(OTHER), 0, &rows, &f->err));
	assert_true(rows.items[0].already_issued);
	OK(ledger_shard_rows(f->l, f->a, STR(OTHER), 1, &rows, &f->err));
	assert_false(rows.items[0].already_issued);
	r = fixture_issue(f, OTHER);
	assert_int_equal(r.issued, 10);
	assert_int_equal(r.unchanged, 10);
}

/* Finishes the next shard of the batch with those of its rows only that nobody issued yet. */
static struct shard_result finish_what_is_left(struct fixture *f, const char *id)
{
	struct shard_credential *list;
	struct merkle_hash *leaves;
	struct shard_result r;
	struct batch_rows rows;
	struct shard_finish w;
	struct shard s;
	uint32_t n = 0;
	bool found;

	OK(ledger_shard_claim(f->l, &actor, str_of(id), &s, &found, &f->err));
	assert_true(found);
	w = fixture_work(f, id, &s);
	OK(ledger_shard_rows(f->l, f->a, str_of(id), s.no, &rows, &f->err));
	list = arena_zalloc(f->a, rows.count, sizeof *list);
	leaves = arena_zalloc(f->a, rows.count, sizeof *leaves);
	for (uint32_t i = 0; i < rows.count; i++) {
		if (rows.items[i].already_issued)
			continue;
		list[n] = w.credentials[i];
		merkle_leaf(bytes_of(list[n].record), &leaves[n]);
		n++;
	}
	memset(w.root, 0, sizeof w.root);
	if (n != 0)
		merkle_root(leaves, n, (struct merkle_hash *)w.root);
	w.credentials = list;
	w.credential_count = n;
	OK(ledger_shard_finish(f->l, &actor, &w, &r, &f->err));
	return r;
}

static void test_batch_that_another_one_overtook_is_finished_with_nothing(void **state)
{
	struct fixture *f = *state;
	struct batch_outcomes outcomes;
	struct shard_roots roots;
	struct batch_counts n;
	struct shard_result r;

	fixture_plan(f, BATCH, "key 1", 0, 20, 10);
	fixture_plan(f, OTHER, "key 2", 0, 20, 10);
	assert_int_equal(fixture_issue(f, OTHER).issued, 20);
	for (int i = 0; i < 2; i++) {
		r = finish_what_is_left(f, BATCH);
		assert_int_equal(r.unchanged, 10);
		assert_int_equal(r.issued, 0);
		assert_int_equal(r.failed, 0);
	}
	OK(ledger_batch_outcomes(f->l, f->a, STR(BATCH), 0, 100, &outcomes, &f->err));
	assert_int_equal(outcomes.count, 20);
	for (uint32_t i = 0; i < outcomes.count; i++)
		assert_int_equal(outcomes.items[i].result, OUTCOME_UNCHANGED);
	OK(ledger_shard_roots(f->l, f->a, STR(BATCH), 0, 10, &roots, &f->err));
	assert_int_equal(roots.count, 0);
	OK(ledger_batch_count(f->l, STR(BATCH), &n, &f->err));
	assert_int_equal(n.unchanged, 20);
	assert_int_equal(n.shards_done, 2);
	OK(ledger_batch_finish(f->l, &actor, STR(BATCH), STR("{}"), &f->err));
}

/* Persons 5 to 9 were issued by the other batch: rows 6 to 10 are left out, 1 to 5 are not allowed to be. */
static void test_rows_left_out_must_have_been_issued(void **state)
{
	struct fixture *f = *state;
	struct shard_result r;
	struct shard_finish w = {.batch = STR(BATCH)};
	struct batch_outcomes outcomes;
	struct shard_failure failure = {.row_no = 6, .code = STR("glyph-missing")};
	struct batch_counts n;
	struct shard s;
	uint32_t count;
	bool found;

	fixture_plan(f, BATCH, "key 1", 0, 10, 10);
	fixture_plan(f, OTHER, "key 2", 5, 10, 10);
	assert_int_equal(fixture_issue(f, OTHER).issued, 10);
	OK(ledger_shard_claim(f->l, &actor, STR(BATCH), &s, &found, &f->err));
	w.shard = s.no;
	w.token = s.token;
	FAILS(RC_INPUT, ledger_shard_finish(f->l, &actor, &w, &r, &f->err));
	assert_non_null(strstr(f->err.text, "row 1 is missing"));
	w.failures = &failure; /* one more of the issued ones does not make up for a missing one */
	w.failure_count = 1;
	FAILS(RC_INPUT, ledger_shard_finish(f->l, &actor, &w, &r, &f->err));
	OK(ledger_batch_count(f->l, STR(BATCH), &n, &f->err));
	assert_int_equal(n.unchanged + n.failed, 0);
	OK(ledger_shard_release(f->l, &actor, STR(BATCH), &count, &f->err));
	r = finish_what_is_left(f, BATCH);
	assert_int_equal(r.issued, 5);
	assert_int_equal(r.unchanged, 5);
	OK(ledger_batch_outcomes(f->l, f->a, STR(BATCH), 0, 100, &outcomes, &f->err));
	assert_int_equal(outcomes.count, 10);
	for (uint32_t i = 0; i < outcomes.count; i++)
		assert_int_equal(
			outcomes.items[i].result, i < 5 ? OUTCOME_ISSUED : OUTCOME_UNCHANGED);
	OK(ledger_batch_finish(f->l, &actor, STR(BATCH), STR("{}"), &f->err));
}

static void test_same_award_twice_in_a_shard(void **state)
{
	struct fixture *f = *state;
	struct batch b = fixture_batch(BATCH, "key");
	struct batch_row *rows;
	struct shard_result r;
	uint8_t plan[32] = {0};

	OK(ledger_batch_begin(f->l, &actor, &b, &f->err));
	rows = fixture_rows(f, BATCH, 0, 2, 10);
	rows[1].award_no = rows[0].award_no;
	OK(ledger_batch_add_rows(f->l, &actor, STR(BATCH), rows, 2, &f->err));
	OK(ledger_batch_freeze(f->l, &actor, STR(BATCH), plan, (struct bytes){NULL, 0}, &f->err));
	r = fixture_issue(f, BATCH);
	assert_int_equal(r.issued, 1);
	assert_int_equal(r.unchanged, 1);
}

static void test_failures_are_outcomes(void **state)
{
	struct fixture *f = *state;
	struct shard_failure failure = {
		.row_no = 10, .code = STR("glyph-missing"), .sealed = bytes_of(STR("x"))};
	struct merkle_hash leaves[9];
	struct batch_outcomes out;
	struct shard_result r;
	struct shard_finish w;
	struct shard s;
	bool found;

	fixture_plan(f, BATCH, "key", 0, 10, 10);
	OK(ledger_shard_claim(f->l, &actor, STR(BATCH), &s, &found, &f->err));
	w = fixture_work(f, BATCH, &s);
	w.credential_count = 9;
	for (int i = 0; i < 9; i++)
		merkle_leaf(bytes_of(w.credentials[i].record), &leaves[i]);
	merkle_root(leaves, 9, (struct merkle_hash *)w.root);
	w.failures = &failure;
	w.failure_count = 1;
	OK(ledger_shard_finish(f->l, &actor, &w, &r, &f->err));
	assert_int_equal(r.failed, 1);
	OK(ledger_batch_outcomes(f->l, f->a, STR(BATCH), 8, 10, &out, &f->err));
	assert_int_equal(out.count, 2);
	assert_int_equal(out.items[0].result, OUTCOME_ISSUED);
	assert_int_equal(out.items[1].result, OUTCOME_FAILED);
	assert_true(str_eq_cz(out.items[1].code, "glyph-missing"));
}

/* Each refusal must leave nothing behind: the shard is finished properly afterwards. */
static void test_work_that_does_not_fit_is_refused_whole(void **state)
{
	struct fixture *f = *state;
	struct shard_credential *list;
	struct shard_credential keep;
	struct batch_counts n;
	struct shard_result r;
	struct shard_finish w;
	struct shard s;
	bool found;

	fixture_plan(f, BATCH, "key", 0, 10, 10);
	OK(ledger_shard_claim(f->l, &actor, STR(BATCH), &s, &found, &f->err));
	w = fixture_work(f, BATCH, &s);
	list = arena_dup(f->a, w.credentials, 10 * sizeof *list);
	w.credentials = list;
	keep = list[9];

	w.credential_count = 9;
	FAILS(RC_INPUT, ledger_shard_finish(f->l, &actor, &w, &r, &f->err));
	w.credential_count = 10;
	list[9] = list[0];
	FAILS(RC_INPUT, ledger_shard_finish(f->l, &actor, &w, &r, &f->err));
	list[9] = keep;
	list[9].row_no = 77;
	FAILS(RC_INPUT, ledger_shard_finish(f->l, &actor, &w, &r, &f->err));
	list[9] = keep;
	list[9].ulid[0] ^= 1;
	FAILS(RC_INPUT, ledger_shard_finish(f->l, &actor, &w, &r, &f->err));
	list[9] = keep;
	list[9].record = STR("{\"forged\":1}");
	FAILS(RC_INPUT, ledger_shard_finish(f->l, &actor, &w, &r, &f->err));
	list[9] = keep;
	memcpy(list[9].tag_hash, list[0].tag_hash, 32); /* a token belongs to one credential */
	FAILS(RC_INPUT, ledger_shard_finish(f->l, &actor, &w, &r, &f->err));
	list[9] = keep;
	OK(ledger_batch_count(f->l, STR(BATCH), &n, &f->err));
	assert_int_equal(n.issued, 0);
	OK(ledger_shard_finish(f->l, &actor, &w, &r, &f->err));
	assert_int_equal(r.issued, 10);
}

static void test_roots_prove_the_records(void **state)
{
	struct fixture *f = *state;
	struct shard_roots roots;
	struct credential x;
	struct merkle_hash path[64];
	struct merkle_hash leaf;
	struct merkle_hash leaves[10];
	uint8_t ulid[16];
	size_t n;
	bool found;

	fixture_plan(f, BATCH, "key", 0, 20, 10);
	fixture_issue(f, BATCH);
	OK(ledger_shard_roots(f->l, f->a, STR(BATCH), 0, 10, &roots, &f->err));
	assert_int_equal(roots.count, 2);
	assert_int_equal(roots.items[1].count, 10);
	fixture_hash(BATCH, 13, ulid, 16);
	OK(ledger_credential_find(f->l, f->a, ulid, &x, &found, &f->err));
	assert_true(found);
	assert_int_equal(x.shard, 1);
	memcpy(leaves, roots.items[1].leaves.p, sizeof leaves);
	n = merkle_path(leaves, 10, x.leaf, path);
	merkle_leaf(bytes_of(x.record), &leaf);
	assert_true(merkle_check(
		&leaf, x.leaf, 10, path, n, (const struct merkle_hash *)roots.items[1].root));
	OK(ledger_shard_roots(f->l, f->a, STR(BATCH), 1, 10, &roots, &f->err));
	assert_int_equal(roots.count, 1);
}

static void test_two_handles(void **state)
{
	struct fixture *f = *state;
	struct ledger *other;
	struct shard_result r;
	struct shard a;
	struct shard b;
	struct shard_finish w;
	bool found;

	fixture_plan(f, BATCH, "key", 0, 20, 10);
	OK(ledger_open(f->dir, STR("demo"), 0, &other, &f->err));
	OK(ledger_shard_claim(f->l, &actor, STR(BATCH), &a, &found, &f->err));
	OK(ledger_shard_claim(other, &actor, STR(BATCH), &b, &found, &f->err));
	assert_int_not_equal(a.no, b.no);
	w = fixture_work(f, BATCH, &b);
	OK(ledger_shard_finish(other, &actor, &w, &r, &f->err));
	w = fixture_work(f, BATCH, &a);
	OK(ledger_shard_finish(f->l, &actor, &w, &r, &f->err));
	assert_int_equal(fixture_issue(f, BATCH).issued, 0);
	ledger_free(&other);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)
	const struct CMUnitTest tests[] = {
		TEST(test_all_rows_are_issued_once),
		TEST(test_claim_gives_each_shard_once),
		TEST(test_released_work_is_fenced_off),
		TEST(test_second_batch_of_the_same_people_is_unchanged),
		TEST(test_batch_that_another_one_overtook_is_finished_with_nothing),
		TEST(test_rows_left_out_must_have_been_issued),
		TEST(test_same_award_twice_in_a_shard),
		TEST(test_failures_are_outcomes),
		TEST(test_work_that_does_not_fit_is_refused_whole),
		TEST(test_roots_prove_the_records),
		TEST(test_two_handles),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
