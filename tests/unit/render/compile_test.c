// SPDX-License-Identifier: Apache-2.0
/* The whole compile: what comes out, that it is always the same, what is refused. Runs in: tests. */
#include "base/hash.h"
#include "render/compile_art.h"
#include "render/png.h"
#include "tests/unit/render/compile_kit.h"

#include <dirent.h>
#include <locale.h>
#include <stdlib.h>

static struct compile_kit k;

static int set_up(void **state)
{
	(void)state;
	compile_kit_open(&k, 0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	compile_kit_close(&k);
	return 0;
}

static bool row_is_fixed(uint32_t row)
{
	for (uint32_t i = 0; i < k.c.bands.count; i++) {
		const struct compiled_band *b = &k.c.bands.items[i];

		if (row >= b->row && row < b->row + b->count)
			return true;
	}
	return false;
}

static void everything_is_there(void **state)
{
	(void)state;
	compile_kit_make(&k);
	assert_int_equal(k.c.px_w, 1123);
	assert_int_equal(k.c.px_h, 794);
	assert_int_equal(k.c.engine_version, COMPILED_ENGINE_VERSION);
	assert_int_equal(k.c.codes.len, k.c.spares.count * COMPILED_CODE_LEN);
	assert_true(k.c.codes.len != 0);
	assert_int_equal(k.c.fonts.count, k.fonts.font_count);
	assert_true(str_eq(k.c.fonts.items[0].key, k.fonts.fonts[0].key));
	assert_true(k.c.objects.count > 10);
	assert_int_equal(k.c.images.count, 7);
	/* The sample's code stands on a picture. */
	assert_int_equal(k.notes.count, 1);
	assert_true(str_eq_cz(k.notes.items[0].what, "verification code over artwork"));
	/* Title and foot are the same for everyone; name, line and code are not. */
	assert_true(row_is_fixed(190));
	assert_true(row_is_fixed(30));
	assert_false(row_is_fixed(375));
	assert_false(row_is_fixed(445));
	assert_false(row_is_fixed(580));
	assert_false(row_is_fixed(699));
	assert_true(row_is_fixed(793));
}

/* The base is librsvg's own drawing but for the static texts. */
static void base_is_the_artwork_with_static_text(void **state)
{
	struct compile_art *art = NULL;
	struct raster r = {.stride = 1 + 3 * 1123, .width = 1123, .height = 794, .scale = 1};
	struct bytes base;
	size_t differing[4] = {0};

	(void)state;
	compile_kit_make(&k);
	base = compile_kit_bytes(&k, &k.c.base);
	r.rows = arena_alloc(k.a, r.stride * r.height);
	assert_ok(compile_art_open(k.art, ARTWORK_WIDTH, ARTWORK_HEIGHT, &k.notes, &art, &k.err),
		k.err);
	assert_ok(compile_art_draw(art, &r, &k.err), k.err);
	compile_art_free(&art);
	for (uint32_t y = 0; y < r.height; y++) {
		size_t zone = y >= 150 && y < 220 ? 1 : y >= 670 && y < 700 ? 2 : 0;

		if (memcmp(base.p + y * r.stride, r.rows + y * r.stride, r.stride) != 0)
			differing[zone]++;
	}
	assert_int_equal(differing[0], 0);
	assert_true(differing[1] > 30);
	assert_true(differing[2] > 10);
}

static void hash_of(uint8_t out[HASH_SHA256_LEN])
{
	assert_ok(compile_kit_run(&k), k.err);
	hash_sha256(buf_bytes(&k.blob), out);
}

static void same_input_same_bytes(void **state)
{
	uint8_t first[HASH_SHA256_LEN];
	uint8_t again[HASH_SHA256_LEN];

	(void)state;
	hash_of(first);
	assert_int_equal(setenv("TZ", "Asia/Kolkata", 1), 0);
	(void)setlocale(LC_ALL, "C.UTF-8");
	hash_of(again);
	assert_memory_equal(first, again, sizeof first);
	assert_int_equal(setenv("TZ", "UTC0", 1), 0);
	k.options.dpi = 150;
	hash_of(again);
	assert_memory_not_equal(first, again, sizeof first);
}

static size_t bands_len(void)
{
	size_t n = 0;

	for (uint32_t i = 0; i < k.c.bands.count; i++)
		n += k.c.bands.items[i].chunk.len;
	return n;
}

static void hard_tier_is_smaller_and_shows_the_same(void **state)
{
	struct bytes base;
	size_t fast;
	uint8_t fast_base[HASH_SHA256_LEN];
	uint8_t hard_base[HASH_SHA256_LEN];

	(void)state;
	compile_kit_make(&k);
	fast = bands_len();
	base = compile_kit_bytes(&k, &k.c.base);
	hash_sha256(base, fast_base);
	k.options.tier = 1;
	compile_kit_make(&k);
	assert_true(bands_len() < fast);
	base = compile_kit_bytes(&k, &k.c.base);
	hash_sha256(base, hard_base);
	assert_memory_equal(fast_base, hard_base, sizeof fast_base);
}

static void layout_of_the_manifest_wins(void **state)
{
	struct wire_fit rules[] = {
		{.field = STR("recipient.name"),
			.shrink = false,
			.min_scale = 0.25,
			.max_lines = 3},
		{.field = STR("grade"), .shrink = true, .min_scale = 1, .max_lines = 1},
	};
	const struct design_text *t;

	(void)state;
	k.options.layout.items = rules;
	k.options.layout.count = 2;
	compile_kit_make(&k);
	t = &k.c.design.texts.items[ARTWORK_NAME];
	assert_false(t->shrink);
	assert_int_equal(t->max_lines, 3);
	assert_true(t->min_scale == 0.25);
	assert_true(k.c.design.texts.items[ARTWORK_LINE].shrink);
	assert_int_equal(k.notes.count, 2);
	assert_true(str_eq_cz(k.notes.items[0].what, "grade"));
	/* The design that was handed in is not ours to change. */
	assert_true(k.design.texts.items[ARTWORK_NAME].shrink);
}

static void missing_glyph_is_named(void **state)
{
	(void)state;
	/* A letter of a script that no font of ours covers: U+12000, cuneiform. */
	k.design.texts.items[ARTWORK_TITLE].parts.items[0].text =
		STR("Certificate \xf0\x92\x80\x80");
	assert_int_equal(compile_kit_run(&k), RC_INPUT);
	assert_non_null(strstr(k.err.text, "\"title\" in line 200"));
	assert_non_null(strstr(k.err.text, "12000"));
}

static void too_wide_static_text_is_drawn_and_noted(void **state)
{
	(void)state;
	k.design.texts.items[ARTWORK_TITLE].box_w = 100;
	k.design.texts.items[ARTWORK_TITLE].shrink = false;
	compile_kit_make(&k);
	assert_int_equal(k.notes.count, 2);
	assert_true(str_eq_cz(k.notes.items[0].what, "title"));
	assert_int_equal(k.notes.items[0].line, 200);
	assert_true(k.c.design.texts.items[ARTWORK_TITLE].box_w > 1000);
}

static void refused(enum rc kind, const char *why)
{
	assert_int_equal(compile_kit_run(&k), kind);
	if (strstr(k.err.text, why) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", k.err.text, why);
}

static void bad_input_is_refused(void **state)
{
	(void)state;
	k.options.dpi = 72;
	refused(RC_INPUT, "72 dpi");
	k.options.dpi = 300;
	k.design.width = 2000;
	k.design.height = 2000;
	refused(RC_LIMIT, "choose fewer dpi");
	k.options.dpi = 96;
	k.design.texts.items[0].parts.items[0].style = 9;
	refused(RC_INPUT, "text 0");
	k.design.texts.items[0].parts.items[0].style = 0;
	k.art = bytes_of(STR(
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"><g></svg>"));
	refused(RC_INPUT, "artwork: cannot be read");
	k.art = bytes_of(STR(""));
	refused(RC_INPUT, "artwork");
	k.options.fonts.count = 0;
	refused(RC_INPUT, "no fonts");
}

/* A page without any field: every row is ready, and there is nothing to train on. */
static void page_without_fields(void **state)
{
	struct png_writer *w = NULL;
	struct wire_artifact art;
	struct buf result = buf_new((size_t)1 << 20);
	struct bytes base;
	struct raster r = {.stride = 1 + 3 * 1123, .width = 1123, .height = 794, .scale = 1};

	(void)state;
	k.design.texts.count = 1;
	k.design.qrs.count = 0;
	compile_kit_make(&k);
	assert_int_equal(k.c.codes.len, 0);
	base = compile_kit_bytes(&k, &k.c.base);
	r.rows = arena_dup(k.a, base.p, base.n);
	assert_ok(png_writer_new(&k.c, buf_bytes(&k.blob), &w, &k.err), k.err);
	assert_ok(png_write(w, &r, (struct bytes){NULL, 0}, &result, 0, k.a, &art, &k.err), k.err);
	assert_true(result.n < 200);
	png_writer_free(&w);
	buf_free(&result);
}

static void empty_artwork_is_a_white_page(void **state)
{
	struct bytes base;

	(void)state;
	k.art = bytes_of(STR(
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1122.52\" height=\"793.7\"/>"));
	k.design.texts.count = 0;
	k.design.qrs.count = 0;
	compile_kit_make(&k);
	base = compile_kit_bytes(&k, &k.c.base);
	for (size_t i = 1; i < 1 + 3 * 1123; i++)
		assert_int_equal(base.p[i], 255);
	assert_int_equal(k.c.objects.items[0].stream, true);
}

static int thread_count(void)
{
	DIR *d = opendir("/proc/self/task");
	int n = 0;

	assert_non_null(d);
	for (struct dirent *e = readdir(d); e != NULL; e = readdir(d))
		n += e->d_name[0] != '.';
	closedir(d);
	return n;
}

/* Confinement is per thread and refuses to begin when there are others. */
static void warming_up_starts_no_thread(void **state)
{
	(void)state;
	assert_ok(compile_warm_up(&k.err), k.err);
	assert_int_equal(thread_count(), 1);
	assert_ok(compile_warm_up(&k.err), k.err);
}

#define WITH_KIT(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_KIT(warming_up_starts_no_thread),
		WITH_KIT(everything_is_there),
		WITH_KIT(base_is_the_artwork_with_static_text),
		WITH_KIT(same_input_same_bytes),
		WITH_KIT(hard_tier_is_smaller_and_shows_the_same),
		WITH_KIT(layout_of_the_manifest_wins),
		WITH_KIT(missing_glyph_is_named),
		WITH_KIT(too_wide_static_text_is_drawn_and_noted),
		WITH_KIT(bad_input_is_refused),
		WITH_KIT(page_without_fields),
		WITH_KIT(empty_artwork_is_a_white_page),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
