// SPDX-License-Identifier: Apache-2.0
/* Matrices, viewports and bounding boxes of drawings. */
#ifndef TEMPLATES_GEOMETRY_H
#define TEMPLATES_GEOMETRY_H

#include "templates/design.h"
#include "templates/tree.h"

/* Empty when x1 < x0. */
struct geometry_box {
	double x0, y0, x1, y1;
};

#define GEOMETRY_IDENTITY ((struct design_matrix){1, 0, 0, 1, 0, 0})
#define GEOMETRY_EMPTY ((struct geometry_box){1, 1, 0, 0})

/* inner first, then outer. */
struct design_matrix geometry_multiply(struct design_matrix outer, struct design_matrix inner);
/* False when m flattens the plane or has numbers beyond reason; *out is then untouched. */
bool geometry_invert(struct design_matrix m, struct design_matrix *out);
void geometry_apply(struct design_matrix m, double *x, double *y);
/* How much lengths grow, on average. */
double geometry_scale(struct design_matrix m);
/* The value of a transform attribute that value_check passed. */
struct design_matrix geometry_transform(struct str value);
/* What viewBox and preserveAspectRatio make of a viewport of w by h. Empty viewBox: identity. */
struct design_matrix geometry_viewport(struct str view_box, struct str aspect, double w, double h);

bool geometry_is_empty(struct geometry_box b);
struct geometry_box geometry_join(struct geometry_box a, struct geometry_box b);
bool geometry_overlap(struct geometry_box a, struct geometry_box b);
/* The box around b after m. */
struct geometry_box geometry_map(struct design_matrix m, struct geometry_box b);
/*
 * The box of a shape, image or use in its own coordinates; of paths the box of their points. Empty
 * when it is not known. vw, vh: what percentages mean.
 */
struct geometry_box geometry_shape(const struct tree_node *n, double vw, double vh);
/* Of the value of a d attribute, in its own units; its curves as short lines. */
double geometry_path_length(struct str d);
/* Of a shape's outline in its own coordinates; of round ones that of the box around them. */
double geometry_length(const struct tree_node *n, double vw, double vh);
/*
 * The place that far along a path, or its end: what moves the origin there and turns the x axis into
 * the path's direction. False, and *out untouched, when the path has no length.
 */
bool geometry_path_place(struct str d, double at, struct design_matrix *out);

#endif
