// SPDX-License-Identifier: Apache-2.0
/* Metadata that agrees with itself. Runs in: make check. */
#include "render/pdf_meta.h"
#include "tests/harness/harness.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(titles_lose_what_xml_cannot_hold),
		cmocka_unit_test(info_and_xmp_say_the_same),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
