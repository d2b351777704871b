// SPDX-License-Identifier: Apache-2.0
/* Awards and recipients: found again by their tags, keys kept until they are erased. */
#include "base/seal.h"
#include "tests/unit/ledger/fixture.h"

#define BATCH "01JB0000000000000000000001"

static struct award_ask ask_of(uint32_t award, uint32_t person, uint8_t key[60])
{
	struct award_ask ask = {.wrapped_key = {key, 60}, .claim_sealed = bytes_of(STR("claim"))};

	fixture_hash("award", award, ask.identity_tag, 32);
	fixture_hash("person", person, ask.recipient_tag, 32);
	fixture_hash("claim", award, ask.claim_hash, 32);
	return ask;
}

static void test_the_first_key_stays(void **state)
{
	struct fixture *f = *state;
	uint8_t mine[60] = {1};
	uint8_t other[60] = {2};
	struct award_ask ask = ask_of(1, 1, mine);
	struct award first;
	struct award again;
	struct award second;

	OK(ledger_award_find_or_create(f->l, &actor, f->a, &ask, &first, &f->err));
	assert_true(first.created);
	assert_int_equal(first.generation, 0);
	assert_memory_equal(first.wrapped_key.p, mine, 60);
	ask.wrapped_key.p = other;
	OK(ledger_award_find_or_create(f->l, &actor, f->a, &ask, &again, &f->err));
	assert_false(again.created);
	assert_int_equal(again.award_no, first.award_no);
	assert_memory_equal(again.wrapped_key.p, mine, 60);
	ask = ask_of(2, 1, other); /* the same person, another achievement */
	OK(ledger_award_find_or_create(f->l, &actor, f->a, &ask, &second, &f->err));
	assert_true(second.created);
	assert_int_equal(second.recipient_no, first.recipient_no);
	assert_int_not_equal(second.award_no, first.award_no);
	assert_memory_equal(second.wrapped_key.p, mine, 60);
}

static void test_finding_makes_nothing(void **state)
{
	struct fixture *f = *state;
	uint8_t key[60] = {1};
	struct award_ask ask = ask_of(1, 1, key);
	struct award w;
	bool found;

	OK(ledger_award_find(f->l, f->a, ask.identity_tag, &w, &found, &f->err));
	assert_false(found);
	OK(ledger_award_find_or_create(f->l, &actor, f->a, &ask, &w, &f->err));
	OK(ledger_award_find(f->l, f->a, ask.identity_tag, &w, &found, &f->err));
	assert_true(found);
}

static void test_latest_generation_and_content(void **state)
{
	struct fixture *f = *state;
	uint8_t key[60] = {1};
	uint8_t content[32];
	uint8_t ulid[16];
	struct award_ask ask = ask_of(0, 0, key);
	struct award w;

	fixture_plan(f, BATCH, "one", 0, 1, 10);
	OK(ledger_award_find_or_create(f->l, &actor, f->a, &ask, &w, &f->err));
	assert_int_equal(w.generation, 0); /* planned is not issued */
	fixture_issue(f, BATCH);
	OK(ledger_award_find_or_create(f->l, &actor, f->a, &ask, &w, &f->err));
	assert_int_equal(w.generation, 1);
	fixture_hash("content", 0, content, 32);
	fixture_hash(BATCH, 0, ulid, 16);
	assert_memory_equal(w.content_tag, content, 32);
	assert_memory_equal(w.ulid, ulid, 16);
	fixture_plan(f, "01JB0000000000000000000002", "two", 0, 1, 10);
	fixture_issue(f, "01JB0000000000000000000002");
	OK(ledger_award_find_or_create(f->l, &actor, f->a, &ask, &w, &f->err));
	assert_int_equal(w.generation, 2);
}

static void test_claim_secret_comes_back(void **state)
{
	struct fixture *f = *state;
	uint8_t key[60] = {1};
	struct award_ask ask = ask_of(1, 1, key);
	struct bytes sealed;
	struct award w;
	uint8_t tag[32];

	OK(ledger_award_find_or_create(f->l, &actor, f->a, &ask, &w, &f->err));
	OK(ledger_award_claim(f->l, f->a, w.award_no, &sealed, tag, &f->err));
	assert_true(str_eq_cz(bytes_text(sealed), "claim"));
	assert_memory_equal(tag, ask.identity_tag, 32);
	FAILS(RC_INPUT, ledger_award_claim(f->l, f->a, 999, &sealed, tag, &f->err));
}

/* With the key gone the sealed row stays and opens no more; a new key has a number of its own. */
static void test_erasure(void **state)
{
	static const uint8_t kek[32] = {5};
	struct fixture *f = *state;
	struct seal *s = seal_new();
	struct buf sealed = buf_new(1000);
	uint8_t key[32] = {6};
	uint8_t wrapped[SEAL_WRAPPED_LEN];
	uint8_t back[32];
	uint8_t tag[32];
	struct award_ask ask = ask_of(0, 0, wrapped);
	const struct seal_place place = {
		STR("demo"), STR("recipient_keys"), STR("wrapped"), {ask.recipient_tag, 32}};
	const struct seal_place row_place = {
		STR("demo"), STR("rows"), STR("sealed"), bytes_of(STR("1"))};
	struct credential x;
	struct bytes out;
	struct award w;
	uint8_t ulid[16];
	uint32_t keys;
	bool found;

	seal_wrap_key(s, kek, &place, key, wrapped);
	OK(ledger_award_find_or_create(f->l, &actor, f->a, &ask, &w, &f->err));
	fixture_plan(f, BATCH, "key", 0, 1, 10);
	fixture_issue(f, BATCH);
	seal_box(s, key, &row_place, bytes_of(STR("Name")), &sealed);
	fixture_hash(BATCH, 0, ulid, 16);
	OK(ledger_credential_find(f->l, f->a, ulid, &x, &found, &f->err));
	assert_memory_equal(x.recipient_tag, ask.recipient_tag, 32);
	OK(seal_unwrap_key(s, kek, &place, x.wrapped_key, back, &f->err));
	OK(seal_open_box(s, back, &row_place, buf_bytes(&sealed), f->a, &out, &f->err));

	OK(ledger_recipient_erase(f->l, &actor, ask.recipient_tag, &keys, &f->err));
	assert_int_equal(keys, 1);
	OK(ledger_recipient_erase(f->l, &actor, ask.recipient_tag, &keys, &f->err));
	assert_int_equal(keys, 0);
	OK(ledger_credential_find(f->l, f->a, ulid, &x, &found, &f->err));
	assert_true(found);
	assert_int_equal(x.wrapped_key.n, 0);
	assert_true(x.sealed.n != 0 && x.record.n != 0);
	FAILS(RC_INPUT, seal_unwrap_key(s, kek, &place, x.wrapped_key, back, &f->err));

	OK(ledger_award_find_or_create(f->l, &actor, f->a, &ask, &w, &f->err));
	assert_int_equal(w.key_no, 2);
	OK(ledger_credential_find(f->l, f->a, ulid, &x, &found, &f->err));
	assert_int_equal(
		x.wrapped_key.n, 0); /* the old row does not take the new key for its own */
	OK(ledger_recipient_key(f->l, f->a, w.recipient_no, 1, &out, tag, &f->err));
	assert_int_equal(out.n, 0);
	OK(ledger_recipient_key(f->l, f->a, w.recipient_no, 2, &out, tag, &f->err));
	assert_int_equal(out.n, SEAL_WRAPPED_LEN);
	FAILS(RC_INPUT, ledger_recipient_key(f->l, f->a, 999, 1, &out, tag, &f->err));
	buf_free(&sealed);
	seal_free(&s);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)
	const struct CMUnitTest tests[] = {
		TEST(test_the_first_key_stays),
		TEST(test_finding_makes_nothing),
		TEST(test_latest_generation_and_content),
		TEST(test_claim_secret_comes_back),
		TEST(test_erasure),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
