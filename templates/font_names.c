// SPDX-License-Identifier: Apache-2.0
/* Names and weight of a bundle's font. Runs in: intake. */
#include "templates/font_names.h"

#include "templates/font_read.h"
#include "templates/value.h"

#include <string.h>

#define HEADER_LEN 12u
#define RECORD_LEN 16u
#define NAMES_HEADER_LEN 6u
#define NAME_RECORD_LEN 12u
#define PLATFORM_WINDOWS 3u
#define ENGLISH_US 0x0409u
/* name: identifiers, the best one for font-family first. */
enum name_id {
	NAME_FAMILY = 1,
	NAME_FULL = 4,
	NAME_POSTSCRIPT = 6,
	NAME_TYPOGRAPHIC_FAMILY = 16,
};

/* Empty when it is not there. */
static struct bytes table_of(struct bytes file, const char *tag)
{
	uint32_t count = file.n >= HEADER_LEN ? font_read_16(file.p + 4) : 0;

	for (uint32_t i = 0; i < count && HEADER_LEN + (i + 1) * RECORD_LEN <= file.n; i++) {
		const uint8_t *r = file.p + HEADER_LEN + (size_t)i * RECORD_LEN;
		uint32_t at = font_read_32(r + 8);
		uint32_t len = font_read_32(r + 12);

		if (memcmp(r, tag, 4) == 0 && at <= file.n && len <= file.n - at)
			return (struct bytes){file.p + at, len};
	}
	return (struct bytes){file.p, 0};
}

/* UTF-16, big-endian. Empty when it is too long or holds what nobody can type. */
static struct str from_utf16(struct arena *a, const uint8_t *p, size_t n)
{
	char text[FONT_NAME_LEN + 4];
	size_t len = 0;

	for (size_t i = 0; i + 1 < n; i += 2) {
		uint32_t c = font_read_16(p + i);

		if (c >= 0xD800 && c < 0xDC00 && i + 3 < n) {
			uint32_t low = font_read_16(p + i + 2);

			c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
			if (low < 0xDC00 || low > 0xDFFF)
				return STR("");
			i += 2;
		}
		if ((c >= 0xD800 && c < 0xE000) || (c != ' ' && !value_is_visible(c)) || c == ','
			|| c == '"' || c == '\'')
			return STR("");
		len += str_put_char(c, text + len);
		if (len > FONT_NAME_LEN)
			return STR("");
	}
	return str_dup(a, str_trim((struct str){text, len}));
}

/* The first name of that kind in English, else in any language. */
static struct str find_name(struct bytes table, enum name_id id, struct arena *a)
{
	uint32_t count = table.n >= NAMES_HEADER_LEN ? font_read_16(table.p + 2) : 0;
	uint32_t strings = count != 0 ? font_read_16(table.p + 4) : 0;
	struct str found = STR("");

	for (uint32_t i = 0;
		i < count && NAMES_HEADER_LEN + (size_t)(i + 1) * NAME_RECORD_LEN <= table.n; i++) {
		const uint8_t *r = table.p + NAMES_HEADER_LEN + (size_t)i * NAME_RECORD_LEN;
		size_t len = font_read_16(r + 8);
		size_t at = strings + font_read_16(r + 10);
		bool english = font_read_16(r + 4) == ENGLISH_US;

		if (font_read_16(r) != PLATFORM_WINDOWS || font_read_16(r + 6) != id || at > table.n
			|| len > table.n - at || (found.n > 0 && !english))
			continue;
		found = from_utf16(a, table.p + at, len);
		if (english && found.n > 0)
			break;
	}
	return found;
}

static void add_name(struct font_names *out, struct str name)
{
	for (uint32_t i = 0; i < out->names.count; i++)
		if (str_eq_nocase(out->names.items[i], name))
			return;
	if (name.n > 0 && out->names.count < FONT_NAMES_MAX)
		out->names.items[out->names.count++] = name;
}

void font_names_read(
	struct bytes file, struct str fallback, struct arena *a, struct font_names *out)
{
	static const enum name_id ids[] = {
		NAME_TYPOGRAPHIC_FAMILY, NAME_FAMILY, NAME_FULL, NAME_POSTSCRIPT};
	struct bytes names = table_of(file, "name");
	struct bytes os2 = table_of(file, "OS/2");
	uint32_t weight = os2.n >= 6 ? font_read_16(os2.p + 4) : 400;

	*out = (struct font_names){.weight = 400};
	out->names.items = arena_zalloc(a, FONT_NAMES_MAX, sizeof *out->names.items);
	for (size_t i = 0; i < ARRAY_COUNT(ids); i++)
		add_name(out, find_name(names, ids[i], a));
	if (out->names.count == 0)
		add_name(out, str_dup(a, str_slice(fallback, 0, FONT_NAME_LEN)));
	if (weight >= 1 && weight <= 1000)
		out->weight = (uint16_t)(weight < 100 ? 100 : weight > 900 ? 900 : weight);
	/* fsSelection: bit 0 italic, bit 9 oblique. */
	out->italic = os2.n >= 64 && (font_read_16(os2.p + 62) & 0x201) != 0;
}
