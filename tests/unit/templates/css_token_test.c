// SPDX-License-Identifier: Apache-2.0
/* CSS tokens: escapes decoded before anything looks at them. Runs in: tests. */
#include "base/buf.h"
#include "templates/css_token.h"
#include "tests/harness/harness.h"

/* Kinds as letters, texts in brackets: short enough to compare whole. */
static struct str spell(struct arena *a, const char *css)
{
	static const char kinds[] = "$ ifahsunpd.!";
	struct css_lexer lx = {.a = a, .in = str_of(css)};
	struct buf out = buf_new(4096);
	struct css_token t;
	struct str s;

	for (css_token_next(&lx, &t); t.kind != CSS_END; css_token_next(&lx, &t)) {
		buf_put_char(&out, kinds[t.kind]);
		if (t.kind != CSS_SPACE)
			buf_fmt(&out, "[" STR_FMT STR_FMT "]", STR_ARG(t.text), STR_ARG(t.unit));
	}
	s = str_dup(a, buf_str(&out));
	buf_free(&out);
	return s;
}

static void spellings(void **state)
{
	static const struct {
		const char *css;
		const char *tokens;
	} cases[] = {
		{"fill:red", "i[fill].[:]i[red]"},
		{"f\\69ll \\66 ill", "i[fill] i[fill]"},
		{"u\\72l(#a)", "u[#a]"},
		{"\\75\\72\\6c( '#a' )", "u[#a]"},
		{"URL(http://x)", "u[http://x]"},
		{"url(a b)", "![a]"},
		{"url(\\61)", "![\\61]"},
		{"url('a'b)", "![a]"},
		{"ur/**/l(x)", "i[ur]f[l]i[x].[)]"},
		{"1.5e3px -2% +.5 3", "d[1.5e3px] p[-2] n[+.5] n[3]"},
		{"1em 1e3m", "d[1em] d[1e3m]"},
		{"'a\\27 b' \"c", "s[a'b] s[c]"},
		{"'a\\\nb'", "s[ab]"},
		{"'a\nb'", "![a] i[b]s[]"},
		{"#fff #\\31 a", "h[fff] h[1a]"},
		{"@\\69mport", "a[import]"},
		{"/* x */ <!-- a -->", "  i[a]  "},
		{"/* open", ""},
		{"\\0 \\110000 ", "i[\xef\xbf\xbd\xef\xbf\xbd]"},
		{"-a --b -1 -", "i[-a] i[--b] n[-1] .[-]"},
		{"rgb(1,2)", "f[rgb]n[1].[,]n[2].[)]"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct arena *a = arena_new(1u << 20);
		struct str got = spell(a, cases[i].css);

		if (!str_eq_cz(got, cases[i].tokens))
			fail_msg("%s: " STR_FMT " instead of %s", cases[i].css, STR_ARG(got),
				cases[i].tokens);
		arena_free(&a);
	}
}

static void lines_are_counted(void **state)
{
	struct arena *a = arena_new(1u << 20);
	struct css_lexer lx = {.a = a, .in = STR("a\n/*\n*/\nb")};
	struct css_token t;

	(void)state;
	css_token_next(&lx, &t);
	assert_int_equal(t.line, 0);
	css_token_next(&lx, &t);
	css_token_next(&lx, &t);
	css_token_next(&lx, &t);
	assert_int_equal(t.line, 3);
	arena_free(&a);
}

/* A sheet of nothing but quotes must not cost the square of its length. */
static void memory_stays_linear(void **state)
{
	struct arena *a = arena_new(64u << 20);
	char *quotes = arena_alloc(a, 1u << 20);
	struct css_lexer lx = {.a = a, .in = {quotes, 1u << 20}};
	struct css_token t;

	(void)state;
	for (size_t i = 0; i < 1u << 20; i++)
		quotes[i] = '"';
	do
		css_token_next(&lx, &t);
	while (t.kind != CSS_END);
	assert_true(arena_used_len(a) < 32u << 20);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spellings),
		cmocka_unit_test(lines_are_counted),
		cmocka_unit_test(memory_stays_linear),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
