// SPDX-License-Identifier: Apache-2.0
/* Characters by ICU. Runs in: make check. */
#include "jobs/intake_unicode.h"
#include "tests/harness/harness.h"

static struct arena *arena;

static void trimming(void **state)
{
	(void)state;
	assert_true(str_eq_cz(intake_unicode_trim(STR(" \t\r\na b\n")), "a b"));
	assert_true(str_eq_cz(intake_unicode_trim(STR("\xC2\xA0\xE3\x80\x80"
						      "a\xE2\x80\x83")),
		"a"));
	assert_int_equal(intake_unicode_trim(STR(" \xC2\xA0 ")).n, 0);
	assert_int_equal(intake_unicode_trim(STR("")).n, 0);
}

static void composing(void **state)
{
	struct str ascii = STR("plain");
	struct str composed = STR("\xC3\xA9");

	(void)state;
	assert_ptr_equal(intake_unicode_nfc(arena, ascii).p, ascii.p);
	assert_ptr_equal(intake_unicode_nfc(arena, composed).p, composed.p);
	assert_true(str_eq(intake_unicode_nfc(arena, STR("e\xCC\x81")), composed));
	assert_true(str_eq_cz(
		intake_unicode_nfc(arena, STR("\xE1\x84\x80\xE1\x85\xA1")), "\xEA\xB0\x80"));
}

static void plain_forms(void **state)
{
	(void)state;
	assert_true(
		str_eq_cz(intake_unicode_plain(arena, STR(" E-Mail_Adresse: ")), "emailadresse"));
	assert_true(str_eq_cz(intake_unicode_plain(arena, STR("Pr\xC3\xA9nom")), "prenom"));
	assert_true(str_eq_cz(intake_unicode_plain(arena,
				      STR("Stra\xC3\x9F"
					  "e")),
		"strasse"));
	assert_true(str_eq_cz(intake_unicode_plain(arena, STR("Matrikel-Nr.")), "matrikelnr"));
	assert_true(str_eq_cz(intake_unicode_plain(arena, STR("\xEF\xBC\xA9\xEF\xBC\xA4")), "id"));
	assert_int_equal(intake_unicode_plain(arena, STR("- _")).n, 0);
	/* The longest expansion there is fits. */
	assert_true(
		intake_unicode_plain(arena, STR("\xEF\xB7\xBA\xEF\xB7\xBA\xEF\xB7\xBA")).n > 30);
}

static void lowering(void **state)
{
	(void)state;
	assert_true(str_eq_cz(intake_unicode_lower(arena, STR("A@X.Example")), "a@x.example"));
	assert_true(str_eq_cz(intake_unicode_lower(arena, STR("\xC4\xB0")), "i\xCC\x87"));
}

static void unmangling(void **state)
{
	(void)state;
	assert_true(str_eq_cz(
		intake_unicode_unmangled(arena, STR("Jos\xC3\x83\xC2\xA9")), "Jos\xC3\xA9"));
	assert_true(str_eq_cz(
		intake_unicode_unmangled(arena, STR("\xC5\x81ukasz \xC3\x85\xC2\x81")), ""));
	assert_int_equal(intake_unicode_unmangled(arena, STR("Jos\xC3\xA9")).n, 0);
	assert_int_equal(intake_unicode_unmangled(arena, STR("plain")).n, 0);
	assert_int_equal(intake_unicode_unmangled(arena, STR("\xC3\x83\xC3\x83\xC3\x83")).n, 0);
}

static enum intake_char inspect(const char *text, size_t *at)
{
	uint32_t cp;

	return intake_unicode_inspect(str_of(text), &cp, at);
}

static void inspecting(void **state)
{
	size_t at;

	(void)state;
	assert_int_equal(inspect("plain \xC3\xA9 \xE4\xB8\xAD", &at), INTAKE_CHAR_FINE);
	assert_int_equal(inspect("\xC3\xA9\xE2\x80\xAD", &at), INTAKE_CHAR_BIDI);
	assert_int_equal(at, 2);
	assert_int_equal(inspect("a\xD8\x9C", &at), INTAKE_CHAR_BIDI);
	assert_int_equal(inspect("ab\x1F", &at), INTAKE_CHAR_CONTROL);
	assert_int_equal(at, 3);
	assert_int_equal(inspect("\xE2\x80\xA8", &at), INTAKE_CHAR_CONTROL);
	assert_int_equal(inspect("\xEF\xB7\x90", &at), INTAKE_CHAR_CONTROL);
	assert_int_equal(inspect("\xF3\xBF\xBF\xBF", &at), INTAKE_CHAR_CONTROL);
	assert_int_equal(inspect("\xEF\xBB\xBF", &at), INTAKE_CHAR_ZERO_WIDTH);
	assert_int_equal(inspect("\xEF\xBF\xBD", &at), INTAKE_CHAR_REPLACEMENT);
}

static void joiners_by_script(void **state)
{
	size_t at;

	(void)state;
	assert_int_equal(inspect("\xDA\xAF\xD9\x84\xE2\x80\x8C\xD9\x85", &at), INTAKE_CHAR_FINE);
	assert_int_equal(inspect("\xE0\xA4\x95\xE0\xA5\x8D\xE2\x80\x8D", &at), INTAKE_CHAR_FINE);
	assert_int_equal(inspect("\xE0\xB4\xB0\xE0\xB5\x8D\xE2\x80\x8D", &at), INTAKE_CHAR_FINE);
	assert_int_equal(inspect("a\xE2\x80\x8D", &at), INTAKE_CHAR_ZERO_WIDTH);
	assert_int_equal(inspect("\xE2\x80\x8C", &at), INTAKE_CHAR_ZERO_WIDTH);
	assert_int_equal(inspect("\xD0\x90\xE2\x80\x8C", &at), INTAKE_CHAR_ZERO_WIDTH);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(trimming),
		cmocka_unit_test(composing),
		cmocka_unit_test(plain_forms),
		cmocka_unit_test(lowering),
		cmocka_unit_test(unmangling),
		cmocka_unit_test(inspecting),
		cmocka_unit_test(joiners_by_script),
	};
	struct err err = {0};
	int failed;

	harness_start();
	if (intake_unicode_warm_up(&err) != RC_OK)
		return 1;
	arena = arena_new(4u << 20);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(&arena);
	return failed;
}
