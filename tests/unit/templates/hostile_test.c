// SPDX-License-Identifier: Apache-2.0
/* Every file of tests/hostile/svg is refused or harmless afterwards, and the samples pass whole. Runs in: tests. */
#include "tests/unit/templates/clean_kit.h"

#include <stdio.h>

#define DIR "tests/hostile/"

/* Runs of a tag's attributes must hold none of these, whatever the text between tags says. */
static const char *const never[] = {"<script", "<foreignObject", "<animate", "<set", "<handler",
	"<image href=\"h", "<!", "<?", "<style", "<iframe", "<a ", "<html", "<embed",
	"xmlns:", "xlink:", "xml:base"};
static const char *const never_in_tags[] = {" on",
	"javascript:", "http:", "https:", "file:", "vbscript:", "//", "@", "expression", "var(",
	"\\"};

/* The tags of s alone: what is between < and >. Text cannot hold a bare < or >. */
static struct str tags_of(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.n + 1);
	bool inside = false;
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		inside = s.p[i] == '<' || (inside && s.p[i] != '>');
		if (inside)
			p[n++] = s.p[i];
	}
	return (struct str){p, n};
}

/* Image data is base64, in which "//" means nothing; the namespace is ours. */
static bool has_outside_data(struct str tags, const char *what)
{
	size_t at = 0;

	while (at < tags.n) {
		size_t next =
			at + str_find_str(str_slice(tags, at, tags.n), STR("href=\"data:image/"));

		if (str_find_str(str_slice(tags, at, next), str_of(what)) < next - at)
			return true;
		at = next < tags.n ? str_find(tags, '"', next + 6) + 1 : tags.n;
	}
	return false;
}

static void check_harmless(const char *name, const struct kit *k, struct bytes file)
{
	static const char ours[] = "<svg xmlns=\"http://www.w3.org/2000/svg\"";
	struct str s = bytes_text(file);
	struct str tags;

	assert_true(str_starts(s, STR("<svg xmlns=\"http://www.w3.org/2000/svg\"")));
	s = str_slice(s, sizeof ours - 1, s.n);
	tags = tags_of(k->a, s);
	for (size_t i = 0; i < ARRAY_COUNT(never); i++)
		if (str_find_str(tags, str_of(never[i])) < tags.n)
			fail_msg("%s: %s is left: " STR_FMT, name, never[i], STR_ARG(s));
	for (size_t i = 0; i < ARRAY_COUNT(never_in_tags); i++)
		if (has_outside_data(tags, never_in_tags[i]))
			fail_msg("%s: %s is left: " STR_FMT, name, never_in_tags[i], STR_ARG(s));
}

/* Each document of the artwork. */
static void check_art(const char *name, const struct kit *k)
{
	struct bytes rest = k->out.art;

	if (k->out.design.layers.count == 0)
		check_harmless(name, k, rest);
	for (uint32_t i = 0; i < k->out.design.layers.count; i++) {
		size_t len = (size_t)k->out.design.layers.items[i].art_len;

		assert_true(len <= rest.n);
		check_harmless(name, k, (struct bytes){rest.p, len});
		rest = (struct bytes){rest.p + len, rest.n - len};
	}
}

static void check_file(const char *expect, const char *name)
{
	struct arena *a = arena_new(16u << 20);
	struct str path = str_fmt(a, DIR "svg/%s.svg%c", name, 0);
	struct bytes file = harness_read(a, path.p);
	struct kit k;
	struct kit again;

	kit_open(&k, bytes_text(file));
	if (strcmp(expect, "refuse") == 0) {
		if (k.rc != RC_INPUT && k.rc != RC_LIMIT)
			fail_msg("%s: not refused", name);
		assert_true(str_is_utf8(str_of(k.err.text)) && k.err.text[0] != '\0');
	} else {
		if (k.rc != RC_OK)
			fail_msg("%s: refused: %s", name, k.err.text);
		check_harmless(name, &k, k.out.clean);
		check_art(name, &k);
		kit_open(&again, bytes_text(k.out.clean));
		assert_true(again.rc == RC_OK
			&& str_eq(bytes_text(again.out.clean), bytes_text(k.out.clean)));
		kit_close(&again);
	}
	kit_close(&k);
	arena_free(&a);
}

static void every_attack(void **state)
{
	static char line[16384];
	char expect[16];
	char name[120];
	unsigned count = 0;
	FILE *list = fopen(DIR "svg.expect", "r");

	(void)state;
	assert_non_null(list);
	while (fgets(line, sizeof line, list) != NULL) {
		/* The large ones are written where the judge of tests/hostile runs. */
		if (line[0] == '#' || sscanf(line, "%15s %119s", expect, name) != 2
			|| strncmp(name, "large-", 6) == 0)
			continue;
		check_file(expect, name);
		count++;
	}
	fclose(list);
	assert_true(count >= 600);
}

static void samples_pass_whole(void **state)
{
	static const char *const names[] = {
		"templates/samples/classic.svg", "templates/samples/modern.svg"};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		struct arena *a = arena_new(16u << 20);
		struct bytes file = harness_read(a, names[i]);
		struct kit k;

		kit_open(&k, bytes_text(file));
		assert_ok(k.rc, k.err);
		for (uint32_t n = 0; n < k.out.notes.count; n++)
			fail_msg("%s: " STR_FMT ": " STR_FMT, names[i],
				STR_ARG(k.out.notes.items[n].what),
				STR_ARG(k.out.notes.items[n].why));
		/* They are stored as the cleaner writes them. */
		assert_true(str_eq(bytes_text(k.out.clean), bytes_text(file)));
		assert_true(k.out.has_qr);
		assert_false(kit_has(k.out.art, "<text"));
		assert_true(k.out.fields.count >= 6);
		kit_close(&k);
		arena_free(&a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_attack),
		cmocka_unit_test(samples_pass_whole),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
