// SPDX-License-Identifier: Apache-2.0
/* What routes call. Runs in: verify, console. */
#include "serve/http.h"

#include "base/file.h"
#include "base/text.h"
#include "serve/answer.h"
#include "serve/exchange.h"
#include "serve/loop.h"

#include <string.h>

const struct http_request *http_request_of(const struct http_exchange *x)
{
	return &x->request;
}

struct arena *http_arena(struct http_exchange *x)
{
	return x->arena;
}

uv_loop_t *http_loop(struct http_exchange *x)
{
	return &x->conn->server->loop;
}

void http_set_state(struct http_exchange *x, void *state)
{
	x->state = state;
}

void *http_state(const struct http_exchange *x)
{
	return x->state;
}

bool http_find_header(const struct http_request *r, const char *name, struct str *value)
{
	struct str wanted = str_of(name);

	for (uint32_t i = 0; i < r->header_count; i++) {
		if (str_eq(r->headers[i].name, wanted)) {
			*value = r->headers[i].value;
			return true;
		}
	}
	*value = (struct str){NULL, 0};
	return false;
}

struct str http_join_header(struct arena *a, const struct http_request *r, const char *name)
{
	struct buf all = buf_new(GUARD_HEAD_MAX);
	struct str one = {NULL, 0};
	uint32_t seen = 0;

	for (uint32_t i = 0; i < r->header_count; i++) {
		if (!str_eq_cz(r->headers[i].name, name))
			continue;
		if (seen++ == 1)
			buf_put_str(&all, one);
		if (seen > 1) {
			buf_put_cz(&all, ", ");
			buf_put_str(&all, r->headers[i].value);
		}
		one = r->headers[i].value;
	}
	if (seen > 1)
		one = str_dup(a, buf_str(&all));
	buf_free(&all);
	return one;
}

bool http_find_param(const struct http_request *r, const char *name, struct str *value)
{
	uint32_t seen = 0;

	*value = (struct str){NULL, 0};
	for (uint32_t i = 0; i < r->param_count; i++) {
		if (!str_eq_cz(r->params[i].name, name))
			continue;
		*value = r->params[i].value;
		seen++;
	}
	return seen == 1;
}

static bool is_one_line(struct str s)
{
	return str_find(s, '\n', 0) == s.n && str_find(s, '\r', 0) == s.n
		&& str_find(s, 0, 0) == s.n;
}

void http_add_header(struct http_exchange *x, const char *name, struct str value)
{
	CHECK(x->phase == EXCHANGE_WAITING && x->header_count < EXCHANGE_HEADERS_MAX);
	CHECK(is_one_line(value));
	x->defaults_off |= answer_default_bit(name);
	x->headers[x->header_count++] =
		(struct http_header){str_of(name), str_dup(x->arena, value)};
}

void http_set_header(struct http_exchange *x, const char *name, struct str value)
{
	struct str wanted = str_of(name);
	uint32_t kept = 0;

	for (uint32_t i = 0; i < x->header_count; i++)
		if (!str_eq(x->headers[i].name, wanted))
			x->headers[kept++] = x->headers[i];
	x->header_count = kept;
	http_add_header(x, name, value);
}

void http_set_validators(struct http_exchange *x, struct str etag, int64_t modified_s)
{
	x->etag = str_dup(x->arena, etag);
	x->modified_s = modified_s;
}

void http_allow_ranges(struct http_exchange *x)
{
	x->ranges = true;
}

/* Queues the head of a whole answer; *from and *n: what of the body goes with it. */
static void begin_whole(
	struct http_exchange *x, unsigned status, uint64_t len, uint64_t *from, uint64_t *n)
{
	CHECK(x->phase == EXCHANGE_WAITING);
	answer_select(x, status, len, from, n);
	answer_queue_head(x, *n);
	x->phase = EXCHANGE_FINISHED;
	if (x->guard.verb == VERB_HEAD)
		*n = 0;
	conn_wake(x->conn);
}

void http_send_pieces(
	struct http_exchange *x, unsigned status, const struct bytes *pieces, uint32_t piece_count)
{
	uint64_t len = 0;

	for (uint32_t i = 0; i < piece_count; i++)
		len += pieces[i].n;
	begin_whole(x, status, len, &x->out.skip_len, &x->out.piece_left);
	x->out.pieces = pieces;
	x->out.piece_count = piece_count;
}

void http_send(struct http_exchange *x, unsigned status, struct bytes body)
{
	struct bytes *piece = arena_dup(x->arena, &body, sizeof body);

	http_send_pieces(x, status, piece, 1);
}

void http_send_file(
	struct http_exchange *x, unsigned status, int own_fd, uint64_t offset, uint64_t len)
{
	uint64_t from;

	x->out.fd = own_fd;
	exchange_hold_file(x, len);
	begin_whole(x, status, len, &from, &x->out.file_left);
	x->out.file_at = offset + from;
}

void http_refuse(struct http_exchange *x, unsigned status)
{
	answer_refuse(x, status);
}

void http_refuse_rate(struct http_exchange *x, uint32_t retry_after_s)
{
	http_set_header(x, "retry-after", str_fmt(x->arena, "%u", retry_after_s));
	answer_refuse(x, 429);
}

void http_redirect(struct http_exchange *x, unsigned status, struct str location)
{
	http_set_header(x, "location", location);
	http_send(x, status, (struct bytes){NULL, 0});
}

void http_start(struct http_exchange *x, unsigned status, uint64_t len)
{
	CHECK(x->phase == EXCHANGE_WAITING);
	x->status = status;
	x->stream_left = len;
	answer_queue_head(x, len);
	x->phase = EXCHANGE_STARTED;
	conn_wake(x->conn);
}

bool http_write(struct http_exchange *x, struct bytes piece)
{
	struct buf *b = &x->out.stream;

	CHECK(x->phase == EXCHANGE_STARTED);
	if (x->aborted || piece.n == 0 || x->guard.verb == VERB_HEAD || !answer_has_body(x->status))
		return !x->aborted;
	if (x->stream_left != HTTP_LEN_UNKNOWN) {
		/* More than was promised would be taken for the next answer. */
		x->aborted |= piece.n > x->stream_left;
		x->stream_left -= piece.n;
	}
	if (x->chunked)
		buf_fmt(b, "%zx\r\n", piece.n);
	buf_put_bytes(b, piece);
	if (x->chunked)
		buf_put_cz(b, "\r\n");
	x->aborted |= b->full;
	conn_wake(x->conn);
	x->starved = out_stream_len(&x->out) > HTTP_STREAM_HIGH_LEN;
	return !x->starved && !x->aborted;
}

void http_finish(struct http_exchange *x)
{
	CHECK(x->phase == EXCHANGE_STARTED);
	if (x->chunked)
		buf_put_cz(&x->out.stream, "0\r\n\r\n");
	if (x->stream_left != HTTP_LEN_UNKNOWN && x->stream_left != 0 && x->guard.verb != VERB_HEAD
		&& answer_has_body(x->status))
		x->aborted = true;
	x->aborted |= x->out.stream.full;
	x->phase = EXCHANGE_FINISHED;
	conn_wake(x->conn);
}

void http_abort(struct http_exchange *x)
{
	x->aborted = true;
	x->gone = NULL;
	conn_wake(x->conn);
}

void http_on_ready(struct http_exchange *x, void (*ready)(struct http_exchange *x, void *app))
{
	x->ready = ready;
}

void http_on_gone(struct http_exchange *x, void (*gone)(struct http_exchange *x, void *app))
{
	x->gone = gone;
}

void http_on_end(struct http_exchange *x, void *state, void (*end)(void *state))
{
	x->end = end;
	x->end_state = state;
}

void http_start_events(struct http_exchange *x)
{
	http_set_header(x, "content-type", STR("text/event-stream"));
	/* nginx must not collect events. */
	http_set_header(x, "x-accel-buffering", STR("no"));
	x->events = true;
	http_start(x, 200, HTTP_LEN_UNKNOWN);
}

bool http_write_event(struct http_exchange *x, struct str event, struct str id, struct str text)
{
	struct buf b = buf_new(HTTP_EVENT_MAX);

	CHECK(is_one_line(event) && is_one_line(id));
	if (id.n > 0)
		buf_fmt(&b, "id: " STR_FMT "\n", STR_ARG(id));
	if (event.n > 0)
		buf_fmt(&b, "event: " STR_FMT "\n", STR_ARG(event));
	for (size_t at = 0; at <= text.n;) {
		/* CR ends a line of an event stream too. */
		size_t lf = str_find(text, '\n', at);
		size_t cr = str_find(text, '\r', at);
		size_t end = lf < cr ? lf : cr;

		buf_put_cz(&b, "data: ");
		buf_put_str(&b, str_slice(text, at, end));
		buf_put_char(&b, '\n');
		at = end + 1;
	}
	buf_put_char(&b, '\n');
	CHECK(!b.full);
	bool more = http_write(x, buf_bytes(&b));

	buf_free(&b);
	return more;
}

void http_pause_body(struct http_exchange *x)
{
	x->body_paused = true;
}

void http_resume_body(struct http_exchange *x)
{
	x->body_paused = false;
	conn_wake(x->conn);
}
