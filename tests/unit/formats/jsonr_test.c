// SPDX-License-Identifier: Apache-2.0
/* Strict JSON: what is read, what is refused, where. */
#include "base/buf.h"
#include "formats/jsonr.h"
#include "tests/harness/harness.h"

#include <string.h>

static const struct jsonr_limits limits = {1000, 100};

static const struct jsonr_value *read_text(struct arena *a, const char *text)
{
	const struct jsonr_value *v = NULL;
	struct err err = {0};

	assert_ok(jsonr_parse(a, str_of(text), &limits, &v, &err), err);
	return v;
}

static void assert_refused(struct str text, const char *reason)
{
	struct arena *a = arena_new(1 << 20);
	const struct jsonr_value *v = NULL;
	struct err err = {0};

	if (jsonr_parse(a, text, &limits, &v, &err) != RC_INPUT)
		fail_msg("accepted: " STR_FMT, STR_ARG(text));
	if (strstr(err.text, reason) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", err.text, reason);
	arena_free(&a);
}

static void values_of_all_kinds_are_read(void **state)
{
	struct arena *a = arena_new(1 << 20);
	const struct jsonr_value *v = read_text(a,
		" { \"a\" : [1, -2.50e+3, true, false, null, {}, []],\r\n\t\"b\":\"x\", \"\": "
		"\"y\"} ");
	const struct jsonr_value *list = jsonr_find(v, "a");
	static const enum jsonr_kind kinds[] = {JSONR_NUMBER, JSONR_NUMBER, JSONR_BOOL, JSONR_BOOL,
		JSONR_NULL, JSONR_OBJECT, JSONR_ARRAY};
	size_t n = 0;

	(void)state;
	assert_int_equal(v->kind, JSONR_OBJECT);
	assert_int_equal(v->count, 3);
	assert_int_equal(list->count, ARRAY_COUNT(kinds));
	for (const struct jsonr_value *i = list->first; i != NULL; i = i->next)
		assert_int_equal(i->kind, kinds[n++]);
	assert_true(str_eq_cz(list->first->next->text, "-2.50e+3"));
	assert_true(list->first->next->next->truth);
	assert_true(str_eq_cz(jsonr_find(v, "b")->text, "x"));
	assert_true(str_eq_cz(jsonr_find(v, "")->text, "y"));
	assert_null(jsonr_find(v, "c"));
	assert_null(jsonr_find(list, "a"));
	assert_int_equal(read_text(a, "0")->kind, JSONR_NUMBER);
	arena_free(&a);
}

static void escapes_become_characters(void **state)
{
	struct arena *a = arena_new(1 << 20);

	(void)state;
	assert_true(str_eq(
		read_text(a, "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\ude00\\u0000z\"")->text,
		STR("\"\\/\b\f\n\r\t\xC3\xA9\xF0\x9F\x98\x80\0z")));
	assert_true(str_eq_cz(jsonr_find(read_text(a, "{\"\\u0061\":\"1\"}"), "a")->text, "1"));
	arena_free(&a);
}

static void what_is_no_json_is_refused(void **state)
{
	static const struct {
		struct str text;
		const char *reason;
	} bad[] = {{STR(""), "no value at byte 0"}, {STR("["), "no value"}, {STR("[1"), "no comma"},
		{STR("[1,]"), "no value"}, {STR("[,1]"), "no value"}, {STR("[1 2]"), "no comma"},
		{STR("{\"a\" 1}"), "no colon"}, {STR("{a:1}"), "no member name"},
		{STR("{\"a\":1,}"), "no member name"}, {STR("[1}"), "no comma"},
		{STR("1 2"), "after the value"}, {STR("nul"), "no value"},
		{STR("01"), "after the value"}, {STR("1."), "after the point"},
		{STR("1e"), "exponent"}, {STR("-"), "no value"}, {STR("+1"), "no value"},
		{STR("NaN"), "no value"}, {STR("\"a"), "without end"}, {STR("\"\\"), "without end"},
		{STR("\"\\x\""), "unknown escape"}, {STR("\"\\u12g4\""), "hexadecimal"},
		{STR("\"a\nb\""), "control character"}, {STR("'a'"), "no value"},
		{STR("\"\\ud800\""), "half a surrogate"},
		{STR("\"\\ud800\\u0041\""), "half a surrogate"},
		{STR("\"\\udc00\""), "half a surrogate"}, {STR("\"\xff\""), "not UTF-8"},
		{STR("\"\xed\xa0\x80\""), "not UTF-8"}, {STR("1\0"), "after the value"},
		{STR("{\"a\":1,\"b\":2,\"\\u0061\":3}"), "\"a\" comes twice"},
		{STR("\xEF\xBB\xBF{}"), "no value"}};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(bad); i++)
		assert_refused(bad[i].text, bad[i].reason);
}

static enum rc parse_repeated(const char *part, size_t times, size_t arena_len)
{
	struct arena *a = arena_new(arena_len);
	struct buf text = buf_new(1 << 20);
	const struct jsonr_value *v = NULL;
	struct err err;
	enum rc rc;

	for (size_t i = 0; i < times; i++)
		buf_put_cz(&text, part);
	rc = jsonr_parse(a, buf_str(&text), &limits, &v, &err);
	buf_free(&text);
	arena_free(&a);
	return rc;
}

static void limits_hold(void **state)
{
	(void)state;
	assert_int_equal(parse_repeated("[", JSONR_DEPTH_MAX, 1 << 20), RC_INPUT);
	assert_int_equal(parse_repeated("[", JSONR_DEPTH_MAX + 1, 1 << 20), RC_LIMIT);
	assert_int_equal(parse_repeated(" ", 1001, 1 << 20), RC_LIMIT);
	assert_int_equal(parse_repeated("[0,0,0,0,0,0,0,0,0,0],", 1, 1 << 20), RC_INPUT);
	assert_int_equal(parse_repeated("[0,0,0,0,0,0,0,0,0,0", 11, 1 << 20), RC_INPUT);
	assert_int_equal(parse_repeated("[[[[[[[[[[", 2, 512), RC_LIMIT);
}

static void too_many_values_are_refused(void **state)
{
	struct arena *a = arena_new(1 << 20);
	const struct jsonr_value *v = NULL;
	const struct jsonr_limits three = {100, 3};
	struct err err;

	(void)state;
	assert_int_equal(jsonr_parse(a, STR("[1,2]"), &three, &v, &err), RC_OK);
	assert_int_equal(jsonr_parse(a, STR("[1,2,3]"), &three, &v, &err), RC_LIMIT);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_of_all_kinds_are_read),
		cmocka_unit_test(escapes_become_characters),
		cmocka_unit_test(what_is_no_json_is_refused),
		cmocka_unit_test(limits_hold),
		cmocka_unit_test(too_many_values_are_refused),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
