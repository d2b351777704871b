// SPDX-License-Identifier: Apache-2.0
/* flowRoot to text: its rectangle becomes the text's box. Runs in: intake. */
#include "templates/flow.h"

#include "templates/css_property.h"
#include "templates/geometry.h"
#include "templates/names.h"

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
				lines == 0 ? STR("1em") : str_fmt(a, "%gem", 1.25 * lines));
			lines = 1;
		}
		c = next;
	}
	tree_set_attr(a, flow, "x", str_fmt(a, "%.9g", x));
	tree_set_attr(a, flow, "y", str_fmt(a, "%.9g", box.y0));
	/* Height 0: lines hang from the top of the region instead of being centred in it. */
	tree_set_attr(a, flow, "data-box",
		str_fmt(a, "%.9g %.9g %.9g 0", box.x0, box.y0, box.x1 - box.x0));
	tree_set_attr(a, flow, "data-max-lines", STR("10"));
}

void flow_to_text(struct tree_node *root, struct notes *notes)
{
	for (struct tree_node *n = root; n != NULL;) {
		struct tree_node *next = tree_next(root, n);
		struct geometry_box box;

		if (!n->is_text && n->element == EL_FLOW_ROOT) {
			next = tree_skip(root, n);
			box = region_box(n);
			if (geometry_is_empty(box)) {
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
