// SPDX-License-Identifier: Apache-2.0
/* Metadata that agrees with itself, and the colour profile. Runs in: make check. */
#include "render/pdf_meta.h"
#include "tests/harness/harness.h"

#include <math.h>
#include <string.h>

static const struct pdf_meta meta = {.title = {"A <&> \xC3\xA9", 8},
	.lang = {"en", 2},
	.producer = {"certfill (test)", 15},
	.issued_s = 1782821106};

static void titles_lose_what_xml_cannot_hold(void **state)
{
	struct arena *a = arena_new((size_t)1 << 20);

	(void)state;
	assert_true(str_eq_cz(pdf_meta_clean(a,
				      STR("a\tb\nc\x01"
					  "d\x7f")),
		"a b c d "));
	assert_true(str_eq_cz(pdf_meta_clean(a, STR("\xC2\x85x\xEF\xBF\xBE")), " x\xEF\xBF\xBD"));
	assert_true(str_eq_cz(
		pdf_meta_clean(a, STR("Jos\xC3\xA9 \xE7\x8E\x8B")), "Jos\xC3\xA9 \xE7\x8E\x8B"));
	assert_int_equal(pdf_meta_clean(a, STR("")).n, 0);
	arena_free(&a);
}

static void info_and_xmp_say_the_same(void **state)
{
	struct buf b = buf_new(1 << 16);

	(void)state;
	pdf_meta_put_info(&b, &meta);
	buf_put_zeros(&b, 1);
	assert_string_equal((const char *)b.p,
		"/Title <FEFF00410020003C0026003E002000E9>\n/Producer (certfill \\(test\\))\n"
		"/CreationDate (D:20260630120506Z)\n/ModDate (D:20260630120506Z)\n");
	buf_reset(&b);
	pdf_meta_put_xmp(&b, &meta);
	buf_put_zeros(&b, 1);
	assert_non_null(strstr((const char *)b.p, "x-default\">A &lt;&amp;&gt; \xC3\xA9</rdf:li>"));
	assert_non_null(
		strstr((const char *)b.p, "<xmp:CreateDate>2026-06-30T12:05:06Z</xmp:CreateDate>"));
	assert_non_null(strstr((const char *)b.p, "<pdf:Producer>certfill (test)</pdf:Producer>"));
	assert_non_null(strstr((const char *)b.p,
		"<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>"));
	buf_free(&b);
}

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
	pdf_meta_put_icc(&b);
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
		cmocka_unit_test(titles_lose_what_xml_cannot_hold),
		cmocka_unit_test(info_and_xmp_say_the_same),
		cmocka_unit_test(the_profile_is_srgb),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
