// SPDX-License-Identifier: Apache-2.0
/* How far artwork and text may reach on the page; rather too far than not far enough. */
#ifndef TEMPLATES_EXTRACT_LAYER_BOX_H
#define TEMPLATES_EXTRACT_LAYER_BOX_H

#include "templates/extract_scope.h"

/* A shape or a group. hole: what it surely leaves free inside box, empty when that is not known. */
struct extract_layer_box {
	struct geometry_box box;
	struct geometry_box hole;
};

/* Of everything drawn at and below n; box is empty when nothing is. */
struct extract_layer_box extract_layer_box_of(const struct extract *e, struct tree_node *n);
struct geometry_box extract_layer_box_of_text(const struct extract *e, const struct design_text *t);
struct geometry_box extract_layer_box_of_qr(const struct design_qr *qr);
bool extract_layer_box_covers(const struct extract_layer_box *art, struct geometry_box what);

#endif
