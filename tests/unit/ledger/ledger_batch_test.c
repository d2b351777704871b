// SPDX-License-Identifier: Apache-2.0
/* Batches: keys, states, what a plan holds, how fast it is written. */
#include "base/clock.h"
#include "tests/unit/ledger/fixture.h"

#define ONE "01JB0000000000000000000001"
#define TWO "01JB0000000000000000000002"

static void test_a_key_belongs_to_one_living_batch(void **state)
{
	struct fixture *f = *state;
	struct batch one = fixture_batch(ONE, "key");
	struct batch two = fixture_batch(TWO, "key");
	struct batch found;
	bool there;

	OK(ledger_batch_begin(f->l, &actor, &one, &f->err));
	FAILS(RC_INPUT, ledger_batch_begin(f->l, &actor, &two, &f->err));
	OK(ledger_batch_find_key(f->l, f->a, STR("key"), &found, &there, &f->err));
	assert_true(there && str_eq_cz(found.id, ONE));
	OK(ledger_batch_abandon(f->l, &actor, STR(ONE), &f->err));
	OK(ledger_batch_find_key(f->l, f->a, STR("key"), &found, &there, &f->err));
	assert_false(there);
	OK(ledger_batch_begin(f->l, &actor, &two, &f->err));
	OK(ledger_batch_find_key(f->l, f->a, STR("key"), &found, &there, &f->err));
	assert_true(there && str_eq_cz(found.id, TWO));
}

static void test_all_of_it_comes_back(void **state)
{
	struct fixture *f = *state;
	struct batch b = fixture_batch(ONE, "key");
	struct batch found;
	uint8_t plan[32] = {7};
	bool there;

	OK(ledger_batch_find(f->l, f->a, STR(ONE), &found, &there, &f->err));
	assert_false(there);
	OK(ledger_batch_begin(f->l, &actor, &b, &f->err));
	OK(ledger_batch_find(f->l, f->a, STR(ONE), &found, &there, &f->err));
	assert_true(there);
	assert_int_equal(found.state, BATCH_PLANNING);
	assert_false(found.frozen);
	OK(ledger_batch_freeze(f->l, &actor, STR(ONE), plan, bytes_of(STR("policy")), &f->err));
	OK(ledger_batch_find(f->l, f->a, STR(ONE), &found, &there, &f->err));
	assert_int_equal(found.state, BATCH_PLANNED);
	assert_true(found.frozen);
	assert_memory_equal(found.plan_hash, plan, 32);
	assert_memory_equal(found.cohort_sha256, b.cohort_sha256, 32);
	assert_memory_equal(found.manifest_sha256, b.manifest_sha256, 32);
	assert_true(str_eq_cz(bytes_text(found.policy), "policy"));
	assert_true(str_eq_cz(bytes_text(found.manifest), "manifest"));
	assert_true(str_eq_cz(found.kid, "kid-1"));
	assert_int_equal(found.issued_s, 1000);
	assert_true(found.created_s > 1700000000);
}

static void test_states_go_one_way(void **state)
{
	struct fixture *f = *state;
	struct batch_row *rows;
	struct str receipt;
	struct batch found;
	uint8_t plan[32] = {7};
	bool there;

	FAILS(RC_INPUT, ledger_batch_abandon(f->l, &actor, STR(ONE), &f->err));
	fixture_plan(f, ONE, "key", 0, 20, 10);
	rows = fixture_rows(f, TWO, 50, 1, 10);
	rows[0].row_no = 100;
	FAILS(RC_INPUT, ledger_batch_add_rows(f->l, &actor, STR(ONE), rows, 1, &f->err));
	FAILS(RC_INPUT,
		ledger_batch_freeze(f->l, &actor, STR(ONE), plan, bytes_of(STR("")), &f->err));
	FAILS(RC_INPUT, ledger_batch_finish(f->l, &actor, STR(ONE), STR("{}"), &f->err));
	fixture_issue(f, ONE);
	FAILS(RC_INPUT, ledger_batch_abandon(f->l, &actor, STR(ONE), &f->err));
	OK(ledger_batch_receipt(f->l, f->a, STR(ONE), &receipt, &there, &f->err));
	assert_false(there);
	OK(ledger_batch_finish(f->l, &actor, STR(ONE), STR("{\"rows\":20}"), &f->err));
	FAILS(RC_INPUT, ledger_batch_finish(f->l, &actor, STR(ONE), STR("{}"), &f->err));
	OK(ledger_batch_receipt(f->l, f->a, STR(ONE), &receipt, &there, &f->err));
	assert_true(there && str_eq_cz(receipt, "{\"rows\":20}"));
	OK(ledger_batch_find(f->l, f->a, STR(ONE), &found, &there, &f->err));
	assert_int_equal(found.state, BATCH_FINISHED);
	assert_string_equal(ledger_batch_state_name(found.state), "finished");
}

static void test_empty_plan_can_finish(void **state)
{
	struct fixture *f = *state;

	fixture_plan(f, ONE, "key", 0, 0, 10);
	assert_int_equal(fixture_issue(f, ONE).issued, 0);
	OK(ledger_batch_finish(f->l, &actor, STR(ONE), STR("{}"), &f->err));
}

static void test_list_is_newest_first_in_pages(void **state)
{
	struct fixture *f = *state;
	struct batch_list list;

	fixture_plan(f, ONE, "key 1", 0, 1, 10);
	fixture_plan(f, TWO, "key 2", 0, 1, 10);
	OK(ledger_batch_list(f->l, f->a, STR(""), 10, &list, &f->err));
	assert_int_equal(list.count, 2);
	assert_true(str_eq_cz(list.items[0].id, TWO));
	assert_int_equal(list.items[0].manifest.n, 0);
	OK(ledger_batch_list(f->l, f->a, list.items[0].id, 10, &list, &f->err));
	assert_int_equal(list.count, 1);
	assert_true(str_eq_cz(list.items[0].id, ONE));
}

static void test_credentials_and_left_out(void **state)
{
	struct fixture *f = *state;
	struct batch b = fixture_batch(ONE, "key");
	const struct batch_credential credential = {.index = 3,
		.outputs = 15,
		.key = STR("course"),
		.compiled_hash = {9},
		.fonts = bytes_of(STR("fonts"))};
	struct batch_credentials credentials;
	struct batch_left_outs out;
	struct batch_counts n;

	OK(ledger_batch_begin(f->l, &actor, &b, &f->err));
	OK(ledger_batch_add_credential(f->l, &actor, STR(ONE), &credential, &f->err));
	FAILS(RC_INPUT, ledger_batch_add_credential(f->l, &actor, STR(ONE), &credential, &f->err));
	OK(ledger_batch_credentials(f->l, f->a, STR(ONE), &credentials, &f->err));
	assert_int_equal(credentials.count, 1);
	assert_int_equal(credentials.items[0].outputs, 15);
	assert_int_equal(credentials.items[0].compiled_hash[0], 9);
	assert_true(str_eq_cz(bytes_text(credentials.items[0].fonts), "fonts"));
	for (uint32_t i = 1; i <= 12; i++) {
		struct batch_left_out x = {.record = i <= 3 ? 1 : i,
			.line = i + 1,
			.kind = LEFT_OUT_BAD,
			.column = STR("email"),
			.code = STR("email-invalid"),
			.sealed = bytes_of(STR("sealed"))};

		x.kind = i == 11 ? LEFT_OUT_UNCHANGED : i == 12 ? LEFT_OUT_HELD : LEFT_OUT_BAD;
		OK(ledger_batch_add_left_out(f->l, &actor, STR(ONE), &x, &f->err));
	}
	OK(ledger_batch_left_outs(f->l, f->a, STR(ONE), 0, 8, &out, &f->err));
	assert_int_equal(out.count, 8);
	OK(ledger_batch_left_outs(f->l, f->a, STR(ONE), 8, 8, &out, &f->err));
	assert_int_equal(out.count, 4);
	assert_int_equal(out.items[3].kind, LEFT_OUT_HELD);
	assert_int_equal(out.items[3].line, 13);
	OK(ledger_batch_count(f->l, STR(ONE), &n, &f->err));
	assert_int_equal(n.left_out, 9); /* records 1, 4..10 and 12 */
	assert_int_equal(n.unchanged, 1);
}

static void test_a_row_number_or_id_is_used_once(void **state)
{
	struct fixture *f = *state;
	struct batch b = fixture_batch(ONE, "key");
	struct batch_row *rows;

	OK(ledger_batch_begin(f->l, &actor, &b, &f->err));
	rows = fixture_rows(f, ONE, 0, 3, 10);
	OK(ledger_batch_add_rows(f->l, &actor, STR(ONE), rows, 1, &f->err));
	FAILS(RC_INPUT, ledger_batch_add_rows(f->l, &actor, STR(ONE), rows, 1, &f->err));
	memcpy(rows[1].ulid, rows[0].ulid, 16);
	FAILS(RC_INPUT, ledger_batch_add_rows(f->l, &actor, STR(ONE), rows + 1, 1, &f->err));
	OK(ledger_batch_add_rows(f->l, &actor, STR(ONE), rows + 2, 1, &f->err));
}

#define MANY 20000u

/* Figures for people; the limits only catch what went badly wrong. */
static void test_speed_of_twenty_thousand(void **state)
{
	struct fixture *f = *state;
	struct shard_result r;
	struct shard_finish w;
	struct batch_row *rows;
	struct batch b = fixture_batch(ONE, "key");
	uint8_t plan[32] = {1};
	struct shard s;
	bool found;
	int64_t t[6];

	t[0] = clock_cpu_us();
	OK(ledger_begin(f->l, &f->err));
	OK(ledger_batch_begin(f->l, &actor, &b, &f->err));
	rows = fixture_rows(f, ONE, 0, MANY, 100);
	t[1] = clock_cpu_us();
	for (uint32_t i = 0; i < MANY; i++)
		rows[i].sealed = (struct bytes){(const uint8_t *)rows, 600};
	OK(ledger_batch_add_rows(f->l, &actor, STR(ONE), rows, MANY, &f->err));
	OK(ledger_batch_freeze(f->l, &actor, STR(ONE), plan, bytes_of(STR("policy")), &f->err));
	OK(ledger_commit(f->l, &f->err));
	t[2] = clock_cpu_us();
	(void)fixture_rows(f, ONE, 0, MANY, 100); /* all of them are there now */
	t[3] = clock_cpu_us();
	t[5] = 0;
	for (int i = 0; i < 20; i++) {
		OK(ledger_shard_claim(f->l, &actor, STR(ONE), &s, &found, &f->err));
		w = fixture_work(f, ONE, &s);
		t[4] = clock_cpu_us();
		OK(ledger_shard_finish(f->l, &actor, &w, &r, &f->err));
		t[5] += clock_cpu_us() - t[4];
	}
	print_message("ledger, %u rows: awards %.0f ms, rows %.0f ms, awards again %.0f ms; shard "
		      "of 100: %.2f ms CPU\n",
		MANY, (double)(t[1] - t[0]) / 1000, (double)(t[2] - t[1]) / 1000,
		(double)(t[3] - t[2]) / 1000, (double)t[5] / 20000);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)
	const struct CMUnitTest tests[] = {
		TEST(test_a_key_belongs_to_one_living_batch),
		TEST(test_all_of_it_comes_back),
		TEST(test_states_go_one_way),
		TEST(test_empty_plan_can_finish),
		TEST(test_list_is_newest_first_in_pages),
		TEST(test_credentials_and_left_out),
		TEST(test_a_row_number_or_id_is_used_once),
		TEST(test_speed_of_twenty_thousand),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
