// SPDX-License-Identifier: Apache-2.0
/* Pictures in pieces: libpng must decode exactly what was drawn, whatever was drawn. Runs in: tests. */
#include "base/mem.h"
#include "render/png.h"
#include "render/png_filter.h"

#include <png.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <cmocka.h>

#define ROOM ((size_t)64 << 20)

/* A base picture and what compile makes of it. */
struct page {
	struct arena *a;
	struct raster base;
	struct raster drawn; /* base with other content in the changing rows */
	uint8_t *fixed;
	struct buf sections;
	struct buf blob;
	struct compiled c;
	struct buf result;
	struct err err;
};

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 24;
}

/* noise: how many low bits of randomness lie over a gradient, 0..8. */
static void paint_row(struct raster *r, uint32_t y, int noise, uint32_t *seed)
{
	uint8_t *p = r->rows + y * r->stride;

	p[0] = 0;
	for (size_t i = 1; i < r->stride; i++)
		p[i] = (uint8_t)(i / 40 + y * 2 + (next_random(seed) & ((1u << noise) - 1)));
}

static struct raster new_raster(struct arena *a, uint32_t width, uint32_t height)
{
	struct raster r = {
		.stride = 1 + 3 * (size_t)width, .width = width, .height = height, .scale = 1};

	r.rows = arena_zalloc(a, height * r.stride + PNG_ROWS_SPARE, 1);
	return r;
}

static void open_page(struct page *p, uint32_t width, uint32_t height, int noise)
{
	uint32_t seed = width * 31 + height;

	*p = (struct page){.a = arena_new(ROOM),
		.sections = buf_new(ROOM),
		.blob = buf_new(ROOM),
		.result = buf_new(ROOM)};
	p->base = new_raster(p->a, width, height);
	p->drawn = new_raster(p->a, width, height);
	p->fixed = arena_alloc(p->a, height);
	memset(p->fixed, 1, height);
	for (uint32_t y = 0; y < height; y++)
		paint_row(&p->base, y, noise, &seed);
	p->c = (struct compiled){.engine_version = COMPILED_ENGINE_VERSION,
		.dpi = 96,
		.px_w = width,
		.px_h = height,
		.scale = 1};
	p->c.design.width = width;
	p->c.design.height = height;
}

static void close_page(struct page *p)
{
	buf_free(&p->sections);
	buf_free(&p->blob);
	buf_free(&p->result);
	arena_free(&p->a);
}

static void touch_rows(struct page *p, uint32_t from, uint32_t to)
{
	memset(p->fixed + from, 0, to - from);
}

/* Compiles the page; trained: with codes trained on the base. */
static void compile_page(struct page *p, uint8_t tier, bool trained)
{
	const struct raster *samples[] = {&p->base, &p->base};
	struct compiled back;

	p->c.tier = tier;
	assert_int_equal(
		png_pack_fixed(p->a, &p->base, p->fixed, &p->sections, &p->c, &p->err), RC_OK);
	if (trained)
		png_train(samples, 2, &p->sections, &p->c);
	p->c.base = compiled_put(
		&p->sections, (struct bytes){p->base.rows, p->base.stride * p->base.height});
	assert_int_equal(compiled_write(&p->c, &p->sections, &p->blob, &p->err), RC_OK);
	assert_int_equal(compiled_read(buf_bytes(&p->blob), p->a, &back, &p->err), RC_OK);
	p->c = back;
}

/* Fills the rows marked changing with new content. */
static void draw_page(struct page *p, int noise, uint32_t seed)
{
	memcpy(p->drawn.rows, p->base.rows, p->base.stride * p->base.height);
	for (uint32_t y = 0; y < p->base.height; y++) {
		if (p->fixed[y] == 0)
			paint_row(&p->drawn, y, noise, &seed);
	}
}

/* The pieces joined, as the store joins them. */
static struct bytes join(struct page *p, const struct wire_artifact *art, uint64_t result_offset)
{
	struct buf out = buf_new(ROOM);
	struct bytes whole;

	for (uint32_t i = 0; i < art->pieces.count; i++) {
		const struct wire_piece *piece = &art->pieces.items[i];

		if (i != 0 && piece->source == PIECE_RESULT)
			assert_int_equal(art->pieces.items[i - 1].source, PIECE_COMPILED);
		if (piece->source == PIECE_COMPILED) {
			assert_true(piece->offset + piece->len <= p->blob.n);
			buf_put(&out, p->blob.p + piece->offset, piece->len);
		} else {
			assert_int_equal(piece->source, PIECE_RESULT);
			assert_true(piece->offset >= result_offset);
			assert_true(piece->offset - result_offset + piece->len <= p->result.n);
			buf_put(&out, p->result.p + (piece->offset - result_offset), piece->len);
		}
	}
	assert_false(out.full);
	whole = (struct bytes){arena_dup(p->a, out.p, out.n), out.n};
	buf_free(&out);
	return whole;
}

static void decodes_to(struct bytes file, const struct raster *r)
{
	png_image image = {.version = PNG_IMAGE_VERSION};
	uint8_t *pixels;

	assert_true(png_image_begin_read_from_memory(&image, file.p, file.n) != 0);
	assert_int_equal(image.width, r->width);
	assert_int_equal(image.height, r->height);
	image.format = PNG_FORMAT_RGB;
	pixels = calloc(1, PNG_IMAGE_SIZE(image));
	assert_non_null(pixels);
	if (png_image_finish_read(&image, NULL, pixels, 0, NULL) == 0)
		fail_msg("libpng: %s", image.message);
	assert_int_equal(image.warning_or_error, 0);
	for (uint32_t y = 0; y < r->height; y++)
		assert_memory_equal(pixels + (size_t)y * r->width * 3, r->rows + y * r->stride + 1,
			r->width * 3);
	free(pixels);
}

static uint32_t be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* Walks the chunks with zlib's CRC, not ours; the types as one string, four letters each. */
static struct str chunk_types(struct page *p, struct bytes file)
{
	struct buf types = buf_new(100000);
	struct str out;
	size_t at = 8;

	assert_memory_equal(file.p, "\x89PNG\r\n\x1a\n", 8);
	while (at < file.n) {
		uint32_t len = be32(file.p + at);

		assert_true(len <= file.n - at - 12);
		assert_int_equal(crc32(0, file.p + at + 4, len + 4), be32(file.p + at + 8 + len));
		buf_put(&types, file.p + at + 4, 4);
		at += 12 + len;
	}
	assert_int_equal(at, file.n);
	out = str_dup(p->a, buf_str(&types));
	buf_free(&types);
	return out;
}

/* Writes p->drawn and checks the file; returns it. */
static struct bytes write_and_check(struct page *p, struct str badge)
{
	struct png_writer *w = NULL;
	struct wire_artifact art;
	struct bytes file;

	assert_int_equal(png_writer_new(&p->c, buf_bytes(&p->blob), &w, &p->err), RC_OK);
	/* Something before and a descriptor that begins elsewhere: offsets must tell. */
	buf_put_cz(&p->result, "earlier");
	assert_int_equal(
		png_write(w, &p->drawn, bytes_of(badge), &p->result, 5000, p->a, &art, &p->err),
		RC_OK);
	assert_int_equal(art.kind, ARTIFACT_PNG);
	file = join(p, &art, 5000);
	decodes_to(file, &p->drawn);
	(void)chunk_types(p, file);
	png_writer_free(&w);
	return file;
}

static void any_content_comes_back(void **state)
{
	const uint32_t sizes[][2] = {
		{4, 4}, {7, 5}, {300, 211}, {640, 400}, {33, 1000}, {11000, 24}};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(sizes); i++) {
		uint32_t h = sizes[i][1];

		for (int kind = 0; kind < 6; kind++) {
			struct page p;

			open_page(&p, sizes[i][0], h, kind);
			if (kind % 3 != 2)
				touch_rows(&p, h / 3, h / 3 + h / 5);
			if (kind % 3 == 1)
				touch_rows(&p, 0, h / 9 + 1);
			compile_page(&p, kind == 4, kind % 2 == 0);
			draw_page(&p, kind == 3 ? 8 : kind, 77);
			write_and_check(&p, kind == 1 ? STR("{\"a\":\"b\"}") : STR(""));
			close_page(&p);
		}
	}
}

/* A code trained on one colour must still carry noise. */
static void badly_trained_code_carries_noise(void **state)
{
	struct page p;

	(void)state;
	open_page(&p, 400, 120, 0);
	memset(p.base.rows, 0, p.base.stride * p.base.height);
	touch_rows(&p, 20, 100);
	compile_page(&p, 0, true);
	assert_true(p.c.codes.len != 0);
	draw_page(&p, 8, 3);
	write_and_check(&p, STR(""));
	close_page(&p);
}

static void rows_snap_to_groups(void **state)
{
	struct page p;

	(void)state;
	open_page(&p, 50, 203, 2);
	touch_rows(&p, 17, 18);
	touch_rows(&p, 39, 41);
	touch_rows(&p, 202, 203);
	compile_page(&p, 0, false);
	assert_int_equal(p.c.bands.count, 5);
	assert_int_equal(p.c.bands.items[0].row, 0);
	assert_int_equal(p.c.bands.items[0].count, 16);
	assert_int_equal(p.c.bands.items[1].row, 24);
	assert_int_equal(p.c.bands.items[1].count, 8);
	assert_int_equal(p.c.bands.items[2].row, 48);
	assert_int_equal(p.c.bands.items[2].count, 64);
	assert_int_equal(p.c.bands.items[4].row + p.c.bands.items[4].count, 200);
	close_page(&p);
}

static void many_thin_runs_stay_few_pieces(void **state)
{
	struct page p;
	struct png_writer *w = NULL;
	struct wire_artifact art;

	(void)state;
	open_page(&p, 20, 4000, 1);
	for (uint32_t y = 0; y < 4000; y += 32)
		touch_rows(&p, y, y + 8);
	compile_page(&p, 0, true);
	assert_true(p.c.bands.count <= 80);
	draw_page(&p, 1, 4);
	assert_int_equal(png_writer_new(&p.c, buf_bytes(&p.blob), &w, &p.err), RC_OK);
	assert_int_equal(
		png_write(w, &p.drawn, (struct bytes){NULL, 0}, &p.result, 0, p.a, &art, &p.err),
		RC_OK);
	assert_true(art.pieces.count <= 130);
	decodes_to(join(&p, &art, 0), &p.drawn);
	png_writer_free(&w);
	close_page(&p);
}

static void fixed_rows_are_shared_pieces(void **state)
{
	struct page p;
	struct bytes file;

	(void)state;
	open_page(&p, 500, 400, 8);
	touch_rows(&p, 100, 108);
	compile_page(&p, 1, true);
	draw_page(&p, 8, 9);
	file = write_and_check(&p, STR("x"));
	assert_true(file.n > 400000);
	assert_true(p.result.n < 30000);
	close_page(&p);
}

/* Groups that a recipient leaves as they are in the base cost a piece, or nothing. */
static void groups_as_in_the_base_are_shared(void **state)
{
	struct page p;
	uint32_t seed = 5;

	(void)state;
	open_page(&p, 600, 400, 8);
	touch_rows(&p, 40, 360);
	compile_page(&p, 0, true);
	assert_int_equal(p.c.spares.count, 40);
	memcpy(p.drawn.rows, p.base.rows, p.base.stride * p.base.height);
	write_and_check(&p, STR(""));
	assert_true(p.result.n < 300);
	buf_reset(&p.result);
	/* One pixel of row 47, and all of rows 200 to 207. */
	p.drawn.rows[47 * p.drawn.stride + 900] ^= 0x40;
	for (uint32_t y = 200; y < 208; y++)
		paint_row(&p.drawn, y, 8, &seed);
	write_and_check(&p, STR(""));
	assert_true(p.result.n > 2 * 8 * 1800 && p.result.n < 3 * 8 * 1801);
	close_page(&p);
}

/* One picture of many by one writer; returns the file. */
static struct bytes write_next(struct page *p, struct png_writer *w)
{
	struct wire_artifact art;
	struct bytes file;

	buf_reset(&p->result);
	assert_int_equal(png_write(w, &p->drawn, (struct bytes){NULL, 0}, &p->result, 0, p->a, &art,
				 &p->err),
		RC_OK);
	file = join(p, &art, 0);
	decodes_to(file, &p->drawn);
	return file;
}

/* What a writer drew before must not show in the bytes: workers share a batch in any way. */
static void same_picture_same_bytes_whatever_came_before(void **state)
{
	struct page p;
	struct png_writer *w = NULL;
	struct bytes first = {NULL, 0};

	(void)state;
	open_page(&p, 500, 300, 3);
	touch_rows(&p, 50, 250);
	compile_page(&p, 0, true);
	for (int i = 0; i < 9; i++) {
		struct bytes file;

		if (i == 0 || i == 5) {
			png_writer_free(&w);
			assert_int_equal(
				png_writer_new(&p.c, buf_bytes(&p.blob), &w, &p.err), RC_OK);
		}
		if (i == 3)
			png_forget(w);
		/* One picture, another, part of it as before, and the first again. */
		draw_page(&p, i % 4 == 0 ? 3 : i, i % 4 == 0 ? 1 : (uint32_t)i);
		if (i % 4 == 2)
			memcpy(p.drawn.rows + 100 * p.drawn.stride,
				p.base.rows + 100 * p.base.stride, 40 * p.base.stride);
		file = write_next(&p, w);
		if (i == 0)
			first = file;
		if (i % 4 == 0) {
			assert_int_equal(file.n, first.n);
			assert_memory_equal(file.p, first.p, first.n);
		}
	}
	png_writer_free(&w);
	close_page(&p);
}

/* Draws a box of noise onto the base, and tells of it. */
static void draw_box(struct page *p, struct png_writer *w, uint32_t *seed, bool tell)
{
	struct raster_rect box;

	box.x0 = next_random(seed) * p->base.width / 256;
	box.y0 = next_random(seed) * p->base.height / 256;
	box.x1 = box.x0 + 1 + next_random(seed) * (p->base.width - box.x0 - 1) / 512;
	box.y1 = box.y0 + 1 + next_random(seed) * (p->base.height - box.y0 - 1) / 512;
	for (uint32_t y = box.y0; y < box.y1; y++)
		for (uint32_t x = 3 * box.x0; x < 3 * box.x1; x++)
			p->drawn.rows[y * p->drawn.stride + 1 + x] =
				(uint8_t)(next_random(seed) < 60 ? next_random(seed) : 17);
	if (tell)
		png_mark(w, &box);
}

/*
 * Boxes here and there, told or not, on one writer and on one that is new each time: the same bytes, and the
 * picture comes back.
 */
static void boxes_come_back_told_or_not(void **state)
{
	struct page p;
	struct png_writer *w = NULL;

	(void)state;
	open_page(&p, 700, 90, 1);
	touch_rows(&p, 0, 90);
	compile_page(&p, 0, true);
	assert_int_equal(png_writer_new(&p.c, buf_bytes(&p.blob), &w, &p.err), RC_OK);
	for (uint32_t i = 0; i < 60; i++) {
		struct bytes files[2];

		for (int fresh = 0; fresh < 2; fresh++) {
			struct png_writer *new = NULL;
			uint32_t seed = i / 2 * 977; /* every picture comes twice */

			assert_int_equal(
				png_writer_new(&p.c, buf_bytes(&p.blob), &new, &p.err), RC_OK);
			memcpy(p.drawn.rows, p.base.rows, p.base.stride * p.base.height);
			for (uint32_t k = 0; k <= i % 5; k++)
				draw_box(&p, fresh ? new : w, &seed, i % 3 != 0);
			files[fresh] = write_next(&p, fresh ? new : w);
			png_writer_free(&new);
		}
		assert_int_equal(files[0].n, files[1].n);
		assert_memory_equal(files[0].p, files[1].p, files[0].n);
	}
	png_writer_free(&w);
	close_page(&p);
}

/* More boxes than are told apart: every row is looked at. */
static void many_marks_are_as_good_as_none(void **state)
{
	struct page p;
	struct png_writer *w = NULL;
	struct raster_rect box = {3, 3, 4, 4};

	(void)state;
	open_page(&p, 90, 64, 1);
	touch_rows(&p, 0, 64);
	compile_page(&p, 0, true);
	assert_int_equal(png_writer_new(&p.c, buf_bytes(&p.blob), &w, &p.err), RC_OK);
	for (int i = 0; i < 2000; i++)
		png_mark(w, &box);
	draw_page(&p, 2, 5);
	write_next(&p, w);
	png_writer_free(&w);
	close_page(&p);
}

static void credential_lies_before_the_picture(void **state)
{
	static const char want[] = "iTXtopenbadgecredential\0\0\0\0\0{\"id\":\"\xc3\xa9\"}";
	struct page p;
	struct bytes file;
	struct str types;
	const uint8_t *at;

	(void)state;
	open_page(&p, 60, 60, 1);
	touch_rows(&p, 10, 20);
	compile_page(&p, 0, false);
	draw_page(&p, 1, 1);
	file = write_and_check(&p, STR("{\"id\":\"\xc3\xa9\"}"));
	types = chunk_types(&p, file);
	assert_true(str_starts(types, STR("IHDRsRGBpHYsiTXtIDATIDAT")));
	assert_true(str_ends(types, STR("IDATIEND")));
	at = memmem(file.p, file.n, "iTXt", 4);
	assert_non_null(at);
	assert_int_equal(be32(at - 4), sizeof want - 1 - 4);
	assert_memory_equal(at, want, sizeof want - 1);
	close_page(&p);
}

static void resolution_is_told(void **state)
{
	struct page p;
	struct bytes file;
	const uint8_t *at;

	(void)state;
	open_page(&p, 100, 50, 1);
	p.c.dpi = 150;
	p.c.scale = 150 / 96.0;
	p.c.design.width = 64;
	p.c.design.height = 32;
	compile_page(&p, 0, false);
	draw_page(&p, 1, 1);
	file = write_and_check(&p, STR(""));
	at = memmem(file.p, file.n, "pHYs", 4);
	assert_non_null(at);
	assert_int_equal(be32(at + 4), 5906);
	assert_int_equal(be32(at + 8), 5906);
	assert_int_equal(at[12], 1);
	close_page(&p);
}

static void nul_in_credential_is_refused(void **state)
{
	struct page p;
	struct png_writer *w = NULL;
	struct wire_artifact art;

	(void)state;
	open_page(&p, 10, 10, 1);
	compile_page(&p, 0, false);
	assert_int_equal(png_writer_new(&p.c, buf_bytes(&p.blob), &w, &p.err), RC_OK);
	assert_int_equal(png_write(w, &p.base, (struct bytes){(const uint8_t *)"a\0b", 3},
				 &p.result, 0, p.a, &art, &p.err),
		RC_INPUT);
	png_writer_free(&w);
	close_page(&p);
}

static void full_result_is_a_limit(void **state)
{
	struct page p;
	struct png_writer *w = NULL;
	struct wire_artifact art;

	(void)state;
	open_page(&p, 200, 200, 8);
	touch_rows(&p, 0, 200);
	compile_page(&p, 0, false);
	draw_page(&p, 8, 1);
	assert_int_equal(png_writer_new(&p.c, buf_bytes(&p.blob), &w, &p.err), RC_OK);
	for (size_t cap = 10; cap < 125000; cap += 7001) {
		struct buf small = buf_new(cap);

		assert_int_equal(png_write(w, &p.drawn, (struct bytes){NULL, 0}, &small, 0, p.a,
					 &art, &p.err),
			RC_LIMIT);
		buf_free(&small);
	}
	png_writer_free(&w);
	close_page(&p);
}

static void broken_codes_are_refused(void **state)
{
	struct page p;
	struct png_writer *w = NULL;
	uint8_t *at;

	(void)state;
	open_page(&p, 64, 64, 3);
	touch_rows(&p, 0, 64);
	compile_page(&p, 0, true);
	assert_int_equal(p.c.codes.len, 8 * COMPILED_CODE_LEN);
	assert_int_equal(png_writer_new(&p.c, buf_bytes(&p.blob), &w, &p.err), RC_OK);
	png_writer_free(&w);
	/* A symbol of the last code: without bits, with too many, with one more than it should have. */
	at = p.blob.p + p.c.codes.offset + p.c.codes.len - 1;
	for (int i = 0; i < 3; i++) {
		uint8_t was = *at;

		*at = i == 0 ? 0 : i == 1 ? 15 : (uint8_t)(was == 14 ? 13 : was + 1);
		assert_int_equal(png_writer_new(&p.c, buf_bytes(&p.blob), &w, &p.err), RC_INPUT);
		assert_null(w);
		*at = was;
	}
	p.c.codes.len -= COMPILED_CODE_LEN;
	assert_int_equal(png_writer_new(&p.c, buf_bytes(&p.blob), &w, &p.err), RC_INPUT);
	assert_null(w);
	close_page(&p);
}

static void training_makes_it_smaller(void **state)
{
	struct page p[2];
	size_t len[2];

	(void)state;
	for (int i = 0; i < 2; i++) {
		open_page(&p[i], 600, 160, 3);
		touch_rows(&p[i], 0, 160);
		compile_page(&p[i], 0, i == 1);
		draw_page(&p[i], 3, 12);
		write_and_check(&p[i], STR(""));
		len[i] = p[i].result.n;
		close_page(&p[i]);
	}
	assert_true(len[1] < len[0]);
}

static void plain_pictures_come_back(void **state)
{
	for (uint32_t channels = 3; channels <= 4; channels++) {
		for (uint32_t side = 1; side < 90; side += 29) {
			struct buf out = buf_new(ROOM);
			uint32_t seed = side;
			uint8_t *pixels = mem_alloc((size_t)side * side * channels);
			uint8_t *back = mem_zalloc(side * side, channels);
			png_image image = {.version = PNG_IMAGE_VERSION};
			struct err err;

			(void)state;
			for (size_t i = 0; i < (size_t)side * side * channels; i++)
				pixels[i] =
					(uint8_t)(i % channels == 3 ? 255
								    : next_random(&seed) % 9 * 20);
			assert_int_equal(
				png_write_plain(pixels, side, side, channels, 72, &out, &err),
				RC_OK);
			assert_true(png_image_begin_read_from_memory(&image, out.p, out.n) != 0);
			assert_int_equal(
				(image.format & PNG_FORMAT_FLAG_ALPHA) != 0, channels == 4);
			image.format = channels == 4 ? PNG_FORMAT_RGBA : PNG_FORMAT_RGB;
			assert_true(png_image_finish_read(&image, NULL, back, 0, NULL) != 0);
			assert_memory_equal(back, pixels, (size_t)side * side * channels);
			buf_free(&out);
			MEM_FREE(pixels);
			MEM_FREE(back);
		}
	}
}

static void filters_subtract_as_told(void **state)
{
	const uint8_t above[] = {10, 20, 30, 200, 250, 3, 7, 7, 7};
	const uint8_t row[] = {11, 19, 35, 100, 251, 250, 0, 255, 128};
	/* Worked by hand from W3C PNG 9.2 for the pixel at 3..5. */
	const uint8_t want[PNG_ROW_COUNT][3] = {
		{100, 251, 250}, {89, 232, 215}, {156, 1, 247}, {251, 117, 231}, {156, 1, 247}};
	uint8_t out[10];
	uint8_t scratch[10];

	(void)state;
	for (int f = 0; f < PNG_ROW_COUNT; f++) {
		png_filter_row((enum png_filter)f, row, above, sizeof row, 3, out);
		assert_int_equal(out[0], f);
		assert_memory_equal(out + 4, want[f], 3);
	}
	png_filter_row_best(row, row, sizeof row, 3, out, scratch);
	assert_int_equal(out[0], PNG_ROW_UP);
	for (size_t i = 1; i < sizeof out; i++)
		assert_int_equal(out[i], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_content_comes_back),
		cmocka_unit_test(badly_trained_code_carries_noise),
		cmocka_unit_test(rows_snap_to_groups),
		cmocka_unit_test(many_thin_runs_stay_few_pieces),
		cmocka_unit_test(fixed_rows_are_shared_pieces),
		cmocka_unit_test(groups_as_in_the_base_are_shared),
		cmocka_unit_test(same_picture_same_bytes_whatever_came_before),
		cmocka_unit_test(credential_lies_before_the_picture),
		cmocka_unit_test(resolution_is_told),
		cmocka_unit_test(nul_in_credential_is_refused),
		cmocka_unit_test(full_result_is_a_limit),
		cmocka_unit_test(boxes_come_back_told_or_not),
		cmocka_unit_test(many_marks_are_as_good_as_none),
		cmocka_unit_test(broken_codes_are_refused),
		cmocka_unit_test(training_makes_it_smaller),
		cmocka_unit_test(plain_pictures_come_back),
		cmocka_unit_test(filters_subtract_as_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
