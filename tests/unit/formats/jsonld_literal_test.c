// SPDX-License-Identifier: Apache-2.0
/* Numbers and booleans as RDF writes them (JSON-LD 1.1 API, 8.2.2 and 8.6). */
#include "formats/jsonld_literal.h"
#include "tests/harness/harness.h"

#include <string.h>

#define XSD "http://www.w3.org/2001/XMLSchema#"

static void assert_number(
	const char *text, const char *datatype, const char *want, const char *want_type)
{
	struct arena *a = arena_new(1 << 16);
	struct jsonr_value v = {.kind = JSONR_NUMBER, .text = str_of(text)};
	struct nquads_term out;
	struct err err = {0};

	assert_ok(jsonld_literal(a, &v, str_of(datatype), JSONLD_VERIFY, &out, &err), err);
	assert_int_equal(out.kind, NQUADS_LITERAL);
	if (!str_eq_cz(out.value, want) || !str_eq_cz(out.note, want_type))
		fail_msg("%s became " STR_FMT "^^" STR_FMT, text, STR_ARG(out.value),
			STR_ARG(out.note));
	arena_free(&a);
}

static void numbers_have_one_form(void **state)
{
	(void)state;
	assert_number("10", "", "10", XSD "integer");
	assert_number("10.0", "", "10", XSD "integer");
	assert_number("1e2", "", "100", XSD "integer");
	assert_number("-0.0", "", "0", XSD "integer");
	assert_number("7.50", "", "7.5E0", XSD "double");
	assert_number("0.1", "urn:float", "1.0E-1", "urn:float");
	assert_number("-123.456", "", "-1.23456E2", XSD "double");
	assert_number("1e21", "", "1.0E21", XSD "double");
	assert_number("1e20", "", "100000000000000000000", XSD "integer");
	assert_number("5", XSD "double", "5.0E0", XSD "double");
	assert_number("9007199254740993", "", "9007199254740992", XSD "integer");
	assert_number("0.30000000000000004", "", "3.0E-1", XSD "double");
	assert_number("1e-7", "", "1.0E-7", XSD "double");
	assert_number("1e-400", "", "0", XSD "integer");
}

static enum rc convert(const char *text, enum jsonld_use use, struct err *err)
{
	struct arena *a = arena_new(1 << 16);
	struct jsonr_value v = {.kind = JSONR_NUMBER, .text = str_of(text)};
	struct nquads_term out;
	enum rc rc = jsonld_literal(a, &v, str_of(""), use, &out, err);

	arena_free(&a);
	return rc;
}

static void numbers_that_differ_elsewhere_are_not_issued(void **state)
{
	static const char *const refused[] = {"1e-7", "-0.00000099", "1e21", "1234567890123456",
		"0.1234567890123456", "1.234567890123456e3"};
	static const char *const issued[] = {"0", "0.000001", "999999999999999",
		"0.123456789012345", "00", "1000000000000000000", "0.0000100000000000000000"};
	struct err err = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(refused); i++) {
		assert_int_equal(convert(refused[i], JSONLD_ISSUE, &err), RC_INPUT);
		assert_int_equal(convert(refused[i], JSONLD_VERIFY, &err), RC_OK);
	}
	for (size_t i = 0; i < ARRAY_COUNT(issued); i++)
		assert_ok(convert(issued[i], JSONLD_ISSUE, &err), err);
}

static void absurd_numbers_are_refused(void **state)
{
	struct err err = {0};

	(void)state;
	assert_int_equal(convert("1e999", JSONLD_VERIFY, &err), RC_INPUT);
	assert_non_null(strstr(err.text, "too large"));
	assert_int_equal(
		convert("1000000000000000000000000000000000000000000000000000000000000000000",
			JSONLD_VERIFY, &err),
		RC_INPUT);
	assert_non_null(strstr(err.text, "63 characters"));
}

static void texts_and_truths_stay_what_they_are(void **state)
{
	struct arena *a = arena_new(1 << 16);
	struct jsonr_value text = {.kind = JSONR_STRING, .text = STR("7.50")};
	struct jsonr_value truth = {.kind = JSONR_BOOL, .truth = true};
	struct nquads_term out;
	struct err err = {0};

	(void)state;
	assert_ok(jsonld_literal(a, &text, str_of("urn:t"), JSONLD_ISSUE, &out, &err), err);
	assert_true(str_eq_cz(out.value, "7.50") && str_eq_cz(out.note, "urn:t"));
	assert_ok(jsonld_literal(a, &text, str_of(""), JSONLD_ISSUE, &out, &err), err);
	assert_int_equal(out.note.n, 0);
	assert_ok(jsonld_literal(a, &truth, str_of(""), JSONLD_ISSUE, &out, &err), err);
	assert_true(str_eq_cz(out.value, "true") && str_eq_cz(out.note, XSD "boolean"));
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_have_one_form),
		cmocka_unit_test(numbers_that_differ_elsewhere_are_not_issued),
		cmocka_unit_test(absurd_numbers_are_refused),
		cmocka_unit_test(texts_and_truths_stay_what_they_are),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
