// SPDX-License-Identifier: Apache-2.0
/* What never reaches the XML parser. Runs in: tests. */
#include "templates/limits.h"
#include "templates/preflight.h"
#include "tests/harness/harness.h"

#include <string.h>

#define CASE(text, says) \
	{ \
		{(const uint8_t *)(text), sizeof(text) - 1}, says \
	}

/* says: NULL when it passes. */
static const struct {
	struct bytes input;
	const char *says;
} cases[] = {
	CASE("", "empty"),
	CASE("<svg/>", NULL),
	CASE("\xef\xbb\xbf<svg/>", NULL),
	CASE(" \n<?xml version='1.0'?><svg/>", NULL),
	CASE("\xff\xfe<\0", "UTF-16"),
	CASE("\xfe\xff\0<", "UTF-16"),
	CASE("\0\0\xfe\xff", "UTF-32"),
	CASE("+/v8-", "UTF-7"),
	CASE("+ADw-svg", "must begin with <svg"),
	CASE("<svg>\0</svg>", "NUL"),
	CASE("<svg>\x80</svg>", "not valid UTF-8"),
	CASE("<svg>\xc0\xaf</svg>", "not valid UTF-8"),
	CASE("<?xml version=\"1.0\" encoding=\"utf-8\"?><svg/>", NULL),
	CASE("<?xml version=\"1.0\" encoding = 'UTF-7'?><svg/>", "encoded as UTF-7"),
	CASE("<?xml version=\"1.0\" encoding=\"windows-1252\"?><svg/>", "encoded as windows-1252"),
	CASE("\x1f\x8b\x08", "compressed"),
	CASE("%PDF-1.4", "PDF"),
	CASE("hello", "must begin with <svg"),
	CASE("<!DOCTYPE svg><svg/>", NULL),
	CASE("<!doctype svg [<!ENTITY a 'b'>]><svg/>", "entities"),
	CASE("<!-- x --><?a?><!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN' "
	     "'http://www.w3.org/x.dtd'><svg/>",
		NULL),
	CASE("<!DOCTYPE svg SYSTEM 'file:///etc/passwd'><svg/>", "not that of SVG"),
	CASE("<!DOCTYPE svg PUBLIC 'a>b' 'http://www.w3.org/' [ ]><svg/>", "entities"),
	CASE("<!DOCTYPE svg", "does not end"),
	CASE("<!-- never ends <svg/>", "must begin with <svg"),
};

static void cases_hold(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct arena *a = arena_new(1u << 20);
		struct str out;
		bool doctype;
		struct err err = {.text = ""};
		enum rc rc = preflight_check(cases[i].input, a, &out, &doctype, &err);

		if ((rc == RC_OK) != (cases[i].says == NULL))
			fail_msg("case %zu: %s", i, rc == RC_OK ? "passed" : err.text);
		if (rc != RC_OK && strstr(err.text, cases[i].says) == NULL)
			fail_msg(
				"case %zu: \"%s\" does not say \"%s\"", i, err.text, cases[i].says);
		arena_free(&a);
	}
}

static void doctype_is_blanked_in_place(void **state)
{
	struct arena *a = arena_new(1u << 20);
	struct str out;
	bool doctype;
	struct err err;

	(void)state;
	assert_ok(
		preflight_check(bytes_of(STR("<!DOCTYPE svg\n>\n<svg/>")), a, &out, &doctype, &err),
		err);
	assert_true(doctype);
	assert_true(str_eq_cz(out, "             \n \n<svg/>"));
	arena_free(&a);
}

static void size_limit_is_exact(void **state)
{
	struct arena *a = arena_new(8u << 20);
	char *p = arena_alloc(a, LIMIT_INPUT_LEN + 1);
	struct str out;
	bool doctype;
	struct err err;

	(void)state;
	memset(p, ' ', LIMIT_INPUT_LEN + 1);
	memcpy(p, "<svg/>", 6);
	assert_ok(preflight_check(
			  (struct bytes){(uint8_t *)p, LIMIT_INPUT_LEN}, a, &out, &doctype, &err),
		err);
	assert_int_equal(preflight_check((struct bytes){(uint8_t *)p, LIMIT_INPUT_LEN + 1}, a, &out,
				 &doctype, &err),
		RC_LIMIT);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cases_hold),
		cmocka_unit_test(doctype_is_blanked_in_place),
		cmocka_unit_test(size_limit_is_exact),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
