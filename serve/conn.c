// SPDX-License-Identifier: Apache-2.0
/* Connections. Runs in: verify, console. */
#include "serve/conn.h"

#include "base/mem.h"
#include "serve/exchange.h"
#include "serve/loop.h"
#include "serve/tls.h"
#include "serve/transport.h"

#include <stddef.h>
#include <sys/socket.h>
#include <unistd.h>

/* Part of a head, and one more read. */
#define IN_MAX (GUARD_HEAD_MAX + LOOP_BUFFER_LEN)
#define LINGER_MAX_LEN 1048576u
/* RFC 8446, 5.1: the most one record holds. */
#define RECORD_LEN ((size_t)16384)
/* Buffers, of one answer or of as many, that one connection may send before others have their turn. */
#define SENDS_A_TURN 16

static void on_poll(uv_poll_t *poll, int status, int events);
static void watch(struct conn *c);

bool conn_open(struct listener *l, int own_fd, const struct peer_address *from, bool counted)
{
	struct listen_server *s = l->server;
	struct conn *c = mem_zalloc(1, sizeof *c);

	if (uv_poll_init(&s->loop, &c->poll, own_fd) != 0) {
		close(own_fd);
		MEM_FREE(c);
		return false;
	}
	c->server = s;
	c->fd = own_fd;
	c->in = buf_new(IN_MAX);
	c->socket_peer = *from;
	c->peer = *from;
	c->counted = counted;
	c->trusted = peer_is_trusted(&s->config.proxies, from);
	c->fresh = true;
	c->need_more = true;
	c->read_block = UV_READABLE;
	if (l->tls != NULL)
		transport_begin_tls(c, l->tls);
	c->state = c->ssl != NULL ? CONN_HANDSHAKE : CONN_HEAD;
	if (s->config.source == PEER_SOURCE_PROXY && c->trusted)
		c->state = CONN_PROXY;
	s->conn_count++;
	watch(c);
	return true;
}

static void on_closed(uv_handle_t *handle)
{
	struct conn *c = (struct conn *)(void *)handle;

	if (c->woken)
		c->orphan = true;
	else
		MEM_FREE(c);
}

void conn_close(struct conn *c)
{
	struct listen_server *s = c->server;
	struct http_exchange *x = c->x;

	if (c->state == CONN_CLOSED)
		return;
	c->state = CONN_CLOSED;
	if (x != NULL && x->gone != NULL)
		x->gone(x, s->config.routes.app);
	exchange_end(c);
	due_drop(&c->due);
	if (c->counted)
		census_drop(s->config.census, &c->socket_peer);
	census_leave(s->config.census);
	s->conn_count--;
	buf_free(&c->in);
	tls_session_free(&c->ssl);
	uv_close((uv_handle_t *)&c->poll, on_closed);
	close(c->fd);
	c->fd = -1;
}

void conn_wake(struct conn *c)
{
	struct listen_server *s = c->server;

	if (c->busy || c->woken || c->state == CONN_CLOSED)
		return;
	c->woken = true;
	c->woken_next = s->woken;
	s->woken = c;
}

void conn_advance_woken(struct listen_server *s)
{
	while (s->woken != NULL) {
		struct conn *c = s->woken;

		s->woken = c->woken_next;
		c->woken = false;
		if (c->orphan)
			MEM_FREE(c);
		else if (c->state != CONN_CLOSED)
			conn_advance(c);
	}
}

/* What is not used yet goes to, or stays in, the connection's own buffer. */
static void keep_input(struct conn *c)
{
	struct bytes rest = c->input;
	bool own = c->in.n > 0;

	if (rest.n == 0) {
		buf_free(&c->in);
	} else if (own && rest.n < c->in.n) {
		struct buf shorter = buf_new(IN_MAX);

		buf_put_bytes(&shorter, rest);
		buf_free(&c->in);
		c->in = shorter;
	} else if (!own) {
		buf_put_bytes(&c->in, rest);
	}
	c->input = buf_bytes(&c->in);
}

static void use_input(struct conn *c, size_t n)
{
	c->input.p += n;
	c->input.n -= n;
}

/* Reads once. True when there is more input than before. */
static bool fill(struct conn *c)
{
	struct listen_server *s = c->server;
	size_t n;

	if (!c->readable && !transport_has_more(c))
		return false;
	if (c->input.n > 0)
		keep_input(c);
	c->readable = false;
	enum transport_step step = transport_read(c, s->read_buffer, LOOP_BUFFER_LEN, &n);

	if (step == TRANSPORT_BLOCKED)
		return false;
	if (step != TRANSPORT_DONE) {
		c->broken = true;
		return false;
	}
	c->moved_len += n;
	s->counts.bytes_in += n;
	c->need_more = false;
	if (c->input.n == 0) {
		buf_free(&c->in);
		c->input = (struct bytes){s->read_buffer, n};
		return true;
	}
	buf_put(&c->in, s->read_buffer, n);
	CHECK(!c->in.full);
	c->input = buf_bytes(&c->in);
	return true;
}

/*
 * The header must be there whole with the first read, as its specification lets receivers ask (2, last
 * paragraphs). Peeked at, so that TLS finds its own first byte in the socket.
 */
static bool step_proxy(struct conn *c)
{
	uint8_t room[PEER_PROXY_MAX_LEN];
	size_t used = 0;

	if (!c->readable)
		return false;
	c->readable = false;
	ssize_t n = recv(c->fd, room, sizeof room, MSG_PEEK);

	if (n <= 0
		|| peer_read_proxy((struct bytes){room, (size_t)n}, &c->peer, &used, NULL) != RC_OK
		|| used == 0 || recv(c->fd, room, used, 0) != (ssize_t)used) {
		c->server->counts.malformed++;
		c->broken = true;
		return false;
	}
	c->readable = (size_t)n > used;
	c->state = c->ssl != NULL ? CONN_HANDSHAKE : CONN_HEAD;
	return true;
}

static bool step_handshake(struct conn *c)
{
	if (!c->readable)
		return false;
	switch (transport_handshake(c)) {
	case TRANSPORT_DONE:
		c->state = CONN_HEAD;
		return true;
	case TRANSPORT_BLOCKED:
		c->readable = false;
		return false;
	case TRANSPORT_ENDED:
	case TRANSPORT_BROKEN:
		break;
	}
	c->server->counts.handshakes_failed++;
	c->broken = true;
	return false;
}

static bool step_head(struct conn *c)
{
	size_t head_len = 0;

	if (c->need_more && !fill(c))
		return false;
	if (c->x == NULL)
		exchange_begin(c);
	struct http_exchange *x = c->x;
	enum guard_step step = guard_read_head(&x->guard, c->input, &head_len);

	if (step == GUARD_MORE) {
		c->need_more = true;
		return true;
	}
	c->state = CONN_REQUEST;
	c->fresh = false;
	if (step == GUARD_BAD) {
		c->server->counts.malformed++;
		exchange_fail(x, x->guard.status);
		return true;
	}
	struct bytes head = {c->input.p, head_len};

	use_input(c, head_len);
	exchange_take_head(x, head);
	return true;
}

static bool wants_body(const struct conn *c)
{
	const struct http_exchange *x = c->x;

	return !x->body_done && !x->body_paused && x->phase != EXCHANGE_FINISHED && !x->aborted;
}

static bool feed_body(struct conn *c)
{
	struct http_exchange *x = c->x;
	struct bytes piece;
	unsigned status;
	size_t used;

	if (!wants_body(c) || (c->need_more && !fill(c)))
		return false;
	enum guard_step step = parse_read_body(x->parse, c->input, &used, &piece, &status);

	use_input(c, used);
	switch (step) {
	case GUARD_MORE:
		c->need_more = true;
		if (exchange_takes_all(x))
			exchange_offer_continue(x);
		else
			exchange_fail(x, 413);
		break;
	case GUARD_PIECE:
		exchange_take_piece(x, piece);
		break;
	case GUARD_DONE:
		exchange_take_end(x);
		break;
	case GUARD_BAD:
		c->server->counts.malformed++;
		exchange_fail(x, status);
		break;
	}
	return true;
}

/* Sends one buffer full. True when the connection can go on. */
static bool send_some(struct conn *c)
{
	struct listen_server *s = c->server;
	size_t filled;
	size_t n;

	/* Asking the kernel when there is room gives the others their turn. */
	if (c->sends == SENDS_A_TURN) {
		c->blocked = true;
		c->write_block = UV_WRITABLE;
		return false;
	}
	c->sends++;

	/* OpenSSL takes one record at a time (SSL_MODE_ENABLE_PARTIAL_WRITE). */
	size_t room = c->ssl != NULL ? RECORD_LEN : LOOP_BUFFER_LEN;

	if (out_fill(&c->x->out, s->write_buffer, room, &filled) != RC_OK) {
		c->broken = true;
		return false;
	}
	enum transport_step step = transport_write(c, s->write_buffer, filled, &n);

	if (step == TRANSPORT_DONE) {
		out_advance(&c->x->out, n);
		c->moved_len += n;
		s->counts.bytes_out += n;
		return true;
	}
	c->blocked = step == TRANSPORT_BLOCKED;
	c->broken = !c->blocked;
	return false;
}

static bool flush(struct conn *c)
{
	struct http_exchange *x = c->x;
	uint64_t before = c->moved_len;

	if (x->aborted)
		return false;
	while (!c->blocked && !out_is_empty(&x->out) && send_some(c))
		;
	if (x->starved && !c->broken && x->phase == EXCHANGE_STARTED
		&& out_stream_len(&x->out) < HTTP_STREAM_HIGH_LEN / 4) {
		x->starved = false;
		if (x->ready != NULL)
			x->ready(x, c->server->config.routes.app);
		return true;
	}
	return c->moved_len > before;
}

/* Ends the exchange when all of it is out. */
static bool settle(struct conn *c)
{
	struct http_exchange *x = c->x;

	if (x->aborted) {
		c->broken = true;
		return false;
	}
	if (x->phase != EXCHANGE_FINISHED || !out_is_empty(&x->out))
		return false;
	bool last = x->close || !x->body_done;

	exchange_end(c);
	due_drop(&c->due);
	c->need_more = c->input.n == 0;
	c->state = CONN_HEAD;
	if (last) {
		transport_end(c);
		c->state = CONN_LINGER;
		c->need_more = true;
	}
	return true;
}

static bool step_request(struct conn *c)
{
	bool moved = feed_body(c);

	if (!c->broken)
		moved |= flush(c);
	return !c->broken && settle(c) ? true : moved;
}

static bool step_linger(struct conn *c)
{
	uint64_t before = c->moved_len;

	c->input.n = 0;
	if (!fill(c))
		return false;
	c->lingered_len += (uint32_t)(c->moved_len - before);
	c->broken = c->lingered_len > LINGER_MAX_LEN;
	return !c->broken;
}

static bool step(struct conn *c)
{
	switch (c->state) {
	case CONN_PROXY:
		return step_proxy(c);
	case CONN_HANDSHAKE:
		return step_handshake(c);
	case CONN_HEAD:
		return step_head(c);
	case CONN_REQUEST:
		return step_request(c);
	case CONN_LINGER:
		return step_linger(c);
	case CONN_CLOSED:
		break;
	}
	return false;
}

void conn_advance(struct conn *c)
{
	c->busy = true;
	c->sends = 0;
	c->input = buf_bytes(&c->in);
	while (!c->broken && step(c))
		;
	c->busy = false;
	if (c->broken) {
		conn_close(c);
		return;
	}
	keep_input(c);
	watch(c);
}

/* Of a connection within an exchange: what to look out for, and how long. */
static enum due_kind watch_request(const struct conn *c, int *events)
{
	const struct http_exchange *x = c->x;
	bool streaming = x->events && x->phase == EXCHANGE_STARTED;
	bool sending = c->blocked && !out_is_empty(&x->out);
	bool receiving = wants_body(c) && c->need_more;

	*events = (sending ? c->write_block : 0) | (receiving ? c->read_block : 0);
	if (streaming && !receiving)
		*events |= UV_DISCONNECT;
	/* A reset is told to whoever watches anything; half a close, after which the answer is wanted, is not. */
	if (*events == 0)
		*events = UV_PRIORITIZED;
	if (sending || receiving)
		return DUE_RATE;
	return streaming ? DUE_EVENT : DUE_WAIT;
}

static bool awaits_request(const struct conn *c)
{
	return c->state == CONN_HEAD && c->x == NULL;
}

static void watch(struct conn *c)
{
	struct listen_server *s = c->server;
	enum due_kind kind = DUE_HEAD;
	int events = c->read_block;

	if (c->state == CONN_LINGER || (s->draining && awaits_request(c)))
		kind = DUE_LINGER;
	else if (awaits_request(c) && !c->fresh)
		kind = DUE_IDLE;
	else if (c->state == CONN_REQUEST)
		kind = watch_request(c, &events);
	if (c->due.next == NULL || c->due.kind != kind) {
		due_set(&s->due, &c->due, kind, loop_now(s));
		c->moved_before = c->moved_len;
	}
	if (events == c->events)
		return;
	c->events = events;
	if (uv_poll_start(&c->poll, events, on_poll) != 0)
		conn_close(c);
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
	struct conn *c = (struct conn *)(void *)poll;

	/* Urgent bytes are no part of HTTP; libuv also says so of a peer that hung up. */
	if (status < 0 || (events & (UV_DISCONNECT | UV_PRIORITIZED)) != 0) {
		conn_close(c);
		return;
	}
	if ((events & c->read_block) != 0)
		c->readable = true;
	if ((events & c->write_block) != 0)
		c->blocked = false;
	conn_advance(c);
}

static void expire_request(struct conn *c)
{
	struct http_exchange *x = c->x;

	if (x->phase != EXCHANGE_WAITING) {
		conn_close(c);
		return;
	}
	/* The handler is told that it need not answer any more. */
	if (x->gone != NULL)
		x->gone(x, c->server->config.routes.app);
	x->gone = NULL;
	exchange_fail(x, x->body_done ? 503 : 408);
	due_drop(&c->due);
	conn_advance(c);
}

static bool moves_enough(const struct conn *c)
{
	const struct listen_config *config = &c->server->config;

	return c->moved_len - c->moved_before
		>= (uint64_t)config->rate_min * config->rate_ms / 1000;
}

void conn_expire(struct conn *c)
{
	struct listen_server *s = c->server;
	enum due_kind kind = c->due.kind;

	if (kind == DUE_EVENT || (kind == DUE_RATE && moves_enough(c))) {
		due_set(&s->due, &c->due, kind, loop_now(s));
		c->moved_before = c->moved_len;
		if (kind == DUE_EVENT)
			(void)http_write(c->x, bytes_of(STR(":\n\n")));
		return;
	}
	if (kind != DUE_IDLE && kind != DUE_LINGER)
		s->counts.timed_out++;
	if (c->state == CONN_REQUEST) {
		expire_request(c);
	} else if (c->state == CONN_HEAD && c->x != NULL) {
		c->state = CONN_REQUEST;
		exchange_fail(c->x, 408);
		due_drop(&c->due);
		conn_advance(c);
	} else {
		if (c->state == CONN_HEAD)
			transport_end(c);
		conn_close(c);
	}
}

void conn_drain(struct conn *c)
{
	if (c->x != NULL)
		c->x->close = true;
	if (!awaits_request(c))
		return;
	/* A request may have come that was not read yet: then it is under way, too. */
	c->readable = true;
	conn_advance(c);
	if (awaits_request(c) && !c->fresh) {
		transport_end(c);
		conn_close(c);
	}
}
