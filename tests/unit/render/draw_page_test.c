// SPDX-License-Identifier: Apache-2.0
/* One picture after the other on one page: each looks as if it were the first. Runs in: tests. */
#include "render/draw_page.h"
#include "tests/unit/render/text_kit.h"

#include <stdlib.h>

#define WIDTH 900
#define HEIGHT 300
#define TEXTS 4
#define SIDE 21

static struct kit k;
static struct raster_cache *cache;
static struct compiled c;
static struct bytes blob;
static uint8_t modules[SIDE * SIDE];

/* Stripes, so that what is not put back shows. */
static void make_base(void)
{
	size_t stride = 1 + 3 * (size_t)WIDTH;
	uint8_t *rows = mem_alloc(stride * HEIGHT);

	for (size_t i = 0; i < stride * HEIGHT; i++)
		rows[i] = i % stride == 0 ? 0 : (uint8_t)(200 + i % stride % 50);
	blob = (struct bytes){rows, stride * HEIGHT};
	c = (struct compiled){.px_w = WIDTH, .px_h = HEIGHT, .scale = 1, .dpi = 96};
	c.base = (struct compiled_section){0, blob.n};
}

static void lay(struct text_block *out, const char *name, double x, double y, uint32_t fill)
{
	k.styles[0].fill = fill;
	k.t.x = x;
	k.t.y = y;
	k.items[0] = (struct wire_value){STR("recipient.name"), str_of(name)};
	k.values.count = 1;
	assert_ok(kit_lay_out(&k), k.err);
	*out = k.block;
}

static struct png_writer *new_writer(void)
{
	struct png_writer *w = NULL;

	assert_ok(png_writer_new(&c, blob, &w, &k.err), k.err);
	return w;
}

/* What a picture shows. */
struct shown {
	struct text_block blocks[TEXTS];
	bool has[TEXTS];
	bool qr;
};

static void paint(struct draw_page *p, const struct shown *s, struct png_writer *w)
{
	static const struct design_qr qr = {.matrix = {1, 0, 0, 1, 0, 0},
		.x = 700,
		.y = 150,
		.size = 100,
		.dark = 255,
		.light = ~0u};

	for (uint32_t i = 0; i < TEXTS; i++)
		if (s->has[i])
			draw_page_add_text(p, &s->blocks[i], i);
	if (s->qr)
		draw_page_add_qr(p, &qr, modules, SIDE);
	draw_page_paint(p, cache, w);
}

/* The picture's file when all is drawn on a page of its own, and the page. */
static void looks_like_the_first(struct draw_page *p, const struct shown *s, struct png_writer *w)
{
	struct draw_page *fresh = draw_page_new(&c, blob);
	struct png_writer *own = new_writer();
	struct buf files[2] = {buf_new(SIZE_MAX / 2), buf_new(SIZE_MAX / 2)};
	struct wire_artifact art;

	paint(p, s, w);
	paint(fresh, s, own);
	assert_memory_equal(draw_page_raster(p)->rows, draw_page_raster(fresh)->rows, blob.n);
	/* And the writer was told of everything. */
	assert_ok(png_write(w, draw_page_raster(p), (struct bytes){NULL, 0}, &files[0], 0, k.a,
			  &art, &k.err),
		k.err);
	assert_ok(png_write(own, draw_page_raster(fresh), (struct bytes){NULL, 0}, &files[1], 0,
			  k.a, &art, &k.err),
		k.err);
	assert_int_equal(files[0].n, files[1].n);
	assert_memory_equal(files[0].p, files[1].p, files[0].n);
	buf_free(&files[0]);
	buf_free(&files[1]);
	png_writer_free(&own);
	draw_page_free(&fresh);
}

/* Words that come and go, some over others, some always there. */
static void every_picture_looks_like_the_first(void **state)
{
	static const char *const names[] = {"Ada", "Émilie du Châtelet", "Zoë"};

	(void)state;
	for (int crowded = 0; crowded < 2; crowded++) {
		struct draw_page *p = draw_page_new(&c, blob);
		struct png_writer *w = new_writer();

		for (uint32_t i = 0; i < 60; i++) {
			struct shown s = {.qr = i % 3 != 0};

			kit_reset(&k);
			for (uint32_t t = 0; t < TEXTS; t++) {
				/* Every set of the others, after every smaller one. */
				s.has[t] = t == 0 || i >> (t - 1) & 1;
				lay(&s.blocks[t], t == 0 ? "always" : names[i / 8 % 3],
					250 + (crowded ? 10 : 150) * t,
					(crowded ? 100 : 50) + (crowded ? 4 : 60) * t,
					t == 2 ? 0x80402080 : 0x102030FF);
			}
			modules[i * 31 % sizeof modules] ^= 1;
			looks_like_the_first(p, &s, w);
			/* The same person twice. */
			if (i % 5 == 0)
				looks_like_the_first(p, &s, w);
		}
		png_writer_free(&w);
		draw_page_free(&p);
	}
}

/* The same glyphs in another place, colour or size are not the same. */
static void near_likeness_is_not_sameness(void **state)
{
	struct draw_page *p = draw_page_new(&c, blob);
	struct png_writer *w = new_writer();

	(void)state;
	kit_reset(&k);
	k.t.anchor = ANCHOR_START;
	for (uint32_t i = 0; i < 12; i++) {
		struct shown s = {.has = {true}};

		/* Every second one is the plain one. */
		k.styles[0].size = i == 1 ? 50 : 40;
		lay(&s.blocks[0], i == 3 ? "E" : "F", 400 + (i == 5), 100 + (i == 7),
			i == 9            ? 0x800000FF
				: i == 11 ? 0x7F
					  : 0xFF);
		looks_like_the_first(p, &s, w);
	}
	png_writer_free(&w);
	draw_page_free(&p);
}

static void nothing_leaves_the_base(void **state)
{
	struct draw_page *p = draw_page_new(&c, blob);
	struct png_writer *w = new_writer();
	struct shown some = {.has = {true}, .qr = true};
	struct shown none = {.qr = false};

	(void)state;
	kit_reset(&k);
	lay(&some.blocks[0], "Ada", 400, 100, 255);
	paint(p, &some, w);
	assert_memory_not_equal(draw_page_raster(p)->rows, blob.p, blob.n);
	paint(p, &none, w);
	assert_memory_equal(draw_page_raster(p)->rows, blob.p, blob.n);
	png_writer_free(&w);
	draw_page_free(&p);
	assert_null(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_picture_looks_like_the_first),
		cmocka_unit_test(near_likeness_is_not_sameness),
		cmocka_unit_test(nothing_leaves_the_base),
	};
	int failed;

	kit_open(&k);
	kit_reset(&k);
	make_base();
	cache = raster_cache_new(k.e, (size_t)8 << 20);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	raster_cache_free(&cache);
	kit_close(&k);
	mem_release((void *)(uintptr_t)blob.p);
	return failed;
}
