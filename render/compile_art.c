// SPDX-License-Identifier: Apache-2.0
/* Drawing the artwork with librsvg. Runs in: compile. */
#include "render/compile_art.h"

#include "base/mem.h"

#include <cairo-pdf.h>
#include <librsvg/rsvg.h>
#include <string.h>

/* Filters and masks at 144 dpi; at 72 they look coarse, at 216 they cost 2 MB a page. */
#define SCALE_FOR_PIXELS 2.0

struct compile_art {
	RsvgHandle *handle;
	struct buf svg;
	double width;
	double height;
};

static bool mentions(const struct buf *svg, const char *what)
{
	return memmem(svg->p, svg->n, what, strlen(what)) != NULL;
}

static bool is_name_char(uint8_t ch)
{
	return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9')
		|| ch == '-' || ch == '_' || ch == '.' || ch >= 0x80;
}

/* Where the local name of the tag that opens or ends at p begins. */
static uint8_t *local_name(uint8_t *p, const uint8_t *end)
{
	uint8_t *name = p + 1 < end && p[1] == '/' ? p + 2 : p + 1;
	uint8_t *colon = name;

	while (colon < end && is_name_char(*colon))
		colon++;
	return colon < end && *colon == ':' ? colon + 1 : name;
}

/*
 * Text elements get a name that librsvg does not know, so that they and their children are not drawn:
 * Pango finds no font in here and would abort, and what is text belongs to our own engine. A style
 * sheet would not do: the artwork's own "!important" outranks it. Returns whether there were any.
 */
static bool rename_text(struct buf *svg)
{
	uint8_t *end = svg->p + svg->n;
	bool found = false;

	for (uint8_t *p = svg->p; p < end && (p = memchr(p, '<', (size_t)(end - p))) != NULL; p++) {
		uint8_t *name = local_name(p, end);

		if (end - name >= 4 && memcmp(name, "text", 4) == 0) {
			memcpy(name, "noxt", 4);
			found = true;
		}
	}
	return found;
}

static void note_what_is_not_drawn(
	const struct compile_art *art, bool text, struct compile_notes *notes)
{
	if (text)
		compile_note_add(notes, 0, STR("text"), STR("not drawn"),
			STR("this text could not be taken over as a text object (in a symbol or a "
			    "mask?); "
			    "turn it "
			    "into outlines in the drawing program"));
	if (mentions(&art->svg, "feDropShadow"))
		compile_note_add(notes, 0, STR("feDropShadow"), STR("not drawn"),
			STR("the renderer does not know it and leaves the element out; use "
			    "feGaussianBlur, "
			    "feOffset and feMerge"));
}

/* Takes over g's message. */
static enum rc svg_error(GError *g, const char *doing, struct err *err)
{
	enum rc rc = err_set(err, RC_INPUT, "artwork: %s: %s", doing,
		g != NULL ? g->message : "no reason given");

	if (g != NULL)
		g_error_free(g);
	return rc;
}

enum rc compile_art_open(struct bytes svg, double width, double height, struct compile_notes *notes,
	struct compile_art **out, struct err *err)
{
	struct compile_art *art = mem_zalloc(1, sizeof *art);
	GError *g = NULL;
	GInputStream *in;
	bool text;

	*art = (struct compile_art){NULL, buf_new(svg.n + 1), width, height};
	buf_put_bytes(&art->svg, svg);
	text = svg.n != 0 && rename_text(&art->svg);
	in = g_memory_input_stream_new_from_data(
		svg.n != 0 ? (const char *)art->svg.p : "", (gssize)svg.n, NULL);
	/* Without a base file librsvg resolves nothing but data: addresses. */
	art->handle =
		rsvg_handle_new_from_stream_sync(in, NULL, RSVG_HANDLE_FLAG_UNLIMITED, NULL, &g);
	g_object_unref(in);
	if (art->handle == NULL) {
		compile_art_free(&art);
		return svg_error(g, "cannot be read", err);
	}
	rsvg_handle_set_dpi(art->handle, 96);
	note_what_is_not_drawn(art, text, notes);
	*out = art;
	return RC_OK;
}

void compile_art_free(struct compile_art **art)
{
	if (*art == NULL)
		return;
	if ((*art)->handle != NULL)
		g_object_unref((*art)->handle);
	buf_free(&(*art)->svg);
	MEM_FREE(*art);
}

/* Draws the page so that it covers width by height units of cr. */
static enum rc draw_document(
	struct compile_art *art, cairo_t *cr, double width, double height, struct err *err)
{
	RsvgRectangle viewport = {0, 0, width, height};
	GError *g = NULL;

	if (!rsvg_handle_render_document(art->handle, cr, &viewport, &g))
		return svg_error(g, "cannot be drawn", err);
	if (cairo_status(cr) != CAIRO_STATUS_SUCCESS)
		return err_set(err, RC_INPUT, "artwork: cannot be drawn: %s",
			cairo_status_to_string(cairo_status(cr)));
	return RC_OK;
}

/* cairo's RGB24 (host-endian 0x00RRGGBB) to rows with a filter byte. */
static void take_pixels(cairo_surface_t *s, struct raster *r)
{
	const uint8_t *data = cairo_image_surface_get_data(s);
	size_t stride = (size_t)cairo_image_surface_get_stride(s);

	for (uint32_t y = 0; y < r->height; y++) {
		const uint8_t *from = data + y * stride;
		uint8_t *to = r->rows + y * r->stride;

		*to++ = 0;
		for (uint32_t x = 0; x < r->width; x++) {
			uint32_t pixel;

			memcpy(&pixel, from + 4 * (size_t)x, sizeof pixel);
			*to++ = (uint8_t)(pixel >> 16);
			*to++ = (uint8_t)(pixel >> 8);
			*to++ = (uint8_t)pixel;
		}
	}
}

enum rc compile_art_draw(struct compile_art *art, struct raster *r, struct err *err)
{
	cairo_surface_t *s =
		cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)r->width, (int)r->height);
	cairo_t *cr = cairo_create(s);
	enum rc rc;

	cairo_set_source_rgb(cr, 1, 1, 1);
	cairo_paint(cr);
	rc = draw_document(art, cr, art->width * r->scale, art->height * r->scale, err);
	cairo_destroy(cr);
	if (rc == RC_OK) {
		cairo_surface_flush(s);
		take_pixels(s, r);
	}
	cairo_surface_destroy(s);
	return rc;
}

/* cairo's ARGB32, host-endian. */
static void take_clear_pixels(cairo_surface_t *s, const struct raster *r, uint8_t *to)
{
	const uint8_t *data = cairo_image_surface_get_data(s);
	size_t stride = (size_t)cairo_image_surface_get_stride(s);

	for (uint32_t y = 0; y < r->height; y++) {
		for (uint32_t x = 0; x < r->width; x++) {
			uint32_t pixel;

			memcpy(&pixel, data + y * stride + 4 * (size_t)x, sizeof pixel);
			*to++ = (uint8_t)(pixel >> 16);
			*to++ = (uint8_t)(pixel >> 8);
			*to++ = (uint8_t)pixel;
			*to++ = (uint8_t)(pixel >> 24);
		}
	}
}

enum rc compile_art_draw_clear(
	struct compile_art *art, const struct raster *r, uint8_t *rgba, struct err *err)
{
	cairo_surface_t *s =
		cairo_image_surface_create(CAIRO_FORMAT_ARGB32, (int)r->width, (int)r->height);
	cairo_t *cr = cairo_create(s);
	enum rc rc = draw_document(art, cr, art->width * r->scale, art->height * r->scale, err);

	cairo_destroy(cr);
	if (rc == RC_OK) {
		cairo_surface_flush(s);
		take_clear_pixels(s, r, rgba);
	}
	cairo_surface_destroy(s);
	return rc;
}

double compile_art_pdf_scale(const struct compile_art *art)
{
	bool pixels = mentions(&art->svg, "<filter") || mentions(&art->svg, "<mask");
	double side = art->width > art->height ? art->width : art->height;

	/* The page may not pass PDF's largest either way. */
	if (!pixels || side * COMPILE_ART_PT_PER_PX * SCALE_FOR_PIXELS > 14400)
		return 1;
	return SCALE_FOR_PIXELS;
}

static cairo_status_t put_pdf(void *closure, const unsigned char *data, unsigned len)
{
	struct buf *out = closure;

	buf_put(out, data, len);
	return out->full ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

/* A recording surface fills glyphs as outlines, and keeps gradients, clips and blend modes as vectors. */
static enum rc record(struct compile_art *art, double width, double height, cairo_surface_t **out,
	struct err *err)
{
	cairo_rectangle_t page = {0, 0, width, height};
	cairo_surface_t *recording =
		cairo_recording_surface_create(CAIRO_CONTENT_COLOR_ALPHA, &page);
	cairo_t *cr = cairo_create(recording);
	enum rc rc = draw_document(art, cr, width, height, err);

	cairo_destroy(cr);
	if (rc != RC_OK)
		cairo_surface_destroy(recording);
	else
		*out = recording;
	return rc;
}

enum rc compile_art_pdf(struct compile_art *art, double scale, struct buf *out, struct err *err)
{
	double width = art->width * COMPILE_ART_PT_PER_PX * scale;
	double height = art->height * COMPILE_ART_PT_PER_PX * scale;
	cairo_surface_t *recording = NULL;
	cairo_surface_t *page;
	cairo_status_t status;
	cairo_t *cr;
	enum rc rc = record(art, width, height, &recording, err);

	if (rc != RC_OK)
		return rc;
	page = cairo_pdf_surface_create_for_stream(put_pdf, out, width, height);
	cairo_pdf_surface_restrict_to_version(page, CAIRO_PDF_VERSION_1_5);
	/* Otherwise the present moment goes in. */
	cairo_pdf_surface_set_metadata(
		page, CAIRO_PDF_METADATA_CREATE_DATE, "2000-01-01T00:00:00Z");
	cr = cairo_create(page);
	cairo_set_source_surface(cr, recording, 0, 0);
	cairo_paint(cr);
	status = cairo_status(cr);
	cairo_destroy(cr);
	cairo_surface_destroy(recording);
	cairo_surface_show_page(page);
	cairo_surface_finish(page);
	if (status == CAIRO_STATUS_SUCCESS)
		status = cairo_surface_status(page);
	cairo_surface_destroy(page);
	if (out->full)
		return err_set(err, RC_LIMIT, "artwork: its PDF has more than %zu bytes", out->cap);
	if (status != CAIRO_STATUS_SUCCESS)
		return err_set(err, RC_INPUT, "artwork: %s", cairo_status_to_string(status));
	return RC_OK;
}
