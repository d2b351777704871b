// SPDX-License-Identifier: Apache-2.0
/* Ed25519 verification. */
#include "formats/ed25519.h"
#include "tests/harness/harness.h"

#include <string.h>

/* RFC 8032, section 7.1, tests 1 to 3. */
static const struct {
	const char *key;
	const char *message;
	const char *signature;
} vectors[] = {
	{"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
		"e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc6"
		"1e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"},
	{"3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
		"92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e45"
		"8f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"},
	{"fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
		"6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae"
		"67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"},
};

static void vectors_of_the_rfc(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(vectors); i++) {
		uint8_t key[32];
		uint8_t message[8];
		uint8_t signature[64];
		struct bytes m = {
			message, harness_unhex(vectors[i].message, message, sizeof message)};

		(void)harness_unhex(vectors[i].key, key, sizeof key);
		(void)harness_unhex(vectors[i].signature, signature, sizeof signature);
		assert_true(ed25519_verify(key, m, signature));
		for (size_t bit = 0; bit < 512; bit++) {
			signature[bit / 8] ^= (uint8_t)(1 << bit % 8);
			assert_false(ed25519_verify(key, m, signature));
			signature[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
		message[m.n] = 0;
		m.n++;
		assert_false(ed25519_verify(key, m, signature));
	}
}

/* S + L verifies in implementations that do not compare (RFC 8032, section 5.1.7). */
static void refuses_the_second_form_of_a_signature(void **state)
{
	static const uint8_t order[32] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6,
		0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, [31] = 0x10};
	uint8_t key[32];
	uint8_t signature[64];
	unsigned carry = 0;

	(void)state;
	(void)harness_unhex(vectors[0].key, key, sizeof key);
	(void)harness_unhex(vectors[0].signature, signature, sizeof signature);
	for (size_t i = 0; i < 32; i++) {
		carry += signature[32 + i] + order[i];
		signature[32 + i] = (uint8_t)carry;
		carry >>= 8;
	}
	assert_false(ed25519_verify(key, (struct bytes){NULL, 0}, signature));
}

/*
 * With the neutral element as key, R = the neutral element and S = 0 satisfy the equation for every
 * message; with the others for some.
 */
static void refuses_keys_that_sign_anything(void **state)
{
	static const char *const keys[] = {
		"0100000000000000000000000000000000000000000000000000000000000000",
		"0100000000000000000000000000000000000000000000000000000000000080",
		"0000000000000000000000000000000000000000000000000000000000000000",
		"0000000000000000000000000000000000000000000000000000000000000080",
		"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
		"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
		"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
		"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
		"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
		/* Not below p: other bytes for 0, 1 and 18. */
		"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
	};
	uint8_t signature[64] = {1};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(keys); i++) {
		uint8_t key[32];

		(void)harness_unhex(keys[i], key, sizeof key);
		assert_false(ed25519_is_sound_key(key));
		assert_false(ed25519_verify(key, bytes_of(STR("anything")), signature));
	}
	for (size_t i = 0; i < ARRAY_COUNT(vectors); i++) {
		uint8_t key[32];

		(void)harness_unhex(vectors[i].key, key, sizeof key);
		assert_true(ed25519_is_sound_key(key));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vectors_of_the_rfc),
		cmocka_unit_test(refuses_the_second_form_of_a_signature),
		cmocka_unit_test(refuses_keys_that_sign_anything),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
