// SPDX-License-Identifier: Apache-2.0
/* What a reader would stumble over. Runs in: compile. */
#include "render/compile_look.h"

#include "base/text.h"
#include "render/compile_sample.h"
#include "templates/geometry.h"

#include <math.h>
#include <string.h>

#define LOOK_ARENA_LEN ((size_t)64 << 20)
#define PT_PER_PX 0.75
#define SMALL_PT 6.0
/* WCAG 2.2, 1.4.3 and its definition of large text. */
#define CONTRAST_MIN 4.5
#define CONTRAST_LARGE_MIN 3.0
#define LARGE_PT 18.0
#define LARGE_BOLD_PT 14.0
#define BOLD 700
/* Outlines thinner than this part of the size do not carry the letters. */
#define EDGE_MIN 0.02
/* A thin line across a field is no poor contrast: a tenth of the ground must be worse than what is told. */
#define POOR_SHARE 0.1
/* Pixels looked at in a field, about. */
#define SAMPLES_MAX 40000.0
/* Luminance of the ground of codes: at #e6e6e6 and above it is light, within five steps it is even. */
#define GROUND_BINS 101
#define LIGHT_BIN 79
#define EVEN_BINS 5
#define HIDDEN_SHARE 0.02
/* The rim of a code's square, in which a frame may be drawn around it. */
#define RIM_SHARE 0.08

/* Ratios from 1 to 21 in steps of 0.05. */
#define RATIO_STEPS 20
#define RATIO_BINS (20 * RATIO_STEPS + 1)

struct look {
	const struct compile_text *t;
	const struct raster *page;
	struct arena *a;
	double linear[256]; /* sRGB to light */
};

static double luminance(const struct look *l, const uint8_t rgb[3])
{
	return 0.2126 * l->linear[rgb[0]] + 0.7152 * l->linear[rgb[1]] + 0.0722 * l->linear[rgb[2]];
}

/* The text's colour on this ground, as far as it is opaque. */
static void blend(uint32_t fill, const uint8_t ground[3], uint8_t out[3])
{
	uint32_t alpha = fill & 255;

	for (int i = 0; i < 3; i++) {
		uint32_t c = fill >> (24 - 8 * i) & 255;

		out[i] = (uint8_t)((c * alpha + ground[i] * (255 - alpha) + 127) / 255);
	}
}

/* The ratio that a tenth of the rectangle does not reach; *lighter: the text, not the ground, is the lighter one. */
static double poorest(const struct look *l, struct raster_rect at, uint32_t fill, bool *lighter)
{
	uint32_t bins[RATIO_BINS] = {0};
	double area = (double)(at.x1 - at.x0) * (at.y1 - at.y0);
	uint32_t step = (uint32_t)fmax(1, ceil(sqrt(area / SAMPLES_MAX)));
	uint32_t total = 0;
	uint32_t lighter_count = 0;
	uint32_t below = 0;

	for (uint32_t y = at.y0; y < at.y1; y += step)
		for (uint32_t x = at.x0; x < at.x1; x += step) {
			const uint8_t *ground =
				l->page->rows + y * l->page->stride + 1 + 3 * (size_t)x;
			uint8_t text[3];
			double a;
			double b;

			blend(fill, ground, text);
			a = luminance(l, text);
			b = luminance(l, ground);
			lighter_count += a > b;
			bins[(size_t)(((fmax(a, b) + 0.05) / (fmin(a, b) + 0.05) - 1)
				* RATIO_STEPS)]++;
			total++;
		}
	*lighter = lighter_count * 2 > total;
	for (size_t i = 0; i < RATIO_BINS; i++) {
		below += bins[i];
		if (below > total * POOR_SHARE)
			return 1 + (double)i / RATIO_STEPS;
	}
	return 21;
}

static const struct design_part *first_field(const struct design_text *text)
{
	for (uint32_t i = 0; i < text->parts.count; i++)
		if (text->parts.items[i].kind == PART_FIELD)
			return &text->parts.items[i];
	return NULL;
}

static void look_at_contrast(const struct look *l, const struct design_text *text,
	const struct design_part *field, double size_pt)
{
	const struct design_style *style = &l->t->c->design.styles.items[field->style];
	bool large = size_pt >= LARGE_PT || (size_pt >= LARGE_BOLD_PT && style->weight >= BOLD);
	double least = large ? CONTRAST_LARGE_MIN : CONTRAST_MIN;
	struct raster_rect at;
	struct text_block block;
	bool lighter;
	bool edge_lighter;
	double ratio;

	if (!compile_sample_lay_out(l->t, text, l->a, &block))
		return;
	at = raster_rect_of(l->page, block.x0, block.y0, block.x1, block.y1);
	if (at.x0 >= at.x1 || at.y0 >= at.y1)
		return;
	ratio = poorest(l, at, style->fill, &lighter);
	/* Letters can be read by their edges, too. */
	if (ratio < least && style->outline.width >= style->size * EDGE_MIN) {
		double edge = poorest(l, at, style->outline.colour, &edge_lighter);

		lighter = edge > ratio ? edge_lighter : lighter;
		ratio = fmax(ratio, edge);
	}
	if (ratio >= least)
		return;
	compile_note_add(l->t->notes, text->line, STR("text"),
		str_fmt(l->a, "contrast %.2f:1 of {{" STR_FMT "}}", ratio,
			STR_ARG(str_slice(field->text, 0, 80))),
		str_fmt(l->a,
			"hard to read on what lies beneath it: %.1f:1 is the least for text of "
			"this "
			"size; make the text %s or the ground %s",
			least, lighter ? "lighter" : "darker", lighter ? "darker" : "lighter"));
}

static void look_at_shrinking(const struct look *l, const struct design_text *text,
	const struct design_part *field, double size_pt)
{
	double least = size_pt * text->min_scale;

	/* What is small from the start is told by the extractor. */
	if (!text->shrink || size_pt < SMALL_PT || least >= SMALL_PT - 0.005)
		return;
	compile_note_add(l->t->notes, text->line, STR("text"),
		str_fmt(l->a, "{{" STR_FMT "}} down to %.1f pt",
			STR_ARG(str_slice(field->text, 0, 80)), least),
		str_fmt(l->a,
			"long values shrink to less than six points, which is hard to read in "
			"print; a wider box, larger text, or data-min-scale=\"%.2f\" keeps them "
			"readable",
			ceil(SMALL_PT / size_pt * 100) / 100));
}

static void look_at_text(const struct look *l, const struct design_text *text)
{
	const struct design_part *field = first_field(text);
	double size_pt;

	if (field == NULL)
		return;
	size_pt = l->t->c->design.styles.items[field->style].size * geometry_scale(text->matrix)
		* PT_PER_PX;
	look_at_contrast(l, text, field, size_pt);
	look_at_shrinking(l, text, field, size_pt);
}

/* Pixels of the ground by their luminance; the rim of the code's square, where a frame may be, is left out. */
static uint32_t count_ground(
	const struct look *l, const struct design_qr *qr, uint32_t bins[GROUND_BINS])
{
	struct raster_rect at = compile_text_reach_of_qr(l->page, qr);
	uint32_t rim = (uint32_t)((double)(at.x1 - at.x0) * RIM_SHARE);
	uint32_t total = 0;

	for (uint32_t y = at.y0 + rim; y + rim < at.y1; y++)
		for (uint32_t x = at.x0 + rim; x + rim < at.x1; x++) {
			const uint8_t *ground =
				l->page->rows + y * l->page->stride + 1 + 3 * (size_t)x;

			bins[(size_t)(luminance(l, ground) * (GROUND_BINS - 1) + 0.5)]++;
			total++;
		}
	return total;
}

/*
 * A code brings a white square with it, quiet zone and all, so it can be read on any ground. What it must not
 * do is to hide something: on light or even ground there is nothing.
 */
static void look_at_qr(const struct look *l, const struct design_qr *qr)
{
	uint32_t bins[GROUND_BINS] = {0};
	uint32_t total = count_ground(l, qr, bins);
	uint32_t most = 0;
	uint32_t odd = 0;
	uint32_t dark = 0;

	for (uint32_t i = 1; i < GROUND_BINS; i++)
		most = bins[i] > bins[most] ? i : most;
	for (uint32_t i = 0; i < GROUND_BINS; i++) {
		dark += i < LIGHT_BIN ? bins[i] : 0;
		odd += i + EVEN_BINS < most || i > most + EVEN_BINS ? bins[i] : 0;
	}
	if (dark <= total * HIDDEN_SHARE || odd <= total * HIDDEN_SHARE)
		return;
	compile_note_add(l->t->notes, qr->line, STR("qr"), STR("verification code over artwork"),
		STR("its white square hides what is drawn there; move one of them, or draw a white "
		    "square beneath the code"));
}

void compile_look_at(
	const struct compile_text *t, const struct raster *page, uint32_t from, uint32_t to)
{
	const struct design *d = &t->c->design;
	struct look l = {.t = t, .page = page, .a = arena_new(LOOK_ARENA_LEN)};

	for (int i = 0; i < 256; i++) {
		double c = i / 255.0;

		l.linear[i] = c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
	}
	for (uint32_t i = 0; i < d->texts.count; i++) {
		arena_reset(l.a);
		if (d->texts.items[i].layer >= from && d->texts.items[i].layer < to)
			look_at_text(&l, &d->texts.items[i]);
	}
	for (uint32_t i = 0; i < d->qrs.count; i++)
		if (d->qrs.items[i].layer >= from && d->qrs.items[i].layer < to)
			look_at_qr(&l, &d->qrs.items[i]);
	arena_free(&l.a);
}
