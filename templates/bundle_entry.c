// SPDX-License-Identifier: Apache-2.0
/* Judging a bundle's entries by their names. Runs in: intake. */
#include "templates/bundle_entry.h"

#include "templates/limits.h"
#include "templates/value.h"

#include <string.h>

#define END_LEN 22u
#define COMMENT_MAX 65535u
#define NAME_LEN 200u

static uint32_t le16(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

static uint32_t le32(const uint8_t *p)
{
	return le16(p) | le16(p + 2) << 16;
}

/* PKWARE APPNOTE 4.3.16. The comment must end where the file does. */
static const uint8_t *find_end(struct bytes zip)
{
	for (size_t back = END_LEN; back <= zip.n && back <= END_LEN + COMMENT_MAX; back++) {
		const uint8_t *p = zip.p + zip.n - back;

		if (memcmp(p, "PK\5\6", 4) == 0 && le16(p + 20) == back - END_LEN)
			return p;
	}
	return NULL;
}

enum rc bundle_entry_check_end(struct bytes zip, struct err *err)
{
	const uint8_t *end = find_end(zip);

	if (end == NULL)
		return err_set(err, RC_INPUT,
			"the bundle is not a whole ZIP file; pack it again and do not cut it");
	if (le16(end + 8) > LIMIT_BUNDLE_ENTRIES || le16(end + 10) > LIMIT_BUNDLE_ENTRIES)
		return err_set(err, RC_LIMIT,
			"the bundle has %u entries; at most %u are accepted, so pack only the "
			"template, its images and its fonts",
			le16(end + 10), LIMIT_BUNDLE_ENTRIES);
	if (le16(end + 4) != 0 || le16(end + 6) != 0 || le16(end + 8) != le16(end + 10))
		return err_set(err, RC_INPUT, "the bundle is spread over several ZIP files");
	if ((uint64_t)le32(end + 16) + le32(end + 12) != (uint64_t)(end - zip.p))
		return err_set(err, RC_INPUT,
			"the bundle is not only a ZIP file: other bytes stand before or in it; "
			"pack it again");
	return RC_OK;
}

static bool is_good_part(struct str part)
{
	if (part.n == 0 || str_eq_cz(part, ".") || str_eq_cz(part, ".."))
		return false;
	/* Windows drops both from the end of a name. */
	return part.p[part.n - 1] != ' ' && part.p[part.n - 1] != '.';
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

enum rc bundle_entry_check_name(struct arena *a, struct str name, struct err *err)
{
	if (is_good_name(name))
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
