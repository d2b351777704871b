// SPDX-License-Identifier: Apache-2.0
/* Inkscape's flowRoot, which no other program draws, as ordinary text. */
#ifndef TEMPLATES_FLOW_H
#define TEMPLATES_FLOW_H

#include "templates/notes.h"
#include "templates/tree.h"

/* root: attributes pruned. A flowRoot without a rectangle to flow in is removed with a note. */
void flow_to_text(struct tree_node *root, struct notes *notes);

#endif
