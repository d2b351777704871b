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
		"fonts inside a drawing are not used; make a bundle instead: a ZIP or folder with "
		"this drawing as template.svg and the font's .ttf or .otf file in fonts/"},
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

/* One selector that is not known makes the whole rule void (Selectors 3, section 5). */
struct prelude {
	struct css_selector *selectors;
	unsigned count;
	bool good;
};

static void add_selector(struct prelude *p, struct css_selector *s)
{
	if (s == NULL) {
		p->good = false;
		return;
	}
	s->next = p->selectors;
	p->selectors = s;
	p->count++;
}

/* The comma list before "{". Leaves t at "{", or at the end. */
static struct prelude read_prelude(struct css_lexer *lx, struct css_token *t)
{
	struct prelude p = {.good = true};

	for (;;) {
		while (t->kind == CSS_SPACE)
			css_token_next(lx, t);
		add_selector(&p, css_selector_read(lx, t));
		if (css_token_is(t, '}'))
			p.good = false;
		if (t->kind == CSS_END || css_token_is(t, '{'))
			return p;
		css_token_next(lx, t);
	}
}

/* What the rule is for; NULL, with a note, when that is not known. Leaves t at "{", or at the end. */
static struct css_selector *read_selectors(
	struct css_lexer *lx, struct css_token *t, const struct tree_node *at, struct notes *notes)
{
	struct tree_node here = *at;
	struct prelude p;

	here.line += t->line;
	p = read_prelude(lx, t);
	if ((p.good || !RULE_ON(RULE_CSS_SELECTOR)) && p.count <= LIMIT_CSS_SELECTORS)
		return p.selectors;
	notes_removed(notes, &here,
		p.good ? "a rule may have at most 64 selectors"
		       : "one of its selectors is not known, and with it the rule is void",
		"style rule");
	return NULL;
}

static void add_rule(struct css_sheet *sheet, struct arena *a, struct css_selector *selectors,
	struct css_declaration *declarations)
{
	struct css_rule *r;

	if (selectors == NULL)
		return;
	r = arena_zalloc(a, 1, sizeof *r);
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

		if (t.kind == CSS_SPACE) {
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
	struct css_lexer lx = {.a = notes->a, .in = text, .inline_style = true};
	struct css_token t;

	return css_declare_read(&lx, &t, at, notes);
}

/* ---- matching ---- */

bool css_sheet_match(
	const struct css_rule *r, const struct tree_node *n, uint32_t *specificity, uint64_t *steps)
{
	bool found = false;

	*specificity = 0;
	for (const struct css_selector *s = r->selectors; s != NULL; s = s->next)
		if ((!found || s->specificity > *specificity) && css_selector_match(s, n, steps)) {
			found = true;
			*specificity = s->specificity;
		}
	return found;
}
