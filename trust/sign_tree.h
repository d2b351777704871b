// SPDX-License-Identifier: Apache-2.0
/* Typed trees of intake's (ADR 0003) as the values that badges are made of. */
#ifndef TRUST_SIGN_TREE_H
#define TRUST_SIGN_TREE_H

#include "formats/jsonr.h"
#include "ipc/wire_node.h"

/*
 * The trees of the list, one after the other, as members of one object in a. NULL when there are none.
 * INPUT when they are no trees, or deeper than a badge.
 */
enum rc sign_tree_build(const struct wire_node *nodes, uint32_t count, struct arena *a,
	const struct jsonr_value **out, struct err *err) MUST_CHECK;

#endif
