// SPDX-License-Identifier: Apache-2.0
/* Little-endian fields. Runs in: every process. */
#include "base/cursor.h"

struct cursor cursor_of(struct bytes b)
{
	return (struct cursor){b.p, b.n != 0 ? b.p + b.n : b.p, false};
}

size_t cursor_left(const struct cursor *c)
{
	return (size_t)(c->end - c->p);
}

struct bytes cursor_take(struct cursor *c, size_t n)
{
	struct bytes out;

	if (c->bad || n > cursor_left(c)) {
		c->bad = true;
		return (struct bytes){NULL, 0};
	}
	out = (struct bytes){c->p, n};
	if (n != 0)
		c->p += n;
	return out;
}

static uint64_t take_le(struct cursor *c, size_t n)
{
	struct bytes b = cursor_take(c, n);
	uint64_t v = 0;

	for (size_t i = 0; i < b.n; i++)
		v |= (uint64_t)b.p[i] << (8 * i);
	return v;
}

uint8_t cursor_u8(struct cursor *c)
{
	return (uint8_t)take_le(c, 1);
}

uint16_t cursor_u16(struct cursor *c)
{
	return (uint16_t)take_le(c, 2);
}

uint32_t cursor_u32(struct cursor *c)
{
	return (uint32_t)take_le(c, 4);
}

uint64_t cursor_u64(struct cursor *c)
{
	return take_le(c, 8);
}

struct bytes cursor_bytes(struct cursor *c)
{
	return cursor_take(c, cursor_u32(c));
}

bool cursor_at_end(const struct cursor *c)
{
	return !c->bad && c->p == c->end;
}

static void put_le(struct buf *b, uint64_t v, size_t n)
{
	uint8_t bytes[8];

	for (size_t i = 0; i < n; i++)
		bytes[i] = (uint8_t)(v >> (8 * i));
	buf_put(b, bytes, n);
}

void cursor_put_u8(struct buf *b, uint8_t v)
{
	put_le(b, v, 1);
}

void cursor_put_u16(struct buf *b, uint16_t v)
{
	put_le(b, v, 2);
}

void cursor_put_u32(struct buf *b, uint32_t v)
{
	put_le(b, v, 4);
}

void cursor_put_u64(struct buf *b, uint64_t v)
{
	put_le(b, v, 8);
}

void cursor_put_bytes(struct buf *b, struct bytes v)
{
	CHECK(v.n <= UINT32_MAX);
	cursor_put_u32(b, (uint32_t)v.n);
	buf_put(b, v.p, v.n);
}
