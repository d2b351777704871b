// SPDX-License-Identifier: Apache-2.0
/* Texts laid out lately: what comes back is what laying out gives, and only for the same. Runs in: make check. */
#include "render/text_memory.h"

#include "text_kit.h"

static struct kit k;

static int set_up(void **state)
{
	kit_reset(&k);
	*state = text_memory_new();
	text_memory_next_row(*state);
	return 0;
}

static int tear_down(void **state)
{
	struct text_memory *m = *state;

	text_memory_free(&m);
	return 0;
}

/* "awarded to NAME", whose words have the template's language and whose name the row's. */
static void ask(const char *name, const char *lang)
{
	kit_reset(&k);
	k.parts[1] = k.parts[0];
	k.parts[0] = (struct design_part){.kind = PART_LITERAL, .text = STR("awarded to ")};
	k.t.parts.count = 2;
	k.values.lang = str_dup(k.a, str_of(lang));
	k.items[k.values.count++] =
		(struct wire_value){STR("recipient.name"), str_dup(k.a, str_of(name))};
}

static void learn(struct text_memory *m, const char *name, const char *lang)
{
	struct text_block block;

	ask(name, lang);
	assert_false(text_memory_find(m, &k.t, &k.values, &block));
	assert_int_equal(kit_lay_out(&k), RC_OK);
	text_memory_keep(m, &k.values, &k.block);
}

static bool knows(struct text_memory *m, const char *name, const char *lang)
{
	struct text_block block;

	ask(name, lang);
	return text_memory_find(m, &k.t, &k.values, &block);
}

static void assert_same_run(const struct text_run *a, const struct text_run *b)
{
	assert_int_equal(a->font, b->font);
	assert_int_equal(a->rtl, b->rtl);
	assert_int_equal(a->reorders, b->reorders);
	assert_int_equal(a->fill, b->fill);
	assert_memory_equal(&a->outline, &b->outline, sizeof(a->outline));
	assert_memory_equal(&a->size, &b->size, sizeof(a->size));
	assert_true(str_eq(a->text, b->text));
	assert_true(str_eq(a->lang, b->lang));
	assert_int_equal(a->glyph_count, b->glyph_count);
	for (size_t i = 0; i < a->glyph_count; i++) {
		assert_int_equal(a->glyphs[i].glyph, b->glyphs[i].glyph);
		assert_int_equal(a->glyphs[i].cluster, b->glyphs[i].cluster);
		assert_memory_equal(&a->glyphs[i].x, &b->glyphs[i].x, 3 * sizeof(double));
	}
}

/* Two fonts and two directions; the memory the first came from is gone. */
static void what_was_kept_is_what_laying_out_gives(void **state)
{
	struct text_block kept;
	size_t used;

	learn(*state, "محمد 王 Ó", "ar");
	used = arena_used_len(k.a);
	arena_reset(k.a);
	memset(arena_alloc(k.a, used), 0xA5, used);
	ask("محمد 王 Ó", "ar");
	assert_true(text_memory_find(*state, &k.t, &k.values, &kept));
	arena_reset(k.a);
	memset(arena_alloc(k.a, used), 0xA5, used);
	ask("محمد 王 Ó", "ar");
	assert_int_equal(kit_lay_out(&k), RC_OK);
	assert_ptr_equal(kept.source, &k.t);
	assert_true(str_eq(kept.text, k.block.text));
	assert_true(str_eq_cz(kept.lang, "ar"));
	assert_memory_equal(&kept.scale, &k.block.scale, sizeof(kept.scale));
	assert_int_equal(kept.line_count, k.block.line_count);
	assert_memory_equal(&kept.x0, &k.block.x0, 4 * sizeof(double));
	assert_int_equal(kept.run_count, k.block.run_count);
	assert_true(kept.run_count >= 3);
	for (size_t i = 0; i < kept.run_count; i++)
		assert_same_run(&kept.runs[i], &k.block.runs[i]);
}

static void text_values_and_language_decide(void **state)
{
	struct design_text other = k.t;
	struct text_block block;

	learn(*state, "Ada", "en");
	assert_true(knows(*state, "Ada", "en"));
	assert_false(knows(*state, "Ad", "en"));
	assert_false(knows(*state, "Ada", "fr"));
	assert_false(knows(*state, "Ada", ""));
	assert_false(knows(*state, "", "en"));
	ask("Ada", "en");
	other.parts = k.t.parts;
	assert_false(text_memory_find(*state, &other, &k.values, &block));
	/* A value that the text does not show plays no part. */
	ask("Ada", "en");
	kit_value(&k, "issued_on", "2026-06-30");
	assert_true(text_memory_find(*state, &k.t, &k.values, &block));
}

/* Where one value ends and the next begins counts. */
static void values_do_not_run_together(void **state)
{
	struct text_block block;

	kit_reset(&k);
	k.parts[1] = (struct design_part){.kind = PART_FIELD, .text = STR("field.town")};
	k.t.parts.count = 2;
	kit_value(&k, "recipient.name", "Ada L");
	kit_value(&k, "field.town", "yon");
	assert_false(text_memory_find(*state, &k.t, &k.values, &block));
	assert_int_equal(kit_lay_out(&k), RC_OK);
	text_memory_keep(*state, &k.values, &k.block);
	k.items[0].text = STR("Ada Ly");
	k.items[1].text = STR("on");
	assert_false(text_memory_find(*state, &k.t, &k.values, &block));
}

static void a_text_without_runs_is_kept_too(void **state)
{
	struct text_block block;

	kit_reset(&k);
	k.parts[0].text = STR("field.honours");
	assert_false(text_memory_find(*state, &k.t, &k.values, &block));
	assert_int_equal(kit_lay_out(&k), RC_OK);
	text_memory_keep(*state, &k.values, &k.block);
	assert_true(text_memory_find(*state, &k.t, &k.values, &block));
	assert_int_equal(block.run_count, 0);
	assert_int_equal(block.text.n, 0);
}

static void numbered(char out[16], unsigned i)
{
	(void)snprintf(out, 16, "Ada %u", i);
}

static void the_one_used_longest_ago_is_dropped(void **state)
{
	char name[16];

	for (unsigned i = 0; i < TEXT_MEMORY_SLOTS; i++) {
		numbered(name, i);
		learn(*state, name, "en");
		text_memory_next_row(*state);
	}
	assert_true(knows(*state, "Ada 0", "en"));
	text_memory_next_row(*state);
	learn(*state, "Grace", "en");
	assert_true(knows(*state, "Ada 0", "en"));
	assert_false(knows(*state, "Ada 1", "en"));
	assert_true(knows(*state, "Grace", "en"));
}

/* A row may show more texts than are kept: none of its own goes while it is drawn. */
static void what_the_row_shows_stays(void **state)
{
	struct text_block first;
	char name[16];

	learn(*state, "Ada 0", "en");
	ask("Ada 0", "en");
	assert_true(text_memory_find(*state, &k.t, &k.values, &first));
	for (unsigned i = 1; i < 2 * TEXT_MEMORY_SLOTS; i++) {
		numbered(name, i);
		learn(*state, name, "en");
	}
	assert_true(str_eq_cz(first.text, "awarded to Ada 0"));
	assert_true(knows(*state, "Ada 0", "en"));
	assert_true(knows(*state, "Ada 63", "en"));
	assert_false(knows(*state, "Ada 64", "en"));
	text_memory_next_row(*state);
	learn(*state, "Grace", "en");
	assert_true(knows(*state, "Grace", "en"));
}

static void large_ones_are_not_kept(void **state)
{
	static char name[TEXT_MEMORY_LEN_MAX];

	memset(name, 'a', 500);
	k.t.max_lines = 20;
	ask(name, "en");
	k.t.min_scale = 0.01;
	assert_int_equal(kit_lay_out(&k), RC_OK);
	assert_false(text_memory_find(*state, &k.t, &k.values, &k.block));
	text_memory_keep(*state, &k.values, &k.block);
	assert_false(knows(*state, name, "en"));
	memset(name, 'a', sizeof(name) - 1);
	assert_false(knows(*state, name, "en"));
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

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_was_kept_is_what_laying_out_gives),
		TEST(text_values_and_language_decide),
		TEST(values_do_not_run_together),
		TEST(a_text_without_runs_is_kept_too),
		TEST(the_one_used_longest_ago_is_dropped),
		TEST(what_the_row_shows_stays),
		TEST(large_ones_are_not_kept),
	};

	return cmocka_run_group_tests(tests, open_kit, close_kit);
}
