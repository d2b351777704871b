// SPDX-License-Identifier: Apache-2.0
/*
 * Strings by value. struct str is text (valid UTF-8 once intake has passed it) and never assumed
 * to end in a NUL; struct bytes is raw and a different type on purpose.
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include "base/arena.h"
#include "base/compiler.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* p: first byte, may be NULL when n is 0. n: length in bytes. */
struct str {
	const char *p;
	size_t n;
};

struct bytes {
	const uint8_t *p;
	size_t n;
};

#define STR(literal) ((struct str){"" literal, sizeof(literal) - 1})
#define STR_FMT "%.*s"
#define STR_ARG(s) ((int)((s).n > 4096 ? 4096 : (s).n)), ((s).p != NULL ? (s).p : "")

/* Borrow. cz may be NULL: then the empty string. */
struct str str_of(const char *cz);
struct bytes bytes_of(struct str s);
struct str bytes_text(struct bytes b);

bool str_eq(struct str a, struct str b);
bool str_eq_cz(struct str a, const char *b);
/* ASCII letters without regard to case. */
bool str_eq_nocase(struct str a, struct str b);
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
/* memcmp order, shorter first on a tie: code point order for UTF-8. */
int str_compare(struct str a, struct str b);
/* Index of the first byte c at or after from; s.n when there is none. */
size_t str_find(struct str s, char c, size_t from);
/* Index of the first occurrence of what; s.n when there is none. */
size_t str_find_str(struct str s, struct str what);
/* From..to (exclusive), both clamped to s. */
struct str str_slice(struct str s, size_t from, size_t to);
/* Without leading and trailing space, tab, CR, LF. */
struct str str_trim(struct str s);
/* Decimal digits only, no sign; false when empty, not digits, or over max. */
bool str_to_u64(struct str s, uint64_t max, uint64_t *out);

struct str str_dup(struct arena *a, struct str s);
struct str str_fmt(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* A C string; INPUT when s holds a NUL. */
enum rc str_cz(struct arena *a, struct str s, const char **out, struct err *err) MUST_CHECK;

/* ---- UTF-8 (RFC 3629): no surrogates, no overlong forms, nothing over U+10FFFF ---- */
bool str_is_utf8(struct str s);
/*
 * Decode the character at *at and step over it. s must be valid UTF-8 at *at for a meaningful
 * answer; a broken byte gives U+FFFD and steps over one byte. *at must be below s.n.
 */
uint32_t str_next_char(struct str s, size_t *at);
/* Encodes into out[4], returns the length. cp must be a scalar value. */
size_t str_put_char(uint32_t cp, char out[4]);
/* Number of code points. */
size_t str_char_count(struct str s);

#endif
