// SPDX-License-Identifier: Apache-2.0
/* Inside of the floor: the head of an answer, and which part of the body goes with it. */
#ifndef SERVE_ANSWER_H
#define SERVE_ANSWER_H

#include "serve/conn.h"

/* "Not Found". */
const char *answer_reason(unsigned status);
/* Bit of a default header; 0 when the name is none. */
uint32_t answer_default_bit(const char *name);
/*
 * Decides by preconditions and ranges what a whole answer of len bytes becomes; sets x->status and adds
 * Content-Range. *from, *n: the part of the body to send, n = 0 for none.
 */
void answer_select(
	struct http_exchange *x, unsigned status, uint64_t len, uint64_t *from, uint64_t *n);
/* Queues the head. len: Content-Length, or HTTP_LEN_UNKNOWN. */
void answer_queue_head(struct http_exchange *x, uint64_t len);
/* A status and a sentence, for a request that no route answers. Closes after malformed ones. */
void answer_refuse(struct http_exchange *x, unsigned status);
/* Can the status have a body (RFC 9110, 6.4.1)? */
bool answer_has_body(unsigned status);

#endif
