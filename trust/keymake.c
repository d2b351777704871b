// SPDX-License-Identifier: Apache-2.0
/* Making keys. Runs in: sign, before lockdown. */
#include "trust/keymake.h"

#include "base/hash.h"
#include "base/mem.h"
#include "base/random.h"
#include "base/text.h"
#include "trust/ossl.h"
#include "trust/pass_chain.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/rsa.h>
#include <string.h>

#define KEYS_LEN_MAX ((size_t)32 * 1024)

static const enum key_purpose signing[] = {KEY_ASSERT, KEY_RECORD, KEY_LOG, KEY_RECEIPT};
static const enum key_purpose secrets[] = {KEY_LINK, KEY_TOKEN, KEY_OFFLINE, KEY_DATA};
#define SEED_LEN 32

/* ---- one signing key ---- */

static enum rc make_ed25519(struct keymake_key *out, struct err *err)
{
	AUTO(EVP_PKEY) pkey = NULL;
	size_t n = JWK_ED25519_LEN;

	out->private_half = secret_new(SEED_LEN);
	random_fill(secret_room(out->private_half), SEED_LEN);
	pkey = ossl_load_ed25519(secret_bytes(out->private_half));
	if (pkey == NULL || EVP_PKEY_get_raw_public_key(pkey, out->public_half, &n) != 1)
		return ossl_error(err, "cannot make a signing key");
	out->key.kind = KEYFILE_ED25519;
	out->key.public_half = (struct bytes){out->public_half, n};
	return RC_OK;
}

static enum rc keep_private(EVP_PKEY *pkey, struct keymake_key *out, struct err *err)
{
	unsigned char *der = NULL;
	int n = i2d_PrivateKey(pkey, &der);

	if (n <= 0)
		return ossl_error(err, "cannot encode a signing key");
	out->private_half = secret_dup((struct bytes){der, (size_t)n});
	OPENSSL_clear_free(der, (size_t)n);
	return RC_OK;
}

static enum rc make_rs256(struct keymake_key *out, struct err *err)
{
	AUTO(EVP_PKEY) pkey = EVP_RSA_gen(KEYMAKE_RSA_BITS);
	BIGNUM *modulus = NULL;

	if (pkey == NULL || EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_RSA_N, &modulus) != 1)
		return ossl_error(err, "cannot make an RSA key");
	CHECK(BN_num_bytes(modulus) == KEYMAKE_RSA_BITS / 8);
	(void)BN_bn2bin(modulus, out->public_half);
	BN_free(modulus);
	out->key.kind = KEYFILE_RS256;
	out->key.public_half = (struct bytes){out->public_half, KEYMAKE_RSA_BITS / 8};
	return keep_private(pkey, out, err);
}

static enum rc make_es256(struct keymake_key *out, struct err *err)
{
	AUTO(EVP_PKEY) pkey = EVP_EC_gen("P-256");
	size_t n = 0;

	if (pkey == NULL
		|| EVP_PKEY_get_octet_string_param(pkey, OSSL_PKEY_PARAM_ENCODED_PUBLIC_KEY,
			   out->public_half, sizeof out->public_half, &n)
			!= 1
		|| n != 65)
		return ossl_error(err, "cannot make a P-256 key");
	out->key.kind = KEYFILE_ES256;
	out->key.public_half = (struct bytes){out->public_half, n};
	return keep_private(pkey, out, err);
}

enum rc keymake_one(enum key_purpose purpose, enum jwk_alg alg, int64_t not_before_s,
	struct keymake_key *out, struct err *err)
{
	enum rc rc;

	*out = (struct keymake_key){.key = {.purpose = (uint8_t)purpose,
					    .not_before_s = not_before_s,
					    .sign_until_s = not_before_s + KEY_SIGN_S,
					    .compromised_s = KEY_NEVER_S}};
	if (alg == JWK_RS256)
		rc = make_rs256(out, err);
	else
		rc = alg == JWK_ES256 ? make_es256(out, err) : make_ed25519(out, err);
	if (rc != RC_OK)
		return rc;
	jwk_thumbprint_of(out->key.public_half, out->kid);
	out->key.kid = str_of(out->kid);
	out->key.private_half = secret_bytes(out->private_half);
	return RC_OK;
}

void keymake_free(struct keymake_key *made)
{
	secret_free(&made->private_half);
}

/* ---- all of a tenant ---- */

/* Everything a key file borrows from while it is put together. */
struct making {
	struct keyfile file;
	struct keymake_key signing[ARRAY_COUNT(signing)];
	struct secret *secrets;
	char pass_kid[JWK_THUMBPRINT_LEN + 1];
	struct pass_chain chain;
	unsigned char *pass_private;
	int pass_private_len;
	unsigned char *der[4]; /* public half of the pass key, leaf, intermediate, root */
	int der_len[4];
};

/* A day back: the clock of whoever checks a first signature may be behind ours. */
static int64_t begin_of(int64_t now_s)
{
	return now_s - KEY_DAY_S;
}

static struct keyfile_key *add_key(
	struct making *m, enum key_purpose purpose, enum keyfile_kind kind, int64_t now_s)
{
	struct keyfile_key *key = &m->file.keys[m->file.key_count++];

	*key = (struct keyfile_key){.purpose = (uint8_t)purpose,
		.kind = (uint8_t)kind,
		.not_before_s = begin_of(now_s),
		.sign_until_s = begin_of(now_s) + KEY_SIGN_S,
		.compromised_s = KEY_NEVER_S};
	return key;
}

static enum rc add_signing_keys(struct making *m, int64_t now_s, struct err *err)
{
	for (size_t i = 0; i < ARRAY_COUNT(signing); i++) {
		enum rc rc =
			keymake_one(signing[i], JWK_EDDSA, begin_of(now_s), &m->signing[i], err);

		if (rc != RC_OK)
			return rc;
		m->file.keys[m->file.key_count++] = m->signing[i].key;
	}
	return RC_OK;
}

static void add_secrets(struct making *m, int64_t now_s)
{
	for (size_t i = 0; i < ARRAY_COUNT(secrets); i++) {
		struct keyfile_key *key = add_key(m, secrets[i], KEYFILE_SECRET, now_s);

		key->kid = STR("1");
		key->private_half =
			(struct bytes){secret_room(m->secrets) + i * SEED_LEN, SEED_LEN};
	}
}

static struct bytes der_of(const struct making *m, size_t i)
{
	return (struct bytes){m->der[i], (size_t)m->der_len[i]};
}

static enum rc encode_chain(struct making *m, struct err *err)
{
	m->pass_private_len = i2d_PrivateKey(m->chain.key, &m->pass_private);
	m->der_len[0] = i2d_PUBKEY(m->chain.key, &m->der[0]);
	m->der_len[1] = i2d_X509(m->chain.leaf, &m->der[1]);
	m->der_len[2] = i2d_X509(m->chain.intermediate, &m->der[2]);
	m->der_len[3] = i2d_X509(m->chain.root, &m->der[3]);
	if (m->pass_private_len <= 0)
		return ossl_error(err, "cannot encode the pass key");
	for (size_t i = 0; i < ARRAY_COUNT(m->der); i++) {
		if (m->der_len[i] <= 0)
			return ossl_error(err, "cannot encode the pass certificates");
	}
	return RC_OK;
}

static enum rc add_pass(struct making *m, struct str organization, int64_t now_s, struct err *err)
{
	struct keyfile_key *key;
	uint8_t digest[HASH_SHA256_LEN];
	enum rc rc = pass_chain_make(organization, now_s, &m->chain, err);

	if (rc == RC_OK)
		rc = encode_chain(m, err);
	if (rc != RC_OK)
		return rc;
	hash_sha256(der_of(m, 0), digest);
	text_hex((struct bytes){digest, JWK_THUMBPRINT_LEN / 2}, m->pass_kid);
	key = add_key(m, KEY_PASS, KEYFILE_RSA, now_s);
	key->kid = str_of(m->pass_kid);
	key->public_half = der_of(m, 0);
	key->private_half = (struct bytes){m->pass_private, (size_t)m->pass_private_len};
	m->file.pass_certificate = der_of(m, 1);
	m->file.pass_intermediate = der_of(m, 2);
	m->file.pass_root = der_of(m, 3);
	return RC_OK;
}

static enum rc put_file(
	const struct making *m, struct secret **out, size_t *out_len, struct err *err)
{
	struct secret *made = secret_new(KEYS_LEN_MAX);
	struct buf b = secret_buf(made);
	enum rc rc = keyfile_put(&b, &m->file, err);

	if (rc != RC_OK) {
		secret_free(&made);
		return rc;
	}
	*out_len = b.n;
	*out = made;
	return RC_OK;
}

static void free_making(struct making *m)
{
	secret_free(&m->secrets);
	for (size_t i = 0; i < ARRAY_COUNT(m->signing); i++)
		keymake_free(&m->signing[i]);
	pass_chain_free(&m->chain);
	if (m->pass_private != NULL)
		OPENSSL_cleanse(m->pass_private, (size_t)m->pass_private_len);
	OPENSSL_free(m->pass_private);
	for (size_t i = 0; i < ARRAY_COUNT(m->der); i++)
		OPENSSL_free(m->der[i]);
	MEM_FREE(m);
}

enum rc keymake_tenant(struct str organization, int64_t now_s, struct secret **out, size_t *out_len,
	struct err *err)
{
	struct making *m = mem_zalloc(1, sizeof *m);
	enum rc rc;

	m->secrets = secret_new(ARRAY_COUNT(secrets) * SEED_LEN);
	random_fill(secret_room(m->secrets), ARRAY_COUNT(secrets) * SEED_LEN);
	rc = add_signing_keys(m, now_s, err);
	if (rc == RC_OK) {
		add_secrets(m, now_s);
		rc = add_pass(m, organization, now_s, err);
	}
	if (rc == RC_OK)
		rc = put_file(m, out, out_len, err);
	free_making(m);
	return rc;
}
