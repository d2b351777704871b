// SPDX-License-Identifier: Apache-2.0
/* Walking over trees as they came. Runs in: intake, control, sign. */
#include "ipc/wire_node.h"

static const struct wire_field node_fields[] = {
	WIRE_M(struct wire_node, kind, WIRE_U8),
	WIRE_M(struct wire_node, count, WIRE_U16),
	WIRE_MAX(struct wire_node, name, WIRE_STR, 64),
	WIRE_MAX(struct wire_node, text, WIRE_STR, 8192),
};
WIRE_TYPE(wire_node_type, struct wire_node, node_fields);

static bool is_container(const struct wire_node *node)
{
	return node->kind == NODE_OBJECT || node->kind == NODE_LIST;
}

uint32_t wire_node_end(const struct wire_node *nodes, uint32_t count, uint32_t at)
{
	uint64_t due = 1;

	while (due > 0 && at < count) {
		due += is_container(&nodes[at]) ? nodes[at].count : 0u;
		due--;
		at++;
	}
	return at;
}

uint32_t wire_node_member(
	const struct wire_node *nodes, uint32_t count, uint32_t at, const char *name)
{
	uint32_t child = at + 1;

	if (at >= count || nodes[at].kind != NODE_OBJECT)
		return count;
	for (uint32_t i = 0; i < nodes[at].count && child < count; i++) {
		if (str_eq_cz(nodes[child].name, name))
			return child;
		child = wire_node_end(nodes, count, child);
	}
	return count;
}

struct str wire_node_text(
	const struct wire_node *nodes, uint32_t count, uint32_t at, const char *name)
{
	uint32_t member = wire_node_member(nodes, count, at, name);

	return member < count ? nodes[member].text : (struct str){"", 0};
}
