// SPDX-License-Identifier: Apache-2.0
/* Grammars of transform and filter. Runs in: intake. */
#include "templates/css_effect.h"

#include "templates/limits.h"
#include "templates/value.h"

#include <math.h>

#define FUNCTIONS_MAX 20

static bool is_none(struct css_value v)
{
	return v.count == 1 && v.tokens[0].kind == CSS_IDENT
		&& str_eq_nocase(v.tokens[0].text, STR("none"));
}

static bool read_number(const struct css_token *t, double *out)
{
	size_t at = 0;

	return value_number(t->text, &at, out) && at == t->text.n;
}

/* Degrees of "45", "45deg", "50grad" or "1rad"; librsvg 2.54 knows no turns. */
static bool read_angle(const struct css_token *t, double *out)
{
	if ((t->kind != CSS_NUMBER && t->kind != CSS_DIMENSION) || !read_number(t, out))
		return false;
	if (t->kind == CSS_NUMBER || str_eq_nocase(t->unit, STR("deg")))
		return true;
	if (str_eq_nocase(t->unit, STR("grad")))
		*out *= 0.9;
	else if (str_eq_nocase(t->unit, STR("rad")))
		*out *= 180 / M_PI;
	else
		return false;
	return true;
}

/* The arguments of the function at *at, which moves behind its ")". */
static bool take_arguments(struct css_value v, size_t *at, struct css_value *out)
{
	size_t start = ++*at;
	unsigned depth = 1;

	for (; *at < v.count; ++*at) {
		if (v.tokens[*at].kind == CSS_FUNCTION)
			depth++;
		else if (css_token_is(&v.tokens[*at], ')') && --depth == 0)
			break;
	}
	*out = (struct css_value){v.tokens + start, *at - start};
	return (*at)++ < v.count;
}

/* ---- transform ---- */

enum transform_kind { LENGTHS, NUMBERS, ANGLES };
enum transform { TRANSLATE, TRANSLATE_Y, SCALE, SCALE_X, SCALE_Y, ROTATE, SKEW, SKEW_Y, MATRIX };

static const struct transform_row {
	const char *name;
	enum transform transform;
	enum transform_kind kind;
	unsigned least;
	unsigned most;
} transforms[] = {
	{"translate", TRANSLATE, LENGTHS, 1, 2},
	{"translateX", TRANSLATE, LENGTHS, 1, 1},
	{"translateY", TRANSLATE_Y, LENGTHS, 1, 1},
	{"scale", SCALE, NUMBERS, 1, 2},
	{"scaleX", SCALE_X, NUMBERS, 1, 1},
	{"scaleY", SCALE_Y, NUMBERS, 1, 1},
	{"rotate", ROTATE, ANGLES, 1, 1},
	{"skew", SKEW, ANGLES, 1, 2},
	{"skewX", SKEW, ANGLES, 1, 1},
	{"skewY", SKEW_Y, ANGLES, 1, 1},
	{"matrix", MATRIX, NUMBERS, 6, 6},
};

static bool read_transform_number(enum transform_kind kind, const struct css_token *t, double *out)
{
	if (kind == ANGLES)
		return read_angle(t, out);
	if (t->kind == CSS_DIMENSION && (kind != LENGTHS || !str_eq_nocase(t->unit, STR("px"))))
		return false;
	return (t->kind == CSS_NUMBER || t->kind == CSS_DIMENSION) && read_number(t, out);
}

/* Numbers with a comma between each two; how many, or 0 when anything else is there. */
static unsigned read_transform_numbers(enum transform_kind kind, struct css_value v, double out[6])
{
	unsigned count = 0;

	for (size_t i = 0; i < v.count; i++) {
		if (i % 2 == 1 && css_token_is(&v.tokens[i], ',') && i + 1 < v.count)
			continue;
		if (i % 2 == 1 || count == 6
			|| !read_transform_number(kind, &v.tokens[i], &out[count++]))
			return 0;
	}
	return count;
}

static double slope(double degrees)
{
	return tan(degrees * M_PI / 180);
}

/* v: the arguments, those left out being 0. */
static void matrix_of(enum transform transform, const double v[6], unsigned count, double m[6])
{
	static const double identity[6] = {1, 0, 0, 1, 0, 0};

	for (size_t i = 0; i < 6; i++)
		m[i] = transform == MATRIX ? v[i] : identity[i];
	if (transform == TRANSLATE)
		m[4] = v[0];
	if (transform == TRANSLATE)
		m[5] = v[1];
	if (transform == TRANSLATE_Y)
		m[5] = v[0];
	if (transform == SCALE || transform == SCALE_X)
		m[0] = v[0];
	if (transform == SCALE || transform == SCALE_Y)
		m[3] = transform == SCALE && count == 2 ? v[1] : v[0];
	if (transform == SKEW)
		m[2] = slope(v[0]);
	if (transform == SKEW)
		m[1] = slope(v[1]);
	if (transform == SKEW_Y)
		m[1] = slope(v[0]);
	if (transform == ROTATE) {
		m[0] = m[3] = cos(v[0] * M_PI / 180);
		m[1] = sin(v[0] * M_PI / 180);
		m[2] = -m[1];
	}
}

/* Nothing that the grammar of numbers refuses later: a quarter turn's slope is beyond all. */
static bool put_matrix(struct buf *out, const double m[6])
{
	for (size_t i = 0; i < 6; i++)
		if (!(fabs(m[i]) <= LIMIT_NUMBER))
			return false;
	buf_fmt(out, "matrix(%.10g,%.10g,%.10g,%.10g,%.10g,%.10g)", m[0], m[1], m[2], m[3], m[4],
		m[5]);
	return true;
}

static bool put_transform(struct str name, struct css_value args, struct buf *out)
{
	double v[6] = {0};
	double m[6];

	/* Unlike those of all other functions, librsvg takes these names as they are spelled. */
	for (size_t i = 0; i < ARRAY_COUNT(transforms); i++) {
		const struct transform_row *row = &transforms[i];
		unsigned count;

		if (!str_eq_cz(name, row->name))
			continue;
		count = read_transform_numbers(row->kind, args, v);
		if (count < row->least || count > row->most)
			return false;
		matrix_of(row->transform, v, count, m);
		return put_matrix(out, m);
	}
	return false;
}

bool css_effect_transform(struct css_value v, struct buf *out)
{
	unsigned count = 0;

	if (is_none(v)) {
		buf_put_cz(out, "none");
		return true;
	}
	for (size_t at = 0; at < v.count;) {
		struct str name = v.tokens[at].text;
		struct css_value args;

		if (v.tokens[at].kind != CSS_FUNCTION || !take_arguments(v, &at, &args)
			|| count == FUNCTIONS_MAX)
			return false;
		if (count++ > 0)
			buf_put_char(out, ' ');
		if (!put_transform(name, args, out))
			return false;
	}
	return count > 0;
}

/* ---- filter ---- */

/* Appends what a property of that grammar makes of v. */
static bool put_as(enum css_property property, struct css_value v, struct arena *a, struct buf *out)
{
	struct str text;
	const char *why;

	if (!css_property_check(property, v, a, &text, &why) || str_eq_cz(text, "inherit"))
		return false;
	buf_put_str(out, text);
	return true;
}

static bool is_short(const struct css_token *t)
{
	struct value_length l = {.unit = UNIT_NONE};
	size_t at = 0;

	if (!value_number(t->text, &at, &l.number)
		|| (t->unit.n > 0 && !value_find_unit(t->unit, &l.unit)))
		return false;
	return fabs(value_px(l, 16, 100)) <= LIMIT_BLUR;
}

static bool put_blur(struct css_value v, struct arena *a, struct buf *out)
{
	return v.count == 0
		|| (v.count == 1 && v.tokens[0].kind != CSS_PERCENT && is_short(v.tokens)
			&& put_as(PROP_STROKE_WIDTH, v, a, out));
}

static bool put_amount(struct css_value v, struct buf *out)
{
	double number;

	if (v.count == 0)
		return true;
	if (v.count != 1 || (v.tokens[0].kind != CSS_NUMBER && v.tokens[0].kind != CSS_PERCENT)
		|| !read_number(v.tokens, &number) || number < 0)
		return false;
	buf_fmt(out, "%.10g%s", number, v.tokens[0].kind == CSS_PERCENT ? "%" : "");
	return true;
}

static bool put_hue(struct css_value v, struct buf *out)
{
	double degrees;

	if (v.count == 0)
		return true;
	if (v.count != 1 || !read_angle(v.tokens, &degrees))
		return false;
	buf_fmt(out, "%.10gdeg", degrees);
	return true;
}

static bool is_length(const struct css_token *t)
{
	return t->kind == CSS_NUMBER || t->kind == CSS_DIMENSION;
}

/* Tokens of a colour at the start of v; 0 when v starts with a length. */
static size_t colour_count(struct css_value v)
{
	size_t at = 0;

	if (v.count == 0 || is_length(v.tokens))
		return 0;
	while (v.tokens->kind == CSS_FUNCTION && at + 1 < v.count
		&& !css_token_is(&v.tokens[at], ')'))
		at++;
	return at + 1;
}

/* Two or three lengths, and a colour before or behind them, which is written behind them. */
static bool put_shadow(struct css_value v, struct arena *a, struct buf *out)
{
	size_t at = colour_count(v);
	struct css_value colour = {v.tokens, at};
	unsigned lengths = 0;

	for (; at < v.count && lengths < 3 && is_length(&v.tokens[at]); at++) {
		struct css_value one = {v.tokens + at, 1};

		if (lengths > 0)
			buf_put_char(out, ' ');
		if (!is_short(one.tokens)
			|| !put_as(lengths++ == 2 ? PROP_STROKE_WIDTH : PROP_STROKE_DASHOFFSET, one,
				a, out))
			return false;
	}
	if (lengths < 2 || (colour.count > 0 && at < v.count))
		return false;
	if (at < v.count)
		colour = (struct css_value){v.tokens + at, v.count - at};
	if (colour.count == 0)
		return true;
	buf_put_char(out, ' ');
	return put_as(PROP_COLOR, colour, a, out);
}

enum filter_kind { BLUR, SHADOW, HUE, AMOUNT };

static const struct {
	const char *name;
	enum filter_kind kind;
} filters[] = {
	{"blur", BLUR},
	{"drop-shadow", SHADOW},
	{"hue-rotate", HUE},
	{"brightness", AMOUNT},
	{"contrast", AMOUNT},
	{"grayscale", AMOUNT},
	{"invert", AMOUNT},
	{"opacity", AMOUNT},
	{"saturate", AMOUNT},
	{"sepia", AMOUNT},
};

static bool put_arguments(
	enum filter_kind kind, struct css_value args, struct arena *a, struct buf *out)
{
	switch (kind) {
	case BLUR:
		return put_blur(args, a, out);
	case SHADOW:
		return put_shadow(args, a, out);
	case HUE:
		return put_hue(args, out);
	case AMOUNT:
		return put_amount(args, out);
	}
	return false;
}

static bool put_function(struct str name, struct css_value args, struct arena *a, struct buf *out)
{
	for (size_t i = 0; i < ARRAY_COUNT(filters); i++) {
		if (!str_eq_nocase(name, str_of(filters[i].name)))
			continue;
		buf_put_cz(out, filters[i].name);
		buf_put_char(out, '(');
		if (!put_arguments(filters[i].kind, args, a, out))
			return false;
		buf_put_char(out, ')');
		return true;
	}
	return false;
}

bool css_effect_filter(struct css_value v, struct arena *a, struct buf *out)
{
	unsigned count = 0;
	unsigned addresses = 0;

	if (is_none(v)) {
		buf_put_cz(out, "none");
		return true;
	}
	for (size_t at = 0; at < v.count;) {
		struct css_value one = {v.tokens + at, 1};
		struct css_value args;

		if (count++ > 0)
			buf_put_char(out, ' ');
		if (one.tokens->kind == CSS_URL) {
			/* refs.c follows one reference of a property. */
			if (++addresses > 1 || !put_as(PROP_MASK, one, a, out))
				return false;
			at++;
		} else if (one.tokens->kind != CSS_FUNCTION || count > FUNCTIONS_MAX
			|| !take_arguments(v, &at, &args)
			|| !put_function(one.tokens->text, args, a, out)) {
			return false;
		}
	}
	return count > 0;
}
