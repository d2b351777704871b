// SPDX-License-Identifier: Apache-2.0
/* The message list. Runs in: every process that talks. */
#include "ipc/message.h"

#include "ipc/wire_change.h"
#include "ipc/wire_check.h"
#include "ipc/wire_cli.h"
#include "ipc/wire_common.h"
#include "ipc/wire_intake.h"
#include "ipc/wire_render.h"
#include "ipc/wire_serve.h"
#include "ipc/wire_sign.h"
#include "ipc/wire_status.h"
#include "ipc/wire_store.h"

static const struct message_info messages[] = {
#define MESSAGE(name, number, from, to, when, max_len, max_fds, type, doc) \
	{MESSAGE_##name, #name, ROLE_##from, ROLE_##to, WHEN_##when, max_len, max_fds, \
		&type##_type, doc},
#include "ipc/messages.def"
#undef MESSAGE
};

const struct message_info *message_find(uint32_t number)
{
	for (size_t i = 0; i < ARRAY_COUNT(messages); i++)
		if (messages[i].number == number)
			return &messages[i];
	return NULL;
}

const struct message_info *message_all(size_t *count)
{
	*count = ARRAY_COUNT(messages);
	return messages;
}

static bool fits(enum role wanted, enum role actual)
{
	if (wanted == ROLE_ANY)
		return actual != ROLE_CLI && actual != ROLE_CONTROL;
	return wanted == actual;
}

bool message_allowed(const struct message_info *info, enum role from, enum role to)
{
#ifdef CONFINE_ABLATION
	/* Attempts to break out are made in every worker (ipc/probe.h). */
	if (info->number == MESSAGE_PING || info->number == MESSAGE_PONG)
		return from == ROLE_CONTROL ? fits(ROLE_ANY, to) : fits(ROLE_ANY, from);
#endif
	return fits(info->from, from) && fits(info->to, to);
}

const char *role_name(enum role role)
{
	static const char *const names[] = {"certfill", "control", "intake", "compile", "render",
		"sign", "store", "check", "verify", "thumbnail", "null"};

	return (size_t)role < ARRAY_COUNT(names) ? names[role] : "unknown";
}
