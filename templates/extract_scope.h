// SPDX-License-Identifier: Apache-2.0
/* What the extractor's files share: the state of one extraction. */
#ifndef TEMPLATES_EXTRACT_SCOPE_H
#define TEMPLATES_EXTRACT_SCOPE_H

#include "templates/extract.h"
#include "templates/geometry.h"
#include "templates/refs.h"
#include "templates/style.h"

/* What holds at an element: its style, its coordinates, its place in the drawing. */
struct extract_scope {
	struct style style;
	struct design_matrix m; /* own coordinates to the page */
	double vw; /* what percentages mean */
	double vh;
	uint32_t order; /* shapes drawn before it */
	bool undrawn; /* inside defs, a symbol, a mask ... */
};

struct extract {
	struct arena *a;
	struct notes *notes;
	struct tree_node *root;
	struct extract_scope *scopes; /* by node index */
	struct refs_index *ix;
	struct template_cleaned *out; /* its lists have room for their limits */
};

static inline const struct extract_scope *extract_scope_of(
	const struct extract *e, const struct tree_node *n)
{
	return &e->scopes[n->index];
}

/* The page's size into the design, and the scope of every element. INPUT: no usable size. */
enum rc extract_scope_build(struct extract *e, struct err *err) MUST_CHECK;
/* True when the shape leaves no mark: no fill and no stroke that could be seen. */
bool extract_scope_is_blank(const struct extract *e, const struct tree_node *n);

#endif
