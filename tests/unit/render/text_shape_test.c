// SPDX-License-Identifier: Apache-2.0
/* Shaping: joins, conjuncts, clusters, letter spacing. */
#include "tests/unit/render/text_kit.h"

static struct kit k;

static size_t glyph_total(void)
{
	size_t n = 0;

	for (size_t i = 0; i < k.block.run_count; i++)
		n += k.block.runs[i].glyph_count;
	return n;
}

static void test_arabic_letters_join(void **state)
{
	uint32_t joined[4];
	static const char *const letters[] = {"م", "ح", "م", "د"};

	(void)state;
	assert_ok(kit_name(&k, "محمد", "ar"), k.err);
	assert_int_equal(k.block.run_count, 1);
	assert_true(k.block.runs[0].rtl && !k.block.runs[0].reorders);
	assert_int_equal(k.block.runs[0].glyph_count, 4);
	for (size_t i = 0; i < 4; i++)
		joined[i] = k.block.runs[0].glyphs[3 - i].glyph;
	for (size_t i = 0; i < 3; i++) {
		assert_ok(kit_name(&k, letters[i], "ar"), k.err);
		assert_int_not_equal(k.block.runs[0].glyphs[0].glyph, joined[i]);
	}
	/* First and third letter are the same, in different places. */
	assert_int_not_equal(joined[0], joined[2]);
}

/* A change of style inside a word must not part its letters. */
static void test_arabic_joins_over_styles(void **state)
{
	uint32_t first;

	(void)state;
	assert_ok(kit_name(&k, "محمد", "ar"), k.err);
	first = k.block.runs[0].glyphs[3].glyph;
	kit_reset(&k);
	k.styles[1] = k.styles[0];
	k.styles[1].fill = 0xFF0000FF;
	k.style_fonts[1] = k.style_fonts[0];
	k.c.design.styles.count = k.c.style_fonts.count = 2;
	k.parts[0] = (struct design_part){.kind = PART_LITERAL, .text = STR("م")};
	k.parts[1] = (struct design_part){.kind = PART_LITERAL, .text = STR("حمد"), .style = 1};
	k.t.parts.count = 2;
	assert_ok(kit_lay_out(&k), k.err);
	assert_int_equal(k.block.run_count, 2);
	assert_int_equal(k.block.runs[1].fill, 0xFF);
	assert_int_equal(k.block.runs[1].glyphs[0].glyph, first);
}

static void test_devanagari_conjuncts_and_order(void **state)
{
	const struct text_run *r;

	(void)state;
	/* KA, VIRAMA, SSA: one glyph. */
	assert_ok(kit_name(&k, "क्ष", "hi"), k.err);
	assert_true(k.block.runs[0].reorders);
	assert_int_equal(glyph_total(), 1);
	/* The sign I stands before its letter: clusters still only grow. */
	assert_ok(kit_name(&k, "नि", "hi"), k.err);
	r = &k.block.runs[0];
	assert_true(r->glyph_count >= 2);
	for (size_t i = 1; i < r->glyph_count; i++)
		assert_true(r->glyphs[i].cluster >= r->glyphs[i - 1].cluster);
	assert_ok(kit_name(&k, "Ada", "en"), k.err);
	assert_false(k.block.runs[0].reorders);
	assert_ok(kit_name(&k, "น้ำ", "th"), k.err);
	assert_true(k.block.runs[0].reorders);
}

static void test_clusters_are_bytes_of_the_run(void **state)
{
	const struct text_run *r;

	(void)state;
	assert_ok(kit_name(&k, "Ŵñ", "cy"), k.err);
	r = &k.block.runs[0];
	assert_int_equal(r->glyph_count, 2);
	assert_int_equal(r->glyphs[0].cluster, 0);
	assert_int_equal(r->glyphs[1].cluster, 2);
	assert_ok(kit_name(&k, "אב", "he"), k.err);
	r = &k.block.runs[0];
	assert_int_equal(r->glyphs[0].cluster, 2);
	assert_int_equal(r->glyphs[1].cluster, 0);
}

static double width_with_spacing(const char *text, double spacing)
{
	double w = 0;

	kit_reset(&k);
	k.t.box_w = 4000;
	k.styles[0].letter_spacing = spacing;
	kit_value(&k, "recipient.name", text);
	assert_ok(kit_lay_out(&k), k.err);
	for (size_t i = 0; i < k.block.run_count; i++)
		for (size_t g = 0; g < k.block.runs[i].glyph_count; g++)
			w += k.block.runs[i].glyphs[g].advance;
	return w;
}

static void test_letter_spacing(void **state)
{
	(void)state;
	kit_near(width_with_spacing("Ada", 10) - width_with_spacing("Ada", 0), 30, 0.01);
	/* Base and mark are one letter. */
	kit_near(
		width_with_spacing("m\xCC\x82", 10) - width_with_spacing("m\xCC\x82", 0), 10, 0.01);
	/* No ligature when letters stand apart. */
	width_with_spacing("office", 4);
	assert_int_equal(glyph_total(), 6);
	/* Joined letters are not torn apart. */
	kit_near(width_with_spacing("محمد", 10), width_with_spacing("محمد", 0), 0.01);
}

static void test_letter_spacing_shrinks_too(void **state)
{
	(void)state;
	kit_reset(&k);
	k.t.box_w = 300;
	k.styles[0].letter_spacing = 12;
	kit_value(&k, "recipient.name", "Ada Lovelace");
	assert_ok(kit_lay_out(&k), k.err);
	assert_true(k.block.scale < 1);
	kit_near(k.block.x1 - k.block.x0, 300, 4);
}

static void test_joiners_need_no_glyph(void **state)
{
	size_t plain;

	(void)state;
	assert_ok(kit_name(&k, "محمد", "fa"), k.err);
	plain = glyph_total();
	/* ZERO WIDTH NON-JOINER, WORD JOINER, a variation selector. */
	assert_ok(kit_name(&k, "مح\xE2\x80\x8Cمد\xE2\x81\xA0\xEF\xB8\x80", "fa"), k.err);
	assert_true(glyph_total() >= plain);
	assert_true(k.block.x1 - k.block.x0 < 200);
}

static void test_small_caps(void **state)
{
	uint32_t plain;

	(void)state;
	assert_ok(kit_name(&k, "ada", "en"), k.err);
	plain = k.block.runs[0].glyphs[0].glyph;
	k.styles[0].small_caps = true;
	assert_ok(kit_lay_out(&k), k.err);
	assert_int_not_equal(k.block.runs[0].glyphs[0].glyph, plain);
	assert_true(str_eq_cz(k.block.text, "ada"));
}

/* Without the dot it would be another letter. */
static void test_small_caps_keep_the_dots_of_turkish(void **state)
{
	static const char *const names[][2] = {{"deniz", "tr"}, {"əli", "az-Latn"}, {"ışık", "en"}};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		uint32_t plain[8];
		size_t count;

		assert_ok(kit_name(&k, names[i][0], names[i][1]), k.err);
		count = k.block.runs[0].glyph_count;
		for (size_t g = 0; g < count; g++)
			plain[g] = k.block.runs[0].glyphs[g].glyph;
		k.styles[0].small_caps = true;
		assert_ok(kit_lay_out(&k), k.err);
		for (size_t g = 0; g < count; g++)
			assert_int_equal(k.block.runs[0].glyphs[g].glyph, plain[g]);
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
		cmocka_unit_test(test_arabic_letters_join),
		cmocka_unit_test(test_arabic_joins_over_styles),
		cmocka_unit_test(test_devanagari_conjuncts_and_order),
		cmocka_unit_test(test_clusters_are_bytes_of_the_run),
		cmocka_unit_test(test_letter_spacing),
		cmocka_unit_test(test_letter_spacing_shrinks_too),
		cmocka_unit_test(test_joiners_need_no_glyph),
		cmocka_unit_test(test_small_caps),
		cmocka_unit_test(test_small_caps_keep_the_dots_of_turkish),
	};

	harness_start();
	return cmocka_run_group_tests(tests, open_kit, close_kit);
}
