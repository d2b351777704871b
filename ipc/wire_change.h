// SPDX-License-Identifier: Apache-2.0
/*
 * Records between control and intake for commands on credentials that were issued: lists of them,
 * and rows of theirs with other values. A limit in a comment is the most bytes or entries of a frame.
 */
#ifndef IPC_WIRE_CHANGE_H
#define IPC_WIRE_CHANGE_H

#include "ipc/wire_intake.h"

/* A line of the list. */
struct wire_change {
	uint32_t record; /* 1 = first after the header */
	uint32_t line;
	struct str id; /* <=255: of a credential, as written */
	struct str reason; /* <=64: empty: the command's */
	struct str note; /* <=1000: the same */
	LIST_OF(struct wire_value) values; /* <=150: other columns with something in them */
};

struct wire_changes {
	LIST_OF(struct wire_change) changes; /* <=100 */
	LIST_OF(struct wire_row_error) errors; /* <=100 */
	bool end;
};

/*
 * values: canonical column, or an alias of one, and its new text. described: the member
 * "resultDescription" of the achievement, as in wire_achievement.more; empty when it has none, or when
 * no value is a result.
 */
struct wire_row_change {
	struct wire_row row; /* as it was issued */
	LIST_OF(struct wire_value) values; /* <=150 */
	LIST_OF(struct wire_node) described; /* <=3000 */
};

extern const struct wire_type wire_change_type;
extern const struct wire_type wire_changes_type;
extern const struct wire_type wire_row_change_type;

#endif
