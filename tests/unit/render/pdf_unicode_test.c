// SPDX-License-Identifier: Apache-2.0
/* From glyphs back to text. Runs in: make check. */
#include "render/pdf_unicode.h"
#include "tests/harness/harness.h"

#include <string.h>

#define GLYPHS_MAX 8

/* Characters a..z have the glyphs 1..26; nothing else has one of its own. */
static hb_bool_t nominal_glyph(
	hb_font_t *font, void *data, hb_codepoint_t cp, hb_codepoint_t *glyph, void *more)
{
	(void)font;
	(void)data;
	(void)more;
	if (cp < 'a' || cp > 'z')
		return 0;
	*glyph = cp - 'a' + 1;
	return 1;
}

struct fixture {
	struct arena *a;
	hb_font_t *font;
};

static int set_up(void **state)
{
	static struct fixture f;
	hb_font_funcs_t *funcs = hb_font_funcs_create();

	hb_font_funcs_set_nominal_glyph_func(funcs, nominal_glyph, NULL, NULL);
	f.a = arena_new((size_t)1 << 20);
	f.font = hb_font_create(hb_face_get_empty());
	hb_font_set_funcs(f.font, funcs, NULL, NULL);
	hb_font_funcs_destroy(funcs);
	*state = &f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	hb_font_destroy(f->font);
	arena_free(&f->a);
	return 0;
}

/* glyphs, clusters: pairs, ended by glyph 0. */
static struct text_run run_of(
	struct fixture *f, const char *text, bool rtl, const uint32_t (*pairs)[2])
{
	struct text_run run = {.text = str_of(text), .rtl = rtl};
	struct text_glyph *g = arena_zalloc(f->a, GLYPHS_MAX, sizeof(*g));

	for (; pairs[run.glyph_count][0] != 0; run.glyph_count++) {
		g[run.glyph_count].glyph = pairs[run.glyph_count][0];
		g[run.glyph_count].cluster = pairs[run.glyph_count][1];
	}
	run.glyphs = g;
	return run;
}

/* Assigns over one run; glyphs must be listed in order. */
static void assign(
	struct fixture *f, const struct text_run *run, struct pdf_glyph *glyphs, size_t count)
{
	pdf_unicode_assign(f->font, &run, 1, glyphs, count, f->a);
}

static void assert_says(const struct pdf_glyph *g, const char *wanted)
{
	if (!str_eq_cz(g->unicode, wanted))
		fail_msg("glyph %u says \"" STR_FMT "\", not \"%s\"", g->glyph, STR_ARG(g->unicode),
			wanted);
}

static void own_glyphs_say_their_character(void **state)
{
	struct fixture *f = *state;
	const uint32_t pairs[][2] = {{1, 0}, {2, 1}, {1, 2}, {0, 0}};
	struct text_run run = run_of(f, "aba", false, pairs);
	struct pdf_glyph glyphs[] = {{.glyph = 1}, {.glyph = 2}};
	struct pdf_cluster c;
	size_t at = 0;

	assign(f, &run, glyphs, 2);
	assert_says(&glyphs[0], "a");
	assert_says(&glyphs[1], "b");
	assert_true(pdf_unicode_next(&run, &at, &c));
	assert_true(c.first == 0 && c.end == 1 && str_eq_cz(c.text, "a"));
	assert_true(pdf_unicode_is_exact(&run, &c, glyphs, 2));
	assert_true(pdf_unicode_next(&run, &at, &c) && pdf_unicode_next(&run, &at, &c));
	assert_false(pdf_unicode_next(&run, &at, &c));
	assert_null(pdf_unicode_find(glyphs, 2, 3));
}

static void a_ligature_says_all_of_it(void **state)
{
	struct fixture *f = *state;
	const uint32_t pairs[][2] = {{100, 0}, {4, 2}, {0, 0}};
	struct text_run run = run_of(f, "fid", false, pairs);
	struct pdf_glyph glyphs[] = {{.glyph = 4}, {.glyph = 100}};

	assign(f, &run, glyphs, 2);
	assert_says(&glyphs[1], "fi");
	assert_says(&glyphs[0], "d");
}

/* Readers turn the line over, so that the ligature's characters must stand turned over, too. */
static void a_ligature_from_right_to_left_is_said_as_seen(void **state)
{
	struct fixture *f = *state;
	const uint32_t pairs[][2] = {{4, 4}, {100, 0}, {0, 0}};
	struct text_run run = run_of(f, "\xD9\x84\xD8\xA7\x64", true, pairs);
	struct pdf_glyph glyphs[] = {{.glyph = 4}, {.glyph = 100}};
	struct pdf_cluster c;
	size_t at = 0;

	assign(f, &run, glyphs, 2);
	assert_says(&glyphs[1], "\xD8\xA7\xD9\x84");
	assert_says(&glyphs[0], "d");
	while (pdf_unicode_next(&run, &at, &c))
		assert_true(pdf_unicode_is_exact(&run, &c, glyphs, 2));
}

/* Whatever the order of the runs: ActualText works from left to right only, so the other way has the map. */
static void a_ligature_of_both_directions_is_said_from_right_to_left(void **state)
{
	struct fixture *f = *state;
	const uint32_t pairs[][2] = {{100, 0}, {0, 0}};
	struct text_run left = run_of(f, "--+", false, pairs);
	struct text_run right = run_of(f, "--+", true, pairs);
	const struct text_run *runs[] = {&left, &right};
	struct pdf_glyph glyphs[] = {{.glyph = 100}};
	struct pdf_cluster c;
	size_t at = 0;

	pdf_unicode_assign(f->font, runs, 2, glyphs, 1, f->a);
	assert_says(&glyphs[0], "+--");
	assert_true(pdf_unicode_next(&right, &at, &c));
	assert_true(pdf_unicode_is_exact(&right, &c, glyphs, 1));
	at = 0;
	assert_true(pdf_unicode_next(&left, &at, &c));
	assert_false(pdf_unicode_is_exact(&left, &c, glyphs, 1));
}

/* A mark between the letters of a ligature: right letters without ActualText, which readers would turn over. */
static void a_mark_within_a_ligature_needs_no_actual_text(void **state)
{
	struct fixture *f = *state;
	const uint32_t pairs[][2] = {{200, 0}, {100, 0}, {0, 0}};
	const char *text = "\xD9\x84\xD9\x8E\xD8\xA7"; /* lam, fatha, alef */
	struct text_run right = run_of(f, text, true, pairs);
	struct text_run left = run_of(f, text, false, pairs);
	struct pdf_glyph glyphs[] = {{.glyph = 100, .unicode = STR("\xD8\xA7\xD9\x84")},
		{.glyph = 200, .unicode = STR("\xD9\x8E")}};
	struct pdf_glyph others[] = {{.glyph = 100, .unicode = STR("\xD9\x84\xD8\xA7")}, glyphs[1]};
	struct pdf_cluster c;
	size_t at = 0;

	assert_true(pdf_unicode_next(&right, &at, &c));
	assert_true(pdf_unicode_is_exact(&right, &c, glyphs, 2));
	assert_false(pdf_unicode_is_exact(&right, &c, others, 2));
	at = 0;
	assert_true(pdf_unicode_next(&left, &at, &c));
	assert_false(pdf_unicode_is_exact(&left, &c, others, 2));
}

/* One character by two glyphs: the first in reading order says it, the other nothing. */
static void a_split_character_is_said_once(void **state)
{
	struct fixture *f = *state;
	const uint32_t pairs[][2] = {{100, 0}, {101, 0}, {0, 0}};
	struct text_run left = run_of(f, "\xC3\xA9", false, pairs);
	struct text_run right = run_of(f, "\xD8\xA8", true, pairs);
	struct pdf_glyph glyphs[] = {{.glyph = 100}, {.glyph = 101}};
	struct pdf_glyph turned[] = {{.glyph = 100}, {.glyph = 101}};
	struct pdf_cluster c;
	size_t at = 0;

	assign(f, &left, glyphs, 2);
	assert_says(&glyphs[0], "\xC3\xA9");
	assert_says(&glyphs[1], "\xE2\x80\x8B");
	assert_true(pdf_unicode_next(&left, &at, &c));
	assert_true(pdf_unicode_is_exact(&left, &c, glyphs, 2));
	assign(f, &right, turned, 2);
	assert_says(&turned[1], "\xD8\xA8");
	assert_says(&turned[0], "\xE2\x80\x8B");
}

/* A base and a mark of one cluster; the mark has no glyph of its own. */
static void marks_get_what_is_left(void **state)
{
	struct fixture *f = *state;
	const uint32_t pairs[][2] = {{5, 0}, {200, 0}, {0, 0}};
	struct text_run run = run_of(f, "e\xCC\x81", false, pairs);
	struct pdf_glyph glyphs[] = {{.glyph = 5}, {.glyph = 200}};

	assign(f, &run, glyphs, 2);
	assert_says(&glyphs[0], "e");
	assert_says(&glyphs[1], "\xCC\x81");
}

/* Dotless letters are shared between characters: the second one needs ActualText. */
static void a_glyph_of_two_meanings_is_not_exact(void **state)
{
	struct fixture *f = *state;
	const uint32_t pairs[][2] = {{100, 0}, {100, 2}, {0, 0}};
	struct text_run run = run_of(f, "\xC3\xA9\xC3\xA8", false, pairs);
	struct pdf_glyph glyphs[] = {{.glyph = 100}};
	struct pdf_cluster c;
	size_t at = 0;

	assign(f, &run, glyphs, 1);
	assert_true(pdf_unicode_next(&run, &at, &c));
	assert_true(pdf_unicode_is_exact(&run, &c, glyphs, 1));
	assert_true(pdf_unicode_next(&run, &at, &c));
	assert_false(pdf_unicode_is_exact(&run, &c, glyphs, 1));
}

static void clusters_from_right_to_left_end_where_the_last_began(void **state)
{
	struct fixture *f = *state;
	const uint32_t pairs[][2] = {{2, 2}, {1, 0}, {0, 0}};
	struct text_run run = run_of(f, "xyz", true, pairs);
	struct pdf_cluster c;
	size_t at = 0;

	assert_true(pdf_unicode_next(&run, &at, &c));
	assert_true(str_eq_cz(c.text, "z"));
	assert_true(pdf_unicode_next(&run, &at, &c));
	assert_true(str_eq_cz(c.text, "xy"));
}

/* Direction marks may go missing; a character may not. */
static void silent_characters_are_no_loss(void **state)
{
	struct fixture *f = *state;
	const uint32_t pairs[][2] = {{1, 0}, {0, 0}};
	struct text_run marked = run_of(f, "a\xE2\x80\x8F", false, pairs);
	struct text_run joined = run_of(f, "a\xE2\x80\x8D", false, pairs);
	struct pdf_glyph glyphs[] = {{.glyph = 1}};
	struct pdf_cluster c;
	size_t at = 0;

	assign(f, &marked, glyphs, 1);
	assert_true(pdf_unicode_next(&marked, &at, &c));
	assert_true(pdf_unicode_is_exact(&marked, &c, glyphs, 1));
	at = 0;
	assert_true(pdf_unicode_next(&joined, &at, &c));
	assert_false(pdf_unicode_is_exact(&joined, &c, glyphs, 1));
}

static void the_map_holds_no_unfit_values(void **state)
{
	struct pdf_glyph glyphs[101] = {0};
	struct buf b = buf_new(1 << 16);

	(void)state;
	for (uint16_t i = 0; i < 101; i++)
		glyphs[i] = (struct pdf_glyph){
			.glyph = i + 1U, .code = (uint16_t)(i + 1), .unicode = STR("x")};
	glyphs[0].unicode = STR("\xEE\x80\x80"); /* U+E000 */
	glyphs[1].unicode = STR("\xEF\xBB\xBF"); /* U+FEFF */
	glyphs[2].unicode = STR("\xF0\x9F\x98\x80");
	pdf_unicode_put_cmap(&b, glyphs, 101);
	buf_put_zeros(&b, 1);
	assert_non_null(strstr((const char *)b.p,
		"100 beginbfchar\n<0001> <FFFD>\n<0002> <FFFD>\n<0003> <D83DDE00>\n"));
	assert_non_null(
		strstr((const char *)b.p, "endbfchar\n1 beginbfchar\n<0065> <0078>\nendbfchar\n"));
	buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(own_glyphs_say_their_character, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_ligature_says_all_of_it, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_ligature_from_right_to_left_is_said_as_seen, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_ligature_of_both_directions_is_said_from_right_to_left, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(
			a_mark_within_a_ligature_needs_no_actual_text, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_split_character_is_said_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(marks_get_what_is_left, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_glyph_of_two_meanings_is_not_exact, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			clusters_from_right_to_left_end_where_the_last_began, set_up, tear_down),
		cmocka_unit_test_setup_teardown(silent_characters_are_no_loss, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_map_holds_no_unfit_values, set_up, tear_down),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
