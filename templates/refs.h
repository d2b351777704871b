// SPDX-License-Identifier: Apache-2.0
/*
 * References inside a template: that they lead somewhere, to the right kind of thing, not in
 * circles, and that following them all does not draw more than we are willing to.
 */
#ifndef TEMPLATES_REFS_H
#define TEMPLATES_REFS_H

#include "templates/notes.h"
#include "templates/tree.h"

/*
 * root: cleaned by name and value. Removes duplicate ids, references that lead nowhere or back to
 * themselves, and use elements without a target. LIMIT: drawing it would be too much.
 */
enum rc refs_check(struct tree_node *root, struct notes *notes, struct err *err) MUST_CHECK;

/* Ids of a tree, for looking up. */
struct refs_index;
struct refs_index *refs_index_of(struct arena *a, struct tree_node *root);
/* The first element with that id, or NULL. */
struct tree_node *refs_find(const struct refs_index *ix, struct str id);

#endif
