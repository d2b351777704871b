// SPDX-License-Identifier: Apache-2.0
/* Rows drawn in process: independence, limits, the DEMO marking, the inputs' checks. Runs in: make check. */
#include "base/file.h"
#include "base/mem.h"
#include "render/draw.h"
#include "tests/harness/harness.h"
#include "tests/harness/page.h"

#include <string.h>
#include <unistd.h>

static struct page page;

struct fixture {
	struct draw d;
	struct arena *a;
	struct wire_render_open open;
	struct draw_input in;
	struct err err;
};

static int set_up_page(void **state)
{
	(void)state;
	page = page_new(96);
	return 0;
}

static int tear_down_page(void **state)
{
	(void)state;
	page_free(&page);
	return 0;
}

static int set_up(void **state)
{
	static struct fixture f;

	f = (struct fixture){.a = arena_new((size_t)256 << 20)};
	f.open = (struct wire_render_open){
		.issuer_name = STR("Example University"), .producer = STR("certfill test")};
	f.open.fonts.items = page.fonts;
	f.open.fonts.count = page.font_count;
	f.in = (struct draw_input){&f.open, page.blob, page.files, page.font_count, -1};
	assert_ok(file_memory("results", &f.in.own_result_fd, &f.err), f.err);
	*state = &f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	if (f->d.job != NULL)
		draw_close(&f->d);
	else
		(void)close(f->in.own_result_fd);
	arena_free(&f->a);
	return 0;
}

static struct wire_draw_row row_of(struct fixture *f, struct str name, uint32_t outputs)
{
	struct wire_draw_row row = {.row = 1,
		.outputs = outputs,
		.lang = STR("en"),
		.title = STR("Title"),
		.credential_id = STR("urn:uuid:1"),
		.verify_url = STR("HTTPS://V.EXAMPLE/1"),
		.verify_link = STR("https://v.example/1"),
		.issued_s = 1782777600,
		.badge = bytes_of(STR("{}")),
		.pass_json = bytes_of(STR("{}")),
		.pass_manifest = bytes_of(STR("{}")),
		.pass_signature = bytes_of(STR("s"))};

	row.values.count = page.value_count;
	row.values.items = arena_dup(f->a, page.values, page.value_count * sizeof(*page.values));
	row.values.items[0].text = name;
	return row;
}

static struct bytes draw_one(struct fixture *f, struct str name, uint32_t output)
{
	struct wire_draw_row row = row_of(f, name, output);
	struct wire_draw request = {.rewind = true};
	struct wire_drawn out;

	request.rows.items = &row;
	request.rows.count = 1;
	assert_ok(draw_rows(&f->d, &request, f->a, &out, &f->err), f->err);
	if (!out.rows.items[0].ok)
		fail_msg(STR_FMT, STR_ARG(out.rows.items[0].message));
	assert_int_equal(out.rows.items[0].artifacts.count, 1);
	return page_join(
		&page, &out.rows.items[0].artifacts.items[0], buf_bytes(&f->d.results), 0, f->a);
}

static bool same(struct bytes a, struct bytes b)
{
	return a.n == b.n && memcmp(a.p, b.p, a.n) == 0;
}

/* Nothing of one recipient is left for the next: neither on the picture nor in a font. */
static void a_row_does_not_show_in_the_next(void **state)
{
	static const uint32_t outputs[] = {OUTPUT_PDF, OUTPUT_PNG, OUTPUT_PASS};
	struct fixture *f = *state;

	assert_ok(draw_open(&f->d, &f->in, &f->err), f->err);
	for (size_t i = 0; i < ARRAY_COUNT(outputs); i++) {
		struct bytes first = draw_one(f, STR("Ana"), outputs[i]);
		struct bytes other =
			draw_one(f, STR("W\xC3\xA5rd Quixotic-Jamb\xC3\xBDz"), outputs[i]);

		assert_true(outputs[i] == OUTPUT_PASS || !same(first, other));
		assert_true(same(first, draw_one(f, STR("Ana"), outputs[i])));
	}
}

static void warming_up_changes_nothing(void **state)
{
	struct fixture *f = *state;
	struct bytes cold;

	assert_ok(draw_open(&f->d, &f->in, &f->err), f->err);
	cold = draw_one(f, STR("Ana"), OUTPUT_PDF);
	assert_ok(draw_warm_up(&f->d, f->a, &f->err), f->err);
	assert_true(same(cold, draw_one(f, STR("Ana"), OUTPUT_PDF)));
	assert_true(same(draw_one(f, STR("Ana"), OUTPUT_PNG), draw_one(f, STR("Ana"), OUTPUT_PNG)));
}

/* Results that wait are never overwritten: the message fails until they are taken. */
static void results_that_do_not_fit_are_a_limit(void **state)
{
	struct fixture *f = *state;
	struct wire_draw_row row = row_of(f, STR("Ana"), OUTPUT_PDF | OUTPUT_PNG);
	struct wire_draw request = {0};
	struct wire_drawn out;
	uint64_t before;

	assert_ok(draw_open(&f->d, &f->in, &f->err), f->err);
	f->d.result_at = before = DRAW_RESULT_MAX - 5000;
	request.rows.items = &row;
	request.rows.count = 1;
	assert_int_equal(draw_rows(&f->d, &request, f->a, &out, &f->err), RC_LIMIT);
	assert_int_equal(f->d.result_at, before);
	request.rewind = true;
	assert_ok(draw_rows(&f->d, &request, f->a, &out, &f->err), f->err);
	assert_true(out.rows.items[0].ok && f->d.result_at > 0 && f->d.result_at < before);
}

/* No rewinding helps it: the sentence is for whoever made the design. */
static void one_row_that_never_fits_is_told_what_to_change(void **state)
{
	struct fixture *f = *state;
	struct wire_draw_row row = row_of(f, STR("Ana"), OUTPUT_PNG);
	struct wire_draw request = {.rewind = true};
	struct wire_drawn out;
	uint8_t *badge = mem_alloc(DRAW_RESULT_MAX);

	memset(badge, ' ', DRAW_RESULT_MAX);
	assert_ok(draw_open(&f->d, &f->in, &f->err), f->err);
	row.badge = (struct bytes){badge, DRAW_RESULT_MAX};
	request.rows.items = &row;
	request.rows.count = 1;
	assert_int_equal(draw_rows(&f->d, &request, f->a, &out, &f->err), RC_LIMIT);
	assert_non_null(strstr(f->err.text, "one certificate are over 24 MiB"));
	MEM_FREE(badge);
}

static void the_marking_is_in_both(void **state)
{
	struct fixture *f = *state;
	struct bytes pdf;
	struct bytes png;

	assert_ok(draw_open(&f->d, &f->in, &f->err), f->err);
	assert_null(f->d.demo_block.source);
	pdf = draw_one(f, STR("Ana"), OUTPUT_PDF);
	png = draw_one(f, STR("Ana"), OUTPUT_PNG);
	draw_close(&f->d);
	f->open.demo = true;
	assert_ok(file_memory("results", &f->in.own_result_fd, &f->err), f->err);
	assert_ok(draw_open(&f->d, &f->in, &f->err), f->err);
	assert_non_null(f->d.demo_block.source);
	assert_true(str_starts(f->d.demo_block.text, STR("DEMO")));
	assert_false(same(pdf, draw_one(f, STR("Ana"), OUTPUT_PDF)));
	assert_false(same(png, draw_one(f, STR("Ana"), OUTPUT_PNG)));
}

/* On rows that are drawn for everybody, on the page, and on no text or code. */
static void the_marking_keeps_clear(void **state)
{
	struct fixture *f = *state;
	const struct text_block *demo = &f->d.demo_block;
	const struct design *design = &f->d.compiled.design;

	f->open.demo = true;
	assert_ok(draw_open(&f->d, &f->in, &f->err), f->err);
	assert_true(demo->x0 >= 0 && demo->x1 <= design->width && demo->y1 <= design->height);
	for (uint32_t i = 0; i < f->d.compiled.bands.count; i++) {
		const struct compiled_band *band = &f->d.compiled.bands.items[i];

		assert_true(demo->y0 * f->d.compiled.scale >= band->row + band->count
			|| demo->y1 * f->d.compiled.scale <= band->row);
	}
	for (uint32_t i = 0; i < design->texts.count; i++) {
		double x0, y0, x1, y1;

		text_bounds(
			f->d.engine, &f->d.compiled, &design->texts.items[i], &x0, &y0, &x1, &y1);
		assert_true(demo->x1 <= x0 || demo->x0 >= x1 || demo->y1 <= y0 + 1
			|| demo->y0 >= y1 - 1);
	}
	assert_true(demo->x1 <= design->qrs.items[0].x || demo->y1 <= design->qrs.items[0].y);
}

static void wrong_inputs_are_sentences(void **state)
{
	struct fixture *f = *state;
	struct wire_font fonts[PAGE_SCRIPTS];

	memcpy(fonts, page.fonts, sizeof(fonts));
	f->open.fonts.items = fonts;
	fonts[0].sha256[0] ^= 1; /* not the font of the template */
	assert_int_equal(draw_open(&f->d, &f->in, &f->err), RC_INPUT);
	assert_non_null(strstr(f->err.text, "another"));
	draw_close(&f->d);
	fonts[0].sha256[0] ^= 1;
	f->d = (struct draw){0};
	f->open.fonts.count = 3;
	f->in.file_count = 3;
	assert_int_equal(draw_open(&f->d, &f->in, &f->err), RC_INPUT);
	draw_close(&f->d);
	f->d = (struct draw){0};
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_row_does_not_show_in_the_next, set_up, tear_down),
		cmocka_unit_test_setup_teardown(warming_up_changes_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			results_that_do_not_fit_are_a_limit, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			one_row_that_never_fits_is_told_what_to_change, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_marking_is_in_both, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_marking_keeps_clear, set_up, tear_down),
		cmocka_unit_test_setup_teardown(wrong_inputs_are_sentences, set_up, tear_down),
	};

	harness_start();
	return cmocka_run_group_tests(tests, set_up_page, tear_down_page);
}
