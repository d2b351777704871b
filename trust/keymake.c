// SPDX-License-Identifier: Apache-2.0
/* Making a tenant's keys. Runs in: sign, before lockdown. */
#include "trust/keymake.h"

#include "base/hash.h"
#include "base/mem.h"
#include "base/random.h"
#include "base/text.h"
#include "formats/jwk.h"
#include "ipc/wire_sign.h"
#include "trust/keyfile.h"
#include "trust/ossl.h"
#include "trust/pass_chain.h"

#include <string.h>

#define DAY_S ((int64_t)86400)
#define KEYS_LEN_MAX ((size_t)32 * 1024)

static const enum key_purpose signing[] = {KEY_ASSERT, KEY_RECORD, KEY_LOG, KEY_RECEIPT};
static const enum key_purpose secrets[] = {KEY_LINK, KEY_TOKEN, KEY_OFFLINE, KEY_DATA};
#define SEED_LEN 32
#define SEED_COUNT (ARRAY_COUNT(signing) + ARRAY_COUNT(secrets))

/* Everything a key file borrows from while it is put together. */
struct making {
	struct keyfile file;
	struct secret *seeds;
	uint8_t public_halves[ARRAY_COUNT(signing)][JWK_ED25519_LEN];
	char kids[ARRAY_COUNT(signing)][JWK_THUMBPRINT_LEN + 1];
	char pass_kid[JWK_THUMBPRINT_LEN + 1];
	struct pass_chain chain;
	unsigned char *pass_private;
	int pass_private_len;
	unsigned char *der[4]; /* public half of the pass key, leaf, intermediate, root */
	int der_len[4];
};

static struct keyfile_key *add_key(
	struct making *m, enum key_purpose purpose, enum keyfile_kind kind, int64_t now_s)
{
	struct keyfile_key *key = &m->file.keys[m->file.key_count++];

	/* A day back: the clock of whoever checks a first signature may be behind ours. */
	*key = (struct keyfile_key){.purpose = (uint8_t)purpose,
		.kind = (uint8_t)kind,
		.not_before_s = now_s - DAY_S,
		.sign_until_s = now_s + KEYMAKE_SIGN_S};
	return key;
}

static enum rc add_signing_keys(struct making *m, int64_t now_s, struct err *err)
{
	for (size_t i = 0; i < ARRAY_COUNT(signing); i++) {
		uint8_t *seed = secret_room(m->seeds) + i * SEED_LEN;
		struct keyfile_key *key = add_key(m, signing[i], KEYFILE_ED25519, now_s);
		AUTO(EVP_PKEY) pkey = ossl_load_ed25519((struct bytes){seed, SEED_LEN});
		size_t n = JWK_ED25519_LEN;

		if (pkey == NULL || EVP_PKEY_get_raw_public_key(pkey, m->public_halves[i], &n) != 1)
			return ossl_error(err, "cannot make a signing key");
		jwk_thumbprint(m->public_halves[i], m->kids[i]);
		key->kid = str_of(m->kids[i]);
		key->public_half = (struct bytes){m->public_halves[i], JWK_ED25519_LEN};
		key->private_half = (struct bytes){seed, SEED_LEN};
	}
	return RC_OK;
}

static void add_secrets(struct making *m, int64_t now_s)
{
	for (size_t i = 0; i < ARRAY_COUNT(secrets); i++) {
		struct keyfile_key *key = add_key(m, secrets[i], KEYFILE_SECRET, now_s);

		key->kid = STR("1");
		key->private_half = (struct bytes){
			secret_room(m->seeds) + (ARRAY_COUNT(signing) + i) * SEED_LEN, SEED_LEN};
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
	secret_free(&m->seeds);
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

	m->seeds = secret_new(SEED_COUNT * SEED_LEN);
	random_fill(secret_room(m->seeds), SEED_COUNT * SEED_LEN);
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
