// SPDX-License-Identifier: Apache-2.0
/* One request and its answer. Runs in: verify, console. */
#include "serve/exchange.h"

#include "base/mem.h"
#include "serve/access.h"
#include "serve/answer.h"
#include "serve/loop.h"
#include "serve/route.h"
#include "serve/tls.h"

#include <string.h>

void exchange_begin(struct conn *c)
{
	struct listen_server *s = c->server;
	struct http_exchange *x = s->spare;
	struct arena *a = NULL;

	if (x != NULL) {
		s->spare = x->free_next;
		s->spare_count--;
		a = x->arena;
	} else {
		x = mem_alloc(sizeof *x);
	}
	memset(x, 0, sizeof *x);
	x->arena = a != NULL ? a : arena_new(EXCHANGE_ARENA_MAX);
	x->conn = c;
	x->began_ms = loop_now(s);
	out_init(&x->out);
	c->x = x;
}

void exchange_free(struct http_exchange **x)
{
	if (*x == NULL)
		return;
	arena_free(&(*x)->arena);
	MEM_FREE(*x);
}

/* Whose file has been under way longest, but x's; NULL: nobody's has. */
static struct conn *slowest_reader(struct listen_server *s, const struct http_exchange *x)
{
	const struct due *end = &s->due.ends[DUE_RATE];
	struct conn *slowest = NULL;

	for (struct due *d = end->next; d != end; d = d->next) {
		struct conn *c = conn_of_due(d);

		if (c->x != NULL && c->x != x && c->x->file_len != 0
			&& (slowest == NULL || c->x->began_ms < slowest->x->began_ms))
			slowest = c;
	}
	return slowest;
}

void exchange_hold_file(struct http_exchange *x, uint64_t len)
{
	struct listen_server *s = x->conn->server;
	struct conn *slowest;

	x->file_len = len;
	s->file_len += len;
	while (s->file_len > s->config.file_len_max && (slowest = slowest_reader(s, x)) != NULL) {
		s->counts.capped++;
		conn_close(slowest);
	}
}

void exchange_end(struct conn *c)
{
	struct listen_server *s = c->server;
	struct http_exchange *x = c->x;

	c->x = NULL;
	if (x == NULL)
		return;
	if (x->status != 0) {
		s->counts.requests++;
		s->counts.answers[x->status / 100 <= 5 ? x->status / 100 : 0]++;
		access_put(s, x);
	}
	buf_free(&x->body);
	out_free(&x->out);
	s->file_len -= x->file_len;
	if (x->end != NULL)
		x->end(x->end_state);
	if (s->spare_count >= LOOP_SPARE_MAX) {
		exchange_free(&x);
		return;
	}
	arena_reset(x->arena);
	x->free_next = s->spare;
	s->spare = x;
	s->spare_count++;
}

void exchange_fail(struct http_exchange *x, unsigned status)
{
	x->close = true;
	x->body_done = true;
	if (x->phase == EXCHANGE_WAITING)
		answer_refuse(x, status);
	else
		x->aborted = true;
}

static void describe_peer(struct http_exchange *x)
{
	struct conn *c = x->conn;
	const struct listen_config *config = &c->server->config;
	struct http_request *r = &x->request;
	struct str proto;

	r->peer = c->peer;
	r->secure = c->ssl != NULL;
	if (c->ssl != NULL)
		r->client_name = tls_client_name(c->ssl, x->arena);
	if (!c->trusted)
		return;
	if (config->source == PEER_SOURCE_FORWARDED)
		peer_from_forwarded(&config->proxies, http_join_header(x->arena, r, "forwarded"),
			&r->peer, &r->secure);
	if (config->source != PEER_SOURCE_X_FORWARDED_FOR)
		return;
	peer_from_list(
		&config->proxies, http_join_header(x->arena, r, "x-forwarded-for"), &r->peer);
	if (http_find_header(r, "x-forwarded-proto", &proto))
		r->secure = str_eq_nocase(proto, STR("https"));
}

/* Zero when the route may have the request. */
static unsigned admit(struct http_exchange *x)
{
	const struct http_routes *routes = &x->conn->server->config.routes;

	/* OPTIONS of the server as a whole (RFC 9110, 9.3.7). */
	if (x->request.segment_count == 0) {
		x->allow = VERB_GET | VERB_HEAD | VERB_POST | VERB_OPTIONS;
		return 204;
	}
	x->route = route_find(routes, &x->request, &x->allow);
	if (x->route == NULL && x->allow == 0)
		return 404;
	if (x->route == NULL)
		return x->request.verb == VERB_OPTIONS ? 204 : 405;
	/* Where none belongs, a body is more often somebody else's request (RFC 9110, 9.3.1). */
	if (x->route->body_max == 0 && (x->guard.length > 0 || x->guard.chunked))
		return 400;
	return x->guard.length > x->route->body_max ? 413 : 0;
}

/* A request that no route gets. Its body, if any, is not read: the connection ends. */
static void turn_away(struct http_exchange *x, unsigned status)
{
	x->close |= x->guard.chunked || x->guard.length > 0;
	x->body_done = true;
	if (status != 204) {
		answer_refuse(x, status);
		return;
	}
	http_set_header(x, "allow", route_allow_text(x->arena, x->allow));
	http_send(x, 204, (struct bytes){NULL, 0});
}

void exchange_take_head(struct http_exchange *x, struct bytes head)
{
	const struct http_routes *routes = &x->conn->server->config.routes;

	x->parse = parse_new(x->arena);
	unsigned status = parse_read_head(x->parse, &x->guard, head, &x->request);

	if (status != 0) {
		x->conn->server->counts.malformed++;
		exchange_fail(x, status);
		return;
	}
	x->parsed = true;
	x->close = x->guard.asks_close || (x->guard.minor == 0 && !x->guard.asks_keep);
	describe_peer(x);
	status = admit(x);
	if (status != 0) {
		turn_away(x, status);
		return;
	}
	x->body = buf_new((size_t)x->route->body_max);
	if (x->route->on_body != NULL) {
		x->route->handler(x, routes->app);
	}
}

bool exchange_takes_all(const struct http_exchange *x)
{
	return x->body_len + parse_body_left(x->parse) <= x->route->body_max;
}

void exchange_take_piece(struct http_exchange *x, struct bytes piece)
{
	x->body_len += piece.n;
	if (!exchange_takes_all(x)) {
		exchange_fail(x, 413);
		return;
	}
	if (x->route->on_body != NULL)
		x->route->on_body(x, piece, x->conn->server->config.routes.app);
	else
		buf_put_bytes(&x->body, piece);
}

void exchange_take_end(struct http_exchange *x)
{
	void *app = x->conn->server->config.routes.app;

	x->body_done = true;
	if (x->route->on_body != NULL) {
		x->route->on_body(x, (struct bytes){NULL, 0}, app);
		return;
	}
	x->request.body = buf_bytes(&x->body);
	x->route->handler(x, app);
}

void exchange_offer_continue(struct http_exchange *x)
{
	static const char text[] = "HTTP/1.1 100 Continue\r\n\r\n";

	if (!x->guard.expects_continue || x->body_len > 0 || x->phase != EXCHANGE_WAITING)
		return;
	x->guard.expects_continue = false;
	x->out.interim = (struct bytes){(const uint8_t *)text, sizeof text - 1};
}
