// SPDX-License-Identifier: Apache-2.0
/* Reading days. Runs in: certfill-intake. */
#include "jobs/intake_dates.h"

#include "base/clock.h"
#include "base/text.h"

#include <string.h>

#define DAY_S ((int64_t)86400)
/* Excel counts from 1899-12-30 (its 1900 was a leap year). These are 1954 to 2119. */
#define EXCEL_EPOCH_DAYS 25569
#define EXCEL_FIRST 20000u
#define EXCEL_LAST 80000u

/* Three numbers and what stands between them. */
struct parts {
	uint64_t n[3];
	size_t len[3];
	char sep;
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool split(struct str s, struct parts *out)
{
	size_t at = 0;

	*out = (struct parts){0};
	for (int i = 0; i < 3; i++) {
		size_t from = at;

		while (at < s.n && is_digit(s.p[at]))
			at++;
		out->len[i] = at - from;
		if (!str_to_u64(str_slice(s, from, at), 9999, &out->n[i]))
			return false;
		if (i == 2)
			break;
		if (at == s.n || strchr("-/.", s.p[at]) == NULL || (i == 1 && s.p[at] != out->sep))
			return false;
		out->sep = s.p[at++];
	}
	return at == s.n;
}

static bool make_day(uint64_t year, uint64_t month, uint64_t day, int64_t *out)
{
	char text[16];
	struct err err;

	if (year > 9999 || month > 12 || day > 31)
		return false;
	(void)text_fmt(text, sizeof text, "%04u-%02u-%02u", (unsigned)year, (unsigned)month,
		(unsigned)day);
	return clock_parse_day(str_of(text), out, &err) == RC_OK;
}

enum intake_date_order intake_dates_join(enum intake_date_order a, enum intake_date_order b)
{
	return a == DATE_ORDER_UNKNOWN || a == b ? b
		: b == DATE_ORDER_UNKNOWN        ? a
						 : DATE_ORDER_BOTH;
}

static bool is_ordered(const struct parts *parts)
{
	return (parts->sep == '/' || parts->sep == '-') && parts->len[0] <= 2 && parts->len[1] <= 2
		&& parts->len[2] == 4;
}

enum intake_date_order intake_dates_proof(struct str value)
{
	struct parts parts;
	int64_t day;

	if (!split(value, &parts) || !is_ordered(&parts))
		return DATE_ORDER_UNKNOWN;
	if (parts.n[0] > 12 && make_day(parts.n[2], parts.n[1], parts.n[0], &day))
		return DATE_ORDER_DMY;
	if (parts.n[1] > 12 && make_day(parts.n[2], parts.n[0], parts.n[1], &day))
		return DATE_ORDER_MDY;
	return DATE_ORDER_UNKNOWN;
}

bool intake_dates_order_of(struct str format, enum intake_date_order *out)
{
	static const struct {
		const char *format;
		enum intake_date_order order;
	} formats[] = {
		{"DD/MM/YYYY", DATE_ORDER_DMY},
		{"MM/DD/YYYY", DATE_ORDER_MDY},
		{"DD-MM-YYYY", DATE_ORDER_DMY},
		{"MM-DD-YYYY", DATE_ORDER_MDY},
		{"YYYY-MM-DD", DATE_ORDER_UNKNOWN},
		{"YYYYMMDD", DATE_ORDER_UNKNOWN},
		{"DD.MM.YYYY", DATE_ORDER_UNKNOWN},
	};

	for (size_t i = 0; i < ARRAY_COUNT(formats); i++) {
		if (str_eq_cz(format, formats[i].format)) {
			*out = formats[i].order;
			return true;
		}
	}
	return false;
}

const char *intake_dates_order_name(enum intake_date_order order)
{
	return order == DATE_ORDER_DMY ? "DD/MM/YYYY" : order == DATE_ORDER_MDY ? "MM/DD/YYYY" : "";
}

struct str intake_dates_without_time(struct str value)
{
	size_t day = str_find(value, ' ', 0);
	size_t t = str_find(value, 'T', 0);

	day = t < day ? t : day;
	if (day < 8 || day + 2 >= value.n || !is_digit(value.p[day + 1]))
		return value;
	for (size_t i = day + 1; i < value.n; i++) {
		if (!is_digit(value.p[i]) && strchr(":.+- ZUTC", value.p[i]) == NULL)
			return value;
	}
	return str_slice(value, 0, day);
}

/* "2026-06-12 00:00:00" and "2026-06-12T00:00:00Z" are days; any other time is not. */
static struct str without_midnight(struct str s)
{
	static const char *const midnights[] = {
		"00:00", "00:00:00", "00:00:00Z", "00:00:00.000", "00:00:00.000Z"};

	if (s.n < 12 || (s.p[10] != ' ' && s.p[10] != 'T'))
		return s;
	for (size_t i = 0; i < ARRAY_COUNT(midnights); i++) {
		if (str_eq_cz(str_slice(s, 11, s.n), midnights[i]))
			return str_slice(s, 0, 10);
	}
	return s;
}

static bool refuse_ordered(enum intake_date_order order, struct str value, struct str column,
	struct intake_problems *p)
{
	if (order == DATE_ORDER_BOTH)
		intake_problems_error(p, column, "date-ambiguous",
			"\"" STR_FMT
			"\" could be read in two ways, and this column proves both; write days as "
			"YYYY-MM-DD",
			STR_ARG(value));
	else
		intake_problems_error(p, column, "date-ambiguous",
			"\"" STR_FMT "\" could be read in two ways; say which by \"date_format\": "
			"\"DD/MM/YYYY\" (or MM/DD/YYYY) in the manifest's source, or by "
			"--date-format",
			STR_ARG(value));
	return false;
}

static bool no_such_day(struct str value, struct str column, struct intake_problems *p)
{
	intake_problems_error(p, column, "date-invalid",
		"\"" STR_FMT "\" is no day of the calendar", STR_ARG(value));
	return false;
}

static bool take_parts(const struct parts *parts, enum intake_date_order order, struct str value,
	struct str column, struct intake_problems *p, int64_t *out)
{
	bool good;

	if (parts->len[0] == 4 && parts->sep != '.' && parts->len[1] <= 2 && parts->len[2] <= 2)
		good = make_day(parts->n[0], parts->n[1], parts->n[2], out);
	else if (parts->len[2] <= 2 && parts->len[0] <= 2) {
		intake_problems_error(p, column, "date-two-digit-year",
			"\"" STR_FMT "\" has a year of two digits; write all four", STR_ARG(value));
		return false;
	} else if (parts->sep == '.' && parts->len[2] == 4)
		/* NOLINTNEXTLINE(bugprone-branch-clone): points tell the order, as a column's values may below. */
		good = make_day(parts->n[2], parts->n[1], parts->n[0], out);
	else if (!is_ordered(parts))
		good = false;
	else if (order == DATE_ORDER_DMY
		|| (parts->n[0] == parts->n[1] && order != DATE_ORDER_BOTH))
		good = make_day(parts->n[2], parts->n[1], parts->n[0], out);
	else if (order == DATE_ORDER_MDY)
		good = make_day(parts->n[2], parts->n[0], parts->n[1], out);
	else
		return refuse_ordered(order, value, column, p);
	return good || no_such_day(value, column, p);
}

/* Excel's day number, with or without the time behind a point. */
static bool is_serial(struct str s, uint64_t *out)
{
	size_t point = str_find(s, '.', 0);

	for (size_t i = point + 1; i < s.n; i++) {
		if (!is_digit(s.p[i]))
			return false;
	}
	return point == 5 && str_to_u64(str_slice(s, 0, point), EXCEL_LAST, out)
		&& *out >= EXCEL_FIRST;
}

static bool take_digits(struct str s, struct str column, struct intake_problems *p, int64_t *out)
{
	uint64_t n;
	char likely[CLOCK_ISO_LEN];

	if (s.n == 8 && str_to_u64(s, 99999999, &n))
		return make_day(n / 10000, n / 100 % 100, n % 100, out)
			|| no_such_day(s, column, p);
	if (is_serial(s, &n)) {
		clock_iso(((int64_t)n - EXCEL_EPOCH_DAYS) * DAY_S, likely);
		intake_problems_error(p, column, "date-excel-serial",
			"\"" STR_FMT
			"\" is an Excel day number, probably %.10s; format the column as text and "
			"write YYYY-MM-DD",
			STR_ARG(s), likely);
		return false;
	}
	intake_problems_error(p, column, "date-invalid",
		"\"" STR_FMT "\" is not a day; write YYYY-MM-DD", STR_ARG(s));
	return false;
}

static bool read_day(struct str value, enum intake_date_order order, struct str column,
	struct intake_problems *p, int64_t *out)
{
	struct str shown = intake_problems_clip(p->a, value, 40);
	struct str s = without_midnight(value);
	struct parts parts;
	uint64_t serial;
	size_t digits = 0;

	while (digits < s.n && is_digit(s.p[digits]))
		digits++;
	if ((digits == s.n && s.n <= 8) || is_serial(s, &serial))
		return take_digits(intake_problems_clip(p->a, s, 40), column, p, out);
	if (split(s, &parts))
		return take_parts(&parts, order, shown, column, p, out);
	intake_problems_error(p, column, "date-invalid",
		"\"" STR_FMT "\" is not a day; write it as YYYY-MM-DD, for example 2026-06-12",
		STR_ARG(shown));
	return false;
}

bool intake_dates_parse(struct str value, enum intake_date_order order, struct str column,
	struct intake_problems *p, int64_t *out)
{
	int64_t first = 0;
	int64_t end = 0;

	CHECK(make_day(INTAKE_DATES_FIRST_YEAR, 1, 1, &first)
		&& make_day(INTAKE_DATES_LAST_YEAR + 1, 1, 1, &end));
	if (!read_day(value, order, column, p, out))
		return false;
	if (*out >= first && *out < end)
		return true;
	intake_problems_error(p, column, "date-out-of-range",
		"\"" STR_FMT
		"\" lies outside the years %d to %d; leave the cell empty when there is no such "
		"day",
		STR_ARG(intake_problems_clip(p->a, value, 40)), INTAKE_DATES_FIRST_YEAR,
		INTAKE_DATES_LAST_YEAR);
	return false;
}
