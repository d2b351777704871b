// SPDX-License-Identifier: Apache-2.0
/* JWK Set, DID document, bare JWKs. Runs in: verify, the command line. */
#include "formats/keydoc.h"

#include "base/clock.h"
#include "formats/jws.h"

static bool is_compromised(const struct keydoc_key *key)
{
	return key->compromised_s != KEYDOC_NOT_COMPROMISED;
}

static void put_time(struct jsonw *w, const char *name, int64_t wall_s)
{
	char iso[CLOCK_ISO_LEN];

	clock_iso(wall_s, iso);
	jsonw_key_str(w, name, str_of(iso));
}

static void put_kid(
	struct jsonw *w, const struct keydoc_issuer *issuer, const struct keydoc_key *key)
{
	struct buf kid = buf_new(1024);

	if (key->credentials)
		jws_put_kid(&kid, issuer->base_url, key->kid);
	else
		buf_put_str(&kid, key->kid);
	jsonw_key_str(w, "kid", buf_str(&kid));
	buf_free(&kid);
}

static void put_jwk(
	struct jsonw *w, const struct keydoc_issuer *issuer, const struct keydoc_key *key)
{
	jsonw_open(w, '{');
	jwk_put_public(w, key->public_key);
	jsonw_key_str(w, "alg", str_of(jwk_alg_name(jwk_alg_of(key->public_key))));
	if (is_compromised(key)) {
		jsonw_key_open(w, "key_ops", '[');
		jsonw_close(w, ']');
	} else {
		jsonw_key_str(w, "use", STR("sig"));
	}
	put_kid(w, issuer, key);
	if (is_compromised(key))
		put_time(w, "compromisedAt", key->compromised_s);
	jsonw_close(w, '}');
}

void keydoc_put_jwk(
	struct buf *out, const struct keydoc_issuer *issuer, const struct keydoc_key *key)
{
	struct jsonw w = jsonw_new(out);

	put_jwk(&w, issuer, key);
}

void keydoc_put_set(struct buf *out, const struct keydoc_issuer *issuer,
	const struct keydoc_key *keys, size_t count)
{
	struct jsonw w = jsonw_new(out);

	jsonw_open(&w, '{');
	jsonw_key_open(&w, "keys", '[');
	for (size_t i = 0; i < count; i++)
		if (!is_compromised(&keys[i]))
			put_jwk(&w, issuer, &keys[i]);
	jsonw_close(&w, ']');
	jsonw_close(&w, '}');
}

static void put_method_id(
	struct jsonw *w, const struct keydoc_issuer *issuer, const struct keydoc_key *key)
{
	struct buf id = buf_new(1024);

	buf_put_str(&id, issuer->id);
	buf_put_char(&id, '#');
	buf_put_str(&id, key->kid);
	jsonw_str(w, buf_str(&id));
	buf_free(&id);
}

static void put_method(
	struct jsonw *w, const struct keydoc_issuer *issuer, const struct keydoc_key *key)
{
	bool multikey = jwk_alg_of(key->public_key) == JWK_EDDSA;
	char text[JWK_MULTIBASE_LEN + 1];

	jsonw_open(w, '{');
	jsonw_key(w, "id");
	put_method_id(w, issuer, key);
	jsonw_key_str(w, "type", multikey ? STR("Multikey") : STR("JsonWebKey"));
	jsonw_key_str(w, "controller", issuer->id);
	if (is_compromised(key))
		put_time(w, "revoked", key->compromised_s);
	if (multikey) {
		jwk_multibase(key->public_key.p, text);
		jsonw_key_str(w, "publicKeyMultibase", str_of(text));
	} else {
		jsonw_key(w, "publicKeyJwk");
		put_jwk(w, issuer, key);
	}
	jsonw_close(w, '}');
}

static bool has_jwk(const struct keydoc_key *keys, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (keys[i].credentials && jwk_alg_of(keys[i].public_key) != JWK_EDDSA)
			return true;
	return false;
}

void keydoc_put_did(struct buf *out, const struct keydoc_issuer *issuer,
	const struct keydoc_key *keys, size_t count)
{
	struct jsonw w = jsonw_new(out);

	jsonw_open(&w, '{');
	jsonw_key_open(&w, "@context", '[');
	jsonw_str(&w, STR("https://www.w3.org/ns/did/v1"));
	jsonw_str(&w, STR("https://w3id.org/security/multikey/v1"));
	if (has_jwk(keys, count))
		jsonw_str(&w, STR("https://w3id.org/security/jwk/v1"));
	jsonw_close(&w, ']');
	jsonw_key_str(&w, "id", issuer->id);
	jsonw_key_open(&w, "verificationMethod", '[');
	for (size_t i = 0; i < count; i++)
		if (keys[i].credentials)
			put_method(&w, issuer, &keys[i]);
	jsonw_close(&w, ']');
	jsonw_key_open(&w, "assertionMethod", '[');
	for (size_t i = 0; i < count; i++)
		if (keys[i].credentials && !is_compromised(&keys[i]))
			put_method_id(&w, issuer, &keys[i]);
	jsonw_close(&w, ']');
	jsonw_close(&w, '}');
}
