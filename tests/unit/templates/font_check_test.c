// SPDX-License-Identifier: Apache-2.0
/* Every font of this machine passes; those of tests/fuzz/corpus that lie are told so. Runs in: tests. */
#include "templates/font_check.h"
#include "templates/font_read.h"
#include "templates/limits.h"
#include "tests/harness/harness.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FONTS "/usr/share/fonts"
#define PATHS_MAX 4000

static char *paths[PATHS_MAX];
static size_t path_count;

static int keep_path(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	size_t n = strlen(path);
	bool font = n > 4
		&& (strcmp(path + n - 4, ".ttf") == 0 || strcmp(path + n - 4, ".otf") == 0
			|| strcmp(path + n - 4, ".ttc") == 0);

	(void)st;
	(void)ftw;
	if (type == FTW_F && font && path_count < PATHS_MAX)
		paths[path_count++] = strdup(path);
	return 0;
}

/* The first font of a collection as a file of its own: the same tables, other offsets. */
static struct bytes without_collection(struct arena *a, struct bytes file)
{
	const uint8_t *first;
	uint32_t count;
	uint8_t *out;
	size_t at;

	if (memcmp(file.p, "ttcf", 4) != 0)
		return file;
	first = file.p + font_read_32(file.p + 12);
	count = font_read_16(first + 4);
	out = arena_alloc(a, file.n + 4096);
	at = 12 + 16 * (size_t)count;
	memcpy(out, first, at);
	for (uint32_t i = 0; i < count; i++) {
		uint8_t *r = out + 12 + 16 * (size_t)i;
		size_t len = font_read_32(r + 12);

		memcpy(out + at, file.p + font_read_32(r + 8), len);
		for (size_t k = 0; k < 4; k++)
			r[8 + k] = (uint8_t)(at >> (24 - 8 * k));
		at += (len + 3) & ~(size_t)3;
	}
	return (struct bytes){out, at};
}

static void every_installed_font_passes(void **state)
{
	size_t passed = 0;

	(void)state;
	assert_int_equal(nftw(FONTS, keep_path, 16, FTW_PHYS), 0);
	for (size_t i = 0; i < path_count; i++) {
		struct arena *a = arena_new((size_t)256 << 20);
		struct bytes file = without_collection(a, harness_read(a, paths[i]));
		struct bytes once;
		struct err err = {0};
		enum rc rc = font_check_rewrite(file, a, &once, &err);

		/* One that is too large must be told as such, and nothing else. */
		if (rc == RC_OK || (rc == RC_LIMIT && file.n > LIMIT_FONT_LEN))
			passed++;
		else
			print_error("%s: %s\n", paths[i], err.text);
		arena_free(&a);
		free(paths[i]);
	}
	assert_true(path_count >= 10);
	assert_int_equal(passed, path_count);
}

/* Fonts of the fuzzer's corpus, and a part of what is said of each; NULL: accepted. */
static const struct {
	const char *name;
	const char *said;
} lying[] = {
	{"good-01-whole.ttf", NULL},
	{"good-composite.ttf", NULL},
	{"good-cff.otf", NULL},
	{"good-cid-bytes.otf", NULL},
	{"good-cid-ranges.otf", NULL},
	{"font-43-both.ttf", NULL},
	{"cid-dict-missing.otf", "asks for a DICT that is not there"},
	{"cid-dicts-none.otf", "CFF has no DICT, or too many"},
	{"cid-select-back.otf", "FDSelect of CFF is not in order"},
	{"cid-select-few.otf", "FDSelect of CFF ends before"},
	{"cid-select-odd.otf", "FDSelect of CFF makes no sense"},
	{"cff-foreseen.otf", "calls what cannot be foreseen"},
	{"font-23-composite-self.ttf", "a glyph is a part of itself"},
	{"font-24-composite-ring.ttf", "over more than 16 levels"},
	{"font-26-composite-bomb-wide.ttf", "more than 2000 parts"},
	{"font-27-composite-outside.ttf", "a glyph that it does not have"},
	{"font-28-composite-endless.ttf", "the parts of a glyph lie outside it"},
	{"font-29-glyf-contours.ttf", "the contours of a glyph lie outside it"},
	{"font-30-cmap-overlap.ttf", "the ranges of cmap are not in order"},
	{"font-31-cmap-back.ttf", "the ranges of cmap are not in order"},
	{"font-32-cmap-all.ttf", "cmap leads to glyphs"},
	{"font-33-cmap-claims.ttf", "the ranges of cmap lie outside it"},
	{"font-34-cmap-4-odd.ttf", "the ranges of cmap lie outside it"},
	{"font-35-gsub-ones.ttf", "a part of GSUB or GPOS lies outside it"},
	{"font-36-gpos-ones.ttf", "a part of GSUB or GPOS lies outside it"},
	{"gsub-kind.ttf", "a lookup of an unknown kind"},
	{"gsub-feature.ttf", "a feature asks for a lookup"},
	{"gsub-version.ttf", "GSUB or GPOS makes no sense"},
	{"font-37-cff-recursion.otf", "more than 10 parts inside each other"},
	{"font-38-cff-ring.otf", "more than 10 parts inside each other"},
	{"font-39-cff-bomb.otf", "one of them more than 200000"},
	{"font-40-cff-outside.otf", "calls a part that is not there"},
	{"font-41-cff-index.otf", "a list of CFF lies outside it"},
	{"font-42-cff-header.otf", "a list of CFF lies outside it"},
};

static void lies_are_told(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(lying); i++) {
		struct arena *a = arena_new(64u << 20);
		char path[200];
		struct bytes out;
		struct err err = {0};
		enum rc rc;

		(void)snprintf(path, sizeof path, "tests/fuzz/corpus/fonttable/%s", lying[i].name);
		rc = font_check_rewrite(harness_read(a, path), a, &out, &err);
		if ((rc == RC_OK) != (lying[i].said == NULL)
			|| (rc != RC_OK && strstr(err.text, lying[i].said) == NULL))
			fail_msg("%s: %s", lying[i].name, rc == RC_OK ? "accepted" : err.text);
		arena_free(&a);
	}
}

/* The outlines of the other kind, which nobody judged, are left out. */
static void one_kind_of_outlines(void **state)
{
	struct arena *a = arena_new(64u << 20);
	struct bytes out;
	struct err err;
	struct bytes file = harness_read(a, "tests/fuzz/corpus/fonttable/font-43-both.ttf");

	(void)state;
	assert_non_null(memmem(file.p, file.n, "CFF ", 4));
	assert_ok(font_check_rewrite(file, a, &out, &err), err);
	assert_null(memmem(out.p, out.n, "CFF ", 4));
	arena_free(&a);
}

/* Refused, or what comes out comes out the same again. */
static void check_twice(struct bytes file, struct arena *a)
{
	struct bytes once;
	struct bytes twice;
	struct err err;

	if (font_check_rewrite(file, a, &once, &err) != RC_OK)
		return;
	assert_ok(font_check_rewrite(once, a, &twice, &err), err);
	assert_true(str_eq(bytes_text(once), bytes_text(twice)));
}

static void fonts_cut_anywhere(void **state)
{
	struct arena *a = arena_new(64u << 20);
	struct bytes whole = harness_read(a, "tests/fuzz/corpus/fonttable/good-01-whole.ttf");
	struct bytes once;
	struct err err;

	(void)state;
	assert_ok(font_check_rewrite(whole, a, &once, &err), err);
	for (size_t n = 0; n < whole.n; n++)
		check_twice((struct bytes){arena_dup(a, whole.p, n), n}, a);
	arena_free(&a);
}

static void outlines_with_any_byte_other(void **state)
{
	struct arena *a = arena_new(256u << 20);
	struct bytes whole = harness_read(a, "tests/fuzz/corpus/fonttable/good-cff.otf");

	(void)state;
	for (size_t i = 0; i < whole.n; i++) {
		uint8_t *other = arena_dup(a, whole.p, whole.n);

		other[i] ^= 0xff;
		check_twice((struct bytes){other, whole.n}, a);
	}
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_installed_font_passes),
		cmocka_unit_test(lies_are_told),
		cmocka_unit_test(one_kind_of_outlines),
		cmocka_unit_test(fonts_cut_anywhere),
		cmocka_unit_test(outlines_with_any_byte_other),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
