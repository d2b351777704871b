// SPDX-License-Identifier: Apache-2.0
/* The glyph cache: it may forget, it may not change what is drawn. */
#include "base/hash.h"
#include "render/raster_inner.h"
#include "tests/unit/render/text_kit.h"

static struct kit k;

static const struct raster_window everything = {-30000, -30000, 30000, 30000};

static struct raster_key key_of(uint32_t glyph, int32_t size)
{
	return (struct raster_key){.shape = {size, 0, 0, size}, .glyph = glyph};
}

static uint64_t print_of(const struct raster_glyph *g)
{
	uint8_t digest[32];
	uint64_t out;

	hash_sha256((struct bytes){g->coverage, (size_t)g->width * g->height * 3}, digest);
	memcpy(&out, digest, sizeof out);
	return out ^ (uint64_t)(uint32_t)g->left << 32 ^ (uint32_t)g->top;
}

static void test_forgetting_changes_nothing(void **state)
{
	struct raster_cache *small = raster_cache_new(k.e, 1);
	uint64_t first[64];

	(void)state;
	/* 64 glyphs of 200 px and many more in between: several generations. */
	for (int round = 0; round < 3; round++) {
		for (uint32_t g = 0; g < 64; g++) {
			struct raster_key key = key_of(36 + g, 120 * 64);
			uint64_t print = print_of(raster_glyph_find(small, &key, &everything));

			if (round == 0)
				first[g] = print;
			assert_true(first[g] == print);
			/* Asked again at once it is the same piece of memory. */
			assert_ptr_equal(raster_glyph_find(small, &key, &everything),
				raster_glyph_find(small, &key, &everything));
		}
		for (uint32_t g = 0; g < 400; g++) {
			struct raster_key key = key_of(40 + g, 90 * 64 + round);

			(void)raster_glyph_find(small, &key, &everything);
		}
	}
	raster_cache_free(&small);
	assert_null(small);
	raster_cache_free(&small);
}

static void test_coverage_is_tripled(void **state)
{
	struct raster_cache *c = raster_cache_new(k.e, 1 << 20);
	struct raster_key key = key_of(36, 40 * 64);
	const struct raster_glyph *g = raster_glyph_find(c, &key, &everything);
	unsigned full = 0;

	(void)state;
	assert_true(g->width > 10 && g->width < 60 && g->height > 10 && g->height < 60);
	for (size_t i = 0; i < (size_t)g->width * g->height; i++) {
		assert_int_equal(g->coverage[3 * i], g->coverage[3 * i + 1]);
		assert_int_equal(g->coverage[3 * i], g->coverage[3 * i + 2]);
		full += g->coverage[3 * i] == 255;
	}
	assert_true(full > 20);
	raster_cache_free(&c);
}

static void test_keys_differ_in_every_part(void **state)
{
	struct raster_cache *c = raster_cache_new(k.e, 1 << 20);
	struct raster_key keys[8];
	const struct raster_glyph *g[8];

	(void)state;
	for (size_t i = 0; i < 8; i++)
		keys[i] = key_of(36, 40 * 64);
	keys[1].glyph = 37;
	keys[2].font = 1;
	keys[3].phase_x = 1;
	keys[4].phase_y = 1;
	keys[5].shape.xx++;
	keys[6].shape.xy = 9;
	keys[7].shape.yx = 9;
	for (size_t i = 0; i < 8; i++)
		g[i] = raster_glyph_find(c, &keys[i], &everything);
	for (size_t i = 0; i < 8; i++)
		for (size_t j = 0; j < i; j++)
			assert_ptr_not_equal(g[i], g[j]);
	raster_cache_free(&c);
}

static void test_blank_and_impossible_glyphs(void **state)
{
	struct raster_cache *c = raster_cache_new(k.e, 1 << 20);
	struct raster_key blank = key_of(0, 40 * 64);
	struct raster_key beyond = key_of(0xFFFFFF, 40 * 64);
	struct raster_key large = key_of(36, 5000 * 64);
	struct raster_window window = {10, -2000, 60, -1900};
	const struct raster_glyph *g;
	hb_codepoint_t space;

	(void)state;
	assert_true(hb_font_get_nominal_glyph(text_font_hb(k.e, 0), ' ', &space));
	blank.glyph = space;
	assert_int_equal(raster_glyph_find(c, &blank, &everything)->width, 0);
	assert_int_equal(raster_glyph_find(c, &beyond, &everything)->width, 0);
	g = raster_glyph_find(c, &large, &window);
	assert_true(g->left >= 10 && g->width <= 50 && g->top >= -2000 && g->height <= 100);
	raster_cache_free(&c);
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
		cmocka_unit_test(test_forgetting_changes_nothing),
		cmocka_unit_test(test_coverage_is_tripled),
		cmocka_unit_test(test_keys_differ_in_every_part),
		cmocka_unit_test(test_blank_and_impossible_glyphs),
	};

	harness_start();
	return cmocka_run_group_tests(tests, open_kit, close_kit);
}
