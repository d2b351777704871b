// SPDX-License-Identifier: Apache-2.0
/* Walking over JSON text. Runs in: make check. */
#include "jobs/intake_json.h"
#include "tests/harness/harness.h"

static void depth(void **state)
{
	(void)state;
	assert_true(intake_json_depth_within(STR("[[{\"[[[[\":\"\\\"[[[\"}]]"), 3));
	assert_false(intake_json_depth_within(STR("[[{}]]"), 2));
	assert_true(intake_json_depth_within(STR("\"[[["), 1));
	assert_true(intake_json_depth_within(STR("[][][]"), 1));
}

static void lengths(void **state)
{
	(void)state;
	assert_int_equal(intake_json_value_len(STR("{\"}\":[1,\"\\\"\"]} x"), 0), 14);
	assert_int_equal(intake_json_value_len(STR("12,"), 0), 2);
	assert_int_equal(intake_json_value_len(STR("\"a"), 0), 0);
	assert_int_equal(intake_json_value_len(STR("[1"), 0), 0);
	assert_int_equal(intake_json_value_len(STR(""), 0), 0);
}

static void members(void **state)
{
	struct str text = STR("{\"a\": {\"rows\": 1}, \"x\\\"rows\": \"rows\", \"rows\" : [2]}");

	(void)state;
	assert_int_equal(
		intake_json_find_member(text, STR("rows")), str_find_str(text, STR("[2]")));
	assert_int_equal(intake_json_find_member(text, STR("none")), text.n);
	assert_int_equal(intake_json_find_member(STR("{}"), STR("a")), 2);
	assert_int_equal(intake_json_find_member(STR("{\"a\":"), STR("b")), 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(depth),
		cmocka_unit_test(lengths),
		cmocka_unit_test(members),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
