// SPDX-License-Identifier: Apache-2.0
/*
 * The access log: a JSON line for each answer with the route's pattern instead of the path, no address, no
 * query, no header of the client's. Tokens and names cannot get into it, because nothing of a request's text
 * but a known method does.
 */
#ifndef SERVE_ACCESS_H
#define SERVE_ACCESS_H

#include "serve/conn.h"

/* Adds x's line to the loop's buffer; writes the buffer when it is full. */
void access_put(struct listen_server *s, const struct http_exchange *x);
/* Writes what is there. A reader that does not keep up loses lines rather than stopping the loop. */
void access_flush(struct listen_server *s);

#endif
