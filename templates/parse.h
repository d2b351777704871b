// SPDX-License-Identifier: Apache-2.0
/* XML text to a tree: libxml2 as a reader that stops at the limits and resolves nothing. */
#ifndef TEMPLATES_PARSE_H
#define TEMPLATES_PARSE_H

#include "templates/notes.h"
#include "templates/tree.h"

/*
 * in: what preflight_check passed. *root lives in notes->a. Comments are left out, processing
 * instructions too, with a note. INPUT: not well formed; LIMIT: over a limit.
 */
enum rc parse_xml(
	struct str in, struct notes *notes, struct tree_node **root, struct err *err) MUST_CHECK;

#endif
