// SPDX-License-Identifier: Apache-2.0
/*
 * Typed records to bytes and back, by table. A record type lists its members once; encoding,
 * decoding, limits and the fuzz target come from that list. Little-endian, length before bytes, no
 * padding, no C struct on the wire. Used by every message (ipc/), and by whatever is stored in the
 * same form (a template's design, a planned row).
 */
#ifndef BASE_WIRE_H
#define BASE_WIRE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/cursor.h"
#include "base/str.h"

#include <stddef.h>

enum wire_kind {
	WIRE_U8, /* uint8_t */
	WIRE_U16, /* uint16_t */
	WIRE_U32, /* uint32_t */
	WIRE_U64, /* uint64_t */
	WIRE_I64, /* int64_t */
	WIRE_F64, /* double; finite only */
	WIRE_BOOL, /* bool; 0 or 1 on the wire */
	WIRE_STR, /* struct str: valid UTF-8, max bytes */
	WIRE_BYTES, /* struct bytes, max bytes */
	WIRE_FIXED, /* uint8_t[max] */
	WIRE_LIST, /* LIST_OF(...), at most max items of type */
	WIRE_ONE, /* a nested struct of type */
};

/* A list member: items may be NULL when count is 0. */
#define LIST_OF(item_type) \
	struct { \
		item_type *items; \
		uint32_t count; \
	}
/* Any list seen without its item type. */
struct wire_list {
	void *items;
	uint32_t count;
};

struct wire_type;

struct wire_field {
	const char *name;
	enum wire_kind kind;
	size_t offset;
	uint32_t max;
	const struct wire_type *type; /* of LIST and ONE */
	uint16_t since; /* the form of stored records that it came with; 0: always there */
};

struct wire_type {
	const char *name;
	size_t size;
	const struct wire_field *fields;
	size_t field_count;
};

#define WIRE_M(record, member, kind) \
	{ \
#member, kind, offsetof(record, member), 0, NULL, 0 \
	}
#define WIRE_MAX(record, member, kind, max) \
	{ \
#member, kind, offsetof(record, member), max, NULL, 0 \
	}
#define WIRE_SUB(record, member, kind, max, type) \
	{ \
#member, kind, offsetof(record, member), max, type, 0 \
	}
/* A member that records stored in a form below since lack; it is then zero, empty, false. */
#define WIRE_SINCE(since, record, member, kind, max, type) \
	{ \
#member, kind, offsetof(record, member), max, type, since \
	}
/* A str record of its own, for lists of strings. */
extern const struct wire_type wire_str_type;
/* Declares a type from a static array of fields. */
#define WIRE_TYPE(var, record, fields_array) \
	const struct wire_type var = { \
		#record, sizeof(record), fields_array, ARRAY_COUNT(fields_array)}

/* Deepest nesting of LIST and ONE that a type may have. */
#define WIRE_DEPTH_MAX 8

/*
 * Appends record to out. A member over its limit is a programming error of the sender only when it
 * made the member; text from outside must be checked before: LIMIT names the member.
 */
enum rc wire_encode(const struct wire_type *type, const void *record, struct buf *out,
	struct err *err) MUST_CHECK;
/*
 * Fills record (type->size bytes). Strings and lists live in a; nothing borrows from in.
 * PEER names the member that is wrong: short, over its limit, not UTF-8, not finite, bytes left over.
 */
enum rc wire_decode(const struct wire_type *type, struct bytes in, struct arena *a, void *record,
	struct err *err) MUST_CHECK;
/* The same of a record that was stored in an older form: members with a later since are not in it. */
enum rc wire_decode_form(const struct wire_type *type, uint16_t form, struct bytes in,
	struct arena *a, void *record, struct err *err) MUST_CHECK;
/* A deep copy into a of a record that was decoded or built. */
void wire_copy(const struct wire_type *type, const void *record, struct arena *a, void *out);

#endif
