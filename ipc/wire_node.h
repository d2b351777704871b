// SPDX-License-Identifier: Apache-2.0
/*
 * Typed trees on the wire (ADR 0003): intake reads and judges them, the signer walks them. A tree is
 * a list of nodes, every container before what it holds.
 */
#ifndef IPC_WIRE_NODE_H
#define IPC_WIRE_NODE_H

#include "base/wire.h"

#define WIRE_NODES_MAX 3000

enum node_kind {
	NODE_OBJECT = 1,
	NODE_LIST,
	NODE_TEXT,
	NODE_NUMBER, /* text holds its digits */
	NODE_BOOL, /* count is 0 or 1 */
};

struct wire_node {
	uint8_t kind; /* enum node_kind */
	uint16_t count; /* of a container: nodes right below it */
	struct str name; /* <=64: in the object around it */
	struct str text; /* <=8192 */
};

extern const struct wire_type wire_node_type;

/* The index behind the tree that begins at at, or count when it is cut short. */
uint32_t wire_node_end(const struct wire_node *nodes, uint32_t count, uint32_t at);
/* The member of the object at at; count when there is none. */
uint32_t wire_node_member(
	const struct wire_node *nodes, uint32_t count, uint32_t at, const char *name);
/* The member's text; empty when there is none. */
struct str wire_node_text(
	const struct wire_node *nodes, uint32_t count, uint32_t at, const char *name);

#endif
