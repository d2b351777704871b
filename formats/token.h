// SPDX-License-Identifier: Apache-2.0
/*
 * Verification tokens: 26 characters of ULID, then 52 of a tag that only the holder of the tenant's
 * token key can make (ADR 0013). The tag is HMAC-SHA256(K, "vt1" || lp(tenant) || lp(ULID)) with
 * the ULID as its 26 characters and lp = u32 big-endian length before the bytes.
 *
 * Three written forms of one token:
 *   in files and messages   01H…  (78 characters, upper case)
 *   for people              vt_01H…
 *   in a QR code            the verification address in upper case, which QR's alphanumeric mode
 *                           takes: BASE + "/VERIFY/" + token, where BASE is the issuer's base URL
 *                           ("https://host" or "https://host:port", no path, no slash at its end)
 *                           with a-z turned into A-Z. "https://v.example" and token T give
 *                           "HTTPS://V.EXAMPLE/VERIFY/T". Whoever composes it elsewhere does the same.
 */
#ifndef FORMATS_TOKEN_H
#define FORMATS_TOKEN_H

#include "base/buf.h"
#include "base/ulid.h"

#define TOKEN_TAG_LEN 32
#define TOKEN_TEXT_LEN 78
/* The longest base URL that token_check_base() accepts. */
#define TOKEN_BASE_MAX 512

/* K: HKDF-SHA256(salt "certfill-token-v1", ikm the tenant's secret, info lp(tenant) || lp(kid)). */
void token_key(struct bytes secret, struct str tenant, struct str kid, uint8_t out[32]);
void token_tag(struct bytes key, struct str tenant, const uint8_t ulid[ULID_LEN],
	uint8_t out[TOKEN_TAG_LEN]);
void token_text(const uint8_t ulid[ULID_LEN], const uint8_t tag[TOKEN_TAG_LEN],
	char out[TOKEN_TEXT_LEN + 1]);
/*
 * Any written form but the address: with or without "vt_", either case, I and L for 1, O for 0,
 * spaces and dashes. INPUT with a sentence that says nothing about which tokens exist; it takes as long, and
 * ulid and tag are then what could be read of them.
 */
enum rc token_parse(struct str raw, uint8_t ulid[ULID_LEN], uint8_t tag[TOKEN_TAG_LEN],
	struct err *err) MUST_CHECK;

/* INPUT unless base is "https://host[:port]" (or http), lower case, no path. */
enum rc token_check_base(struct str base, struct err *err) MUST_CHECK;
/* base + "/verify/" + token. base passed token_check_base(). */
void token_put_url(struct buf *out, struct str base, struct str token);
/* The form in a QR code, see above. */
void token_put_qr_url(struct buf *out, struct str base, struct str token);

#endif
