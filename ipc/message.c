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

#include <string.h>

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

/* FNV-1a. */
static uint64_t mix(uint64_t h, const void *p, size_t n)
{
	const uint8_t *b = p;

	for (size_t i = 0; i < n; i++)
		h = (h ^ b[i]) * 0x100000001B3;
	return h;
}

static uint64_t mix_text(uint64_t h, const char *text)
{
	return mix(h, text, strlen(text) + 1);
}

static uint64_t mix_numbers(uint64_t h, const uint32_t *numbers, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		uint8_t b[4] = {(uint8_t)numbers[i], (uint8_t)(numbers[i] >> 8),
			(uint8_t)(numbers[i] >> 16), (uint8_t)(numbers[i] >> 24)};

		h = mix(h, b, sizeof b);
	}
	return h;
}

/* A record and the records in it, in their order. */
static uint64_t mix_record(uint64_t h, const struct wire_type *record)
{
	struct {
		const struct wire_type *type;
		size_t at;
	} open[WIRE_DEPTH_MAX + 1] = {{record, 0}};
	size_t depth = 1;

	while (depth != 0) {
		const struct wire_type *type = open[depth - 1].type;
		size_t at = open[depth - 1].at++;
		const struct wire_field *f;

		if (at == type->field_count) {
			h = mix_text(h, "");
			depth--;
			continue;
		}
		f = &type->fields[at];
		h = mix_text(h, f->name);
		h = mix_numbers(h, (uint32_t[]){(uint32_t)f->kind, f->max}, 2);
		if (f->type == NULL)
			continue;
		CHECK(depth < ARRAY_COUNT(open));
		open[depth].type = f->type;
		open[depth++].at = 0;
	}
	return h;
}

uint64_t message_form(void)
{
	static uint64_t form;
	uint64_t h = 0xCBF29CE484222325;

	if (form != 0)
		return form;
	for (size_t i = 0; i < ARRAY_COUNT(messages); i++) {
		const struct message_info *m = &messages[i];

		h = mix_text(h, m->name);
		h = mix_numbers(h,
			(uint32_t[]){(uint32_t)m->number, (uint32_t)m->from, (uint32_t)m->to,
				(uint32_t)m->when, m->max_len, m->max_fds},
			6);
		h = mix_record(h, m->type);
	}
	form = h | 1;
	return form;
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
