// SPDX-License-Identifier: Apache-2.0
/* Boxes of texts. Runs in: intake. */
#include "templates/extract_box.h"

#include "templates/names.h"
#include "templates/placeholder.h"
#include "templates/value.h"

#include <math.h>
#include <stdlib.h>

/* Of the page's side: how near to the edge text may come when nothing else is said. */
#define MARGIN 0.05
#define DEFAULT_MIN_SCALE 0.7

static struct tree_node *find_frame(const struct extract *e, struct str id)
{
	if (id.n == 0)
		return NULL;
	for (struct tree_node *n = e->root; n != NULL; n = tree_next(e->root, n))
		if (!n->is_text && tree_find_attr(n, "data-frame-for") != NULL
			&& str_eq(tree_value(n, "data-frame-for"), id))
			return n;
	return refs_find(e->ix, str_fmt(e->a, STR_FMT "-box", STR_ARG(id)));
}

struct geometry_box extract_box_frame(struct extract *e, const struct tree_node *n)
{
	const struct extract_scope *own = extract_scope_of(e, n);
	struct design_matrix back;
	struct tree_node *frame;
	struct geometry_box box;
	double v[4];

	if (value_number_list(tree_value(n, "data-box"), v, 4) == 4)
		return (struct geometry_box){v[0], v[1], v[0] + v[2], v[1] + v[3]};
	frame = find_frame(e, tree_value(n, "id"));
	if (frame == NULL || !geometry_invert(own->m, &back))
		return GEOMETRY_EMPTY;
	box = geometry_shape(frame, extract_scope_of(e, frame)->vw, extract_scope_of(e, frame)->vh);
	if (!geometry_is_empty(box) && extract_scope_is_blank(e, frame))
		frame->taken = true;
	return geometry_map(geometry_multiply(back, extract_scope_of(e, frame)->m), box);
}

static void read_align(const struct tree_node *text, struct design_text *t)
{
	struct str align = tree_value(text, "data-align");

	if (value_is_word(align, "start|left"))
		t->anchor = ANCHOR_START;
	else if (value_is_word(align, "center|middle"))
		t->anchor = ANCHOR_MIDDLE;
	else if (value_is_word(align, "end|right"))
		t->anchor = ANCHOR_END;
}

static void use_frame(struct design_text *t, struct geometry_box box, bool single)
{
	double w = box.x1 - box.x0;
	bool right = t->anchor == ANCHOR_END
		|| (t->anchor == ANCHOR_START && t->direction == DIRECTION_RTL);

	if (t->anchor == ANCHOR_END && t->direction == DIRECTION_RTL)
		right = false;
	t->box_w = w;
	t->x = t->anchor == ANCHOR_MIDDLE ? box.x0 + w / 2 : right ? box.x1 : box.x0;
	if (single && box.y1 > box.y0) {
		t->box_y = box.y0;
		t->box_h = box.y1 - box.y0;
	}
}

/* How far from (x, y) along (dx, dy) the page's margins are, in multiples of that vector. */
static double room_along(
	const struct design *d, double x, double y, double dx, double dy, double margin)
{
	double room = INFINITY;

	if (dx > 1e-9)
		room = fmin(room, (d->width * (1 - margin) - x) / dx);
	if (dx < -1e-9)
		room = fmin(room, (d->width * margin - x) / dx);
	if (dy > 1e-9)
		room = fmin(room, (d->height * (1 - margin) - y) / dy);
	if (dy < -1e-9)
		room = fmin(room, (d->height * margin - y) / dy);
	return isfinite(room) ? room : 0;
}

static double room_to_edges(const struct extract *e, const struct design_text *t, double margin)
{
	const struct design *d = &e->out->design;
	double x = t->x;
	double y = t->y;
	double ahead;
	double behind;
	bool rtl = t->direction == DIRECTION_RTL;

	geometry_apply(t->matrix, &x, &y);
	ahead = room_along(d, x, y, t->matrix.a, t->matrix.b, margin);
	behind = room_along(d, x, y, -t->matrix.a, -t->matrix.b, margin);
	if (t->anchor == ANCHOR_MIDDLE)
		return 2 * fmin(ahead, behind);
	return (t->anchor == ANCHOR_START) != rtl ? ahead : behind;
}

/* The page's margins; for text that begins outside them, the page; never less than a letter or two. */
static void use_page(const struct extract *e, struct design_text *t)
{
	double least = 0;

	for (uint32_t i = 0; i < t->parts.count; i++)
		least = fmax(least, e->out->design.styles.items[t->parts.items[i].style].size * 2);
	t->box_w = room_to_edges(e, t, MARGIN);
	if (t->box_w < least)
		t->box_w = room_to_edges(e, t, 0);
	t->box_w = fmax(t->box_w, fmax(least, 1e-3));
}

static void read_fit(const struct tree_node *text, struct design_text *t)
{
	struct str fit = tree_value(text, "data-fit");
	struct str lines = tree_value(text, "data-max-lines");
	struct value_length scale;
	uint64_t count;
	bool may_wrap = false;
	bool dynamic = false;

	for (uint32_t i = 0; i < t->parts.count; i++)
		if (t->parts.items[i].kind == PART_FIELD) {
			dynamic = true;
			may_wrap = may_wrap || placeholder_may_wrap(t->parts.items[i].text);
		}
	t->shrink = fit.n > 0 ? str_eq_cz(fit, "shrink") : dynamic;
	t->min_scale = DEFAULT_MIN_SCALE;
	if (value_whole_length(tree_value(text, "data-min-scale"), &scale))
		t->min_scale = fmin(fmax(value_px(scale, 1, 1), 0.2), 1);
	t->max_lines = may_wrap ? 2 : 1;
	if (str_to_u64(lines, 20, &count) && count > 0)
		t->max_lines = (uint8_t)count;
}

void extract_box_apply(
	struct extract *e, struct tree_node *text, struct design_text *t, bool single)
{
	struct geometry_box box = extract_box_frame(e, text);
	struct value_length width;

	read_align(text, t);
	read_fit(text, t);
	if (!geometry_is_empty(box) && box.x1 > box.x0) {
		use_frame(t, box, single);
		return;
	}
	use_page(e, t);
	if (value_whole_length(tree_value(text, "data-max-width"), &width) && width.number > 0)
		t->box_w = value_px(width, 16, extract_scope_of(e, text)->vw);
}
