// SPDX-License-Identifier: Apache-2.0
/* Declarations: "property: value !important;", shorthands spelled out. */
#ifndef TEMPLATES_CSS_DECLARE_H
#define TEMPLATES_CSS_DECLARE_H

#include "templates/css_sheet.h"

/*
 * Declarations from lx up to "}" (left in *t) or the end, in order; those not allowed are told in
 * notes. at: the element that holds them; lines count from its line.
 */
struct css_declaration *css_declare_read(
	struct css_lexer *lx, struct css_token *t, const struct tree_node *at, struct notes *notes);

#endif
