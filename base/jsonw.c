// SPDX-License-Identifier: Apache-2.0
/* A JSON writer. Runs in: sign, control, the command line. */
#include "base/jsonw.h"

#include <inttypes.h>
#include <string.h>

struct jsonw jsonw_new(struct buf *out)
{
	return (struct jsonw){.out = out};
}

static void before_item(struct jsonw *w)
{
	if (w->comma)
		buf_put_char(w->out, ',');
	w->comma = true;
}

void jsonw_open(struct jsonw *w, char bracket)
{
	before_item(w);
	buf_put_char(w->out, bracket);
	w->comma = false;
}

void jsonw_close(struct jsonw *w, char bracket)
{
	buf_put_char(w->out, bracket);
	w->comma = true;
}

static void put_escape(struct buf *b, unsigned char c)
{
	static const char short_of[32] = {[8] = 'b', [9] = 't', [10] = 'n', [12] = 'f', [13] = 'r'};

	if (c == '"' || c == '\\')
		buf_fmt(b, "\\%c", c);
	else if (short_of[c] != 0)
		buf_fmt(b, "\\%c", short_of[c]);
	else
		buf_fmt(b, "\\u%04x", c);
}

static void put_quoted(struct buf *b, struct str s)
{
	size_t start = 0;

	buf_put_char(b, '"');
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c >= 0x20 && c != '"' && c != '\\')
			continue;
		buf_put(b, s.p + start, i - start);
		put_escape(b, c);
		start = i + 1;
	}
	if (s.n != start)
		buf_put(b, s.p + start, s.n - start);
	buf_put_char(b, '"');
}

void jsonw_key_of(struct jsonw *w, struct str key)
{
	before_item(w);
	put_quoted(w->out, key);
	buf_put_char(w->out, ':');
	w->comma = false;
}

void jsonw_key(struct jsonw *w, const char *key)
{
	jsonw_key_of(w, str_of(key));
}

void jsonw_str(struct jsonw *w, struct str s)
{
	before_item(w);
	put_quoted(w->out, s);
}

void jsonw_i64(struct jsonw *w, int64_t v)
{
	before_item(w);
	buf_fmt(w->out, "%" PRId64, v);
}

void jsonw_bool(struct jsonw *w, bool v)
{
	before_item(w);
	buf_put_cz(w->out, v ? "true" : "false");
}

void jsonw_null(struct jsonw *w)
{
	before_item(w);
	buf_put_cz(w->out, "null");
}

void jsonw_raw(struct jsonw *w, struct str json)
{
	before_item(w);
	buf_put_str(w->out, json);
}

void jsonw_key_str(struct jsonw *w, const char *key, struct str v)
{
	jsonw_key(w, key);
	jsonw_str(w, v);
}

void jsonw_key_i64(struct jsonw *w, const char *key, int64_t v)
{
	jsonw_key(w, key);
	jsonw_i64(w, v);
}

void jsonw_key_bool(struct jsonw *w, const char *key, bool v)
{
	jsonw_key(w, key);
	jsonw_bool(w, v);
}

void jsonw_key_open(struct jsonw *w, const char *key, char bracket)
{
	jsonw_key(w, key);
	jsonw_open(w, bracket);
}

void jsonw_key_str_if(struct jsonw *w, const char *key, struct str v)
{
	if (v.n != 0)
		jsonw_key_str(w, key, v);
}
