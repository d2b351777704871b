// SPDX-License-Identifier: Apache-2.0
/* Thumbnails fit their box, keep their proportions, and never grow. Runs in: tests. */
#include "formats/thumbnail.h"
#include "tests/harness/harness.h"

static void sizes(void **state)
{
	static const struct {
		uint32_t in[2];
		uint32_t out[2];
	} cases[] = {
		{{1754, 1240}, {704, 498}}, /* A4 at 150 dpi */
		{{1240, 1754}, {385, 544}},
		{{4961, 3508}, {704, 498}},
		{{900, 900}, {544, 544}},
		{{704, 544}, {704, 544}},
		{{705, 544}, {704, 543}},
		{{704, 545}, {703, 544}},
		{{300, 200}, {300, 200}},
		{{1, 1}, {1, 1}},
		{{16000, 1}, {704, 1}},
		{{1, 16000}, {1, 544}},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct thumbnail_size s = thumbnail_fit(cases[i].in[0], cases[i].in[1]);

		assert_int_equal(s.width, cases[i].out[0]);
		assert_int_equal(s.height, cases[i].out[1]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(sizes)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
