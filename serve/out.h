// SPDX-License-Identifier: Apache-2.0
/* What waits to be sent of one answer, in this order: interim answer, head, pieces, file, stream. */
#ifndef SERVE_OUT_H
#define SERVE_OUT_H

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

/* Zeros but fd = -1: nothing. */
struct out {
	struct bytes interim; /* 100 Continue */
	struct bytes head;
	const struct bytes *pieces;
	uint32_t piece_count;
	uint64_t skip_len; /* of the pieces, for a range */
	uint64_t piece_left; /* of the pieces that remain to be sent */
	int fd; /* owned */
	uint64_t file_at;
	uint64_t file_left;
	struct buf stream;
	size_t stream_at;
	uint64_t sent_len;
};

void out_init(struct out *o);
void out_free(struct out *o);
/* Bytes queued in memory of the stream. */
size_t out_stream_len(const struct out *o);
bool out_is_empty(const struct out *o);
/*
 * Copies the next bytes, at most room, to `to`. RC_SYSTEM when a file is shorter than it was. Filling
 * again without out_advance gives the same bytes at least, as TLS wants of a repeated write.
 */
enum rc out_fill(struct out *o, uint8_t *to, size_t room, size_t *filled) MUST_CHECK;
/* n of the filled bytes were sent. */
void out_advance(struct out *o, size_t n);

#endif
