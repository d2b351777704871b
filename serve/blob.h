// SPDX-License-Identifier: Apache-2.0
/*
 * A published document in memory, shared by the answers that are sending it. Who keeps one in a cache may
 * let it go at any time; it lives until the last answer is out, so slow readers hold one copy among them.
 */
#ifndef SERVE_BLOB_H
#define SERVE_BLOB_H

#include "serve/http.h"

struct blob;

/* Copies content. */
struct blob *blob_new(struct bytes content);
/* Gives the holder's share up and nulls its pointer; accepts NULL in it. */
void blob_free(struct blob **b);
/*
 * Answers 200 with it, an ETag of its SHA-256 and the headers that x has; HEAD, conditional requests and
 * ranges work.
 */
void blob_send(struct http_exchange *x, struct blob *b);

#endif
