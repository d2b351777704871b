// SPDX-License-Identifier: Apache-2.0
/* Whether clip paths can cut something off. Runs in: intake. */
#include "templates/extract_clip.h"

#include "templates/css_property.h"
#include "templates/names.h"

/* Of the page, in pixels: editors round the page's sides. */
#define SLACK 1.0

/* The only child that draws, NULL when there are others. */
static const struct tree_node *only_shape(const struct tree_node *clip)
{
	const struct tree_node *found = NULL;

	for (const struct tree_node *n = clip->first; n != NULL; n = n->next) {
		if (n->is_text || EL_IS(n->element, EL_BIT(EL_TITLE) | EL_BIT(EL_DESC)))
			continue;
		if (found != NULL)
			return NULL;
		found = n;
	}
	return found;
}

/* The page area that clip leaves where user space is m; empty when it is not a plain rectangle. */
static struct geometry_box region_of(
	const struct extract *e, const struct tree_node *clip, struct design_matrix m)
{
	const struct tree_node *shape = only_shape(clip);
	const struct extract_scope *s;

	if (shape == NULL || shape->element != EL_RECT || tree_value(shape, "rx").n > 0
		|| tree_value(shape, "ry").n > 0
		|| str_eq_cz(tree_value(clip, "clipPathUnits"), "objectBoundingBox")
		|| css_property_reference(tree_prop(shape, PROP_CLIP_PATH)).n > 0
		|| css_property_reference(tree_prop(clip, PROP_CLIP_PATH)).n > 0)
		return GEOMETRY_EMPTY;
	s = extract_scope_of(e, shape);
	if (s->style.hidden || s->style.absent)
		return GEOMETRY_EMPTY;
	m = geometry_multiply(m, geometry_transform(tree_value(clip, "transform")));
	m = geometry_multiply(m, geometry_transform(tree_value(shape, "transform")));
	if (m.b != 0 || m.c != 0)
		return GEOMETRY_EMPTY;
	return geometry_map(m, geometry_shape(shape, s->vw, s->vh));
}

bool extract_clip_keeps(const struct extract *e, const struct tree_node *n, struct geometry_box box)
{
	const struct design *d = &e->out->design;

	for (; n != NULL; n = n->parent) {
		struct str id = css_property_reference(tree_prop(n, PROP_CLIP_PATH));
		const struct tree_node *clip = id.n > 0 ? refs_find(e->ix, id) : NULL;
		struct geometry_box r;

		if (id.n == 0)
			continue;
		if (clip == NULL || clip->element != EL_CLIP)
			return false;
		r = region_of(e, clip, extract_scope_of(e, n)->m);
		if (geometry_is_empty(r) || (r.x0 > box.x0 && r.x0 > SLACK)
			|| (r.y0 > box.y0 && r.y0 > SLACK)
			|| (r.x1 < box.x1 && r.x1 < d->width - SLACK)
			|| (r.y1 < box.y1 && r.y1 < d->height - SLACK))
			return false;
	}
	return true;
}
