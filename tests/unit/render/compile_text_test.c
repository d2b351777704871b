// SPDX-License-Identifier: Apache-2.0
/* Which rows a recipient can touch: none of the others may ever change. Runs in: tests. */
#include "render/compile_sample.h"
#include "render/compile_text.h"
#include "render/png.h"
#include "tests/unit/render/compile_kit.h"

static struct compile_kit k;
static struct compile_text t;
static struct raster r;
static uint8_t *fixed;

/* The sample's design at 96 dpi on a white page. */
static int set_up(void **state)
{
	(void)state;
	compile_kit_open(&k, 0);
	k.c = (struct compiled){.scale = 1, .px_w = 1123, .px_h = 794, .design = k.design};
	compile_text_find_fonts(k.a, k.fonts.e, &k.c);
	t = (struct compile_text){
		k.fonts.e, raster_cache_new(k.fonts.e, (size_t)16 << 20), &k.c, &k.notes};
	r = (struct raster){.stride = 1 + 3 * 1123, .width = 1123, .height = 794, .scale = 1};
	r.rows = mem_alloc((r.height + 1) * r.stride);
	memset(r.rows, 0xff, r.height * r.stride);
	fixed = mem_alloc(r.height);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	raster_cache_free(&t.cache);
	MEM_FREE(r.rows);
	MEM_FREE(fixed);
	compile_kit_close(&k);
	return 0;
}

static void styles_find_their_fonts(void **state)
{
	const struct wire_font *title, *name, *line;

	(void)state;
	assert_int_equal(k.c.style_fonts.count, 3);
	title = text_font_info(t.engine, k.c.style_fonts.items[0].font);
	name = text_font_info(t.engine, k.c.style_fonts.items[1].font);
	line = text_font_info(t.engine, k.c.style_fonts.items[2].font);
	assert_true(str_eq_cz(title->family, "Noto Serif"));
	assert_true(str_eq_cz(name->family, "Noto Serif"));
	assert_true(name->weight <= title->weight);
	assert_true(str_eq_cz(line->family, "Noto Sans"));
}

static void rows_of_fields_and_code_change(void **state)
{
	(void)state;
	compile_text_mark_rows(&t, &r, fixed);
	for (uint32_t y = 0; y < 300; y++)
		assert_int_equal(fixed[y], 1);
	for (uint32_t y = 360; y < 390; y++)
		assert_int_equal(fixed[y], 0);
	for (uint32_t y = 579; y < 701; y++)
		assert_int_equal(fixed[y], 0);
	assert_int_equal(fixed[577], 1);
	assert_int_equal(fixed[703], 1);
}

static void turned_code_covers_its_corners(void **state)
{
	struct design_qr *q = &k.c.design.qrs.items[0];

	(void)state;
	k.c.design.texts.count = 0;
	/* By 45 degrees about (200, 400): corners at 400 +- 70.7. */
	q->matrix =
		(struct design_matrix){0.70710678, 0.70710678, -0.70710678, 0.70710678, 200, 400};
	q->x = -50;
	q->y = -50;
	q->size = 100;
	compile_text_mark_rows(&t, &r, fixed);
	assert_int_equal(fixed[329], 0);
	assert_int_equal(fixed[470], 0);
	assert_int_equal(fixed[326], 1);
	assert_int_equal(fixed[473], 1);
	/* Off the page: nothing to mark, nothing written beside it. */
	q->matrix.f = -500;
	compile_text_mark_rows(&t, &r, fixed);
	for (uint32_t y = 0; y < r.height; y++)
		assert_int_equal(fixed[y], 1);
}

/* What samples draw stays within the rows that were marked, whatever script it is in. */
static void samples_stay_in_their_rows(void **state)
{
	(void)state;
	compile_text_mark_rows(&t, &r, fixed);
	for (uint32_t i = 0; i < 8; i++)
		compile_sample_draw(&t, i, &r);
	for (uint32_t y = 0; y < r.height; y++) {
		bool white = true;

		for (size_t x = 0; x < r.stride; x++)
			white = white && r.rows[y * r.stride + x] == 0xff;
		if (fixed[y] != 0)
			assert_true(white);
		if (y == 375 || y == 640)
			assert_false(white);
	}
}

static void only_static_text_is_baked(void **state)
{
	(void)state;
	assert_ok(compile_text_bake(&t, &k.c.design, 0, &r, &k.err), k.err);
	for (uint32_t y = 0; y < r.height; y++) {
		bool white = true;

		for (size_t x = 0; x < r.stride; x++)
			white = white && r.rows[y * r.stride + x] == 0xff;
		/* Capitals of the title, size 44, above the line at 200; the foot's above 690. */
		if ((y > 172 && y < 199) || (y > 678 && y < 689))
			assert_false(white);
		else if (y < 150 || (y > 220 && y < 660) || y > 700)
			assert_true(white);
	}
}

#define WITH_PAGE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_PAGE(styles_find_their_fonts),
		WITH_PAGE(rows_of_fields_and_code_change),
		WITH_PAGE(turned_code_covers_its_corners),
		WITH_PAGE(samples_stay_in_their_rows),
		WITH_PAGE(only_static_text_is_baked),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
