// SPDX-License-Identifier: Apache-2.0
/* JSON values built as trees. Runs in: sign. */
#include "formats/jsont.h"

#include "base/jsonw.h"

#include <inttypes.h>

/* What one value takes of the arena besides its texts. */
#define VALUE_ROOM (sizeof(struct jsonr_value) + 64)

struct jsont jsont_new(struct arena *a)
{
	return (struct jsont){.a = a};
}

static struct str copy(struct jsont *t, struct str s)
{
	if (t->full || arena_left_len(t->a) < s.n + VALUE_ROOM) {
		t->full = true;
		return (struct str){NULL, 0};
	}
	return str_dup(t->a, s);
}

/* A new value in the open container; NULL when the arena is full. */
static struct jsonr_value *add(struct jsont *t, const struct jsonr_value *like)
{
	struct jsonr_value *v;

	if (t->full || arena_left_len(t->a) < VALUE_ROOM) {
		t->full = true;
		return NULL;
	}
	v = arena_dup(t->a, like, sizeof *like);
	v->key = t->key;
	v->next = NULL;
	t->key = (struct str){NULL, 0};
	if (t->depth == 0) {
		CHECK(t->root == NULL);
		t->root = v;
		return v;
	}
	if (t->last[t->depth - 1] != NULL)
		t->last[t->depth - 1]->next = v;
	else
		t->open[t->depth - 1]->first = v;
	t->last[t->depth - 1] = v;
	t->open[t->depth - 1]->count++;
	return v;
}

void jsont_open(struct jsont *t, char bracket)
{
	struct jsonr_value like = {.kind = bracket == '{' ? JSONR_OBJECT : JSONR_ARRAY};
	struct jsonr_value *v = add(t, &like);

	CHECK(t->depth < JSONT_DEPTH_MAX);
	t->open[t->depth] = v;
	t->last[t->depth] = NULL;
	t->depth++;
}

void jsont_close(struct jsont *t, char bracket)
{
	CHECK(t->depth > 0);
	t->depth--;
	CHECK(t->full || (t->open[t->depth]->kind == JSONR_OBJECT) == (bracket == '}'));
}

void jsont_key(struct jsont *t, const char *key)
{
	t->key = copy(t, str_of(key));
}

void jsont_str(struct jsont *t, struct str s)
{
	struct jsonr_value like = {.kind = JSONR_STRING, .text = copy(t, s)};

	(void)add(t, &like);
}

void jsont_i64(struct jsont *t, int64_t v)
{
	struct jsonr_value like = {.kind = JSONR_NUMBER};

	/* The longest is -9223372036854775808. */
	if (!t->full && arena_left_len(t->a) >= VALUE_ROOM + 32)
		like.text = str_fmt(t->a, "%" PRId64, v);
	else
		t->full = true;
	(void)add(t, &like);
}

void jsont_number(struct jsont *t, struct str digits)
{
	struct jsonr_value like = {.kind = JSONR_NUMBER};

	if (!t->full && arena_left_len(t->a) >= VALUE_ROOM + digits.n + 16)
		like.text = str_dup(t->a, digits);
	else
		t->full = true;
	(void)add(t, &like);
}

void jsont_bool(struct jsont *t, bool v)
{
	struct jsonr_value like = {.kind = JSONR_BOOL, .truth = v};

	(void)add(t, &like);
}

void jsont_value(struct jsont *t, const struct jsonr_value *v)
{
	(void)add(t, v);
}

void jsont_key_str(struct jsont *t, const char *key, struct str v)
{
	jsont_key(t, key);
	jsont_str(t, v);
}

void jsont_key_i64(struct jsont *t, const char *key, int64_t v)
{
	jsont_key(t, key);
	jsont_i64(t, v);
}

void jsont_key_bool(struct jsont *t, const char *key, bool v)
{
	jsont_key(t, key);
	jsont_bool(t, v);
}

void jsont_key_open(struct jsont *t, const char *key, char bracket)
{
	jsont_key(t, key);
	jsont_open(t, bracket);
}

void jsont_key_str_if(struct jsont *t, const char *key, struct str v)
{
	if (v.n != 0)
		jsont_key_str(t, key, v);
}

enum rc jsont_end(struct jsont *t, const struct jsonr_value **out, struct err *err)
{
	if (t->full)
		return err_set(err, RC_LIMIT,
			"the document is larger than fits in memory: shorten its texts");
	CHECK(t->depth == 0 && t->root != NULL);
	*out = t->root;
	return RC_OK;
}

/* ---- writing ---- */

static void put_leaf(struct jsonw *w, const struct jsonr_value *v)
{
	switch (v->kind) {
	case JSONR_NULL:
		jsonw_null(w);
		break;
	case JSONR_BOOL:
		jsonw_bool(w, v->truth);
		break;
	case JSONR_NUMBER:
		jsonw_raw(w, v->text);
		break;
	case JSONR_STRING:
		jsonw_str(w, v->text);
		break;
	case JSONR_ARRAY:
	case JSONR_OBJECT:
		break;
	}
}

void jsont_put(struct buf *out, const struct jsonr_value *value)
{
	const struct jsonr_value *open[JSONR_DEPTH_MAX + 1];
	const struct jsonr_value *v = value;
	struct jsonw w = jsonw_new(out);
	size_t depth = 0;

	for (;;) {
		if (depth > 0 && open[depth - 1]->kind == JSONR_OBJECT)
			jsonw_key_of(&w, v->key);
		if (v->kind < JSONR_ARRAY) {
			put_leaf(&w, v);
		} else {
			jsonw_open(&w, v->kind == JSONR_OBJECT ? '{' : '[');
			CHECK(depth <= JSONR_DEPTH_MAX);
			open[depth++] = v;
			v = v->first;
			if (v != NULL)
				continue;
			v = open[--depth];
			jsonw_close(&w, v->kind == JSONR_OBJECT ? '}' : ']');
		}
		/* Up to the next container that goes on. */
		while (depth > 0 && v->next == NULL) {
			v = open[--depth];
			jsonw_close(&w, v->kind == JSONR_OBJECT ? '}' : ']');
		}
		if (depth == 0)
			return;
		v = v->next;
	}
}
