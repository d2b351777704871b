// SPDX-License-Identifier: Apache-2.0
/* Lists of credentials from bytes to lines: headers, refusals, frames. Runs in: make check. */
#include "base/buf.h"
#include "jobs/intake_list.h"
#include "jobs/intake_unicode.h"
#include "tests/harness/harness.h"

#include <string.h>

static struct arena *arena;

static struct wire_changes read_list(const char *csv)
{
	struct intake_list *l = NULL;
	struct wire_changes out;
	struct err err = {0};

	assert_ok(intake_list_open(STR("list.csv"), bytes_of(str_of(csv)), STR(""), &l, &err), err);
	assert_ok(intake_list_next(l, arena, &out, &err), err);
	assert_true(out.end);
	intake_list_close(&l);
	return out;
}

static void refused(const char *csv, const char *part)
{
	struct intake_list *l = NULL;
	struct err err = {0};

	if (intake_list_open(STR("list.csv"), bytes_of(str_of(csv)), STR(""), &l, &err) == RC_OK
		|| strstr(err.text, part) == NULL)
		fail_msg("%s gave \"%s\"", csv, err.text);
	assert_null(l);
}

static void lines_have_ids_reasons_and_values(void **state)
{
	struct wire_changes c = read_list("\xEF\xBB\xBF"
					  "Credential;Reason;NOTE;Full Name;e-mail;\r\n"
					  "01A;other;\"two\r\nlines\";Ada;a@x.example;\r\n"
					  "\r\n"
					  " 01B ;;;;;\r\n");

	(void)state;
	assert_int_equal(c.changes.count, 2);
	assert_int_equal(c.errors.count, 0);
	assert_true(str_eq_cz(c.changes.items[0].id, "01A"));
	assert_true(str_eq_cz(c.changes.items[0].reason, "other"));
	assert_true(str_eq_cz(c.changes.items[0].note, "two\nlines"));
	assert_int_equal(c.changes.items[0].values.count, 2);
	assert_true(str_eq_cz(c.changes.items[0].values.items[0].name, "name"));
	assert_true(str_eq_cz(c.changes.items[0].values.items[1].name, "email"));
	assert_true(str_eq_cz(c.changes.items[1].id, "01B"));
	assert_int_equal(c.changes.items[1].values.count, 0);
	assert_int_equal(c.changes.items[1].record, 2);
}

static void bad_lines_are_refused_alone(void **state)
{
	struct buf b = buf_new(1 << 20);
	struct wire_changes c;

	(void)state;
	buf_put_cz(&b, "id,reason\n01A,other\n,other\n01B,other,x\n01C,");
	for (int i = 0; i < 100; i++)
		buf_put_cz(&b, "a");
	buf_put_cz(&b, "\n01D,other\n");
	buf_put_char(&b, '\0');
	c = read_list((const char *)b.p);
	assert_int_equal(c.changes.count, 2);
	assert_int_equal(c.errors.count, 3);
	assert_true(str_eq_cz(c.errors.items[0].code, "id-missing"));
	assert_true(str_eq_cz(c.errors.items[1].code, "cells-too-many"));
	assert_true(str_eq_cz(c.errors.items[2].column, "reason"));
	assert_true(str_eq_cz(c.changes.items[1].id, "01D"));
	buf_free(&b);
}

/* Found by the fuzz target: a name cut within a character is in no frame that control would read. */
static void long_headers_are_cut_between_characters(void **state)
{
	struct buf b = buf_new(1024);
	struct wire_changes c;
	struct str name;

	(void)state;
	buf_put_cz(&b, "credential,a");
	for (int i = 0; i < 80; i++)
		buf_put_cz(&b, "\xC3\xBF");
	buf_put_cz(&b, "\n01A,x\n");
	buf_put_char(&b, '\0');
	c = read_list((const char *)b.p);
	assert_int_equal(c.changes.count, 1);
	name = c.changes.items[0].values.items[0].name;
	assert_true(name.n <= 128 && str_is_utf8(name));
	buf_free(&b);
}

static void lists_without_one_id_column_are_refused(void **state)
{
	(void)state;
	refused("", "");
	refused("name,email\nAda,a@x\n", "exactly one column");
	refused("credential,id\n1,2\n", "exactly one column");
}

/* A thousand lines are more than a frame; none is lost and none comes twice. */
static void long_lists_come_in_frames(void **state)
{
	struct buf b = buf_new(1 << 22);
	struct intake_list *l = NULL;
	struct wire_changes out;
	uint32_t seen = 0;
	struct err err = {0};

	(void)state;
	buf_put_cz(&b, "credential,note\n");
	for (int i = 0; i < 1000; i++)
		buf_fmt(&b, "01%d,%0*d\n", i, 900, i);
	assert_ok(intake_list_open(STR("l.csv"), buf_bytes(&b), STR(""), &l, &err), err);
	do {
		assert_ok(intake_list_next(l, arena, &out, &err), err);
		for (uint32_t i = 0; i < out.changes.count; i++)
			assert_int_equal(out.changes.items[i].record, ++seen);
		arena_reset(arena);
	} while (!out.end);
	assert_int_equal(seen, 1000);
	intake_list_close(&l);
	buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_have_ids_reasons_and_values),
		cmocka_unit_test(bad_lines_are_refused_alone),
		cmocka_unit_test(long_headers_are_cut_between_characters),
		cmocka_unit_test(lists_without_one_id_column_are_refused),
		cmocka_unit_test(long_lists_come_in_frames),
	};
	struct err err;
	int failed;

	harness_start();
	arena = arena_new((size_t)64 << 20);
	if (intake_unicode_warm_up(&err) != RC_OK)
		return 1;
	failed = cmocka_run_group_tests_name("jobs/intake_list", tests, NULL, NULL);
	arena_free(&arena);
	return failed;
}
