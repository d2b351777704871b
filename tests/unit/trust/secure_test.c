// SPDX-License-Identifier: Apache-2.0
/* Credentials secured by the signer: embedded proof, and a JWT in 1EdTech's profile. */
#include "base/text.h"
#include "formats/jsont.h"
#include "tests/harness/harness.h"
#include "trust/ossl.h"
#include "trust/secure.h"

#include <openssl/rsa.h>
#include <string.h>

static enum rc sign(const struct key *key, struct bytes in, uint8_t out[64], struct err *err)
{
	AUTO(EVP_MD_CTX) ctx = EVP_MD_CTX_new();
	size_t n = 64;

	if (EVP_DigestSignInit(ctx, NULL, NULL, NULL, key->handle) != 1
		|| EVP_DigestSign(ctx, out, &n, in.p, in.n) != 1)
		return ossl_error(err, "signing");
	return RC_OK;
}

static enum rc sign_jws(const struct key *key, struct bytes in, struct buf *out, struct err *err)
{
	uint8_t signature[JWK_PUBLIC_MAX];
	size_t n = sizeof signature;
	AUTO(EVP_MD_CTX) ctx = EVP_MD_CTX_new();

	if (EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key->handle) != 1
		|| EVP_DigestSign(ctx, signature, &n, in.p, in.n) != 1)
		return ossl_error(err, "signing");
	buf_put(out, signature, n);
	return RC_OK;
}

static const struct key_ops ops = {.sign = sign, .sign_jws = sign_jws};

static const struct jsonr_value *credential_of(struct arena *a, const char *name)
{
	struct jsont t = jsont_new(a);
	const struct jsonr_value *out;
	struct err err = {0};

	jsont_open(&t, '{');
	jsont_key_open(&t, "@context", '[');
	jsont_str(&t, STR("https://www.w3.org/ns/credentials/v2"));
	jsont_close(&t, ']');
	jsont_key_str(&t, "id", STR("urn:x:1"));
	jsont_key_open(&t, "type", '[');
	jsont_str(&t, STR("VerifiableCredential"));
	jsont_close(&t, ']');
	jsont_key_str(&t, "name", str_of(name));
	jsont_key_str(&t, "issuer", STR("did:web:h.example"));
	jsont_key_str(&t, "validFrom", STR("2026-06-15T00:00:00Z"));
	jsont_key_open(&t, "credentialSubject", '{');
	jsont_key_str(&t, "id", STR("urn:x:2"));
	jsont_close(&t, '}');
	jsont_close(&t, '}');
	assert_ok(jsont_end(&t, &out, &err), err);
	return out;
}

static void embeds_a_proof_that_verifies(void **state)
{
	static const uint8_t seed[32] = {3};
	static const struct jsonr_limits limits = {1 << 20, 1000};
	struct arena *a = arena_new(DI_ARENA_LEN);
	const struct jsonr_value *credential = credential_of(a, "N\n\"\xc3\xa9");
	struct buf out = buf_new(65536);
	struct buf small = buf_new(300);
	struct key key = {.purpose = KEY_ASSERT, .kid = "thumb", .signs = true, .ops = &ops};
	const struct jsonr_value *read;
	struct di_secured secured;
	struct secure secure;
	uint8_t public_half[32];
	size_t n = 32;
	struct err err = {0};

	(void)state;
	key.handle = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, 32);
	assert_int_equal(EVP_PKEY_get_raw_public_key(key.handle, public_half, &n), 1);
	assert_ok(secure_open(a, &key, STR("did:web:h.example"), jsonr_find(credential, "@context"),
			  1781510400, &secure, &err),
		err);
	assert_ok(secure_put(a, &secure, credential, &out, &err), err);
	assert_ok(jsonr_parse(a, buf_str(&out), &limits, &read, &err), err);
	assert_ok(di_split(read, &secured, &err), err);
	assert_int_equal(secured.proof_count, 1);
	assert_true(str_eq_cz(secured.proofs[0].method, "did:web:h.example#thumb"));
	assert_int_equal(di_verify(a, &secured, 0, public_half, &err), DI_VERIFIED);
	public_half[0] ^= 1;
	assert_int_not_equal(di_verify(a, &secured, 0, public_half, &err), DI_VERIFIED);
	assert_int_equal(secure_put(a, &secure, credential, &small, &err), RC_LIMIT);
	EVP_PKEY_free(key.handle);
	buf_free(&small);
	buf_free(&out);
	arena_free(&a);
}

static void makes_a_jwt_that_verifies(void **state)
{
	struct arena *a = arena_new(DI_ARENA_LEN);
	struct buf out = buf_new(65536);
	struct key key = {.purpose = KEY_JWT, .kid = "thumb", .public_len = 256, .ops = &ops};
	struct bytes part;
	struct err err = {0};
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	size_t dot;

	(void)state;
	/* Only what tells an RS256 key from the others. */
	key.public_half[0] = 0x80;
	key.public_half[255] = 1;
	key.handle = EVP_RSA_gen(2048);
	assert_ok(secure_put_jwt(&key, STR("https://h.example/api/v1/keys/thumb"),
			  credential_of(a, "N"), &out, &err),
		err);
	dot = str_find(buf_str(&out), '.', 0);
	assert_ok(text_from_base64url(a, str_slice(buf_str(&out), 0, dot), &part, &err), err);
	assert_true(str_eq_cz(bytes_text(part),
		"{\"alg\":\"RS256\",\"kid\":\"https://h.example/api/v1/keys/"
		"thumb\",\"typ\":\"JWT\"}"));
	dot = str_find(buf_str(&out), '.', dot + 1);
	assert_ok(
		text_from_base64url(a, str_slice(buf_str(&out), dot + 1, out.n), &part, &err), err);
	assert_int_equal(part.n, 256);
	assert_int_equal(EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, key.handle), 1);
	assert_int_equal(EVP_DigestVerify(ctx, part.p, part.n, out.p, dot), 1);
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(key.handle);
	buf_free(&out);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(embeds_a_proof_that_verifies),
		cmocka_unit_test(makes_a_jwt_that_verifies),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
