// SPDX-License-Identifier: Apache-2.0
/* Text in frames, as old and new Inkscape write it. Runs in: tests. */
#include "base/text.h"
#include "tests/unit/templates/clean_kit.h"

static void flowed_text(void **state)
{
	struct kit k;

	(void)state;
	kit_open_svg(&k, "width=\"500\" height=\"300\"",
		"<flowRoot font-size=\"10\"><flowRegion><rect x=\"20\" y=\"30\" width=\"200\" "
		"height=\"90\"/></flowRegion>"
		"<flowPara>Hello <flowSpan "
		"font-weight=\"bold\">{{name}}</flowSpan></flowPara><flowPara>more</flowPara></"
		"flowRoot>");
	assert_int_equal(k.out.design.texts.count, 2);
	kit_near(kit_text_at(&k, 0)->box_w, 200);
	kit_near(kit_text_at(&k, 0)->y, 40);
	kit_near(kit_text_at(&k, 1)->y, 52.5);
	assert_int_equal(kit_text_at(&k, 0)->parts.count, 2);
	assert_int_equal(kit_style_of(&k, kit_text_at(&k, 0), 1)->weight, 700);
	kit_close(&k);
}

/* A box without width would be taken away when the drawing is cleaned again. */
static void a_region_of_one_point_is_none(void **state)
{
	struct kit k;

	(void)state;
	kit_open_svg(&k, "width=\"500\" height=\"300\"",
		"<flowRoot><flowRegion><path d=\"M2 1h0v50z\"/></flowRegion><flowPara>a "
		"b</flowPara></flowRoot>");
	assert_int_equal(k.out.design.texts.count, 0);
	assert_true(str_find_str(bytes_text(k.out.clean), STR("data-box")) == k.out.clean.n);
	kit_close(&k);
}

/* As Inkscape 1.x writes a text box: where it wrapped lines says nothing, what the frame holds does. */
static void framed_text(void **state)
{
	struct kit k;

	(void)state;
	kit_open_svg(&k, "width=\"500\" height=\"300\"",
		"<defs><rect id=\"r1\" x=\"100\" y=\"50\" width=\"300\" height=\"52\"/></defs>"
		"<text xml:space=\"preserve\" style=\"font-size:16px;text-align:center;text-anchor:"
		"middle;white-space:pre;shape-inside:url(#r1)\"><tspan x=\"250\" y=\"64\"><tspan "
		"style=\"font-weight:bold\">This is for </tspan></tspan><tspan x=\"250\" "
		"y=\"84\">{{name}}\n</tspan><tspan x=\"250\" y=\"104\">and</tspan><tspan "
		"x=\"250\" y=\"124\">more</tspan></text>");
	assert_int_equal(k.out.design.texts.count, 2);
	kit_near(kit_text_at(&k, 0)->x, 250);
	kit_near(kit_text_at(&k, 0)->y, 64);
	kit_near(kit_text_at(&k, 0)->box_w, 300);
	kit_near(kit_text_at(&k, 0)->box_h, 0);
	assert_int_equal(kit_text_at(&k, 0)->max_lines, 2); /* 64 and 84 are above 102 */
	assert_int_equal(kit_text_at(&k, 0)->parts.count, 2);
	assert_true(str_eq_cz(kit_text_at(&k, 1)->parts.items[0].text, "and more"));
	kit_near(kit_text_at(&k, 1)->y, 104);
	kit_close(&k);
}

static void text_with_an_inline_size(void **state)
{
	struct kit k;

	(void)state;
	kit_open_svg(&k, "width=\"500\" height=\"300\"",
		"<text x=\"20\" y=\"40\" style=\"font-size:16px;inline-size:120\"><tspan x=\"20\" "
		"y=\"40\">Hello </tspan><tspan x=\"20\" y=\"60\">{{name}}</tspan></text>");
	assert_int_equal(k.out.design.texts.count, 1);
	kit_near(kit_text_at(&k, 0)->box_w, 120);
	assert_int_equal(kit_text_at(&k, 0)->max_lines, 3);
	kit_close(&k);
}

/* A circle is no frame of lines of one width, and what is not there is none. */
static void other_shapes_leave_lines_alone(void **state)
{
	struct kit k;

	(void)state;
	kit_open_svg(&k, "width=\"500\" height=\"300\"",
		"<defs><circle id=\"c\" cx=\"100\" cy=\"50\" r=\"30\"/></defs>"
		"<text style=\"shape-inside:url(#c)\"><tspan x=\"20\" y=\"40\">a</tspan><tspan "
		"x=\"20\" y=\"60\">b</tspan></text><text x=\"9\" y=\"90\" "
		"style=\"shape-inside:url(#none)\">c</text>");
	assert_int_equal(k.out.design.texts.count, 3);
	assert_true(str_find_str(bytes_text(k.out.clean), STR("shape-inside")) == k.out.clean.n);
	kit_close(&k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flowed_text),
		cmocka_unit_test(a_region_of_one_point_is_none),
		cmocka_unit_test(framed_text),
		cmocka_unit_test(text_with_an_inline_size),
		cmocka_unit_test(other_shapes_leave_lines_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
