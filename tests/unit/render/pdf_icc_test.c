// SPDX-License-Identifier: Apache-2.0
/* The colour profile. Runs in: make check. */
#include "render/pdf_icc.h"
#include "tests/harness/harness.h"

#include <math.h>
#include <string.h>

static uint32_t big(const uint8_t *p, unsigned n)
{
	uint32_t v = 0;

	for (unsigned i = 0; i < n; i++)
		v = v << 8 | p[i];
	return v;
}

/* Every tag inside, primaries that sum to white, a curve that is sRGB's. */
static void the_profile_is_srgb(void **state)
{
	static const double white[3] = {0.9642, 1.0, 0.8249};
	struct buf b = buf_new(1 << 16);
	double sum[3] = {0};
	bool curve = false;

	(void)state;
	pdf_icc_put(&b);
	assert_int_equal(big(b.p, 4), b.n);
	assert_memory_equal(b.p + 12, "mntrRGB XYZ ", 12);
	assert_memory_equal(b.p + 36, "acsp", 4);
	assert_int_equal(big(b.p + 128, 4), 9);
	for (uint32_t i = 0; i < 9; i++) {
		const uint8_t *entry = b.p + 132 + 12 * i;
		const uint8_t *tag = b.p + big(entry + 4, 4);

		assert_true(
			big(entry + 4, 4) % 4 == 0 && big(entry + 4, 4) + big(entry + 8, 4) <= b.n);
		if (memcmp(entry + 1, "XYZ", 3) == 0) {
			for (unsigned k = 0; k < 3; k++)
				sum[k] += big(tag + 8 + 4 * k, 4) / 65536.0;
		}
		if (memcmp(entry, "rTRC", 4) == 0) {
			uint32_t n = big(tag + 8, 4);

			curve = true;
			assert_memory_equal(tag, "curv", 4);
			assert_int_equal(big(tag + 12, 2), 0);
			assert_int_equal(big(tag + 12 + 2 * (n - 1), 2), 65535);
			/* sRGB's middle grey: 0.5 is 0.2140 of the light. */
			assert_true(
				fabs(big(tag + 12 + 2 * (n / 2), 2) / 65535.0 - 0.2140) < 0.001);
		}
	}
	assert_true(curve);
	for (unsigned k = 0; k < 3; k++)
		assert_true(fabs(sum[k] - white[k]) < 0.001);
	buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_profile_is_srgb),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
