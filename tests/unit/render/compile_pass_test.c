// SPDX-License-Identifier: Apache-2.0
/* Images of the wallet pass: names, sizes, colours. Runs in: tests. */
#include "base/mem.h"
#include "render/compile_pass.h"
#include "tests/harness/harness.h"

#include <png.h>
#include <stdlib.h>
#include <string.h>

struct made {
	struct arena *a;
	struct compile_notes notes;
	struct buf sections;
	struct compiled c;
	struct raster base;
};

/* A page of width by height: left half red, right half blue; noise: as hard to compress as can be. */
static void make(
	struct made *m, uint32_t width, uint32_t height, bool noise, const char *background)
{
	struct wire_pass_style style = {
		.background = str_of(background), .foreground = STR("rgb(250, 240, 10)")};
	uint32_t seed = 1;

	memset(m, 0, sizeof *m);
	m->a = arena_new((size_t)32 << 20);
	m->notes.a = m->a;
	m->sections = buf_new((size_t)32 << 20);
	m->base = (struct raster){
		.stride = 1 + 3 * (size_t)width, .width = width, .height = height, .scale = 1};
	m->base.rows = arena_zalloc(m->a, height, m->base.stride);
	for (uint32_t y = 0; y < height; y++) {
		for (uint32_t x = 0; x < width; x++) {
			uint8_t *p = m->base.rows + y * m->base.stride + 1 + 3 * (size_t)x;

			p[x < width / 2 ? 0 : 2] = 255;
			for (int k = 0; noise && k < 3; k++) {
				seed = seed * 1664525 + 1013904223;
				p[k] = (uint8_t)(seed >> 24);
			}
		}
	}
	assert_int_equal(
		compile_pass_make(m->a, &m->base, &style, &m->notes, &m->sections, &m->c), RC_OK);
}

static void done(struct made *m)
{
	buf_free(&m->sections);
	arena_free(&m->a);
}

/* Decodes image i to RGBA, in a; checks its size. */
static const uint8_t *decode(
	struct made *m, uint32_t i, const char *name, uint32_t width, uint32_t height)
{
	struct bytes file = compiled_bytes(buf_bytes(&m->sections), &m->c.images.items[i].file);
	png_image image = {.version = PNG_IMAGE_VERSION};
	uint8_t *pixels;

	assert_true(str_eq_cz(m->c.images.items[i].name, name));
	assert_true(file.n <= COMPILE_PASS_IMAGE_MAX);
	assert_true(png_image_begin_read_from_memory(&image, file.p, file.n) != 0);
	assert_int_equal(image.width, width);
	assert_int_equal(image.height, height);
	image.format = PNG_FORMAT_RGBA;
	pixels = arena_alloc(m->a, PNG_IMAGE_SIZE(image));
	assert_true(png_image_finish_read(&image, NULL, pixels, 0, NULL) != 0);
	return pixels;
}

static void all_sizes_are_there(void **state)
{
	struct made m;
	const uint8_t *p;

	(void)state;
	make(&m, 1500, 1000, false, "rgb(10, 20, 30)");
	assert_int_equal(m.c.images.count, 7);
	assert_int_equal(m.notes.count, 0);
	p = decode(&m, 0, "icon.png", 29, 29);
	/* Middle of the left edge: background. Rounded corner: nothing. */
	assert_memory_equal(p + (size_t)4 * (14 * 29 + 1), "\x0a\x14\x1e\xff", 4);
	assert_int_equal(p[3], 0);
	(void)decode(&m, 1, "icon@2x.png", 58, 58);
	p = decode(&m, 2, "icon@3x.png", 87, 87);
	/* Inside the rosette, above the tick: foreground. */
	assert_memory_equal(p + (size_t)4 * (18 * 87 + 43), "\xfa\xf0\x0a\xff", 4);
	p = decode(&m, 3, "logo.png", 50, 50);
	assert_int_equal(p[(size_t)4 * (25 * 50 + 1) + 3], 0);
	(void)decode(&m, 4, "logo@2x.png", 100, 100);
	p = decode(&m, 5, "thumbnail.png", 90, 60);
	assert_memory_equal(p + (size_t)4 * (30 * 90 + 20), "\xff\x00\x00\xff", 4);
	assert_memory_equal(p + (size_t)4 * (30 * 90 + 70), "\x00\x00\xff\xff", 4);
	(void)decode(&m, 6, "thumbnail@2x.png", 180, 120);
	done(&m);
}

static void thumbnail_keeps_apples_aspect(void **state)
{
	struct made m;
	const uint8_t *p;

	(void)state;
	make(&m, 300, 3000, false, "");
	p = decode(&m, 5, "thumbnail.png", 60, 90);
	/* The narrow page stands in the middle, on white. */
	assert_memory_equal(p + (size_t)4 * (45 * 60 + 5), "\xff\xff\xff\xff", 4);
	assert_int_equal(p[(size_t)4 * (45 * 60 + 28)], 255);
	assert_int_equal(p[(size_t)4 * (45 * 60 + 28) + 1], 0);
	done(&m);
	make(&m, 20, 4, false, "");
	(void)decode(&m, 5, "thumbnail.png", 90, 60);
	done(&m);
}

static void colours_that_are_none_get_ours(void **state)
{
	static const char *const bad[] = {
		"", "red", "rgb(1, 2)", "rgb(1, 2, 256)", "rgb(1,2,3", "rgb(-1, 2, 3)", "rgb()"};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
		struct made m;
		const uint8_t *p;

		make(&m, 100, 100, false, bad[i]);
		p = decode(&m, 0, "icon.png", 29, 29);
		assert_memory_equal(p + (size_t)4 * (14 * 29 + 1), "\x1e\x35\x61\xff", 4);
		done(&m);
	}
}

static void thumbnail_too_large_is_left_out(void **state)
{
	struct made m;

	(void)state;
	/* One pixel of noise for each of the thumbnail's: 97 kB that do not compress. */
	make(&m, 180, 180, true, "rgb(0, 0, 0)");
	assert_int_equal(m.c.images.count, 6);
	assert_int_equal(m.notes.count, 1);
	assert_true(str_eq_cz(m.notes.items[0].what, "thumbnail"));
	done(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_sizes_are_there),
		cmocka_unit_test(thumbnail_keeps_apples_aspect),
		cmocka_unit_test(colours_that_are_none_get_ours),
		cmocka_unit_test(thumbnail_too_large_is_left_out),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
