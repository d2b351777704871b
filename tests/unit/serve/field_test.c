// SPDX-License-Identifier: Apache-2.0
/* Dates, ranges, entity tags, Accept. Runs in: make check. */
#include "base/clock.h"
#include "base/text.h"
#include "serve/field.h"
#include "tests/harness/harness.h"

struct dated {
	int64_t s;
	const char *text;
};

static void dates_go_both_ways(void **state)
{
	static const struct dated dates[] = {
		{784111777, "Sun, 06 Nov 1994 08:49:37 GMT"},
		{0, "Thu, 01 Jan 1970 00:00:00 GMT"},
		{951782400, "Tue, 29 Feb 2000 00:00:00 GMT"},
		{4102444799, "Thu, 31 Dec 2099 23:59:59 GMT"},
	};
	static const char *const wrong[] = {"", "Mon, 06 Nov 1994 08:49:37 GMT",
		"Sun, 06 Nov 1994 08:49:37 UTC", "Sunday, 06-Nov-1994 08:49:37 GMT",
		"Sun Nov 6 08:49:37 1994", "Sun, 31 Feb 1994 08:49:37 GMT",
		"Sun, 06 Nov 1994 24:49:37 GMT", "Monday, 06-Nov-94 08:49:37 GMT",
		"Sunday, 6-Nov-94 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT ",
		"Mon Nov  6 08:49:37 1994", "Sun Nov 06 08:49:37 1994", "Sun Nov  6 08:49:37 94",
		"Sun Nov   08:49:37 1994", ", 06 Nov 1994 08:49:37 GMT", "Sun", ","};
	static const struct dated old[] = {
		{784111777, "Sunday, 06-Nov-94 08:49:37 GMT"},
		{784111777, "Sun Nov  6 08:49:37 1994"},
		{1763942399, "Sun Nov 23 23:59:59 2025"},
		{1763942399, "Sunday, 23-Nov-25 23:59:59 GMT"},
		{951782400, "Tue Feb 29 00:00:00 2000"},
	};
	char out[FIELD_DATE_LEN];
	int64_t s;

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(dates); i++) {
		field_put_date(dates[i].s, out);
		assert_string_equal(out, dates[i].text);
		assert_true(field_parse_date(str_of(dates[i].text), &s));
		assert_true(s == dates[i].s);
	}
	for (size_t i = 0; i < ARRAY_COUNT(old); i++) {
		assert_true(field_parse_date(str_of(old[i].text), &s));
		assert_int_equal(s, old[i].s);
	}
	for (size_t i = 0; i < ARRAY_COUNT(wrong); i++)
		assert_false(field_parse_date(str_of(wrong[i]), &s));
}

/* More than 50 years ahead is the past (RFC 9110, 5.6.7). */
static void two_digits_of_a_year_are_of_the_nearer_one(void **state)
{
	static const char *const days[] = {
		"Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"};
	int now = clock_split(clock_wall_s()).year;
	const int years[] = {now, now - 1, now - 49};
	char text[64];
	int64_t s;

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(years); i++) {
		struct clock_date d = {.year = years[i], .month = 3, .day = 7};
		int64_t when = clock_join(&d);

		text_fmt(text, sizeof text, "%s, 07-Mar-%02d 00:00:00 GMT", days[when / 86400 % 7],
			years[i] % 100);
		assert_true(field_parse_date(str_of(text), &s));
		assert_int_equal(s, when);
	}
}

static void a_range_that_is_none_changes_nothing(void **state)
{
	static const char *const none[] = {"bytes=5-2", "bytes=5-x", "bytes=", "bytes=-", "bytes=1",
		"lines=0-1", "bytes=0-1,3-4", "bytes= 1-2", "bytes=+1-2", "bytes=0x1-2",
		"bytes=1--2"};
	uint64_t from = 77;
	uint64_t n = 77;

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(none); i++)
		assert_int_equal(
			field_parse_range(str_of(none[i]), 100, &from, &n), FIELD_RANGE_NONE);
	assert_int_equal(
		field_parse_range(STR("bytes=100-"), 100, &from, &n), FIELD_RANGE_UNSATISFIABLE);
	assert_int_equal(
		field_parse_range(STR("bytes=-5"), 0, &from, &n), FIELD_RANGE_UNSATISFIABLE);
	assert_int_equal(from, 77);
	assert_int_equal(n, 77);
	assert_int_equal(field_parse_range(STR("bytes=99-"), 100, &from, &n), FIELD_RANGE_ONE);
	assert_int_equal(from, 99);
	assert_int_equal(n, 1);
}

static void positions_beyond_all_numbers_are_behind_the_end(void **state)
{
	uint64_t from = 77;
	uint64_t n = 77;

	(void)state;
	assert_int_equal(field_parse_range(STR("bytes=18446744073709551616-"), 100, &from, &n),
		FIELD_RANGE_UNSATISFIABLE);
	assert_int_equal(from, 77);
	assert_int_equal(field_parse_range(STR("bytes=90-18446744073709551616"), 100, &from, &n),
		FIELD_RANGE_ONE);
	assert_int_equal(from, 90);
	assert_int_equal(n, 10);
	assert_int_equal(field_parse_range(STR("bytes=-99999999999999999999"), 100, &from, &n),
		FIELD_RANGE_ONE);
	assert_int_equal(from, 0);
	assert_int_equal(n, 100);
}

static void tags_compare_weakly_and_strongly(void **state)
{
	(void)state;
	assert_true(field_has_etag(STR("\"x\", W/\"a\""), STR("\"a\""), true));
	assert_false(field_has_etag(STR("\"x\", W/\"a\""), STR("\"a\""), false));
	assert_true(field_has_etag(STR("\"b,c\" ,\"a\""), STR("\"a\""), false));
	assert_false(field_has_etag(STR("\"b,\"a"), STR("\"a\""), true));
	assert_true(field_has_etag(STR(" * "), STR("\"a\""), false));
	assert_false(field_has_etag(STR("W/\"a\""), STR("W/\"a\""), false));
	assert_true(field_has_etag(STR("\"a\""), STR("W/\"a\""), true));
}

static void the_most_specific_wish_wins(void **state)
{
	struct str accept = STR("text/*;q=0.3, text/html;q=0.7, application/json, */*;q=0.5");

	(void)state;
	assert_int_equal(field_accepts(accept, STR("text/html")), 700);
	assert_int_equal(field_accepts(accept, STR("text/plain")), 300);
	assert_int_equal(field_accepts(accept, STR("application/json")), 1000);
	assert_int_equal(field_accepts(accept, STR("image/png")), 500);
	assert_int_equal(field_accepts(STR(""), STR("image/png")), 1000);
	assert_int_equal(field_accepts(STR("text/html;q=0"), STR("text/html")), 0);
	assert_int_equal(field_accepts(STR("text/html"), STR("image/png")), 0);
}

static void equal_wishes_go_by_name_then_by_order(void **state)
{
	static const struct {
		const char *accept;
		bool json;
	} cases[] = {
		{"", false},
		{"*/*", false},
		{"application/json", true},
		{"application/json, text/plain, */*", true},
		{"application/*", true},
		{"application/json, text/html", true},
		{"text/html, application/json", false},
		{"application/json;q=0.5, text/html", false},
		{"text/html;q=0.1, application/json;q=0.2", true},
		{"application/json;q=0, */*", false},
		{"application/json;q=0", false},
		{"text/html;q=0, */*;q=0.1", true},
		{"image/png", false},
		{"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", false},
		{",,;q=1,/,json", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++)
		assert_int_equal(field_prefers(str_of(cases[i].accept), STR("application/json"),
					 STR("text/html")),
			cases[i].json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dates_go_both_ways),
		cmocka_unit_test(two_digits_of_a_year_are_of_the_nearer_one),
		cmocka_unit_test(a_range_that_is_none_changes_nothing),
		cmocka_unit_test(positions_beyond_all_numbers_are_behind_the_end),
		cmocka_unit_test(tags_compare_weakly_and_strongly),
		cmocka_unit_test(the_most_specific_wish_wins),
		cmocka_unit_test(equal_wishes_go_by_name_then_by_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
