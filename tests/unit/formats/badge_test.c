// SPDX-License-Identifier: Apache-2.0
/* Open Badges 3.0 credentials. */
#include "formats/badge.h"
#include "tests/harness/harness.h"

#include <string.h>

static const struct badge_issuer issuer = {
	.id = STR("did:web:h.example"), .name = STR("H"), .base_url = STR("https://h.example")};

static struct badge_achievement smallest(void)
{
	return (struct badge_achievement){
		.id = STR("https://h.example/a"), .name = STR("N"), .criteria_narrative = STR("C")};
}

static struct badge_award award_of_one(void)
{
	struct badge_award a = {.valid_from_s = 1781481600,
		.valid_until_s = BADGE_NO_TIME,
		.awarded_s = BADGE_NO_TIME,
		.status_list = 3,
		.status_index = 94567};

	memset(a.ulid, 0x01, sizeof a.ulid);
	memset(a.subject, 0x02, sizeof a.subject);
	return a;
}

static enum rc put(struct buf *out, const struct badge_issuer *i, const struct badge_achievement *a,
	const struct badge_award *award, struct err *err)
{
	struct arena *work = arena_new((size_t)1 << 20);
	const struct jsonr_value *tree;
	enum rc rc = badge_build(work, i, a, award, &tree, err);

	if (rc == RC_OK)
		rc = badge_put(out, tree, err);
	arena_free(&work);
	return rc;
}

static void assert_badge(const struct badge_issuer *i, const struct badge_achievement *a,
	const struct badge_award *award, const char *want)
{
	struct buf out = buf_new(16384);
	struct err err = {0};

	assert_ok(put(&out, i, a, award, &err), err);
	if (str_find_str(buf_str(&out), str_of(want)) == out.n)
		fail_msg("no %s in " STR_FMT, want, STR_ARG(buf_str(&out)));
	buf_free(&out);
}

static void writes_the_smallest_whole(void **state)
{
	struct badge_achievement a = smallest();
	struct badge_award award = award_of_one();

	(void)state;
	assert_badge(&issuer, &a, &award,
		"{\"@context\":[\"https://www.w3.org/ns/credentials/v2\","
		"\"https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json\","
		"\"https://purl.imsglobal.org/spec/ob/v3p0/extensions.json\"],"
		"\"id\":\"https://h.example/credentials/01040G2081040G2081040G2081\","
		"\"type\":[\"VerifiableCredential\",\"OpenBadgeCredential\"],\"name\":\"N\","
		"\"description\":\"N\","
		"\"issuer\":{\"id\":\"did:web:h.example\",\"type\":[\"Profile\"],\"name\":\"H\"},"
		"\"validFrom\":\"2026-06-15T00:00:00Z\","
		"\"credentialSubject\":{\"id\":\"urn:uuid:02020202-0202-0202-0202-020202020202\","
		"\"type\":[\"AchievementSubject\"],\"achievement\":{\"id\":\"https://h.example/a\","
		"\"type\":[\"Achievement\"],\"name\":\"N\",\"description\":\"N\",\"criteria\":{"
		"\"narrative\":\"C\"}}},"
		"\"credentialSchema\":[{\"id\":\"https://purl.imsglobal.org/spec/ob/v3p0/schema/"
		"json/"
		"ob_v3p0_achievementcredential_schema.json\",\"type\":"
		"\"1EdTechJsonSchemaValidator2019\"}],"
		"\"credentialStatus\":{\"id\":\"https://h.example/status/"
		"3#94567\",\"type\":\"BitstringStatusListEntry\","
		"\"statusPurpose\":\"revocation\",\"statusListIndex\":\"94567\","
		"\"statusListCredential\":\"https://h.example/status/3\"}}");
}

static void a_demo_says_so_and_claims_no_address(void **state)
{
	struct badge_issuer demo = issuer;
	struct badge_achievement a = smallest();
	struct badge_award award = award_of_one();

	(void)state;
	demo.demo = true;
	assert_badge(&demo, &a, &award,
		"\"id\":\"urn:uuid:01010101-0101-0101-0101-010101010101\",\"type\"");
	assert_badge(
		&demo, &a, &award, "\"name\":\"DEMO \u2013 N\",\"description\":\"DEMO \u2013 N\"");
}

static void kinds_of_status(void **state)
{
	struct badge_achievement a = smallest();
	struct badge_award award = award_of_one();

	(void)state;
	assert_true(badge_status_of(STR("suspension"), &award.status));
	assert_badge(&issuer, &a, &award, "\"statusPurpose\":\"suspension\"");
	assert_true(badge_status_of(STR("1edtech"), &award.status));
	assert_badge(&issuer, &a, &award,
		"\"credentialStatus\":{\"id\":\"https://h.example/revocations/"
		"3\",\"type\":\"1EdTechRevocationList\"}}");
	assert_true(badge_status_of(STR(""), &award.status));
	assert_int_equal(award.status, BADGE_STATUS_REVOCATION);
	assert_false(badge_status_of(STR("Revocation"), &award.status));
}

/* The hash of OB 3.0's rule, from another implementation: printf 'a@b.example00…' | sha256sum. */
static void hashes_the_address(void **state)
{
	struct badge_achievement a = smallest();
	struct badge_award award = award_of_one();

	(void)state;
	award.email = STR("a@b.example");
	assert_badge(&issuer, &a, &award,
		"\"identifier\":[{\"type\":\"IdentityObject\",\"hashed\":true,"
		"\"identityHash\":\"sha256$"
		"29446ad71f5ec9373a050b34bbea7d0e795e8980d8d68d1a4b5d887cd940dd4d\","
		"\"identityType\":\"emailAddress\",\"salt\":\"00000000000000000000000000000000\"}"
		"]");
}

static void results_point_to_descriptions(void **state)
{
	static const struct badge_result results[] = {
		{.name = STR("Final grade"), .value = STR("92 \"A\"")},
		{.name = STR("\u00e9"), .value = STR("1")}};
	struct badge_achievement a = smallest();
	struct badge_award award = award_of_one();

	(void)state;
	award.results = results;
	award.result_count = 2;
	assert_badge(&issuer, &a, &award,
		"\"resultDescription\":[{\"id\":\"https://h.example/a#result/Final%20grade\","
		"\"type\":[\"ResultDescription\"],\"name\":\"Final "
		"grade\",\"resultType\":\"Result\"},"
		"{\"id\":\"https://h.example/a#result/%C3%A9\"");
	assert_badge(&issuer, &a, &award,
		"\"result\":[{\"type\":[\"Result\"],\"resultDescription\":\"https://h.example/"
		"a#result/Final%20grade\","
		"\"value\":\"92 \\\"A\\\"\"},");
	a.id = STR("https://h.example/a#b");
	assert_badge(&issuer, &a, &award, "\"https://h.example/a#b/result/%C3%A9\"");
}

static void says_everything_there_is(void **state)
{
	static const struct str tags[] = {STR("t1"), STR("t2")};
	struct badge_achievement a = smallest();
	struct badge_award award = award_of_one();

	(void)state;
	a.tags = tags;
	a.tag_count = 2;
	a.type = STR("Course");
	a.human_code = STR("HC");
	a.criteria_id = STR("https://h.example/c");
	a.in_language = STR("zh-Hant-TW");
	award.valid_until_s = 1781481600 + 86400;
	award.awarded_s = 1781481600 - 1;
	award.evidence_url = STR("https://e.example/1");
	assert_badge(&issuer, &a, &award, "\"tag\":[\"t1\",\"t2\"]");
	assert_badge(&issuer, &a, &award, "\"achievementType\":\"Course\"");
	assert_badge(&issuer, &a, &award,
		"\"criteria\":{\"id\":\"https://h.example/"
		"c\",\"narrative\":\"C\"},\"humanCode\":\"HC\"");
	assert_badge(&issuer, &a, &award, "\"inLanguage\":\"zh-Hant-TW\"");
	assert_badge(&issuer, &a, &award,
		"\"validUntil\":\"2026-06-16T00:00:00Z\",\"awardedDate\":\"2026-06-14T23:59:59Z\"");
	assert_badge(&issuer, &a, &award,
		"\"evidence\":[{\"id\":\"https://e.example/1\",\"type\":[\"Evidence\"]}]");
}

/* The schema's pattern, and language tags that BCP 47 knows but it does not. */
static void leaves_languages_out_that_the_schema_refuses(void **state)
{
	static const char *const good[] = {"en", "de-AT", "sr-Latn", "es-419", "zh-Hant-TW"};
	static const char *const bad[] = {"EN", "e", "engli", "de-at", "zh-hant", "en-", "en-US-x",
		"en-GB-oxendict", "es-41"};
	struct badge_award award = award_of_one();

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(good) + ARRAY_COUNT(bad); i++) {
		bool fine = i < ARRAY_COUNT(good);
		struct badge_achievement a = smallest();
		struct buf out = buf_new(16384);
		struct err err = {0};

		a.in_language = str_of(fine ? good[i] : bad[i - ARRAY_COUNT(good)]);
		assert_ok(put(&out, &issuer, &a, &award, &err), err);
		if ((str_find_str(buf_str(&out), STR("inLanguage")) < out.n) != fine)
			fail_msg(STR_FMT, STR_ARG(a.in_language));
		buf_free(&out);
	}
}

static void refuses_achievements(void **state)
{
	struct badge_achievement a = smallest();
	struct err err = {0};

	(void)state;
	assert_ok(badge_check_achievement(&a, &err), err);
	a.id = STR("stat-101");
	assert_int_equal(badge_check_achievement(&a, &err), RC_INPUT);
	a = smallest();
	a.name = STR("");
	assert_int_equal(badge_check_achievement(&a, &err), RC_INPUT);
	a = smallest();
	a.criteria_narrative = STR("");
	assert_int_equal(badge_check_achievement(&a, &err), RC_INPUT);
	a.criteria_id = STR("criteria page");
	assert_int_equal(badge_check_achievement(&a, &err), RC_INPUT);
	a = smallest();
	a.type = STR("ext:Bootcamp");
	assert_ok(badge_check_achievement(&a, &err), err);
	a.type = STR("Bootcamp");
	assert_int_equal(badge_check_achievement(&a, &err), RC_INPUT);
	assert_non_null(strstr(err.text, "Bootcamp"));
}

static void refuses_awards(void **state)
{
	static const struct badge_result twice[] = {
		{.name = STR("a"), .value = STR("1")}, {.name = STR("a"), .value = STR("2")}};
	static const struct badge_result unnamed[] = {{.name = STR(""), .value = STR("1")}};
	struct badge_achievement a = smallest();
	struct badge_award award = award_of_one();
	struct buf out = buf_new(16384);
	struct buf small = buf_new(500);
	struct err err = {0};

	(void)state;
	assert_int_equal(put(&small, &issuer, &a, &award, &err), RC_LIMIT);
	award.results = twice;
	award.result_count = 2;
	assert_int_equal(put(&out, &issuer, &a, &award, &err), RC_INPUT);
	award.results = unnamed;
	award.result_count = 1;
	assert_int_equal(put(&out, &issuer, &a, &award, &err), RC_INPUT);
	award = award_of_one();
	award.evidence_url = STR("see attachment");
	assert_int_equal(put(&out, &issuer, &a, &award, &err), RC_INPUT);
	award = award_of_one();
	award.valid_from_s = BADGE_NO_TIME;
	assert_int_equal(put(&out, &issuer, &a, &award, &err), RC_INPUT);
	assert_int_equal(out.n, 0);
	buf_free(&small);
	buf_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_the_smallest_whole),
		cmocka_unit_test(a_demo_says_so_and_claims_no_address),
		cmocka_unit_test(kinds_of_status),
		cmocka_unit_test(hashes_the_address),
		cmocka_unit_test(results_point_to_descriptions),
		cmocka_unit_test(says_everything_there_is),
		cmocka_unit_test(leaves_languages_out_that_the_schema_refuses),
		cmocka_unit_test(refuses_achievements),
		cmocka_unit_test(refuses_awards),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
