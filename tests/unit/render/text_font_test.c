// SPDX-License-Identifier: Apache-2.0
/* Faces over memory and the search by CSS families. */
#include "render/text_inner.h"
#include "tests/unit/render/text_kit.h"

static struct kit k;

static void expect(const char *families, uint16_t weight, bool italic, const char *key)
{
	uint16_t font = text_font_find(k.e, str_of(families), weight, italic);
	struct str found = text_font_info(k.e, font)->key;

	if (!str_eq_cz(found, key))
		fail_msg("%s %u: " STR_FMT " is not %s", families, weight, STR_ARG(found), key);
}

static void test_find(void **state)
{
	(void)state;
	expect("Noto Serif", 400, false, "noto-serif");
	expect("'noto serif', sans-serif", 700, false, "noto-serif-bold");
	expect("\"Noto Sans\"", 400, true, "noto-sans-italic");
	expect("Nobody, \"Some, Thing\", Noto Sans", 900, true, "noto-sans-bold-italic");
	expect("Noto Serif CJK JP", 400, false, "noto-serif-cjk-jp");
}

static void test_generic_families(void **state)
{
	(void)state;
	expect("serif", 400, false, "noto-serif");
	expect("sans-serif", 700, false, "noto-sans-bold");
	expect("Times New Roman", 400, true, "noto-serif-italic");
	expect("Georgia, sans-serif", 400, false, "noto-serif");
	expect("Arial", 400, false, "noto-sans");
	/* No monospaced font is pinned: the list's first font stands in. */
	expect("monospace", 400, false, "noto-serif");
	expect("", 400, false, "noto-sans");
	expect(" , ,'", 400, false, "noto-sans");
}

static void test_weights(void **state)
{
	(void)state;
	expect("Noto Serif", 100, false, "noto-serif");
	expect("Noto Serif", 500, false, "noto-serif");
	expect("Noto Serif", 600, false, "noto-serif-bold");
	expect("Noto Serif", 900, false, "noto-serif-bold");
}

static void test_lent_objects(void **state)
{
	(void)state;
	assert_int_equal(text_font_count(k.e), k.font_count);
	for (uint16_t i = 0; i < k.font_count; i++) {
		int x, y;

		hb_font_get_scale(text_font_hb(k.e, i), &x, &y);
		assert_int_equal(x, text_font_ft(k.e, i)->units_per_EM);
		assert_int_equal(hb_face_get_glyph_count(text_font_hb_face(k.e, i)),
			text_font_ft(k.e, i)->num_glyphs);
	}
}

static void test_ink(void **state)
{
	uint16_t font = text_font_find(k.e, STR("Noto Serif"), 400, false);
	hb_codepoint_t g;

	(void)state;
	assert_true(hb_font_get_nominal_glyph(text_font_hb(k.e, font), 'p', &g));
	for (int again = 0; again < 2; again++) {
		const struct text_ink *ink = text_font_ink(k.e, (uint8_t)font, g);

		assert_true(ink->y0 < -0.15f && ink->y0 > -0.35f);
		assert_true(ink->y1 > 0.4f && ink->y1 < 0.7f && ink->x1 > ink->x0);
	}
}

static enum rc open_one(const uint8_t *p, size_t n, uint16_t index)
{
	struct wire_font font = {
		.key = STR("odd"), .family = STR("Odd"), .weight = 400, .face_index = index};
	struct bytes file = {p, n};
	struct text_engine *e = NULL;
	enum rc rc = text_engine_new(&font, &file, 1, &e, &k.err);

	text_engine_free(&e);
	assert_null(e);
	return rc;
}

static void test_files_that_are_no_fonts(void **state)
{
	uint8_t *copy;

	(void)state;
	assert_int_equal(open_one((const uint8_t *)"", 0, 0), RC_INPUT);
	assert_int_equal(open_one((const uint8_t *)"not a font at all", 17, 0), RC_INPUT);
	assert_non_null(strstr(k.err.text, "\"odd\""));
	assert_int_equal(open_one(k.files[0].p, k.files[0].n, 7), RC_INPUT);
	assert_int_equal(open_one(k.files[0].p, k.files[0].n, 0), RC_OK);
	assert_int_equal(text_engine_new(k.fonts, k.files, 0, &k.e, &k.err), RC_INPUT);
	assert_int_equal(text_engine_new(k.fonts, k.files, 81, &k.e, &k.err), RC_INPUT);
	/* Cut anywhere: refused or usable, never worse. */
	for (size_t n = 1; n < k.files[0].n; n = n * 3 + 1) {
		copy = mem_alloc(n);
		memcpy(copy, k.files[0].p, n);
		(void)!open_one(copy, n, 0);
		MEM_FREE(copy);
	}
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
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_generic_families),
		cmocka_unit_test(test_weights),
		cmocka_unit_test(test_lent_objects),
		cmocka_unit_test(test_ink),
		cmocka_unit_test(test_files_that_are_no_fonts),
	};

	harness_start();
	return cmocka_run_group_tests(tests, open_kit, close_kit);
}
