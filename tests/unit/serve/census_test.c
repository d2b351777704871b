// SPDX-License-Identifier: Apache-2.0
/* Connections by address, against a plain array of counts. Runs in: make check. */
#include "serve/census.h"
#include "tests/harness/harness.h"

static struct peer_address nth(uint8_t i)
{
	struct peer_address a = {.ip = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, 0, 0}};

	a.ip[15] = i;
	return a;
}

static void counts_as_an_array_does(void **state)
{
	struct census *c = census_new(100);
	unsigned model[40] = {0};
	uint32_t seed = 1;
	unsigned all = 0;

	(void)state;
	for (int step = 0; step < 200000; step++) {
		seed = seed * 1664525u + 1013904223u;
		uint8_t i = (uint8_t)((seed >> 16) % 40);
		struct peer_address a = nth(i);

		if ((seed >> 30 & 1) != 0 && all < 100) {
			bool added = census_add(c, &a, 5);

			assert_int_equal(added, model[i] < 5);
			model[i] += added;
			all += added;
		} else if (model[i] > 0) {
			census_drop(c, &a);
			model[i]--;
			all--;
		}
	}
	census_free(&c);
	assert_null(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(counts_as_an_array_does)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
