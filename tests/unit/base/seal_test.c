// SPDX-License-Identifier: Apache-2.0
/* Sealing: a published vector, everything authenticated is checked, boxes stay in their place. */
#include "base/err.h"
#include "base/mem.h"
#include "base/seal.h"
#include "tests/harness/harness.h"

#include <string.h>

static struct seal *s;
static struct arena *a;
static struct err err;

/* The GCM specification's test case 16 (McGrew and Viega, 2005; AES-256, with AAD). */
static void test_published_vector(void **state)
{
	uint8_t key[32];
	uint8_t aad[20];
	uint8_t text[60];
	uint8_t plain[60];
	uint8_t cipher[60];
	uint8_t want_tag[16];
	uint8_t tag[16];
	struct seal_with with = {.key = key, .aad = {aad, sizeof aad}};

	(void)state;
	harness_unhex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", key,
		sizeof key);
	harness_unhex("cafebabefacedbaddecaf888", with.nonce, sizeof with.nonce);
	harness_unhex("feedfacedeadbeeffeedfacedeadbeefabaddad2", aad, sizeof aad);
	harness_unhex("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c959568"
		      "09532fcf0e2449a6b525"
		      "b16aedf5aa0de657ba637b39",
		plain, sizeof plain);
	harness_unhex("522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590d"
		      "bb3da7b08b1056828838"
		      "c5f61e6393ba7a0abcc9f662",
		cipher, sizeof cipher);
	harness_unhex("76fc6ece0f4e1768cddf8853bb2d551b", want_tag, sizeof want_tag);
	memcpy(text, plain, sizeof text);
	seal_lock(s, &with, text, sizeof text, tag);
	assert_memory_equal(text, cipher, sizeof text);
	assert_memory_equal(tag, want_tag, sizeof tag);
	assert_ok(seal_unlock(s, &with, text, sizeof text, tag, &err), err);
	assert_memory_equal(text, plain, sizeof text);
}

static void test_any_change_is_noticed(void **state)
{
	uint8_t key[32] = {1};
	uint8_t aad[5] = "place";
	uint8_t tag[16];
	struct seal_with with = {.key = key, .aad = {aad, sizeof aad}};
	uint8_t *const parts[] = {key, aad, tag, with.nonce};

	(void)state;
	for (size_t i = 0; i <= ARRAY_COUNT(parts); i++) {
		uint8_t text[100];

		memset(text, 7, sizeof text);
		seal_lock(s, &with, text, sizeof text, tag);
		(i < ARRAY_COUNT(parts) ? parts[i] : text)[2] ^= 1;
		assert_int_equal(seal_unlock(s, &with, text, sizeof text, tag, &err), RC_INPUT);
		for (size_t k = 0; k < sizeof text; k++)
			assert_int_equal(
				text[k], 0); /* nothing unauthenticated is left to be read */
		if (i < ARRAY_COUNT(parts))
			parts[i][2] ^= 1;
	}
}

static void test_empty_text_is_authenticated(void **state)
{
	uint8_t key[32] = {1};
	uint8_t tag[16];
	struct seal_with with = {.key = key, .aad = bytes_of(STR("head"))};

	(void)state;
	seal_lock(s, &with, NULL, 0, tag);
	assert_ok(seal_unlock(s, &with, NULL, 0, tag, &err), err);
	with.aad = bytes_of(STR("tail"));
	assert_int_equal(seal_unlock(s, &with, NULL, 0, tag, &err), RC_INPUT);
}

static const struct seal_place place = {
	{"demo", 4}, {"rows", 4}, {"sealed", 6}, {(const uint8_t *)"row 1", 5}};

static void test_boxes_open_in_their_place_only(void **state)
{
	static const uint8_t key[32] = {9};
	struct seal_place others[] = {place, place, place, place, place};
	struct buf box = buf_new(1000);
	struct bytes out;

	(void)state;
	others[0].tenant = STR("dem");
	others[1].table = STR("row");
	others[2].column = STR("sealedx");
	others[3].id = bytes_of(STR("row 2"));
	others[4].tenant = STR("demor"); /* the same bytes in a row, divided otherwise */
	others[4].table = STR("ows");
	seal_box(s, key, &place, bytes_of(STR("Zoë Ångström")), &box);
	assert_int_equal(box.n, STR("Zoë Ångström").n + SEAL_BOX_EXTRA_LEN);
	assert_ok(seal_open_box(s, key, &place, buf_bytes(&box), a, &out, &err), err);
	assert_true(str_eq_cz(bytes_text(out), "Zoë Ångström"));
	for (size_t i = 0; i < ARRAY_COUNT(others); i++)
		assert_int_equal(seal_open_box(s, key, &others[i], buf_bytes(&box), a, &out, &err),
			RC_INPUT);
	for (size_t n = 0; n < box.n; n++)
		assert_int_equal(
			seal_open_box(s, key, &place, (struct bytes){box.p, n}, a, &out, &err),
			RC_INPUT);
	buf_free(&box);
}

static void test_boxes_of_the_same_differ(void **state)
{
	static const uint8_t key[32] = {9};
	struct buf one = buf_new(1000);
	struct buf two = buf_new(1000);

	(void)state;
	seal_box(s, key, &place, bytes_of(STR("same")), &one);
	seal_box(s, key, &place, bytes_of(STR("same")), &two);
	assert_memory_not_equal(one.p, two.p, SEAL_NONCE_LEN);
	assert_memory_not_equal(one.p + SEAL_NONCE_LEN, two.p + SEAL_NONCE_LEN, 4);
	buf_free(&one);
	buf_free(&two);
}

static void test_full_buffer_takes_no_half_box(void **state)
{
	static const uint8_t key[32] = {9};
	struct buf small = buf_new(10);

	(void)state;
	seal_box(s, key, &place, bytes_of(STR("same")), &small);
	assert_true(small.full);
	assert_int_equal(small.n, 0);
	buf_free(&small);
}

static void test_wrapped_keys(void **state)
{
	static const uint8_t kek[32] = {1};
	static const uint8_t other[32] = {2};
	uint8_t key[32];
	uint8_t back[32];
	uint8_t wrapped[SEAL_WRAPPED_LEN];
	struct bytes w = {wrapped, sizeof wrapped};

	(void)state;
	memset(key, 0x5A, sizeof key);
	seal_wrap_key(s, kek, &place, key, wrapped);
	assert_ok(seal_unwrap_key(s, kek, &place, w, back, &err), err);
	assert_memory_equal(key, back, sizeof key);
	assert_int_equal(seal_unwrap_key(s, other, &place, w, back, &err), RC_INPUT);
	w.n--;
	assert_int_equal(seal_unwrap_key(s, kek, &place, w, back, &err), RC_INPUT);
	w.n = 0; /* erased */
	assert_int_equal(seal_unwrap_key(s, kek, &place, w, back, &err), RC_INPUT);
}

static void test_derived_keys_differ(void **state)
{
	uint8_t keys[4][32];

	(void)state;
	seal_derive_key(bytes_of(STR("secret")), STR("tenant"), bytes_of(STR("demo")), keys[0]);
	seal_derive_key(bytes_of(STR("secret")), STR("tenant"), bytes_of(STR("demo2")), keys[1]);
	seal_derive_key(bytes_of(STR("secret")), STR("tenantd"), bytes_of(STR("emo")), keys[2]);
	seal_derive_key(bytes_of(STR("secret")), STR("tenant"), bytes_of(STR("demo")), keys[3]);
	assert_memory_equal(keys[0], keys[3], 32);
	assert_memory_not_equal(keys[0], keys[1], 32);
	assert_memory_not_equal(keys[0], keys[2], 32);
}

static void test_nonces_of_positions(void **state)
{
	uint8_t nonce[SEAL_NONCE_LEN];
	uint8_t want[SEAL_NONCE_LEN];

	(void)state;
	seal_nonce_of(0x01020304, 0x1112131415161718, nonce);
	harness_unhex("04030201 1817161514131211", want, sizeof want);
	assert_memory_equal(nonce, want, sizeof want);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_published_vector),
		cmocka_unit_test(test_any_change_is_noticed),
		cmocka_unit_test(test_empty_text_is_authenticated),
		cmocka_unit_test(test_boxes_open_in_their_place_only),
		cmocka_unit_test(test_boxes_of_the_same_differ),
		cmocka_unit_test(test_full_buffer_takes_no_half_box),
		cmocka_unit_test(test_wrapped_keys),
		cmocka_unit_test(test_derived_keys_differ),
		cmocka_unit_test(test_nonces_of_positions),
	};
	int failed;

	harness_start();
	s = seal_new();
	a = arena_new(1 << 20);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(&a);
	seal_free(&s);
	return failed;
}
