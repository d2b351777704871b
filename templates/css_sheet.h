// SPDX-License-Identifier: Apache-2.0
/* Style sheets and style attributes: rules with selectors, declarations of listed properties. */
#ifndef TEMPLATES_CSS_SHEET_H
#define TEMPLATES_CSS_SHEET_H

#include "templates/css_property.h"
#include "templates/css_selector.h"
#include "templates/notes.h"

struct css_declaration {
	uint8_t property; /* enum css_property */
	bool important;
	struct str value; /* in normal form */
	struct css_declaration *next;
};

struct css_rule {
	struct css_selector *selectors;
	struct css_declaration *declarations;
	struct css_rule *next;
};

/* Zero it. Rules of all sheets of a document, in order. */
struct css_sheet {
	struct css_rule *first;
	struct css_rule *last;
	uint32_t rules;
	uint32_t declarations;
};

/*
 * Adds the rules of text, the content of at, which is a style element. What is not allowed is left
 * out with a note. LIMIT: too many rules.
 */
enum rc css_sheet_add(struct css_sheet *sheet, struct str text, const struct tree_node *at,
	struct notes *notes, struct err *err) MUST_CHECK;
/* The declarations of a style attribute, in order. */
struct css_declaration *css_sheet_inline(
	struct str text, const struct tree_node *at, struct notes *notes);
/*
 * A presentation attribute as a declaration; NULL, with a note, when its value is not allowed.
 */
struct css_declaration *css_sheet_attribute(enum css_property property, struct str value,
	const struct tree_node *at, struct notes *notes);
/*
 * True when some selector of r matches n; *specificity is that of the strongest. steps: see
 * css_selector_match().
 */
bool css_sheet_match(const struct css_rule *r, const struct tree_node *n, uint32_t *specificity,
	uint64_t *steps);

#endif
