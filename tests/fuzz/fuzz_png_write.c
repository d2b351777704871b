// SPDX-License-Identifier: Apache-2.0
/*
 * Pictures of any content, drawn one after the other by one writer: libpng gives back every pixel, and a
 * writer of its own makes the same bytes. Runs in: make fuzz, make corpus.
 */
#include "base/mem.h"
#include "render/png.h"

#include <png.h>
#include <string.h>

#define ROOM ((size_t)16 << 20)
#define WIDTH_MAX 400
#define HEIGHT_MAX 60
#define PICTURES_MAX 4

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
	const uint8_t *p;
	size_t n;
};

static uint8_t take(struct input *in)
{
	if (in->n == 0)
		return 0;
	in->n--;
	return *in->p++;
}

/* A box of a colour, of stripes, or of bytes of the input. */
static struct raster_rect draw(struct input *in, struct raster *r)
{
	struct raster_rect box = {take(in) * r->width / 256, take(in) * r->height / 256, 0, 0};
	uint8_t kind = take(in);
	uint8_t colour = take(in);

	box.x1 = box.x0 + take(in) * (r->width - box.x0) / 255;
	box.y1 = box.y0 + take(in) * (r->height - box.y0) / 255;
	for (uint32_t y = box.y0; y < box.y1; y++)
		for (uint32_t x = 3 * box.x0; x < 3 * box.x1; x++)
			r->rows[y * r->stride + 1 + x] = kind % 3 == 0 ? colour
				: kind % 3 == 1 ? (uint8_t)(x / 3 % 5 * colour)
						: take(in);
	return box;
}

static struct raster new_raster(struct arena *a, uint32_t width, uint32_t height)
{
	struct raster r = {
		.stride = 1 + 3 * (size_t)width, .width = width, .height = height, .scale = 1};

	r.rows = arena_zalloc(a, height * r.stride + PNG_ROWS_SPARE, 1);
	return r;
}

static struct bytes write_by(
	struct png_writer *w, const struct raster *r, struct bytes blob, struct arena *a)
{
	struct buf result = buf_new(ROOM);
	struct buf file = buf_new(ROOM);
	struct wire_artifact art;
	struct bytes out;
	struct err err;

	CHECK(png_write(w, r, (struct bytes){NULL, 0}, &result, 0, a, &art, &err) == RC_OK);
	for (uint32_t i = 0; i < art.pieces.count; i++) {
		const struct wire_piece *piece = &art.pieces.items[i];

		buf_put(&file,
			(piece->source == PIECE_COMPILED ? blob.p : result.p) + piece->offset,
			piece->len);
	}
	out = (struct bytes){arena_dup(a, file.p, file.n), file.n};
	buf_free(&file);
	buf_free(&result);
	return out;
}

static void check_decodes_to(struct bytes file, const struct raster *r, struct arena *a)
{
	png_image image = {.version = PNG_IMAGE_VERSION};
	uint8_t *pixels;

	CHECK(png_image_begin_read_from_memory(&image, file.p, file.n) != 0);
	CHECK(image.width == r->width && image.height == r->height);
	image.format = PNG_FORMAT_RGB;
	pixels = arena_alloc(a, PNG_IMAGE_SIZE(image));
	CHECK(png_image_finish_read(&image, NULL, pixels, 0, NULL) != 0);
	CHECK(image.warning_or_error == 0);
	for (uint32_t y = 0; y < r->height; y++)
		CHECK(memcmp(pixels + (size_t)y * r->width * 3, r->rows + y * r->stride + 1,
			      (size_t)r->width * 3)
			== 0);
}

/* Compiles the base as the first bytes say; the blob lives in a. */
static struct bytes compile(
	struct input *in, const struct raster *base, struct arena *a, struct compiled *c)
{
	struct buf sections = buf_new(ROOM);
	struct buf blob = buf_new(ROOM);
	uint8_t *fixed = arena_zalloc(a, base->height, 1);
	uint8_t options = take(in);
	struct bytes out;
	struct err err;

	*c = (struct compiled){.engine_version = COMPILED_ENGINE_VERSION,
		.dpi = 96,
		.px_w = base->width,
		.px_h = base->height,
		.scale = 1};
	c->design.width = base->width;
	c->design.height = base->height;
	memset(fixed, 1, (size_t)base->height * (options & 31) / 64);
	CHECK(png_pack_fixed(a, base, fixed, &sections, c, &err) == RC_OK);
	if (options & 32)
		png_train(&base, 1, &sections, c);
	c->base = compiled_put(&sections, (struct bytes){base->rows, base->stride * base->height});
	CHECK(compiled_write(c, &sections, &blob, &err) == RC_OK);
	out = (struct bytes){arena_dup(a, blob.p, blob.n), blob.n};
	CHECK(compiled_read(out, a, c, &err) == RC_OK);
	buf_free(&sections);
	buf_free(&blob);
	return out;
}

static uint32_t first_open_row(const struct compiled *c)
{
	uint32_t row = 0;

	for (uint32_t i = 0; i < c->bands.count; i++)
		row = c->bands.items[i].row + c->bands.items[i].count;
	return row;
}

/* The picture by the writer of all, told where it was drawn on, and by one of its own, which is not. */
static void write_twice(struct png_writer *all, const struct compiled *c, const struct raster *r,
	struct bytes blob, struct arena *a)
{
	struct png_writer *own = NULL;
	struct bytes one, other;
	struct err err;

	CHECK(png_writer_new(c, blob, &own, &err) == RC_OK);
	one = write_by(all, r, blob, a);
	other = write_by(own, r, blob, a);
	CHECK(one.n == other.n && memcmp(one.p, other.p, one.n) == 0);
	check_decodes_to(one, r, a);
	png_writer_free(&own);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = {data, size};
	struct arena *a = arena_new((size_t)64 << 20);
	uint32_t width = 4 + (take(&in) | (uint32_t)take(&in) << 8) % WIDTH_MAX;
	uint32_t height = 4 + take(&in) % HEIGHT_MAX;
	struct raster base = new_raster(a, width, height);
	struct raster drawn = new_raster(a, width, height);
	struct png_writer *w = NULL;
	struct compiled c;
	struct bytes blob;
	struct err err;

	for (uint8_t boxes = take(&in) % 4; boxes > 0; boxes--)
		draw(&in, &base);
	blob = compile(&in, &base, a, &c);
	CHECK(png_writer_new(&c, blob, &w, &err) == RC_OK);
	for (int i = 0; i < PICTURES_MAX; i++) {
		uint32_t open = first_open_row(&c);

		memcpy(drawn.rows, base.rows, base.stride * height);
		for (uint8_t boxes = take(&in) % 4; boxes > 0; boxes--) {
			struct raster_rect box = draw(&in, &drawn);

			png_mark(w, &box);
		}
		/* Fields touch no fixed rows. */
		memcpy(drawn.rows, base.rows, base.stride * open);
		write_twice(w, &c, &drawn, blob, a);
	}
	png_writer_free(&w);
	arena_free(&a);
	return 0;
}
