// SPDX-License-Identifier: Apache-2.0
/* The routes of the verify process, and what they share. */
#ifndef SERVE_ROUTES_H
#define SERVE_ROUTES_H

#include "ipc/wire_serve.h"
#include "serve/catalog.h"
#include "serve/look.h"

typedef void route_handler(struct http_exchange *x, void *app);
route_handler route_verify; /* GET /verify/TOKEN */
route_handler route_verify_picture; /* GET /verify/TOKEN/picture */
route_handler route_verify_thumbnail; /* GET /verify/TOKEN/thumbnail */
route_handler route_claim; /* GET /c/CLAIM */
route_handler route_claim_mint; /* POST /c/CLAIM */
route_handler route_claim_picture; /* GET /c/CLAIM/picture */
route_handler route_claim_thumbnail; /* GET /c/CLAIM/thumbnail */
route_handler route_artifact; /* GET /a/TENANT/FILE?... */
route_handler route_home; /* GET / */
route_handler route_code; /* GET /verify?code=... */
route_handler route_icon; /* GET /icon.svg */
route_handler route_robots; /* GET /robots.txt */
route_handler route_credential; /* GET /credentials/ULID */
route_handler route_key_set; /* GET /api/v1/.well-known/certification-keys.json */
route_handler route_key; /* GET /api/v1/keys/KID */
route_handler route_did; /* GET /.well-known/did.json */
route_handler route_tenant_did; /* GET /t/TENANT/did.json */
route_handler route_status_list; /* GET /status/N */
route_handler route_revocation_list; /* GET /revocations/N */
route_handler route_health; /* GET /healthz, for operators */
route_handler route_ready; /* GET /readyz */
route_handler route_metrics; /* GET /metrics */
route_handler route_public_options; /* OPTIONS of all these: CORS */

/* Appends the answer for l, a JSON one up to the time of the check; token and id as texts, of what was found. */
void route_verify_put(struct buf *out, struct arena *a, struct look *l, uint32_t kind,
	struct str token, struct str id);
/* The lang parameter, else Accept-Language. */
enum language routes_language(const struct http_request *r);
/* Takes the page over and frees it. */
void routes_send_page(
	struct http_exchange *x, unsigned status, struct buf *page, enum language language);
void routes_send_notice(struct http_exchange *x, unsigned status, enum text_key title);
/* Any origin's script may read the answer, also when it is a refusal. */
void routes_allow_all(struct http_exchange *x);
/* Content-Type, and five minutes in every cache. */
void routes_set_public(struct http_exchange *x, struct str type);
/* One unit of the address's rate, then of the tenant's; false: 429 was answered. */
bool routes_charge(struct http_exchange *x);
bool routes_charge_tenant(struct http_exchange *x, const struct site_tenant *t);

#endif
