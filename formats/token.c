// SPDX-License-Identifier: Apache-2.0
/* Verification tokens. Runs in: sign, verify, the command line. */
#include "formats/token.h"

#include "base/crockford.h"
#include "base/hash.h"

#include <string.h>

#define TAG_TEXT_LEN (TOKEN_TEXT_LEN - ULID_TEXT_LEN)
_Static_assert(TAG_TEXT_LEN == CROCKFORD_LEN(TOKEN_TAG_LEN), "a tag takes 52 characters");

/* Longer than any token that a person wrote with spaces and dashes in it. */
#define RAW_MAX 200

static void put_lp(struct buf *b, struct str s)
{
	uint32_t n = (uint32_t)s.n;
	uint8_t len[4] = {(uint8_t)(n >> 24), (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n};

	buf_put(b, len, sizeof len);
	buf_put_str(b, s);
}

void token_key(struct bytes secret, struct str tenant, struct str kid, uint8_t out[32])
{
	struct buf info = buf_new(4096);

	put_lp(&info, tenant);
	put_lp(&info, kid);
	CHECK(!info.full);
	hash_hkdf_sha256(secret, bytes_of(STR("certfill-token-v1")), buf_bytes(&info), out, 32);
	buf_free(&info);
}

void token_tag(struct bytes key, struct str tenant, const uint8_t ulid[ULID_LEN],
	uint8_t out[TOKEN_TAG_LEN])
{
	struct buf text = buf_new(4096);
	char id[ULID_TEXT_LEN + 1];

	ulid_text(ulid, id);
	buf_put_cz(&text, "vt1");
	put_lp(&text, tenant);
	put_lp(&text, str_of(id));
	CHECK(!text.full);
	hash_hmac_sha256(key, buf_bytes(&text), out);
	buf_free(&text);
}

void token_text(const uint8_t ulid[ULID_LEN], const uint8_t tag[TOKEN_TAG_LEN],
	char out[TOKEN_TEXT_LEN + 1])
{
	ulid_text(ulid, out);
	crockford_encode((struct bytes){tag, TOKEN_TAG_LEN}, out + ULID_TEXT_LEN);
}

static enum rc not_a_token(struct err *err)
{
	return err_set(err, RC_INPUT,
		"this is not a verification code: it has 78 letters and digits, with or without "
		"vt_ in front");
}

enum rc token_parse(
	struct str raw, uint8_t ulid[ULID_LEN], uint8_t tag[TOKEN_TAG_LEN], struct err *err)
{
	uint8_t values[TOKEN_TEXT_LEN] = {0};
	size_t count = 0;
	bool good = true;

	if (raw.n > RAW_MAX)
		return not_a_token(err);
	raw = str_trim(raw);
	if (str_eq_nocase(str_slice(raw, 0, 3), STR("vt_")))
		raw = str_slice(raw, 3, raw.n);
	/* Goes on behind a wrong character, so that the time does not tell where it stands, or that there is one. */
	for (size_t i = 0; i < raw.n; i++) {
		int v = crockford_value(raw.p[i]);

		if (v >= 32)
			continue;
		good &= v >= 0 && count < TOKEN_TEXT_LEN;
		if (count < TOKEN_TEXT_LEN)
			values[count++] = v < 0 ? 0 : (uint8_t)v;
	}
	good &= count == TOKEN_TEXT_LEN;
	good &= crockford_decode(values, ulid, ULID_LEN);
	good &= crockford_decode(values + ULID_TEXT_LEN, tag, TOKEN_TAG_LEN);
	return good ? RC_OK : not_a_token(err);
}

static bool is_host_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
}

enum rc token_check_base(struct str base, struct err *err)
{
	struct str rest;
	size_t colon;
	uint64_t port;

	if (str_starts(base, STR("https://")))
		rest = str_slice(base, 8, base.n);
	else if (str_starts(base, STR("http://")))
		rest = str_slice(base, 7, base.n);
	else
		return err_set(err, RC_INPUT, "the base URL must begin with https://");
	colon = str_find(rest, ':', 0);
	if (colon == 0 || base.n > TOKEN_BASE_MAX)
		return err_set(err, RC_INPUT, "the base URL names no host, or is over %d bytes",
			TOKEN_BASE_MAX);
	for (size_t i = 0; i < colon; i++) {
		if (!is_host_char(rest.p[i]))
			return err_set(err, RC_INPUT,
				"the base URL must be https://host or https://host:port, in lower "
				"case, without a path");
	}
	if (colon < rest.n
		&& (!str_to_u64(str_slice(rest, colon + 1, rest.n), 65535, &port) || port == 0))
		return err_set(err, RC_INPUT,
			"the base URL has a port that is not a number from 1 to 65535");
	return RC_OK;
}

void token_put_url(struct buf *out, struct str base, struct str token)
{
	buf_put_str(out, base);
	buf_put_cz(out, "/verify/");
	buf_put_str(out, token);
}

void token_put_qr_url(struct buf *out, struct str base, struct str token)
{
	for (size_t i = 0; i < base.n; i++) {
		char c = base.p[i];

		buf_put_char(out, c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c);
	}
	buf_put_cz(out, "/VERIFY/");
	buf_put_str(out, token);
}
