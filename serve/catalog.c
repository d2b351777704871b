// SPDX-License-Identifier: Apache-2.0
/* Texts and dates in the visitor's language. Runs in: verify. */
#include "serve/catalog.h"

#include "base/clock.h"
#include "base/text.h"

/* NOLINTBEGIN(bugprone-macro-parentheses): initialisers. */
#define TEXT(key, en, de, fr, es, ar) \
	[TEXT_##key] = {[LANGUAGE_EN] = en, \
		[LANGUAGE_DE] = de, \
		[LANGUAGE_FR] = fr, \
		[LANGUAGE_ES] = es, \
		[LANGUAGE_AR] = ar},
static const char *const texts[TEXT_COUNT][LANGUAGE_COUNT] = {
#include "serve/texts.def"
};
#undef TEXT

#define WORD(code, en, de, fr, es, ar) \
	{code, \
		{[LANGUAGE_EN] = en, \
			[LANGUAGE_DE] = de, \
			[LANGUAGE_FR] = fr, \
			[LANGUAGE_ES] = es, \
			[LANGUAGE_AR] = ar}},
static const struct {
	const char *code;
	const char *words[LANGUAGE_COUNT];
} words[] = {
#include "serve/words.def"
};
#undef WORD
/* NOLINTEND(bugprone-macro-parentheses) */

/* Months as they stand within a date (CLDR, format-wide, Gregorian). */
static const char *const months[LANGUAGE_COUNT][12] = {
	[LANGUAGE_EN] = {"January", "February", "March", "April", "May", "June", "July", "August",
		"September", "October", "November", "December"},
	[LANGUAGE_DE] = {"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August",
		"September", "Oktober", "November", "Dezember"},
	[LANGUAGE_FR] = {"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août",
		"septembre", "octobre", "novembre", "décembre"},
	[LANGUAGE_ES] = {"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto",
		"septiembre", "octubre", "noviembre", "diciembre"},
	[LANGUAGE_AR] = {"يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس",
		"سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر"},
};

struct str catalog_text(enum language language, enum text_key key)
{
	return str_of(texts[key][language]);
}

struct str catalog_word(enum language language, struct str code)
{
	for (size_t i = 0; i < ARRAY_COUNT(words); i++)
		if (str_eq_cz(code, words[i].code))
			return str_of(words[i].words[language]);
	return str_starts(code, STR("ext:")) ? str_slice(code, 4, code.n) : code;
}

void catalog_date(enum language language, int64_t wall_s, char out[CATALOG_DATE_LEN])
{
	struct clock_date d = clock_split(wall_s);
	const char *month = months[language][d.month - 1];

	if (language == LANGUAGE_DE)
		(void)text_fmt(out, CATALOG_DATE_LEN, "%d. %s %d", d.day, month, d.year);
	else if (language == LANGUAGE_ES)
		(void)text_fmt(out, CATALOG_DATE_LEN, "%d de %s de %d", d.day, month, d.year);
	else if (language == LANGUAGE_FR && d.day == 1)
		(void)text_fmt(out, CATALOG_DATE_LEN, "1er %s %d", month, d.year);
	else
		(void)text_fmt(out, CATALOG_DATE_LEN, "%d %s %d", d.day, month, d.year);
}

void catalog_time(enum language language, int64_t wall_s, char out[CATALOG_TIME_LEN])
{
	struct clock_date d = clock_split(wall_s);
	char day[CATALOG_DATE_LEN];

	catalog_date(language, wall_s, day);
	(void)text_fmt(out, CATALOG_TIME_LEN, "%s%s %02d:%02d", day,
		language == LANGUAGE_AR ? "،" : ",", d.hour, d.minute);
}
