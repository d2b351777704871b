// SPDX-License-Identifier: Apache-2.0
/*
 * Selectors (CSS Selectors Level 3, and [attr="x" i] of Level 4) as librsvg 2.54 knows them. Matching
 * counts its steps, because what a stranger's selectors cost is the stranger's choice.
 */
#ifndef TEMPLATES_CSS_SELECTOR_H
#define TEMPLATES_CSS_SELECTOR_H

#include "templates/css_token.h"
#include "templates/tree.h"

/* One condition on one element. */
struct css_simple {
	uint8_t kind; /* enum css_simple_kind of css_selector.c */
	bool last; /* of nth: counted from the end */
	bool of_type; /* of nth: only elements of the same name count */
	bool nocase; /* of an attribute's value */
	char op; /* of an attribute: 0 for presence, else '=' or the character before it */
	struct str name; /* element, class, id, attribute */
	struct str value; /* of an attribute, of lang */
	int32_t step; /* of nth: step*n + offset */
	int32_t offset;
	struct css_simple *inner; /* of not */
	struct css_simple *next; /* must hold as well */
};

/* All of first must hold for one element; left, for one that stands to it as combinator says. */
struct css_compound {
	struct css_simple *first; /* NULL: any element */
	char combinator; /* ' ', '>', '+' or '~' between left and this; 0 without left */
	struct css_compound *left;
};

struct css_selector {
	struct css_compound *subject;
	uint32_t specificity; /* ids << 16 | classes << 8 | elements */
	struct css_selector *next;
};

/*
 * One selector up to "," or "{" or "}"; t is its first token and then the one that ended it. NULL when
 * it holds anything we do not know.
 */
struct css_selector *css_selector_read(struct css_lexer *lx, struct css_token *t);
/*
 * True when s matches n. *steps grows by what was looked at; once it is over LIMIT_CSS_MATCHES the
 * answer is false and means nothing. Every element has its place (tree_place) already.
 */
bool css_selector_match(const struct css_selector *s, const struct tree_node *n, uint64_t *steps);

#endif
