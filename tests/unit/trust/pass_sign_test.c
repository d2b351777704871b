// SPDX-License-Identifier: Apache-2.0
/* Signatures of passes: from the model and by CMS they are the same bytes. */
#include "tests/harness/harness.h"
#include "trust/pass_chain.h"
#include "trust/pass_sign.h"

#include <openssl/rsa.h>
#include <string.h>

#define NOW ((int64_t)1781481600)
#define DAY ((int64_t)86400)

static struct pass_chain chain;
static struct pass_identity id;

static int start(void **state)
{
	struct err err = {0};

	(void)state;
	(void)ossl_open();
	assert_ok(pass_chain_make(STR("Org"), NOW, &chain, &err), err);
	id = (struct pass_identity){
		.key = chain.key, .certificate = chain.leaf, .intermediate = chain.intermediate};
	pass_identity_check(&id, NOW);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	pass_chain_free(&chain);
	return 0;
}

static bool verifies(struct bytes signature, struct bytes manifest)
{
	const uint8_t *at = signature.p;
	AUTO(CMS_ContentInfo) cms = d2i_CMS_ContentInfo(NULL, &at, (long)signature.n);
	AUTO(BIO) in = BIO_new_mem_buf(manifest.p, (int)manifest.n);
	X509_STORE *store = X509_STORE_new();
	bool fine;

	X509_STORE_add_cert(store, chain.root);
	X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(store), NOW);
	X509_STORE_set_purpose(store, X509_PURPOSE_ANY);
	fine = CMS_verify(cms, NULL, store, in, NULL, CMS_BINARY | CMS_DETACHED) == 1;
	X509_STORE_free(store);
	ossl_forget_errors();
	return fine;
}

static void the_model_gives_what_cms_gives(void **state)
{
	struct pass_signer *signer;
	struct buf fast = buf_new(12288);
	struct buf plain = buf_new(12288);
	struct err err = {0};

	(void)state;
	assert_ok(pass_signer_new(&id, NOW + 3600, &signer, &err), err);
	assert_true(pass_signer_is_fast(signer));
	for (int i = 0; i < 20; i++) {
		char manifest[64];

		memset(manifest, 'a' + i, sizeof manifest);
		manifest[i] = '\n'; /* would become CR LF without CMS_BINARY */
		buf_reset(&fast);
		buf_reset(&plain);
		assert_ok(
			pass_signer_sign(signer,
				(struct bytes){(uint8_t *)manifest, sizeof manifest}, &fast, &err),
			err);
		assert_ok(
			pass_sign_plainly(&id, NOW + 3600,
				(struct bytes){(uint8_t *)manifest, sizeof manifest}, &plain, &err),
			err);
		assert_int_equal(fast.n, plain.n);
		assert_memory_equal(fast.p, plain.p, plain.n);
		assert_true(verifies(
			buf_bytes(&fast), (struct bytes){(uint8_t *)manifest, sizeof manifest}));
		manifest[0] ^= 1;
		assert_false(verifies(
			buf_bytes(&fast), (struct bytes){(uint8_t *)manifest, sizeof manifest}));
	}
	pass_signer_free(&signer);
	assert_null(signer);
	buf_free(&plain);
	buf_free(&fast);
}

/* A key that gives other bytes each time cannot be copied from a model. */
static void falls_back_to_cms(void **state)
{
	AUTO(EVP_PKEY) key = EVP_EC_gen("P-256");
	AUTO(X509) cert = X509_dup(chain.leaf);
	struct pass_identity ec = {.certificate = cert,
		.key = key,
		.intermediate = chain.intermediate,
		.not_before_s = NOW - DAY,
		.not_after_s = NOW + DAY};
	struct pass_signer *signer;
	struct buf out = buf_new(12288);
	struct err err = {0};

	(void)state;
	assert_int_equal(X509_set_pubkey(cert, key), 1);
	assert_ok(pass_signer_new(&ec, NOW, &signer, &err), err);
	assert_false(pass_signer_is_fast(signer));
	assert_ok(pass_signer_sign(signer, bytes_of(STR("{}")), &out, &err), err);
	assert_true(out.n > 500);
	pass_signer_free(&signer);
	buf_free(&out);
}

static void the_time_is_part_of_it(void **state)
{
	struct buf one = buf_new(12288);
	struct buf two = buf_new(12288);
	struct err err = {0};

	(void)state;
	assert_ok(pass_sign_plainly(&id, NOW, bytes_of(STR("{}")), &one, &err), err);
	assert_ok(pass_sign_plainly(&id, NOW + 1, bytes_of(STR("{}")), &two, &err), err);
	assert_true(memmem(one.p, one.n, "260615000000Z", 13) != NULL);
	assert_true(memmem(two.p, two.n, "260615000001Z", 13) != NULL);
	buf_free(&two);
	buf_free(&one);
}

static void refuses_times_problems_and_small_buffers(void **state)
{
	struct pass_signer *signer = NULL;
	struct pass_identity broken = id;
	struct buf small = buf_new(100);
	struct err err = {0};

	(void)state;
	assert_int_equal(pass_signer_new(&id, NOW - 2 * DAY, &signer, &err), RC_INPUT);
	assert_int_equal(pass_signer_new(&id, id.not_after_s + 1, &signer, &err), RC_INPUT);
	broken.problems.count = 1;
	memcpy(broken.problems.note[0], "it is broken", sizeof "it is broken");
	assert_int_equal(pass_signer_new(&broken, NOW, &signer, &err), RC_INPUT);
	assert_string_equal(err.text, "it is broken");
	assert_null(signer);
	assert_ok(pass_signer_new(&id, NOW, &signer, &err), err);
	assert_int_equal(pass_signer_sign(signer, bytes_of(STR("{}")), &small, &err), RC_LIMIT);
	pass_signer_free(&signer);
	buf_free(&small);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_model_gives_what_cms_gives),
		cmocka_unit_test(falls_back_to_cms),
		cmocka_unit_test(the_time_is_part_of_it),
		cmocka_unit_test(refuses_times_problems_and_small_buffers),
	};

	harness_start();
	return cmocka_run_group_tests(tests, start, stop);
}
