// SPDX-License-Identifier: Apache-2.0
/*
 * Any bytes as a connection's input: guard, parser and target, message after message, once in one piece and
 * once cut as the first bytes say. The outcome must be the same: the same requests, the same bodies, the same
 * refusal at the same place. Runs in: fuzz.
 */
#include "base/buf.h"
#include "base/text.h"
#include "serve/parse.h"
#include "serve/target.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CUTS_LEN 8u

struct reader {
	struct arena *a;
	struct bytes in; /* all of it */
	size_t at; /* start of what is not used */
	size_t seen; /* end of what came */
	const uint8_t *cuts; /* NULL: in one piece */
	size_t cut;
	struct buf *out; /* what happened */
};

static bool more(struct reader *r)
{
	size_t n = r->in.n - r->seen;

	if (n == 0)
		return false;
	if (r->cuts != NULL) {
		size_t want = (size_t)r->cuts[r->cut++ % CUTS_LEN] + 1;

		n = want < n ? want : n;
	}
	r->seen += n;
	return true;
}

static struct bytes rest(const struct reader *r)
{
	return (struct bytes){r->in.p + r->at, r->seen - r->at};
}

static void check_request(const struct http_request *q)
{
	CHECK(q->host.n > 0 && q->path.n > 0 && q->path.p[0] == '/');
	CHECK(q->segment_count > 0 && q->segment_count <= TARGET_SEGMENTS_MAX);
	for (uint32_t i = 0; i < q->segment_count; i++) {
		struct str s = q->segments[i];

		CHECK(str_is_utf8(s) && str_find(s, '/', 0) == s.n && str_find(s, 0, 0) == s.n);
		CHECK(!str_eq_cz(s, ".") && !str_eq_cz(s, ".."));
	}
	for (uint32_t i = 0; i < q->header_count; i++) {
		struct http_header h = q->headers[i];

		CHECK(h.name.n > 0 && str_find(h.value, '\r', 0) == h.value.n);
		CHECK(str_find(h.value, '\n', 0) == h.value.n
			&& str_find(h.value, 0, 0) == h.value.n);
	}
}

static void tell_request(struct buf *out, const struct http_request *q)
{
	buf_fmt(out, "request " STR_FMT " " STR_FMT "?" STR_FMT " of " STR_FMT "\n",
		STR_ARG(q->method), STR_ARG(q->path), STR_ARG(q->query), STR_ARG(q->host));
	for (uint32_t i = 0; i < q->header_count; i++)
		buf_fmt(out, STR_FMT "=" STR_FMT "\n", STR_ARG(q->headers[i].name),
			STR_ARG(q->headers[i].value));
	for (uint32_t i = 0; i < q->param_count; i++)
		buf_fmt(out, "?" STR_FMT "=" STR_FMT "\n", STR_ARG(q->params[i].name),
			STR_ARG(q->params[i].value));
}

/* Zero when the head is complete; else the refusal, or 1 when there is nothing more. */
static unsigned read_head(struct reader *r, struct guard_head *g, struct bytes *head)
{
	size_t n;

	for (;;) {
		switch (guard_read_head(g, rest(r), &n)) {
		case GUARD_MORE:
			if (!more(r))
				return 1;
			break;
		case GUARD_DONE:
			*head = (struct bytes){r->in.p + r->at, n};
			CHECK(n >= 18 && memcmp(head->p + n - 4, "\r\n\r\n", 4) == 0);
			r->at += n;
			return 0;
		case GUARD_BAD:
			CHECK(g->status >= 400 && g->why != NULL);
			return g->status;
		case GUARD_PIECE:
			CHECK(false);
		}
	}
}

static unsigned read_body(struct reader *r, struct parse *p)
{
	uint64_t sum = 0;
	uint64_t hash = 14695981039346656037u;

	for (;;) {
		struct bytes piece;
		unsigned status;
		size_t used;
		enum guard_step step = parse_read_body(p, rest(r), &used, &piece, &status);

		CHECK(used <= r->seen - r->at);
		r->at += used;
		sum += piece.n;
		for (size_t i = 0; i < piece.n; i++)
			hash = (hash ^ piece.p[i]) * 1099511628211u;
		if (step == GUARD_BAD) {
			CHECK(status >= 400);
			return status;
		}
		if (step == GUARD_DONE) {
			buf_fmt(r->out, "body %llu %llx\n", (unsigned long long)sum,
				(unsigned long long)hash);
			return 0;
		}
		if (step == GUARD_MORE && r->at == r->seen && !more(r))
			return 1;
	}
}

static void read_all(struct reader *r)
{
	unsigned status = 0;

	while (status == 0) {
		struct guard_head g = {0};
		struct http_request q = {0};
		struct bytes head;

		arena_reset(r->a);
		struct parse *p = parse_new(r->a);

		status = read_head(r, &g, &head);
		if (status == 0)
			status = parse_read_head(p, &g, head, &q);
		if (status == 0) {
			check_request(&q);
			tell_request(r->out, &q);
			status = read_body(r, p);
		}
	}
	buf_fmt(r->out, "end %u\n", status);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf whole = buf_new((size_t)8 << 20);
	struct buf cut = buf_new((size_t)8 << 20);
	struct arena *a = arena_new((size_t)4 << 20);

	if (size > CUTS_LEN) {
		struct bytes in = {data + CUTS_LEN, size - CUTS_LEN};

		read_all(&(struct reader){.a = a, .in = in, .out = &whole});
		read_all(&(struct reader){.a = a, .in = in, .out = &cut, .cuts = data});
		CHECK(str_eq(buf_str(&whole), buf_str(&cut)));
	}
	buf_free(&whole);
	buf_free(&cut);
	arena_free(&a);
	return 0;
}
