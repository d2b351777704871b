// SPDX-License-Identifier: Apache-2.0
/* Open Badges 3.0 achievements in the manifest. Runs in: certfill-intake. */
#include "jobs/intake_manifest_achievement.h"

#include "base/suggest.h"
#include "jobs/intake_cells.h"
#include "jobs/intake_manifest_badge.h"

#include <string.h>

#define TEXTS_MAX 40
#define TEXT_MAX 8192
#define NAME_MAX_LEN 500

static enum rc read_type(struct schema *s, json_t *value, const struct schema_key *key, void *out)
{
	const struct badge_member *member =
		badge_rules_member(&badge_class_achievement, STR("achievementType"));
	struct str *text = schema_member(key, out);
	struct suggestion near = {NULL, 0};
	enum rc rc = schema_take_str(s, value, key, text);

	if (rc != RC_OK)
		return rc;
	if (badge_rules_value_fault(member, *text) == NULL)
		return RC_OK;
	for (const char *const *c = member->choices; *c != NULL; c++)
		suggest_offer(&near, *text, *c);
	if (near.word != NULL)
		return schema_fail(s, "\"" STR_FMT "\" is not known; did you mean \"%s\"?",
			STR_ARG(*text), near.word);
	return schema_fail(s,
		"\"" STR_FMT
		"\" is no achievementType of Open Badges 3.0; types of your own begin with ext:",
		STR_ARG(*text));
}

static enum rc read_text(struct schema *s, const char *lang, json_t *value,
	const struct schema_key *key, struct wire_text *out)
{
	if (!intake_cells_is_locale(str_of(lang)))
		return schema_fail(s, "is not a language tag (BCP 47), such as de or pt-BR");
	out->lang = str_dup(s->a, str_of(lang));
	return schema_take_str(s, value, key, &out->text);
}

/* A string, or {"en": "...", "de": "..."}: the first one is the default. */
static enum rc read_texts(struct schema *s, json_t *value, const struct schema_key *key, void *out)
{
	struct wire_list list = {NULL, 0};
	struct wire_text *items;
	const char *lang;
	json_t *member;
	enum rc rc = RC_OK;

	if (json_is_string(value)) {
		list = (struct wire_list){arena_zalloc(s->a, 1, sizeof(struct wire_text)), 1};
		memcpy(schema_member(key, out), &list, sizeof list);
		return schema_take_str(s, value, key, &((struct wire_text *)list.items)->text);
	}
	if (!json_is_object(value))
		return schema_fail(s, "must be a string or an object of languages, not %s",
			schema_type_name(value));
	if (json_object_size(value) == 0 || json_object_size(value) > TEXTS_MAX)
		return schema_fail(s, "must have 1 to %d languages", TEXTS_MAX);
	items = arena_zalloc(s->a, json_object_size(value), sizeof *items);
	json_object_foreach(value, lang, member)
	{
		size_t len = schema_enter(s, lang);

		rc = read_text(s, lang, member, key, &items[list.count++]);
		schema_leave(s, len);
		if (rc != RC_OK)
			return rc;
	}
	list.items = items;
	memcpy(schema_member(key, out), &list, sizeof list);
	return RC_OK;
}

#define A(member) offsetof(struct wire_achievement, member)

static const struct schema_key criteria_keys[] = {
	{.name = "narrative",
		.read = schema_str,
		.offset = A(criteria_narrative),
		.min = 1,
		.max = TEXT_MAX,
		.null = true},
	{.name = "id",
		.read = schema_uri,
		.offset = A(criteria_id),
		.min = 1,
		.max = 2048,
		.null = true},
};
SCHEMA_OBJECT(criteria_schema, criteria_keys);

static enum rc read_criteria(
	struct schema *s, json_t *value, const struct schema_key *key, void *out)
{
	(void)key;
	return schema_read_object(s, value, &criteria_schema, out);
}

/* A member that the badge holds as the manifest has it; more of them come behind it. */
static enum rc read_more(struct schema *s, json_t *value, const struct schema_key *key, void *out)
{
	struct wire_achievement *a = out;
	struct intake_badge b = intake_badge_start(s, a->id);
	struct wire_node *nodes;
	enum rc rc = intake_badge_add(&b, &badge_class_achievement, key->name, value);

	if (rc != RC_OK)
		return rc;
	if (a->more.count + b.count > WIRE_NODES_MAX)
		return schema_fail(s, "the achievement has more than %d parts", WIRE_NODES_MAX);
	nodes = arena_zalloc(s->a, (size_t)a->more.count + b.count, sizeof *nodes);
	if (a->more.count != 0)
		memcpy(nodes, a->more.items, a->more.count * sizeof *nodes);
	memcpy(nodes + a->more.count, b.nodes, b.count * sizeof *nodes);
	a->more.items = nodes;
	a->more.count += b.count;
	return RC_OK;
}

static const struct schema_key achievement_keys[] = {
	{.name = "id",
		.read = schema_uri,
		.offset = A(id),
		.min = 1,
		.max = 2048,
		.required = true},
	{.name = "name",
		.read = read_texts,
		.offset = A(names),
		.min = 1,
		.max = NAME_MAX_LEN,
		.required = true},
	{.name = "description",
		.read = read_texts,
		.offset = A(descriptions),
		.min = 1,
		.max = TEXT_MAX,
		.null = true},
	{.name = "type", .read = read_type, .offset = A(type), .min = 1, .max = 64, .null = true},
	{.name = "criteria", .read = read_criteria, .null = true},
	{.name = "alignment", .read = read_more, .null = true},
	{.name = "creator", .read = read_more, .null = true},
	{.name = "creditsAvailable", .read = read_more, .null = true},
	{.name = "endorsement", .read = read_more, .null = true},
	{.name = "image", .read = read_more, .null = true},
	{.name = "otherIdentifier", .read = read_more, .null = true},
	{.name = "related", .read = read_more, .null = true},
	{.name = "resultDescription", .read = read_more, .null = true},
	{.name = "tags", .read = schema_strs, .offset = A(tags), .max = 50, .null = true},
	{.name = "humanCode",
		.read = schema_str,
		.offset = A(human_code),
		.min = 1,
		.max = 255,
		.null = true},
	{.name = "fieldOfStudy",
		.read = schema_str,
		.offset = A(field_of_study),
		.min = 1,
		.max = 255,
		.null = true},
	{.name = "specialization",
		.read = schema_str,
		.offset = A(specialization),
		.min = 1,
		.max = 255,
		.null = true},
	{.name = "inLanguage",
		.read = schema_locale,
		.offset = A(in_language),
		.min = 2,
		.max = 35,
		.null = true},
	{.name = "version",
		.read = schema_str,
		.offset = A(version),
		.min = 1,
		.max = 64,
		.null = true},
};
SCHEMA_OBJECT(achievement_schema, achievement_keys);

enum rc intake_manifest_achievement(
	struct schema *s, json_t *value, const struct schema_key *key, void *out)
{
	return schema_read_object(s, value, &achievement_schema, schema_member(key, out));
}
