// SPDX-License-Identifier: Apache-2.0
/*
 * Text on pictures: blending, clipping, phases, turned text. "speed" as argument prints the cost of
 * a recipient; a file name as second argument of "sheet" gets a picture of all scripts to look at.
 */
#include "base/clock.h"
#include "render/qr.h"
#include "render/raster.h"
#include "tests/unit/render/text_kit.h"

#include <png.h>
#include <stdio.h>
#include <stdlib.h>

#define CACHE_LEN ((size_t)8 << 20)

static struct kit k;
static struct raster_cache *cache;

/* A white picture; rows are followed by bytes that must stay as they are. */
static struct raster new_picture(uint32_t width, uint32_t height)
{
	struct raster r = {
		.width = width, .height = height, .stride = 1 + 3 * (size_t)width, .scale = 1};

	r.rows = mem_alloc(r.stride * height);
	memset(r.rows, 255, r.stride * height);
	for (uint32_t y = 0; y < height; y++)
		r.rows[y * r.stride] = 0;
	return r;
}

static const uint8_t *pixel(const struct raster *r, uint32_t x, uint32_t y)
{
	return r->rows + y * r->stride + 1 + 3 * (size_t)x;
}

static bool is_white(const struct raster *r, uint32_t x, uint32_t y)
{
	return pixel(r, x, y)[0] == 255 && pixel(r, x, y)[1] == 255 && pixel(r, x, y)[2] == 255;
}

/* Sum of ink, in whole black pixels. */
static double ink_of(const struct raster *r)
{
	double sum = 0;

	for (uint32_t y = 0; y < r->height; y++)
		for (uint32_t x = 0; x < r->width; x++)
			sum += (255 - pixel(r, x, y)[0]) / 255.0;
	return sum;
}

static void lay(const char *name)
{
	assert_ok(kit_name(&k, name, "en"), k.err);
}

/* White letters on white: nothing but their outline is seen, all of it inside the bounds. */
static void test_outlines(void **state)
{
	struct raster over = new_picture(1000, 300);
	struct raster under = new_picture(1000, 300);
	struct raster_rect dirty = {0};
	struct raster_rect bounds;

	(void)state;
	lay("Ada Lovelace");
	k.styles[0].fill = 0xffffffff;
	assert_ok(kit_lay_out(&k), k.err);
	raster_draw(&over, cache, &k.block, NULL);
	assert_true(ink_of(&over) == 0);
	k.styles[0].outline =
		(struct design_outline){.colour = 0x000000ff, .width = 4, .miter_limit = 4};
	assert_ok(kit_lay_out(&k), k.err);
	raster_draw(&over, cache, &k.block, &dirty);
	assert_true(ink_of(&over) > 500);
	bounds = raster_rect_of(
		&over, k.block.x0 - 1, k.block.y0 - 1, k.block.x1 + 1, k.block.y1 + 1);
	assert_true(dirty.x0 >= bounds.x0 && dirty.x1 <= bounds.x1);
	assert_true(dirty.y0 >= bounds.y0 && dirty.y1 <= bounds.y1);
	k.styles[0].outline.under = true;
	assert_ok(kit_lay_out(&k), k.err);
	raster_draw(&under, cache, &k.block, NULL);
	/* The inner half of it is filled over. */
	assert_true(ink_of(&under) > ink_of(&over) * 0.3 && ink_of(&under) < ink_of(&over) * 0.8);
	MEM_FREE(over.rows);
	MEM_FREE(under.rows);
}

static void test_draws_inside_its_bounds(void **state)
{
	struct raster r = new_picture(1000, 200);
	struct raster_rect dirty = {0};
	struct raster_rect bounds;

	(void)state;
	lay("Ada Lovelace");
	raster_draw(&r, cache, &k.block, &dirty);
	bounds = raster_rect_of(&r, k.block.x0 - 1, k.block.y0 - 1, k.block.x1 + 1, k.block.y1 + 1);
	assert_true(dirty.x0 < dirty.x1 && dirty.y0 < dirty.y1);
	assert_true(dirty.x0 >= bounds.x0 && dirty.x1 <= bounds.x1);
	assert_true(dirty.y0 >= bounds.y0 && dirty.y1 <= bounds.y1);
	for (uint32_t y = 0; y < r.height; y++) {
		assert_int_equal(r.rows[y * r.stride], 0);
		for (uint32_t x = 0; x < r.width; x++)
			if (x < dirty.x0 || x >= dirty.x1 || y < dirty.y0 || y >= dirty.y1)
				assert_true(is_white(&r, x, y));
	}
	assert_true(ink_of(&r) > 500 && ink_of(&r) < 4000);
	MEM_FREE(r.rows);
}

/* Every colour and coverage onto every background: the nearest whole number, always. */
static void test_blending_rounds_right(void **state)
{
	struct raster r = new_picture(64, 64);
	struct raster_rect dirty = {0};

	(void)state;
	for (unsigned alpha = 0; alpha < 256; alpha += 5) {
		uint8_t want;

		memset(r.rows, (int)(alpha * 7 & 255), r.stride * 64);
		want = (uint8_t)lround(((alpha * 7 & 255) * (255.0 - alpha) + 200.0 * alpha) / 255);
		kit_reset(&k);
		/* A full block: its middle is covered whole. */
		k.styles[0].size = 100;
		k.styles[0].fill = 0xC8C8C800u | alpha;
		k.t.x = 32;
		k.t.y = 60;
		k.t.shrink = false;
		k.t.box_w = 1000;
		kit_value(&k, "recipient.name", "■");
		if (kit_lay_out(&k) != RC_OK)
			skip();
		raster_draw(&r, cache, &k.block, &dirty);
		if (alpha != 0)
			assert_int_equal(pixel(&r, 32, 30)[1], want);
	}
	MEM_FREE(r.rows);
}

static void test_clips_at_every_edge(void **state)
{
	static const double at[][2] = {{0, 0}, {100, 0}, {0, 60}, {100, 60}, {-500, 30}, {600, 30},
		{50, -300}, {50, 400}, {1e12, 1e12}, {-1e12, 10}};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(at); i++) {
		struct raster r = new_picture(100, 60);
		struct raster_rect dirty = {0};

		kit_reset(&k);
		k.t.x = at[i][0];
		k.t.y = at[i][1];
		kit_value(&k, "recipient.name", "Ågj");
		assert_ok(kit_lay_out(&k), k.err);
		raster_draw(&r, cache, &k.block, &dirty);
		assert_true(dirty.x1 <= 100 && dirty.y1 <= 60);
		if (i < 4)
			assert_true(ink_of(&r) > 5);
		else
			assert_true(ink_of(&r) <= 0);
		for (uint32_t y = 0; y < 60; y++)
			assert_int_equal(r.rows[y * r.stride], 0);
		MEM_FREE(r.rows);
	}
}

static void test_huge_glyph_is_clipped(void **state)
{
	struct raster r = new_picture(300, 200);
	struct raster_rect dirty = {0};

	(void)state;
	kit_reset(&k);
	k.styles[0].size = 9000;
	k.t.box_w = 1e6;
	k.t.x = 100;
	k.t.y = 3000;
	kit_value(&k, "recipient.name", "M");
	assert_ok(kit_lay_out(&k), k.err);
	raster_draw(&r, cache, &k.block, &dirty);
	assert_true(dirty.x1 <= 300 && dirty.y1 <= 200);
	k.t.y = 1;
	k.t.matrix = (struct design_matrix){300, 0, 0, 300, 0, 0};
	assert_ok(kit_lay_out(&k), k.err);
	raster_draw(&r, cache, &k.block, &dirty);
	MEM_FREE(r.rows);
}

/* A quarter of a pixel to the right moves the ink by a quarter of a pixel. */
static void test_quarter_pixel_phases(void **state)
{
	double centre[5];

	(void)state;
	for (int i = 0; i < 5; i++) {
		struct raster r = new_picture(120, 120);
		struct raster_rect dirty = {0};
		double sum = 0, moment = 0;

		kit_reset(&k);
		k.t.x = 60 + 0.25 * i;
		kit_value(&k, "recipient.name", "I");
		assert_ok(kit_lay_out(&k), k.err);
		raster_draw(&r, cache, &k.block, &dirty);
		for (uint32_t y = 0; y < 120; y++)
			for (uint32_t x = 0; x < 120; x++) {
				sum += 255 - pixel(&r, x, y)[0];
				moment += (255 - pixel(&r, x, y)[0]) * (double)x;
			}
		centre[i] = moment / sum;
		MEM_FREE(r.rows);
	}
	for (int i = 1; i < 5; i++)
		kit_near(centre[i] - centre[0], 0.25 * i, 0.03);
}

static void test_turned_text_has_the_same_ink(void **state)
{
	static const struct design_matrix turns[] = {{1, 0, 0, 1, -300, 200},
		{0, 1, -1, 0, 300, -300}, {0.8, 0.6, -0.6, 0.8, -140, -80},
		{1, 0, 0.3, 1, -350, 200}};
	double ink[4];

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct raster r = new_picture(500, 500);
		struct raster_rect dirty = {0};

		kit_reset(&k);
		k.t.matrix = turns[i];
		kit_value(&k, "recipient.name", "Ada");
		assert_ok(kit_lay_out(&k), k.err);
		raster_draw(&r, cache, &k.block, &dirty);
		ink[i] = ink_of(&r);
		assert_true(dirty.x0 > 0 && dirty.x1 < 500 && dirty.y0 > 0 && dirty.y1 < 500);
		MEM_FREE(r.rows);
	}
	for (size_t i = 1; i < 4; i++)
		kit_near(ink[i] / ink[0], 1, 0.02);
}

/* The same page in another resolution is the same page. */
static void test_scale(void **state)
{
	struct raster one = new_picture(400, 100);
	struct raster two = new_picture(800, 200);
	struct raster_rect dirty = {0};

	(void)state;
	two.scale = 2;
	kit_reset(&k);
	k.t.x = 200;
	k.t.y = 60;
	kit_value(&k, "recipient.name", "Ada");
	assert_ok(kit_lay_out(&k), k.err);
	raster_draw(&one, cache, &k.block, &dirty);
	raster_draw(&two, cache, &k.block, &dirty);
	kit_near(ink_of(&two) / ink_of(&one), 4, 0.1);
	MEM_FREE(one.rows);
	MEM_FREE(two.rows);
}

static void test_rect_of(void **state)
{
	struct raster r = {.width = 100, .height = 50, .scale = 1.5};
	struct raster_rect x = raster_rect_of(&r, 10.1, -5, 20.1, 1e9);

	(void)state;
	assert_int_equal(x.x0, 15);
	assert_int_equal(x.y0, 0);
	assert_int_equal(x.x1, 31);
	assert_int_equal(x.y1, 50);
}

static int open_kit(void **state)
{
	(void)state;
	kit_open(&k);
	cache = raster_cache_new(k.e, CACHE_LEN);
	return 0;
}

static int close_kit(void **state)
{
	(void)state;
	raster_cache_free(&cache);
	kit_close(&k);
	return 0;
}

static const char *const people[][2] = {{"Zoë Żółć-Ångström", "pl"}, {"Nguyễn Thị Ánh", "vi"},
	{"Ελένη Παπαδοπούλου", "el"}, {"Александр Ёлкин", "ru"}, {"محمد بن عبد الله العربي", "ar"},
	{"דוד בן־גוריון", "he"}, {"क्षितिज श्रीवास्तव", "hi"}, {"সত্যজিৎ রায়", "bn"},
	{"สมชาย กิ้งก่า น้ำผึ้ง", "th"}, {"ნინო ქავთარაძე", "ka"}, {"Արամ Խաչատրյան", "hy"},
	{"தமிழ்ச்செல்வன்", "ta"}, {"王小明 直骨", "zh-Hans"}, {"陳怡君 直骨", "zh-Hant"},
	{"山田太郎 直骨 さくら", "ja"}, {"김철수 직골", "ko"}, {"አበበ ቢቂላ", "am"},
	{"ગુજરાતી ક્ષેત્ર", "gu"}, {"ਗੁਰਮੁਖੀ ਸਿੰਘ", "pa"}, {"తెలుగు క్షేత్రం", "te"}, {"ខ្មែរ សុភាព", "km"},
	{"ລາວ ສົມພອນ", "lo"}, {"မြန်မာ ကျော်", "my"}, {"བཀྲ་ཤིས་བདེ་ལེགས།", "bo"},
	{"Dr. محمد علي, PhD (2024)", "en"}, {"(محمد) 123 abc", "ar"}};

/* One line of a certificate at 150 dpi; returns microseconds of layout, adds those of drawing. */
static void time_line(struct raster *r, const char *text, const char *lang, double size, double y,
	int64_t spent[2])
{
	struct raster_rect dirty = {0};
	int64_t t0, t1;

	kit_reset(&k);
	k.styles[0].size = size;
	k.t.y = y;
	k.t.box_w = 900;
	kit_value(&k, "recipient.name", text);
	k.values.lang = str_of(lang);
	t0 = clock_cpu_us();
	assert_ok(kit_lay_out(&k), k.err);
	t1 = clock_cpu_us();
	raster_draw(r, cache, &k.block, &dirty);
	spent[0] += t1 - t0;
	spent[1] += clock_cpu_us() - t1;
}

static void print_speed(void)
{
	struct raster r = new_picture(1754, 1240);
	int64_t spent[2];
	int rows = 0;

	r.scale = 1754 / 1122.52;
	for (int round = 0; round < 40; round++) {
		if (round == 4) {
			spent[0] = spent[1] = 0;
			rows = 0;
		}
		for (size_t i = 0; i < ARRAY_COUNT(people); i++, rows++) {
			time_line(&r, people[i][0], people[i][1], 46, 386, spent);
			time_line(&r, "Applied Cryptography and Secure Systems", "en", 27, 484,
				spent);
			time_line(&r, "with grade 93 % on June 5, 2024", "en", 18, 528, spent);
			time_line(&r, "CF-2024-001234", "en", 10.5, 690, spent);
			time_line(&r, "June 5, 2024", "en", 14, 720, spent);
		}
	}
	printf("per recipient of five fields: layout %.3f ms, drawing %.3f ms\n",
		(double)spent[0] / rows / 1000, (double)spent[1] / rows / 1000);
	MEM_FREE(r.rows);
}

static void write_png(const struct raster *r, const char *path)
{
	uint8_t *rgb = mem_alloc((size_t)r->width * r->height * 3);
	png_image image = {.version = PNG_IMAGE_VERSION,
		.width = r->width,
		.height = r->height,
		.format = PNG_FORMAT_RGB};

	for (uint32_t y = 0; y < r->height; y++)
		memcpy(rgb + (size_t)y * r->width * 3, pixel(r, 0, y), (size_t)r->width * 3);
	assert_int_not_equal(png_image_write_to_file(&image, path, 0, rgb, 0, NULL), 0);
	MEM_FREE(rgb);
}

static void draw_sheet(const char *path)
{
	struct raster r = new_picture(1000, 1200);
	struct design_qr qr = {.matrix = {1, 0, 0, 1, 0, 0},
		.x = 40,
		.y = 950,
		.size = 200,
		.dark = 0x000000FF,
		.light = 0xFFFFFFFF};
	struct raster_rect dirty = {0};
	const uint8_t *modules;
	uint32_t side;

	for (size_t i = 0; i < ARRAY_COUNT(people); i++) {
		kit_reset(&k);
		k.t.x = i % 2 != 0 ? 740 : 250;
		k.t.y = 60 + 64 * (double)(i / 2);
		k.values.lang = str_of(people[i][1]);
		kit_value(&k, "recipient.name", people[i][0]);
		assert_ok(kit_lay_out(&k), k.err);
		raster_draw(&r, cache, &k.block, &dirty);
	}
	kit_reset(&k);
	k.t.matrix = (struct design_matrix){0.9, -0.43, 0.43, 0.9, 0, 0};
	k.t.x = 160;
	k.t.y = 1220;
	k.styles[0].fill = 0x7A540880;
	kit_value(&k, "recipient.name", "Turned محمد");
	assert_ok(kit_lay_out(&k), k.err);
	raster_draw(&r, cache, &k.block, &dirty);
	assert_ok(qr_encode(STR("HTTPS://CERT.EXAMPLE.EDU/VERIFY/01HZX3N4Q5R6S7T8V9W0X1Y2Z3"), k.a,
			  &modules, &side, &k.err),
		k.err);
	raster_qr(&r, &qr, modules, side, &dirty);
	qr.matrix = (struct design_matrix){0.9, 0.43, -0.43, 0.9, 1200, 130};
	qr.x = 0;
	qr.y = 850;
	raster_qr(&r, &qr, modules, side, &dirty);
	write_png(&r, path);
	MEM_FREE(r.rows);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_draws_inside_its_bounds),
		cmocka_unit_test(test_outlines),
		cmocka_unit_test(test_blending_rounds_right),
		cmocka_unit_test(test_clips_at_every_edge),
		cmocka_unit_test(test_huge_glyph_is_clipped),
		cmocka_unit_test(test_quarter_pixel_phases),
		cmocka_unit_test(test_turned_text_has_the_same_ink),
		cmocka_unit_test(test_scale),
		cmocka_unit_test(test_rect_of),
	};

	harness_start();
	if (argc > 1) {
		open_kit(NULL);
		if (strcmp(argv[1], "speed") == 0)
			print_speed();
		else if (argc > 2)
			draw_sheet(argv[2]);
		close_kit(NULL);
		return 0;
	}
	return cmocka_run_group_tests(tests, open_kit, close_kit);
}
