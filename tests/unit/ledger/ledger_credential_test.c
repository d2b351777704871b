// SPDX-License-Identifier: Apache-2.0
/* Credentials: found every way, with what happened to them; routes; status lists. */
#include "ledger/ledger_status_index.h"
#include "tests/unit/ledger/fixture.h"

#define BATCH "01JB0000000000000000000001"
#define OTHER "01JB0000000000000000000002"

static void test_found_by_id_token_person_and_batch(void **state)
{
	struct fixture *f = *state;
	struct credential_list list;
	struct credential x;
	uint8_t ulid[16];
	uint8_t tag[32];
	bool found;

	fixture_plan(f, BATCH, "key", 0, 25, 10);
	fixture_issue(f, BATCH);
	fixture_hash(BATCH, 12, ulid, 16); /* row 13 */
	OK(ledger_credential_find(f->l, f->a, ulid, &x, &found, &f->err));
	assert_true(found);
	assert_int_equal(x.row_no, 13);
	assert_int_equal(x.shard, 1);
	assert_int_equal(x.leaf, 2);
	assert_int_equal(x.generation, 1);
	assert_int_equal(x.latest_generation, 1);
	assert_int_equal(x.issued_s, 1000);
	assert_int_equal(x.valid_until_s, 2000);
	assert_true(str_eq_cz(x.batch, BATCH));
	assert_true(str_eq_cz(x.record, "{\"row\":13}"));
	assert_int_equal(x.artifact_count, 4);
	assert_int_equal(x.artifacts[0].kind, 1);
	assert_int_equal(x.artifacts[3].len, 1013);
	fixture_hash(BATCH, 100000 + 13, tag, 32);
	OK(ledger_credential_find_tag(f->l, f->a, tag, &x, &found, &f->err));
	assert_true(found && memcmp(x.ulid, ulid, 16) == 0);
	tag[0] ^= 1;
	OK(ledger_credential_find_tag(f->l, f->a, tag, &x, &found, &f->err));
	assert_false(found);
	fixture_hash("person", 12, tag, 32);
	OK(ledger_credential_find_recipient(f->l, f->a, tag, 10, &list, &f->err));
	assert_int_equal(list.count, 1);
	OK(ledger_credential_list(f->l, f->a, STR(BATCH), 20, 3, &list, &f->err));
	assert_int_equal(list.count, 3);
	assert_int_equal(list.items[0].row_no, 21);
	assert_int_equal(list.items[2].artifact_count, 4);
}

static void test_a_newer_generation_shows(void **state)
{
	struct fixture *f = *state;
	struct credential x;
	uint8_t ulid[16];
	bool found;

	fixture_plan(f, BATCH, "one", 0, 1, 10);
	fixture_issue(f, BATCH);
	fixture_plan(f, OTHER, "two", 0, 1, 10);
	fixture_issue(f, OTHER);
	fixture_hash(BATCH, 0, ulid, 16);
	OK(ledger_credential_find(f->l, f->a, ulid, &x, &found, &f->err));
	assert_int_equal(x.generation, 1);
	assert_int_equal(x.latest_generation, 2);
}

static void add_event(struct fixture *f, enum rc want, enum status_kind kind)
{
	struct status_event e = {.kind = (uint8_t)kind,
		.reason = STR("policy"),
		.at_s = 7,
		.sealed_note = bytes_of(STR("note")),
		.kid = STR("record-1"),
		.signature = bytes_of(STR("signature"))};

	fixture_hash(BATCH, 0, e.ulid, 16);
	assert_int_equal(ledger_status_add(f->l, &actor, &e, &f->err), want);
}

static void test_status_events(void **state)
{
	struct fixture *f = *state;
	struct status_event unknown = {.kind = STATUS_REVOKED};
	struct status_events events;
	struct credential x;
	uint8_t ulid[16];
	bool found;

	fixture_plan(f, BATCH, "one", 0, 1, 10);
	fixture_issue(f, BATCH);
	fixture_hash(BATCH, 0, ulid, 16);
	FAILS(RC_INPUT, ledger_status_add(f->l, &actor, &unknown, &f->err));
	add_event(f, RC_INPUT, (enum status_kind)0);
	add_event(f, RC_INPUT, (enum status_kind)9);
	add_event(f, RC_OK, STATUS_SUSPENDED);
	OK(ledger_credential_find(f->l, f->a, ulid, &x, &found, &f->err));
	assert_true(x.suspended && !x.revoked);
	add_event(f, RC_OK, STATUS_REINSTATED);
	OK(ledger_credential_find(f->l, f->a, ulid, &x, &found, &f->err));
	assert_false(x.suspended);
	add_event(f, RC_OK, STATUS_REVOKED);
	add_event(f, RC_INPUT, STATUS_REINSTATED);
	add_event(f, RC_INPUT, STATUS_REVOKED);
	add_event(f, RC_OK, STATUS_ANONYMISED);
	OK(ledger_credential_find(f->l, f->a, ulid, &x, &found, &f->err));
	assert_true(x.revoked && x.anonymised);
	OK(ledger_status_list(f->l, f->a, ulid, &events, &f->err));
	assert_int_equal(events.count, 4);
	assert_int_equal(events.items[2].kind, STATUS_REVOKED);
	assert_true(str_eq_cz(bytes_text(events.items[2].sealed_note), "note"));
	assert_string_equal(ledger_status_name(STATUS_REVOKED), "revoked");
}

static void test_routes(void **state)
{
	struct fixture *f = *state;
	struct str tenant;
	uint8_t tag[32];
	uint8_t ulid[16];
	bool found;

	fixture_plan(f, BATCH, "one", 0, 1, 10);
	fixture_hash(BATCH, 0, ulid, 16);
	fixture_hash(BATCH, 100001, tag, 32);
	OK(ledger_route_find(f->dir, f->a, ROUTE_CREDENTIAL, (struct bytes){ulid, 16}, &tenant,
		&found, &f->err));
	assert_false(found);
	fixture_issue(f, BATCH);
	OK(ledger_route_find(f->dir, f->a, ROUTE_CREDENTIAL, (struct bytes){ulid, 16}, &tenant,
		&found, &f->err));
	assert_true(found && str_eq_cz(tenant, "demo"));
	OK(ledger_route_find(
		f->dir, f->a, ROUTE_TOKEN, (struct bytes){tag, 32}, &tenant, &found, &f->err));
	assert_true(found);
	OK(ledger_route_find(
		f->dir, f->a, ROUTE_CLAIM, (struct bytes){tag, 32}, &tenant, &found, &f->err));
	assert_false(found); /* kinds are kept apart */
	fixture_hash("claim", 0, tag, 32);
	OK(ledger_route_find(
		f->dir, f->a, ROUTE_CLAIM, (struct bytes){tag, 32}, &tenant, &found, &f->err));
	assert_true(found);
}

/* Two tenants whose plans name the same credential id: the second is refused whole. */
static void test_another_tenants_id_is_refused(void **state)
{
	struct fixture *f = *state;
	struct fixture g = *f;
	const struct ledger_tenant t = {.name = STR("other")};
	struct actor by = actor;
	struct shard_finish w;
	struct shard_result r;
	struct batch_counts n;
	struct batch b = fixture_batch(BATCH, "key");
	struct batch_row *rows;
	struct award_ask ask = {.wrapped_key = bytes_of(STR("k")), .claim_hash = {1}};
	struct award award;
	uint8_t plan[32] = {0};
	struct shard s;
	bool found;

	fixture_plan(f, BATCH, "key", 0, 1, 10);
	fixture_issue(f, BATCH);
	by.tenant = t.name;
	OK(ledger_create(f->dir, &by, &t, &g.l, &f->err));
	OK(ledger_batch_begin(g.l, &by, &b, &f->err));
	OK(ledger_award_find_or_create(g.l, &by, f->a, &ask, &award, &f->err));
	rows = arena_zalloc(f->a, 1, sizeof *rows);
	rows->row_no = 1;
	rows->award_no = award.award_no;
	rows->generation = 1;
	fixture_hash(BATCH, 0, rows->ulid, 16);
	OK(ledger_batch_add_rows(g.l, &by, STR(BATCH), rows, 1, &f->err));
	OK(ledger_batch_freeze(g.l, &by, STR(BATCH), plan, (struct bytes){NULL, 0}, &f->err));
	OK(ledger_shard_claim(g.l, &by, STR(BATCH), &s, &found, &f->err));
	w = fixture_work(&g, BATCH, &s);
	FAILS(RC_INPUT, ledger_shard_finish(g.l, &by, &w, &r, &f->err));
	assert_non_null(strstr(f->err.text, "another tenant"));
	OK(ledger_batch_count(g.l, STR(BATCH), &n, &f->err));
	assert_int_equal(n.issued, 0);
	ledger_free(&g.l);
}

/* ---- status lists ---- */

static void test_permutation_hits_every_index_once(void **state)
{
	uint8_t *seen = mem_zalloc(STATUS_LIST_LEN, 1);
	static const uint8_t key[32] = {1};
	static const uint8_t other[32] = {2};
	uint32_t neighbours = 0;
	uint32_t same = 0;

	(void)state;
	for (uint32_t i = 0; i < STATUS_LIST_LEN; i++) {
		uint32_t at = ledger_status_index_of(key, 1, i);

		assert_true(at < STATUS_LIST_LEN);
		assert_int_equal(seen[at], 0);
		seen[at] = 1;
		if (i % 64 == 0) {
			neighbours += ledger_status_index_of(key, 1, i + 1) == at + 1;
			same += ledger_status_index_of(other, 1, i) == at
				|| ledger_status_index_of(key, 2, i) == at;
		}
	}
	assert_true(neighbours < 5);
	assert_true(same < 5);
	MEM_FREE(seen);
}

static void test_places_are_given_once_and_lists_follow(void **state)
{
	struct fixture *f = *state;
	static const uint8_t key[32] = {1};
	static const uint8_t other[32] = {2};
	struct status_place *places = mem_zalloc(STATUS_LIST_LEN, sizeof *places);
	struct status_place more[3];
	uint8_t *seen = mem_zalloc(STATUS_LIST_LEN, 1);

	OK(ledger_status_reserve(f->l, &actor, STR("revocation"), key, 100, places, &f->err));
	OK(ledger_status_reserve(f->l, &actor, STR("revocation"), key, STATUS_LIST_LEN - 101,
		places + 100, &f->err));
	for (uint32_t i = 0; i < STATUS_LIST_LEN - 1; i++) {
		assert_int_equal(places[i].list, 1);
		assert_int_equal(seen[places[i].index]++, 0);
	}
	OK(ledger_status_reserve(f->l, &actor, STR("revocation"), key, 3, more, &f->err));
	assert_int_equal(more[0].list, 1);
	assert_int_equal(seen[more[0].index], 0);
	assert_int_equal(more[1].list, 2);
	assert_int_equal(more[2].list, 2);
	OK(ledger_status_reserve(f->l, &actor, STR("suspension"), key, 1, more, &f->err));
	assert_int_equal(more[0].list, 3);
	OK(ledger_status_reserve(f->l, &actor, STR("revocation"), key, 1, more, &f->err));
	assert_int_equal(more[0].list, 2);
	FAILS(RC_INPUT,
		ledger_status_reserve(f->l, &actor, STR("revocation"), other, 1, more, &f->err));
	FAILS(RC_INPUT, ledger_status_reserve(f->l, &actor, STR(""), key, 1, more, &f->err));
	MEM_FREE(places);
	MEM_FREE(seen);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)
	const struct CMUnitTest tests[] = {
		TEST(test_found_by_id_token_person_and_batch),
		TEST(test_a_newer_generation_shows),
		TEST(test_status_events),
		TEST(test_routes),
		TEST(test_another_tenants_id_is_refused),
		cmocka_unit_test(test_permutation_hits_every_index_once),
		TEST(test_places_are_given_once_and_lists_follow),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
