// SPDX-License-Identifier: Apache-2.0
/* How far artwork and text may reach on the page. Runs in: intake. */
#include "templates/extract_layer_box.h"

#include "templates/css_property.h"
#include "templates/extract_line.h"
#include "templates/names.h"
#include "templates/value.h"

#include <math.h>

/* Half of it on either side, and mitred corners reach farther. */
#define STROKE_REACH 2.0
#define MARKER_REACH 10.0
/* A filter's region is a tenth larger by itself; shadows that editors make stay within this. */
#define FILTER_REACH 0.5
/* Above and below a baseline, in sizes: stacked marks of Thai and Vietnamese included. */
#define ASCENT 1.2
#define DESCENT 0.5
/* Estimated widths are of an average font. */
#define WIDTH_REACH 1.3

static struct geometry_box everywhere(void)
{
	return (struct geometry_box){-1e9, -1e9, 1e9, 1e9};
}

static struct geometry_box grown(struct geometry_box b, double x, double y)
{
	return (struct geometry_box){b.x0 - x, b.y0 - y, b.x1 + x, b.y1 + y};
}

/* An inherited property's value: the nearest declaration outwards. */
static struct str inherited(const struct tree_node *n, unsigned property)
{
	struct str value = STR("");

	for (; n != NULL && value.n == 0; n = n->parent)
		value = tree_prop(n, property);
	return value;
}

static double stroke_reach(const struct extract *e, const struct tree_node *n)
{
	const struct extract_scope *s = extract_scope_of(e, n);
	struct value_length l;
	double width = 1;

	if (!s->style.stroked)
		return 0;
	if (value_whole_length(inherited(n, PROP_STROKE_WIDTH), &l))
		width = value_px(l, s->style.size, sqrt((s->vw * s->vw + s->vh * s->vh) / 2));
	for (unsigned p = PROP_MARKER_START; p <= PROP_MARKER_END; p++)
		if (css_property_reference(inherited(n, p)).n > 0)
			return width * MARKER_REACH;
	return width * (n->element == EL_PATH || n->element == EL_POLYGON ? STROKE_REACH : 0.75);
}

/* A shape or image in coordinates that m takes to the page; of a use see below. */
static struct geometry_box shape_box(
	const struct extract *e, const struct tree_node *n, struct design_matrix m)
{
	const struct extract_scope *s = extract_scope_of(e, n);
	struct geometry_box b = geometry_shape(n, s->vw, s->vh);
	double reach = stroke_reach(e, n);

	if (geometry_is_empty(b))
		return n->element == EL_IMAGE ? everywhere() : b;
	return geometry_map(m, grown(b, reach, reach));
}

static bool is_drawn_shape(const struct extract *e, const struct tree_node *n)
{
	return !n->is_text && !n->taken && EL_IS(n->element, EL_SHAPES | EL_BIT(EL_IMAGE))
		&& !extract_scope_is_blank(e, n);
}

static double length_or_zero(const struct tree_node *n, const char *name, double percent_of)
{
	return value_px_or(tree_value(n, name), 16, percent_of, 0);
}

/* A copy: the box of what it copies, moved. Copies of copies and of scaled symbols may be anywhere. */
static struct geometry_box use_box(const struct extract *e, const struct tree_node *use)
{
	const struct extract_scope *s = extract_scope_of(e, use);
	struct str href = tree_value(use, "href");
	struct tree_node *to = href.n > 1 ? refs_find(e->ix, str_slice(href, 1, href.n)) : NULL;
	struct design_matrix move = {
		1, 0, 0, 1, length_or_zero(use, "x", s->vw), length_or_zero(use, "y", s->vh)};
	struct geometry_box all = GEOMETRY_EMPTY;
	struct design_matrix back;

	if (to == NULL)
		return all;
	if (to->parent == NULL || tree_value(to, "viewBox").n > 0 || to->element == EL_SVG
		|| !geometry_invert(extract_scope_of(e, to->parent)->m, &back))
		return everywhere();
	move = geometry_multiply(geometry_multiply(s->m, move), back);
	for (struct tree_node *n = to; n != NULL; n = tree_next(to, n)) {
		if (!n->is_text && EL_IS(n->element, EL_BIT(EL_USE) | EL_BIT(EL_SVG)))
			return everywhere();
		/* Its own style may be another there: whatever has a shape counts. */
		if (!n->is_text && EL_IS(n->element, EL_SHAPES | EL_BIT(EL_IMAGE)))
			all = geometry_join(all,
				shape_box(
					e, n, geometry_multiply(move, extract_scope_of(e, n)->m)));
	}
	return all;
}

/* What a frame leaves free: a stroked rectangle or ellipse without a fill, not turned. */
static struct geometry_box hole_of(const struct extract *e, const struct tree_node *n)
{
	const struct extract_scope *s = extract_scope_of(e, n);
	struct geometry_box b = geometry_shape(n, s->vw, s->vh);
	double reach = stroke_reach(e, n);

	if (s->style.paint != STYLE_NONE || s->m.b != 0 || s->m.c != 0 || geometry_is_empty(b))
		return GEOMETRY_EMPTY;
	if (n->element == EL_CIRCLE || n->element == EL_ELLIPSE)
		/* The square inside a circle. */
		b = grown(b, (b.x0 - b.x1) * 0.15, (b.y0 - b.y1) * 0.15);
	else if (n->element != EL_RECT || tree_value(n, "rx").n > 0 || tree_value(n, "ry").n > 0)
		return GEOMETRY_EMPTY;
	b = grown(b, -reach, -reach);
	return geometry_is_empty(b) ? b : geometry_map(s->m, b);
}

struct extract_layer_box extract_layer_box_of(const struct extract *e, struct tree_node *n)
{
	struct extract_layer_box out = {GEOMETRY_EMPTY, GEOMETRY_EMPTY};

	for (struct tree_node *c = n; c != NULL; c = tree_next(n, c)) {
		const struct extract_scope *s = extract_scope_of(e, c);

		if (c->is_text || c->taken || s->undrawn || s->style.absent)
			continue;
		if (c->element == EL_USE && !extract_scope_is_blank(e, c))
			out.box = geometry_join(out.box, use_box(e, c));
		else if (is_drawn_shape(e, c))
			out.box = geometry_join(out.box, shape_box(e, c, s->m));
	}
	if (css_property_reference(tree_prop(n, PROP_FILTER)).n > 0 && !geometry_is_empty(out.box))
		out.box = grown(out.box, (out.box.x1 - out.box.x0) * FILTER_REACH,
			(out.box.y1 - out.box.y0) * FILTER_REACH);
	/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): the loop began with it. */
	else if (n->first == NULL && is_drawn_shape(e, n))
		out.hole = hole_of(e, n);
	return out;
}

bool extract_layer_box_covers(const struct extract_layer_box *art, struct geometry_box what)
{
	const struct geometry_box *hole = &art->hole;

	if (geometry_is_empty(art->box) || geometry_is_empty(what)
		|| !geometry_overlap(art->box, what))
		return false;
	return geometry_is_empty(*hole)
		|| !(what.x0 >= hole->x0 && what.x1 <= hole->x1 && what.y0 >= hole->y0
			&& what.y1 <= hole->y1);
}

/* Where its line may be, wrapped as far as the template allows; with fields, as long as its box. */
struct geometry_box extract_layer_box_of_text(const struct extract *e, const struct design_text *t)
{
	double w = 0;
	double size = 0;
	double reach = 0;
	double x = t->x;
	double lines;
	double y = t->y;

	for (uint32_t i = 0; i < t->parts.count; i++) {
		const struct design_part *p = &t->parts.items[i];
		const struct design_style *s = &e->out->design.styles.items[p->style];

		w += p->kind == PART_FIELD ? t->box_w
					   : extract_line_width(p->text, s->size) * WIDTH_REACH;
		size = s->size > size ? s->size : size;
		reach = fmax(reach, design_outline_reach(&s->outline));
	}
	w = w < t->box_w ? w : t->box_w;
	lines = (t->max_lines - 1) * t->line_height * size;
	if (t->box_h > 0) {
		y = t->box_y + t->box_h / 2 - lines / 2;
		size *= 1.5;
	}
	if (t->anchor == ANCHOR_MIDDLE)
		x -= w / 2;
	else if ((t->anchor == ANCHOR_END) != (t->direction == DIRECTION_RTL))
		x -= w;
	return geometry_map(t->matrix,
		grown((struct geometry_box){x, y - ASCENT * size, x + w,
			      y + DESCENT * size + lines},
			reach, reach));
}

struct geometry_box extract_layer_box_of_qr(const struct design_qr *qr)
{
	return geometry_map(qr->matrix,
		(struct geometry_box){qr->x, qr->y, qr->x + qr->size, qr->y + qr->size});
}
