// SPDX-License-Identifier: Apache-2.0
/* The graph of what draws what: circles in it, and what drawing all of it costs. Used by refs.c. */
#ifndef TEMPLATES_REFS_COST_H
#define TEMPLATES_REFS_COST_H

#include "templates/refs.h"

/* Cuts every reference that leads back to where it came from; true when there was one. */
bool refs_cost_cut_circles(
	struct tree_node *root, const struct refs_index *ix, struct notes *notes);
/* root: without circles. LIMIT: too many objects, filters or layers, or nested too deep. */
enum rc refs_cost_check(struct tree_node *root, const struct refs_index *ix, struct arena *a,
	struct err *err) MUST_CHECK;

#endif
