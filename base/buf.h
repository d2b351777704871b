// SPDX-License-Identifier: Apache-2.0
/*
 * A growing buffer with a cap. Going over the cap never writes past it: the buffer turns `full`,
 * keeps what it held and ignores the rest, so that a long run of puts is checked once at its end.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/compiler.h"
#include "base/str.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* p, n: content. room: bytes allocated. cap: bytes allowed. full: something did not fit. */
struct buf {
	uint8_t *p;
	size_t n;
	size_t room;
	size_t cap;
	bool full;
};

/* An empty buffer; allocates nothing yet. */
struct buf buf_new(size_t cap);
void buf_free(struct buf *b);
/* n = 0, full = false; keeps the memory. */
void buf_reset(struct buf *b);

void buf_put(struct buf *b, const void *p, size_t n);
void buf_put_str(struct buf *b, struct str s);
void buf_put_bytes(struct buf *b, struct bytes s);
void buf_put_cz(struct buf *b, const char *text);
void buf_put_char(struct buf *b, char c);
void buf_put_zeros(struct buf *b, size_t n);
void buf_fmt(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* n writable bytes at the end, already counted in b->n; NULL (and full) when they do not fit. */
uint8_t *buf_grow(struct buf *b, size_t n);

/* Borrow the content; valid until the next put. */
struct bytes buf_bytes(const struct buf *b);
struct str buf_str(const struct buf *b);

#endif
