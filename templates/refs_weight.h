// SPDX-License-Identifier: Apache-2.0
/* What single elements weigh in the cost of a drawing. Used by refs_cost.c. */
#ifndef TEMPLATES_REFS_WEIGHT_H
#define TEMPLATES_REFS_WEIGHT_H

#include "templates/tree.h"

/*
 * Work of a filter primitive in passes over its pixels, a plain pass of librsvg's being 1; 0 for other
 * elements. Measured with librsvg 2.54 at 300 dpi.
 */
double refs_weight_filter(const struct tree_node *n);
/* The same for the functions of a filter property: "blur(2px) grayscale(1)". */
double refs_weight_functions(struct str filter);
/* At least how many vertices a shape has; no less than 2. Linear in the length of its path. */
double refs_weight_vertices(const struct tree_node *n);
/* Length of a dash and the gap behind it that n hands to what it draws; 0 where lines are whole. */
double refs_weight_dash(const struct tree_node *n);
/*
 * How lengths inside n grow on their way to what n stands in, in the direction that grows more. to: what
 * n is a copy of, or NULL. w, h: of a nested viewport that does not say its own.
 */
double refs_weight_growth(
	const struct tree_node *n, const struct tree_node *to, double w, double h);

#endif
