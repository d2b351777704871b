// SPDX-License-Identifier: Apache-2.0
/* Text in a frame as Inkscape writes it, flowRoot and SVG 2's shape-inside and inline-size, as ordinary text with a box. */
#ifndef TEMPLATES_FLOW_H
#define TEMPLATES_FLOW_H

#include "templates/notes.h"
#include "templates/tree.h"

/*
 * root: attributes pruned. A flowRoot without a rectangle to flow in is removed with a note. Text with a rectangle as
 * its shape-inside, or with an inline-size, gets that as its room, and lines that were only wrapped become one again;
 * the two properties are on no element any more.
 */
void flow_to_text(struct tree_node *root, struct notes *notes);

#endif
