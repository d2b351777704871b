// SPDX-License-Identifier: Apache-2.0
/*
 * GET /a/TENANT/FILE?...: a signed link of ten minutes. Expired, tampered, foreign, malformed: one
 * answer. certfill-serve checks the link and opens the artifact; its bytes come in a descriptor. Runs in: verify.
 */
#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "serve/artifact_form.h"
#include "serve/look.h"
#include "serve/routes.h"

/* Letters that no file system or header minds; anything else becomes an underscore in the plain name. */
static void put_plain_name(struct buf *out, struct str name)
{
	for (size_t at = 0; at < name.n;) {
		uint32_t c = str_next_char(name, &at);
		bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
			|| (c >= '0' && c <= '9') || c == ' ' || c == '-';

		buf_put_char(out, plain ? (char)c : '_');
	}
}

/* RFC 6266 with RFC 8187: the person's name as it is written, and a plain one for old programs. */
static void put_disposition(
	struct buf *out, const struct wire_artifact_is *is, struct str name, const char *ending)
{
	buf_put_cz(out, is->attachment ? "attachment" : "inline");
	buf_put_cz(out, "; filename=\"");
	put_plain_name(out, name);
	buf_fmt(out, "%s\"; filename*=UTF-8''", ending);
	text_put_percent(out, name);
	buf_put_cz(out, ending);
}

/* What may be said of it is what is published. */
static struct str file_name(struct http_exchange *x, const struct wire_artifact_is *is)
{
	struct look *l = arena_zalloc(http_arena(x), 1, sizeof *l);
	struct arena *a = http_arena(x);
	struct err err;

	if (look_ulid(site_of(), a, http_request_of(x)->host, is->ulid, l, &err) != RC_OK
		|| l->view.achievement.n == 0)
		return STR("certificate");
	if (l->view.recipient.n == 0)
		return l->view.achievement;
	return str_fmt(
		a, STR_FMT " - " STR_FMT, STR_ARG(l->view.recipient), STR_ARG(l->view.achievement));
}

static void send_artifact(struct http_exchange *x, const void *reply, int *fd)
{
	const struct wire_artifact_is *is = reply;
	struct arena *a = http_arena(x);
	struct buf name = buf_new(4096);
	char hex[2 * HASH_SHA256_LEN + 1];
	const struct artifact_form *form = artifact_form_find(is->kind, is->thumbnail);

	if (is->failed) {
		buf_free(&name);
		routes_send_notice(x, 503, TEXT_LATER);
		return;
	}
	if (!is->found || *fd < 0 || form == NULL) {
		routes_send_notice(x, 404, TEXT_LINK_DEAD);
		buf_free(&name);
		return;
	}
	put_disposition(&name, is, file_name(x, is), form->ending);
	http_set_header(x, "content-type", str_of(form->type));
	if (!name.full)
		http_set_header(x, "content-disposition", buf_str(&name));
	http_set_header(x, "content-security-policy", STR("sandbox; default-src 'none'"));
	http_set_header(x, "cache-control",
		str_fmt(a, "private, max-age=%lld",
			(long long)(is->expires_s > clock_wall_s() ? is->expires_s - clock_wall_s()
								   : 0)));
	text_hex((struct bytes){is->sha256, sizeof is->sha256}, hex);
	http_set_validators(x, str_fmt(a, "\"%s\"", hex), 0);
	http_allow_ranges(x);
	http_send_file(x, 200, *fd, 0, is->len);
	*fd = -1;
	buf_free(&name);
}

void route_artifact(struct http_exchange *x, void *app)
{
	const struct http_request *r = http_request_of(x);
	struct wire_artifact_ask ask = {.target = r->path};

	(void)app;
	if (!routes_charge(x))
		return;
	if (r->query.n != 0)
		ask.target = str_fmt(
			http_arena(x), STR_FMT "?" STR_FMT, STR_ARG(r->path), STR_ARG(r->query));
	if (ask.target.n > 1024)
		routes_send_notice(x, 404, TEXT_LINK_DEAD);
	else
		(void)site_ask(site_of(), x, MESSAGE_ARTIFACT, &ask, send_artifact);
}
