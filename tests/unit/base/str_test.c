// SPDX-License-Identifier: Apache-2.0
/* Strings by value and UTF-8. Runs in: make check. */
#include "base/str.h"
#include "tests/harness/harness.h"

#include <string.h>

static const struct str none = {NULL, 0};

static void comparing(void **state)
{
	(void)state;
	assert_true(str_eq(STR("abc"), STR("abc")));
	assert_false(str_eq(STR("abc"), STR("abd")));
	assert_false(str_eq(STR("abc"), STR("ab")));
	assert_true(str_eq(none, STR("")));
	assert_true(str_eq_cz(none, NULL));
	assert_false(str_eq((struct str){"a\0b", 3}, (struct str){"a\0c", 3}));
	assert_true(str_eq_nocase(STR("aZ9-"), STR("Az9-")));
	/* '[' and '{' differ by the bit that letters' cases differ by. */
	assert_false(str_eq_nocase(STR("["), STR("{")));
	assert_false(str_eq_nocase(STR("\xC3\x84"), STR("\xC3\xA4")));
	assert_true(str_compare(STR("a"), STR("b")) < 0);
	assert_true(str_compare(STR("a"), STR("ab")) < 0);
	assert_true(str_compare(STR("\xEF\xBF\xBD"), STR("z")) > 0);
	assert_int_equal(str_compare(none, STR("")), 0);
}

static void finding_and_slicing(void **state)
{
	struct str s = STR("one,two,three");

	(void)state;
	assert_int_equal(str_find(s, ',', 0), 3);
	assert_int_equal(str_find(s, ',', 4), 7);
	assert_int_equal(str_find(s, ',', 8), s.n);
	assert_int_equal(str_find(s, 'o', 99), s.n);
	assert_int_equal(str_find(none, 'x', 0), 0);
	assert_int_equal(str_find_str(s, STR("two")), 4);
	assert_int_equal(str_find_str(s, STR("twx")), s.n);
	assert_int_equal(str_find_str(s, STR("")), 0);
	assert_int_equal(str_find_str(STR("ab"), STR("abc")), 2);
	assert_true(str_eq_cz(str_slice(s, 4, 7), "two"));
	assert_true(str_eq_cz(str_slice(s, 8, 999), "three"));
	assert_int_equal(str_slice(s, 9, 4).n, 0);
	assert_int_equal(str_slice(none, 3, 9).n, 0);
	assert_true(str_starts(s, STR("one")) && str_starts(s, none)
		&& !str_starts(STR("on"), STR("one")));
	assert_true(str_ends(s, STR("three")) && str_ends(s, none) && !str_ends(s, STR("thre")));
	assert_true(str_eq_cz(str_trim(STR(" \t\r\n x y \n")), "x y"));
	assert_int_equal(str_trim(STR(" \n ")).n, 0);
	assert_int_equal(str_trim(none).n, 0);
}

static void numbers_are_digits_only(void **state)
{
	static const char *const bad[] = {"", "-1", "+1", " 1", "1 ", "0x1", "1e3",
		"18446744073709551616", "1.0", "99999999999999999999999", "\xD9\xA3"};
	uint64_t v = 7;

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(bad); i++)
		assert_false(str_to_u64(str_of(bad[i]), UINT64_MAX, &v));
	assert_false(str_to_u64(STR("101"), 100, &v));
	assert_true(v == 7);
	assert_true(str_to_u64(STR("18446744073709551615"), UINT64_MAX, &v));
	assert_true(v == UINT64_MAX);
	assert_true(str_to_u64(STR("000100"), 100, &v));
	assert_true(v == 100);
}

static void copies_live_in_the_arena(void **state)
{
	struct arena *a = arena_new(1U << 16);
	const char *cz = NULL;
	struct str s;
	struct err err;

	(void)state;
	s = str_dup(a, STR("abc"));
	assert_string_equal(s.p, "abc");
	s = str_dup(a, none);
	assert_int_equal(s.n, 0);
	assert_string_equal(s.p, "");
	s = str_fmt(a, "%d-%s", 5, "x");
	assert_true(str_eq_cz(s, "5-x"));
	assert_ok(str_cz(a, STR("abc"), &cz, &err), err);
	assert_string_equal(cz, "abc");
	assert_int_equal(str_cz(a, (struct str){"a\0b", 3}, &cz, &err), RC_INPUT);
	arena_free(&a);
}

static void formatted_text_has_any_length(void **state)
{
	static const size_t lens[] = {0, 1, 510, 511, 512, 513, 5000};
	struct arena *a = arena_new(1U << 16);

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(lens); i++) {
		struct str s = str_fmt(a, "%0*d", (int)lens[i] + 1, 7);

		assert_int_equal(s.n, lens[i] + 1);
		assert_int_equal(strspn(s.p, "0"), lens[i]);
		assert_string_equal(s.p + lens[i], "7");
	}
	arena_free(&a);
}

/* The decoder of the specification (RFC 3629, section 4), written the slow way round. */
static bool reference_is_utf8(const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n;) {
		size_t len = p[i] < 0x80  ? 1
			: p[i] >> 5 == 6  ? 2
			: p[i] >> 4 == 14 ? 3
			: p[i] >> 3 == 30 ? 4
					  : 0;
		uint32_t cp = len == 0 ? 0 : p[i] & (0xFFU >> (len == 1 ? 0 : len + 1));
		static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};

		if (len == 0 || len > n - i)
			return false;
		for (size_t k = 1; k < len; k++) {
			if (p[i + k] >> 6 != 2)
				return false;
			cp = cp << 6 | (p[i + k] & 63U);
		}
		if (cp < least[len] || cp > 0x10FFFF || (cp >= 0xD800 && cp <= 0xDFFF))
			return false;
		i += len;
	}
	return true;
}

/* Every sequence of two bytes, and of three and four with interesting bytes behind every first one. */
static void utf8_is_what_the_rfc_says(void **state)
{
	static const uint8_t edges[] = {
		0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC2, 0xFF};
	uint8_t p[4];

	(void)state;
	for (unsigned v = 0; v < 65536; v++) {
		p[0] = (uint8_t)(v >> 8);
		p[1] = (uint8_t)v;
		assert_int_equal(str_is_utf8((struct str){(char *)p, 1}), reference_is_utf8(p, 1));
		assert_int_equal(str_is_utf8((struct str){(char *)p, 2}), reference_is_utf8(p, 2));
	}
	for (unsigned first = 0; first < 256; first++)
		for (size_t i = 0; i < ARRAY_COUNT(edges) * ARRAY_COUNT(edges) * ARRAY_COUNT(edges);
			i++) {
			p[0] = (uint8_t)first;
			p[1] = edges[i % 12];
			p[2] = edges[i / 12 % 12];
			p[3] = edges[i / 144];
			assert_int_equal(
				str_is_utf8((struct str){(char *)p, 3}), reference_is_utf8(p, 3));
			assert_int_equal(
				str_is_utf8((struct str){(char *)p, 4}), reference_is_utf8(p, 4));
		}
}

static void every_character_round_trips(void **state)
{
	(void)state;
	for (uint32_t cp = 0; cp <= 0x10FFFF; cp++) {
		char out[4];
		size_t at = 0;
		size_t n;

		if (cp >= 0xD800 && cp <= 0xDFFF)
			continue;
		n = str_put_char(cp, out);
		assert_true(str_is_utf8((struct str){out, n}));
		assert_true(str_next_char((struct str){out, n}, &at) == cp);
		assert_int_equal(at, n);
	}
}

static void broken_bytes_are_replaced_one_by_one(void **state)
{
	struct str s = STR("a\x80\xE2\x86\xC3\xA9\xF0\x9F");
	static const uint32_t wanted[] = {'a', 0xFFFD, 0xFFFD, 0xFFFD, 0xE9, 0xFFFD, 0xFFFD};
	size_t at = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(wanted); i++)
		assert_true(str_next_char(s, &at) == wanted[i]);
	assert_int_equal(at, s.n);
	assert_int_equal(str_char_count(s), ARRAY_COUNT(wanted));
	assert_int_equal(str_char_count(STR("Gr\xC3\xBC\xC3\x9F"
					    "e")),
		5);
	assert_int_equal(str_char_count(none), 0);
	assert_true(str_is_utf8(none));
	assert_true(str_is_utf8((struct str){"a\0b", 3}));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comparing),
		cmocka_unit_test(finding_and_slicing),
		cmocka_unit_test(numbers_are_digits_only),
		cmocka_unit_test(copies_live_in_the_arena),
		cmocka_unit_test(formatted_text_has_any_length),
		cmocka_unit_test(utf8_is_what_the_rfc_says),
		cmocka_unit_test(every_character_round_trips),
		cmocka_unit_test(broken_bytes_are_replaced_one_by_one),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
