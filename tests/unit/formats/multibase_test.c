// SPDX-License-Identifier: Apache-2.0
/* Multibase base58btc and Multikey. */
#include "formats/multibase.h"
#include "tests/harness/harness.h"

#include <string.h>

/* draft-msporny-base58, section 5, and zeros. */
static const struct {
	const char *hex;
	const char *text;
} vectors[] = {
	{"48656c6c6f20576f726c6421", "z2NEpo7TZRRrLZSi2U"},
	{"54686520717569636b2062726f776e20666f78206a756d7073206f76657220746865206c617a7920646f672e",
		"zUSm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z"},
	{"0000287fb4cd", "z11233QC4"},
	{"00", "z1"},
	{"ff", "z5Q"},
};

static void known_texts_both_ways(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(vectors); i++) {
		uint8_t bytes[64];
		uint8_t back[64];
		size_t n = harness_unhex(vectors[i].hex, bytes, sizeof bytes);
		size_t len = 0;
		struct buf out = buf_new(256);
		struct err err = {0};

		multibase_put(&out, (struct bytes){bytes, n});
		assert_true(str_eq_cz(buf_str(&out), vectors[i].text));
		assert_ok(multibase_parse(buf_str(&out), back, sizeof back, &len, &err), err);
		assert_int_equal(len, n);
		assert_memory_equal(back, bytes, n);
		buf_free(&out);
	}
}

static void every_length_comes_back(void **state)
{
	uint8_t bytes[MULTIBASE_LEN_MAX];
	uint8_t back[MULTIBASE_LEN_MAX];

	(void)state;
	for (size_t n = 1; n <= sizeof bytes; n++) {
		struct buf out = buf_new(256);
		struct err err = {0};
		size_t len = 0;

		for (size_t i = 0; i < n; i++)
			bytes[i] = (uint8_t)(i * 37 + n * 11 + (n % 3 == 0 && i < 4 ? 0 : 1));
		if (n % 5 == 0)
			memset(bytes, 0xFF, n);
		multibase_put(&out, (struct bytes){bytes, n});
		assert_ok(multibase_parse(buf_str(&out), back, sizeof back, &len, &err), err);
		assert_int_equal(len, n);
		assert_memory_equal(back, bytes, n);
		if (n > 1)
			assert_int_equal(
				multibase_parse(buf_str(&out), back, n - 1, &len, &err), RC_INPUT);
		buf_free(&out);
	}
}

static void refuses_what_is_none(void **state)
{
	static const char *const bad[] = {"", "z", "u1234", "2NEpo7TZRRrLZSi2U", "zO", "z0", "zI",
		"zl", "z2NEpo7 TZ", "z\xc3\xa9", "f00"};
	uint8_t out[64];
	size_t len;
	char long_text[600];
	struct err err = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(bad); i++)
		assert_int_equal(
			multibase_parse(str_of(bad[i]), out, sizeof out, &len, &err), RC_INPUT);
	memset(long_text, 'z', sizeof long_text);
	for (size_t n = 90; n < sizeof long_text; n++)
		assert_int_equal(
			multibase_parse((struct str){long_text, n}, out, sizeof out, &len, &err),
			RC_INPUT);
	memset(long_text + 1, '1', sizeof long_text - 1);
	assert_int_equal(multibase_parse((struct str){long_text, 66}, out, sizeof out, &len, &err),
		RC_INPUT);
	assert_ok(multibase_parse((struct str){long_text, 65}, out, sizeof out, &len, &err), err);
}

static void reads_multikeys(void **state)
{
	static const struct {
		const char *text;
		const char *why;
	} bad[] = {
		{"z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ", "kind"},
		{"zDnaegE6RR3atJtHKwTRTWHsJ3kNHqFwv7n9YjTgmU7TyfU76", "kind"}, /* P-256 */
		{"z", "begin"},
		{"m6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2", "begin"},
	};
	uint8_t key[32];
	uint8_t want[32];
	struct err err = {0};

	(void)state;
	/* W3C VC DI EdDSA 1.0, appendix B, keyPair.json. */
	assert_ok(multibase_parse_ed25519(
			  STR("z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"), key, &err),
		err);
	(void)harness_unhex("b00d8d938e7f773d51565aad36a623f5"
			    "344f7f5d1960f9cf3e8e12620ea2810f",
		want, sizeof want);
	assert_memory_equal(key, want, 32);
	for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
		assert_int_equal(multibase_parse_ed25519(str_of(bad[i].text), key, &err), RC_INPUT);
		assert_non_null(strstr(err.text, bad[i].why));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_texts_both_ways),
		cmocka_unit_test(every_length_comes_back),
		cmocka_unit_test(refuses_what_is_none),
		cmocka_unit_test(reads_multikeys),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
