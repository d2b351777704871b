// SPDX-License-Identifier: Apache-2.0
/*
 * Filters: dates, numbers and lists as people of the field's language write them. Time zone UTC, locale
 * by name: the environment plays no part. Runs in: compile, render.
 */
#include "base/clock.h"
#include "base/text.h"
#include "render/text_inner.h"

#include <string.h>
#include <unicode/udat.h>
#include <unicode/ulistformatter.h>
#include <unicode/uloc.h>
#include <unicode/unum.h>
#include <unicode/ustring.h>

#define FORMATTED_MAX 256
#define DIGITS_MAX 40
#define ITEMS_MAX 100

enum text_filter {
	FILTER_NONE,
	FILTER_DATE_FULL,
	FILTER_DATE_LONG,
	FILTER_DATE_MEDIUM,
	FILTER_DATE_SHORT,
	FILTER_DATE_ISO,
	FILTER_NUMBER,
	FILTER_PERCENT,
	FILTER_LIST_AND,
	FILTER_LIST_OR,
};

static const struct {
	const char *name;
	enum text_filter filter;
	int style; /* ICU's */
} filters[] = {
	{"", FILTER_NONE, 0},
	{"date", FILTER_DATE_LONG, UDAT_LONG},
	{"date:full", FILTER_DATE_FULL, UDAT_FULL},
	{"date:long", FILTER_DATE_LONG, UDAT_LONG},
	{"date:medium", FILTER_DATE_MEDIUM, UDAT_MEDIUM},
	{"date:short", FILTER_DATE_SHORT, UDAT_SHORT},
	{"date:iso", FILTER_DATE_ISO, 0},
	{"number", FILTER_NUMBER, UNUM_DECIMAL},
	{"percent", FILTER_PERCENT, UNUM_PERCENT},
	{"list", FILTER_LIST_AND, ULISTFMT_TYPE_AND},
	{"list:or", FILTER_LIST_OR, ULISTFMT_TYPE_OR},
};

void text_format_locale(struct str lang, char out[40])
{
	char tag[40];
	int32_t used = 0;
	UErrorCode st = U_ZERO_ERROR;

	text_copy(out, 40, "en");
	if (lang.n == 0 || lang.n >= sizeof tag)
		return;
	memcpy(tag, lang.p, lang.n);
	tag[lang.n] = '\0';
	uloc_forLanguageTag(tag, out, 39, &used, &st);
	if (U_FAILURE(st) || used == 0 || used >= 39)
		text_copy(out, 40, "en");
}

static void close_formatter(struct text_formatter *f)
{
	if (f->icu == NULL)
		return;
	if (f->kind == FILTER_NUMBER || f->kind == FILTER_PERCENT)
		unum_close(f->icu);
	else if (f->kind == FILTER_LIST_AND || f->kind == FILTER_LIST_OR)
		ulistfmt_close(f->icu);
	else
		udat_close(f->icu);
	f->icu = NULL;
}

void text_format_close(struct text_engine *e)
{
	for (size_t i = 0; i < TEXT_FORMATS_MAX; i++)
		close_formatter(&e->formatters[i]);
}

/* NULL when ICU refuses. */
static void *formatter_of(
	struct text_engine *e, struct str lang, enum text_filter filter, int style)
{
	char locale[40];
	UErrorCode st = U_ZERO_ERROR;
	struct text_formatter *f;

	text_format_locale(lang, locale);
	for (size_t i = 0; i < TEXT_FORMATS_MAX; i++) {
		f = &e->formatters[i];
		if (f->icu != NULL && f->kind == filter && strcmp(f->locale, locale) == 0)
			return f->icu;
	}
	f = &e->formatters[e->formatter_next++ % TEXT_FORMATS_MAX];
	close_formatter(f);
	text_copy(f->locale, sizeof f->locale, locale);
	f->kind = (uint8_t)filter;
	if (filter == FILTER_NUMBER || filter == FILTER_PERCENT)
		f->icu = unum_open((UNumberFormatStyle)style, NULL, 0, locale, NULL, &st);
	else if (filter == FILTER_LIST_AND || filter == FILTER_LIST_OR)
		f->icu = ulistfmt_openForType(
			locale, (UListFormatterType)style, ULISTFMT_WIDTH_WIDE, &st);
	else
		f->icu = udat_open(
			UDAT_NONE, (UDateFormatStyle)style, locale, u"UTC", 3, NULL, 0, &st);
	if (U_FAILURE(st))
		close_formatter(f);
	return f->icu;
}

static struct str to_utf8(struct arena *a, const UChar *text, int32_t len)
{
	char *p = arena_alloc(a, (size_t)len * 3 + 1);
	int32_t n = 0;
	UErrorCode st = U_ZERO_ERROR;

	u_strToUTF8(p, len * 3 + 1, &n, text, len, &st);
	return U_FAILURE(st) ? (struct str){NULL, 0} : (struct str){p, (size_t)n};
}

static enum rc format_date(struct text_para *p, const struct text_part *part, struct str value,
	size_t which, struct str *out, struct err *err)
{
	UChar text[FORMATTED_MAX];
	UErrorCode st = U_ZERO_ERROR;
	int64_t when = 0;
	int32_t n;
	void *icu;

	if (clock_parse_day(value, &when, NULL) != RC_OK
		&& clock_parse_iso(value, &when, NULL) != RC_OK)
		return text_problem_set(p, part, "value-invalid", err,
			"\"" STR_FMT "\" is not a date as YYYY-MM-DD, which \"" STR_FMT "\" needs",
			STR_ARG(str_slice(value, 0, 80)), STR_ARG(part->source->filter));
	if (filters[which].filter == FILTER_DATE_ISO) {
		struct clock_date d = clock_split(when);

		*out = str_fmt(p->a, "%04d-%02d-%02d", d.year, d.month, d.day);
		return RC_OK;
	}
	icu = formatter_of(p->e, part->lang, filters[which].filter, filters[which].style);
	if (icu == NULL)
		return err_set(err, RC_SYSTEM, "ICU has no dates for this language");
	n = udat_format(icu, (UDate)when * 1000.0, text, FORMATTED_MAX, NULL, &st);
	if (U_FAILURE(st) || n > FORMATTED_MAX)
		return err_set(err, RC_SYSTEM, "ICU cannot write a date: %s", u_errorName(st));
	*out = to_utf8(p->a, text, n);
	return RC_OK;
}

/* [-]digits[.digits]; *places: digits after the point. */
static bool is_decimal(struct str s, int *places)
{
	size_t i = s.n != 0 && s.p[0] == '-' ? 1 : 0;
	size_t point = s.n;

	if (i == s.n || s.n > DIGITS_MAX)
		return false;
	for (; i < s.n; i++) {
		if (s.p[i] == '.' && point == s.n && i + 1 < s.n && i != 0 && s.p[i - 1] != '-')
			point = i;
		else if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	}
	*places = point < s.n ? (int)(s.n - point - 1) : 0;
	return true;
}

/*
 * percent takes what people put in a column: "93", "93.5" and "93 %" all mean ninety-three of a
 * hundred. The point is moved in the decimal text, so no digit is lost.
 */
static enum rc format_number(struct text_para *p, const struct text_part *part, struct str value,
	size_t which, struct str *out, struct err *err)
{
	bool percent = filters[which].filter == FILTER_PERCENT;
	UChar text[FORMATTED_MAX];
	UErrorCode st = U_ZERO_ERROR;
	struct str number = str_trim(value);
	int places = 0;
	int32_t n;
	void *icu;

	if (percent && number.n != 0 && number.p[number.n - 1] == '%')
		number = str_trim(str_slice(number, 0, number.n - 1));
	if (!is_decimal(number, &places))
		return text_problem_set(p, part, "value-invalid", err,
			"\"" STR_FMT "\" is not a number such as 1234.5, which \"" STR_FMT
			"\" needs",
			STR_ARG(str_slice(value, 0, 80)), STR_ARG(part->source->filter));
	if (percent)
		number = str_fmt(p->a, STR_FMT "e-2", STR_ARG(number));
	icu = formatter_of(p->e, part->lang, filters[which].filter, filters[which].style);
	if (icu == NULL)
		return err_set(err, RC_SYSTEM, "ICU has no numbers for this language");
	unum_setAttribute(icu, UNUM_MAX_FRACTION_DIGITS, places);
	unum_setAttribute(icu, UNUM_MIN_FRACTION_DIGITS, places);
	n = unum_formatDecimal(icu, number.p, (int32_t)number.n, text, FORMATTED_MAX, NULL, &st);
	if (U_FAILURE(st) || n > FORMATTED_MAX)
		return err_set(err, RC_SYSTEM, "ICU cannot write a number: %s", u_errorName(st));
	*out = to_utf8(p->a, text, n);
	return RC_OK;
}

/* The items between semicolons, as UTF-16 in a. False when there are more than ITEMS_MAX. */
static bool split_items(struct arena *a, struct str value, const UChar *items[ITEMS_MAX],
	int32_t lens[ITEMS_MAX], int32_t *count)
{
	*count = 0;
	for (size_t at = 0; at <= value.n;) {
		size_t end = str_find(value, ';', at);
		struct str item = str_trim(str_slice(value, at, end));
		UChar *to = arena_alloc(a, (item.n + 1) * sizeof *to);
		UErrorCode st = U_ZERO_ERROR;

		at = end + 1;
		if (item.n == 0)
			continue;
		if (*count == ITEMS_MAX)
			return false;
		u_strFromUTF8(to, (int32_t)item.n + 1, &lens[*count], item.p, (int32_t)item.n, &st);
		if (U_FAILURE(st))
			return false;
		items[(*count)++] = to;
	}
	return true;
}

/* "Algebra; Logic; Sets" to "Algebra, Logic, and Sets". */
static enum rc format_list(struct text_para *p, const struct text_part *part, struct str value,
	size_t which, struct str *out, struct err *err)
{
	const UChar *items[ITEMS_MAX];
	int32_t lens[ITEMS_MAX];
	int32_t count = 0;
	UErrorCode st = U_ZERO_ERROR;
	int32_t room;
	int32_t n;
	UChar *text;
	void *icu;

	if (value.n > TEXT_CHARS_MAX * 4 || !split_items(p->a, value, items, lens, &count))
		return text_problem_set(p, part, "value-invalid", err,
			"the list has more than %d items, or is no text", ITEMS_MAX);
	icu = formatter_of(p->e, part->lang, filters[which].filter, filters[which].style);
	if (icu == NULL)
		return err_set(err, RC_SYSTEM, "ICU has no lists for this language");
	/* The words between two items are short in every language. */
	room = (int32_t)value.n + count * 32 + 1;
	text = arena_alloc(p->a, (size_t)room * sizeof *text);
	n = ulistfmt_format(icu, items, lens, count, text, room, &st);
	if (U_FAILURE(st) || n > room)
		return err_set(err, RC_SYSTEM, "ICU cannot write a list: %s", u_errorName(st));
	*out = to_utf8(p->a, text, n);
	return RC_OK;
}

enum rc text_format_apply(struct text_para *p, const struct text_part *part, struct str value,
	struct str *out, struct err *err)
{
	size_t i = 0;

	*out = value;
	while (i < ARRAY_COUNT(filters) && !str_eq_cz(part->source->filter, filters[i].name))
		i++;
	if (i == ARRAY_COUNT(filters))
		return text_problem_set(p, part, "value-invalid", err,
			"there is no filter \"" STR_FMT
			"\"; there are date:full, date:long, date:medium, "
			"date:short, date:iso, number, percent, list and list:or",
			STR_ARG(part->source->filter));
	if (filters[i].filter == FILTER_NONE)
		return RC_OK;
	if (filters[i].filter == FILTER_NUMBER || filters[i].filter == FILTER_PERCENT)
		return format_number(p, part, value, i, out, err);
	if (filters[i].filter == FILTER_LIST_AND || filters[i].filter == FILTER_LIST_OR)
		return format_list(p, part, value, i, out, err);
	return format_date(p, part, value, i, out, err);
}
