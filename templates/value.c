// SPDX-License-Identifier: Apache-2.0
/* Grammars of attribute values. Runs in: intake. */
#include "templates/value.h"

#include "templates/limits.h"
#include "templates/rules.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ID_LEN 128
#define RESULT_LEN 64

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static size_t skip_space(struct str s, size_t at)
{
	while (at < s.n && is_space(s.p[at]))
		at++;
	return at;
}

size_t value_skip_comma(struct str s, size_t at)
{
	at = skip_space(s, at);
	if (at < s.n && s.p[at] == ',')
		at = skip_space(s, at + 1);
	return at;
}

static size_t skip_digits(struct str s, size_t at)
{
	while (at < s.n && is_digit(s.p[at]))
		at++;
	return at;
}

/* Where the number at from ends; from itself when there is none. */
static size_t number_end(struct str s, size_t from)
{
	size_t at = from;
	size_t digits;
	size_t mark;

	if (at < s.n && (s.p[at] == '+' || s.p[at] == '-'))
		at++;
	mark = at;
	at = skip_digits(s, at);
	digits = at - mark;
	if (at < s.n && s.p[at] == '.') {
		mark = at + 1;
		at = skip_digits(s, mark);
		digits += at - mark;
	}
	if (digits == 0)
		return from;
	if (at < s.n && (s.p[at] == 'e' || s.p[at] == 'E')) {
		mark = at + 1;
		if (mark < s.n && (s.p[mark] == '+' || s.p[mark] == '-'))
			mark++;
		/* "1em" is a number and a unit. */
		if (skip_digits(s, mark) > mark)
			at = skip_digits(s, mark);
	}
	return at;
}

bool value_number(struct str s, size_t *at, double *out)
{
	char digits[64];
	size_t end = number_end(s, *at);
	size_t len = end - *at;

	if (len == 0 || len >= sizeof digits)
		return false;
	memcpy(digits, s.p + *at, len);
	digits[len] = '\0';
	*out = strtod(digits, NULL);
	if (!isfinite(*out) || fabs(*out) > LIMIT_NUMBER)
		return false;
	*at = end;
	return true;
}

bool value_find_unit(struct str name, enum value_unit *out)
{
	static const char *const units[] = {
		"", "px", "pt", "pc", "mm", "cm", "in", "em", "ex", "rem", "%"};

	for (size_t i = 0; i < ARRAY_COUNT(units); i++)
		if (str_eq_nocase(name, str_of(units[i]))) {
			*out = (enum value_unit)i;
			return true;
		}
	return false;
}

bool value_length(struct str s, size_t *at, struct value_length *out)
{
	size_t end;

	if (!value_number(s, at, &out->number))
		return false;
	end = *at;
	while (end < s.n && !is_space(s.p[end]) && s.p[end] != ',')
		end++;
	if (!value_find_unit(str_slice(s, *at, end), &out->unit))
		return false;
	*at = end;
	return true;
}

bool value_whole_length(struct str s, struct value_length *out)
{
	size_t at = 0;

	return value_length(s, &at, out) && at == s.n;
}

double value_px(struct value_length l, double em, double percent_of)
{
	switch (l.unit) {
	case UNIT_NONE:
	case UNIT_PX:
		return l.number;
	case UNIT_PT:
		return l.number * 96 / 72;
	case UNIT_PC:
		return l.number * 16;
	case UNIT_MM:
		return l.number * 96 / 25.4;
	case UNIT_CM:
		return l.number * 96 / 2.54;
	case UNIT_IN:
		return l.number * 96;
	case UNIT_EM:
		return l.number * em;
	case UNIT_EX:
		return l.number * em / 2;
	case UNIT_REM:
		return l.number * 16;
	case UNIT_PERCENT:
		return l.number * percent_of / 100;
	}
	return 0;
}

double value_px_or(struct str s, double em, double percent_of, double otherwise)
{
	struct value_length l;

	return value_whole_length(s, &l) ? value_px(l, em, percent_of) : otherwise;
}

size_t value_number_list(struct str s, double *out, size_t max)
{
	size_t at = skip_space(s, 0);
	size_t count = 0;

	while (at < s.n) {
		if (count == max || !value_number(s, &at, &out[count]))
			return 0;
		count++;
		at = value_skip_comma(s, at);
	}
	return count;
}

bool value_is_word(struct str word, const char *words)
{
	struct str all = str_of(words);
	size_t at = 0;

	while (at <= all.n) {
		size_t end = str_find(all, '|', at);

		if (str_eq(word, str_slice(all, at, end)))
			return true;
		at = end + 1;
	}
	return false;
}

bool value_is_visible(uint32_t cp)
{
	/* Controls, marks of direction and joining, line and paragraph ends, variation and tags. */
	static const struct {
		uint32_t from;
		uint32_t to;
	} unseen[] = {{0, 0x1f}, {0x7f, 0xa0}, {0xad, 0xad}, {0x34f, 0x34f}, {0x61c, 0x61c},
		{0x115f, 0x1160}, {0x17b4, 0x17b5}, {0x180b, 0x180f}, {0x2000, 0x200f},
		{0x2028, 0x202f}, {0x205f, 0x206f}, {0x3000, 0x3000}, {0x3164, 0x3164},
		{0xe000, 0xf8ff}, {0xfdd0, 0xfdef}, {0xfe00, 0xfe0f}, {0xfeff, 0xfeff},
		{0xffa0, 0xffa0}, {0xfff0, 0xffff}, {0xe0000, 0x10ffff}};

	for (size_t i = 0; i < ARRAY_COUNT(unseen); i++)
		if (cp >= unseen[i].from && cp <= unseen[i].to)
			return !RULE_ON(RULE_ID_CHARACTERS);
	return (cp & 0xfffe) != 0xfffe;
}

bool value_is_id(struct str s)
{
	if (s.n == 0 || s.n > ID_LEN)
		return false;
	for (size_t at = 0; at < s.n;) {
		uint32_t c = str_next_char(s, &at);

		if (c >= 0x80 ? value_is_visible(c)
			      : is_digit((char)c) || (c | 32u) - 'a' < 26u || c == '-' || c == '_'
					|| c == '.' || c == '=')
			continue;
		return false;
	}
	return true;
}

/* ---- one function for each grammar ---- */

typedef bool checker(const struct names_attr_row *row, struct str *value, const char **why);

static bool check_id(const struct names_attr_row *row, struct str *value, const char **why)
{
	(void)row;
	*why = "an id is up to 128 letters, digits, dashes, dots, underscores or equals signs";
	return value_is_id(*value);
}

static bool check_href(const struct names_attr_row *row, struct str *value, const char **why)
{
	(void)row;
	*why = "only #id and embedded PNG or JPEG images may be referred to; addresses are not "
	       "followed";
	if (str_starts(*value, STR("#")))
		return value_is_id(str_slice(*value, 1, value->n));
	/* A data image is decoded and judged by image.c. */
	return str_eq_nocase(str_slice(*value, 0, 5), STR("data:"));
}

static bool check_length(const struct names_attr_row *row, struct str *value, const char **why)
{
	struct value_length l;

	*why = "not a length within a million, with one of the units px pt pc mm cm in em ex rem %";
	if (!value_whole_length(*value, &l))
		return false;
	*why = "a size may not be negative";
	return row->grammar != GRAMMAR_SIZE || l.number >= 0;
}

static bool check_lengths(const struct names_attr_row *row, struct str *value, const char **why)
{
	struct value_length l;
	size_t at = 0;

	(void)row;
	*why = "not a list of lengths within a million";
	if (value->n == 0)
		return false;
	while (at < value->n) {
		if (!value_length(*value, &at, &l))
			return false;
		at = value_skip_comma(*value, at);
	}
	return true;
}

static bool check_number(const struct names_attr_row *row, struct str *value, const char **why)
{
	size_t at = 0;
	double number;

	(void)row;
	*why = "not a number within a million";
	return value_number(*value, &at, &number) && at == value->n;
}

static bool check_numbers(const struct names_attr_row *row, struct str *value, const char **why)
{
	size_t at = 0;
	double number;

	(void)row;
	*why = "not a list of numbers within a million";
	while (at < value->n) {
		if (!value_number(*value, &at, &number))
			return false;
		at = value_skip_comma(*value, at);
	}
	return true;
}

static bool check_unit(const struct names_attr_row *row, struct str *value, const char **why)
{
	struct value_length l;

	(void)row;
	*why = "not a number or a percentage";
	return value_whole_length(*value, &l) && (l.unit == UNIT_NONE || l.unit == UNIT_PERCENT);
}

static bool check_pair(const struct names_attr_row *row, struct str *value, const char **why)
{
	double numbers[2];
	size_t count = value_number_list(*value, numbers, 2);

	*why = "not one or two numbers within this attribute's limit";
	for (size_t i = 0; i < count; i++)
		if (numbers[i] < 0 || numbers[i] > strtod(row->arg, NULL))
			return false;
	return count > 0;
}

static bool check_integer(const struct names_attr_row *row, struct str *value, const char **why)
{
	uint64_t number;

	*why = "not a whole number within this attribute's limit";
	return str_to_u64(*value, strtoul(row->arg, NULL, 10), &number);
}

static bool check_order(const struct names_attr_row *row, struct str *value, const char **why)
{
	double numbers[2];
	size_t count = value_number_list(*value, numbers, 2);

	(void)row;
	*why = "not one or two whole numbers up to 15";
	for (size_t i = 0; i < count; i++)
		if (numbers[i] < 1 || numbers[i] > LIMIT_KERNEL || numbers[i] != floor(numbers[i]))
			return false;
	return count > 0;
}

/* Arguments of each path command, SVG 1.1 section 8.3. */
static int path_arity(char command)
{
	switch (command | 32) {
	case 'm':
	case 'l':
	case 't':
		return 2;
	case 'h':
	case 'v':
		return 1;
	case 'c':
		return 6;
	case 's':
	case 'q':
		return 4;
	case 'a':
		return 7;
	case 'z':
		return 0;
	default:
		return -1;
	}
}

/* One argument set at *at. The flags of an arc are single digits that need no separator. */
static bool path_arguments(struct str s, size_t *at, char command, int arity)
{
	double number;

	for (int i = 0; i < arity; i++) {
		*at = value_skip_comma(s, *at);
		if ((command | 32) == 'a' && (i == 3 || i == 4)) {
			if (*at >= s.n || (s.p[*at] != '0' && s.p[*at] != '1'))
				return false;
			(*at)++;
		} else if (!value_number(s, at, &number)) {
			return false;
		}
	}
	return true;
}

/* True when another argument set begins at at. */
static bool path_more(struct str s, size_t at)
{
	at = value_skip_comma(s, at);
	return number_end(s, at) > at;
}

static bool check_path(const struct names_attr_row *row, struct str *value, const char **why)
{
	struct str s = *value;
	size_t good = 0;
	size_t at = 0;

	(void)row;
	while (at < s.n) {
		char command = s.p[at];
		int arity = path_arity(command);

		if (arity < 0 || (good == 0 && (command | 32) != 'm'))
			break;
		at++;
		do {
			if (!path_arguments(s, &at, command, arity))
				goto broken;
			good = at;
		} while (arity > 0 && path_more(s, at));
		at = skip_space(s, at);
	}
broken:
	*value = str_trim(str_slice(s, 0, good));
	if (good < str_trim(s).n)
		*why = "the path has an error; it is drawn up to there";
	return good > 0 || s.n == 0;
}

static bool check_viewbox(const struct names_attr_row *row, struct str *value, const char **why)
{
	double v[4];

	(void)row;
	*why = "a viewBox is four numbers, the last two above zero";
	return value_number_list(*value, v, 4) == 4 && v[2] > 0 && v[3] > 0;
}

static bool check_box(const struct names_attr_row *row, struct str *value, const char **why)
{
	double v[4];

	(void)row;
	*why = "a box is four numbers: x y width height";
	return value_number_list(*value, v, 4) == 4 && v[2] > 0 && v[3] >= 0;
}

static bool check_transform(const struct names_attr_row *row, struct str *value, const char **why)
{
	struct str s = *value;
	size_t at = 0;

	(void)row;
	*why = "not a list of matrix, translate, scale, rotate, skewX and skewY";
	while (at < s.n) {
		size_t open = str_find(s, '(', at);
		size_t close = str_find(s, ')', at);
		double v[6];
		size_t count;
		struct str name;

		if (close >= s.n || open > close)
			return false;
		name = str_trim(str_slice(s, at, open));
		count = value_number_list(str_slice(s, open + 1, close), v, 6);
		if (!((str_eq_cz(name, "matrix") && count == 6)
			    || ((str_eq_cz(name, "translate") || str_eq_cz(name, "scale"))
				    && (count == 1 || count == 2))
			    || (str_eq_cz(name, "rotate") && (count == 1 || count == 3))
			    || ((str_eq_cz(name, "skewX") || str_eq_cz(name, "skewY"))
				    && count == 1)))
			return false;
		at = value_skip_comma(s, close + 1);
	}
	return true;
}

static bool check_aspect(const struct names_attr_row *row, struct str *value, const char **why)
{
	size_t space = str_find(*value, ' ', 0);
	struct str align = str_slice(*value, 0, space);
	struct str rest = str_trim(str_slice(*value, space, value->n));

	(void)row;
	*why = "not a value of preserveAspectRatio";
	return value_is_word(align,
		       "none|xMinYMin|xMidYMin|xMaxYMin|xMinYMid|xMidYMid|xMaxYMid|xMinYMax|"
		       "xMidYMax|xMaxYMax")
		&& (rest.n == 0 || value_is_word(rest, "meet|slice"));
}

static bool check_word(const struct names_attr_row *row, struct str *value, const char **why)
{
	*why = "not one of the words this attribute knows";
	return value_is_word(*value, row->arg);
}

static bool check_orient(const struct names_attr_row *row, struct str *value, const char **why)
{
	return value_is_word(*value, "auto|auto-start-reverse") || check_number(row, value, why);
}

static bool check_result(const struct names_attr_row *row, struct str *value, const char **why)
{
	(void)row;
	*why = "a name is up to 64 letters, digits, dashes, dots or underscores";
	return value->n <= RESULT_LEN && value_is_id(*value);
}

static bool check_lang(const struct names_attr_row *row, struct str *value, const char **why)
{
	(void)row;
	*why = "not a language tag";
	if (value->n > 35)
		return false;
	for (size_t i = 0; i < value->n; i++) {
		char c = value->p[i];

		if (!is_digit(c) && ((unsigned char)c | 32u) - 'a' >= 26u && c != '-')
			return false;
	}
	return true;
}

static bool check_token(const struct names_attr_row *row, struct str *value, const char **why)
{
	(void)row;
	*why = "not an id";
	return value->n == 0 || value_is_id(*value);
}

bool value_check(
	const struct names_attr_row *row, struct str value, struct str *out, const char **why)
{
	static checker *const checkers[] = {
		[GRAMMAR_ID] = check_id,
		[GRAMMAR_HREF] = check_href,
		[GRAMMAR_LENGTH] = check_length,
		[GRAMMAR_SIZE] = check_length,
		[GRAMMAR_LENGTHS] = check_lengths,
		[GRAMMAR_NUMBER] = check_number,
		[GRAMMAR_NUMBERS] = check_numbers,
		[GRAMMAR_UNIT] = check_unit,
		[GRAMMAR_PAIR] = check_pair,
		[GRAMMAR_INTEGER] = check_integer,
		[GRAMMAR_ORDER] = check_order,
		[GRAMMAR_PATH] = check_path,
		[GRAMMAR_POINTS] = check_numbers,
		[GRAMMAR_TRANSFORM] = check_transform,
		[GRAMMAR_VIEWBOX] = check_viewbox,
		[GRAMMAR_ASPECT] = check_aspect,
		[GRAMMAR_WORD] = check_word,
		[GRAMMAR_ORIENT] = check_orient,
		[GRAMMAR_RESULT] = check_result,
		[GRAMMAR_LANG] = check_lang,
		[GRAMMAR_BOX] = check_box,
		[GRAMMAR_TOKEN] = check_token,
	};
	struct str kept = str_trim(value);

	*why = NULL;
	if (!RULE_ON(RULE_GRAMMAR + row->grammar)) {
		*out = kept;
		return true;
	}
	if (!checkers[row->grammar](row, &kept, why))
		return false;
	if (row->grammar != GRAMMAR_PATH)
		*why = NULL;
	*out = kept;
	return true;
}
