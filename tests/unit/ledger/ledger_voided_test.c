// SPDX-License-Identifier: Apache-2.0
/* Voided passes: due once a credential fell, made once, gone from sight while it stands. */
#include "ledger/ledger_voided.h"
#include "tests/unit/ledger/fixture.h"

#define BATCH "01JB0000000000000000000001"
#define OTHER "01JB0000000000000000000002"
/* fixture_issue() gives each credential artifacts of kinds 1 to 4. */
#define PASS 4
#define NO_SUCH 9

static void happen(struct fixture *f, const char *batch, uint32_t row, enum status_kind kind)
{
	struct status_event e = {.kind = (uint8_t)kind, .reason = STR("other"), .kid = STR("k")};

	fixture_hash(batch, row, e.ulid, 16);
	OK(ledger_status_add(f->l, &actor, &e, &f->err));
}

static uint32_t count_due(struct fixture *f, uint8_t kind)
{
	struct voided_dues due;

	OK(ledger_voided_due(f->l, f->a, kind, NULL, 1000, &due, &f->err));
	return due.count;
}

static void test_due_after_a_fall_and_in_order(void **state)
{
	struct fixture *f = *state;
	struct voided_dues due;
	struct voided_due after;
	uint8_t tag[32];
	uint32_t erased;

	fixture_plan(f, OTHER, "two", 10, 3, 10);
	fixture_issue(f, OTHER);
	fixture_plan(f, BATCH, "one", 0, 5, 10);
	fixture_issue(f, BATCH);
	assert_int_equal(count_due(f, PASS), 0);
	happen(f, OTHER, 1, STATUS_REVOKED);
	happen(f, BATCH, 4, STATUS_SUPERSEDED);
	happen(f, BATCH, 2, STATUS_SUSPENDED);
	happen(f, BATCH, 2, STATUS_REINSTATED);
	happen(f, BATCH, 2, STATUS_REVOKED);
	happen(f, BATCH, 0, STATUS_ANONYMISED);
	assert_int_equal(count_due(f, NO_SUCH), 0);
	OK(ledger_voided_due(f->l, f->a, PASS, NULL, 2, &due, &f->err));
	assert_int_equal(due.count, 2);
	assert_true(str_eq_cz(due.items[0].batch, BATCH) && due.items[0].row_no == 3);
	assert_true(str_eq_cz(due.items[1].batch, BATCH) && due.items[1].row_no == 5);
	after = due.items[1];
	OK(ledger_voided_due(f->l, f->a, PASS, &after, 2, &due, &f->err));
	assert_int_equal(due.count, 1);
	assert_true(str_eq_cz(due.items[0].batch, OTHER) && due.items[0].row_no == 2);
	/* Whose data is gone, of that no pass can be made. */
	fixture_hash("person", 11, tag, 32);
	OK(ledger_recipient_erase(f->l, &actor, tag, &erased, &f->err));
	assert_int_equal(count_due(f, PASS), 2);
}

static void test_made_once_and_seen_while_fallen(void **state)
{
	struct fixture *f = *state;
	struct shard_artifact x = {.len = 4711};
	struct credential c;
	uint8_t ulid[16];
	bool found;

	fixture_plan(f, BATCH, "one", 0, 2, 10);
	fixture_issue(f, BATCH);
	fixture_hash(BATCH, 1, ulid, 16);
	fixture_hash("voided", 1, x.sha256, 32);
	FAILS(RC_INPUT, ledger_voided_add(f->l, &actor, ulid, &x, &f->err));
	happen(f, BATCH, 1, STATUS_SUSPENDED);
	OK(ledger_credential_find(f->l, f->a, ulid, &c, &found, &f->err));
	assert_false(c.has_voided_pass);
	OK(ledger_voided_add(f->l, &actor, ulid, &x, &f->err));
	assert_int_equal(count_due(f, PASS), 0);
	assert_int_not_equal(ledger_voided_add(f->l, &actor, ulid, &x, &f->err), RC_OK);
	OK(ledger_credential_find(f->l, f->a, ulid, &c, &found, &f->err));
	assert_true(c.has_voided_pass && c.voided_pass.len == 4711);
	assert_memory_equal(c.voided_pass.sha256, x.sha256, 32);
	assert_int_equal(c.artifact_count, 4); /* what was issued is what it was */
	happen(f, BATCH, 1, STATUS_REINSTATED);
	OK(ledger_credential_find(f->l, f->a, ulid, &c, &found, &f->err));
	assert_false(c.has_voided_pass);
	happen(f, BATCH, 1, STATUS_REVOKED);
	OK(ledger_credential_find(f->l, f->a, ulid, &c, &found, &f->err));
	assert_true(c.has_voided_pass);
	assert_int_equal(count_due(f, PASS), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)
	const struct CMUnitTest tests[] = {
		TEST(test_due_after_a_fall_and_in_order),
		TEST(test_made_once_and_seen_while_fallen),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
