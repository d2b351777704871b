// SPDX-License-Identifier: Apache-2.0
/* The DEMO marking. Runs in: render. */
#include "render/draw_demo.h"

#include <math.h>

#define DEMO_FILL 0x5A5A5ACC
#define DEMO_MARGIN 8.0 /* CSS pixels to the page's and the code's edges */
#define DEMO_SIZE_MIN 9.0
#define DEMO_SIZE_MAX 34.0
#define LINE_ROOM 1.6 /* height of the words' line, in sizes */

#define DEMO_WORDS STR("DEMO - not a real credential")

/* A place on the page, CSS pixels. */
struct place {
	double x0, y0, x1, y1;
};

void draw_demo_add_style(struct compiled *c, struct text_engine *e, struct arena *a)
{
	uint32_t count = c->design.styles.count;
	struct design_style *styles = arena_zalloc(a, (size_t)count + 1, sizeof(*styles));
	struct compiled_style_font *fonts = arena_zalloc(a, (size_t)count + 1, sizeof(*fonts));

	for (uint32_t i = 0; i < count; i++) {
		styles[i] = c->design.styles.items[i];
		fonts[i] = c->style_fonts.items[i];
	}
	styles[count] = (struct design_style){
		.families = STR("sans-serif"), .size = DEMO_SIZE_MAX, .weight = 700, .fill = DEMO_FILL, .lang = STR("en")};
	fonts[count].font = text_font_find(e, styles[count].families, 700, false);
	c->design.styles.items = styles;
	c->design.styles.count = count + 1;
	c->style_fonts.items = fonts;
	c->style_fonts.count = count + 1;
}

/* The code's square on the page, as large as any turning makes it. */
static struct place qr_place(const struct design_qr *qr)
{
	struct place p = {HUGE_VAL, HUGE_VAL, -HUGE_VAL, -HUGE_VAL};

	for (unsigned i = 0; i < 4; i++) {
		double x = qr->x + (i & 1 ? qr->size : 0);
		double y = qr->y + (i & 2 ? qr->size : 0);
		double px = qr->matrix.a * x + qr->matrix.c * y + qr->matrix.e;
		double py = qr->matrix.b * x + qr->matrix.d * y + qr->matrix.f;

		p.x0 = fmin(p.x0, px);
		p.y0 = fmin(p.y0, py);
		p.x1 = fmax(p.x1, px);
		p.y1 = fmax(p.y1, py);
	}
	return p;
}

/* Places that the words should leave free: codes first, then texts at their largest. */
struct taken {
	struct place *items;
	size_t count;
	size_t code_count;
};

static struct taken list_taken(const struct compiled *c, struct text_engine *e, struct arena *a)
{
	struct taken t = {0};

	t.items = arena_zalloc(a, (size_t)c->design.qrs.count + c->design.texts.count, sizeof(*t.items));
	for (uint32_t i = 0; i < c->design.qrs.count; i++)
		t.items[t.count++] = qr_place(&c->design.qrs.items[i]);
	t.code_count = t.count;
	for (uint32_t i = 0; i < c->design.texts.count; i++) {
		struct place *p = &t.items[t.count++];

		text_bounds(e, c, &c->design.texts.items[i], &p->x0, &p->y0, &p->x1, &p->y1);
	}
	return t;
}

/* Narrows strip to the widest part of it that the first count places leave free. */
static struct place widest_gap(struct place strip, const struct taken *t, size_t count)
{
	struct place best = {strip.x0, strip.y0, strip.x0, strip.y1};
	double x = strip.x0;

	while (x < strip.x1) {
		double next = strip.x1;
		double inside = x;

		for (size_t i = 0; i < count; i++) {
			const struct place *p = &t->items[i];

			if (p->y1 <= strip.y0 || p->y0 >= strip.y1 || p->x1 <= x)
				continue;
			if (p->x0 <= x)
				inside = fmax(inside, p->x1);
			else
				next = fmin(next, p->x0);
		}
		if (inside > x) {
			x = inside;
			continue;
		}
		if (next - x > best.x1 - best.x0) {
			best.x0 = x;
			best.x1 = next;
		}
		x = next;
	}
	return best;
}

static double width_of(double size)
{
	return (double)DEMO_WORDS.n * 0.62 * size + 2 * DEMO_MARGIN;
}

/* A line of the given size in strip that meets none of the first count places; lowest first. */
static bool fits(struct place strip, const struct taken *t, size_t count, double size, struct place *out)
{
	double height = size * LINE_ROOM;

	for (double y1 = strip.y1; y1 - height >= strip.y0; y1 -= size / 2) {
		*out = widest_gap((struct place){strip.x0, y1 - height, strip.x1, y1}, t, count);
		if (out->x1 - out->x0 >= width_of(size))
			return true;
	}
	return false;
}

/* The next run of rows, from *row and band *band on, that are drawn for everybody. */
static bool next_strip(const struct compiled *c, uint32_t *band, uint32_t *row, struct place *out)
{
	while (*band <= c->bands.count) {
		uint32_t from = *row;
		uint32_t to = *band < c->bands.count ? c->bands.items[*band].row : c->px_h;

		if (*band < c->bands.count)
			*row = to + c->bands.items[*band].count;
		++*band;
		*out = (struct place){0, from / c->scale, c->design.width, fmin(to / c->scale, c->design.height)};
		if (out->y1 > out->y0)
			return true;
	}
	return false;
}

/*
 * Rows not kept ready compressed are drawn for everybody: only there can the picture be marked. Better
 * small than on top of a text; better on a text than on a code.
 */
static double find_place(const struct compiled *c, const struct taken *t, struct place *best)
{
	const size_t counts[] = {t->count, t->code_count};

	for (size_t i = 0; i < ARRAY_COUNT(counts); i++) {
		for (double size = DEMO_SIZE_MAX; size >= DEMO_SIZE_MIN; size -= 2.5) {
			uint32_t band = 0;
			uint32_t row = 0;
			struct place strip;

			while (next_strip(c, &band, &row, &strip)) {
				if (fits(strip, t, counts[i], size, best))
					return size;
			}
		}
	}
	*best = (struct place){0, c->design.height - DEMO_SIZE_MIN * LINE_ROOM, c->design.width, c->design.height};
	return DEMO_SIZE_MIN;
}

struct design_text draw_demo_text(const struct compiled *c, struct text_engine *e, struct arena *a)
{
	struct taken t = list_taken(c, e, a);
	struct place p;
	double size = find_place(c, &t, &p);
	struct design_part *part = arena_zalloc(a, 1, sizeof(*part));
	struct design_text words = {.matrix = {1, 0, 0, 1, 0, 0}, .anchor = ANCHOR_MIDDLE, .direction = DIRECTION_LTR,
		.shrink = true, .min_scale = 0.2, .max_lines = 1, .line_height = 1.2, .tag = TAG_P};

	part->kind = PART_LITERAL;
	part->text = DEMO_WORDS;
	part->style = (uint16_t)(c->design.styles.count - 1);
	c->design.styles.items[part->style].size = size;
	words.parts.items = part;
	words.parts.count = 1;
	words.x = (p.x0 + p.x1) / 2;
	/* Sits at the strip's lower edge, descenders inside. */
	words.y = p.y1 - size * 0.35;
	words.box_w = fmax(p.x1 - p.x0 - 2 * DEMO_MARGIN, 1);
	return words;
}
