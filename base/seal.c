// SPDX-License-Identifier: Apache-2.0
/* AES-256-GCM. Runs in: control, store, sign (keys at rest). */
#include "base/seal.h"

#include "base/err.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/random.h"

#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <string.h>

#define BOX_CONTENT_MAX_LEN ((size_t)1 << 20)
#define PLACE_MAX_LEN 1024

struct seal {
	EVP_CIPHER *cipher;
	EVP_CIPHER_CTX *ctx;
};

struct seal *seal_new(void)
{
	struct seal *s = mem_zalloc(1, sizeof *s);
	uint8_t key[SEAL_KEY_LEN] = {0};
	uint8_t text[32] = {0};
	uint8_t tag[SEAL_TAG_LEN];
	struct seal_with with = {.key = key};

	s->cipher = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
	CHECK(s->cipher != NULL);
	s->ctx = EVP_CIPHER_CTX_new();
	CHECK(s->ctx != NULL);
	CHECK(EVP_CipherInit_ex2(s->ctx, s->cipher, NULL, NULL, 1, NULL) == 1);
	seal_lock(s, &with, text, sizeof text, tag);
	CHECK(seal_unlock(s, &with, text, sizeof text, tag, NULL) == RC_OK);
	return s;
}

void seal_free(struct seal **s)
{
	if (*s == NULL)
		return;
	EVP_CIPHER_CTX_free((*s)->ctx);
	EVP_CIPHER_free((*s)->cipher);
	MEM_FREE(*s);
}

/* Only misuse makes these calls fail, never what is sealed: so CHECK. */
static void start(struct seal *s, const struct seal_with *with, int encrypt)
{
	int done;

	CHECK(with->aad.n <= INT_MAX);
	CHECK(EVP_CipherInit_ex2(s->ctx, NULL, with->key, with->nonce, encrypt, NULL) == 1);
	if (with->aad.n != 0)
		CHECK(EVP_CipherUpdate(s->ctx, NULL, &done, with->aad.p, (int)with->aad.n) == 1);
}

static void turn(struct seal *s, const uint8_t *from, uint8_t *to, size_t n)
{
	int done = 0;

	CHECK(n <= INT_MAX);
	if (n == 0)
		return;
	CHECK(EVP_CipherUpdate(s->ctx, to, &done, from, (int)n) == 1);
	CHECK(done == (int)n);
}

void seal_lock(struct seal *s, const struct seal_with *with, uint8_t *text, size_t n,
	uint8_t tag[SEAL_TAG_LEN])
{
	const struct bytes whole = {text, n};

	seal_lock_parts(s, with, &whole, 1, text, tag);
}

void seal_lock_parts(struct seal *s, const struct seal_with *with, const struct bytes *parts,
	size_t count, uint8_t *out, uint8_t tag[SEAL_TAG_LEN])
{
	uint8_t none[16];
	int done;

	start(s, with, 1);
	for (size_t i = 0; i < count; i++) {
		turn(s, parts[i].p, out, parts[i].n);
		out += parts[i].n;
	}
	CHECK(EVP_CipherFinal_ex(s->ctx, none, &done) == 1);
	CHECK(EVP_CIPHER_CTX_ctrl(s->ctx, EVP_CTRL_AEAD_GET_TAG, SEAL_TAG_LEN, tag) == 1);
}

enum rc seal_unlock(struct seal *s, const struct seal_with *with, uint8_t *text, size_t n,
	const uint8_t tag[SEAL_TAG_LEN], struct err *err)
{
	uint8_t expected[SEAL_TAG_LEN];
	uint8_t none[16];
	int done;

	memcpy(expected, tag, sizeof expected);
	start(s, with, 0);
	turn(s, text, text, n);
	CHECK(EVP_CIPHER_CTX_ctrl(s->ctx, EVP_CTRL_AEAD_SET_TAG, SEAL_TAG_LEN, expected) == 1);
	if (EVP_CipherFinal_ex(s->ctx, none, &done) == 1)
		return RC_OK;
	ERR_clear_error();
	if (n != 0)
		OPENSSL_cleanse(text, n);
	return err_set(
		err, RC_INPUT, "sealed bytes do not open: another key, or they were changed");
}

static void put_number(uint8_t *out, uint64_t v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		out[i] = (uint8_t)(v >> (8 * i));
}

void seal_nonce_of(uint32_t unit, uint64_t offset, uint8_t out[SEAL_NONCE_LEN])
{
	put_number(out, unit, 4);
	put_number(out + 4, offset, 8);
}

static size_t put_part(uint8_t out[PLACE_MAX_LEN], size_t at, const void *p, size_t n)
{
	CHECK(n <= PLACE_MAX_LEN - 4 && at <= PLACE_MAX_LEN - 4 - n);
	put_number(out + at, n, 4);
	if (n != 0)
		memcpy(out + at + 4, p, n);
	return at + 4 + n;
}

static struct bytes place_bytes(const struct seal_place *place, uint8_t out[PLACE_MAX_LEN])
{
	size_t n = put_part(out, 0, "certfill-env-v1", 15);

	n = put_part(out, n, place->tenant.p, place->tenant.n);
	n = put_part(out, n, place->table.p, place->table.n);
	n = put_part(out, n, place->column.p, place->column.n);
	n = put_part(out, n, place->id.p, place->id.n);
	return (struct bytes){out, n};
}

void seal_box(struct seal *s, const uint8_t key[SEAL_KEY_LEN], const struct seal_place *place,
	struct bytes in, struct buf *out)
{
	uint8_t aad[PLACE_MAX_LEN];
	struct seal_with with = {.key = key, .aad = place_bytes(place, aad)};
	uint8_t *p;

	CHECK(in.n <= BOX_CONTENT_MAX_LEN);
	p = buf_grow(out, in.n + SEAL_BOX_EXTRA_LEN);
	if (p == NULL)
		return;
	random_fill(with.nonce, sizeof with.nonce);
	memcpy(p, with.nonce, SEAL_NONCE_LEN);
	if (in.n != 0)
		memcpy(p + SEAL_NONCE_LEN, in.p, in.n);
	seal_lock(s, &with, p + SEAL_NONCE_LEN, in.n, p + SEAL_NONCE_LEN + in.n);
}

enum rc seal_open_box(struct seal *s, const uint8_t key[SEAL_KEY_LEN],
	const struct seal_place *place, struct bytes box, struct arena *a, struct bytes *out,
	struct err *err)
{
	uint8_t aad[PLACE_MAX_LEN];
	struct seal_with with = {.key = key, .aad = place_bytes(place, aad)};
	uint8_t *text;
	size_t n;
	enum rc rc;

	if (box.n < SEAL_BOX_EXTRA_LEN || box.n - SEAL_BOX_EXTRA_LEN > BOX_CONTENT_MAX_LEN)
		return err_set(err, RC_INPUT, "sealed bytes have an impossible length");
	n = box.n - SEAL_BOX_EXTRA_LEN;
	memcpy(with.nonce, box.p, SEAL_NONCE_LEN);
	text = arena_dup(a, box.p + SEAL_NONCE_LEN, n);
	rc = seal_unlock(s, &with, text, n, box.p + SEAL_NONCE_LEN + n, err);
	if (rc == RC_OK)
		*out = (struct bytes){text, n};
	return rc;
}

void seal_wrap_key(struct seal *s, const uint8_t kek[SEAL_KEY_LEN], const struct seal_place *place,
	const uint8_t key[SEAL_KEY_LEN], uint8_t out[SEAL_WRAPPED_LEN])
{
	uint8_t aad[PLACE_MAX_LEN];
	struct seal_with with = {.key = kek, .aad = place_bytes(place, aad)};

	random_fill(with.nonce, sizeof with.nonce);
	memcpy(out, with.nonce, SEAL_NONCE_LEN);
	memcpy(out + SEAL_NONCE_LEN, key, SEAL_KEY_LEN);
	seal_lock(
		s, &with, out + SEAL_NONCE_LEN, SEAL_KEY_LEN, out + SEAL_NONCE_LEN + SEAL_KEY_LEN);
}

enum rc seal_unwrap_key(struct seal *s, const uint8_t kek[SEAL_KEY_LEN],
	const struct seal_place *place, struct bytes wrapped, uint8_t out[SEAL_KEY_LEN],
	struct err *err)
{
	uint8_t aad[PLACE_MAX_LEN];
	struct seal_with with = {.key = kek, .aad = place_bytes(place, aad)};

	if (wrapped.n != SEAL_WRAPPED_LEN)
		return err_set(err, RC_INPUT, "a wrapped key has %zu bytes instead of %d",
			wrapped.n, SEAL_WRAPPED_LEN);
	memcpy(with.nonce, wrapped.p, SEAL_NONCE_LEN);
	memcpy(out, wrapped.p + SEAL_NONCE_LEN, SEAL_KEY_LEN);
	return seal_unlock(
		s, &with, out, SEAL_KEY_LEN, wrapped.p + SEAL_NONCE_LEN + SEAL_KEY_LEN, err);
}

void seal_derive_key(
	struct bytes secret, struct str label, struct bytes context, uint8_t out[SEAL_KEY_LEN])
{
	uint8_t info[201];

	CHECK(label.n + context.n <= 200);
	memcpy(info, label.p, label.n);
	info[label.n] = 0;
	if (context.n != 0)
		memcpy(info + label.n + 1, context.p, context.n);
	hash_hkdf_sha256(secret, bytes_of(STR("certfill-data-v1")),
		(struct bytes){info, label.n + 1 + context.n}, out, SEAL_KEY_LEN);
}

void seal_wipe(void *p, size_t n)
{
	OPENSSL_cleanse(p, n);
}
