// SPDX-License-Identifier: Apache-2.0
/* ULIDs to text and back. Runs in: all that name credentials. */
#include "base/ulid.h"

#include "base/crockford.h"
#include "base/text.h"

#include <string.h>

/* Longer than any ULID that a person wrote with spaces and dashes in it. */
#define RAW_MAX 80

void ulid_text(const uint8_t ulid[ULID_LEN], char out[ULID_TEXT_LEN + 1])
{
	crockford_encode((struct bytes){ulid, ULID_LEN}, out);
}

enum rc ulid_parse(struct str raw, uint8_t out[ULID_LEN], struct err *err)
{
	uint8_t values[ULID_TEXT_LEN];
	size_t count = 0;

	if (raw.n > RAW_MAX)
		return err_set(err, RC_INPUT, "an identifier has 26 characters, not %zu", raw.n);
	for (size_t i = 0; i < raw.n; i++) {
		int v = crockford_value(raw.p[i]);

		if (v < 0)
			return err_set(
				err, RC_INPUT, "character %zu cannot be in an identifier", i + 1);
		if (v == 32)
			continue;
		if (count == ULID_TEXT_LEN)
			return err_set(
				err, RC_INPUT, "an identifier has 26 characters; this has more");
		values[count++] = (uint8_t)v;
	}
	if (count != ULID_TEXT_LEN)
		return err_set(err, RC_INPUT, "an identifier has 26 characters, not %zu", count);
	if (!crockford_decode(values, out, ULID_LEN))
		return err_set(err, RC_INPUT, "an identifier begins with a digit from 0 to 7");
	return RC_OK;
}

bool ulid_exact(struct str raw, uint8_t out[ULID_LEN])
{
	struct err ignored;

	return raw.n == ULID_TEXT_LEN && ulid_parse(raw, out, &ignored) == RC_OK;
}

void ulid_make(int64_t ms, const uint8_t random[10], uint8_t out[ULID_LEN])
{
	CHECK(ms >= 0 && ms < (int64_t)1 << 48);
	for (int i = 0; i < 6; i++)
		out[i] = (uint8_t)(ms >> (40 - 8 * i));
	memcpy(out + 6, random, 10);
}

int64_t ulid_ms(const uint8_t ulid[ULID_LEN])
{
	int64_t ms = 0;

	for (int i = 0; i < 6; i++)
		ms = ms << 8 | ulid[i];
	return ms;
}

void ulid_uuid_text(const uint8_t b[ULID_LEN], char out[ULID_UUID_LEN + 1])
{
	char hex[2 * ULID_LEN + 1];

	text_hex((struct bytes){b, ULID_LEN}, hex);
	(void)text_fmt(out, ULID_UUID_LEN + 1, "%.8s-%.4s-%.4s-%.4s-%s", hex, hex + 8, hex + 12,
		hex + 16, hex + 20);
}
