// SPDX-License-Identifier: Apache-2.0
/*
 * The cascade: presentation attributes, style sheets and style attributes become one list of
 * declared properties on each element, and the style sheets are gone.
 */
#ifndef TEMPLATES_CASCADE_H
#define TEMPLATES_CASCADE_H

#include "templates/notes.h"
#include "templates/tree.h"

/*
 * root: elements recognised, attributes as they came. Fills props, takes the attributes used, and takes
 * out what is gone.
 */
enum rc cascade_apply(struct tree_node *root, struct notes *notes, struct err *err) MUST_CHECK;

#endif
