// SPDX-License-Identifier: Apache-2.0
/* Formatting, hexadecimal, base64. Runs in: make check. */
#include "base/text.h"
#include "tests/harness/harness.h"

#include <string.h>

static void clipping_is_told_and_clean(void **state)
{
	char out[8];

	(void)state;
	assert_true(text_fmt(out, sizeof out, "%d", 1234567));
	assert_string_equal(out, "1234567");
	assert_false(text_fmt(out, sizeof out, "%d", 12345678));
	assert_string_equal(out, "1234567");
	/* A character of 2, 3, 4 bytes across the end goes whole. */
	assert_false(text_copy(out, sizeof out, "123456\xC3\xA9x"));
	assert_string_equal(out, "123456");
	assert_false(text_copy(out, sizeof out, "12345\xE2\x86\x92xx"));
	assert_string_equal(out, "12345");
	assert_false(text_copy(out, sizeof out, "1234\xF0\x9F\x98\x80xxx"));
	assert_string_equal(out, "1234");
	/* One that just fits stays. */
	assert_false(text_copy(out, sizeof out, "12345\xC3\xA9x"));
	assert_string_equal(out, "12345\xC3\xA9");
	assert_true(text_copy(out, sizeof out, "1234\xE2\x86\x92"));
}

static void lines_are_harmless(void **state)
{
	static const struct {
		const char *text;
		const char *line;
	} cases[] = {
		{"", ""},
		{"Zo\xC3\xAB \xE2\x86\x92 \xD7\xA9\xE2\x80\x8F",
			"Zo\xC3\xAB \xE2\x86\x92 \xD7\xA9\xE2\x80\x8F"},
		{"a\n\r\t\x1B]0;t\a\x7F", "a    ]0;t  "},
		/* CSI as one character, and the first that is none */
		{"\xC2\x80\xC2\x9B"
		 "2J\xC2\xA0",
			"    2J\xC2\xA0"},
		{"\xE2\x80\xA7\xE2\x80\xA8\xE2\x80\xAE\xE2\x80\xAF",
			"\xE2\x80\xA7      \xE2\x80\xAF"},
		{"\xE2\x81\xA5\xE2\x81\xA6\xE2\x81\xA9\xE2\x81\xAA",
			"\xE2\x81\xA5      \xE2\x81\xAA"},
		{"cut \xE2\x80", "cut \xE2\x80"},
		{"cut \xC2", "cut \xC2"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		char text[64];

		assert_true(text_copy(text, sizeof text, cases[i].text));
		text_make_line(text, strlen(text));
		assert_string_equal(text, cases[i].line);
	}
}

static void hexadecimal(void **state)
{
	static const uint8_t raw[] = {0x00, 0x7F, 0xAB, 0xFF};
	uint8_t back[4];
	char out[9];

	(void)state;
	text_hex((struct bytes){raw, 4}, out);
	assert_string_equal(out, "007fabff");
	assert_true(text_from_hex(STR("007fABfF"), back, 4));
	assert_memory_equal(back, raw, 4);
	assert_false(text_from_hex(STR("007fabf"), back, 4));
	assert_false(text_from_hex(STR("007fabff0"), back, 4));
	assert_false(text_from_hex(STR("007fabfg"), back, 4));
	assert_false(text_from_hex(STR("0x7fabff"), back, 4));
	text_hex((struct bytes){NULL, 0}, out);
	assert_string_equal(out, "");
}

/* RFC 4648 section 10. */
static const struct {
	const char *plain;
	const char *padded;
	const char *url;
} vectors[] = {
	{"", "", ""},
	{"f", "Zg==", "Zg"},
	{"fo", "Zm8=", "Zm8"},
	{"foo", "Zm9v", "Zm9v"},
	{"foob", "Zm9vYg==", "Zm9vYg"},
	{"fooba", "Zm9vYmE=", "Zm9vYmE"},
	{"foobar", "Zm9vYmFy", "Zm9vYmFy"},
	{"\xFB\xFF\xBE", "+/++", "-_--"},
};

static void base64_vectors(void **state)
{
	struct arena *a = arena_new(1U << 16);
	struct err err;

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(vectors); i++) {
		struct bytes plain = bytes_of(str_of(vectors[i].plain));
		struct buf b = buf_new(100);
		struct bytes back;

		text_put_base64(&b, plain);
		assert_true(str_eq_cz(buf_str(&b), vectors[i].padded));
		assert_ok(text_from_base64(a, buf_str(&b), &back, &err), err);
		assert_true(str_eq(bytes_text(back), bytes_text(plain)));
		buf_reset(&b);
		text_put_base64url(&b, plain);
		assert_true(str_eq_cz(buf_str(&b), vectors[i].url));
		assert_ok(text_from_base64url(a, buf_str(&b), &back, &err), err);
		assert_true(str_eq(bytes_text(back), bytes_text(plain)));
		buf_free(&b);
	}
	arena_free(&a);
}

static void base64_is_strict(void **state)
{
	static const char *const bad[] = {"Zg", "Zg=", "Z===", "====", "=",
		"Zh==", "Zm9=", "Zm9v\n", " Zm9v", "Zm 9v", "Zg==Zg==", "Zm9v====", "Zm-_",
		"Zm9vYg=a", "Z\xC3\xA9==", "Zg=g"};
	static const char *const bad_url[] = {
		"Z", "Zg==", "Zh", "Zm9", "Zm9v\n", "Zm+/", "Zm9vY", "Zm.v"};
	struct arena *a = arena_new(1U << 16);
	struct bytes out;
	struct err err;

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(bad); i++)
		if (text_from_base64(a, str_of(bad[i]), &out, &err) != RC_INPUT)
			fail_msg("\"%s\" was taken for base64", bad[i]);
	for (size_t i = 0; i < ARRAY_COUNT(bad_url); i++)
		if (text_from_base64url(a, str_of(bad_url[i]), &out, &err) != RC_INPUT)
			fail_msg("\"%s\" was taken for base64url", bad_url[i]);
	assert_int_equal(text_from_base64url(a, (struct str){"Zm\0v", 4}, &out, &err), RC_INPUT);
	arena_free(&a);
}

/* All lengths, all byte values; and each text has exactly one form. */
static void base64_round_trips(void **state)
{
	struct arena *a = arena_new(1U << 20);
	uint8_t raw[259];
	struct err err;

	(void)state;
	for (size_t i = 0; i < sizeof raw; i++)
		raw[i] = (uint8_t)(i * 37);
	for (size_t n = 0; n <= sizeof raw; n++) {
		struct buf b = buf_new(1000);
		struct bytes back;

		text_put_base64url(&b, (struct bytes){raw, n});
		assert_ok(text_from_base64url(a, buf_str(&b), &back, &err), err);
		assert_int_equal(back.n, n);
		assert_true(n == 0 || memcmp(back.p, raw, n) == 0);
		buf_free(&b);
	}
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clipping_is_told_and_clean),
		cmocka_unit_test(lines_are_harmless),
		cmocka_unit_test(hexadecimal),
		cmocka_unit_test(base64_vectors),
		cmocka_unit_test(base64_is_strict),
		cmocka_unit_test(base64_round_trips),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
