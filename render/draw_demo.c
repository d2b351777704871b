// SPDX-License-Identifier: Apache-2.0
/* The DEMO marking. Runs in: render. */
#include "render/draw_demo.h"

#include <math.h>

#define DEMO_FILL 0x5A5A5ACC
#define DEMO_MARGIN 8.0 /* CSS pixels to the page's and the code's edges */
#define DEMO_SIZE_MIN 9.0
#define DEMO_SIZE_MAX 34.0

static const struct str DEMO_WORDS = {"DEMO - not a real credential", 28};

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

/* The wider part of the strip beside all codes that reach into it. */
static struct place beside_codes(const struct compiled *c, struct place strip)
{
	for (uint32_t i = 0; i < c->design.qrs.count; i++) {
		struct place qr = qr_place(&c->design.qrs.items[i]);

		if (qr.y1 <= strip.y0 || qr.y0 >= strip.y1 || qr.x1 <= strip.x0 || qr.x0 >= strip.x1)
			continue;
		if (qr.x0 - strip.x0 >= strip.x1 - qr.x1)
			strip.x1 = qr.x0;
		else
			strip.x0 = qr.x1;
	}
	return strip;
}

/* How large the words can be there. */
static double size_in(const struct place *p)
{
	double by_height = (p->y1 - p->y0) / 1.6;
	double by_width = (p->x1 - p->x0 - 2 * DEMO_MARGIN) / ((double)DEMO_WORDS.n * 0.62);

	return fmin(DEMO_SIZE_MAX, fmin(by_height, by_width));
}

/* Rows not kept ready compressed are drawn for everybody: only there can the picture be marked. */
static struct place find_place(const struct compiled *c)
{
	struct place best = {0, c->design.height - 2 * DEMO_SIZE_MIN, c->design.width, c->design.height};
	double best_size = 0;
	uint32_t row = 0;

	for (uint32_t i = 0; i <= c->bands.count; i++) {
		uint32_t end = i < c->bands.count ? c->bands.items[i].row : c->px_h;
		struct place strip = {0, row / c->scale, c->design.width, fmin(end / c->scale, c->design.height)};

		if (end > row) {
			struct place free_part = beside_codes(c, strip);
			double size = size_in(&free_part);

			if (size > best_size) {
				best = free_part;
				best_size = size;
			}
		}
		if (i < c->bands.count)
			row = end + c->bands.items[i].count;
	}
	return best;
}

struct design_text draw_demo_text(const struct compiled *c, struct arena *a)
{
	struct place p = find_place(c);
	struct design_part *part = arena_zalloc(a, 1, sizeof(*part));
	struct design_text t = {.matrix = {1, 0, 0, 1, 0, 0}, .anchor = ANCHOR_MIDDLE, .direction = DIRECTION_LTR,
		.shrink = true, .min_scale = 0.2, .max_lines = 1, .line_height = 1.2, .tag = TAG_P};
	double size = fmax(size_in(&p), DEMO_SIZE_MIN);

	part->kind = PART_LITERAL;
	part->text = DEMO_WORDS;
	part->style = (uint16_t)(c->design.styles.count - 1);
	c->design.styles.items[part->style].size = size;
	t.parts.items = part;
	t.parts.count = 1;
	t.x = (p.x0 + p.x1) / 2;
	/* Sits at the strip's lower edge, descenders inside. */
	t.y = p.y1 - size * 0.35;
	t.box_w = fmax(p.x1 - p.x0 - 2 * DEMO_MARGIN, 1);
	return t;
}
