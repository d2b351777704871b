// SPDX-License-Identifier: Apache-2.0
/* The engine behind the manifest's tables. Runs in: certfill-intake. */
#include "jobs/intake_manifest_schema.h"

#include "base/suggest.h"
#include "base/text.h"
#include "jobs/intake_cells.h"
#include "jobs/intake_unicode.h"

#include <stdarg.h>
#include <string.h>

#define LISTED_STR_MAX 255
#define SHOWN_MAX 60

enum rc schema_fail(struct schema *s, const char *fmt, ...)
{
	char text[ERR_TEXT_LEN];
	va_list args;

	va_start(args, fmt);
	(void)text_vfmt(text, sizeof text, fmt, args);
	va_end(args);
	if (s->path[0] == '\0')
		return err_set(s->err, RC_INPUT, "%s", text);
	return err_set(s->err, RC_INPUT, "%s: %s", s->path, text);
}

size_t schema_enter(struct schema *s, const char *name)
{
	size_t len = strlen(s->path);
	struct str shown = intake_problems_clip(s->a, str_of(name), SHOWN_MAX);

	(void)text_fmt(s->path + len, sizeof s->path - len, "%s" STR_FMT, len != 0 ? "." : "",
		STR_ARG(shown));
	return len;
}

size_t schema_enter_index(struct schema *s, size_t index)
{
	size_t len = strlen(s->path);

	(void)text_fmt(s->path + len, sizeof s->path - len, "[%zu]", index);
	return len;
}

void schema_leave(struct schema *s, size_t len)
{
	s->path[len] = '\0';
}

void *schema_member(const struct schema_key *key, void *out)
{
	return (char *)out + key->offset;
}

const char *schema_type_name(const json_t *value)
{
	switch (json_typeof(value)) {
	case JSON_OBJECT:
		return "an object";
	case JSON_ARRAY:
		return "a list";
	case JSON_STRING:
		return "a string";
	case JSON_INTEGER:
	case JSON_REAL:
		return "a number";
	case JSON_TRUE:
	case JSON_FALSE:
		return "true or false";
	case JSON_NULL:
		break;
	}
	return "null";
}

static const struct schema_key *find_key(const struct schema_object *object, const char *name)
{
	for (size_t i = 0; i < object->count; i++) {
		if (strcmp(object->keys[i].name, name) == 0)
			return &object->keys[i];
	}
	return NULL;
}

static enum rc refuse_key(struct schema *s, const struct schema_object *object, const char *name)
{
	struct suggestion near = {NULL, 0};
	struct str shown = intake_problems_clip(s->a, str_of(name), SHOWN_MAX);

	for (size_t i = 0; i < object->count; i++)
		suggest_offer(&near, str_of(name), object->keys[i].name);
	if (near.word != NULL)
		return schema_fail(s, "the key \"" STR_FMT "\" is not known; did you mean \"%s\"?",
			STR_ARG(shown), near.word);
	return schema_fail(s,
		"the key \"" STR_FMT "\" is not known; keys of your own begin with x-",
		STR_ARG(shown));
}

static enum rc check_keys(struct schema *s, json_t *value, const struct schema_object *object)
{
	const char *name;
	json_t *member;

	json_object_foreach(value, name, member)
	{
		if (strncmp(name, "x-", 2) != 0 && find_key(object, name) == NULL)
			return refuse_key(s, object, name);
	}
	return RC_OK;
}

static enum rc read_key(struct schema *s, json_t *value, const struct schema_key *key, void *out)
{
	json_t *member = json_object_get(value, key->name);
	size_t len;
	enum rc rc;

	if (member == NULL || (key->null && json_is_null(member)))
		return key->required ? schema_fail(s, "the key \"%s\" is missing", key->name)
				     : RC_OK;
	len = schema_enter(s, key->name);
	rc = key->read(s, member, key, out);
	schema_leave(s, len);
	return rc;
}

enum rc schema_read_object(
	struct schema *s, json_t *value, const struct schema_object *object, void *out)
{
	enum rc rc;

	if (!json_is_object(value))
		return schema_fail(s, "must be an object, not %s", schema_type_name(value));
	rc = check_keys(s, value, object);
	for (size_t i = 0; rc == RC_OK && i < object->count; i++)
		rc = read_key(s, value, &object->keys[i], out);
	return rc;
}

static enum rc check_chars(struct schema *s, struct str text)
{
	uint32_t cp = 0;
	size_t at = 0;

	for (size_t i = 0; i < text.n;) {
		cp = str_next_char(text, &i);
		if (cp < 0x20 && cp != '\n')
			return schema_fail(s, "holds a control character (U+%04X)", cp);
	}
	if (str_find(text, '\n', 0) == text.n) {
		enum intake_char kind = intake_unicode_inspect(text, &cp, &at);

		if (kind == INTAKE_CHAR_BIDI || kind == INTAKE_CHAR_CONTROL)
			return schema_fail(
				s, "character %zu (U+%04X) is invisible and not allowed", at, cp);
	}
	return RC_OK;
}

enum rc schema_take_str(
	struct schema *s, json_t *value, const struct schema_key *key, struct str *out)
{
	struct str text;

	if (!json_is_string(value))
		return schema_fail(s, "must be a string, not %s", schema_type_name(value));
	text = (struct str){json_string_value(value), json_string_length(value)};
	if ((double)text.n < key->min)
		return schema_fail(s, "must not be empty");
	if ((double)text.n > key->max)
		return schema_fail(s, "is longer than %.0f bytes", key->max);
	*out = intake_unicode_nfc(s->a, str_dup(s->a, text));
	return check_chars(s, *out);
}

enum rc schema_str(struct schema *s, json_t *value, const struct schema_key *key, void *out)
{
	return schema_take_str(s, value, key, schema_member(key, out));
}

enum rc schema_strs(struct schema *s, json_t *value, const struct schema_key *key, void *out)
{
	static const struct schema_key item = {.min = 1, .max = LISTED_STR_MAX};
	struct wire_list list = {NULL, 0};
	struct str *items;
	enum rc rc = RC_OK;

	if (!json_is_array(value))
		return schema_fail(s, "must be a list of strings, not %s", schema_type_name(value));
	if ((double)json_array_size(value) > key->max)
		return schema_fail(s, "has more than %.0f entries", key->max);
	items = arena_zalloc(s->a, json_array_size(value) + 1, sizeof *items);
	for (size_t i = 0; rc == RC_OK && i < json_array_size(value); i++) {
		size_t len = schema_enter_index(s, i);

		rc = schema_take_str(s, json_array_get(value, i), &item, &items[list.count++]);
		schema_leave(s, len);
	}
	list.items = items;
	memcpy(schema_member(key, out), &list, sizeof list);
	return rc;
}

enum rc schema_number(struct schema *s, json_t *value, const struct schema_key *key, void *out)
{
	double v = json_number_value(value);

	if (!json_is_number(value))
		return schema_fail(s, "must be a number, not %s", schema_type_name(value));
	if (!(v >= key->min && v <= key->max))
		return schema_fail(s, "must lie between %g and %g", key->min, key->max);
	memcpy(schema_member(key, out), &v, sizeof v);
	return RC_OK;
}

static struct str list_choices(struct schema *s, const struct schema_choice *choices)
{
	struct str out = {"", 0};

	for (const struct schema_choice *c = choices; c->text != NULL; c++)
		out = str_fmt(
			s->a, STR_FMT "%s%s", STR_ARG(out), c == choices ? "" : ", ", c->text);
	return intake_problems_clip(s->a, out, 120);
}

enum rc schema_choose(struct schema *s, json_t *value, const struct schema_key *key, void *out)
{
	struct suggestion near = {NULL, 0};
	struct str text = {"", 0};
	enum rc rc = schema_take_str(s, value, &(struct schema_key){.max = LISTED_STR_MAX}, &text);

	if (rc != RC_OK)
		return rc;
	for (const struct schema_choice *c = key->choices; c->text != NULL; c++) {
		if (str_eq_cz(text, c->text)) {
			memcpy(schema_member(key, out), &c->value, sizeof c->value);
			return RC_OK;
		}
		suggest_offer(&near, text, c->text);
	}
	if (near.word != NULL)
		return schema_fail(s, "\"" STR_FMT "\" is not known; did you mean \"%s\"?",
			STR_ARG(intake_problems_clip(s->a, text, SHOWN_MAX)), near.word);
	return schema_fail(s, "\"" STR_FMT "\" is not one of: " STR_FMT,
		STR_ARG(intake_problems_clip(s->a, text, SHOWN_MAX)),
		STR_ARG(list_choices(s, key->choices)));
}

enum rc schema_locale(struct schema *s, json_t *value, const struct schema_key *key, void *out)
{
	struct str *text = schema_member(key, out);
	enum rc rc = schema_take_str(s, value, key, text);

	if (rc == RC_OK && !intake_cells_is_locale(*text))
		return schema_fail(s,
			"\"" STR_FMT "\" is not a language tag (BCP 47), such as de or pt-BR",
			STR_ARG(intake_problems_clip(s->a, *text, SHOWN_MAX)));
	return rc;
}

/* RFC 3986, section 3.1, and no character that needs escaping. */
static bool is_uri(struct str s)
{
	size_t colon = str_find(s, ':', 0);

	if (colon == 0 || colon + 1 >= s.n || !((s.p[0] | 0x20) >= 'a' && (s.p[0] | 0x20) <= 'z'))
		return false;
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c <= 0x20 || c >= 0x7F || strchr("\"<>\\^`{|}", c) != NULL)
			return false;
		if (i < colon && strchr("/?#@[]%", c) != NULL)
			return false;
	}
	return true;
}

enum rc schema_uri(struct schema *s, json_t *value, const struct schema_key *key, void *out)
{
	struct str *text = schema_member(key, out);
	enum rc rc = schema_take_str(s, value, key, text);

	if (rc == RC_OK && !is_uri(*text))
		return schema_fail(s,
			"\"" STR_FMT
			"\" is not an absolute address such as https://uni.example/a/bsc",
			STR_ARG(intake_problems_clip(s->a, *text, SHOWN_MAX)));
	return rc;
}

enum rc schema_unbuilt(struct schema *s, json_t *value, const struct schema_key *key, void *out)
{
	(void)out;
	if (json_is_null(value) || json_is_false(value)
		|| (json_is_array(value) && json_array_size(value) == 0))
		return RC_OK;
	return schema_fail(s, "%s", key->says);
}

enum rc schema_ignored_str(struct schema *s, json_t *value, const struct schema_key *key, void *out)
{
	struct str ignored;

	(void)out;
	return schema_take_str(s, value, key, &ignored);
}
