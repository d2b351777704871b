// SPDX-License-Identifier: Apache-2.0
/*
 * Writes JSON (RFC 8259), compact, members in the order they are put. The escapes are those of
 * RFC 8785 section 3.2.2.2, so members put in sorted order give canonical JSON.
 */
#ifndef BASE_JSONW_H
#define BASE_JSONW_H

#include "base/buf.h"
#include "base/str.h"

/* out: borrowed. comma: a comma is due before the next item of the open container. */
struct jsonw {
	struct buf *out;
	bool comma;
};

struct jsonw jsonw_new(struct buf *out);
/* bracket: '{' or '['. */
void jsonw_open(struct jsonw *w, char bracket);
/* bracket: '}' or ']'. */
void jsonw_close(struct jsonw *w, char bracket);
/* The name of the next member; key is plain ASCII of ours or text to escape. */
void jsonw_key(struct jsonw *w, const char *key);
void jsonw_key_of(struct jsonw *w, struct str key);
/* s must be valid UTF-8. */
void jsonw_str(struct jsonw *w, struct str s);
void jsonw_i64(struct jsonw *w, int64_t v);
void jsonw_bool(struct jsonw *w, bool v);
void jsonw_null(struct jsonw *w);
/* Text that is JSON already. */
void jsonw_raw(struct jsonw *w, struct str json);

void jsonw_key_str(struct jsonw *w, const char *key, struct str v);
void jsonw_key_i64(struct jsonw *w, const char *key, int64_t v);
void jsonw_key_bool(struct jsonw *w, const char *key, bool v);
/* Opens a member that is a container. */
void jsonw_key_open(struct jsonw *w, const char *key, char bracket);
/* Nothing at all when v is empty. */
void jsonw_key_str_if(struct jsonw *w, const char *key, struct str v);

#endif
