// SPDX-License-Identifier: Apache-2.0
/* Shrinking, wrapping and refusing. */
#include "tests/unit/render/text_kit.h"

#include <math.h>

static struct kit k;

static double width_of_line(double y)
{
	double x0 = 1e9, x1 = -1e9;

	for (size_t i = 0; i < k.block.run_count; i++)
		for (size_t g = 0; g < k.block.runs[i].glyph_count; g++) {
			const struct text_glyph *at = &k.block.runs[i].glyphs[g];

			if (fabs(at->y - y) > 1)
				continue;
			x0 = fmin(x0, at->x);
			x1 = fmax(x1, at->x + at->advance);
		}
	return x1 - x0;
}

/* The literal text in a box of width, with rules. */
static enum rc lay(const char *text, double width, double min_scale, uint8_t lines)
{
	kit_reset(&k);
	k.t.box_w = width;
	k.t.shrink = min_scale < 1;
	k.t.min_scale = min_scale;
	k.t.max_lines = lines;
	kit_value(&k, "recipient.name", text);
	return kit_lay_out(&k);
}

static void test_what_fits_is_left_alone(void **state)
{
	(void)state;
	assert_int_equal(lay("Ada Lovelace", 400, 0.5, 3), RC_OK);
	kit_near(k.block.scale, 1, 0);
	assert_int_equal(k.block.line_count, 1);
	kit_near(k.block.runs[0].size, 40, 0);
	kit_near(k.block.runs[0].glyphs[0].y, 100, 0);
}

static void test_shrinks_to_the_box(void **state)
{
	(void)state;
	assert_int_equal(lay("Ada Lovelace", 200, 0.5, 3), RC_OK);
	assert_int_equal(k.block.line_count, 1);
	assert_true(k.block.scale < 1 && k.block.scale >= 0.5);
	kit_near(width_of_line(100), 200, 0.01);
	kit_near(k.block.runs[0].size, 40 * k.block.scale, 1e-9);
}

static void test_wraps_when_smaller_is_not_enough(void **state)
{
	double top = 100 - 40 * 1.2 / 2;

	(void)state;
	assert_int_equal(lay("Ada Lovelace", 200, 0.95, 2), RC_OK);
	assert_int_equal(k.block.line_count, 2);
	kit_near(k.block.scale, 1, 0);
	/* Centred lines keep their middle where the one line stood. */
	assert_true(width_of_line(top) > 0 && width_of_line(top + 48) > 0);
	/* The space that hangs over the first line is there for readers, and counts for nothing. */
	assert_true(
		str_ends(k.block.runs[0].text, STR(" ")) || str_eq_cz(k.block.runs[1].text, " "));
}

static void test_without_shrink_wraps_at_full_size(void **state)
{
	(void)state;
	assert_int_equal(lay("Ada King Countess of Lovelace", 380, 1, 4), RC_OK);
	assert_int_equal(k.block.line_count, 2);
	kit_near(k.block.scale, 1, 0);
}

static void test_wrapped_lines_shrink_as_little_as_possible(void **state)
{
	(void)state;
	assert_int_equal(lay("Maximiliana Featherstonehaugh", 300, 0.6, 2), RC_OK);
	assert_int_equal(k.block.line_count, 2);
	assert_true(k.block.scale < 1 && k.block.scale > 0.6);
	/* The longest word decides, and it fills the box. */
	kit_near(fmax(width_of_line(k.block.runs[0].glyphs[0].y),
			 width_of_line(k.block.runs[k.block.run_count - 1].glyphs[0].y)),
		300, 5);
}

static void test_centred_lines_are_balanced(void **state)
{
	double first, second;

	(void)state;
	assert_int_equal(lay("one two three four five six seven", 420, 1, 2), RC_OK);
	assert_int_equal(k.block.line_count, 2);
	first = width_of_line(76);
	second = width_of_line(124);
	assert_true(fabs(first - second) < 0.35 * first);
	/* A paragraph is filled instead. */
	kit_reset(&k);
	k.t.box_w = 420;
	k.t.shrink = false;
	k.t.max_lines = 2;
	k.t.anchor = ANCHOR_START;
	kit_value(&k, "recipient.name", "one two three four five six seven");
	assert_int_equal(kit_lay_out(&k), RC_OK);
	assert_int_equal(k.block.line_count, 2);
	assert_true(width_of_line(100) > first + 20);
	assert_true(width_of_line(148) < second - 20);
}

/* Letters set closer than they are wide; the input that broke it once is in the corpus. */
static void test_negative_letter_spacing(void **state)
{
	(void)state;
	for (int spacing = -60; spacing < 0; spacing++)
		for (int n = 0; n < 6; n++) {
			kit_reset(&k);
			k.styles[0].letter_spacing = spacing;
			k.t.box_w = 50 + 50 * n;
			k.t.max_lines = (uint8_t)(2 + n);
			k.t.anchor = (uint8_t)(n % 3);
			kit_value(&k, "recipient.name", "MMMMMMMMMMMMMMMMMMMM l l l l l l l l l l");
			if (kit_lay_out(&k) != RC_OK)
				assert_true(str_eq_cz(k.problem.code, "text-overflow"));
		}
}

static void test_overflow_says_by_how_much(void **state)
{
	double natural;

	(void)state;
	assert_int_equal(lay("Featherstonehaugh", 4000, 1, 1), RC_OK);
	natural = width_of_line(100);
	assert_int_equal(lay("Featherstonehaugh", natural / 2, 0.75, 1), RC_INPUT);
	assert_true(str_eq_cz(k.problem.code, "text-overflow"));
	assert_true(str_eq_cz(k.problem.column, "recipient.name"));
	assert_true(str_find_str(k.problem.message, STR("50 % too large")) < k.problem.message.n);
	assert_true(str_find_str(k.problem.message, STR("75 % of its size on 1 line"))
		< k.problem.message.n);
	/* Others may show the same column: the text by its id, or by its place on the page. */
	k.t.id = STR("grand-name");
	assert_int_equal(kit_lay_out(&k), RC_INPUT);
	assert_true(str_find_str(k.problem.message, STR("(text \"grand-name\" of the template)"))
		< k.problem.message.n);
	k.t.id = STR("");
	k.t.matrix = (struct design_matrix){1, 0, 0, 1, 96, 192};
	k.t.x = 96;
	k.t.y = 0;
	assert_int_equal(kit_lay_out(&k), RC_INPUT);
	assert_true(
		str_find_str(k.problem.message, STR("51 mm from the left and 51 mm from the top"))
		< k.problem.message.n);
	/* Names do not belong in logs. */
	assert_null(strstr(k.err.text, "Feather"));
	/* A word is never divided. */
	assert_int_equal(lay("Featherstonehaugh", natural / 2, 0.75, 5), RC_INPUT);
}

static void test_scripts_without_spaces_wrap(void **state)
{
	(void)state;
	assert_int_equal(lay("มหาวิทยาลัยเทคโนโลยีพระจอมเกล้า", 330, 1, 3), RC_OK);
	assert_true(k.block.line_count > 1);
	assert_int_equal(lay("東京大学大学院情報理工学系研究科", 330, 1, 3), RC_OK);
	assert_int_equal(k.block.line_count, 2);
}

static void test_wrapped_arabic_joins_within_lines_only(void **state)
{
	(void)state;
	assert_int_equal(lay("محمد بن عبد الله العربي", 200, 1, 3), RC_OK);
	assert_true(k.block.line_count > 1);
	for (size_t i = 0; i < k.block.run_count; i++)
		assert_true(k.block.runs[i].rtl);
}

static void test_frame_limits_the_lines(void **state)
{
	(void)state;
	kit_reset(&k);
	k.t.box_w = 200;
	k.t.box_h = 60;
	k.t.box_y = 300;
	k.t.max_lines = 3;
	k.t.min_scale = 0.5;
	kit_value(&k, "recipient.name", "Ada King Countess Lovelace");
	assert_int_equal(kit_lay_out(&k), RC_OK);
	assert_true(k.block.line_count >= 2);
	assert_true(k.block.line_count * 48 * k.block.scale <= 60.01);
	assert_true(k.block.y0 >= 290 && k.block.y1 <= 370);
	k.t.min_scale = 0.9;
	assert_int_equal(kit_lay_out(&k), RC_INPUT);
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
		cmocka_unit_test(test_what_fits_is_left_alone),
		cmocka_unit_test(test_shrinks_to_the_box),
		cmocka_unit_test(test_wraps_when_smaller_is_not_enough),
		cmocka_unit_test(test_without_shrink_wraps_at_full_size),
		cmocka_unit_test(test_wrapped_lines_shrink_as_little_as_possible),
		cmocka_unit_test(test_centred_lines_are_balanced),
		cmocka_unit_test(test_negative_letter_spacing),
		cmocka_unit_test(test_overflow_says_by_how_much),
		cmocka_unit_test(test_scripts_without_spaces_wrap),
		cmocka_unit_test(test_wrapped_arabic_joins_within_lines_only),
		cmocka_unit_test(test_frame_limits_the_lines),
	};

	harness_start();
	return cmocka_run_group_tests(tests, open_kit, close_kit);
}
