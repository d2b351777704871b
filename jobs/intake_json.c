// SPDX-License-Identifier: Apache-2.0
/* Walking over JSON text. Runs in: certfill-intake. */
#include "jobs/intake_json.h"

#include "base/text.h"

#include <string.h>

/* After the closing quotation mark of the string that begins at from; 0 when there is none. */
static size_t string_end(struct str text, size_t from)
{
	for (size_t i = from + 1; i < text.n; i++) {
		if (text.p[i] == '\\')
			i++;
		else if (text.p[i] == '"')
			return i + 1;
	}
	return 0;
}

bool intake_json_depth_within(struct str text, size_t max)
{
	size_t depth = 0;

	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (c == '"') {
			size_t end = string_end(text, i);

			if (end == 0)
				return true;
			i = end - 1;
		} else if (c == '{' || c == '[') {
			if (++depth > max)
				return false;
		} else if ((c == '}' || c == ']') && depth > 0) {
			depth--;
		}
	}
	return true;
}

static size_t brackets_end(struct str text, size_t from)
{
	size_t depth = 0;

	for (size_t i = from; i < text.n; i++) {
		char c = text.p[i];

		if (c == '"') {
			size_t end = string_end(text, i);

			if (end == 0)
				return 0;
			i = end - 1;
		} else if (c == '{' || c == '[') {
			depth++;
		} else if ((c == '}' || c == ']') && --depth == 0) {
			return i + 1;
		}
	}
	return 0;
}

size_t intake_json_value_len(struct str text, size_t from)
{
	size_t i = from;
	size_t end;

	if (from >= text.n)
		return 0;
	if (text.p[from] == '{' || text.p[from] == '[' || text.p[from] == '"') {
		end = text.p[from] == '"' ? string_end(text, from) : brackets_end(text, from);
		return end != 0 ? end - from : 0;
	}
	while (i < text.n && memchr(",]} \t\r\n", text.p[i], 7) == NULL)
		i++;
	return i - from;
}

size_t intake_json_skip_space(struct str text, size_t from)
{
	while (from < text.n && memchr(" \t\r\n", text.p[from], 4) != NULL)
		from++;
	return from;
}

size_t intake_json_find_member(struct str text, struct str name)
{
	size_t at = intake_json_skip_space(text, 0) + 1;

	for (;;) {
		size_t key = intake_json_skip_space(text, at);
		size_t key_len = intake_json_value_len(text, key);
		size_t value;
		size_t len;

		if (key_len < 2 || text.p[key] != '"')
			return text.n;
		/* Over the colon. */
		value = intake_json_skip_space(text, key + key_len) + 1;
		value = intake_json_skip_space(text, value);
		if (str_eq(str_slice(text, key + 1, key + key_len - 1), name))
			return value;
		len = intake_json_value_len(text, value);
		if (len == 0)
			return text.n;
		at = intake_json_skip_space(text, value + len) + 1;
	}
}

json_t *intake_json_load(struct str text, json_error_t *fault)
{
	json_t *value = json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, fault);

	/* jansson quotes the text near the fault, which may cut a character in two. */
	if (value == NULL && !str_is_utf8(str_of(fault->text)))
		(void)text_copy(fault->text, sizeof fault->text, "not valid JSON");
	return value;
}
