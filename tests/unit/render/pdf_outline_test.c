// SPDX-License-Identifier: Apache-2.0
/* Letters as paths: where they lie, and whole. Runs in: make check. */
#include "render/pdf_outline.h"
#include "tests/unit/render/text_kit.h"

#include <stdio.h>

static struct kit kit;

static int set_up(void **state)
{
	(void)state;
	kit_open(&kit);
	return 0;
}

/* Number of lines that end with an operator. */
static size_t count_of(const char *path, char operator)
{
	size_t n = 0;

	for (; *path != '\0'; path++)
		n += path[0] == operator&& path[1] == '\n';
	return n;
}

static const char *path_of(struct buf *out, uint16_t font, uint32_t cp, double x, double y)
{
	struct text_glyph g = {.x = x, .y = y};
	struct text_run run = {.font = font, .size = 20, .glyphs = &g, .glyph_count = 1};

	g.glyph = FT_Get_Char_Index(text_font_ft(kit.e, font), cp);
	assert_true(g.glyph != 0);
	pdf_outline_put(out, kit.e, &run, 10, 60);
	buf_put_zeros(out, 1);
	return (const char *)out->p;
}

/* What FreeType says of the glyph's edge: a box around all points, in units. */
static void box_of(const char *path, long box[4])
{
	long v[6];
	int used;

	box[0] = box[1] = 1000000;
	box[2] = box[3] = -1000000;
	while (*path != '\0') {
		int n = 0;

		while (n < 6 && sscanf(path, " %ld%n", &v[n], &used) == 1) {
			path += used;
			n++;
		}
		for (int i = 0; i + 1 < n; i += 2) {
			box[0] = v[i] < box[0] ? v[i] : box[0];
			box[1] = v[i + 1] < box[1] ? v[i + 1] : box[1];
			box[2] = v[i] > box[2] ? v[i] : box[2];
			box[3] = v[i + 1] > box[3] ? v[i + 1] : box[3];
		}
		while (*path != '\0' && *path++ != '\n')
			;
	}
}

/* An o has two contours of curves; quadratic or cubic, its extents are the font's. */
static void contours_are_closed_and_as_large_as_the_glyph(void **state)
{
	size_t seen = 0;

	(void)state;
	for (uint16_t font = 0; font < kit.font_count; font++) {
		FT_Face face = text_font_ft(kit.e, font);
		struct buf out = buf_new(1 << 16);
		const char *path;
		long box[4];

		if (FT_Get_Char_Index(face, 'o') == 0)
			continue;
		path = path_of(&out, font, 'o', 10, 60);
		assert_int_equal(count_of(path, 'm'), 2);
		assert_int_equal(count_of(path, 'h'), 2);
		assert_true(count_of(path, 'c') >= 8);
		box_of(path, box);
		assert_true(labs(box[0] - face->glyph->metrics.horiBearingX) <= 2);
		assert_true(labs(box[3] - face->glyph->metrics.horiBearingY) <= 2);
		assert_true(labs(box[2] - box[0] - face->glyph->metrics.width) <= 3);
		assert_true(labs(box[3] - box[1] - face->glyph->metrics.height) <= 3);
		seen++;
		buf_free(&out);
	}
	assert_true(seen > 4);
}

static void places_are_counted_from_the_pen(void **state)
{
	struct buf near = buf_new(1 << 16);
	struct buf far = buf_new(1 << 16);
	long at[4];
	long moved[4];
	double unit = 20.0 / text_font_ft(kit.e, 0)->units_per_EM;

	(void)state;
	box_of(path_of(&near, 0, 'o', 10, 60), at);
	box_of(path_of(&far, 0, 'o', 35, 50), moved);
	assert_int_equal(moved[0] - at[0], lround(25 / unit));
	assert_int_equal(moved[1] - at[1], lround(10 / unit)); /* upwards */
	buf_free(&near);
	buf_free(&far);
}

static void a_space_is_nothing(void **state)
{
	struct buf out = buf_new(1 << 10);

	(void)state;
	assert_string_equal(path_of(&out, 0, ' ', 10, 60), "");
	buf_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(contours_are_closed_and_as_large_as_the_glyph),
		cmocka_unit_test(places_are_counted_from_the_pen),
		cmocka_unit_test(a_space_is_nothing),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
