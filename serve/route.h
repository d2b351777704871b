// SPDX-License-Identifier: Apache-2.0
/* Which line of the route table a request is for. */
#ifndef SERVE_ROUTE_H
#define SERVE_ROUTE_H

#include "serve/http.h"

/*
 * The first line whose pattern and verbs match; NULL otherwise. *allow: the verbs of all lines whose
 * pattern matches, HEAD and OPTIONS included; 0 when there is no such path.
 */
const struct http_route *route_find(
	const struct http_routes *routes, const struct http_request *r, unsigned *allow);
/* "GET, HEAD": for Allow. */
struct str route_allow_text(struct arena *a, unsigned allow);

#endif
