// SPDX-License-Identifier: Apache-2.0
/* Choosing, opening and hashing pinned fonts. Runs in: control, and the command line's doctor. */
#include "jobs/fonts.h"

#include "base/file.h"
#include "base/hash.h"
#include "base/mem.h"
#include "jobs/fonts_catalogue.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* The largest catalogued file has 30 MB. */
#define FILE_MAX ((size_t)128 * 1024 * 1024)
#define FAMILIES_MAX 200
/* Of the list; the rest is for the scripts that names are written in. */
#define OWN_MAX 20
#define OWN_FILE_MAX ((uint64_t)64 * 1024 * 1024)
/* Keys of own fonts: their place in the bundle. */
#define OWN_PREFIX "fonts/"
#define KEY_LEN 64

/* Either a face of the catalogue, or one that came with the template, under an asked name. */
struct choice {
	const struct fonts_face *face;
	const struct wire_template_font *own;
	struct str family;
};

struct selection {
	struct arena *a;
	struct fonts_list *out;
	struct fonts_own own;
	struct font_hashes *hashes;
	struct choice chosen[FONTS_MAX];
};

/* Lower case without spaces and quotes: "Times New Roman" is "timesnewroman". */
static struct str plain_name(struct arena *a, struct str name)
{
	char *p = arena_alloc(a, name.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];

		if (c == ' ' || c == '\'' || c == '"')
			continue;
		p[n++] = c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
	}
	return (struct str){p, n};
}

static bool face_is_there(const struct fonts_face *face)
{
	return access(face->path, R_OK) == 0;
}

static bool is_chosen(const struct selection *s, const struct fonts_face *face)
{
	for (uint32_t i = 0; i < s->out->count; i++) {
		if (s->chosen[i].face == face)
			return true;
	}
	return false;
}

static void add_face(struct selection *s, const struct fonts_face *face)
{
	if (s->out->count == FONTS_MAX || is_chosen(s, face) || !face_is_there(face))
		return;
	s->chosen[s->out->count++].face = face;
}

/* False when no font of the template's own has that name. */
static bool add_own(struct selection *s, struct str asked)
{
	struct str plain = plain_name(s->a, asked);
	bool found = false;

	for (uint32_t i = 0; i < s->own.count; i++) {
		const struct wire_template_font *f = &s->own.items[i];
		bool named = false;

		for (uint32_t k = 0; k < f->names.count; k++)
			named = named || str_eq(plain, plain_name(s->a, f->names.items[k]));
		if (!named || s->out->count == OWN_MAX)
			continue;
		s->chosen[s->out->count++] = (struct choice){NULL, f, asked};
		found = true;
	}
	return found;
}

/* False when the catalogue does not have the family, or none of its files are there. */
static bool add_family(struct selection *s, struct str plain)
{
	bool found = false;

	for (size_t i = 0; i < fonts_catalogue_count; i++) {
		const struct fonts_face *face = &fonts_catalogue[i];

		if (str_eq(plain, plain_name(s->a, str_of(face->family))) && face_is_there(face)) {
			add_face(s, face);
			found = true;
		}
	}
	return found;
}

/* Of a family of ours; of what stands in for another maker's: by the list, else by its name, else sans. */
static enum fonts_flavour flavour_of(struct selection *s, struct str plain)
{
	for (size_t i = 0; i < fonts_catalogue_count; i++) {
		const struct fonts_face *face = &fonts_catalogue[i];

		if (face->flavour != FONTS_ANY
			&& str_eq(plain, plain_name(s->a, str_of(face->family))))
			return face->flavour;
	}
	for (size_t i = 0; i < fonts_alias_count; i++) {
		if (str_eq_cz(plain, fonts_aliases[i].asked))
			return fonts_aliases[i].flavour;
	}
	if (str_find_str(plain, STR("sans")) < plain.n)
		return FONTS_SANS;
	return str_find_str(plain, STR("serif")) < plain.n ? FONTS_SERIF : FONTS_SANS;
}

static bool is_generic(struct str plain)
{
	static const char *const names[] = {"serif", "sans-serif", "monospace", "cursive",
		"fantasy", "system-ui", "ui-serif", "ui-sans-serif", "ui-monospace", "math"};

	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		if (str_eq_cz(plain, names[i]))
			return true;
	}
	return false;
}

static const char *latin_family(enum fonts_flavour flavour)
{
	return flavour == FONTS_SERIF ? "Noto Serif" : "Noto Sans";
}

/* Adds what stands for one asked family; returns the flavour that its text has. */
static enum fonts_flavour add_asked(struct selection *s, struct str asked)
{
	struct str plain = plain_name(s->a, asked);
	enum fonts_flavour flavour = flavour_of(s, plain);

	if (add_own(s, asked) || add_family(s, plain))
		return flavour;
	(void)add_family(s, plain_name(s->a, str_of(latin_family(flavour))));
	if (!is_generic(plain))
		s->out->missing.items[s->out->missing.count++] = str_dup(s->a, asked);
	return flavour;
}

static void add_pass(struct selection *s, enum fonts_flavour flavour, uint8_t pass)
{
	for (size_t i = 0; i < fonts_catalogue_count; i++) {
		const struct fonts_face *face = &fonts_catalogue[i];

		if (face->fallback == pass
			&& (face->flavour == flavour || face->flavour == FONTS_ANY))
			add_face(s, face);
	}
}

/*
 * Every script in the flavour of the first text; where texts of both are, the scripts that most names are
 * written in in the other flavour, too: a name in a line of sans stays sans.
 */
static void add_fallback(struct selection *s, enum fonts_flavour first, bool both)
{
	static const struct {
		bool other;
		uint8_t pass;
	} steps[] = {
		{false, 1}, {false, 2}, {false, 3}, {true, 1}, {true, 3}, {false, 4}, {false, 5}};
	enum fonts_flavour other = first == FONTS_SERIF ? FONTS_SANS : FONTS_SERIF;

	for (size_t i = 0; i < ARRAY_COUNT(steps); i++) {
		if (both || !steps[i].other)
			add_pass(s, steps[i].other ? other : first, steps[i].pass);
	}
}

/* Faces of one collection share their file: its hash is copied, not made again. */
static enum rc open_face(struct selection *s, uint32_t index, struct err *err)
{
	const struct fonts_face *face = s->chosen[index].face;
	struct wire_font *font = &s->out->fonts[index];
	AUTO_FD fd = open(face->path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	enum rc rc = RC_OK;
	uint32_t same = 0;

	if (fd < 0)
		return err_errno(err, RC_SYSTEM, errno, "cannot open the font %s", face->path);
	while (same < index
		&& (s->chosen[same].face == NULL
			|| strcmp(s->chosen[same].face->path, face->path) != 0))
		same++;
	if (same < index)
		memcpy(font->sha256, s->out->fonts[same].sha256, sizeof font->sha256);
	else
		rc = font_hashes_of(s->hashes, fd, face->path, FILE_MAX, font->sha256, err);
	if (rc != RC_OK)
		return rc;
	font->key = str_of(face->key);
	font->family = str_of(face->family);
	font->weight = face->weight;
	font->italic = face->italic;
	font->face_index = face->face_index;
	s->out->fds[index] = file_take(&fd);
	return RC_OK;
}

/* Its file's name; another one for a name too long, or for a face that texts ask for by two names. */
static struct str own_key(const struct selection *s, uint32_t index)
{
	const struct wire_template_font *own = s->chosen[index].own;

	for (uint32_t i = 0; i < index; i++)
		if (s->chosen[i].own == own)
			return str_fmt(s->a, OWN_PREFIX "%u", index);
	return own->file.n <= KEY_LEN && str_starts(own->file, STR(OWN_PREFIX))
		? own->file
		: str_fmt(s->a, OWN_PREFIX "%u", index);
}

/* Our own copy of what intake wrote, sealed; its hash is of that copy. */
static enum rc open_own(struct selection *s, uint32_t index, struct err *err)
{
	const struct wire_template_font *own = s->chosen[index].own;
	struct wire_font *font = &s->out->fonts[index];
	struct bytes content = {NULL, 0};
	uint8_t *p;
	enum rc rc;

	if (own->len == 0 || own->len > OWN_FILE_MAX)
		return err_set(err, RC_PEER, "a font of the template is impossibly large");
	p = mem_alloc((size_t)own->len);
	rc = file_pread(s->own.fd, "a font of the template", own->offset, p, (size_t)own->len, err);
	content = (struct bytes){p, (size_t)own->len};
	if (rc == RC_OK)
		rc = file_memory_of("font", content, &s->out->fds[index], err);
	if (rc == RC_OK)
		hash_sha256(content, font->sha256);
	MEM_FREE(p);
	font->key = own_key(s, index);
	font->family = s->chosen[index].family;
	font->weight = own->weight;
	font->italic = own->italic;
	font->face_index = 0;
	return rc;
}

bool fonts_is_own(struct str key)
{
	return str_starts(key, STR(OWN_PREFIX));
}

static enum rc open_faces(struct selection *s, struct err *err)
{
	for (uint32_t i = 0; i < s->out->count; i++) {
		enum rc rc = s->chosen[i].own != NULL ? open_own(s, i, err) : open_face(s, i, err);

		if (rc != RC_OK) {
			fonts_close(s->out);
			return rc;
		}
	}
	return RC_OK;
}

enum rc fonts_select(
	const struct fonts_ask *ask, struct arena *a, struct fonts_list *out, struct err *err)
{
	struct selection s = {.a = a, .out = out, .own = ask->own, .hashes = ask->hashes};
	enum fonts_flavour first = FONTS_SERIF;
	bool both = false;
	size_t count = ask->count;

	if (count > FAMILIES_MAX)
		return err_set(err, RC_LIMIT,
			"the template names %zu font families, at most %d are allowed", count,
			FAMILIES_MAX);
	*out = (struct fonts_list){.fonts = arena_zalloc(a, FONTS_MAX, sizeof(struct wire_font)),
		.fds = arena_alloc(a, FONTS_MAX * sizeof(int))};
	out->missing.items = arena_zalloc(a, count + 1, sizeof(struct str));
	for (size_t i = 0; i < FONTS_MAX; i++)
		out->fds[i] = -1;
	for (size_t i = 0; i < count; i++) {
		enum fonts_flavour flavour = add_asked(&s, ask->families[i]);

		if (i == 0)
			first = flavour;
		both = both || flavour != first;
	}
	add_fallback(&s, first, both);
	if (out->count == 0)
		return err_set(err, RC_SYSTEM,
			"none of the fonts that certificates are drawn with is installed; install "
			"them with: " FONTS_APT_LINE);
	return open_faces(&s, err);
}

void fonts_close(struct fonts_list *list)
{
	for (uint32_t i = 0; i < list->count; i++)
		file_auto_close(&list->fds[i]);
	list->count = 0;
}

void fonts_check(struct arena *a, struct fonts_report *out)
{
	*out = (struct fonts_report){0};
	out->scripts.items = arena_zalloc(a, fonts_catalogue_count, sizeof(struct fonts_script));
	for (size_t i = 0; i < fonts_catalogue_count; i++) {
		const struct fonts_face *face = &fonts_catalogue[i];
		bool cjk = strstr(face->path, "CJK") != NULL;
		uint32_t at = 0;

		while (at < out->scripts.count
			&& strcmp(out->scripts.items[at].script, face->script) != 0)
			at++;
		if (at == out->scripts.count)
			out->scripts.items[out->scripts.count++] = (struct fonts_script){
				face->script, cjk ? "fonts-noto-cjk" : "fonts-noto-core", false};
		if (!out->scripts.items[at].covered && face_is_there(face)) {
			out->scripts.items[at].covered = true;
			out->covered_count++;
		}
	}
}
