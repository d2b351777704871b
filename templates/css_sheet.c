// SPDX-License-Identifier: Apache-2.0
/* Rules and selectors of style sheets. Runs in: intake. */
#include "templates/css_sheet.h"

#include "templates/css_declare.h"
#include "templates/limits.h"
#include "templates/rules.h"

static const struct {
	const char *name;
	const char *why;
} at_rules[] = {
	{"import", "other style sheets are not fetched; put their rules into this one"},
	{"font-face",
		"fonts inside a template are not used; install the font on the server, or add its "
		"file to the bundle's fonts folder"},
	{"media", "rules for other media are not used; write those for print without @media"},
	{"charset", "the template is UTF-8"},
	{"namespace", "only SVG's own names are known"},
	{"keyframes", "a certificate does not move: animation is left out"},
};

static void skip_block(struct css_lexer *lx, struct css_token *t)
{
	uint32_t depth = 0;

	for (;; css_token_next(lx, t)) {
		if (t->kind == CSS_END || (depth == 0 && css_token_is(t, ';')))
			return;
		if (css_token_is(t, '{'))
			depth++;
		if (css_token_is(t, '}') && (depth == 0 || --depth == 0))
			return;
	}
}

static void drop_at_rule(
	struct css_lexer *lx, struct css_token *t, const struct tree_node *at, struct notes *notes)
{
	const char *why = "only plain rules are known in style sheets";
	bool font = str_eq_nocase(t->text, STR("font-face"));
	struct str name = str_slice(t->text, 0, 40);
	struct tree_node here = *at;

	here.line += t->line;
	for (size_t i = 0; i < ARRAY_COUNT(at_rules); i++)
		if (str_eq_nocase(t->text, str_of(at_rules[i].name)))
			why = at_rules[i].why;
	notes_removed(notes, &here, why, "@" STR_FMT, STR_ARG(name));
	if (font)
		notes_warned(notes, &here, why, "embedded font");
	if (RULE_ON(RULE_CSS_AT_RULE))
		skip_block(lx, t);
}

/* ---- selectors ---- */

static struct css_compound *add_compound(struct css_lexer *lx, struct css_compound *ancestor)
{
	struct css_compound *c = arena_zalloc(lx->a, 1, sizeof *c);

	c->ancestor = ancestor;
	return c;
}

/* ".name" after the dot was read, "#id", "*" or an element; false for anything else. */
static bool add_simple(struct css_lexer *lx, const struct css_token *t, struct css_compound *c,
	uint32_t *specificity)
{
	struct css_token name;

	if (t->kind == CSS_IDENT && c->element.n == 0 && c->id.n == 0 && c->class_count == 0) {
		c->element = t->text;
		*specificity += 1;
		return true;
	}
	if (t->kind == CSS_HASH && c->id.n == 0) {
		c->id = t->text;
		*specificity += 1u << 16;
		return true;
	}
	if (css_token_is(t, '*'))
		return true;
	if (!css_token_is(t, '.') || c->class_count == ARRAY_COUNT(c->classes))
		return false;
	css_token_next(lx, &name);
	c->classes[c->class_count++] = name.text;
	*specificity += 1u << 8;
	return name.kind == CSS_IDENT;
}

static bool ends_selector(const struct css_token *t)
{
	return t->kind == CSS_END || css_token_is(t, ',') || css_token_is(t, '{')
		|| css_token_is(t, '}');
}

/* One selector up to "," or "{"; NULL when it holds anything we do not know. t: its first token. */
static struct css_selector *read_selector(struct css_lexer *lx, struct css_token *t)
{
	struct css_selector *s = arena_zalloc(lx->a, 1, sizeof *s);
	bool good = !ends_selector(t);
	unsigned compounds = 1;

	s->subject = add_compound(lx, NULL);
	while (!ends_selector(t)) {
		if (t->kind == CSS_SPACE) {
			css_token_next(lx, t);
			if (ends_selector(t))
				break;
			s->subject = add_compound(lx, s->subject);
			good = good && ++compounds <= 8;
		}
		good = good && add_simple(lx, t, s->subject, &s->specificity);
		css_token_next(lx, t);
	}
	return good || !RULE_ON(RULE_CSS_SELECTOR) ? s : NULL;
}

/* The comma list before "{"; unknown ones are told and left out. Leaves t at "{", or at the end. */
static struct css_selector *read_selectors(
	struct css_lexer *lx, struct css_token *t, const struct tree_node *at, struct notes *notes)
{
	struct css_selector *first = NULL;
	unsigned count = 0;

	for (;;) {
		struct css_selector *s;
		struct tree_node here = *at;

		here.line += t->line;
		if (t->kind == CSS_SPACE)
			css_token_next(lx, t);
		s = read_selector(lx, t);
		if (s == NULL || count == LIMIT_CSS_SELECTORS) {
			notes_removed(notes, &here,
				"only element, .class, #id, their lists and descendants are known "
				"as selectors",
				"selector");
		} else {
			s->next = first;
			first = s;
			count++;
		}
		if (!css_token_is(t, ','))
			return first;
		css_token_next(lx, t);
	}
}

static void add_rule(struct css_sheet *sheet, struct arena *a, struct css_selector *selectors,
	struct css_declaration *declarations)
{
	struct css_rule *r = arena_zalloc(a, 1, sizeof *r);

	r->selectors = selectors;
	r->declarations = declarations;
	if (sheet->last != NULL)
		sheet->last->next = r;
	else
		sheet->first = r;
	sheet->last = r;
	sheet->rules++;
	for (; declarations != NULL; declarations = declarations->next)
		sheet->declarations++;
}

enum rc css_sheet_add(struct css_sheet *sheet, struct str text, const struct tree_node *at,
	struct notes *notes, struct err *err)
{
	struct css_lexer lx = {.a = notes->a, .in = text};
	struct css_token t;

	css_token_next(&lx, &t);
	while (t.kind != CSS_END) {
		struct css_selector *selectors;

		if (t.kind == CSS_SPACE || css_token_is(&t, '}') || css_token_is(&t, ';')) {
			css_token_next(&lx, &t);
			continue;
		}
		if (t.kind == CSS_AT) {
			drop_at_rule(&lx, &t, at, notes);
			css_token_next(&lx, &t);
			continue;
		}
		selectors = read_selectors(&lx, &t, at, notes);
		if (!css_token_is(&t, '{'))
			continue;
		add_rule(sheet, notes->a, selectors, css_declare_read(&lx, &t, at, notes));
		if (RULE_ON(RULE_CSS_RULES)
			&& (sheet->rules > LIMIT_CSS_RULES
				|| sheet->declarations > LIMIT_CSS_DECLARATIONS))
			return err_set(err, RC_LIMIT,
				"the template's style sheets have more than %u rules or %u "
				"declarations",
				LIMIT_CSS_RULES, LIMIT_CSS_DECLARATIONS);
		css_token_next(&lx, &t);
	}
	return RC_OK;
}

struct css_declaration *css_sheet_inline(
	struct str text, const struct tree_node *at, struct notes *notes)
{
	struct css_lexer lx = {.a = notes->a, .in = text};
	struct css_token t;

	return css_declare_read(&lx, &t, at, notes);
}

/* ---- matching ---- */

static bool has_class(const struct tree_node *n, struct str name)
{
	struct str all = tree_value(n, "class");
	size_t at = 0;

	while (at < all.n) {
		size_t end = at;

		while (end < all.n && (unsigned char)all.p[end] > ' ')
			end++;
		if (end > at && str_eq(name, str_slice(all, at, end)))
			return true;
		at = end + 1;
	}
	return false;
}

static bool match_compound(const struct css_compound *c, const struct tree_node *n)
{
	if (c->element.n > 0 && !str_eq(c->element, n->name))
		return false;
	if (c->id.n > 0 && !str_eq(c->id, tree_value(n, "id")))
		return false;
	for (uint8_t i = 0; i < c->class_count; i++)
		if (!has_class(n, c->classes[i]))
			return false;
	return true;
}

/* With descendants only, taking the nearest match at each step never loses one further up. */
static bool match_selector(const struct css_selector *s, const struct tree_node *n, uint64_t *steps)
{
	const struct css_compound *c = s->subject;

	++*steps;
	if (!match_compound(c, n))
		return false;
	for (c = c->ancestor; c != NULL; c = c->ancestor) {
		for (n = n->parent; n != NULL && !match_compound(c, n); n = n->parent)
			++*steps;
		if (n == NULL)
			return false;
	}
	return true;
}

bool css_sheet_match(
	const struct css_rule *r, const struct tree_node *n, uint32_t *specificity, uint64_t *steps)
{
	bool found = false;

	*specificity = 0;
	for (const struct css_selector *s = r->selectors; s != NULL; s = s->next)
		if ((!found || s->specificity > *specificity) && match_selector(s, n, steps)) {
			found = true;
			*specificity = s->specificity;
		}
	return found;
}
