// SPDX-License-Identifier: Apache-2.0
/*
 * JPEGs keep their own bytes. librsvg hands cairo pixels, so a photograph would grow two to eight
 * times: where an image of the PDF shows the pixels of one of the SVG's JPEGs, that file takes its
 * place. Without a match the pixels stay. Runs in: compile.
 */
#include "base/mem.h"
#include "base/text.h"
#include "render/compile_lift_parts.h"

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <string.h>

#define DATA_JPEG "data:image/jpeg;base64,"
#define JPEGS_MAX 50
/* Pixels decoded for comparison, all JPEGs together; what is over stays as cairo wrote it. */
#define DECODED_MAX ((size_t)200 << 20)
/* Border that cairo 1.16 adds to an image drawn with EXTEND_PAD. */
#define PAD_MAX 8

/* Channels of a baseline or progressive JPEG of 8 bits, by its frame header; 0 otherwise. */
static uint32_t jpeg_channels(struct bytes file)
{
	size_t i = 2;

	while (i + 9 < file.n && file.p[i] == 0xff) {
		if (file.p[i + 1] >= 0xc0 && file.p[i + 1] <= 0xc2)
			return file.p[i + 4] == 8 ? file.p[i + 9] : 0;
		i += 2 + ((size_t)file.p[i + 2] << 8 | file.p[i + 3]);
	}
	return 0;
}

/* Packed RGB by the decoder that librsvg uses too; NULL when it is not a plain picture. */
static uint8_t *decode(struct bytes file, uint32_t *width, uint32_t *height, size_t room)
{
	GdkPixbufLoader *loader = gdk_pixbuf_loader_new_with_type("jpeg", NULL);
	uint8_t *rgb = NULL;
	GdkPixbuf *picture;
	gboolean ok;

	if (loader == NULL)
		return NULL;
	ok = gdk_pixbuf_loader_write(loader, file.p, file.n, NULL);
	ok = gdk_pixbuf_loader_close(loader, NULL) && ok;
	picture = ok ? gdk_pixbuf_loader_get_pixbuf(loader) : NULL;
	if (picture != NULL && gdk_pixbuf_get_n_channels(picture) == 3) {
		size_t w = (size_t)gdk_pixbuf_get_width(picture);
		size_t h = (size_t)gdk_pixbuf_get_height(picture);
		size_t stride = (size_t)gdk_pixbuf_get_rowstride(picture);
		const uint8_t *from = gdk_pixbuf_read_pixels(picture);

		if (w * h * 3 <= room) {
			rgb = mem_alloc(w * h * 3);
			for (size_t y = 0; y < h; y++)
				memcpy(rgb + y * w * 3, from + y * stride, w * 3);
			*width = (uint32_t)w;
			*height = (uint32_t)h;
		}
	}
	g_object_unref(loader);
	return rgb;
}

static size_t decoded_len(const struct compile_lift *l)
{
	size_t n = 0;

	for (uint32_t i = 0; i < l->jpeg_count; i++)
		n += (size_t)l->jpegs[i].width * l->jpegs[i].height * 3;
	return n;
}

static void add_jpeg(struct compile_lift *l, struct str base64)
{
	struct compile_lift_jpeg *j = &l->jpegs[l->jpeg_count];
	size_t decoded = decoded_len(l);

	if (base64.n > arena_left_len(l->a) / 4
		|| text_from_base64(l->a, base64, &j->file, NULL) != RC_OK
		|| decoded >= DECODED_MAX)
		return;
	j->channels = jpeg_channels(j->file);
	if (j->channels != 1 && j->channels != 3)
		return;
	j->rgb = decode(j->file, &j->width, &j->height, DECODED_MAX - decoded);
	if (j->rgb != NULL)
		l->jpeg_count++;
}

void compile_lift_jpeg_find(struct compile_lift *l)
{
	struct str svg = bytes_text(l->in->svg);

	l->jpegs = arena_zalloc(l->a, JPEGS_MAX, sizeof *l->jpegs);
	while (l->jpeg_count < JPEGS_MAX) {
		size_t at = str_find_str(svg, STR(DATA_JPEG));
		size_t end;

		if (at == svg.n)
			break;
		svg = str_slice(svg, at + sizeof DATA_JPEG - 1, svg.n);
		end = str_find(svg, '"', 0);
		add_jpeg(l, str_slice(svg, 0, end));
		svg = str_slice(svg, end, svg.n);
	}
}

void compile_lift_jpeg_free(struct compile_lift *l)
{
	for (uint32_t i = 0; i < l->jpeg_count; i++)
		mem_release((void *)(uintptr_t)l->jpegs[i].rgb);
	l->jpeg_count = 0;
}

/* An image of the PDF, inflated. */
struct picture {
	struct bytes plain;
	uint32_t width;
	uint32_t height;
	uint32_t channels;
};

static bool row_is_same(const struct picture *p, const struct compile_lift_jpeg *j, uint32_t x,
	uint32_t y, uint32_t row)
{
	const uint8_t *mine = p->plain.p + ((size_t)(y + row) * p->width + x) * p->channels;
	const uint8_t *its = j->rgb + (size_t)row * j->width * 3;

	if (p->channels == 3)
		return memcmp(mine, its, (size_t)j->width * 3) == 0;
	for (uint32_t i = 0; i < j->width; i++) {
		if (mine[i] != its[3 * (size_t)i])
			return false;
	}
	return true;
}

static bool shows_at(
	const struct picture *p, const struct compile_lift_jpeg *j, uint32_t x, uint32_t y)
{
	for (uint32_t row = 0; row < j->height; row++) {
		if (!row_is_same(p, j, x, y, row))
			return false;
	}
	return true;
}

/* Where in p the JPEG lies; false when it does not. */
static bool find_in(
	const struct picture *p, const struct compile_lift_jpeg *j, uint32_t *x, uint32_t *y)
{
	if (j->width > p->width || j->height > p->height || p->width - j->width > PAD_MAX
		|| p->height - j->height > PAD_MAX || (p->channels == 1 && j->channels != 1))
		return false;
	for (*y = 0; *y <= p->height - j->height; ++*y) {
		for (*x = 0; *x <= p->width - j->width; ++*x) {
			if (shows_at(p, j, *x, *y))
				return true;
		}
	}
	return false;
}

static void store_jpeg(struct compile_lift *l, uint32_t index, const struct compile_lift_jpeg *j)
{
	struct buf dict = buf_new(4096);

	buf_fmt(&dict,
		"/Type /XObject\n/Subtype /Image\n/Width %u\n/Height %u\n/BitsPerComponent 8\n"
		"/ColorSpace /%s\n/Filter /DCTDecode\n",
		j->width, j->height, j->channels == 1 ? "DeviceGray" : "DeviceRGB");
	compile_lift_store(l, index, buf_bytes(&dict), true, j->file);
	buf_free(&dict);
}

/* A form over the unit square, as an image has, that puts the JPEG inside the border that was there. */
static void store_padded(struct compile_lift *l, uint32_t index, const struct picture *p,
	const struct compile_lift_jpeg *j, uint32_t x, uint32_t y)
{
	struct buf dict = buf_new(4096);
	struct buf content = buf_new(4096);
	uint32_t inner = compile_lift_add(l, LIFT_READY, 0);

	if (inner == 0)
		return;
	buf_fmt(&content, "%.8f 0 0 %.8f %.8f %.8f cm /I Do\n", (double)j->width / p->width,
		(double)j->height / p->height, (double)x / p->width,
		(double)(p->height - j->height - y) / p->height);
	buf_put_cz(&dict,
		"/Type /XObject\n/Subtype /Form\n/BBox [0 0 1 1]\n/Resources <</XObject <</I ");
	compile_lift_put_reference(l, &dict, inner);
	buf_put_cz(&dict, ">>>>\n");
	compile_lift_store(l, index, buf_bytes(&dict), true, buf_bytes(&content));
	store_jpeg(l, inner, j);
	buf_free(&dict);
	buf_free(&content);
}

static bool read_picture(struct compile_lift *l, qpdf_oh stream, qpdf_oh dict, struct picture *out)
{
	long long w = compile_lift_text_int(l, dict, "/Width", 0);
	long long h = compile_lift_text_int(l, dict, "/Height", 0);

	out->channels = compile_lift_text_is(l, dict, "/ColorSpace", "/DeviceRGB") ? 3
		: compile_lift_text_is(l, dict, "/ColorSpace", "/DeviceGray")      ? 1
										   : 0;
	if (!compile_lift_text_is(l, dict, "/Subtype", "/Image")
		|| qpdf_oh_has_key(l->q, dict, "/SMask") || out->channels == 0 || w <= 0 || h <= 0
		|| w > 100000 || h > 100000)
		return false;
	if (!compile_lift_stream_plain(l, stream, &out->plain))
		return false;
	out->width = (uint32_t)w;
	out->height = (uint32_t)h;
	if (out->plain.n == (size_t)w * (size_t)h * out->channels)
		return true;
	mem_release((void *)(uintptr_t)out->plain.p);
	return false;
}

bool compile_lift_jpeg_put(struct compile_lift *l, uint32_t index, qpdf_oh stream)
{
	qpdf_oh dict = l->jpeg_count != 0 ? qpdf_oh_get_dict(l->q, stream) : 0;
	struct picture p;
	bool found = false;

	if (l->jpeg_count == 0 || !read_picture(l, stream, dict, &p))
		return false;
	for (uint32_t i = 0; i < l->jpeg_count && !found; i++) {
		const struct compile_lift_jpeg *j = &l->jpegs[i];
		uint32_t x, y;

		found = find_in(&p, j, &x, &y);
		if (found && j->width == p.width && j->height == p.height)
			store_jpeg(l, index, j);
		else if (found)
			store_padded(l, index, &p, j, x, y);
	}
	mem_release((void *)(uintptr_t)p.plain.p);
	return found;
}
