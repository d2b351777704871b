// SPDX-License-Identifier: Apache-2.0
/* A document that is given up while it is sent: its reader gets all of it, and nothing is left. Runs in: make check. */
#include "serve/blob.h"
#include "serve/census.h"
#include "serve/conn.h"
#include "serve/loop.h"
#include "tests/harness/harness.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define DOCUMENT_LEN ((size_t)1 << 20)

static uint8_t document[DOCUMENT_LEN];
static struct blob *shared;

/* Its only holder is the answer. */
static void on_given_up(struct http_exchange *x, void *app)
{
	struct blob *b = blob_new((struct bytes){document, DOCUMENT_LEN});

	(void)app;
	blob_send(x, b);
	blob_free(&b);
	assert_null(b);
}

static void on_shared(struct http_exchange *x, void *app)
{
	(void)app;
	blob_send(x, shared);
}

static const struct http_route routes[] = {
	{"/given-up", VERB_GET, on_given_up, 0, NULL},
	{"/shared", VERB_GET, on_shared, 0, NULL},
};

static int connect_to(struct listen_server *s)
{
	struct listener l = {.server = s, .local = true};
	struct peer_address from = {.local = true};
	int fds[2];

	assert_int_equal(
		socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds), 0);
	/* A connection leaves what its listener entered. */
	assert_true(census_enter(s->config.census, 1));
	assert_true(conn_open(&l, fds[1], &from, false));
	return fds[0];
}

static void ask(int fd, const char *request)
{
	assert_int_equal(send(fd, request, strlen(request), MSG_NOSIGNAL), strlen(request));
}

/* All that comes until the server closes. */
static void read_all(struct listen_server *s, int fd, struct buf *out)
{
	static uint8_t room[3000];

	buf_reset(out);
	for (;;) {
		ssize_t n = recv(fd, room, sizeof room, MSG_DONTWAIT);

		if (n == 0)
			break;
		if (n > 0)
			buf_put(out, room, (size_t)n);
		(void)uv_run(listen_loop(s), UV_RUN_NOWAIT);
	}
	close(fd);
	while (s->conn_count > 0)
		(void)uv_run(listen_loop(s), UV_RUN_ONCE);
	assert_int_equal(census_open(s->config.census), 0);
}

static struct str body_of(const struct buf *answer)
{
	struct str s = buf_str(answer);

	return str_slice(s, str_find_str(s, STR("\r\n\r\n")) + 4, s.n);
}

static bool has(const struct buf *answer, const char *what)
{
	return str_find_str(buf_str(answer), str_of(what)) < answer->n;
}

static struct listen_server *begin(void)
{
	struct listen_config config = {
		.routes = {routes, ARRAY_COUNT(routes), NULL, NULL}, .access_fd = -1};
	struct listen_server *s;
	struct err err = {0};

	for (size_t i = 0; i < DOCUMENT_LEN; i++)
		document[i] = (uint8_t)(i * 31 >> 3);
	assert_ok(listen_new(&config, &s, &err), err);
	return s;
}

#define GET(path, lines) "GET " path " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" lines "\r\n"

static void a_slow_reader_gets_all_of_what_was_given_up(void **state)
{
	struct listen_server *s = begin();
	struct buf answer = buf_new(2 * DOCUMENT_LEN);
	int fd = connect_to(s);

	(void)state;
	ask(fd, GET("/given-up", ""));
	read_all(s, fd, &answer);
	assert_true(str_eq(body_of(&answer), (struct str){(char *)document, DOCUMENT_LEN}));
	/* Who leaves half way takes the last share along: seen by the leak check of make asan. */
	fd = connect_to(s);
	ask(fd, GET("/given-up", ""));
	for (int i = 0; i < 5; i++)
		(void)uv_run(listen_loop(s), UV_RUN_NOWAIT);
	close(fd);
	while (s->conn_count > 0)
		(void)uv_run(listen_loop(s), UV_RUN_ONCE);
	buf_free(&answer);
	listen_free(&s);
}

static void its_hash_is_its_tag(void **state)
{
	struct listen_server *s = begin();
	struct buf answer = buf_new(2 * DOCUMENT_LEN);
	/* SHA-256 of "abc" (FIPS 180-2, B.1). */
	const char *tag =
		"etag: \"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\"";
	int fd = connect_to(s);

	(void)state;
	shared = blob_new((struct bytes){(const uint8_t *)"abc", 3});
	ask(fd, GET("/shared", ""));
	read_all(s, fd, &answer);
	assert_true(has(&answer, tag) && str_eq_cz(body_of(&answer), "abc"));
	fd = connect_to(s);
	ask(fd, GET("/shared", "Range: bytes=1-1\r\n"));
	read_all(s, fd, &answer);
	assert_true(has(&answer, "HTTP/1.1 206 ") && str_eq_cz(body_of(&answer), "b"));
	fd = connect_to(s);
	ask(fd,
		GET("/shared",
			"If-None-Match: "
			"\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\"\r"
			"\n"));
	read_all(s, fd, &answer);
	assert_true(has(&answer, "HTTP/1.1 304 ") && body_of(&answer).n == 0);
	fd = connect_to(s);
	ask(fd, "HEAD /shared HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
	read_all(s, fd, &answer);
	assert_true(has(&answer, "content-length: 3") && body_of(&answer).n == 0);
	blob_free(&shared);
	blob_free(&shared);
	buf_free(&answer);
	listen_free(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_slow_reader_gets_all_of_what_was_given_up),
		cmocka_unit_test(its_hash_is_its_tag),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
