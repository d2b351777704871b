// SPDX-License-Identifier: Apache-2.0
/* The rules over days; the rules over policies are tested against the real signer. */
#include "base/clock.h"
#include "tests/harness/harness.h"
#include "trust/sign_check.h"

#include <string.h>

#define DAY ((int64_t)86400)

static int64_t day(const char *text)
{
	int64_t s = 0;
	struct err err = {0};

	assert_ok(clock_parse_day(str_of(text), &s, &err), err);
	return s;
}

static void takes_sound_days(void **state)
{
	struct err err = {0};
	int64_t from = day("2026-06-15");

	(void)state;
	assert_ok(sign_check_days(from, WIRE_NO_DAY, WIRE_NO_DAY, &err), err);
	assert_ok(sign_check_days(from, from + 1, from + 1, &err), err);
	assert_ok(sign_check_days(day("1900-01-01"), day("9999-12-31"), day("1900-01-01"), &err),
		err);
	/* Awarded before it was valid, or after: both happen. */
	assert_ok(sign_check_days(from, from + 10 * DAY, from - 400 * DAY, &err), err);
	assert_ok(sign_check_days(from, from + 10 * DAY, from + 5 * DAY, &err), err);
}

static void refuses_the_rest(void **state)
{
	int64_t from = day("2026-06-15");
	const struct {
		int64_t from;
		int64_t until;
		int64_t awarded;
		const char *words;
	} bad[] = {
		{WIRE_NO_DAY, WIRE_NO_DAY, WIRE_NO_DAY, "first day"},
		{day("1899-12-31"), WIRE_NO_DAY, WIRE_NO_DAY, "first day"},
		{INT64_MAX, WIRE_NO_DAY, WIRE_NO_DAY, "first day"},
		{from, INT64_MAX, WIRE_NO_DAY, "last day"},
		{from, from, WIRE_NO_DAY, "end before it begins"},
		{from, from - DAY, WIRE_NO_DAY, "end before it begins"},
		{from, WIRE_NO_DAY, day("1899-12-31"), "day of the award"},
		{from, from + DAY, from + 2 * DAY, "after the credential's end"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
		struct err err = {0};

		assert_int_equal(
			sign_check_days(bad[i].from, bad[i].until, bad[i].awarded, &err), RC_INPUT);
		if (strstr(err.text, bad[i].words) == NULL)
			fail_msg("case %zu says %s", i, err.text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_sound_days),
		cmocka_unit_test(refuses_the_rest),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
