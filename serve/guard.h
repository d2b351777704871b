// SPDX-License-Identifier: Apache-2.0
/*
 * The guard in front of llhttp: decides line by line whether a request head may be parsed at all, and
 * where the message ends. Stricter than RFC 9112 where leniency has let requests be smuggled: every line
 * ends in CRLF and no other CR, LF or NUL is anywhere; no line is folded; exactly one Host; at most one
 * length, in digits, never beside Transfer-Encoding; the only transfer coding is "chunked", in 1.1; no
 * chunk extensions, no trailers; HTTP/1.0 and 1.1 only; no CONNECT.
 */
#ifndef SERVE_GUARD_H
#define SERVE_GUARD_H

#include "base/str.h"
#include "serve/http.h"

#define GUARD_LINE_MAX 8192u
#define GUARD_HEAD_MAX 16384u
#define GUARD_FIELDS_MAX 64u

enum guard_step {
	GUARD_MORE, /* right so far */
	GUARD_DONE, /* the head, or the body, is complete */
	GUARD_PIECE, /* bytes of the body */
	GUARD_BAD, /* refuse: status and why say how */
};

/* Start from zeros. What follows from the lines seen so far. */
struct guard_head {
	size_t line_at; /* start of the line being read */
	size_t looked; /* bytes searched for its end */
	uint32_t line_count;
	enum http_verb verb;
	uint8_t minor; /* HTTP/1.minor */
	bool has_host;
	bool has_length;
	bool chunked;
	bool expects_continue;
	bool asks_close; /* Connection: close */
	bool asks_keep; /* Connection: keep-alive, for 1.0 */
	uint64_t length;
	struct str host; /* borrowed from in of the last call */
	unsigned status;
	const char *why; /* static; for tests and the debug log */
};

/*
 * in: the head's bytes so far, from its first. Only new lines are looked at. DONE: *head_len bytes are the
 * head with its empty line. The outcome does not depend on how the bytes were split between calls.
 */
enum guard_step guard_read_head(struct guard_head *g, struct bytes in, size_t *head_len);

enum guard_chunk {
	GUARD_CHUNK_SIZE,
	GUARD_CHUNK_SIZE_LF,
	GUARD_CHUNK_BYTES,
	GUARD_CHUNK_CR,
	GUARD_CHUNK_LF,
	GUARD_CHUNK_LAST_CR,
	GUARD_CHUNK_LAST_LF,
	GUARD_CHUNK_END,
};

/* Where in a body we are. Made by guard_body_of. */
struct guard_body {
	bool chunked;
	enum guard_chunk at;
	uint8_t digits;
	uint64_t left; /* of the body, or of this chunk */
	unsigned status;
	const char *why;
};

struct guard_body guard_body_of(const struct guard_head *g);
/*
 * Takes *used bytes of in. PIECE: *piece of it is content. MORE: all was framing, or nothing is left.
 * DONE: the message ends after *used bytes.
 */
enum guard_step guard_read_body(
	struct guard_body *b, struct bytes in, size_t *used, struct bytes *piece);

#endif
