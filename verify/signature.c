// SPDX-License-Identifier: Apache-2.0
/* EdDSA, ES256, RS256. Runs in: check, and programs that use libcertfill-verify. */
#include "verify/signature.h"

#include "formats/ed25519.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>
#include <string.h>

#include "verify/ossl.h"

#define ES256_LEN 64

static EVP_PKEY *make_key(const char *type, OSSL_PARAM_BLD *parts)
{
	AUTO(EVP_PKEY_CTX) ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(parts);
	EVP_PKEY *key = NULL;

	if (ctx == NULL || params == NULL || EVP_PKEY_fromdata_init(ctx) != 1
		|| EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
		key = NULL;
	OSSL_PARAM_free(params);
	return key;
}

static EVP_PKEY *key_of(const struct jwk_key *key)
{
	AUTO(OSSL_PARAM_BLD) parts = OSSL_PARAM_BLD_new();
	AUTO(BIGNUM) n = NULL;
	AUTO(BIGNUM) e = NULL;

	if (parts == NULL)
		return NULL;
	if (key->kind == JWK_P256) {
		if (OSSL_PARAM_BLD_push_utf8_string(parts, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1",
			    0) != 1
			|| OSSL_PARAM_BLD_push_octet_string(
				   parts, OSSL_PKEY_PARAM_PUB_KEY, key->point.p, key->point.n)
				!= 1)
			return NULL;
		return make_key("EC", parts);
	}
	n = BN_bin2bn(key->n.p, (int)key->n.n, NULL);
	e = BN_bin2bn(key->e.p, (int)key->e.n, NULL);
	if (n == NULL || e == NULL || OSSL_PARAM_BLD_push_BN(parts, OSSL_PKEY_PARAM_RSA_N, n) != 1
		|| OSSL_PARAM_BLD_push_BN(parts, OSSL_PKEY_PARAM_RSA_E, e) != 1)
		return NULL;
	return make_key("RSA", parts);
}

static bool verifies(EVP_PKEY *key, struct bytes input, struct bytes signature)
{
	AUTO(EVP_MD_CTX) md = EVP_MD_CTX_new();

	return md != NULL && EVP_DigestVerifyInit(md, NULL, EVP_sha256(), NULL, key) == 1
		&& EVP_DigestVerify(md, signature.p, signature.n, input.p, input.n) == 1;
}

/* JWS writes r and s as 32 bytes each (RFC 7518, section 3.4), OpenSSL wants DER. */
static bool verifies_es256(EVP_PKEY *key, struct bytes input, struct bytes signature)
{
	AUTO(ECDSA_SIG) sig = ECDSA_SIG_new();
	OSSL_AUTO_DER der = NULL;
	BIGNUM *r = BN_bin2bn(signature.p, ES256_LEN / 2, NULL);
	BIGNUM *s = BN_bin2bn(signature.p + ES256_LEN / 2, ES256_LEN / 2, NULL);
	int n;

	if (sig == NULL || r == NULL || s == NULL || ECDSA_SIG_set0(sig, r, s) != 1) {
		BN_free(r);
		BN_free(s);
		return false;
	}
	n = i2d_ECDSA_SIG(sig, &der);
	return n > 0 && verifies(key, input, (struct bytes){der, (size_t)n});
}

static enum rc check_eddsa(const struct jwk_key *key, const struct jws *jws, struct err *err)
{
	/* 2^252 + 27742317777372353535851937790883648493, little-endian (RFC 8032, 5.1). */
	static const uint8_t order[32] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6,
		0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, [31] = 0x10};

	if (jws->signature.n != ED25519_SIGNATURE_LEN)
		return err_set(err, RC_INPUT, "an Ed25519 signature has 64 bytes; this has %zu",
			jws->signature.n);
	for (size_t i = 32; i-- > 0;) {
		uint8_t s = jws->signature.p[32 + i];

		if (s > order[i] || (i == 0 && s == order[i]))
			return err_set(err, RC_INPUT,
				"the signature's second half is not below the group's order: "
				"somebody changed a genuine one");
		if (s < order[i])
			break;
	}
	if (!ed25519_is_sound_key(key->point.p))
		return err_set(err, RC_INPUT, "anything would verify with this Ed25519 key");
	if (!ed25519_verify(key->point.p, bytes_of(jws->input), jws->signature.p))
		return err_set(err, RC_INPUT, "the content is not what the key signed");
	return RC_OK;
}

enum rc signature_check(const struct jwk_key *key, const struct jws *jws, struct err *err)
{
	static const enum jwk_kind wanted[] = {
		[JWS_EDDSA] = JWK_ED25519, [JWS_ES256] = JWK_P256, [JWS_RS256] = JWK_RSA};
	struct bytes input = bytes_of(jws->input);
	AUTO(EVP_PKEY) pkey = NULL;
	bool good;

	if (key->kind != wanted[jws->alg])
		return err_set(err, RC_INPUT, "the signature's algorithm does not fit the key");
	if (key->alg.n != 0 && !str_eq(key->alg, jws->alg_name)
		&& !(jws->alg == JWS_EDDSA && key->kind == JWK_ED25519))
		return err_set(err, RC_INPUT, "the key is published for another algorithm");
	if (jws->alg == JWS_EDDSA)
		return check_eddsa(key, jws, err);
	if (jws->alg == JWS_ES256 && jws->signature.n != ES256_LEN)
		return err_set(err, RC_INPUT, "an ES256 signature has 64 bytes; this has %zu",
			jws->signature.n);
	pkey = key_of(key);
	if (pkey == NULL) {
		ossl_forget_errors();
		return err_set(err, RC_INPUT, "the public key is no point of its curve, or no key");
	}
	good = jws->alg == JWS_ES256 ? verifies_es256(pkey, input, jws->signature)
				     : verifies(pkey, input, jws->signature);
	ossl_forget_errors();
	if (!good)
		return err_set(err, RC_INPUT, "the content is not what the key signed");
	return RC_OK;
}
