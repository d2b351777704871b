// SPDX-License-Identifier: Apache-2.0
/*
 * Copies of text: clones of Inkscape, symbols of Illustrator. Text is set by our own engine, which sees elements
 * where they stand, so a use that draws text becomes a group with what it draws.
 */
#ifndef TEMPLATES_COPIES_H
#define TEMPLATES_COPIES_H

#include "templates/notes.h"
#include "templates/tree.h"

/* Elements and text nodes that copies may add: a designer's symbol has some ten. */
#define COPIES_NODES_MAX 2000u

/*
 * root: checked by refs_check(). Each use that leads to text, by way of other uses too, becomes a g. Text that only
 * such uses draw is marked as taken. Uses in clips, masks, patterns and markers stay, and so does what would be too much.
 */
void copies_write_out(struct tree_node *root, struct notes *notes);

#endif
