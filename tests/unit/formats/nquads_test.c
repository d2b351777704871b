// SPDX-License-Identifier: Apache-2.0
/* N-Quads: grammar, canonical form, refusals. */
#include "formats/nquads.h"
#include "tests/harness/harness.h"

#include <string.h>

/* Reads text and writes it again, without sorting. */
static void assert_rewritten(const char *text, const char *want)
{
	struct arena *a = arena_new(1 << 20);
	struct buf out = buf_new(1 << 20);
	struct nquads_set set = {0};
	struct err err = {0};

	assert_ok(nquads_parse(a, str_of(text), &set, &err), err);
	for (size_t i = 0; i < set.count; i++)
		nquads_put(&out, &set.items[i]);
	buf_put_char(&out, '\0');
	assert_string_equal((const char *)out.p, want);
	buf_free(&out);
	arena_free(&a);
}

static void assert_refused(struct str text, const char *reason)
{
	struct arena *a = arena_new(1 << 20);
	struct nquads_set set = {0};
	struct err err = {0};

	if (nquads_parse(a, text, &set, &err) != RC_INPUT)
		fail_msg("accepted: " STR_FMT, STR_ARG(text));
	if (strstr(err.text, reason) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", err.text, reason);
	arena_free(&a);
}

static void every_term_is_read_and_written(void **state)
{
	(void)state;
	assert_rewritten("<urn:s> <urn:p> <urn:o> .", "<urn:s> <urn:p> <urn:o> .\n");
	assert_rewritten("_:a\t<urn:p>_:b.c-d <urn:g>.# c\r\n\n# d\n _:0 <urn:p> \"\" _:g .",
		"_:a <urn:p> _:b.c-d <urn:g> .\n_:0 <urn:p> \"\" _:g .\n");
	assert_rewritten("", "");
}

static void dots_end_statements_not_labels(void **state)
{
	(void)state;
	assert_rewritten(
		"_:a <urn:p> _:b.\n_:a <urn:p> _:b .", "_:a <urn:p> _:b .\n_:a <urn:p> _:b .\n");
	assert_rewritten("_:\xC3\xA9\xE2\x80\xBF <urn:p> _:b..c .",
		"_:\xC3\xA9\xE2\x80\xBF <urn:p> _:b..c .\n");
}

static void literals_are_canonical(void **state)
{
	(void)state;
	assert_rewritten("_:a <urn:p> \"x\"^^<http://www.w3.org/2001/XMLSchema#string> .",
		"_:a <urn:p> \"x\" .\n");
	assert_rewritten("_:a <urn:p> \"x\"^^<urn:t> .", "_:a <urn:p> \"x\"^^<urn:t> .\n");
	assert_rewritten("_:a <urn:p> \"x\"@en-GB-x1 .", "_:a <urn:p> \"x\"@en-GB-x1 .\n");
	assert_rewritten("_:a <urn:p> \"\\t\\b\\n\\r\\f\\\"\\'\\\\\" .",
		"_:a <urn:p> \"\\t\\b\\n\\r\\f\\\"'\\\\\" .\n");
	assert_rewritten("_:a <urn:p> \"\\u0000\\u0007\\u000b\\u001F\\u007f\\u0080\" .",
		"_:a <urn:p> \"\\u0000\\u0007\\u000B\\u001F\\u007F\xC2\x80\" .\n");
	assert_rewritten("_:a <urn:p> \"\\u00e9\\U0001F600\\u2028\\uFFFD\\uFFFE\\uffff\" .",
		"_:a <urn:p> \"\xC3\xA9\xF0\x9F\x98\x80\xE2\x80\xA8\xEF\xBF\xBD\\uFFFE\\uFFFF\" "
		".\n");
	assert_rewritten("<urn:\\u00e9> <urn:p> <urn:\\U0001F600> .",
		"<urn:\xC3\xA9> <urn:p> <urn:\xF0\x9F\x98\x80> .\n");
}

static void what_is_no_statement_is_refused(void **state)
{
	static const struct {
		struct str text;
		const char *reason;
	} bad[] = {{STR("<urn:s> <urn:p> <urn:o>"), "neither an IRI"},
		{STR("<urn:s> <urn:p> .\n"), "neither an IRI"},
		{STR("<urn:s> <urn:p> <urn:o> . <urn:s>"), "line 1: something after"},
		{STR("\n\n<s> <urn:p> <urn:o> ."), "line 3: an IRI that is not absolute"},
		{STR("<urn: x> <urn:p> <urn:o> ."), "IRI"},
		{STR("<urn:\\u0020> <urn:p> <urn:o> ."), "IRI"},
		{STR("<urn:\\n> <urn:p> <urn:o> ."), "escape"},
		{STR("<urn:s <urn:p> <urn:o> ."), "IRI"},
		{STR("<urn:s> _:p <urn:o> ."), "predicate"},
		{STR("\"s\" <urn:p> <urn:o> ."), "subject"},
		{STR("<urn:s> <urn:p> <urn:o> \"g\" ."), "graph"},
		{STR("<urn:s> <urn:p> \"o ."), "without end"},
		{STR("<urn:s> <urn:p> \"o\n\" ."), "ends inside"},
		{STR("<urn:s> <urn:p> \"\\q\" ."), "escape"},
		{STR("<urn:s> <urn:p> \"\\uD800\" ."), "escape"},
		{STR("<urn:s> <urn:p> \"\\U00110000\" ."), "escape"},
		{STR("<urn:s> <urn:p> \"o\"@1 ."), "language"},
		{STR("<urn:s> <urn:p> \"o\"@en- ."), "language"},
		{STR("<urn:s> <urn:p> \"o\"@en--x ."), "language"},
		{STR("<urn:s> <urn:p> \"o\"^^_:t ."), "datatype"},
		{STR("_: <urn:p> <urn:o> ."), "label"}, {STR("_:-a <urn:p> <urn:o> ."), "label"},
		{STR("_:b.<urn:p>_:c"), "neither"}, {STR("_:b <urn:p> _:c <urn:g> ;"), "no dot"},
		{STR("_:a <urn:p> \"x\"@en, ."), "neither"},
		{STR("_a <urn:p> <urn:o> ."), "neither"}, {STR("_"), "neither"},
		{STR("\xff"), "UTF-8"}, {STR("<urn:s> <urn:p> <urn:o> .\0"), "after"},
		{STR("@prefix a: <urn:a> ."), "neither"}};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(bad); i++)
		assert_refused(bad[i].text, bad[i].reason);
}

static void a_full_arena_is_a_limit(void **state)
{
	struct arena *a = arena_new(1000);
	struct nquads_set set = {0};
	struct err err;

	(void)state;
	assert_int_equal(nquads_parse(a, STR("_:a <urn:p> _:b ."), &set, &err), RC_LIMIT);
	assert_int_equal(set.count, 0);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_term_is_read_and_written),
		cmocka_unit_test(dots_end_statements_not_labels),
		cmocka_unit_test(literals_are_canonical),
		cmocka_unit_test(what_is_no_statement_is_refused),
		cmocka_unit_test(a_full_arena_is_a_limit),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
