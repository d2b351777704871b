// SPDX-License-Identifier: Apache-2.0
/* PNG images. Runs in: intake. */
#include "templates/image_png.h"

#include "base/buf.h"
#include "base/mem.h"
#include "templates/limits.h"
#include "templates/rules.h"

#include <png.h>
#include <string.h>

#define SIGNATURE_LEN 8
#define PALETTE_MAX 256

struct chunk {
	const uint8_t *type;
	const uint8_t *body;
	uint32_t len;
};

static uint32_t be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* The chunk at *at; false when the file ends inside it. */
static bool next_chunk(struct bytes file, size_t *at, struct chunk *out)
{
	if (file.n - *at < 12)
		return false;
	out->len = be32(file.p + *at);
	if (out->len > file.n - *at - 12)
		return false;
	out->type = file.p + *at + 4;
	out->body = file.p + *at + 8;
	*at += (size_t)out->len + 12;
	return true;
}

static bool is_type(const struct chunk *c, const char *type)
{
	return memcmp(c->type, type, 4) == 0;
}

/* Bits per pixel; 0 for a pair of colour type and depth that PNG does not know (PNG 2nd ed., 11.2.2). */
static unsigned pixel_bits(uint8_t colour, uint8_t depth)
{
	static const uint8_t samples[7] = {1, 0, 3, 1, 2, 0, 4};
	bool small = depth == 1 || depth == 2 || depth == 4;

	if (colour > 6 || samples[colour] == 0 || !(small || depth == 8 || depth == 16))
		return 0;
	if ((small && colour != 0 && colour != 3) || (depth == 16 && colour == 3))
		return 0;
	return (unsigned)samples[colour] * depth;
}

static enum rc broken(struct err *err, const char *how)
{
	return err_set(err, RC_INPUT, "an embedded PNG is broken: %s", how);
}

enum rc image_png_probe(struct bytes file, struct image_header *out, struct err *err)
{
	struct chunk c;
	size_t at = SIGNATURE_LEN;
	size_t packed = 0;
	bool ended = false;

	if (!next_chunk(file, &at, &c) || !is_type(&c, "IHDR") || c.len != 13)
		return broken(err, "it does not begin with its header");
	*out = (struct image_header){IMAGE_PNG, be32(c.body), be32(c.body + 4)};
	if (RULE_ON(RULE_PNG_HEADER)
		&& (pixel_bits(c.body[9], c.body[8]) == 0 || c.body[10] != 0 || c.body[11] != 0
			|| c.body[12] > 1))
		return broken(err, "its header makes no sense");
	while (!ended) {
		if (!next_chunk(file, &at, &c))
			return broken(err, "it ends too early");
		if (is_type(&c, "IHDR"))
			return broken(err, "it has two headers");
		if (is_type(&c, "IDAT"))
			packed += c.len;
		ended = is_type(&c, "IEND");
	}
	/* deflate cannot shrink more than 1032-fold; one bit per pixel is the least. */
	if (RULE_ON(RULE_PNG_CLAIM)
		&& (uint64_t)out->width * out->height > (uint64_t)packed * 1032 * 8)
		return err_set(err, RC_INPUT,
			"an embedded PNG claims more pixels than its bytes can hold");
	return RC_OK;
}

/* Signature and the four chunks that make the picture; text, profiles and the like stay behind. */
static enum rc keep_picture(struct bytes file, struct buf *out, struct err *err)
{
	struct chunk c;
	size_t at = SIGNATURE_LEN;

	buf_put(out, file.p, SIGNATURE_LEN);
	while (next_chunk(file, &at, &c)) {
		if (!RULE_ON(RULE_PNG_CHUNKS) || is_type(&c, "IHDR") || is_type(&c, "PLTE")
			|| is_type(&c, "tRNS") || is_type(&c, "IDAT") || is_type(&c, "IEND"))
			buf_put(out, c.type - 4, (size_t)c.len + 12);
		if (is_type(&c, "IEND"))
			break;
	}
	return out->full ? broken(err, "too large") : RC_OK;
}

static enum rc decode(struct bytes file, png_image *image, uint8_t **pixels, struct err *err)
{
	size_t len;

	if (png_image_begin_read_from_memory(image, file.p, file.n) == 0)
		return broken(err, image->message);
	image->format = PNG_FORMAT_RGBA;
	/* Without this a 16-bit PNG would be taken for linear light. */
	image->flags |= PNG_IMAGE_FLAG_16BIT_sRGB;
	if (!size_mul((size_t)image->width * 4, image->height, &len)) {
		png_image_free(image);
		return broken(err, "too large");
	}
	*pixels = mem_zalloc(len, 1);
	if (png_image_finish_read(image, NULL, *pixels, 0, NULL) == 0) {
		MEM_FREE(*pixels);
		return broken(err, image->message);
	}
	return RC_OK;
}

struct palette {
	uint32_t colours[PALETTE_MAX];
	uint32_t count;
	int16_t slots[1024]; /* open addressing: index into colours, or -1 */
};

/* The index of a colour, new or known; -1 when there are more than 256. */
static int palette_index(struct palette *p, uint32_t colour)
{
	uint32_t slot = (colour * UINT32_C(2654435761)) >> 22;

	while (p->slots[slot] >= 0 && p->colours[p->slots[slot]] != colour)
		slot = (slot + 1) % ARRAY_COUNT(p->slots);
	if (p->slots[slot] >= 0)
		return p->slots[slot];
	if (p->count == PALETTE_MAX)
		return -1;
	p->colours[p->count] = colour;
	p->slots[slot] = (int16_t)p->count;
	return (int)p->count++;
}

/* Turns RGBA into indices in place when there are few enough colours. */
static bool make_palette(uint8_t *pixels, size_t count, struct palette *p)
{
	memset(p->slots, 0xff, sizeof p->slots);
	p->count = 0;
	for (size_t i = 0; i < count; i++) {
		uint32_t colour;

		/* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): mem_zalloc() never fails. */
		memcpy(&colour, pixels + 4 * i, 4);
		if (palette_index(p, colour) < 0)
			return false;
	}
	for (size_t i = 0; i < count; i++) {
		uint32_t colour;

		memcpy(&colour, pixels + 4 * i, 4);
		pixels[i] = (uint8_t)palette_index(p, colour);
	}
	return true;
}

/* Drops alpha when every pixel is opaque, in place. */
static bool make_rgb(uint8_t *pixels, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (pixels[4 * i + 3] != 0xff)
			return false;
	for (size_t i = 0; i < count; i++)
		memmove(pixels + 3 * i, pixels + 4 * i, 3);
	return true;
}

static enum rc encode(
	png_image *image, uint8_t *pixels, struct arena *a, struct bytes *out, struct err *err)
{
	struct palette p;
	size_t count = (size_t)image->width * image->height;
	const void *colours = NULL;
	png_alloc_size_t len;
	uint8_t *file;

	image->flags = 0;
	image->format = PNG_FORMAT_RGBA;
	if (make_palette(pixels, count, &p)) {
		image->format = PNG_FORMAT_RGBA_COLORMAP;
		image->colormap_entries = p.count;
		colours = p.colours;
	} else if (make_rgb(pixels, count)) {
		image->format = PNG_FORMAT_RGB;
	}
	len = PNG_IMAGE_PNG_SIZE_MAX(*image);
	file = mem_alloc(len);
	if (png_image_write_to_memory(image, file, &len, 0, pixels, 0, colours) == 0) {
		MEM_FREE(file);
		return err_set(err, RC_SYSTEM, "writing an embedded PNG anew: %s", image->message);
	}
	*out = (struct bytes){arena_dup(a, file, len), len};
	MEM_FREE(file);
	return RC_OK;
}

enum rc image_png_rewrite(struct bytes file, struct arena *a, struct bytes *out, struct err *err)
{
	struct buf bare = buf_new(file.n);
	png_image image = {.version = PNG_IMAGE_VERSION};
	uint8_t *pixels = NULL;
	enum rc rc = keep_picture(file, &bare, err);

	if (rc == RC_OK)
		rc = decode(buf_bytes(&bare), &image, &pixels, err);
	if (rc == RC_OK)
		rc = encode(&image, pixels, a, out, err);
	png_image_free(&image);
	MEM_FREE(pixels);
	buf_free(&bare);
	return rc;
}
