// SPDX-License-Identifier: Apache-2.0
/*
 * One request out of bytes: the guard first, then llhttp over the same bytes, and both must agree on every
 * field and on where the message ends; where they do not, the request is refused. No I/O.
 */
#ifndef SERVE_PARSE_H
#define SERVE_PARSE_H

#include "base/arena.h"
#include "serve/guard.h"
#include "serve/http.h"

struct parse;

/* Lives in a. */
struct parse *parse_new(struct arena *a);
/*
 * head: a head that guard_read_head found complete, copied into the parse's arena; names are put into lower
 * case there. Fills the method, target parts, headers and host of *r. Zero, or the status to refuse with.
 */
unsigned parse_read_head(
	struct parse *p, const struct guard_head *g, struct bytes head, struct http_request *r);
/*
 * The body, as guard_read_body. BAD: *status is what to refuse with. After DONE the next message begins
 * with the byte after *used.
 */
enum guard_step parse_read_body(
	struct parse *p, struct bytes in, size_t *used, struct bytes *piece, unsigned *status);
/* Bytes that were announced and did not come yet: of the body, or of the chunk under way. */
uint64_t parse_body_left(const struct parse *p);

#endif
