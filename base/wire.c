// SPDX-License-Identifier: Apache-2.0
/* Records by table. Runs in: every process. */
#include "base/wire.h"

#include "base/mem.h"

#include <math.h>
#include <string.h>

/* Recursion goes as deep as our own tables nest (WIRE_DEPTH_MAX), never as the input says. */
/* NOLINTBEGIN(misc-no-recursion) */

/* Arena bytes one decoded record may cost, whatever its counts say. */
#define DECODE_ROOM_MIN ((size_t)4096)

static const struct wire_field str_fields[] = {
	{"text", WIRE_STR, 0, 65536, NULL, 0},
};
const struct wire_type wire_str_type = {
	"str", sizeof(struct str), str_fields, ARRAY_COUNT(str_fields)};

static enum rc encode_record(const struct wire_type *type, const uint8_t *record, struct buf *out,
	int depth, struct err *err);

static enum rc encode_list(
	const struct wire_field *f, const uint8_t *at, struct buf *out, int depth, struct err *err)
{
	struct wire_list list;

	memcpy(&list, at, sizeof list);
	if (list.count > f->max)
		return err_set(err, RC_LIMIT, "%s has %u entries, at most %u are allowed", f->name,
			list.count, f->max);
	cursor_put_u32(out, list.count);
	for (uint32_t i = 0; i < list.count; i++) {
		enum rc rc = encode_record(f->type, (const uint8_t *)list.items + i * f->type->size,
			out, depth + 1, err);

		if (rc != RC_OK)
			return rc;
	}
	return RC_OK;
}

static enum rc encode_text(
	const struct wire_field *f, const uint8_t *at, struct buf *out, struct err *err)
{
	struct bytes b;

	memcpy(&b, at, sizeof b);
	if (b.n > f->max)
		return err_set(err, RC_LIMIT, "%s has %zu bytes, at most %u are allowed", f->name,
			b.n, f->max);
	cursor_put_bytes(out, b);
	return RC_OK;
}

static void encode_number(const struct wire_field *f, const uint8_t *at, struct buf *out)
{
	static const size_t lengths[] = {[WIRE_U8] = 1,
		[WIRE_U16] = 2,
		[WIRE_U32] = 4,
		[WIRE_U64] = 8,
		[WIRE_I64] = 8,
		[WIRE_F64] = 8,
		[WIRE_BOOL] = 1};

	/* Both machines we run on are little-endian; the static assertion below keeps that honest. */
	buf_put(out, at, f->kind == WIRE_FIXED ? f->max : lengths[f->kind]);
}
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "wire_encode copies numbers as they lie");

static enum rc encode_record(const struct wire_type *type, const uint8_t *record, struct buf *out,
	int depth, struct err *err)
{
	CHECK(depth < WIRE_DEPTH_MAX);
	for (size_t i = 0; i < type->field_count; i++) {
		const struct wire_field *f = &type->fields[i];
		const uint8_t *at = record + f->offset;
		enum rc rc = RC_OK;

		if (f->kind == WIRE_LIST)
			rc = encode_list(f, at, out, depth, err);
		else if (f->kind == WIRE_ONE)
			rc = encode_record(f->type, at, out, depth + 1, err);
		else if (f->kind == WIRE_STR || f->kind == WIRE_BYTES)
			rc = encode_text(f, at, out, err);
		else
			encode_number(f, at, out);
		if (rc != RC_OK)
			return err_wrap(err, "%s", type->name);
	}
	return RC_OK;
}

enum rc wire_encode(
	const struct wire_type *type, const void *record, struct buf *out, struct err *err)
{
	enum rc rc = encode_record(type, record, out, 0, err);

	if (rc == RC_OK && out->full)
		return err_set(
			err, RC_LIMIT, "%s does not fit its %zu bytes", type->name, out->cap);
	return rc;
}

struct decoder {
	struct cursor in;
	struct arena *a;
	size_t room; /* arena bytes this message may still cost */
	uint16_t form;
	struct err *err;
};

static enum rc decode_record(
	struct decoder *d, const struct wire_type *type, uint8_t *record, int depth);

static enum rc wrong(struct decoder *d, const struct wire_field *f, const char *what)
{
	return err_set(d->err, RC_PEER, "%s %s", f->name, what);
}

static bool take_room(struct decoder *d, size_t count, size_t item_len)
{
	size_t len;

	if (!size_mul(count, item_len, &len) || len > d->room)
		return false;
	d->room -= len;
	return true;
}

static enum rc decode_list(struct decoder *d, const struct wire_field *f, uint8_t *at, int depth)
{
	struct wire_list list = {.count = cursor_u32(&d->in)};

	if (d->in.bad || list.count > f->max)
		return wrong(d, f, "has too many entries");
	if (!take_room(d, list.count, f->type->size))
		return wrong(d, f, "claims more entries than the message can hold");
	if (list.count != 0)
		list.items = arena_zalloc(d->a, list.count, f->type->size);
	for (uint32_t i = 0; i < list.count; i++) {
		enum rc rc = decode_record(
			d, f->type, (uint8_t *)list.items + i * f->type->size, depth + 1);

		if (rc != RC_OK)
			return rc;
	}
	memcpy(at, &list, sizeof list);
	return RC_OK;
}

static enum rc decode_text(struct decoder *d, const struct wire_field *f, uint8_t *at)
{
	struct bytes b = cursor_bytes(&d->in);
	char *copy;

	if (d->in.bad)
		return wrong(d, f, "is cut short");
	if (b.n > f->max)
		return wrong(d, f, "is too long");
	if (f->kind == WIRE_STR && !str_is_utf8(bytes_text(b)))
		return wrong(d, f, "is not UTF-8");
	if (b.n == 0) {
		b.p = NULL;
	} else {
		if (!take_room(d, b.n + 1, 1))
			return wrong(d, f, "does not fit");
		copy = arena_alloc(d->a, b.n + 1);
		memcpy(copy, b.p, b.n);
		copy[b.n] = '\0';
		b.p = (const uint8_t *)copy;
	}
	memcpy(at, &b, sizeof b);
	return RC_OK;
}

static enum rc decode_number(struct decoder *d, const struct wire_field *f, uint8_t *at)
{
	static const size_t lengths[] = {[WIRE_U8] = 1,
		[WIRE_U16] = 2,
		[WIRE_U32] = 4,
		[WIRE_U64] = 8,
		[WIRE_I64] = 8,
		[WIRE_F64] = 8,
		[WIRE_BOOL] = 1};
	size_t n = f->kind == WIRE_FIXED ? f->max : lengths[f->kind];
	struct bytes b = cursor_take(&d->in, n);

	if (d->in.bad)
		return wrong(d, f, "is cut short");
	if (f->kind == WIRE_BOOL && b.p[0] > 1)
		return wrong(d, f, "is neither true nor false");
	if (n != 0)
		memcpy(at, b.p, n);
	if (f->kind == WIRE_F64) {
		double v;

		memcpy(&v, at, sizeof v);
		if (!isfinite(v))
			return wrong(d, f, "is not a finite number");
	}
	return RC_OK;
}

static enum rc decode_record(
	struct decoder *d, const struct wire_type *type, uint8_t *record, int depth)
{
	CHECK(depth < WIRE_DEPTH_MAX);
	for (size_t i = 0; i < type->field_count; i++) {
		const struct wire_field *f = &type->fields[i];
		uint8_t *at = record + f->offset;
		enum rc rc;

		if (f->since > d->form)
			continue;
		if (f->kind == WIRE_LIST)
			rc = decode_list(d, f, at, depth);
		else if (f->kind == WIRE_ONE)
			rc = decode_record(d, f->type, at, depth + 1);
		else if (f->kind == WIRE_STR || f->kind == WIRE_BYTES)
			rc = decode_text(d, f, at);
		else
			rc = decode_number(d, f, at);
		if (rc != RC_OK)
			return err_wrap(d->err, "%s", type->name);
	}
	return RC_OK;
}

enum rc wire_decode(const struct wire_type *type, struct bytes in, struct arena *a, void *record,
	struct err *err)
{
	return wire_decode_form(type, UINT16_MAX, in, a, record, err);
}

enum rc wire_decode_form(const struct wire_type *type, uint16_t form, struct bytes in,
	struct arena *a, void *record, struct err *err)
{
	/* An empty item costs up to a few hundred bytes here but only 4 or so on the wire. */
	struct decoder d = {cursor_of(in), a, in.n * 64 + DECODE_ROOM_MIN, form, err};
	enum rc rc;

	/* Every piece is rounded up to 16 bytes by the arena. */
	if (d.room > arena_left_len(a) / 2)
		d.room = arena_left_len(a) / 2;
	memset(record, 0, type->size);
	rc = decode_record(&d, type, record, 0);
	if (rc == RC_OK && !cursor_at_end(&d.in))
		rc = err_set(err, RC_PEER, "%s is followed by %zu bytes too many", type->name,
			cursor_left(&d.in));
	return rc;
}

static void copy_record(const struct wire_type *type, const uint8_t *record, struct arena *a,
	uint8_t *out, int depth)
{
	CHECK(depth < WIRE_DEPTH_MAX);
	memcpy(out, record, type->size);
	for (size_t i = 0; i < type->field_count; i++) {
		const struct wire_field *f = &type->fields[i];
		const uint8_t *at = record + f->offset;

		if (f->kind == WIRE_STR || f->kind == WIRE_BYTES) {
			struct str s;

			memcpy(&s, at, sizeof s);
			s = s.n != 0 ? str_dup(a, s) : (struct str){NULL, 0};
			memcpy(out + f->offset, &s, sizeof s);
		} else if (f->kind == WIRE_ONE) {
			copy_record(f->type, at, a, out + f->offset, depth + 1);
		} else if (f->kind == WIRE_LIST) {
			struct wire_list from;
			struct wire_list to;

			memcpy(&from, at, sizeof from);
			to = (struct wire_list){NULL, from.count};
			if (from.count != 0)
				to.items = arena_zalloc(a, from.count, f->type->size);
			for (uint32_t k = 0; k < from.count; k++)
				copy_record(f->type,
					(const uint8_t *)from.items + k * f->type->size, a,
					(uint8_t *)to.items + k * f->type->size, depth + 1);
			memcpy(out + f->offset, &to, sizeof to);
		}
	}
}

void wire_copy(const struct wire_type *type, const void *record, struct arena *a, void *out)
{
	copy_record(type, record, a, out, 0);
}
/* NOLINTEND(misc-no-recursion) */
