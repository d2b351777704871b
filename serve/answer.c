// SPDX-License-Identifier: Apache-2.0
/* The head of an answer. Runs in: verify, console. */
#include "serve/answer.h"

#include "base/clock.h"
#include "base/text.h"
#include "serve/field.h"
#include "serve/loop.h"
#include "serve/route.h"

#include <string.h>

/*
 * Sent with every answer unless a route says otherwise. Scripts are not allowed at all, inline styles
 * neither; a document of ours can be framed by nobody and read by no other origin.
 */
static const struct {
	const char *name;
	struct str line;
} defaults[] = {
#define DEFAULT(name, value) \
	{ \
		name, \
		{ \
			name ": " value "\r\n", sizeof(name ": " value "\r\n") - 1 \
		} \
	}
	DEFAULT("content-security-policy",
		"default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
		"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"),
	DEFAULT("referrer-policy", "no-referrer"),
	DEFAULT("permissions-policy",
		"camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()"),
	DEFAULT("cross-origin-opener-policy", "same-origin"),
	DEFAULT("cross-origin-resource-policy", "same-origin"),
	DEFAULT("cache-control", "no-store"),
};

/* With every 503 (RFC 9110, 10.2.3) whose route says nothing else. */
#define RETRY_AFTER_S "5"

static const struct {
	unsigned status;
	const char *reason;
	const char *sentence;
} reasons[] = {
	{100, "Continue", ""},
	{200, "OK", ""},
	{201, "Created", ""},
	{202, "Accepted", ""},
	{204, "No Content", ""},
	{206, "Partial Content", ""},
	{301, "Moved Permanently", ""},
	{302, "Found", ""},
	{303, "See Other", ""},
	{304, "Not Modified", ""},
	{307, "Temporary Redirect", ""},
	{308, "Permanent Redirect", ""},
	{400, "Bad Request", "This request is not valid HTTP; send it as RFC 9112 says."},
	{401, "Unauthorized", "Sign in first."},
	{403, "Forbidden", "You may not see this; ask the institution for access."},
	{404, "Not Found", "There is nothing at this address; check it for a slip."},
	{405, "Method Not Allowed",
		"This address does not take that method; Allow lists those it takes."},
	{406, "Not Acceptable", "None of the formats you accept is available; ask for another."},
	{408, "Request Timeout", "The request did not arrive in time; send it again."},
	{409, "Conflict", "This contradicts what is there; read it again and decide."},
	{410, "Gone", "This was here and is no longer; ask the institution for a new link."},
	{412, "Precondition Failed", "It has changed meanwhile; read it again."},
	{413, "Content Too Large", "What you sent is too large; send less."},
	{414, "URI Too Long", "The address is too long; shorten it."},
	{415, "Unsupported Media Type", "This format is not understood; send another."},
	{416, "Range Not Satisfiable",
		"There are no such bytes; Content-Range says how many there are."},
	{417, "Expectation Failed",
		"Only the expectation 100-continue can be met; leave the other out."},
	{421, "Misdirected Request", "This host is not served here; check the address."},
	{422, "Unprocessable Content",
		"What you sent has a mistake; correct it and send it again."},
	{429, "Too Many Requests", "Too many requests; wait as long as Retry-After says."},
	{431, "Request Header Fields Too Large",
		"The headers are too large; send fewer or clear cookies."},
	{500, "Internal Server Error", "Something failed here; try again later."},
	{501, "Not Implemented", "This method or coding is not known here; use another."},
	{502, "Bad Gateway", "A part of this service answered wrongly; try again later."},
	{503, "Service Unavailable", "The service cannot answer now; try again in a moment."},
	{504, "Gateway Timeout", "A part of this service did not answer; try again in a moment."},
	{505, "HTTP Version Not Supported", "Use HTTP/1.1."},
};

static size_t reason_at(unsigned status)
{
	for (size_t i = 0; i < ARRAY_COUNT(reasons); i++)
		if (reasons[i].status == status)
			return i;
	return ARRAY_COUNT(reasons);
}

const char *answer_reason(unsigned status)
{
	size_t i = reason_at(status);

	return i < ARRAY_COUNT(reasons) ? reasons[i].reason : "Status";
}

uint32_t answer_default_bit(const char *name)
{
	for (size_t i = 0; i < ARRAY_COUNT(defaults); i++)
		if (defaults[i].name[0] == name[0] && strcmp(defaults[i].name, name) == 0)
			return 1u << i;
	return 0;
}

bool answer_has_body(unsigned status)
{
	return status >= 200 && status != 204 && status != 304;
}

static bool is_safe(const struct http_exchange *x)
{
	return (x->request.verb & (VERB_GET | VERB_HEAD)) != 0;
}

/* RFC 9110, 13.2.2: in this order. Zero when the answer stands. */
static unsigned precondition(const struct http_exchange *x)
{
	const struct http_request *r = &x->request;
	struct str value;
	int64_t when;

	if (http_find_header(r, "if-match", &value)) {
		if (!field_has_etag(http_join_header(x->arena, r, "if-match"), x->etag, false))
			return 412;
	} else if (http_find_header(r, "if-unmodified-since", &value) && x->modified_s != 0
		&& field_parse_date(value, &when) && x->modified_s > when) {
		return 412;
	}
	if (http_find_header(r, "if-none-match", &value)) {
		if (field_has_etag(http_join_header(x->arena, r, "if-none-match"), x->etag, true))
			return is_safe(x) ? 304 : 412;
	} else if (is_safe(x) && x->modified_s != 0
		&& http_find_header(r, "if-modified-since", &value)
		&& field_parse_date(value, &when) && x->modified_s <= when) {
		return 304;
	}
	return 0;
}

/* RFC 9110, 13.1.5: the strong comparison; a date must be the very one. */
static bool range_is_current(const struct http_exchange *x)
{
	struct str value;
	int64_t when;

	if (!http_find_header(&x->request, "if-range", &value))
		return true;
	if (field_parse_date(value, &when))
		return x->modified_s != 0 && when == x->modified_s;
	return x->etag.n > 0 && !str_starts(x->etag, STR("W/")) && str_eq(value, x->etag);
}

static void select_range(struct http_exchange *x, uint64_t len, uint64_t *from, uint64_t *n)
{
	/* Two of them are as one with a list. */
	struct str value = http_join_header(x->arena, &x->request, "range");

	http_set_header(x, "accept-ranges", STR("bytes"));
	if (x->request.verb != VERB_GET || value.n == 0 || !range_is_current(x))
		return;
	switch (field_parse_range(value, len, from, n)) {
	case FIELD_RANGE_NONE:
		break;
	case FIELD_RANGE_ONE:
		x->status = 206;
		http_set_header(x, "content-range",
			str_fmt(x->arena, "bytes %llu-%llu/%llu", (unsigned long long)*from,
				(unsigned long long)(*from + *n - 1), (unsigned long long)len));
		break;
	case FIELD_RANGE_UNSATISFIABLE:
		x->status = 416;
		*from = 0;
		*n = 0;
		http_set_header(x, "content-range",
			str_fmt(x->arena, "bytes */%llu", (unsigned long long)len));
		break;
	}
}

void answer_select(
	struct http_exchange *x, unsigned status, uint64_t len, uint64_t *from, uint64_t *n)
{
	*from = 0;
	*n = answer_has_body(status) ? len : 0;
	x->status = status;
	if (status != 200)
		return;
	/* What was done cannot be taken back by 412; an answer without validators matches no tag. */
	if (is_safe(x) || x->etag.n > 0 || x->modified_s != 0) {
		unsigned instead = precondition(x);

		if (instead != 0) {
			x->status = instead;
			*n = 0;
			return;
		}
	}
	if (x->ranges)
		select_range(x, len, from, n);
}

static uint8_t *append(uint8_t *to, struct str s)
{
	memcpy(to, s.p != NULL ? s.p : "", s.n);
	return to + s.n;
}

static void put_header(struct buf *b, struct str name, struct str value)
{
	uint8_t *at = buf_grow(b, name.n + 2 + value.n + 2);

	if (at == NULL)
		return;
	at = append(append(append(at, name), STR(": ")), value);
	(void)append(at, STR("\r\n"));
}

static void put_validators(const struct http_exchange *x, struct buf *b)
{
	char date[FIELD_DATE_LEN];

	if (x->etag.n > 0)
		put_header(b, STR("etag"), x->etag);
	if (x->modified_s != 0) {
		field_put_date(x->modified_s, date);
		put_header(b, STR("last-modified"), str_of(date));
	}
}

/* Without printf(3), which costs as much as the rest of the head. */
static void put_number(struct buf *b, uint64_t v)
{
	char text[20];
	size_t at = sizeof text;

	do
		text[--at] = (char)('0' + v % 10);
	while ((v /= 10) != 0);
	buf_put(b, text + at, sizeof text - at);
}

static void put_length(struct http_exchange *x, struct buf *b, uint64_t len)
{
	x->chunked = false;
	if (!answer_has_body(x->status))
		return;
	if (len != HTTP_LEN_UNKNOWN) {
		buf_put_cz(b, "content-length: ");
		put_number(b, len);
		buf_put_cz(b, "\r\n");
	} else if (x->guard.minor == 1) {
		x->chunked = x->guard.verb != VERB_HEAD;
		put_header(b, STR("transfer-encoding"), STR("chunked"));
	} else {
		x->close = true;
	}
}

static void put_connection(const struct http_exchange *x, struct buf *b)
{
	if (x->close)
		put_header(b, STR("connection"), STR("close"));
	else if (x->guard.minor == 0)
		put_header(b, STR("connection"), STR("keep-alive"));
}

static bool has_header(const struct http_exchange *x, const char *name)
{
	for (uint32_t i = 0; i < x->header_count; i++)
		if (str_eq_cz(x->headers[i].name, name))
			return true;
	return false;
}

void answer_queue_head(struct http_exchange *x, uint64_t len)
{
	struct listen_server *s = x->conn->server;
	struct buf *b = &s->head;

	buf_reset(b);
	x->close |= s->draining;
	buf_put_cz(b, "HTTP/1.1 ");
	put_number(b, x->status);
	buf_put_char(b, ' ');
	buf_put_cz(b, answer_reason(x->status));
	buf_put_cz(b, "\r\n");
	put_header(b, STR("date"), loop_date(s));
	put_length(x, b, len);
	put_connection(x, b);
	put_validators(x, b);
	for (uint32_t i = 0; i < x->header_count; i++)
		put_header(b, x->headers[i].name, x->headers[i].value);
	buf_put_cz(b, "x-content-type-options: nosniff\r\n");
	for (size_t i = 0; i < ARRAY_COUNT(defaults); i++)
		if ((x->defaults_off & 1u << i) == 0)
			buf_put_str(b, defaults[i].line);
	if (x->status == 503 && !has_header(x, "retry-after"))
		buf_put_cz(b, "retry-after: " RETRY_AFTER_S "\r\n");
	if (x->request.secure || x->conn->ssl != NULL)
		buf_put_cz(b, "strict-transport-security: max-age=63072000; includeSubDomains\r\n");
	buf_put_cz(b, "\r\n");
	CHECK(!b->full);
	x->out.head = (struct bytes){arena_dup(x->arena, b->p, b->n), b->n};
}

void answer_refuse(struct http_exchange *x, unsigned status)
{
	const struct http_routes *routes = &x->conn->server->config.routes;
	size_t i = reason_at(status);

	x->close |= !x->parsed;
	if (status == 405)
		http_set_header(x, "allow", route_allow_text(x->arena, x->allow));
	if (x->parsed && routes->refusal != NULL) {
		routes->refusal(x, status, routes->app);
		if (x->phase != EXCHANGE_WAITING)
			return;
	}
	http_set_header(x, "content-type", STR("text/plain; charset=utf-8"));
	struct str text = i < ARRAY_COUNT(reasons)
		? str_fmt(x->arena, "%u %s. %s\n", status, reasons[i].reason, reasons[i].sentence)
		: str_fmt(x->arena, "%u\n", status);

	http_send(x, status, bytes_of(text));
}
