// SPDX-License-Identifier: Apache-2.0
/* Names and texts to print. Runs in: make check. */
#include "jobs/intake_cells.h"
#include "tests/harness/harness.h"

#include <string.h>

static struct arena *arena;

/* The value comes out as want, with exactly this problem, or none for NULL. */
static void name_gives(const char *text, const char *want, const char *code)
{
	struct intake_problems p = {.a = arena};
	struct str out = intake_cells_name(str_of(text), STR("name"), &p);

	if (p.count != (code != NULL ? 1u : 0u)
		|| (code != NULL && strcmp(p.items[0].code, code) != 0))
		fail_msg("\"%s\": %u problems, first %s", text, p.count,
			p.count != 0 ? p.items[0].code : "none");
	if (want != NULL && !str_eq_cz(out, want))
		fail_msg("\"%s\" became \"%.*s\"", text, STR_ARG(out));
}

static void names_are_composed_and_else_left_alone(void **state)
{
	(void)state;
	name_gives("Jose\xCC\x81", "Jos\xC3\xA9", NULL);
	name_gives("mcdonald  O'BRIEN", "mcdonald  O'BRIEN", NULL);
	name_gives("", "", NULL);
	name_gives("\xE6\xB8\xA1\xE9\x82\x8A \xE8\x91\x89\xE6\x9C\x88",
		"\xE6\xB8\xA1\xE9\x82\x8A \xE8\x91\x89\xE6\x9C\x88", NULL);
	/* Right-to-left letters are no direction controls. */
	name_gives("\xD7\xA0\xD7\x95\xD7\xA2\xD7\x94", NULL, NULL);
}

static void hidden_characters(void **state)
{
	(void)state;
	name_gives("A\xE2\x80\xAE"
		   "da",
		NULL, "bidi-control");
	name_gives("A\xE2\x80\x8E"
		   "da",
		NULL, "bidi-control");
	name_gives("A\xE2\x81\xA6"
		   "da",
		NULL, "bidi-control");
	name_gives("A\x07"
		   "da",
		NULL, "control-character");
	name_gives("A\nda", NULL, "control-character");
	name_gives("A\tda", NULL, "control-character");
	name_gives("A\xC2\x85"
		   "da",
		NULL, "control-character");
	name_gives("A\xEF\xBF\xBE"
		   "da",
		NULL, "control-character");
	name_gives("A\xEF\xBF\xBD"
		   "da",
		NULL, "letter-lost");
	name_gives("A\xE2\x80\x8B"
		   "da",
		NULL, "zero-width");
	name_gives("A\xC2\xAD"
		   "da",
		NULL, "zero-width");
	name_gives("A\xE2\x80\x8D"
		   "da",
		NULL, "zero-width");
	/* A filler of Hangul, an invisible plus, Braille's blank. */
	name_gives("A\xE3\x85\xA4"
		   "da",
		NULL, "zero-width");
	name_gives("A\xE2\x81\xA4"
		   "da",
		NULL, "zero-width");
	name_gives("A\xE2\xA0\x80"
		   "da",
		NULL, "zero-width");
	/* Text behind the text: a tag, an annotation, an object's place. */
	name_gives("Ada\xF3\xA0\x81\x81", NULL, "control-character");
	name_gives("Ada\xEF\xBF\xB9", NULL, "control-character");
	name_gives("Ada\xEF\xBF\xBC", NULL, "control-character");
	/* One hint a cell, and a fault behind a hint is still found. */
	name_gives("A\xE2\x80\x8B"
		   "d\xE2\x80\x8B"
		   "a",
		NULL, "zero-width");
}

static void a_fault_behind_a_hint(void **state)
{
	struct intake_problems p = {.a = arena};

	(void)state;
	(void)intake_cells_name(STR("A\xE2\x80\x8B"
				    "d\xE2\x80\xAE"
				    "a"),
		STR("name"), &p);
	assert_int_equal(p.count, 2);
	assert_int_equal(p.errors, 1);
	assert_string_equal(p.items[1].code, "bidi-control");
	assert_true(str_find_str(p.items[1].message, STR("character 4")) == 0);
}

static void lost_letters(void **state)
{
	(void)state;
	name_gives("Jos\xC3\x83\xC2\xA9", NULL, "mojibake");
	name_gives("Jos? Garcia", NULL, "question-mark");
	name_gives("\xC3\x83ngela \xC3\x89tienne", "\xC3\x83ngela \xC3\x89tienne", NULL);
	name_gives("S\xC3\xA3o Jo\xC3\xA3o", NULL, NULL);
}

static void length(void **state)
{
	char text[1024];
	size_t n = 0;

	(void)state;
	for (int i = 0; i < 200; i++) {
		memcpy(text + n, "\xE1\x83\x90", 3);
		n += 3;
	}
	text[n] = '\0';
	name_gives(text, text, NULL);
	text[n] = 'a';
	text[n + 1] = '\0';
	name_gives(text, "", "too-long");
	memset(text, 'a', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	name_gives(text, "", "too-long");
}

static void texts(void **state)
{
	struct intake_problems p = {.a = arena};

	(void)state;
	assert_true(str_eq_cz(
		intake_cells_text(STR("a\r\nb\rc\nd"), 100, true, STR("f"), &p), "a\nb\nc\nd"));
	assert_int_equal(p.count, 0);
	(void)intake_cells_text(STR("a\nb"), 100, false, STR("f"), &p);
	assert_string_equal(p.items[0].code, "control-character");
	p = (struct intake_problems){.a = arena};
	(void)intake_cells_text(STR("abcdef"), 5, true, STR("f"), &p);
	assert_string_equal(p.items[0].code, "too-long");
	/* A line break does not hide what comes behind it. */
	p = (struct intake_problems){.a = arena};
	(void)intake_cells_text(STR("a\nb\x07"), 100, true, STR("f"), &p);
	assert_string_equal(p.items[0].code, "control-character");
}

static void turned_names(void **state)
{
	struct intake_problems p = {.a = arena};

	(void)state;
	assert_true(str_eq_cz(
		intake_cells_turn_name(STR("Lovelace, Ada"), STR("n"), &p), "Ada Lovelace"));
	assert_true(str_eq_cz(
		intake_cells_turn_name(STR("Ada Lovelace"), STR("n"), &p), "Ada Lovelace"));
	assert_int_equal(p.count, 0);
	(void)intake_cells_turn_name(STR("Lovelace,"), STR("n"), &p);
	(void)intake_cells_turn_name(STR("a,b,c"), STR("n"), &p);
	assert_int_equal(p.errors, 2);
}

static void joined_names(void **state)
{
	(void)state;
	assert_true(str_eq_cz(
		intake_cells_join_name(arena, STR("Ada"), STR("King"), STR("")), "Ada King"));
	assert_true(
		str_eq_cz(intake_cells_join_name(arena, STR("Zsolt"), STR("Nagy"), STR("hu-HU")),
			"Nagy Zsolt"));
	assert_true(
		str_eq_cz(intake_cells_join_name(arena, STR("Ada"), STR(""), STR("en")), "Ada"));
	assert_true(
		str_eq_cz(intake_cells_join_name(arena, STR(""), STR("King"), STR("en")), "King"));
	assert_true(str_eq_cz(intake_cells_join_name(arena, STR("\xEC\x84\x9C\xEC\x97\xB0"),
				      STR("\xEA\xB9\x80"), STR("")),
		"\xEA\xB9\x80\xEC\x84\x9C\xEC\x97\xB0"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_composed_and_else_left_alone),
		cmocka_unit_test(hidden_characters),
		cmocka_unit_test(a_fault_behind_a_hint),
		cmocka_unit_test(lost_letters),
		cmocka_unit_test(length),
		cmocka_unit_test(texts),
		cmocka_unit_test(turned_names),
		cmocka_unit_test(joined_names),
	};
	int failed;

	harness_start();
	arena = arena_new(1u << 20);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(&arena);
	return failed;
}
