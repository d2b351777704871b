// SPDX-License-Identifier: Apache-2.0
/* Writes docs/PROTOCOL.md to stdout, from the tables that the processes themselves use. Runs in: protocol.sh. */
#include "ipc/message.h"
#include "ipc/wire_common.h"

#include <stdio.h>
#include <string.h>

#define TYPES_MAX 128

/* Record types in the order in which messages need them, each once. */
struct type_list {
	const struct wire_type *types[TYPES_MAX];
	size_t count;
};

static const char head[] =
	"# Protocol between the processes\n\n"
	"Made by `tests/tools/protocol.sh` from `ipc/messages.def` and the record tables in "
	"`ipc/wire_*.c`; do not\n"
	"edit. How frames are checked is in `ipc/channel.h`, when messages may come in "
	"`ipc/worker.h`.\n\n"
	"## Frames\n\n"
	"One `SOCK_SEQPACKET` record is one frame: a header of 16 bytes, then the payload. Numbers "
	"are\n"
	"little-endian, nothing is padded.\n\n"
	"| bytes | field | |\n| --- | --- | --- |\n"
	"| 0-1 | version | %d; another one ends the receiver |\n"
	"| 2-3 | number | of the message, below |\n"
	"| 4-7 | length | of the payload; must be exactly what follows, and at most the message's "
	"cap |\n"
	"| 8-11 | request | chosen by the asker, repeated by the answerer |\n"
	"| 12-15 | descriptors | how many came along; at most the message's cap |\n\n"
	"A request has an even number, its answer the next odd one. Instead of its answer any "
	"request may get\n"
	"`FAULT`. A frame that breaks a rule (unknown number, wrong direction, wrong state, wrong "
	"length, bytes\n"
	"left over after decoding) ends a worker, and makes control kill the worker that sent "
	"it.\n\n"
	"Fields: `u8` to `u64`, `i64`, `f64` (finite), `bool` (one byte, 0 or 1); `str` and "
	"`bytes` are a u32\n"
	"length and that many bytes, `str` is valid UTF-8; `fixed` has no length; a `list` is a "
	"u32 count and its\n"
	"entries, one after the other; `one` is a record in place.\n\n"
	"## Messages\n\n"
	"*opening*: before the worker confines itself; *working*: after; *any*: both.\n\n"
	"| number | name | from | to | when | most bytes | descriptors | record | |\n"
	"| ---: | --- | --- | --- | --- | ---: | ---: | --- | --- |\n";

static const char *role_text(enum role role)
{
	return role == ROLE_ANY ? "any worker" : role_name(role);
}

static const char *short_name(const struct wire_type *type)
{
	return strncmp(type->name, "struct ", 7) == 0 ? type->name + 7 : type->name;
}

static void print_message(const struct message_info *m)
{
	static const char *const when[] = {"opening", "working", "any"};

	(void)printf("| %d | %s | %s | %s | %s | %u | %u | `%s` | %s |\n", (int)m->number, m->name,
		role_text(m->from), role_text(m->to), when[m->when], m->max_len, m->max_fds,
		short_name(m->type), m->doc);
}

static void add_type(struct type_list *list, const struct wire_type *type)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->types[i] == type)
			return;
	if (list->count < TYPES_MAX)
		list->types[list->count++] = type;
}

static void print_field(const struct wire_field *f)
{
	static const char *const kinds[] = {[WIRE_U8] = "u8",
		[WIRE_U16] = "u16",
		[WIRE_U32] = "u32",
		[WIRE_U64] = "u64",
		[WIRE_I64] = "i64",
		[WIRE_F64] = "f64",
		[WIRE_BOOL] = "bool",
		[WIRE_STR] = "str",
		[WIRE_BYTES] = "bytes",
		[WIRE_FIXED] = "fixed",
		[WIRE_LIST] = "list",
		[WIRE_ONE] = "one"};

	(void)printf("| %s | %s", f->name, kinds[f->kind]);
	if (f->type != NULL)
		(void)printf(" of `%s`", short_name(f->type));
	if (f->max != 0)
		(void)printf(" | %u |\n", f->max);
	else
		(void)printf(" | |\n");
}

/* The list grows while it is walked: nested types come after those that hold them. */
static void print_types(struct type_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct wire_type *t = list->types[i];

		(void)printf("\n### %s\n\n", short_name(t));
		if (t->field_count == 0) {
			(void)printf("Empty.\n");
			continue;
		}
		(void)printf("| field | kind | most bytes or entries |\n| --- | --- | ---: |\n");
		for (size_t k = 0; k < t->field_count; k++) {
			print_field(&t->fields[k]);
			if (t->fields[k].type != NULL)
				add_type(list, t->fields[k].type);
		}
	}
}

int main(void)
{
	static struct type_list list;
	size_t count;
	const struct message_info *all = message_all(&count);

	(void)printf(head, MESSAGE_VERSION);
	for (size_t i = 0; i < count; i++) {
		print_message(&all[i]);
		add_type(&list, all[i].type);
	}
	(void)printf("\n## Records\n");
	print_types(&list);
	return 0;
}
