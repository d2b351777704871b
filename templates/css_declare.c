// SPDX-License-Identifier: Apache-2.0
/* Declarations of style sheets, style attributes and presentation attributes. Runs in: intake. */
#include "templates/css_declare.h"

#include "templates/limits.h"
#include "templates/rules.h"

#include <string.h>

#define TOKENS_MAX 256

/* One declaration as it was read. too_long: it had more tokens than anything honest. */
struct pending {
	struct css_token name;
	struct css_token tokens[TOKENS_MAX];
	size_t count;
	bool important;
	bool too_long;
};

struct list {
	struct arena *a;
	struct css_declaration *first;
	struct css_declaration **tail;
};

static void append(struct list *l, enum css_property property, bool important, struct str value)
{
	struct css_declaration *d = arena_zalloc(l->a, 1, sizeof *d);

	d->property = (uint8_t)property;
	d->important = important;
	d->value = value;
	*l->tail = d;
	l->tail = &d->next;
}

static bool add_checked(struct list *l, enum css_property property, const struct pending *p,
	struct css_value v, const char **why)
{
	struct str value;

	if (!css_property_check(property, v, l->a, &value, why))
		return false;
	append(l, property, p->important, value);
	return true;
}

/* ---- font: style variant weight stretch size/line-height family ---- */

static bool add_word(struct list *l, const struct pending *p, struct css_value one)
{
	static const enum css_property words[] = {
		PROP_FONT_STYLE, PROP_FONT_VARIANT, PROP_FONT_WEIGHT, PROP_FONT_STRETCH};
	const char *why;

	if (str_eq_nocase(one.tokens[0].text, STR("normal")))
		return true;
	for (size_t i = 0; i < ARRAY_COUNT(words); i++)
		if (add_checked(l, words[i], p, one, &why))
			return true;
	return false;
}

/* The shorthand sets what it does not mention back to normal (CSS Fonts, section 2.7). */
static bool add_font(struct list *l, const struct pending *p, const char **why)
{
	static const enum css_property reset[] = {
		PROP_FONT_STYLE, PROP_FONT_VARIANT, PROP_FONT_WEIGHT, PROP_FONT_STRETCH};
	size_t at = 0;

	for (size_t i = 0; i < ARRAY_COUNT(reset); i++)
		append(l, reset[i], p->important, STR("normal"));
	while (at < p->count && add_word(l, p, (struct css_value){p->tokens + at, 1}))
		at++;
	if (at >= p->count
		|| !add_checked(l, PROP_FONT_SIZE, p, (struct css_value){p->tokens + at, 1}, why))
		return false;
	at++;
	if (at + 1 < p->count && css_token_is(&p->tokens[at], '/')) {
		if (!add_checked(
			    l, PROP_LINE_HEIGHT, p, (struct css_value){p->tokens + at + 1, 1}, why))
			return false;
		at += 2;
	}
	return add_checked(
		l, PROP_FONT_FAMILY, p, (struct css_value){p->tokens + at, p->count - at}, why);
}

static bool add_marker(struct list *l, const struct pending *p, const char **why)
{
	struct css_value v = {p->tokens, p->count};

	return add_checked(l, PROP_MARKER_START, p, v, why)
		&& add_checked(l, PROP_MARKER_MID, p, v, why)
		&& add_checked(l, PROP_MARKER_END, p, v, why);
}

/* librsvg 2.54 reads "!important" as a part of these two, and then knows neither. */
static bool is_void(enum css_property property, const struct pending *p, const char **why)
{
	*why = "the drawing library does not know it with !important";
	return p->important && (property == PROP_FILTER || property == PROP_TRANSFORM);
}

static bool add_declaration(struct list *l, const struct pending *p, const char **why)
{
	enum css_property property = css_property_find(p->name.text);

	if (str_eq_nocase(p->name.text, STR("font")))
		return add_font(l, p, why);
	if (str_eq_nocase(p->name.text, STR("marker")))
		return add_marker(l, p, why);
	if (property == PROP_COUNT) {
		*why = "this property is not on the list of what a template may use";
		return false;
	}
	return !is_void(property, p, why)
		&& add_checked(l, property, p, (struct css_value){p->tokens, p->count}, why);
}

/* ---- reading ---- */

static void skip_space(struct css_lexer *lx, struct css_token *t)
{
	while (t->kind == CSS_SPACE)
		css_token_next(lx, t);
}

static bool ends_block(const struct css_lexer *lx, const struct css_token *t)
{
	return t->kind == CSS_END || (css_token_is(t, '}') && !lx->inline_style);
}

static bool ends_value(const struct css_lexer *lx, const struct css_token *t)
{
	return css_token_is(t, ';') || ends_block(lx, t);
}

static void read_value(struct css_lexer *lx, struct css_token *t, struct pending *p)
{
	for (css_token_next(lx, t); !ends_value(lx, t); css_token_next(lx, t)) {
		if (t->kind == CSS_SPACE)
			continue;
		if (css_token_is(t, '{')) {
			/* A block in a value: nothing we know; its "}" must not end the rule. */
			while (t->kind != CSS_END && !css_token_is(t, '}'))
				css_token_next(lx, t);
			p->too_long = true;
			continue;
		}
		if (p->count == TOKENS_MAX) {
			p->too_long = true;
			continue;
		}
		p->tokens[p->count++] = *t;
	}
	if (p->count >= 2 && css_token_is(&p->tokens[p->count - 2], '!')
		&& str_eq_nocase(p->tokens[p->count - 1].text, STR("important"))) {
		p->important = true;
		p->count -= 2;
	}
}

static void judge(
	struct list *l, const struct pending *p, const struct tree_node *at, struct notes *notes)
{
	struct css_declaration **tail = l->tail;
	struct tree_node here = *at;
	const char *why = "its value is too long";
	struct str name = str_slice(p->name.text, 0, 60);

	here.line += p->name.line;
	if (css_property_is_leftover(p->name.text)) {
		notes_leftover(notes, &here, "has no effect on a certificate", "property " STR_FMT,
			STR_ARG(name));
		return;
	}
	if ((!p->too_long || !RULE_ON(RULE_CSS_TOO_LONG)) && add_declaration(l, p, &why))
		return;
	*tail = NULL;
	l->tail = tail;
	notes_removed(notes, &here, why, "property " STR_FMT, STR_ARG(name));
}

struct css_declaration *css_declare_read(
	struct css_lexer *lx, struct css_token *t, const struct tree_node *at, struct notes *notes)
{
	struct list l = {.a = notes->a, .tail = NULL};
	struct pending p;

	l.tail = &l.first;
	css_token_next(lx, t);
	for (;;) {
		skip_space(lx, t);
		if (ends_block(lx, t))
			return l.first;
		if (css_token_is(t, ';')) {
			css_token_next(lx, t);
			continue;
		}
		p.name = *t;
		p.count = 0;
		p.important = p.too_long = false;
		css_token_next(lx, t);
		skip_space(lx, t);
		if (p.name.kind != CSS_IDENT || !css_token_is(t, ':')) {
			while (!ends_value(lx, t))
				css_token_next(lx, t);
			notes_removed(notes, at, "not a declaration", "text in a style");
			continue;
		}
		read_value(lx, t, &p);
		judge(&l, &p, at, notes);
	}
}

struct css_declaration *css_sheet_attribute(enum css_property property, struct str value,
	const struct tree_node *at, struct notes *notes)
{
	struct css_lexer lx = {.a = notes->a, .in = value};
	struct list l = {.a = notes->a, .tail = NULL};
	struct pending p = {.count = 0};
	struct css_token t;
	const char *why = "its value is too long";

	l.tail = &l.first;
	for (css_token_next(&lx, &t); t.kind != CSS_END; css_token_next(&lx, &t)) {
		if (t.kind == CSS_SPACE)
			continue;
		if (p.count == TOKENS_MAX) {
			p.too_long = true;
			break;
		}
		p.tokens[p.count++] = t;
	}
	if (!p.too_long
		&& add_checked(&l, property, &p, (struct css_value){p.tokens, p.count}, &why))
		return l.first;
	notes_removed(notes, at, why, "attribute %s", css_property_row(property)->name);
	return NULL;
}
