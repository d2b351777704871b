// SPDX-License-Identifier: Apache-2.0
/* Framed text to ordinary text: the frame becomes the text's box. Runs in: intake. */
#include "templates/flow.h"

#include "templates/css_property.h"
#include "templates/geometry.h"
#include "templates/names.h"
#include "templates/refs.h"
#include "templates/value.h"

#include <math.h>

/* Lines that a frame may hold at most. */
#define LINES_MAX 10
/* Distance of lines in sizes, where the drawing shows only one. */
#define LINE_PITCH 1.25
/* From here on writing has no spaces between words (CJK and its punctuation). */
#define FIRST_CJK 0x2E80

static struct tree_node *find_child(const struct tree_node *n, enum names_element element)
{
	for (struct tree_node *c = n->first; c != NULL; c = c->next)
		if (!c->is_text && c->element == element)
			return c;
	return NULL;
}

static struct geometry_box region_box(const struct tree_node *flow)
{
	const struct tree_node *region = find_child(flow, EL_FLOW_REGION);
	const struct tree_node *shape = region != NULL ? region->first : NULL;

	while (shape != NULL && shape->is_text)
		shape = shape->next;
	/* Percentages of a region are nobody's use; the numbers are the drawing's own. */
	return shape != NULL ? geometry_shape(shape, 0, 0) : GEOMETRY_EMPTY;
}

static bool is_empty(const struct tree_node *para)
{
	for (const struct tree_node *c = para->first; c != NULL; c = c->next)
		if (!c->is_text || str_trim(c->text).n > 0)
			return false;
	return true;
}

/* Where lines stand in their box, by Inkscape's text-align or SVG's text-anchor. */
static double anchor_share(const struct tree_node *flow)
{
	struct str anchor = tree_prop(flow, PROP_TEXT_ANCHOR);

	return str_eq_cz(anchor, "middle") ? 0.5 : str_eq_cz(anchor, "end") ? 1 : 0;
}

static void rename_spans(struct tree_node *para)
{
	for (struct tree_node *n = para; n != NULL; n = tree_next(para, n))
		if (!n->is_text && EL_IS(n->element, EL_BIT(EL_FLOW_PARA) | EL_BIT(EL_FLOW_SPAN))) {
			n->element = EL_TSPAN;
			n->name = STR("tspan");
		}
}

static void convert(struct arena *a, struct tree_node *flow, struct geometry_box box)
{
	double x = box.x0 + (box.x1 - box.x0) * anchor_share(flow);
	unsigned lines = 0;

	flow->element = EL_TEXT;
	flow->name = STR("text");
	for (struct tree_node *c = flow->first; c != NULL;) {
		struct tree_node *next = c->next;

		if (c->is_text || c->element != EL_FLOW_PARA) {
			tree_remove(c);
		} else if (is_empty(c)) {
			lines++;
			tree_remove(c);
		} else {
			rename_spans(c);
			tree_set_attr(a, c, "x", str_fmt(a, "%.9g", x));
			tree_set_attr(a, c, "dy",
				lines == 0 ? STR("1em") : str_fmt(a, "%gem", LINE_PITCH * lines));
			lines = 1;
		}
		c = next;
	}
	tree_set_attr(a, flow, "x", str_fmt(a, "%.9g", x));
	tree_set_attr(a, flow, "y", str_fmt(a, "%.9g", box.y0));
	/* Height 0: lines hang from the top of the region instead of being centred in it. */
	tree_set_attr(a, flow, "data-box",
		str_fmt(a, "%.9g %.9g %.9g 0", box.x0, box.y0, box.x1 - box.x0));
	tree_set_attr(a, flow, "data-max-lines", str_fmt(a, "%d", LINES_MAX));
}

/* ---- SVG 2: lines in the file are what the editor made of them ---- */

static bool number_of(const struct tree_node *n, const char *name, double *out)
{
	struct value_length l;

	if (!value_whole_length(tree_value(n, name), &l))
		return false;
	*out = value_px(l, 16, 0);
	return true;
}

/* The next tspan from n on that begins a line of its own; *y is where. */
static struct tree_node *next_line(struct tree_node *n, double *y)
{
	double x;

	while (n != NULL
		&& (n->is_text || n->element != EL_TSPAN || !number_of(n, "x", &x)
			|| !number_of(n, "y", y)))
		n = n->next;
	return n;
}

static struct tree_node *last_text(struct tree_node *line)
{
	struct tree_node *last = NULL;

	for (struct tree_node *n = line; n != NULL; n = tree_next(line, n))
		if (n->is_text && n->text.n > 0)
			last = n;
	return last;
}

/* A line that was only wrapped goes on where the one before ended, a space between words. */
static void join_lines(struct arena *a, struct tree_node *before, struct tree_node *line)
{
	struct tree_node *last = last_text(before);
	size_t at;
	uint32_t cp = ' ';

	if (last != NULL && last->text.p[last->text.n - 1] == '\n')
		return; /* a paragraph's end */
	tree_drop_attr(line, "x");
	tree_drop_attr(line, "y");
	tree_drop_attr(line, "dy");
	if (last == NULL)
		return;
	at = last->text.n - 1;
	while (at > 0 && ((unsigned char)last->text.p[at] & 0xC0) == 0x80)
		at--;
	cp = str_next_char(last->text, &at);
	if (cp != ' ' && cp != '-' && cp < FIRST_CJK)
		last->text = str_fmt(a, STR_FMT " ", STR_ARG(last->text));
}

static double size_of(const struct tree_node *text)
{
	const struct tree_node *tspan = find_child(text, EL_TSPAN);
	double size = value_px_or(tree_prop(text, PROP_FONT_SIZE), 16, 16, 16);

	return tspan != NULL ? value_px_or(tree_prop(tspan, PROP_FONT_SIZE), 16, 16, size) : size;
}

/* How many lines, so far apart as the first two, there is room for down to bottom; HUGE_VAL: as there are. */
static unsigned count_lines(const struct tree_node *text, double bottom)
{
	double y = 0;
	double next;
	const struct tree_node *first = next_line(text->first, &y);
	const struct tree_node *second = first != NULL ? next_line(first->next, &next) : NULL;
	double pitch = second != NULL && next > y ? next - y : LINE_PITCH * size_of(text);
	unsigned count = second != NULL ? 3 : 2;

	if (first == NULL && !number_of(text, "y", &y))
		return count;
	if (isfinite(bottom))
		count = (unsigned)fmin(fmax(floor((bottom - y) / pitch) + 1, 1), LINES_MAX);
	return count;
}

static void set_room(
	struct arena *a, struct tree_node *text, const struct geometry_box *box, double width)
{
	double y = 0;
	struct tree_node *line = next_line(text->first, &y);
	double unused;

	tree_set_attr(a, text, "data-max-lines",
		str_fmt(a, "%u", count_lines(text, box != NULL ? box->y1 : HUGE_VAL)));
	/* Height 0: lines hang from where the editor put the first one. */
	if (box != NULL)
		tree_set_attr(a, text, "data-box",
			str_fmt(a, "%.9g %.9g %.9g 0", box->x0, box->y0, box->x1 - box->x0));
	else
		tree_set_attr(a, text, "data-max-width", str_fmt(a, "%.9g", width));
	while (line != NULL) {
		struct tree_node *next = next_line(line->next, &unused);

		if (next != NULL)
			join_lines(a, line, next);
		line = next;
	}
}

/* The rectangle in the text's own coordinates; whatever else a shape is leaves the lines as they are. */
static struct geometry_box frame_of(const struct refs_index *ix, const struct tree_node *text)
{
	const struct tree_node *frame =
		refs_find(ix, css_property_reference(tree_prop(text, PROP_SHAPE_INSIDE)));

	if (frame == NULL || frame->element != EL_RECT)
		return GEOMETRY_EMPTY;
	return geometry_map(
		geometry_transform(tree_value(frame, "transform")), geometry_shape(frame, 0, 0));
}

static void take_frame(
	struct tree_node *root, struct refs_index **ix, struct tree_node *n, struct arena *a)
{
	bool shaped = tree_prop(n, PROP_SHAPE_INSIDE).n > 0;
	struct value_length width;

	if (n->element == EL_TEXT && shaped) {
		struct geometry_box box;

		if (*ix == NULL)
			*ix = refs_index_of(a, root);
		box = frame_of(*ix, n);
		if (!geometry_is_empty(box) && box.x1 > box.x0)
			set_room(a, n, &box, 0);
	} else if (n->element == EL_TEXT
		&& value_whole_length(tree_prop(n, PROP_INLINE_SIZE), &width) && width.number > 0) {
		set_room(a, n, NULL, value_px(width, size_of(n), 0));
	}
	tree_drop_prop(n, PROP_SHAPE_INSIDE);
	tree_drop_prop(n, PROP_INLINE_SIZE);
}

void flow_to_text(struct tree_node *root, struct notes *notes)
{
	struct refs_index *ix = NULL;

	for (struct tree_node *n = root; n != NULL;) {
		struct tree_node *next = tree_next(root, n);
		struct geometry_box box;

		if (!n->is_text)
			take_frame(root, &ix, n, notes->a);
		if (!n->is_text && n->element == EL_FLOW_ROOT) {
			next = tree_skip(root, n);
			box = region_box(n);
			if (!(box.x1 > box.x0)) {
				notes_removed(notes, n,
					"its region is not a rectangle; convert it to text in the "
					"editor",
					"flowed text");
				tree_remove(n);
			} else {
				convert(notes->a, n, box);
			}
		}
		n = next;
	}
}
