// SPDX-License-Identifier: Apache-2.0
/* The loop of one process: accepting, caps, deadlines, drain. Runs in: verify, console. */
#include "serve/listen.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "serve/access.h"
#include "serve/exchange.h"
#include "serve/field.h"
#include "serve/loop.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define TICK_MS 200
#define ACCEPTS_A_TURN 64
/* Descriptors that are not connections: listeners, loop, log, ledger. */
#define OTHER_FDS 64u

static void set_default(uint32_t *v, uint32_t otherwise)
{
	if (*v == 0)
		*v = otherwise;
}

static void set_defaults(struct listen_config *c)
{
	set_default(&c->conn_max, 16384);
	set_default(&c->loops, 1);
	set_default(&c->conn_per_address_max, 256);
	set_default(&c->head_ms, 10000);
	set_default(&c->idle_ms, 60000);
	set_default(&c->linger_ms, 2000);
	set_default(&c->rate_ms, 10000);
	set_default(&c->rate_min, 500);
	set_default(&c->wait_ms, 60000);
	set_default(&c->drain_ms, 15000);
	set_default(&c->event_ms, 15000);
	set_default(&c->file_len_max, 128u << 20);
}

static uint32_t descriptors_for_connections(void)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur > UINT32_MAX)
		return UINT32_MAX;
	return files.rlim_cur > 2 * OTHER_FDS ? (uint32_t)files.rlim_cur - OTHER_FDS : OTHER_FDS;
}

static void set_lengths(struct listen_server *s)
{
	const struct listen_config *c = &s->config;

	s->due.length_ms[DUE_HEAD] = c->head_ms;
	s->due.length_ms[DUE_IDLE] = c->idle_ms;
	s->due.length_ms[DUE_RATE] = c->rate_ms;
	s->due.length_ms[DUE_WAIT] = c->wait_ms;
	s->due.length_ms[DUE_EVENT] = c->event_ms;
	s->due.length_ms[DUE_LINGER] = c->linger_ms;
	due_init(&s->due);
}

static void on_prepare(uv_prepare_t *prepare)
{
	conn_advance_woken(prepare->data);
}

static void on_tick(uv_timer_t *tick);

static enum rc make_census(struct listen_server *s, struct err *err)
{
	AUTO_FD fd = -1;
	enum rc rc = census_create(1, &fd, err);

	if (rc == RC_OK)
		rc = census_map(fd, 0, &s->own_census, err);
	s->config.census = s->own_census;
	return rc;
}

enum rc listen_new(const struct listen_config *config, struct listen_server **out, struct err *err)
{
	struct listen_server *s = mem_zalloc(1, sizeof *s);
	enum rc rc = RC_OK;

	s->config = *config;
	set_defaults(&s->config);
	s->conn_max = descriptors_for_connections();
	set_lengths(s);
	if (s->config.census == NULL)
		rc = make_census(s, err);
	int failed = rc == RC_OK ? uv_loop_init(&s->loop) : 0;

	if (failed != 0)
		rc = err_set(err, RC_SYSTEM, "making the event loop: %s", uv_strerror(failed));
	if (rc != RC_OK) {
		census_unmap(&s->own_census);
		MEM_FREE(s);
		return rc;
	}
	s->head = buf_new(LOOP_BUFFER_LEN);
	s->access = buf_new(LOOP_BUFFER_LEN);
	s->reserve_fd = -1;
	(void)uv_timer_init(&s->loop, &s->tick);
	(void)uv_prepare_init(&s->loop, &s->prepare);
	s->tick.data = s;
	s->prepare.data = s;
	(void)uv_timer_start(&s->tick, on_tick, TICK_MS, TICK_MS);
	(void)uv_prepare_start(&s->prepare, on_prepare);
	*out = s;
	return RC_OK;
}

uv_loop_t *listen_loop(struct listen_server *s)
{
	return &s->loop;
}

struct str loop_date(struct listen_server *s)
{
	int64_t now = clock_wall_s();

	if (now != s->date_s) {
		field_put_date(now, s->date);
		s->date_s = now;
	}
	return (struct str){s->date, FIELD_DATE_LEN - 1};
}

/*
 * The connection that can best be done without. Of those whose bytes are under way, the one that has been there longest:
 * who is served in a moment is not it. NULL when all wait for us.
 */
static struct conn *least_needed(struct listen_server *s)
{
	static const enum due_kind order[] = {DUE_LINGER, DUE_IDLE, DUE_HEAD, DUE_RATE};

	for (size_t i = 0; i < ARRAY_COUNT(order); i++) {
		struct due *d = due_first(&s->due, order[i], UINT64_MAX);

		if (d != NULL)
			return conn_of_due(d);
	}
	return NULL;
}

static bool make_room(struct listen_server *s)
{
	struct conn *c = least_needed(s);

	if (c == NULL)
		return false;
	s->counts.capped++;
	conn_close(c);
	return true;
}

/*
 * What all loops together may have when this one has so many. One that has more than its part leaves room: a flood
 * that the kernel gives to it alone must not leave the others without a place and without anybody to let go.
 */
static uint32_t max_in_all(const struct listen_server *s, uint32_t own)
{
	uint32_t max = s->config.conn_max;

	return own > max / s->config.loops ? max - max / 16 : max;
}

static bool enter(struct listen_server *s)
{
	struct census *c = s->config.census;

	if (s->conn_count < s->conn_max && census_enter(c, max_in_all(s, s->conn_count + 1)))
		return true;
	/* One for one. */
	return make_room(s) && census_enter(c, s->config.conn_max);
}

static void turn_away(struct listen_server *s, int own_fd)
{
	s->counts.capped++;
	close(own_fd);
}

static void admit(struct listener *l, int own_fd, const struct peer_address *from)
{
	struct listen_server *s = l->server;
	bool counted = !peer_is_trusted(&s->config.proxies, from) && !from->local;

	s->counts.accepted++;
	/* First of all the address's: who has too many makes nobody leave. */
	if (counted && !census_add(s->config.census, from, s->config.conn_per_address_max)) {
		turn_away(s, own_fd);
		return;
	}
	if (!enter(s))
		turn_away(s, own_fd);
	else if (conn_open(l, own_fd, from, counted))
		return;
	else
		census_leave(s->config.census);
	if (counted)
		census_drop(s->config.census, from);
}

static void pause_listener(struct listener *l, bool pause);

/*
 * No descriptor left: the reserve is given up to take the waiting connection and end it, so that it does
 * not keep the loop busy; an idle one goes, and accepting rests until the next tick.
 */
static void run_short(struct listener *l)
{
	struct listen_server *s = l->server;

	(void)make_room(s);
	if (s->reserve_fd >= 0) {
		file_auto_close(&s->reserve_fd);
		int fd = accept4(l->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (fd >= 0)
			turn_away(s, fd);
		s->reserve_fd = fcntl(l->fd, F_DUPFD_CLOEXEC, 0);
	}
	pause_listener(l, true);
}

/* Takes one that waits. False when none does, or when there is no descriptor for it. */
static bool accept_next(struct listener *l)
{
	struct sockaddr_storage from;
	socklen_t len = sizeof from;
	int fd = accept4(l->fd, (struct sockaddr *)&from, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (fd >= 0) {
		struct peer_address a = peer_of_socket((struct sockaddr *)&from);

		a.local |= l->local;
		admit(l, fd, &a);
		return true;
	}
	if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
		run_short(l);
		return false;
	}
	/* Else it went away while it waited: the next one. */
	return errno != EAGAIN;
}

static void on_connect(uv_poll_t *poll, int status, int events)
{
	(void)events;
	for (int i = 0; i < ACCEPTS_A_TURN && status == 0 && accept_next(poll->data); i++)
		;
}

static void pause_listener(struct listener *l, bool pause)
{
	l->paused = pause;
	if (pause)
		(void)uv_poll_stop(&l->poll);
	else
		(void)uv_poll_start(&l->poll, UV_READABLE, on_connect);
}

enum rc listen_add(struct listen_server *s, int own_fd, struct tls_server *tls, struct err *err)
{
	struct listener *l = mem_zalloc(1, sizeof *l);
	int domain = AF_UNIX;
	socklen_t n = sizeof domain;
	int failed = uv_poll_init(&s->loop, &l->poll, own_fd);

	if (failed != 0) {
		close(own_fd);
		MEM_FREE(l);
		return err_set(
			err, RC_SYSTEM, "watching a listening socket: %s", uv_strerror(failed));
	}
	(void)getsockopt(own_fd, SOL_SOCKET, SO_DOMAIN, &domain, &n);
	l->local = domain == AF_UNIX;
	l->server = s;
	l->tls = tls;
	l->fd = own_fd;
	l->poll.data = l;
	l->next = s->listeners;
	s->listeners = l;
	if (s->reserve_fd < 0)
		s->reserve_fd = fcntl(own_fd, F_DUPFD_CLOEXEC, 0);
	pause_listener(l, false);
	return RC_OK;
}

static void on_listener_closed(uv_handle_t *handle)
{
	struct listener *l = handle->data;

	MEM_FREE(l);
}

static void close_listeners(struct listen_server *s)
{
	while (s->listeners != NULL) {
		struct listener *l = s->listeners;

		s->listeners = l->next;
		uv_close((uv_handle_t *)&l->poll, on_listener_closed);
		close(l->fd);
	}
	file_auto_close(&s->reserve_fd);
}

static void close_connections(struct listen_server *s)
{
	for (int k = 0; k < DUE_COUNT; k++)
		for (struct due *d; (d = due_first(&s->due, (enum due_kind)k, UINT64_MAX)) != NULL;)
			conn_close(conn_of_due(d));
}

static void on_tick(uv_timer_t *tick)
{
	struct listen_server *s = tick->data;
	uint64_t now = loop_now(s);

	for (int k = 0; k < DUE_COUNT; k++)
		for (struct due *d; (d = due_first(&s->due, (enum due_kind)k, now)) != NULL;)
			conn_expire(conn_of_due(d));
	while (census_open(s->config.census) > max_in_all(s, s->conn_count) && make_room(s))
		;
	for (struct listener *l = s->listeners; l != NULL; l = l->next)
		if (l->paused)
			pause_listener(l, false);
	access_flush(s);
	if (s->draining && now >= s->drain_at_ms)
		close_connections(s);
	if (s->draining && s->conn_count == 0)
		uv_stop(&s->loop);
}

void listen_drain(struct listen_server *s)
{
	if (s->draining)
		return;
	/* Whom the kernel has answered for us would lose a request by the closing of the listener. */
	for (struct listener *l = s->listeners; l != NULL; l = l->next)
		for (uint32_t i = 0; i < s->config.conn_max && accept_next(l); i++)
			;
	s->draining = true;
	s->drain_at_ms = loop_now(s) + s->config.drain_ms;
	close_listeners(s);
	for (int k = 0; k < DUE_COUNT; k++) {
		struct due *end = &s->due.ends[k];

		for (struct due *d = end->next, *next = d->next; d != end; d = next, next = d->next)
			conn_drain(conn_of_due(d));
	}
}

bool listen_is_draining(const struct listen_server *s)
{
	return s->draining;
}

void listen_run(struct listen_server *s)
{
	(void)uv_run(&s->loop, UV_RUN_DEFAULT);
}

static void close_handle(uv_handle_t *handle, void *unused)
{
	(void)unused;
	if (!uv_is_closing(handle))
		uv_close(handle, NULL);
}

void listen_free(struct listen_server **out)
{
	struct listen_server *s = *out;

	if (s == NULL)
		return;
	close_listeners(s);
	close_connections(s);
	conn_advance_woken(s);
	uv_walk(&s->loop, close_handle, NULL);
	(void)uv_run(&s->loop, UV_RUN_DEFAULT);
	CHECK(uv_loop_close(&s->loop) == 0);
	while (s->spare != NULL) {
		struct http_exchange *x = s->spare;

		s->spare = x->free_next;
		exchange_free(&x);
	}
	access_flush(s);
	census_unmap(&s->own_census);
	buf_free(&s->head);
	buf_free(&s->access);
	MEM_FREE(s);
	*out = NULL;
}

void listen_counts(const struct listen_server *s, struct listen_counts *out)
{
	*out = s->counts;
	out->open = s->conn_count;
}
