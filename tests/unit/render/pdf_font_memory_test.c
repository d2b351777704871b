// SPDX-License-Identifier: Apache-2.0
/* Subsets made lately: found when all that decides them is the same, dropped in the order of their use. Runs in: make check. */
#include "render/pdf_font_memory.h"
#include "tests/harness/harness.h"

#include <string.h>

static int set_up(void **state)
{
	*state = pdf_font_memory_new();
	return 0;
}

static int tear_down(void **state)
{
	struct pdf_font_memory *m = *state;

	pdf_font_memory_free(&m);
	return 0;
}

/* What pdf_font_make() knows before it looks. */
static struct pdf_font_subset asked(uint16_t font, struct pdf_glyph glyphs[2], const char *second)
{
	glyphs[0] = (struct pdf_glyph){.glyph = 7, .unicode = STR("a")};
	glyphs[1] = (struct pdf_glyph){.glyph = 9, .unicode = str_of(second)};
	return (struct pdf_font_subset){.font = font, .glyphs = glyphs, .glyph_count = 2};
}

static void complete(struct pdf_font_subset *s, const char *file)
{
	s->glyphs[0].code = 1;
	s->glyphs[1].code = 0x1234;
	s->file = (struct pdf_packed){bytes_of(str_of(file)), true};
	s->file_len = 1000;
	s->cmap = (struct pdf_packed){bytes_of(STR("cmap")), false};
	s->widths = STR("1 [500 512]");
	memcpy(s->tag, "ABCDEF", 7);
}

static void learn(struct pdf_font_memory *m, uint16_t font, const char *second, const char *file)
{
	struct pdf_glyph glyphs[2];
	struct pdf_font_subset s = asked(font, glyphs, second);

	assert_false(pdf_font_memory_find(m, &s));
	complete(&s, file);
	pdf_font_memory_keep(m, &s);
}

static void what_was_kept_comes_back_whole(void **state)
{
	struct pdf_font_memory *m = *state;
	struct pdf_glyph glyphs[2];
	struct pdf_font_subset s = asked(3, glyphs, "bc");

	learn(m, 3, "bc", "the font's file");
	assert_true(pdf_font_memory_find(m, &s));
	assert_int_equal(s.file_len, 1000);
	assert_true(str_eq_cz(bytes_text(s.file.bytes), "the font's file"));
	assert_true(str_eq_cz(bytes_text(s.cmap.bytes), "cmap"));
	assert_true(s.file.deflated);
	assert_false(s.cmap.deflated);
	assert_true(str_eq_cz(s.widths, "1 [500 512]"));
	assert_string_equal(s.tag, "ABCDEF");
	assert_int_equal(glyphs[0].code, 1);
	assert_int_equal(glyphs[1].code, 0x1234);
}

/* The ToUnicode map is part of it: the same glyphs may stand for another text. */
static void font_glyphs_and_texts_decide(void **state)
{
	struct pdf_font_memory *m = *state;
	struct pdf_glyph glyphs[2];
	struct pdf_font_subset s;

	learn(m, 3, "bc", "one");
	s = asked(4, glyphs, "bc");
	assert_false(pdf_font_memory_find(m, &s));
	s = asked(3, glyphs, "bd");
	assert_false(pdf_font_memory_find(m, &s));
	s = asked(3, glyphs, "bc");
	glyphs[1].glyph = 10;
	assert_false(pdf_font_memory_find(m, &s));
	s = asked(3, glyphs, "bc");
	s.glyph_count = 1;
	assert_false(pdf_font_memory_find(m, &s));
}

static void the_one_used_longest_ago_is_dropped(void **state)
{
	struct pdf_font_memory *m = *state;
	struct pdf_glyph glyphs[2];
	struct pdf_font_subset s;

	for (uint16_t i = 0; i < PDF_FONT_MEMORY_SLOTS; i++)
		learn(m, i, "x", "file");
	s = asked(0, glyphs, "x");
	assert_true(pdf_font_memory_find(m, &s));
	learn(m, 1000, "x", "file");
	s = asked(0, glyphs, "x");
	assert_true(pdf_font_memory_find(m, &s));
	s = asked(1, glyphs, "x");
	assert_false(pdf_font_memory_find(m, &s));
	s = asked(1000, glyphs, "x");
	assert_true(pdf_font_memory_find(m, &s));
}

static void large_ones_are_not_kept(void **state)
{
	struct pdf_font_memory *m = *state;
	struct pdf_glyph glyphs[2];
	struct pdf_font_subset s = asked(3, glyphs, "bc");
	static uint8_t large[PDF_FONT_MEMORY_LEN_MAX];

	assert_false(pdf_font_memory_find(m, &s));
	complete(&s, "");
	s.file.bytes = (struct bytes){large, sizeof(large)};
	pdf_font_memory_keep(m, &s);
	assert_false(pdf_font_memory_find(m, &s));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_was_kept_comes_back_whole, set_up, tear_down),
		cmocka_unit_test_setup_teardown(font_glyphs_and_texts_decide, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			the_one_used_longest_ago_is_dropped, set_up, tear_down),
		cmocka_unit_test_setup_teardown(large_ones_are_not_kept, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
