// SPDX-License-Identifier: Apache-2.0
/* Digests against the published vectors. Runs in: make check. */
#include "base/hash.h"
#include "base/text.h"
#include "tests/harness/harness.h"

#include <string.h>

static void assert_hex(const uint8_t *p, size_t n, const char *hex)
{
	uint8_t wanted[128];

	assert_int_equal(harness_unhex(hex, wanted, sizeof wanted), n);
	assert_memory_equal(p, wanted, n);
}

/* FIPS 180-4 examples of NIST; the empty message. */
static void sha256_vectors(void **state)
{
	uint8_t out[HASH_SHA256_LEN];

	(void)state;
	hash_sha256(bytes_of(STR("abc")), out);
	assert_hex(out, sizeof out,
		"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	hash_sha256((struct bytes){NULL, 0}, out);
	assert_hex(out, sizeof out,
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	hash_sha256(bytes_of(STR("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")), out);
	assert_hex(out, sizeof out,
		"248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

/* RFC 3174, RFC 1321. */
static void sha1_and_md5_vectors(void **state)
{
	uint8_t sha1[HASH_SHA1_LEN];
	uint8_t md5[HASH_MD5_LEN];

	(void)state;
	hash_sha1(bytes_of(STR("abc")), sha1);
	assert_hex(sha1, sizeof sha1, "a9993e364706816aba3e25717850c26c9cd0d89d");
	hash_md5(bytes_of(STR("message digest")), md5);
	assert_hex(md5, sizeof md5, "f96b697d7cb7938d525a2f31aaf161d0");
	hash_md5((struct bytes){NULL, 0}, md5);
	assert_hex(md5, sizeof md5, "d41d8cd98f00b204e9800998ecf8427e");
}

/* A million letters a, in pieces of every length: the third of NIST's examples. */
static void streams_do_not_care_about_pieces(void **state)
{
	uint8_t out[HASH_SHA256_LEN];
	struct hash_stream h;
	struct hash_stream fork;
	uint8_t text[1000];
	size_t left = 1000000;

	(void)state;
	memset(text, 'a', sizeof text);
	hash_start(&h);
	for (size_t n = 0; left != 0; n = n % 999 + 1) {
		size_t take = n < left ? n : left;

		hash_add(&h, (struct bytes){text, take});
		left -= take;
	}
	fork = h;
	hash_finish(&h, out);
	assert_hex(out, sizeof out,
		"cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
	hash_add(&fork, (struct bytes){text, 1});
	hash_finish(&fork, out);
	assert_int_not_equal(out[0], 0xcd);
}

static const struct {
	const char *key;
	const char *in;
	const char *mac;
} macs[] = {
	/* RFC 4231, cases 1 to 4, 6, 7 (5 is truncated) */
	{"0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "4869205468657265",
		"b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
	{"4a656665", "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
		"5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
	{"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		"dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd"
		"dddddddddddddddddd",
		"773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
	{"0102030405060708090a0b0c0d0e0f10111213141516171819",
		"cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd"
		"cdcdcdcdcdcdcdcdcd",
		"82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
};

static void hmac_vectors(void **state)
{
	static const char large_key_text[] =
		"Test Using Larger Than Block-Size Key - Hash Key First";
	uint8_t large_key[131];
	uint8_t key[64];
	uint8_t in[64];
	uint8_t out[HASH_SHA256_LEN];

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(macs); i++) {
		size_t key_len = harness_unhex(macs[i].key, key, sizeof key);
		size_t in_len = harness_unhex(macs[i].in, in, sizeof in);

		hash_hmac_sha256((struct bytes){key, key_len}, (struct bytes){in, in_len}, out);
		assert_hex(out, sizeof out, macs[i].mac);
	}
	memset(large_key, 0xaa, sizeof large_key);
	hash_hmac_sha256(
		(struct bytes){large_key, sizeof large_key}, bytes_of(str_of(large_key_text)), out);
	assert_hex(out, sizeof out,
		"60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

/* RFC 5869, A.1 to A.3. */
static void hkdf_vectors(void **state)
{
	uint8_t ikm[80];
	uint8_t salt[80];
	uint8_t info[80];
	uint8_t out[82];

	(void)state;
	memset(ikm, 0x0b, 22);
	(void)harness_unhex("000102030405060708090a0b0c", salt, sizeof salt);
	(void)harness_unhex("f0f1f2f3f4f5f6f7f8f9", info, sizeof info);
	hash_hkdf_sha256((struct bytes){ikm, 22}, (struct bytes){salt, 13},
		(struct bytes){info, 10}, out, 42);
	assert_hex(out, 42,
		"3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b8871858"
		"65");
	for (size_t i = 0; i < 80; i++) {
		ikm[i] = (uint8_t)i;
		salt[i] = (uint8_t)(0x60 + i);
		info[i] = (uint8_t)(0xb0 + i);
	}
	hash_hkdf_sha256((struct bytes){ikm, 80}, (struct bytes){salt, 80},
		(struct bytes){info, 80}, out, 82);
	assert_hex(out, 82,
		"b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271"
		"cb41c65e590e09"
		"da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87");
	memset(ikm, 0x0b, 22);
	hash_hkdf_sha256(
		(struct bytes){ikm, 22}, (struct bytes){NULL, 0}, (struct bytes){NULL, 0}, out, 42);
	assert_hex(out, 42,
		"8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96"
		"c8");
}

static void equality(void **state)
{
	(void)state;
	assert_true(hash_equal((const uint8_t *)"abcd", (const uint8_t *)"abcd", 4));
	assert_false(hash_equal((const uint8_t *)"abcd", (const uint8_t *)"abce", 4));
	assert_true(hash_equal((const uint8_t *)"abcd", (const uint8_t *)"abce", 3));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sha256_vectors),
		cmocka_unit_test(sha1_and_md5_vectors),
		cmocka_unit_test(streams_do_not_care_about_pieces),
		cmocka_unit_test(hmac_vectors),
		cmocka_unit_test(hkdf_vectors),
		cmocka_unit_test(equality),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
