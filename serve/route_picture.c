// SPDX-License-Identifier: Apache-2.0
/* The certificate's picture on the verify page, whole and small, where the institution shows it. Runs in: verify. */
#include "base/text.h"
#include "serve/look.h"
#include "serve/routes.h"

static void send_picture(struct http_exchange *x, const void *reply, int *fd)
{
	const struct wire_artifact_is *is = reply;
	char hex[2 * HASH_SHA256_LEN + 1];

	if (!is->found || *fd < 0) {
		/* A guess of a token is as dear here as on its page. */
		if (!is->failed)
			limit_charge_failure(site_of()->limits, &http_request_of(x)->peer);
		http_refuse(x, is->failed ? 503 : 404);
		return;
	}
	text_hex((struct bytes){is->sha256, sizeof is->sha256}, hex);
	http_set_header(x, "content-type", is->thumbnail ? STR("image/jpeg") : STR("image/png"));
	http_set_header(x, "content-security-policy", STR("sandbox; default-src 'none'"));
	http_set_header(x, "cache-control", STR("private, max-age=60"));
	http_set_validators(x, str_fmt(http_arena(x), "\"%s\"", hex), 0);
	http_send_file(x, 200, *fd, 0, is->len);
	*fd = -1;
}

static void ask_for(struct http_exchange *x, bool thumbnail)
{
	const struct http_request *r = http_request_of(x);
	struct wire_artifact_ask ask = {.token = r->segments[1], .thumbnail = thumbnail};

	if (!routes_charge(x))
		return;
	if (ask.token.n > 100)
		http_refuse(x, 404);
	else
		(void)site_ask(site_of(), x, MESSAGE_ARTIFACT, &ask, send_picture);
}

void route_verify_picture(struct http_exchange *x, void *app)
{
	(void)app;
	ask_for(x, false);
}

void route_verify_thumbnail(struct http_exchange *x, void *app)
{
	(void)app;
	ask_for(x, true);
}
