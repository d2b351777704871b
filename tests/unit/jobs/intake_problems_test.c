// SPDX-License-Identifier: Apache-2.0
/* Collecting what is wrong with a record. Runs in: make check. */
#include "jobs/intake_problems.h"
#include "tests/harness/harness.h"

#include <string.h>

static struct arena *arena;

static void errors_and_warnings_are_told_apart(void **state)
{
	struct intake_problems p = {.a = arena};

	(void)state;
	intake_problems_warn(&p, STR("name"), "w", "hint %d", 1);
	intake_problems_error(&p, STR("email"), "e", "fault %s", "x");
	assert_int_equal(p.count, 2);
	assert_int_equal(p.errors, 1);
	assert_true(p.items[0].warning && !p.items[1].warning);
	assert_true(str_eq_cz(p.items[1].message, "fault x"));
	assert_true(str_eq_cz(p.items[1].column, "email"));
}

static void a_refused_row_always_says_why(void **state)
{
	struct intake_problems p = {.a = arena};

	(void)state;
	for (int i = 0; i < 100; i++)
		intake_problems_warn(&p, STR("c"), "w", "hint");
	intake_problems_error(&p, STR("c"), "late", "fault");
	intake_problems_error(&p, STR("c"), "later", "fault");
	assert_int_equal(p.count, INTAKE_PROBLEMS_MAX);
	assert_true(p.errors >= 1);
	assert_string_equal(p.items[INTAKE_PROBLEMS_MAX - 1].code, "late");
}

static void long_texts_are_cut_between_characters(void **state)
{
	struct intake_problems p = {.a = arena};
	char text[2000];
	struct str cut;

	(void)state;
	for (size_t i = 0; i + 3 < sizeof text; i += 3)
		memcpy(text + i, "\xE1\x83\x90", 3);
	text[1998] = '\0';
	intake_problems_error(&p, str_of(text), "e", "%s", text);
	assert_true(p.items[0].column.n <= 255 && str_is_utf8(p.items[0].column));
	assert_true(p.items[0].message.n <= 512 && str_is_utf8(p.items[0].message));
	cut = intake_problems_clip(arena, str_of(text), 10);
	assert_true(str_eq_cz(cut, "\xE1\x83\x90\xE1\x83\x90..."));
	assert_true(str_eq_cz(intake_problems_clip(arena, STR("short"), 10), "short"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(errors_and_warnings_are_told_apart),
		cmocka_unit_test(a_refused_row_always_says_why),
		cmocka_unit_test(long_texts_are_cut_between_characters),
	};
	int failed;

	harness_start();
	arena = arena_new(1u << 20);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(&arena);
	return failed;
}
