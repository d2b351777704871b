// SPDX-License-Identifier: Apache-2.0
/* Weights of filter primitives, counts of vertices. Runs in: intake. */
#include "templates/refs_weight.h"

#include "templates/css_property.h"
#include "templates/geometry.h"
#include "templates/names.h"
#include "templates/rules.h"
#include "templates/value.h"

#include <math.h>

/* Pixels to a CSS pixel at 300 dpi: radii grow with the resolution. */
#define PIXELS 3.125

/* One or two numbers of an attribute; the second is the first when it is not there. */
static void read_pair(const struct tree_node *n, const char *name, double otherwise, double v[2])
{
	size_t count = value_number_list(tree_value(n, name), v, 2);

	if (count == 0)
		v[0] = otherwise;
	if (count < 2)
		v[1] = v[0];
}

/* librsvg looks at every neighbour of every pixel. */
static double morphology(const struct tree_node *n)
{
	double v[2];

	read_pair(n, "radius", 0, v);
	return 1 + (2 * v[0] * PIXELS + 1) * (2 * v[1] * PIXELS + 1) / 10;
}

static double convolution(const struct tree_node *n)
{
	double v[2];

	read_pair(n, "order", 3, v);
	return 1 + v[0] * v[1] / 10;
}

static double turbulence(const struct tree_node *n)
{
	double v[2];

	read_pair(n, "numOctaves", 1, v);
	return 1 + 26 * fmax(v[0], 1);
}

double refs_weight_filter(const struct tree_node *n)
{
	switch (n->element) {
	case EL_FE_MORPHOLOGY:
		return morphology(n);
	case EL_FE_CONVOLVE:
		return convolution(n);
	case EL_FE_TURBULENCE:
		return turbulence(n);
	case EL_FE_BLUR:
	case EL_FE_DIFFUSE:
	case EL_FE_SPECULAR:
		return 5;
	case EL_FE_DROP_SHADOW:
		return 8;
	case EL_FE_MERGE_NODE:
		return 1;
	default:
		return EL_IS(n->element, EL_PRIMITIVES) ? 1 : 0;
	}
}

double refs_weight_functions(struct str filter)
{
	double weight = 0;

	for (size_t i = 0; i < filter.n; i++) {
		struct str before = str_slice(filter, 0, i);

		if (filter.p[i] != '(' || str_ends(before, STR("url"))
			|| str_ends(before, STR("rgba")))
			continue;
		weight += str_ends(before, STR("blur"))   ? 5
			: str_ends(before, STR("shadow")) ? 8
							  : 1;
	}
	return weight;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Each number may be a vertex ("h1h1"), and so may each closing of the path. */
double refs_weight_vertices(const struct tree_node *n)
{
	struct str s = n->element == EL_PATH ? tree_value(n, "d") : tree_value(n, "points");
	double count = 2;
	bool in = false; /* within a number */
	bool dot = false; /* which had its dot */

	for (size_t i = 0; i < s.n && RULE_ON(RULE_COST_VERTICES); i++) {
		bool begins = is_digit(s.p[i]) ? !in : s.p[i] == '.' && (!in || dot);

		count += begins || (s.p[i] | 32) == 'z' ? 1 : 0;
		dot = s.p[i] == '.' || (dot && is_digit(s.p[i]));
		in = is_digit(s.p[i]) || s.p[i] == '.';
	}
	return count;
}

double refs_weight_dash(const struct tree_node *n)
{
	struct str list = STR("");
	struct value_length l;
	double sum = 0;
	double count = 0;

	for (; n != NULL && (list.n == 0 || str_eq_cz(list, "inherit")); n = n->parent)
		list = tree_prop(n, PROP_STROKE_DASHARRAY);
	for (size_t at = 0; value_length(list, &at, &l); at = value_skip_comma(list, at)) {
		sum += value_px(l, 0, 0);
		count++;
	}
	return count > 0 ? 2 * sum / count : 0;
}

static double side_or(const struct tree_node *n, const char *name, double otherwise)
{
	struct value_length l;
	bool own = value_whole_length(tree_value(n, name), &l) && l.unit != UNIT_PERCENT;

	return own ? value_px(l, 16, 0) : otherwise;
}

double refs_weight_growth(const struct tree_node *n, const struct tree_node *to, double w, double h)
{
	struct design_matrix m = geometry_transform(tree_value(n, "transform"));
	const struct tree_node *view = NULL;

	if (n->element == EL_SVG && n->parent != NULL)
		view = n;
	else if (n->element == EL_USE && to != NULL && to->element == EL_SYMBOL)
		view = to;
	if (view != NULL)
		m = geometry_multiply(m,
			geometry_viewport(tree_value(view, "viewBox"),
				tree_value(view, "preserveAspectRatio"), side_or(n, "width", w),
				side_or(n, "height", h)));
	return fmax(hypot(m.a, m.b), hypot(m.c, m.d));
}
