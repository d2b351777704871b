// SPDX-License-Identifier: Apache-2.0
/* Status lists: what stands in them, documents, what a batch replaced, numbers across tenants. */
#include "ledger/ledger_status_list.h"
#include "tests/unit/ledger/fixture.h"

#define BATCH "01BATCH0000000000000000001"
#define OTHER "01BATCH0000000000000000002"

static void add_event(struct fixture *f, const char *batch, uint32_t row, enum status_kind kind)
{
	struct status_event e = {.kind = (uint8_t)kind, .reason = STR("other"), .at_s = 7};

	fixture_hash(batch, row, e.ulid, 16);
	OK(ledger_status_add(f->l, &actor, &e, &f->err));
}

static void reserve(struct fixture *f, const char *purpose, uint32_t count)
{
	static const uint8_t key[32] = {1};
	struct status_place places[100];

	OK(ledger_status_reserve(f->l, &actor, str_of(purpose), key, count, places, &f->err));
}

static void test_marks_are_the_events_of_the_lists_credentials(void **state)
{
	struct fixture *f = *state;
	struct status_marks marks;
	struct status_lists lists;

	fixture_plan(f, BATCH, "one", 0, 10, 10);
	fixture_issue(f, BATCH);
	reserve(f, "suspension", 10);
	add_event(f, BATCH, 3, STATUS_SUSPENDED);
	add_event(f, BATCH, 8, STATUS_REVOKED);
	add_event(f, BATCH, 3, STATUS_REINSTATED);
	OK(ledger_status_marks(f->l, f->a, 1, 0, 2, &marks, &f->err));
	assert_int_equal(marks.count, 2);
	assert_int_equal(marks.items[0].index, 3);
	assert_int_equal(marks.items[0].kind, STATUS_SUSPENDED);
	assert_int_equal(marks.items[1].index, 8);
	assert_int_equal(marks.last_seq, 2);
	OK(ledger_status_marks(f->l, f->a, 1, marks.last_seq, 1000, &marks, &f->err));
	assert_int_equal(marks.count, 1);
	assert_int_equal(marks.items[0].kind, STATUS_REINSTATED);
	OK(ledger_status_marks(f->l, f->a, 2, 0, 1000, &marks, &f->err));
	assert_int_equal(marks.count, 0);
	OK(ledger_status_lists(f->l, f->a, &lists, &f->err));
	assert_int_equal(lists.count, 1);
	assert_int_equal(lists.items[0].newest_seq, 3);
	assert_int_equal(lists.items[0].used, 10);
	assert_true(str_eq_cz(lists.items[0].purpose, "suspension"));
	assert_false(lists.items[0].has_doc);
}

static void test_a_document_replaces_the_last_one(void **state)
{
	struct fixture *f = *state;
	struct status_doc doc = {.list = 1,
		.seq = 3,
		.built_s = 100,
		.valid_until_s = 200,
		.content = bytes_of(STR("{}"))};
	struct status_lists lists;
	struct status_doc found_doc;
	bool found;

	reserve(f, "revocation", 1);
	OK(ledger_status_doc_find(f->l, f->a, 1, &found_doc, &found, &f->err));
	assert_false(found);
	OK(ledger_status_doc_put(f->l, &actor, &doc, &f->err));
	doc.seq = 4;
	doc.content = bytes_of(STR("{\"a\":1}"));
	OK(ledger_status_doc_put(f->l, &actor, &doc, &f->err));
	OK(ledger_status_doc_find(f->l, f->a, 1, &found_doc, &found, &f->err));
	assert_true(found && found_doc.seq == 4 && found_doc.valid_until_s == 200);
	assert_true(str_eq_cz(bytes_text(found_doc.content), "{\"a\":1}"));
	OK(ledger_status_lists(f->l, f->a, &lists, &f->err));
	assert_true(lists.items[0].has_doc && lists.items[0].doc_seq == 4);
	doc.list = 2;
	FAILS(RC_INPUT, ledger_status_doc_put(f->l, &actor, &doc, &f->err));
}

/* The second batch's rows replace the first's. */
static void plan_again(struct fixture *f)
{
	struct batch b = fixture_batch(OTHER, "two");
	struct batch_row *rows;
	uint8_t plan_hash[32] = {1};

	OK(ledger_begin(f->l, &f->err));
	OK(ledger_batch_begin(f->l, &actor, &b, &f->err));
	rows = fixture_rows(f, OTHER, 0, 3, 10);
	fixture_hash(BATCH, 0, rows[0].supersedes, 16);
	fixture_hash(BATCH, 2, rows[2].supersedes, 16);
	OK(ledger_batch_add_rows(f->l, &actor, STR(OTHER), rows, 3, &f->err));
	OK(ledger_batch_freeze(
		f->l, &actor, STR(OTHER), plan_hash, bytes_of(STR("policy")), &f->err));
	OK(ledger_commit(f->l, &f->err));
}

static void test_what_a_batch_replaced_waits_for_its_event(void **state)
{
	struct fixture *f = *state;
	struct status_marks marks;
	struct credential x;
	uint8_t ulid[16];
	uint8_t newer[16];
	bool found;

	fixture_plan(f, BATCH, "one", 0, 3, 10);
	fixture_issue(f, BATCH);
	plan_again(f);
	OK(ledger_status_unmarked(f->l, f->a, STR(OTHER), 100, &marks, &f->err));
	assert_int_equal(marks.count, 0); /* not issued yet */
	fixture_issue(f, OTHER);
	OK(ledger_status_unmarked(f->l, f->a, STR(OTHER), 100, &marks, &f->err));
	assert_int_equal(marks.count, 2);
	fixture_hash(BATCH, 0, ulid, 16);
	assert_memory_equal(marks.items[0].ulid, ulid, 16);
	add_event(f, BATCH, 0, STATUS_SUPERSEDED);
	OK(ledger_status_unmarked(f->l, f->a, STR(OTHER), 100, &marks, &f->err));
	assert_int_equal(marks.count, 1);
	OK(ledger_credential_find(f->l, f->a, ulid, &x, &found, &f->err));
	assert_true(x.superseded);
	fixture_hash(OTHER, 0, newer, 16);
	assert_memory_equal(x.superseded_by, newer, 16);
	fixture_hash(BATCH, 1, ulid, 16); /* another credential under the award replaces nothing */
	OK(ledger_credential_find(f->l, f->a, ulid, &x, &found, &f->err));
	assert_true(!x.superseded && x.latest_generation == 2);
}

static void test_two_tenants_have_no_list_of_one_number(void **state)
{
	struct fixture *f = *state;
	const struct ledger_tenant t = {.name = STR("other"),
		.issuer_id = STR("did:web:example.org"),
		.issuer_name = STR("Other"),
		.base_url = STR("https://example.org")};
	const struct actor by = {.tenant = STR("other"),
		.principal = STR("test"),
		.role = STR("certification:issue")};
	static const uint8_t key[32] = {9};
	struct status_place place;
	struct ledger *second;
	struct str tenant;
	uint8_t route[4];
	bool found;

	reserve(f, "revocation", 1);
	OK(ledger_create(f->dir, &by, &t, &second, &f->err));
	OK(ledger_status_reserve(second, &by, STR("revocation"), key, 1, &place, &f->err));
	assert_int_equal(place.list, 2);
	reserve(f, "suspension", 1);
	ledger_status_route_key(2, route);
	OK(ledger_route_find(f->dir, f->a, ROUTE_STATUS_LIST, (struct bytes){route, 4}, &tenant,
		&found, &f->err));
	assert_true(found && str_eq_cz(tenant, "other"));
	ledger_status_route_key(3, route);
	OK(ledger_route_find(f->dir, f->a, ROUTE_STATUS_LIST, (struct bytes){route, 4}, &tenant,
		&found, &f->err));
	assert_true(found && str_eq_cz(tenant, "demo"));
	ledger_free(&second);
}

int main(void)
{
#define TEST(t) cmocka_unit_test_setup_teardown(t, fixture_open, fixture_close)
	const struct CMUnitTest tests[] = {
		TEST(test_marks_are_the_events_of_the_lists_credentials),
		TEST(test_a_document_replaces_the_last_one),
		TEST(test_what_a_batch_replaced_waits_for_its_event),
		TEST(test_two_tenants_have_no_list_of_one_number),
	};

	harness_start();
	return cmocka_run_group_tests_name("ledger/status_list", tests, NULL, NULL);
}
