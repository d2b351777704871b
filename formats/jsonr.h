// SPDX-License-Identifier: Apache-2.0
/*
 * Reads JSON (RFC 8259) strictly: UTF-8 only, no lone surrogates, no duplicate members, nothing after
 * the value, limits on everything. Numbers stay text, because who reads them decides what they are.
 */
#ifndef FORMATS_JSONR_H
#define FORMATS_JSONR_H

#include "base/str.h"

#define JSONR_DEPTH_MAX 64

enum jsonr_kind {
	JSONR_NULL,
	JSONR_BOOL,
	JSONR_NUMBER,
	JSONR_STRING,
	JSONR_ARRAY,
	JSONR_OBJECT,
};

/*
 * truth: of a BOOL. key: name in the object that holds it, else empty. text: a STRING unescaped, or a
 * NUMBER as written. first, count: items or members of a container. next: the one after this.
 */
struct jsonr_value {
	enum jsonr_kind kind;
	bool truth;
	struct str key;
	struct str text;
	const struct jsonr_value *first;
	const struct jsonr_value *next;
	uint32_t count;
};

/* text_len: bytes in all. values: values in all, containers included. */
struct jsonr_limits {
	size_t text_len;
	uint32_t values;
};

/*
 * The value text holds; it lives in a and borrows from text. INPUT names the byte where text is no
 * JSON, or the member that comes twice. LIMIT when it is longer, has more values or is deeper
 * (JSONR_DEPTH_MAX) than allowed, or a has no room left.
 */
enum rc jsonr_parse(struct arena *a, struct str text, const struct jsonr_limits *limits,
	const struct jsonr_value **out, struct err *err) MUST_CHECK;

/* The member of that name; NULL when there is none, or object is none. */
const struct jsonr_value *jsonr_find(const struct jsonr_value *object, const char *key);

#endif
