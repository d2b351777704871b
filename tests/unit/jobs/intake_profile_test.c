// SPDX-License-Identifier: Apache-2.0
/* Exports of other systems through their profiles. Runs in: make check. */
#include "jobs/intake_columns.h"
#include "jobs/intake_profile.h"
#include "jobs/intake_rows.h"
#include "tests/harness/harness.h"

#include <string.h>

#define NOW_S INT64_C(1780272000) /* 2026-06-01 */

static struct arena *arena;

static struct wire_rows read_profile(
	const char *csv, const char *profile, struct wire_cohort *cohort)
{
	struct intake_rows_options o = {.file_name = STR("cohort.csv"),
		.input = bytes_of(str_of(csv)),
		.profile = str_of(profile),
		.now_s = NOW_S};
	struct intake_rows *r = NULL;
	struct wire_cohort found;
	struct wire_rows rows;
	struct err err = {0};

	assert_ok(intake_rows_open(&o, &r, &err), err);
	intake_rows_describe(r, &found);
	if (cohort != NULL)
		wire_copy(&wire_cohort_type, &found, arena, cohort);
	assert_ok(intake_rows_next(r, arena, &rows, &err), err);
	assert_true(rows.end);
	intake_rows_close(&r);
	return rows;
}

static bool warns(const struct wire_cohort *c, const char *part)
{
	for (uint32_t i = 0; i < c->warnings.count; i++) {
		if (str_find_str(c->warnings.items[i], str_of(part)) < c->warnings.items[i].n)
			return true;
	}
	return false;
}

static void canvas(void **state)
{
	struct wire_cohort c;
	struct wire_rows rows = read_profile(
		"Student,ID,SIS User ID,SIS Login ID,Section,HW1 (12)\n"
		",,,,,Manual Posting\n    Points Possible,,,,,10\n"
		"\"Lovelace, Ada\",11,UID: 00123,ada@uni.example,S1,9\n"
		"\"Hopper, Grace\",12,UID: 00124,ghopper,S1,9\n\"Student, Test\",13,,,S1,\n",
		"canvas-gradebook", &c);

	(void)state;
	assert_int_equal(rows.rows.count, 2);
	assert_int_equal(rows.errors.count, 0);
	assert_int_equal(c.people, 2);
	assert_true(c.family_given);
	assert_true(str_eq_cz(rows.rows.items[0].name, "Ada Lovelace"));
	assert_true(str_eq_cz(rows.rows.items[0].recipient_id, "00123"));
	assert_true(str_eq_cz(rows.rows.items[0].email, "ada@uni.example"));
	assert_int_equal(rows.rows.items[0].line, 4);
	assert_int_equal(rows.rows.items[1].email.n, 0);
	assert_true(warns(&c, "line 2 is left out"));
	assert_true(warns(&c, "line 3 is left out by the profile canvas-gradebook: the line of"));
	assert_true(warns(&c, "line 6 is left out"));
}

static void moodle(void **state)
{
	struct wire_rows rows = read_profile(
		"First name,Surname,ID number,Email address,Course total (Real),Last downloaded "
		"from "
		"this course\nAda,Lovelace,7,-,-,1780000000\nBea,-,8,b@uni.example,3,1780000000\n",
		"moodle-grades", NULL);

	(void)state;
	assert_int_equal(rows.rows.count, 2);
	assert_int_equal(rows.rows.items[0].email.n, 0);
	assert_true(str_eq_cz(rows.rows.items[1].name, "Bea"));
}

static void peoplesoft(void **state)
{
	struct wire_rows rows =
		read_profile("Degrees conferred\nRun 2026-06-01\nEMPLID,NAME,EMAIL_ADDR,CONF_DT\n"
			     "0001,\"Lovelace,Ada\",a@uni.example,05/31/2026\n",
			"peoplesoft-query", NULL);

	(void)state;
	assert_true(str_eq_cz(rows.rows.items[0].name, "Ada Lovelace"));
	assert_int_equal(rows.rows.items[0].issued_on, NOW_S - 86400);
}

static void banner(void **state)
{
	struct wire_rows rows = read_profile(
		"SPRIDEN_ID,SPRIDEN_LAST_NAME,SPRIDEN_FIRST_NAME,SHADIPL,SHRDGMR_GRAD_DATE,"
		"SHRDGMR_DEGC_CODE,STVDEGC_DESC\n@00001234,Lovelace,Ada,Augusta Ada "
		"King,20260531,BS,"
		"Bachelor of Science\n",
		"banner", NULL);

	(void)state;
	assert_true(str_eq_cz(rows.rows.items[0].recipient_id, "@00001234"));
	assert_true(str_eq_cz(rows.rows.items[0].name, "Augusta Ada King"));
	assert_int_equal(rows.rows.items[0].issued_on, NOW_S - 86400);
	assert_true(str_eq_cz(rows.rows.items[0].fields.items[0].text, "Bachelor of Science"));
}

static void others(void **state)
{
	struct wire_cohort c;
	struct wire_rows rows = read_profile(
		"ACAD.PERSON.ID,LAST.NAME,FIRST.NAME,ACAD.DEGREE.DATE\n0012345,Lovelace,Ada,"
		"05/31/2026\n",
		"colleague", NULL);

	(void)state;
	assert_true(str_eq_cz(rows.rows.items[0].recipient_id, "0012345"));
	assert_true(str_eq_cz(rows.rows.items[0].name, "Ada Lovelace"));
	rows = read_profile(
		"Badge Template ID,Recipient Email,Issued To First Name,Issued To Last "
		"Name,Issued At\nx,a@uni.example,Ada,Lovelace,2026-05-31 09:41:00 -0500\n",
		"credly-template", NULL);
	assert_int_equal(rows.rows.items[0].issued_on, NOW_S - 86400);
	rows = read_profile("identifier,first name,last name,evidence url\na@uni.example,Ada,L,\n",
		"badgr-template", NULL);
	assert_true(str_eq_cz(rows.rows.items[0].email, "a@uni.example"));
	rows = read_profile(
		"name,pubkey,identity\nAda,ecdsa:1x,a@uni.example\n", "blockcerts-roster", NULL);
	assert_true(str_eq_cz(rows.rows.items[0].email, "a@uni.example"));
	rows = read_profile("sourcedId,status,role,givenName,familyName,email,identifier\n"
			    "s1,active,student,Ada,L,,X1\ns2,tobedeleted,student,B,L,,\n"
			    "s3,active,teacher,C,L,,\n",
		"oneroster", &c);
	assert_int_equal(rows.rows.count, 1);
	assert_true(str_eq_cz(rows.rows.items[0].recipient_id, "s1"));
	assert_true(str_eq_cz(rows.rows.items[0].external_id, "X1"));
	assert_true(warns(&c, "line 4 is left out by the profile oneroster: no student"));
}

static void every_target_is_a_column(void **state)
{
	static const char *const names[] = {"canvas-gradebook", "moodle-grades", "peoplesoft-query",
		"banner", "colleague", "credly-template", "badgr-template", "blockcerts-roster",
		"oneroster"};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		const struct intake_profile *p = intake_profile_find(str_of(names[i]));

		assert_non_null(p);
		assert_non_null(strstr(intake_profile_names(), names[i]));
		assert_true(p->skip_count <= INTAKE_PROFILE_SKIPS_MAX);
		for (size_t k = 0; k < p->column_count; k++)
			assert_true(
				intake_columns_of_key(arena, str_of(p->columns[k].target)).column
				!= COLUMN_NONE);
	}
	assert_null(intake_profile_find(STR("no-such")));
	assert_string_equal(intake_profile_suggest(STR("canvas-gradbook")), "canvas-gradebook");
}

static int set_up(void **state)
{
	(void)state;
	arena_free(&arena);
	arena = arena_new(256u << 20);
	return 0;
}

#define TEST(function) cmocka_unit_test_setup(function, set_up)

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(canvas), TEST(moodle), TEST(peoplesoft),
		TEST(banner), TEST(others), TEST(every_target_is_a_column)};
	int failed;

	harness_start();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(&arena);
	return failed;
}
