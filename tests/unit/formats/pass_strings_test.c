// SPDX-License-Identifier: Apache-2.0
/* Texts of wallet passes: which languages, which words, quoted so that nothing breaks out. */
#include "formats/pass_strings.h"
#include "tests/harness/harness.h"

#include <string.h>

static const struct pass_text names[] = {{STR("en"), STR("Course")}, {STR("pt-BR"), STR("Curso")},
	{STR("de"), STR("Kurs \"A\" \\ B")}};

static struct str file_of(const struct pass_words *words, const char *lang)
{
	static struct buf out;
	struct err err = {0};

	buf_free(&out);
	out = buf_new(PASS_STRINGS_LEN_MAX);
	assert_ok(pass_strings_put(&out, words, str_of(lang), &err), err);
	return buf_str(&out);
}

static bool has(struct str text, const char *what)
{
	return str_find_str(text, str_of(what)) < text.n;
}

static void languages_are_those_named_and_english(void **state)
{
	static const struct pass_text german[] = {{STR("de"), STR("Kurs")}, {STR("DE"), STR("K")}};
	static const struct pass_text plain[] = {{STR(""), STR("Course")}};
	static const struct pass_wording french = {STR("fr"), STR("recipient"), STR("Pour")};
	struct pass_words words = {names, 3, &french, 1};
	struct str out[PASS_STRINGS_LANGUAGES_MAX];
	size_t n;
	struct err err = {0};

	(void)state;
	assert_ok(pass_strings_languages(&words, out, &n, &err), err);
	assert_int_equal(n, 4);
	assert_true(str_eq_cz(out[0], "de") && str_eq_cz(out[1], "en") && str_eq_cz(out[2], "fr")
		&& str_eq_cz(out[3], "pt-BR"));
	words = (struct pass_words){.names = german, .name_count = 2};
	assert_ok(pass_strings_languages(&words, out, &n, &err), err);
	assert_int_equal(n, 2);
	words = (struct pass_words){.names = plain, .name_count = 1};
	assert_ok(pass_strings_languages(&words, out, &n, &err), err);
	assert_int_equal(n, 0);
}

static void too_many_languages_are_refused(void **state)
{
	char tags[PASS_STRINGS_LANGUAGES_MAX + 1][3];
	struct pass_text many[PASS_STRINGS_LANGUAGES_MAX + 1];
	struct pass_words words = {.names = many, .name_count = ARRAY_COUNT(many)};
	struct str out[PASS_STRINGS_LANGUAGES_MAX];
	size_t n;
	struct err err = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(many); i++) {
		tags[i][0] = 'q';
		tags[i][1] = (char)('a' + i);
		tags[i][2] = '\0';
		many[i] = (struct pass_text){str_of(tags[i]), STR("x")};
	}
	assert_int_equal(pass_strings_languages(&words, out, &n, &err), RC_LIMIT);
	assert_non_null(strstr(err.text, "at most 16 languages"));
}

static void words_come_from_the_manifest_then_from_us(void **state)
{
	static const struct pass_wording wordings[] = {
		{STR("de"), STR("recipient"), STR("Urkunde für")},
		{STR("en"), STR("until"), STR("Good until")}};
	struct pass_words words = {names, 3, wordings, 2};

	(void)state;
	assert_true(has(file_of(&words, "de"), "\"Awarded to\" = \"Urkunde für\";\n"));
	assert_true(has(file_of(&words, "de"), "\"Valid until\" = \"Gültig bis\";\n"));
	assert_true(has(file_of(&words, "pt-BR"), "\"Awarded to\" = \"Atribuído a\";\n"));
	assert_true(has(file_of(&words, "en"), "\"Valid until\" = \"Good until\";\n"));
	/* A language that we do not speak gets English, which is there for every label. */
	assert_true(has(file_of(&words, "eo"), "\"Awarded to\" = \"Awarded to\";\n"));
}

static void names_are_said_in_the_language(void **state)
{
	struct pass_words words = {.names = names, .name_count = 3};

	(void)state;
	assert_true(has(file_of(&words, "de"), "\"Course\" = \"Kurs \\\"A\\\" \\\\ B\";\n"));
	assert_true(has(file_of(&words, "de"), "\"Curso\" = \"Kurs "));
	assert_true(has(file_of(&words, "de"), "\"Kurs \\\"A\\\" \\\\ B\" = "));
	assert_true(has(file_of(&words, "pt"), "\"Course\" = \"Curso\";\n"));
	assert_true(has(file_of(&words, "fr"), "\"Curso\" = \"Course\";\n"));
}

/* A name that is one of our labels, or stands there twice, would be a key twice. */
static void a_key_stands_once(void **state)
{
	static const struct pass_text same[] = {
		{STR("en"), STR("Website")}, {STR("de"), STR("Kurs")}, {STR("fr"), STR("Kurs")}};
	struct pass_words words = {.names = same, .name_count = 3};
	struct str text = file_of(&words, "de");
	size_t first = str_find_str(text, STR("\"Kurs\" = "));

	(void)state;
	assert_true(first < text.n);
	assert_int_equal(str_find_str(str_slice(text, first + 1, text.n), STR("\n\"Kurs\" = ")),
		text.n - first - 1);
	assert_true(has(text, "\"Website\" = \"Website\";\n"));
}

static void names_of_files_tell_the_language(void **state)
{
	(void)state;
	assert_true(str_eq_cz(pass_strings_language_of(STR("pt-BR.lproj/pass.strings")), "pt-BR"));
	assert_int_equal(pass_strings_language_of(STR("pass.strings")).n, 0);
	assert_int_equal(pass_strings_language_of(STR("en.lproj/logo.png")).n, 0);
	for (unsigned i = 0; i < PASS_LABEL_COUNT; i++)
		assert_true(pass_strings_label((enum pass_label)i).n != 0);
	assert_null(pass_strings_label_name(PASS_LABEL_COUNT));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(languages_are_those_named_and_english),
		cmocka_unit_test(too_many_languages_are_refused),
		cmocka_unit_test(words_come_from_the_manifest_then_from_us),
		cmocka_unit_test(names_are_said_in_the_language),
		cmocka_unit_test(a_key_stands_once),
		cmocka_unit_test(names_of_files_tell_the_language),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
