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
	compile_note_add(t->notes, text->line, STR("text"), text->id, why);
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

enum rc compile_text_bake(
	const struct compile_text *t, struct design *d, struct raster *r, struct err *err)
{
	struct arena *a = arena_new(TEXT_ARENA_LEN);
	enum rc rc = RC_OK;

	for (uint32_t i = 0; i < d->texts.count && rc == RC_OK; i++) {
		if (!design_text_is_static(&d->texts.items[i]))
			continue;
		arena_reset(a);
		rc = bake_one(t, &d->texts.items[i], a, r, err);
	}
	arena_free(&a);
	return rc;
}

/* Rows between two heights on the page, CSS pixels, and one more on either side. */
static void mark_changing(const struct raster *r, double y0, double y1, uint8_t *fixed_rows)
{
	double from = floor(y0 * r->scale) - 1;
	double to = ceil(y1 * r->scale) + 1;

	if (!(to > 0) || !(from < r->height))
		return;
	from = from > 0 ? from : 0;
	to = to < r->height ? to : r->height;
	memset(fixed_rows + (size_t)from, 0, (size_t)(to - from));
}

static void mark_qr(const struct raster *r, const struct design_qr *q, uint8_t *fixed_rows)
{
	double low = INFINITY;
	double high = -INFINITY;

	for (int corner = 0; corner < 4; corner++) {
		double x = q->x + ((corner & 1) != 0 ? q->size : 0);
		double y = q->y + ((corner & 2) != 0 ? q->size : 0);
		double page_y = q->matrix.b * x + q->matrix.d * y + q->matrix.f;

		low = page_y < low ? page_y : low;
		high = page_y > high ? page_y : high;
	}
	mark_changing(r, low, high, fixed_rows);
}

void compile_text_mark_rows(
	const struct compile_text *t, const struct raster *r, uint8_t *fixed_rows)
{
	const struct design *d = &t->c->design;

	memset(fixed_rows, 1, r->height);
	for (uint32_t i = 0; i < d->texts.count; i++) {
		double x0, y0, x1, y1;

		if (design_text_is_static(&d->texts.items[i]))
			continue;
		text_bounds(t->engine, t->c, &d->texts.items[i], &x0, &y0, &x1, &y1);
		if (y0 < y1)
			mark_changing(r, y0, y1, fixed_rows);
	}
	for (uint32_t i = 0; i < d->qrs.count; i++)
		mark_qr(r, &d->qrs.items[i], fixed_rows);
}
