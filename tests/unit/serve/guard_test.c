// SPDX-License-Identifier: Apache-2.0
/* Heads and chunks by the guard: the same however they are cut; and where it ends. Runs in: make check. */
#include "serve/guard.h"
#include "serve/parse.h"
#include "serve/route.h"
#include "serve/target.h"
#include "tests/harness/harness.h"

#include <string.h>

/* The status with which a head is refused; 0 when it is complete, 1 when more is wanted. */
static unsigned read_by(const char *text, size_t step, struct guard_head *g, size_t *head_len)
{
	size_t n = strlen(text);
	enum guard_step s = GUARD_MORE;

	*g = (struct guard_head){0};
	for (size_t seen = 0; s == GUARD_MORE && seen < n;) {
		seen = seen + step < n ? seen + step : n;
		s = guard_read_head(g, (struct bytes){(const uint8_t *)text, seen}, head_len);
	}
	return s == GUARD_BAD ? g->status : s == GUARD_MORE;
}

static void a_head_is_the_same_however_it_is_cut(void **state)
{
	static const struct {
		const char *text;
		unsigned status;
	} heads[] = {
		{"GET / HTTP/1.1\r\nHost: a\r\n\r\nrest", 0},
		{"POST /x HTTP/1.0\r\nHost: a:80\r\nContent-Length: 12\r\n\r\n", 0},
		{"GET / HTTP/1.1\r\nHost: a\r\n", 1},
		{"GET / HTTP/1.1\nHost: a\r\n\r\n", 400},
		{"GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n", 400},
		{"GET / HTTP/3.0\r\nHost: a\r\n\r\n", 505},
		{"GET / HTTP/1.1\r\nHost: a\r\nExpect: x\r\n\r\n", 417},
		{"GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: "
		 "0\r\n\r\n",
			400},
		{"\n", 400},
	};
	struct guard_head g;
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(heads); i++)
		for (size_t step = 1; step < 70; step++)
			assert_int_equal(read_by(heads[i].text, step, &g, &n), heads[i].status);
	assert_int_equal(read_by(heads[0].text, 3, &g, &n), 0);
	assert_int_equal(n, strlen(heads[0].text) - 4);
	assert_int_equal(read_by(heads[1].text, 3, &g, &n), 0);
	assert_true(g.length == 12 && g.minor == 0 && g.verb == VERB_POST);
}

static void lengths_end_at_their_limit(void **state)
{
	static char text[GUARD_HEAD_MAX + 100];
	struct guard_head g;
	size_t n;

	(void)state;
	/* A request line of GUARD_LINE_MAX bytes with its CRLF, and one more. */
	memset(text, 'a', sizeof text);
	memcpy(text, "GET /", 5);
	memcpy(text + GUARD_LINE_MAX - 11, " HTTP/1.1\r\nHost: a\r\n\r\n", 23);
	assert_int_equal(read_by(text, 1000, &g, &n), 0);
	memset(text, 'a', sizeof text);
	memcpy(text, "GET /", 5);
	memcpy(text + GUARD_LINE_MAX - 10, " HTTP/1.1\r\nHost: a\r\n\r\n", 23);
	assert_int_equal(read_by(text, 1, &g, &n), 414);
	assert_int_equal(read_by(text, sizeof text, &g, &n), 414);
}

static void chunks_come_out_whole(void **state)
{
	static const char text[] = "5\r\nhello\r\n00A\r\n, world of\r\n1\r\n \r\n0\r\n\r\nGET";
	struct guard_head g = {.chunked = true};

	(void)state;
	for (size_t step = 1; step < sizeof text; step++) {
		struct guard_body b = guard_body_of(&g);
		struct buf out = buf_new(100);
		size_t at = 0;
		size_t seen = 0;
		enum guard_step s = GUARD_MORE;

		while (s != GUARD_DONE) {
			struct bytes piece;
			size_t used;

			if (at == seen)
				seen = seen + step < sizeof text - 1 ? seen + step
								     : sizeof text - 1;
			s = guard_read_body(&b,
				(struct bytes){(const uint8_t *)text + at, seen - at}, &used,
				&piece);
			assert_int_not_equal(s, GUARD_BAD);
			buf_put_bytes(&out, piece);
			at += used;
		}
		assert_true(str_eq_cz(buf_str(&out), "hello, world of "));
		assert_int_equal(at, sizeof text - 1 - 3);
		buf_free(&out);
	}
}

static unsigned target(struct arena *a, const char *text, struct http_request *r)
{
	*r = (struct http_request){.host = STR("a.test")};
	return target_parse(a, str_of(text), r);
}

static void targets_are_read_one_way_or_not_at_all(void **state)
{
	static const char *const bad[] = {"", "*", "x", "//", "/a//b", "/.", "/..", "/a/..", "/%2e",
		"/%2E%2e/x", "/a%2fb", "/a%5Cb", "/%00", "/%7f", "/%c0%af", "/%", "/%a", "/%g0",
		"/a b", "/a\\b", "/\"", "/?%", "/?a=%ff", "http://b.test/", "ftp://a.test/", "/#x"};
	struct arena *a = arena_new(1u << 20);
	struct http_request r;

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(bad); i++)
		assert_int_equal(target(a, bad[i], &r), 400);
	assert_int_equal(target(a, "/a%20b/c/?x=1+2&y&x=%3D", &r), 0);
	assert_int_equal(r.segment_count, 3);
	assert_true(str_eq_cz(r.segments[0], "a b") && r.segments[2].n == 0);
	assert_true(str_eq_cz(r.path, "/a%20b/c/"));
	assert_int_equal(r.param_count, 3);
	assert_true(str_eq_cz(r.params[0].value, "1 2") && r.params[1].value.n == 0);
	assert_true(str_eq_cz(r.params[2].value, "="));
	assert_int_equal(target(a, "HTTP://A.test?q", &r), 0);
	assert_true(str_eq_cz(r.path, "/") && str_eq_cz(r.query, "q"));
	arena_free(&a);
}

static void nothing(struct http_exchange *x, void *app)
{
	(void)x;
	(void)app;
}

static void the_first_route_that_matches_wins(void **state)
{
	static const struct http_route lines[] = {
		{"/", VERB_GET, nothing, 0, NULL},
		{"/a/fixed", VERB_GET, nothing, 0, NULL},
		{"/a/{}", VERB_GET | VERB_POST, nothing, 0, NULL},
		{"/b/*", VERB_GET, nothing, 0, NULL},
	};
	static const struct {
		const char *path;
		enum http_verb verb;
		int line; /* -1: none */
		bool known;
	} cases[] = {{"/", VERB_GET, 0, true}, {"/", VERB_HEAD, 0, true},
		{"/a/fixed", VERB_GET, 1, true}, {"/a/fixed", VERB_POST, 2, true},
		{"/a/x", VERB_HEAD, 2, true}, {"/a/", VERB_GET, -1, false},
		{"/a", VERB_GET, -1, false}, {"/a/x/y", VERB_GET, -1, false},
		{"/b", VERB_GET, 3, true}, {"/b/", VERB_GET, 3, true},
		{"/b/x/y", VERB_GET, 3, true}, {"/b/x", VERB_PUT, -1, true},
		{"/c", VERB_GET, -1, false}};
	struct http_routes routes = {lines, ARRAY_COUNT(lines), NULL, NULL};
	struct arena *a = arena_new(1u << 20);
	unsigned allow;

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct http_request r;

		assert_int_equal(target(a, cases[i].path, &r), 0);
		r.verb = cases[i].verb;
		const struct http_route *got = route_find(&routes, &r, &allow);

		assert_ptr_equal(got, cases[i].line < 0 ? NULL : &lines[cases[i].line]);
		assert_int_equal(allow != 0, cases[i].known);
	}
	assert_true(str_eq_cz(
		route_allow_text(a, VERB_GET | VERB_HEAD | VERB_OPTIONS), "GET, HEAD, OPTIONS"));
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_head_is_the_same_however_it_is_cut),
		cmocka_unit_test(lengths_end_at_their_limit),
		cmocka_unit_test(chunks_come_out_whole),
		cmocka_unit_test(targets_are_read_one_way_or_not_at_all),
		cmocka_unit_test(the_first_route_that_matches_wins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
