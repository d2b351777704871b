// SPDX-License-Identifier: Apache-2.0
/* JWTs in 1EdTech's profile, large answers and the JWK Set, asked of the real certfill-sign. */
#include "base/text.h"
#include "tests/worker/sign_sample.h"

static struct sample sample;
static char alg[8];
static struct str jwt_kid;

/* A tenant with a jwt key of that algorithm, its policy registered. */
static void start(const char *which)
{
	struct wire_keys_add add = {.actor = sample_actor(),
		.now_s = SAMPLE_NOW_S,
		.overlap_s = 2 * SAMPLE_DAY_S,
		.purposes = 1U << KEY_JWT,
		.fresh = true};
	struct err err = {0};

	add.actor.role = STR("certification:keys");
	(void)text_fmt(alg, sizeof alg, "%s", which);
	add.alg = str_of(alg);
	sample_open(&sample);
	assert_ok(sample_make(&sample, &err), err);
	assert_ok(sample_ask(&sample, MESSAGE_KEYS_ADD, &add, MESSAGE_KEYS_ARE, &sample.keys, &err),
		err);
	assert_ok(spawn_lock(&sample.child, sample.a, &sample.ready, &err), err);
	jwt_kid = sample_kid(&sample, KEY_JWT);
}

static struct wire_policy policy_with_jwt(void)
{
	struct wire_policy p = sample_policy(&sample);

	p.jwt_kid = jwt_kid;
	return p;
}

static struct wire_sign_row badge_row(uint32_t row)
{
	struct wire_sign_row r = sample_row(row);

	r.credential = 1;
	r.results.count = 0;
	return r;
}

static struct str header_of(struct bytes jwt)
{
	struct bytes text;
	struct err err = {0};
	struct str all = bytes_text(jwt);

	assert_ok(text_from_base64url(
			  sample.a, str_slice(all, 0, str_find(all, '.', 0)), &text, &err),
		err);
	return bytes_text(text);
}

static void gives_a_third_form_twice_the_same(void **state)
{
	static const char *const algs[] = {"RS256", "ES256"};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(algs); i++) {
		struct wire_policy policy;
		struct wire_signed_row once;
		struct wire_signed_row again;
		struct str header;
		struct err err = {0};

		start(algs[i]);
		policy = policy_with_jwt();
		assert_ok(sample_set(&sample, &policy, &err), err);
		once = sample_sign_one(&sample, badge_row(1));
		again = sample_sign_one(&sample, badge_row(1));
		if (!once.ok)
			fail_msg(STR_FMT, STR_ARG(once.message));
		assert_true(once.jwt.n != 0 && once.badge.n != 0);
		assert_true(str_eq(bytes_text(once.jwt_1edtech), bytes_text(again.jwt_1edtech)));
		header = header_of(once.jwt_1edtech);
		assert_true(str_eq(header,
			str_fmt(sample.a,
				"{\"alg\":\"%s\",\"kid\":\"https://badges.uni.example/api/v1/"
				"keys/" STR_FMT "\",\"typ\":\"JWT\"}",
				algs[i], STR_ARG(jwt_kid))));
		sample_close(&sample);
	}
}

static void none_without_a_key_in_the_policy(void **state)
{
	struct wire_policy policy;
	struct wire_signed_row row;
	struct err err = {0};

	(void)state;
	start("ES256");
	policy = sample_policy(&sample);
	assert_ok(sample_set(&sample, &policy, &err), err);
	row = sample_sign_one(&sample, badge_row(1));
	assert_true(row.ok && row.jwt.n != 0);
	assert_int_equal(row.jwt_1edtech.n, 0);
	sample_close(&sample);
}

static void refuses_a_key_that_is_none_for_jwts(void **state)
{
	struct wire_policy policy;
	struct err err = {0};

	(void)state;
	start("ES256");
	policy = policy_with_jwt();
	policy.jwt_kid = policy.kid;
	assert_refused(
		sample_set(&sample, &policy, &err), &err, RC_INPUT, "is no key of this tenant");
	policy = policy_with_jwt();
	policy.issued_s = SAMPLE_NOW_S - 3 * SAMPLE_DAY_S;
	assert_refused(
		sample_set(&sample, &policy, &err), &err, RC_INPUT, "before its key's first day");
	sample_close(&sample);
}

/* Four large credentials in three forms are more than a frame: the first ones come, and the rest is asked for. */
static void answers_as_many_as_fit(void **state)
{
	static char narrative[7000];
	struct wire_policy policy;
	struct wire_policy_credential large[2];
	struct wire_sign_row rows[4];
	struct wire_signed_rows out = {0};
	struct err err = {0};
	uint32_t done = 0;
	unsigned asked = 0;

	(void)state;
	start("RS256");
	policy = policy_with_jwt();
	memset(narrative, 'x', sizeof narrative);
	memcpy(large, policy.credentials.items, sizeof large);
	large[1].achievement.criteria_narrative = (struct str){narrative, sizeof narrative};
	policy.credentials.items = large;
	assert_ok(sample_set(&sample, &policy, &err), err);
	while (done < ARRAY_COUNT(rows)) {
		for (uint32_t i = done; i < ARRAY_COUNT(rows); i++)
			rows[i] = badge_row(i);
		assert_ok(sample_sign(&sample, rows + done, ARRAY_COUNT(rows) - done, &out, &err),
			err);
		assert_true(out.rows.count >= 1 && out.rows.count < ARRAY_COUNT(rows));
		for (uint32_t i = 0; i < out.rows.count; i++) {
			assert_int_equal(out.rows.items[i].row, done++);
			assert_true(out.rows.items[i].ok);
			assert_true(out.rows.items[i].jwt_1edtech.n > sizeof narrative);
		}
		asked++;
	}
	assert_true(asked > 1);
	sample_close(&sample);
}

static void a_row_too_large_for_any_answer_fails_alone(void **state)
{
	static char narrative[8000];
	static char url[2000];
	static struct wire_text descriptions[1];
	struct wire_sign_row asked = badge_row(0);
	struct wire_policy policy;
	struct wire_policy_credential large[2];
	struct wire_signed_row row;
	struct err err = {0};

	(void)state;
	start("RS256");
	policy = policy_with_jwt();
	memset(narrative, 'x', sizeof narrative);
	memcpy(large, policy.credentials.items, sizeof large);
	large[1].achievement.criteria_narrative = (struct str){narrative, sizeof narrative};
	descriptions[0].text = (struct str){narrative, 1200};
	large[1].achievement.descriptions.items = descriptions;
	large[1].achievement.descriptions.count = 1;
	policy.credentials.items = large;
	(void)text_fmt(url, sizeof url, "https://uni.example/%s", "");
	memset(url + strlen(url), 'e', sizeof url - 1 - strlen(url));
	asked.evidence_url = str_of(url);
	assert_ok(sample_set(&sample, &policy, &err), err);
	row = sample_sign_one(&sample, asked);
	assert_false(row.ok);
	assert_true(has(row.message, "shorten the achievement's texts"));
	sample_close(&sample);
}

static void says_its_key_set(void **state)
{
	struct wire_key_set_ask ask = {.issuer_id = STR("did:web:badges.uni.example"),
		.base_url = STR("https://badges.uni.example")};
	struct wire_key_set set = {0};
	struct err err = {0};
	size_t keys = 0;

	(void)state;
	start("ES256");
	assert_ok(sample_ask(&sample, MESSAGE_KEY_SET, &ask, MESSAGE_KEY_SET_IS, &set, &err), err);
	for (size_t at = 0;
		(at = str_find_str(str_slice(set.text, at, set.text.n), STR("\"kty\"")) + at)
		< set.text.n;
		at++)
		keys++;
	assert_int_equal(keys, 5); /* assert, record, log, receipt, jwt */
	assert_true(has(set.text, "\"crv\":\"P-256\""));
	assert_true(has(set.text,
		str_fmt(sample.a, "https://badges.uni.example/api/v1/keys/" STR_FMT,
			STR_ARG(jwt_kid))
			.p));
	assert_false(has(set.text, "\"d\""));
	sample_close(&sample);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_a_third_form_twice_the_same),
		cmocka_unit_test(none_without_a_key_in_the_policy),
		cmocka_unit_test(refuses_a_key_that_is_none_for_jwts),
		cmocka_unit_test(answers_as_many_as_fit),
		cmocka_unit_test(a_row_too_large_for_any_answer_fails_alone),
		cmocka_unit_test(says_its_key_set),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
