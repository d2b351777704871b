// SPDX-License-Identifier: Apache-2.0
/* What clip paths leave of the page. */
#ifndef TEMPLATES_EXTRACT_CLIP_H
#define TEMPLATES_EXTRACT_CLIP_H

#include "templates/extract_scope.h"

/*
 * True when every clip path on n and around it surely leaves the part of box (page coordinates) that
 * is on the page: plain rectangles, as drawing programs put around a page. False when not sure.
 */
bool extract_clip_keeps(
	const struct extract *e, const struct tree_node *n, struct geometry_box box);

#endif
