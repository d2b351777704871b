// SPDX-License-Identifier: Apache-2.0
/* The JSON writer: commas, escapes of RFC 8785 3.2.2.2. Runs in: make check. */
#include "base/jsonw.h"
#include "tests/harness/harness.h"

static void assert_json(const struct buf *b, const char *wanted)
{
	if (!str_eq_cz(buf_str(b), wanted))
		fail_msg("got " STR_FMT ", wanted %s", STR_ARG(buf_str(b)), wanted);
}

static void commas_are_between(void **state)
{
	struct buf b = buf_new(1000);
	struct jsonw w = jsonw_new(&b);

	(void)state;
	jsonw_open(&w, '{');
	jsonw_key_str(&w, "a", STR("x"));
	jsonw_key_open(&w, "b", '[');
	jsonw_i64(&w, 1);
	jsonw_open(&w, '[');
	jsonw_close(&w, ']');
	jsonw_open(&w, '{');
	jsonw_close(&w, '}');
	jsonw_null(&w);
	jsonw_close(&w, ']');
	jsonw_key_bool(&w, "c", true);
	jsonw_key_i64(&w, "d", INT64_MIN);
	jsonw_key_str_if(&w, "e", (struct str){NULL, 0});
	jsonw_key_str_if(&w, "f", STR("y"));
	jsonw_key(&w, "g");
	jsonw_raw(&w, STR("{\"h\":[]}"));
	jsonw_key(&w, "i");
	jsonw_bool(&w, false);
	jsonw_close(&w, '}');
	assert_json(&b,
		"{\"a\":\"x\",\"b\":[1,[],{},null],\"c\":true,\"d\":-9223372036854775808,\"f\":"
		"\"y\","
		"\"g\":{\"h\":[]},\"i\":false}");
	buf_free(&b);
}

static void escapes_are_the_shortest(void **state)
{
	static const struct {
		struct str in;
		const char *out;
	} cases[] = {
		{{NULL, 0}, "\"\""},
		{{"\"\\/", 3}, "\"\\\"\\\\/\""},
		{{"\b\t\n\f\r", 5}, "\"\\b\\t\\n\\f\\r\""},
		{{"\0\1\x0B\x1F", 4}, "\"\\u0000\\u0001\\u000b\\u001f\""},
		{{"\x7F", 1}, "\"\x7F\""},
		{{"\xE2\x82\xAC\xF0\x9F\x98\x80", 7}, "\"\xE2\x82\xAC\xF0\x9F\x98\x80\""},
		{{"\xE2\x80\xA8", 3}, "\"\xE2\x80\xA8\""},
		{{"a\"b", 3}, "\"a\\\"b\""},
		{{"</script>", 9}, "\"</script>\""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct buf b = buf_new(1000);
		struct jsonw w = jsonw_new(&b);

		jsonw_str(&w, cases[i].in);
		assert_json(&b, cases[i].out);
		buf_free(&b);
	}
}

static void keys_are_escaped_too(void **state)
{
	struct buf b = buf_new(1000);
	struct jsonw w = jsonw_new(&b);

	(void)state;
	jsonw_open(&w, '{');
	jsonw_key_of(&w, STR("a\"\n"));
	jsonw_i64(&w, 0);
	jsonw_close(&w, '}');
	assert_json(&b, "{\"a\\\"\\n\":0}");
	buf_free(&b);
}

static void every_control_character_is_escaped(void **state)
{
	(void)state;
	for (int c = 0; c < 0x20; c++) {
		char in = (char)c;
		struct buf b = buf_new(100);
		struct jsonw w = jsonw_new(&b);

		jsonw_str(&w, (struct str){&in, 1});
		assert_int_equal(b.p[1], '\\');
		for (size_t i = 0; i < b.n; i++)
			assert_true(b.p[i] >= 0x20);
		buf_free(&b);
	}
}

static void a_full_buffer_is_told(void **state)
{
	struct buf b = buf_new(5);
	struct jsonw w = jsonw_new(&b);

	(void)state;
	jsonw_str(&w, STR("12345"));
	assert_true(b.full);
	buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(commas_are_between),
		cmocka_unit_test(escapes_are_the_shortest),
		cmocka_unit_test(keys_are_escaped_too),
		cmocka_unit_test(every_control_character_is_escaped),
		cmocka_unit_test(a_full_buffer_is_told),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
