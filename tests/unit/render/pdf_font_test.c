// SPDX-License-Identifier: Apache-2.0
/* Fonts whose letters leave the line: what holds them together is not seen. Runs in: make check. */
#include "render/pdf_font.h"
#include "tests/unit/render/text_kit.h"

static struct kit kit;

static int set_up(void **state)
{
	(void)state;
	for (size_t i = 0; i < fonts_catalogue_count; i++)
		if (str_eq_cz(str_of(fonts_catalogue[i].family), "Noto Nastaliq Urdu")
			|| str_eq_cz(str_of(fonts_catalogue[i].family), "Noto Sans Arabic"))
			kit_add_font(&kit, &fonts_catalogue[i]);
	kit.a = arena_new((size_t)64 << 20);
	return text_engine_new(kit.fonts, kit.files, kit.font_count, &kit.e, &kit.err);
}

static int tear_down(void **state)
{
	(void)state;
	kit_close(&kit);
	return 0;
}

/* The only run of a name set in a family. */
static const struct text_run *run_of(const char *family, const char *name)
{
	kit_reset(&kit);
	kit.styles[0].families = str_of(family);
	kit.style_fonts[0].font = text_font_find(kit.e, kit.styles[0].families, 400, false);
	kit_value(&kit, "recipient.name", name);
	kit.values.lang = STR("ur");
	assert_ok(kit_lay_out(&kit), kit.err);
	assert_int_equal(kit.block.run_count, 1);
	return &kit.block.runs[0];
}

static void subset_of(const struct text_run *run, struct pdf_font_subset *out)
{
	struct pdf_font_kit *fonts = pdf_font_kit_new(kit.e);
	struct pdf_font_runs runs = {&run, 1};

	assert_ok(pdf_font_make(fonts, run->font, &runs, kit.a, out, &kit.err), kit.err);
	pdf_font_kit_free(&fonts);
}

static void letters_of_nastaliq_get_an_anchor_without_ink(void **state)
{
	const struct text_run *run = run_of("Noto Nastaliq Urdu", "محمد اقبال");
	struct pdf_font_subset s = {0};
	hb_glyph_extents_t e;

	(void)state;
	assert_true(pdf_font_needs_anchor(run));
	subset_of(run, &s);
	assert_true(s.anchor != 0);
	assert_non_null(pdf_unicode_find(s.glyphs, s.glyph_count, s.anchor));
	assert_true(hb_font_get_glyph_extents(text_font_hb(kit.e, run->font), s.anchor, &e));
	assert_int_equal(e.width, 0);
	assert_int_equal(e.height, 0);
}

static void letters_on_the_line_need_none(void **state)
{
	const struct text_run *run = run_of("Noto Sans Arabic", "مُحَمَّد اقبال");
	struct pdf_font_subset s = {0};

	(void)state;
	assert_false(pdf_font_needs_anchor(run));
	subset_of(run, &s);
	assert_int_equal(s.anchor, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(letters_of_nastaliq_get_an_anchor_without_ink),
		cmocka_unit_test(letters_on_the_line_need_none),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
