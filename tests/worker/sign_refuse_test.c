// SPDX-License-Identifier: Apache-2.0
/* What the real certfill-sign refuses, and in which words (ADR 0003). */
#include "tests/worker/sign_sample.h"

static struct sample sample;

static int start(void **state)
{
	(void)state;
	sample_start(&sample);
	sample_register(&sample);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	sample_close(&sample);
	return 0;
}

static void refuses_rows_outside_the_policy(void **state)
{
	struct wire_sign_row row = sample_row(10);
	struct wire_signed_rows out;
	struct wire_sign_rows ask = {STR("01KV3N2E00ZZZZZZZZZZZZZZZZ"), {&row, 1}};
	struct err err = {0};

	(void)state;
	assert_refused(sample_sign(&sample, &row, 1, &out, &err), &err, RC_INPUT,
		"outside the batch's 10 rows");
	row = sample_row(5);
	row.credential = 2;
	assert_refused(
		sample_sign(&sample, &row, 1, &out, &err), &err, RC_INPUT, "asks for credential 2");
	row.credential = 0;
	assert_refused(
		sample_ask(&sample, MESSAGE_SIGN_ROWS, &ask, MESSAGE_SIGNED_ROWS, &out, &err), &err,
		RC_INPUT, "no batch");
	(void)sample_sign_one(&sample, row);
	row.name = STR("Somebody Else");
	assert_refused(
		sample_sign(&sample, &row, 1, &out, &err), &err, RC_INPUT, "other content before");
}

static void refuses_impossible_rows_alone(void **state)
{
	struct wire_sign_row rows[3] = {sample_row(6), sample_row(7), sample_row(8)};
	struct wire_signed_rows out;
	struct err err = {0};

	(void)state;
	rows[0].valid_until_s = rows[0].valid_from_s;
	rows[1].evidence_url = STR("not a url");
	assert_ok(sample_sign(&sample, rows, 3, &out, &err), err);
	assert_false(out.rows.items[0].ok);
	assert_true(has(out.rows.items[0].message, "end before it begins"));
	assert_int_equal(out.rows.items[0].jwt.n + out.rows.items[0].token.n, 0);
	assert_false(out.rows.items[1].ok);
	assert_true(has(out.rows.items[1].message, "evidence"));
	assert_true(out.rows.items[2].ok);
	/* It was not signed, so it may be put right. */
	assert_true(sample_sign_one(&sample, sample_row(6)).ok);
}

static void refuses_other_images_and_policies(void **state)
{
	struct wire_policy policy = sample_policy(&sample);
	struct err err = {0};

	(void)state;
	assert_ok(sample_image(&sample, 0, STR("en.lproj/pass.strings"),
			  sample_strings(sample.a, STR("en")), &err),
		err);
	assert_refused(sample_image(&sample, 0, STR("icon.png"), STR("other"), &err), &err,
		RC_INPUT, "other content");
	assert_refused(sample_image(&sample, 0, STR("../icon.png"), STR("x"), &err), &err, RC_INPUT,
		"plain name");
	assert_refused(sample_image(&sample, 0, STR("pass.json"), STR("x"), &err), &err, RC_INPUT,
		"itself");
	assert_refused(sample_image(&sample, 9, STR("icon.png"), STR("x"), &err), &err, RC_INPUT,
		"no credential 9");
	assert_ok(sample_set(&sample, &policy, &err), err);
	policy.row_count = 11;
	assert_refused(sample_set(&sample, &policy, &err), &err, RC_INPUT, "another policy");
}

/* A phone would show these texts in place of others, a recipient's name included. */
static void refuses_other_texts_of_passes(void **state)
{
	struct str en = sample_strings(sample.a, STR("en"));
	struct str more =
		str_fmt(sample.a, STR_FMT "\"Ada Nuñez “the first”\" = \"Eve\";\n", STR_ARG(en));
	struct err err = {0};

	(void)state;
	assert_refused(sample_image(&sample, 0, STR("en.lproj/pass.strings"), more, &err), &err,
		RC_INPUT, "not what the batch's policy gives");
	assert_refused(sample_image(&sample, 0, STR("de.lproj/pass.strings"), en, &err), &err,
		RC_INPUT, "not what the batch's policy gives");
	assert_refused(sample_image(&sample, 0, STR("fr.lproj/pass.strings"),
			       sample_strings(sample.a, STR("fr")), &err),
		&err, RC_INPUT, "not what the batch's policy gives");
	assert_refused(sample_image(&sample, 0, STR("pass.strings"), en, &err), &err, RC_INPUT,
		"not what the batch's policy gives");
	/* The second credential's names say no language. */
	assert_refused(sample_image(&sample, 1, STR("en.lproj/pass.strings"), en, &err), &err,
		RC_INPUT, "not what the batch's policy gives");
}

/* The same row once more, crossed out; never another row. */
static void voids_the_pass_of_a_row_that_was_signed(void **state)
{
	struct wire_sign_row row = sample_row(5);
	struct wire_signed_row before = sample_sign_one(&sample, row);
	struct wire_signed_row after;
	struct wire_signed_rows out;
	struct err err = {0};

	(void)state;
	row.voided = true;
	after = sample_sign_one(&sample, row);
	assert_true(str_eq(bytes_text(before.jwt), bytes_text(after.jwt)));
	assert_false(has(bytes_text(before.pass_json), "voided"));
	assert_true(has(bytes_text(after.pass_json), "\"voided\":true"));
	assert_true(has(bytes_text(after.pass_json), "{\"key\":\"status\",\"label\":\"Status\""));
	row.name = STR("Somebody Else");
	assert_refused(
		sample_sign(&sample, &row, 1, &out, &err), &err, RC_INPUT, "other content before");
}

/* Who may revoke, but not issue, gets passes that are void and nothing else. */
static void lets_a_revoker_sign_voided_passes_alone(void **state)
{
	struct wire_policy policy = sample_policy(&sample);
	struct wire_sign_row row = sample_row(1);
	struct wire_sign_rows ask = {STR("01J00000000000000000REV0KE"), {&row, 1}};
	struct wire_signed_rows out;
	struct err err = {0};

	(void)state;
	policy.batch = ask.batch;
	policy.actor.role = STR("certification:revoke");
	assert_refused(sample_set(&sample, &policy, &err), &err, RC_INPUT,
		"may have voided passes signed, and no credentials");
	for (uint32_t i = 0; i < policy.credentials.count; i++)
		policy.credentials.items[i].outputs &= OUTPUT_PASS;
	assert_ok(sample_set(&sample, &policy, &err), err);
	assert_refused(
		sample_ask(&sample, MESSAGE_SIGN_ROWS, &ask, MESSAGE_SIGNED_ROWS, &out, &err), &err,
		RC_INPUT, "a pass that is not void");
}

struct bad_policy {
	void (*spoil)(struct wire_policy *p);
	const char *words;
};

static void spoil_tenant(struct wire_policy *p)
{
	p->actor.tenant = STR("another");
}
static void spoil_role(struct wire_policy *p)
{
	p->actor.role = STR("certification:read");
}
static void spoil_kid(struct wire_policy *p)
{
	p->kid = STR("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
}
static void spoil_end(struct wire_policy *p)
{
	p->issued_s = SAMPLE_NOW_S + 400 * SAMPLE_DAY_S;
}
static void spoil_begin(struct wire_policy *p)
{
	p->issued_s = SAMPLE_NOW_S - 2 * SAMPLE_DAY_S;
}
static void spoil_future(struct wire_policy *p)
{
	p->issued_s = SAMPLE_NOW_S + 3 * SAMPLE_DAY_S;
}
static void spoil_issuer(struct wire_policy *p)
{
	p->issuer.id = STR("did:web:badges.uni.example.evil.test");
}
static void spoil_base(struct wire_policy *p)
{
	p->issuer.base_url = STR("https://badges.uni.example/");
}
static void spoil_rows(struct wire_policy *p)
{
	p->row_count = 0;
}
static void spoil_demo(struct wire_policy *p)
{
	p->issuer.id = STR("did:web:demo.invalid");
	p->issuer.base_url = STR("https://demo.invalid");
}
static void spoil_status(struct wire_policy *p)
{
	p->credentials.items[0].status = STR("maybe");
}
static void spoil_criteria(struct wire_policy *p)
{
	p->credentials.items[1].achievement.criteria_id = STR("");
}
static void spoil_type(struct wire_policy *p)
{
	p->credentials.items[0].achievement.type = STR("Doctorate");
}
static void spoil_colour(struct wire_policy *p)
{
	p->credentials.items[0].pass.label = STR("#102a54");
}
static void spoil_pass_kid(struct wire_policy *p)
{
	p->pass_kid = STR("apple-0011223344556677");
}
/* The same key under another intermediate gives other passes, too. */
static void spoil_pass_chain(struct wire_policy *p)
{
	p->pass_chain_sha256[31] ^= 1;
}
static void spoil_pass_pin(struct wire_policy *p)
{
	p->pass_kid = STR("");
	memset(p->pass_chain_sha256, 0, sizeof p->pass_chain_sha256);
}

static void refuses_bad_policies(void **state)
{
	static const struct bad_policy bad[] = {{spoil_tenant, "not of another"},
		{spoil_role, "may not do this"}, {spoil_kid, "no key of this tenant"},
		{spoil_end, "last day"}, {spoil_begin, "first day"},
		{spoil_future, "in the future"}, {spoil_issuer, "did:web"},
		{spoil_base, "without a path"}, {spoil_rows, "no rows"},
		{spoil_demo, "demonstration"}, {spoil_status, "kind of status"},
		{spoil_criteria, "no criteria"}, {spoil_type, "ext:"}, {spoil_colour, "rgb("},
		{spoil_pass_kid, "apple-0011223344556677"}, {spoil_pass_chain, "pass certificate"},
		{spoil_pass_pin, "pass certificate"}};
	struct err err = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
		struct wire_policy p = sample_policy(&sample);

		p.batch = STR("01KV3N2E00BAD000000000000");
		bad[i].spoil(&p);
		assert_refused(sample_set(&sample, &p, &err), &err, RC_INPUT, bad[i].words);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses_rows_outside_the_policy),
		cmocka_unit_test(refuses_impossible_rows_alone),
		cmocka_unit_test(refuses_other_images_and_policies),
		cmocka_unit_test(refuses_other_texts_of_passes),
		cmocka_unit_test(voids_the_pass_of_a_row_that_was_signed),
		cmocka_unit_test(lets_a_revoker_sign_voided_passes_alone),
		cmocka_unit_test(refuses_bad_policies),
	};

	harness_start();
	return cmocka_run_group_tests(tests, start, stop);
}
