// SPDX-License-Identifier: Apache-2.0
/* OpenSSL's times and errors as ours. */
#include "tests/harness/harness.h"
#include "trust/ossl.h"

#include <openssl/err.h>
#include <string.h>

static void reads_times(void **state)
{
	static const int64_t seconds[] = {0, 1781481600, 2524607999, 2524608000, 253402300799, -1};
	struct err err = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(seconds); i++) {
		AUTO(ASN1_TIME) t = ASN1_TIME_set(NULL, seconds[i]);
		int64_t back = 7;

		assert_non_null(t);
		assert_ok(ossl_time(t, &back, &err), err);
		assert_int_equal(back, seconds[i]);
	}
	assert_int_equal(ossl_time(NULL, &(int64_t){0}, &err), RC_INPUT);
}

static void errors_become_sentences_and_are_gone(void **state)
{
	struct err err = {0};
	const unsigned char junk[] = {0x30, 0x03, 1, 1, 1};
	const unsigned char *at = junk;

	(void)state;
	assert_null(d2i_X509(NULL, &at, sizeof junk));
	assert_int_equal(ossl_error(&err, "cannot read it"), RC_SYSTEM);
	assert_non_null(strstr(err.text, "cannot read it: "));
	assert_null(strstr(err.text, "no reason"));
	assert_int_equal(ERR_peek_error(), 0);
	assert_int_equal(ossl_error(&err, "again"), RC_SYSTEM);
	assert_non_null(strstr(err.text, "no reason"));
}

static void private_halves_go_to_the_secure_heap(void **state)
{
	size_t before;

	(void)state;
	(void)ossl_open();
	(void)ossl_open(); /* twice is fine */
	before = CRYPTO_secure_used();
	{
		static const uint8_t seed[32] = {1};
		AUTO(EVP_PKEY) key = ossl_load_ed25519((struct bytes){seed, 32});

		assert_non_null(key);
		assert_true(CRYPTO_secure_used() >= before + 32);
	}
	assert_int_equal(CRYPTO_secure_used(), before);
	assert_null(ossl_load_ed25519((struct bytes){NULL, 0}));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(private_halves_go_to_the_secure_heap),
		cmocka_unit_test(reads_times),
		cmocka_unit_test(errors_become_sentences_and_are_gone),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
