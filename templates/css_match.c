// SPDX-License-Identifier: Apache-2.0
/* Matching selectors. Runs in: intake. */
#include "templates/css_selector.h"
#include "templates/css_selector_kind.h"
#include "templates/limits.h"
#include "templates/names.h"
#include "templates/rules.h"

/* Characters of a value that cost as much as a step. */
#define CHARS_PER_STEP 16

static bool is_over(const uint64_t *steps)
{
	return RULE_ON(RULE_CSS_MATCHES) && *steps > LIMIT_CSS_MATCHES;
}

/* ---- one element ---- */

/* The name in the file: links and switches are groups by now. */
static struct str written_name(const struct tree_node *n)
{
	return n->written.n > 0 ? n->written : n->name;
}

static bool equal(struct str a, struct str b, bool nocase)
{
	return nocase ? str_eq_nocase(a, b) : str_eq(a, b);
}

/* True when one of the words between white space is word. */
static bool has_word(struct str all, struct str word, bool nocase)
{
	for (size_t at = 0; word.n > 0 && at < all.n;) {
		size_t end = at;

		while (end < all.n && (unsigned char)all.p[end] > ' ')
			end++;
		if (equal(word, str_slice(all, at, end), nocase))
			return true;
		at = end + 1;
	}
	return false;
}

static bool has_part(struct str all, struct str part, bool nocase)
{
	for (size_t at = 0; part.n > 0 && at + part.n <= all.n; at++)
		if (equal(part, str_slice(all, at, at + part.n), nocase))
			return true;
	return false;
}

static bool match_attribute(const struct css_simple *s, const struct tree_node *n, uint64_t *steps)
{
	const struct tree_attr *attr = n->attrs;
	struct str v;
	size_t len = s->value.n;

	while (attr != NULL && !(attr->ns.n == 0 && str_eq(attr->name, s->name)))
		attr = attr->next;
	if (attr == NULL)
		return false;
	v = attr->value;
	*steps += v.n / CHARS_PER_STEP;
	switch (s->op) {
	case '\0':
		return true;
	case '=':
		return equal(v, s->value, s->nocase);
	case '~':
		return has_word(v, s->value, s->nocase);
	case '|':
		return equal(str_slice(v, 0, len), s->value, s->nocase)
			&& (v.n == len || v.p[len] == '-');
	case '^':
		return len > 0 && equal(str_slice(v, 0, len), s->value, s->nocase);
	case '$':
		return len > 0 && v.n >= len
			&& equal(str_slice(v, v.n - len, v.n), s->value, s->nocase);
	default:
		*steps += v.n;
		return has_part(v, s->value, s->nocase);
	}
}

/* The next element before or after n, or NULL. */
static struct tree_node *sibling(const struct tree_node *n, bool after)
{
	struct tree_node *s = after ? n->next : n->prev;

	while (s != NULL && s->is_text)
		s = after ? s->next : s->prev;
	return s;
}

static uint32_t last_place(const struct tree_node *parent)
{
	const struct tree_node *n = parent->last;

	while (n != NULL && n->is_text)
		n = n->prev;
	return n != NULL ? n->place : 0;
}

/* n's place among its siblings, from 1. */
static uint32_t place_of(
	const struct css_simple *s, const struct tree_node *n, bool last, uint64_t *steps)
{
	uint32_t place = 1;

	if (!s->of_type && !last)
		return n->place;
	if (!s->of_type && n->parent != NULL)
		return last_place(n->parent) - n->place + 1;
	for (const struct tree_node *o = sibling(n, last); o != NULL && !is_over(steps);
		o = sibling(o, last)) {
		++*steps;
		place += str_eq(written_name(o), written_name(n)) ? 1 : 0;
	}
	return place;
}

static bool match_nth(const struct css_simple *s, const struct tree_node *n, uint64_t *steps)
{
	int64_t from = (int64_t)place_of(s, n, s->last, steps) - s->offset;

	return s->step == 0 ? from == 0 : from % s->step == 0 && from / s->step >= 0;
}

/* "de" holds for "de" and "de-AT" (Selectors 4, 8.2); the nearest xml:lang counts. */
static bool match_lang(const struct css_simple *s, const struct tree_node *n, uint64_t *steps)
{
	for (; n != NULL; n = n->parent) {
		++*steps;
		for (const struct tree_attr *a = n->attrs; a != NULL; a = a->next)
			if (str_eq_cz(a->ns, NAMES_XML_NS) && str_eq_cz(a->name, "lang"))
				return str_eq_nocase(str_slice(a->value, 0, s->value.n), s->value)
					&& (a->value.n == s->value.n
						|| a->value.p[s->value.n] == '-');
	}
	return false;
}

static bool is_empty(const struct tree_node *n, uint64_t *steps)
{
	for (const struct tree_node *c = n->first; c != NULL; c = c->next) {
		++*steps;
		if (!c->is_text || c->text.n > 0)
			return false;
	}
	return true;
}

/* Everything but :not. */
static bool match_plain(const struct css_simple *s, const struct tree_node *n, uint64_t *steps)
{
	struct str classes;

	switch (s->kind) {
	case CSS_SIMPLE_ANY:
		return true;
	case CSS_SIMPLE_ELEMENT:
		return str_eq(written_name(n), s->name);
	case CSS_SIMPLE_CLASS:
		classes = tree_value(n, "class");
		*steps += classes.n / CHARS_PER_STEP;
		return has_word(classes, s->name, false);
	case CSS_SIMPLE_ID:
		return str_eq(tree_value(n, "id"), s->name);
	case CSS_SIMPLE_ATTRIBUTE:
		return match_attribute(s, n, steps);
	case CSS_SIMPLE_ROOT:
		return n->parent == NULL;
	case CSS_SIMPLE_EMPTY:
		return is_empty(n, steps);
	case CSS_SIMPLE_NTH:
		return match_nth(s, n, steps);
	case CSS_SIMPLE_ONLY:
		return place_of(s, n, false, steps) == 1 && place_of(s, n, true, steps) == 1;
	case CSS_SIMPLE_LANG:
		return match_lang(s, n, steps);
	case CSS_SIMPLE_LINK:
		return str_eq_cz(written_name(n), "a");
	default:
		return false;
	}
}

static bool match_all(const struct css_simple *s, const struct tree_node *n, uint64_t *steps)
{
	for (; s != NULL; s = s->next) {
		++*steps;
		if (!match_plain(s, n, steps))
			return false;
	}
	return true;
}

static bool match_compound(const struct css_compound *c, const struct tree_node *n, uint64_t *steps)
{
	/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): there is a compound at every place up to count. */
	for (const struct css_simple *s = c->first; s != NULL; s = s->next) {
		++*steps;
		if (s->kind == CSS_SIMPLE_NOT ? match_all(s->inner, n, steps)
					      : !match_plain(s, n, steps))
			return false;
	}
	return true;
}

/* ---- one element after the other ---- */

/* The first candidate seen from n, or with again the one after n; NULL when there is none. */
static const struct tree_node *candidate(const struct tree_node *n, char combinator, bool again)
{
	switch (combinator) {
	case ' ':
		return n->parent;
	case '>':
		return again ? NULL : n->parent;
	case '+':
		return again ? NULL : sibling(n, false);
	default:
		return sibling(n, false);
	}
}

/*
 * A compound that nothing fits sends us back to try another element for one before it. Only one
 * further up can help: elements further left have the same parents and fewer siblings.
 */
static int go_back(const char combinators[], int at)
{
	if (combinators[at] == ' ')
		return 0;
	if (combinators[at] == '~')
		while (at > 1 && combinators[at - 1] != ' ')
			at--;
	return at - 1;
}

bool css_selector_match(const struct css_selector *s, const struct tree_node *n, uint64_t *steps)
{
	const struct css_compound *chain[CSS_COMPOUNDS_MAX + 1] = {NULL};
	const struct tree_node *found[CSS_COMPOUNDS_MAX + 1] = {n};
	char combinators[CSS_COMPOUNDS_MAX + 1] = {0};
	int count = 0;
	int at = 1;

	for (const struct css_compound *c = s->subject; c != NULL && count < CSS_COMPOUNDS_MAX;
		c = c->left) {
		chain[count++] = c;
		combinators[count] = c->combinator;
	}
	if (!match_compound(s->subject, n, steps))
		return false;
	while (at > 0 && at < count && !is_over(steps)) {
		bool again = found[at] != NULL;
		const struct tree_node *c =
			candidate(again ? found[at] : found[at - 1], combinators[at], again);

		while (c != NULL && !is_over(steps) && !match_compound(chain[at], c, steps))
			c = candidate(c, combinators[at], true);
		found[at] = c;
		if (c != NULL) {
			if (++at < count)
				found[at] = NULL;
		} else {
			at = go_back(combinators, at);
		}
	}
	return at == count && !is_over(steps);
}
