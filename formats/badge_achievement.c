// SPDX-License-Identifier: Apache-2.0
/* Achievements and results: Open Badges 3.0, sections B.1.3 to B.1.20. Runs in: sign. */
#include "formats/badge_achievement.h"

#include "formats/badge_rules.h"
#include "formats/uri.h"

static bool is_known_type(struct str type)
{
	return type.n == 0
		|| badge_rules_value_fault(
			   badge_rules_member(&badge_class_achievement, STR("achievementType")),
			   type)
		== NULL;
}

enum rc badge_check_achievement(const struct badge_achievement *a, struct err *err)
{
	if (!uri_is_absolute(a->id))
		return err_set(err, RC_INPUT, "the achievement's id is not an absolute URI");
	if (a->name.n == 0)
		return err_set(err, RC_INPUT, "the achievement has no name");
	if (a->criteria_id.n == 0 && a->criteria_narrative.n == 0)
		return err_set(err, RC_INPUT,
			"the achievement has no criteria: Open Badges wants a narrative or an "
			"address");
	if (a->criteria_id.n != 0 && !uri_is_absolute(a->criteria_id))
		return err_set(err, RC_INPUT,
			"the id of the achievement's criteria is not an absolute URI");
	if (!is_known_type(a->type))
		return err_set(err, RC_INPUT,
			"\"" STR_FMT
			"\" is no achievement type of Open Badges 3.0; others begin with ext:",
			STR_ARG(a->type));
	return RC_OK;
}

static void put_type(struct jsont *t, const char *type)
{
	jsont_key_open(t, "type", '[');
	jsont_str(t, str_of(type));
	jsont_close(t, ']');
}

/* A fragment of the achievement's id, or more of the fragment that is there already. */
static void put_description_id(
	struct jsont *t, const char *key, struct str achievement, struct str name)
{
	struct buf id = buf_new(8192);

	buf_put_str(&id, achievement);
	buf_put_cz(&id, str_find(achievement, '#', 0) < achievement.n ? "/result/" : "#result/");
	for (size_t i = 0; i < name.n; i++) {
		unsigned char c = (unsigned char)name.p[i];

		if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
			|| c == '-' || c == '.' || c == '_' || c == '~')
			buf_put_char(&id, (char)c);
		else
			buf_fmt(&id, "%%%02X", c);
	}
	CHECK(!id.full);
	jsont_key_str(t, key, buf_str(&id));
	buf_free(&id);
}

static void put_criteria(struct jsont *t, const struct badge_achievement *a)
{
	jsont_key_open(t, "criteria", '{');
	jsont_key_str_if(t, "id", a->criteria_id);
	jsont_key_str_if(t, "narrative", a->criteria_narrative);
	jsont_close(t, '}');
}

static void put_tags(struct jsont *t, const struct badge_achievement *a)
{
	if (a->tag_count == 0)
		return;
	jsont_key_open(t, "tag", '[');
	for (size_t i = 0; i < a->tag_count; i++)
		jsont_str(t, a->tags[i]);
	jsont_close(t, ']');
}

/* The manifest's descriptions, then one for each result that has none among them. */
static void put_descriptions(struct jsont *t, const struct badge_achievement *a,
	const struct badge_result *results, size_t count)
{
	const struct jsonr_value *given =
		a->more != NULL ? jsonr_find(a->more, "resultDescription") : NULL;
	bool any = given != NULL;

	for (size_t i = 0; i < count; i++)
		any |= results[i].description.n == 0;
	if (!any)
		return;
	jsont_key_open(t, "resultDescription", '[');
	for (const struct jsonr_value *v = given != NULL ? given->first : NULL; v != NULL;
		v = v->next)
		jsont_value(t, v);
	for (size_t i = 0; i < count; i++) {
		if (results[i].description.n != 0)
			continue;
		jsont_open(t, '{');
		put_description_id(t, "id", a->id, results[i].name);
		put_type(t, "ResultDescription");
		jsont_key_str(t, "name", results[i].name);
		/* The cohort's column says no more about it than its name. */
		jsont_key_str(t, "resultType", STR("Result"));
		jsont_close(t, '}');
	}
	jsont_close(t, ']');
}

static void put_more(struct jsont *t, const struct badge_achievement *a)
{
	static const char *const members[] = {"alignment", "creator", "creditsAvailable",
		"endorsement", "image", "otherIdentifier", "related"};

	for (size_t i = 0; a->more != NULL && i < ARRAY_COUNT(members); i++) {
		const struct jsonr_value *v = jsonr_find(a->more, members[i]);

		if (v == NULL)
			continue;
		jsont_key(t, members[i]);
		jsont_value(t, v);
	}
}

/* The description of that id; NULL when it is not the manifest's. */
static const struct jsonr_value *find_description(const struct badge_achievement *a, struct str id)
{
	const struct jsonr_value *given =
		a->more != NULL ? jsonr_find(a->more, "resultDescription") : NULL;
	const struct jsonr_value *v = given != NULL ? given->first : NULL;

	while (v != NULL) {
		const struct jsonr_value *own = jsonr_find(v, "id");

		if (own != NULL && str_eq(own->text, id))
			return v;
		v = v->next;
	}
	return NULL;
}

static bool is_status(const struct badge_achievement *a, struct str id)
{
	const struct jsonr_value *found = find_description(a, id);
	const struct jsonr_value *type = found != NULL ? jsonr_find(found, "resultType") : NULL;

	return type != NULL && str_eq_cz(type->text, "Status");
}

void badge_achievement_put(struct jsont *t, const struct badge_achievement *a,
	const struct badge_result *results, size_t count)
{
	jsont_key_open(t, "achievement", '{');
	jsont_key_str(t, "id", a->id);
	put_type(t, "Achievement");
	jsont_key_str_if(t, "achievementType", a->type);
	jsont_key_str(t, "name", a->name);
	jsont_key_str(t, "description", a->description.n != 0 ? a->description : a->name);
	put_criteria(t, a);
	jsont_key_str_if(t, "humanCode", a->human_code);
	jsont_key_str_if(t, "fieldOfStudy", a->field_of_study);
	jsont_key_str_if(t, "specialization", a->specialization);
	if (badge_rules_is_language(a->in_language))
		jsont_key_str(t, "inLanguage", a->in_language);
	jsont_key_str_if(t, "version", a->version);
	put_tags(t, a);
	put_more(t, a);
	put_descriptions(t, a, results, count);
	jsont_close(t, '}');
}

void badge_achievement_put_results(struct jsont *t, const struct badge_achievement *a,
	const struct badge_result *results, size_t count)
{
	if (count == 0)
		return;
	jsont_key_open(t, "result", '[');
	for (size_t i = 0; i < count; i++) {
		jsont_open(t, '{');
		put_type(t, "Result");
		if (results[i].description.n != 0)
			jsont_key_str(t, "resultDescription", results[i].description);
		else
			put_description_id(t, "resultDescription", a->id, results[i].name);
		jsont_key_str_if(t, "achievedLevel", results[i].level);
		if (is_status(a, results[i].description))
			jsont_key_str(t, "status", results[i].value);
		else if (results[i].level.n == 0)
			jsont_key_str(t, "value", results[i].value);
		jsont_close(t, '}');
	}
	jsont_close(t, ']');
}

enum rc badge_achievement_check_results(
	const struct badge_result *results, size_t count, struct err *err)
{
	for (size_t i = 0; i < count; i++) {
		if (results[i].name.n == 0)
			return err_set(err, RC_INPUT, "result %zu has no name", i + 1);
		for (size_t j = 0; j < i; j++) {
			if (str_eq(results[i].name, results[j].name))
				return err_set(err, RC_INPUT,
					"two results are called \"" STR_FMT "\"",
					STR_ARG(results[i].name));
		}
	}
	return RC_OK;
}
