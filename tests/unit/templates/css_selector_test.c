// SPDX-License-Identifier: Apache-2.0
/* Selectors: what they match, what they weigh, what they may cost. */
#include "templates/css_selector.h"
#include "templates/limits.h"
#include "tests/harness/harness.h"

static struct tree_node *add(struct arena *a, struct tree_node *parent, const char *name,
	const char *id, const char *cls)
{
	struct tree_node *n = tree_new(a, parent);

	n->name = str_of(name);
	if (id[0] != '\0')
		tree_set_attr(a, n, "id", str_of(id));
	if (cls[0] != '\0')
		tree_set_attr(a, n, "class", str_of(cls));
	return n;
}

/* <svg><g id=g class="p"> <rect id=a class="x y"/><rect id=b class="x"/><circle id=c/><text id=t>a */
static struct tree_node *drawing(struct arena *a)
{
	struct tree_node *svg = add(a, NULL, "svg", "s", "");
	struct tree_node *g = add(a, svg, "g", "g", "p");
	struct tree_node *space = tree_new(a, g);
	struct tree_node *letter;

	space->is_text = true;
	space->text = STR(" ");
	add(a, g, "rect", "a", "x y");
	add(a, g, "rect", "b", " x ");
	add(a, g, "circle", "c", "");
	letter = tree_new(a, add(a, g, "text", "t", ""));
	letter->is_text = true;
	letter->text = STR("a");
	tree_place(svg);
	return svg;
}

static struct css_selector *read(struct arena *a, const char *text)
{
	struct css_lexer lx = {.a = a, .in = str_of(text)};
	struct css_token t;

	css_token_next(&lx, &t);
	return css_selector_read(&lx, &t);
}

static const struct {
	const char *selector;
	const char *ids; /* of what it matches, in document order */
	uint32_t specificity;
} rows[] = {
	{"*", "sgabct", 0},
	{"rect", "ab", 1},
	{"g>rect.x", "ab", 0x102},
	{"svg > rect", "", 2},
	{"svg rect", "ab", 2},
	{"rect+rect", "b", 2},
	{"rect + circle", "c", 2},
	{"rect ~ text", "t", 2},
	{"text ~ rect", "", 2},
	{".p > .x + .x ~ text", "t", 0x301},
	{"svg g .x ~ circle", "c", 0x103},
	{"#a.y", "a", 0x10100},
	{"[id]", "sgabct", 0x100},
	{"[id=a]", "a", 0x100},
	{"[class='x y']", "a", 0x100},
	{"[class~=y]", "a", 0x100},
	{"[class^='x ']", "a", 0x100},
	{"[class$=y]", "a", 0x100},
	{"[class*=' ']", "ab", 0x100},
	{"[id|=g]", "g", 0x100},
	{"[id=A i]", "a", 0x100},
	{"[class~='']", "", 0x100},
	{"[class^='']", "", 0x100},
	{":root", "s", 0x100},
	{"rect:first-child", "a", 0x101},
	{":last-child", "sgt", 0x100},
	{"rect:nth-child(2)", "b", 0x101},
	{":nth-child(odd)", "sgac", 0x100},
	{":nth-child( 2n + 2 )", "bt", 0x100},
	{"g :nth-child(-n+2)", "ab", 0x101},
	{"g :nth-child(n+3)", "ct", 0x101},
	{"g :nth-last-child(2)", "c", 0x101},
	{"rect:last-of-type", "b", 0x101},
	{"rect:nth-of-type(1)", "a", 0x101},
	{"circle:only-of-type", "c", 0x101},
	{":only-child", "sg", 0x100},
	{"g :empty", "abc", 0x101},
	{"g :not(rect)", "ct", 2},
	{"rect:not(.x.y)", "b", 0x201},
	{"rect:not(:first-child)", "b", 0x101},
	{"g > :not([class])", "ct", 0x101},
	{":visited", "", 0x100},
};

static void matches(void **state)
{
	struct arena *a = arena_new(1u << 22);
	struct tree_node *svg = drawing(a);

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
		struct css_selector *s = read(a, rows[i].selector);
		char ids[8] = "";
		size_t count = 0;
		uint64_t steps = 0;

		if (s == NULL)
			fail_msg("%s: not known", rows[i].selector);
		for (struct tree_node *n = svg; n != NULL; n = tree_next(svg, n))
			if (!n->is_text && css_selector_match(s, n, &steps))
				ids[count++] = tree_value(n, "id").p[0];
		if (!str_eq_cz((struct str){ids, count}, rows[i].ids))
			fail_msg("%s: matches %s, not %s", rows[i].selector, ids, rows[i].ids);
		if (s->specificity != rows[i].specificity)
			fail_msg("%s: weighs %x", rows[i].selector, s->specificity);
	}
	arena_free(&a);
}

static void unknown(void **state)
{
	static const char *const bad[] = {"", ">a", "a>", "a>>b", "a:hover", "a::before", "a:is(b)",
		":not()", ":not(a,b)", ":not(:not(a))", "[a", "[a=]", "[a=5]", "[=a]", "[a!=b]",
		":nth-child()", ":nth-child(x)", ":nth-child(2 of a)", ":nth-child(1.5)",
		":nth-child(9999999)", ".5", "a#", "*a", ".ab", "a b c d e f g h i",
		".a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a"};
	struct arena *a = arena_new(1u << 22);

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(bad); i++)
		if ((read(a, bad[i]) == NULL) != (i != 23))
			fail_msg("%s", bad[i]);
	arena_free(&a);
}

/* Links are groups by the time they are matched; what was pruned still counts as a sibling. */
static void as_in_the_file(void **state)
{
	struct arena *a = arena_new(1u << 22);
	struct tree_node *svg = drawing(a);
	struct tree_node *g = svg->first;
	uint64_t steps = 0;

	(void)state;
	g->written = STR("a");
	assert_true(css_selector_match(read(a, "a > rect"), g->last->prev->prev, &steps));
	assert_false(css_selector_match(read(a, "g > rect"), g->last->prev->prev, &steps));
	g->last->prev->prev->prev->gone = true;
	assert_false(css_selector_match(read(a, "rect:first-child"), g->last->prev->prev, &steps));
	tree_sweep(svg);
	assert_true(str_eq_cz(tree_value(g->last->prev->prev, "id"), "b"));
	assert_true(g->last->prev->prev->prev->is_text);
	arena_free(&a);
}

/* Every way to try again multiplies; what cannot help is not tried, and the rest is counted. */
static void cost_is_bounded(void **state)
{
	struct arena *a = arena_new(1u << 26);
	struct tree_node *svg = add(a, NULL, "svg", "", "");
	struct tree_node *n = svg;
	uint64_t steps = 0;

	(void)state;
	for (int depth = 0; depth < 200; depth++) {
		for (int i = 0; i < 20; i++)
			add(a, n, "g", "", "x");
		n = add(a, n, "g", "", "x");
	}
	tree_place(svg);
	assert_false(css_selector_match(read(a, "q .x .x ~ .x .x ~ .x .x ~ .x"), n, &steps));
	assert_true(steps < 20000);
	steps = 0;
	assert_false(css_selector_match(read(a, "q > .x .x ~ .x > .x ~ .x > .x ~ .x"), n, &steps));
	assert_true(steps < 1000000);
	steps = LIMIT_CSS_MATCHES + 1;
	assert_false(css_selector_match(read(a, ".x"), n, &steps));
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(matches),
		cmocka_unit_test(unknown),
		cmocka_unit_test(as_in_the_file),
		cmocka_unit_test(cost_is_bounded),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
