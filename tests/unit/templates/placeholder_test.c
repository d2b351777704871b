// SPDX-License-Identifier: Apache-2.0
/* Names and grammar of placeholders. Runs in: tests. */
#include "templates/placeholder.h"
#include "tests/harness/harness.h"

static void reading(void **state)
{
	static const struct {
		const char *inner;
		const char *name; /* NULL: malformed */
		const char *filter;
	} cases[] = {
		{"recipient.name", "recipient.name", ""},
		{" issued_on | date:long ", "issued_on", "date:long"},
		{"name", "recipient.name", ""},
		{"field.a-b_1", "field.a-b_1", ""},
		{"", NULL, NULL},
		{"a b", NULL, NULL},
		{"1a", NULL, NULL},
		{"a|", NULL, NULL},
		{"a|b|c", NULL, NULL},
		{"<b>", NULL, NULL},
		{"a|<b>", NULL, NULL},
		{"{a", NULL, NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct str name;
		struct str filter;
		bool good = placeholder_read(str_of(cases[i].inner), &name, &filter)
			== PLACEHOLDER_GOOD;

		if (good != (cases[i].name != NULL))
			fail_msg("\"%s\"", cases[i].inner);
		if (good)
			assert_true(str_eq_cz(name, cases[i].name)
				&& str_eq_cz(filter, cases[i].filter));
	}
}

static void knowing_and_suggesting(void **state)
{
	size_t count;
	const struct placeholder_row *rows = placeholder_table(&count);

	(void)state;
	assert_true(count >= 12 && rows[0].name != NULL);
	assert_true(placeholder_is_known(STR("verify.url")));
	assert_true(placeholder_is_known(STR("field.anything.at-all")));
	assert_false(placeholder_is_known(STR("field.")));
	assert_false(placeholder_is_known(STR("field.*")));
	assert_false(placeholder_is_known(STR("recipient.nam")));
	assert_true(str_eq_cz(placeholder_suggest(STR("recipient_name")), "recipient.name"));
	assert_true(str_eq_cz(placeholder_suggest(STR("issued")), "issued_on"));
	assert_int_equal(placeholder_suggest(STR("entirely.different.thing")).n, 0);
	assert_true(placeholder_may_wrap(STR("recipient.name")));
	assert_false(placeholder_may_wrap(STR("issued_on")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reading),
		cmocka_unit_test(knowing_and_suggesting),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
