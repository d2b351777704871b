// SPDX-License-Identifier: Apache-2.0
/* Columns for badges, and results against the manifest's descriptions. Runs in: make check. */
#include "jobs/intake_badge_row.h"
#include "jobs/intake_rows.h"
#include "tests/harness/harness.h"

#include <string.h>

#define MANIFEST \
	"{\"format\":\"certfill-manifest/1\",\"credentials\":{\"c\":{\"outputs\":[\"pdf\"]," \
	"\"achievement\":{\"id\":\"urn:a:b\",\"name\":\"n\",\"resultDescription\":[" \
	"{\"name\":\"Final grade\",\"resultType\":\"Percent\",\"valueMin\":\"0\",\"valueMax\":" \
	"\"100\"},{\"name\":\"Letter\",\"resultType\":\"LetterGrade\",\"allowedValue\":[\"B\"," \
	"\"A\"]},{\"name\":\"Project\",\"resultType\":\"RubricCriterionLevel\"," \
	"\"rubricCriterionLevel\":{\"name\":\"Pass\"}}]}}}}"

static struct arena *arena;

static struct wire_rows read_rows(const char *csv)
{
	struct intake_rows_options o = {
		.file_name = STR("c.csv"), .input = bytes_of(str_of(csv)), .now_s = 1780272000};
	struct wire_manifest *manifest = arena_zalloc(arena, 1, sizeof *manifest);
	struct intake_source *source = arena_zalloc(arena, 1, sizeof *source);
	struct intake_rows *r = NULL;
	struct wire_rows rows;
	struct err err = {0};

	assert_ok(intake_manifest_read(bytes_of(str_of(MANIFEST)), arena, manifest, source, &err),
		err);
	o.manifest = manifest;
	o.source = source;
	assert_ok(intake_rows_open(&o, &r, &err), err);
	assert_ok(intake_rows_next(r, arena, &rows, &err), err);
	intake_rows_close(&r);
	return rows;
}

static void says(const struct wire_row *row, const char *name, const char *text)
{
	for (uint32_t i = 0; i < row->badge.count; i++) {
		if (!str_eq_cz(row->badge.items[i].name, name))
			continue;
		if (!str_eq_cz(row->badge.items[i].text, text))
			fail_msg("%s: " STR_FMT, name, STR_ARG(row->badge.items[i].text));
		return;
	}
	fail_msg("nothing is said of %s", name);
}

static void refused(const char *csv, const char *code)
{
	struct wire_rows rows = read_rows(csv);

	if (rows.rows.count != 0 || rows.errors.count != 1
		|| !str_eq_cz(rows.errors.items[0].code, code))
		fail_msg("%s\ngave %u rows", csv, rows.rows.count);
}

static void columns_reach_the_badge(void **state)
{
	struct wire_rows rows = read_rows(
		"name,activity_start,activity_end,credits_earned,award_term,result.final_grade,"
		"result.project,result.own\nA,01/02/2026,31/05/2026,\"7,50\",Spring,92,Pass,x\n"
		"B,31/01/2026,31/05/2026,10.000,,,,\n");
	const struct wire_row *row = rows.rows.items;

	(void)state;
	assert_int_equal(rows.rows.count, 2);
	says(row, "activityStartDate", "2026-02-01T00:00:00Z");
	says(row, "activityEndDate", "2026-05-31T00:00:00Z");
	says(row, "creditsEarned", "7.5");
	says(row, "term", "Spring");
	says(row, "result.final_grade", "urn:a:b#result/Final%20grade");
	says(row, "result.project", "urn:a:b#result/Project");
	says(row, "level.result.project", "urn:a:b#result/Project/Pass");
	says(row + 1, "creditsEarned", "10");
	assert_int_equal(row[1].badge.count, 3);
}

static void what_open_badges_would_not_take_is_refused(void **state)
{
	(void)state;
	refused("name,result.final_grade\nA,101\n", "result-not-allowed");
	refused("name,result.final_grade\nA,-1\n", "result-not-allowed");
	refused("name,result.final_grade\nA,good\n", "result-not-allowed");
	refused("name,result.Letter\nA,a\n", "result-not-allowed");
	refused("name,result.project\nA,Fail\n", "result-not-allowed");
	refused("name,credits_earned\nA,-1\n", "number-invalid");
	refused("name,credits_earned\nA,1e3\n", "number-invalid");
	refused("name,credits_earned\nA,1.2345\n", "number-invalid");
	refused("name,activity_start,activity_end\nA,2026-02-02,2026-02-01\n", "date-before-start");
	refused("name,activity_start\nA,02/01/2026\n", "date-ambiguous");
	refused("name,award_term\nA,#REF!\n", "excel-error");
}

static int set_up(void **state)
{
	(void)state;
	arena_free(&arena);
	arena = arena_new((size_t)1 << 30);
	return 0;
}

#define TEST(function) cmocka_unit_test_setup(function, set_up)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(columns_reach_the_badge), TEST(what_open_badges_would_not_take_is_refused)};
	int failed;

	harness_start();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(&arena);
	return failed;
}
