// SPDX-License-Identifier: Apache-2.0
/* Ids of credentials: what is written is read again, and nothing else is. */
#include "base/credential_id.h"
#include "tests/harness/harness.h"

#include <string.h>

static const uint8_t ulid[ULID_LEN] = {0x01, 0x56, 0x3E, 0x3A, 0xB5, 0xD3, 0xD6, 0x76, 0x4C, 0x61,
	0xEF, 0xB9, 0x93, 0x02, 0xBD, 0x5B};

static void comes_back(void **state)
{
	struct arena *a = arena_new(1 << 16);
	struct str real = credential_id_text(a, STR("https://certs.example.edu:8443"), false, ulid);
	struct str demo = credential_id_text(a, STR("https://ignored.invalid"), true, ulid);
	uint8_t out[ULID_LEN] = {0};

	(void)state;
	assert_true(str_eq_cz(
		real, "https://certs.example.edu:8443/credentials/01ARZ3NDEKTSV4RRFFQ69G5FAV"));
	assert_true(str_eq_cz(demo, "urn:uuid:01563e3a-b5d3-d676-4c61-efb99302bd5b"));
	assert_true(credential_id_ulid(real, out));
	assert_memory_equal(out, ulid, sizeof out);
	memset(out, 0, sizeof out);
	assert_true(credential_id_ulid(demo, out));
	assert_memory_equal(out, ulid, sizeof out);
	arena_free(&a);
}

static void reads_nothing_else(void **state)
{
	static const char *const bad[] = {"", "urn:uuid:", "01ARZ3NDEKTSV4RRFFQ69G5FAV",
		"/credentials/01ARZ3NDEKTSV4RRFFQ69G5FAV",
		"https://h/credentials/01ARZ3NDEKTSV4RRFFQ69G5FAV.json",
		"https://h/credentials/01ARZ3NDEKTSV4RRFFQ69G5FA",
		"https://h/statuses/01ARZ3NDEKTSV4RRFFQ69G5FAV",
		"urn:uuid:01563e3ab5d3d6764c61efb99302bd5b",
		"urn:uuid:01563E3A-B5D3-D676-4C61-EFB99302BD5B",
		"urn:uuid:01563e3a-b5d3-d676-4c61-efb99302bd5b1",
		"urn:uuid:01563e3a-b5d3-d676-4c61-efb99302bd5b-", "urn:uuid:-----"};
	uint8_t out[ULID_LEN];

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(bad); i++)
		assert_false(credential_id_ulid(str_of(bad[i]), out));
}

static void may_be_named_by_its_ulid(void **state)
{
	uint8_t out[ULID_LEN] = {0};

	(void)state;
	assert_true(credential_id_named(STR("01arz3ndektsv4rrffq69g5fav"), out));
	assert_memory_equal(out, ulid, sizeof out);
	assert_true(credential_id_named(STR("urn:uuid:01563e3a-b5d3-d676-4c61-efb99302bd5b"), out));
	assert_true(
		credential_id_named(STR("https://h/credentials/01ARZ3NDEKTSV4RRFFQ69G5FAV"), out));
	assert_false(credential_id_named(STR("20251001"), out));
	assert_false(credential_id_named(STR("01ARZ3NDEK-TSV4RRFFQ69G5FAV"), out));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comes_back),
		cmocka_unit_test(reads_nothing_else),
		cmocka_unit_test(may_be_named_by_its_ulid),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
