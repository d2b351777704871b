// SPDX-License-Identifier: Apache-2.0
/* A template's "pass" by the manifest's rules. Runs in: make check. */
#include "jobs/intake_manifest_pass.h"
#include "tests/harness/harness.h"

static struct arena *arena;

static int set_up(void **state)
{
	(void)state;
	arena = arena_new((size_t)1 << 20);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static void colours_and_texts_are_read(void **state)
{
	struct wire_pass_style s;
	struct err err;

	(void)state;
	assert_ok(
		intake_manifest_pass_of_template(
			STR("{\"background\":\"#c8102e\",\"foreground\":null,\"label\":\"rgb(1,2, "
			    "3)\",\"texts\":{\"de\":{\"recipient\":\"An\",\"until\":\"Bis\"},"
			    "\"pt-BR\":{\"mark\":\"M\"}},\"x-mine\":7}"),
			arena, &s, &err),
		err);
	assert_true(str_eq_cz(s.background, "rgb(200, 16, 46)"));
	assert_int_equal(s.foreground.n, 0);
	assert_true(str_eq_cz(s.label, "rgb(1, 2, 3)"));
	assert_int_equal(s.wordings.count, 3);
	assert_true(str_eq_cz(s.wordings.items[1].lang, "de"));
	assert_true(str_eq_cz(s.wordings.items[1].label, "until"));
	assert_true(str_eq_cz(s.wordings.items[2].text, "M"));
}

static void without_one_nothing_is_said(void **state)
{
	struct wire_pass_style s;
	struct err err;

	(void)state;
	assert_ok(intake_manifest_pass_of_template(STR(""), arena, &s, &err), err);
	assert_int_equal(s.background.n + s.foreground.n + s.label.n + s.wordings.count, 0);
}

static void what_is_wrong_is_named(void **state)
{
	static const struct {
		const char *json, *sentence;
	} bad[] = {
		{"{\"background_color\":\"#102030\"}", "template.json: pass: the key "},
		{"{\"background\":\"red\"}", "template.json: pass.background: must be a colour"},
		{"{\"foreground\":\"rgb(1,2,256)\"}", "template.json: pass.foreground: "},
		{"{\"label\":7}", "template.json: pass.label: "},
		{"{\"texts\":{\"german\":\"x\"}}", "template.json: pass.texts.german"},
		{"{\"texts\":{\"de\":{\"recipient\":\"\"}}}",
			"template.json: pass.texts.de.recipient: "},
		{"{\"texts\":{\"de\":{\"name\":\"x\"}}}",
			"template.json: pass.texts.de.name: is no text of a wallet pass"},
		{"[]", "template.json: pass: must be an object"},
		{"{", "template.json: pass: is not JSON"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
		struct wire_pass_style s;
		struct err err = {0};

		assert_int_equal(
			intake_manifest_pass_of_template(str_of(bad[i].json), arena, &s, &err),
			RC_INPUT);
		if (!str_starts(str_of(err.text), str_of(bad[i].sentence)))
			fail_msg("%s: %s", bad[i].json, err.text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(colours_and_texts_are_read, set_up, tear_down),
		cmocka_unit_test_setup_teardown(without_one_nothing_is_said, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_wrong_is_named, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
