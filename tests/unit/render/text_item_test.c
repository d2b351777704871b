// SPDX-License-Identifier: Apache-2.0
/* Levels, scripts, clusters and breaks of a paragraph. */
#include "render/text_inner.h"
#include "tests/unit/render/text_kit.h"

#include <unicode/uscript.h>

static struct kit k;
static struct text_para p;

static void analyse(const char *text, const char *lang)
{
	kit_reset(&k);
	kit_value(&k, "recipient.name", text);
	k.values.lang = str_of(lang);
	p = (struct text_para){.e = k.e,
		.c = &k.c,
		.t = &k.t,
		.values = &k.values,
		.a = k.a,
		.problem = &k.problem};
	assert_ok(text_value_bind(&p, &k.err), k.err);
	assert_ok(text_item_analyse(&p, &k.err), k.err);
}

/* One character per character of the paragraph. */
static void expect_scripts(const char *text, const char *want)
{
	analyse(text, "en");
	assert_int_equal(p.count, strlen(want));
	for (uint32_t i = 0; i < p.count; i++) {
		uint16_t s = p.chars[i].script;
		char have = s == USCRIPT_LATIN    ? 'L'
			: s == USCRIPT_ARABIC     ? 'A'
			: s == USCRIPT_SYRIAC     ? 'S'
			: s == USCRIPT_HAN        ? 'H'
			: s == USCRIPT_BENGALI    ? 'B'
			: s == USCRIPT_DEVANAGARI ? 'D'
			: s == USCRIPT_HIRAGANA   ? 'h'
			: s == USCRIPT_COMMON     ? '.'
						  : '?';

		if (have != want[i])
			fail_msg("%s: character %u is %c, not %c", text, i, have, want[i]);
	}
}

static void test_scripts(void **state)
{
	(void)state;
	expect_scripts("ab 1", "LLLL");
	expect_scripts("(ab)", "LLLL");
	expect_scripts("12 ", "...");
	expect_scripts("ab محم", "LLLAAA");
	/* Tatweel is of several scripts, Arabic among them. */
	expect_scripts("مـ", "AA");
	expect_scripts("ـم", "AA");
	/* Danda belongs to the text that it ends. */
	expect_scripts("ক।", "BB");
	expect_scripts("क।", "DD");
	/* A mark takes its letter's script. */
	expect_scripts("e\xCC\x81", "LL");
	expect_scripts("山、さ", "HHh");
}

static void test_clusters(void **state)
{
	(void)state;
	analyse("ae\xCC\x81z", "en");
	assert_true(p.chars[1].flags & TEXT_CHAR_STARTS);
	assert_false(p.chars[2].flags & TEXT_CHAR_STARTS);
	assert_true(p.chars[3].flags & TEXT_CHAR_STARTS);
	/* Family of three: one cluster of five characters. */
	analyse("\xF0\x9F\x91\xA8\xE2\x80\x8D\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7", "en");
	assert_int_equal(p.count, 5);
	for (uint32_t i = 1; i < 5; i++)
		assert_false(p.chars[i].flags & TEXT_CHAR_STARTS);
}

static void test_levels(void **state)
{
	(void)state;
	analyse("ab אב 12", "en");
	assert_int_equal(p.base_level, 0);
	assert_int_equal(p.chars[0].level, 0);
	assert_int_equal(p.chars[3].level, 1);
	assert_int_equal(p.chars[6].level, 2);
	analyse("אב ab", "en");
	assert_int_equal(p.base_level, 1);
	assert_int_equal(p.chars[0].level, 1);
	assert_int_equal(p.chars[3].level, 2);
	analyse("12", "en");
	assert_int_equal(p.base_level, 0);
	/* An embedding that is never closed ends with the value. */
	analyse("a\xE2\x80\xAE"
		"bc",
		"en");
	assert_int_equal(p.chars[2].level, 1);
}

static unsigned breaks_in(const char *text, const char *lang)
{
	unsigned n = 0;

	analyse(text, lang);
	assert_ok(text_item_mark_breaks(&p, &k.err), k.err);
	for (uint32_t i = 1; i < p.count; i++)
		n += (p.chars[i].flags & TEXT_CHAR_BREAK) != 0;
	return n;
}

static void test_breaks(void **state)
{
	(void)state;
	assert_int_equal(breaks_in("one two three", "en"), 2);
	assert_int_equal(breaks_in("one\xC2\xA0two", "en"), 0);
	assert_int_equal(breaks_in("Jean-Luc", "fr"), 1);
	/* No spaces: ICU's dictionary knows the words. */
	assert_int_equal(breaks_in("ภาษาไทย", "th"), 1);
	assert_int_equal(breaks_in("東京大学", "ja"), 3);
	/* More locales than are kept open. */
	for (int i = 0; i < 2; i++)
		for (size_t l = 0; l < 10; l++) {
			static const char *const langs[] = {
				"en", "de", "fr", "es", "it", "pt", "nl", "sv", "da", "fi"};

			assert_int_equal(breaks_in("one two three", langs[l]), 2);
		}
}

static int open_kit(void **state)
{
	(void)state;
	kit_open(&k);
	return 0;
}

static int close_kit(void **state)
{
	(void)state;
	kit_close(&k);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scripts),
		cmocka_unit_test(test_clusters),
		cmocka_unit_test(test_levels),
		cmocka_unit_test(test_breaks),
	};

	harness_start();
	return cmocka_run_group_tests(tests, open_kit, close_kit);
}
