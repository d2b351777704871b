// SPDX-License-Identifier: Apache-2.0
/* Column names and their aliases. Runs in: make check. */
#include "jobs/intake_columns.h"
#include "tests/harness/harness.h"

#include <string.h>

static struct arena *arena;

static void means(const char *header, const char *name, bool canonical)
{
	struct intake_target t = intake_columns_find(arena, str_of(header));

	if (!str_eq_cz(t.name, name) || (t.alias == ALIAS_CANONICAL) != canonical)
		fail_msg("\"%s\" means \"%.*s\"", header, STR_ARG(t.name));
	assert_true(intake_columns_knows(str_of(header)));
}

static void canonical_names(void **state)
{
	static const char *const names[] = {"recipient_id", "diploma_name", "name", "given_name",
		"family_name", "name_latin", "email", "locale", "credential", "issued_on",
		"valid_until", "evidence_url", "external_id", "hold", "print"};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		means(names[i], names[i], true);
		assert_string_equal(
			intake_columns_name(intake_columns_find(arena, str_of(names[i])).column),
			names[i]);
		assert_int_equal(intake_columns_of_key(arena, str_of(names[i])).column,
			intake_columns_find(arena, str_of(names[i])).column);
	}
}

static void aliases_of_other_systems(void **state)
{
	(void)state;
	means("EMPLID", "recipient_id", false);
	means("SPRIDEN_ID", "recipient_id", false);
	means("Student ID", "recipient_id", false);
	means("SIS User ID", "recipient_id", false);
	means("Matrikel-Nr.", "recipient_id", false);
	means("ID number", "recipient_id", false);
	means("Student", "name", false);
	means("Full name", "name", false);
	means("Recipient Name", "name", false);
	means("Vorname", "given_name", false);
	means("Nachname", "family_name", false);
	means("Pr\xC3\xA9nom", "given_name", false);
	means("EMAIL_ADDR", "email", false);
	means("E-Mail-Adresse", "email", false);
	means("Courriel", "email", false);
	means("CONF_DT", "issued_on", false);
	means("Issued At", "issued_on", false);
	means("Completion date", "issued_on", false);
	means("RECIPIENT ID", "recipient_id", true);
}

static void values_for_the_template(void **state)
{
	(void)state;
	means("field.honors", "field.honors", true);
	means("Field.Honor List", "field.honor_list", true);
	means("result.gpa", "result.gpa", true);
	assert_int_equal(intake_columns_find(arena, STR("field.")).column, COLUMN_NONE);
	assert_int_equal(intake_columns_find(arena, STR("field.{{x}}")).column, COLUMN_NONE);
	assert_int_equal(intake_columns_find(arena, STR("fields.x")).column, COLUMN_NONE);
}

static void notes_of_ours(void **state)
{
	(void)state;
	assert_int_equal(intake_columns_find(arena, STR("_line")).column, COLUMN_NOTE);
	assert_int_equal(intake_columns_find(arena, STR("_message")).column, COLUMN_NOTE);
	assert_int_equal(intake_columns_find(arena, STR("code")).column, COLUMN_NONE);
	assert_int_equal(intake_columns_find(arena, STR("Message")).column, COLUMN_NONE);
}

static void strangers(void **state)
{
	char longest[5000];

	(void)state;
	memset(longest, 'a', sizeof longest);
	assert_int_equal(intake_columns_find(arena, STR("shoe size")).column, COLUMN_NONE);
	assert_int_equal(intake_columns_find(arena, STR("")).column, COLUMN_NONE);
	assert_int_equal(intake_columns_find(arena, (struct str){longest, sizeof longest}).column,
		COLUMN_NONE);
	assert_false(intake_columns_knows((struct str){longest, sizeof longest}));
	/* Keys of the manifest are exact. */
	assert_int_equal(intake_columns_of_key(arena, STR("EMPLID")).column, COLUMN_NONE);
	assert_int_equal(intake_columns_of_key(arena, STR("Name")).column, COLUMN_NONE);
}

static void suggestions(void **state)
{
	(void)state;
	assert_string_equal(intake_columns_suggest(STR("recipent_id")), "recipient_id");
	assert_string_equal(intake_columns_suggest(STR("emial")), "email");
	assert_null(intake_columns_suggest(STR("zebra")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(canonical_names),
		cmocka_unit_test(aliases_of_other_systems),
		cmocka_unit_test(values_for_the_template),
		cmocka_unit_test(notes_of_ours),
		cmocka_unit_test(strangers),
		cmocka_unit_test(suggestions),
	};
	int failed;

	harness_start();
	arena = arena_new(8u << 20);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(&arena);
	return failed;
}
