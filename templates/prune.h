// SPDX-License-Identifier: Apache-2.0
/* Applying the allow-list to a parsed tree: elements first, attributes after the cascade. */
#ifndef TEMPLATES_PRUNE_H
#define TEMPLATES_PRUNE_H

#include "templates/notes.h"
#include "templates/tree.h"

/*
 * Marks as gone what is no listed element in a place it may stand in; turns links and switches into
 * groups.
 */
void prune_elements(struct tree_node *root, struct notes *notes);
/*
 * Keeps listed attributes whose values pass, in the form we write; images are written anew.
 * LIMIT: images over their limits, all together.
 */
enum rc prune_attributes(struct tree_node *root, struct notes *notes, struct err *err) MUST_CHECK;

#endif
