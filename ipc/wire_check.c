// SPDX-License-Identifier: Apache-2.0
/* Tables of check's records. Runs in: the command line, check. */
#include "ipc/wire_check.h"

static const struct wire_field check_open_fields[] = {
	WIRE_M(struct wire_check_open, unused, WIRE_U8),
};
WIRE_TYPE(wire_check_open_type, struct wire_check_open, check_open_fields);

static const struct wire_field check_material_fields[] = {
	WIRE_MAX(struct wire_check_material, name, WIRE_STR, 1024),
	WIRE_M(struct wire_check_material, len, WIRE_U64),
};
WIRE_TYPE(wire_check_material_type, struct wire_check_material, check_material_fields);

static const struct wire_field check_file_fields[] = {
	WIRE_M(struct wire_check_file, len, WIRE_U64),
	WIRE_M(struct wire_check_file, now_s, WIRE_I64),
	WIRE_M(struct wire_check_file, status_age_s, WIRE_I64),
	WIRE_M(struct wire_check_file, companion_len, WIRE_U64),
	WIRE_MAX(struct wire_check_file, page, WIRE_STR, 1024),
};
WIRE_TYPE(wire_check_file_type, struct wire_check_file, check_file_fields);

static const struct wire_field check_item_fields[] = {
	WIRE_MAX(struct wire_check_item, name, WIRE_STR, 32),
	WIRE_M(struct wire_check_item, outcome, WIRE_U8),
	WIRE_MAX(struct wire_check_item, text, WIRE_STR, 1700),
};
WIRE_TYPE(wire_check_item_type, struct wire_check_item, check_item_fields);

static const struct wire_field checked_fields[] = {
	WIRE_M(struct wire_checked, verdict, WIRE_U8),
	WIRE_MAX(struct wire_checked, kind, WIRE_STR, 16),
	WIRE_MAX(struct wire_checked, summary, WIRE_STR, 1700),
	WIRE_SUB(struct wire_checked, checks, WIRE_LIST, 20, &wire_check_item_type),
	WIRE_SUB(struct wire_checked, facts, WIRE_LIST, 16, &wire_check_item_type),
	WIRE_SUB(struct wire_checked, wanted, WIRE_LIST, 8, &wire_str_type),
};
WIRE_TYPE(wire_checked_type, struct wire_checked, checked_fields);
