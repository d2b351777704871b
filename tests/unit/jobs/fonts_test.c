// SPDX-License-Identifier: Apache-2.0
/* The font catalogue: order, pinning, substitutes. Runs in: make check. */
#include "base/file.h"
#include "base/hash.h"
#include "jobs/fonts.h"
#include "jobs/fonts_catalogue.h"
#include "tests/harness/harness.h"

#include <string.h>
#include <sys/stat.h>

static struct arena *arena;

static int set_up(void **state)
{
	(void)state;
	arena = arena_new(4u << 20);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static int index_of(const struct fonts_list *list, const char *key)
{
	for (uint32_t i = 0; i < list->count; i++) {
		if (str_eq_cz(list->fonts[i].key, key))
			return (int)i;
	}
	return -1;
}

static struct fonts_list select_fonts(const struct str *families, size_t count)
{
	struct fonts_list list;
	struct err err = {0};

	assert_int_equal(
		fonts_select(&(struct fonts_ask){families, count, {0}, NULL}, arena, &list, &err),
		RC_OK);
	return list;
}

static void asked_family_comes_first(void **state)
{
	const struct str families[] = {STR("noto sans"), STR("Noto Naskh Arabic")};
	struct fonts_list list = select_fonts(families, 2);

	(void)state;
	assert_int_equal(index_of(&list, "noto-sans"), 0);
	assert_int_equal(index_of(&list, "noto-sans-bold-italic"), 3);
	assert_int_equal(index_of(&list, "noto-naskh-arabic"), 4);
	assert_true(index_of(&list, "noto-sans-hebrew") > 5);
	assert_int_equal(list.missing.count, 0);
	fonts_close(&list);
}

static void every_script_of_the_demo_is_there(void **state)
{
	static const char *const keys[] = {"noto-serif", "noto-serif-bold", "noto-naskh-arabic",
		"noto-serif-hebrew", "noto-serif-devanagari", "noto-serif-bengali",
		"noto-serif-thai", "noto-serif-georgian", "noto-serif-armenian", "noto-serif-tamil",
		"noto-serif-ethiopic", "noto-serif-cjk-sc", "noto-serif-cjk-jp",
		"noto-serif-cjk-kr", "noto-serif-cjk-tc", "noto-serif-hebrew-bold",
		"noto-serif-cjk-sc-bold", "noto-sans-symbols-2"};
	struct fonts_list list = select_fonts(NULL, 0);

	(void)state;
	assert_true(list.count <= FONTS_MAX);
	for (size_t i = 0; i < ARRAY_COUNT(keys); i++)
		assert_true(index_of(&list, keys[i]) >= 0);
	fonts_close(&list);
}

static void serif_and_sans_together_keep_all_scripts(void **state)
{
	const struct str families[] = {STR("serif"), STR("sans-serif")};
	struct fonts_list list = select_fonts(families, 2);

	(void)state;
	assert_int_equal(index_of(&list, "noto-serif"), 0);
	assert_int_equal(index_of(&list, "noto-sans"), 4);
	assert_true(index_of(&list, "noto-serif-cjk-kr") > 0);
	assert_true(index_of(&list, "noto-serif-tibetan") > 0);
	/* A Hindi name looks like the field it stands in, whichever came first. */
	assert_true(index_of(&list, "noto-serif-devanagari") > 0);
	assert_true(index_of(&list, "noto-sans-devanagari") > 0);
	assert_true(index_of(&list, "noto-sans-devanagari-bold") > 0);
	assert_true(index_of(&list, "noto-sans-cjk-jp") > 0);
	assert_true(list.count <= FONTS_MAX);
	assert_int_equal(list.missing.count, 0);
	fonts_close(&list);
}

static void one_flavour_alone_needs_no_other(void **state)
{
	const struct str families[] = {STR("Montserrat"), STR("sans-serif")};
	struct fonts_list list = select_fonts(families, 2);

	(void)state;
	assert_true(index_of(&list, "noto-sans-hebrew") > 0);
	assert_true(index_of(&list, "noto-sans-oriya") > 0);
	assert_true(index_of(&list, "noto-sans-adlam") > 0);
	assert_int_equal(index_of(&list, "noto-serif-hebrew"), -1);
	fonts_close(&list);
}

static void strange_families_are_told(void **state)
{
	const struct str families[] = {STR("Times New Roman"), STR("Comic Sans MS"), STR("")};
	struct fonts_list list = select_fonts(families, 3);

	(void)state;
	assert_int_equal(list.missing.count, 3);
	assert_true(str_eq_cz(list.missing.items[0], "Times New Roman"));
	assert_int_equal(index_of(&list, "noto-serif"), 0);
	fonts_close(&list);
}

static void hashes_and_descriptors_are_of_the_file(void **state)
{
	struct fonts_list list = select_fonts(NULL, 0);
	int sc = index_of(&list, "noto-serif-cjk-sc");
	int jp = index_of(&list, "noto-serif-cjk-jp");
	struct bytes map;
	struct err err = {0};
	uint8_t sha[32];

	(void)state;
	assert_true(sc >= 0 && jp >= 0);
	assert_int_equal(file_map(list.fds[jp], "font", 200u << 20, &map, &err), RC_OK);
	hash_sha256(map, sha);
	file_unmap(&map);
	assert_memory_equal(sha, list.fonts[jp].sha256, 32);
	assert_memory_equal(sha, list.fonts[sc].sha256, 32);
	assert_int_equal(list.fonts[sc].face_index, 2);
	assert_int_equal(list.fonts[jp].face_index, 0);
	assert_memory_not_equal(sha, list.fonts[0].sha256, 32);
	fonts_close(&list);
}

static void closing_closes_all(void **state)
{
	struct fonts_list list = select_fonts(NULL, 0);
	int fd = list.fds[0];
	struct stat st;

	(void)state;
	assert_int_equal(fstat(fd, &st), 0);
	fonts_close(&list);
	assert_int_not_equal(fstat(fd, &st), 0);
	assert_int_equal(list.count, 0);
	fonts_close(&list);
}

static void too_many_families_are_refused(void **state)
{
	struct str families[300];
	struct fonts_list list;
	struct err err = {0};

	(void)state;
	for (size_t i = 0; i < 300; i++)
		families[i] = STR("x");
	assert_int_equal(
		fonts_select(&(struct fonts_ask){families, 300, {0}, NULL}, arena, &list, &err),
		RC_LIMIT);
}

static void keys_are_unique_and_fit_the_wire(void **state)
{
	(void)state;
	for (size_t i = 0; i < fonts_catalogue_count; i++) {
		assert_true(strlen(fonts_catalogue[i].key) <= 64);
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(fonts_catalogue[i].key, fonts_catalogue[j].key);
	}
}

static void doctor_sees_scripts(void **state)
{
	struct fonts_report report;
	bool korean = false;

	(void)state;
	fonts_check(arena, &report);
	assert_true(report.scripts.count > 20);
	for (uint32_t i = 0; i < report.scripts.count; i++) {
		if (strcmp(report.scripts.items[i].script, "Korean") == 0) {
			korean = true;
			assert_string_equal(report.scripts.items[i].package, "fonts-noto-cjk");
			assert_true(report.scripts.items[i].covered);
		}
	}
	assert_true(korean);
	assert_int_equal(report.covered_count, report.scripts.count);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(asked_family_comes_first, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			every_script_of_the_demo_is_there, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			serif_and_sans_together_keep_all_scripts, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			one_flavour_alone_needs_no_other, set_up, tear_down),
		cmocka_unit_test_setup_teardown(strange_families_are_told, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			hashes_and_descriptors_are_of_the_file, set_up, tear_down),
		cmocka_unit_test_setup_teardown(closing_closes_all, set_up, tear_down),
		cmocka_unit_test_setup_teardown(too_many_families_are_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			keys_are_unique_and_fit_the_wire, set_up, tear_down),
		cmocka_unit_test_setup_teardown(doctor_sees_scripts, set_up, tear_down),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
