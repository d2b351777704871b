// SPDX-License-Identifier: Apache-2.0
/* Days as people write them. Runs in: make check. */
#include "base/clock.h"
#include "jobs/intake_dates.h"
#include "tests/harness/harness.h"

#include <string.h>

static struct arena *arena;

static struct intake_problems parse(
	const char *text, enum intake_date_order order, bool *good, int64_t *day)
{
	struct intake_problems p = {.a = arena};

	*good = intake_dates_parse(str_of(text), order, STR("issued_on"), &p, day);
	assert_int_equal(*good, p.errors == 0);
	return p;
}

static void gives(const char *text, enum intake_date_order order, const char *want)
{
	bool good;
	int64_t day = 0;
	char iso[CLOCK_ISO_LEN];

	(void)parse(text, order, &good, &day);
	if (!good)
		fail_msg("%s was refused", text);
	clock_iso(day, iso);
	iso[10] = '\0';
	assert_string_equal(iso, want);
}

static void fails(const char *text, enum intake_date_order order, const char *code)
{
	bool good;
	int64_t day = 0;
	struct intake_problems p = parse(text, order, &good, &day);

	if (good || strcmp(p.items[0].code, code) != 0)
		fail_msg("%s: %s", text, good ? "was taken" : p.items[0].code);
}

static void years_have_bounds(void **state)
{
	(void)state;
	gives("1900-01-01", DATE_ORDER_UNKNOWN, "1900-01-01");
	gives("2299-12-31", DATE_ORDER_UNKNOWN, "2299-12-31");
	fails("1899-12-31", DATE_ORDER_UNKNOWN, "date-out-of-range");
	fails("0001-01-01", DATE_ORDER_UNKNOWN, "date-out-of-range");
	fails("2300-01-01", DATE_ORDER_UNKNOWN, "date-out-of-range");
	fails("31.12.9999", DATE_ORDER_UNKNOWN, "date-out-of-range");
	fails("00010101", DATE_ORDER_UNKNOWN, "date-out-of-range");
}

static void times_are_left_aside_when_asked(void **state)
{
	static const char *const kept[] = {
		"2026-06-12", "12 June 2026", "2026-06-12 noon", "", "T1"};

	(void)state;
	assert_true(str_eq_cz(
		intake_dates_without_time(STR("2026-06-12 09:41:00 -0500")), "2026-06-12"));
	assert_true(str_eq_cz(
		intake_dates_without_time(STR("2026-06-12T09:41:00.000Z")), "2026-06-12"));
	for (size_t i = 0; i < ARRAY_COUNT(kept); i++)
		assert_true(str_eq_cz(intake_dates_without_time(str_of(kept[i])), kept[i]));
}

static void forms_without_doubt(void **state)
{
	(void)state;
	gives("2026-06-12", DATE_ORDER_UNKNOWN, "2026-06-12");
	gives("2026-6-2", DATE_ORDER_UNKNOWN, "2026-06-02");
	gives("2026/06/12", DATE_ORDER_UNKNOWN, "2026-06-12");
	gives("20260612", DATE_ORDER_UNKNOWN, "2026-06-12");
	gives("12.06.2026", DATE_ORDER_UNKNOWN, "2026-06-12");
	gives("1.6.2026", DATE_ORDER_MDY, "2026-06-01");
	gives("2024-02-29", DATE_ORDER_UNKNOWN, "2024-02-29");
	gives("2026-06-12 00:00:00", DATE_ORDER_UNKNOWN, "2026-06-12");
	gives("2026-06-12T00:00:00Z", DATE_ORDER_UNKNOWN, "2026-06-12");
	gives("05/05/2026", DATE_ORDER_UNKNOWN, "2026-05-05");
}

static void order_decides_slashes_and_dashes(void **state)
{
	(void)state;
	gives("03/04/2026", DATE_ORDER_DMY, "2026-04-03");
	gives("03/04/2026", DATE_ORDER_MDY, "2026-03-04");
	gives("3-4-2026", DATE_ORDER_DMY, "2026-04-03");
	fails("03/04/2026", DATE_ORDER_UNKNOWN, "date-ambiguous");
	fails("03/04/2026", DATE_ORDER_BOTH, "date-ambiguous");
	fails("05/05/2026", DATE_ORDER_BOTH, "date-ambiguous");
	fails("31/05/2026", DATE_ORDER_MDY, "date-invalid");
}

static void what_is_no_day(void **state)
{
	(void)state;
	fails("2026-02-29", DATE_ORDER_UNKNOWN, "date-invalid");
	fails("2026-13-01", DATE_ORDER_UNKNOWN, "date-invalid");
	fails("2026-00-10", DATE_ORDER_UNKNOWN, "date-invalid");
	fails("00000000", DATE_ORDER_UNKNOWN, "date-invalid");
	fails("99999999", DATE_ORDER_UNKNOWN, "date-invalid");
	fails("12 June 2026", DATE_ORDER_DMY, "date-invalid");
	fails("2026-06-12T14:30:00", DATE_ORDER_UNKNOWN, "date-invalid");
	fails("2026-06/12", DATE_ORDER_UNKNOWN, "date-invalid");
	fails("1.2.3.4", DATE_ORDER_UNKNOWN, "date-invalid");
	fails("-", DATE_ORDER_UNKNOWN, "date-invalid");
	fails("1234", DATE_ORDER_UNKNOWN, "date-invalid");
	fails("99999999999999999999", DATE_ORDER_UNKNOWN, "date-invalid");
	fails("\xD9\xA2\xD9\xA0", DATE_ORDER_UNKNOWN, "date-invalid");
}

static void years_have_four_digits(void **state)
{
	(void)state;
	fails("12.06.26", DATE_ORDER_UNKNOWN, "date-two-digit-year");
	fails("12/06/26", DATE_ORDER_DMY, "date-two-digit-year");
	fails("31-05-26", DATE_ORDER_DMY, "date-two-digit-year");
}

static void excel_day_numbers_come_with_the_likely_day(void **state)
{
	bool good;
	int64_t day;
	struct intake_problems p = parse("46185", DATE_ORDER_UNKNOWN, &good, &day);

	(void)state;
	assert_string_equal(p.items[0].code, "date-excel-serial");
	fails("46185.5", DATE_ORDER_UNKNOWN, "date-excel-serial");
	assert_true(str_find_str(p.items[0].message, STR("2026-06-12")) < p.items[0].message.n);
	fails("19999", DATE_ORDER_UNKNOWN, "date-invalid");
}

static void proofs_join(void **state)
{
	(void)state;
	assert_int_equal(intake_dates_proof(STR("31/05/2026")), DATE_ORDER_DMY);
	assert_int_equal(intake_dates_proof(STR("05-31-2026")), DATE_ORDER_MDY);
	assert_int_equal(intake_dates_proof(STR("05/06/2026")), DATE_ORDER_UNKNOWN);
	assert_int_equal(intake_dates_proof(STR("31.05.2026")), DATE_ORDER_UNKNOWN);
	assert_int_equal(intake_dates_proof(STR("31/31/2026")), DATE_ORDER_UNKNOWN);
	assert_int_equal(intake_dates_proof(STR("")), DATE_ORDER_UNKNOWN);
	assert_int_equal(intake_dates_join(DATE_ORDER_UNKNOWN, DATE_ORDER_DMY), DATE_ORDER_DMY);
	assert_int_equal(intake_dates_join(DATE_ORDER_MDY, DATE_ORDER_UNKNOWN), DATE_ORDER_MDY);
	assert_int_equal(intake_dates_join(DATE_ORDER_MDY, DATE_ORDER_DMY), DATE_ORDER_BOTH);
	assert_int_equal(intake_dates_join(DATE_ORDER_BOTH, DATE_ORDER_DMY), DATE_ORDER_BOTH);
}

static void formats_of_the_manifest(void **state)
{
	enum intake_date_order order = DATE_ORDER_BOTH;

	(void)state;
	assert_true(intake_dates_order_of(STR("DD/MM/YYYY"), &order));
	assert_int_equal(order, DATE_ORDER_DMY);
	assert_true(intake_dates_order_of(STR("MM-DD-YYYY"), &order));
	assert_int_equal(order, DATE_ORDER_MDY);
	assert_false(intake_dates_order_of(STR("DD/MM/YY"), &order));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(years_have_bounds),
		cmocka_unit_test(times_are_left_aside_when_asked),
		cmocka_unit_test(forms_without_doubt),
		cmocka_unit_test(order_decides_slashes_and_dashes),
		cmocka_unit_test(what_is_no_day),
		cmocka_unit_test(years_have_four_digits),
		cmocka_unit_test(excel_day_numbers_come_with_the_likely_day),
		cmocka_unit_test(proofs_join),
		cmocka_unit_test(formats_of_the_manifest),
	};
	int failed;

	harness_start();
	arena = arena_new(1u << 20);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(&arena);
	return failed;
}
