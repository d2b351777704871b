// SPDX-License-Identifier: Apache-2.0
/* Inside of the floor: one request and its answer, from the first byte to the access log. */
#ifndef SERVE_EXCHANGE_H
#define SERVE_EXCHANGE_H

#include "serve/conn.h"

/* From the loop's spares, or new. Sets c->x. */
void exchange_begin(struct conn *c);
/*
 * head: complete by x->guard. Parses it, finds out who asks and which route answers, and either queues a
 * refusal or leaves the exchange ready for its body (and calls the handler of a route with on_body).
 */
void exchange_take_head(struct http_exchange *x, struct bytes head);
/* Whether what came of the body and what was announced of it is no more than the route takes. */
bool exchange_takes_all(const struct http_exchange *x);
/* A piece of the body, not empty. */
void exchange_take_piece(struct http_exchange *x, struct bytes piece);
/* The body is complete: calls the handler, or on_body for the last time. */
void exchange_take_end(struct http_exchange *x);
/* Answers what is malformed or late by status and closes after it; breaks off an answer under way. */
void exchange_fail(struct http_exchange *x, unsigned status);
/* Asks for the body when the client waits for that (RFC 9110, 10.1.1). */
void exchange_offer_continue(struct http_exchange *x);
/*
 * The answer holds a file of len bytes until it ends. When those of the loop are more than file_len_max, connections
 * of others that have held theirs longest are closed.
 */
void exchange_hold_file(struct http_exchange *x, uint64_t len);
/* Counts and logs it, gives it back to the spares. Clears c->x. */
void exchange_end(struct conn *c);
void exchange_free(struct http_exchange **x);

#endif
