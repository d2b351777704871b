// SPDX-License-Identifier: Apache-2.0
/* The table of public routes. Runs in: verify. */
#include "serve/routes.h"

/* Bytes of a posted form: "artifact=credential" and no more. */
#define FORM_MAX 256

const struct http_route site_routes[] = {
	{"/verify/{}", VERB_GET, route_verify, 0, NULL},
	{"/verify/{}/picture", VERB_GET, route_verify_picture, 0, NULL},
	{"/verify/{}/thumbnail", VERB_GET, route_verify_thumbnail, 0, NULL},
	{"/VERIFY/{}", VERB_GET, route_verify, 0, NULL}, /* as QR codes have it */
	{"/c/{}", VERB_GET, route_claim, 0, NULL},
	{"/c/{}", VERB_POST, route_claim_mint, FORM_MAX, NULL},
	{"/c/{}/picture", VERB_GET, route_claim_picture, 0, NULL},
	{"/c/{}/thumbnail", VERB_GET, route_claim_thumbnail, 0, NULL},
	/* What is no link has the answer of dead ones. */
	{"/a/*", VERB_GET, route_artifact, 0, NULL},
	{"/credentials/{}", VERB_GET, route_credential, 0, NULL},
	{"/credentials/{}", VERB_OPTIONS, route_public_options, 0, NULL},
	{"/api/v1/.well-known/certification-keys.json", VERB_GET, route_key_set, 0, NULL},
	{"/api/v1/.well-known/certification-keys.json", VERB_OPTIONS, route_public_options, 0,
		NULL},
	{"/api/v1/keys/{}", VERB_GET, route_key, 0, NULL},
	{"/api/v1/keys/{}", VERB_OPTIONS, route_public_options, 0, NULL},
	{"/.well-known/did.json", VERB_GET, route_did, 0, NULL},
	{"/.well-known/did.json", VERB_OPTIONS, route_public_options, 0, NULL},
	{"/t/{}/did.json", VERB_GET, route_tenant_did, 0, NULL},
	{"/t/{}/did.json", VERB_OPTIONS, route_public_options, 0, NULL},
	{"/status/{}", VERB_GET, route_status_list, 0, NULL},
	{"/status/{}", VERB_OPTIONS, route_public_options, 0, NULL},
	{"/revocations/{}", VERB_GET, route_revocation_list, 0, NULL},
	{"/revocations/{}", VERB_OPTIONS, route_public_options, 0, NULL},
	{"/", VERB_GET, route_home, 0, NULL},
	{"/verify", VERB_GET, route_code, 0, NULL},
	{"/icon.svg", VERB_GET, route_icon, 0, NULL},
	{"/favicon.ico", VERB_GET, route_icon, 0, NULL},
	{"/robots.txt", VERB_GET, route_robots, 0, NULL},
};
const uint32_t site_route_count = ARRAY_COUNT(site_routes);

const struct http_route site_ops_routes[] = {
	{"/healthz", VERB_GET, route_health, 0, NULL},
	{"/readyz", VERB_GET, route_ready, 0, NULL},
	{"/metrics", VERB_GET, route_metrics, 0, NULL},
};
const uint32_t site_ops_route_count = ARRAY_COUNT(site_ops_routes);

void site_refuse(struct http_exchange *x, unsigned status, void *app)
{
	(void)app;
	if (status == 404)
		routes_send_notice(x, status, TEXT_NOT_FOUND);
	else if (status == 429)
		routes_send_notice(x, status, TEXT_BUSY);
	else if (status >= 500)
		routes_send_notice(x, status, TEXT_UNDETERMINED);
	/* Mistakes of programs are told to programs: the floor's plain line. */
}
