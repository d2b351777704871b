// SPDX-License-Identifier: Apache-2.0
/* Blocks of text onto a picture. Runs in: compile (static text), render. */
#include "render/raster.h"

#include "render/raster_inner.h"

#include <math.h>
#include <string.h>

/* Pixels of colour laid out ready for blending. */
#define PATTERN_LEN ((size_t)3 * 8 * 16)
/* Sizes beyond it are no text: nothing is drawn. 1/64 px per em. */
#define SHAPE_MAX (20000.0 * 64)
#define ORIGIN_MAX 1e6

typedef uint8_t bytes8 __attribute__((vector_size(8)));
typedef uint16_t words8 __attribute__((vector_size(16)));

/* (d * (255 - a) + c * a) / 255, rounded to nearest; exact for all bytes. */
static uint8_t blend_byte(uint8_t d, uint8_t c, uint8_t a)
{
	unsigned t = (unsigned)d * (255u - a) + (unsigned)c * a + 128;

	return (uint8_t)((t + (t >> 8)) >> 8);
}

/* Eight bytes; where all has a zero byte, nothing changes. */
static void blend8(uint8_t *d, uint64_t all, const uint8_t *colour)
{
	bytes8 db, ab, cb;
	words8 av, t;

	memcpy(&db, d, 8);
	memcpy(&ab, &all, 8);
	memcpy(&cb, colour, 8);
	av = __builtin_convertvector(ab, words8);
	t = __builtin_convertvector(db, words8) * (255 - av)
		+ __builtin_convertvector(cb, words8) * av + 128;
	t = (t + (t >> 8)) >> 8;
	db = __builtin_convertvector(t, bytes8);
	memcpy(d, &db, 8);
}

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the first byte is the lowest");

static void blend(uint8_t *d, const uint8_t *a, const uint8_t *colour, size_t n)
{
	size_t i = 0;
	uint64_t all;

	for (; i + 8 <= n; i += 8) {
		/* Most of a glyph's box is nothing or all ink. */
		memcpy(&all, a + i, 8);
		if (all == UINT64_MAX)
			memcpy(d + i, colour + i, 8);
		else if (all != 0)
			blend8(d + i, all, colour + i);
	}
	if (n < 8) {
		for (; i < n; i++)
			d[i] = blend_byte(d[i], colour[i], a[i]);
		return;
	}
	/* The last eight once more, but for those that were done. */
	memcpy(&all, a + n - 8, 8);
	if (i < n)
		all &= UINT64_MAX << (8 * (8 - (n - i)));
	if (i < n && all != 0)
		blend8(d + n - 8, all, colour + n - 8);
}

/* A paint: its colour repeated, and its alpha. */
struct paint {
	uint8_t pattern[PATTERN_LEN];
	uint8_t alpha;
};

static void set_paint(struct paint *p, uint32_t fill)
{
	const uint8_t rgb[3] = {(uint8_t)(fill >> 24), (uint8_t)(fill >> 16), (uint8_t)(fill >> 8)};

	p->alpha = (uint8_t)fill;
	for (size_t i = 0; i < PATTERN_LEN; i++)
		p->pattern[i] = rgb[i % 3];
}

/* In a function of its own: its buffer is cleared on each call. */
static __attribute__((noinline)) void blend_thin(
	uint8_t *d, const uint8_t *coverage, const struct paint *p, size_t n)
{
	uint8_t thinned[PATTERN_LEN];

	for (size_t i = 0; i < n; i++)
		thinned[i] = blend_byte(0, coverage[i], p->alpha);
	blend(d, thinned, p->pattern, n);
}

/* n bytes of coverage (three a pixel) with the paint onto d. */
static void blend_row(uint8_t *d, const uint8_t *coverage, const struct paint *p, size_t n)
{
	while (n != 0) {
		size_t part = n < PATTERN_LEN ? n : PATTERN_LEN;

		if (p->alpha == 255)
			blend(d, coverage, p->pattern, part);
		else
			blend_thin(d, coverage, p, part);
		d += part;
		coverage += part;
		n -= part;
	}
}

void raster_rect_grow(struct raster_rect *dirty, struct raster_rect with)
{
	if (with.x0 >= with.x1 || with.y0 >= with.y1 || dirty == NULL)
		return;
	if (dirty->x0 >= dirty->x1) {
		*dirty = with;
		return;
	}
	dirty->x0 = with.x0 < dirty->x0 ? with.x0 : dirty->x0;
	dirty->y0 = with.y0 < dirty->y0 ? with.y0 : dirty->y0;
	dirty->x1 = with.x1 > dirty->x1 ? with.x1 : dirty->x1;
	dirty->y1 = with.y1 > dirty->y1 ? with.y1 : dirty->y1;
}

/* x, y: the pixel of the glyph's corner; may lie outside. */
static void blit(struct raster *r, const struct raster_glyph *g, int64_t x, int64_t y,
	const struct paint *paint, struct raster_rect *dirty)
{
	int64_t x0 = x < 0 ? 0 : x;
	int64_t y0 = y < 0 ? 0 : y;
	int64_t x1 = x + g->width > r->width ? r->width : x + g->width;
	int64_t y1 = y + g->height > r->height ? r->height : y + g->height;

	if (x0 >= x1 || y0 >= y1)
		return;
	for (int64_t row = y0; row < y1; row++)
		blend_row(r->rows + (size_t)row * r->stride + 1 + 3 * (size_t)x0,
			g->coverage + ((size_t)(row - y) * g->width + (size_t)(x0 - x)) * 3, paint,
			3 * (size_t)(x1 - x0));
	raster_rect_grow(dirty,
		(struct raster_rect){(uint32_t)x0, (uint32_t)y0, (uint32_t)x1, (uint32_t)y1});
}

/* Splits a place into a whole pixel and one of the phases. */
static int64_t split_phase(double v, uint8_t *phase)
{
	int64_t quarters = llrint(floor(v * RASTER_PHASES + 0.5));

	*phase = (uint8_t)(quarters & (RASTER_PHASES - 1));
	return (quarters - *phase) / RASTER_PHASES;
}

/* False when the run is not drawable at this size. */
static bool shape_of(const struct raster *r, const struct design_matrix *m, double size,
	struct raster_shape *out)
{
	double k = size * r->scale * 64;
	double v[4] = {m->a * k, m->b * k, m->c * k, m->d * k};

	for (int i = 0; i < 4; i++)
		if (!(fabs(v[i]) <= SHAPE_MAX))
			return false;
	*out = (struct raster_shape){(int32_t)lrint(v[0]), (int32_t)lrint(v[1]),
		(int32_t)lrint(v[2]), (int32_t)lrint(v[3])};
	return true;
}

/* What the glyphs of a run share. */
struct drawing {
	struct raster_cache *cache;
	struct raster_key key;
	struct paint paint;
	struct raster_rect *dirty;
};

static void draw_glyph(struct raster *r, struct drawing *d, double x, double y)
{
	struct raster_key *key = &d->key;
	const struct raster_glyph *g;
	struct raster_window window;
	int64_t px, py;

	if (!(fabs(x) < ORIGIN_MAX) || !(fabs(y) < ORIGIN_MAX))
		return;
	px = split_phase(x, &key->phase_x);
	/* Upright text stands on whole pixels, so that a line has one crisp baseline. */
	if (key->shape.xy == 0 && key->shape.yx == 0) {
		py = llrint(floor(y + 0.5));
		key->phase_y = 0;
	} else {
		py = split_phase(y, &key->phase_y);
	}
	window = (struct raster_window){(int32_t)-px, (int32_t)-py,
		(int32_t)((int64_t)r->width - px), (int32_t)((int64_t)r->height - py)};
	g = raster_glyph_find(d->cache, key, &window);
	if (g->width != 0)
		blit(r, g, px + g->left, py + g->top, &d->paint, d->dirty);
}

static void draw_run(struct raster *r, struct drawing *d, const struct text_block *block,
	const struct text_run *run, uint32_t colour)
{
	const struct design_matrix *m = &block->source->matrix;

	set_paint(&d->paint, colour);
	if (d->paint.alpha == 0 || !shape_of(r, m, run->size, &d->key.shape))
		return;
	for (size_t i = 0; i < run->glyph_count; i++) {
		const struct text_glyph *g = &run->glyphs[i];

		d->key.glyph = g->glyph;
		draw_glyph(r, d, (m->a * g->x + m->c * g->y + m->e) * r->scale,
			(m->b * g->x + m->d * g->y + m->f) * r->scale);
	}
}

/* The line along the letters' edges, of the whole run. */
static void draw_outline(struct raster *r, const struct drawing *fill,
	const struct text_block *block, const struct text_run *run)
{
	const struct design_outline *o = &run->outline;
	double radius = o->width / 2 * RASTER_PEN_EM / run->size;
	struct drawing d = *fill;

	if (!(radius >= 0.5) || !(radius <= RASTER_PEN_EM))
		return;
	d.key.radius = (uint32_t)lrint(radius);
	d.key.miter_limit = (uint32_t)lrint(o->miter_limit * 65536);
	d.key.join = o->join;
	draw_run(r, &d, block, run, o->colour);
}

void raster_draw(struct raster *r, struct raster_cache *cache, const struct text_block *block,
	struct raster_rect *dirty)
{
	for (size_t n = 0; n < block->run_count; n++) {
		const struct text_run *run = &block->runs[n];
		struct drawing d = {.cache = cache, .key = {.font = run->font}, .dirty = dirty};

		if (run->outline.width > 0 && run->outline.under)
			draw_outline(r, &d, block, run);
		draw_run(r, &d, block, run, run->fill);
		if (run->outline.width > 0 && !run->outline.under)
			draw_outline(r, &d, block, run);
	}
}

static uint32_t clip_edge(double v, uint32_t limit)
{
	return !(v > 0) ? 0 : v >= limit ? limit : (uint32_t)v;
}

struct raster_rect raster_rect_of(
	const struct raster *r, double x0, double y0, double x1, double y1)
{
	return (struct raster_rect){clip_edge(floor(x0 * r->scale), r->width),
		clip_edge(floor(y0 * r->scale), r->height),
		clip_edge(ceil(x1 * r->scale), r->width),
		clip_edge(ceil(y1 * r->scale), r->height)};
}
