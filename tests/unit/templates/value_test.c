// SPDX-License-Identifier: Apache-2.0
/* Grammars of attribute values. Runs in: tests. */
#include "templates/value.h"
#include "tests/harness/harness.h"

#include <string.h>

/* form: NULL when it must be refused; "=" when it stays as it is. */
static const struct {
	enum names_grammar grammar;
	const char *arg;
	const char *value;
	const char *form;
} cases[] = {
	{GRAMMAR_ID, NULL, "a-b_c.1", "="},
	{GRAMMAR_ID, NULL, "\xc3\xa9", "="},
	{GRAMMAR_ID, NULL, "a b", NULL},
	{GRAMMAR_ID, NULL, "a\"b", NULL},
	{GRAMMAR_ID, NULL, "", NULL},
	{GRAMMAR_HREF, NULL, "#a", "="},
	{GRAMMAR_HREF, NULL, " #a ", "#a"},
	{GRAMMAR_HREF, NULL, "#", NULL},
	{GRAMMAR_HREF, NULL, "a#b", NULL},
	{GRAMMAR_HREF, NULL, "#a#b", NULL},
	{GRAMMAR_HREF, NULL, "#xpointer(id('a'))", NULL},
	{GRAMMAR_LENGTH, NULL, "-1.5mm", "="},
	{GRAMMAR_LENGTH, NULL, ".5", "="},
	{GRAMMAR_LENGTH, NULL, "1.", "="},
	{GRAMMAR_LENGTH, NULL, "1e3em", "="},
	{GRAMMAR_LENGTH, NULL, "12 px", NULL},
	{GRAMMAR_LENGTH, NULL, "1vw", NULL},
	{GRAMMAR_LENGTH, NULL, "0x10", NULL},
	{GRAMMAR_LENGTH, NULL, "inf", NULL},
	{GRAMMAR_LENGTH, NULL, "1e309", NULL},
	{GRAMMAR_LENGTH, NULL, "1000001", NULL},
	{GRAMMAR_SIZE, NULL, "-1", NULL},
	{GRAMMAR_LENGTHS, NULL, "1 2px,3%", "="},
	{GRAMMAR_LENGTHS, NULL, "1 x", NULL},
	{GRAMMAR_NUMBER, NULL, "1px", NULL},
	{GRAMMAR_UNIT, NULL, "50%", "="},
	{GRAMMAR_UNIT, NULL, "5px", NULL},
	{GRAMMAR_PAIR, "10", "1 10", "="},
	{GRAMMAR_PAIR, "10", "1 11", NULL},
	{GRAMMAR_PAIR, "10", "-1", NULL},
	{GRAMMAR_PAIR, "10", "1 2 3", NULL},
	{GRAMMAR_INTEGER, "10", "10", "="},
	{GRAMMAR_INTEGER, "10", "11", NULL},
	{GRAMMAR_INTEGER, "10", "1.5", NULL},
	{GRAMMAR_ORDER, NULL, "3 15", "="},
	{GRAMMAR_ORDER, NULL, "16", NULL},
	{GRAMMAR_ORDER, NULL, "2.5", NULL},
	{GRAMMAR_PATH, NULL, "M1 2l3-4.5.5z", "M1 2l3-4.5"},
	{GRAMMAR_PATH, NULL, "M1 2 3 4h5v6c1 2 3 4 5 6s1 2 3 4q1 2 3 4t1 2z", "="},
	{GRAMMAR_PATH, NULL, "m0 0a5 5 0 01 3 3 5 5 0 11-1-1z", "="},
	{GRAMMAR_PATH, NULL, "M0 0a5 5 0 2 1 3 3", "M0 0"},
	{GRAMMAR_PATH, NULL, "M0 0 url(x)", "M0 0"},
	{GRAMMAR_PATH, NULL, "z", NULL},
	{GRAMMAR_POINTS, NULL, "1,2 3,4", "="},
	{GRAMMAR_POINTS, NULL, "1,2 a", NULL},
	{GRAMMAR_TRANSFORM, NULL, "translate(1,2) rotate(3 4 5)scale(2)", "="},
	{GRAMMAR_TRANSFORM, NULL, "matrix(1 2 3)", NULL},
	{GRAMMAR_TRANSFORM, NULL, "url(#a)", NULL},
	{GRAMMAR_TRANSFORM, NULL, "scale(2", NULL},
	{GRAMMAR_VIEWBOX, NULL, "0 0 10 0", NULL},
	{GRAMMAR_VIEWBOX, NULL, "-5,-5,10,10", "="},
	{GRAMMAR_ASPECT, NULL, "xMinYMax slice", "="},
	{GRAMMAR_ASPECT, NULL, "xMinYMax slicer", NULL},
	{GRAMMAR_WORD, "a|b", "b", "="},
	{GRAMMAR_WORD, "a|b", "a|b", NULL},
	{GRAMMAR_WORD, "a|b", "", NULL},
	{GRAMMAR_ORIENT, NULL, "auto-start-reverse", "="},
	{GRAMMAR_ORIENT, NULL, "45", "="},
	{GRAMMAR_LANG, NULL, "zh-Hant-TW", "="},
	{GRAMMAR_LANG, NULL, "en\"x", NULL},
	{GRAMMAR_BOX, NULL, "1 2 3 0", "="},
	{GRAMMAR_BOX, NULL, "1 2 0 3", NULL},
};

static void forms(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct names_attr_row row = {
			.name = "x", .grammar = cases[i].grammar, .arg = cases[i].arg};
		const char *form = cases[i].form != NULL && cases[i].form[0] == '=' ? cases[i].value
										    : cases[i].form;
		struct str out;
		const char *why;
		bool good = value_check(&row, str_of(cases[i].value), &out, &why);

		if (good != (form != NULL))
			fail_msg("\"%s\": %s", cases[i].value, good ? "passed" : "refused");
		if (!good) {
			assert_non_null(why);
			continue;
		}
		if (!str_eq_cz(out, form))
			fail_msg("\"%s\": became \"" STR_FMT "\"", cases[i].value, STR_ARG(out));
		assert_true(value_check(&row, out, &out, &why) && str_eq_cz(out, form));
	}
}

static void lengths_in_pixels(void **state)
{
	static const struct {
		const char *text;
		int px;
	} lengths[] = {{"96", 96}, {"72pt", 96}, {"6pc", 96}, {"25.4mm", 96}, {"2.54cm", 96},
		{"1in", 96}, {"3em", 30}, {"4ex", 20}, {"1rem", 16}, {"50%", 100}};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(lengths); i++) {
		struct value_length l;

		assert_true(value_whole_length(str_of(lengths[i].text), &l));
		assert_int_equal((int)(value_px(l, 10, 200) + 0.5), lengths[i].px);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forms),
		cmocka_unit_test(lengths_in_pixels),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
