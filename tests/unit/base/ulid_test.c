// SPDX-License-Identifier: Apache-2.0
/* ULIDs. */
#include "base/ulid.h"
#include "tests/harness/harness.h"

#include <string.h>

static const uint8_t most[ULID_LEN] = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
	0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};

static void writes_the_known_ones(void **state)
{
	/* The specification's own: largest value, and the time part of 01ARYZ6S41. */
	static const uint8_t random[10];
	char text[ULID_TEXT_LEN + 1];
	uint8_t ulid[ULID_LEN];

	(void)state;
	ulid_text(most, text);
	assert_string_equal(text, "7ZZZZZZZZZZZZZZZZZZZZZZZZZ");
	ulid_make(1469918176385, random, ulid);
	ulid_text(ulid, text);
	assert_string_equal(text, "01ARYZ6S410000000000000000");
	assert_int_equal(ulid_ms(ulid), 1469918176385);
}

static void forgives(void **state)
{
	static const char *const same[] = {"01ARYZ6S41TSV4RRFFQ69G5FAV",
		"01aryz6s41tsv4rrffq69g5fav", "OIARYZ6S4LTSV4RRFFQ69G5FAV",
		" 01ARYZ6S41-TSV4RRFF-Q69G5FAV ", "o1 ary z6s4 1tsv 4rrf fq69 g5fa v"};
	uint8_t first[ULID_LEN];
	uint8_t other[ULID_LEN];
	struct err err = {0};

	(void)state;
	assert_ok(ulid_parse(str_of(same[0]), first, &err), err);
	for (size_t i = 1; i < ARRAY_COUNT(same); i++) {
		assert_ok(ulid_parse(str_of(same[i]), other, &err), err);
		assert_memory_equal(first, other, sizeof first);
	}
}

static void refuses_others(void **state)
{
	static const char *const bad[] = {"", "01ARYZ6S41TSV4RRFFQ69G5FA",
		"01ARYZ6S41TSV4RRFFQ69G5FAVV", "81ARYZ6S41TSV4RRFFQ69G5FAV",
		"U1ARYZ6S41TSV4RRFFQ69G5FAV", "01ARYZ6S41TSV4RRFFQ69G5FA\xC3\xA9",
		"                                                                                  "
		"        "};
	uint8_t out[ULID_LEN];
	struct err err = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(bad); i++)
		assert_int_equal(ulid_parse(str_of(bad[i]), out, &err), RC_INPUT);
	assert_int_equal(
		ulid_parse((struct str){"01ARYZ6S41TSV4RRFFQ69G5FA\0", 26}, out, &err), RC_INPUT);
}

static void stands_alone(void **state)
{
	static const char *const bad[] = {"", " 01ARYZ6S41TSV4RRFFQ69G5FAV",
		"01ARYZ6S41TSV4RRFFQ69G5FA", "01ARYZ6S41-SV4RRFFQ69G5FAV",
		"01ARYZ6S41TSV4RRFFQ69G5FAVV"};
	uint8_t first[ULID_LEN];
	uint8_t other[ULID_LEN];

	(void)state;
	assert_true(ulid_exact(STR("01ARYZ6S41TSV4RRFFQ69G5FAV"), first));
	assert_true(ulid_exact(STR("oiaryz6s4ltsv4rrffq69g5fav"), other));
	assert_memory_equal(first, other, sizeof first);
	for (size_t i = 0; i < ARRAY_COUNT(bad); i++)
		assert_false(ulid_exact(str_of(bad[i]), other));
}

static void writes_uuids(void **state)
{
	uint8_t b[ULID_LEN];
	char text[ULID_UUID_LEN + 1];

	(void)state;
	harness_unhex("f81d4fae 7dec 11d0 a765 00a0c91e6bf6", b, sizeof b);
	ulid_uuid_text(b, text);
	assert_string_equal(text, "f81d4fae-7dec-11d0-a765-00a0c91e6bf6");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_the_known_ones),
		cmocka_unit_test(forgives),
		cmocka_unit_test(refuses_others),
		cmocka_unit_test(stands_alone),
		cmocka_unit_test(writes_uuids),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
