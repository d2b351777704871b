// SPDX-License-Identifier: Apache-2.0
/* Records for commands on issued credentials. Runs in: control, intake. */
#include "ipc/wire_change.h"

static const struct wire_field change_fields[] = {
	WIRE_M(struct wire_change, record, WIRE_U32),
	WIRE_M(struct wire_change, line, WIRE_U32),
	WIRE_MAX(struct wire_change, id, WIRE_STR, 255),
	WIRE_MAX(struct wire_change, reason, WIRE_STR, 64),
	WIRE_MAX(struct wire_change, note, WIRE_STR, 1000),
	WIRE_SUB(struct wire_change, values, WIRE_LIST, 150, &wire_value_type),
};
WIRE_TYPE(wire_change_type, struct wire_change, change_fields);

static const struct wire_field changes_fields[] = {
	WIRE_SUB(struct wire_changes, changes, WIRE_LIST, 100, &wire_change_type),
	WIRE_SUB(struct wire_changes, errors, WIRE_LIST, 100, &wire_row_error_type),
	WIRE_M(struct wire_changes, end, WIRE_BOOL),
};
WIRE_TYPE(wire_changes_type, struct wire_changes, changes_fields);

static const struct wire_field row_change_fields[] = {
	WIRE_SUB(struct wire_row_change, row, WIRE_ONE, 0, &wire_row_type),
	WIRE_SUB(struct wire_row_change, values, WIRE_LIST, 150, &wire_value_type),
	WIRE_SUB(struct wire_row_change, described, WIRE_LIST, WIRE_NODES_MAX, &wire_node_type),
};
WIRE_TYPE(wire_row_change_type, struct wire_row_change, row_change_fields);
