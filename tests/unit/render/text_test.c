// SPDX-License-Identifier: Apache-2.0
/* Whole layouts: names of many scripts, order of mixed texts, one result in any environment. */
#include "base/hash.h"
#include "render/text.h"
#include "tests/unit/render/text_kit.h"

#include <locale.h>
#include <stdlib.h>
#include <time.h>

static struct kit k;

static const char *const names[][2] = {
	{"Zoë Żółć-Ångström", "pl"},
	{"Nguyễn Thị Ánh", "vi"},
	{"Ελένη Παπαδοπούλου", "el"},
	{"Александр Ёлкин", "ru"},
	{"محمد بن عبد الله", "ar"},
	{"דוד בן־גוריון", "he"},
	{"क्षितिज श्रीवास्तव", "hi"},
	{"সত্যজিৎ রায়", "bn"},
	{"สมชาย กิ้งก่า น้ำผึ้ง", "th"},
	{"ნინო ქავთარაძე", "ka"},
	{"Արամ Խաչատրյան", "hy"},
	{"தமிழ்ச்செல்வன்", "ta"},
	{"王小明", "zh-Hans"},
	{"陳怡君", "zh-Hant"},
	{"山田太郎 さくら", "ja"},
	{"김철수", "ko"},
	{"አበበ ቢቂላ", "am"},
	{"ગુજરાતી ક્ષેત્ર", "gu"},
	{"ਗੁਰਮੁਖੀ ਸਿੰਘ", "pa"},
	{"తెలుగు క్షేత్రం", "te"},
	{"ខ្មែរ សុភាព", "km"},
	{"ລາວ ສົມພອນ", "lo"},
	{"မြန်မာ ကျော်", "my"},
	{"བཀྲ་ཤིས་བདེ་ལེགས།", "bo"},
};

static void check_block(const struct text_block *b)
{
	double y_before = -1e9;
	size_t glyphs = 0;

	for (size_t i = 0; i < b->run_count; i++) {
		const struct text_run *r = &b->runs[i];

		assert_true(
			r->text.p >= b->text.p && r->text.p + r->text.n <= b->text.p + b->text.n);
		assert_true(r->lang.n != 0);
		for (size_t g = 0; g < r->glyph_count; g++) {
			assert_int_not_equal(r->glyphs[g].glyph, 0);
			assert_true(r->glyphs[g].cluster < r->text.n);
			/* A cluster is the first byte of a character. */
			assert_int_not_equal(
				(unsigned char)r->text.p[r->glyphs[g].cluster] & 0xC0, 0x80);
		}
		assert_true(r->glyphs[0].y >= y_before - 40);
		y_before = r->glyphs[0].y;
		glyphs += r->glyph_count;
	}
	assert_true(glyphs != 0);
	assert_true(b->x1 > b->x0 && b->y1 > b->y0);
}

static void test_every_script_has_glyphs(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		double x0, y0, x1, y1;

		if (kit_name(&k, names[i][0], names[i][1]) != RC_OK)
			fail_msg("%s: " STR_FMT, names[i][0], STR_ARG(k.problem.message));
		check_block(&k.block);
		assert_true(str_eq_cz(k.block.text, names[i][0]));
		assert_true(str_eq_cz(k.block.lang, names[i][1]));
		text_bounds(k.e, &k.c, &k.t, &x0, &y0, &x1, &y1);
		assert_true(k.block.x0 >= x0 && k.block.x1 <= x1);
		assert_true(k.block.y0 >= y0 && k.block.y1 <= y1);
	}
}

/* x of the run whose text begins with part. */
static double x_of(const char *part)
{
	for (size_t i = 0; i < k.block.run_count; i++)
		if (str_starts(k.block.runs[i].text, str_of(part)))
			return k.block.runs[i].glyphs[0].x;
	fail_msg("no run begins with %s", part);
	return 0;
}

static void test_mixed_order(void **state)
{
	(void)state;
	/* Left to right by its first strong letter: Latin, Arabic, Latin. */
	assert_int_equal(kit_name(&k, "Dr. محمد علي PhD", "en"), RC_OK);
	assert_true(x_of("Dr") < x_of("محمد") && x_of("محمد") < x_of("PhD"));
	/* Right to left: what comes later stands further left. */
	assert_int_equal(kit_name(&k, "محمد علي abc", "ar"), RC_OK);
	assert_true(x_of("محمد") > x_of("abc"));
	/* The object's own direction wins over the first letter. */
	kit_reset(&k);
	k.t.direction = DIRECTION_RTL;
	kit_value(&k, "recipient.name", "abc محمد");
	assert_int_equal(kit_lay_out(&k), RC_OK);
	assert_true(x_of("abc") > x_of("محمد"));
}

static void test_digits_of_template_stay_behind_arabic_name(void **state)
{
	(void)state;
	kit_reset(&k);
	k.t.box_w = 900;
	k.parts[0] = (struct design_part){.kind = PART_LITERAL, .text = STR("For ")};
	k.parts[1] = (struct design_part){.kind = PART_FIELD, .text = STR("recipient.name")};
	k.parts[2] = (struct design_part){.kind = PART_LITERAL, .text = STR(" 5 June")};
	k.t.parts.count = 3;
	kit_value(&k, "recipient.name", "محمد علي");
	assert_int_equal(kit_lay_out(&k), RC_OK);
	assert_true(x_of("For") < x_of("محمد"));
	for (size_t i = 0; i < k.block.run_count; i++)
		if (str_find(k.block.runs[i].text, '5', 0) < k.block.runs[i].text.n)
			assert_true(k.block.runs[i].glyphs[0].x > x_of("محمد"));
}

static void test_runs_stand_left_to_right(void **state)
{
	double end = -1e9;

	(void)state;
	assert_int_equal(kit_name(&k, "A محمد B 山田 C", "en"), RC_OK);
	for (size_t i = 0; i < k.block.run_count; i++)
		for (size_t g = 0; g < k.block.runs[i].glyph_count; g++) {
			const struct text_glyph *at = &k.block.runs[i].glyphs[g];

			if (at->advance > 0) {
				assert_true(at->x >= end - 0.01 * k.block.runs[i].size - 4);
				end = at->x + at->advance;
			}
		}
}

static void digest_layouts(uint8_t out[32])
{
	struct buf b = buf_new((size_t)1 << 24);

	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		kit_reset(&k);
		k.t.box_w = 260;
		k.t.max_lines = 2;
		k.parts[1] = (struct design_part){.kind = PART_LITERAL, .text = STR(" ")};
		k.parts[2] = (struct design_part){
			.kind = PART_FIELD, .text = STR("award.date"), .filter = STR("date:short")};
		k.t.parts.count = 3;
		k.values.lang = str_of(names[i][1]);
		kit_value(&k, "recipient.name", names[i][0]);
		kit_value(&k, "award.date", "2024-12-31");
		assert_int_equal(kit_lay_out(&k), RC_OK);
		buf_put_str(&b, k.block.text);
		for (size_t r = 0; r < k.block.run_count; r++)
			buf_put(&b, k.block.runs[r].glyphs,
				k.block.runs[r].glyph_count * sizeof(struct text_glyph));
	}
	hash_sha256(buf_bytes(&b), out);
	buf_free(&b);
}

static void test_environment_plays_no_part(void **state)
{
	static const char *const places[][2] = {{"C", "UTC"}, {"tr_TR.UTF-8", "Pacific/Kiritimati"},
		{"ar_EG.UTF-8", "America/Los_Angeles"}};
	uint8_t first[32], next[32];

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(places); i++) {
		kit_close(&k);
		setenv("LC_ALL", places[i][0], 1);
		setenv("LANG", places[i][0], 1);
		setenv("TZ", places[i][1], 1);
		setenv("HB_SHAPER_LIST", i == 0 ? "ot" : "fallback", 1);
		setenv("FREETYPE_PROPERTIES", i == 0 ? "" : "cff:no-stem-darkening=0", 1);
		setlocale(LC_ALL, "");
		tzset();
		kit_open(&k);
		digest_layouts(i == 0 ? first : next);
		if (i != 0)
			assert_memory_equal(first, next, 32);
	}
	setlocale(LC_ALL, "C");
}

static void test_hostile_designs_are_refused(void **state)
{
	(void)state;
	kit_reset(&k);
	kit_value(&k, "recipient.name", "Ada");
	k.parts[0].style = 1;
	assert_int_equal(kit_lay_out(&k), RC_INPUT);
	k.parts[0].style = 0;
	k.style_fonts[0].font = KIT_FONTS;
	assert_int_equal(kit_lay_out(&k), RC_INPUT);
	k.style_fonts[0].font = 0;
	k.t.box_w = 0;
	assert_int_equal(kit_lay_out(&k), RC_INPUT);
	k.t.box_w = 400;
	k.t.max_lines = 21;
	assert_int_equal(kit_lay_out(&k), RC_INPUT);
	k.t.max_lines = 1;
	k.styles[0].size = 1e9;
	assert_int_equal(kit_lay_out(&k), RC_INPUT);
	k.styles[0].size = 40;
	assert_int_equal(kit_lay_out(&k), RC_OK);
}

static void test_small_arena_is_a_limit(void **state)
{
	struct arena *small = arena_new(4096);

	(void)state;
	kit_reset(&k);
	kit_value(&k, "recipient.name", "Maximiliana Featherstonehaugh");
	assert_int_equal(
		text_lay_out(k.e, &k.c, &k.t, &k.values, small, &k.block, &k.problem, &k.err),
		RC_LIMIT);
	arena_free(&small);
}

/* A tower of marks would be cut off in the picture: smaller, or a problem. */
static void test_marks_beyond_the_room(void **state)
{
	char name[200] = "A";

	(void)state;
	for (int i = 0; i < 20; i++)
		memcpy(name + 1 + 2 * i, "\xCC\x82", 2);
	assert_int_equal(kit_name(&k, name, "en"), RC_INPUT);
	assert_true(str_eq_cz(k.problem.code, "text-overflow"));
	name[1 + 2 * 2] = '\0';
	assert_int_equal(kit_name(&k, name, "en"), RC_OK);
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
		cmocka_unit_test(test_every_script_has_glyphs),
		cmocka_unit_test(test_mixed_order),
		cmocka_unit_test(test_digits_of_template_stay_behind_arabic_name),
		cmocka_unit_test(test_runs_stand_left_to_right),
		cmocka_unit_test(test_hostile_designs_are_refused),
		cmocka_unit_test(test_small_arena_is_a_limit),
		cmocka_unit_test(test_marks_beyond_the_room),
		cmocka_unit_test(test_environment_plays_no_part),
	};

	harness_start();
	return cmocka_run_group_tests(tests, open_kit, close_kit);
}
