// SPDX-License-Identifier: Apache-2.0
/* The room a text has, and how it is made to fit. */
#ifndef TEMPLATES_EXTRACT_BOX_H
#define TEMPLATES_EXTRACT_BOX_H

#include "templates/extract_scope.h"

/*
 * Fills box, fit and anchor of t from data- attributes, a frame (an element with data-frame-for, or
 * the id of the text and "-box"), or the room up to the page's edges. single: the text element has
 * one line, so that a frame's height counts.
 */
void extract_box_apply(
	struct extract *e, struct tree_node *text, struct design_text *t, bool single);
/* The frame of an element in that element's own coordinates; empty when there is none. */
struct geometry_box extract_box_frame(struct extract *e, const struct tree_node *n);

#endif
