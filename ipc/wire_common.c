// SPDX-License-Identifier: Apache-2.0
/* Tables of the common records. Runs in: every process that talks. */
#include "ipc/wire_common.h"

const struct wire_type wire_nothing_type = {"wire_nothing", sizeof(struct wire_nothing), NULL, 0};

static const struct wire_field hello_fields[] = {
	WIRE_M(struct wire_hello, form, WIRE_U64),
	WIRE_M(struct wire_hello, role, WIRE_U8),
	WIRE_M(struct wire_hello, layers_off, WIRE_U32),
};
WIRE_TYPE(wire_hello_type, struct wire_hello, hello_fields);

static const struct wire_field welcome_fields[] = {
	WIRE_M(struct wire_welcome, form, WIRE_U64),
	WIRE_M(struct wire_welcome, role, WIRE_U8),
};
WIRE_TYPE(wire_welcome_type, struct wire_welcome, welcome_fields);

static const struct wire_field ready_fields[] = {
	WIRE_M(struct wire_ready, layers, WIRE_U32),
	WIRE_M(struct wire_ready, landlock_abi, WIRE_U32),
	WIRE_MAX(struct wire_ready, note, WIRE_STR, 1024),
};
WIRE_TYPE(wire_ready_type, struct wire_ready, ready_fields);

static const struct wire_field fault_fields[] = {
	WIRE_M(struct wire_fault, kind, WIRE_U8),
	WIRE_MAX(struct wire_fault, text, WIRE_STR, ERR_TEXT_LEN),
};
WIRE_TYPE(wire_fault_type, struct wire_fault, fault_fields);

static const struct wire_field ping_fields[] = {
	WIRE_MAX(struct wire_ping, payload, WIRE_BYTES, 65000),
};
WIRE_TYPE(wire_ping_type, struct wire_ping, ping_fields);
