// SPDX-License-Identifier: Apache-2.0
/* Tables of the command line's records. Runs in: the command line, control. */
#include "ipc/wire_cli.h"

static const struct wire_field command_fields[] = {
	WIRE_M(struct wire_command, form, WIRE_U64),
	WIRE_MAX(struct wire_command, name, WIRE_STR, 64),
	WIRE_MAX(struct wire_command, principal, WIRE_STR, 255),
	WIRE_MAX(struct wire_command, tenant, WIRE_STR, 64),
	WIRE_SUB(struct wire_command, options, WIRE_LIST, 100, &wire_value_type),
	WIRE_SUB(struct wire_command, files, WIRE_LIST, 8, &wire_value_type),
};
WIRE_TYPE(wire_command_type, struct wire_command, command_fields);

static const struct wire_field end_fields[] = {
	WIRE_M(struct wire_end, exit_code, WIRE_U8),
	WIRE_MAX(struct wire_end, text, WIRE_STR, 512),
};
WIRE_TYPE(wire_end_type, struct wire_end, end_fields);

static const struct wire_field need_fields[] = {
	WIRE_MAX(struct wire_need, what, WIRE_STR, 32),
	WIRE_MAX(struct wire_need, name, WIRE_STR, 1024),
};
WIRE_TYPE(wire_need_type, struct wire_need, need_fields);

static const struct wire_field give_fields[] = {
	WIRE_MAX(struct wire_give, problem, WIRE_STR, 512),
	WIRE_M(struct wire_give, again, WIRE_BOOL),
	WIRE_MAX(struct wire_give, name, WIRE_STR, 255),
};
WIRE_TYPE(wire_give_type, struct wire_give, give_fields);

static const struct wire_field file_fields[] = {
	WIRE_MAX(struct wire_file, path, WIRE_STR, 1024),
	WIRE_M(struct wire_file, offset, WIRE_U64),
	WIRE_M(struct wire_file, len, WIRE_U64),
	WIRE_M(struct wire_file, at, WIRE_U64),
	WIRE_M(struct wire_file, more, WIRE_BOOL),
};
WIRE_TYPE(wire_file_type, struct wire_file, file_fields);

static const struct wire_field files_fields[] = {
	WIRE_SUB(struct wire_files, files, WIRE_LIST, 500, &wire_file_type),
};
WIRE_TYPE(wire_files_type, struct wire_files, files_fields);

static const struct wire_field line_fields[] = {
	WIRE_MAX(struct wire_line, json, WIRE_STR, 65000),
};
WIRE_TYPE(wire_line_type, struct wire_line, line_fields);
