// SPDX-License-Identifier: Apache-2.0
/* Capped buffers. Runs in: every process. */
#include "base/buf.h"

#include "base/err.h"
#include "base/mem.h"

#include <stdio.h>
#include <string.h>

struct buf buf_new(size_t cap)
{
	return (struct buf){.cap = cap};
}

void buf_free(struct buf *b)
{
	MEM_FREE(b->p);
	*b = (struct buf){.cap = b->cap};
}

void buf_reset(struct buf *b)
{
	b->n = 0;
	b->full = false;
}

uint8_t *buf_grow(struct buf *b, size_t n)
{
	uint8_t *at;

	if (b->full || n > b->cap - b->n) {
		b->full = true;
		return NULL;
	}
	if (b->room - b->n < n) {
		size_t room = b->room != 0 ? b->room : 256;

		while (room - b->n < n)
			room *= 2;
		if (room > b->cap)
			room = b->cap;
		b->p = mem_resize(b->p, room, 1);
		b->room = room;
	}
	at = b->p + b->n;
	b->n += n;
	return at;
}

void buf_put(struct buf *b, const void *p, size_t n)
{
	uint8_t *at;

	if (n == 0)
		return;
	at = buf_grow(b, n);
	if (at != NULL)
		memcpy(at, p, n);
}

void buf_put_str(struct buf *b, struct str s)
{
	buf_put(b, s.p, s.n);
}

void buf_put_bytes(struct buf *b, struct bytes s)
{
	buf_put(b, s.p, s.n);
}

void buf_put_cz(struct buf *b, const char *text)
{
	buf_put(b, text, strlen(text));
}

void buf_put_char(struct buf *b, char c)
{
	buf_put(b, &c, 1);
}

void buf_put_zeros(struct buf *b, size_t n)
{
	uint8_t *at = n != 0 ? buf_grow(b, n) : NULL;

	if (at != NULL)
		memset(at, 0, n);
}

void buf_fmt(struct buf *b, const char *fmt, ...)
{
	char small[256];
	va_list args;
	int n;
	char *big;

	va_start(args, fmt);
	n = vsnprintf(small, sizeof small, fmt, args);
	va_end(args);
	CHECK(n >= 0);
	if ((size_t)n < sizeof small) {
		buf_put(b, small, (size_t)n);
		return;
	}
	big = mem_alloc((size_t)n + 1);
	va_start(args, fmt);
	CHECK(vsnprintf(big, (size_t)n + 1, fmt, args) == n);
	va_end(args);
	buf_put(b, big, (size_t)n);
	MEM_FREE(big);
}

struct bytes buf_bytes(const struct buf *b)
{
	return (struct bytes){b->p, b->n};
}

struct str buf_str(const struct buf *b)
{
	return (struct str){(const char *)b->p, b->n};
}
