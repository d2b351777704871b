// SPDX-License-Identifier: Apache-2.0
/* Anchors, frames, matrices, the room of an object. */
#include "tests/unit/render/text_kit.h"

static struct kit k;

static void line_ends(double *left, double *right)
{
	*left = 1e9;
	*right = -1e9;
	for (size_t i = 0; i < k.block.run_count; i++) {
		const struct text_run *r = &k.block.runs[i];

		*left = fmin(*left, r->glyphs[0].x);
		for (size_t g = 0; g < r->glyph_count; g++)
			*right = fmax(*right, r->glyphs[g].x + r->glyphs[g].advance);
	}
}

static void lay(const char *name, uint8_t anchor, uint8_t direction)
{
	kit_reset(&k);
	k.t.anchor = anchor;
	k.t.direction = direction;
	kit_value(&k, "recipient.name", name);
	assert_ok(kit_lay_out(&k), k.err);
}

static void test_anchors(void **state)
{
	double left, right;

	(void)state;
	lay("Ada", ANCHOR_START, DIRECTION_AUTO);
	line_ends(&left, &right);
	kit_near(left, 500, 0.01);
	lay("Ada", ANCHOR_END, DIRECTION_AUTO);
	line_ends(&left, &right);
	kit_near(right, 500, 0.01);
	lay("Ada", ANCHOR_MIDDLE, DIRECTION_AUTO);
	line_ends(&left, &right);
	kit_near((left + right) / 2, 500, 0.01);
}

static void test_anchors_right_to_left(void **state)
{
	double left, right;

	(void)state;
	lay("אבג", ANCHOR_START, DIRECTION_RTL);
	line_ends(&left, &right);
	kit_near(right, 500, 0.01);
	lay("אבג", ANCHOR_END, DIRECTION_RTL);
	line_ends(&left, &right);
	kit_near(left, 500, 0.01);
	/* The template did not say right to left: the value stays where its text stood. */
	lay("אבג", ANCHOR_START, DIRECTION_AUTO);
	line_ends(&left, &right);
	kit_near(left, 500, 0.01);
}

static void test_trailing_space_hangs(void **state)
{
	double left, right, wide;

	(void)state;
	lay("Ada", ANCHOR_MIDDLE, DIRECTION_AUTO);
	line_ends(&left, &right);
	wide = right - left;
	lay("Ada   ", ANCHOR_MIDDLE, DIRECTION_AUTO);
	kit_near(k.block.runs[0].glyphs[0].x, 500 - wide / 2, 0.01);
	lay("אבג   ", ANCHOR_START, DIRECTION_RTL);
	line_ends(&left, &right);
	kit_near(right, 500, 0.01);
}

static void test_frame_centres_lines(void **state)
{
	const struct text_run *r;

	(void)state;
	kit_reset(&k);
	k.t.box_y = 200;
	k.t.box_h = 300;
	kit_value(&k, "recipient.name", "Ada");
	assert_ok(kit_lay_out(&k), k.err);
	r = &k.block.runs[0];
	/* Noto Serif: ascent 1.069 em, descent 0.293 em. */
	kit_near(r->glyphs[0].y, 350 + 40 * (1.069 - 0.293) / 2, 0.01);
}

static void test_paragraph_grows_downwards(void **state)
{
	(void)state;
	kit_reset(&k);
	k.t.anchor = ANCHOR_START;
	k.t.box_w = 150;
	k.t.shrink = false;
	k.t.max_lines = 4;
	kit_value(&k, "recipient.name", "Ada King Lovelace");
	k.t.box_w = 200;
	assert_ok(kit_lay_out(&k), k.err);
	assert_true(k.block.line_count == 2);
	kit_near(k.block.runs[0].glyphs[0].y, 100, 0);
	kit_near(k.block.runs[k.block.run_count - 1].glyphs[0].y, 148, 1e-9);
}

static void test_bounds_follow_the_matrix(void **state)
{
	double x0, y0, x1, y1;

	(void)state;
	kit_reset(&k);
	/* A quarter turn: own x runs down the page. */
	k.t.matrix = (struct design_matrix){0, 2, -2, 0, 1000, 0};
	kit_value(&k, "recipient.name", "Ada Lovelace");
	assert_ok(kit_lay_out(&k), k.err);
	assert_true(k.block.y1 - k.block.y0 > 4 * (k.block.x1 - k.block.x0));
	kit_near((k.block.y0 + k.block.y1) / 2, 1000, 4);
	text_bounds(k.e, &k.c, &k.t, &x0, &y0, &x1, &y1);
	assert_true(x0 <= k.block.x0 && x1 >= k.block.x1 && y0 <= k.block.y0 && y1 >= k.block.y1);
	kit_near(y1 - y0, 2 * (400 + 40) + 2, 0.01);
}

/* Whatever the rule, no text leaves the room that was promised for it. */
static void test_room_holds_every_outcome(void **state)
{
	static const char *const texts[] = {"j", "Ag", "Maximiliana Featherstonehaugh",
		"محمد بن عبد الله العربي", "မြန်မာ ကျော်", "ɄỄỘǺ", "བཀྲ་ཤིས"};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(texts); i++)
		for (unsigned n = 0; n < 36; n++) {
			double x0, y0, x1, y1;

			kit_reset(&k);
			kit_value(&k, "recipient.name", texts[i]);
			k.t.anchor = (uint8_t)(n % 3);
			k.t.max_lines = (uint8_t)(1 + n / 3 % 3);
			k.t.box_w = n & 1 ? 250 : 380;
			k.t.box_h = n / 9 % 2 ? 150 : 0;
			k.t.min_scale = 0.4;
			k.t.direction = n < 18 ? DIRECTION_AUTO : DIRECTION_RTL;
			if (kit_lay_out(&k) != RC_OK)
				continue;
			text_bounds(k.e, &k.c, &k.t, &x0, &y0, &x1, &y1);
			assert_true(k.block.x0 >= x0 && k.block.x1 <= x1);
			assert_true(k.block.y0 >= y0 && k.block.y1 <= y1);
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
		cmocka_unit_test(test_anchors),
		cmocka_unit_test(test_anchors_right_to_left),
		cmocka_unit_test(test_trailing_space_hangs),
		cmocka_unit_test(test_frame_centres_lines),
		cmocka_unit_test(test_paragraph_grows_downwards),
		cmocka_unit_test(test_bounds_follow_the_matrix),
		cmocka_unit_test(test_room_holds_every_outcome),
	};

	harness_start();
	return cmocka_run_group_tests(tests, open_kit, close_kit);
}
