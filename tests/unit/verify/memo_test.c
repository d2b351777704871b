// SPDX-License-Identifier: Apache-2.0
/* Answers that are kept: the same question only, in their time only, good ones only, the newest ones. */
#include "tests/harness/harness.h"

#include <string.h>

#include "verify/memo.h"

/* RFC 8032, section 7.1, test 3. */
static const char key_hex[] = "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025";
static const char signature_hex[] =
	"6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
	"18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a";

static void digest_of(size_t n, uint8_t out[HASH_SHA256_LEN])
{
	memset(out, 0, HASH_SHA256_LEN);
	memcpy(out, &n, sizeof n);
}

static void only_the_same_question_at_its_time(void **state)
{
	struct memo memo = {0};
	uint8_t one[HASH_SHA256_LEN];
	uint8_t other[HASH_SHA256_LEN];

	(void)state;
	digest_of(1, one);
	digest_of(2, other);
	assert_false(memo_has(&memo, one, 100));
	memo_add(&memo, one, 100, 200);
	assert_true(memo_has(&memo, one, 100));
	assert_true(memo_has(&memo, one, 200));
	assert_false(memo_has(&memo, one, 99));
	assert_false(memo_has(&memo, one, 201));
	assert_false(memo_has(&memo, other, 150));
}

static void the_oldest_goes(void **state)
{
	struct memo memo = {0};
	uint8_t digest[HASH_SHA256_LEN];

	(void)state;
	for (size_t i = 0; i < MEMO_ITEMS + 1; i++) {
		digest_of(i, digest);
		memo_add(&memo, digest, INT64_MIN, INT64_MAX);
	}
	for (size_t i = 0; i < MEMO_ITEMS + 1; i++) {
		digest_of(i, digest);
		assert_int_equal(memo_has(&memo, digest, 0), i != 0);
	}
}

/* After a good answer every changed question is worked out again, and bad answers are not kept. */
static void nothing_near_a_good_signature_passes(void **state)
{
	struct memo memo = {0};
	uint8_t key[32];
	uint8_t signature[64];
	uint8_t text[2] = {0xaf, 0x82};
	struct bytes t = {text, sizeof text};

	(void)state;
	(void)harness_unhex(key_hex, key, sizeof key);
	(void)harness_unhex(signature_hex, signature, sizeof signature);
	text[1] ^= 1;
	assert_false(memo_verify(&memo, key, t, signature));
	assert_int_equal(memo.count, 0);
	text[1] ^= 1;
	for (int i = 0; i < 3; i++)
		assert_true(memo_verify(&memo, key, t, signature));
	assert_int_equal(memo.count, 1);
	for (size_t i = 0; i < 32; i++) {
		key[i] ^= 1;
		assert_false(memo_verify(&memo, key, t, signature));
		key[i] ^= 1;
	}
	for (size_t i = 0; i < 64; i++) {
		signature[i] ^= 1;
		assert_false(memo_verify(&memo, key, t, signature));
		signature[i] ^= 1;
	}
	assert_false(memo_verify(&memo, key, (struct bytes){text, 1}, signature));
	assert_int_equal(memo.count, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_the_same_question_at_its_time),
		cmocka_unit_test(the_oldest_goes),
		cmocka_unit_test(nothing_near_a_good_signature_passes),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
