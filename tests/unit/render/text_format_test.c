// SPDX-License-Identifier: Apache-2.0
/* Dates and numbers in the field's language. */
#include "tests/unit/render/text_kit.h"

static struct kit k;

static enum rc format(const char *filter, const char *value, const char *lang)
{
	kit_reset(&k);
	k.t.box_w = 2000;
	k.parts[0] = (struct design_part){
		.kind = PART_FIELD, .text = STR("award.date"), .filter = str_of(filter)};
	kit_value(&k, "award.date", value);
	k.values.lang = str_of(lang);
	return kit_lay_out(&k);
}

static void expect(const char *filter, const char *value, const char *lang, const char *text)
{
	assert_ok(format(filter, value, lang), k.err);
	if (!str_eq_cz(k.block.text, text))
		fail_msg("%s %s: \"" STR_FMT "\" is not \"%s\"", filter, lang,
			STR_ARG(k.block.text), text);
}

static void test_dates(void **state)
{
	(void)state;
	expect("date:long", "2024-06-05", "en", "June 5, 2024");
	expect("date:long", "2024-06-05", "en-GB", "5 June 2024");
	expect("date", "2024-06-05", "de", "5. Juni 2024");
	expect("date:full", "2024-06-05", "fr", "mercredi 5 juin 2024");
	expect("date:medium", "2024-06-05", "es", "5 jun 2024");
	expect("date:short", "2024-06-05", "de", "05.06.24");
	expect("date:long", "2024-06-05", "ja", "2024年6月5日");
	expect("date:iso", "2024-06-05", "ar", "2024-06-05");
	/* The day is UTC's, wherever the program runs. */
	expect("date:long", "2024-12-31T23:59:59Z", "en", "December 31, 2024");
	/* A language ICU does not know is not the environment's. */
	expect("date:long", "2024-06-05", "qqq", "June 5, 2024");
	expect("date:long", "2024-06-05", "not a language", "June 5, 2024");
}

static void test_numbers_keep_their_digits(void **state)
{
	(void)state;
	expect("number", "1234567.50", "en", "1,234,567.50");
	expect("number", "1234.5", "de", "1.234,5");
	expect("number", "-7", "en", "-7");
	expect("number", "3.14159265358979", "en", "3.14159265358979");
	expect("percent", "93", "en", "93%");
	expect("percent", "93.50 %", "en", "93.50%");
	expect("percent", "0.5", "en", "0.5%");
}

static void test_lists(void **state)
{
	(void)state;
	expect("list", "Algebra; Logic;Sets", "en", "Algebra, Logic, and Sets");
	expect("list", "Algebra; Logic; Sets", "de", "Algebra, Logic und Sets");
	expect("list:or", "Algebra; Logic", "fr", "Algebra ou Logic");
	expect("list", "代数; 論理; 集合", "ja", "代数、論理、集合");
	expect("list", "one", "en", "one");
	expect("list", " ; one ;; two; ", "en", "one and two");
}

static void test_what_does_not_apply(void **state)
{
	static const char *const wrong[][2] = {{"date:long", "5 June"}, {"date:long", "2024-02-30"},
		{"date:iso", "<script>"}, {"number", "1,5"}, {"number", "."}, {"number", "1."},
		{"number", ".5"}, {"number", "-.5"}, {"number", "1e9"}, {"number", "NaN"},
		{"percent", "%"}, {"upper", "ada"}, {"date:", "2024-06-05"},
		{"number", "11111111111111111111111111111111111111111111111111"}};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(wrong); i++) {
		assert_int_equal(format(wrong[i][0], wrong[i][1], "en"), RC_INPUT);
		assert_true(str_eq_cz(k.problem.code, "value-invalid"));
		assert_true(str_eq_cz(k.problem.column, "award.date"));
	}
}

/* More languages than formatters are kept open. */
static void test_many_languages_in_turn(void **state)
{
	static const char *const langs[] = {"en", "de", "fr", "es", "it", "pt", "nl", "sv", "da",
		"fi", "pl", "cs", "hu", "ro", "tr", "el", "ru", "uk", "ka", "he"};

	(void)state;
	for (int round = 0; round < 2; round++)
		for (size_t i = 0; i < ARRAY_COUNT(langs); i++)
			assert_ok(format("date:long", "2024-06-05", langs[i]), k.err);
	expect("date:long", "2024-06-05", "it", "5 giugno 2024");
}

static int open_kit(void **state)
{
	(void)state;
	kit_open(&k);
	return 0;
}

static int close_kit(void **state)
{
	(void)state;
	kit_close(&k);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dates),
		cmocka_unit_test(test_numbers_keep_their_digits),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_what_does_not_apply),
		cmocka_unit_test(test_many_languages_in_turn),
	};

	harness_start();
	return cmocka_run_group_tests(tests, open_kit, close_kit);
}
