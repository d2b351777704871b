// SPDX-License-Identifier: Apache-2.0
/*
 * The message list: numbers, names, permissions and record types, all from messages.def.
 *
 * A frame on the channel is a header of 16 bytes (u16 protocol version, u16 number, u32 payload
 * length, u32 request id, u32 descriptor count) and the payload; one SOCK_SEQPACKET record a frame.
 */
#ifndef IPC_MESSAGE_H
#define IPC_MESSAGE_H

#include "base/wire.h"
#include "ipc/role.h"

/* Of the frame's header; what is in frames is message_form(). */
#define MESSAGE_VERSION 1
#define MESSAGE_HEADER_LEN 16
#define MESSAGE_PAYLOAD_MAX 65536
#define MESSAGE_FDS_MAX 96

enum message {
	MESSAGE_NONE = 0,
#define MESSAGE(name, number, from, to, when, max_len, max_fds, type, doc) \
	MESSAGE_##name = (number),
#include "ipc/messages.def"
#undef MESSAGE
};

enum message_when {
	WHEN_OPENING,
	WHEN_WORKING,
	WHEN_ANY,
};

/* ROLE_ANY in the table: any worker. */
#define ROLE_ANY ROLE_COUNT

struct message_info {
	enum message number;
	const char *name;
	enum role from;
	enum role to;
	enum message_when when;
	uint32_t max_len;
	uint32_t max_fds;
	const struct wire_type *type;
	const char *doc;
};

/* NULL for a number that is not in the table. */
const struct message_info *message_find(uint32_t number);
/* All of them, in table order; *count says how many. */
const struct message_info *message_all(size_t *count);
/*
 * A number for the whole table: every message with its direction and caps, every member of every record.
 * Programs whose numbers differ are of different builds and do not talk (HELLO, COMMAND). Never 0.
 */
uint64_t message_form(void);
/* May a frame with this number go from one role to the other? */
bool message_allowed(const struct message_info *info, enum role from, enum role to);

#endif
