// SPDX-License-Identifier: Apache-2.0
/*
 * An artifact as a list of pieces: bytes that every recipient shares stay where they are, in the
 * compiled template; the rest is appended to the worker's results (ADR 0004, ADR 0016).
 */
#ifndef RENDER_DRAW_PIECE_H
#define RENDER_DRAW_PIECE_H

#include "base/arena.h"
#include "base/buf.h"
#include "ipc/wire_render.h"

/* Shared runs shorter than this are copied: a piece costs 13 bytes in a frame and a lookup later. */
#define DRAW_PIECE_SHARED_MIN 512
/* Shared runs an artifact may cite; further ones are copied. */
#define DRAW_PIECE_SHARED_MAX 80

/* result: where new bytes go. offset: place of result's first byte in the result descriptor. */
struct draw_pieces {
	struct buf *result;
	uint64_t offset;
	struct wire_piece *items;
	uint32_t count;
	uint32_t shared_count;
	uint64_t total_len;
};

/* An empty list in a. result outlives it. */
struct draw_pieces draw_piece_start(struct arena *a, struct buf *result, uint64_t offset);
/* New bytes, copied into result. */
void draw_piece_put(struct draw_pieces *p, struct bytes in);
/* in lies at blob_offset of the compiled template. */
void draw_piece_share(struct draw_pieces *p, struct bytes in, uint64_t blob_offset);
/* Puts in over what stands at that place of the artifact, which must be new bytes of one piece. */
void draw_piece_patch(struct draw_pieces *p, uint64_t place, struct bytes in);
/* Fills *out, which borrows the list. LIMIT when result was full. */
enum rc draw_piece_finish(struct draw_pieces *p, enum artifact_kind kind, struct wire_artifact *out,
	struct err *err) MUST_CHECK;

#endif
