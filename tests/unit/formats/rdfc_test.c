// SPDX-License-Identifier: Apache-2.0
/* RDFC-1.0: names that do not depend on names, work that ends. */
#include "formats/rdfc.h"
#include "tests/harness/harness.h"

#include <string.h>

static enum rc canonize(struct arena *a, struct str text, struct rdfc_result *out, struct err *err)
{
	struct nquads_set set = {0};

	assert_ok(nquads_parse(a, text, &set, err), *err);
	return rdfc_canonize(a, &set, RDFC_SHA256, out, err);
}

static void assert_canonical(const char *text, const char *want)
{
	struct arena *a = arena_new(16 << 20);
	struct rdfc_result r;
	struct err err = {0};

	assert_ok(canonize(a, str_of(text), &r, &err), err);
	if (!str_eq_cz(r.nquads, want))
		fail_msg("got:\n" STR_FMT "want:\n%s", STR_ARG(r.nquads), want);
	arena_free(&a);
}

static void datasets_are_sorted_sets(void **state)
{
	(void)state;
	assert_canonical("", "");
	assert_canonical("<urn:s> <urn:p> <urn:o> .\n<urn:s> <urn:p> <urn:o> .",
		"<urn:s> <urn:p> <urn:o> .\n");
	/* Whole lines: '/' sorts before '>'. */
	assert_canonical("<urn:a> <urn:p> \"1\" .\n<urn:a/b> <urn:p> \"1\" .",
		"<urn:a/b> <urn:p> \"1\" .\n<urn:a> <urn:p> \"1\" .\n");
	assert_canonical("_:x <urn:p> \"1\" .\n_:x <urn:p> \"1\" .", "_:c14n0 <urn:p> \"1\" .\n");
}

/* A graph's name is a blank node as any other. */
static void graphs_have_names(void **state)
{
	(void)state;
	assert_canonical(
		"_:proof <urn:purpose> <urn:assertion> _:g .\n_:proof <urn:created> \"t\" .",
		"_:c14n0 <urn:created> \"t\" .\n_:c14n0 <urn:purpose> <urn:assertion> _:c14n1 .\n");
}

/* As of one endorsement in two places of a badge: each statement of a proof names its graph once more. */
static void twins_in_graphs_are_told_apart(void **state)
{
	struct arena *a = arena_new(32 << 20);
	struct buf text = buf_new(1 << 16);
	struct rdfc_result r;
	struct err err = {0};

	(void)state;
	for (int twin = 0; twin < 2; twin++) {
		buf_fmt(&text, "<urn:e> <urn:proof> _:g%d .\n", twin);
		for (int i = 0; i < 12; i++)
			buf_fmt(&text, "_:p%d <urn:%c> \"x\" _:g%d .\n", twin, 'a' + i, twin);
	}
	assert_ok(canonize(a, buf_str(&text), &r, &err), err);
	assert_int_equal(r.name_count, 4);
	buf_free(&text);
	arena_free(&a);
}

/* W3C rdf-canon test 020's shape: a diamond. Names follow hashes, not order or labels. */
static void diamonds_have_one_form(void **state)
{
	static const char *const forms[] = {"<urn:r> <urn:p> _:a .\n<urn:r> <urn:p> _:b .\n_:a "
					    "<urn:q> _:c .\n_:b <urn:q> _:c .",
		"_:1 <urn:q> _:0 .\n_:2 <urn:q> _:0 .\n<urn:r> <urn:p> _:2 .\n<urn:r> <urn:p> _:1 "
		"."};
	struct arena *a = arena_new(16 << 20);
	struct rdfc_result r[2];
	struct err err = {0};

	(void)state;
	for (size_t i = 0; i < 2; i++)
		assert_ok(canonize(a, str_of(forms[i]), &r[i], &err), err);
	assert_true(str_eq(r[0].nquads, r[1].nquads));
	assert_int_equal(r[0].name_count, 3);
	arena_free(&a);
}

/* A cycle of n nodes, labels shuffled by step; step and n have no common factor. */
static struct str cycle(struct arena *a, unsigned n, unsigned step, const char *prefix)
{
	struct buf text = buf_new(1 << 20);
	struct str s;

	for (unsigned i = 0; i < n; i++)
		buf_fmt(&text, "_:%s%u <urn:p> _:%s%u .\n", prefix, i * step % n, prefix,
			(i + 1) * step % n);
	s = str_dup(a, buf_str(&text));
	buf_free(&text);
	return s;
}

static void cycles_are_told_apart_by_their_length(void **state)
{
	struct arena *a = arena_new(16 << 20);
	struct rdfc_result r[3];
	struct err err = {0};

	(void)state;
	assert_ok(canonize(a, cycle(a, 7, 1, "a"), &r[0], &err), err);
	assert_ok(canonize(a, cycle(a, 7, 3, "z"), &r[1], &err), err);
	assert_ok(canonize(a, cycle(a, 8, 1, "a"), &r[2], &err), err);
	assert_true(str_eq(r[0].nquads, r[1].nquads));
	assert_false(str_eq(r[0].nquads, r[2].nquads));
	assert_true(r[0].is_costly);
	arena_free(&a);
}

/* Every label gets its own name, and renaming the input by it gives the output. */
static void names_say_who_became_what(void **state)
{
	struct arena *a = arena_new(16 << 20);
	struct rdfc_result r;
	struct err err = {0};

	(void)state;
	assert_ok(canonize(a, STR("_:e0 <urn:p> \"0\" .\n_:e1 <urn:p> _:e0 ."), &r, &err), err);
	assert_int_equal(r.name_count, 2);
	for (size_t i = 0; i < 2; i++) {
		struct str line = str_fmt(a, "_:" STR_FMT " <urn:p> ", STR_ARG(r.names[i].issued));

		assert_true(str_find_str(r.nquads, line) < r.nquads.n);
	}
	assert_true(str_eq_cz(r.names[0].label, "e0") && str_eq_cz(r.names[1].label, "e1"));
	assert_false(str_eq(r.names[0].issued, r.names[1].issued));
	assert_false(r.is_costly);
	arena_free(&a);
}

static void sha384_names_otherwise(void **state)
{
	static const char text[] = "_:a <urn:p> \"1\" .\n_:b <urn:p> \"2\" .\n_:c <urn:p> \"3\" .\n"
				   "_:d <urn:p> \"4\" .\n_:e <urn:p> \"5\" .\n";
	struct arena *a = arena_new(16 << 20);
	struct nquads_set set = {0};
	struct rdfc_result r[2];
	struct err err = {0};

	(void)state;
	assert_ok(nquads_parse(a, str_of(text), &set, &err), err);
	assert_ok(rdfc_canonize(a, &set, RDFC_SHA256, &r[0], &err), err);
	assert_ok(rdfc_canonize(a, &set, RDFC_SHA384, &r[1], &err), err);
	assert_int_equal(r[0].nquads.n, r[1].nquads.n);
	assert_false(str_eq(r[0].nquads, r[1].nquads));
	arena_free(&a);
}

static struct str clique(struct arena *a, unsigned n)
{
	struct buf text = buf_new(1 << 20);
	struct str s;

	for (unsigned i = 0; i < n; i++) {
		for (unsigned k = 0; k < n; k++) {
			if (i != k)
				buf_fmt(&text, "_:n%u <urn:p> _:n%u .\n", i, k);
		}
	}
	s = str_dup(a, buf_str(&text));
	buf_free(&text);
	return s;
}

static void poison_ends_as_a_limit(void **state)
{
	struct arena *a = arena_new(16 << 20);
	struct rdfc_result r;
	struct err err = {0};

	(void)state;
	assert_ok(canonize(a, clique(a, 4), &r, &err), err);
	assert_int_equal(canonize(a, clique(a, 12), &r, &err), RC_LIMIT);
	assert_non_null(strstr(err.text, "too much work"));
	arena_free(&a);
}

/* Deep, not poisonous: the calls that wait are no C stack. */
static void long_cycles_are_no_crash(void **state)
{
	struct arena *a = arena_new(64 << 20);
	struct rdfc_result r;
	struct err err = {0};

	(void)state;
	assert_ok(canonize(a, cycle(a, 80, 1, "n"), &r, &err), err);
	assert_int_equal(r.name_count, 80);
	assert_int_equal(canonize(a, cycle(a, 20000, 1, "n"), &r, &err), RC_LIMIT);
	arena_free(&a);
}

static void disputed_order_is_told(void **state)
{
	static const struct {
		const char *text;
		bool differs;
	} cases[] = {{"<urn:s> <urn:p> \"\\uFF5E\" .\n<urn:s> <urn:p> \"\\U0001F600\" .", true},
		{"<urn:s> <urn:p> \"\\uE000\" .\n<urn:s> <urn:p> \"b\" .\n<urn:s> <urn:p> "
		 "\"\\U0010FFFD\" .",
			true},
		/* Not in the result, whose lines differ before, but in a node's hash. */
		{"_:a <urn:p> \"\\uFF5E\" .\n_:a <urn:p> \"\\U0001F600\" .", true},
		{"<urn:s> <urn:p> \"\\uD7FF\" .\n<urn:s> <urn:p> \"\\U0001F600\" .", false},
		{"<urn:s> <urn:p> \"\\uFF5E\" .\n<urn:s> <urn:q> \"\\U0001F600\" .", false}};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct arena *a = arena_new(16 << 20);
		struct rdfc_result r;
		struct err err = {0};

		assert_ok(canonize(a, str_of(cases[i].text), &r, &err), err);
		assert_int_equal(r.order_differs, cases[i].differs);
		arena_free(&a);
	}
}

static void a_full_arena_is_a_limit(void **state)
{
	struct arena *a = arena_new(32 << 10);
	struct rdfc_result r;
	struct err err = {0};

	(void)state;
	assert_int_equal(canonize(a, STR("_:a <urn:p> _:b ."), &r, &err), RC_OK);
	arena_free(&a);
	a = arena_new(12000);
	assert_int_equal(canonize(a, STR("_:a <urn:p> _:b ."), &r, &err), RC_LIMIT);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(datasets_are_sorted_sets),
		cmocka_unit_test(graphs_have_names),
		cmocka_unit_test(twins_in_graphs_are_told_apart),
		cmocka_unit_test(diamonds_have_one_form),
		cmocka_unit_test(cycles_are_told_apart_by_their_length),
		cmocka_unit_test(names_say_who_became_what),
		cmocka_unit_test(sha384_names_otherwise),
		cmocka_unit_test(poison_ends_as_a_limit),
		cmocka_unit_test(long_cycles_are_no_crash),
		cmocka_unit_test(disputed_order_is_told),
		cmocka_unit_test(a_full_arena_is_a_limit),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
