// SPDX-License-Identifier: Apache-2.0
/* Paths of glyphs. Runs in: render. */
#include "render/pdf_outline.h"

#include "render/pdf_object.h"

#include FT_OUTLINE_H
#include <math.h>

/* A glyph on its way. origin: of the glyph; now: end of what was put; open: a contour was begun. */
struct path {
	struct buf *out;
	FT_Vector origin;
	FT_Vector now;
	bool open;
};

static void put_point(struct path *p, FT_Pos x, FT_Pos y)
{
	pdf_object_put_number(p->out, (double)(x + p->origin.x), 0);
	buf_put_char(p->out, ' ');
	pdf_object_put_number(p->out, (double)(y + p->origin.y), 0);
	buf_put_char(p->out, ' ');
}

static int end_at(struct path *p, const FT_Vector *to, const char *operator)
{
	put_point(p, to->x, to->y);
	buf_put_cz(p->out, operator);
	p->now = *to;
	return 0;
}

static void close_contour(struct path *p)
{
	if (p->open)
		buf_put_cz(p->out, "h\n");
	p->open = false;
}

static int move_to(const FT_Vector *to, void *user)
{
	struct path *p = user;

	close_contour(p);
	p->open = true;
	return end_at(p, to, "m\n");
}

static int line_to(const FT_Vector *to, void *user)
{
	return end_at(user, to, "l\n");
}

/* PDF knows cubic curves alone: the same curve, its control points two thirds of the way. */
static int conic_to(const FT_Vector *control, const FT_Vector *to, void *user)
{
	struct path *p = user;

	put_point(p, (p->now.x + 2 * control->x) / 3, (p->now.y + 2 * control->y) / 3);
	put_point(p, (to->x + 2 * control->x) / 3, (to->y + 2 * control->y) / 3);
	return end_at(p, to, "c\n");
}

static int cubic_to(
	const FT_Vector *first, const FT_Vector *second, const FT_Vector *to, void *user)
{
	struct path *p = user;

	put_point(p, first->x, first->y);
	put_point(p, second->x, second->y);
	return end_at(p, to, "c\n");
}

double pdf_outline_unit(struct text_engine *e, const struct text_run *run)
{
	return run->size / text_font_ft(e, run->font)->units_per_EM;
}

void pdf_outline_put(
	struct buf *out, struct text_engine *e, const struct text_run *run, double x, double y)
{
	static const FT_Outline_Funcs funcs = {
		.move_to = move_to, .line_to = line_to, .conic_to = conic_to, .cubic_to = cubic_to};
	FT_Face face = text_font_ft(e, run->font);
	double unit = pdf_outline_unit(e, run);

	for (size_t i = 0; i < run->glyph_count; i++) {
		const struct text_glyph *g = &run->glyphs[i];
		struct path p = {.out = out,
			.origin = {lround((g->x - x) / unit), lround((y - g->y) / unit)}};

		if (FT_Load_Glyph(face, g->glyph, FT_LOAD_NO_SCALE | FT_LOAD_IGNORE_TRANSFORM) != 0
			|| face->glyph->format != FT_GLYPH_FORMAT_OUTLINE)
			continue;
		/* Ours never stop it; what a broken glyph gave so far is a path all the same. */
		(void)FT_Outline_Decompose(&face->glyph->outline, &funcs, &p);
		close_contour(&p);
	}
}
