// SPDX-License-Identifier: Apache-2.0
/*
 * Splitting a cleaned drawing: text that our own engine can set and the verification code go into
 * the design, everything else stays artwork.
 */
#ifndef TEMPLATES_EXTRACT_H
#define TEMPLATES_EXTRACT_H

#include "templates/notes.h"
#include "templates/tree.h"

/*
 * Fills design, fields, families and has_qr of *out, and marks what it took as taken. root is
 * cleaned and stays as it is otherwise. INPUT: the drawing has no size we can use; LIMIT: too many
 * texts, parts or styles.
 */
enum rc extract_design(struct tree_node *root, struct notes *notes, struct template_cleaned *out,
	struct err *err) MUST_CHECK;

#endif
