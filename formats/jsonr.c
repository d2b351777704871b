// SPDX-License-Identifier: Apache-2.0
/* Strict JSON into a tree. Runs in: whatever reads credentials. */
#include "formats/jsonr.h"

#include "base/err.h"

#include <stdlib.h>
#include <string.h>

struct level {
	struct jsonr_value *container;
	struct jsonr_value *last;
};

/* Containers that are open are a stack, so that depth costs no C stack. */
struct reader {
	struct arena *a;
	struct str in;
	size_t at;
	uint32_t values_left;
	struct level levels[JSONR_DEPTH_MAX];
	size_t depth;
	struct err *err;
};

static enum rc refuse(struct reader *r, const char *what)
{
	return err_set(r->err, RC_INPUT, "JSON: %s at byte %zu", what, r->at);
}

static void *take(struct reader *r, size_t len)
{
	if (arena_left_len(r->a) < len + 16) {
		(void)err_set(r->err, RC_LIMIT, "JSON: more than fits in memory");
		return NULL;
	}
	return arena_alloc(r->a, len);
}

/* The byte at the reading point, 0 at the end: no JSON token begins with it. */
static char peek(const struct reader *r)
{
	return r->at < r->in.n ? r->in.p[r->at] : '\0';
}

static void skip_space(struct reader *r)
{
	while (peek(r) == ' ' || peek(r) == '\n' || peek(r) == '\r' || peek(r) == '\t')
		r->at++;
}

static bool read_hex4(struct reader *r, uint32_t *out)
{
	*out = 0;
	if (r->in.n - r->at < 4)
		return false;
	for (size_t i = 0; i < 4; i++) {
		char c = r->in.p[r->at++];

		*out <<= 4;
		if (c >= '0' && c <= '9')
			*out |= (uint32_t)(c - '0');
		else if (c >= 'a' && c <= 'f')
			*out |= (uint32_t)(c - 'a' + 10);
		else if (c >= 'A' && c <= 'F')
			*out |= (uint32_t)(c - 'A' + 10);
		else
			return false;
	}
	return true;
}

/* Behind "\u". */
static enum rc read_unicode_escape(struct reader *r, uint32_t *cp)
{
	uint32_t low;

	if (!read_hex4(r, cp))
		return refuse(r, "no four hexadecimal digits after \\u");
	if (*cp < 0xD800 || *cp > 0xDFFF)
		return RC_OK;
	if (*cp > 0xDBFF || r->in.n - r->at < 2 || r->in.p[r->at] != '\\'
		|| r->in.p[r->at + 1] != 'u')
		return refuse(r, "half a surrogate pair");
	r->at += 2;
	if (!read_hex4(r, &low) || low < 0xDC00 || low > 0xDFFF)
		return refuse(r, "half a surrogate pair");
	*cp = 0x10000 + ((*cp - 0xD800) << 10) + (low - 0xDC00);
	return RC_OK;
}

/* Behind a backslash. */
static enum rc read_escape(struct reader *r, char *out, size_t *n)
{
	static const char from[] = "\"\\/bfnrt";
	static const char to[] = "\"\\/\b\f\n\r\t";
	char c = peek(r);
	const char *found = c != '\0' ? strchr(from, c) : NULL;
	uint32_t cp;
	enum rc rc;

	if (found != NULL) {
		out[(*n)++] = to[found - from];
		r->at++;
		return RC_OK;
	}
	if (c != 'u')
		return refuse(r, "an unknown escape");
	r->at++;
	rc = read_unicode_escape(r, &cp);
	if (rc == RC_OK)
		*n += str_put_char(cp, out + *n);
	return rc;
}

/* At the opening quote. A text without escapes is borrowed. */
static enum rc read_string(struct reader *r, struct str *out)
{
	size_t start = ++r->at;
	bool escaped = false;
	size_t end = start;
	char *p;
	size_t n = 0;

	for (; end < r->in.n && r->in.p[end] != '"'; end++) {
		if ((unsigned char)r->in.p[end] < 0x20) {
			r->at = end;
			return refuse(r, "a control character in a text");
		}
		if (r->in.p[end] == '\\') {
			escaped = true;
			end++;
		}
	}
	if (end >= r->in.n)
		return refuse(r, "a text without end");
	*out = (struct str){r->in.p + start, end - start};
	if (!escaped) {
		r->at = end + 1;
		return RC_OK;
	}
	p = take(r, end - start);
	if (p == NULL)
		return RC_LIMIT;
	while (r->at < end) {
		enum rc rc = RC_OK;
		char c = r->in.p[r->at++];

		if (c == '\\')
			rc = read_escape(r, p, &n);
		else
			p[n++] = c;
		if (rc != RC_OK)
			return rc;
	}
	r->at = end + 1;
	*out = (struct str){p, n};
	return RC_OK;
}

static size_t skip_digits(struct reader *r)
{
	size_t start = r->at;

	while (peek(r) >= '0' && peek(r) <= '9')
		r->at++;
	return r->at - start;
}

static enum rc read_number(struct reader *r, struct str *out)
{
	size_t start = r->at;

	if (peek(r) == '-')
		r->at++;
	if (peek(r) == '0')
		r->at++;
	else if (skip_digits(r) == 0)
		return refuse(r, "no value");
	if (peek(r) == '.') {
		r->at++;
		if (skip_digits(r) == 0)
			return refuse(r, "no digit after the point");
	}
	if (peek(r) == 'e' || peek(r) == 'E') {
		r->at++;
		if (peek(r) == '+' || peek(r) == '-')
			r->at++;
		if (skip_digits(r) == 0)
			return refuse(r, "no digit in the exponent");
	}
	*out = str_slice(r->in, start, r->at);
	return RC_OK;
}

static enum rc read_word(struct reader *r, struct jsonr_value *v)
{
	static const struct {
		struct str word;
		enum jsonr_kind kind;
		bool truth;
	} words[] = {{STR("true"), JSONR_BOOL, true}, {STR("false"), JSONR_BOOL, false},
		{STR("null"), JSONR_NULL, false}};

	for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
		if (!str_starts(str_slice(r->in, r->at, r->in.n), words[i].word))
			continue;
		v->kind = words[i].kind;
		v->truth = words[i].truth;
		r->at += words[i].word.n;
		return RC_OK;
	}
	v->kind = JSONR_NUMBER;
	return read_number(r, &v->text);
}

static enum rc open_container(struct reader *r, struct jsonr_value *v)
{
	v->kind = peek(r) == '{' ? JSONR_OBJECT : JSONR_ARRAY;
	if (r->depth == JSONR_DEPTH_MAX)
		return err_set(r->err, RC_LIMIT, "JSON: nested deeper than %d", JSONR_DEPTH_MAX);
	r->levels[r->depth++] = (struct level){.container = v};
	r->at++;
	return RC_OK;
}

static enum rc read_key(struct reader *r, struct str *key)
{
	enum rc rc;

	if (peek(r) != '"')
		return refuse(r, "no member name");
	rc = read_string(r, key);
	if (rc != RC_OK)
		return rc;
	skip_space(r);
	if (peek(r) != ':')
		return refuse(r, "no colon after a member name");
	r->at++;
	skip_space(r);
	return RC_OK;
}

/* Reads a scalar whole, of a container the bracket. Hangs it below the innermost open container. */
static enum rc read_value(struct reader *r, struct jsonr_value **out)
{
	struct level *top = r->depth != 0 ? &r->levels[r->depth - 1] : NULL;
	struct jsonr_value *v;
	enum rc rc = RC_OK;

	if (r->values_left-- == 0)
		return err_set(r->err, RC_LIMIT, "JSON: too many values");
	v = take(r, sizeof *v);
	if (v == NULL)
		return RC_LIMIT;
	*v = (struct jsonr_value){.kind = JSONR_STRING};
	if (top != NULL && top->container->kind == JSONR_OBJECT)
		rc = read_key(r, &v->key);
	if (rc != RC_OK)
		return rc;
	if (top != NULL) {
		if (top->last != NULL)
			top->last->next = v;
		else
			top->container->first = v;
		top->last = v;
		top->container->count++;
	}
	*out = v;
	if (peek(r) == '"')
		return read_string(r, &v->text);
	if (peek(r) == '{' || peek(r) == '[')
		return open_container(r, v);
	return read_word(r, v);
}

static int compare_keys(const void *a, const void *b)
{
	return str_compare(*(const struct str *)a, *(const struct str *)b);
}

static enum rc check_keys(struct reader *r, const struct jsonr_value *object)
{
	struct str *keys = take(r, object->count * sizeof *keys);
	size_t n = 0;

	if (keys == NULL)
		return RC_LIMIT;
	for (const struct jsonr_value *v = object->first; v != NULL; v = v->next)
		keys[n++] = v->key;
	qsort(keys, n, sizeof *keys, compare_keys);
	for (size_t i = 1; i < n; i++) {
		if (str_eq(keys[i - 1], keys[i]))
			return err_set(r->err, RC_INPUT, "JSON: member \"%.*s\" comes twice",
				(int)(keys[i].n > 60 ? 60 : keys[i].n), keys[i].p);
	}
	return RC_OK;
}

static bool at_close(const struct reader *r)
{
	return peek(r) == (r->levels[r->depth - 1].container->kind == JSONR_OBJECT ? '}' : ']');
}

/* Behind a complete value: closes what closes here, stops where the next value begins or all is read. */
static enum rc close_containers(struct reader *r)
{
	while (r->depth != 0) {
		skip_space(r);
		if (peek(r) == ',' && r->levels[r->depth - 1].last != NULL) {
			r->at++;
			skip_space(r);
			return RC_OK;
		}
		if (!at_close(r))
			return refuse(r, "no comma and no end of the list");
		r->at++;
		r->depth--;
		if (r->levels[r->depth].container->count > 1
			&& r->levels[r->depth].container->kind == JSONR_OBJECT) {
			enum rc rc = check_keys(r, r->levels[r->depth].container);

			if (rc != RC_OK)
				return rc;
		}
	}
	return RC_OK;
}

enum rc jsonr_parse(struct arena *a, struct str text, const struct jsonr_limits *limits,
	const struct jsonr_value **out, struct err *err)
{
	struct reader r = {.a = a, .in = text, .values_left = limits->values, .err = err};
	struct jsonr_value *root = NULL;
	struct jsonr_value *v = NULL;
	enum rc rc = RC_OK;

	if (text.n > limits->text_len)
		return err_set(
			err, RC_LIMIT, "JSON: %zu bytes, at most %zu", text.n, limits->text_len);
	if (!str_is_utf8(text))
		return err_set(err, RC_INPUT, "JSON: not UTF-8");
	skip_space(&r);
	do {
		size_t depth = r.depth;

		rc = read_value(&r, &v);
		if (rc != RC_OK)
			return rc;
		if (root == NULL)
			root = v;
		skip_space(&r);
		if (r.depth > depth && !at_close(&r))
			continue;
		rc = close_containers(&r);
	} while (rc == RC_OK && r.depth != 0);
	if (rc != RC_OK)
		return rc;
	skip_space(&r);
	if (r.at != text.n)
		return refuse(&r, "something after the value");
	*out = root;
	return RC_OK;
}

const struct jsonr_value *jsonr_find(const struct jsonr_value *object, const char *key)
{
	if (object == NULL || object->kind != JSONR_OBJECT)
		return NULL;
	for (const struct jsonr_value *v = object->first; v != NULL; v = v->next) {
		if (str_eq_cz(v->key, key))
			return v;
	}
	return NULL;
}
