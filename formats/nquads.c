// SPDX-License-Identifier: Apache-2.0
/* N-Quads in and out. Runs in: whatever signs or checks Data Integrity proofs. */
#include "formats/nquads.h"

#include "base/err.h"
#include "formats/uri.h"

#include <string.h>

#define XSD_STRING "http://www.w3.org/2001/XMLSchema#string"

struct scan {
	struct arena *a;
	struct str in;
	size_t at;
	size_t line;
	struct err *err;
};

enum rc nquads_add(
	struct arena *a, struct nquads_set *set, const struct nquads_quad *quad, struct err *err)
{
	if (set->count == set->room) {
		size_t room = set->room != 0 ? set->room * 2 : 64;
		struct nquads_quad *items;

		if (set->count >= NQUADS_MAX || arena_left_len(a) < room * sizeof *items + 16)
			return err_set(err, RC_LIMIT, "more than %zu RDF statements", set->count);
		items = arena_alloc(a, room * sizeof *items);
		if (set->count != 0)
			memcpy(items, set->items, set->count * sizeof *items);
		set->items = items;
		set->room = room;
	}
	set->items[set->count++] = *quad;
	return RC_OK;
}

/* ---- writing ---- */

/* What must not stand as itself: C0, DEL, quote, backslash, and U+FFFE and U+FFFF (no XML 1.1 Char). */
static size_t plain_len(const char *p, size_t n)
{
	size_t i = 0;

	while (i < n) {
		unsigned char c = (unsigned char)p[i];

		if (c < 0x20 || c == 0x7F || c == '"' || c == '\\')
			break;
		if (c == 0xEF && n - i >= 3 && (unsigned char)p[i + 1] == 0xBF
			&& (unsigned char)p[i + 2] >= 0xBE)
			break;
		i++;
	}
	return i;
}

static size_t put_escape(struct buf *out, const char *p)
{
	static const char from[] = "\b\t\n\f\r\"\\";
	static const char to[] = "btnfr\"\\";
	unsigned char c = (unsigned char)*p;
	const char *found = c != 0 ? strchr(from, c) : NULL;

	if (c == 0xEF) {
		buf_put_cz(out, (unsigned char)p[2] == 0xBE ? "\\uFFFE" : "\\uFFFF");
		return 3;
	}
	if (found != NULL) {
		buf_put_char(out, '\\');
		buf_put_char(out, to[found - from]);
	} else {
		buf_fmt(out, "\\u%04X", c);
	}
	return 1;
}

static void put_literal(struct buf *out, struct str s)
{
	size_t at = 0;

	buf_put_char(out, '"');
	while (at < s.n) {
		size_t n = plain_len(s.p + at, s.n - at);

		buf_put(out, s.p + at, n);
		at += n;
		if (at < s.n)
			at += put_escape(out, s.p + at);
	}
	buf_put_char(out, '"');
}

static void put_iri(struct buf *out, struct str s)
{
	buf_put_char(out, '<');
	buf_put_str(out, s);
	buf_put_char(out, '>');
}

void nquads_put_term(struct buf *out, const struct nquads_term *term)
{
	switch (term->kind) {
	case NQUADS_NONE:
		break;
	case NQUADS_IRI:
		put_iri(out, term->value);
		break;
	case NQUADS_BLANK:
		buf_put(out, "_:", 2);
		buf_put_str(out, term->value);
		break;
	case NQUADS_LITERAL:
		put_literal(out, term->value);
		if (term->note.n != 0 && !str_eq_cz(term->note, XSD_STRING)) {
			buf_put(out, "^^", 2);
			put_iri(out, term->note);
		}
		break;
	case NQUADS_TAGGED:
		put_literal(out, term->value);
		buf_put_char(out, '@');
		buf_put_str(out, term->note);
		break;
	}
}

void nquads_put(struct buf *out, const struct nquads_quad *quad)
{
	nquads_put_term(out, &quad->s);
	buf_put_char(out, ' ');
	nquads_put_term(out, &quad->p);
	buf_put_char(out, ' ');
	nquads_put_term(out, &quad->o);
	if (quad->g.kind != NQUADS_NONE) {
		buf_put_char(out, ' ');
		nquads_put_term(out, &quad->g);
	}
	buf_put(out, " .\n", 3);
}

static int compare_terms(const struct nquads_term *a, const struct nquads_term *b)
{
	int order;

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	order = str_compare(a->value, b->value);
	return order != 0 ? order : str_compare(a->note, b->note);
}

int nquads_compare(const void *a, const void *b)
{
	const struct nquads_quad *x = *(const struct nquads_quad *const *)a;
	const struct nquads_quad *y = *(const struct nquads_quad *const *)b;
	int order = compare_terms(&x->s, &y->s);

	if (order == 0)
		order = compare_terms(&x->p, &y->p);
	if (order == 0)
		order = compare_terms(&x->o, &y->o);
	return order != 0 ? order : compare_terms(&x->g, &y->g);
}

/* ---- reading ---- */

static enum rc refuse(struct scan *s, const char *what)
{
	return err_set(s->err, RC_INPUT, "N-Quads, line %zu: %s", s->line, what);
}

static char peek(const struct scan *s)
{
	return s->at < s->in.n ? s->in.p[s->at] : '\0';
}

static void skip_blanks(struct scan *s)
{
	while (peek(s) == ' ' || peek(s) == '\t')
		s->at++;
}

static int hex_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Behind "\u" or "\U". */
static bool read_code_point(struct scan *s, size_t digits, uint32_t *cp)
{
	*cp = 0;
	for (size_t i = 0; i < digits; i++, s->at++) {
		int v = hex_of(peek(s));

		if (v < 0)
			return false;
		*cp = *cp << 4 | (uint32_t)v;
	}
	return *cp <= 0x10FFFF && (*cp < 0xD800 || *cp > 0xDFFF);
}

/* Behind a backslash; only \u and \U when in_iri. */
static bool read_escape(struct scan *s, bool in_iri, char *out, size_t *n)
{
	static const char from[] = "tbnrf\"'\\";
	static const char to[] = "\t\b\n\r\f\"'\\";
	char c = peek(s);
	const char *found = c != '\0' ? strchr(from, c) : NULL;
	uint32_t cp;

	s->at++;
	if (c == 'u' || c == 'U') {
		if (!read_code_point(s, c == 'u' ? 4 : 8, &cp))
			return false;
		*n += str_put_char(cp, out + *n);
		return true;
	}
	if (found == NULL || in_iri)
		return false;
	out[(*n)++] = to[found - from];
	return true;
}

/* Up to the closing character, which is stepped over. The opening one is behind. */
static enum rc read_until(struct scan *s, char close, struct str *out)
{
	size_t start = s->at;
	size_t end = start;
	bool escaped = false;
	size_t n = 0;
	char *p;

	for (; end < s->in.n && s->in.p[end] != close; end++) {
		if (s->in.p[end] == '\n' || s->in.p[end] == '\r')
			return refuse(s, "a line ends inside a text or an IRI");
		if (s->in.p[end] == '\\') {
			escaped = true;
			end++;
		}
	}
	if (end >= s->in.n)
		return refuse(s, "a text or an IRI without end");
	*out = (struct str){s->in.p + start, end - start};
	if (!escaped) {
		s->at = end + 1;
		return RC_OK;
	}
	if (arena_left_len(s->a) < end - start + 16)
		return err_set(s->err, RC_LIMIT, "N-Quads: more than fits in memory");
	p = arena_alloc(s->a, end - start);
	while (s->at < end) {
		char c = s->in.p[s->at++];

		if (c != '\\')
			p[n++] = c;
		else if (!read_escape(s, close == '>', p, &n))
			return refuse(s, "an unknown escape");
	}
	s->at = end + 1;
	*out = (struct str){p, n};
	return RC_OK;
}

static enum rc read_iri(struct scan *s, struct str *out)
{
	enum rc rc;

	s->at++;
	rc = read_until(s, '>', out);
	if (rc == RC_OK && !uri_is_absolute(*out))
		rc = refuse(s, "an IRI that is not absolute, or holds what no IRI may");
	return rc;
}

/* PN_CHARS of the grammar; first: PN_CHARS_U or a digit. */
static bool is_label_char(uint32_t c, bool first)
{
	static const uint32_t ranges[][2] = {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'},
		{0xC0, 0xD6}, {0xD8, 0xF6}, {0xF8, 0x2FF}, {0x370, 0x37D}, {0x37F, 0x1FFF},
		{0x200C, 0x200D}, {0x2070, 0x218F}, {0x2C00, 0x2FEF}, {0x3001, 0xD7FF},
		{0xF900, 0xFDCF}, {0xFDF0, 0xFFFD}, {0x10000, 0xEFFFF}};

	for (size_t i = 0; i < ARRAY_COUNT(ranges); i++) {
		if (c >= ranges[i][0] && c <= ranges[i][1])
			return true;
	}
	return !first
		&& (c == '-' || c == 0xB7 || (c >= 0x300 && c <= 0x36F) || c == 0x203F
			|| c == 0x2040);
}

static enum rc read_blank(struct scan *s, struct str *out)
{
	size_t start = s->at + 2;
	size_t end = start;
	size_t at = start;

	if (s->in.n - s->at < 3 || s->in.p[s->at + 1] != ':')
		return refuse(s, "neither an IRI, a blank node nor a text");
	while (at < s->in.n) {
		uint32_t c = str_next_char(s->in, &at);

		/* Dots stand inside a label, never at its end. */
		if (is_label_char(c, end == start))
			end = at;
		else if (c != '.' || end == start)
			break;
	}
	if (end == start)
		return refuse(s, "a blank node without a label");
	*out = str_slice(s->in, start, end);
	s->at = end;
	return RC_OK;
}

static bool is_tag_char(char c, bool digits)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (digits && c >= '0' && c <= '9');
}

/* Letters, then parts of letters and digits, with hyphens between. */
static enum rc read_language(struct scan *s, struct str *out)
{
	size_t start = ++s->at;
	size_t part = start;

	for (;;) {
		while (is_tag_char(peek(s), part != start))
			s->at++;
		if (s->at == part)
			return refuse(s, "not a language tag");
		if (peek(s) != '-')
			break;
		part = ++s->at;
	}
	*out = str_slice(s->in, start, s->at);
	return RC_OK;
}

static enum rc read_literal(struct scan *s, struct nquads_term *out)
{
	enum rc rc;

	s->at++;
	*out = (struct nquads_term){.kind = NQUADS_LITERAL};
	rc = read_until(s, '"', &out->value);
	if (rc != RC_OK)
		return rc;
	if (peek(s) == '@') {
		out->kind = NQUADS_TAGGED;
		return read_language(s, &out->note);
	}
	if (!str_starts(str_slice(s->in, s->at, s->in.n), STR("^^")))
		return RC_OK;
	s->at += 2;
	if (peek(s) != '<')
		return refuse(s, "no datatype after ^^");
	rc = read_iri(s, &out->note);
	if (rc == RC_OK && str_eq_cz(out->note, XSD_STRING))
		out->note = (struct str){NULL, 0};
	return rc;
}

static enum rc read_term(struct scan *s, struct nquads_term *out)
{
	skip_blanks(s);
	*out = (struct nquads_term){.kind = NQUADS_IRI};
	if (peek(s) == '<')
		return read_iri(s, &out->value);
	if (peek(s) == '"')
		return read_literal(s, out);
	out->kind = NQUADS_BLANK;
	if (peek(s) == '_')
		return read_blank(s, &out->value);
	return refuse(s, "neither an IRI, a blank node nor a text");
}

static enum rc read_quad(struct scan *s, struct nquads_quad *quad)
{
	enum rc rc = read_term(s, &quad->s);

	if (rc == RC_OK)
		rc = read_term(s, &quad->p);
	if (rc == RC_OK)
		rc = read_term(s, &quad->o);
	if (rc != RC_OK)
		return rc;
	skip_blanks(s);
	quad->g = (struct nquads_term){.kind = NQUADS_NONE};
	if (peek(s) != '.')
		rc = read_term(s, &quad->g);
	if (rc != RC_OK)
		return rc;
	if (quad->s.kind >= NQUADS_LITERAL || quad->p.kind != NQUADS_IRI
		|| quad->g.kind >= NQUADS_LITERAL)
		return refuse(s, "a text as subject or graph, or a predicate that is no IRI");
	skip_blanks(s);
	if (peek(s) != '.')
		return refuse(s, "no dot at the end of a statement");
	s->at++;
	return RC_OK;
}

/* Spaces and a comment, then the end of the line or of the text. */
static enum rc end_line(struct scan *s)
{
	skip_blanks(s);
	if (peek(s) == '#') {
		while (s->at < s->in.n && peek(s) != '\n' && peek(s) != '\r')
			s->at++;
	}
	if (s->at == s->in.n)
		return RC_OK;
	if (peek(s) != '\n' && peek(s) != '\r')
		return refuse(s, "something after the statement");
	s->line += peek(s) == '\n' ? 1 : 0;
	s->at++;
	return RC_OK;
}

enum rc nquads_parse(struct arena *a, struct str text, struct nquads_set *out, struct err *err)
{
	struct scan s = {.a = a, .in = text, .line = 1, .err = err};
	struct nquads_quad quad;

	if (!str_is_utf8(text))
		return err_set(err, RC_INPUT, "N-Quads: not UTF-8");
	while (s.at < text.n) {
		enum rc rc = RC_OK;
		char c;

		skip_blanks(&s);
		c = peek(&s);
		if (s.at < text.n && c != '#' && c != '\n' && c != '\r') {
			rc = read_quad(&s, &quad);
			if (rc == RC_OK)
				rc = nquads_add(a, out, &quad, err);
		}
		if (rc == RC_OK)
			rc = end_line(&s);
		if (rc != RC_OK)
			return rc;
	}
	return RC_OK;
}
