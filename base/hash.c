// SPDX-License-Identifier: Apache-2.0
/* Digests. Runs in: every process. */
/* The plain SHA256_* calls neither allocate nor read a configuration file, which EVP_* does after
 * lockdown; OpenSSL 3.0 marks them deprecated but keeps them for the life of that series. */
#define OPENSSL_API_COMPAT 0x10100000L
#include "base/hash.h"

#include "base/err.h"

#include <openssl/crypto.h>
#include <openssl/md5.h>
#include <openssl/sha.h>
#include <string.h>

_Static_assert(
	sizeof(SHA256_CTX) <= sizeof(((struct hash_stream *)0)->state), "hash_stream is too small");

/* SHA256() and its like would look their algorithm up in a table under a lock, and allocate. */
void hash_sha256(struct bytes in, uint8_t out[HASH_SHA256_LEN])
{
	SHA256_CTX ctx;

	CHECK(SHA256_Init(&ctx) == 1 && SHA256_Update(&ctx, in.p, in.n) == 1
		&& SHA256_Final(out, &ctx) == 1);
}

void hash_sha384(struct bytes in, uint8_t out[HASH_SHA384_LEN])
{
	SHA512_CTX ctx;

	CHECK(SHA384_Init(&ctx) == 1 && SHA384_Update(&ctx, in.p, in.n) == 1
		&& SHA384_Final(out, &ctx) == 1);
}

void hash_sha1(struct bytes in, uint8_t out[HASH_SHA1_LEN])
{
	SHA_CTX ctx;

	CHECK(SHA1_Init(&ctx) == 1 && SHA1_Update(&ctx, in.p, in.n) == 1
		&& SHA1_Final(out, &ctx) == 1);
}

void hash_md5(struct bytes in, uint8_t out[HASH_MD5_LEN])
{
	MD5_CTX ctx;

	CHECK(MD5_Init(&ctx) == 1 && MD5_Update(&ctx, in.p, in.n) == 1
		&& MD5_Final(out, &ctx) == 1);
}

static SHA256_CTX *context_of(struct hash_stream *h)
{
	return (SHA256_CTX *)(void *)h->state;
}

void hash_start(struct hash_stream *h)
{
	CHECK(SHA256_Init(context_of(h)) == 1);
}

void hash_add(struct hash_stream *h, struct bytes in)
{
	if (in.n != 0)
		CHECK(SHA256_Update(context_of(h), in.p, in.n) == 1);
}

void hash_finish(struct hash_stream *h, uint8_t out[HASH_SHA256_LEN])
{
	CHECK(SHA256_Final(out, context_of(h)) == 1);
}

#define BLOCK_LEN 64

void hash_hmac_sha256(struct bytes key, struct bytes in, uint8_t out[HASH_SHA256_LEN])
{
	uint8_t pad[BLOCK_LEN] = {0};
	uint8_t inner[HASH_SHA256_LEN];
	struct hash_stream h;

	if (key.n > BLOCK_LEN)
		hash_sha256(key, pad);
	else if (key.n != 0)
		memcpy(pad, key.p, key.n);
	for (size_t i = 0; i < BLOCK_LEN; i++)
		pad[i] ^= 0x36;
	hash_start(&h);
	hash_add(&h, (struct bytes){pad, BLOCK_LEN});
	hash_add(&h, in);
	hash_finish(&h, inner);
	for (size_t i = 0; i < BLOCK_LEN; i++)
		pad[i] ^= 0x36 ^ 0x5C;
	hash_start(&h);
	hash_add(&h, (struct bytes){pad, BLOCK_LEN});
	hash_add(&h, (struct bytes){inner, sizeof inner});
	hash_finish(&h, out);
	OPENSSL_cleanse(pad, sizeof pad);
	OPENSSL_cleanse(inner, sizeof inner);
	OPENSSL_cleanse(&h, sizeof h);
}

void hash_hkdf_sha256(
	struct bytes ikm, struct bytes salt, struct bytes info, uint8_t *out, size_t out_len)
{
	uint8_t prk[HASH_SHA256_LEN];
	uint8_t block[HASH_SHA256_LEN + 256 + 1];
	uint8_t t[HASH_SHA256_LEN];
	size_t t_len = 0;
	size_t done = 0;

	CHECK(info.n <= 256 && out_len <= (size_t)255 * HASH_SHA256_LEN);
	hash_hmac_sha256(salt, ikm, prk);
	for (uint8_t counter = 1; done < out_len; counter++) {
		size_t n = out_len - done < HASH_SHA256_LEN ? out_len - done : HASH_SHA256_LEN;

		memcpy(block, t, t_len);
		if (info.n != 0)
			memcpy(block + t_len, info.p, info.n);
		block[t_len + info.n] = counter;
		hash_hmac_sha256((struct bytes){prk, sizeof prk},
			(struct bytes){block, t_len + info.n + 1}, t);
		t_len = sizeof t;
		memcpy(out + done, t, n);
		done += n;
	}
	OPENSSL_cleanse(prk, sizeof prk);
	OPENSSL_cleanse(block, sizeof block);
	OPENSSL_cleanse(t, sizeof t);
}

bool hash_equal(const uint8_t *a, const uint8_t *b, size_t n)
{
	return CRYPTO_memcmp(a, b, n) == 0;
}
