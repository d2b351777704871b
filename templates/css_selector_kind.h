// SPDX-License-Identifier: Apache-2.0
/* What the reader of selectors and their matcher share. */
#ifndef TEMPLATES_CSS_SELECTOR_KIND_H
#define TEMPLATES_CSS_SELECTOR_KIND_H

/* Compounds of one selector, "a > b c" has three. */
#define CSS_COMPOUNDS_MAX 8

enum css_simple_kind {
	CSS_SIMPLE_ANY,
	CSS_SIMPLE_ELEMENT,
	CSS_SIMPLE_CLASS,
	CSS_SIMPLE_ID,
	CSS_SIMPLE_ATTRIBUTE,
	CSS_SIMPLE_ROOT,
	CSS_SIMPLE_EMPTY,
	CSS_SIMPLE_NTH,
	CSS_SIMPLE_ONLY,
	CSS_SIMPLE_NOT,
	CSS_SIMPLE_LANG,
	CSS_SIMPLE_LINK,
	CSS_SIMPLE_NEVER, /* :visited: nothing was */
};

#endif
