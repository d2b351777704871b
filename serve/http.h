// SPDX-License-Identifier: Apache-2.0
/*
 * What a route sees of HTTP: the request as it came, and how to answer it. The floor beneath
 * (serve/listen.h) reads, refuses what is malformed, keeps deadlines, writes with back-pressure and
 * adds the security headers, Date, HSTS, Content-Length. A route never sees a socket.
 *
 * A handler may answer at once or later, from another callback of the same loop; the exchange lives
 * until it was answered in full or the peer left (http_on_gone). One loop per process, no threads.
 */
#ifndef SERVE_HTTP_H
#define SERVE_HTTP_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"
#include "serve/peer.h"

#include <uv.h>

struct http_exchange;

/* Bits, so that a route names several. A route with VERB_GET also answers HEAD. */
enum http_verb {
	VERB_GET = 1,
	VERB_HEAD = 2,
	VERB_POST = 4,
	VERB_PUT = 8,
	VERB_DELETE = 16,
	VERB_PATCH = 32,
	VERB_OPTIONS = 64,
};

/* name: lower case. value: without surrounding white space; bytes over 0x7f possible. */
struct http_header {
	struct str name;
	struct str value;
};

/* Decoded ("+" is a space, %XX), valid UTF-8, no NUL. */
struct http_param {
	struct str name;
	struct str value;
};

/* Everything lives as long as the exchange. */
struct http_request {
	enum http_verb verb;
	struct str method; /* "GET" */
	struct str path; /* as received, undecoded, begins with "/": for signatures over the path */
	struct str query; /* as received, without "?"; empty when there is none */
	/* Decoded path, split at "/". Never empty segments but a last one; no ".", "..", NUL, "/" or control. */
	const struct str *segments;
	uint32_t segment_count;
	const struct http_param *params; /* in order, doubles kept */
	uint32_t param_count;
	const struct http_header *headers; /* in order, doubles kept */
	uint32_t header_count;
	struct str host; /* of the one Host header, as received */
	struct peer_address peer; /* the client's, after trusted proxies */
	bool secure; /* came over TLS, here or at a trusted proxy */
	/* Subject of a verified client certificate (RFC 2253); empty: none. */
	struct str client_name;
	struct bytes body; /* of routes without on_body: all of it */
};

/*
 * One line of the route table. The first that matches wins. pattern: "/verify/{}" where {} stands for
 * one non-empty segment, and a last "*" for any rest, even none. A path that only other verbs have is
 * answered 405 with Allow; OPTIONS without a route of its own 204 with Allow; no path at all 404.
 */
struct http_route {
	const char *pattern;
	unsigned verbs; /* enum http_verb bits */
	void (*handler)(struct http_exchange *x, void *app);
	/* Bytes of body accepted; 0: a request with a body is answered 413. */
	uint64_t body_max;
	/*
	 * NULL: the floor collects the body, then calls handler. Else handler is called once the head is
	 * there and on_body with every piece, lent for the call; an empty one is the end. Stop and go on by
	 * http_pause_body and http_resume_body.
	 */
	void (*on_body)(struct http_exchange *x, struct bytes piece, void *app);
};

struct http_routes {
	const struct http_route *items;
	uint32_t count;
	/* Answers 404, 405, 413 and other refusals of well-formed requests as a page; NULL: a plain line. */
	void (*refusal)(struct http_exchange *x, unsigned status, void *app);
	void *app; /* handed to every function above */
};

const struct http_request *http_request_of(const struct http_exchange *x);
/* Memory that lives as long as the exchange, at most 1 MiB beyond the request itself. */
struct arena *http_arena(struct http_exchange *x);
uv_loop_t *http_loop(struct http_exchange *x);
/* The route's own value for this exchange. */
void http_set_state(struct http_exchange *x, void *state);
void *http_state(const struct http_exchange *x);

/* The first header of that (lower-case) name; empty and false when there is none. */
bool http_find_header(const struct http_request *r, const char *name, struct str *value);
/* All lines of that name as one list (RFC 9110, 5.3); empty when there is none. Lives in a or in the request. */
struct str http_join_header(struct arena *a, const struct http_request *r, const char *name);
/* False when the parameter is absent or there twice. */
bool http_find_param(const struct http_request *r, const char *name, struct str *value);

/* ---- the answer ---- */
/*
 * Sets a header of the answer, in place of one of the same name; name a literal in lower case, value copied. CR, LF or
 * NUL in a value ends the process. Also replaces a default: content-security-policy, referrer-policy,
 * permissions-policy, cross-origin-opener-policy, cross-origin-resource-policy, cache-control (no-store).
 * Content-Length, Transfer-Encoding, Connection, Date, Strict-Transport-Security and
 * X-Content-Type-Options are the floor's.
 */
void http_set_header(struct http_exchange *x, const char *name, struct str value);
/* Adds one although the name is there (Set-Cookie, Link). */
void http_add_header(struct http_exchange *x, const char *name, struct str value);
/*
 * Validators of a 200 answer: then If-None-Match and If-Modified-Since give 304, If-Match and
 * If-Unmodified-Since 412 (RFC 9110, 13). etag: with its quotes, or empty. modified_s: 0 for none.
 */
void http_set_validators(struct http_exchange *x, struct str etag, int64_t modified_s);
/*
 * Lets Range and If-Range work on a 200 answer of known length to GET: one range gives 206, several
 * the whole, none satisfiable 416 (RFC 9110, 14).
 */
void http_allow_ranges(struct http_exchange *x);

/* Whole answers. Content-Type by http_set_header. Pieces are borrowed until the exchange ends. */
void http_send(struct http_exchange *x, unsigned status, struct bytes body);
void http_send_pieces(
	struct http_exchange *x, unsigned status, const struct bytes *pieces, uint32_t piece_count);
/* len bytes of own_fd from offset, read as the peer takes them; the descriptor is closed at the end. */
void http_send_file(
	struct http_exchange *x, unsigned status, int own_fd, uint64_t offset, uint64_t len);
/* A short answer in plain text, through the routes' refusal page when there is one. */
void http_refuse(struct http_exchange *x, unsigned status);
/* 429 with Retry-After. */
void http_refuse_rate(struct http_exchange *x, uint32_t retry_after_s);
/* 303 (or 302, 307, 308) to location, which must be a URI reference of ours. */
void http_redirect(struct http_exchange *x, unsigned status, struct str location);

/*
 * Streamed answers. len: HTTP_LEN_UNKNOWN sends chunks. http_write copies; it says false when more than
 * the high-water mark waits: write no more until ready is called. Nothing is sent to HEAD. Not finishing
 * with exactly len bytes breaks the connection, so that the peer sees it.
 */
#define HTTP_LEN_UNKNOWN UINT64_MAX
#define HTTP_STREAM_HIGH_LEN 65536u
void http_start(struct http_exchange *x, unsigned status, uint64_t len);
bool http_write(struct http_exchange *x, struct bytes piece);
void http_finish(struct http_exchange *x);
/* Breaks the connection: the answer cannot be completed. Calls no gone. */
void http_abort(struct http_exchange *x);
void http_on_ready(struct http_exchange *x, void (*ready)(struct http_exchange *x, void *app));
/*
 * Called at most once, when the peer left before the end or the handler took longer than wait_ms; x must not
 * be used after it. A route that keeps x past its handler sets this, and clears it (NULL) when it answers.
 */
void http_on_gone(struct http_exchange *x, void (*gone)(struct http_exchange *x, void *app));
/* Called once when the exchange is over, however it ended, with what http_send borrowed no longer in use. */
void http_on_end(struct http_exchange *x, void *state, void (*end)(void *state));

/* Server-sent events (HTML, 9.2): starts a stream of them, then one event each; the floor keeps it alive. */
#define HTTP_EVENT_MAX ((size_t)1 << 20)
void http_start_events(struct http_exchange *x);
/* event and id may be empty and are one line; text may have lines. All at most HTTP_EVENT_MAX. False as http_write. */
bool http_write_event(struct http_exchange *x, struct str event, struct str id, struct str text);

void http_pause_body(struct http_exchange *x);
void http_resume_body(struct http_exchange *x);

#endif
