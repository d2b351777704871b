// SPDX-License-Identifier: Apache-2.0
/* Records of the messages that every worker knows. */
#ifndef IPC_WIRE_COMMON_H
#define IPC_WIRE_COMMON_H

#include "base/wire.h"

/* Layers of confinement: bits of wire_ready.layers and wire_hello.layers_off. */
enum layer {
	LAYER_NAMESPACES = 1 << 0,
	LAYER_LANDLOCK = 1 << 1,
	LAYER_SECCOMP = 1 << 2,
	LAYER_NO_NEW_PRIVS = 1 << 3,
	LAYER_RLIMITS = 1 << 4,
	LAYER_CAPS = 1 << 5, /* capability sets empty */
	LAYER_USER = 1 << 6, /* not root outside */
};

struct wire_nothing {
	uint8_t unused; /* C wants a member; not on the wire */
};

/* form: message_form(). layers_off: ablation in tests only; refused by release workers. */
struct wire_hello {
	uint64_t form;
	uint8_t role;
	uint32_t layers_off;
};

struct wire_welcome {
	uint64_t form;
	uint8_t role;
};

/* layers: enum layer bits in force. note: what is missing and why, for doctor. */
struct wire_ready {
	uint32_t layers;
	uint32_t landlock_abi;
	struct str note;
};

/* kind: enum rc. */
struct wire_fault {
	uint8_t kind;
	struct str text;
};

struct wire_ping {
	struct bytes payload;
};

extern const struct wire_type wire_nothing_type;
extern const struct wire_type wire_hello_type;
extern const struct wire_type wire_welcome_type;
extern const struct wire_type wire_ready_type;
extern const struct wire_type wire_fault_type;
extern const struct wire_type wire_ping_type;

#endif
