// SPDX-License-Identifier: Apache-2.0
/* Matrices, viewports, boxes of shapes, colours. Runs in: tests. */
#include "templates/colour.h"
#include "templates/geometry.h"
#include "templates/names.h"
#include "tests/harness/harness.h"

#include <math.h>

static void near(double a, double b)
{
	if (fabs(a - b) > 1e-6)
		fail_msg("%g is not %g", a, b);
}

static void at(struct design_matrix m, double x, double y, double want_x, double want_y)
{
	geometry_apply(m, &x, &y);
	near(x, want_x);
	near(y, want_y);
}

static void transforms(void **state)
{
	struct design_matrix m;
	struct design_matrix back;

	(void)state;
	at(geometry_transform(STR("translate(10)scale(2,3)")), 1, 1, 12, 3);
	at(geometry_transform(STR("rotate(90)")), 1, 0, 0, 1);
	at(geometry_transform(STR("rotate(90 10 10)")), 11, 10, 10, 11);
	at(geometry_transform(STR("skewX(45), skewY(0)")), 0, 1, 1, 1);
	m = geometry_transform(STR("matrix(1 2 3 4 5 6)"));
	at(m, 1, 1, 9, 12);
	assert_true(geometry_invert(m, &back));
	at(back, 9, 12, 1, 1);
	assert_false(geometry_invert(geometry_transform(STR("scale(0)")), &back));
	assert_false(geometry_invert((struct design_matrix){INFINITY, 0, 0, 1, 0, 0}, &back));
}

static void viewports(void **state)
{
	(void)state;
	at(geometry_viewport(STR("0 0 100 100"), STR(""), 200, 400), 0, 0, 0, 100);
	at(geometry_viewport(STR("0 0 100 100"), STR("xMaxYMin meet"), 400, 200), 0, 0, 200, 0);
	at(geometry_viewport(STR("0 0 100 100"), STR("xMidYMid slice"), 200, 400), 0, 0, -100, 0);
	at(geometry_viewport(STR("10 10 100 50"), STR("none"), 200, 200), 10, 60, 0, 200);
	at(geometry_viewport(STR(""), STR(""), 200, 200), 3, 4, 3, 4);
}

static void shapes(void **state)
{
	static const struct {
		unsigned element;
		const char *attrs[8];
		struct geometry_box box;
	} cases[] = {
		{EL_RECT, {"x", "1", "y", "2", "width", "3", "height", "50%"}, {1, 2, 4, 52}},
		{EL_CIRCLE, {"cx", "5", "cy", "6", "r", "2"}, {3, 4, 7, 8}},
		{EL_LINE, {"x1", "5", "y1", "6", "x2", "1", "y2", "9"}, {1, 6, 5, 9}},
		{EL_POLYGON, {"points", "1,2 3,4 -5 6"}, {-5, 2, 3, 6}},
		{EL_PATH, {"d", "M1 2h10v-5l-20 3z m1 1 2 2"}, {-9, -3, 11, 5}},
		{EL_PATH, {"d", "M0 0c1 9 3 -9 4 0a3 3 0 013 3"}, {0, -9, 7, 9}},
		/* A circle by two halves, a long arc between near ends, and one too small for its ends. */
		{EL_PATH, {"d", "M2 9a3 3 0 106 0a3 3 0 10-6 0z"}, {2, 6, 8, 12}},
		{EL_PATH, {"d", "M5 6A3 3 0 115 6.0001"}, {5, 3.00005, 11, 9.00005}},
		{EL_PATH, {"d", "M0 0A1 1 0 010 6"}, {0, 0, 3, 6}},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct arena *a = arena_new(1u << 20);
		struct tree_node *n = tree_new(a, NULL);
		struct geometry_box b;

		n->element = (uint8_t)cases[i].element;
		for (size_t k = 0; k < 8 && cases[i].attrs[k] != NULL; k += 2)
			tree_set_attr(a, n, cases[i].attrs[k], str_of(cases[i].attrs[k + 1]));
		b = geometry_shape(n, 100, 100);
		near(b.x0, cases[i].box.x0);
		near(b.y0, cases[i].box.y0);
		near(b.x1, cases[i].box.x1);
		near(b.y1, cases[i].box.y1);
		arena_free(&a);
	}
}

static void colours(void **state)
{
	struct arena *a = arena_new(1u << 20);
	uint32_t c;

	(void)state;
	assert_true(colour_named(STR("RebeccaPurple"), &c) && c == 0x663399ff);
	assert_false(colour_named(STR("nocolour"), &c));
	assert_int_equal(colour_hsl(-120, 1, 0.5, 1), 0x0000ffff);
	assert_int_equal(colour_hsl(60, 0.5, 0.25, 1), 0x606020ff);
	assert_int_equal(colour_rgb(300, -5, NAN, 2), 0xff0000ff);
	/* What we write is what we read, for every alpha. */
	for (uint32_t alpha = 0; alpha < 256; alpha++) {
		assert_true(colour_read(colour_text(a, 0x12345600u | alpha), &c));
		assert_int_equal(c, 0x12345600u | alpha);
	}
	assert_int_equal(colour_fade(0x11223380, 0.5), 0x11223340);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(transforms),
		cmocka_unit_test(viewports),
		cmocka_unit_test(shapes),
		cmocka_unit_test(colours),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
