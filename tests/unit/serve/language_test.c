// SPDX-License-Identifier: Apache-2.0
/* Accept-Language. */
#include "serve/language.h"
#include "tests/harness/harness.h"

#include <string.h>

static void check(const char *header, enum language want)
{
	assert_int_equal(language_choose(str_of(header)), want);
}

static void weights_decide(void **state)
{
	(void)state;
	check("de", LANGUAGE_DE);
	check("de-AT, en;q=0.9", LANGUAGE_DE);
	check("en;q=0.5, fr;q=0.8, de;q=0.7", LANGUAGE_FR);
	check("nl, es;q=0.001", LANGUAGE_ES);
	check("AR-eg;q=1.000", LANGUAGE_AR);
	check(" , fr ,, de", LANGUAGE_FR);
}

static void zero_and_unknown_are_english(void **state)
{
	(void)state;
	check("", LANGUAGE_EN);
	check("nl, zh-Hant;q=0.3", LANGUAGE_EN);
	check("de;q=0", LANGUAGE_EN);
	check("*", LANGUAGE_EN);
}

static void broken_items_do_not_count(void **state)
{
	(void)state;
	check("de;q=1.5, fr;q=0.2", LANGUAGE_FR);
	check("de;q=0.1234, fr;q=0.2", LANGUAGE_FR);
	check("de;q=, fr;q=0.2", LANGUAGE_FR);
	check("de;x=1, fr;q=0.2", LANGUAGE_FR);
	check("de;q=0x8, fr;q=0.2", LANGUAGE_FR);
	check("deutsch, fr;q=0.2", LANGUAGE_FR);
}

static void only_the_first_kilobyte_counts(void **state)
{
	char header[2048];

	(void)state;
	memset(header, ',', sizeof header);
	memcpy(header + 1500, "de", 2);
	header[sizeof header - 1] = '\0';
	check(header, LANGUAGE_EN);
}

static void tags(void **state)
{
	enum language l;

	(void)state;
	assert_true(language_of_tag(STR("AR"), &l));
	assert_int_equal(l, LANGUAGE_AR);
	assert_true(language_is_rtl(l));
	assert_false(language_of_tag(STR("ar-EG"), &l));
	assert_false(language_of_tag(STR(""), &l));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(weights_decide),
		cmocka_unit_test(zero_and_unknown_are_english),
		cmocka_unit_test(broken_items_do_not_count),
		cmocka_unit_test(only_the_first_kilobyte_counts), cmocka_unit_test(tags)};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
