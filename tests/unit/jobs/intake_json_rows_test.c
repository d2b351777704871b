// SPDX-License-Identifier: Apache-2.0
/* Cohorts as JSON lines and JSON lists. Runs in: make check. */
#include "jobs/cohort_reader.h"
#include "tests/harness/harness.h"

#include <stdio.h>
#include <string.h>

/* Every record as "line[cell][cell]" or "line!fault". */
static void read_with(const char *json, const struct cohort_options *o, struct buf *out)
{
	struct arena *a = arena_new(COHORT_RECORD_ARENA);
	struct cohort_reader *r = NULL;
	struct cohort_record record;
	struct err err = {0};
	bool end = false;
	enum rc rc = cohort_reader_open(STR("x.json"), bytes_of(str_of(json)), o, &r, &err);

	while (rc == RC_OK) {
		arena_reset(a);
		rc = cohort_reader_next(r, a, &record, &end, &err);
		if (rc != RC_OK || end)
			break;
		buf_fmt(out, "%u", record.line);
		if (record.fault.n != 0)
			buf_fmt(out, "!" STR_FMT, STR_ARG(record.fault));
		for (uint32_t i = 0; record.fault.n == 0 && i < record.cells.count; i++)
			buf_fmt(out, "[" STR_FMT "]", STR_ARG(record.cells.items[i]));
	}
	if (rc != RC_OK)
		buf_fmt(out, "STOP %s", err.text);
	buf_put_char(out, '\0');
	cohort_reader_close(&r);
	arena_free(&a);
}

static void gives(const char *json, const char *want)
{
	struct buf out = buf_new(65536);

	read_with(json, &(struct cohort_options){.encoding = {"", 0}}, &out);
	assert_string_equal((const char *)out.p, want);
	buf_free(&out);
}

static void says(const char *json, const char *part)
{
	struct buf out = buf_new(65536);

	read_with(json, &(struct cohort_options){.encoding = {"", 0}}, &out);
	if (strstr((const char *)out.p, part) == NULL)
		fail_msg("%s\ngave %s", json, (const char *)out.p);
	buf_free(&out);
}

static void lines_become_rows(void **state)
{
	(void)state;
	gives("{\"name\":\"A\",\"x\":\"1\"}\n\n{\"y\":\"2\",\"name\":\"B\"}\n",
		"1[name][x][y]1[A][1][]3[B][][2]");
	gives("\xEF\xBB\xBF{\"name\":\"A\"}\r\n{\"name\":\"B\"}", "1[name]1[A]2[B]");
}

static void a_list_becomes_rows(void **state)
{
	(void)state;
	gives("[{\"name\":\"A\"},\n {\"name\":\"B, ]}\\\"\"}\n]\n", "1[name]1[A]2[B, ]}\"]");
	gives("[\n{\"name\":\n\"A\"\n},{\"name\":\"B\"}]", "1[name]2[A]4[B]");
}

static void values_are_written_as_they_are_meant(void **state)
{
	(void)state;
	gives("{\"a\":12,\"b\":3.9,\"c\":true,\"d\":null,\"e\":false,\"f\":1e300}\n",
		"1[a][b][c][d][e][f]1[12][3.9][true][][false][1e+300]");
	gives("{\"field\":{\"honors\":\"cum\"},\"result\":{\"gpa\":0.1},\"field.x\":\"y\"}\n",
		"1[field.honors][result.gpa][field.x]1[cum][0.1][y]");
}

static void a_broken_row_is_bad_alone(void **state)
{
	(void)state;
	says("{\"n\":\"A\"}\n{\"n\":\n{\"n\":\"B\"}\n", "2!not valid JSON");
	says("{\"n\":\"A\"}\n{\"n\":\n{\"n\":\"B\"}\n", "3[B]");
	says("{\"n\":\"A\"}\n[1]\n", "2!a row must be an object");
	says("{\"n\":\"A\"}\n{\"n\":[1]}\n", "2!the member \"n\" is a list");
	says("{\"n\":\"A\"}\n{\"field\":{\"a\":{}}}\n", "2!the member \"field.a\"");
	says("{\"n\":\"A\"}\n{\"n\":\"1\",\"n\":\"2\"}\n", "2!not valid JSON");
	says("[{\"n\":\"A\"}, 7, {\"n\":\"B\"}]", "1!a row must be");
	says("{\"n\":\"A\"}\n{\"n\":[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]}\n", "too deeply");
}

static void broken_lists_stop_the_file(void **state)
{
	(void)state;
	says("[{\"n\":\"A\"}\n {\"n\":\"B\"}]", "STOP line 2: a comma or ]");
	says("[{\"n\":\"A\"},\n {\"n\":\"B\"", "STOP line 2: the list of rows");
	says("[{\"n\":\"A\"}] x", "something follows");
	says("[]", "STOP not one row");
	says("{}\n{}\n", "STOP not one row");
	says("[{\"n\":\"A\xE8\"}]", "STOP line 1: byte 0xE8 is not UTF-8");
}

static void lines_count_from_where_the_rows_stand(void **state)
{
	struct cohort_options o = {.first_line = 10};
	struct buf out = buf_new(1024);

	(void)state;
	read_with("[\n{\"n\":\"A\"}]", &o, &out);
	assert_string_equal((const char *)out.p, "10[n]11[A]");
	buf_free(&out);
}

static void no_more_members_than_columns(void **state)
{
	struct buf b = buf_new(65536);

	(void)state;
	buf_put_cz(&b, "{\"n\":1");
	for (int i = 0; i < 200; i++)
		buf_fmt(&b, ",\"m%d\":1", i);
	buf_put_cz(&b, "}\n");
	buf_put_char(&b, '\0');
	says((const char *)b.p, "STOP line 2: the rows have more than 200 members");
	buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_become_rows),
		cmocka_unit_test(a_list_becomes_rows),
		cmocka_unit_test(values_are_written_as_they_are_meant),
		cmocka_unit_test(a_broken_row_is_bad_alone),
		cmocka_unit_test(broken_lists_stop_the_file),
		cmocka_unit_test(lines_count_from_where_the_rows_stand),
		cmocka_unit_test(no_more_members_than_columns),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
