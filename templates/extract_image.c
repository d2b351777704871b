// SPDX-License-Identifier: Apache-2.0
/*
 * Pictures that are too coarse, where they stand, where a use element shows them or a symbol or group that holds
 * them, and in patterns that something is filled with. Runs in: intake.
 */
#include "templates/extract_image.h"

#include "base/text.h"
#include "templates/names.h"
#include "templates/value.h"

#include <math.h>

/* What an office printer shows without steps; viewers draw fewer as blocks. */
#define PPI_MIN 150
#define CSS_PPI 96

/* CSS pixels that a pixel of the picture takes on the page, where m leads; 0: it cannot be told. */
static double pixel_size(const struct extract *e, const struct tree_node *n, struct design_matrix m)
{
	const struct extract_scope *s = extract_scope_of(e, n);
	struct geometry_box box = geometry_shape(n, s->vw, s->vh);
	struct str aspect = str_trim(tree_value(n, "preserveAspectRatio"));
	double x;
	double y;

	if (geometry_is_empty(box))
		return 0;
	x = (box.x1 - box.x0) / n->image_width;
	y = (box.y1 - box.y0) / n->image_height;
	/* SVG 1.1, 7.8: fitted into the box unless said otherwise. */
	if (str_starts(aspect, STR("none")) || str_ends(aspect, STR("slice")))
		x = fmax(x, y);
	else
		x = fmin(x, y);
	return x * geometry_scale(m);
}

static void tell(struct extract *e, const struct tree_node *n, double size)
{
	struct str href = tree_value(n, "href");
	bool bundled = !str_starts(href, STR("data:"));
	double more = size * PPI_MIN / CSS_PPI;
	char why[256];

	text_fmt(why, sizeof why,
		"%u by %u pixels look coarse at this size; a picture of %.0f by %.0f, or a smaller "
		"place for it, gives %d to the inch",
		n->image_width, n->image_height, ceil(n->image_width * more),
		ceil(n->image_height * more), PPI_MIN);
	notes_warned(e->notes, n, str_dup(e->a, str_of(why)).p, "image%s" STR_FMT " at %.0f ppi",
		bundled ? " " : "", STR_ARG(bundled ? str_slice(href, 0, 60) : STR("")),
		CSS_PPI / size);
}

/* m: the picture's own coordinates to the page. */
static void look_at(struct extract *e, const struct tree_node *n, struct design_matrix m)
{
	double size;

	if (n->image_width <= 1 || n->image_height <= 1)
		return;
	size = pixel_size(e, n, m);
	if (size > 0 && CSS_PPI / size < PPI_MIN - 0.5)
		tell(e, n, size);
}

/* n itself, or what it uses, if that is a picture; *m then leads from there. */
static const struct tree_node *picture_of(
	const struct extract *e, const struct tree_node *n, struct design_matrix *m)
{
	struct str href = tree_value(n, "href");
	const struct tree_node *target;

	if (n->element == EL_IMAGE)
		return n;
	if (n->element != EL_USE || href.n < 2)
		return NULL;
	target = refs_find(e->ix, str_slice(href, 1, href.n));
	if (target == NULL || target->element != EL_IMAGE)
		return NULL;
	/* Where it is moved to does not matter, only how large it is. */
	*m = geometry_multiply(*m, geometry_transform(tree_value(target, "transform")));
	return target;
}

/* From n's coordinates to those of top, which holds it. */
static struct design_matrix within(const struct tree_node *n, const struct tree_node *top)
{
	struct design_matrix m = GEOMETRY_IDENTITY;

	for (; n != top; n = n->parent)
		m = geometry_multiply(geometry_transform(tree_value(n, "transform")), m);
	return m;
}

/* Pictures that top holds. m: from its content's coordinates to the page. */
static void look_inside(struct extract *e, struct tree_node *top, struct design_matrix m)
{
	for (struct tree_node *c = tree_next(top, top); c != NULL; c = tree_next(top, c)) {
		struct design_matrix at;
		const struct tree_node *picture;

		if (c->is_text)
			continue;
		at = geometry_multiply(m, within(c, top));
		picture = picture_of(e, c, &at);
		if (picture != NULL)
			look_at(e, picture, at);
	}
}

/* Pictures of the symbol or group that a use element shows. */
static void look_at_use(struct extract *e, const struct tree_node *use, struct design_matrix m)
{
	const struct extract_scope *s = extract_scope_of(e, use);
	struct str href = tree_value(use, "href");
	struct tree_node *target = href.n < 2 ? NULL : refs_find(e->ix, str_slice(href, 1, href.n));

	if (target == NULL || !EL_IS(target->element, EL_BIT(EL_SYMBOL) | EL_BIT(EL_G)))
		return;
	m = geometry_multiply(m, geometry_transform(tree_value(target, "transform")));
	/* SVG 1.1, 5.6: as large as the use element says, else as its surroundings. */
	if (target->element == EL_SYMBOL)
		m = geometry_multiply(m,
			geometry_viewport(tree_value(target, "viewBox"),
				tree_value(target, "preserveAspectRatio"),
				value_px_or(tree_value(use, "width"), 16, s->vw, s->vw),
				value_px_or(tree_value(use, "height"), 16, s->vh, s->vh)));
	look_inside(e, target, m);
}

/* Pictures of the pattern that n is filled with, as image fills of Figma are. */
static void look_at_fill(struct extract *e, const struct tree_node *n)
{
	const struct extract_scope *s = extract_scope_of(e, n);
	struct tree_node *pattern = refs_find(e->ix, s->style.server);
	struct design_matrix m = s->m;

	if (pattern == NULL || pattern->element != EL_PATTERN
		|| tree_value(pattern, "viewBox").n > 0)
		return;
	m = geometry_multiply(m, geometry_transform(tree_value(pattern, "patternTransform")));
	if (str_eq_cz(tree_value(pattern, "patternContentUnits"), "objectBoundingBox")) {
		struct geometry_box box = geometry_shape(n, s->vw, s->vh);

		if (geometry_is_empty(box))
			return;
		m = geometry_multiply(
			m, (struct design_matrix){box.x1 - box.x0, 0, 0, box.y1 - box.y0, 0, 0});
	}
	look_inside(e, pattern, m);
}

void extract_image_tell(struct extract *e)
{
	for (struct tree_node *n = e->root; n != NULL; n = tree_next(e->root, n)) {
		const struct extract_scope *s = n->is_text ? NULL : extract_scope_of(e, n);
		const struct tree_node *picture;
		struct design_matrix m;

		if (s == NULL || n->taken || s->undrawn || s->style.absent)
			continue;
		m = s->m;
		picture = picture_of(e, n, &m);
		if (picture != NULL)
			look_at(e, picture, m);
		else if (n->element == EL_USE)
			look_at_use(e, n, m);
		else if (s->style.paint == STYLE_SERVER && s->style.server.n > 0
			&& !EL_IS(n->element, EL_BIT(EL_G) | EL_BIT(EL_SVG)))
			look_at_fill(e, n);
	}
}
