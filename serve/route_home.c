// SPDX-License-Identifier: Apache-2.0
/* /, where a printed code is entered; where its form leads; and what browsers and robots ask for. Runs in: verify. */
#include "serve/page.h"
#include "serve/routes.h"

#define CODE_MAX 128u

void route_home(struct http_exchange *x, void *app)
{
	enum language language = routes_language(http_request_of(x));
	struct buf page = buf_new(PAGE_MAX);

	(void)app;
	if (!routes_charge(x)) {
		buf_free(&page);
		return;
	}
	page_put_home(&page, language);
	routes_send_page(x, 200, &page, language);
}

/* A whole link is as good as the code in it; what no code has is left out, so that the rest is a plain path. */
static size_t read_code(struct str typed, char out[CODE_MAX])
{
	size_t slash;
	size_t n = 0;

	typed = str_slice(typed, 0, str_find(typed, '?', 0));
	typed = str_slice(typed, 0, str_find(typed, '#', 0));
	while (typed.n > 0 && typed.p[typed.n - 1] == '/')
		typed.n--;
	while ((slash = str_find(typed, '/', 0)) < typed.n)
		typed = str_slice(typed, slash + 1, typed.n);
	for (size_t i = 0; i < typed.n && n < CODE_MAX; i++) {
		char c = typed.p[i];

		if ((c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '_')
			out[n++] = c;
	}
	return n;
}

void route_code(struct http_exchange *x, void *app)
{
	const struct http_request *r = http_request_of(x);
	char code[CODE_MAX];
	struct str typed;
	size_t n;

	(void)app;
	if (!routes_charge(x))
		return;
	(void)http_find_param(r, "code", &typed);
	n = read_code(typed, code);
	http_redirect(x, 303,
		n == 0 ? STR("/")
		       : str_fmt(http_arena(x), "/verify/%.*s?lang=%s", (int)n, code,
			       language_tag(routes_language(r))));
}

static void send_fixed(struct http_exchange *x, struct str type, struct str content)
{
	http_set_header(x, "content-type", type);
	http_set_header(x, "cache-control", STR("public, max-age=86400"));
	http_send(x, 200, bytes_of(content));
}

void route_icon(struct http_exchange *x, void *app)
{
	(void)app;
	send_fixed(x, STR("image/svg+xml"),
		STR("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 48 48\" fill=\"none\" "
		    "stroke-linecap=\"round\" stroke-linejoin=\"round\"><rect width=\"48\" "
		    "height=\"48\" rx=\"11\" fill=\"#1a4fa3\"/><path d=\"M13 25l8 8 15-17\" "
		    "stroke=\"#fff\" stroke-width=\"5\"/></svg>\n"));
}

void route_robots(struct http_exchange *x, void *app)
{
	(void)app;
	send_fixed(x, STR("text/plain; charset=utf-8"), STR("User-agent: *\nDisallow: /\n"));
}
