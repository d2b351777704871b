// SPDX-License-Identifier: Apache-2.0
/* Crockford's base 32. */
#include "base/crockford.h"
#include "tests/harness/harness.h"

#include <string.h>

static void encodes_numbers(void **state)
{
	static const uint8_t zero[2] = {0, 0};
	static const uint8_t most[2] = {0xFF, 0xFF};
	static const uint8_t one[5] = {0, 0, 0, 0, 1};
	char out[32];

	(void)state;
	crockford_encode((struct bytes){zero, 2}, out);
	assert_string_equal(out, "0000");
	crockford_encode((struct bytes){most, 2}, out);
	assert_string_equal(out, "1ZZZ");
	crockford_encode((struct bytes){one, 5}, out);
	assert_string_equal(out, "00000001");
}

static void reads_what_people_write(void **state)
{
	(void)state;
	assert_int_equal(crockford_value('I'), 1);
	assert_int_equal(crockford_value('l'), 1);
	assert_int_equal(crockford_value('o'), 0);
	assert_int_equal(crockford_value('z'), 31);
	assert_int_equal(crockford_value(' '), 32);
	assert_int_equal(crockford_value('-'), 32);
	assert_int_equal(crockford_value('U'), -1);
	assert_int_equal(crockford_value('\0'), -1);
	assert_int_equal(crockford_value((char)0xC3), -1);
}

static void comes_back(void **state)
{
	(void)state;
	for (unsigned seed = 0; seed < 500; seed++) {
		uint8_t in[32];
		uint8_t out[32];
		uint8_t values[CROCKFORD_LEN(32)];
		char text[CROCKFORD_LEN(32) + 1];
		size_t n = 1 + seed % 32;

		for (size_t i = 0; i < n; i++)
			in[i] = (uint8_t)(seed * 37 + i * 101 + (seed >> 3));
		crockford_encode((struct bytes){in, n}, text);
		assert_int_equal(strlen(text), CROCKFORD_LEN(n));
		for (size_t i = 0; i < CROCKFORD_LEN(n); i++)
			values[i] = (uint8_t)crockford_value(text[i]);
		assert_true(crockford_decode(values, out, n));
		assert_memory_equal(in, out, n);
	}
}

static void refuses_what_does_not_fit(void **state)
{
	uint8_t values[CROCKFORD_LEN(16)] = {8};
	uint8_t out[16];

	(void)state;
	assert_false(crockford_decode(values, out, sizeof out));
	values[0] = 7;
	assert_true(crockford_decode(values, out, sizeof out));
	assert_int_equal(out[0], 0xE0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(encodes_numbers),
		cmocka_unit_test(reads_what_people_write),
		cmocka_unit_test(comes_back),
		cmocka_unit_test(refuses_what_does_not_fit),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
