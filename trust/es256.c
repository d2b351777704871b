// SPDX-License-Identifier: Apache-2.0
/* ECDSA whose nonce follows from key and message. Runs in: sign. */
/* OpenSSL 3.0 takes a nonce of one's own through these calls alone; 3.2 has an option for it. */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "trust/es256.h"

#include "base/hash.h"
#include "trust/secret.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <string.h>

#define LEN 32

/* What a signature is made with; freed whole by close_work(). */
struct work {
	EC_KEY *key;
	const EC_GROUP *group;
	BN_CTX *ctx;
	BIGNUM *private_half;
	BIGNUM *nonce;
	BIGNUM *inverse; /* of the nonce, modulo the order */
	BIGNUM *r;
	EC_POINT *point;
};

static bool open_work(struct work *w, EVP_PKEY *key)
{
	w->key = EC_KEY_new_by_curve_name(NID_X9_62_prime256v1);
	w->group = w->key != NULL ? EC_KEY_get0_group(w->key) : NULL;
	w->ctx = BN_CTX_secure_new();
	w->private_half = BN_secure_new();
	w->nonce = BN_secure_new();
	w->inverse = BN_secure_new();
	w->r = BN_new();
	w->point = w->group != NULL ? EC_POINT_new(w->group) : NULL;
	return w->ctx != NULL && w->private_half != NULL && w->nonce != NULL && w->inverse != NULL
		&& w->r != NULL && w->point != NULL && EVP_PKEY_is_a(key, "EC")
		&& EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_PRIV_KEY, &w->private_half) == 1
		&& EC_KEY_set_private_key(w->key, w->private_half) == 1;
}

static void close_work(struct work *w)
{
	EC_POINT_free(w->point);
	BN_free(w->r);
	BN_clear_free(w->inverse);
	BN_clear_free(w->nonce);
	BN_clear_free(w->private_half);
	BN_CTX_free(w->ctx);
	EC_KEY_free(w->key);
}

/* The generator of RFC 6979, section 3.2: state K and V. */
struct generator {
	uint8_t k[LEN];
	uint8_t v[LEN + 1 + 2 * LEN]; /* V; behind it room for the octet, key and digest */
};

static void mix(struct generator *g, uint8_t octet, size_t more)
{
	g->v[LEN] = octet;
	hash_hmac_sha256((struct bytes){g->k, LEN}, (struct bytes){g->v, LEN + 1 + more}, g->k);
	hash_hmac_sha256((struct bytes){g->k, LEN}, (struct bytes){g->v, LEN}, g->v);
}

/* Steps b to g. digest is taken modulo the order (bits2octets, section 2.3.4). */
static bool start(struct generator *g, const struct work *w, const uint8_t digest[LEN])
{
	const BIGNUM *order = EC_GROUP_get0_order(w->group);
	BIGNUM *h = BN_bin2bn(digest, LEN, NULL);
	bool good = h != NULL && BN_nnmod(h, h, order, w->ctx) == 1
		&& BN_bn2binpad(w->private_half, g->v + LEN + 1, LEN) == LEN
		&& BN_bn2binpad(h, g->v + LEN + 1 + LEN, LEN) == LEN;

	BN_free(h);
	memset(g->k, 0, LEN);
	memset(g->v, 1, LEN);
	mix(g, 0, (size_t)2 * LEN);
	mix(g, 1, (size_t)2 * LEN);
	return good;
}

/* Step h: the next number from 1 to the order less one. The order has as many bits as V. */
static bool next_nonce(struct generator *g, struct work *w)
{
	const BIGNUM *order = EC_GROUP_get0_order(w->group);

	for (;;) {
		hash_hmac_sha256((struct bytes){g->k, LEN}, (struct bytes){g->v, LEN}, g->v);
		if (BN_bin2bn(g->v, LEN, w->nonce) == NULL)
			return false;
		if (!BN_is_zero(w->nonce) && BN_cmp(w->nonce, order) < 0)
			return true;
		mix(g, 0, 0);
	}
}

/* r, and the nonce's inverse as its power (Fermat), whose timing does not follow the nonce. */
static bool use_nonce(struct work *w)
{
	const BIGNUM *order = EC_GROUP_get0_order(w->group);
	BIGNUM *power = BN_dup(order);
	bool good;

	BN_set_flags(w->nonce, BN_FLG_CONSTTIME);
	good = power != NULL && BN_sub_word(power, 2) == 1
		&& EC_POINT_mul(w->group, w->point, w->nonce, NULL, NULL, w->ctx) == 1
		&& EC_POINT_get_affine_coordinates(w->group, w->point, w->r, NULL, w->ctx) == 1
		&& BN_nnmod(w->r, w->r, order, w->ctx) == 1
		&& BN_mod_exp_mont_consttime(w->inverse, w->nonce, power, order, w->ctx,
			   EC_GROUP_get_mont_data(w->group))
			== 1;
	BN_free(power);
	return good;
}

static bool put(struct work *w, const uint8_t digest[LEN], struct buf *out)
{
	ECDSA_SIG *sig = ECDSA_do_sign_ex(digest, LEN, w->inverse, w->r, w->key);
	uint8_t *to = sig != NULL ? buf_grow(out, (size_t)2 * LEN) : NULL;
	bool done = to != NULL && BN_bn2binpad(ECDSA_SIG_get0_r(sig), to, LEN) == LEN
		&& BN_bn2binpad(ECDSA_SIG_get0_s(sig), to + LEN, LEN) == LEN;

	ECDSA_SIG_free(sig);
	return done;
}

enum rc es256_sign(EVP_PKEY *key, struct bytes in, struct buf *out, struct err *err)
{
	struct work w = {0};
	struct generator g;
	uint8_t digest[HASH_SHA256_LEN];
	bool done;

	hash_sha256(in, digest);
	/* r and s of zero come once in 2^256 signatures: SYSTEM then. */
	done = open_work(&w, key) && start(&g, &w, digest) && next_nonce(&g, &w) && use_nonce(&w)
		&& put(&w, digest, out);
	OPENSSL_cleanse(&g, sizeof g);
	close_work(&w);
	if (out->full)
		return err_set(err, RC_LIMIT, "no room for a signature");
	return done ? RC_OK : ossl_error(err, "cannot sign");
}
