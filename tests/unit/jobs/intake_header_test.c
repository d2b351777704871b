// SPDX-License-Identifier: Apache-2.0
/* Finding and mapping headers. Runs in: make check. */
#include "jobs/intake_header.h"
#include "tests/harness/harness.h"

#include <string.h>

static struct arena *arena;
static struct intake_map map;

static enum rc find(const char *csv, const struct intake_source *source, struct cohort_record *next,
	struct err *err)
{
	struct cohort_options o = {0};
	struct cohort_reader *r = NULL;
	bool end;
	enum rc rc = cohort_reader_open(STR("a.csv"), bytes_of(str_of(csv)), &o, &r, err);

	if (rc == RC_OK)
		rc = intake_header_find(
			r, &(struct intake_header_ask){source, NULL}, arena, &map, err);
	if (rc == RC_OK && next != NULL)
		rc = cohort_reader_next(r, arena, next, &end, err);
	cohort_reader_close(&r);
	return rc;
}

static void found(const char *csv, const struct intake_source *source)
{
	struct err err = {0};

	assert_ok(find(csv, source, NULL, &err), err);
}

static void refused(const char *csv, const struct intake_source *source, const char *part)
{
	struct err err = {0};
	enum rc rc = find(csv, source, NULL, &err);

	if (rc == RC_OK || strstr(err.text, part) == NULL)
		fail_msg("%s\ngave %d: %s", csv, rc, err.text);
}

static void the_reader_stands_before_the_first_person(void **state)
{
	struct cohort_record first;
	struct err err = {0};

	(void)state;
	assert_ok(find("Registrar,June\n\nname,email\nAda,a\n", NULL, &first, &err), err);
	assert_int_equal(map.header_line, 3);
	assert_true(str_eq_cz(first.cells.items[0], "Ada"));
	assert_int_equal(first.line, 4);
}

static void columns_by_name(void **state)
{
	(void)state;
	found("EMPLID,Full Name,shoe,field.b,field.a,result.x\n", NULL);
	assert_int_equal(map.of[COLUMN_RECIPIENT_ID], 0);
	assert_int_equal(map.of[COLUMN_NAME], 1);
	assert_int_equal(map.of[COLUMN_EMAIL], -1);
	assert_int_equal(map.fields.count, 2);
	assert_int_equal(map.fields.items[1].index, 4);
	assert_int_equal(map.results.count, 1);
	assert_true(str_eq_cz(intake_header_label(&map, COLUMN_NAME), "Full Name"));
	assert_true(str_eq_cz(intake_header_label(&map, COLUMN_EMAIL), "email"));
	assert_int_equal(map.warnings.count, 1);
	assert_true(str_find_str(map.warnings.items[0], STR("shoe")) < map.warnings.items[0].n);
}

static void a_canonical_name_beats_an_alias(void **state)
{
	(void)state;
	found("Student,name,email\n", NULL);
	assert_int_equal(map.of[COLUMN_NAME], 1);
	assert_int_equal(map.columns.items[0].target.n, 0);
	found("name,Student,email\n", NULL);
	assert_int_equal(map.of[COLUMN_NAME], 0);
	refused("Student,Full name\n", NULL, "could both be name");
}

static void the_manifest_beats_both(void **state)
{
	struct intake_source_column columns[] = {
		{STR("name"), STR("Called"), false}, {STR("field.h"), STR("Student"), false}};
	struct intake_source source = {0};

	(void)state;
	source.columns.items = columns;
	source.columns.count = 2;
	found("name,STUDENT,called\n", &source);
	assert_int_equal(map.of[COLUMN_NAME], 2);
	assert_int_equal(map.fields.items[0].index, 1);
	assert_int_equal(map.columns.items[0].target.n, 0);
	refused("name,email\n", &source, "no column \"Called\"");
	columns[1].from = STR("Called");
	refused("name,called\n", &source, "used twice");
}

static void headers_that_are_none(void **state)
{
	struct buf b = buf_new(1u << 20);

	(void)state;
	refused("a,b\n1,2\n", NULL, "no header within the first 20 lines");
	refused("a,b\n1,2\n", NULL, "line 1 has: a, b");
	refused("email,hold\n1,2\n", NULL, "no column for the name");
	refused("name,e-mail,E Mail\n", NULL, "occurs twice, in columns 2 and 3");
	refused("x,X\nname,field.a,Field.A\n", NULL, "occurs twice");
	for (int i = 0; i < 20; i++)
		buf_put_cz(&b, "title\n");
	buf_put_cz(&b, "name,email\n");
	buf_put_char(&b, '\0');
	refused((const char *)b.p, NULL, "no header");
	buf_reset(&b);
	buf_put_cz(&b, "name");
	for (int i = 0; i < 200; i++)
		buf_fmt(&b, ",c%d", i);
	buf_put_cz(&b, "\n");
	buf_put_char(&b, '\0');
	refused((const char *)b.p, NULL, "201 columns");
	buf_reset(&b);
	buf_put_cz(&b, "name");
	for (int i = 0; i < 101; i++)
		buf_fmt(&b, ",field.c%d", i);
	buf_put_cz(&b, "\n");
	buf_put_char(&b, '\0');
	refused((const char *)b.p, NULL, "more than 100 columns field.*");
	buf_free(&b);
}

static void long_headers_are_clipped(void **state)
{
	struct buf b = buf_new(1u << 20);

	(void)state;
	buf_put_cz(&b, "name,");
	for (int i = 0; i < 5000; i++)
		buf_put_cz(&b, "\xE1\x83\x90");
	buf_put_cz(&b, ",email\n");
	buf_put_char(&b, '\0');
	found((const char *)b.p, NULL);
	assert_true(map.columns.items[1].header.n <= 255);
	assert_true(str_is_utf8(map.columns.items[1].header));
	assert_int_equal(map.of[COLUMN_EMAIL], 2);
	buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_reader_stands_before_the_first_person),
		cmocka_unit_test(columns_by_name),
		cmocka_unit_test(a_canonical_name_beats_an_alias),
		cmocka_unit_test(the_manifest_beats_both),
		cmocka_unit_test(headers_that_are_none),
		cmocka_unit_test(long_headers_are_clipped),
	};
	int failed;

	harness_start();
	arena = arena_new((size_t)256 << 20);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(&arena);
	return failed;
}
