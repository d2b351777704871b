// SPDX-License-Identifier: Apache-2.0
/* transform and filter: what librsvg 2.54 draws passes, in one form; the rest does not. */
#include "templates/css_sheet.h"
#include "tests/harness/harness.h"

static const struct {
	enum css_property property;
	const char *value;
	const char *form; /* NULL: it is not allowed */
} rows[] = {
	{PROP_TRANSFORM, "none", "none"},
	{PROP_TRANSFORM, "translate(8px, 9)", "matrix(1,0,0,1,8,9)"},
	{PROP_TRANSFORM, "translateX(8px)translateY(-1.5px)",
		"matrix(1,0,0,1,8,0) matrix(1,0,0,1,0,-1.5)"},
	{PROP_TRANSFORM, "scale(2)", "matrix(2,0,0,2,0,0)"},
	{PROP_TRANSFORM, "scale(2,.5) scaleX(3) scaleY(4)",
		"matrix(2,0,0,0.5,0,0) matrix(3,0,0,1,0,0) matrix(1,0,0,4,0,0)"},
	{PROP_TRANSFORM, "skewX(45deg)", "matrix(1,0,1,1,0,0)"},
	{PROP_TRANSFORM, "skewY(50grad)", "matrix(1,1,0,1,0,0)"},
	{PROP_TRANSFORM, "skew(45,45deg)", "matrix(1,1,1,1,0,0)"},
	{PROP_TRANSFORM, "matrix(1,2,3,4,5,6)", "matrix(1,2,3,4,5,6)"},
	{PROP_TRANSFORM, "rotate(0)", "matrix(1,0,-0,1,0,0)"},
	{PROP_TRANSFORM, "rotate(1turn)", NULL},
	{PROP_TRANSFORM, "rotate(9,5,5)", NULL},
	{PROP_TRANSFORM, "rotate(9deg", NULL},
	{PROP_TRANSFORM, "translate(8px 9px)", NULL},
	{PROP_TRANSFORM, "translate(8px,)", NULL},
	{PROP_TRANSFORM, "translate(8mm)", NULL},
	{PROP_TRANSFORM, "translate(8%)", NULL},
	{PROP_TRANSFORM, "translate(1e9px)", NULL},
	{PROP_TRANSFORM, "matrix(1 2 3 4 5 6)", NULL},
	{PROP_TRANSFORM, "matrix(1,2,3,4,5,6,7)", NULL},
	{PROP_TRANSFORM, "skewX(90deg)", NULL},
	{PROP_TRANSFORM, "Scale(2)", NULL},
	{PROP_TRANSFORM, "scale(2),scale(3)", NULL},
	{PROP_TRANSFORM, "perspective(3px)", NULL},
	{PROP_FILTER, "blur(2px)", "blur(2px)"},
	{PROP_FILTER, "BLUR()", "blur()"},
	{PROP_FILTER, "blur(1px) url(#f) grayscale(50%)", "blur(1px) url(#f) grayscale(50%)"},
	{PROP_FILTER, "drop-shadow(4px -4px 2px red)", "drop-shadow(4px -4px 2px #ff0000)"},
	{PROP_FILTER, "drop-shadow(rgba(0,0,0,.5) 4px 4px)",
		"drop-shadow(4px 4px rgba(0, 0, 0, 0.502))"},
	{PROP_FILTER, "drop-shadow(4 4)", "drop-shadow(4 4)"},
	{PROP_FILTER, "hue-rotate(100grad)", "hue-rotate(90deg)"},
	{PROP_FILTER, "hue-rotate() invert(1) sepia()", "hue-rotate() invert(1) sepia()"},
	{PROP_FILTER, "blur(501px)", NULL},
	{PROP_FILTER, "blur(-1px)", NULL},
	{PROP_FILTER, "blur(1px 1px)", NULL},
	{PROP_FILTER, "blur(inherit)", NULL},
	{PROP_FILTER, "drop-shadow(4px)", NULL},
	{PROP_FILTER, "drop-shadow(red 4px 4px blue)", NULL},
	{PROP_FILTER, "drop-shadow(600px 4px)", NULL},
	{PROP_FILTER, "drop-shadow(4px 4px url(#a))", NULL},
	{PROP_FILTER, "invert(-1)", NULL},
	{PROP_FILTER, "hue-rotate(1turn)", NULL},
	{PROP_FILTER, "blur(1px),blur(1px)", NULL},
	{PROP_FILTER, "blur(1px) none", NULL},
	{PROP_FILTER, "url(#a) url(#b)", NULL},
	{PROP_FILTER, "blur(1px) url(http://x/#a)", NULL},
	{PROP_FILTER, "expression(1)", NULL},
	{PROP_FILTER, "blur(1px", NULL},
};

static void forms(void **state)
{
	struct arena *a = arena_new(1u << 22);
	struct notes notes = {.a = a};
	struct tree_node at = {.name = STR("g")};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
		struct css_declaration *d =
			css_sheet_attribute(rows[i].property, str_of(rows[i].value), &at, &notes);

		if ((d == NULL) != (rows[i].form == NULL))
			fail_msg("%s: %s", rows[i].value, d == NULL ? "refused" : "passed");
		if (d == NULL)
			continue;
		if (!str_eq_cz(d->value, rows[i].form))
			fail_msg("%s: " STR_FMT, rows[i].value, STR_ARG(d->value));
		d = css_sheet_attribute(rows[i].property, d->value, &at, &notes);
		if (d == NULL || !str_eq_cz(d->value, rows[i].form))
			fail_msg("%s: otherwise the second time", rows[i].value);
	}
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(forms)};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
