// SPDX-License-Identifier: Apache-2.0
/* Records for errors.csv. Runs in: make check. */
#include "jobs/intake_raw.h"
#include "tests/harness/harness.h"

#include <string.h>

static struct arena *arena;

static void quoting(void **state)
{
	const struct str cells[] = {STR("plain"), STR("a,b"), STR("say \"x\""), STR("two\nlines"),
		STR(""), STR(" pad"), STR("a;b")};

	(void)state;
	assert_true(str_eq_cz(intake_raw_encode(arena, cells, 7, NULL, 0),
		"plain,\"a,b\",\"say \"\"x\"\"\",\"two\nlines\",,\" pad\",\"a;b\""));
	assert_int_equal(intake_raw_encode(arena, cells, 0, NULL, 0).n, 0);
}

static void formulas_are_disarmed(void **state)
{
	const struct str cells[] = {STR("=1+1"), STR("+49 30"), STR("-5"), STR("@SUM(A1)"),
		STR("\tx"), STR("=cmd|\"/c\"")};

	(void)state;
	assert_true(str_eq_cz(intake_raw_encode(arena, cells, 6, NULL, 0),
		"'=1+1,'+49 30,'-5,'@SUM(A1),\"'\tx\",\"'=cmd|\"\"/c\"\"\""));
	for (size_t i = 0; i < ARRAY_COUNT(cells); i++) {
		struct str guarded = str_fmt(arena, "'" STR_FMT, STR_ARG(cells[i]));

		assert_true(intake_raw_is_formula(cells[i]));
		assert_true(str_eq(intake_raw_unguard(guarded), cells[i]));
	}
	assert_true(str_eq_cz(intake_raw_unguard(STR("'s-Gravenhage")), "'s-Gravenhage"));
	assert_true(str_eq_cz(intake_raw_unguard(STR("'")), "'"));
}

static void cells_left_out(void **state)
{
	const struct str cells[] = {STR("a"), STR("b"), STR("c")};
	const bool leave_out[] = {true, false};

	(void)state;
	assert_true(str_eq_cz(intake_raw_encode(arena, cells, 3, leave_out, 2), "b,c"));
}

static void too_long_is_nothing(void **state)
{
	char text[INTAKE_RAW_MAX + 1];
	struct str cell = {text, INTAKE_RAW_MAX};

	(void)state;
	memset(text, 'a', sizeof text);
	assert_int_equal(intake_raw_encode(arena, &cell, 1, NULL, 0).n, INTAKE_RAW_MAX);
	cell.n++;
	assert_int_equal(intake_raw_encode(arena, &cell, 1, NULL, 0).n, 0);
}

static void clipped_rows_keep_their_columns(void **state)
{
	char text[INTAKE_RAW_MAX];
	const struct str cells[] = {STR("a"), {text, sizeof text}, STR("=b"), {text, sizeof text}};
	struct str row;
	uint32_t commas = 0;

	(void)state;
	/* Two bytes a character, and every other one doubled. */
	for (size_t i = 0; i < sizeof text; i += 4)
		memcpy(text + i, "\xC3\xA9\"\"", 4);
	row = intake_raw_encode_clipped(arena, cells, 4, NULL, 0);
	assert_true(row.n > 1000 && str_is_utf8(row));
	for (size_t i = 0; i < row.n; i++)
		commas += row.p[i] == ',';
	assert_int_equal(commas, 3);
	assert_true(str_find_str(row, STR(",'=b,")) < row.n);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quoting),
		cmocka_unit_test(formulas_are_disarmed),
		cmocka_unit_test(cells_left_out),
		cmocka_unit_test(too_long_is_nothing),
		cmocka_unit_test(clipped_rows_keep_their_columns),
	};
	int failed;

	harness_start();
	arena = arena_new(1u << 20);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(&arena);
	return failed;
}
