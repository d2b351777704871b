// SPDX-License-Identifier: Apache-2.0
/* How a wallet pass looks and words its labels. Runs in: certfill-intake. */
#include "jobs/intake_manifest_pass.h"

#include "base/text.h"
#include "jobs/intake_cells.h"
#include "jobs/intake_json.h"

#include <string.h>

/* ---- colours ---- */

static bool take_channel(struct str text, size_t *at, unsigned *out)
{
	uint64_t v;
	size_t from;

	while (*at < text.n && text.p[*at] == ' ')
		++*at;
	from = *at;
	while (*at < text.n && text.p[*at] >= '0' && text.p[*at] <= '9')
		++*at;
	if (*at - from > 3 || !str_to_u64(str_slice(text, from, *at), 255, &v))
		return false;
	*out = (unsigned)v;
	while (*at < text.n && text.p[*at] == ' ')
		++*at;
	return true;
}

static bool parse_rgb(struct str text, unsigned rgb[3])
{
	size_t at = 4;

	if (!str_starts(text, STR("rgb(")))
		return false;
	for (int i = 0; i < 3; i++) {
		if (!take_channel(text, &at, &rgb[i]) || at == text.n
			|| text.p[at] != (i < 2 ? ',' : ')'))
			return false;
		at++;
	}
	return at == text.n;
}

static bool parse_hex(struct str text, unsigned rgb[3])
{
	uint8_t bytes[3];

	if (text.n != 7 || text.p[0] != '#'
		|| !text_from_hex(str_slice(text, 1, 7), bytes, sizeof bytes))
		return false;
	for (int i = 0; i < 3; i++)
		rgb[i] = bytes[i];
	return true;
}

static enum rc read_color(struct schema *s, json_t *value, const struct schema_key *key, void *out)
{
	struct str text;
	unsigned rgb[3];
	enum rc rc = schema_take_str(s, value, key, &text);

	if (rc != RC_OK)
		return rc;
	if (!parse_rgb(text, rgb) && !parse_hex(text, rgb))
		return schema_fail(
			s, "must be a colour such as \"rgb(20, 60, 120)\" or \"#143c78\"");
	text = str_fmt(s->a, "rgb(%u, %u, %u)", rgb[0], rgb[1], rgb[2]);
	memcpy(schema_member(key, out), &text, sizeof text);
	return RC_OK;
}

/* ---- texts ---- */

static const char *const pass_labels[] = {"mark", "recipient", "achievement", "awarded", "until",
	"demo", "status", "verify", "code", "issuer", "website"};
#define WORDING_LANGUAGES_MAX 16
#define WORDING_LEN_MAX 80
_Static_assert(WORDING_LANGUAGES_MAX *ARRAY_COUNT(pass_labels) == WIRE_PASS_WORDINGS_MAX,
	"every label in every language has its place in the record");

static enum rc read_wording(
	struct schema *s, const char *label, json_t *value, struct wire_pass_wording *out)
{
	static const struct schema_key key = {.min = 1, .max = WORDING_LEN_MAX};

	for (size_t i = 0; i < ARRAY_COUNT(pass_labels); i++) {
		if (strcmp(label, pass_labels[i]) == 0) {
			out->label = str_of(pass_labels[i]);
			return schema_take_str(s, value, &key, &out->text);
		}
	}
	return schema_fail(s,
		"is no text of a wallet pass; there are mark, recipient, achievement, awarded, "
		"until, demo, status, verify, code, issuer and website");
}

/* The texts of one language. */
static enum rc read_language(
	struct schema *s, const char *lang, json_t *value, struct wire_list *list)
{
	struct wire_pass_wording *items = list->items;
	const char *label;
	json_t *member;

	if (!intake_cells_is_locale(str_of(lang)))
		return schema_fail(s, "is not a language tag (BCP 47), such as de or pt-BR");
	if (!json_is_object(value))
		return schema_fail(s, "must be an object such as {\"recipient\": \"Awarded to\"}");
	json_object_foreach(value, label, member)
	{
		size_t len = schema_enter(s, label);
		struct wire_pass_wording *w = &items[list->count++];
		enum rc rc = read_wording(s, label, member, w);

		w->lang = str_dup(s->a, str_of(lang));
		schema_leave(s, len);
		if (rc != RC_OK)
			return rc;
	}
	return RC_OK;
}

static enum rc read_wordings(
	struct schema *s, json_t *value, const struct schema_key *key, void *out)
{
	struct wire_list list = {NULL, 0};
	const char *lang;
	json_t *member;

	if (!json_is_object(value) || json_object_size(value) > WORDING_LANGUAGES_MAX)
		return schema_fail(
			s, "must be an object of at most %d languages", WORDING_LANGUAGES_MAX);
	list.items = arena_zalloc(s->a, WIRE_PASS_WORDINGS_MAX, sizeof(struct wire_pass_wording));
	json_object_foreach(value, lang, member)
	{
		size_t len = schema_enter(s, lang);
		/* Each label once, or it is none of ours: so there is room. */
		enum rc rc = json_object_size(member) <= ARRAY_COUNT(pass_labels)
			? read_language(s, lang, member, &list)
			: schema_fail(s, "has more texts than a wallet pass");

		schema_leave(s, len);
		if (rc != RC_OK)
			return rc;
	}
	memcpy(schema_member(key, out), &list, sizeof list);
	return RC_OK;
}

/* ---- the object ---- */

static const struct schema_key pass_keys[] = {
	{.name = "texts",
		.read = read_wordings,
		.offset = offsetof(struct wire_pass_style, wordings),
		.null = true},
	{.name = "background",
		.read = read_color,
		.offset = offsetof(struct wire_pass_style, background),
		.max = 32,
		.null = true},
	{.name = "foreground",
		.read = read_color,
		.offset = offsetof(struct wire_pass_style, foreground),
		.max = 32,
		.null = true},
	{.name = "label",
		.read = read_color,
		.offset = offsetof(struct wire_pass_style, label),
		.max = 32,
		.null = true},
};
SCHEMA_OBJECT(pass_schema, pass_keys);

enum rc intake_manifest_pass(
	struct schema *s, json_t *value, const struct schema_key *key, void *out)
{
	return schema_read_object(s, value, &pass_schema, schema_member(key, out));
}

enum rc intake_manifest_pass_of_template(
	struct str json, struct arena *a, struct wire_pass_style *out, struct err *err)
{
	static const struct schema_key whole = {.name = "pass"};
	struct schema s = {.a = a, .err = err, .path = "template.json: pass"};
	json_error_t fault;
	json_t *value;
	enum rc rc;

	*out = (struct wire_pass_style){.background = STR("")};
	if (json.n == 0)
		return RC_OK;
	value = intake_json_load(json, &fault);
	rc = value != NULL ? intake_manifest_pass(&s, value, &whole, out)
			   : schema_fail(&s, "is not JSON");
	json_decref(value);
	return rc;
}
