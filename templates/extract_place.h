// SPDX-License-Identifier: Apache-2.0
/* Where lines lie that do not simply run to the right. */
#ifndef TEMPLATES_EXTRACT_PLACE_H
#define TEMPLATES_EXTRACT_PLACE_H

#include "templates/extract_line.h"

/*
 * What takes the coordinates of a line of text (its x and y) to the page. A line along a
 * path: straight, its middle where the middle of the text would be on the path, in the path's
 * direction there; it is to be anchored in the middle. A vertical line: turned, running down.
 */
struct design_matrix extract_place_of(
	const struct extract *e, const struct tree_node *text, const struct extract_line *line);

#endif
