// SPDX-License-Identifier: Apache-2.0
/* Judging a bundle's entries by their names. Runs in: intake. */
#include "templates/bundle_entry.h"

#include "templates/limits.h"
#include "templates/rules.h"
#include "templates/value.h"

#include <string.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

/* Bytes; a name has no more UTF-16 units than that. */
#define NAME_LEN 200u

/* Windows takes these for devices, whatever follows their first dot. */
static bool is_device(struct str part)
{
	static const char *const devices[] = {"con", "prn", "aux", "nul", "com", "lpt"};
	struct str stem = str_slice(part, 0, str_find(part, '.', 0));
	bool numbered = stem.n == 4 && stem.p[3] >= '1' && stem.p[3] <= '9';

	for (size_t i = 0; i < ARRAY_COUNT(devices); i++)
		if (str_eq_nocase(str_slice(stem, 0, 3), str_of(devices[i])))
			return i < 4 ? stem.n == 3 : numbered;
	return false;
}

static bool is_good_part(struct str part)
{
	if (part.n == 0 || str_eq_cz(part, ".") || str_eq_cz(part, ".."))
		return false;
	/* Windows drops both from the end of a name. */
	return part.p[part.n - 1] != ' ' && part.p[part.n - 1] != '.' && !is_device(part);
}

static bool is_good_character(uint32_t c)
{
	return (c == ' ' || value_is_visible(c)) && c != '\\' && c != ':' && c != '*' && c != '?'
		&& c != '"' && c != '<' && c != '>' && c != '|' && c != '%' && c != '&' && c != '\''
		&& c != '#';
}

static bool is_good_name(struct str name)
{
	if (name.n == 0 || name.n > NAME_LEN || !str_is_utf8(name))
		return false;
	for (size_t at = 0; at < name.n;)
		if (!is_good_character(str_next_char(name, &at)))
			return false;
	/* A folder's own entry ends with a slash. */
	if (str_ends(name, STR("/")))
		name.n--;
	for (size_t at = 0; at <= name.n;) {
		size_t end = str_find(name, '/', at);

		if (!is_good_part(str_slice(name, at, end)))
			return false;
		at = end + 1;
	}
	return true;
}

struct str bundle_entry_fold(struct arena *a, struct str name)
{
	/* Sixty-odd characters become up to eighteen others each (Unicode FAQ, Normalization). */
	const int32_t room = 18 * (int32_t)NAME_LEN;
	UErrorCode code = U_ZERO_ERROR;
	const UNormalizer2 *form = unorm2_getNFKCCasefoldInstance(&code);
	UChar *in = arena_alloc(a, NAME_LEN * sizeof *in);
	UChar *folded = arena_alloc(a, (size_t)room * sizeof *folded);
	char *out = arena_alloc(a, 3 * (size_t)room);
	int32_t n = 0;

	u_strFromUTF8(in, NAME_LEN, &n, name.p, (int32_t)name.n, &code);
	n = unorm2_normalize(form, in, n, folded, room, &code);
	u_strToUTF8(out, 3 * room, &n, folded, n, &code);
	CHECK(U_SUCCESS(code));
	return (struct str){out, (size_t)n};
}

/* For systems that take full-width and other look-alikes for the plain characters. */
static bool is_good_folded(struct str name, struct str folded)
{
	size_t folders = 0;

	for (size_t i = 0; i < name.n; i++)
		folders += name.p[i] == '/';
	for (size_t i = 0; i < folded.n; i++)
		folders -= folded.p[i] == '/';
	return folders == 0 && is_good_name(folded);
}

enum rc bundle_entry_check_name(struct arena *a, struct str name, struct err *err)
{
	if ((is_good_name(name) || !RULE_ON(RULE_ZIP_NAME))
		&& (is_good_folded(name, bundle_entry_fold(a, name))
			|| !RULE_ON(RULE_ZIP_NAME_FOLDED)))
		return RC_OK;
	return err_set(err, RC_INPUT,
		"the bundle holds an entry with a name that is not safe: " STR_FMT
		"; use letters, digits, spaces, dots, dashes and folders only",
		STR_ARG(notes_printable(a, str_slice(name, 0, 80))));
}

static bool ends_nocase(struct str s, const char *end)
{
	size_t n = strlen(end);

	return s.n > n && str_eq_nocase(str_slice(s, s.n - n, s.n), str_of(end));
}

enum bundle_kind bundle_entry_kind(struct str name, struct str below)
{
	struct str rest;

	if (!str_starts(name, below))
		return BUNDLE_OTHER;
	rest = str_slice(name, below.n, name.n);
	if (str_eq_cz(rest, "template.svg"))
		return BUNDLE_SVG;
	if (str_eq_cz(rest, "template.json"))
		return BUNDLE_JSON;
	if (str_starts(rest, STR("images/"))
		&& (ends_nocase(rest, ".png") || ends_nocase(rest, ".jpg")
			|| ends_nocase(rest, ".jpeg")))
		return BUNDLE_IMAGE;
	if (str_starts(rest, STR("fonts/"))
		&& (ends_nocase(rest, ".ttf") || ends_nocase(rest, ".otf")))
		return BUNDLE_FONT;
	return BUNDLE_OTHER;
}

enum rc bundle_entry_find_root(
	const struct str *names, size_t count, struct str *below, struct err *err)
{
	size_t found = 0;

	for (size_t i = 0; i < count; i++) {
		size_t slash = str_find(names[i], '/', 0);
		struct str leaf =
			slash < names[i].n ? str_slice(names[i], slash + 1, names[i].n) : names[i];

		if (!str_eq_cz(leaf, "template.svg"))
			continue;
		*below = str_slice(names[i], 0, names[i].n - leaf.n);
		found++;
	}
	if (found == 1)
		return RC_OK;
	return err_set(err, RC_INPUT,
		found == 0 ? "the bundle holds no template.svg; the drawing must have that name"
			   : "the bundle holds several template.svg; pack one design at a time");
}
