// SPDX-License-Identifier: Apache-2.0
/* Multibase base58btc and Multikey. Runs in: sign, check, the command line. */
#include "formats/multibase.h"

#include <string.h>

/* Digits are worked on five at a time: the largest power of 58 in 32 bits. */
#define GROUP_DIGITS 5
#define GROUP_BASE 656356768u
/* A group holds more than 29 bits. */
#define GROUPS_MAX (MULTIBASE_LEN_MAX * 8 / 29 + 2)

static const char alphabet[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/* groups = groups * 2^32 + add; the lowest group first. */
static void grow_groups(uint32_t groups[GROUPS_MAX], size_t *count, uint32_t add)
{
	for (size_t i = 0; i < *count; i++) {
		uint64_t v = (uint64_t)groups[i] << 32 | add;

		groups[i] = (uint32_t)(v % GROUP_BASE);
		add = (uint32_t)(v / GROUP_BASE);
	}
	for (; add != 0; add /= GROUP_BASE)
		groups[(*count)++] = add % GROUP_BASE;
}

static void put_group(struct buf *out, uint32_t group, bool first)
{
	char digits[GROUP_DIGITS];
	size_t at = GROUP_DIGITS;

	while (at > 0 && (!first || group != 0)) {
		digits[--at] = alphabet[group % 58];
		group /= 58;
	}
	buf_put(out, digits + at, GROUP_DIGITS - at);
}

void multibase_put(struct buf *out, struct bytes in)
{
	uint32_t groups[GROUPS_MAX];
	size_t count = 0;
	uint32_t word = 0;

	CHECK(in.n <= MULTIBASE_LEN_MAX);
	buf_put_char(out, 'z');
	for (size_t i = 0; i < in.n && in.p[i] == 0; i++)
		buf_put_char(out, alphabet[0]);
	for (size_t i = 0; i < in.n; i++) {
		word = word << 8 | in.p[i];
		/* What is left over when words are counted from the end is the first. */
		if ((in.n - 1 - i) % 4 != 0)
			continue;
		grow_groups(groups, &count, word);
		word = 0;
	}
	for (size_t i = count; i > 0; i--)
		put_group(out, groups[i - 1], i == count);
}

/* number = number * 58 + digit, in big-endian bytes at the end of room; count: bytes so far. */
static void grow(uint8_t *number, size_t room, size_t *count, unsigned digit)
{
	for (size_t i = 0; i < *count; i++) {
		unsigned v = number[room - 1 - i] * 58u + digit;

		number[room - 1 - i] = (uint8_t)v;
		digit = v >> 8;
	}
	if (digit != 0)
		number[room - 1 - (*count)++] = (uint8_t)digit;
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
		grow(number, sizeof number, &count, (unsigned)(digit - alphabet));
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
