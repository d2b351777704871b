// SPDX-License-Identifier: Apache-2.0
/*
 * Tokens of CSS (Syntax Level 3, section 4). Escapes are decoded here, before anything looks at a
 * name, so that "\75 rl(" is a url like any other.
 */
#ifndef TEMPLATES_CSS_TOKEN_H
#define TEMPLATES_CSS_TOKEN_H

#include "base/arena.h"
#include "base/str.h"

enum css_token_kind {
	CSS_END,
	CSS_SPACE,
	CSS_IDENT,
	CSS_FUNCTION, /* text: the name; "(" is consumed */
	CSS_AT, /* text: the name without "@" */
	CSS_HASH, /* text: without "#" */
	CSS_STRING,
	CSS_URL, /* text: the address */
	CSS_NUMBER, /* text: its digits */
	CSS_PERCENT,
	CSS_DIMENSION, /* unit: its unit */
	CSS_DELIM, /* text: one character, punctuation included */
	CSS_BAD, /* a string or url that never ends properly */
};

struct css_token {
	enum css_token_kind kind;
	struct str text; /* decoded */
	struct str unit;
	uint32_t line; /* from 0, within this style sheet */
};

/* Zero it, then set a and in. */
struct css_lexer {
	struct arena *a;
	struct str in;
	size_t at;
	uint32_t line;
	bool inline_style; /* a style attribute: no "}" ends anything */
};

/* Comments count as nothing. Always makes progress until CSS_END. */
void css_token_next(struct css_lexer *lx, struct css_token *out);
bool css_token_is(const struct css_token *t, char delim);

#endif
