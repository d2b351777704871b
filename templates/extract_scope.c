// SPDX-License-Identifier: Apache-2.0
/* Page size, and style and coordinates of every element. Runs in: intake. */
#include "templates/extract_scope.h"

#include "templates/css_property.h"
#include "templates/limits.h"
#include "templates/names.h"
#include "templates/rules.h"
#include "templates/value.h"

#include <math.h>

/* An absolute length of the root; 0 when it is missing or relative. */
static double page_side(const struct tree_node *root, const char *name)
{
	struct value_length l;

	if (!value_whole_length(tree_value(root, name), &l) || l.unit == UNIT_PERCENT)
		return 0;
	return value_px(l, 16, 0);
}

/*
 * Editors leave the size out, or write 100 %, and count the page in points or in dots of its print: a viewBox
 * that is a paper's size in dots per inch is that paper. Others are CSS pixels.
 */
static void read_paper(const double box[2], double *w, double *h)
{
	static const double papers[][2] = {{297, 420}, {210, 297}, {148, 210}, {105, 148},
		{215.9, 279.4}, {215.9, 355.6}}; /* mm: A3 to A6, Letter, Legal */
	static const double densities[] = {72, 150, 300, 600};

	*w = box[0];
	*h = box[1];
	for (size_t i = 0; i < ARRAY_COUNT(papers) * ARRAY_COUNT(densities); i++) {
		const double *paper = papers[i / ARRAY_COUNT(densities)];
		double dots = densities[i % ARRAY_COUNT(densities)] / 25.4;
		size_t wide = box[0] > box[1];

		if (fabs(box[wide] - paper[0] * dots) > 1
			|| fabs(box[1 - wide] - paper[1] * dots) > 1)
			continue;
		*w = paper[wide] * 96 / 25.4;
		*h = paper[1 - wide] * 96 / 25.4;
	}
}

static enum rc read_page(struct extract *e, struct err *err)
{
	struct design *d = &e->out->design;
	double v[4] = {0, 0, 0, 0};
	bool boxed = value_number_list(tree_value(e->root, "viewBox"), v, 4) == 4 && v[2] > 0
		&& v[3] > 0;
	double w = page_side(e->root, "width");
	double h = page_side(e->root, "height");

	if (boxed && w <= 0 && h <= 0) {
		read_paper(v + 2, &w, &h);
	} else if (boxed && w <= 0) {
		w = h * v[2] / v[3];
	} else if (boxed && h <= 0) {
		h = w * v[3] / v[2];
	}
	if (RULE_ON(RULE_PAGE_MISSING) && (w <= 0 || h <= 0))
		return err_set(err, RC_INPUT,
			"the template has no size; give <svg> a width and a height, such as 297mm "
			"and 210mm");
	if (RULE_ON(RULE_PAGE_RANGE)
		&& (w * 0.75 < LIMIT_PAGE_MIN_PT || h * 0.75 < LIMIT_PAGE_MIN_PT
			|| w * 0.75 > LIMIT_PAGE_MAX_PT || h * 0.75 > LIMIT_PAGE_MAX_PT))
		return err_set(err, RC_LIMIT,
			"the template's page is %.6g x %.6g points; each side must be from %g to "
			"%g",
			w * 0.75, h * 0.75, LIMIT_PAGE_MIN_PT, LIMIT_PAGE_MAX_PT);
	d->width = w;
	d->height = h;
	return RC_OK;
}

static double length_or(
	const struct tree_node *n, const char *name, double percent_of, double otherwise)
{
	return value_px_or(tree_value(n, name), 16, percent_of, otherwise);
}

/* A nested svg: its own viewport inside the one around it. */
static void enter_viewport(const struct tree_node *n, struct extract_scope *s, double w, double h)
{
	struct str view_box = tree_value(n, "viewBox");
	double v[4];

	s->m = geometry_multiply(
		s->m, geometry_viewport(view_box, tree_value(n, "preserveAspectRatio"), w, h));
	s->vw = w;
	s->vh = h;
	if (value_number_list(view_box, v, 4) == 4) {
		s->vw = v[2];
		s->vh = v[3];
	}
}

static void scope_of_child(struct extract *e, const struct tree_node *n, uint32_t order)
{
	struct extract_scope *s = &e->scopes[n->index];
	const struct extract_scope *up = &e->scopes[n->parent->index];
	struct style style;

	*s = *up;
	s->order = order;
	if (n->is_text)
		return;
	style_compute(e->a, &up->style, n, &style);
	if (style.stroke_width < 0)
		style.stroke_width *= -sqrt((up->vw * up->vw + up->vh * up->vh) / 2);
	s->style = style;
	s->m = geometry_multiply(up->m, geometry_transform(tree_value(n, "transform")));
	s->undrawn = up->undrawn || EL_IS(n->element, EL_UNDRAWN);
	if (n->element == EL_SVG) {
		struct design_matrix move = {
			1, 0, 0, 1, length_or(n, "x", up->vw, 0), length_or(n, "y", up->vh, 0)};

		s->m = geometry_multiply(s->m, move);
		enter_viewport(n, s, length_or(n, "width", up->vw, up->vw),
			length_or(n, "height", up->vh, up->vh));
	}
}

static enum rc check_matrix(
	const struct tree_node *n, const struct design_matrix *m, struct err *err)
{
	const double v[] = {m->a, m->b, m->c, m->d, m->e, m->f};

	for (size_t i = 0; i < ARRAY_COUNT(v); i++)
		if (RULE_ON(RULE_MATRIX) && !(fabs(v[i]) <= LIMIT_MATRIX))
			return err_set(err, RC_LIMIT,
				"line %u: the transforms around this object make it too large to "
				"draw",
				n->line);
	return RC_OK;
}

static bool counts_as_art(const struct tree_node *n)
{
	return !n->is_text && EL_IS(n->element, EL_SHAPES | EL_BIT(EL_IMAGE) | EL_BIT(EL_USE));
}

enum rc extract_scope_build(struct extract *e, struct err *err)
{
	uint32_t count = tree_number(e->root);
	struct style initial = style_initial();
	struct extract_scope *root;
	uint32_t order = 0;
	enum rc rc = read_page(e, err);

	if (rc != RC_OK)
		return rc;
	e->scopes = arena_zalloc(e->a, count, sizeof *e->scopes);
	root = &e->scopes[e->root->index];
	root->m = geometry_transform(tree_value(e->root, "transform"));
	style_compute(e->a, &initial, e->root, &root->style);
	enter_viewport(e->root, root, e->out->design.width, e->out->design.height);
	for (struct tree_node *n = tree_next(e->root, e->root); n != NULL;
		n = tree_next(e->root, n)) {
		scope_of_child(e, n, order);
		rc = check_matrix(n, &extract_scope_of(e, n)->m, err);
		if (rc != RC_OK)
			return rc;
		if (counts_as_art(n) && !extract_scope_of(e, n)->undrawn)
			order++;
	}
	return RC_OK;
}

bool extract_scope_is_blank(const struct extract *e, const struct tree_node *n)
{
	const struct style *s = &extract_scope_of(e, n)->style;
	bool unfilled = s->paint == STYLE_NONE || s->fill_opacity == 0
		|| (s->paint == STYLE_COLOUR && (s->fill & 0xff) == 0);

	if (s->absent || s->hidden || s->opacity == 0)
		return true;
	return n->element != EL_IMAGE && n->element != EL_USE && unfilled && !s->stroked;
}
