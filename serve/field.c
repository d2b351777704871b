// SPDX-License-Identifier: Apache-2.0
/* Header fields with a grammar of their own. Runs in: verify, console. */
#include "serve/field.h"

#include "base/clock.h"
#include "base/text.h"

#include <string.h>

#define CENTURY 100
static const char *const days[] = {
	"Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"};
static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

/* The three forms of HTTP-date (RFC 9110, 5.6.7). */
enum date_form { DATE_IMF, DATE_RFC850, DATE_ASCTIME };
#define DATE_LEN_MAX sizeof "Wednesday, 06-Nov-94 08:49:37 GMT"

static void put_date(enum date_form form, int64_t wall_s, char out[DATE_LEN_MAX])
{
	struct clock_date d = clock_split(wall_s);
	const char *month = months + 3 * (d.month - 1);
	/* 1970-01-01 was a Thursday. */
	const char *day = days[(wall_s / 86400 % 7 + 7) % 7];
	char time[sizeof "08:49:37"];

	text_fmt(time, sizeof time, "%02d:%02d:%02d", d.hour, d.minute, d.second);
	if (form == DATE_IMF)
		text_fmt(out, DATE_LEN_MAX, "%.3s, %02d %.3s %04d %s GMT", day, d.day, month,
			d.year, time);
	else if (form == DATE_RFC850)
		text_fmt(out, DATE_LEN_MAX, "%s, %02d-%.3s-%02d %s GMT", day, d.day, month,
			d.year % CENTURY, time);
	else
		text_fmt(out, DATE_LEN_MAX, "%.3s %.3s %2d %s %04d", day, month, d.day, time,
			d.year);
}

void field_put_date(int64_t wall_s, char out[FIELD_DATE_LEN])
{
	char text[DATE_LEN_MAX];

	put_date(DATE_IMF, wall_s, text);
	memcpy(out, text, FIELD_DATE_LEN);
}

static bool number_at(struct str s, size_t at, size_t n, int max, int *out)
{
	uint64_t v;

	if (!str_to_u64(str_slice(s, at, at + n), (uint64_t)max, &v))
		return false;
	*out = (int)v;
	return true;
}

/* Two digits of a year are never more than 50 years ahead. */
static int whole_year(int year)
{
	int now = clock_split(clock_wall_s()).year;

	year += now - now % CENTURY;
	return year > now + 50 ? year - CENTURY : year;
}

/* Where the parts stand in each form, after a comma in the first two. */
static const struct {
	uint8_t len, day, month, year, year_len, time;
} places[] = {
	[DATE_IMF] = {26, 2, 5, 9, 4, 14},
	[DATE_RFC850] = {24, 2, 5, 9, 2, 12},
	[DATE_ASCTIME] = {24, 8, 4, 20, 4, 11},
};

static bool read_date(enum date_form form, struct str s, struct clock_date *d)
{
	size_t day = places[form].day, time = places[form].time;
	bool one = s.n > day && s.p[day] == ' ';

	if (s.n != places[form].len)
		return false;
	for (int m = 1; m <= 12; m++)
		if (memcmp(s.p + places[form].month, months + 3 * (m - 1), 3) == 0)
			d->month = m;
	return d->month != 0 && number_at(s, day + one, 2 - one, 31, &d->day)
		&& number_at(s, places[form].year, places[form].year_len, 9999, &d->year)
		&& number_at(s, time, 2, 23, &d->hour) && number_at(s, time + 3, 2, 59, &d->minute)
		&& number_at(s, time + 6, 2, 59, &d->second) && d->day != 0;
}

bool field_parse_date(struct str s, int64_t *wall_s)
{
	size_t comma = str_find(s, ',', 0);
	enum date_form form = comma == s.n ? DATE_ASCTIME : comma == 3 ? DATE_IMF : DATE_RFC850;
	struct clock_date d = {.month = 0};
	char same[DATE_LEN_MAX];

	if (!read_date(form, form == DATE_ASCTIME ? s : str_slice(s, comma, s.n), &d))
		return false;
	if (form == DATE_RFC850)
		d.year = whole_year(d.year);
	if (d.year == 0)
		return false;
	*wall_s = clock_join(&d);
	/* Says the same back: the rest of the form is right, and so is the day of the week. */
	put_date(form, *wall_s, same);
	return str_eq_cz(s, same);
}

static struct str opaque_of(struct str tag)
{
	return str_starts(tag, STR("W/")) ? str_slice(tag, 2, tag.n) : tag;
}

bool field_has_etag(struct str list, struct str etag, bool weak)
{
	if (str_eq_cz(str_trim(list), "*"))
		return true;
	for (size_t at = 0; at < list.n;) {
		/* A tag may hold commas, between its quotes. */
		size_t open = str_find(list, '"', at);
		size_t close = open < list.n ? str_find(list, '"', open + 1) : list.n;

		if (close >= list.n)
			return false;
		bool is_weak = open >= 2 && str_eq_cz(str_slice(list, open - 2, open), "W/");
		struct str tag = str_slice(list, open, close + 1);

		if (weak ? str_eq(tag, opaque_of(etag)) : !is_weak && str_eq(tag, etag))
			return true;
		at = close + 1;
	}
	return false;
}

/* Digits beyond what 64 bits hold are as far behind any end as the largest number (RFC 9110, 14.1.1). */
static bool read_position(struct str digits, uint64_t *v)
{
	for (size_t i = 0; i < digits.n; i++)
		if (digits.p[i] < '0' || digits.p[i] > '9')
			return false;
	if (!str_to_u64(digits, INT64_MAX, v))
		*v = INT64_MAX;
	return digits.n > 0;
}

enum field_range field_parse_range(struct str value, uint64_t len, uint64_t *from, uint64_t *n)
{
	uint64_t last = UINT64_MAX;
	uint64_t first;

	if (!str_eq_nocase(str_slice(value, 0, 6), STR("bytes="))
		|| str_find(value, ',', 0) < value.n)
		return FIELD_RANGE_NONE;
	value = str_slice(value, 6, value.n);
	size_t dash = str_find(value, '-', 0);
	struct str a = str_slice(value, 0, dash);
	struct str b = str_slice(value, dash + 1, value.n);

	if (dash >= value.n || (a.n == 0 && b.n == 0))
		return FIELD_RANGE_NONE;
	if (b.n > 0 && !read_position(b, &last))
		return FIELD_RANGE_NONE;
	if (a.n == 0) {
		if (last == 0 || len == 0)
			return FIELD_RANGE_UNSATISFIABLE;
		*n = last < len ? last : len;
		*from = len - *n;
		return FIELD_RANGE_ONE;
	}
	if (!read_position(a, &first) || last < first)
		return FIELD_RANGE_NONE;
	if (first >= len)
		return FIELD_RANGE_UNSATISFIABLE;
	*from = first;
	*n = (last < len - 1 ? last : len - 1) - first + 1;
	return FIELD_RANGE_ONE;
}

/* "0", "1", "0.5", "1.000" as thousandths; 1000 for what is none (lenient: it is only a wish). */
static unsigned weight_of(struct str parameters)
{
	size_t at = 0;

	while (at < parameters.n) {
		size_t end = str_find(parameters, ';', at);
		struct str p = str_trim(str_slice(parameters, at, end));

		at = end + 1;
		if (p.n < 3 || (p.p[0] | 0x20) != 'q' || p.p[1] != '=')
			continue;
		unsigned weight = 0;
		unsigned unit = 1000;

		for (size_t i = 2; i < p.n && i < 7; i++) {
			if (p.p[i] == '.' && i == 3)
				continue;
			if (p.p[i] < '0' || p.p[i] > '9')
				return 1000;
			weight += (unsigned)(p.p[i] - '0') * unit;
			unit /= 10;
		}
		return weight < 1000 ? weight : 1000;
	}
	return 1000;
}

/* 0: no match; else more for a more specific range. */
static int match_of(struct str range, struct str type)
{
	size_t slash = str_find(type, '/', 0);

	if (str_eq_nocase(range, type))
		return 3;
	if (range.n == slash + 2 && range.p[slash + 1] == '*'
		&& str_eq_nocase(str_slice(range, 0, slash + 1), str_slice(type, 0, slash + 1)))
		return 2;
	return str_eq_cz(range, "*/*") ? 1 : 0;
}

/* What Accept says of one type. */
struct wish {
	unsigned weight;
	int match; /* of match_of */
	size_t at; /* where it says so */
};

static struct wish wish_of(struct str accept, struct str type)
{
	struct wish wish = {0};

	if (str_trim(accept).n == 0)
		return (struct wish){.weight = 1000};
	for (size_t at = 0; at < accept.n;) {
		size_t end = str_find(accept, ',', at);
		struct str item = str_slice(accept, at, end);
		size_t semicolon = str_find(item, ';', 0);
		int match = match_of(str_trim(str_slice(item, 0, semicolon)), type);

		if (match > wish.match)
			wish = (struct wish){
				weight_of(str_slice(item, semicolon + 1, item.n)), match, at};
		at = end + 1;
	}
	return wish;
}

unsigned field_accepts(struct str accept, struct str type)
{
	return wish_of(accept, type).weight;
}

bool field_prefers(struct str accept, struct str type, struct str other)
{
	struct wish a = wish_of(accept, type);
	struct wish b = wish_of(accept, other);

	if (a.weight != b.weight)
		return a.weight > b.weight;
	if (a.match != b.match)
		return a.weight != 0 && a.match > b.match;
	return a.weight != 0 && a.at < b.at;
}
