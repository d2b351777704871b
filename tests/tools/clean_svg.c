// SPDX-License-Identifier: Apache-2.0
/*
 * clean_svg OUT FILE...: cleans each file as intake does and writes OUT/NAME.clean.svg, OUT/NAME.art.svg (.art1.svg ... for further layers). One
 * JSON object a line says what became of it: refusal, notes, whether cleaning again gave the same bytes.
 */
#include "base/err.h"
#include "base/file.h"
#include "base/jsonw.h"
#include "base/text.h"
#include "templates/clean.h"
#include "templates/css_property.h"
#include "templates/names.h"
#include "templates/rules.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INPUT_MAX ((size_t)64 << 20)

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

static void must(enum rc rc, const struct err *err)
{
	if (rc == RC_OK)
		return;
	fprintf(stderr, "clean_svg: %s\n", err->text);
	exit(2);
}

static void read_file(const char *path, struct buf *out)
{
	AUTO_FD fd = open(path, O_RDONLY | O_CLOEXEC);
	struct err err;

	must(file_read_all(fd, path, INPUT_MAX, out, &err), &err);
}

static void write_file(const char *dir, const char *name, const char *ending, struct bytes content)
{
	char path[4096];
	struct err err;
	AUTO_FD fd = -1;

	text_fmt(path, sizeof path, "%s/%s%s", dir, name, ending);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	must(file_write_all(fd, path, content, &err), &err);
}

static bool clean_again(struct bytes once)
{
	struct arena *a = arena_new(TEMPLATE_ARENA_LEN);
	struct template_cleaned out;
	struct err err;
	bool same = template_clean(once, a, &out, &err) == RC_OK && out.clean.n == once.n
		&& memcmp(out.clean.p, once.p, once.n) == 0;

	arena_free(&a);
	return same;
}

static void write_notes(struct jsonw *w, const struct template_cleaned *out)
{
	jsonw_key_open(w, "notes", '[');
	for (uint32_t i = 0; i < out->notes.count; i++) {
		const struct template_note *n = &out->notes.items[i];

		jsonw_open(w, '{');
		jsonw_key_bool(w, "removed", n->kind == TEMPLATE_NOTE_REMOVED);
		jsonw_key_i64(w, "line", n->line);
		jsonw_key_str(w, "element", n->element);
		jsonw_key_str(w, "what", n->what);
		jsonw_key_str(w, "why", n->why);
		jsonw_close(w, '}');
	}
	jsonw_close(w, ']');
	jsonw_key_open(w, "fields", '[');
	for (uint32_t i = 0; i < out->fields.count; i++)
		jsonw_str(w, out->fields.items[i]);
	jsonw_close(w, ']');
}

/* The lowest layer as NAME.art.svg, those over it as NAME.art1.svg and so on. */
static void write_art(const char *dir, const char *name, const struct template_cleaned *out)
{
	size_t at = 0;

	for (uint32_t i = 0; i < out->design.layers.count || i == 0; i++) {
		size_t len = out->design.layers.count > 0
			? (size_t)out->design.layers.items[i].art_len
			: out->art.n;
		char ending[32];

		text_fmt(ending, sizeof ending, i > 0 ? ".art%u.svg" : ".art.svg", i);
		write_file(dir, name, ending, (struct bytes){out->art.p + at, len});
		at += len;
	}
}

static void clean_file(const char *dir, const char *path)
{
	struct arena *a = arena_new(TEMPLATE_ARENA_LEN);
	struct buf file = buf_new(INPUT_MAX);
	struct buf text = buf_new(INPUT_MAX);
	struct jsonw w = jsonw_new(&text);
	struct template_cleaned out;
	struct err err = {0};
	enum rc rc;

	read_file(path, &file);
	rc = template_clean(buf_bytes(&file), a, &out, &err);
	jsonw_open(&w, '{');
	jsonw_key_str(&w, "name", str_of(base_name(path)));
	jsonw_key_i64(&w, "rc", rc);
	if (rc == RC_OK) {
		write_file(dir, base_name(path), ".clean.svg", out.clean);
		write_art(dir, base_name(path), &out);
		jsonw_key_bool(&w, "again", clean_again(out.clean));
		write_notes(&w, &out);
	} else {
		jsonw_key_bool(&w, "refused", rc == RC_INPUT || rc == RC_LIMIT);
		jsonw_key_str(&w, "refusal", str_of(err.text));
	}
	jsonw_close(&w, '}');
	buf_put_char(&text, '\n');
	fwrite(text.p, 1, text.n, stdout);
	fflush(stdout);
	buf_free(&text);
	arena_free(&a);
	buf_free(&file);
}

#ifdef RULE_MUTATION
bool rules_off[RULE_COUNT];

/* The name of a rule; "" where there is none. */
static void name_rule(unsigned rule, char *out, size_t out_len)
{
	static const char *const names[] = {
#define RULE_NAME(name) #name,
		RULES(RULE_NAME)
#undef RULE_NAME
	};

	out[0] = '\0';
	if (rule < RULE_GRAMMAR)
		text_fmt(out, out_len, "%s", names[rule]);
	else if (rule >= RULE_CSS_GRAMMAR && rule - RULE_CSS_GRAMMAR <= CSS_GRAMMAR_TRANSFORM)
		text_fmt(out, out_len, "CSS_GRAMMAR_%u", rule - RULE_CSS_GRAMMAR);
	else if (rule < RULE_CSS_GRAMMAR && rule - RULE_GRAMMAR <= GRAMMAR_TOKEN)
		text_fmt(out, out_len, "GRAMMAR_%u", rule - RULE_GRAMMAR);
}

/* RULE_OFF: names, with commas between them. */
static void choose_rules(bool list)
{
	struct str off = str_of(getenv("RULE_OFF") != NULL ? getenv("RULE_OFF") : "");
	char name[64];

	for (unsigned i = 0; i < RULE_COUNT && list; i++) {
		name_rule(i, name, sizeof name);
		if (name[0] != '\0')
			printf("%s\n", name);
	}
	if (list)
		exit(0);
	for (size_t at = 0; at < off.n;) {
		size_t end = str_find(off, ',', at);
		bool found = false;

		for (unsigned i = 0; i < RULE_COUNT; i++) {
			name_rule(i, name, sizeof name);
			if (name[0] == '\0' || !str_eq_cz(str_slice(off, at, end), name))
				continue;
			rules_off[i] = found = true;
		}
		if (!found)
			exit(2);
		at = end + 1;
	}
}
#endif

int main(int argc, char **argv)
{
#ifdef RULE_MUTATION
	choose_rules(argc == 2 && strcmp(argv[1], "--rules") == 0);
#endif
	if (argc < 3) {
		fprintf(stderr, "usage: clean_svg OUT FILE...\n");
		return 2;
	}
	for (int i = 2; i < argc; i++)
		clean_file(argv[1], argv[i]);
	return 0;
}
