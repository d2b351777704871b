// SPDX-License-Identifier: Apache-2.0
/* Checks of single cells that are not texts to print: addresses, links, flags. Runs in: certfill-intake. */
#include "jobs/intake_cells.h"

#include <string.h>
#include <unicode/uloc.h>

#define EMAIL_MAX 254 /* RFC 5321, 4.5.3.1.3, without the angle brackets */
#define EMAIL_LOCAL_MAX 64
#define LABEL_MAX 63
#define LOCALE_MAX 35
#define URL_MAX 2048
#define SHOWN_MAX 80

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_alnum(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

struct str intake_cells_unwrap(struct str value)
{
	if (value.n >= 3 && value.p[0] == '=' && value.p[1] == '"' && value.p[value.n - 1] == '"'
		&& str_find(value, '"', 2) == value.n - 1)
		return str_slice(value, 2, value.n - 1);
	return value;
}

bool intake_cells_check_excel(struct str value, struct str column, struct intake_problems *p)
{
	/* In the languages of Excel that differ: de, fr, es, it, pt, nl, and what newer ones add. */
	static const char *const codes[] = {"#REF!", "#NAME?", "#VALUE!", "#N/A", "#DIV/0!",
		"#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!", "#CONNECT!",
		"#UNKNOWN!", "#GETTING_DATA", "#BEZUG!", "#WERT!", "#NV", "#ZAHL!", "#NAME!",
		"#\u00DCBERLAUF!", "#NOM?", "#VALEUR!", "#NOMBRE!", "#PROPAGATION!", "#\u00A1REF!",
		"#\u00A1VALOR!", "#\u00BFNOMBRE?", "#\u00A1NUM!", "#\u00A1DIV/0!", "#N/D", "#RIF!",
		"#VALORE!", "#NOME?", "#VALOR!", "#VERW!", "#WAARDE!", "#NAAM?", "#N/B", "#GETAL!",
		"#DEEL/0!"};
	size_t hashes = 0;

	for (size_t i = 0; i < ARRAY_COUNT(codes); i++) {
		if (str_eq_nocase(value, str_of(codes[i]))) {
			intake_problems_error(p, column, "excel-error",
				"\"%s\" is an error of the spreadsheet; repair the formula there",
				codes[i]);
			return false;
		}
	}
	while (hashes < value.n && value.p[hashes] == '#')
		hashes++;
	if (hashes == value.n && hashes >= 3) {
		intake_problems_error(p, column, "excel-hashes",
			"\"####\" was a column too narrow for its value; widen it and save again");
		return false;
	}
	return true;
}

bool intake_cells_is_shortened(struct str value)
{
	size_t e = str_find(value, 'E', 0);

	if (e == value.n)
		e = str_find(value, 'e', 0);
	if (e == value.n || e == 0 || e + 2 >= value.n
		|| (value.p[e + 1] != '+' && (value.p[e] == 'e' || value.p[e + 1] != '-')))
		return false;
	for (size_t i = 0; i < value.n; i++) {
		if (i != e && i != e + 1 && !is_digit(value.p[i]) && value.p[i] != '.'
			&& value.p[i] != ',')
			return false;
	}
	return true;
}

bool intake_cells_check_number(struct str value, struct str column, struct intake_problems *p)
{
	if (!intake_cells_is_shortened(value))
		return true;
	intake_problems_error(p, column, "excel-number",
		"\"" STR_FMT "\" was a long number that the spreadsheet shortened; format the "
		"column as text and "
		"take the numbers from their source again",
		STR_ARG(intake_problems_clip(p->a, value, SHOWN_MAX)));
	return false;
}

/* Letters of the local part (RFC 5322, 3.2.3), and all that is not ASCII (RFC 6531). */
static bool is_atext(char c)
{
	return is_alnum(c) || (unsigned char)c >= 0x80
		|| (c != '\0' && strchr("!#$%&'*+-/=?^_`{|}~", c) != NULL);
}

static const char *local_part_fault(struct str s)
{
	if (s.n == 0)
		return "nothing stands before the @";
	if (s.n > EMAIL_LOCAL_MAX)
		return "the part before the @ is longer than 64 bytes";
	if (s.p[0] == '.' || s.p[s.n - 1] == '.' || str_find_str(s, STR("..")) < s.n)
		return "a dot stands at an end or twice in a row";
	for (size_t i = 0; i < s.n; i++) {
		if (!is_atext(s.p[i]) && s.p[i] != '.')
			return "a character that addresses do not have";
	}
	return NULL;
}

static const char *label_fault(struct str s)
{
	if (s.n == 0 || s.n > LABEL_MAX || s.p[0] == '-' || s.p[s.n - 1] == '-')
		return "the domain after the @ is not one";
	for (size_t i = 0; i < s.n; i++) {
		if (!is_alnum(s.p[i]) && s.p[i] != '-' && (unsigned char)s.p[i] < 0x80)
			return "the domain after the @ is not one";
	}
	return NULL;
}

static const char *domain_fault(struct str s)
{
	size_t from = 0;
	size_t dot = str_find(s, '.', 0);

	if (dot == s.n)
		return "the domain after the @ has no dot";
	while (from <= s.n) {
		const char *fault;

		dot = str_find(s, '.', from);
		fault = label_fault(str_slice(s, from, dot));
		if (fault != NULL)
			return fault;
		if (dot == s.n && is_digit(s.p[from]) && is_digit(s.p[s.n - 1]))
			return "the domain after the @ ends in a number";
		from = dot + 1;
	}
	return NULL;
}

static const char *email_fault(struct str s)
{
	size_t at = str_find(s, '@', 0);
	const char *fault;

	if (s.n > EMAIL_MAX)
		return "longer than 254 bytes";
	if (str_find(s, '<', 0) < s.n)
		return "write only the address, without a name and < >";
	if (str_find(s, ';', 0) < s.n || str_find(s, ',', 0) < s.n || str_find(s, ' ', 0) < s.n)
		return "it must be one address, without spaces";
	if (at == s.n)
		return "there is no @";
	if (str_find(s, '@', at + 1) < s.n)
		return "there are two @";
	fault = local_part_fault(str_slice(s, 0, at));
	return fault != NULL ? fault : domain_fault(str_slice(s, at + 1, s.n));
}

bool intake_cells_check_email(struct str value, struct str column, struct intake_problems *p)
{
	const char *fault = email_fault(value);
	size_t at;
	uint32_t cp;

	if (fault == NULL) {
		/* Nothing invisible: two addresses must not look the same. */
		for (at = 0; at < value.n;) {
			cp = str_next_char(value, &at);
			if (cp < 0x21 || cp == 0x7F || (cp >= 0x80 && cp <= 0xA0)
				|| (cp >= 0x2000 && cp <= 0x206F) || cp == 0xFEFF || cp == 0xAD)
				fault = "an invisible character";
		}
	}
	if (fault != NULL)
		intake_problems_error(p, column, "email-invalid",
			"\"" STR_FMT "\" is not an address: %s",
			STR_ARG(intake_problems_clip(p->a, value, SHOWN_MAX)), fault);
	return fault == NULL;
}

bool intake_cells_is_locale(struct str value)
{
	char tag[LOCALE_MAX + 1];
	char id[ULOC_FULLNAME_CAPACITY];
	UErrorCode code = U_ZERO_ERROR;
	int32_t parsed = 0;

	if (value.n < 2 || value.n > LOCALE_MAX)
		return false;
	for (size_t i = 0; i < value.n; i++) {
		if (!is_alnum(value.p[i]) && value.p[i] != '-')
			return false;
	}
	memcpy(tag, value.p, value.n);
	tag[value.n] = '\0';
	(void)uloc_forLanguageTag(tag, id, sizeof id, &parsed, &code);
	return U_SUCCESS(code) && parsed == (int32_t)value.n;
}

bool intake_cells_check_locale(struct str value, struct str column, struct intake_problems *p)
{
	bool good = intake_cells_is_locale(value);

	if (!good)
		intake_problems_error(p, column, "locale-invalid",
			"\"" STR_FMT
			"\" is not a language tag (BCP 47); write it as in de, pt-BR or zh-Hant",
			STR_ARG(intake_problems_clip(p->a, value, SHOWN_MAX)));
	return good;
}

static const char *url_fault(struct str s)
{
	size_t from = str_starts(s, STR("https://")) ? 8 : str_starts(s, STR("http://")) ? 7 : 0;
	size_t end = from;

	if (s.n > URL_MAX)
		return "longer than 2048 bytes";
	if (from == 0)
		return "it must begin with https:// or http://";
	while (end < s.n && strchr("/?#", s.p[end]) == NULL)
		end++;
	if (end == from || s.p[from] == '.' || s.p[from] == ':')
		return "it has no host";
	if (str_find(str_slice(s, from, end), '@', 0) < end - from)
		return "it holds a user name or a password";
	for (size_t i = 0; i < s.n; i++) {
		if ((unsigned char)s.p[i] <= 0x20 || s.p[i] == 0x7F
			|| strchr("\"<>\\^`{|}", s.p[i]) != NULL)
			return "a space or another character that links do not have";
	}
	return NULL;
}

bool intake_cells_check_url(struct str value, struct str column, struct intake_problems *p)
{
	const char *fault = url_fault(value);

	if (fault != NULL)
		intake_problems_error(p, column, "url-invalid", "\"" STR_FMT "\" is not a link: %s",
			STR_ARG(intake_problems_clip(p->a, value, SHOWN_MAX)), fault);
	return fault == NULL;
}

bool intake_cells_yes_no(struct str value, bool *out, struct str column, struct intake_problems *p)
{
	static const struct {
		const char *text;
		bool yes;
	} words[] = {{"", false}, {"n", false}, {"no", false}, {"0", false}, {"false", false},
		{"y", true}, {"yes", true}, {"1", true}, {"true", true}, {"x", true}};

	for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
		if (str_eq_nocase(value, str_of(words[i].text))) {
			*out = words[i].yes;
			return true;
		}
	}
	intake_problems_error(p, column, "flag-unclear", "\"" STR_FMT "\" is neither Y nor N",
		STR_ARG(intake_problems_clip(p->a, value, SHOWN_MAX)));
	return false;
}
