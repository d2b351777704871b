// SPDX-License-Identifier: Apache-2.0
/* Formatting and binary-to-text codes. Runs in: every process. */
#include "base/text.h"

#include <stdio.h>
#include <string.h>

static const char std_alphabet[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char url_alphabet[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* Cut a clipped text so that it does not end inside a UTF-8 sequence. */
static void trim_partial(char *text)
{
	size_t n = strlen(text);
	size_t back = 0;

	while (back < 4 && back < n && ((unsigned char)text[n - 1 - back] & 0xC0) == 0x80)
		back++;
	if (back < n) {
		unsigned char lead = (unsigned char)text[n - 1 - back];
		size_t want = lead < 0x80 ? 0 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;

		if (want > back)
			text[n - 1 - back] = '\0';
	}
}

/* Bytes of the character at p that a line must not hold; 0: it may. */
static size_t unruly(const unsigned char *p, size_t n)
{
	if (p[0] < 0x20 || p[0] == 0x7F)
		return 1;
	/* U+0080 to U+009F */
	if (n >= 2 && p[0] == 0xC2 && p[1] < 0xA0)
		return 2;
	/* U+2028 to U+202E, U+2066 to U+2069 */
	if (n >= 3 && p[0] == 0xE2
		&& ((p[1] == 0x80 && p[2] >= 0xA8 && p[2] <= 0xAE)
			|| (p[1] == 0x81 && p[2] >= 0xA6 && p[2] <= 0xA9)))
		return 3;
	return 0;
}

void text_make_line(char *p, size_t n)
{
	for (size_t i = 0; i < n;) {
		size_t len = unruly((const unsigned char *)p + i, n - i);

		memset(p + i, ' ', len);
		i += len != 0 ? len : 1;
	}
}

bool text_vfmt(char *out, size_t out_len, const char *fmt, va_list args)
{
	int n = vsnprintf(out, out_len, fmt, args);

	CHECK(n >= 0 && out_len != 0);
	if ((size_t)n < out_len)
		return true;
	trim_partial(out);
	return false;
}

bool text_fmt(char *out, size_t out_len, const char *fmt, ...)
{
	va_list args;
	bool all;

	va_start(args, fmt);
	all = text_vfmt(out, out_len, fmt, args);
	va_end(args);
	return all;
}

bool text_copy(char *out, size_t out_len, const char *text)
{
	return text_fmt(out, out_len, "%s", text);
}

void text_hex(struct bytes in, char *out)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < in.n; i++) {
		out[2 * i] = digits[in.p[i] >> 4];
		out[2 * i + 1] = digits[in.p[i] & 15];
	}
	out[2 * in.n] = '\0';
}

static void put_groups(struct buf *out, struct bytes in, const char *alphabet, bool pad)
{
	size_t i = 0;

	for (; i + 3 <= in.n; i += 3) {
		uint32_t v = (uint32_t)in.p[i] << 16 | (uint32_t)in.p[i + 1] << 8 | in.p[i + 2];
		char four[4] = {alphabet[v >> 18], alphabet[v >> 12 & 63], alphabet[v >> 6 & 63],
			alphabet[v & 63]};

		buf_put(out, four, 4);
	}
	if (i < in.n) {
		size_t left = in.n - i;
		uint32_t v = (uint32_t)in.p[i] << 16 | (left == 2 ? (uint32_t)in.p[i + 1] << 8 : 0);
		char four[4] = {alphabet[v >> 18], alphabet[v >> 12 & 63],
			left == 2 ? alphabet[v >> 6 & 63] : '=', '='};

		buf_put(out, four, pad ? 4 : left + 1);
	}
}

void text_put_base64(struct buf *out, struct bytes in)
{
	put_groups(out, in, std_alphabet, true);
}

void text_put_base64url(struct buf *out, struct bytes in)
{
	put_groups(out, in, url_alphabet, false);
}

static int digit_of(char c, const char *alphabet)
{
	const char *hit = c != '\0' ? memchr(alphabet, c, 64) : NULL;

	return hit != NULL ? (int)(hit - alphabet) : -1;
}

static enum rc decode_groups(
	struct arena *a, struct str in, const char *alphabet, struct bytes *out, struct err *err)
{
	uint8_t *p = arena_alloc(a, in.n / 4 * 3 + 3);
	uint32_t acc = 0;
	size_t n = 0;
	unsigned bits = 0;

	if (in.n % 4 == 1)
		return err_set(err, RC_INPUT, "base64 text has an impossible length");
	for (size_t i = 0; i < in.n; i++) {
		int d = digit_of(in.p[i], alphabet);

		if (d < 0)
			return err_set(err, RC_INPUT,
				"base64 text has a wrong character at position %zu", i);
		acc = (acc << 6 | (uint32_t)d) & 0xFFFFFF;
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			p[n++] = (uint8_t)(acc >> bits);
		}
	}
	if ((acc & ((1u << bits) - 1)) != 0)
		return err_set(err, RC_INPUT, "base64 text has stray bits at its end");
	*out = (struct bytes){p, n};
	return RC_OK;
}

enum rc text_from_base64(struct arena *a, struct str in, struct bytes *out, struct err *err)
{
	if (in.n % 4 != 0)
		return err_set(err, RC_INPUT, "base64 text is not a multiple of four characters");
	if (in.n != 0 && in.p[in.n - 1] == '=')
		in.n -= in.p[in.n - 2] == '=' ? 2 : 1;
	return decode_groups(a, in, std_alphabet, out, err);
}

enum rc text_from_base64url(struct arena *a, struct str in, struct bytes *out, struct err *err)
{
	return decode_groups(a, in, url_alphabet, out, err);
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool text_from_hex(struct str in, uint8_t *out, size_t out_len)
{
	if (in.n != out_len * 2)
		return false;
	for (size_t i = 0; i < out_len; i++) {
		int high = hex_digit(in.p[2 * i]);
		int low = hex_digit(in.p[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		out[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

void text_put_percent(struct buf *out, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
			|| (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';

		if (unreserved)
			buf_put_char(out, c);
		else
			buf_fmt(out, "%%%02X", (unsigned)(unsigned char)c);
	}
}
