// SPDX-License-Identifier: Apache-2.0
/* Which font draws what. */
#include "render/text_inner.h"
#include "tests/unit/render/text_kit.h"

static struct kit k;

static const char *font_of_run(size_t i)
{
	return text_font_info(k.e, k.block.runs[i].font)->key.p;
}

static void expect_font(const char *name, const char *lang, const char *key)
{
	assert_ok(kit_name(&k, name, lang), k.err);
	assert_int_equal(k.block.run_count, 1);
	assert_string_equal(font_of_run(0), key);
}

static void test_scripts_find_their_fonts(void **state)
{
	(void)state;
	expect_font("Ada", "en", "noto-serif");
	expect_font("محمد", "ar", "noto-naskh-arabic");
	expect_font("שלום", "he", "noto-serif-hebrew");
	expect_font("राम", "hi", "noto-serif-devanagari");
	expect_font("สมชาย", "th", "noto-serif-thai");
	expect_font("ნინო", "ka", "noto-serif-georgian");
}

static void test_language_decides_han(void **state)
{
	(void)state;
	expect_font("直骨", "zh-Hans", "noto-serif-cjk-sc");
	expect_font("直骨", "zh-CN", "noto-serif-cjk-sc");
	expect_font("直骨", "zh-Hant", "noto-serif-cjk-tc");
	expect_font("直骨", "zh-TW", "noto-serif-cjk-tc");
	expect_font("直骨", "ja", "noto-serif-cjk-jp");
	expect_font("直骨", "ko-KR", "noto-serif-cjk-kr");
	/* No language: kana and Hangul tell. */
	assert_ok(kit_name(&k, "直骨さくら", "en"), k.err);
	for (size_t i = 0; i < k.block.run_count; i++)
		assert_string_equal(font_of_run(i), "noto-serif-cjk-jp");
	assert_ok(kit_name(&k, "直骨 김", "en"), k.err);
	for (size_t i = 0; i < k.block.run_count; i++)
		assert_string_equal(font_of_run(i), "noto-serif-cjk-kr");
	/* The template's language is English, the row's Japanese. */
	kit_reset(&k);
	k.styles[0].lang = STR("en");
	kit_value(&k, "recipient.name", "直骨");
	k.values.lang = STR("ja");
	assert_ok(kit_lay_out(&k), k.err);
	assert_string_equal(font_of_run(0), "noto-serif-cjk-jp");
	/* The style's own face of another country gives way. */
	kit_reset(&k);
	k.style_fonts[0].font = text_font_find(k.e, STR("Noto Serif CJK SC"), 400, false);
	kit_value(&k, "recipient.name", "直骨");
	k.values.lang = STR("ja");
	assert_ok(kit_lay_out(&k), k.err);
	assert_string_equal(font_of_run(0), "noto-serif-cjk-jp");
}

static void test_regions(void **state)
{
	(void)state;
	assert_int_equal(text_fallback_region(STR("zh-HK")), TEXT_REGION_TC);
	assert_int_equal(text_fallback_region(STR("zh")), TEXT_REGION_SC);
	assert_int_equal(text_fallback_region(STR("zh-Hans-TW")), TEXT_REGION_SC);
	assert_int_equal(text_fallback_region(STR("JA_jp")), TEXT_REGION_JP);
	assert_int_equal(text_fallback_region(STR("de")), TEXT_REGION_NONE);
	assert_int_equal(text_fallback_region(STR("")), TEXT_REGION_NONE);
	assert_int_equal(text_fallback_region(STR("Noto Sans CJK KR")), TEXT_REGION_KR);
	assert_int_equal(text_fallback_region(STR("Noto Serif")), TEXT_REGION_NONE);
	assert_int_equal(text_fallback_region(STR("jam")), TEXT_REGION_NONE);
}

static void test_weight_of_the_stand_in(void **state)
{
	(void)state;
	kit_reset(&k);
	k.style_fonts[0].font = text_font_find(k.e, STR("Noto Serif"), 700, false);
	kit_value(&k, "recipient.name", "שלום");
	assert_ok(kit_lay_out(&k), k.err);
	assert_string_equal(font_of_run(0), "noto-serif-hebrew-bold");
}

static void test_spaces_and_marks_stay_with_their_word(void **state)
{
	(void)state;
	expect_font("محمد بن عبد", "ar", "noto-naskh-arabic");
	expect_font("王 小明", "zh", "noto-serif-cjk-sc");
	/* Base and combining mark are never parted. */
	expect_font("x\xCC\x83y", "en", "noto-serif");
	/* Decomposed, and no font need know the mark alone. */
	expect_font("e\xCC\x81", "fr", "noto-serif");
}

static void test_missing_glyph_is_named(void **state)
{
	(void)state;
	/* Cuneiform, in none of the fonts. */
	assert_int_equal(kit_name(&k, "Ada \xF0\x92\x80\x80", "en"), RC_INPUT);
	assert_true(str_eq_cz(k.problem.code, "glyph-missing"));
	assert_true(str_eq_cz(k.problem.column, "recipient.name"));
	assert_true(str_find_str(k.problem.message, STR("U+12000")) < k.problem.message.n);
	assert_true(str_find_str(k.problem.message, STR("\xF0\x92\x80\x80")) < k.problem.message.n);
	/* A mark that no font has on a letter they have: the mark is named. */
	assert_int_equal(kit_name(&k, "A\xF0\x90\x87\xBD", "en"), RC_INPUT);
	assert_true(str_find_str(k.problem.message, STR("U+101FD")) < k.problem.message.n);
	/* A literal is named by its element. */
	kit_reset(&k);
	k.t.id = STR("motto");
	k.parts[0] = (struct design_part){.kind = PART_LITERAL, .text = STR("\xF0\x92\x80\x80")};
	assert_int_equal(kit_lay_out(&k), RC_INPUT);
	assert_true(str_eq_cz(k.problem.column, "motto"));
	/* An unassigned and a private character. */
	assert_int_equal(kit_name(&k, "\xEE\x80\x80", "en"), RC_INPUT);
	assert_true(str_eq_cz(k.problem.code, "glyph-missing"));
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
		cmocka_unit_test(test_scripts_find_their_fonts),
		cmocka_unit_test(test_language_decides_han),
		cmocka_unit_test(test_regions),
		cmocka_unit_test(test_weight_of_the_stand_in),
		cmocka_unit_test(test_spaces_and_marks_stay_with_their_word),
		cmocka_unit_test(test_missing_glyph_is_named),
	};

	harness_start();
	return cmocka_run_group_tests(tests, open_kit, close_kit);
}
