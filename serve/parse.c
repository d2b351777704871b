// SPDX-License-Identifier: Apache-2.0
/* One request out of bytes, by guard and llhttp. Runs in: verify, console. */
#include "serve/parse.h"

#include "serve/target.h"

#include <llhttp.h>
#include <string.h>

/* A generated parser: another version is another parser, to be looked at before it is believed. */
#if LLHTTP_VERSION_MAJOR != 8 || LLHTTP_VERSION_MINOR != 1 || LLHTTP_VERSION_PATCH != 0
#error "serve/ was checked against llhttp 8.1.0 only: read docs/adr on the HTTP floor first"
#endif
#if !LLHTTP_STRICT_MODE
#error "llhttp must be compiled with LLHTTP_STRICT_MODE=1"
#endif

struct parse {
	llhttp_t llhttp;
	struct arena *a;
	struct guard_body body;
	struct str target;
	struct http_header *fields;
	uint32_t field_count;
	bool value_seen;
	bool complete;
	bool strange; /* llhttp called back in a way that one whole head cannot cause */
	struct bytes piece;
};

static int on_url(llhttp_t *l, const char *at, size_t n)
{
	struct parse *p = l->data;

	p->strange |= p->target.p != NULL;
	p->target = (struct str){at, n};
	return 0;
}

static int on_field(llhttp_t *l, const char *at, size_t n)
{
	struct parse *p = l->data;

	if (p->field_count == GUARD_FIELDS_MAX)
		return -1;
	p->fields[p->field_count++].name = (struct str){at, n};
	p->value_seen = false;
	return 0;
}

static int on_value(llhttp_t *l, const char *at, size_t n)
{
	struct parse *p = l->data;

	p->strange |= p->field_count == 0 || p->value_seen;
	if (p->strange)
		return -1;
	p->fields[p->field_count - 1].value = (struct str){at, n};
	p->value_seen = true;
	return 0;
}

static int on_headers_complete(llhttp_t *l)
{
	/* Upgrade is ignored: the message goes on as HTTP (RFC 9110, 7.8). */
	l->upgrade = 0;
	return 0;
}

static int on_body(llhttp_t *l, const char *at, size_t n)
{
	struct parse *p = l->data;

	p->strange |= p->piece.n != 0;
	p->piece = (struct bytes){(const uint8_t *)at, n};
	return 0;
}

static int on_message_complete(llhttp_t *l)
{
	struct parse *p = l->data;

	p->strange |= p->complete;
	p->complete = true;
	return 0;
}

static const llhttp_settings_t settings = {
	.on_url = on_url,
	.on_header_field = on_field,
	.on_header_value = on_value,
	.on_headers_complete = on_headers_complete,
	.on_body = on_body,
	.on_message_complete = on_message_complete,
};

struct parse *parse_new(struct arena *a)
{
	struct parse *p = arena_zalloc(a, 1, sizeof *p);

	p->a = a;
	return p;
}

static struct str trim_right(struct str s)
{
	while (s.n > 0 && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
		s.n--;
	return s;
}

/* head is the arena's copy, so names may be changed in place. */
static void lower_names(struct parse *p, uint8_t *head)
{
	for (uint32_t i = 0; i < p->field_count; i++) {
		struct http_header *h = &p->fields[i];
		uint8_t *name = head + (h->name.p - (const char *)head);

		for (size_t k = 0; k < h->name.n; k++)
			if (name[k] >= 'A' && name[k] <= 'Z')
				name[k] |= 0x20;
		h->value = trim_right(h->value);
	}
}

/* Did the two read the same message? */
static bool agree(const struct parse *p, const struct guard_head *g)
{
	bool empty = !g->chunked && g->length == 0;

	return !p->strange && p->field_count + 1 == g->line_count && p->complete == empty
		&& p->llhttp.http_major == 1 && p->llhttp.http_minor == g->minor
		&& (empty || g->chunked || p->llhttp.content_length == g->length)
		&& ((p->llhttp.flags & F_CHUNKED) != 0) == (g->chunked && !empty);
}

unsigned parse_read_head(
	struct parse *p, const struct guard_head *g, struct bytes head, struct http_request *r)
{
	uint8_t *copy = arena_dup(p->a, head.p, head.n);

	p->fields = arena_zalloc(p->a, g->line_count, sizeof *p->fields);
	p->body = guard_body_of(g);
	llhttp_init(&p->llhttp, HTTP_REQUEST, &settings);
	p->llhttp.data = p;
	if (llhttp_execute(&p->llhttp, (const char *)copy, head.n) != HPE_OK || !agree(p, g))
		return 400;
	lower_names(p, copy);
	r->verb = g->verb;
	r->method = (struct str){
		(const char *)copy, (size_t)((const uint8_t *)memchr(copy, ' ', head.n) - copy)};
	r->headers = p->fields;
	r->header_count = p->field_count;
	if (!http_find_header(r, "host", &r->host))
		return 400;
	return target_parse(p->a, p->target, r);
}

enum guard_step parse_read_body(
	struct parse *p, struct bytes in, size_t *used, struct bytes *piece, unsigned *status)
{
	enum guard_step step = guard_read_body(&p->body, in, used, piece);

	*status = step == GUARD_BAD ? p->body.status : 400;
	if (step == GUARD_BAD)
		return step;
	p->piece = (struct bytes){NULL, 0};
	if (*used > 0 && llhttp_execute(&p->llhttp, (const char *)in.p, *used) != HPE_OK)
		return GUARD_BAD;
	if (p->strange || p->piece.n != piece->n || p->piece.p != piece->p)
		return GUARD_BAD;
	/* With a length, llhttp ends with the last byte; the guard says so at the next call. */
	if (p->complete != (step == GUARD_DONE || (!p->body.chunked && p->body.left == 0)))
		return GUARD_BAD;
	return step;
}

uint64_t parse_body_left(const struct parse *p)
{
	/* Before its line is whole, a chunk's size may be no size at all. */
	return p->body.chunked && p->body.at != GUARD_CHUNK_BYTES ? 0 : p->body.left;
}
