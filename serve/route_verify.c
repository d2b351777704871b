// SPDX-License-Identifier: Apache-2.0
/* GET /verify/TOKEN, as a page or as JSON. Runs in: verify. */
#include "base/clock.h"
#include "base/log.h"
#include "base/ulid.h"
#include "serve/alike.h"
#include "serve/field.h"
#include "serve/look.h"
#include "serve/page.h"
#include "serve/ready.h"
#include "serve/routes.h"

/* Which of HTML and JSON is wanted: ".json", or an Accept that prefers JSON. */
static bool wants_json(struct http_exchange *x, struct str *token)
{
	const struct http_request *r = http_request_of(x);

	*token = r->segments[1];
	if (str_ends(*token, STR(".json"))) {
		*token = str_slice(*token, 0, token->n - 5);
		return true;
	}
	return field_prefers(http_join_header(http_arena(x), r, "accept"), STR("application/json"),
		STR("text/html"));
}

enum language routes_language(const struct http_request *r)
{
	enum language language = LANGUAGE_EN;
	struct str text;

	if (http_find_param(r, "lang", &text) && language_of_tag(text, &language))
		return language;
	if (http_find_header(r, "accept-language", &text))
		return language_choose(text);
	return LANGUAGE_EN;
}

/* page: in the exchange's arena. */
static void send_html(
	struct http_exchange *x, unsigned status, struct str page, enum language language)
{
	static struct buf policy = {.cap = 1024};

	/* It is always the same. */
	if (policy.n == 0)
		page_put_policy(&policy, STR(""));
	http_set_header(x, "content-type", STR("text/html; charset=utf-8"));
	http_set_header(x, "content-language", str_of(language_tag(language)));
	http_set_header(x, "content-security-policy", buf_str(&policy));
	http_add_header(x, "vary", STR("accept, accept-language"));
	http_send(x, status, bytes_of(page));
}

void routes_send_page(
	struct http_exchange *x, unsigned status, struct buf *page, enum language language)
{
	CHECK(!page->full);
	send_html(x, status, str_dup(http_arena(x), buf_str(page)), language);
	buf_free(page);
}

void routes_send_notice(struct http_exchange *x, unsigned status, enum text_key title)
{
	enum language language = routes_language(http_request_of(x));
	struct buf page = buf_new(PAGE_MAX);

	page_put_notice(&page, title, language);
	routes_send_page(x, status, &page, language);
}

bool routes_charge(struct http_exchange *x)
{
	const struct http_request *r = http_request_of(x);
	uint32_t retry_after_s = 1;

	if (limit_charge_address(site_of()->limits, &r->peer, 1, &retry_after_s))
		return true;
	http_refuse_rate(x, retry_after_s);
	return false;
}

bool routes_charge_tenant(struct http_exchange *x, const struct site_tenant *t)
{
	uint32_t retry_after_s = 1;

	if (limit_charge_tenant(site_of()->limits, str_of(t->name), 1, &retry_after_s))
		return true;
	http_refuse_rate(x, retry_after_s);
	return false;
}

/* Where answers are put together, one after the other: a process has one loop. */
static struct buf made = {.cap = PAGE_MAX};

static enum language language_of(uint32_t kind)
{
	return (enum language)(kind - READY_PAGE);
}

/* text: up to the time of the check, which is put behind it; in the exchange's arena. */
static void send_made(struct http_exchange *x, unsigned status, struct buf *text, uint32_t kind)
{
	http_set_header(x, "cache-control", STR("no-store"));
	if (kind != READY_JSON) {
		page_put_checked(text, language_of(kind), clock_wall_s());
		CHECK(!text->full);
		send_html(x, status, buf_str(text), language_of(kind));
		return;
	}
	page_put_json_checked(text, clock_wall_s());
	CHECK(!text->full);
	http_set_header(x, "content-type", STR("application/json"));
	http_add_header(x, "vary", STR("accept"));
	http_send(x, status, buf_bytes(text));
}

/* Lives as long as the exchange, with room behind it. */
static struct buf keep(struct http_exchange *x, struct str text)
{
	size_t room = text.n + ALIKE_ROOM_LEN;
	struct buf b = {.p = arena_alloc(http_arena(x), room), .room = room, .cap = room};

	buf_put_str(&b, text);
	return b;
}

/* True: it was answered, from what is kept ready. */
static bool send_ready(struct http_exchange *x, struct str token, uint32_t kind)
{
	struct ready_ask ask = {http_request_of(x)->host, token, kind};
	struct site *s = site_of();
	struct site_tenant *tenant;
	struct str text;
	struct buf kept;

	if (!ready_find(s->ready, s, &ask, &tenant, &text))
		return false;
	if (!routes_charge_tenant(x, tenant))
		return true;
	kept = keep(x, text);
	send_made(x, 200, &kept, kind);
	return true;
}

/* The same, of what is in memory. */
static bool send_alike(
	struct http_exchange *x, struct str token, const struct look_key *key, uint32_t kind)
{
	struct alike_ask ask = {http_request_of(x)->host, token, key, kind};
	struct site *s = site_of();
	struct alike_answer found;

	if (!alike_find(s->alike, s, &ask, http_arena(x), &found))
		return false;
	if (!routes_charge_tenant(x, found.tenant))
		return true;
	s->figures.verdicts[found.verdict]++;
	send_made(x, 200, &found.text, kind);
	return true;
}

static void complete(struct arena *a, struct look *l, struct str token, struct str id)
{
	l->view.permalink = str_fmt(a, STR_FMT "/verify/" STR_FMT,
		STR_ARG(l->tenant->settings.base_url), STR_ARG(token));
	l->view.credential_url = str_fmt(a, "/credentials/" STR_FMT ".json", STR_ARG(id));
	/* Nobody is shown a handsome picture of what was withdrawn; certfill-serve gives none out. */
	if (l->published.picture && !l->credential.revoked)
		l->view.picture = (struct view_picture){
			.url = str_fmt(a, "/verify/" STR_FMT "/picture", STR_ARG(token)),
			.thumbnail_url =
				str_fmt(a, "/verify/" STR_FMT "/thumbnail", STR_ARG(token)),
			.width = l->published.picture_width,
			.height = l->published.picture_height};
}

void route_verify_put(struct buf *out, struct arena *a, struct look *l, uint32_t kind,
	struct str token, struct str id)
{
	struct str address = {NULL, 0};

	if (l->found) {
		complete(a, l, token, id);
		address = str_fmt(a, "/verify/" STR_FMT, STR_ARG(token));
	}
	if (kind == READY_JSON)
		page_put_verify_json(out, &l->view);
	else
		page_put_verify(out, &l->view, language_of(kind), address);
}

static unsigned status_of(const struct look *l)
{
	if (l->view.standing.verdict == VERDICT_UNDETERMINED)
		return 503;
	return l->found ? 200 : 404;
}

static void answer(struct http_exchange *x, struct look *l, struct str token, uint32_t kind)
{
	char id[ULID_TEXT_LEN + 1];
	struct buf kept;

	ulid_text(l->credential.ulid, id);
	buf_reset(&made);
	route_verify_put(&made, http_arena(x), l, kind, token, str_of(id));
	CHECK(!made.full);
	ready_keep(site_of()->ready, l, token, kind, buf_str(&made));
	kept = keep(x, buf_str(&made));
	send_made(x, status_of(l), &kept, kind);
}

/*
 * Unknown, garbled and foreign tokens get one and the same answer. The address pays ten times for
 * them, so that guessing is as slow as it is hopeless.
 */
void route_verify(struct http_exchange *x, void *app)
{
	struct site *s = site_of();
	const struct http_request *r = http_request_of(x);
	struct look *l;
	struct look_key key;
	struct err err;
	struct str token;
	uint32_t kind = wants_json(x, &token) ? READY_JSON : READY_PAGE + routes_language(r);

	(void)app;
	if (!routes_charge(x))
		return;
	look_read_token(s, r->host, token, &key);
	if (send_alike(x, token, &key, kind) || send_ready(x, token, kind))
		return;
	l = arena_zalloc(http_arena(x), 1, sizeof *l);
	if (look_token(s, http_arena(x), r->host, &key, l, &err) != RC_OK) {
		log_line(LOG_ERROR, "a token could not be looked up: %s", err.text);
		l->view.standing.verdict = VERDICT_UNDETERMINED;
		l->view.check_count = 0;
	} else if (!l->found) {
		limit_charge_failure(s->limits, &r->peer);
	} else if (!routes_charge_tenant(x, l->tenant)) {
		return;
	}
	s->figures.verdicts[l->view.standing.verdict]++;
	answer(x, l, token, kind);
}
