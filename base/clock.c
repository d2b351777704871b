// SPDX-License-Identifier: Apache-2.0
/* Time without time zones. Runs in: every process. */
#include "base/clock.h"

#include "base/text.h"

#include <time.h>

static int64_t read_clock(clockid_t id, int64_t per_second)
{
	struct timespec t;

	CHECK(clock_gettime(id, &t) == 0);
	return (int64_t)t.tv_sec * per_second + (int64_t)t.tv_nsec * per_second / 1000000000;
}

int64_t clock_wall_s(void)
{
	return read_clock(CLOCK_REALTIME, 1);
}

int64_t clock_wall_ms(void)
{
	return read_clock(CLOCK_REALTIME, 1000);
}

int64_t clock_mono_ms(void)
{
	return read_clock(CLOCK_MONOTONIC, 1000);
}

int64_t clock_cpu_us(void)
{
	return read_clock(CLOCK_PROCESS_CPUTIME_ID, 1000000);
}

int64_t clock_cpu_of_us(pid_t pid)
{
	struct timespec t;
	clockid_t id;

	/* Not read_clock: the process may end at any moment. */
	if (clock_getcpuclockid(pid, &id) != 0 || clock_gettime(id, &t) != 0)
		return 0;
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* Days since 1970-01-01 of a civil date, by counting March-based years in 400-year eras. */
static int64_t days_of(int64_t y, int64_t m, int64_t d)
{
	int64_t era;
	int64_t yoe;
	int64_t doy;

	y -= m <= 2;
	era = floor_div(y, 400);
	yoe = y - era * 400;
	doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

struct clock_date clock_split(int64_t wall_s)
{
	int64_t days = floor_div(wall_s, 86400);
	/* Not by days, whose product may lie below the least number. */
	int64_t rest = (wall_s % 86400 + 86400) % 86400;
	int64_t z = days + 719468;
	int64_t era = floor_div(z, 146097);
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;
	int64_t month = mp < 10 ? mp + 3 : mp - 9;
	struct clock_date out = {
		.year = (int)(yoe + era * 400 + (month <= 2)),
		.month = (int)month,
		.day = (int)(doy - (153 * mp + 2) / 5 + 1),
		.hour = (int)(rest / 3600),
		.minute = (int)(rest / 60 % 60),
		.second = (int)(rest % 60),
	};

	return out;
}

int64_t clock_join(const struct clock_date *d)
{
	return days_of(d->year, d->month, d->day) * 86400 + d->hour * 3600 + d->minute * 60
		+ d->second;
}

int64_t clock_add_months(int64_t wall_s, uint32_t months)
{
	struct clock_date d = clock_split(wall_s);
	int64_t count = (int64_t)d.year * 12 + d.month - 1 + months;
	int day = d.day;

	d.year = (int)(count / 12);
	d.month = (int)(count % 12) + 1;
	for (;; day--) {
		struct clock_date back;

		d.day = day;
		back = clock_split(clock_join(&d));
		if (back.month == d.month)
			return clock_join(&d);
	}
}

/* n digits to out, and the character that ends them. */
static char *put_digits(char *out, int v, int n, char end)
{
	for (int i = n; i-- > 0; v /= 10)
		out[i] = (char)('0' + v % 10);
	out[n] = end;
	return out + n + 1;
}

void clock_iso(int64_t wall_s, char out[CLOCK_ISO_LEN])
{
	struct clock_date d = clock_split(wall_s);
	char *p = out;

	/* In every answer and every line of a log: printf(3) takes ten times as long. */
	if (d.year >= 0 && d.year <= 9999) {
		p = put_digits(p, d.year, 4, '-');
		p = put_digits(p, d.month, 2, '-');
		p = put_digits(p, d.day, 2, 'T');
		p = put_digits(p, d.hour, 2, ':');
		p = put_digits(p, d.minute, 2, ':');
		p = put_digits(p, d.second, 2, 'Z');
		*p = '\0';
		return;
	}
	text_fmt(out, CLOCK_ISO_LEN, "%04d-%02d-%02dT%02d:%02d:%02dZ", d.year, d.month, d.day,
		d.hour, d.minute, d.second);
}

/* n digits at *at into *out, stepping over them. */
static bool take_digits(struct str s, size_t *at, size_t n, int *out)
{
	uint64_t v;

	if (s.n - *at < n || !str_to_u64(str_slice(s, *at, *at + n), 9999, &v))
		return false;
	*at += n;
	*out = (int)v;
	return true;
}

static bool take_char(struct str s, size_t *at, char c)
{
	if (*at >= s.n || s.p[*at] != c)
		return false;
	*at += 1;
	return true;
}

static bool take_day(struct str s, size_t *at, struct clock_date *d)
{
	struct clock_date back;

	if (!take_digits(s, at, 4, &d->year) || !take_char(s, at, '-')
		|| !take_digits(s, at, 2, &d->month) || !take_char(s, at, '-')
		|| !take_digits(s, at, 2, &d->day))
		return false;
	if (d->year < 1 || d->month < 1 || d->month > 12 || d->day < 1 || d->day > 31)
		return false;
	back = clock_split(clock_join(d));
	return back.month == d->month && back.day == d->day;
}

enum rc clock_parse_day(struct str s, int64_t *out, struct err *err)
{
	struct clock_date d = {0};
	size_t at = 0;

	if (!take_day(s, &at, &d) || at != s.n)
		return err_set(err, RC_INPUT, "not a date like 2026-06-30");
	*out = clock_join(&d);
	return RC_OK;
}

static bool take_offset(struct str s, size_t *at, int64_t *offset_s)
{
	int sign = 1;
	int hours;
	int minutes;

	*offset_s = 0;
	if (take_char(s, at, 'Z'))
		return true;
	if (take_char(s, at, '-'))
		sign = -1;
	else if (!take_char(s, at, '+'))
		return false;
	if (!take_digits(s, at, 2, &hours) || !take_char(s, at, ':')
		|| !take_digits(s, at, 2, &minutes))
		return false;
	*offset_s = sign * (hours * 3600 + minutes * 60);
	return hours <= 23 && minutes <= 59;
}

enum rc clock_parse_iso(struct str s, int64_t *out, struct err *err)
{
	struct clock_date d = {0};
	int64_t offset_s;
	size_t at = 0;
	size_t point;
	int digit;

	if (!take_day(s, &at, &d) || !take_char(s, &at, 'T') || !take_digits(s, &at, 2, &d.hour)
		|| !take_char(s, &at, ':') || !take_digits(s, &at, 2, &d.minute)
		|| !take_char(s, &at, ':') || !take_digits(s, &at, 2, &d.second))
		return err_set(err, RC_INPUT, "not a time like 2026-06-30T09:00:00Z");
	point = at;
	if (take_char(s, &at, '.'))
		while (take_digits(s, &at, 1, &digit))
			continue;
	if (at == point + 1 || !take_offset(s, &at, &offset_s) || at != s.n || d.hour > 23
		|| d.minute > 59 || d.second > 59)
		return err_set(err, RC_INPUT, "not a time like 2026-06-30T09:00:00Z");
	*out = clock_join(&d) - offset_s;
	return RC_OK;
}
