// SPDX-License-Identifier: Apache-2.0
/* What a file reads in which encoding. Runs in: make check. */
#include "jobs/intake_guess.h"
#include "tests/harness/harness.h"

static struct arena *arena;

static struct wire_look look_at(struct str input)
{
	struct wire_look look;

	intake_guess(bytes_of(input), STR("a.csv"), arena, &look);
	return look;
}

/* What the file reads in an encoding; empty when that is not listed. */
static struct str reading(const struct wire_look *look, const char *encoding)
{
	for (uint32_t i = 0; i < look->readings.count; i++) {
		if (str_eq_cz(look->readings.items[i].encoding, encoding))
			return look->readings.items[i].text;
	}
	return (struct str){"", 0};
}

static void what_is_known_is_said(void **state)
{
	struct wire_look look = look_at(STR("name\nJos\xC3\xA9\n"));

	(void)state;
	assert_true(str_eq_cz(look.encoding, "UTF-8"));
	assert_int_equal(look.readings.count, 0);
	assert_int_equal(look.len, 11);
	look = look_at(STR("\xFF\xFEn\0"));
	assert_true(str_eq_cz(look.encoding, "UTF-16LE"));
}

static void readings_differ_and_fit_the_whole_file(void **state)
{
	struct wire_look look = look_at(STR("id,name\n1,Ada\n2,\"Lef\xE8vre\"\n3,Mu\xF1oz\n"));

	(void)state;
	assert_int_equal(look.encoding.n, 0);
	assert_int_equal(look.bad_line, 3);
	assert_int_equal(look.bad_cells, 2);
	assert_true(str_eq_cz(reading(&look, "windows-1252"), "Lef\xC3\xA8vre"));
	assert_true(str_eq_cz(reading(&look, "windows-1250"), "Lef\xC4\x8Dvre"));
	/* The same reading is not shown twice. */
	assert_int_equal(reading(&look, "iso-8859-2").n, 0);
	for (uint32_t i = 0; i < look.readings.count; i++)
		for (uint32_t k = 0; k < i; k++)
			assert_false(
				str_eq(look.readings.items[i].text, look.readings.items[k].text));
	/* 0x81 is no letter in windows-1252, so the file is not that. */
	look = look_at(STR("name\nLef\xE8vre\nx\x81y\n"));
	assert_int_equal(reading(&look, "windows-1252").n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_known_is_said),
		cmocka_unit_test(readings_differ_and_fit_the_whole_file),
	};
	int failed;

	harness_start();
	arena = arena_new(64u << 20);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(&arena);
	return failed;
}
