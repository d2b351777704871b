// SPDX-License-Identifier: Apache-2.0
/* The public pages: nothing gets out of its place, no verdict is mistaken, nothing shown that must not be. */
#include "serve/html.h"
#include "serve/page.h"
#include "tests/harness/harness.h"

#include <string.h>

#define HOSTILE "</bdi><script>alert(1)</script>\"' onload=\"x"

static const struct view_check checks[] = {
	{CHECK_SIGNATURE, CHECK_FAILED, WHY_CHANGED}, {CHECK_STATUS, CHECK_NOT_DONE, WHY_EARLIER}};
static const struct view_field fields[] = {
	{{HOSTILE, sizeof HOSTILE - 1}, {HOSTILE, sizeof HOSTILE - 1}}};

static struct verify_view view_of(enum verdict verdict)
{
	return (struct verify_view){.standing.verdict = verdict,
		.issuer_name = STR("Beispiel-Universität"),
		.issuer_url = STR("javascript:alert(1)"),
		.recipient = STR(HOSTILE),
		.achievement = STR("Mathematics"),
		.fields = fields,
		.field_count = 1,
		.issued_s = 1781222400,
		.standing.starts_s = verdict == VERDICT_EARLY ? 1781568000 : VIEW_NO_TIME,
		.standing.expires_s = 1781308800,
		.standing.changed_s = 1781395200,
		.checks = checks,
		.check_count = 2,
		.credential_url = STR("//elsewhere.example/x"),
		.picture = {STR("/a/t/x.png?k=1&e=2"), STR("/a/t/x-small.jpg?k=1&e=2"), 1754, 1240},
		.permalink = STR("https://certs.example.edu/verify/vt_0"),
		.checked_s = 1781481600};
}

static bool has(const struct buf *page, const char *what)
{
	struct str s = buf_str(page);

	return str_find_str(s, str_of(what)) != s.n;
}

static void hostile_words_stay_words(void **state)
{
	(void)state;
	for (enum verdict k = 0; k < VERDICT_COUNT; k++)
		for (enum language l = 0; l < LANGUAGE_COUNT; l++) {
			struct buf page = buf_new(PAGE_MAX);
			struct verify_view v = view_of(k);

			page_put_verify(&page, &v, l, STR("/verify/\"><script>"));
			assert_false(page.full);
			assert_false(has(&page, "<script"));
			assert_false(has(&page, "javascript:"));
			assert_false(has(&page, "//elsewhere"));
			assert_false(has(&page, "{1}"));
			assert_true(str_is_utf8(buf_str(&page)));
			buf_free(&page);
		}
}

/* The heading alone, for it is what people read. */
static struct str heading_of(const struct buf *page)
{
	struct str s = buf_str(page);
	size_t from = str_find_str(s, STR("<h1>"));

	return str_slice(s, from + 4, str_find_str(s, STR("</h1>")));
}

static void each_verdict_has_its_own_heading_and_day(void **state)
{
	static const struct {
		enum verdict verdict;
		const char *heading;
	} cases[] = {{VERDICT_VALID, "This certificate is valid"},
		{VERDICT_EXPIRED, "This certificate expired on <bdi>13 June 2026</bdi>"},
		{VERDICT_SUSPENDED,
			"This certificate has been suspended since <bdi>14 June 2026</bdi>"},
		{VERDICT_REVOKED, "This certificate was revoked on <bdi>14 June 2026</bdi>"},
		{VERDICT_SUPERSEDED,
			"This certificate was replaced by a newer one on <bdi>14 June 2026</bdi>"},
		{VERDICT_NOT_GENUINE, "This is not a genuine certificate"},
		{VERDICT_UNDETERMINED, "This certificate could not be checked"},
		{VERDICT_EARLY, "This certificate is not valid before <bdi>16 June 2026</bdi>"}};

	(void)state;
	assert_int_equal(ARRAY_COUNT(cases), VERDICT_COUNT);
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct buf page = buf_new(PAGE_MAX);
		struct verify_view v = view_of(cases[i].verdict);

		page_put_verify(&page, &v, LANGUAGE_EN, STR("/verify/x"));
		assert_true(str_eq(heading_of(&page), str_of(cases[i].heading)));
		assert_int_equal(has(&page, "class=\"card verdict good\""), i == 0);
		buf_free(&page);
	}
}

static void nothing_of_the_content_after_a_wrong_signature(void **state)
{
	static const enum verdict silent[] = {VERDICT_NOT_GENUINE, VERDICT_UNDETERMINED};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(silent); i++) {
		struct buf page = buf_new(PAGE_MAX);
		struct buf json = buf_new(PAGE_MAX);
		struct verify_view v = view_of(silent[i]);

		page_put_verify(&page, &v, LANGUAGE_FR, STR("/verify/x"));
		page_put_checked(&page, LANGUAGE_FR, v.checked_s);
		page_put_verify_json(&json, &v);
		page_put_json_checked(&json, v.checked_s);
		assert_false(has(&page, "Mathematics") || has(&json, "Mathematics"));
		assert_false(has(&page, "Beispiel") || has(&json, "Beispiel"));
		assert_false(has(&page, "2026-06-12") || has(&json, "2026-06-12"));
		assert_false(has(&page, "<img"));
		assert_true(has(&json,
			silent[i] == VERDICT_NOT_GENUINE ? "\"not-genuine\"" : "\"undetermined\""));
		buf_free(&page);
		buf_free(&json);
	}
}

/* Its place is kept free; dense screens may take the whole one; a link leads there. */
static void the_picture_comes_small(void **state)
{
	static const struct {
		uint32_t width;
		uint32_t height;
		const char *img;
	} cases[] = {
		{1754, 1240,
			"<img src=\"/v/t\" width=\"704\" height=\"498\" srcset=\"/v/t 704w, /v/p "
			"1754w\" sizes=\"(min-width:736px) 704px, calc(100vw - 2rem)\" alt=\""},
		{1240, 1754,
			"<img src=\"/v/t\" width=\"385\" height=\"544\" srcset=\"/v/t 385w, /v/p "
			"1240w\" sizes=\"(min-width:417px) 385px, calc(100vw - 2rem)\" alt=\""},
		{400, 300, "<img src=\"/v/t\" width=\"400\" height=\"300\" alt=\""},
		{0, 0, "<img src=\"/v/t\" alt=\""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct buf page = buf_new(PAGE_MAX);
		struct verify_view v = view_of(VERDICT_VALID);

		v.picture = (struct view_picture){
			STR("/v/p"), STR("/v/t"), cases[i].width, cases[i].height};
		page_put_verify(&page, &v, LANGUAGE_EN, STR("/verify/x"));
		assert_true(has(&page, cases[i].img));
		assert_true(has(&page, "<figure><a href=\"/v/p\"><img"));
		buf_free(&page);
	}
}

static void arabic_pages_run_right_to_left(void **state)
{
	struct buf page = buf_new(PAGE_MAX);
	struct verify_view v = view_of(VERDICT_VALID);

	(void)state;
	page_put_verify(&page, &v, LANGUAGE_AR, STR("/verify/x"));
	assert_true(has(&page, "<html lang=\"ar\" dir=\"rtl\">"));
	assert_true(has(&page, "12 يونيو 2026"));
	assert_true(has(&page, "href=\"?lang=de\""));
	buf_free(&page);
}

static void what_failed_says_why_and_when(void **state)
{
	struct buf page = buf_new(PAGE_MAX);
	struct buf json = buf_new(PAGE_MAX);
	struct verify_view v = view_of(VERDICT_NOT_GENUINE);

	(void)state;
	page_put_verify(&page, &v, LANGUAGE_DE, STR("/verify/x"));
	page_put_checked(&page, LANGUAGE_DE, v.checked_s + 3661);
	assert_true(has(&page, "Ausgelassen, weil eine Prüfung weiter oben fehlschlug."));
	assert_true(has(&page, "Geprüft am <bdi>15. Juni 2026, 01:01</bdi> UTC."));
	page_put_verify_json(&json, &v);
	assert_true(has(&json, "\"why\":\"Left out, because a check above failed.\""));
	buf_free(&page);
	buf_free(&json);
}

static void columns_become_words(void **state)
{
	static const struct view_field own[] = {
		{{"field.final_grade", 17}, {"1.0", 3}}, {{"field.\xc3\xa9tat", 11}, {"x", 1}}};
	struct buf page = buf_new(PAGE_MAX);
	struct verify_view v = view_of(VERDICT_VALID);

	(void)state;
	v.fields = own;
	v.field_count = 2;
	page_put_verify(&page, &v, LANGUAGE_EN, STR("/verify/x"));
	assert_true(has(&page, "<dt><bdi>Final grade</bdi></dt>"));
	assert_true(has(&page, "<dt><bdi>\xc3\xa9tat</bdi></dt>"));
	buf_free(&page);
}

static void the_policy_allows_exactly_the_style(void **state)
{
	struct buf policy = buf_new(1024);

	(void)state;
	page_put_policy(&policy, STR(""));
	assert_true(has(&policy, "default-src 'none'; style-src 'sha256-"));
	assert_false(has(&policy, "unsafe"));
	assert_false(has(&policy, "script-src"));
	buf_free(&policy);
}

static void claim_offers_what_there_is(void **state)
{
	struct buf page = buf_new(PAGE_MAX);
	struct claim_view v = {.standing.verdict = VERDICT_VALID,
		.issuer_name = STR("U"),
		.recipient = STR(HOSTILE),
		.achievement = STR(HOSTILE),
		.standing.expires_s = VIEW_NO_TIME,
		.verify_url = STR("https://c.example.edu/verify/x"),
		.action = STR("/c/secret"),
		.offers = {[CLAIM_PDF] = true, [CLAIM_PASS] = true},
		.pass_is_demo = true};

	(void)state;
	page_put_claim(&page, &v, LANGUAGE_EN);
	assert_true(has(&page, "value=\"pdf\""));
	assert_false(has(&page, "value=\"png\""));
	assert_true(has(&page, "no phone accepts it"));
	assert_false(has(&page, "Add to Apple Wallet"));
	assert_false(has(&page, "linkedin"));
	assert_false(has(&page, "<script"));
	assert_true(has(&page, "method=\"post\" action=\"/c/secret\""));
	v.standing.verdict = VERDICT_REVOKED;
	buf_reset(&page);
	page_put_claim(&page, &v, LANGUAGE_EN);
	assert_true(str_starts(heading_of(&page), STR("This certificate was revoked")));
	buf_free(&page);
}

static void broken_utf8_becomes_a_replacement(void **state)
{
	struct buf out = buf_new(100);

	(void)state;
	html_put_text(&out, STR("a\xff<\xc3"));
	assert_true(str_eq(buf_str(&out), STR("a\xEF\xBF\xBD&lt;\xEF\xBF\xBD")));
	buf_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(hostile_words_stay_words),
		cmocka_unit_test(the_picture_comes_small),
		cmocka_unit_test(each_verdict_has_its_own_heading_and_day),
		cmocka_unit_test(nothing_of_the_content_after_a_wrong_signature),
		cmocka_unit_test(arabic_pages_run_right_to_left),
		cmocka_unit_test(what_failed_says_why_and_when),
		cmocka_unit_test(columns_become_words),
		cmocka_unit_test(the_policy_allows_exactly_the_style),
		cmocka_unit_test(claim_offers_what_there_is),
		cmocka_unit_test(broken_utf8_becomes_a_replacement)};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
