// SPDX-License-Identifier: Apache-2.0
/* Lines to positions, and the room an object may cover. Runs in: compile, render. */
#include "render/text_inner.h"

#include <math.h>
#include <unicode/uscript.h>

/* Ink may pass its advance (italics, swashes, accents of narrow letters): em on either side. */
#define ROOM_SIDE 0.5
/* Ink above and below the baseline that any script may use before it is made smaller, em. */
#define ROOM_ASCENT 1.2
#define ROOM_DESCENT 0.9

/* Glyphs stand in another order than the characters, or one character gives several. */
static const uint16_t reordering[] = {USCRIPT_DEVANAGARI, USCRIPT_BENGALI, USCRIPT_GURMUKHI,
	USCRIPT_GUJARATI, USCRIPT_ORIYA, USCRIPT_TAMIL, USCRIPT_TELUGU, USCRIPT_KANNADA,
	USCRIPT_MALAYALAM, USCRIPT_SINHALA, USCRIPT_KHMER, USCRIPT_MYANMAR, USCRIPT_TIBETAN,
	USCRIPT_BALINESE, USCRIPT_JAVANESE, USCRIPT_CHAM, USCRIPT_SUNDANESE, USCRIPT_LANNA,
	USCRIPT_NEW_TAI_LUE, USCRIPT_BUGINESE, USCRIPT_LEPCHA, USCRIPT_CHAKMA, USCRIPT_MEITEI_MAYEK,
	USCRIPT_GRANTHA, USCRIPT_TIRHUTA, USCRIPT_NEWA};

static bool reorders(const struct text_para *p, const struct text_item *item)
{
	for (size_t i = 0; i < ARRAY_COUNT(reordering); i++)
		if (item->script == reordering[i])
			return true;
	/* AM of Thai and Lao is drawn as two glyphs, one of them before the tone mark. */
	for (uint32_t i = item->from; i < item->to; i++)
		if (p->cps[i] == 0xE33 || p->cps[i] == 0xEB3)
			return true;
	return false;
}

static void grow(struct text_extent *x, double x0, double y0, double x1, double y1)
{
	x->x0 = fmin(x->x0, x0);
	x->y0 = fmin(x->y0, y0);
	x->x1 = fmax(x->x1, x1);
	x->y1 = fmax(x->y1, y1);
}

static void widen(struct text_extent *x, double by)
{
	grow(x, x->x0 - by, x->y0 - by, x->x1 + by, x->y1 + by);
}

/* Of the widest outline, own coordinates at scale 1. */
static double outline_reach(const struct compiled *c, const struct design_text *t)
{
	double reach = 0;

	for (uint32_t i = 0; i < t->parts.count; i++)
		if (t->parts.items[i].style < c->design.styles.count)
			reach = fmax(reach,
				design_outline_reach(
					&c->design.styles.items[t->parts.items[i].style].outline));
	return reach;
}

/* Where the next glyph goes. */
struct pen {
	double x;
	double y; /* baseline */
	double scale;
};

/* Moves the pen to the item's right end. */
static void place_item(struct text_para *p, const struct text_item *item, struct pen *pen,
	struct text_run *run, struct text_extent *ink)
{
	const struct text_part *part = &p->parts[item->part];
	double size = part->style->size * pen->scale;
	double k = size / p->e->faces[item->font].upem;
	double spacing = text_shape_spacing(p, item) * pen->scale;
	uint32_t start = p->chars[item->from].byte;

	for (uint32_t i = 0; i < item->glyph_count; i++) {
		const struct text_shaped *s = &item->glyphs[i];
		const struct text_ink *g = text_font_ink(p->e, item->font, s->glyph);
		double advance =
			s->advance * k + (text_shape_ends_cluster(p, item, i) ? spacing : 0);
		double x = pen->x + s->x * k;
		double y = pen->y - s->y * k;

		item->placed[i] = (struct text_glyph){
			s->glyph, p->chars[s->cluster].byte - start, x, y, advance};
		if (g->x1 > g->x0)
			grow(ink, x + g->x0 * size, y - g->y1 * size, x + g->x1 * size,
				y - g->y0 * size);
		pen->x += advance;
	}
	*run = (struct text_run){.font = item->font,
		.rtl = item->level & 1,
		.reorders = reorders(p, item),
		.fill = part->style->fill,
		.outline = part->style->outline,
		.size = size,
		.text = str_slice(p->text, start, p->chars[item->to].byte),
		.lang = part->lang,
		.glyphs = item->placed,
		.glyph_count = item->glyph_count};
	run->outline.width *= pen->scale;
}

/*
 * Left end of a line. START and END change sides only where the template itself says that the
 * object runs right to left: a value in another script stays where the template's text stood.
 */
static double left_of(const struct design_text *t, double width)
{
	bool start_right = t->direction == DIRECTION_RTL;

	if (t->anchor == ANCHOR_MIDDLE)
		return t->x - width / 2;
	return (t->anchor == ANCHOR_START) == start_right ? t->x - width : t->x;
}

/* Ascent and descent of the largest style's own font, own coordinates at scale 1. */
static void line_metrics(const struct text_para *p, double *ascent, double *descent)
{
	*ascent = 0;
	*descent = 0;
	for (uint32_t i = 0; i < p->t->parts.count; i++) {
		const struct text_face *f = &p->e->faces[p->parts[i].font];

		*ascent = fmax(*ascent, f->ascent * p->parts[i].style->size);
		*descent = fmax(*descent, f->descent * p->parts[i].style->size);
	}
}

/*
 * In a frame: lines centred. Without: text that starts at its anchor grows downwards like a
 * paragraph; centred and end-set lines keep their middle where the one line stood.
 */
static double first_baseline(const struct text_para *p, size_t lines, double scale)
{
	double pitch = p->size * p->t->line_height * scale;
	double ascent, descent;

	if (p->t->box_h > 0) {
		line_metrics(p, &ascent, &descent);
		return p->t->box_y
			+ (p->t->box_h - pitch * (double)(lines - 1) - (ascent + descent) * scale)
			/ 2
			+ ascent * scale;
	}
	return p->t->anchor == ANCHOR_START ? p->t->y : p->t->y - pitch * (double)(lines - 1) / 2;
}

static size_t count_runs(const struct text_fit *fit)
{
	size_t n = 0;

	for (size_t i = 0; i < fit->line_count; i++)
		n += fit->lines[i].item_count;
	return n;
}

void text_place_lines(
	struct text_para *p, struct text_fit *fit, struct text_block *out, struct text_extent *ink)
{
	struct pen pen = {0, first_baseline(p, fit->line_count, fit->scale), fit->scale};
	size_t n = 0;

	if (fit->runs == NULL)
		fit->runs = arena_zalloc(p->a, count_runs(fit), sizeof *fit->runs);
	*ink = (struct text_extent){INFINITY, INFINITY, -INFINITY, -INFINITY};
	for (size_t i = 0; i < fit->line_count; i++) {
		const struct text_line *line = &fit->lines[i];
		double x = left_of(p->t, line->width * fit->scale);

		pen.x = p->base_level & 1 ? x - line->hang * fit->scale : x;
		grow(ink, x, pen.y, x + line->width * fit->scale, pen.y);
		for (size_t k = 0; k < line->item_count; k++)
			place_item(p, &line->items[k], &pen, &fit->runs[n++], ink);
		pen.y += p->size * p->t->line_height * fit->scale;
	}
	widen(ink, outline_reach(p->c, p->t) * fit->scale);
	out->scale = fit->scale;
	out->line_count = (uint32_t)fit->line_count;
	out->runs = fit->runs;
	out->run_count = n;
}

struct text_extent text_place_on_page(const struct design_matrix *m, const struct text_extent *own)
{
	struct text_extent out = {INFINITY, INFINITY, -INFINITY, -INFINITY};

	for (int corner = 0; corner < 4; corner++) {
		double x = corner & 1 ? own->x1 : own->x0;
		double y = corner & 2 ? own->y1 : own->y0;
		double px = m->a * x + m->c * y + m->e;
		double py = m->b * x + m->d * y + m->f;

		grow(&out, px, py, px, py);
	}
	return out;
}

struct text_extent text_place_room(
	const struct text_engine *e, const struct compiled *c, const struct design_text *t)
{
	double left = left_of(t, t->box_w);
	double top = 0, bottom = 0, size = 0, lift = 0;
	double pitch, above, below;
	struct text_extent out;

	for (uint32_t i = 0; i < t->parts.count; i++) {
		uint16_t index = t->parts.items[i].style;
		const struct design_style *style;
		const struct text_face *f;

		if (index >= c->design.styles.count || index >= c->style_fonts.count
			|| c->style_fonts.items[index].font >= e->count)
			continue;
		style = &c->design.styles.items[index];
		f = &e->faces[c->style_fonts.items[index].font];
		size = fmax(size, style->size);
		lift = fmax(lift, (f->ascent - f->descent) / 2 * style->size);
		top = fmax(top, fmax(f->top, ROOM_ASCENT) * style->size);
		bottom = fmax(bottom, fmax(f->bottom, ROOM_DESCENT) * style->size);
	}
	pitch = size * t->line_height * (t->max_lines - 1);
	above = t->anchor == ANCHOR_START ? 0 : pitch / 2;
	below = pitch - above;
	out = (struct text_extent){left - ROOM_SIDE * size, t->y - above - top,
		left + t->box_w + ROOM_SIDE * size, t->y + below + bottom};
	if (t->box_h > 0) {
		double middle = t->box_y + t->box_h / 2;

		out.y0 = fmin(t->box_y, middle - top - pitch / 2);
		out.y1 = fmax(t->box_y + t->box_h, middle + lift + bottom + pitch / 2);
	}
	widen(&out, outline_reach(c, t));
	return out;
}
