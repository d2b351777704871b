// SPDX-License-Identifier: Apache-2.0
/* The vectors of RFC 6979, and signatures that come out the same. */
#include "tests/harness/harness.h"
#include "trust/es256.h"
#include "trust/secret.h"

#include <openssl/ec.h>
#include <openssl/err.h>
#include <string.h>

/* RFC 6979, appendix A.2.5, as SEC 1 DER without the public half. */
static EVP_PKEY *key_of_the_rfc(void)
{
	static const char text[] =
		"30310201010420"
		"c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721"
		"a00a06082a8648ce3d030107";
	uint8_t der[64];
	const unsigned char *at = der;
	size_t n = harness_unhex(text, der, sizeof der);
	EVP_PKEY *key = d2i_PrivateKey(EVP_PKEY_EC, NULL, &at, (long)n);

	assert_non_null(key);
	return key;
}

static void gives_the_signatures_of_the_rfc(void **state)
{
	static const struct {
		const char *message;
		const char *signature;
	} vectors[] = {
		{"sample",
			"efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
			"f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8"},
		{"test",
			"f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367"
			"019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083"},
	};
	AUTO(EVP_PKEY) key = key_of_the_rfc();
	struct err err = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(vectors); i++) {
		struct buf out = buf_new(64);
		uint8_t want[64];

		assert_int_equal(harness_unhex(vectors[i].signature, want, sizeof want), 64);
		assert_ok(es256_sign(key, bytes_of(str_of(vectors[i].message)), &out, &err), err);
		assert_int_equal(out.n, 64);
		assert_memory_equal(out.p, want, 64);
		buf_free(&out);
	}
}

static bool verifies(EVP_PKEY *key, struct bytes text, const struct buf *signature)
{
	AUTO(EVP_MD_CTX) ctx = EVP_MD_CTX_new();
	ECDSA_SIG *sig = ECDSA_SIG_new();
	OSSL_AUTO_DER der = NULL;
	int n;
	bool good;

	assert_int_equal(ECDSA_SIG_set0(sig, BN_bin2bn(signature->p, 32, NULL),
				 BN_bin2bn(signature->p + 32, 32, NULL)),
		1);
	n = i2d_ECDSA_SIG(sig, &der);
	ECDSA_SIG_free(sig);
	assert_int_equal(EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, key), 1);
	good = EVP_DigestVerify(ctx, der, (size_t)n, text.p, text.n) == 1;
	ERR_clear_error();
	return good;
}

static void holds_for_every_key_and_text(void **state)
{
	struct err err = {0};

	(void)state;
	for (uint32_t i = 0; i < 100; i++) {
		AUTO(EVP_PKEY) key = EVP_EC_gen("P-256");
		struct bytes text = {(const uint8_t *)&i, sizeof i};
		uint32_t other = i + 1;
		struct buf once = buf_new(64);
		struct buf twice = buf_new(64);

		assert_ok(es256_sign(key, text, &once, &err), err);
		assert_ok(es256_sign(key, text, &twice, &err), err);
		assert_memory_equal(once.p, twice.p, 64);
		assert_true(verifies(key, text, &once));
		assert_false(verifies(
			key, (struct bytes){(const uint8_t *)&other, sizeof other}, &once));
		buf_free(&twice);
		buf_free(&once);
	}
}

static void refuses_other_keys_and_full_buffers(void **state)
{
	static const uint8_t seed[32] = {1};
	AUTO(EVP_PKEY) ed = ossl_load_ed25519((struct bytes){seed, 32});
	AUTO(EVP_PKEY) key = key_of_the_rfc();
	struct buf small = buf_new(63);
	struct err err = {0};

	(void)state;
	assert_int_equal(es256_sign(ed, bytes_of(STR("x")), &small, &err), RC_SYSTEM);
	assert_int_equal(es256_sign(key, bytes_of(STR("x")), &small, &err), RC_LIMIT);
	buf_free(&small);
}

/* Key and nonce pass through the locked part of the heap, and leave it. */
static void leaves_nothing_in_the_secure_heap(void **state)
{
	AUTO(EVP_PKEY) key = (ossl_open(), key_of_the_rfc());
	size_t before = CRYPTO_secure_used();
	struct buf out = buf_new(64);
	struct err err = {0};

	(void)state;
	assert_ok(es256_sign(key, bytes_of(STR("x")), &out, &err), err);
	assert_int_equal(CRYPTO_secure_used(), before);
	buf_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_the_signatures_of_the_rfc),
		cmocka_unit_test(holds_for_every_key_and_text),
		cmocka_unit_test(refuses_other_keys_and_full_buffers),
		cmocka_unit_test(leaves_nothing_in_the_secure_heap),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
