// SPDX-License-Identifier: Apache-2.0
/*
 * The request target (RFC 9112, 3.2): origin-form, or absolute-form that names the same host as the Host
 * header. Anything that two readers could read differently is refused: characters outside RFC 3986,
 * half escapes, dot segments, empty segments, escaped "/", "\", NUL or controls, what is not UTF-8.
 */
#ifndef SERVE_TARGET_H
#define SERVE_TARGET_H

#include "base/arena.h"
#include "serve/http.h"

#define TARGET_SEGMENTS_MAX 32u
#define TARGET_PARAMS_MAX 64u

/*
 * Fills path, query, segments and params of *r from target; r->host must be set. All of it lives in a, or
 * borrows from target. Zero, or the status to refuse with.
 */
unsigned target_parse(struct arena *a, struct str target, struct http_request *r);

#endif
