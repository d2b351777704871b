// SPDX-License-Identifier: Apache-2.0
/* Pictures that are too coarse. Pictures inside patterns and symbols are not looked at. Runs in: intake. */
#include "templates/extract_image.h"

#include "base/text.h"
#include "templates/names.h"

#include <math.h>

/* What an office printer shows without steps; viewers draw fewer as blocks. */
#define PPI_MIN 150
#define CSS_PPI 96

/* CSS pixels that a pixel of the picture takes on the page; 0: it cannot be told. */
static double pixel_size(const struct extract *e, const struct tree_node *n)
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
	return x * geometry_scale(s->m);
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

void extract_image_tell(struct extract *e)
{
	for (struct tree_node *n = e->root; n != NULL; n = tree_next(e->root, n)) {
		double size;

		if (n->is_text || n->element != EL_IMAGE || n->image_width == 0 || n->taken
			|| extract_scope_of(e, n)->undrawn || extract_scope_of(e, n)->style.absent)
			continue;
		size = pixel_size(e, n);
		if (size > 0 && CSS_PPI / size < PPI_MIN - 0.5 && n->image_width > 1
			&& n->image_height > 1)
			tell(e, n, size);
	}
}
