// SPDX-License-Identifier: Apache-2.0
/*
 * Builds a JSON value as a tree of jsonr values, member by member, and writes such a tree. What is
 * signed with Data Integrity is canonicalised from the very tree that is then written, so the signer
 * parses nothing. The verbs are those of base/jsonw.h.
 */
#ifndef FORMATS_JSONT_H
#define FORMATS_JSONT_H

#include "base/buf.h"
#include "formats/jsonr.h"

#define JSONT_DEPTH_MAX 24

/* open[i]: containers around the next value, last[i]: its newest item. full: the arena is. */
struct jsont {
	struct arena *a;
	struct jsonr_value *open[JSONT_DEPTH_MAX];
	struct jsonr_value *last[JSONT_DEPTH_MAX];
	size_t depth;
	struct str key; /* of the next value */
	struct jsonr_value *root;
	bool full;
};

/* Texts are copied into a. */
struct jsont jsont_new(struct arena *a);
/* bracket: '{' or '['. */
void jsont_open(struct jsont *t, char bracket);
/* bracket: '}' or ']'. */
void jsont_close(struct jsont *t, char bracket);
/* The name of the next member; no name may come twice in an object. */
void jsont_key(struct jsont *t, const char *key);
/* s must be valid UTF-8. */
void jsont_str(struct jsont *t, struct str s);
void jsont_i64(struct jsont *t, int64_t v);
/* A number as it is written in JSON. */
void jsont_number(struct jsont *t, struct str digits);
void jsont_bool(struct jsont *t, bool v);
/* A copy of another tree's node, which must live as long. */
void jsont_value(struct jsont *t, const struct jsonr_value *v);

void jsont_key_str(struct jsont *t, const char *key, struct str v);
void jsont_key_i64(struct jsont *t, const char *key, int64_t v);
void jsont_key_bool(struct jsont *t, const char *key, bool v);
/* Opens a member that is a container. */
void jsont_key_open(struct jsont *t, const char *key, char bracket);
/* Nothing at all when v is empty. */
void jsont_key_str_if(struct jsont *t, const char *key, struct str v);

/* The finished value. LIMIT when the arena was full on the way. */
enum rc jsont_end(struct jsont *t, const struct jsonr_value **out, struct err *err) MUST_CHECK;

/* Appends value as compact JSON (escapes of RFC 8785), members in their order. */
void jsont_put(struct buf *out, const struct jsonr_value *value);

#endif
