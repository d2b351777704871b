// SPDX-License-Identifier: Apache-2.0
/* The page of pixels that recipients are drawn on. Runs in: render. */
#include "render/draw_page.h"

#include "base/mem.h"

#include <string.h>

/* Content of texts; one that does not fit is merely drawn each time. */
#define CONTENT_MAX ((size_t)4 << 20)
/* Pictures that were begun in vain, more than were not: then all is drawn each time. */
#define VAIN_MAX 16

enum kind {
	KIND_TEXT,
	KIND_QR,
	KIND_ZONE,
	KIND_PATCH,
};

/* Something on the page. content: all that decides a text's pixels; n 0: of others. */
struct item {
	enum kind kind;
	uint32_t place;
	const void *what;
	const uint8_t *modules;
	uint32_t side;
	size_t content_at;
	size_t content_len;
	struct raster_rect box;
	bool stays;
};

struct list {
	struct item *items;
	size_t count;
	size_t room;
	struct buf content;
};

struct draw_page {
	const struct compiled *c;
	struct bytes blob;
	struct raster raster;
	struct list now; /* on the page */
	struct list next;
	uint32_t vain;
};

struct draw_page *draw_page_new(const struct compiled *c, struct bytes blob)
{
	struct draw_page *p = mem_zalloc(1, sizeof *p);
	struct bytes base = compiled_bytes(blob, &c->base);

	p->c = c;
	p->blob = blob;
	p->raster = (struct raster){.stride = 1 + 3 * (size_t)c->px_w,
		.width = c->px_w,
		.height = c->px_h,
		.scale = c->scale};
	CHECK(base.n == p->raster.stride * c->px_h);
	p->raster.rows = mem_zalloc(1, base.n + PNG_ROWS_SPARE);
	memcpy(p->raster.rows, base.p, base.n);
	p->now.content = buf_new(CONTENT_MAX);
	p->next.content = buf_new(CONTENT_MAX);
	return p;
}

static void free_list(struct list *l)
{
	MEM_FREE(l->items);
	buf_free(&l->content);
}

void draw_page_free(struct draw_page **p)
{
	if (*p == NULL)
		return;
	free_list(&(*p)->now);
	free_list(&(*p)->next);
	MEM_FREE((*p)->raster.rows);
	MEM_FREE(*p);
}

const struct raster *draw_page_raster(const struct draw_page *p)
{
	return &p->raster;
}

/* ---- what is to be shown ---- */

static struct item *add(struct list *l, enum kind kind, const void *what)
{
	if (l->count == l->room) {
		l->room = l->room == 0 ? 64 : 2 * l->room;
		l->items = mem_resize(l->items, l->room, sizeof *l->items);
	}
	l->items[l->count] = (struct item){.kind = kind, .what = what};
	return &l->items[l->count++];
}

/* What raster_draw() takes from a glyph, or from a run. */
struct seen {
	double x;
	double y;
	uint64_t glyph;
};

static void put_outline(struct buf *out, const struct design_outline *o)
{
	struct seen seen = {o->width, o->miter_limit,
		(uint64_t)o->colour << 16 | (uint64_t)o->join << 8 | o->under};

	buf_put(out, &seen, sizeof seen);
}

static void put_content(struct buf *out, const struct text_block *block)
{
	for (size_t i = 0; i < block->run_count; i++) {
		const struct text_run *run = &block->runs[i];
		struct seen head = {run->size, (double)run->fill, run->font};
		struct seen *seen;

		buf_put(out, &head, sizeof head);
		if (run->outline.width > 0)
			put_outline(out, &run->outline);
		seen = (struct seen *)(void *)buf_grow(out, run->glyph_count * sizeof *seen);
		for (size_t k = 0; k < run->glyph_count && seen != NULL; k++)
			seen[k] = (struct seen){
				run->glyphs[k].x, run->glyphs[k].y, run->glyphs[k].glyph};
	}
}

void draw_page_add_text(struct draw_page *p, const struct text_block *block, uint32_t place)
{
	struct item *item = add(&p->next, KIND_TEXT, block);
	struct buf *content = &p->next.content;

	item->place = place;
	item->content_at = content->n;
	put_content(content, block);
	item->content_len = content->full ? 0 : content->n - item->content_at;
}

void draw_page_add_qr(
	struct draw_page *p, const struct design_qr *qr, const uint8_t *modules, uint32_t side)
{
	struct item *item = add(&p->next, KIND_QR, qr);

	item->modules = modules;
	item->side = side;
}

void draw_page_add_zone(struct draw_page *p, const struct compiled_zone *zone)
{
	add(&p->next, KIND_ZONE, zone);
}

void draw_page_add_patch(struct draw_page *p, const struct compiled_patch *patch)
{
	add(&p->next, KIND_PATCH, patch);
}

/* ---- what stays ---- */

static bool is_empty(const struct raster_rect *r)
{
	return r->x0 >= r->x1 || r->y0 >= r->y1;
}

static bool overlap(const struct raster_rect *a, const struct raster_rect *b)
{
	return !is_empty(a) && !is_empty(b) && a->x0 < b->x1 && b->x0 < a->x1 && a->y0 < b->y1
		&& b->y0 < a->y1;
}

/* The text that is on the page now as item is to be; NULL: none. */
static struct item *same_now(struct draw_page *p, const struct item *item)
{
	for (size_t i = 0; i < p->now.count && item->content_len != 0; i++) {
		struct item *now = &p->now.items[i];

		if (now->content_len == item->content_len && now->place == item->place)
			return memcmp(p->now.content.p + now->content_at,
				       p->next.content.p + item->content_at, item->content_len)
					== 0
				? now
				: NULL;
	}
	return NULL;
}

static bool goes_under(const struct draw_page *p, const struct item *staying)
{
	for (size_t i = 0; i < p->now.count; i++)
		if (!p->now.items[i].stays && overlap(&p->now.items[i].box, &staying->box))
			return true;
	return false;
}

/* Marks what stays. Where something goes, what it lay over or under goes, too. */
static void find_staying(struct draw_page *p)
{
	bool again = true;

	for (size_t i = 0; i < p->next.count; i++) {
		struct item *now = same_now(p, &p->next.items[i]);

		if (now == NULL)
			continue;
		now->stays = p->next.items[i].stays = true;
		p->next.items[i].box = now->box;
	}
	while (again) {
		again = false;
		for (size_t i = 0; i < p->next.count; i++) {
			struct item *item = &p->next.items[i];

			if (!item->stays || !goes_under(p, item))
				continue;
			same_now(p, item)->stays = item->stays = false;
			again = true;
		}
	}
}

/* ---- pixels ---- */

static void restore(struct draw_page *p, const struct raster_rect *box)
{
	const struct raster *r = &p->raster;
	const uint8_t *base = compiled_bytes(p->blob, &p->c->base).p;

	for (uint32_t y = box->y0; y < box->y1 && box->x0 < box->x1; y++) {
		size_t at = y * r->stride + 1 + 3 * (size_t)box->x0;

		memcpy(r->rows + at, base + at, 3 * (size_t)(box->x1 - box->x0));
	}
}

static void restore_all(struct draw_page *p, struct list *l)
{
	for (size_t i = 0; i < l->count; i++) {
		if (!l->items[i].stays)
			restore(p, &l->items[i].box);
	}
}

static struct raster_rect rect_of(const struct compiled_zone *z)
{
	return (struct raster_rect){z->x, z->y, z->x + z->width, z->y + z->height};
}

static void open_zone(struct draw_page *p, const struct compiled_zone *z)
{
	const uint8_t *under = compiled_bytes(p->blob, &z->under).p;
	size_t len = 3 * (size_t)z->width;

	for (uint32_t y = z->y; y < z->y + z->height; y++, under += len)
		memcpy(p->raster.rows + y * p->raster.stride + 1 + 3 * (size_t)z->x, under, len);
}

static void draw(struct draw_page *p, struct raster_cache *cache, struct item *item)
{
	const struct compiled_patch *patch;

	item->box = (struct raster_rect){0};
	switch (item->kind) {
	case KIND_TEXT:
		raster_draw(&p->raster, cache, item->what, &item->box);
		break;
	case KIND_QR:
		raster_qr(&p->raster, item->what, item->modules, item->side, &item->box);
		break;
	case KIND_ZONE:
		item->box = rect_of(item->what);
		open_zone(p, item->what);
		break;
	case KIND_PATCH: /* inside its zone, which has the box */
		patch = item->what;
		raster_patch(&p->raster, rect_of(&p->c->zones.items[patch->zone]),
			compiled_bytes(p->blob, &patch->pixels).p);
		break;
	}
}

/* Draws what does not stay. False when it came to lie on something that does. */
static bool draw_changed(struct draw_page *p, struct raster_cache *cache)
{
	bool clear = true;

	for (size_t i = 0; i < p->next.count; i++) {
		struct item *item = &p->next.items[i];

		if (item->stays)
			continue;
		draw(p, cache, item);
		for (size_t k = 0; k < p->next.count; k++)
			clear &= !p->next.items[k].stays
				|| !overlap(&item->box, &p->next.items[k].box);
	}
	return clear;
}

/* Order counts where things overlap: all from the beginning. */
static void draw_anew(struct draw_page *p, struct raster_cache *cache)
{
	for (size_t i = 0; i < p->next.count; i++)
		restore(p, &p->next.items[i].box);
	for (size_t i = 0; i < p->next.count; i++)
		draw(p, cache, &p->next.items[i]);
}

void draw_page_paint(struct draw_page *p, struct raster_cache *cache, struct png_writer *png)
{
	struct list shown;

	/* In zones things lie over each other. */
	if (p->c->zones.count == 0 && p->vain < VAIN_MAX)
		find_staying(p);
	restore_all(p, &p->now);
	if (!draw_changed(p, cache)) {
		draw_anew(p, cache);
		p->vain += 2;
	} else if (p->vain > 0 && p->vain < VAIN_MAX) {
		p->vain--;
	}
	for (size_t i = 0; i < p->next.count; i++) {
		png_mark(png, &p->next.items[i].box);
		p->next.items[i].stays = false;
	}
	shown = p->next;
	p->next = p->now;
	p->now = shown;
	p->next.count = 0;
	buf_reset(&p->next.content);
}
