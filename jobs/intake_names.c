// SPDX-License-Identifier: Apache-2.0
/* Checks of texts that will be printed: names and fields. Never title-cased, never shortened. Runs in: certfill-intake. */
#include "jobs/intake_cells.h"
#include "jobs/intake_unicode.h"

#include <string.h>
#include <unicode/uscript.h>

#define NAME_BYTES (INTAKE_NAME_CHARS * 4)
#define SHOWN_MAX 80

static void add_char_problem(
	enum intake_char kind, uint32_t cp, size_t at, struct str column, struct intake_problems *p)
{
	if (kind == INTAKE_CHAR_BIDI)
		intake_problems_error(p, column, "bidi-control",
			"character %zu (U+%04X) is invisible and turns the direction of the text; "
			"remove it",
			at, cp);
	else if (kind == INTAKE_CHAR_CONTROL)
		intake_problems_error(p, column, "control-character",
			"character %zu (U+%04X) is a control character or a line break; remove it",
			at, cp);
	else if (kind == INTAKE_CHAR_REPLACEMENT)
		intake_problems_error(p, column, "letter-lost",
			"character %zu stands for a letter that an earlier conversion lost; take "
			"the text from its "
			"source again",
			at);
	else
		intake_problems_warn(p, column, "zero-width",
			"character %zu (U+%04X) is invisible and has no effect here; is it meant?",
			at, cp);
}

/* allow_breaks: LF is no fault. Reports the first fault, and the first hint before it. */
static void inspect(struct str s, bool allow_breaks, struct str column, struct intake_problems *p)
{
	size_t from = 0;
	size_t chars = 0;
	bool warned = false;

	while (from < s.n) {
		struct str rest = str_slice(s, from, s.n);
		uint32_t cp = 0;
		size_t at = 0;
		size_t len = 0;
		enum intake_char kind = intake_unicode_inspect(rest, &cp, &at);
		bool is_break = allow_breaks && cp == '\n';

		if (kind == INTAKE_CHAR_FINE)
			return;
		if (!is_break && !(warned && kind == INTAKE_CHAR_ZERO_WIDTH))
			add_char_problem(kind, cp, chars + at, column, p);
		if (!is_break && kind != INTAKE_CHAR_ZERO_WIDTH)
			return;
		warned = warned || !is_break;
		for (size_t i = 0; i < at; i++)
			(void)str_next_char(rest, &len);
		chars += at;
		from += len;
	}
}

static void hint_at_lost_letters(struct str s, struct str column, struct intake_problems *p)
{
	struct str meant = intake_unicode_unmangled(p->a, s);

	if (meant.n != 0)
		intake_problems_warn(p, column, "mojibake",
			"\"" STR_FMT "\" looks like \"" STR_FMT "\" saved in the wrong encoding",
			STR_ARG(intake_problems_clip(p->a, s, SHOWN_MAX)),
			STR_ARG(intake_problems_clip(p->a, meant, SHOWN_MAX)));
	if (str_find(s, '?', 0) < s.n)
		intake_problems_warn(p, column, "question-mark",
			"a question mark in a name is often a letter that was lost on saving");
}

struct str intake_cells_name(struct str value, struct str column, struct intake_problems *p)
{
	struct str s;

	if (value.n > 4 * NAME_BYTES) {
		intake_problems_error(
			p, column, "too-long", "longer than %d characters", INTAKE_NAME_CHARS);
		return (struct str){"", 0};
	}
	s = intake_unicode_nfc(p->a, value);
	if (str_char_count(s) > INTAKE_NAME_CHARS || s.n > NAME_BYTES) {
		intake_problems_error(p, column, "too-long",
			"has %zu characters, at most %d are allowed", str_char_count(s),
			INTAKE_NAME_CHARS);
		return (struct str){"", 0};
	}
	inspect(s, false, column, p);
	if (str_find(s, '@', 0) < s.n)
		intake_problems_error(p, column, "name-is-address",
			"an e-mail address stands where the name should be; are the columns "
			"shifted?");
	hint_at_lost_letters(s, column, p);
	return s;
}

/* CRLF and CR to LF. */
static struct str plain_breaks(struct arena *a, struct str s)
{
	char *p;
	size_t n = 0;

	if (str_find(s, '\r', 0) == s.n)
		return s;
	p = arena_alloc(a, s.n);
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\r' && i + 1 < s.n && s.p[i + 1] == '\n')
			continue;
		p[n++] = s.p[i] == '\r' ? '\n' : s.p[i];
	}
	return (struct str){p, n};
}

struct str intake_cells_text(struct str value, size_t max, bool with_breaks, struct str column,
	struct intake_problems *p)
{
	struct str s = {"", 0};

	if (value.n <= INTAKE_UNICODE_MAX)
		s = intake_unicode_nfc(p->a, plain_breaks(p->a, value));
	if (value.n > INTAKE_UNICODE_MAX || s.n > max) {
		intake_problems_error(p, column, "too-long", "longer than %zu bytes", max);
		return (struct str){"", 0};
	}
	inspect(s, with_breaks, column, p);
	return s;
}

struct str intake_cells_turn_name(struct str value, struct str column, struct intake_problems *p)
{
	size_t comma = str_find(value, ',', 0);
	struct str family = intake_unicode_trim(str_slice(value, 0, comma));
	struct str given = intake_unicode_trim(str_slice(value, comma + 1, value.n));

	if (comma == value.n)
		return value;
	if (str_find(given, ',', 0) < given.n || given.n == 0 || family.n == 0) {
		intake_problems_error(p, column, "name-order",
			"\"" STR_FMT "\" is not \"Family,Given\" with one comma",
			STR_ARG(intake_problems_clip(p->a, value, SHOWN_MAX)));
		return value;
	}
	return intake_cells_join_name(p->a, given, family, STR("en"));
}

static bool is_east_asian(struct str s)
{
	size_t at = 0;
	UErrorCode code = U_ZERO_ERROR;
	UScriptCode script;

	if (s.n == 0)
		return false;
	script = uscript_getScript((UChar32)str_next_char(s, &at), &code);
	return script == USCRIPT_HAN || script == USCRIPT_HIRAGANA || script == USCRIPT_KATAKANA
		|| script == USCRIPT_HANGUL;
}

struct str intake_cells_join_name(
	struct arena *a, struct str given, struct str family, struct str lang)
{
	static const char *const family_first[] = {"hu", "zh", "ja", "ko", "vi"};
	struct str language = str_slice(lang, 0, str_find(lang, '-', 0));

	if (given.n == 0 || family.n == 0)
		return given.n == 0 ? family : given;
	if (is_east_asian(given) && is_east_asian(family))
		return str_fmt(a, STR_FMT STR_FMT, STR_ARG(family), STR_ARG(given));
	for (size_t i = 0; i < ARRAY_COUNT(family_first); i++) {
		if (str_eq_nocase(language, str_of(family_first[i])))
			return str_fmt(a, STR_FMT " " STR_FMT, STR_ARG(family), STR_ARG(given));
	}
	return str_fmt(a, STR_FMT " " STR_FMT, STR_ARG(given), STR_ARG(family));
}
