// SPDX-License-Identifier: Apache-2.0
/* Single cells: addresses, links, language tags, flags, Excel's damage. Runs in: make check. */
#include "jobs/intake_cells.h"
#include "tests/harness/harness.h"

#include <string.h>

static struct arena *arena;

typedef bool check_function(struct str value, struct str column, struct intake_problems *p);

static void takes(check_function *check, const char *text)
{
	struct intake_problems p = {.a = arena};

	if (!check(str_of(text), STR("c"), &p) || p.count != 0)
		fail_msg("\"%s\" was refused", text);
}

static void refuses(check_function *check, const char *text, const char *code, const char *part)
{
	struct intake_problems p = {.a = arena};

	if (check(str_of(text), STR("c"), &p))
		fail_msg("\"%s\" was taken", text);
	assert_int_equal(p.errors, 1);
	assert_string_equal(p.items[0].code, code);
	assert_true(str_is_utf8(p.items[0].message));
	if (str_find_str(p.items[0].message, str_of(part)) == p.items[0].message.n)
		fail_msg("\"%s\": %.*s", text, STR_ARG(p.items[0].message));
}

static void addresses(void **state)
{
	char longest[300];

	(void)state;
	takes(intake_cells_check_email, "a@x.example");
	takes(intake_cells_check_email, "first.last+tag@sub.uni.example");
	takes(intake_cells_check_email, "o'neil!#$%&*/=?^_`{|}~@x.example");
	takes(intake_cells_check_email, "j\xC3\xBCrgen@m\xC3\xBCnchen.example");
	refuses(intake_cells_check_email, "b@@x.example", "email-invalid", "two @");
	refuses(intake_cells_check_email, "b", "email-invalid", "no @");
	refuses(intake_cells_check_email, "@x.example", "email-invalid", "before the @");
	refuses(intake_cells_check_email, "a@example", "email-invalid", "no dot");
	refuses(intake_cells_check_email, "a.@x.example", "email-invalid", "dot");
	refuses(intake_cells_check_email, "a..b@x.example", "email-invalid", "dot");
	refuses(intake_cells_check_email, "a@x..example", "email-invalid", "domain");
	refuses(intake_cells_check_email, "a@x.example.", "email-invalid", "domain");
	refuses(intake_cells_check_email, "a@-x.example", "email-invalid", "domain");
	refuses(intake_cells_check_email, "a@1.2.3.4", "email-invalid", "number");
	refuses(intake_cells_check_email, "a b@x.example", "email-invalid", "one address");
	refuses(intake_cells_check_email, "a@x.example;b@x.example", "email-invalid",
		"one address");
	refuses(intake_cells_check_email, "Ada <a@x.example>", "email-invalid", "without a name");
	refuses(intake_cells_check_email, "a\xE2\x80\x8B@x.example", "email-invalid", "invisible");
	memset(longest, 'a', sizeof longest);
	memcpy(longest + 260, "@x.example", 11);
	refuses(intake_cells_check_email, longest, "email-invalid", "254");
}

static void links(void **state)
{
	(void)state;
	takes(intake_cells_check_url, "https://uni.example/a?b=c#d");
	takes(intake_cells_check_url, "http://uni.example:8080");
	takes(intake_cells_check_url, "https://uni.example/\xC3\xBC");
	refuses(intake_cells_check_url, "uni.example/a", "url-invalid", "https://");
	refuses(intake_cells_check_url, "javascript:alert(1)", "url-invalid", "https://");
	refuses(intake_cells_check_url, "ftp://uni.example", "url-invalid", "https://");
	refuses(intake_cells_check_url, "https://", "url-invalid", "host");
	refuses(intake_cells_check_url, "https:///x", "url-invalid", "host");
	refuses(intake_cells_check_url, "https://u:p@uni.example/", "url-invalid", "password");
	refuses(intake_cells_check_url, "https://uni.example/a b", "url-invalid", "space");
	refuses(intake_cells_check_url, "https://uni.example/<b>", "url-invalid", "character");
}

static void language_tags(void **state)
{
	static const char *const good[] = {
		"de", "pt-BR", "zh-Hant", "zh-Hant-TW", "sr-Latn-RS", "es-419", "gsw", "x-klingon"};
	static const char *const bad[] = {"d", "de_DE", "german language", "de-", "-de", "de--AT",
		"123", "en-US-u-", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(good); i++)
		takes(intake_cells_check_locale, good[i]);
	for (size_t i = 0; i < ARRAY_COUNT(bad); i++)
		refuses(intake_cells_check_locale, bad[i], "locale-invalid", "BCP 47");
}

static void flags(void **state)
{
	struct intake_problems p = {.a = arena};
	bool yes = false;

	(void)state;
	assert_true(intake_cells_yes_no(STR("Y"), &yes, STR("hold"), &p) && yes);
	assert_true(intake_cells_yes_no(STR("No"), &yes, STR("hold"), &p) && !yes);
	assert_true(intake_cells_yes_no(STR("TRUE"), &yes, STR("hold"), &p) && yes);
	assert_true(intake_cells_yes_no(STR(""), &yes, STR("hold"), &p) && !yes);
	assert_int_equal(p.count, 0);
	assert_false(intake_cells_yes_no(STR("perhaps"), &yes, STR("hold"), &p));
	assert_string_equal(p.items[0].code, "flag-unclear");
}

static void excel(void **state)
{
	(void)state;
	assert_true(str_eq_cz(intake_cells_unwrap(STR("=\"00123\"")), "00123"));
	assert_true(str_eq_cz(intake_cells_unwrap(STR("=\"\"")), ""));
	assert_true(str_eq_cz(intake_cells_unwrap(STR("=\"a\"&\"b\"")), "=\"a\"&\"b\""));
	assert_true(str_eq_cz(intake_cells_unwrap(STR("=1+1")), "=1+1"));
	takes(intake_cells_check_excel, "#1 in class");
	takes(intake_cells_check_excel, "##");
	refuses(intake_cells_check_excel, "#ref!", "excel-error", "spreadsheet");
	refuses(intake_cells_check_excel, "####", "excel-hashes", "narrow");
	takes(intake_cells_check_number, "A1E+5");
	takes(intake_cells_check_number, "E12");
	takes(intake_cells_check_number, "12E5");
	takes(intake_cells_check_number, "123456");
	refuses(intake_cells_check_number, "1.23E+11", "excel-number", "shortened");
	refuses(intake_cells_check_number, "1,23E+11", "excel-number", "shortened");
	refuses(intake_cells_check_number, "1E-5", "excel-number", "shortened");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses),
		cmocka_unit_test(links),
		cmocka_unit_test(language_tags),
		cmocka_unit_test(flags),
		cmocka_unit_test(excel),
	};
	int failed;

	harness_start();
	arena = arena_new(1u << 20);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(&arena);
	return failed;
}
