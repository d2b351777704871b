// SPDX-License-Identifier: Apache-2.0
/* The routes of the verify process, and what they share. */
#ifndef SERVE_ROUTES_H
#define SERVE_ROUTES_H

#include "ipc/wire_serve.h"
#include "serve/catalog.h"
#include "serve/site.h"

typedef void route_handler(struct http_exchange *x, void *app);
route_handler route_verify; /* GET /verify/TOKEN */
route_handler route_verify_picture; /* GET /verify/TOKEN/picture */
route_handler route_claim; /* GET /c/CLAIM */
route_handler route_claim_mint; /* POST /c/CLAIM */
route_handler route_claim_picture; /* GET /c/CLAIM/picture */
route_handler route_artifact; /* GET /a/TENANT/FILE?... */
route_handler route_robots; /* GET /robots.txt */

/* The lang parameter, else Accept-Language. */
enum language routes_language(const struct http_request *r);
/* Takes the page over and frees it. */
void routes_send_page(
	struct http_exchange *x, unsigned status, struct buf *page, enum language language);
void routes_send_notice(struct http_exchange *x, unsigned status, enum text_key title);
/* One unit of the address's rate, then of the tenant's; false: 429 was answered. */
bool routes_charge(struct http_exchange *x);
bool routes_charge_tenant(struct http_exchange *x, const struct site_tenant *t);

#endif
