// SPDX-License-Identifier: Apache-2.0
/* Public keys in JSON. Runs in: sign, verify, the command line. */
#include "formats/jwk.h"

#include "base/hash.h"
#include "base/text.h"

#include <string.h>

/* AQAB: what every RSA key of ours has. */
static const uint8_t exponent[3] = {1, 0, 1};

enum jwk_alg jwk_alg_of(struct bytes key)
{
	if (key.n == JWK_ED25519_LEN)
		return JWK_EDDSA;
	if (key.n == 65 && key.p[0] == 4)
		return JWK_ES256;
	/* A modulus has no leading zero and is odd. */
	if (key.n >= 256 && key.n <= JWK_PUBLIC_MAX && key.p[0] != 0 && (key.p[key.n - 1] & 1) != 0)
		return JWK_RS256;
	return JWK_NONE;
}

static const char *const alg_names[] = {
	[JWK_NONE] = "", [JWK_EDDSA] = "EdDSA", [JWK_ES256] = "ES256", [JWK_RS256] = "RS256"};

const char *jwk_alg_name(enum jwk_alg alg)
{
	return alg_names[alg];
}

enum jwk_alg jwk_alg_named(struct str name)
{
	for (size_t i = JWK_EDDSA; i < ARRAY_COUNT(alg_names); i++)
		if (str_eq_cz(name, alg_names[i]))
			return (enum jwk_alg)i;
	return JWK_NONE;
}

static void put_member(struct jsonw *w, const char *name, const uint8_t *p, size_t n)
{
	struct buf text = buf_new(1024);

	text_put_base64url(&text, (struct bytes){p, n});
	jsonw_key_str(w, name, buf_str(&text));
	buf_free(&text);
}

void jwk_thumbprint_of(struct bytes key, char out[JWK_THUMBPRINT_LEN + 1])
{
	enum jwk_alg alg = jwk_alg_of(key);
	struct buf text = buf_new(2048);
	struct jsonw w = jsonw_new(&text);
	uint8_t digest[HASH_SHA256_LEN];

	CHECK(alg != JWK_NONE);
	jsonw_open(&w, '{');
	if (alg == JWK_RS256) {
		put_member(&w, "e", exponent, sizeof exponent);
		jsonw_key_str(&w, "kty", STR("RSA"));
		put_member(&w, "n", key.p, key.n);
	} else {
		bool ed = alg == JWK_EDDSA;

		jsonw_key_str(&w, "crv", ed ? STR("Ed25519") : STR("P-256"));
		jsonw_key_str(&w, "kty", ed ? STR("OKP") : STR("EC"));
		put_member(&w, "x", ed ? key.p : key.p + 1, 32);
		if (!ed)
			put_member(&w, "y", key.p + 33, 32);
	}
	jsonw_close(&w, '}');
	hash_sha256(buf_bytes(&text), digest);
	buf_reset(&text);
	text_put_base64url(&text, (struct bytes){digest, sizeof digest});
	CHECK(text.n == JWK_THUMBPRINT_LEN);
	memcpy(out, text.p, JWK_THUMBPRINT_LEN);
	out[JWK_THUMBPRINT_LEN] = '\0';
	buf_free(&text);
}

void jwk_thumbprint(const uint8_t key[JWK_ED25519_LEN], char out[JWK_THUMBPRINT_LEN + 1])
{
	jwk_thumbprint_of((struct bytes){key, JWK_ED25519_LEN}, out);
}

void jwk_put_public(struct jsonw *w, struct bytes key)
{
	switch (jwk_alg_of(key)) {
	case JWK_EDDSA:
		jsonw_key_str(w, "kty", STR("OKP"));
		jsonw_key_str(w, "crv", STR("Ed25519"));
		put_member(w, "x", key.p, key.n);
		return;
	case JWK_ES256:
		jsonw_key_str(w, "kty", STR("EC"));
		jsonw_key_str(w, "crv", STR("P-256"));
		put_member(w, "x", key.p + 1, 32);
		put_member(w, "y", key.p + 33, 32);
		return;
	case JWK_RS256:
		jsonw_key_str(w, "kty", STR("RSA"));
		put_member(w, "n", key.p, key.n);
		put_member(w, "e", exponent, sizeof exponent);
		return;
	case JWK_NONE:
		break;
	}
	CHECK(false);
}

void jwk_multibase(const uint8_t key[JWK_ED25519_LEN], char out[JWK_MULTIBASE_LEN + 1])
{
	static const char alphabet[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
	uint8_t number[2 + JWK_ED25519_LEN] = {
		0xED, 0x01}; /* multicodec ed25519-pub, as a varint */

	memcpy(number + 2, key, JWK_ED25519_LEN);
	/* Repeated division by 58, last digit first. */
	for (size_t at = JWK_MULTIBASE_LEN - 1; at >= 1; at--) {
		unsigned rest = 0;

		for (size_t i = 0; i < sizeof number; i++) {
			rest = rest << 8 | number[i];
			number[i] = (uint8_t)(rest / 58);
			rest %= 58;
		}
		out[at] = alphabet[rest];
	}
	out[0] = 'z';
	out[JWK_MULTIBASE_LEN] = '\0';
}
