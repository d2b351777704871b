// SPDX-License-Identifier: Apache-2.0
/* Content streams: places of glyphs, marks and codes. Runs in: make check. */
#include "render/pdf_content.h"
#include "tests/unit/render/text_kit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A font of three glyphs, 500 wide each, standing for a, b and c. */
static struct pdf_glyph glyphs[] = {
	{.glyph = 10, .code = 1, .width = 500, .unicode = {"a", 1}},
	{.glyph = 11, .code = 2, .width = 500, .unicode = {"b", 1}},
	{.glyph = 12, .code = 0xABC, .width = 500.128, .unicode = {"c", 1}},
	{.glyph = 13, .code = 4, .width = 0, .unicode = {"d", 1}},
};
static const struct pdf_font_subset subset = {.glyphs = glyphs, .glyph_count = ARRAY_COUNT(glyphs)};
static const struct pdf_font_subset *const subsets[] = {&subset};

struct fixture {
	struct buf out;
	struct pdf_content c;
	struct design_text source;
	struct text_glyph glyphs[64];
	struct text_run run;
	struct text_block block;
};

static int set_up(void **state)
{
	static struct fixture f;
	static struct kit kit;

	if (kit.e == NULL)
		kit_open(&kit);
	f = (struct fixture){.out = buf_new(1 << 16)};
	f.c = pdf_content_start(&f.out, kit.e, 100);
	f.source.matrix = (struct design_matrix){1, 0, 0, 1, 0, 0};
	f.run = (struct text_run){.fill = 0x000000FF,
		.size = 20,
		.text = STR("abc"),
		.lang = STR("en"),
		.glyphs = f.glyphs};
	f.block = (struct text_block){.source = &f.source,
		.text = f.run.text,
		.lang = STR("en"),
		.runs = &f.run,
		.run_count = 1};
	*state = &f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	buf_free(&f->out);
	return 0;
}

static void add_glyph(struct fixture *f, uint32_t glyph, double x, double y)
{
	f->glyphs[f->run.glyph_count] =
		(struct text_glyph){glyph, (uint32_t)f->run.glyph_count, x, y, 10};
	f->run.glyph_count++;
}

static const char *put(struct fixture *f)
{
	pdf_content_put_text(&f->c, &f->block, "P", 'V', subsets);
	buf_put_zeros(&f->out, 1);
	return (const char *)f->out.p;
}

static void glyphs_on_the_line_are_one_string(void **state)
{
	struct fixture *f = *state;

	add_glyph(f, 10, 40, 60);
	add_glyph(f, 11, 50, 60);
	add_glyph(f, 12, 60, 60);
	assert_string_equal(put(f),
		"/P <</MCID 0>> BDC\nBT\n/V0 20 Tf\n0.75 0 0 0.75 30 30 Tm\n[<000100020ABC>] "
		"TJ\nET\nEMC\n");
}

/* In the text's own coordinates, which its width is told in. */
static void an_outline_is_a_mode_of_the_text(void **state)
{
	struct fixture *f = *state;

	f->run.outline =
		(struct design_outline){.colour = 0xff000080, .width = 3, .miter_limit = 4};
	add_glyph(f, 10, 40, 60);
	add_glyph(f, 11, 50, 60);
	add_glyph(f, 12, 60, 60);
	assert_string_equal(put(f),
		"/P <</MCID 0>> BDC\nq\n0.75 0 0 0.75 30 30 cm\n/O128 gs\n1 0 0 RG\n3 w 0 j 4 M\n2 "
		"Tr\nBT\n/V0 20 Tf\n[<000100020ABC>] TJ\nET\nQ\nEMC\n");
	assert_true(f->c.stroke_alphas[128]);
}

static void letters_without_a_fill_are_only_stroked(void **state)
{
	struct fixture *f = *state;

	f->run.fill = 0;
	f->run.outline = (struct design_outline){
		.colour = 0xff, .width = 1, .miter_limit = 4, .join = JOIN_ROUND, .under = true};
	add_glyph(f, 10, 40, 60);
	assert_non_null(strstr(put(f), "0 0 0 RG\n1 w 1 j 4 M\n1 Tr\nBT"));
	assert_null(strstr((const char *)f->out.p, "Artifact"));
}

/* Readers find the text once: what lies under it are paths. */
static void an_outline_under_the_fill_is_an_artifact(void **state)
{
	struct fixture *f = *state;
	const char *text;
	const char *paths;

	f->run.outline = (struct design_outline){
		.colour = 0xff, .width = 1, .miter_limit = 4, .join = JOIN_BEVEL, .under = true};
	add_glyph(f, 10, 40, 60);
	text = strstr(put(f), "/P <</MCID 0>> BDC\nBT\n/V0 20 Tf\n0.75 0 0 0.75 30 30 Tm\n");
	assert_non_null(text);
	assert_null(strstr((const char *)f->out.p, "Tr\n"));
	/* Noto's em is 1,000 units. */
	paths = strstr((const char *)f->out.p,
		"/Artifact <</Type /Layout>> BDC\nq\n0.015 0 0 0.015 30 30 cm\n/O255 gs\n0 0 0 "
		"RG\n50 w 2 j 4 M\n");
	assert_ptr_equal(paths, f->out.p);
	assert_true(strstr(paths, "m\n") < text && strstr(paths, "h\nS\nQ\nEMC\n") < text);
	assert_true(strstr(paths, "BT\n") > text);
}

static void kerning_is_a_number_and_a_raised_mark_a_rise(void **state)
{
	struct fixture *f = *state;

	add_glyph(f, 10, 40, 60);
	add_glyph(f, 11, 49, 60);
	add_glyph(f, 12, 59, 57);
	assert_string_equal(put(f),
		"/P <</MCID 0>> BDC\nBT\n/V0 20 Tf\n0.75 0 0 0.75 30 30 Tm\n[<0001>50<0002>] TJ\n3 "
		"Ts\n"
		"[<0ABC>] TJ\n0 Ts\nET\nEMC\n");
}

/* From right to left: mark and letter as drawn from left to right, then a letter alone. */
static void a_letter_comes_before_its_mark_and_both_end_with_it(void **state)
{
	struct fixture *f = *state;

	f->run.rtl = true;
	f->run.text = STR("cad");
	f->glyphs[0] = (struct text_glyph){13, 2, 44, 57, 0};
	f->glyphs[1] = (struct text_glyph){10, 1, 40, 60, 10};
	f->glyphs[2] = (struct text_glyph){12, 0, 50, 60, 10};
	f->run.glyph_count = 3;
	/* The letter is 10 wide, the mark stands 4 in: 6 of spacing bring the pen to the letter's end. */
	assert_string_equal(put(f),
		"/P <</MCID 0>> BDC\nBT\n/V0 20 Tf\n0.75 0 0 0.75 33 30 Tm\n"
		"/Span <</ActualText <FEFF200F00640061>>> BDC\n[<>200<0001>] TJ\n6 Tc\n3 "
		"Ts\n[<>300<0004>] TJ\n"
		"0 Tc\nEMC\n0 Ts\n[<0ABC>] TJ\nET\nEMC\n");
}

/* Letters 4 apart, a tenth of the size and more: each as wide as to where the next begins. */
static void spaced_letters_from_right_to_left_have_no_gaps(void **state)
{
	struct fixture *f = *state;

	f->run.rtl = true;
	f->run.text = STR("ba");
	f->glyphs[0] = (struct text_glyph){10, 1, 40, 60, 14};
	f->glyphs[1] = (struct text_glyph){11, 0, 54, 60, 14};
	f->run.glyph_count = 2;
	assert_string_equal(put(f),
		"/P <</MCID 0>> BDC\nBT\n/V0 20 Tf\n0.75 0 0 0.75 30 30 Tm\n"
		"/Span <</ActualText <FEFF0061>>> BDC\n4 Tc\n[<0001>] TJ\n0 Tc\nEMC\n"
		"/Span <</ActualText <FEFF0062>>> BDC\n4 Tc\n[<0002>] TJ\n0 Tc\nEMC\nET\nEMC\n");
}

/* The first letter stands 6 above the line: what has no ink stands on it, where the letter begins. */
static void letters_off_the_line_begin_on_it(void **state)
{
	struct fixture *f = *state;
	static const struct pdf_font_subset anchored = {
		.glyphs = glyphs, .glyph_count = ARRAY_COUNT(glyphs), .anchor = 13};
	static const struct pdf_font_subset *const list[] = {&anchored};

	f->run.rtl = true;
	f->run.text = STR("ba");
	f->glyphs[0] = (struct text_glyph){10, 1, 40, 60, 10};
	f->glyphs[1] = (struct text_glyph){11, 0, 50, 54, 10};
	f->run.glyph_count = 2;
	pdf_content_put_text(&f->c, &f->block, "P", 'V', list);
	buf_put_zeros(&f->out, 1);
	assert_string_equal((const char *)f->out.p,
		"/P <</MCID 0>> BDC\nBT\n/V0 20 Tf\n0.75 0 0 0.75 30 30 Tm\n"
		"/Span <</ActualText <FEFF0061>>> BDC\n[<0004>] TJ\n0 Tc\n[<0001>] TJ\n0 Tc\nEMC\n"
		"/Span <</ActualText <FEFF0062>>> BDC\n[<0004>] TJ\n0 Tc\n6 Ts\n[<0002>] TJ\n0 "
		"Tc\nEMC\n"
		"0 Ts\nET\nEMC\n");
}

static void a_full_stop_between_words_from_right_to_left_is_walled_off(void **state)
{
	struct fixture *f = *state;
	static struct pdf_glyph stop[] = {
		{.glyph = 1, .code = 1, .width = 500, .unicode = {".", 1}},
		{.glyph = 2, .code = 2, .width = 500, .unicode = {" ", 1}},
		{.glyph = 3, .code = 3, .width = 500, .unicode = {"a", 1}},
	};
	static const struct pdf_font_subset fonts = {
		.glyphs = stop, .glyph_count = ARRAY_COUNT(stop)};
	static const struct pdf_font_subset *const list[] = {&fonts};

	f->run.rtl = true;
	f->run.text = STR("a. a");
	for (size_t i = 0; i < 4; i++)
		f->glyphs[i] = (struct text_glyph){
			(uint32_t[]){3, 2, 1, 3}[i], (uint32_t)(3 - i), 10 * (double)i, 60, 10};
	f->run.glyph_count = 4;
	pdf_content_put_text(&f->c, &f->block, "P", 'V', list);
	buf_put_zeros(&f->out, 1);
	assert_non_null(strstr((const char *)f->out.p,
		"[<00030002>] TJ\n/Span <</ActualText <FEFF200F002E>>> BDC\n[<0001>] "
		"TJ\nEMC\n[<0003>] TJ\n"));
}

static void words_of_one_letter_say_where_their_spaces_are(void **state)
{
	struct fixture *f = *state;
	static struct pdf_glyph two[] = {
		{.glyph = 1, .code = 1, .width = 1000, .unicode = {"a", 1}},
		{.glyph = 2, .code = 2, .width = 250, .unicode = {" ", 1}},
	};
	static const struct pdf_font_subset fonts = {
		.glyphs = two, .glyph_count = ARRAY_COUNT(two)};
	static const struct pdf_font_subset *const list[] = {&fonts};

	f->run.text = STR("a a");
	add_glyph(f, 1, 0, 60);
	add_glyph(f, 2, 20, 60);
	add_glyph(f, 1, 25, 60);
	pdf_content_put_text(&f->c, &f->block, "P", 'V', list);
	buf_put_zeros(&f->out, 1);
	assert_non_null(strstr((const char *)f->out.p, "/ActualText <FEFF006100200061>"));
}

/* Replays the operators: every glyph within 0.01 px of where it was asked for, however long the line. */
static void places_do_not_drift(void **state)
{
	struct fixture *f = *state;
	double x = 3;
	double pen = 3;
	size_t i = 0;
	char *at;

	f->run.text = STR("cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc");
	while (f->run.glyph_count < 60) {
		add_glyph(f, 12, x, 60);
		x += 10.0037 + 0.013 * (double)(f->run.glyph_count % 7);
	}
	at = strstr(put(f), "Tm\n[<");
	assert_non_null(at);
	for (at += 4; *at != ']';) {
		if (*at == '<') {
			for (at++; *at != '>'; at += 4, i++) {
				assert_true(fabs(pen - f->glyphs[i].x) <= 20 / 1000.0 * 0.5 + 1e-6);
				pen += 500.13 / 1000 * 20;
			}
			at++;
		} else {
			pen -= strtod(at, &at) / 1000 * 20;
		}
	}
	assert_int_equal(i, 60);
}

static void turned_text_keeps_its_matrix(void **state)
{
	struct fixture *f = *state;

	f->source.matrix =
		(struct design_matrix){0, 1, -1, 0, 50, 10}; /* a quarter turn clockwise */
	add_glyph(f, 10, 4, 8);
	/* (4, 8) lies at x = -8 + 50, y = 4 + 10 on the page. */
	assert_non_null(strstr(put(f), "0 -0.75 0.75 0 31.5 64.5 Tm\n"));
}

/* Readers take a line that goes up or down apart, letter by letter. */
static void a_slanting_line_has_one_actual_text(void **state)
{
	struct fixture *f = *state;
	struct text_run runs[2];

	f->source.matrix = (struct design_matrix){0.8, 0.6, -0.6, 0.8, 0, 0};
	f->block.line_count = 1;
	add_glyph(f, 10, 4, 8);
	runs[0] = runs[1] = f->run;
	runs[1].size = 10;
	f->block.runs = runs;
	f->block.run_count = 2;
	assert_string_equal(put(f),
		"/P <</MCID 0>> BDC\n/Span <</ActualText <FEFF006100620063>>> BDC\n"
		"BT\n/V0 20 Tf\n0.6 -0.45 0.45 0.6 -1.2 68.4 Tm\n[<0001>] TJ\nET\n"
		"BT\n/V0 10 Tf\n0.6 -0.45 0.45 0.6 -1.2 68.4 Tm\n[<0001>] TJ\nET\nEMC\nEMC\n");
	/* What goes from right to left is turned over by readers, so only the rest has one. */
	runs[0].rtl = true;
	buf_reset(&f->out);
	assert_non_null(strstr(put(f), "/P <</MCID 1>> BDC\nBT\n"));
	assert_non_null(strstr((const char *)f->out.p,
		"ET\n/Span <</ActualText <FEFF006100620063>>> BDC\nBT\n/V0 10 Tf\n"));
}

static void languages_colours_and_actual_text_are_marked(void **state)
{
	struct fixture *f = *state;

	f->run.lang = STR("hi");
	f->run.reorders = true;
	f->run.text = STR("\xE0\xA4\x95");
	f->run.fill = 0xFF008040;
	add_glyph(f, 10, 40, 60);
	assert_string_equal(put(f),
		"/P <</MCID 0>> BDC\n/Span <</Lang (hi)/ActualText <FEFF0915>>> BDC\n/A64 gs\n1 0 "
		"0.502 rg\n"
		"BT\n/V0 20 Tf\n0.75 0 0 0.75 30 30 Tm\n[<0001>] TJ\nET\nEMC\nEMC\n");
	assert_true(f->c.alphas[64]);
	assert_false(f->c.alphas[255]);
}

/* The artwork above a translucent text is not translucent, and the next text is as the last. */
static void artwork_has_its_own_opacity(void **state)
{
	struct fixture *f = *state;

	pdf_content_put_art(&f->c, 0);
	f->run.fill = 0x00000040;
	add_glyph(f, 10, 40, 60);
	put(f);
	buf_reset(&f->out);
	pdf_content_put_art(&f->c, 1);
	buf_put_zeros(&f->out, 1);
	assert_string_equal((const char *)f->out.p,
		"/Artifact <</Type /Layout>> BDC\nq\n/A255 gs\n/Art1 Do\nQ\nEMC\n");
	assert_true(f->c.alphas[255]);
	buf_reset(&f->out);
	assert_null(strstr(put(f), " gs\n"));
}

/* A glyph that means something else elsewhere says so where it stands. */
static void a_cluster_that_its_glyph_does_not_say_has_actual_text(void **state)
{
	struct fixture *f = *state;

	f->run.text = STR("ax");
	add_glyph(f, 10, 40, 60);
	add_glyph(f, 11, 50, 60);
	assert_non_null(strstr(
		put(f), "[<0001>] TJ\n/Span <</ActualText <FEFF0078>>> BDC\n[<0002>] TJ\nEMC\n"));
}

/* Letters far apart read as one word. */
static void spaced_letters_have_actual_text(void **state)
{
	struct fixture *f = *state;

	add_glyph(f, 10, 40, 60);
	add_glyph(f, 11, 53, 60);
	add_glyph(f, 12, 66, 60);
	assert_non_null(strstr(put(f), "/Span <</ActualText <FEFF006100620063>>> BDC\nBT\n"));
	assert_non_null(
		strstr((const char *)f->out.p, "[<0001>-150<0002>-150<0ABC>] TJ\nET\nEMC\nEMC\n"));
}

/* A mark may be drawn beyond the next letter; not so from right to left, where readers turn ActualText over. */
static void marks_have_actual_text(void **state)
{
	struct fixture *f = *state;

	f->run.text = STR("da");
	add_glyph(f, 13, 50, 60);
	add_glyph(f, 10, 40, 60);
	assert_non_null(strstr(put(f), "/Span <</ActualText <FEFF00640061>>> BDC\nBT\n"));
	f->run.rtl = true;
	f->run.text = STR("ad");
	f->glyphs[0].cluster = 1;
	f->glyphs[1].cluster = 0;
	buf_reset(&f->out);
	assert_null(strstr(put(f), "ActualText"));
}

/* Modules as runs of a row inside the quiet zone; colours of before hold again afterwards. */
static void codes_are_runs_of_modules(void **state)
{
	struct fixture *f = *state;
	static const uint8_t modules[9] = {1, 1, 0, 0, 0, 0, 1, 0, 3};
	const struct design_qr qr = {.matrix = {1, 0, 0, 1, 0, 0},
		.x = 10,
		.y = 20,
		.size = 11,
		.dark = 0x000000FF,
		.light = 0xFFFFFFFF};
	double rect[4];

	assert_int_equal(pdf_content_put_qr(&f->c, &qr, modules, 3), 0);
	add_glyph(f, 10, 40, 60);
	assert_non_null(strstr(put(f),
		"/Figure <</MCID 0>> BDC\nq\n0.75 0 0 -0.75 7.5 60 cm\n1 1 1 rg\n0 0 11 11 re f\n0 "
		"0 0 rg\n"
		"4 4 2 1 re\n4 6 1 1 re\n6 6 1 1 re\nf\nQ\nEMC\n/P <</MCID 1>> BDC\nBT\n"));
	pdf_content_rect(&f->c, &qr.matrix, (const double[]){10, 20, 21, 31}, rect);
	assert_true(rect[0] == 7.5 && rect[1] == 51.75 && rect[2] == 15.75 && rect[3] == 60);
}

static void only_language_tags_pass(void **state)
{
	static const char *const good[] = {"en", "zh-Hans-CN", "de-1996", "x-abc"};
	static const char *const bad[] = {
		"", "e n", "en-", "-en", "abcdefghi", "en--us", "en)", "4e", "\xC3\xA9"};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(good); i++)
		assert_true(str_eq_cz(pdf_content_lang(str_of(good[i])), good[i]));
	for (size_t i = 0; i < ARRAY_COUNT(bad); i++)
		assert_true(str_eq_cz(pdf_content_lang(str_of(bad[i])), "und"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			glyphs_on_the_line_are_one_string, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			an_outline_is_a_mode_of_the_text, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			letters_without_a_fill_are_only_stroked, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			an_outline_under_the_fill_is_an_artifact, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			kerning_is_a_number_and_a_raised_mark_a_rise, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_letter_comes_before_its_mark_and_both_end_with_it, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_full_stop_between_words_from_right_to_left_is_walled_off, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(
			words_of_one_letter_say_where_their_spaces_are, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			spaced_letters_from_right_to_left_have_no_gaps, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			letters_off_the_line_begin_on_it, set_up, tear_down),
		cmocka_unit_test_setup_teardown(places_do_not_drift, set_up, tear_down),
		cmocka_unit_test_setup_teardown(turned_text_keeps_its_matrix, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_slanting_line_has_one_actual_text, set_up, tear_down),
		cmocka_unit_test_setup_teardown(artwork_has_its_own_opacity, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			languages_colours_and_actual_text_are_marked, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_cluster_that_its_glyph_does_not_say_has_actual_text, set_up, tear_down),
		cmocka_unit_test_setup_teardown(spaced_letters_have_actual_text, set_up, tear_down),
		cmocka_unit_test_setup_teardown(marks_have_actual_text, set_up, tear_down),
		cmocka_unit_test_setup_teardown(codes_are_runs_of_modules, set_up, tear_down),
		cmocka_unit_test(only_language_tags_pass),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
