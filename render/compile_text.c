// SPDX-License-Identifier: Apache-2.0
/* The design's text at compile time. Runs in: compile. */
#include "render/compile_text.h"

#include <math.h>
#include <string.h>

#define TEXT_ARENA_LEN ((size_t)64 << 20)
/* A box that nothing overflows; check_design's limit is ten times more. */
#define BOX_W_FREE 1e5

static bool shows_field(const struct design_text *t, struct str field)
{
	for (uint32_t i = 0; i < t->parts.count; i++) {
		if (t->parts.items[i].kind == PART_FIELD && str_eq(t->parts.items[i].text, field))
			return true;
	}
	return false;
}

void compile_text_apply_layout(
	struct design *d, const struct wire_compile_open *options, struct compile_notes *notes)
{
	for (uint32_t i = 0; i < options->layout.count; i++) {
		const struct wire_fit *fit = &options->layout.items[i];
		bool used = false;

		for (uint32_t k = 0; k < d->texts.count; k++) {
			struct design_text *t = &d->texts.items[k];

			if (!shows_field(t, fit->field))
				continue;
			t->shrink = fit->shrink;
			t->min_scale = fit->min_scale;
			t->max_lines = fit->max_lines;
			used = true;
		}
		if (!used)
			compile_note_add(notes, 0, STR("layout"), fit->field,
				STR("the manifest says how this field is fitted, but the template "
				    "does not show it"));
	}
}

void compile_text_find_fonts(struct arena *a, const struct text_engine *e, struct compiled *c)
{
	uint32_t count = c->design.styles.count;

	c->style_fonts.items = arena_zalloc(a, count, sizeof *c->style_fonts.items);
	c->style_fonts.count = count;
	for (uint32_t i = 0; i < count; i++) {
		const struct design_style *s = &c->design.styles.items[i];

		c->style_fonts.items[i].font = text_font_find(e, s->families, s->weight, s->italic);
	}
}

/* "text "title" in line 12": how a person finds it. */
static struct str name_of(struct arena *a, const struct design_text *t)
{
	if (t->id.n != 0)
		return str_fmt(a, "text \"" STR_FMT "\" in line %u", STR_ARG(t->id), t->line);
	return str_fmt(a, "the text in line %u", t->line);
}

/* A designer's own line is as wide as it is drawn: the box was only our guess. */
static void free_box(const struct compile_text *t, struct design_text *text, struct str why)
{
	text->box_w = BOX_W_FREE;
	compile_note_add(t->notes, text->line, STR("text"),
		text->id.n > 0 ? text->id : STR("text too large for its place"), why);
}

static enum rc bake_one(const struct compile_text *t, struct design_text *text, struct arena *a,
	struct raster *r, struct err *err)
{
	/* As render does it: the words must come out the same in picture and PDF. */
	struct text_values none = {NULL, 0, t->c->design.lang};
	struct text_problem problem = {0};
	struct raster_rect dirty = {0};
	struct text_block block;
	enum rc rc = text_lay_out(t->engine, t->c, text, &none, a, &block, &problem, err);

	if (rc == RC_INPUT && str_eq_cz(problem.code, "text-overflow")
		&& text->box_w < BOX_W_FREE) {
		free_box(t, text, problem.message);
		rc = text_lay_out(t->engine, t->c, text, &none, a, &block, &problem, err);
	}
	if (rc == RC_INPUT && problem.message.n != 0)
		return err_set(err, RC_INPUT, STR_FMT ": " STR_FMT, STR_ARG(name_of(a, text)),
			STR_ARG(problem.message));
	if (rc == RC_OK)
		raster_draw(r, t->cache, &block, &dirty);
	return rc;
}

bool compile_text_has_static(const struct design *d, uint32_t layer)
{
	for (uint32_t i = 0; i < d->texts.count; i++)
		if (d->texts.items[i].layer == layer && design_text_is_static(&d->texts.items[i]))
			return true;
	return false;
}

enum rc compile_text_bake(const struct compile_text *t, struct design *d, uint32_t layer,
	struct raster *r, struct err *err)
{
	struct arena *a = arena_new(TEXT_ARENA_LEN);
	enum rc rc = RC_OK;

	for (uint32_t i = 0; i < d->texts.count && rc == RC_OK; i++) {
		if (d->texts.items[i].layer != layer || !design_text_is_static(&d->texts.items[i]))
			continue;
		arena_reset(a);
		rc = bake_one(t, &d->texts.items[i], a, r, err);
	}
	arena_free(&a);
	return rc;
}

static uint32_t pixel_edge(double v, uint32_t limit)
{
	return !(v > 0) ? 0 : v >= limit ? limit : (uint32_t)v;
}

/* CSS pixels to device pixels, outwards and one more. */
static struct raster_rect reach(const struct raster *r, const double low[2], const double high[2])
{
	struct raster_rect none = {0, 0, 0, 0};
	struct raster_rect out = {pixel_edge(floor(low[0] * r->scale) - 1, r->width),
		pixel_edge(floor(low[1] * r->scale) - 1, r->height),
		pixel_edge(ceil(high[0] * r->scale) + 1, r->width),
		pixel_edge(ceil(high[1] * r->scale) + 1, r->height)};

	return out.x0 < out.x1 && out.y0 < out.y1 ? out : none;
}

struct raster_rect compile_text_reach(
	const struct compile_text *t, const struct raster *r, const struct design_text *text)
{
	double low[2];
	double high[2];

	text_bounds(t->engine, t->c, text, &low[0], &low[1], &high[0], &high[1]);
	if (!(low[1] < high[1]))
		return (struct raster_rect){0, 0, 0, 0};
	return reach(r, low, high);
}

struct raster_rect compile_text_reach_of_qr(const struct raster *r, const struct design_qr *q)
{
	const struct design_matrix *m = &q->matrix;
	double low[2] = {INFINITY, INFINITY};
	double high[2] = {-INFINITY, -INFINITY};

	for (int corner = 0; corner < 4; corner++) {
		double x = q->x + ((corner & 1) != 0 ? q->size : 0);
		double y = q->y + ((corner & 2) != 0 ? q->size : 0);
		const double at[2] = {m->a * x + m->c * y + m->e, m->b * x + m->d * y + m->f};

		for (int i = 0; i < 2; i++) {
			low[i] = fmin(low[i], at[i]);
			high[i] = fmax(high[i], at[i]);
		}
	}
	return reach(r, low, high);
}

void compile_text_mark_rows(
	const struct compile_text *t, const struct raster *r, uint8_t *fixed_rows)
{
	const struct design *d = &t->c->design;

	memset(fixed_rows, 1, r->height);
	for (uint32_t i = 0; i < d->texts.count; i++) {
		struct raster_rect at;

		if (design_text_is_static(&d->texts.items[i]))
			continue;
		at = compile_text_reach(t, r, &d->texts.items[i]);
		memset(fixed_rows + at.y0, 0, at.y1 - at.y0);
	}
	for (uint32_t i = 0; i < d->qrs.count; i++) {
		struct raster_rect at = compile_text_reach_of_qr(r, &d->qrs.items[i]);

		memset(fixed_rows + at.y0, 0, at.y1 - at.y0);
	}
}
