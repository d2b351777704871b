// SPDX-License-Identifier: Apache-2.0
/* Encodings of text files. Runs in: make check. */
#include "jobs/intake_text.h"
#include "tests/harness/harness.h"

#include <string.h>

static void gives(
	const char *raw, size_t n, const char *encoding, const char *want, const char *name)
{
	struct intake_text t;
	struct err err = {0};

	assert_ok(intake_text_open(
			  (struct bytes){(const uint8_t *)raw, n}, str_of(encoding), &t, &err),
		err);
	if (!str_eq_cz(t.text, want))
		fail_msg("gave \"%.*s\"", STR_ARG(t.text));
	assert_string_equal(t.encoding, name);
	intake_text_close(&t);
	assert_int_equal(t.text.n, 0);
}

static void fails(const char *raw, size_t n, const char *encoding, const char *part)
{
	struct intake_text t;
	struct err err = {0};

	assert_int_equal(intake_text_open((struct bytes){(const uint8_t *)raw, n}, str_of(encoding),
				 &t, &err),
		RC_INPUT);
	if (strstr(err.text, part) == NULL)
		fail_msg("%s", err.text);
	intake_text_close(&t);
}

static void utf8_with_and_without_mark(void **state)
{
	(void)state;
	gives("a\xC3\xA9", 3, "", "a\xC3\xA9", "UTF-8");
	gives("\xEF\xBB\xBF"
	      "a",
		4, "", "a", "UTF-8");
	gives("\xEF\xBB\xBF"
	      "a",
		4, "windows-1252", "a", "UTF-8");
	gives("a", 1, "utf8", "a", "UTF-8");
	gives("", 0, "", "", "UTF-8");
}

static void utf8_that_is_none(void **state)
{
	(void)state;
	fails("a\nb\nc\xE8r\n", 7, "", "line 3: byte 0xE8");
	fails("a\r\nb\r\xC3", 6, "", "line 3");
	fails("\xC0\x80", 2, "", "0xC0");
	fails("\xED\xA0\x80", 3, "", "0xED");
	fails("\xEF\xBB\xBF\xFF", 4, "", "--encoding");
	/* U+FFFD itself is valid. */
	gives("\xEF\xBF\xBD", 3, "", "\xEF\xBF\xBD", "UTF-8");
}

static void utf16(void **state)
{
	char raw[20002] = "\xFF\xFE";
	char want[20001];

	(void)state;
	gives("\xFF\xFE"
	      "a\0\xE9\0",
		6, "", "a\xC3\xA9", "UTF-16LE");
	gives("\xFE\xFF\0a\xD8\x3D\xDE\x00", 8, "", "a\xF0\x9F\x98\x80", "UTF-16BE");
	gives("a\0", 2, "UTF-16LE", "a", "UTF-16LE");
	fails("\xFF\xFE\x3D\xD8", 4, "", "UTF-16LE");
	fails("\xFF\xFE"
	      "a\0b",
		5, "", "UTF-16LE");
	fails("\xFF\xFE\0\0a\0\0\0", 8, "", "UTF-32");
	/* A pair of surrogates across the border of every chunk. */
	raw[2] = 'x';
	raw[3] = '\0';
	want[0] = 'x';
	for (size_t i = 0; i < 4999; i++) {
		memcpy(raw + 4 + 4 * i, "\x3D\xD8\x00\xDE", 4);
		memcpy(want + 1 + 4 * i, "\xF0\x9F\x98\x80", 4);
	}
	want[1 + 4 * 4999] = '\0';
	gives(raw, 4 + 4 * 4999, "", want, "UTF-16LE");
}

static void named_encodings(void **state)
{
	(void)state;
	gives("Lef\xE8vre \x80", 9, "windows-1252", "Lef\xC3\xA8vre \xE2\x82\xAC", "windows-1252");
	gives("\xB3\xF3"
	      "d\xBC",
		4, "iso-8859-2",
		"\xC5\x82\xC3\xB3"
		"d\xC5\xBA",
		"iso-8859-2");
	gives("\x83\x65", 2, "Shift_JIS", "\xE3\x83\x86", "Shift_JIS");
	fails("a\nb\x83", 4, "Shift_JIS", "line 2 cannot be read as Shift_JIS");
	fails("a", 1, "klingon", "\"klingon\" is not known");
	fails("a", 1, "utf-16,version=1", "characters that none has");
	fails("a", 1, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		"longer than 64");
}

static void lines_are_counted(void **state)
{
	struct str t = STR("a\r\nb\nc\rd\n\ne");

	(void)state;
	assert_int_equal(intake_text_line_of(t, 0), 1);
	assert_int_equal(intake_text_line_of(t, 3), 2);
	assert_int_equal(intake_text_line_of(t, 5), 3);
	assert_int_equal(intake_text_line_of(t, 7), 4);
	assert_int_equal(intake_text_line_of(t, 10), 6);
	assert_int_equal(intake_text_line_of(t, 999), 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(utf8_with_and_without_mark),
		cmocka_unit_test(utf8_that_is_none),
		cmocka_unit_test(utf16),
		cmocka_unit_test(named_encodings),
		cmocka_unit_test(lines_are_counted),
	};
	struct err err = {0};

	harness_start();
	if (intake_text_warm_up(&err) != RC_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
