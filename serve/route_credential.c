// SPDX-License-Identifier: Apache-2.0
/*
 * GET /credentials/ULID, which is the id of a credential: the signed document as its programs read it, or
 * for people a page that says how it stands. ".json" and ".jwt" name a form without Accept. An id is no
 * token: it stands in status lists and logs, so the page names no person. Runs in: verify.
 */
#include "base/log.h"
#include "base/text.h"
#include "base/ulid.h"
#include "ipc/wire_render.h"
#include "serve/field.h"
#include "serve/look.h"
#include "serve/page.h"
#include "serve/routes.h"

/* What is offered, best first (VCDM 2.0, 6; the second is its older name, which programs still ask for). */
static const struct form {
	const char *type;
	uint8_t kind; /* enum artifact_kind; 0: a page */
} forms[] = {
	{"application/vc", ARTIFACT_BADGE},
	{"application/vc+ld+json", ARTIFACT_BADGE},
	{"application/ld+json", ARTIFACT_BADGE},
	{"application/json", ARTIFACT_BADGE},
	{"text/html", 0},
	{"application/vc+jwt", ARTIFACT_JWT},
	/* 1EdTech's profile, where there is one; else the one there is. */
	{"application/jwt", ARTIFACT_JWT_1EDTECH},
};
#define FORM_BADGE (&forms[0])
#define FORM_JWT (&forms[5])

/* NULL: nothing that is accepted is there. */
static const struct form *choose(struct http_exchange *x, struct str *id)
{
	const struct http_request *r = http_request_of(x);
	const struct form *best = NULL;
	struct str accept;
	unsigned most = 0;

	*id = r->segments[1];
	if (str_ends(*id, STR(".json")) || str_ends(*id, STR(".jwt"))) {
		const struct form *form = str_ends(*id, STR(".json")) ? FORM_BADGE : FORM_JWT;

		*id = str_slice(*id, 0, str_find(*id, '.', 0));
		return form;
	}
	accept = http_join_header(http_arena(x), r, "accept");
	for (size_t i = 0; i < ARRAY_COUNT(forms); i++) {
		unsigned wanted = field_accepts(accept, str_of(forms[i].type));

		if (wanted > most) {
			most = wanted;
			best = &forms[i];
		}
	}
	return best;
}

static void not_found(struct http_exchange *x)
{
	limit_charge_failure(site_of()->limits, &http_request_of(x)->peer);
	http_refuse(x, 404);
}

static void send_credential(struct http_exchange *x, const void *reply, int *fd)
{
	const struct wire_artifact_is *is = reply;
	struct str id;
	const struct form *form = choose(x, &id);
	char hex[2 * HASH_SHA256_LEN + 1];

	if (is->failed) {
		http_refuse(x, 503);
		return;
	}
	if (!is->found || *fd < 0 || form == NULL
		|| (form->kind != is->kind
			&& (form->kind != ARTIFACT_JWT_1EDTECH || is->kind != ARTIFACT_JWT))) {
		not_found(x);
		return;
	}
	routes_set_public(x, str_of(form->type));
	text_hex((struct bytes){is->sha256, sizeof is->sha256}, hex);
	http_set_validators(x, str_fmt(http_arena(x), "\"%s\"", hex), 0);
	http_allow_ranges(x);
	http_send_file(x, 200, *fd, 0, is->len);
	*fd = -1;
}

/* ---- the page ---- */

static void hide_person(struct look *l)
{
	l->view.recipient = (struct str){NULL, 0};
	l->view.field_count = 0;
	for (size_t i = 0; i < l->view.check_count; i++)
		if (l->checks[i].kind == CHECK_TOKEN)
			l->checks[i] = (struct view_check){CHECK_TOKEN, CHECK_NOT_DONE, WHY_NUMBER};
}

static void send_page(struct http_exchange *x, struct look *l, const char *id)
{
	struct arena *a = http_arena(x);
	enum language language = routes_language(http_request_of(x));
	struct buf page = buf_new(PAGE_MAX);

	hide_person(l);
	l->view.permalink =
		str_fmt(a, STR_FMT "/credentials/%s", STR_ARG(l->tenant->settings.base_url), id);
	l->view.credential_url = str_fmt(a, "/credentials/%s.json", id);
	page_put_verify(&page, &l->view, language, str_fmt(a, "/credentials/%s", id));
	page_put_checked(&page, language, l->view.checked_s);
	http_set_header(x, "cache-control", STR("no-store"));
	routes_send_page(
		x, l->view.standing.verdict == VERDICT_UNDETERMINED ? 503 : 200, &page, language);
}

static void look_up(struct http_exchange *x, const uint8_t ulid[ULID_LEN])
{
	struct look *l = arena_zalloc(http_arena(x), 1, sizeof *l);
	char id[ULID_TEXT_LEN + 1];
	struct err err = {0};

	ulid_text(ulid, id);
	if (look_ulid(site_of(), http_arena(x), http_request_of(x)->host, ulid, l, &err) != RC_OK) {
		log_line(LOG_ERROR, "a credential could not be looked up: %s", err.text);
		routes_send_notice(x, 503, TEXT_UNDETERMINED);
	} else if (!l->found) {
		not_found(x);
	} else if (routes_charge_tenant(x, l->tenant)) {
		send_page(x, l, id);
	}
}

void route_credential(struct http_exchange *x, void *app)
{
	struct wire_artifact_ask ask = {0};
	const struct form *form;
	struct site_tenant *tenant = NULL;
	struct err err = {0};
	struct str id;

	(void)app;
	if (!routes_charge(x))
		return;
	routes_allow_all(x);
	http_set_header(x, "vary", STR("accept"));
	form = choose(x, &id);
	if (form == NULL) {
		http_refuse(x, 406);
		return;
	}
	if (!ulid_exact(id, ask.ulid)) {
		not_found(x);
		return;
	}
	if (form->kind == 0) {
		look_up(x, ask.ulid);
		return;
	}
	if (site_route(site_of(), http_arena(x), http_request_of(x)->host, ROUTE_CREDENTIAL,
		    (struct bytes){ask.ulid, ULID_LEN}, &tenant, &err)
		!= RC_OK) {
		log_line(LOG_ERROR, "a credential could not be looked up: %s", err.text);
		http_refuse(x, 503);
	} else if (tenant == NULL) {
		not_found(x);
	} else if (routes_charge_tenant(x, tenant)) {
		ask.kind = form->kind;
		(void)site_ask(site_of(), x, MESSAGE_ARTIFACT, &ask, send_credential);
	}
}
