// SPDX-License-Identifier: Apache-2.0
/* JSON trees built, written, read back. */
#include "formats/jsont.h"
#include "tests/harness/harness.h"

#include <string.h>

static void builds_and_writes(void **state)
{
	struct arena *a = arena_new(65536);
	struct buf out = buf_new(4096);
	struct jsont t = jsont_new(a);
	struct jsont inner = jsont_new(a);
	const struct jsonr_value *value;
	const struct jsonr_value *part;
	struct err err = {0};

	(void)state;
	jsont_open(&inner, '[');
	jsont_str(&inner, STR("\xf0\x9f\x98\x80"));
	jsont_close(&inner, ']');
	assert_ok(jsont_end(&inner, &part, &err), err);
	jsont_open(&t, '{');
	jsont_key_str(&t, "text", STR("a\"\\\n\x01\x7f"));
	jsont_key_str_if(&t, "none", STR(""));
	jsont_key_i64(&t, "number", INT64_MIN);
	jsont_key_bool(&t, "yes", true);
	jsont_key_open(&t, "empty", '{');
	jsont_close(&t, '}');
	jsont_key_open(&t, "list", '[');
	jsont_open(&t, '[');
	jsont_close(&t, ']');
	jsont_str(&t, STR("x"));
	jsont_i64(&t, 0);
	jsont_bool(&t, false);
	jsont_close(&t, ']');
	jsont_key(&t, "part");
	jsont_value(&t, part);
	jsont_close(&t, '}');
	assert_ok(jsont_end(&t, &value, &err), err);
	assert_int_equal(value->count, 6);
	jsont_put(&out, value);
	assert_true(str_eq_cz(buf_str(&out),
		"{\"text\":\"a\\\"\\\\\\n\\u0001\x7f\",\"number\":-9223372036854775808,\"yes\":"
		"true,"
		"\"empty\":{},\"list\":[[],\"x\",0,false],\"part\":[\"\xf0\x9f\x98\x80\"]}"));
	buf_free(&out);
	arena_free(&a);
}

/* What is read can be written again: the same bytes for compact JSON of our escapes. */
static void writes_what_was_read(void **state)
{
	static const char *const texts[] = {"null", "true", "\"\"", "[]", "{}", "-1.50e+3",
		"[null,[false,{}],[[[]]]]", "{\"a\":{\"b\":[{\"c\":[1,{\"d\":\"\\u0000\"}]}]}}"};
	static const struct jsonr_limits limits = {4096, 100};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(texts); i++) {
		struct arena *a = arena_new(65536);
		struct buf out = buf_new(4096);
		const struct jsonr_value *value;
		struct err err = {0};

		assert_ok(jsonr_parse(a, str_of(texts[i]), &limits, &value, &err), err);
		jsont_put(&out, value);
		assert_true(str_eq_cz(buf_str(&out), texts[i]));
		buf_free(&out);
		arena_free(&a);
	}
}

static void a_full_arena_is_said_at_the_end(void **state)
{
	struct arena *a = arena_new(2048);
	struct jsont t = jsont_new(a);
	const struct jsonr_value *value = NULL;
	struct err err = {0};

	(void)state;
	jsont_open(&t, '{');
	for (int i = 0; i < 100; i++) {
		jsont_key_open(&t, "list", '[');
		jsont_str(&t, STR("a text of some length"));
		jsont_i64(&t, i);
		jsont_bool(&t, true);
		jsont_close(&t, ']');
	}
	jsont_close(&t, '}');
	assert_int_equal(jsont_end(&t, &value, &err), RC_LIMIT);
	assert_null(value);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(builds_and_writes),
		cmocka_unit_test(writes_what_was_read),
		cmocka_unit_test(a_full_arena_is_said_at_the_end),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
