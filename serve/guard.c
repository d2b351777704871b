// SPDX-License-Identifier: Apache-2.0
/* The guard in front of llhttp. Runs in: verify, console. */
#include "serve/guard.h"

#include "serve/peer.h"

#include <string.h>

/* RFC 9110, 5.6.2: tchar. */
static const bool token_chars[256] = {['0' ... '9'] = true,
	['A' ... 'Z'] = true,
	['a' ... 'z'] = true,
	['!'] = true,
	['#'] = true,
	['$'] = true,
	['%'] = true,
	['&'] = true,
	['\''] = true,
	['*'] = true,
	['+'] = true,
	['-'] = true,
	['.'] = true,
	['^'] = true,
	['_'] = true,
	['`'] = true,
	['|'] = true,
	['~'] = true};

static bool is_token_char(uint8_t c)
{
	return token_chars[c];
}

static bool is_token(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!is_token_char((uint8_t)s.p[i]))
			return false;
	return s.n > 0;
}

/* RFC 9110, 5.5: field-vchar, obs-text, space and tab. */
static bool is_field_value(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		uint8_t c = (uint8_t)s.p[i];

		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return false;
	}
	return true;
}

static struct str trim_blanks(struct str s)
{
	while (s.n > 0 && (s.p[0] == ' ' || s.p[0] == '\t'))
		s = str_slice(s, 1, s.n);
	while (s.n > 0 && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
		s.n--;
	return s;
}

static bool refuse(struct guard_head *g, unsigned status, const char *why)
{
	g->status = status;
	g->why = why;
	return false;
}

static const struct {
	struct str name;
	enum http_verb verb;
} verbs[] = {
	{{"GET", 3}, VERB_GET},
	{{"HEAD", 4}, VERB_HEAD},
	{{"POST", 4}, VERB_POST},
	{{"PUT", 3}, VERB_PUT},
	{{"DELETE", 6}, VERB_DELETE},
	{{"PATCH", 5}, VERB_PATCH},
	{{"OPTIONS", 7}, VERB_OPTIONS},
};

static bool read_method(struct guard_head *g, struct str method)
{
	for (size_t i = 0; i < ARRAY_COUNT(verbs); i++) {
		if (str_eq(method, verbs[i].name)) {
			g->verb = verbs[i].verb;
			return true;
		}
	}
	if (!is_token(method))
		return refuse(g, 400, "method is no token");
	return refuse(g, 501, "method is not known");
}

/* RFC 9112, 2.3: "HTTP/" DIGIT "." DIGIT. */
static bool read_version(struct guard_head *g, struct str v)
{
	if (v.n != 8 || memcmp(v.p, "HTTP/", 5) != 0 || v.p[6] != '.')
		return refuse(g, 400, "no version");
	if (v.p[5] != '1' || (v.p[7] != '0' && v.p[7] != '1'))
		return refuse(g, 505, "version is neither 1.0 nor 1.1");
	g->minor = (uint8_t)(v.p[7] - '0');
	return true;
}

static bool read_request_line(struct guard_head *g, struct str line)
{
	size_t a = str_find(line, ' ', 0);
	size_t b = a < line.n ? str_find(line, ' ', a + 1) : line.n;

	if (line.n == 0 || b >= line.n || b == a + 1)
		return refuse(g, 400, "request line is not method, target, version");
	if (!read_version(g, str_slice(line, b + 1, line.n)))
		return false;
	for (size_t i = a + 1; i < b; i++)
		if ((uint8_t)line.p[i] <= 0x20 || (uint8_t)line.p[i] >= 0x7f)
			return refuse(g, 400, "target has a character that must be escaped");
	return read_method(g, str_slice(line, 0, a));
}

/* "[::1]"; neither an IPv4 address in brackets nor one of a later version. */
static bool is_ipv6_literal(struct str s)
{
	struct str inside = str_slice(s, 1, s.n - 1);
	struct peer_address a;

	return str_find(inside, ':', 0) < inside.n && str_find(inside, '[', 0) == inside.n
		&& peer_parse(s, &a);
}

/* Labels as DNS has them and "_": none is empty but the root's, behind a last dot (RFC 1035, 3.1). Or an IPv4 address. */
static bool is_name(struct str s)
{
	bool in_label = false;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!is_token_char((uint8_t)c) || memchr("!#$%&'*+^`|~", c, 12) != NULL)
			return false;
		if (c == '.' && !in_label)
			return false;
		in_label = c != '.';
	}
	return s.n > 0;
}

/* RFC 9110, 7.2 and RFC 3986, 3.2.2 without user information. May be an IPv6 literal. */
static bool is_host(struct str h)
{
	size_t end = h.n;
	size_t at = 0;

	if (h.n == 0 || h.n > 255)
		return false;
	if (h.p[0] == '[') {
		at = str_find(h, ']', 0);
		if (at >= h.n || !is_ipv6_literal(str_slice(h, 0, at + 1)))
			return false;
		at++;
	} else {
		at = str_find(h, ':', 0);
		if (!is_name(str_slice(h, 0, at)))
			return false;
	}
	if (at == end)
		return true;
	uint64_t port;
	return h.p[at] == ':' && end - at <= 6
		&& str_to_u64(str_slice(h, at + 1, end), 65535, &port) && port != 0;
}

static bool read_host(struct guard_head *g, struct str value)
{
	if (g->has_host)
		return refuse(g, 400, "two Host lines");
	if (!is_host(value))
		return refuse(g, 400, "Host is not a host");
	g->has_host = true;
	g->host = value;
	return true;
}

static bool read_length(struct guard_head *g, struct str value)
{
	if (g->has_length)
		return refuse(g, 400, "two Content-Length lines");
	if (g->chunked)
		return refuse(g, 400, "Content-Length beside Transfer-Encoding");
	if (value.n > 15 || !str_to_u64(value, UINT64_MAX, &g->length))
		return refuse(g, 400, "Content-Length is not a number");
	/* RFC 9110 allows them, and some readers take the number for an octal one. */
	if (value.n > 1 && value.p[0] == '0')
		return refuse(g, 400, "Content-Length begins with a zero");
	g->has_length = true;
	return true;
}

static bool read_coding(struct guard_head *g, struct str value)
{
	if (g->chunked)
		return refuse(g, 400, "two Transfer-Encoding lines");
	if (g->has_length)
		return refuse(g, 400, "Content-Length beside Transfer-Encoding");
	if (g->minor == 0)
		return refuse(g, 400, "Transfer-Encoding in HTTP/1.0");
	if (!str_eq_nocase(value, STR("chunked")))
		return refuse(g, is_token(value) ? 501 : 400, "transfer coding is not chunked");
	g->chunked = true;
	return true;
}

static bool read_expect(struct guard_head *g, struct str value)
{
	if (!str_eq_nocase(value, STR("100-continue")))
		return refuse(g, 417, "Expect is not 100-continue");
	/* RFC 9110, 10.1.1: ignored in 1.0. */
	g->expects_continue = g->minor == 1;
	return true;
}

/* RFC 9110, 7.6.1. llhttp takes no tab within the list, so its own idea of it is not used. */
static bool read_connection(struct guard_head *g, struct str value)
{
	for (size_t at = 0; at < value.n;) {
		size_t end = str_find(value, ',', at);
		struct str option = trim_blanks(str_slice(value, at, end));

		g->asks_close |= str_eq_nocase(option, STR("close"));
		g->asks_keep |= str_eq_nocase(option, STR("keep-alive"));
		at = end + 1;
	}
	return true;
}

/* What applications behind a gateway (CGI and its heirs) are told under the name of a framing header. */
static bool refuse_alias(struct guard_head *g, struct str value)
{
	(void)value;
	return refuse(g, 400, "a framing header written with an underscore");
}

static bool read_field(struct guard_head *g, struct str line)
{
	static const struct {
		struct str name;
		bool (*read)(struct guard_head *g, struct str value);
	} fields[] = {
		{{"host", 4}, read_host},
		{{"content-length", 14}, read_length},
		{{"transfer-encoding", 17}, read_coding},
		{{"expect", 6}, read_expect},
		{{"connection", 10}, read_connection},
		{{"content_length", 14}, refuse_alias},
		{{"transfer_encoding", 17}, refuse_alias},
	};
	size_t colon = str_find(line, ':', 0);

	if (line.p[0] == ' ' || line.p[0] == '\t')
		return refuse(g, 400, "a folded line");
	if (g->line_count > GUARD_FIELDS_MAX)
		return refuse(g, 431, "too many header lines");
	if (colon >= line.n || !is_token(str_slice(line, 0, colon)))
		return refuse(g, 400, "header name is no token followed by a colon");
	struct str name = str_slice(line, 0, colon);
	struct str value = trim_blanks(str_slice(line, colon + 1, line.n));

	if (!is_field_value(value))
		return refuse(g, 400, "control character in a header");
	for (size_t i = 0; i < ARRAY_COUNT(fields); i++)
		if (name.n == fields[i].name.n && str_eq_nocase(name, fields[i].name))
			return fields[i].read(g, value);
	return true;
}

/* line: without its CRLF. */
static bool read_line(struct guard_head *g, struct str line)
{
	if (memchr(line.p, '\r', line.n) != NULL || memchr(line.p, 0, line.n) != NULL)
		return refuse(g, 400, "CR or NUL inside a line");
	if (g->line_count++ == 0)
		return read_request_line(g, line);
	return read_field(g, line);
}

/* Of a first line that is too long: a target that is, or no request line. */
static void refuse_first_line(struct guard_head *g, struct bytes in)
{
	if (memchr(in.p, ' ', GUARD_LINE_MAX) != NULL)
		refuse(g, 414, "target is too long");
	else
		refuse(g, 400, "no method within the longest line");
}

static enum guard_step more_or_too_long(struct guard_head *g, struct bytes in)
{
	g->looked = in.n;
	if (in.n - g->line_at > GUARD_LINE_MAX && g->line_count == 0)
		refuse_first_line(g, in);
	else if (in.n - g->line_at > GUARD_LINE_MAX)
		refuse(g, 431, "line is too long");
	else if (in.n > GUARD_HEAD_MAX)
		refuse(g, 431, "head is too long");
	return g->status != 0 ? GUARD_BAD : GUARD_MORE;
}

enum guard_step guard_read_head(struct guard_head *g, struct bytes in, size_t *head_len)
{
	/* Another protocol need not send an LF: it is told at once, not after the deadline. */
	if (g->status == 0 && in.n > 0 && !is_token_char(in.p[0]))
		refuse(g, 400, "no method begins like this");
	if (g->status != 0)
		return GUARD_BAD;
	for (;;) {
		const uint8_t *lf =
			in.n > g->looked ? memchr(in.p + g->looked, '\n', in.n - g->looked) : NULL;
		if (lf == NULL)
			return more_or_too_long(g, in);
		size_t end = (size_t)(lf - in.p) + 1;
		/* Lengths first, and as if the bytes had come one by one. */
		if (more_or_too_long(g, (struct bytes){in.p, end}) == GUARD_BAD)
			return GUARD_BAD;
		if (end - g->line_at < 2 || lf[-1] != '\r') {
			refuse(g, 400, "LF without CR");
			return GUARD_BAD;
		}
		struct str line = {(const char *)in.p + g->line_at, end - 2 - g->line_at};
		if (line.n == 0 && g->line_count > 0)
			break;
		if (!read_line(g, line))
			return GUARD_BAD;
		g->line_at = end;
	}
	*head_len = g->looked;
	if (!g->has_host) {
		refuse(g, 400, "no Host line");
		return GUARD_BAD;
	}
	return GUARD_DONE;
}

struct guard_body guard_body_of(const struct guard_head *g)
{
	return (struct guard_body){.chunked = g->chunked, .left = g->length};
}

static enum guard_step bad_chunk(struct guard_body *b, const char *why)
{
	b->status = 400;
	b->why = why;
	return GUARD_BAD;
}

static bool hex_digit(uint8_t c, uint8_t *v)
{
	if (c >= '0' && c <= '9')
		*v = (uint8_t)(c - '0');
	else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
		*v = (uint8_t)((c | 0x20) - 'a' + 10);
	else
		return false;
	return true;
}

/* One to eight hexadecimal digits and nothing else: no overflow, no extension. */
static enum guard_step read_size(struct guard_body *b, uint8_t c)
{
	uint8_t v;

	if (hex_digit(c, &v)) {
		if (++b->digits > 8)
			return bad_chunk(b, "chunk size has more than eight digits");
		b->left = b->left << 4 | v;
		return GUARD_MORE;
	}
	if (c != '\r' || b->digits == 0)
		return bad_chunk(b, "chunk size is not hexadecimal digits and CRLF");
	b->at = GUARD_CHUNK_SIZE_LF;
	return GUARD_MORE;
}

static enum guard_step read_mark(struct guard_body *b, uint8_t c, uint8_t wanted)
{
	static const enum guard_chunk next[] = {
		[GUARD_CHUNK_CR] = GUARD_CHUNK_LF,
		[GUARD_CHUNK_LF] = GUARD_CHUNK_SIZE,
		[GUARD_CHUNK_LAST_CR] = GUARD_CHUNK_LAST_LF,
		[GUARD_CHUNK_LAST_LF] = GUARD_CHUNK_END,
	};

	if (c != wanted)
		return bad_chunk(b, "chunk does not end in CRLF, or a trailer follows");
	if (b->at == GUARD_CHUNK_SIZE_LF)
		b->at = b->left == 0 ? GUARD_CHUNK_LAST_CR : GUARD_CHUNK_BYTES;
	else
		b->at = next[b->at];
	if (b->at == GUARD_CHUNK_SIZE) {
		b->left = 0;
		b->digits = 0;
	}
	return b->at == GUARD_CHUNK_END ? GUARD_DONE : GUARD_MORE;
}

static enum guard_step read_framing(struct guard_body *b, uint8_t c)
{
	switch (b->at) {
	case GUARD_CHUNK_SIZE:
		return read_size(b, c);
	case GUARD_CHUNK_CR:
	case GUARD_CHUNK_LAST_CR:
		return read_mark(b, c, '\r');
	case GUARD_CHUNK_SIZE_LF:
	case GUARD_CHUNK_LF:
	case GUARD_CHUNK_LAST_LF:
		return read_mark(b, c, '\n');
	case GUARD_CHUNK_BYTES:
	case GUARD_CHUNK_END:
		break;
	}
	return GUARD_DONE;
}

enum guard_step guard_read_body(
	struct guard_body *b, struct bytes in, size_t *used, struct bytes *piece)
{
	size_t i = 0;

	*used = 0;
	*piece = (struct bytes){NULL, 0};
	if (b->status != 0)
		return GUARD_BAD;
	while (b->chunked && b->at != GUARD_CHUNK_BYTES) {
		if (b->at == GUARD_CHUNK_END)
			return GUARD_DONE;
		if (i == in.n)
			return *used = i, GUARD_MORE;
		enum guard_step step = read_framing(b, in.p[i++]);

		*used = i;
		if (step != GUARD_MORE)
			return step;
	}
	*used = i;
	if (!b->chunked && b->left == 0)
		return GUARD_DONE;
	if (i == in.n)
		return GUARD_MORE;
	size_t n = in.n - i < b->left ? in.n - i : (size_t)b->left;

	*piece = (struct bytes){in.p + i, n};
	*used = i + n;
	b->left -= n;
	if (b->chunked && b->left == 0)
		b->at = GUARD_CHUNK_CR;
	return GUARD_PIECE;
}
