// SPDX-License-Identifier: Apache-2.0
/* Images of the wallet pass. Runs in: compile. */
#include "render/compile_pass.h"

#include "base/mem.h"
#include "render/png.h"

#include <cairo.h>
#include <math.h>
#include <string.h>

#define IMAGES_MAX 12
#define PASS_DPI 72
#define THUMBNAIL_SIDE 90.0
#define SEAL_POINTS 12

struct colour {
	double r, g, b;
};

/* "rgb(r, g, b)", as pass.json writes colours. */
static struct colour colour_of(struct str text, struct colour otherwise)
{
	double part[3];
	size_t at = 4;

	if (!str_starts(text, STR("rgb(")) || !str_ends(text, STR(")")))
		return otherwise;
	for (int i = 0; i < 3; i++) {
		size_t end = str_find(text, i < 2 ? ',' : ')', at);
		uint64_t v;

		if (!str_to_u64(str_trim(str_slice(text, at, end)), 255, &v))
			return otherwise;
		part[i] = (double)v / 255;
		at = end + 1;
	}
	return (struct colour){part[0], part[1], part[2]};
}

struct maker {
	struct arena *a;
	struct buf *sections;
	struct compiled *out;
	struct colour background;
	struct colour foreground;
};

static void add_image(struct maker *m, const char *name, const struct buf *file)
{
	m->out->images.items[m->out->images.count++] =
		(struct compiled_image){str_of(name), compiled_put(m->sections, buf_bytes(file))};
}

/* cairo's premultiplied ARGB32 to RGBA. */
static void take_pixels(cairo_surface_t *s, int side, uint8_t *out)
{
	const uint8_t *data = cairo_image_surface_get_data(s);
	int stride = cairo_image_surface_get_stride(s);

	for (int y = 0; y < side; y++) {
		for (int x = 0; x < side; x++) {
			uint32_t p, alpha;

			memcpy(&p, data + (ptrdiff_t)y * stride + 4 * (ptrdiff_t)x, sizeof p);
			alpha = p >> 24;
			for (int k = 0; k < 3; k++) {
				uint32_t c = p >> (16 - 8 * k) & 0xff;

				*out++ = (uint8_t)(alpha != 0 ? (c * 255 + alpha / 2) / alpha : 0);
			}
			*out++ = (uint8_t)alpha;
		}
	}
}

static void round_square(cairo_t *cr, double radius)
{
	cairo_arc(cr, 1 - radius, radius, radius, -M_PI / 2, 0);
	cairo_arc(cr, 1 - radius, 1 - radius, radius, 0, M_PI / 2);
	cairo_arc(cr, radius, 1 - radius, radius, M_PI / 2, M_PI);
	cairo_arc(cr, radius, radius, radius, M_PI, 3 * M_PI / 2);
	cairo_close_path(cr);
	cairo_fill(cr);
}

/* A rosette with two ribbons and a tick cut out, in the unit square. */
static void draw_seal(cairo_t *cr)
{
	const double x = 0.5;
	const double y = 0.41;

	cairo_push_group(cr);
	cairo_move_to(cr, 0.33, 0.5);
	cairo_line_to(cr, 0.26, 0.92);
	cairo_line_to(cr, 0.5, 0.8);
	cairo_line_to(cr, 0.74, 0.92);
	cairo_line_to(cr, 0.67, 0.5);
	cairo_close_path(cr);
	cairo_fill(cr);
	for (int i = 0; i < 2 * SEAL_POINTS; i++) {
		double radius = i % 2 == 0 ? 0.33 : 0.29;
		double angle = M_PI * i / SEAL_POINTS;

		if (i == 0)
			cairo_move_to(cr, x + radius * cos(angle), y + radius * sin(angle));
		else
			cairo_line_to(cr, x + radius * cos(angle), y + radius * sin(angle));
	}
	cairo_close_path(cr);
	cairo_fill(cr);
	cairo_set_operator(cr, CAIRO_OPERATOR_CLEAR);
	cairo_set_line_width(cr, 0.075);
	cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);
	cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
	cairo_move_to(cr, 0.37, 0.42);
	cairo_line_to(cr, 0.465, 0.515);
	cairo_line_to(cr, 0.64, 0.32);
	cairo_stroke(cr);
	cairo_pop_group_to_source(cr);
	cairo_paint(cr);
}

/* filled: on a square of the background's colour, else on nothing. */
static enum rc add_seal(struct maker *m, const char *name, int side, bool filled)
{
	cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, side, side);
	cairo_t *cr = cairo_create(s);
	uint8_t *pixels = mem_alloc((size_t)side * (size_t)side * 4);
	struct buf file = buf_new(COMPILE_PASS_IMAGE_MAX);
	enum rc rc;

	cairo_scale(cr, side, side);
	cairo_set_source_rgb(cr, m->background.r, m->background.g, m->background.b);
	if (filled)
		round_square(cr, 0.2);
	cairo_set_source_rgb(cr, m->foreground.r, m->foreground.g, m->foreground.b);
	draw_seal(cr);
	cairo_destroy(cr);
	cairo_surface_flush(s);
	take_pixels(s, side, pixels);
	rc = png_write_plain(pixels, (uint32_t)side, (uint32_t)side, 4, PASS_DPI, &file, NULL);
	if (rc == RC_OK)
		add_image(m, name, &file);
	cairo_surface_destroy(s);
	MEM_FREE(pixels);
	buf_free(&file);
	return rc;
}

/* Mean colour of the page's part [x0, x1) x [y0, y1), pixels of base. */
static void mean_of(
	const struct raster *base, const uint32_t x[2], const uint32_t y[2], uint8_t out[3])
{
	uint64_t sum[3] = {0};
	uint64_t n = (uint64_t)(x[1] - x[0]) * (y[1] - y[0]);

	for (uint32_t row = y[0]; row < y[1]; row++) {
		const uint8_t *p = base->rows + row * base->stride + 1 + 3 * (size_t)x[0];

		for (uint32_t i = x[0]; i < x[1]; i++, p += 3) {
			sum[0] += p[0];
			sum[1] += p[1];
			sum[2] += p[2];
		}
	}
	for (int k = 0; k < 3; k++)
		out[k] = (uint8_t)((sum[k] + n / 2) / n);
}

/* Pixel index of width that answers cell i of count, at least one pixel after the one before. */
static void cell_of(uint32_t i, uint32_t count, uint32_t width, uint32_t out[2])
{
	out[0] = (uint32_t)((uint64_t)i * width / count);
	out[1] = (uint32_t)((uint64_t)(i + 1) * width / count);
	if (out[1] == out[0])
		out[1]++;
	if (out[1] > width) {
		out[1] = width;
		out[0] = width - 1;
	}
}

/* The page made smaller, in the middle of a picture of width by height pixels on white. */
static void shrink_page(const struct raster *base, uint32_t width, uint32_t height, uint8_t *out)
{
	double k = fmin((double)width / base->width, (double)height / base->height);
	uint32_t w = (uint32_t)fmax(1, floor(base->width * k + 0.5));
	uint32_t h = (uint32_t)fmax(1, floor(base->height * k + 0.5));
	uint32_t left = (width - w) / 2;
	uint32_t top = (height - h) / 2;

	memset(out, 255, (size_t)width * height * 3);
	for (uint32_t y = 0; y < h; y++) {
		uint32_t rows[2];

		cell_of(y, h, base->height, rows);
		for (uint32_t x = 0; x < w; x++) {
			uint32_t columns[2];

			cell_of(x, w, base->width, columns);
			mean_of(base, columns, rows,
				out + 3 * ((size_t)(top + y) * width + left + x));
		}
	}
}

/* True when it was small enough. The aspect stays within 2:3 and 3:2. */
static bool add_thumbnail(struct maker *m, const struct raster *base, const char *name, int factor)
{
	double aspect = fmin(fmax((double)base->width / base->height, 2.0 / 3), 1.5);
	double side = THUMBNAIL_SIDE * factor;
	uint32_t w = (uint32_t)(aspect >= 1 ? side : side * aspect);
	uint32_t h = (uint32_t)(aspect >= 1 ? side / aspect : side);
	uint8_t *pixels = mem_alloc((size_t)w * h * 3);
	struct buf file = buf_new(4 * (size_t)COMPILE_PASS_IMAGE_MAX);
	bool fits;

	shrink_page(base, w, h, pixels);
	fits = png_write_plain(pixels, w, h, 3, PASS_DPI, &file, NULL) == RC_OK
		&& file.n <= COMPILE_PASS_IMAGE_MAX;
	if (fits)
		add_image(m, name, &file);
	MEM_FREE(pixels);
	buf_free(&file);
	return fits;
}

enum rc compile_pass_make(struct arena *a, const struct raster *base,
	const struct wire_pass_style *style, struct compile_notes *notes, struct buf *sections,
	struct compiled *out)
{
	static const struct {
		const char *name;
		int side;
		bool filled;
	} seals[] = {{"icon.png", 29, true}, {"icon@2x.png", 58, true}, {"icon@3x.png", 87, true},
		{"logo.png", 50, false}, {"logo@2x.png", 100, false}};
	struct maker m = {.a = a, .sections = sections, .out = out};

	m.background = colour_of(style->background, (struct colour){0.12, 0.21, 0.38});
	m.foreground = colour_of(style->foreground, (struct colour){1, 1, 1});
	out->images.items = arena_zalloc(a, IMAGES_MAX, sizeof *out->images.items);
	out->images.count = 0;
	for (size_t i = 0; i < ARRAY_COUNT(seals); i++) {
		enum rc rc = add_seal(&m, seals[i].name, seals[i].side, seals[i].filled);

		if (rc != RC_OK)
			return rc;
	}
	if (!add_thumbnail(&m, base, "thumbnail.png", 1)
		|| !add_thumbnail(&m, base, "thumbnail@2x.png", 2))
		compile_note_add(notes, 0, STR("pass"), STR("thumbnail"),
			STR("the artwork is too detailed for the wallet pass's large thumbnail, "
			    "which is left out"));
	return RC_OK;
}
