// SPDX-License-Identifier: Apache-2.0
/* Stacking layers of artwork. Runs in: compile. */
#include "render/compile_layer.h"

#include "base/mem.h"

#include <string.h>

/* A text with fields, or a code: what it can cover, and the layer it lies on. */
struct field {
	struct raster_rect reach;
	uint32_t layer;
};

/* A layer's pixels inside a rectangle: all that zones can ever need. */
struct overlay {
	struct raster_rect at;
	uint8_t *rgba;
};

struct stack {
	const struct compile_layer_input *in;
	struct arena *a;
	struct raster *base;
	uint8_t *ground; /* base's rows before anything lay over them */
	struct field *fields;
	uint32_t field_count;
	struct raster_rect reach; /* of all fields */
	struct overlay overlays[DESIGN_LAYERS_MAX]; /* by layer; 0 is not in use */
	struct buf *sections;
	struct compiled *out;
	struct err *err;
};

static bool is_empty(struct raster_rect r)
{
	return r.x0 >= r.x1 || r.y0 >= r.y1;
}

static struct raster_rect common(struct raster_rect a, struct raster_rect b)
{
	struct raster_rect c = {a.x0 > b.x0 ? a.x0 : b.x0, a.y0 > b.y0 ? a.y0 : b.y0,
		a.x1 < b.x1 ? a.x1 : b.x1, a.y1 < b.y1 ? a.y1 : b.y1};

	return is_empty(c) ? (struct raster_rect){0, 0, 0, 0} : c;
}

static struct raster_rect joined(struct raster_rect a, struct raster_rect b)
{
	if (is_empty(a) || is_empty(b))
		return is_empty(a) ? b : a;
	return (struct raster_rect){a.x0 < b.x0 ? a.x0 : b.x0, a.y0 < b.y0 ? a.y0 : b.y0,
		a.x1 > b.x1 ? a.x1 : b.x1, a.y1 > b.y1 ? a.y1 : b.y1};
}

static void add_field(struct stack *s, struct raster_rect reach, uint32_t layer)
{
	if (is_empty(reach))
		return;
	s->fields[s->field_count++] = (struct field){reach, layer};
	s->reach = joined(s->reach, reach);
}

static void list_fields(struct stack *s)
{
	const struct design *d = &s->out->design;

	s->fields =
		arena_zalloc(s->a, (size_t)d->texts.count + d->qrs.count + 1, sizeof *s->fields);
	for (uint32_t i = 0; i < d->texts.count; i++)
		if (!design_text_is_static(&d->texts.items[i]))
			add_field(s, compile_text_reach(&s->in->text, s->base, &d->texts.items[i]),
				d->texts.items[i].layer);
	for (uint32_t i = 0; i < d->qrs.count; i++)
		add_field(s, compile_text_reach_of_qr(s->base, &d->qrs.items[i]),
			d->qrs.items[i].layer);
}

/* ---- one layer ---- */

/* Pixels on black, or on white. */
static void spread(const struct raster *r, const uint8_t *rgba, bool white)
{
	for (uint32_t y = 0; y < r->height; y++) {
		uint8_t *to = r->rows + y * r->stride + 1;

		for (uint32_t x = 0; x < r->width; x++, rgba += 4)
			for (unsigned i = 0; i < 3; i++)
				*to++ = (uint8_t)(rgba[i] + (white ? 255 - rgba[3] : 0));
	}
}

/* What is opaque looks the same on black and on white; what looks as they do is not there. */
static void gather(const struct raster *black, const struct raster *white, uint8_t *rgba)
{
	for (uint32_t y = 0; y < black->height; y++) {
		const uint8_t *b = black->rows + y * black->stride + 1;
		const uint8_t *w = white->rows + y * white->stride + 1;

		for (uint32_t x = 0; x < black->width; x++, b += 3, w += 3, rgba += 4) {
			int alpha = 255 - (w[1] - b[1]);

			for (unsigned i = 0; i < 3; i++) {
				rgba[i] = b[i];
				alpha = b[i] > alpha ? b[i] : alpha;
			}
			rgba[3] = (uint8_t)(alpha < 255 ? alpha : 255);
		}
	}
}

/* The text rasteriser knows opaque grounds only: draws onto two of them. */
static enum rc add_static_text(struct stack *s, uint32_t layer, uint8_t *rgba)
{
	struct raster grounds[2] = {*s->base, *s->base};
	enum rc rc = RC_OK;

	if (!compile_text_has_static(&s->out->design, layer))
		return RC_OK;
	for (unsigned i = 0; i < 2; i++) {
		grounds[i].rows = mem_zalloc(s->base->height + (size_t)1, s->base->stride + 64);
		spread(&grounds[i], rgba, i == 1);
		if (rc == RC_OK)
			rc = compile_text_bake(
				&s->in->text, &s->out->design, layer, &grounds[i], s->err);
	}
	if (rc == RC_OK)
		gather(&grounds[0], &grounds[1], rgba);
	MEM_FREE(grounds[0].rows);
	MEM_FREE(grounds[1].rows);
	return rc;
}

static struct raster_rect ink_of(const uint8_t *rgba, size_t width, struct raster_rect in)
{
	struct raster_rect ink = {0, 0, 0, 0};

	for (uint32_t y = in.y0; y < in.y1; y++)
		for (uint32_t x = in.x0; x < in.x1; x++)
			if (rgba[4 * (y * width + x) + 3] != 0)
				ink = joined(ink, (struct raster_rect){x, y, x + 1, y + 1});
	return ink;
}

static void copy_rect(
	uint8_t *to, const uint8_t *from, size_t stride, struct raster_rect at, size_t pixel_len)
{
	size_t len = (at.x1 - at.x0) * pixel_len;

	for (uint32_t y = at.y0; y < at.y1; y++, to += len)
		memcpy(to, from + y * stride + at.x0 * pixel_len, len);
}

static enum rc stack_layer(struct stack *s, uint32_t layer)
{
	struct raster_rect page = {0, 0, s->base->width, s->base->height};
	struct overlay *o = &s->overlays[layer];
	uint8_t *rgba = mem_alloc((size_t)4 * page.x1 * page.y1);
	enum rc rc = compile_art_draw_clear(s->in->arts[layer - 1], s->base, rgba, s->err);

	if (rc == RC_OK)
		rc = add_static_text(s, layer, rgba);
	if (rc == RC_OK) {
		raster_patch(s->base, page, rgba);
		o->at = ink_of(rgba, page.x1, s->reach);
		o->rgba = mem_alloc((size_t)4 * (o->at.x1 - o->at.x0) * (o->at.y1 - o->at.y0) + 1);
		copy_rect(o->rgba, rgba, (size_t)4 * page.x1, o->at, 4);
	}
	MEM_FREE(rgba);
	return rc;
}

/* ---- zones ---- */

/* Of what lies over the field, the part that shows. */
static struct raster_rect zone_of(const struct stack *s, const struct field *f)
{
	struct raster_rect zone = {0, 0, 0, 0};

	for (uint32_t i = f->layer + 1; i <= s->in->count; i++) {
		const struct overlay *o = &s->overlays[i];
		struct raster_rect in = common(f->reach, o->at);
		struct raster_rect local = {
			in.x0 - o->at.x0, in.y0 - o->at.y0, in.x1 - o->at.x0, in.y1 - o->at.y0};

		if (is_empty(in))
			continue;
		local = ink_of(o->rgba, o->at.x1 - o->at.x0, local);
		if (!is_empty(local))
			zone = joined(zone,
				(struct raster_rect){local.x0 + o->at.x0, local.y0 + o->at.y0,
					local.x1 + o->at.x0, local.y1 + o->at.y0});
	}
	return zone;
}

/* Adds zone to the list, one with all that it touches. */
static uint32_t merge_zone(struct raster_rect *zones, uint32_t count, struct raster_rect zone)
{
	for (uint32_t i = 0; i < count;) {
		if (is_empty(common(zones[i], zone))) {
			i++;
			continue;
		}
		zone = joined(zone, zones[i]);
		zones[i] = zones[--count];
		i = 0;
	}
	zones[count] = zone;
	return count + 1;
}

static void put_zone(struct stack *s, struct raster_rect at)
{
	struct compiled_zone *z = &s->out->zones.items[s->out->zones.count++];
	size_t len = (size_t)3 * (at.x1 - at.x0) * (at.y1 - at.y0);
	uint8_t *under = mem_alloc(len);

	copy_rect(under, s->ground + 1, s->base->stride, at, 3);
	*z = (struct compiled_zone){at.x0, at.y0, at.x1 - at.x0, at.y1 - at.y0,
		compiled_put(s->sections, (struct bytes){under, len})};
	MEM_FREE(under);
}

static void put_patch(struct stack *s, uint32_t layer, uint32_t zone)
{
	const struct overlay *o = &s->overlays[layer];
	const struct compiled_zone *z = &s->out->zones.items[zone];
	struct raster_rect at = {z->x, z->y, z->x + z->width, z->y + z->height};
	struct raster_rect in = common(at, o->at);
	size_t o_width = o->at.x1 - o->at.x0;
	size_t len = (size_t)4 * z->width * z->height;
	uint8_t *rgba;

	if (is_empty(in))
		return;
	rgba = mem_zalloc(len, 1);
	for (uint32_t y = in.y0; y < in.y1; y++)
		memcpy(rgba + 4 * ((size_t)(y - at.y0) * z->width + (in.x0 - at.x0)),
			o->rgba + 4 * ((y - o->at.y0) * o_width + (in.x0 - o->at.x0)),
			4 * (size_t)(in.x1 - in.x0));
	s->out->patches.items[s->out->patches.count++] = (struct compiled_patch){(uint16_t)layer,
		(uint16_t)zone, compiled_put(s->sections, (struct bytes){rgba, len})};
	MEM_FREE(rgba);
}

static void put_zones(struct stack *s)
{
	struct raster_rect *zones = arena_zalloc(s->a, (size_t)s->field_count + 1, sizeof *zones);
	uint32_t count = 0;

	for (uint32_t i = 0; i < s->field_count; i++) {
		struct raster_rect zone = zone_of(s, &s->fields[i]);

		if (!is_empty(zone))
			count = merge_zone(zones, count, zone);
	}
	s->out->zones.items = arena_zalloc(s->a, count, sizeof *s->out->zones.items);
	s->out->patches.items =
		arena_zalloc(s->a, (size_t)count * s->in->count, sizeof *s->out->patches.items);
	for (uint32_t i = 0; i < count; i++)
		put_zone(s, zones[i]);
	for (uint32_t layer = 1; layer <= s->in->count; layer++)
		for (uint32_t i = 0; i < count; i++)
			put_patch(s, layer, i);
}

enum rc compile_layer_stack(struct arena *a, const struct compile_layer_input *in,
	struct raster *base, struct buf *sections, struct compiled *out, struct err *err)
{
	struct stack s = {
		.in = in, .a = a, .base = base, .sections = sections, .out = out, .err = err};
	size_t len = base->stride * base->height;
	enum rc rc = RC_OK;

	if (in->count == 0)
		return RC_OK;
	CHECK(in->count < DESIGN_LAYERS_MAX);
	s.ground = mem_alloc(len);
	memcpy(s.ground, base->rows, len);
	list_fields(&s);
	for (uint32_t layer = 1; layer <= in->count && rc == RC_OK; layer++)
		rc = stack_layer(&s, layer);
	if (rc == RC_OK)
		put_zones(&s);
	for (uint32_t layer = 1; layer <= in->count; layer++)
		MEM_FREE(s.overlays[layer].rgba);
	MEM_FREE(s.ground);
	return rc;
}
