// SPDX-License-Identifier: Apache-2.0
/* Placing lines along paths and downwards. Runs in: intake. */
#include "templates/extract_place.h"

#include "templates/names.h"
#include "templates/value.h"

#include <math.h>

/* Of a path's data: hundreds of texts may name the same long one. */
#define PATH_MAX_LEN 16384u
/* A vertical line is centred on its x; how far that is above the baseline, in sizes. */
#define CENTRE 0.35
/* Of a matrix: well within what a compiled template takes. */
#define PLACE_MAX 1e5

static struct design_matrix along_path(const struct extract *e, const struct extract_line *l)
{
	const struct extract_scope *s = extract_scope_of(e, l->text_path);
	struct str href = tree_value(l->text_path, "href");
	const struct tree_node *path =
		href.n > 1 ? refs_find(e->ix, str_slice(href, 1, href.n)) : NULL;
	double width = extract_line_width(l->text, l->style->size)
		+ l->style->letter_spacing * (double)str_char_count(l->text);
	struct design_matrix place = GEOMETRY_IDENTITY;
	struct value_length offset;
	struct str d;
	double at = 0;

	if (path == NULL)
		return place;
	d = str_slice(tree_value(path, "d"), 0, PATH_MAX_LEN);
	if (value_whole_length(tree_value(l->text_path, "startOffset"), &offset))
		at = value_px(offset, s->style.size,
			offset.unit == UNIT_PERCENT ? geometry_path_length(d) : 0);
	if (l->style->anchor == ANCHOR_START)
		at += width / 2;
	else if (l->style->anchor == ANCHOR_END)
		at -= width / 2;
	geometry_path_place(d, at, &place);
	return geometry_multiply(geometry_transform(tree_value(path, "transform")), place);
}

/* In the text element's coordinates. */
static struct design_matrix place_of(const struct extract *e, const struct extract_line *line)
{
	if (line->text_path != NULL)
		return along_path(e, line);
	if (!line->style->vertical)
		return GEOMETRY_IDENTITY;
	/* A quarter turn around the line's beginning. */
	return (struct design_matrix){
		0, 1, -1, 0, line->x + line->y - CENTRE * line->style->size, line->y - line->x};
}

struct design_matrix extract_place_of(
	const struct extract *e, const struct tree_node *text, const struct extract_line *line)
{
	struct design_matrix m = extract_scope_of(e, text)->m;
	struct design_matrix placed = geometry_multiply(m, place_of(e, line));
	struct design_matrix unused;

	/* Far away on a wild path: nobody sees it, and no record carries it. */
	if (!geometry_invert(placed, &unused) || fabs(placed.e) > PLACE_MAX
		|| fabs(placed.f) > PLACE_MAX || geometry_scale(placed) > PLACE_MAX)
		return m;
	return placed;
}
