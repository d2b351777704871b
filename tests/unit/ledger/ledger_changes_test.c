// SPDX-License-Identifier: Apache-2.0
/* What a reader that remembers is told: every credential once, then each that something happened to. */
#include "ledger/ledger_changes.h"
#include "tests/unit/ledger/fixture.h"

#define FIRST "01JZ0000000000000000000001"
#define SECOND "01JZ0000000000000000000002"

static void every_credential_comes_once_the_newest_first(void **state)
{
	struct fixture *f = *state;
	int64_t before = LEDGER_FACES_ALL;
	bool seen[25] = {false};
	uint32_t calls = 0;
	struct ledger_faces faces;

	fixture_plan(f, FIRST, "key", 0, 25, 10);
	fixture_issue(f, FIRST);
	do {
		int64_t from = before;

		OK(ledger_faces_list(f->l, f->a, &before, 4, &faces, &f->err));
		for (uint32_t i = 0; i < faces.count; i++) {
			uint64_t row = 0;
			struct str record = faces.items[i].record;
			uint8_t tag_hash[32];

			assert_true(str_to_u64(str_slice(record, 7, record.n - 1), 25, &row));
			assert_false(seen[row - 1]);
			seen[row - 1] = true;
			fixture_hash(FIRST, 100000 + (uint32_t)row, tag_hash, 32);
			assert_memory_equal(faces.items[i].tag_hash, tag_hash, 32);
			assert_true(str_eq_cz(bytes_text(faces.items[i].published), "published"));
			assert_false(faces.items[i].changed);
		}
		assert_true(before < from || faces.count == 0);
		calls++;
	} while (faces.count == 4);
	assert_int_equal(calls, 7);
	for (uint32_t i = 0; i < 25; i++)
		assert_true(seen[i]);
}

static void events_and_successors_are_told_once(void **state)
{
	struct fixture *f = *state;
	struct ledger_mark mark;
	struct ledger_changes c;
	struct status_event e = {.kind = STATUS_REVOKED,
		.reason = STR("other"),
		.at_s = 5,
		.kid = STR("record-1"),
		.signature = bytes_of(STR("signature"))};
	uint8_t old[16];

	fixture_plan(f, FIRST, "key", 0, 5, 5);
	fixture_issue(f, FIRST);
	OK(ledger_changes_mark(f->l, &mark, &f->err));
	OK(ledger_changes_since(f->l, f->a, &mark, &c, &f->err));
	assert_true(c.count == 0 && !c.all);

	fixture_hash(FIRST, 3, e.ulid, 16);
	OK(ledger_status_add(f->l, &actor, &e, &f->err));
	OK(ledger_changes_since(f->l, f->a, &mark, &c, &f->err));
	assert_int_equal(c.count, 1);
	assert_memory_equal(c.ulids[0], e.ulid, 16);
	assert_false(c.all);
	OK(ledger_changes_since(f->l, f->a, &mark, &c, &f->err));
	assert_int_equal(c.count, 0);

	/* Persons 4 and 5 again: the one has a credential already, the other is new. */
	fixture_plan(f, SECOND, "other", 4, 2, 5);
	fixture_issue(f, SECOND);
	OK(ledger_changes_since(f->l, f->a, &mark, &c, &f->err));
	fixture_hash(FIRST, 4, old, 16);
	assert_int_equal(c.count, 1);
	assert_memory_equal(c.ulids[0], old, 16);
}

static void erasure_is_a_change_of_all(void **state)
{
	struct fixture *f = *state;
	struct ledger_mark mark;
	struct ledger_changes c;
	uint8_t tag[32];
	uint32_t keys;

	fixture_plan(f, FIRST, "key", 0, 2, 5);
	fixture_issue(f, FIRST);
	OK(ledger_changes_mark(f->l, &mark, &f->err));
	fixture_hash("person", 1, tag, 32);
	OK(ledger_recipient_erase(f->l, &actor, tag, &keys, &f->err));
	OK(ledger_changes_since(f->l, f->a, &mark, &c, &f->err));
	assert_true(c.all);
	OK(ledger_changes_since(f->l, f->a, &mark, &c, &f->err));
	assert_false(c.all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			every_credential_comes_once_the_newest_first, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(
			events_and_successors_are_told_once, fixture_open, fixture_close),
		cmocka_unit_test_setup_teardown(
			erasure_is_a_change_of_all, fixture_open, fixture_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
