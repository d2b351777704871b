// SPDX-License-Identifier: Apache-2.0
/*
 * Any bytes through a whole connection: socket, state machine, routes, answers; once in one piece and once cut
 * as the first bytes say. What comes back must be the same but for dates, and nothing may stay open.
 * Runs in: fuzz.
 */
#include "base/buf.h"
#include "serve/census.h"
#include "serve/conn.h"
#include "serve/loop.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CUTS_LEN 8u
#define TURNS_MAX 100000

static void on_text(struct http_exchange *x, void *app)
{
	(void)app;
	http_set_validators(x, STR("\"a\""), 784111777);
	http_allow_ranges(x);
	http_send(x, 200, bytes_of(http_request_of(x)->path));
}

static void on_echo(struct http_exchange *x, void *app)
{
	(void)app;
	http_send(x, 200, http_request_of(x)->body);
}

static void on_flow(struct http_exchange *x, void *app)
{
	(void)app;
	http_start(x, 200, HTTP_LEN_UNKNOWN);
	(void)http_write(x, bytes_of(STR("one")));
	(void)http_write(x, bytes_of(STR("two")));
	http_finish(x);
}

static void on_stream(struct http_exchange *x, void *app)
{
	(void)app;
	http_set_state(x, arena_zalloc(http_arena(x), 1, sizeof(size_t)));
}

static void on_piece(struct http_exchange *x, struct bytes piece, void *app)
{
	size_t *n = http_state(x);

	(void)app;
	*n += piece.n;
	if (piece.n == 0)
		http_send(x, 200, bytes_of(str_fmt(http_arena(x), "%zu", *n)));
}

static const struct http_route routes[] = {
	{"/e", VERB_POST, on_echo, 5000, NULL},
	{"/s", VERB_POST, on_stream, 100000, on_piece},
	{"/f", VERB_GET, on_flow, 0, NULL},
	{"/*", VERB_GET, on_text, 0, NULL},
};

/* Adds what the server sent. */
static void drain(int fd, struct buf *out)
{
	static uint8_t room[65536];
	ssize_t n;

	while ((n = recv(fd, room, sizeof room, MSG_DONTWAIT)) > 0)
		buf_put(out, room, (size_t)n);
}

/* Without what may differ: "date: ..." by the clock, 100 Continue by whether the body came with its head. */
static void normalize(struct buf *b)
{
	struct str interim = STR("HTTP/1.1 100 Continue\r\n\r\n");
	struct str date = STR("\r\ndate: ");
	size_t kept = 0;

	for (size_t at = 0; at < b->n;) {
		struct str rest = str_slice(buf_str(b), at, b->n);

		if (str_starts(rest, interim)) {
			at += interim.n;
			continue;
		}
		if (str_starts(rest, date))
			at += date.n + 29;
		b->p[kept++] = b->p[at < b->n ? at : b->n - 1];
		at++;
	}
	b->n = kept;
}

/*
 * The i-th piece's length. They double each time all cuts were used: every byte of the beginning can be a
 * border, and a long input comes in a hundred pieces at most, not in thousands of system calls.
 */
static size_t piece_len(const uint8_t *cuts, size_t i)
{
	return ((size_t)cuts[i % CUTS_LEN] + 1) << (i / CUTS_LEN);
}

static void talk(struct listen_server *s, struct bytes in, const uint8_t *cuts, struct buf *out)
{
	struct listener l = {.server = s, .local = true};
	struct peer_address from = {.local = true};
	size_t at = 0;
	size_t cut = 0;
	int fds[2];

	CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds) == 0);
	CHECK(census_enter(s->config.census, 1));
	CHECK(conn_open(&l, fds[1], &from, false));
	for (int turn = 0; at < in.n && s->conn_count > 0 && turn < TURNS_MAX; turn++) {
		size_t n = cuts != NULL ? piece_len(cuts, cut) : in.n - at;

		n = n < in.n - at ? n : in.n - at;
		ssize_t sent = send(fds[0], in.p + at, n, MSG_NOSIGNAL);

		if (sent < 0 && errno != EAGAIN)
			break;
		at += sent > 0 ? (size_t)sent : 0;
		cut += sent > 0;
		(void)uv_run(&s->loop, UV_RUN_NOWAIT);
		drain(fds[0], out);
	}
	(void)shutdown(fds[0], SHUT_WR);
	for (int turn = 0; s->conn_count > 0; turn++) {
		CHECK(turn < TURNS_MAX);
		(void)uv_run(&s->loop, UV_RUN_NOWAIT);
		drain(fds[0], out);
	}
	drain(fds[0], out);
	close(fds[0]);
	(void)uv_run(&s->loop, UV_RUN_NOWAIT);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct listen_server *s;
	struct buf whole = buf_new((size_t)64 << 20);
	struct buf cut = buf_new((size_t)64 << 20);
	struct err err;

	if (s == NULL) {
		struct listen_config config = {
			.routes = {routes, ARRAY_COUNT(routes), NULL, NULL}, .access_fd = -1};

		(void)signal(SIGPIPE, SIG_IGN);
		CHECK(listen_new(&config, &s, &err) == RC_OK);
	}
	if (size > CUTS_LEN) {
		struct bytes in = {data + CUTS_LEN, size - CUTS_LEN};

		talk(s, in, NULL, &whole);
		talk(s, in, data, &cut);
		/* Only then: a look at every byte costs more than the talk. */
		if (!str_eq(buf_str(&whole), buf_str(&cut))) {
			normalize(&whole);
			normalize(&cut);
			CHECK(str_eq(buf_str(&whole), buf_str(&cut)));
		}
	}
	buf_free(&whole);
	buf_free(&cut);
	return 0;
}
