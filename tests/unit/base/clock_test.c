// SPDX-License-Identifier: Apache-2.0
/* Dates without time zones, against the C library's. Runs in: make check. */
#include "base/clock.h"
#include "tests/harness/harness.h"

#include <time.h>

/* Any number is a time somewhere: a day that nobody checked yet must not be undefined. */
static void splits_the_least_and_the_greatest(void **state)
{
	(void)state;
	assert_int_equal(clock_split(INT64_MIN).hour, 8);
	assert_int_equal(clock_split(INT64_MAX).hour, 15);
	assert_int_equal(clock_split(-1).second, 59);
}

static void dates_are_those_of_the_c_library(void **state)
{
	(void)state;
	/* Every 11 days and some hours over 400 years each side, so every leap rule is met. */
	for (int64_t t = INT64_C(-12622780800); t < INT64_C(13000000000); t += 11 * 86400 + 12345) {
		struct clock_date d = clock_split(t);
		time_t t2 = (time_t)t;
		struct tm tm;

		assert_non_null(gmtime_r(&t2, &tm));
		assert_int_equal(d.year, tm.tm_year + 1900);
		assert_int_equal(d.month, tm.tm_mon + 1);
		assert_int_equal(d.day, tm.tm_mday);
		assert_int_equal(d.hour, tm.tm_hour);
		assert_int_equal(d.minute, tm.tm_min);
		assert_int_equal(d.second, tm.tm_sec);
		assert_true(clock_join(&d) == t);
	}
}

static void iso_is_written(void **state)
{
	char out[CLOCK_ISO_LEN];

	(void)state;
	clock_iso(0, out);
	assert_string_equal(out, "1970-01-01T00:00:00Z");
	clock_iso(INT64_C(1782810000), out);
	assert_string_equal(out, "2026-06-30T09:00:00Z");
	clock_iso(-1, out);
	assert_string_equal(out, "1969-12-31T23:59:59Z");
}

static void real_days_only(void **state)
{
	static const char *const good[] = {
		"2026-06-30", "2024-02-29", "2000-02-29", "0001-01-01", "9999-12-31"};
	static const char *const bad[] = {"", "2026-6-30", "2026-06-3", "26-06-30", "2026-06-31",
		"2023-02-29", "1900-02-29", "2026-00-10", "2026-13-10", "2026-10-00", "2026-10-32",
		"0000-01-01", "2026/06/30", "2026-06-30 ", " 2026-06-30", "2026-06-30T",
		"+026-06-30", "-001-01-01", "20260630", "2026-06-3x"};
	int64_t t;
	struct err err;

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(good); i++) {
		char back[CLOCK_ISO_LEN];

		assert_ok(clock_parse_day(str_of(good[i]), &t, &err), err);
		clock_iso(t, back);
		assert_memory_equal(back, good[i], 10);
	}
	for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
		t = 42;
		if (clock_parse_day(str_of(bad[i]), &t, &err) != RC_INPUT)
			fail_msg("\"%s\" was taken for a day", bad[i]);
		assert_true(t == 42);
	}
}

static void times_with_offsets(void **state)
{
	static const struct {
		const char *text;
		int64_t wall_s;
	} good[] = {
		{"2026-06-30T09:00:00Z", 1782810000},
		{"2026-06-30T11:00:00+02:00", 1782810000},
		{"2026-06-30T03:30:00-05:30", 1782810000},
		{"2026-06-30T09:00:00.999999999Z", 1782810000},
		{"1969-12-31T23:59:59Z", -1},
	};
	static const char *const bad[] = {"2026-06-30", "2026-06-30T09:00Z", "2026-06-30T09:00:00",
		"2026-06-30T24:00:00Z", "2026-06-30T09:60:00Z", "2026-06-30T09:00:60Z",
		"2026-06-30t09:00:00Z", "2026-06-30T09:00:00z", "2026-06-30T09:00:00+2:00",
		"2026-06-30T09:00:00+24:00", "2026-06-30T09:00:00+02:60", "2026-06-30T09:00:00Zx",
		"2026-06-30T09:00:00 Z", "2026-02-30T09:00:00Z", "2026-06-30T09:00:00.Z",
		"2026-06-30T09:00:00.+02:00", "2026-06-30T09:00:001Z"};
	int64_t t;
	struct err err;

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(good); i++) {
		assert_ok(clock_parse_iso(str_of(good[i].text), &t, &err), err);
		assert_true(t == good[i].wall_s);
	}
	for (size_t i = 0; i < ARRAY_COUNT(bad); i++)
		if (clock_parse_iso(str_of(bad[i]), &t, &err) != RC_INPUT)
			fail_msg("\"%s\" was taken for a time", bad[i]);
}

static void months_are_added(void **state)
{
	static const struct {
		const char *from;
		uint32_t months;
		const char *to;
	} cases[] = {{"2025-06-13", 36, "2028-06-13"}, {"2024-02-29", 12, "2025-02-28"},
		{"2026-01-31", 1, "2026-02-28"}, {"2026-12-31", 2, "2027-02-28"},
		{"2026-06-30", 0, "2026-06-30"}};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct err err;
		int64_t from;
		int64_t to;

		assert_int_equal(clock_parse_day(str_of(cases[i].from), &from, &err), RC_OK);
		assert_int_equal(clock_parse_day(str_of(cases[i].to), &to, &err), RC_OK);
		assert_true(clock_add_months(from, cases[i].months) == to);
	}
}

static void clocks_run(void **state)
{
	int64_t mono = clock_mono_ms();
	int64_t cpu = clock_cpu_us();
	volatile unsigned spin = 0;

	(void)state;
	assert_true(clock_wall_s() > 1700000000);
	assert_true(clock_wall_ms() / 1000 - clock_wall_s() <= 1);
	while (clock_cpu_us() - cpu < 2000)
		spin++;
	assert_true(clock_mono_ms() >= mono + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(splits_the_least_and_the_greatest),
		cmocka_unit_test(dates_are_those_of_the_c_library),
		cmocka_unit_test(iso_is_written),
		cmocka_unit_test(real_days_only),
		cmocka_unit_test(times_with_offsets),
		cmocka_unit_test(months_are_added),
		cmocka_unit_test(clocks_run),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
