// SPDX-License-Identifier: Apache-2.0
/*
 * Reading and writing little-endian fields. A reader that runs out turns `bad` and gives zeros from
 * then on, so a decoder checks once; cursor_at_end() also demands that nothing is left over.
 */
#ifndef BASE_CURSOR_H
#define BASE_CURSOR_H

#include "base/buf.h"
#include "base/str.h"

struct cursor {
	const uint8_t *p;
	const uint8_t *end;
	bool bad;
};

struct cursor cursor_of(struct bytes b);
size_t cursor_left(const struct cursor *c);
uint8_t cursor_u8(struct cursor *c);
uint16_t cursor_u16(struct cursor *c);
uint32_t cursor_u32(struct cursor *c);
uint64_t cursor_u64(struct cursor *c);
/* n bytes, borrowed from the input. */
struct bytes cursor_take(struct cursor *c, size_t n);
/* u32 length, then that many bytes, borrowed. */
struct bytes cursor_bytes(struct cursor *c);
/* True when nothing went wrong and every byte was read. */
bool cursor_at_end(const struct cursor *c);

void cursor_put_u8(struct buf *b, uint8_t v);
void cursor_put_u16(struct buf *b, uint16_t v);
void cursor_put_u32(struct buf *b, uint32_t v);
void cursor_put_u64(struct buf *b, uint64_t v);
void cursor_put_bytes(struct buf *b, struct bytes v);

#endif
