// SPDX-License-Identifier: Apache-2.0
/* Reading selectors. Runs in: intake. */
#include "templates/css_selector.h"

#include "templates/css_selector_kind.h"
#include "templates/rules.h"

#define SIMPLE_MAX 16
#define NTH_MAX 1000000
/* Bytes of an attribute's value: looking for a part of one is their product. */
#define VALUE_MAX 256

struct reading {
	struct css_lexer *lx;
	struct css_token *t;
	uint32_t specificity;
	unsigned count; /* simple selectors so far */
};

static void advance(struct reading *r)
{
	css_token_next(r->lx, r->t);
}

static void skip_space(struct reading *r)
{
	while (r->t->kind == CSS_SPACE)
		advance(r);
}

static bool ends_selector(const struct css_token *t)
{
	return t->kind == CSS_END || css_token_is(t, ',') || css_token_is(t, '{')
		|| css_token_is(t, '}');
}

/* ---- attributes ---- */

/* "=", "~=", "|=", "^=", "$=" or "*=": two tokens without a space. */
static bool read_operator(struct reading *r, char *op)
{
	*op = r->t->kind == CSS_DELIM ? r->t->text.p[0] : '\0';
	if (*op == '=') {
		advance(r);
		return true;
	}
	if (*op == '\0' || str_find(STR("~|^$*"), *op, 0) == 5)
		return false;
	advance(r);
	if (!css_token_is(r->t, '='))
		return false;
	advance(r);
	return true;
}

/* After "[": name, and perhaps an operator with a value; through "]". */
static bool read_attribute(struct reading *r, struct css_simple *s)
{
	advance(r);
	skip_space(r);
	s->kind = CSS_SIMPLE_ATTRIBUTE;
	s->name = r->t->text;
	if (r->t->kind != CSS_IDENT)
		return false;
	advance(r);
	skip_space(r);
	if (!css_token_is(r->t, ']')) {
		if (!read_operator(r, &s->op))
			return false;
		skip_space(r);
		s->value = r->t->text;
		if ((r->t->kind != CSS_IDENT && r->t->kind != CSS_STRING) || s->value.n > VALUE_MAX)
			return false;
		advance(r);
		skip_space(r);
		if (r->t->kind == CSS_IDENT && str_eq_nocase(r->t->text, STR("i"))) {
			s->nocase = true;
			advance(r);
			skip_space(r);
		}
	}
	return css_token_is(r->t, ']');
}

/* ---- pseudo-classes ---- */

static bool read_int(struct str s, int32_t *out)
{
	bool minus = s.n > 0 && s.p[0] == '-';
	uint64_t number;

	if (s.n > 0 && (s.p[0] == '-' || s.p[0] == '+'))
		s = str_slice(s, 1, s.n);
	if (!str_to_u64(s, NTH_MAX, &number))
		return false;
	*out = minus ? -(int32_t)number : (int32_t)number;
	return true;
}

/* "odd", "even", "3", "n", "-n+3", "2n-1": its tokens run together (CSS Syntax, section 6). */
static bool read_nth_text(struct str s, struct css_simple *out)
{
	size_t n = str_find(s, 'n', 0) < s.n ? str_find(s, 'n', 0) : str_find(s, 'N', 0);
	struct str step = str_slice(s, 0, n);

	out->step = 2;
	out->offset = 1;
	if (str_eq_nocase(s, STR("odd")))
		return true;
	out->offset = 0;
	if (str_eq_nocase(s, STR("even")))
		return true;
	out->step = 0;
	if (n == s.n)
		return read_int(s, &out->offset);
	if (step.n == 0 || str_eq_cz(step, "+"))
		out->step = 1;
	else if (str_eq_cz(step, "-"))
		out->step = -1;
	else if (!read_int(step, &out->step))
		return false;
	if (n + 1 == s.n)
		return true;
	return (s.p[n + 1] == '+' || s.p[n + 1] == '-')
		&& read_int(str_slice(s, n + 1, s.n), &out->offset);
}

static bool read_nth(struct reading *r, struct css_simple *s)
{
	struct str all = STR("");

	for (; !css_token_is(r->t, ')'); advance(r)) {
		if (r->t->kind != CSS_SPACE && r->t->kind != CSS_IDENT && r->t->kind != CSS_NUMBER
			&& r->t->kind != CSS_DIMENSION && !css_token_is(r->t, '+')
			&& !css_token_is(r->t, '-'))
			return false;
		all = str_fmt(r->lx->a, STR_FMT STR_FMT STR_FMT, STR_ARG(all), STR_ARG(r->t->text),
			STR_ARG(r->t->unit));
		if (all.n > 32)
			return false;
	}
	return read_nth_text(all, s);
}

/* Recursion goes one level deep: there is no :not in :not. */
/* NOLINTBEGIN(misc-no-recursion) */
static bool read_simple(struct reading *r, struct css_simple *s, bool in_not);

/* After ":not(": simple selectors that stand together, without another :not. */
static bool read_not(struct reading *r, struct css_simple *s)
{
	struct css_simple **tail = &s->inner;

	skip_space(r);
	while (!css_token_is(r->t, ')')) {
		struct css_simple *inner = arena_zalloc(r->lx->a, 1, sizeof *inner);

		if (!read_simple(r, inner, true))
			return false;
		*tail = inner;
		tail = &inner->next;
		advance(r);
		if (r->t->kind == CSS_SPACE) {
			skip_space(r);
			break;
		}
	}
	return s->inner != NULL && css_token_is(r->t, ')');
}

static bool read_lang(struct reading *r, struct css_simple *s)
{
	skip_space(r);
	s->value = r->t->text;
	if ((r->t->kind != CSS_IDENT && r->t->kind != CSS_STRING) || s->value.n == 0)
		return false;
	advance(r);
	skip_space(r);
	return css_token_is(r->t, ')');
}

static const struct {
	const char *name;
	enum css_simple_kind kind;
	bool function;
	bool last;
	bool of_type;
} pseudo_classes[] = {
	{"root", CSS_SIMPLE_ROOT, false, false, false},
	{"empty", CSS_SIMPLE_EMPTY, false, false, false},
	{"link", CSS_SIMPLE_LINK, false, false, false},
	{"visited", CSS_SIMPLE_NEVER, false, false, false},
	{"first-child", CSS_SIMPLE_NTH, false, false, false},
	{"last-child", CSS_SIMPLE_NTH, false, true, false},
	{"first-of-type", CSS_SIMPLE_NTH, false, false, true},
	{"last-of-type", CSS_SIMPLE_NTH, false, true, true},
	{"only-child", CSS_SIMPLE_ONLY, false, false, false},
	{"only-of-type", CSS_SIMPLE_ONLY, false, false, true},
	{"nth-child", CSS_SIMPLE_NTH, true, false, false},
	{"nth-last-child", CSS_SIMPLE_NTH, true, true, false},
	{"nth-of-type", CSS_SIMPLE_NTH, true, false, true},
	{"nth-last-of-type", CSS_SIMPLE_NTH, true, true, true},
	{"not", CSS_SIMPLE_NOT, true, false, false},
	{"lang", CSS_SIMPLE_LANG, true, false, false},
};

/* After ":". */
static bool read_pseudo(struct reading *r, struct css_simple *s, bool in_not)
{
	struct str name;
	bool function;
	size_t i = 0;

	advance(r);
	name = r->t->text;
	function = r->t->kind == CSS_FUNCTION;
	if (!function && r->t->kind != CSS_IDENT)
		return false;
	while (i < ARRAY_COUNT(pseudo_classes)
		&& (pseudo_classes[i].function != function
			|| !str_eq_nocase(name, str_of(pseudo_classes[i].name))))
		i++;
	if (i == ARRAY_COUNT(pseudo_classes))
		return false;
	s->kind = (uint8_t)pseudo_classes[i].kind;
	s->last = pseudo_classes[i].last;
	s->of_type = pseudo_classes[i].of_type;
	s->offset = 1;
	if (s->kind != CSS_SIMPLE_NOT)
		r->specificity += 1u << 8;
	if (!function)
		return true;
	advance(r);
	if (pseudo_classes[i].kind == CSS_SIMPLE_NTH)
		return read_nth(r, s);
	if (pseudo_classes[i].kind == CSS_SIMPLE_NOT)
		return !in_not && read_not(r, s);
	return read_lang(r, s);
}

/* ---- compounds ---- */

/* From its first token to its last, which stays in r->t. */
static bool read_simple(struct reading *r, struct css_simple *s, bool in_not)
{
	struct css_token after = *r->t;

	s->name = r->t->text;
	if (++r->count > SIMPLE_MAX)
		return false;
	if (r->t->kind == CSS_IDENT) {
		s->kind = CSS_SIMPLE_ELEMENT;
		r->specificity += 1;
		return true;
	}
	if (r->t->kind == CSS_HASH) {
		s->kind = CSS_SIMPLE_ID;
		r->specificity += 1u << 16;
		return true;
	}
	if (css_token_is(&after, '*')) {
		s->kind = CSS_SIMPLE_ANY;
		return true;
	}
	if (css_token_is(&after, ':'))
		return read_pseudo(r, s, in_not);
	r->specificity += 1u << 8;
	if (css_token_is(&after, '['))
		return read_attribute(r, s);
	if (!css_token_is(&after, '.'))
		return false;
	advance(r);
	s->kind = CSS_SIMPLE_CLASS;
	s->name = r->t->text;
	return r->t->kind == CSS_IDENT;
}
/* NOLINTEND(misc-no-recursion) */

static bool is_combinator(const struct css_token *t)
{
	return css_token_is(t, '>') || css_token_is(t, '+') || css_token_is(t, '~');
}

/* Up to a space, a combinator or the selector's end. An element's name may only stand first. */
static bool read_compound(struct reading *r, struct css_compound *c)
{
	struct css_simple **tail = &c->first;

	while (!ends_selector(r->t) && r->t->kind != CSS_SPACE && !is_combinator(r->t)) {
		struct css_simple *s = arena_zalloc(r->lx->a, 1, sizeof *s);

		if (!read_simple(r, s, false)
			|| (c->first != NULL
				&& (s->kind == CSS_SIMPLE_ELEMENT || s->kind == CSS_SIMPLE_ANY)))
			return false;
		/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): arena_zalloc() never fails. */
		*tail = s;
		tail = &s->next;
		advance(r);
	}
	return c->first != NULL;
}

/* White space, with or without one of "> + ~" in it; 0 at the end. */
static char read_combinator(struct reading *r)
{
	char c = ' ';

	skip_space(r);
	if (ends_selector(r->t))
		return '\0';
	if (is_combinator(r->t)) {
		c = r->t->text.p[0];
		advance(r);
		skip_space(r);
	}
	return c;
}

static bool read_compounds(struct reading *r, struct css_selector *s)
{
	char combinator = '\0';
	unsigned compounds = 0;

	do {
		struct css_compound *c = arena_zalloc(r->lx->a, 1, sizeof *c);

		c->left = s->subject;
		c->combinator = combinator;
		s->subject = c;
		if (++compounds > CSS_COMPOUNDS_MAX || !read_compound(r, c))
			return false;
		combinator = read_combinator(r);
	} while (combinator != '\0');
	return true;
}

struct css_selector *css_selector_read(struct css_lexer *lx, struct css_token *t)
{
	struct css_selector *s = arena_zalloc(lx->a, 1, sizeof *s);
	struct reading r = {.lx = lx, .t = t};
	bool good = read_compounds(&r, s);

	while (!ends_selector(t))
		css_token_next(lx, t);
	s->specificity = r.specificity;
	return good || !RULE_ON(RULE_CSS_SELECTOR) ? s : NULL;
}
