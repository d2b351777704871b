// SPDX-License-Identifier: Apache-2.0
/* Lists of pieces. Runs in: render. */
#include "render/draw_piece.h"

#include <string.h>

#define PIECES_MAX (2 * DRAW_PIECE_SHARED_MAX + 1)

struct draw_pieces draw_piece_start(struct arena *a, struct buf *result, uint64_t offset)
{
	struct draw_pieces p = {.result = result, .offset = offset};

	p.items = arena_zalloc(a, PIECES_MAX, sizeof(*p.items));
	return p;
}

/* Lengthens the last piece when the new run follows it, else begins another. */
static void append(struct draw_pieces *p, enum piece_source source, uint64_t offset, size_t n)
{
	struct wire_piece *last = p->count > 0 ? &p->items[p->count - 1] : NULL;

	p->total_len += n;
	if (last != NULL && last->source == source && last->offset + last->len == offset
		&& last->len + (uint64_t)n <= UINT32_MAX) {
		last->len += (uint32_t)n;
		return;
	}
	CHECK(p->count < PIECES_MAX && n <= UINT32_MAX);
	/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): draw_piece_start() made room for PIECES_MAX. */
	p->items[p->count++] = (struct wire_piece){(uint8_t)source, offset, (uint32_t)n};
}

void draw_piece_put(struct draw_pieces *p, struct bytes in)
{
	uint64_t at = p->offset + p->result->n;

	buf_put_bytes(p->result, in);
	/* Once full it stays so, and draw_piece_finish() says it. */
	if (in.n > 0 && !p->result->full)
		append(p, PIECE_RESULT, at, in.n);
}

void draw_piece_share(struct draw_pieces *p, struct bytes in, uint64_t blob_offset)
{
	if (in.n < DRAW_PIECE_SHARED_MIN || p->shared_count == DRAW_PIECE_SHARED_MAX) {
		draw_piece_put(p, in);
		return;
	}
	p->shared_count++;
	append(p, PIECE_COMPILED, blob_offset, in.n);
}

void draw_piece_patch(struct draw_pieces *p, uint64_t place, struct bytes in)
{
	uint32_t i = 0;

	if (p->result->full)
		return;
	for (; i < p->count && place >= p->items[i].len; i++)
		place -= p->items[i].len;
	CHECK(i < p->count && p->items[i].source == PIECE_RESULT
		&& place + in.n <= p->items[i].len);
	memcpy(p->result->p + (p->items[i].offset - p->offset) + place, in.p, in.n);
}

enum rc draw_piece_finish(
	struct draw_pieces *p, enum artifact_kind kind, struct wire_artifact *out, struct err *err)
{
	if (p->result->full)
		return err_set(err, RC_LIMIT,
			"the results of this message do not fit the worker's result memory");
	*out = (struct wire_artifact){.kind = (uint8_t)kind};
	out->pieces.items = p->items;
	out->pieces.count = p->count;
	return RC_OK;
}
