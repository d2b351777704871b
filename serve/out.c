// SPDX-License-Identifier: Apache-2.0
/* What waits to be sent. Runs in: verify, console. */
#include "serve/out.h"

#include "base/file.h"

#include <string.h>
#include <unistd.h>

#define STREAM_CAP_LEN ((size_t)16 << 20)
#define COMPACT_LEN ((size_t)64 << 10)

void out_init(struct out *o)
{
	*o = (struct out){.fd = -1, .stream = buf_new(STREAM_CAP_LEN)};
}

void out_free(struct out *o)
{
	file_auto_close(&o->fd);
	buf_free(&o->stream);
	out_init(o);
}

size_t out_stream_len(const struct out *o)
{
	return o->stream.n - o->stream_at;
}

bool out_is_empty(const struct out *o)
{
	return o->interim.n == 0 && o->head.n == 0 && o->piece_left == 0 && o->file_left == 0
		&& out_stream_len(o) == 0;
}

static void put(struct bytes from, uint8_t *to, size_t room, size_t *at)
{
	size_t n = from.n < room - *at ? from.n : room - *at;

	if (n > 0)
		memcpy(to + *at, from.p, n);
	*at += n;
}

static void put_pieces(const struct out *o, uint8_t *to, size_t room, size_t *at)
{
	uint64_t skip = o->skip_len;
	uint64_t left = o->piece_left;

	for (uint32_t i = 0; i < o->piece_count && left > 0 && *at < room; i++) {
		struct bytes b = o->pieces[i];

		if (skip >= b.n) {
			skip -= b.n;
			continue;
		}
		b = (struct bytes){b.p + skip, b.n - (size_t)skip};
		skip = 0;
		b.n = b.n < left ? b.n : (size_t)left;
		left -= b.n;
		put(b, to, room, at);
	}
}

static enum rc put_file(const struct out *o, uint8_t *to, size_t room, size_t *at)
{
	size_t n = o->file_left < room - *at ? (size_t)o->file_left : room - *at;

	if (n == 0)
		return RC_OK;
	if (file_pread(o->fd, "file of an answer", o->file_at, to + *at, n, NULL) != RC_OK)
		return RC_SYSTEM;
	*at += n;
	return RC_OK;
}

enum rc out_fill(struct out *o, uint8_t *to, size_t room, size_t *filled)
{
	*filled = 0;
	put(o->interim, to, room, filled);
	put(o->head, to, room, filled);
	put_pieces(o, to, room, filled);
	if (put_file(o, to, room, filled) != RC_OK)
		return RC_SYSTEM;
	if (out_stream_len(o) > 0)
		put((struct bytes){o->stream.p + o->stream_at, out_stream_len(o)}, to, room,
			filled);
	return RC_OK;
}

static size_t take(struct bytes *from, size_t n)
{
	n = n < from->n ? n : from->n;
	from->p += n;
	from->n -= n;
	return n;
}

void out_advance(struct out *o, size_t n)
{
	o->sent_len += n;
	if (o->interim.n > 0)
		n -= take(&o->interim, n);
	if (o->head.n > 0)
		n -= take(&o->head, n);
	size_t of_pieces = n < o->piece_left ? n : (size_t)o->piece_left;

	o->skip_len += of_pieces;
	o->piece_left -= of_pieces;
	n -= of_pieces;
	size_t of_file = n < o->file_left ? n : (size_t)o->file_left;

	o->file_at += of_file;
	o->file_left -= of_file;
	o->stream_at += n - of_file;
	if (o->stream_at > 0 && o->stream_at == o->stream.n) {
		buf_reset(&o->stream);
		o->stream_at = 0;
	} else if (o->stream_at > COMPACT_LEN) {
		memmove(o->stream.p, o->stream.p + o->stream_at, out_stream_len(o));
		o->stream.n -= o->stream_at;
		o->stream_at = 0;
	}
}
