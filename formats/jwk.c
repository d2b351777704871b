// SPDX-License-Identifier: Apache-2.0
/* Public keys in JSON. Runs in: sign, verify, the command line. */
#include "formats/jwk.h"

#include "base/hash.h"
#include "base/jsonw.h"
#include "base/text.h"

#include <string.h>

static void put_x(struct jsonw *w, const uint8_t key[JWK_ED25519_LEN])
{
	struct buf x = buf_new(64);

	text_put_base64url(&x, (struct bytes){key, JWK_ED25519_LEN});
	jsonw_key_str(w, "x", buf_str(&x));
	buf_free(&x);
}

void jwk_thumbprint(const uint8_t key[JWK_ED25519_LEN], char out[JWK_THUMBPRINT_LEN + 1])
{
	struct buf text = buf_new(256);
	struct jsonw w = jsonw_new(&text);
	uint8_t digest[HASH_SHA256_LEN];

	jsonw_open(&w, '{');
	jsonw_key_str(&w, "crv", STR("Ed25519"));
	jsonw_key_str(&w, "kty", STR("OKP"));
	put_x(&w, key);
	jsonw_close(&w, '}');
	hash_sha256(buf_bytes(&text), digest);
	buf_reset(&text);
	text_put_base64url(&text, (struct bytes){digest, sizeof digest});
	CHECK(text.n == JWK_THUMBPRINT_LEN);
	memcpy(out, text.p, JWK_THUMBPRINT_LEN);
	out[JWK_THUMBPRINT_LEN] = '\0';
	buf_free(&text);
}

static void put_members(struct jsonw *w, const uint8_t key[JWK_ED25519_LEN], struct str kid)
{
	jsonw_open(w, '{');
	jsonw_key_str(w, "kty", STR("OKP"));
	jsonw_key_str(w, "crv", STR("Ed25519"));
	put_x(w, key);
	jsonw_key_str(w, "alg", STR("EdDSA"));
	jsonw_key_str(w, "use", STR("sig"));
	jsonw_key_str(w, "kid", kid);
	jsonw_close(w, '}');
}

void jwk_put(struct buf *out, const uint8_t key[JWK_ED25519_LEN], struct str kid)
{
	struct jsonw w = jsonw_new(out);

	put_members(&w, key, kid);
}

void jwk_put_set(struct buf *out, const uint8_t *keys, const struct str *kids, size_t count)
{
	struct jsonw w = jsonw_new(out);

	jsonw_open(&w, '{');
	jsonw_key_open(&w, "keys", '[');
	for (size_t i = 0; i < count; i++)
		put_members(&w, keys + i * JWK_ED25519_LEN, kids[i]);
	jsonw_close(&w, ']');
	jsonw_close(&w, '}');
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
