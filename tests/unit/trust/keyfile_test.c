// SPDX-License-Identifier: Apache-2.0
/* Key files: what was written comes back, and nothing else does. */
#include "base/cursor.h"
#include "base/hash.h"
#include "base/mem.h"
#include "tests/harness/harness.h"
#include "trust/keyfile.h"

#include <string.h>

static struct keyfile *file;
static struct keyfile *back;
static struct buf text;

static int start(void **state)
{
	static const uint8_t half[32] = {5};

	(void)state;
	file = mem_zalloc(1, sizeof *file);
	back = mem_zalloc(1, sizeof *back);
	text = buf_new(KEYFILE_LEN_MAX);
	file->keys[0] = (struct keyfile_key){.purpose = 1,
		.kind = KEYFILE_ED25519,
		.kid = STR("abc"),
		.not_before_s = -5,
		.sign_until_s = 9,
		.compromised_s = INT64_MAX,
		.public_half = {half, 32},
		.private_half = {half, 32}};
	file->keys[1] = (struct keyfile_key){.purpose = 7,
		.kind = KEYFILE_SECRET,
		.kid = STR("1"),
		.compromised_s = INT64_MAX,
		.private_half = {half, 32}};
	file->keys[2] = (struct keyfile_key){.purpose = 5,
		.kind = KEYFILE_RSA,
		.kid = STR("p"),
		.compromised_s = INT64_MAX,
		.public_half = bytes_of(STR("spki")),
		.private_half = bytes_of(STR("pkcs"))};
	file->key_count = 3;
	file->pass_certificate = bytes_of(STR("leaf"));
	file->pass_root = bytes_of(STR("root"));
	return 0;
}

static int stop(void **state)
{
	(void)state;
	buf_free(&text);
	MEM_FREE(back);
	MEM_FREE(file);
	return 0;
}

static void put(void)
{
	struct err err = {0};

	buf_reset(&text);
	assert_ok(keyfile_put(&text, file, &err), err);
}

static void comes_back(void **state)
{
	struct err err = {0};

	(void)state;
	put();
	assert_ok(keyfile_parse(buf_bytes(&text), back, &err), err);
	assert_int_equal(back->key_count, 3);
	assert_int_equal(back->keys[0].not_before_s, -5);
	assert_true(str_eq_cz(back->keys[0].kid, "abc"));
	assert_int_equal(back->keys[1].kind, KEYFILE_SECRET);
	assert_true(str_eq_cz(bytes_text(back->keys[2].private_half), "pkcs"));
	assert_true(str_eq_cz(bytes_text(back->pass_root), "root"));
	assert_int_equal(back->pass_intermediate.n, 0);
}

static void refuses_torn_and_altered(void **state)
{
	struct err err = {0};

	(void)state;
	put();
	for (size_t n = 0; n < text.n; n++)
		assert_int_equal(keyfile_parse((struct bytes){text.p, n}, back, &err), RC_INPUT);
	for (size_t i = 0; i < text.n; i++) {
		text.p[i] ^= 0x40;
		assert_int_equal(keyfile_parse(buf_bytes(&text), back, &err), RC_INPUT);
		text.p[i] ^= 0x40;
	}
	assert_ok(keyfile_parse(buf_bytes(&text), back, &err), err);
}

/* A right checksum over wrong content, as only a faulty version of ours would write it. */
static void assert_unsound(void)
{
	struct err err = {0};

	put();
	assert_int_equal(keyfile_parse(buf_bytes(&text), back, &err), RC_INPUT);
	assert_non_null(strstr(err.text, "damaged"));
}

static void refuses_unsound_keys(void **state)
{
	(void)state;
	file->keys[0].purpose = 11;
	assert_unsound();
	file->keys[0].purpose = 1;
	file->keys[0].private_half.n = 31;
	assert_unsound();
	file->keys[0].private_half.n = 32;
	file->keys[1].kid.n = 0;
	assert_unsound();
	file->keys[1].kid.n = 1;
	file->keys[1].kind = 6;
	assert_unsound();
	file->keys[1].kind = KEYFILE_ED25519; /* without a public half */
	assert_unsound();
	file->keys[1].kind = KEYFILE_SECRET;
	file->keys[0].compromised_s = 5; /* and its private half is there */
	assert_unsound();
	file->keys[0].compromised_s = INT64_MAX;
	file->keys[1].compromised_s = 5; /* a secret cannot be */
	file->keys[1].private_half.n = 0;
	assert_unsound();
	file->keys[1].compromised_s = INT64_MAX;
	file->keys[1].private_half.n = 32;
	put();
}

/* As the version before wrote it: no "compromised". */
static void reads_the_first_version(void **state)
{
	static const uint8_t half[32] = {7};
	struct buf old = buf_new(KEYFILE_LEN_MAX);
	uint8_t digest[HASH_SHA256_LEN];
	struct err err = {0};

	(void)state;
	buf_put_cz(&old, "CFKEYS01");
	cursor_put_u32(&old, 1);
	cursor_put_u8(&old, 1);
	cursor_put_u8(&old, KEYFILE_ED25519);
	cursor_put_bytes(&old, bytes_of(STR("kid")));
	cursor_put_u64(&old, 3);
	cursor_put_u64(&old, 4);
	cursor_put_bytes(&old, (struct bytes){half, 32});
	cursor_put_bytes(&old, (struct bytes){half, 32});
	for (int i = 0; i < 3; i++)
		cursor_put_bytes(&old, (struct bytes){NULL, 0});
	hash_sha256(buf_bytes(&old), digest);
	buf_put(&old, digest, sizeof digest);
	assert_ok(keyfile_parse(buf_bytes(&old), back, &err), err);
	assert_int_equal(back->key_count, 1);
	assert_int_equal(back->keys[0].sign_until_s, 4);
	assert_int_equal(back->keys[0].compromised_s, INT64_MAX);
	buf_free(&old);
}

static void refuses_bytes_left_over(void **state)
{
	struct buf longer = buf_new(KEYFILE_LEN_MAX);
	uint8_t digest[HASH_SHA256_LEN];
	struct err err = {0};

	(void)state;
	put();
	buf_put(&longer, text.p, text.n - sizeof digest);
	buf_put_char(&longer, 'x');
	hash_sha256(buf_bytes(&longer), digest);
	buf_put(&longer, digest, sizeof digest);
	assert_int_equal(keyfile_parse(buf_bytes(&longer), back, &err), RC_INPUT);
	buf_free(&longer);
}

static void says_when_it_does_not_fit(void **state)
{
	struct buf small = buf_new(100);
	struct err err = {0};

	(void)state;
	assert_int_equal(keyfile_put(&small, file, &err), RC_LIMIT);
	buf_free(&small);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comes_back),
		cmocka_unit_test(refuses_torn_and_altered),
		cmocka_unit_test(refuses_unsound_keys),
		cmocka_unit_test(reads_the_first_version),
		cmocka_unit_test(refuses_bytes_left_over),
		cmocka_unit_test(says_when_it_does_not_fit),
	};

	harness_start();
	return cmocka_run_group_tests(tests, start, stop);
}
