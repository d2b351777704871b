// SPDX-License-Identifier: Apache-2.0
/* Bundles and their fonts: what is written reads back the same; names that lead out; hrefs. Runs in: tests. */
#include "templates/bundle.h"
#include "templates/bundle_entry.h"
#include "tests/unit/templates/clean_kit.h"

#define GOOD "tests/hostile/zip/good-01-whole.zip"

static void a_good_bundle_passes_whole(void **state)
{
	struct arena *a = arena_new(16u << 20);
	struct kit k;
	struct kit again;

	(void)state;
	kit_open(&k, bytes_text(harness_read(a, GOOD)));
	assert_ok(k.rc, k.err);
	assert_true(bundle_is(k.out.clean));
	assert_true(kit_has(k.out.clean, "href=\"images/photo.png\""));
	assert_false(kit_has(k.out.clean, "data:image"));
	assert_true(kit_has(k.out.clean, "{\"x-a\":{\"x\":[1,2]},\"x-b\":1}"));
	/* The artwork stands alone. */
	assert_true(kit_has(k.out.art, "href=\"data:image/png;base64,"));
	assert_true(kit_has(k.out.art, "href=\"data:image/jpeg;base64,"));
	assert_int_equal(k.out.fields.count, 1);
	kit_open(&again, bytes_text(k.out.clean));
	assert_ok(again.rc, again.err);
	assert_true(str_eq(bytes_text(again.out.clean), bytes_text(k.out.clean)));
	assert_true(str_eq(bytes_text(again.out.art), bytes_text(k.out.art)));
	kit_close(&again);
	kit_close(&k);
	arena_free(&a);
}

static void names(void **state)
{
	static const char *const good[] = {"a", "images/Foto 1.png", "fonts/", "images/Icon.png",
		"com/common.png", "design/images/\xc3\xa9t\xc3\xa9.jpg"};
	static const char *const bad[] = {"", "/", "/a", "..", "a/../b", "a//b", "a\\b", "C:a",
		"a.", "a ", "images/con.png", "LPT1", "a\nb", "a\xe2\x80\xae", "\xff", "a%2e",
		"./a", "a/.", "\xef\xbc\x8e\xef\xbc\x8e/a",
		"a\xef\xbc\x8f"
		"b"};
	struct arena *a = arena_new(1u << 20);
	struct err err;

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(good); i++)
		assert_ok(bundle_entry_check_name(a, str_of(good[i]), &err), err);
	for (size_t i = 0; i < ARRAY_COUNT(bad); i++)
		if (bundle_entry_check_name(a, str_of(bad[i]), &err) != RC_INPUT)
			fail_msg("accepted: %s", bad[i]);
	arena_free(&a);
}

static void places(void **state)
{
	static const struct {
		const char *name;
		enum bundle_kind kind;
	} cases[] = {{"d/template.svg", BUNDLE_SVG}, {"d/template.json", BUNDLE_JSON},
		{"d/images/a.PNG", BUNDLE_IMAGE}, {"d/images/a.svg", BUNDLE_OTHER},
		{"d/fonts/a.otf", BUNDLE_FONT}, {"d/fonts/a.woff2", BUNDLE_OTHER},
		{"template.svg", BUNDLE_OTHER}, {"d/images/.png", BUNDLE_IMAGE}};
	const struct str two[] = {STR("a/template.svg"), STR("template.svg")};
	struct str below;
	struct err err;

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++)
		assert_int_equal(
			bundle_entry_kind(str_of(cases[i].name), STR("d/")), cases[i].kind);
	assert_ok(bundle_entry_find_root(two, 1, &below, &err), err);
	assert_true(str_eq_cz(below, "a/"));
	assert_int_equal(bundle_entry_find_root(two, 2, &below, &err), RC_INPUT);
	assert_int_equal(bundle_entry_find_root(two, 0, &below, &err), RC_INPUT);
}

static void hrefs(void **state)
{
	struct bundle_file file = {.kind = BUNDLE_IMAGE, .name = STR("images/a b.png")};
	struct bundle b = {.files = {&file, 1}};

	(void)state;
	assert_ptr_equal(bundle_find_image(&b, STR("images/a b.png")), &file);
	assert_ptr_equal(bundle_find_image(&b, STR("./images/a%20b.png")), &file);
	assert_null(bundle_find_image(&b, STR("images/a%20b.pn")));
	assert_null(bundle_find_image(&b, STR("../images/a b.png")));
	assert_null(bundle_find_image(&b, STR("")));
	file.kind = BUNDLE_FONT;
	assert_null(bundle_find_image(&b, STR("images/a b.png")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_bundle_passes_whole),
		cmocka_unit_test(names),
		cmocka_unit_test(places),
		cmocka_unit_test(hrefs),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
