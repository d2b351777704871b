// SPDX-License-Identifier: Apache-2.0
/* Formatting into fixed arrays, and the binary-to-text codes the formats need. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/buf.h"
#include "base/str.h"

#include <stdarg.h>

/* Writes at most out_len - 1 bytes and a NUL, clipping at a character boundary. True when all fitted. */
bool text_fmt(char *out, size_t out_len, const char *fmt, ...) PRINTF_LIKE(3, 4);
bool text_vfmt(char *out, size_t out_len, const char *fmt, va_list args) PRINTF_LIKE(3, 0);
bool text_copy(char *out, size_t out_len, const char *text);

/*
 * Makes one harmless line of n bytes of UTF-8 from afar: controls (C0, DEL, C1), line and paragraph separators, and
 * what turns the direction of writing become spaces, byte by byte, so that it neither commands a terminal nor
 * passes for another line or order.
 */
void text_make_line(char *p, size_t n);

/* RFC 3986 section 2.1: all but unreserved characters as %XX, upper case. */
void text_put_percent(struct buf *out, struct str s);

/* Lower-case hexadecimal; out holds 2 * in.n characters and a NUL. */
void text_hex(struct bytes in, char *out);
/* RFC 4648 section 4 (with padding) and section 5 (base64url, without). */
void text_put_base64(struct buf *out, struct bytes in);
void text_put_base64url(struct buf *out, struct bytes in);
/* Strict: no white space, canonical trailing bits. INPUT otherwise. *out lives in a. */
enum rc text_from_base64(
	struct arena *a, struct str in, struct bytes *out, struct err *err) MUST_CHECK;
enum rc text_from_base64url(
	struct arena *a, struct str in, struct bytes *out, struct err *err) MUST_CHECK;
bool text_from_hex(struct str in, uint8_t *out, size_t out_len);

#endif
