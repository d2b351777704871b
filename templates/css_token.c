// SPDX-License-Identifier: Apache-2.0
/* CSS tokenizer. Runs in: intake. */
#include "templates/css_token.h"

#include <string.h>

static unsigned char peek(const struct css_lexer *lx, size_t ahead)
{
	return lx->at + ahead < lx->in.n ? (unsigned char)lx->in.p[lx->at + ahead] : 0;
}

static bool is_space(unsigned char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static bool is_digit(unsigned char c)
{
	return c >= '0' && c <= '9';
}

static bool is_name_start(unsigned char c)
{
	return (c | 32u) - 'a' < 26u || c == '_' || c >= 0x80;
}

static bool is_name(unsigned char c)
{
	return is_name_start(c) || is_digit(c) || c == '-';
}

static int hex_value(unsigned char c)
{
	if (is_digit(c))
		return c - '0';
	if ((c | 32u) - 'a' < 6u)
		return (int)((c | 32u) - 'a') + 10;
	return -1;
}

static bool is_escape(const struct css_lexer *lx, size_t ahead)
{
	unsigned char next = peek(lx, ahead + 1);

	return peek(lx, ahead) == '\\' && next != '\n' && next != '\r' && next != '\f' && next != 0;
}

static void step(struct css_lexer *lx)
{
	if (peek(lx, 0) == '\n')
		lx->line++;
	lx->at++;
}

/* After the backslash: up to six hexadecimal digits and one space, or the character itself. */
static size_t read_escape(struct css_lexer *lx, char out[4])
{
	uint32_t cp = 0;
	int count = 0;

	while (count < 6 && hex_value(peek(lx, 0)) >= 0 && lx->at < lx->in.n) {
		cp = cp * 16 + (uint32_t)hex_value(peek(lx, 0));
		lx->at++;
		count++;
	}
	if (count == 0)
		return str_put_char(str_next_char(lx->in, &lx->at), out);
	if (is_space(peek(lx, 0)) && lx->at < lx->in.n)
		step(lx);
	if (cp == 0 || cp > 0x10ffff || (cp >= 0xd800 && cp <= 0xdfff))
		cp = 0xfffd;
	return str_put_char(cp, out);
}

/* Copies n bytes when there is somewhere to copy to: names and strings are measured, then read. */
static void put(char *out, size_t *len, const char *from, size_t n)
{
	if (out != NULL)
		memcpy(out + *len, from, n);
	*len += n;
}

static size_t scan_name(struct css_lexer *lx, char *out)
{
	size_t len = 0;

	for (;;) {
		if (is_name(peek(lx, 0))) {
			put(out, &len, lx->in.p + lx->at++, 1);
		} else if (is_escape(lx, 0)) {
			char c[4];
			size_t n;

			lx->at++;
			n = read_escape(lx, c);
			put(out, &len, c, n);
		} else {
			return len;
		}
	}
}

/* A run of name characters, decoded. Nearly all hold no escape; those borrow from the input. */
static struct str read_name(struct css_lexer *lx)
{
	struct css_lexer start = *lx;
	size_t len = scan_name(lx, NULL);
	char *out;

	if (len == lx->at - start.at && memchr(lx->in.p + start.at, '\\', len) == NULL)
		return str_slice(lx->in, start.at, lx->at);
	out = arena_alloc(lx->a, len + 1);
	*lx = start;
	scan_name(lx, out);
	return (struct str){out, len};
}

static bool is_newline(unsigned char c)
{
	return c == '\n' || c == '\r' || c == '\f';
}

/* Up to the quote, which is consumed, or a line break, which is not: then *good is false. */
static size_t scan_string(struct css_lexer *lx, char quote, char *out, bool *good)
{
	size_t len = 0;

	*good = true;
	while (lx->at < lx->in.n && lx->in.p[lx->at] != quote) {
		char c[4];

		if (is_newline(peek(lx, 0))) {
			*good = false;
			return len;
		}
		if (peek(lx, 0) != '\\' || lx->at + 1 >= lx->in.n) {
			put(out, &len, lx->in.p + lx->at++, 1);
			continue;
		}
		lx->at++;
		if (is_newline(peek(lx, 0))) {
			step(lx);
		} else {
			size_t n = read_escape(lx, c);

			put(out, &len, c, n);
		}
	}
	lx->at += lx->at < lx->in.n ? 1 : 0;
	return len;
}

static void read_string(struct css_lexer *lx, struct css_token *out)
{
	char quote = lx->in.p[lx->at++];
	struct css_lexer start = *lx;
	bool good;
	size_t len = scan_string(lx, quote, NULL, &good);
	char *text = arena_alloc(lx->a, len + 1);

	*lx = start;
	scan_string(lx, quote, text, &good);
	out->kind = good ? CSS_STRING : CSS_BAD;
	out->text = (struct str){text, len};
}

static void skip_space(struct css_lexer *lx)
{
	while (lx->at < lx->in.n && is_space(peek(lx, 0)))
		step(lx);
}

/* After "url(": quoted or not, up to the closing parenthesis. Anything odd makes it CSS_BAD. */
static void read_url(struct css_lexer *lx, struct css_token *out)
{
	size_t start;

	skip_space(lx);
	out->kind = CSS_URL;
	if (peek(lx, 0) == '"' || peek(lx, 0) == '\'') {
		read_string(lx, out);
		out->kind = out->kind == CSS_STRING ? CSS_URL : CSS_BAD;
		skip_space(lx);
		if (peek(lx, 0) != ')')
			out->kind = CSS_BAD;
	} else {
		start = lx->at;
		while (lx->at < lx->in.n && peek(lx, 0) != ')' && !is_space(peek(lx, 0))) {
			/* An escape in a bare address is nobody's honest spelling of an id. */
			if (strchr("\"'(\\", peek(lx, 0)) != NULL || peek(lx, 0) < 0x20)
				out->kind = CSS_BAD;
			lx->at++;
		}
		out->text = str_slice(lx->in, start, lx->at);
		skip_space(lx);
	}
	if (peek(lx, 0) != ')')
		out->kind = CSS_BAD;
	while (lx->at < lx->in.n && peek(lx, 0) != ')')
		step(lx);
	if (lx->at < lx->in.n)
		lx->at++;
}

static bool starts_name(const struct css_lexer *lx, size_t ahead)
{
	unsigned char c = peek(lx, ahead);

	if (c == '-')
		return is_name_start(peek(lx, ahead + 1)) || peek(lx, ahead + 1) == '-'
			|| is_escape(lx, ahead + 1);
	return is_name_start(c) || is_escape(lx, ahead);
}

static bool starts_number(const struct css_lexer *lx)
{
	size_t i = peek(lx, 0) == '+' || peek(lx, 0) == '-' ? 1 : 0;

	return is_digit(peek(lx, i)) || (peek(lx, i) == '.' && is_digit(peek(lx, i + 1)));
}

static void read_number(struct css_lexer *lx, struct css_token *out)
{
	size_t start = lx->at;

	lx->at += peek(lx, 0) == '+' || peek(lx, 0) == '-' ? 1 : 0;
	while (is_digit(peek(lx, 0)))
		lx->at++;
	if (peek(lx, 0) == '.' && is_digit(peek(lx, 1)))
		do
			lx->at++;
		while (is_digit(peek(lx, 0)));
	if ((peek(lx, 0) | 32) == 'e') {
		size_t sign = peek(lx, 1) == '+' || peek(lx, 1) == '-' ? 1 : 0;

		if (is_digit(peek(lx, 1 + sign))) {
			lx->at += 1 + sign;
			while (is_digit(peek(lx, 0)))
				lx->at++;
		}
	}
	out->kind = CSS_NUMBER;
	out->text = str_slice(lx->in, start, lx->at);
	if (peek(lx, 0) == '%') {
		out->kind = CSS_PERCENT;
		lx->at++;
	} else if (starts_name(lx, 0)) {
		out->kind = CSS_DIMENSION;
		out->unit = read_name(lx);
	}
}

static void read_ident(struct css_lexer *lx, struct css_token *out)
{
	out->kind = CSS_IDENT;
	out->text = read_name(lx);
	if (peek(lx, 0) != '(')
		return;
	lx->at++;
	out->kind = CSS_FUNCTION;
	if (str_eq_nocase(out->text, STR("url")) || str_eq_nocase(out->text, STR("src"))
		|| str_eq_nocase(out->text, STR("url-prefix")))
		read_url(lx, out);
}

static void skip_comments(struct css_lexer *lx)
{
	while (peek(lx, 0) == '/' && peek(lx, 1) == '*') {
		lx->at += 2;
		while (lx->at < lx->in.n && !(peek(lx, 0) == '*' && peek(lx, 1) == '/'))
			step(lx);
		lx->at = lx->at + 2 < lx->in.n ? lx->at + 2 : lx->in.n;
	}
}

static bool skip_markers(struct css_lexer *lx)
{
	if (str_starts(str_slice(lx->in, lx->at, lx->in.n), STR("<!--")))
		lx->at += 4;
	else if (str_starts(str_slice(lx->in, lx->at, lx->in.n), STR("-->")))
		lx->at += 3;
	else
		return false;
	return true;
}

void css_token_next(struct css_lexer *lx, struct css_token *out)
{
	unsigned char c;

	skip_comments(lx);
	*out = (struct css_token){.line = lx->line};
	c = peek(lx, 0);
	if (lx->at >= lx->in.n) {
		out->kind = CSS_END;
	} else if (is_space(c) || skip_markers(lx)) {
		out->kind = CSS_SPACE;
		skip_space(lx);
	} else if (c == '"' || c == '\'') {
		read_string(lx, out);
	} else if (starts_number(lx)) {
		read_number(lx, out);
	} else if (starts_name(lx, 0)) {
		read_ident(lx, out);
	} else if (c == '#' && (is_name(peek(lx, 1)) || is_escape(lx, 1))) {
		lx->at++;
		out->kind = CSS_HASH;
		out->text = read_name(lx);
	} else if (c == '@' && starts_name(lx, 1)) {
		lx->at++;
		out->kind = CSS_AT;
		out->text = read_name(lx);
	} else {
		out->kind = CSS_DELIM;
		out->text = str_slice(lx->in, lx->at, lx->at + 1);
		step(lx);
	}
}

bool css_token_is(const struct css_token *t, char delim)
{
	return t->kind == CSS_DELIM && t->text.n == 1 && t->text.p[0] == delim;
}
