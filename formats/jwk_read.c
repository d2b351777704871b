// SPDX-License-Identifier: Apache-2.0
/* Reading public keys. Runs in: check, and programs that use libcertfill-verify. */
#include "formats/jwk_read.h"

#include "base/hash.h"
#include "base/jsonw.h"
#include "base/text.h"
#include "formats/ed25519.h"
#include "formats/multibase.h"

#include <string.h>

#define P256_LEN 32

static enum rc check_ed25519(struct bytes point, struct err *err)
{
	if (point.n != ED25519_KEY_LEN)
		return err_set(err, RC_INPUT, "an Ed25519 key has 32 bytes; this has %zu", point.n);
	if (!ed25519_is_sound_key(point.p))
		return err_set(err, RC_INPUT,
			"the Ed25519 key is of small order or not in its canonical form: anything "
			"would verify with it");
	return RC_OK;
}

static enum rc member(struct arena *a, const struct jsonr_value *jwk, const char *name,
	struct bytes *out, struct err *err)
{
	const struct jsonr_value *v = jsonr_find(jwk, name);

	if (v == NULL || v->kind != JSONR_STRING)
		return err_set(err, RC_INPUT, "the key has no \"%s\"", name);
	if (v->text.n > 2 * JWK_RSA_BITS_MAX / 8)
		return err_set(err, RC_LIMIT, "the key's \"%s\" is too long", name);
	if (text_from_base64url(a, v->text, out, err) != RC_OK)
		return err_wrap(err, "the key's \"%s\"", name);
	return RC_OK;
}

static bool says(const struct jsonr_value *jwk, const char *name, const char *value)
{
	const struct jsonr_value *v = jsonr_find(jwk, name);

	return v != NULL && v->kind == JSONR_STRING && str_eq_cz(v->text, value);
}

static struct bytes without_zeros(struct bytes b)
{
	while (b.n > 1 && b.p[0] == 0)
		b = (struct bytes){b.p + 1, b.n - 1};
	return b;
}

static enum rc read_rsa(
	struct arena *a, const struct jsonr_value *jwk, struct jwk_key *out, struct err *err)
{
	enum rc rc = member(a, jwk, "n", &out->n, err);

	out->kind = JWK_RSA;
	if (rc == RC_OK)
		rc = member(a, jwk, "e", &out->e, err);
	if (rc != RC_OK)
		return rc;
	out->n = without_zeros(out->n);
	out->e = without_zeros(out->e);
	if (out->n.n < JWK_RSA_BITS_MIN / 8 || out->n.n > JWK_RSA_BITS_MAX / 8)
		return err_set(err, RC_INPUT, "the RSA key is not between %d and %d bits",
			JWK_RSA_BITS_MIN, JWK_RSA_BITS_MAX);
	/* A long exponent costs time and is used by nobody; 1 signs everything. */
	if (out->e.n == 0 || out->e.n > 4 || (out->e.p[out->e.n - 1] & 1) == 0
		|| (out->e.n == 1 && out->e.p[0] == 1))
		return err_set(err, RC_INPUT, "the RSA key's exponent is not one that is accepted");
	return RC_OK;
}

static enum rc read_p256(
	struct arena *a, const struct jsonr_value *jwk, struct jwk_key *out, struct err *err)
{
	uint8_t *point = arena_alloc(a, 1 + 2 * P256_LEN);
	struct bytes x;
	struct bytes y;
	enum rc rc = member(a, jwk, "x", &x, err);

	if (rc == RC_OK)
		rc = member(a, jwk, "y", &y, err);
	if (rc != RC_OK)
		return rc;
	if (x.n != P256_LEN || y.n != P256_LEN)
		return err_set(err, RC_INPUT, "the P-256 key's coordinates are not of 32 bytes");
	point[0] = 4;
	memcpy(point + 1, x.p, P256_LEN);
	memcpy(point + 1 + P256_LEN, y.p, P256_LEN);
	out->kind = JWK_P256;
	out->point = (struct bytes){point, 1 + 2 * P256_LEN};
	return RC_OK;
}

enum rc jwk_read(
	struct arena *a, const struct jsonr_value *jwk, struct jwk_key *out, struct err *err)
{
	const struct jsonr_value *kid = jsonr_find(jwk, "kid");
	const struct jsonr_value *alg = jsonr_find(jwk, "alg");
	enum rc rc;

	*out = (struct jwk_key){0};
	if (jwk == NULL || jwk->kind != JSONR_OBJECT)
		return err_set(err, RC_INPUT, "the key is no JSON object");
	if (jsonr_find(jwk, "d") != NULL || jsonr_find(jwk, "k") != NULL)
		return err_set(err, RC_INPUT,
			"the key is published with its secret half: whoever signs with it proves "
			"nothing");
	if (says(jwk, "use", "enc"))
		return err_set(err, RC_INPUT, "the key is for encryption, not for signatures");
	if (kid != NULL && kid->kind == JSONR_STRING)
		out->kid = kid->text;
	if (alg != NULL && alg->kind == JSONR_STRING)
		out->alg = alg->text;
	if (says(jwk, "kty", "RSA"))
		return read_rsa(a, jwk, out, err);
	if (says(jwk, "kty", "EC") && says(jwk, "crv", "P-256"))
		return read_p256(a, jwk, out, err);
	if (!says(jwk, "kty", "OKP") || !says(jwk, "crv", "Ed25519"))
		return err_set(err, RC_INPUT, "the key is none of Ed25519, P-256, RSA");
	out->kind = JWK_ED25519;
	rc = member(a, jwk, "x", &out->point, err);
	return rc == RC_OK ? check_ed25519(out->point, err) : rc;
}

enum rc jwk_read_multibase(struct arena *a, struct str text, struct jwk_key *out, struct err *err)
{
	uint8_t *raw = arena_alloc(a, MULTIBASE_LEN_MAX);
	size_t n;
	enum rc rc = multibase_parse(text, raw, MULTIBASE_LEN_MAX, &n, err);

	*out = (struct jwk_key){0};
	if (rc != RC_OK)
		return rc;
	/* Multicodec: 0xED ed25519-pub, 0x1200 p256-pub, both as varints. */
	if (n == 2 + ED25519_KEY_LEN && raw[0] == 0xED && raw[1] == 0x01) {
		out->kind = JWK_ED25519;
		out->point = (struct bytes){raw + 2, ED25519_KEY_LEN};
		return check_ed25519(out->point, err);
	}
	if (n == 3 + P256_LEN && raw[0] == 0x80 && raw[1] == 0x24 && (raw[2] == 2 || raw[2] == 3)) {
		out->kind = JWK_P256;
		out->point = (struct bytes){raw + 2, 1 + P256_LEN};
		return RC_OK;
	}
	return err_set(err, RC_INPUT, "the Multikey is neither Ed25519 nor P-256");
}

static bool same(struct bytes x, struct bytes y)
{
	return str_eq(bytes_text(x), bytes_text(y));
}

static struct bytes p256_x(const struct jwk_key *key)
{
	return (struct bytes){key->point.p + 1, P256_LEN};
}

bool jwk_equal(const struct jwk_key *one, const struct jwk_key *other)
{
	const struct jwk_key *whole = one->point.n > other->point.n ? one : other;
	const struct jwk_key *half = whole == one ? other : one;

	if (one->kind != other->kind)
		return false;
	if (one->kind == JWK_RSA)
		return same(one->n, other->n) && same(one->e, other->e);
	if (whole->point.n == half->point.n)
		return same(one->point, other->point);
	/* 65 bytes against the 33 of the compressed form: same x, and the parity of y. */
	return same(p256_x(whole), p256_x(half))
		&& half->point.p[0] == 2 + (whole->point.p[64] & 1);
}

static void put_member(struct jsonw *w, const char *name, struct bytes value)
{
	struct buf b = buf_new(2048);

	text_put_base64url(&b, value);
	jsonw_key_str(w, name, buf_str(&b));
	buf_free(&b);
}

bool jwk_read_thumbprint(const struct jwk_key *key, char out[JWK_THUMBPRINT_LEN + 1])
{
	struct buf text = buf_new(4096);
	struct jsonw w = jsonw_new(&text);
	uint8_t digest[HASH_SHA256_LEN];

	if (key->kind == JWK_ED25519) {
		jwk_thumbprint(key->point.p, out);
		return true;
	}
	if (key->kind == JWK_P256 && key->point.n != 1 + 2 * P256_LEN)
		return false;
	jsonw_open(&w, '{');
	if (key->kind == JWK_P256) {
		jsonw_key_str(&w, "crv", STR("P-256"));
		jsonw_key_str(&w, "kty", STR("EC"));
		put_member(&w, "x", p256_x(key));
		put_member(&w, "y", (struct bytes){key->point.p + 1 + P256_LEN, P256_LEN});
	} else {
		put_member(&w, "e", key->e);
		jsonw_key_str(&w, "kty", STR("RSA"));
		put_member(&w, "n", key->n);
	}
	jsonw_close(&w, '}');
	hash_sha256(buf_bytes(&text), digest);
	buf_reset(&text);
	text_put_base64url(&text, (struct bytes){digest, sizeof digest});
	memcpy(out, text.p, JWK_THUMBPRINT_LEN);
	out[JWK_THUMBPRINT_LEN] = '\0';
	buf_free(&text);
	return true;
}
