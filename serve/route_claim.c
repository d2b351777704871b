// SPDX-License-Identifier: Apache-2.0
/*
 * /c/CLAIM, the recipient's page. Reading it makes nothing; buttons post, get a fresh link of ten minutes
 * and are sent there, so that a mail scanner which follows links burns nothing. Runs in: verify.
 */
#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "formats/token.h"
#include "ipc/wire_render.h"
#include "serve/look.h"
#include "serve/page.h"
#include "serve/routes.h"

#include <string.h>

#define SECRET_LEN 32
#define FORM_MAX 256

static const struct {
	const char *name;
	uint8_t kind;
	bool attachment;
} items[CLAIM_ITEM_COUNT] = {
	[CLAIM_PDF] = {"pdf", ARTIFACT_PDF, true},
	[CLAIM_PNG] = {"png", ARTIFACT_PNG, true},
	[CLAIM_CREDENTIAL] = {"credential", ARTIFACT_BADGE, true},
	/* Phones open a pass; they do not open a download. */
	[CLAIM_PASS] = {"pass", ARTIFACT_PASS, false},
	[CLAIM_JWT] = {"jwt-1edtech", ARTIFACT_JWT_1EDTECH, true},
};

static bool read_secret(struct http_exchange *x, uint8_t out[SECRET_LEN])
{
	struct bytes secret;
	struct err err;

	if (text_from_base64url(http_arena(x), http_request_of(x)->segments[1], &secret, &err)
			!= RC_OK
		|| secret.n != SECRET_LEN)
		return false;
	memcpy(out, secret.p, SECRET_LEN);
	return true;
}

static void put_offers(const struct credential *c, struct claim_view *v)
{
	bool fell = !ledger_credential_stands(c);

	for (uint32_t i = 0; i < c->artifact_count; i++)
		for (enum claim_item k = 0; k < CLAIM_ITEM_COUNT; k++)
			if (c->artifacts[i].kind == items[k].kind)
				v->offers[k] = k != CLAIM_PASS || !fell || c->has_voided_pass;
	v->pass_is_void = fell;
}

/* LinkedIn's add-to-profile address, with what it asks for. */
static struct str linkedin_url(
	struct arena *a, const struct claim_view *v, const struct look *l, struct str id)
{
	struct buf url = buf_new(4096);
	struct clock_date d = clock_split(v->issued_s);
	struct str out = {NULL, 0};

	buf_put_cz(&url, "https://www.linkedin.com/profile/add?startTask=CERTIFICATION_NAME&name=");
	text_put_percent(&url, v->achievement);
	buf_put_cz(&url, "&organizationName=");
	text_put_percent(&url, v->issuer_name);
	buf_fmt(&url, "&issueYear=%d&issueMonth=%d", d.year, d.month);
	if (l->view.standing.expires_s != VIEW_NO_TIME) {
		d = clock_split(l->view.standing.expires_s);
		buf_fmt(&url, "&expirationYear=%d&expirationMonth=%d", d.year, d.month);
	}
	buf_put_cz(&url, "&certUrl=");
	text_put_percent(&url, v->verify_url);
	buf_put_cz(&url, "&certId=");
	text_put_percent(&url, id);
	if (!url.full)
		out = str_dup(a, buf_str(&url));
	buf_free(&url);
	return out;
}

/* The token cannot be made here: what the recipient shares comes out of the box that the link opens. */
static enum rc open_claimed(struct http_exchange *x, struct look *l,
	const uint8_t secret[SECRET_LEN], struct claim_view *v, struct err *err)
{
	struct arena *a = http_arena(x);
	struct str tenant = str_of(l->tenant->name);
	struct public_place place = {tenant, PUBLIC_BOX_CLAIMED, l->credential.ulid};
	struct public_view box;
	uint8_t key[SEAL_KEY_LEN];
	char ulid[ULID_TEXT_LEN + 1];
	struct str token;
	enum rc rc;

	if (l->claimed.n == 0)
		return err_set(err, RC_INPUT, "what this page shows was erased");
	ledger_claim_key((struct bytes){secret, SECRET_LEN}, tenant, key);
	rc = ledger_public_open(site_of()->seal, key, &place, l->claimed, a, &box, err);
	seal_wipe(key, sizeof key);
	if (rc != RC_OK)
		return rc;
	v->recipient = ledger_public_value(&box, "recipient.name");
	v->achievement = ledger_public_value(&box, "achievement.name");
	v->pass_is_demo = box.pass_throwaway;
	if (v->offers[CLAIM_PNG])
		v->picture = (struct view_picture){
			.url = str_fmt(a, STR_FMT "/picture", STR_ARG(v->action)),
			.thumbnail_url = str_fmt(a, STR_FMT "/thumbnail", STR_ARG(v->action)),
			.width = box.picture_width,
			.height = box.picture_height};
	token = ledger_public_value(&box, "verify.token");
	v->verify_url = str_fmt(a, STR_FMT "/verify/" STR_FMT,
		STR_ARG(l->tenant->settings.base_url), STR_ARG(token));
	ulid_text(l->credential.ulid, ulid);
	if (!l->view.demo && l->view.standing.verdict == VERDICT_VALID)
		v->linkedin_url = linkedin_url(a, v, l, str_of(ulid));
	return RC_OK;
}

static void send_claim(struct http_exchange *x, struct look *l, const uint8_t secret[SECRET_LEN])
{
	const struct http_request *r = http_request_of(x);
	enum language language = routes_language(r);
	struct claim_view v = {.standing = l->view.standing,
		.issuer_name = l->view.issuer_name,
		.issuer_url = l->view.issuer_url,
		.issued_s = l->view.issued_s,
		.action = r->path,
		.demo = l->view.demo};
	struct buf page = buf_new(PAGE_MAX);
	struct err err = {0};

	/* Whose own it is may know the day of award, published or not. */
	if (ledger_public_value(&l->published, "issued_on").n == 0
		&& l->credential.valid_from_s != WIRE_NO_DAY)
		v.issued_s = l->credential.valid_from_s;
	put_offers(&l->credential, &v);
	if (open_claimed(x, l, secret, &v, &err) != RC_OK) {
		buf_free(&page);
		routes_send_notice(x, 410, TEXT_NOT_FOUND);
		return;
	}
	page_put_claim(&page, &v, language);
	http_set_header(x, "cache-control", STR("private, no-store"));
	/* The address is the secret. */
	http_set_header(x, "referrer-policy", STR("no-referrer"));
	routes_send_page(x, 200, &page, language);
}

/* True: *l is found, genuine and paid for. */
static bool find(struct http_exchange *x, struct look *l, uint8_t secret[SECRET_LEN])
{
	struct site *s = site_of();
	const struct http_request *r = http_request_of(x);
	struct err err = {0};

	if (!routes_charge(x))
		return false;
	if (read_secret(x, secret)
		&& look_claim(s, http_arena(x), r->host, secret, l, &err) != RC_OK) {
		log_line(LOG_ERROR, "a claim could not be looked up: %s", err.text);
		routes_send_notice(x, 503, TEXT_UNDETERMINED);
		return false;
	}
	if (!l->found || l->view.standing.verdict == VERDICT_NOT_GENUINE
		|| l->view.standing.verdict == VERDICT_UNDETERMINED) {
		limit_charge_failure(s->limits, &r->peer);
		routes_send_notice(x, 404, TEXT_NOT_FOUND);
		return false;
	}
	return routes_charge_tenant(x, l->tenant);
}

void route_claim(struct http_exchange *x, void *app)
{
	struct look *l = arena_zalloc(http_arena(x), 1, sizeof *l);
	uint8_t secret[SECRET_LEN];

	(void)app;
	if (find(x, l, secret))
		send_claim(x, l, secret);
}

/* ---- fresh links ---- */

/* NOLINTNEXTLINE(readability-non-const-parameter): hall_ask() fixes the type. */
static void send_to_link(struct http_exchange *x, const void *reply, int *fd)
{
	const struct wire_claim_is *is = reply;

	(void)fd;
	http_set_header(x, "cache-control", STR("private, no-store"));
	if (is->found)
		http_redirect(x, 303, is->target);
	else
		routes_send_notice(x, 404, TEXT_NOT_FOUND);
}

/* what: all of it but the secret. */
static void mint(struct http_exchange *x, const uint8_t secret[SECRET_LEN],
	const struct wire_claim_ask *what)
{
	struct wire_claim_ask ask = *what;

	memcpy(ask.secret, secret, SECRET_LEN);
	(void)site_ask(site_of(), x, MESSAGE_CLAIM_LINK, &ask, send_to_link);
	seal_wipe(ask.secret, sizeof ask.secret);
}

static void mint_picture(struct http_exchange *x, bool thumbnail)
{
	const struct wire_claim_ask ask = {.kind = ARTIFACT_PNG, .thumbnail = thumbnail};
	struct look *l = arena_zalloc(http_arena(x), 1, sizeof *l);
	uint8_t secret[SECRET_LEN];

	if (find(x, l, secret))
		mint(x, secret, &ask);
}

void route_claim_picture(struct http_exchange *x, void *app)
{
	(void)app;
	mint_picture(x, false);
}

void route_claim_thumbnail(struct http_exchange *x, void *app)
{
	(void)app;
	mint_picture(x, true);
}

void route_claim_mint(struct http_exchange *x, void *app)
{
	struct look *l = arena_zalloc(http_arena(x), 1, sizeof *l);
	struct str body = bytes_text(http_request_of(x)->body);
	uint8_t secret[SECRET_LEN];

	(void)app;
	if (!find(x, l, secret))
		return;
	for (enum claim_item i = 0; i < CLAIM_ITEM_COUNT; i++) {
		struct str want = str_fmt(http_arena(x), "artifact=%s", items[i].name);

		if (str_eq(body, want)) {
			mint(x, secret,
				&(struct wire_claim_ask){
					.kind = items[i].kind, .attachment = items[i].attachment});
			return;
		}
	}
	http_refuse(x, 400);
}
