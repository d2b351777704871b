// SPDX-License-Identifier: Apache-2.0
/*
 * Thumbnails: libpng reads, whole pixels and parts of pixels are averaged, libjpeg-turbo writes. The mean is taken of the numbers as they are, as browsers do it. Runs in: thumbnail.
 */
#include "render/shrink.h"

#include "base/err.h"
#include "base/mem.h"
#include "formats/thumbnail.h"
#include "templates/compiled.h"

#include <png.h>
#include <string.h>
#include <turbojpeg.h>

#define CHANNELS 3u
/* Of JPEG: one sees no difference beside the picture, and a third of what PNG takes. */
#define QUALITY 88

struct picture {
	uint32_t width;
	uint32_t height;
	uint8_t *pixels;
};

/* ---- reading ---- */

static enum rc read_png(struct bytes png, struct picture *out, struct err *err)
{
	static const png_color white = {255, 255, 255};
	png_image image = {.version = PNG_IMAGE_VERSION};
	enum rc rc = RC_OK;

	if (png_image_begin_read_from_memory(&image, png.p, png.n) == 0)
		return err_set(err, RC_INPUT, "a picture cannot be read: %s", image.message);
	if (image.width == 0 || image.height == 0 || image.width > COMPILED_SIDE_MAX
		|| image.height > COMPILED_SIDE_MAX
		|| (uint64_t)image.width * image.height > COMPILED_PIXELS_MAX) {
		rc = err_set(
			err, RC_LIMIT, "a picture has %u by %u pixels", image.width, image.height);
		png_image_free(&image);
		return rc;
	}
	image.format = PNG_FORMAT_RGB;
	out->width = image.width;
	out->height = image.height;
	out->pixels = mem_alloc((size_t)image.width * image.height * CHANNELS);
	if (png_image_finish_read(&image, &white, out->pixels, 0, NULL) == 0)
		rc = err_set(err, RC_INPUT, "a picture cannot be read: %s", image.message);
	png_image_free(&image);
	return rc;
}

/* ---- averaging ---- */

/*
 * Along a side of n pixels that becomes m: pixel s takes the place from s * m to (s + 1) * m, pixel d of the
 * result that from d * n to (d + 1) * n. What both share is the weight; the weights of one d add up to n.
 */
static uint32_t weight(uint32_t s, uint32_t m, uint32_t d, uint32_t n)
{
	uint64_t from = (uint64_t)s * m;
	uint64_t to = from + m;
	uint64_t first = (uint64_t)d * n;
	uint64_t last = first + n;

	return (uint32_t)((to < last ? to : last) - (from > first ? from : first));
}

/* sums: a row made narrower, not yet divided by its width. */
static void narrow(const uint8_t *row, uint32_t width, uint32_t to, uint32_t *sums)
{
	for (uint32_t d = 0; d < to; d++, sums += CHANNELS) {
		uint32_t end = (uint32_t)(((uint64_t)(d + 1) * width + to - 1) / to);

		sums[0] = sums[1] = sums[2] = 0;
		for (uint32_t s = (uint32_t)((uint64_t)d * width / to); s < end; s++) {
			const uint8_t *p = row + (size_t)s * CHANNELS;
			uint32_t w = weight(s, to, d, width);

			sums[0] += w * p[0];
			sums[1] += w * p[1];
			sums[2] += w * p[2];
		}
	}
}

static void average(const struct picture *in, const struct picture *out)
{
	size_t row_len = (size_t)out->width * CHANNELS;
	uint32_t *sums = mem_zalloc(row_len, sizeof *sums);
	uint64_t *totals = mem_zalloc(row_len, sizeof *totals);
	uint64_t whole = (uint64_t)in->width * in->height;
	uint32_t have = UINT32_MAX; /* the row that sums is of; a row may be part of two */

	for (uint32_t d = 0; d < out->height; d++) {
		uint32_t end = (uint32_t)(((uint64_t)(d + 1) * in->height + out->height - 1)
			/ out->height);
		uint8_t *row = out->pixels + d * row_len;

		memset(totals, 0, row_len * sizeof *totals);
		for (uint32_t s = (uint32_t)((uint64_t)d * in->height / out->height); s < end;
			s++) {
			uint64_t w = weight(s, out->height, d, in->height);

			if (s != have)
				narrow(in->pixels + (size_t)s * in->width * CHANNELS, in->width,
					out->width, sums);
			have = s;
			for (size_t i = 0; i < row_len; i++)
				totals[i] += w * sums[i];
		}
		for (size_t i = 0; i < row_len; i++)
			row[i] = (uint8_t)((totals[i] + whole / 2) / whole);
	}
	MEM_FREE(sums);
	MEM_FREE(totals);
}

/* ---- writing ---- */

/* Colours at full size: type in colour stays sharp. */
static enum rc write_jpeg(const struct picture *p, struct buf *out, struct err *err)
{
	unsigned long len = tjBufSize((int)p->width, (int)p->height, TJSAMP_444);
	tjhandle handle = tjInitCompress();
	uint8_t *file = mem_alloc(len);
	enum rc rc = RC_OK;

	if (handle == NULL
		|| tjCompress2(handle, p->pixels, (int)p->width, 0, (int)p->height, TJPF_RGB, &file,
			   &len, TJSAMP_444, QUALITY, TJFLAG_NOREALLOC | TJFLAG_ACCURATEDCT)
			!= 0)
		rc = err_set(err, RC_SYSTEM, "writing a thumbnail: %s", tjGetErrorStr2(handle));
	else
		buf_put(out, file, len);
	(void)tjDestroy(handle);
	MEM_FREE(file);
	return rc == RC_OK && out->full ? err_set(err, RC_LIMIT, "a thumbnail does not fit") : rc;
}

enum rc shrink_png(struct bytes png, struct buf *out, struct err *err)
{
	struct picture whole = {0};
	struct picture small = {0};
	enum rc rc = read_png(png, &whole, err);

	if (rc == RC_OK) {
		struct thumbnail_size size = thumbnail_fit(whole.width, whole.height);

		small = (struct picture){size.width, size.height,
			mem_alloc((size_t)size.width * size.height * CHANNELS)};
		average(&whole, &small);
		rc = write_jpeg(&small, out, err);
	}
	MEM_FREE(whole.pixels);
	MEM_FREE(small.pixels);
	return rc;
}
