// SPDX-License-Identifier: Apache-2.0
/*
 * The glyph cache: two generations, each an arena with a table. When the young one is full, the
 * old one is forgotten; what is still wanted is carried over. Runs in: compile, render.
 */
#include "base/mem.h"
#include "render/raster_inner.h"

#include <string.h>

#define SLOTS_FIRST 1024
/* A table row is worth about as much as this. */
#define SLOT_LEN sizeof(struct raster_glyph)

struct generation {
	struct arena *arena;
	struct raster_glyph *slots; /* open addressing; font UINT16_MAX: empty */
	size_t slot_count; /* a power of two */
	size_t used;
};

struct raster_cache {
	struct text_engine *e;
	size_t half_len;
	struct generation young;
	struct generation old;
	uint8_t *spare; /* coverage of the last glyph that was too large to keep */
	struct raster_glyph large;
	FT_Outline stroked; /* while its glyph is made */
};

static void reset(struct generation *g, size_t cap_len)
{
	if (g->arena == NULL)
		g->arena = arena_new(cap_len);
	arena_reset(g->arena);
	for (size_t i = 0; i < g->slot_count; i++)
		g->slots[i].key.font = UINT16_MAX;
	g->used = 0;
}

struct raster_cache *raster_cache_new(struct text_engine *e, size_t max_len)
{
	struct raster_cache *c = mem_zalloc(1, sizeof *c);

	c->e = e;
	c->half_len = max_len / 2 > 4 * RASTER_KEPT_MAX ? max_len / 2 : 4 * RASTER_KEPT_MAX;
	reset(&c->young, c->half_len);
	reset(&c->old, c->half_len);
	return c;
}

void raster_cache_free(struct raster_cache **c)
{
	if (*c == NULL)
		return;
	arena_free(&(*c)->young.arena);
	arena_free(&(*c)->old.arena);
	MEM_FREE((*c)->young.slots);
	MEM_FREE((*c)->old.slots);
	MEM_FREE((*c)->spare);
	MEM_FREE(*c);
}

static uint64_t mix(uint64_t h, uint64_t v)
{
	h = (h ^ v) * 0x9E3779B97F4A7C15u;
	return h ^ h >> 29;
}

static uint64_t hash_of(const struct raster_key *k)
{
	uint64_t h =
		mix(k->glyph, (uint64_t)k->font << 16 | (uint64_t)k->phase_x << 8 | k->phase_y);

	if (k->radius != 0)
		h = mix(h, (uint64_t)k->radius << 32 | k->miter_limit << 2 | k->join);
	h = mix(h, (uint64_t)(uint32_t)k->shape.xx << 32 | (uint32_t)k->shape.yy);
	return mix(h, (uint64_t)(uint32_t)k->shape.xy << 32 | (uint32_t)k->shape.yx);
}

static bool same_key(const struct raster_key *a, const struct raster_key *b)
{
	return a->glyph == b->glyph && a->font == b->font && a->phase_x == b->phase_x
		&& a->phase_y == b->phase_y && a->shape.xx == b->shape.xx
		&& a->shape.yy == b->shape.yy && a->shape.xy == b->shape.xy
		&& a->shape.yx == b->shape.yx && a->radius == b->radius
		&& (a->radius == 0 || (a->miter_limit == b->miter_limit && a->join == b->join));
}

/* The key's place, taken or empty; NULL when there is no table. */
static struct raster_glyph *slot_of(const struct generation *g, const struct raster_key *key)
{
	size_t mask = g->slot_count - 1;

	if (g->slot_count == 0)
		return NULL;
	for (size_t i = (size_t)hash_of(key) & mask;; i = (i + 1) & mask)
		if (g->slots[i].key.font == UINT16_MAX || same_key(&g->slots[i].key, key))
			return &g->slots[i];
}

static void grow_slots(struct generation *g)
{
	struct generation bigger = {
		.slot_count = g->slot_count != 0 ? g->slot_count * 2 : SLOTS_FIRST};

	bigger.slots = mem_zalloc(bigger.slot_count, sizeof *bigger.slots);
	for (size_t i = 0; i < bigger.slot_count; i++)
		bigger.slots[i].key.font = UINT16_MAX;
	for (size_t i = 0; i < g->slot_count; i++)
		if (g->slots[i].key.font != UINT16_MAX)
			*slot_of(&bigger, &g->slots[i].key) = g->slots[i];
	MEM_FREE(g->slots);
	g->slots = bigger.slots;
	g->slot_count = bigger.slot_count;
}

static bool is_full(const struct raster_cache *c, size_t len)
{
	return arena_left_len(c->young.arena) < len + 16
		|| (c->young.used + 1) * SLOT_LEN > c->half_len;
}

/* Room for one more glyph in the young generation, ageing it when it is full. */
static struct generation *make_room(struct raster_cache *c, size_t len)
{
	struct generation *g = &c->young;

	if (is_full(c, len)) {
		struct generation aged = c->young;

		c->young = c->old;
		c->old = aged;
		reset(&c->young, c->half_len);
	}
	if (g->used * 2 >= g->slot_count)
		grow_slots(g);
	return g;
}

static const struct raster_glyph *keep(struct raster_cache *c, const struct raster_glyph *glyph)
{
	size_t len = (size_t)glyph->width * 3 * glyph->height;
	struct generation *g = make_room(c, len);
	struct raster_glyph *slot = slot_of(g, &glyph->key);

	*slot = *glyph;
	slot->coverage = len != 0 ? arena_dup(g->arena, glyph->coverage, len) : NULL;
	g->used++;
	return slot;
}

static void drop_stroked(struct raster_cache *c, uint16_t font)
{
	if (c->stroked.points != NULL)
		FT_Outline_Done(text_font_ft(c->e, font)->glyph->library, &c->stroked);
	c->stroked = (FT_Outline){0};
}

static bool export_stroked(FT_Library library, FT_Stroker pen, FT_Outline *out)
{
	FT_UInt points;
	FT_UInt contours;

	if (FT_Stroker_GetCounts(pen, &points, &contours) != 0 || points == 0 || points > INT16_MAX
		|| contours > INT16_MAX
		|| FT_Outline_New(library, points, (FT_Int)contours, out) != 0)
		return false;
	out->n_points = 0;
	out->n_contours = 0;
	FT_Stroker_Export(pen, out);
	return true;
}

/* The area that a line along the glyph's edges covers, both in RASTER_PEN_EM; false when there is none. */
static bool stroke(struct raster_cache *c, const struct raster_key *key, FT_Outline *edges)
{
	static const FT_Stroker_LineJoin joins[] = {FT_STROKER_LINEJOIN_MITER_FIXED,
		FT_STROKER_LINEJOIN_ROUND, FT_STROKER_LINEJOIN_BEVEL};
	FT_Library library = text_font_ft(c->e, key->font)->glyph->library;
	FT_Stroker pen;
	bool good;

	if (FT_Stroker_New(library, &pen) != 0)
		return false;
	FT_Stroker_Set(pen, (FT_Fixed)key->radius, FT_STROKER_LINECAP_BUTT, joins[key->join],
		(FT_Fixed)key->miter_limit);
	good = FT_Stroker_ParseOutline(pen, edges, 0) == 0
		&& export_stroked(library, pen, &c->stroked);
	FT_Stroker_Done(pen);
	return good;
}

/* The outline in 1/64 px, y upwards as FreeType wants it; false when there is none. */
static bool load_outline(struct raster_cache *c, const struct raster_key *key, FT_Outline **out)
{
	FT_Face face = text_font_ft(c->e, key->font);
	FT_Pos em = key->radius != 0 ? RASTER_PEN_EM : face->units_per_EM;
	FT_Matrix m = {(FT_Fixed)key->shape.xx * 65536 / em, (FT_Fixed)key->shape.xy * -65536 / em,
		(FT_Fixed)key->shape.yx * -65536 / em, (FT_Fixed)key->shape.yy * 65536 / em};

	if (FT_Load_Glyph(face, key->glyph, FT_LOAD_NO_SCALE | FT_LOAD_IGNORE_TRANSFORM) != 0
		|| face->glyph->format != FT_GLYPH_FORMAT_OUTLINE
		|| face->glyph->outline.n_points == 0)
		return false;
	*out = &face->glyph->outline;
	if (key->radius != 0) {
		FT_Matrix up = {.xx = (FT_Fixed)RASTER_PEN_EM * 65536 / face->units_per_EM};

		up.yy = up.xx;
		FT_Outline_Transform(*out, &up);
		if (!stroke(c, key, *out))
			return false;
		*out = &c->stroked;
	}
	FT_Outline_Transform(*out, &m);
	FT_Outline_Translate(
		*out, key->phase_x * 64 / RASTER_PHASES, -(key->phase_y * 64 / RASTER_PHASES));
	return true;
}

static int32_t clamp_px(FT_Pos v)
{
	return v < -30000 ? -30000 : v > 30000 ? 30000 : (int32_t)v;
}

/* Renders what lies in box (pixels, y downwards) into glyph->coverage, one byte a pixel. */
static bool render(struct raster_cache *c, FT_Outline *outline, struct raster_glyph *g)
{
	FT_Bitmap bitmap = {.rows = g->height,
		.width = g->width,
		.pitch = (int)g->width,
		.buffer = g->coverage,
		.num_grays = 256,
		.pixel_mode = FT_PIXEL_MODE_GRAY};

	memset(g->coverage, 0, (size_t)g->width * g->height);
	FT_Outline_Translate(
		outline, -(FT_Pos)g->left * 64, ((FT_Pos)g->top + (FT_Pos)g->height) * 64);
	return FT_Outline_Get_Bitmap(
		       text_font_ft(c->e, g->key.font)->glyph->library, outline, &bitmap)
		== 0;
}

/* One byte a pixel to three, in place, from the end. */
static void triple(struct raster_glyph *g)
{
	for (size_t i = (size_t)g->width * g->height; i-- > 0;)
		memset(g->coverage + 3 * i, g->coverage[i], 3);
}

static void set_box(struct raster_glyph *g, const FT_BBox *box)
{
	int32_t x1 = clamp_px((box->xMax + 63) >> 6);
	int32_t y1 = clamp_px((-box->yMin + 63) >> 6);

	g->left = clamp_px(box->xMin >> 6);
	g->top = clamp_px(-box->yMax >> 6);
	g->width = x1 > g->left ? (uint32_t)(x1 - g->left) : 0;
	g->height = y1 > g->top ? (uint32_t)(y1 - g->top) : 0;
}

static void clip_box(struct raster_glyph *g, const struct raster_window *w)
{
	int32_t x1 = g->left + (int32_t)g->width;
	int32_t y1 = g->top + (int32_t)g->height;

	g->left = g->left < w->x0 ? w->x0 : g->left;
	g->top = g->top < w->y0 ? w->y0 : g->top;
	x1 = x1 > w->x1 ? w->x1 : x1;
	y1 = y1 > w->y1 ? w->y1 : y1;
	g->width = x1 > g->left ? (uint32_t)(x1 - g->left) : 0;
	g->height = y1 > g->top ? (uint32_t)(y1 - g->top) : 0;
}

static const struct raster_glyph *make(
	struct raster_cache *c, const struct raster_key *key, const struct raster_window *window)
{
	struct raster_glyph *g = &c->large;
	FT_Outline *outline;
	FT_BBox box;
	bool kept;

	*g = (struct raster_glyph){.key = *key};
	if (!load_outline(c, key, &outline))
		return keep(c, g);
	FT_Outline_Get_CBox(outline, &box);
	set_box(g, &box);
	kept = (size_t)g->width * 3 * g->height <= RASTER_KEPT_MAX;
	if (!kept)
		clip_box(g, window);
	if (g->width == 0 || g->height == 0) {
		g->width = g->height = 0;
		return kept ? keep(c, g) : g;
	}
	MEM_FREE(c->spare);
	c->spare = mem_alloc((size_t)g->width * 3 * g->height);
	g->coverage = c->spare;
	if (!render(c, outline, g))
		g->width = g->height = 0;
	triple(g);
	return kept ? keep(c, g) : g;
}

const struct raster_glyph *raster_glyph_find(
	struct raster_cache *c, const struct raster_key *key, const struct raster_window *window)
{
	const struct raster_glyph *hit = slot_of(&c->young, key);

	if (hit != NULL && hit->key.font != UINT16_MAX)
		return hit;
	hit = slot_of(&c->old, key);
	if (hit != NULL && hit->key.font != UINT16_MAX) {
		struct raster_glyph copy = *hit;

		/* Ageing now would forget what is being copied. */
		if (is_full(c, (size_t)copy.width * 3 * copy.height))
			return hit;
		return keep(c, &copy);
	}
	hit = make(c, key, window);
	if (key->radius != 0)
		drop_stroked(c, key->font);
	return hit;
}
