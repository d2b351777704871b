// SPDX-License-Identifier: Apache-2.0
/* Grammars of property values: tokens in, normal form out. Runs in: intake. */
#include "base/buf.h"
#include "templates/colour.h"
#include "templates/css_effect.h"
#include "templates/css_property.h"
#include "templates/limits.h"
#include "templates/rules.h"
#include "templates/value.h"

#include <math.h>

#define FAMILY_LEN 100
#define DASHES_MAX 100
#define FAMILIES_MAX 20

struct work {
	struct css_value v;
	struct arena *a;
	struct buf *out;
	const char *arg;
	const char *why;
};

typedef bool checker(struct work *w);

static bool token_number(const struct css_token *t, struct value_length *out)
{
	size_t at = 0;

	out->unit = UNIT_NONE;
	if (t->kind != CSS_NUMBER && t->kind != CSS_PERCENT && t->kind != CSS_DIMENSION)
		return false;
	if (!value_number(t->text, &at, &out->number) || at != t->text.n)
		return false;
	if (t->kind == CSS_PERCENT)
		out->unit = UNIT_PERCENT;
	return t->kind != CSS_DIMENSION
		|| (value_find_unit(t->unit, &out->unit) && out->unit != UNIT_NONE);
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static void put_lower(struct buf *out, struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		buf_put_char(out, lower(s.p[i]));
}

static void put_number(struct buf *out, const struct css_token *t)
{
	buf_put_str(out, t->text);
	if (t->kind == CSS_PERCENT)
		buf_put_char(out, '%');
	if (t->kind == CSS_DIMENSION)
		put_lower(out, t->unit);
}

/* The word of a list that the token spells, whatever its case; empty when it is none of them. */
static struct str match_word(const struct css_token *t, const char *words)
{
	struct str all = str_of(words);

	if (t->kind != CSS_IDENT)
		return STR("");
	for (size_t at = 0; at < all.n;) {
		size_t end = str_find(all, '|', at);

		if (str_eq_nocase(t->text, str_slice(all, at, end)))
			return str_slice(all, at, end);
		at = end + 1;
	}
	return STR("");
}

static bool check_word(struct work *w)
{
	struct str word = w->v.count == 1 ? match_word(w->v.tokens, w->arg) : STR("");

	w->why = "not one of the words this property knows";
	buf_put_str(w->out, word);
	return word.n > 0;
}

static bool check_words(struct work *w)
{
	w->why = "not words this property knows";
	for (size_t i = 0; i < w->v.count; i++) {
		struct str word = match_word(&w->v.tokens[i], w->arg);

		if (word.n == 0 || i == 4)
			return false;
		if (i > 0)
			buf_put_char(w->out, ' ');
		buf_put_str(w->out, word);
	}
	return w->v.count > 0;
}

/* The numbers of rgb(), hsl(): commas, slash and nothing are the same between them. */
static size_t colour_arguments(struct work *w, size_t at, struct value_length out[4])
{
	size_t count = 0;

	for (size_t i = at; i < w->v.count; i++) {
		const struct css_token *t = &w->v.tokens[i];

		if (css_token_is(t, ')'))
			return i + 1 == w->v.count ? count : 0;
		if (css_token_is(t, ',') || css_token_is(t, '/'))
			continue;
		if (t->kind == CSS_DIMENSION && str_eq_nocase(t->unit, STR("deg")) && count == 0) {
			struct css_token bare = {.kind = CSS_NUMBER, .text = t->text};

			if (!token_number(&bare, &out[count++]))
				return 0;
			continue;
		}
		if (count == 4 || t->kind == CSS_DIMENSION || !token_number(t, &out[count++]))
			return 0;
	}
	return 0;
}

static double scaled(struct value_length l, double number_scale, double percent_scale)
{
	return l.unit == UNIT_PERCENT ? l.number / 100 * percent_scale : l.number * number_scale;
}

static bool function_colour(struct work *w, uint32_t *rgba)
{
	struct str name = w->v.tokens[0].text;
	struct value_length v[4];
	size_t count = colour_arguments(w, 1, v);
	double alpha = count == 4 ? scaled(v[3], 1, 1) : 1;

	/* Numbers or percentages, not some of each (CSS Color 4, 5.1, legacy syntax). */
	if (count < 3
		|| (v[0].unit != v[1].unit && str_eq_nocase(str_slice(name, 0, 3), STR("rgb"))))
		return false;
	if (str_eq_nocase(name, STR("rgb")) || str_eq_nocase(name, STR("rgba")))
		*rgba = colour_rgb(
			scaled(v[0], 1, 255), scaled(v[1], 1, 255), scaled(v[2], 1, 255), alpha);
	else if (str_eq_nocase(name, STR("hsl")) || str_eq_nocase(name, STR("hsla")))
		*rgba = colour_hsl(v[0].number, v[1].number / 100, v[2].number / 100, alpha);
	else
		return false;
	return true;
}

/* A colour from the first token on; everything after it must belong to it. */
static bool check_colour(struct work *w)
{
	const struct css_token *t = w->v.tokens;
	uint32_t rgba;
	bool good;

	w->why = "not a colour";
	if (w->v.count == 0)
		return false;
	if (w->v.count == 1 && t->kind == CSS_IDENT
		&& str_eq_nocase(t->text, STR("currentColor"))) {
		buf_put_cz(w->out, "currentColor");
		return true;
	}
	/* "#fff icc-color(...)": SVG 1.1's colour profiles; the sRGB colour before it counts. */
	if (t->kind == CSS_HASH)
		good = (w->v.count == 1 || t[1].kind == CSS_FUNCTION) && colour_hex(t->text, &rgba);
	else if (t->kind == CSS_IDENT)
		good = w->v.count == 1 && colour_named(t->text, &rgba);
	else
		good = t->kind == CSS_FUNCTION && function_colour(w, &rgba);
	if (good)
		buf_put_str(w->out, colour_text(w->a, rgba));
	return good;
}

static bool put_reference(struct work *w, const struct css_token *t)
{
	w->why = "only url(#id) may be referred to; addresses are not followed";
	if (t->kind != CSS_URL || t->text.n < 2 || t->text.p[0] != '#'
		|| !value_is_id(str_slice(t->text, 1, t->text.n)))
		return false;
	buf_put_cz(w->out, "url(");
	buf_put_str(w->out, t->text);
	buf_put_char(w->out, ')');
	return true;
}

static bool is_none(const struct css_token *t)
{
	return t->kind == CSS_IDENT && str_eq_nocase(t->text, STR("none"));
}

static bool check_paint(struct work *w)
{
	w->why = "not a paint";
	if (w->v.count == 0)
		return false;
	if (w->v.tokens[0].kind == CSS_URL || w->v.tokens[0].kind == CSS_BAD) {
		if (!put_reference(w, w->v.tokens))
			return false;
		w->v.tokens++;
		w->v.count--;
		if (w->v.count == 0)
			return true;
		buf_put_char(w->out, ' ');
	}
	if (w->v.count == 1 && is_none(w->v.tokens)) {
		buf_put_cz(w->out, "none");
		return true;
	}
	if (w->v.count == 1 && match_word(w->v.tokens, "context-fill|context-stroke").n > 0) {
		buf_put_str(w->out, match_word(w->v.tokens, "context-fill|context-stroke"));
		return true;
	}
	return check_colour(w);
}

static bool check_reference(struct work *w)
{
	w->why = "not none or url(#id)";
	if (w->v.count != 1)
		return false;
	if (is_none(w->v.tokens)) {
		buf_put_cz(w->out, "none");
		return true;
	}
	return put_reference(w, w->v.tokens);
}

static bool check_number(struct work *w)
{
	struct value_length l;

	w->why = "not a number within a million";
	if (w->v.count != 1 || w->v.tokens[0].kind != CSS_NUMBER || !token_number(w->v.tokens, &l))
		return false;
	put_number(w->out, w->v.tokens);
	return true;
}

static bool check_opacity(struct work *w)
{
	struct value_length l;

	w->why = "not a number or a percentage";
	if (w->v.count != 1 || w->v.tokens[0].kind == CSS_DIMENSION
		|| !token_number(w->v.tokens, &l))
		return false;
	put_number(w->out, w->v.tokens);
	return true;
}

static bool check_signed(struct work *w)
{
	struct value_length l;
	struct str word = w->v.count == 1 ? match_word(w->v.tokens, w->arg) : STR("");

	w->why = "not a length within a million";
	if (word.n > 0) {
		buf_put_str(w->out, word);
		return true;
	}
	if (w->v.count != 1 || !token_number(w->v.tokens, &l))
		return false;
	put_number(w->out, w->v.tokens);
	return true;
}

static bool check_length(struct work *w)
{
	struct value_length l;

	w->why = "a length may not be negative";
	if (w->v.count == 1 && token_number(w->v.tokens, &l) && l.number < 0)
		return false;
	return check_signed(w);
}

static bool check_size(struct work *w)
{
	static const char words[] =
		"xx-small|x-small|small|medium|large|x-large|xx-large|smaller|larger";
	struct value_length l;

	if (w->v.count == 1 && match_word(w->v.tokens, words).n > 0) {
		buf_put_str(w->out, match_word(w->v.tokens, words));
		return true;
	}
	w->why = "not a font size from 0 to 10000";
	if (w->v.count != 1 || !token_number(w->v.tokens, &l) || l.number < 0
		|| value_px(l, 16, 16) > LIMIT_FONT_SIZE)
		return false;
	put_number(w->out, w->v.tokens);
	return true;
}

static bool check_line_height(struct work *w)
{
	if (w->v.count == 1 && w->v.tokens[0].kind == CSS_IDENT) {
		w->arg = "normal";
		return check_word(w);
	}
	w->arg = "";
	return check_length(w);
}

static bool check_weight(struct work *w)
{
	struct value_length l;

	w->arg = "normal|bold|bolder|lighter";
	if (w->v.count == 1 && w->v.tokens[0].kind == CSS_IDENT)
		return check_word(w);
	w->why = "not a weight from 1 to 1000";
	if (w->v.count != 1 || w->v.tokens[0].kind != CSS_NUMBER || !token_number(w->v.tokens, &l)
		|| l.number < 1 || l.number > 1000 || l.number != floor(l.number))
		return false;
	put_number(w->out, w->v.tokens);
	return true;
}

static bool check_dashes(struct work *w)
{
	size_t count = 0;

	w->why = "not a list of at most 100 dashes of a hundredth or more, in absolute units";
	if (w->v.count == 1 && is_none(w->v.tokens)) {
		buf_put_cz(w->out, "none");
		return true;
	}
	for (size_t i = 0; i < w->v.count; i++) {
		struct value_length l;

		if (css_token_is(&w->v.tokens[i], ','))
			continue;
		if (!token_number(&w->v.tokens[i], &l) || count == DASHES_MAX || l.number < 0
			|| l.unit >= UNIT_EM || (l.number > 0 && l.number < LIMIT_DASH_MIN))
			return false;
		if (count++ > 0)
			buf_put_cz(w->out, ", ");
		put_number(w->out, &w->v.tokens[i]);
	}
	return count > 0;
}

/* Letters, digits, space and a few signs that real families have; nothing that could need escaping. */
static bool family_is_sane(struct str name)
{
	if (!RULE_ON(RULE_FAMILY_CHARACTERS))
		return true;
	if (name.n == 0 || name.n > FAMILY_LEN)
		return false;
	for (size_t at = 0; at < name.n;) {
		uint32_t c = str_next_char(name, &at);

		if ((c != ' ' && !value_is_visible(c)) || c == '"' || c == '\'' || c == '\\'
			|| c == '<' || c == '>' || c == '&' || c == '{' || c == '}' || c == ';'
			|| c == ',' || c == '(' || c == ')' || c == '@' || c == ':' || c == '/')
			return false;
	}
	return true;
}

/* One family up to the next comma: a string, or words. Moves *at to the comma or the end. */
static struct str read_family(struct work *w, size_t *at)
{
	struct buf name = buf_new(FAMILY_LEN + 1);
	struct str out;

	for (; *at < w->v.count && !css_token_is(&w->v.tokens[*at], ','); (*at)++) {
		const struct css_token *t = &w->v.tokens[*at];

		if (name.n > 0 && name.p[name.n - 1] != ' ')
			buf_put_char(&name, ' ');
		if (t->kind == CSS_IDENT || t->kind == CSS_STRING)
			buf_put_str(&name, str_trim(t->text));
		else if (t->kind == CSS_NUMBER)
			buf_put_str(&name, t->text);
		else
			buf_put_char(&name, '"');
	}
	out = str_dup(w->a, name.full ? STR("") : str_trim(buf_str(&name)));
	buf_free(&name);
	return out;
}

static bool check_family(struct work *w)
{
	size_t count = 0;

	w->why = "not a list of font families";
	for (size_t at = 0; at < w->v.count; at++) {
		struct str name = read_family(w, &at);

		/* Apple's and Adobe's internal names begin with a dot or dash; they pass as names. */
		if (!family_is_sane(name) || count == FAMILIES_MAX)
			return false;
		buf_put_cz(w->out, count++ > 0 ? ", " : "");
		if (match_word(&(struct css_token){.kind = CSS_IDENT, .text = name},
			    "serif|sans-serif|monospace|cursive|fantasy|system-ui")
				.n
			> 0) {
			put_lower(w->out, name);
			continue;
		}
		buf_put_char(w->out, '\'');
		buf_put_str(w->out, name);
		buf_put_char(w->out, '\'');
	}
	return count > 0 && w->out->n <= 500;
}

static bool check_filter(struct work *w)
{
	w->why = "not none, filter functions or one url(#id); addresses are not followed";
	return css_effect_filter(w->v, w->a, w->out);
}

static bool check_transform(struct work *w)
{
	w->why = "not none or a list of matrix, translate, scale, rotate and skew in pixels and "
		 "degrees";
	return css_effect_transform(w->v, w->out);
}

bool css_property_check(enum css_property property, struct css_value v, struct arena *a,
	struct str *out, const char **why)
{
	static checker *const checkers[] = {
		[CSS_GRAMMAR_WORD] = check_word,
		[CSS_GRAMMAR_PAINT] = check_paint,
		[CSS_GRAMMAR_COLOUR] = check_colour,
		[CSS_GRAMMAR_OPACITY] = check_opacity,
		[CSS_GRAMMAR_LENGTH] = check_length,
		[CSS_GRAMMAR_SIGNED] = check_signed,
		[CSS_GRAMMAR_SIZE] = check_size,
		[CSS_GRAMMAR_NUMBER] = check_number,
		[CSS_GRAMMAR_DASHES] = check_dashes,
		[CSS_GRAMMAR_REFERENCE] = check_reference,
		[CSS_GRAMMAR_FAMILY] = check_family,
		[CSS_GRAMMAR_WEIGHT] = check_weight,
		[CSS_GRAMMAR_WORDS] = check_words,
		[CSS_GRAMMAR_LINE_HEIGHT] = check_line_height,
		[CSS_GRAMMAR_FILTER] = check_filter,
		[CSS_GRAMMAR_TRANSFORM] = check_transform,
	};
	const struct css_property_row *row = css_property_row(property);
	struct buf text = buf_new(LIMIT_CSS_VALUE_LEN);
	struct work w = {.v = v, .a = a, .out = &text, .arg = row->arg};
	bool good;

	if (v.count == 1 && v.tokens[0].kind == CSS_IDENT
		&& str_eq_nocase(v.tokens[0].text, STR("inherit"))) {
		buf_put_cz(&text, "inherit");
		good = true;
	} else {
		good = checkers[row->grammar](&w) && !text.full;
		if (!good && !RULE_ON(RULE_CSS_GRAMMAR + row->grammar)) {
			buf_reset(&text);
			for (size_t i = 0; i < v.count; i++)
				buf_put_str(&text, v.tokens[i].text);
			good = true;
		}
	}
	*why = w.why;
	if (good)
		*out = str_dup(a, buf_str(&text));
	buf_free(&text);
	return good;
}

struct str css_property_reference(struct str value)
{
	size_t at = str_find_str(value, STR("url(#"));

	return at < value.n ? str_slice(value, at + 5, str_find(value, ')', at)) : STR("");
}
