// SPDX-License-Identifier: Apache-2.0
/* Ed25519 verification. */
#include "formats/ed25519.h"
#include "tests/harness/harness.h"

#include <string.h>

/* RFC 8032, section 7.1, all of it. */
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
	{"278117fc144c72340f67d0f2316e8386ceffbf2b2428c9c51fef7c597f1d426e",
		"08b8b2b733424243760fe426a4b54908632110a66c2f6591eabd3345e3e4eb98fa6e264bf09efe12ee"
		"50"
		"f8f54e9f77b1e355f6c50544e23fb1433ddf73be84d879de7c0046dc4996d9e773f4bc9efe5738829a"
		"db"
		"26c81b37c93a1b270b20329d658675fc6ea534e0810a4432826bf58c941efb65d57a338bbd2e26640f"
		"89"
		"ffbc1a858efcb8550ee3a5e1998bd177e93a7363c344fe6b199ee5d02e82d522c4feba15452f80288a"
		"82"
		"1a579116ec6dad2b3b310da903401aa62100ab5d1a36553e06203b33890cc9b832f79ef80560ccb9a3"
		"9c"
		"e767967ed628c6ad573cb116dbefefd75499da96bd68a8a97b928a8bbc103b6621fcde2beca1231d20"
		"6b"
		"e6cd9ec7aff6f6c94fcd7204ed3455c68c83f4a41da4af2b74ef5c53f1d8ac70bdcb7ed185ce81bd84"
		"35"
		"9d44254d95629e9855a94a7c1958d1f8ada5d0532ed8a5aa3fb2d17ba70eb6248e594e1a2297acbbb3"
		"9d"
		"502f1a8c6eb6f1ce22b3de1a1f40cc24554119a831a9aad6079cad88425de6bde1a9187ebb6092cf67"
		"bf"
		"2b13fd65f27088d78b7e883c8759d2c4f5c65adb7553878ad575f9fad878e80a0c9ba63bcbcc2732e6"
		"94"
		"85bbc9c90bfbd62481d9089beccf80cfe2df16a2cf65bd92dd597b0707e0917af48bbb75fed413d238"
		"f5"
		"555a7a569d80c3414a8d0859dc65a46128bab27af87a71314f318c782b23ebfe808b82b0ce26401d2e"
		"22"
		"f04d83d1255dc51addd3b75a2b1ae0784504df543af8969be3ea7082ff7fc9888c144da2af58429ec9"
		"60"
		"31dbcad3dad9af0dcbaaaf268cb8fcffead94f3c7ca495e056a9b47acdb751fb73e666c6c655ade829"
		"72"
		"97d07ad1ba5e43f1bca32301651339e22904cc8c42f58c30c04aafdb038dda0847dd988dcda6f3bfd1"
		"5c"
		"4b4c4525004aa06eeff8ca61783aacec57fb3d1f92b0fe2fd1a85f6724517b65e614ad6808d6f6ee34"
		"df"
		"f7310fdc82aebfd904b01e1dc54b2927094b2db68d6f903b68401adebf5a7e08d78ff4ef5d63653a65"
		"04"
		"0cf9bfd4aca7984a74d37145986780fc0b16ac451649de6188a7dbdf191f64b5fc5e2ab47b57f7f727"
		"6c"
		"d419c17a3ca8e1b939ae49e488acba6b965610b5480109c8b17b80e1b7b750dfc7598d5d5011fd2dcc"
		"56"
		"00a32ef5b52a1ecc820e308aa342721aac0943bf6686b64b2579376504ccc493d97e6aed3fb0f9cd71"
		"a4"
		"3dd497f01f17c0e2cb3797aa2a2f256656168e6c496afc5fb93246f6b1116398a346f1a641f3b041e9"
		"89"
		"f7914f90cc2c7fff357876e506b50d334ba77c225bc307ba537152f3f1610e4eafe595f6d9d90d11fa"
		"a9"
		"33a15ef1369546868a7f3a45a96768d40fd9d03412c091c6315cf4fde7cb68606937380db2eaaa707b"
		"4c"
		"4185c32eddcdd306705e4dc1ffc872eeee475a64dfac86aba41c0618983f8741c5ef68d3a101e8a3b8"
		"ca"
		"c60c905c15fc910840b94c00a0b9d0",
		"0aab4c900501b3e24d7cdf4663326a3a87df5e4843b2cbdb67cbf6e460fec350aa5371b1508f9f4528"
		"ec"
		"ea23c436d94b5e8fcd4f681e30a6ac00a9704a188a03"},
	{"ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
		"ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836"
		"ba"
		"3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
		"dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfd"
		"fb"
		"c7c66431e0303dca179c138ac17ad9bef1177331a704"},
};

static void vectors_of_the_rfc(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(vectors); i++) {
		uint8_t key[32];
		uint8_t message[1024];
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

/*
 * Genuine signatures of the RFC's other two variants (sections 7.2 and 7.3). JOSE and Data Integrity know
 * the pure one alone, whatever was hashed in front of the message.
 */
static void refuses_the_variants_with_a_context_and_of_a_digest(void **state)
{
	static const struct {
		const char *key;
		const char *message;
		const char *signature;
	} others[] = {
		{"dfc9425e4f968f7f0c29f0259cf5f9aed6851c2bb4ad8bfb860cfee0ab248292",
			"f726936d19c800494e3fdaff20b276a8",
			"55a4cc2f70a54e04288c5f4cd1e45a7bb520b36292911876cada7323198dd87a8b36950b95"
			"130022907a"
			"7fb7c4e9b2d5f6cca685a587b4b21f4b888e4e7edb0d"},
		{"ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf", "616263",
			"98a70222f0b8121aa9d30f813d683f809e462b469c7ff87639499bb94e6dae4131f8504246"
			"3c2a355a20"
			"03d062adf5aaa10b8c61e636062aaad11c2a26083406"},
		{"ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
			"ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
			"2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
			"98a70222f0b8121aa9d30f813d683f809e462b469c7ff87639499bb94e6dae4131f8504246"
			"3c2a355a20"
			"03d062adf5aaa10b8c61e636062aaad11c2a26083406"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(others); i++) {
		uint8_t key[32];
		uint8_t message[64];
		uint8_t signature[64];
		struct bytes m = {
			message, harness_unhex(others[i].message, message, sizeof message)};

		(void)harness_unhex(others[i].key, key, sizeof key);
		(void)harness_unhex(others[i].signature, signature, sizeof signature);
		assert_true(ed25519_is_sound_key(key));
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
		cmocka_unit_test(refuses_the_variants_with_a_context_and_of_a_digest),
		cmocka_unit_test(refuses_the_second_form_of_a_signature),
		cmocka_unit_test(refuses_keys_that_sign_anything),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
