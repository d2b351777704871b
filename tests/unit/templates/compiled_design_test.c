// SPDX-License-Identifier: Apache-2.0
/* A design that a taken-over intake might make: each number out of bounds is found. Runs in: tests. */
#include "templates/compiled.h"
#include "tests/harness/harness.h"

#include <math.h>
#include <string.h>

struct fixture {
	struct design d;
	struct design_style style;
	struct design_part part;
	struct design_text text;
	struct design_qr qr;
};

static void fill(struct fixture *f)
{
	*f = (struct fixture){
		.style = {.families = STR("serif"),
			.size = 12,
			.weight = 400,
			.outline = {.width = 1, .miter_limit = 4}},
		.part = {.kind = PART_FIELD, .text = STR("recipient.name")},
		.text = {.matrix = {1, 0, 0, 1, 0, 0},
			.box_w = 30,
			.min_scale = 0.5,
			.max_lines = 1,
			.line_height = 1.2},
		.qr = {.matrix = {1, 0, 0, 1, 0, 0}, .size = 50},
		.d = {.width = 800, .height = 600},
	};
	f->text.parts.items = &f->part;
	f->text.parts.count = 1;
	f->d.styles.items = &f->style;
	f->d.styles.count = 1;
	f->d.texts.items = &f->text;
	f->d.texts.count = 1;
	f->d.qrs.items = &f->qr;
	f->d.qrs.count = 1;
}

static void an_honest_one_passes(void **state)
{
	struct fixture f;
	struct err err;

	(void)state;
	fill(&f);
	assert_int_equal(compiled_check_design(&f.d, &err), RC_OK);
}

static void each_number_has_bounds(void **state)
{
	static struct fixture f;
	static const struct {
		double *number;
		double value;
		const char *why;
	} cases[] = {
		{&f.d.width, 3, "possible"},
		{&f.d.width, 19201, "possible"},
		{&f.d.height, NAN, "possible"},
		{&f.style.size, 0, "style 0"},
		{&f.style.size, INFINITY, "style 0"},
		{&f.style.letter_spacing, -1e5, "style 0"},
		{&f.style.outline.width, -1, "style 0"},
		{&f.style.outline.width, NAN, "style 0"},
		{&f.style.outline.miter_limit, 0, "style 0"},
		{&f.style.outline.width, 25, "style 0"},
		{&f.text.matrix.a, 0, "matrix"},
		{&f.text.matrix.e, 1e7, "matrix"},
		{&f.text.matrix.f, NAN, "matrix"},
		{&f.text.x, 1e7, "far outside"},
		{&f.text.y, -1e7, "far outside"},
		{&f.text.box_y, NAN, "far outside"},
		{&f.text.box_w, 0, "impossible size"},
		{&f.text.box_h, -1, "impossible size"},
		{&f.text.min_scale, 0, "fitting"},
		{&f.text.min_scale, 2, "fitting"},
		{&f.text.line_height, 0, "line height"},
		{&f.text.line_height, NAN, "line height"},
		{&f.qr.matrix.d, 0, "QR square 0"},
		{&f.qr.x, 1e7, "QR square 0"},
		{&f.qr.y, NAN, "QR square 0"},
		{&f.qr.size, 0, "QR square 0"},
		{&f.qr.size, 1e7, "QR square 0"},
	};
	struct err err;

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		fill(&f);
		*cases[i].number = cases[i].value;
		assert_int_equal(compiled_check_design(&f.d, &err), RC_INPUT);
		assert_non_null(strstr(err.text, cases[i].why));
	}
}

static void what_is_counted_exists(void **state)
{
	struct fixture f;
	struct err err;

	(void)state;
	for (unsigned i = 0; i < 8; i++) {
		fill(&f);
		f.text.anchor = i == 0 ? 99 : f.text.anchor;
		f.text.direction = i == 1 ? 99 : f.text.direction;
		f.text.tag = i == 2 ? 99 : f.text.tag;
		f.text.max_lines = i == 3 ? 0 : f.text.max_lines;
		f.text.layer = i == 4 ? 1 : 0;
		f.part.kind = i == 5 ? 99 : f.part.kind;
		f.part.style = i == 6 ? 1 : 0;
		f.qr.layer = i == 7 ? 1 : 0;
		assert_int_equal(compiled_check_design(&f.d, &err), RC_INPUT);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_honest_one_passes),
		cmocka_unit_test(each_number_has_bounds),
		cmocka_unit_test(what_is_counted_exists),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
