// SPDX-License-Identifier: Apache-2.0
/* The DEMO marking. Runs in: render. */
#include "render/draw_demo.h"

#include <math.h>

/* Ink for light and for dark ground. */
#define INK_DARK 0x333333FF
#define INK_LIGHT 0xF2F2F2FF
/* Both are told apart well enough from ground as light as this (of 1; WCAG 2.1, 1.4.3). */
#define GROUND_DARK 0.2
/* The rim around the letters on busy ground, in sizes; half of it shows. */
#define RIM_WIDTH 0.28
#define DEMO_MARGIN 8.0 /* CSS pixels to the page's and the code's edges */
#define DEMO_SIZE_MIN 9.0
#define DEMO_SIZE_MAX 34.0
#define DEMO_CALM_MIN \
	11.0 /* smaller words would not be seen; then rather larger ones on busy ground */
#define LINES_MAX 2
#define LINE_STEP 1.2
#define LINE_ROOM 0.5 /* height of the words beyond their lines' steps, in sizes */
#define CELL 3 /* device pixels; ground is judged by squares of so many */
#define CELL_CONTRAST 40
#define BUSY_MAX 0.003 /* share of busy squares on calm ground */

#define DEMO_WORDS STR("DEMO - not a real credential")

/* How many of the base picture's squares above and left of a corner are busy. */
struct ground {
	uint32_t *sums;
	uint32_t width; /* corners in a row */
	uint32_t height;
	double cells; /* squares per CSS pixel */
};

/* What is looked for: a line height, and whether the ground matters. */
struct wish {
	double size;
	unsigned lines;
	size_t taken; /* places to keep clear of */
	bool calm;
};

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
	styles[count] = (struct design_style){.families = STR("sans-serif"),
		.size = DEMO_SIZE_MAX,
		.weight = 700,
		.lang = STR("en")};
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

	t.items = arena_zalloc(
		a, (size_t)c->design.qrs.count + c->design.texts.count, sizeof(*t.items));
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

static bool cell_is_busy(const struct raster *r, uint32_t cx, uint32_t cy)
{
	uint8_t low[3] = {255, 255, 255};
	uint8_t high[3] = {0, 0, 0};

	for (uint32_t y = cy * CELL; y < cy * CELL + CELL; y++) {
		const uint8_t *p = r->rows + y * r->stride + 1 + 3 * (size_t)cx * CELL;

		for (uint32_t i = 0; i < 3 * CELL; i++) {
			low[i % 3] = p[i] < low[i % 3] ? p[i] : low[i % 3];
			high[i % 3] = p[i] > high[i % 3] ? p[i] : high[i % 3];
		}
	}
	for (unsigned i = 0; i < 3; i++) {
		if (high[i] > low[i] && high[i] - low[i] > CELL_CONTRAST)
			return true;
	}
	return false;
}

static struct ground judge_ground(const struct raster *r, struct arena *a)
{
	struct ground g = {.width = r->width / CELL + 1,
		.height = r->height / CELL + 1,
		.cells = r->scale / CELL};

	g.sums = arena_zalloc(a, (size_t)g.width * g.height, sizeof(*g.sums));
	for (uint32_t y = 1; y < g.height; y++) {
		uint32_t row = 0;

		for (uint32_t x = 1; x < g.width; x++) {
			row += cell_is_busy(r, x - 1, y - 1);
			g.sums[y * g.width + x] = g.sums[(y - 1) * g.width + x] + row;
		}
	}
	return g;
}

static bool is_calm(const struct ground *g, const struct place *p)
{
	uint32_t x0 = (uint32_t)fmax(p->x0 * g->cells, 0);
	uint32_t y0 = (uint32_t)fmax(p->y0 * g->cells, 0);
	uint32_t x1 = (uint32_t)fmin(p->x1 * g->cells, g->width - 1);
	uint32_t y1 = (uint32_t)fmin(p->y1 * g->cells, g->height - 1);
	uint32_t busy;

	if (x1 <= x0 || y1 <= y0)
		return false;
	busy = g->sums[y1 * g->width + x1] - g->sums[y0 * g->width + x1]
		- g->sums[y1 * g->width + x0] + g->sums[y0 * g->width + x0];
	return busy <= BUSY_MAX * (x1 - x0) * (y1 - y0);
}

static double width_of(const struct wish *w)
{
	return (double)(DEMO_WORDS.n + (w->lines - 1) * 2) / w->lines * 0.62 * w->size
		+ 2 * DEMO_MARGIN;
}

/* Calm ground inside gap for the wish: the first from the left. */
static bool find_calm(const struct ground *g, const struct wish *w, struct place *gap)
{
	double width = width_of(w);

	for (double x = gap->x0; x + width <= gap->x1; x += 4) {
		struct place p = {x, gap->y0, x + width, gap->y1};

		if (is_calm(g, &p)) {
			*gap = p;
			return true;
		}
	}
	return false;
}

/* Room for the wish in strip, lowest first. */
static bool fits(struct place strip, const struct taken *t, const struct ground *g,
	const struct wish *w, struct place *out)
{
	double height = w->size * (w->lines * LINE_STEP + LINE_ROOM);

	for (double y1 = strip.y1; y1 - height >= strip.y0; y1 -= 2) {
		*out = widest_gap((struct place){strip.x0, y1 - height, strip.x1, y1}, t, w->taken);
		if (out->x1 - out->x0 >= width_of(w) && (!w->calm || find_calm(g, w, out)))
			return true;
	}
	return false;
}

/* The mean colour of a place, 0..255 each. */
static void mean_of(const struct raster *r, const struct place *p, double mean[3])
{
	uint32_t x0 = (uint32_t)fmax(p->x0 * r->scale, 0);
	uint32_t y0 = (uint32_t)fmax(p->y0 * r->scale, 0);
	uint32_t x1 = (uint32_t)fmin(p->x1 * r->scale, r->width);
	uint32_t y1 = (uint32_t)fmin(p->y1 * r->scale, r->height);
	uint64_t sums[3] = {0};

	for (uint32_t y = y0; y < y1; y++) {
		const uint8_t *row = r->rows + y * r->stride + 1;

		for (size_t i = 3 * (size_t)x0; i < 3 * (size_t)x1; i++)
			sums[i % 3] += row[i];
	}
	for (unsigned i = 0; i < 3; i++)
		mean[i] = x1 > x0 && y1 > y0 ? (double)sums[i] / ((double)(x1 - x0) * (y1 - y0))
					     : 255;
}

/*
 * Ink that stands out from the ground; on busy ground with a rim: the ink's opposite with a touch of the
 * ground's mean colour.
 */
static void choose_colours(
	struct design_style *s, const struct raster *base, const struct place *p, bool calm)
{
	double mean[3];
	double light = 0;
	bool dark;
	uint32_t rim = 0;

	mean_of(base, p, mean);
	for (unsigned i = 0; i < 3; i++)
		light += (const double[]){0.2126, 0.7152, 0.0722}[i] * pow(mean[i] / 255, 2.2);
	dark = light < GROUND_DARK;
	s->fill = dark ? INK_LIGHT : INK_DARK;
	for (unsigned i = 0; i < 3; i++)
		rim = rim << 8 | (uint32_t)((mean[i] + 3 * (dark ? 0 : 255)) / 4 + 0.5);
	if (!calm)
		s->outline = (struct design_outline){.colour = rim << 8 | 0xFF,
			.width = RIM_WIDTH * s->size,
			.miter_limit = 1,
			.join = JOIN_ROUND,
			.under = true};
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
		*out = (struct place){
			0, from / c->scale, c->design.width, fmin(to / c->scale, c->design.height)};
		if (out->y1 > out->y0)
			return true;
	}
	return false;
}

static bool fits_somewhere(const struct compiled *c, const struct taken *t, const struct ground *g,
	const struct wish *w, struct place *out)
{
	uint32_t band = 0;
	uint32_t row = 0;
	struct place strip;

	while (next_strip(c, &band, &row, &strip)) {
		if (fits(strip, t, g, w, out))
			return true;
	}
	return false;
}

/*
 * Rows not kept ready compressed are drawn for everybody: only there can the picture be marked. Calm
 * ground first, then any ground clear of texts, then any clear of codes.
 */
static struct wish find_place(
	const struct compiled *c, const struct taken *t, const struct ground *g, struct place *out)
{
	const struct wish wishes[] = {{DEMO_CALM_MIN, 0, t->count, true},
		{DEMO_SIZE_MIN, 0, t->count, false}, {DEMO_SIZE_MIN, 0, t->code_count, false}};

	for (size_t i = 0; i < ARRAY_COUNT(wishes); i++) {
		struct wish w = wishes[i];

		for (w.size = DEMO_SIZE_MAX; w.size >= wishes[i].size; w.size -= 1) {
			for (w.lines = 1; w.lines <= LINES_MAX; w.lines++) {
				if (fits_somewhere(c, t, g, &w, out))
					return w;
			}
		}
	}
	*out = (struct place){0, c->design.height - DEMO_SIZE_MIN * (LINE_STEP + LINE_ROOM),
		c->design.width, c->design.height};
	return (struct wish){DEMO_SIZE_MIN, 1, 0, false};
}

struct design_text draw_demo_text(
	const struct compiled *c, struct text_engine *e, const struct raster *base, struct arena *a)
{
	struct taken t = list_taken(c, e, a);
	struct ground g = judge_ground(base, a);
	struct place p;
	struct wish w = find_place(c, &t, &g, &p);
	struct design_part *part = arena_zalloc(a, 1, sizeof(*part));
	struct design_text words = {.matrix = {1, 0, 0, 1, 0, 0},
		.anchor = ANCHOR_MIDDLE,
		.direction = DIRECTION_LTR,
		/* Little shrinking, so that two lines are made where two were meant. */
		.shrink = true,
		.min_scale = 0.85,
		.line_height = LINE_STEP,
		.tag = TAG_P,
		.layer = (uint16_t)c->design.layers.count};

	part->kind = PART_LITERAL;
	part->text = DEMO_WORDS;
	part->style = (uint16_t)(c->design.styles.count - 1);
	c->design.styles.items[part->style].size = w.size;
	choose_colours(&c->design.styles.items[part->style], base, &p, w.calm);
	words.parts.items = part;
	words.parts.count = 1;
	words.max_lines = (uint8_t)w.lines;
	words.x = (p.x0 + p.x1) / 2;
	/* The first baseline; the last line's descenders reach the place's lower edge. */
	words.y = p.y1 - w.size * (LINE_ROOM * 0.7 + (w.lines - 1) * LINE_STEP);
	words.box_w = fmax(p.x1 - p.x0 - 2 * DEMO_MARGIN, 1);
	return words;
}
