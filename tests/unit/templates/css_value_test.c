// SPDX-License-Identifier: Apache-2.0
/* Property values: what passes, its normal form, and what does not pass. Runs in: tests. */
#include "templates/css_sheet.h"
#include "tests/harness/harness.h"

#include <string.h>

/* form: NULL when it must be refused. */
static const struct {
	enum css_property property;
	const char *value;
	const char *form;
} cases[] = {
	{PROP_FILL, "RED", "#ff0000"},
	{PROP_FILL, "#AbC", "#aabbcc"},
	{PROP_FILL, "#11223380", "rgba(17, 34, 51, 0.502)"},
	{PROP_FILL, "rgb(10%, 0%, 100%)", "#1a00ff"},
	{PROP_FILL, "rgb(100% 0% 0% / 50%)", "rgba(255, 0, 0, 0.502)"},
	{PROP_FILL, "rgba(1,2,3,1)", "#010203"},
	{PROP_FILL, "hsl(240, 100%, 50%)", "#0000ff"},
	{PROP_FILL, "url( \"#a\" ) blue", "url(#a) #0000ff"},
	{PROP_FILL, "url(#a) none", "url(#a) none"},
	{PROP_FILL, "url(x#a)", NULL},
	{PROP_FILL, "url(#)", NULL},
	{PROP_FILL, "url(#a b)", NULL},
	{PROP_FILL, "currentcolor", "currentColor"},
	{PROP_FILL, "inherit", "inherit"},
	{PROP_FILL, "expression(1)", NULL},
	{PROP_FILL, "", NULL},
	{PROP_FILL, "#ggg", NULL},
	{PROP_FILL, "rgb(1,2)", NULL},
	{PROP_FILL, "#fff icc-color(x, 1)", "#ffffff"},
	{PROP_STOP_COLOR, "url(#a)", NULL},
	{PROP_OPACITY, "50%", "50%"},
	{PROP_OPACITY, "5px", NULL},
	{PROP_STROKE_WIDTH, "2PX", "2px"},
	{PROP_STROKE_WIDTH, "-2", NULL},
	{PROP_STROKE_WIDTH, "2e6", NULL},
	{PROP_STROKE_WIDTH, "calc(1px)", NULL},
	{PROP_STROKE_DASHOFFSET, "-2", "-2"},
	{PROP_STROKE_DASHARRAY, "1 2,3", "1, 2, 3"},
	{PROP_STROKE_DASHARRAY, "none", "none"},
	{PROP_STROKE_DASHARRAY, ".001", NULL},
	{PROP_CLIP_PATH, "url(#c)", "url(#c)"},
	{PROP_CLIP_PATH, "circle(5px)", NULL},
	{PROP_FILTER, "blur(5px)", "blur(5px)"},
	{PROP_FONT_FAMILY, "Noto Serif, \"a b\",SERIF", "'Noto Serif', 'a b', serif"},
	{PROP_FONT_FAMILY, "'a\\22 b'", NULL},
	{PROP_FONT_FAMILY, "'<b>'", NULL},
	{PROP_FONT_FAMILY, "a,,b", NULL},
	{PROP_FONT_SIZE, "12pt", "12pt"},
	{PROP_FONT_SIZE, "x-large", "x-large"},
	{PROP_FONT_SIZE, "10001", NULL},
	{PROP_FONT_SIZE, "-1", NULL},
	{PROP_FONT_WEIGHT, "450", "450"},
	{PROP_FONT_WEIGHT, "1001", NULL},
	{PROP_FONT_WEIGHT, "Bold", "bold"},
	{PROP_FONT_STYLE, "normal bold", NULL},
	{PROP_TEXT_DECORATION, "underline  overline", "underline overline"},
	{PROP_LINE_HEIGHT, "1.5", "1.5"},
	{PROP_LINE_HEIGHT, "normal", "normal"},
	{PROP_LINE_HEIGHT, "tall", NULL},
	{PROP_DISPLAY, "flex", NULL},
	{PROP_MIX_BLEND_MODE, "multiply", "multiply"},
};

static void forms(void **state)
{
	struct arena *a = arena_new(1u << 22);
	struct notes notes = {.a = a};
	struct tree_node at = {.name = STR("g")};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct css_declaration *d =
			css_sheet_attribute(cases[i].property, str_of(cases[i].value), &at, &notes);

		if ((d != NULL) != (cases[i].form != NULL))
			fail_msg("%s: %s", cases[i].value, d != NULL ? "passed" : "refused");
		if (d == NULL)
			continue;
		if (!str_eq_cz(d->value, cases[i].form))
			fail_msg("%s: " STR_FMT, cases[i].value, STR_ARG(d->value));
		d = css_sheet_attribute(cases[i].property, d->value, &at, &notes);
		assert_true(d != NULL && str_eq_cz(d->value, cases[i].form));
	}
	arena_free(&a);
}

static void every_property_refuses_addresses(void **state)
{
	static const char *const addresses[] = {
		"url(http://x/#a)", "url('//x')", "u\\72l(\"javascript:x\")", "src(x)", "image(x)"};
	struct arena *a = arena_new(1u << 22);
	struct notes notes = {.a = a};
	struct tree_node at = {.name = STR("g")};

	(void)state;
	for (unsigned p = 0; p < PROP_COUNT; p++)
		for (size_t i = 0; i < ARRAY_COUNT(addresses); i++)
			if (css_sheet_attribute(
				    (enum css_property)p, str_of(addresses[i]), &at, &notes)
				!= NULL)
				fail_msg("%s: %s passed", css_property_row(p)->name, addresses[i]);
	arena_free(&a);
}

static void sheets_survive_nonsense(void **state)
{
	struct arena *a = arena_new(1u << 22);
	struct notes notes = {.a = a};
	struct tree_node at = {.name = STR("style")};
	struct css_sheet sheet = {NULL, NULL, 0, 0};
	struct tree_attr cls = {.name = STR("class"), .value = STR(" x  y ")};
	struct tree_node g = {.name = STR("g")};
	struct tree_node rect = {.name = STR("rect"), .attrs = &cls, .parent = &g};
	uint32_t strength;
	uint64_t steps = 0;
	struct err err;

	(void)state;
	assert_ok(css_sheet_add(&sheet,
			  STR("}x{fill:red}@media x{a{fill:red}} g .y.x, "
			      "circle{fill:blue;;fill:nonsense;stroke}a:b{fill:red}"),
			  &at, &notes, &err),
		err);
	assert_non_null(sheet.first);
	assert_true(css_sheet_match(sheet.first, &rect, &strength, &steps));
	assert_int_equal(strength, 0x201);
	/* circle; then .y, .x and, around it, g. */
	assert_int_equal(steps, 4);
	assert_false(css_sheet_match(sheet.first, &g, &strength, &steps));
	assert_true(str_eq_cz(sheet.first->declarations->value, "#0000ff"));
	assert_null(sheet.first->declarations->next);
	assert_int_equal(notes.count, 5);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forms),
		cmocka_unit_test(every_property_refuses_addresses),
		cmocka_unit_test(sheets_survive_nonsense),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
