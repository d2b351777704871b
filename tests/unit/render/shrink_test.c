// SPDX-License-Identifier: Apache-2.0
/* Pictures made smaller, read back by libjpeg-turbo; and what is no picture. Runs in: tests. */
#include "base/mem.h"
#include "formats/thumbnail.h"
#include "render/png.h"
#include "render/shrink.h"
#include "tests/harness/harness.h"

#include <string.h>
#include <turbojpeg.h>

#define WIDTH 1754u
#define HEIGHT 1240u

/* What JPEG's quality leaves of a colour. */
#define NEAR 6

static struct buf png_of(const uint8_t *pixels, uint32_t width, uint32_t height)
{
	struct buf out = buf_new((size_t)64 << 20);
	struct err err;

	assert_ok(png_write_plain(pixels, width, height, 3, 150, &out, &err), err);
	return out;
}

static uint8_t *read_back(const struct buf *jpeg, int *width, int *height)
{
	tjhandle h = tjInitDecompress();
	int sampling;
	int space;
	uint8_t *pixels;

	assert_int_equal(
		tjDecompressHeader3(h, jpeg->p, jpeg->n, width, height, &sampling, &space), 0);
	pixels = mem_alloc((size_t)*width * (size_t)*height * 3);
	assert_int_equal(
		tjDecompress2(h, jpeg->p, jpeg->n, pixels, *width, 0, *height, TJPF_RGB, 0), 0);
	(void)tjDestroy(h);
	return pixels;
}

static void assert_near(const uint8_t *p, int r, int g, int b)
{
	const int want[3] = {r, g, b};

	for (int i = 0; i < 3; i++)
		assert_in_range(p[i] + NEAR - want[i], 0, 2 * NEAR);
}

/* Left half red, lower half with blue; every pixel of the result is the mean of those it covers. */
static void colours_stay_where_they_are(void **state)
{
	uint8_t *pixels = mem_zalloc((size_t)WIDTH * HEIGHT, 3);
	struct buf jpeg = buf_new(THUMBNAIL_LEN_MAX);
	struct buf png;
	struct err err;
	int w = 0;
	int h = 0;

	(void)state;
	for (size_t y = 0; y < HEIGHT; y++)
		for (size_t x = 0; x < WIDTH; x++) {
			pixels[3 * (y * WIDTH + x)] = x < WIDTH / 2 ? 255 : 0;
			pixels[3 * (y * WIDTH + x) + 1] = (uint8_t)((x + y) % 2 == 0 ? 200 : 0);
			pixels[3 * (y * WIDTH + x) + 2] = y >= HEIGHT / 2 ? 255 : 0;
		}
	png = png_of(pixels, WIDTH, HEIGHT);
	assert_ok(shrink_png(buf_bytes(&png), &jpeg, &err), err);
	MEM_FREE(pixels);
	pixels = read_back(&jpeg, &w, &h);
	assert_int_equal(w, 704);
	assert_int_equal(h, 498);
	assert_near(pixels + 3 * (100 * 704 + 100), 255, 100, 0);
	assert_near(pixels + 3 * (100 * 704 + 600), 0, 100, 0);
	assert_near(pixels + 3 * (400 * 704 + 100), 255, 100, 255);
	assert_near(pixels + 3 * (400 * 704 + 600), 0, 100, 255);
	/* The first and the last pixel see all of what is theirs. */
	assert_near(pixels, 255, 100, 0);
	assert_near(pixels + 3 * (497 * 704 + 703), 0, 100, 255);
	MEM_FREE(pixels);
	buf_free(&png);
	buf_free(&jpeg);
}

static void small_ones_keep_their_size(void **state)
{
	static const uint32_t sides[][2] = {{1, 1}, {3, 2}, {300, 300}, {2000, 1}, {1, 2000}};
	uint8_t *pixels = mem_zalloc((size_t)300 * 300, 3);

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(sides); i++) {
		struct thumbnail_size want = thumbnail_fit(sides[i][0], sides[i][1]);
		struct buf png = png_of(pixels, sides[i][0], sides[i][1]);
		struct buf jpeg = buf_new(THUMBNAIL_LEN_MAX);
		struct err err;
		uint8_t *back;
		int w = 0;
		int h = 0;

		assert_ok(shrink_png(buf_bytes(&png), &jpeg, &err), err);
		back = read_back(&jpeg, &w, &h);
		assert_int_equal(w, want.width);
		assert_int_equal(h, want.height);
		MEM_FREE(back);
		buf_free(&png);
		buf_free(&jpeg);
	}
	MEM_FREE(pixels);
}

/* Cut off at every length, and claiming more pixels than it has. */
static void what_is_none_is_refused(void **state)
{
	uint8_t pixels[3 * 16 * 16];
	struct buf jpeg = buf_new(THUMBNAIL_LEN_MAX);
	struct buf png;
	struct err err;

	(void)state;
	for (size_t i = 0; i < sizeof pixels; i++)
		pixels[i] = (uint8_t)(i * 37);
	png = png_of(pixels, 16, 16);
	for (size_t n = 0; n + 12 < png.n; n++)
		assert_int_equal(shrink_png((struct bytes){png.p, n}, &jpeg, &err), RC_INPUT);
	assert_int_equal(jpeg.n, 0);
	memcpy(png.p + 16, "\x00\x00\x3f\xff\x00\x00\x3f\xff", 8);
	assert_int_not_equal(shrink_png(buf_bytes(&png), &jpeg, &err), RC_OK);
	memcpy(png.p + 16, "\x7f\xff\xff\xff\x7f\xff\xff\xff", 8);
	assert_int_not_equal(shrink_png(buf_bytes(&png), &jpeg, &err), RC_OK);
	buf_free(&png);
	buf_free(&jpeg);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(colours_stay_where_they_are),
		cmocka_unit_test(small_ones_keep_their_size),
		cmocka_unit_test(what_is_none_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
