// SPDX-License-Identifier: Apache-2.0
/* librsvg on the cleaned artwork: pixels in place, no text, nothing fetched. Runs in: tests. */
#include "render/compile_art.h"
#include "tests/harness/artwork.h"
#include "tests/harness/harness.h"

#include <string.h>

#define SIDE 40
#define SVG_HEAD \
	"<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" " \
	"width=\"40\" height=\"40\">"

struct drawn {
	struct arena *a;
	struct compile_notes notes;
	struct compile_art *art;
	struct raster r;
	struct err err;
};

static void draw(struct drawn *d, const char *svg, double scale)
{
	memset(d, 0, sizeof *d);
	d->a = arena_new((size_t)8 << 20);
	d->notes.a = d->a;
	d->r = (struct raster){.width = (uint32_t)(SIDE * scale),
		.height = (uint32_t)(SIDE * scale),
		.scale = scale};
	d->r.stride = 1 + 3 * (size_t)d->r.width;
	d->r.rows = arena_alloc(d->a, d->r.stride * d->r.height);
	memset(d->r.rows, 0x77, d->r.stride * d->r.height);
	assert_ok(compile_art_open(bytes_of(str_of(svg)), SIDE, SIDE, &d->notes, &d->art, &d->err),
		d->err);
	assert_ok(compile_art_draw(d->art, &d->r, &d->err), d->err);
}

static void done(struct drawn *d)
{
	compile_art_free(&d->art);
	arena_free(&d->a);
}

static uint32_t pixel(const struct drawn *d, uint32_t x, uint32_t y)
{
	const uint8_t *p = d->r.rows + y * d->r.stride + 1 + 3 * (size_t)x;

	return (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];
}

static void pixels_are_where_they_belong(void **state)
{
	static const char svg[] = SVG_HEAD
		"<rect x=\"10\" y=\"20\" width=\"5\" height=\"10\" fill=\"#123456\"/></svg>";
	struct drawn d;

	(void)state;
	for (int scale = 1; scale <= 2; scale++) {
		uint32_t k = (uint32_t)scale;

		draw(&d, svg, scale);
		for (uint32_t y = 0; y < d.r.height; y++)
			assert_int_equal(d.r.rows[y * d.r.stride], 0);
		assert_int_equal(pixel(&d, 10 * k, 20 * k), 0x123456);
		assert_int_equal(pixel(&d, 15 * k - 1, 30 * k - 1), 0x123456);
		assert_int_equal(pixel(&d, 10 * k - 1, 20 * k), 0xffffff);
		assert_int_equal(pixel(&d, 15 * k, 20 * k), 0xffffff);
		assert_int_equal(pixel(&d, 10 * k, 20 * k - 1), 0xffffff);
		assert_int_equal(d.notes.count, 0);
		done(&d);
	}
}

static void text_is_hidden_and_noted(void **state)
{
	struct drawn d;

	(void)state;
	draw(&d,
		SVG_HEAD
		"<style>text{display:inline!important}</style><text y=\"30\" font-size=\"60\" "
		"style=\"display:inline!important\">M<tspan>W</tspan></text><s:text "
		"xmlns:s=\"http://www.w3.org/2000/svg\" y=\"30\" font-size=\"60\">W</s:text></svg>",
		1);
	for (uint32_t y = 0; y < SIDE; y++) {
		for (uint32_t x = 0; x < SIDE; x++)
			assert_int_equal(pixel(&d, x, y), 0xffffff);
	}
	assert_int_equal(d.notes.count, 1);
	assert_true(str_eq_cz(d.notes.items[0].element, "text"));
	assert_int_equal(d.notes.items[0].kind, NOTE_WARNING);
	done(&d);
}

static void files_are_not_opened(void **state)
{
	struct drawn d;

	(void)state;
	draw(&d,
		SVG_HEAD "<image width=\"40\" height=\"40\" "
			 "xlink:href=\"file:///usr/share/pixmaps/debian-logo.png\"/><image "
			 "width=\"40\" height=\"40\" xlink:href=\"../../etc/passwd\"/></svg>",
		1);
	for (uint32_t y = 0; y < SIDE; y++)
		assert_int_equal(pixel(&d, 20, y), 0xffffff);
	done(&d);
}

static void unknown_filter_is_noted(void **state)
{
	struct drawn d;

	(void)state;
	draw(&d,
		SVG_HEAD
		"<filter id=\"f\"><feDropShadow dx=\"1\"/></filter><rect width=\"9\" height=\"9\" "
		"filter=\"url(#f)\"/></svg>",
		1);
	assert_int_equal(d.notes.count, 1);
	assert_true(str_eq_cz(d.notes.items[0].element, "feDropShadow"));
	done(&d);
}

static void only_pixels_ask_for_a_larger_page(void **state)
{
	struct drawn d;

	(void)state;
	draw(&d, SVG_HEAD "<rect width=\"9\" height=\"9\"/></svg>", 1);
	assert_true(compile_art_pdf_scale(d.art) == 1);
	done(&d);
	draw(&d, SVG_HEAD "<mask id=\"m\"/><rect width=\"9\" height=\"9\"/></svg>", 1);
	assert_true(compile_art_pdf_scale(d.art) == 2);
	done(&d);
}

static void pdf_is_the_same_each_time(void **state)
{
	struct buf pdf[2] = {buf_new((size_t)1 << 20), buf_new((size_t)1 << 20)};
	struct buf small = buf_new(100);
	struct drawn d;

	(void)state;
	draw(&d, SVG_HEAD "<rect width=\"9\" height=\"9\" fill-opacity=\".5\"/></svg>", 1);
	for (int i = 0; i < 2; i++)
		assert_ok(compile_art_pdf(d.art, 1, &pdf[i], &d.err), d.err);
	assert_int_equal(pdf[0].n, pdf[1].n);
	assert_memory_equal(pdf[0].p, pdf[1].p, pdf[0].n);
	assert_memory_equal(pdf[0].p, "%PDF-1.5", 8);
	assert_int_equal(compile_art_pdf(d.art, 1, &small, &d.err), RC_LIMIT);
	for (int i = 0; i < 2; i++)
		buf_free(&pdf[i]);
	buf_free(&small);
	done(&d);
}

static void broken_svg_is_refused(void **state)
{
	static const char *const bad[] = {"", "<", "<svg>", "not xml",
		"<html xmlns=\"http://www.w3.org/1999/xhtml\"/>", SVG_HEAD "&undefined;</svg>"};
	struct compile_notes *notes = test_calloc(1, sizeof *notes);
	struct compile_art *art = NULL;
	struct err err;

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
		if (compile_art_open(bytes_of(str_of(bad[i])), SIDE, SIDE, notes, &art, &err)
			!= RC_INPUT)
			fail_msg("accepted: %s", bad[i]);
		assert_null(art);
		assert_true(str_starts(str_of(err.text), STR("artwork: ")));
	}
	test_free(notes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pixels_are_where_they_belong),
		cmocka_unit_test(text_is_hidden_and_noted),
		cmocka_unit_test(files_are_not_opened),
		cmocka_unit_test(unknown_filter_is_noted),
		cmocka_unit_test(only_pixels_ask_for_a_larger_page),
		cmocka_unit_test(pdf_is_the_same_each_time),
		cmocka_unit_test(broken_svg_is_refused),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
