// SPDX-License-Identifier: Apache-2.0
/* The compiled template: table of its header, writing, reading with every check. Runs in: compile, render, control. */
#include "templates/compiled.h"

#include <math.h>
#include <string.h>

#define HEADER_MAGIC "CFTPL\r\n\x1a"
#define HEADER_MAGIC_LEN 8
#define HEADER_FIXED_LEN 16
#define SECTION_ALIGN ((uint64_t)64)
#define IDAT_OVERHEAD 12 /* length, type, CRC */

static const struct wire_field section_fields[] = {
	WIRE_M(struct compiled_section, offset, WIRE_U64),
	WIRE_M(struct compiled_section, len, WIRE_U64),
};
static WIRE_TYPE(section_type, struct compiled_section, section_fields);

static const struct wire_field font_fields[] = {
	WIRE_MAX(struct compiled_font, key, WIRE_STR, 64),
	WIRE_MAX(struct compiled_font, sha256, WIRE_FIXED, 32),
};
static WIRE_TYPE(font_type, struct compiled_font, font_fields);

static const struct wire_field style_font_fields[] = {
	WIRE_M(struct compiled_style_font, font, WIRE_U16),
};
static WIRE_TYPE(style_font_type, struct compiled_style_font, style_font_fields);

static const struct wire_field band_fields[] = {
	WIRE_M(struct compiled_band, row, WIRE_U32),
	WIRE_M(struct compiled_band, count, WIRE_U32),
	WIRE_SUB(struct compiled_band, chunk, WIRE_ONE, 0, &section_type),
	WIRE_M(struct compiled_band, adler, WIRE_U32),
};
static WIRE_TYPE(band_type, struct compiled_band, band_fields);

static const struct wire_field object_fields[] = {
	WIRE_SUB(struct compiled_object, dict, WIRE_ONE, 0, &section_type),
	WIRE_SUB(struct compiled_object, data, WIRE_ONE, 0, &section_type),
	WIRE_M(struct compiled_object, stream, WIRE_BOOL),
};
static WIRE_TYPE(object_type, struct compiled_object, object_fields);

static const struct wire_field form_fields[] = {
	WIRE_M(struct compiled_form, object, WIRE_U16),
};
static WIRE_TYPE(form_type, struct compiled_form, form_fields);

static const struct wire_field zone_fields[] = {
	WIRE_M(struct compiled_zone, x, WIRE_U32),
	WIRE_M(struct compiled_zone, y, WIRE_U32),
	WIRE_M(struct compiled_zone, width, WIRE_U32),
	WIRE_M(struct compiled_zone, height, WIRE_U32),
	WIRE_SUB(struct compiled_zone, under, WIRE_ONE, 0, &section_type),
};
static WIRE_TYPE(zone_type, struct compiled_zone, zone_fields);

static const struct wire_field patch_fields[] = {
	WIRE_M(struct compiled_patch, layer, WIRE_U16),
	WIRE_M(struct compiled_patch, zone, WIRE_U16),
	WIRE_SUB(struct compiled_patch, pixels, WIRE_ONE, 0, &section_type),
};
static WIRE_TYPE(patch_type, struct compiled_patch, patch_fields);

static const struct wire_field image_fields[] = {
	WIRE_MAX(struct compiled_image, name, WIRE_STR, 64),
	WIRE_SUB(struct compiled_image, file, WIRE_ONE, 0, &section_type),
};
static WIRE_TYPE(image_type, struct compiled_image, image_fields);

static const struct wire_field compiled_fields[] = {
	WIRE_M(struct compiled, engine_version, WIRE_U32),
	WIRE_M(struct compiled, dpi, WIRE_U16),
	WIRE_M(struct compiled, tier, WIRE_U8),
	WIRE_M(struct compiled, px_w, WIRE_U32),
	WIRE_M(struct compiled, px_h, WIRE_U32),
	WIRE_M(struct compiled, scale, WIRE_F64),
	WIRE_SUB(struct compiled, design, WIRE_ONE, 0, &design_type),
	WIRE_SUB(struct compiled, fonts, WIRE_LIST, 80, &font_type),
	WIRE_SUB(struct compiled, style_fonts, WIRE_LIST, 2000, &style_font_type),
	WIRE_SUB(struct compiled, base, WIRE_ONE, 0, &section_type),
	WIRE_SUB(struct compiled, bands, WIRE_LIST, 4000, &band_type),
	WIRE_SUB(struct compiled, spares, WIRE_LIST, 2500, &band_type),
	WIRE_SUB(struct compiled, codes, WIRE_ONE, 0, &section_type),
	WIRE_SUB(struct compiled, objects, WIRE_LIST, 20000, &object_type),
	WIRE_SUB(struct compiled, pdf_head, WIRE_ONE, 0, &section_type),
	WIRE_SUB(struct compiled, forms, WIRE_LIST, DESIGN_LAYERS_MAX - 1, &form_type),
	WIRE_SUB(struct compiled, zones, WIRE_LIST, COMPILED_ZONES_MAX, &zone_type),
	WIRE_SUB(struct compiled, patches, WIRE_LIST, COMPILED_ZONES_MAX *(DESIGN_LAYERS_MAX - 1),
		&patch_type),
	WIRE_SUB(struct compiled, images, WIRE_LIST, 40, &image_type),
};
WIRE_TYPE(compiled_type, struct compiled, compiled_fields);

bool design_text_is_static(const struct design_text *t)
{
	for (uint32_t i = 0; i < t->parts.count; i++) {
		if (t->parts.items[i].kind != PART_LITERAL)
			return false;
	}
	return true;
}

/* ---- writing ---- */

static uint64_t align_up(uint64_t n)
{
	return (n + SECTION_ALIGN - 1) & ~(SECTION_ALIGN - 1);
}

struct compiled_section compiled_put(struct buf *sections, struct bytes content)
{
	struct compiled_section s;

	buf_put_zeros(sections, (size_t)(align_up(sections->n) - sections->n));
	s = (struct compiled_section){sections->n, content.n};
	buf_put_bytes(sections, content);
	return s;
}

static void shift_section(struct compiled_section *s, uint64_t by)
{
	s->offset = s->len != 0 ? s->offset + by : 0;
}

static void shift_sections(struct compiled *c, uint64_t by)
{
	shift_section(&c->base, by);
	shift_section(&c->codes, by);
	shift_section(&c->pdf_head, by);
	for (uint32_t i = 0; i < c->bands.count; i++)
		shift_section(&c->bands.items[i].chunk, by);
	for (uint32_t i = 0; i < c->spares.count; i++)
		shift_section(&c->spares.items[i].chunk, by);
	for (uint32_t i = 0; i < c->objects.count; i++) {
		shift_section(&c->objects.items[i].dict, by);
		shift_section(&c->objects.items[i].data, by);
	}
	for (uint32_t i = 0; i < c->zones.count; i++)
		shift_section(&c->zones.items[i].under, by);
	for (uint32_t i = 0; i < c->patches.count; i++)
		shift_section(&c->patches.items[i].pixels, by);
	for (uint32_t i = 0; i < c->images.count; i++)
		shift_section(&c->images.items[i].file, by);
}

enum rc compiled_write(
	struct compiled *c, const struct buf *sections, struct buf *out, struct err *err)
{
	struct buf head = buf_new((size_t)64 << 20);
	uint64_t start;
	enum rc rc;

	if (sections->full)
		return err_set(err, RC_LIMIT, "the compiled template has more than %zu bytes",
			sections->cap);
	/* Once to learn the length, which offsets do not change; once more with the offsets right. */
	rc = wire_encode(&compiled_type, c, &head, err);
	if (rc == RC_OK) {
		start = align_up(HEADER_FIXED_LEN + head.n);
		shift_sections(c, start);
		buf_reset(&head);
		rc = wire_encode(&compiled_type, c, &head, err);
	}
	if (rc == RC_OK) {
		buf_put(out, HEADER_MAGIC, HEADER_MAGIC_LEN);
		cursor_put_u64(out, head.n);
		buf_put_bytes(out, buf_bytes(&head));
		buf_put_zeros(out, (size_t)(start - HEADER_FIXED_LEN - head.n));
		buf_put_bytes(out, buf_bytes(sections));
		if (out->full)
			rc = err_set(err, RC_LIMIT, "the compiled template has more than %zu bytes",
				out->cap);
	}
	buf_free(&head);
	return rc;
}

/* ---- reading ---- */

static bool matrix_is_sane(const struct design_matrix *m)
{
	const double v[] = {m->a, m->b, m->c, m->d, m->e, m->f};
	double det = m->a * m->d - m->b * m->c;

	for (size_t i = 0; i < ARRAY_COUNT(v); i++) {
		if (!(fabs(v[i]) <= 1e6))
			return false;
	}
	return fabs(det) >= 1e-9;
}

static bool length_is_sane(double v)
{
	return fabs(v) <= 1e6;
}

/* How many documents the artwork has. */
static uint32_t layer_count(const struct design *d)
{
	return d->layers.count > 0 ? d->layers.count : 1;
}

static enum rc check_text(const struct design *d, const struct design_text *t, struct err *err)
{
	if (!matrix_is_sane(&t->matrix))
		return err_set(err, RC_INPUT, "a matrix that cannot be drawn with");
	if (!length_is_sane(t->x) || !length_is_sane(t->y) || !length_is_sane(t->box_y))
		return err_set(err, RC_INPUT, "a place far outside the page");
	if (!(t->box_w > 0 && t->box_w <= 1e6) || !(t->box_h >= 0 && t->box_h <= 1e6))
		return err_set(err, RC_INPUT, "a box of impossible size");
	if (t->anchor > ANCHOR_END || t->direction > DIRECTION_RTL || t->tag > TAG_H1)
		return err_set(err, RC_INPUT, "an anchor, direction or tag that does not exist");
	if (!(t->min_scale >= 0.05 && t->min_scale <= 1) || t->max_lines < 1 || t->max_lines > 20)
		return err_set(err, RC_INPUT, "a rule of fitting out of range");
	if (t->layer >= layer_count(d))
		return err_set(err, RC_INPUT, "a layer that does not exist");
	if (!(t->line_height >= 0.1 && t->line_height <= 10))
		return err_set(err, RC_INPUT, "a line height out of range");
	for (uint32_t i = 0; i < t->parts.count; i++) {
		const struct design_part *p = &t->parts.items[i];

		if (p->kind > PART_FIELD || p->style >= d->styles.count)
			return err_set(
				err, RC_INPUT, "a part with a kind or style that does not exist");
	}
	return RC_OK;
}

static bool outline_is_sane(const struct design_outline *o, double size)
{
	return o->width >= 0 && o->width <= DESIGN_OUTLINE_MAX * size && o->join <= JOIN_BEVEL
		&& (o->width == 0 || (o->miter_limit >= 1 && o->miter_limit <= 1e3));
}

static enum rc check_styles(const struct design *d, struct err *err)
{
	for (uint32_t i = 0; i < d->styles.count; i++) {
		const struct design_style *s = &d->styles.items[i];

		if (!(s->size > 0 && s->size <= 1e5) || !(fabs(s->letter_spacing) <= 1e4)
			|| s->weight < 1 || s->weight > 1000
			|| !outline_is_sane(&s->outline, s->size))
			return err_set(err, RC_INPUT, "the design's style %u is out of range", i);
	}
	return RC_OK;
}

enum rc compiled_check_design(const struct design *d, struct err *err)
{
	enum rc rc;

	/* 14400 pt is the largest page of PDF 1.7 (ISO 32000-1, annex C). */
	if (!(d->width >= 4 && d->width <= 19200) || !(d->height >= 4 && d->height <= 19200))
		return err_set(err, RC_INPUT,
			"the design's page is %g by %g pixels, 4 to 19200 are possible", d->width,
			d->height);
	rc = check_styles(d, err);
	for (uint32_t i = 0; rc == RC_OK && i < d->texts.count; i++) {
		rc = check_text(d, &d->texts.items[i], err);
		if (rc != RC_OK)
			return err_wrap(err, "the design's text %u", i);
	}
	for (uint32_t i = 0; rc == RC_OK && i < d->qrs.count; i++) {
		const struct design_qr *q = &d->qrs.items[i];

		if (!matrix_is_sane(&q->matrix) || !length_is_sane(q->x) || !length_is_sane(q->y)
			|| !(q->size > 0 && q->size <= 1e6) || q->layer >= layer_count(d))
			rc = err_set(err, RC_INPUT, "the design's QR square %u is out of range", i);
	}
	return rc;
}

/* start: where sections may begin. */
struct reader {
	struct bytes blob;
	uint64_t start;
	struct err *err;
};

static bool bytes_are_inside(const struct reader *r, const struct compiled_section *s)
{
	if (s->len == 0)
		return s->offset == 0;
	return s->offset >= r->start && s->offset <= r->blob.n && s->len <= r->blob.n - s->offset;
}

static bool section_is_inside(const struct reader *r, const struct compiled_section *s)
{
	return s->offset % SECTION_ALIGN == 0 && bytes_are_inside(r, s);
}

static enum rc check_picture(const struct reader *r, const struct compiled *c)
{
	uint64_t stride = 1 + (uint64_t)3 * c->px_w;

	if (c->dpi != 96 && c->dpi != 150 && c->dpi != 300)
		return err_set(r->err, RC_INPUT, "it has %u dpi, which is none of 96, 150 and 300",
			c->dpi);
	if (c->tier > 1 || fabs(c->scale - c->dpi / 96.0) > 1e-9)
		return err_set(r->err, RC_INPUT, "its tier or scale is wrong");
	if (c->px_w == 0 || c->px_h == 0 || c->px_w > COMPILED_SIDE_MAX
		|| c->px_h > COMPILED_SIDE_MAX || (uint64_t)c->px_w * c->px_h > COMPILED_PIXELS_MAX)
		return err_set(r->err, RC_INPUT, "its picture of %u by %u pixels is out of range",
			c->px_w, c->px_h);
	if (fabs(c->design.width * c->scale - c->px_w) > 1
		|| fabs(c->design.height * c->scale - c->px_h) > 1)
		return err_set(r->err, RC_INPUT, "its picture does not have the page's size");
	if (!section_is_inside(r, &c->base) || c->base.len != stride * c->px_h)
		return err_set(r->err, RC_INPUT, "its picture is not where it should be");
	for (uint64_t y = 0; y < c->px_h; y++) {
		if (r->blob.p[c->base.offset + y * stride] != 0)
			return err_set(r->err, RC_INPUT, "row %u of its picture has a filter",
				(unsigned)y);
	}
	if (!section_is_inside(r, &c->codes) || c->codes.len % COMPILED_CODE_LEN != 0)
		return err_set(r->err, RC_INPUT, "its Huffman codes have a wrong place or length");
	return RC_OK;
}

/* True when s is one whole chunk: length, "IDAT", that many bytes, CRC. */
static bool is_idat(const struct reader *r, const struct compiled_section *s)
{
	const uint8_t *p;

	if (!bytes_are_inside(r, s) || s->len <= IDAT_OVERHEAD)
		return false;
	p = r->blob.p + s->offset;
	return ((uint64_t)p[0] << 24 | (uint64_t)p[1] << 16 | (uint64_t)p[2] << 8 | p[3])
		== s->len - IDAT_OVERHEAD
		&& memcmp(p + 4, "IDAT", 4) == 0;
}

static enum rc check_bands(const struct reader *r, const struct compiled *c,
	const struct compiled_band *bands, uint32_t count, const char *what)
{
	uint32_t next = 0;

	for (uint32_t i = 0; i < count; i++) {
		const struct compiled_band *b = &bands[i];

		if (b->row < next || b->count == 0 || b->row >= c->px_h
			|| b->count > c->px_h - b->row)
			return err_set(r->err, RC_INPUT,
				"its %ss do not cover rows in order, once each", what);
		next = b->row + b->count;
		if (!is_idat(r, &b->chunk))
			return err_set(r->err, RC_INPUT, "%s %u is not an IDAT chunk", what, i);
	}
	return RC_OK;
}

static bool references_exist(struct bytes dict, uint32_t count)
{
	const uint8_t *p = dict.p;
	const uint8_t *end = dict.n != 0 ? dict.p + dict.n : dict.p;

	while (p < end && (p = memchr(p, 1, (size_t)(end - p))) != NULL) {
		if (end - p < 3 || (p[1] | p[2] << 8) >= (int64_t)count)
			return false;
		p += 3;
	}
	return true;
}

static enum rc check_objects(const struct reader *r, const struct compiled *c)
{
	if (!section_is_inside(r, &c->pdf_head))
		return err_set(r->err, RC_INPUT, "the PDFs' beginning is not where it should be");
	if (c->objects.count != 0 && !c->objects.items[0].stream)
		return err_set(r->err, RC_INPUT, "its artwork does not begin with a form");
	for (uint32_t i = 0; i < c->objects.count; i++) {
		const struct compiled_object *o = &c->objects.items[i];

		if (!section_is_inside(r, &o->dict) || !section_is_inside(r, &o->data))
			return err_set(r->err, RC_INPUT, "object %u is not where it should be", i);
		if (o->dict.len > COMPILED_DICT_MAX || (!o->stream && o->data.len != 0))
			return err_set(
				r->err, RC_INPUT, "object %u is not of a kind that can be", i);
		if (!references_exist(compiled_bytes(r->blob, &o->dict), c->objects.count))
			return err_set(r->err, RC_INPUT,
				"object %u refers to an object that does not exist", i);
	}
	return RC_OK;
}

/* Layers after the lowest have a form each, of their own. */
static enum rc check_forms(const struct reader *r, const struct compiled *c)
{
	if (c->forms.count + 1 != layer_count(&c->design))
		return err_set(r->err, RC_INPUT, "it has %u forms for %u layers",
			c->forms.count + 1, layer_count(&c->design));
	for (uint32_t i = 0; i < c->forms.count; i++) {
		uint16_t at = c->forms.items[i].object;

		if (at == 0 || at >= c->objects.count || !c->objects.items[at].stream)
			return err_set(r->err, RC_INPUT, "layer %u has no form", i + 1);
	}
	return RC_OK;
}

static bool zones_meet(const struct compiled_zone *a, const struct compiled_zone *b)
{
	return a->x < b->x + b->width && b->x < a->x + a->width && a->y < b->y + b->height
		&& b->y < a->y + a->height;
}

static enum rc check_zones(const struct reader *r, const struct compiled *c)
{
	for (uint32_t i = 0; i < c->zones.count; i++) {
		const struct compiled_zone *z = &c->zones.items[i];

		if (z->width == 0 || z->height == 0 || z->x >= c->px_w || z->y >= c->px_h
			|| z->width > c->px_w - z->x || z->height > c->px_h - z->y)
			return err_set(r->err, RC_INPUT, "zone %u is not inside its picture", i);
		for (uint32_t k = 0; k < i; k++) {
			if (zones_meet(z, &c->zones.items[k]))
				return err_set(r->err, RC_INPUT, "two zones overlap");
		}
		if (!section_is_inside(r, &z->under)
			|| z->under.len != (uint64_t)3 * z->width * z->height)
			return err_set(r->err, RC_INPUT, "zone %u has a wrong ground", i);
	}
	return RC_OK;
}

/* A colour beyond its opacity would run over when it is blended. */
static bool is_premultiplied(struct bytes pixels)
{
	for (size_t i = 0; i + 4 <= pixels.n; i += 4) {
		uint8_t alpha = pixels.p[i + 3];

		if (pixels.p[i] > alpha || pixels.p[i + 1] > alpha || pixels.p[i + 2] > alpha)
			return false;
	}
	return true;
}

static enum rc check_patches(const struct reader *r, const struct compiled *c)
{
	uint32_t last = 0;

	for (uint32_t i = 0; i < c->patches.count; i++) {
		const struct compiled_patch *p = &c->patches.items[i];
		uint32_t place = (uint32_t)p->layer << 16 | p->zone;
		const struct compiled_zone *z;

		if (p->layer == 0 || p->layer >= layer_count(&c->design)
			|| p->zone >= c->zones.count || (i > 0 && place <= last))
			return err_set(r->err, RC_INPUT,
				"patch %u has no layer or zone, or comes out of turn", i);
		last = place;
		z = &c->zones.items[p->zone];
		if (!section_is_inside(r, &p->pixels)
			|| p->pixels.len != (uint64_t)4 * z->width * z->height)
			return err_set(r->err, RC_INPUT, "patch %u has not its zone's size", i);
		if (!is_premultiplied(compiled_bytes(r->blob, &p->pixels)))
			return err_set(
				r->err, RC_INPUT, "patch %u has colours beyond their opacity", i);
	}
	return RC_OK;
}

static bool name_is_plain(struct str name)
{
	if (name.n == 0 || name.p[0] == '.')
		return false;
	for (size_t i = 0; i < name.n; i++) {
		char ch = name.p[i];

		if (!((ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z')
			    || (ch >= '0' && ch <= '9') || ch == '@' || ch == '.' || ch == '-'
			    || ch == '_'))
			return false;
	}
	return true;
}

/* At the top of the pass, or in the folder of a language: "de.lproj/pass.strings". */
static bool name_is_of_pass(struct str name)
{
	size_t slash = str_find(name, '/', 0);
	struct str folder = str_slice(name, 0, slash);

	if (slash == name.n)
		return name_is_plain(name);
	return name_is_plain(folder) && str_ends(folder, STR(".lproj"))
		&& name_is_plain(str_slice(name, slash + 1, name.n));
}

/* Texts in a language's folder; everything else is a picture. */
static bool is_file_of_pass(const struct reader *r, const struct compiled_image *image)
{
	struct bytes content = compiled_bytes(r->blob, &image->file);

	if (str_ends(image->name, STR(".lproj/pass.strings")))
		return content.n != 0 && str_is_utf8(bytes_text(content));
	return content.n >= 8 && memcmp(content.p, "\x89PNG\r\n\x1a\n", 8) == 0;
}

static enum rc check_images(const struct reader *r, const struct compiled *c)
{
	for (uint32_t i = 0; i < c->images.count; i++) {
		const struct compiled_image *image = &c->images.items[i];

		if (!name_is_of_pass(image->name))
			return err_set(
				r->err, RC_INPUT, "image %u has a name that no pass may hold", i);
		for (uint32_t k = 0; k < i; k++) {
			if (str_eq(c->images.items[k].name, image->name))
				return err_set(r->err, RC_INPUT, "two images have the same name");
		}
		if (!section_is_inside(r, &image->file) || !is_file_of_pass(r, image))
			return err_set(r->err, RC_INPUT,
				"image %u is neither a PNG nor texts of the pass", i);
	}
	return RC_OK;
}

static enum rc check_fonts(const struct reader *r, const struct compiled *c)
{
	if (c->style_fonts.count != c->design.styles.count)
		return err_set(r->err, RC_INPUT, "it has %u fonts of styles for %u styles",
			c->style_fonts.count, c->design.styles.count);
	for (uint32_t i = 0; i < c->style_fonts.count; i++) {
		if (c->style_fonts.items[i].font >= c->fonts.count)
			return err_set(r->err, RC_INPUT,
				"style %u wants a font that is not in the list", i);
	}
	return RC_OK;
}

static enum rc check_all(const struct reader *r, const struct compiled *c)
{
	enum rc rc;

	if (c->engine_version != COMPILED_ENGINE_VERSION)
		return err_set(r->err, RC_INPUT,
			"it was made by engine version %u, this is version %u", c->engine_version,
			COMPILED_ENGINE_VERSION);
	rc = compiled_check_design(&c->design, r->err);
	if (rc == RC_OK)
		rc = check_picture(r, c);
	if (rc == RC_OK)
		rc = check_fonts(r, c);
	if (rc == RC_OK)
		rc = check_bands(r, c, c->bands.items, c->bands.count, "band");
	if (rc == RC_OK)
		rc = check_bands(r, c, c->spares.items, c->spares.count, "spare");
	if (rc == RC_OK)
		rc = check_objects(r, c);
	if (rc == RC_OK)
		rc = check_forms(r, c);
	if (rc == RC_OK)
		rc = check_zones(r, c);
	if (rc == RC_OK)
		rc = check_patches(r, c);
	if (rc == RC_OK)
		rc = check_images(r, c);
	return rc;
}

static enum rc read_blob(struct bytes blob, struct arena *a, struct compiled *out, struct err *err)
{
	struct cursor in = cursor_of(blob);
	struct bytes magic = cursor_take(&in, HEADER_MAGIC_LEN);
	uint64_t head_len = cursor_u64(&in);
	struct reader r = {blob, 0, err};

	if (in.bad || memcmp(magic.p, HEADER_MAGIC, HEADER_MAGIC_LEN) != 0)
		return err_set(err, RC_INPUT, "it does not begin like one");
	if (head_len > cursor_left(&in))
		return err_set(err, RC_INPUT, "its header is cut short");
	r.start = align_up(HEADER_FIXED_LEN + head_len);
	if (wire_decode(&compiled_type, cursor_take(&in, (size_t)head_len), a, out, err) != RC_OK)
		return err_wrap(err, "its header");
	return check_all(&r, out);
}

enum rc compiled_read(struct bytes blob, struct arena *a, struct compiled *out, struct err *err)
{
	struct err why;

	if (read_blob(blob, a, out, &why) != RC_OK)
		return err_set(err, RC_INPUT, "compiled template: %s", why.text);
	return RC_OK;
}

struct bytes compiled_bytes(struct bytes blob, const struct compiled_section *s)
{
	if (s->len == 0)
		return (struct bytes){NULL, 0};
	CHECK(s->offset <= blob.n && s->len <= blob.n - s->offset);
	return (struct bytes){blob.p + s->offset, (size_t)s->len};
}
