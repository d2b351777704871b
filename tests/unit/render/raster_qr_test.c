// SPDX-License-Identifier: Apache-2.0
/* QR modules as pixels: crisp edges, quiet zone, turned codes. */
#include "base/mem.h"
#include "render/qr.h"
#include "render/raster.h"
#include "tests/harness/harness.h"

#include <math.h>
#include <string.h>

static struct arena *a;
static const uint8_t *modules;
static uint32_t side;

static struct raster new_picture(uint32_t size)
{
	struct raster r = {
		.width = size, .height = size, .stride = 1 + 3 * (size_t)size, .scale = 1};

	r.rows = mem_alloc(r.stride * size);
	memset(r.rows, 0x80, r.stride * size);
	return r;
}

static const uint8_t *pixel(const struct raster *r, uint32_t x, uint32_t y)
{
	return r->rows + y * r->stride + 1 + 3 * (size_t)x;
}

static bool is_dark(uint32_t x, uint32_t y)
{
	return modules[y * side + x] & 1;
}

static struct design_qr new_qr(double x, double y, double size)
{
	return (struct design_qr){.matrix = {1, 0, 0, 1, 0, 0},
		.x = x,
		.y = y,
		.size = size,
		.dark = 0x102030FF,
		.light = 0xFFFEFDFF};
}

static void test_edges_lie_on_whole_pixels(void **state)
{
	struct raster r = new_picture(400);
	struct design_qr qr = new_qr(20.3, 31.7, 211.1);
	struct raster_rect dirty = {0};
	double step = qr.size / (side + 8);

	(void)state;
	r.scale = 1.5;
	raster_qr(&r, &qr, modules, side, &dirty);
	assert_int_equal(dirty.x0, lround(20.3 * 1.5));
	assert_int_equal(dirty.y1, lround((31.7 + 211.1) * 1.5));
	for (uint32_t y = dirty.y0; y < dirty.y1; y++)
		for (uint32_t x = dirty.x0; x < dirty.x1; x++) {
			const uint8_t *p = pixel(&r, x, y);

			assert_true((p[0] == 0x10 && p[1] == 0x20 && p[2] == 0x30)
				|| (p[0] == 0xFF && p[1] == 0xFE && p[2] == 0xFD));
		}
	/* The middle of each module is its colour. */
	for (uint32_t j = 0; j < side; j++)
		for (uint32_t i = 0; i < side; i++) {
			uint32_t x = (uint32_t)((20.3 + (i + 4.5) * step) * 1.5);
			uint32_t y = (uint32_t)((31.7 + (j + 4.5) * step) * 1.5);

			assert_int_equal(pixel(&r, x, y)[0], is_dark(i, j) ? 0x10 : 0xFF);
		}
	/* Nothing beside it was touched. */
	assert_int_equal(pixel(&r, dirty.x0 - 1, dirty.y0)[0], 0x80);
	assert_int_equal(pixel(&r, dirty.x1, dirty.y1 - 1)[0], 0x80);
	MEM_FREE(r.rows);
}

static void test_turned_code_shows_the_same_modules(void **state)
{
	struct raster r = new_picture(600);
	struct design_qr qr = new_qr(0, 0, 300);
	struct raster_rect dirty = {0};

	(void)state;
	qr.matrix = (struct design_matrix){0.8, 0.6, -0.6, 0.8, 250, 50};
	raster_qr(&r, &qr, modules, side, &dirty);
	for (uint32_t j = 0; j < side; j++)
		for (uint32_t i = 0; i < side; i++) {
			double u = (i + 4.5) * 300 / (side + 8), v = (j + 4.5) * 300 / (side + 8);
			const uint8_t *p = pixel(&r, (uint32_t)(0.8 * u - 0.6 * v + 250),
				(uint32_t)(0.6 * u + 0.8 * v + 50));

			assert_int_equal(p[0], is_dark(i, j) ? 0x10 : 0xFF);
		}
	/* Outside the turned square. */
	assert_int_equal(pixel(&r, 60, 60)[0], 0x80);
	MEM_FREE(r.rows);
}

static void test_half_turn_and_mirror(void **state)
{
	struct raster r = new_picture(300);
	struct design_qr qr = new_qr(0, 0, 270);
	struct raster_rect dirty = {0};
	double step = 270.0 / (side + 8);

	(void)state;
	qr.matrix = (struct design_matrix){-1, 0, 0, 1, 285, 10};
	raster_qr(&r, &qr, modules, side, &dirty);
	for (uint32_t i = 0; i < side; i++)
		assert_int_equal(pixel(&r, (uint32_t)(285 - (i + 4.5) * step),
					 (uint32_t)(10 + 4.5 * step))[0],
			is_dark(i, 0) ? 0x10 : 0xFF);
	MEM_FREE(r.rows);
}

static void test_transparent_paper(void **state)
{
	struct raster r = new_picture(300);
	struct design_qr qr = new_qr(10, 10, 270);
	struct raster_rect dirty = {0};

	(void)state;
	qr.light = 0xFFFFFF00;
	raster_qr(&r, &qr, modules, side, &dirty);
	assert_int_equal(pixel(&r, 12, 12)[0], 0x80);
	assert_int_equal(pixel(&r, (uint32_t)(10 + 4.5 * 270 / (side + 8)),
				 (uint32_t)(10 + 4.5 * 270 / (side + 8)))[0],
		0x10);
	MEM_FREE(r.rows);
}

static void test_clipped_or_nothing(void **state)
{
	static const double at[][3] = {{-100, -100, 150}, {280, 280, 200}, {1e9, 0, 100}, {0, 0, 0},
		{10, 10, -5}, {0, 0, 1e9}, {-1e9, -1e9, 1e5}};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(at); i++)
		for (int turned = 0; turned < 3; turned++) {
			struct raster r = new_picture(300);
			struct design_qr qr = new_qr(at[i][0], at[i][1], at[i][2]);
			struct raster_rect dirty = {0};

			if (turned == 1)
				qr.matrix = (struct design_matrix){0, 1, -1, 0, 0, 0};
			if (turned == 2)
				qr.matrix = (struct design_matrix){0, 0, 0, 0, 0, 0};
			raster_qr(&r, &qr, modules, side, &dirty);
			assert_true(dirty.x1 <= 300 && dirty.y1 <= 300);
			for (uint32_t y = 0; y < 300; y++)
				assert_int_equal(r.rows[y * r.stride], 0x80);
			MEM_FREE(r.rows);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_edges_lie_on_whole_pixels),
		cmocka_unit_test(test_turned_code_shows_the_same_modules),
		cmocka_unit_test(test_half_turn_and_mirror),
		cmocka_unit_test(test_transparent_paper),
		cmocka_unit_test(test_clipped_or_nothing),
	};
	struct err err;
	int failed;

	harness_start();
	a = arena_new((size_t)1 << 20);
	if (qr_encode(STR("HTTPS://CERT.EXAMPLE.EDU/VERIFY/01HZX3N4Q5R6S7T8V9W0"), a, &modules,
		    &side, &err)
		!= RC_OK)
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(&a);
	return failed;
}
