// SPDX-License-Identifier: Apache-2.0
/* Text drawn through references: clones, symbols, symbols in symbols. Runs in: tests. */
#include "tests/unit/templates/clean_kit.h"

static bool is_silent(const struct kit *k)
{
	for (uint32_t i = 0; i < k->out.notes.count; i++)
		if (k->out.notes.items[i].kind == TEMPLATE_NOTE_WARNING)
			return false;
	return true;
}

static void a_clone_is_text_of_its_own(void **state)
{
	struct kit k;

	(void)state;
	kit_open_svg(&k, "width=\"500\" height=\"300\"",
		"<text id=\"a\" x=\"10\" y=\"20\" font-size=\"16\">{{name}}</text>"
		"<use href=\"#a\" x=\"5\" y=\"60\" transform=\"translate(100,0)\" fill=\"#f00\"/>"
		"<use href=\"#a\" transform=\"rotate(90)\"/>");
	assert_int_equal(k.out.design.texts.count, 3);
	kit_near(kit_text_at(&k, 1)->matrix.e, 105);
	kit_near(kit_text_at(&k, 1)->matrix.f, 60);
	kit_near(kit_text_at(&k, 2)->matrix.b, 1);
	assert_int_equal(kit_text_at(&k, 1)->parts.items[0].kind, PART_FIELD);
	assert_int_equal(kit_style_of(&k, kit_text_at(&k, 1), 0)->fill, 0xFF0000FF);
	assert_int_equal(kit_style_of(&k, kit_text_at(&k, 0), 0)->fill, 0x000000FF);
	/* The cleaned drawing keeps the reference, so it stays what it is when it is cleaned again. */
	assert_true(kit_has(k.out.clean, "<use"));
	assert_false(kit_has(k.out.art, "<use"));
	assert_true(is_silent(&k));
	kit_close(&k);
}

/* The use decides the size of the symbol's viewport. */
static void a_symbol_is_set_where_it_is_shown(void **state)
{
	struct kit k;

	(void)state;
	kit_open_svg(&k, "width=\"500\" height=\"300\"",
		"<symbol id=\"s\" viewBox=\"0 0 100 50\"><rect width=\"100\" height=\"50\" "
		"fill=\"#eee\"/><text x=\"50\" y=\"25\" font-size=\"10\">Seal</text></symbol>"
		"<use href=\"#s\" x=\"10\" y=\"20\" width=\"100\" height=\"50\"/>"
		"<use href=\"#s\" x=\"200\" y=\"20\" width=\"200\" height=\"100\"/>");
	assert_int_equal(k.out.design.texts.count, 2);
	kit_near(kit_text_at(&k, 0)->matrix.a, 1);
	kit_near(kit_text_at(&k, 0)->matrix.e, 10);
	kit_near(kit_text_at(&k, 1)->matrix.a, 2);
	kit_near(kit_text_at(&k, 1)->matrix.e, 200);
	assert_true(is_silent(&k));
	kit_close(&k);
}

static void symbols_in_symbols(void **state)
{
	struct kit k;

	(void)state;
	kit_open_svg(&k, "width=\"500\" height=\"300\"",
		"<defs><g id=\"outer\"><use href=\"#inner\" x=\"7\"/><use href=\"#inner\" "
		"x=\"50\"/></g><g id=\"inner\"><text y=\"12\" "
		"font-size=\"10\">{{name}}</text></g></defs>"
		"<use href=\"#outer\" x=\"100\"/><use href=\"#outer\" y=\"100\"/>");
	assert_int_equal(k.out.design.texts.count, 4);
	kit_near(kit_text_at(&k, 0)->matrix.e, 107);
	kit_near(kit_text_at(&k, 3)->matrix.e, 50);
	kit_near(kit_text_at(&k, 3)->matrix.f, 100);
	assert_true(is_silent(&k));
	kit_close(&k);
}

/* What has no text stays a reference: the artwork is not longer than it was. */
static void other_references_stay(void **state)
{
	struct kit k;

	(void)state;
	kit_open_svg(&k, "width=\"500\" height=\"300\"",
		"<defs><g id=\"dot\"><circle r=\"3\"/></g></defs><use href=\"#dot\" x=\"9\"/>"
		"<text x=\"9\" y=\"50\">{{name}}</text>");
	assert_int_equal(k.out.design.texts.count, 1);
	assert_true(kit_has(k.out.art, "<use"));
	assert_true(is_silent(&k));
	kit_close(&k);
}

/* A clip in the shape of letters has no place for a group. */
static void text_in_clips_and_masks_stays(void **state)
{
	struct kit k;

	(void)state;
	kit_open_svg(&k, "width=\"500\" height=\"300\"",
		"<text id=\"t\" x=\"9\" y=\"50\" font-size=\"16\">Word</text>"
		"<clipPath id=\"c\"><use href=\"#t\"/></clipPath>"
		"<rect width=\"90\" height=\"90\" clip-path=\"url(#c)\"/>");
	assert_int_equal(k.out.design.texts.count, 1);
	assert_true(kit_noted(&k, TEMPLATE_NOTE_WARNING, "copy of a text"));
	kit_close(&k);
}

/* Doubling sixteen times: what does not fit stays a reference, with a warning, and nothing breaks. */
static void copies_have_an_end(void **state)
{
	struct arena *a = arena_new(1u << 20);
	struct buf svg = buf_new(1u << 16);
	struct kit k;

	(void)state;
	buf_put_cz(&svg, "<defs><g id=\"g0\"><text y=\"12\" font-size=\"10\">x</text></g>");
	for (unsigned i = 1; i <= 14; i++)
		buf_fmt(&svg, "<g id=\"g%u\"><use href=\"#g%u\"/><use href=\"#g%u\" x=\"1\"/></g>",
			i, i - 1, i - 1);
	buf_put_cz(&svg, "</defs><use href=\"#g14\"/>");
	kit_open_svg(&k, "width=\"500\" height=\"300\"", str_dup(a, buf_str(&svg)).p);
	assert_true(k.out.design.texts.count < 500);
	assert_true(kit_noted(&k, TEMPLATE_NOTE_WARNING, "text"));
	kit_close(&k);
	buf_free(&svg);
	arena_free(&a);
}

/* Where a percentage leads depends on what is around it. */
static void what_cannot_be_copied_is_told(void **state)
{
	struct kit k;

	(void)state;
	kit_open_svg(&k, "width=\"500\" height=\"300\"",
		"<text id=\"a\" x=\"10\" y=\"20\" font-size=\"16\">{{name}}</text>"
		"<use href=\"#a\" y=\"10%\"/>");
	assert_int_equal(k.out.design.texts.count, 1);
	assert_true(kit_noted(&k, TEMPLATE_NOTE_WARNING, "copy of a text"));
	kit_close(&k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_clone_is_text_of_its_own),
		cmocka_unit_test(a_symbol_is_set_where_it_is_shown),
		cmocka_unit_test(symbols_in_symbols),
		cmocka_unit_test(other_references_stay),
		cmocka_unit_test(text_in_clips_and_masks_stays),
		cmocka_unit_test(copies_have_an_end),
		cmocka_unit_test(what_cannot_be_copied_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
