// SPDX-License-Identifier: Apache-2.0
/* Values into texts: absent ones, plain ones, languages. */
#include "tests/unit/render/text_kit.h"

static struct kit k;

/* "before {{field.grade}} after" */
static void three_parts(const char *before, const char *after)
{
	kit_reset(&k);
	k.parts[0] = (struct design_part){.kind = PART_LITERAL, .text = str_of(before)};
	k.parts[1] = (struct design_part){.kind = PART_FIELD, .text = STR("field.grade")};
	k.parts[2] = (struct design_part){.kind = PART_LITERAL, .text = str_of(after)};
	k.t.parts.count = 3;
}

static void expect(const char *text)
{
	assert_ok(kit_lay_out(&k), k.err);
	if (!str_eq_cz(k.block.text, text))
		fail_msg("\"" STR_FMT "\" is not \"%s\"", STR_ARG(k.block.text), text);
}

static void test_parts_are_joined(void **state)
{
	(void)state;
	three_parts("Grade ", ".");
	kit_value(&k, "field.grade", "A+");
	expect("Grade A+.");
}

static void test_absent_optional_value_leaves_no_gap(void **state)
{
	(void)state;
	three_parts("with ", " honours");
	expect("with honours");
	three_parts("", " honours");
	expect("honours");
	three_parts("with ", "");
	k.items[0] = (struct wire_value){STR("field.grade"), STR("")};
	k.values.count = 1;
	expect("with ");
}

static void test_only_an_absent_value_draws_nothing(void **state)
{
	(void)state;
	kit_reset(&k);
	k.parts[0].text = STR("field.grade");
	expect("");
	assert_int_equal(k.block.run_count, 0);
	assert_true(k.block.lang.n != 0);
	three_parts(" ", "  ");
	expect("");
	assert_int_equal(k.block.run_count, 0);
}

static void test_name_must_be_there(void **state)
{
	(void)state;
	kit_reset(&k);
	assert_int_equal(kit_lay_out(&k), RC_INPUT);
	assert_true(str_eq_cz(k.problem.code, "value-missing"));
	assert_true(str_eq_cz(k.problem.column, "recipient.name"));
	kit_reset(&k);
	k.items[0] = (struct wire_value){STR("recipient.name"), {NULL, 0}};
	k.values.count = 1;
	assert_int_equal(kit_lay_out(&k), RC_INPUT);
	/* No values at all, as for static text. */
	assert_int_equal(
		text_lay_out(k.e, &k.c, &k.t, NULL, k.a, &k.block, &k.problem, &k.err), RC_INPUT);
}

static void test_values_are_plain_text(void **state)
{
	(void)state;
	assert_ok(kit_name(&k, "{{field.grade}} <b>&amp;", "en"), k.err);
	expect("{{field.grade}} <b>&amp;");
	assert_ok(kit_name(&k, "mACdonald", "en"), k.err);
	expect("mACdonald");
}

static void test_control_characters_become_spaces(void **state)
{
	(void)state;
	assert_ok(kit_name(&k, "Ada\r\nKing\tof\xE2\x80\xA8Love", "en"), k.err);
	expect("Ada King of Love");
}

static void test_languages(void **state)
{
	(void)state;
	assert_ok(kit_name(&k, "Ada", "pt-BR"), k.err);
	assert_true(str_eq_cz(k.block.lang, "pt-BR"));
	assert_true(str_eq_cz(k.block.runs[0].lang, "pt-BR"));
	/* The template's own language wins, then the row's, then the design's, then English. */
	k.styles[0].lang = STR("fr");
	assert_ok(kit_lay_out(&k), k.err);
	assert_true(str_eq_cz(k.block.lang, "fr"));
	k.styles[0].lang = STR("");
	k.values.lang = STR("");
	k.c.design.lang = STR("de");
	assert_ok(kit_lay_out(&k), k.err);
	assert_true(str_eq_cz(k.block.lang, "de"));
	k.c.design.lang = STR("");
	assert_ok(kit_lay_out(&k), k.err);
	assert_true(str_eq_cz(k.block.lang, "en"));
	/* A literal is in the design's language, not in the row's. */
	three_parts("Note ", "");
	k.c.design.lang = STR("de");
	k.values.lang = STR("ar");
	expect("Note ");
	assert_true(str_eq_cz(k.block.runs[0].lang, "de"));
}

static void test_endless_text_is_refused(void **state)
{
	static char text[60001];

	(void)state;
	memset(text, 'a', sizeof text - 1);
	assert_int_equal(kit_name(&k, text, "en"), RC_INPUT);
	assert_true(str_eq_cz(k.problem.code, "text-overflow"));
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
		cmocka_unit_test(test_parts_are_joined),
		cmocka_unit_test(test_absent_optional_value_leaves_no_gap),
		cmocka_unit_test(test_only_an_absent_value_draws_nothing),
		cmocka_unit_test(test_name_must_be_there),
		cmocka_unit_test(test_values_are_plain_text),
		cmocka_unit_test(test_control_characters_become_spaces),
		cmocka_unit_test(test_languages),
		cmocka_unit_test(test_endless_text_is_refused),
	};

	harness_start();
	return cmocka_run_group_tests(tests, open_kit, close_kit);
}
