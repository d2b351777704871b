// SPDX-License-Identifier: Apache-2.0
/* Pass certificates: pinned while a batch is planned, kept once, found for ever. */
#include "ledger/ledger_pass.h"
#include "tests/unit/ledger/fixture.h"

#define FIRST "01JB0000000000000000000001"
#define SECOND "01JB0000000000000000000002"

static struct ledger_pass_chain chain_named(const char *kid)
{
	struct ledger_pass_chain c = {.kid = str_of(kid),
		.certificate = bytes_of(STR("leaf")),
		.intermediate = bytes_of(STR("wwdr"))};

	fixture_hash(kid, 1, c.sha256, 32);
	return c;
}

static void begin(struct fixture *f, const char *id, const char *key)
{
	struct batch b = fixture_batch(id, key);

	OK(ledger_batch_begin(f->l, &actor, &b, &f->err));
}

static void test_found_as_pinned(void **state)
{
	struct fixture *f = *state;
	struct ledger_pass_chain chain = chain_named("apple-1");
	struct ledger_pass_chain other = chain_named("apple-2");
	struct ledger_pass_chain got;
	bool found;

	begin(f, FIRST, "a");
	begin(f, SECOND, "b");
	OK(ledger_pass_find(f->l, f->a, STR(FIRST), &got, &found, &f->err));
	assert_false(found);
	OK(ledger_pass_pin(f->l, &actor, STR(FIRST), &chain, &f->err));
	/* The same chain for another batch is kept once. */
	OK(ledger_pass_pin(f->l, &actor, STR(SECOND), &chain, &f->err));
	OK(ledger_pass_find(f->l, f->a, STR(SECOND), &got, &found, &f->err));
	assert_true(found);
	assert_true(str_eq_cz(got.kid, "apple-1"));
	assert_memory_equal(got.sha256, chain.sha256, 32);
	assert_true(str_eq(bytes_text(got.certificate), STR("leaf")));
	assert_true(str_eq(bytes_text(got.intermediate), STR("wwdr")));
	assert_int_equal(got.root.n, 0);
	/* Once a batch. */
	FAILS(RC_INPUT, ledger_pass_pin(f->l, &actor, STR(FIRST), &other, &f->err));
}

static void test_refused_outside_planning(void **state)
{
	struct fixture *f = *state;
	struct ledger_pass_chain chain = chain_named("apple-1");
	static uint8_t long_der[9000];
	uint8_t hash[32] = {1};

	FAILS(RC_INPUT, ledger_pass_pin(f->l, &actor, STR(FIRST), &chain, &f->err));
	begin(f, FIRST, "a");
	chain.intermediate = (struct bytes){long_der, sizeof long_der};
	FAILS(RC_INPUT, ledger_pass_pin(f->l, &actor, STR(FIRST), &chain, &f->err));
	OK(ledger_batch_freeze(f->l, &actor, STR(FIRST), hash, bytes_of(STR("p")), &f->err));
	chain = chain_named("apple-1");
	FAILS(RC_INPUT, ledger_pass_pin(f->l, &actor, STR(FIRST), &chain, &f->err));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)
	const struct CMUnitTest tests[] = {
		TEST(test_found_as_pinned),
		TEST(test_refused_outside_planning),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
