// SPDX-License-Identifier: Apache-2.0
/* Strings by value. Runs in: every process. */
#include "base/str.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct str str_of(const char *cz)
{
	return (struct str){cz, cz != NULL ? strlen(cz) : 0};
}

struct bytes bytes_of(struct str s)
{
	return (struct bytes){(const uint8_t *)s.p, s.n};
}

struct str bytes_text(struct bytes b)
{
	return (struct str){(const char *)b.p, b.n};
}

bool str_eq(struct str a, struct str b)
{
	/* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): a string without bytes has length 0. */
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool str_eq_cz(struct str a, const char *b)
{
	return str_eq(a, str_of(b));
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool str_eq_nocase(struct str a, struct str b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (lower(a.p[i]) != lower(b.p[i]))
			return false;
	return true;
}

bool str_starts(struct str s, struct str prefix)
{
	return s.n >= prefix.n && str_eq(str_slice(s, 0, prefix.n), prefix);
}

bool str_ends(struct str s, struct str suffix)
{
	return s.n >= suffix.n && str_eq(str_slice(s, s.n - suffix.n, s.n), suffix);
}

int str_compare(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n != 0 ? memcmp(a.p, b.p, n) : 0;

	if (c != 0)
		return c;
	return a.n < b.n ? -1 : a.n > b.n;
}

size_t str_find(struct str s, char c, size_t from)
{
	const char *hit;

	if (from >= s.n)
		return s.n;
	hit = memchr(s.p + from, c, s.n - from);
	return hit != NULL ? (size_t)(hit - s.p) : s.n;
}

size_t str_find_str(struct str s, struct str what)
{
	const char *hit;

	if (what.n == 0)
		return 0;
	if (s.n < what.n)
		return s.n;
	hit = memmem(s.p, s.n, what.p, what.n);
	return hit != NULL ? (size_t)(hit - s.p) : s.n;
}

struct str str_slice(struct str s, size_t from, size_t to)
{
	if (to > s.n)
		to = s.n;
	if (from > to)
		from = to;
	return (struct str){s.p != NULL ? s.p + from : NULL, to - from};
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct str str_trim(struct str s)
{
	while (s.n != 0 && is_space(s.p[0])) {
		s.p++;
		s.n--;
	}
	while (s.n != 0 && is_space(s.p[s.n - 1]))
		s.n--;
	return s;
}

bool str_to_u64(struct str s, uint64_t max, uint64_t *out)
{
	uint64_t v = 0;

	if (s.n == 0)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		if (__builtin_mul_overflow(v, (uint64_t)10, &v)
			|| __builtin_add_overflow(v, (uint64_t)(s.p[i] - '0'), &v))
			return false;
	}
	if (v > max)
		return false;
	*out = v;
	return true;
}

struct str str_dup(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.n + 1);

	if (s.n != 0)
		memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	return (struct str){p, s.n};
}

struct str str_fmt(struct arena *a, const char *fmt, ...)
{
	char small[512];
	va_list args;
	char *p;
	int n;

	va_start(args, fmt);
	n = vsnprintf(small, sizeof small, fmt, args);
	va_end(args);
	CHECK(n >= 0);
	if ((size_t)n < sizeof small)
		return (struct str){arena_dup(a, small, (size_t)n + 1), (size_t)n};
	p = arena_alloc(a, (size_t)n + 1);
	va_start(args, fmt);
	CHECK(vsnprintf(p, (size_t)n + 1, fmt, args) == n);
	va_end(args);
	return (struct str){p, (size_t)n};
}

enum rc str_cz(struct arena *a, struct str s, const char **out, struct err *err)
{
	if (s.n != 0 && memchr(s.p, '\0', s.n) != NULL)
		return err_set(err, RC_INPUT, "a NUL character where text is expected");
	*out = str_dup(a, s).p;
	return RC_OK;
}

/* Length of the well-formed sequence at p (Unicode table 3-7), 0 when there is none. */
static size_t sequence_len(const unsigned char *p, size_t left)
{
	unsigned char b = p[0];
	unsigned char low = 0x80;
	unsigned char high = 0xBF;
	size_t len;

	if (b < 0x80)
		return 1;
	if (b < 0xC2 || b > 0xF4)
		return 0;
	len = b < 0xE0 ? 2 : b < 0xF0 ? 3 : 4;
	if (left < len)
		return 0;
	if (b == 0xE0)
		low = 0xA0;
	else if (b == 0xED)
		high = 0x9F;
	else if (b == 0xF0)
		low = 0x90;
	else if (b == 0xF4)
		high = 0x8F;
	if (p[1] < low || p[1] > high)
		return 0;
	for (size_t i = 2; i < len; i++)
		if (p[i] < 0x80 || p[i] > 0xBF)
			return 0;
	return len;
}

bool str_is_utf8(struct str s)
{
	for (size_t i = 0; i < s.n;) {
		size_t len = sequence_len((const unsigned char *)s.p + i, s.n - i);

		if (len == 0)
			return false;
		i += len;
	}
	return true;
}

uint32_t str_next_char(struct str s, size_t *at)
{
	const unsigned char *p = (const unsigned char *)s.p + *at;
	size_t len = sequence_len(p, s.n - *at);
	uint32_t cp;

	if (len == 0) {
		*at += 1;
		return 0xFFFD;
	}
	*at += len;
	if (len == 1)
		return p[0];
	cp = p[0] & (0x7Fu >> len);
	for (size_t i = 1; i < len; i++)
		cp = cp << 6 | (p[i] & 0x3Fu);
	return cp;
}

size_t str_put_char(uint32_t cp, char out[4])
{
	if (cp < 0x80) {
		out[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		out[0] = (char)(0xC0 | cp >> 6);
		out[1] = (char)(0x80 | (cp & 0x3F));
		return 2;
	}
	if (cp < 0x10000) {
		out[0] = (char)(0xE0 | cp >> 12);
		out[1] = (char)(0x80 | (cp >> 6 & 0x3F));
		out[2] = (char)(0x80 | (cp & 0x3F));
		return 3;
	}
	out[0] = (char)(0xF0 | cp >> 18);
	out[1] = (char)(0x80 | (cp >> 12 & 0x3F));
	out[2] = (char)(0x80 | (cp >> 6 & 0x3F));
	out[3] = (char)(0x80 | (cp & 0x3F));
	return 4;
}

size_t str_char_count(struct str s)
{
	size_t count = 0;

	for (size_t at = 0; at < s.n; count++)
		(void)str_next_char(s, &at);
	return count;
}
