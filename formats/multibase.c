// SPDX-License-Identifier: Apache-2.0
/* Multibase base58btc and Multikey. Runs in: sign, check, the command line. */
#include "formats/multibase.h"

#include <string.h>

/* 138/100 is a little over log(256) / log(58). */
#define DIGITS_MAX (MULTIBASE_LEN_MAX * 138 / 100 + 2)

static const char alphabet[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/* digits = digits * factor + add, both in big-endian digits of the given base; count: digits so far. */
static void grow(
	uint8_t *digits, size_t room, size_t *count, unsigned base, unsigned factor, unsigned add)
{
	for (size_t i = 0; i < *count; i++) {
		unsigned v = digits[room - 1 - i] * factor + add;

		digits[room - 1 - i] = (uint8_t)(v % base);
		add = v / base;
	}
	for (; add != 0; add /= base)
		digits[room - 1 - (*count)++] = (uint8_t)(add % base);
}

void multibase_put(struct buf *out, struct bytes in)
{
	uint8_t digits[DIGITS_MAX];
	size_t count = 0;

	CHECK(in.n <= MULTIBASE_LEN_MAX);
	buf_put_char(out, 'z');
	for (size_t i = 0; i < in.n && in.p[i] == 0; i++)
		buf_put_char(out, alphabet[0]);
	for (size_t i = 0; i < in.n; i++)
		grow(digits, sizeof digits, &count, 58, 256, in.p[i]);
	for (size_t i = sizeof digits - count; i < sizeof digits; i++)
		buf_put_char(out, alphabet[digits[i]]);
}

enum rc multibase_parse(
	struct str text, uint8_t *out, size_t room, size_t *out_len, struct err *err)
{
	uint8_t number[MULTIBASE_LEN_MAX + 2];
	size_t count = 0;
	size_t zeros = 0;

	if (text.n < 2 || text.p[0] != 'z')
		return err_set(err, RC_INPUT, "not base58btc: it must begin with \"z\"");
	/* Every digit is more than 5 bits, so longer texts cannot fit. */
	if (text.n > MULTIBASE_LEN_MAX * 138 / 100 + 2)
		return err_set(
			err, RC_INPUT, "a base58 text of %zu characters is too long", text.n);
	while (zeros + 1 < text.n && text.p[zeros + 1] == alphabet[0])
		zeros++;
	for (size_t i = zeros + 1; i < text.n; i++) {
		const char *digit = memchr(alphabet, text.p[i], sizeof alphabet - 1);

		if (digit == NULL)
			return err_set(err, RC_INPUT,
				"not base58btc: character %zu is not of its alphabet", i + 1);
		if (count > MULTIBASE_LEN_MAX)
			break;
		grow(number, sizeof number, &count, 256, 58, (unsigned)(digit - alphabet));
	}
	if (zeros + count > room)
		return err_set(err, RC_INPUT, "base58 of more than the %zu bytes expected", room);
	memset(out, 0, zeros);
	memcpy(out + zeros, number + sizeof number - count, count);
	*out_len = zeros + count;
	return RC_OK;
}

enum rc multibase_parse_ed25519(struct str text, uint8_t key[32], struct err *err)
{
	uint8_t raw[MULTIBASE_LEN_MAX];
	size_t len;
	enum rc rc = multibase_parse(text, raw, sizeof raw, &len, err);

	if (rc != RC_OK)
		return rc;
	/* Multicodec ed25519-pub, as a varint. */
	if (len < 2 || raw[0] != 0xED || raw[1] != 0x01)
		return err_set(err, RC_INPUT,
			"a Multikey of another kind than Ed25519 (those begin \"z6Mk\")");
	if (len != 2 + 32)
		return err_set(err, RC_INPUT, "an Ed25519 Multikey has 34 bytes, not %zu", len);
	memcpy(key, raw + 2, 32);
	return RC_OK;
}
