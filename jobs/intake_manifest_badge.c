// SPDX-License-Identifier: Apache-2.0
/* From JSON to typed trees, by table. Runs in: certfill-intake. */
#include "jobs/intake_manifest_badge.h"

#include "base/suggest.h"
#include "base/text.h"

#include <math.h>
#include <string.h>

struct intake_badge intake_badge_start(struct schema *s, struct str base)
{
	return (struct intake_badge){.s = s,
		.nodes = arena_zalloc(s->a, WIRE_NODES_MAX, sizeof(struct wire_node)),
		.base = base};
}

/* The analyzer takes schema_fail() of another file for RC_OK, and a node that was not added for one. */
/* NOLINTBEGIN(clang-analyzer-core.NullDereference) */
static enum rc add_node(
	struct intake_badge *b, enum node_kind kind, const char *name, struct wire_node **out)
{
	if (b->count == WIRE_NODES_MAX)
		return schema_fail(b->s, "the badge has more than %d parts", WIRE_NODES_MAX);
	*out = &b->nodes[b->count++];
	**out = (struct wire_node){.kind = (uint8_t)kind, .name = str_dup(b->s->a, str_of(name))};
	return RC_OK;
}

static enum rc add_text(
	struct intake_badge *b, enum node_kind kind, const char *name, struct str text)
{
	struct wire_node *node;
	enum rc rc = add_node(b, kind, name, &node);

	if (rc == RC_OK)
		node->text = text;
	return rc;
}

static enum rc refuse(struct intake_badge *b, const struct badge_member *member, struct str text,
	const char *fault)
{
	struct suggestion near = {NULL, 0};

	for (const char *const *c = member->choices; c != NULL && *c != NULL; c++)
		suggest_offer(&near, text, *c);
	if (near.word != NULL)
		return schema_fail(b->s, "\"" STR_FMT "\" is not known; did you mean \"%s\"?",
			STR_ARG(intake_problems_clip(b->s->a, text, 60)), near.word);
	return schema_fail(b->s, "%s", fault);
}

/* At most three decimals, as badge_rules_is_number() wants them. */
static struct str number_text(struct arena *a, json_t *value)
{
	struct str text = str_fmt(a, "%.3f", json_number_value(value));

	if (fabs(strtod(text.p, NULL) - json_number_value(value)) > 0)
		return (struct str){"x", 1};
	while (text.n > 0 && text.p[text.n - 1] == '0')
		text.n--;
	if (text.n > 0 && text.p[text.n - 1] == '.')
		text.n--;
	return text;
}

static enum rc add_simple(
	struct intake_badge *b, const struct badge_member *member, const char *name, json_t *value)
{
	static const struct schema_key any = {.max = BADGE_RULES_TEXT_MAX};
	struct str text;
	const char *fault;
	enum rc rc;

	if (member->value == BADGE_VALUE_BOOL) {
		struct wire_node *node;

		if (!json_is_boolean(value))
			return schema_fail(
				b->s, "must be true or false, not %s", schema_type_name(value));
		rc = add_node(b, NODE_BOOL, name, &node);
		if (rc == RC_OK)
			node->count = json_is_true(value);
		return rc;
	}
	if (member->value == BADGE_VALUE_NUMBER && !json_is_number(value))
		return schema_fail(b->s, "must be a number, not %s", schema_type_name(value));
	if (member->value == BADGE_VALUE_NUMBER) {
		text = number_text(b->s->a, value);
	} else {
		rc = schema_take_str(b->s, value, &any, &text);
		if (rc != RC_OK)
			return rc;
	}
	if (b->as_is && json_is_string(value) && !str_eq_cz(text, json_string_value(value)))
		return schema_fail(b->s,
			"is not in Unicode's form NFC; written so, it is not what was signed");
	fault = badge_rules_value_fault(member, text);
	if (fault != NULL)
		return refuse(b, member, text, fault);
	return add_text(
		b, member->value == BADGE_VALUE_NUMBER ? NODE_NUMBER : NODE_TEXT, name, text);
}

/* ---- objects ---- */

static enum rc check_type(
	const struct intake_badge *b, const struct badge_class *class, json_t *given)
{
	if (given == NULL && b->as_is)
		return schema_fail(b->s,
			"\"type\" is missing; nothing can be added to what somebody else has "
			"signed");
	if (given == NULL)
		return RC_OK;
	if (class->type_text)
		return json_is_string(given) && strcmp(json_string_value(given), class->type) == 0
			? RC_OK
			: schema_fail(b->s, "\"type\" must be \"%s\", or be left out", class->type);
	if (json_is_array(given) && json_array_size(given) >= 1 && json_array_size(given) <= 20)
		return RC_OK;
	return schema_fail(b->s, "\"type\" must be a list, or be left out");
}

static bool has_type(json_t *given, const char *type)
{
	json_t *item;
	size_t i;

	json_array_foreach(given, i, item)
	{
		if (json_is_string(item) && strcmp(json_string_value(item), type) == 0)
			return true;
	}
	return false;
}

static enum rc add_types(struct intake_badge *b, const struct badge_class *class, json_t *given)
{
	static const struct badge_member word = {.name = "type", .value = BADGE_VALUE_TEXT};
	json_t *item;
	size_t i;

	json_array_foreach(given, i, item)
	{
		const char *fault = json_is_string(item)
			? badge_rules_type_fault(class, str_of(json_string_value(item)))
			: NULL;
		enum rc rc = fault != NULL ? schema_fail(b->s, "\"type\": %s", fault)
					   : add_simple(b, &word, "", item);

		if (rc != RC_OK)
			return rc;
	}
	if (!has_type(given, class->type))
		return schema_fail(b->s, "\"type\" must contain %s", class->type);
	if (class->base != NULL && !has_type(given, class->base))
		return schema_fail(b->s, "\"type\" must contain %s", class->base);
	return RC_OK;
}

static enum rc add_type(struct intake_badge *b, const struct badge_class *class, json_t *value)
{
	json_t *given = json_object_get(value, "type");
	struct wire_node *node;
	enum rc rc = check_type(b, class, given);

	if (rc != RC_OK)
		return rc;
	if (class->type_text)
		return add_text(b, NODE_TEXT, "type", str_of(class->type));
	rc = add_node(b, NODE_LIST, "type", &node);
	if (rc != RC_OK)
		return rc;
	node->count = (uint16_t)(given == NULL ? 1 : json_array_size(given));
	return given == NULL ? add_text(b, NODE_TEXT, "", str_of(class->type))
			     : add_types(b, class, given);
}

static enum rc check_names(struct intake_badge *b, const struct badge_class *class, json_t *value)
{
	const char *name;
	json_t *member;

	json_object_foreach(value, name, member)
	{
		struct suggestion near = {NULL, 0};

		if (badge_rules_member(class, str_of(name)) != NULL
			|| (class->type != NULL && strcmp(name, "type") == 0))
			continue;
		for (size_t i = 0; i < class->member_count; i++)
			suggest_offer(&near, str_of(name), class->members[i].name);
		return schema_fail(b->s, "the key \"" STR_FMT "\" is not known%s%s%s",
			STR_ARG(intake_problems_clip(b->s->a, str_of(name), 60)),
			near.word != NULL ? "; did you mean \"" : "",
			near.word != NULL ? near.word : "", near.word != NULL ? "\"?" : "");
	}
	return RC_OK;
}

/* An id below the achievement's, from the name; NULL when nothing can be made of it. */
static json_t *make_id(struct intake_badge *b, json_t *value)
{
	struct str name = str_of(json_string_value(json_object_get(value, "name")));
	struct buf id = buf_new(BADGE_RULES_URI_MAX);
	json_t *out = NULL;

	if (name.n == 0 || b->base.n == 0)
		return NULL;
	buf_put_str(&id, b->base);
	buf_put_cz(&id, str_find(b->base, '#', 0) < b->base.n ? "/" : "#result/");
	for (size_t i = 0; i < name.n; i++) {
		unsigned char c = (unsigned char)name.p[i];

		if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
			|| strchr("-._~", c) != NULL)
			buf_put_char(&id, (char)c);
		else
			buf_fmt(&id, "%%%02X", c);
	}
	if (!id.full)
		out = json_stringn((const char *)id.p, id.n);
	buf_free(&id);
	return out;
}

static bool wants_id(const struct badge_class *class)
{
	return class->type != NULL
		&& (strcmp(class->type, "ResultDescription") == 0
			|| strcmp(class->type, "RubricCriterionLevel") == 0);
}

/* Recursion goes as deep as the tables and DEPTH_MAX of the manifest let it. */
/* NOLINTBEGIN(misc-no-recursion) */
static enum rc add_member(struct intake_badge *b, const struct badge_member *member, json_t *value);

static enum rc add_members(
	struct intake_badge *b, const struct badge_class *class, json_t *value, uint16_t *count)
{
	for (size_t i = 0; i < class->member_count; i++) {
		const struct badge_member *member = &class->members[i];
		json_t *given = json_object_get(value, member->name);
		enum rc rc;

		if (given == NULL && member->required)
			return schema_fail(b->s, "the key \"%s\" is missing", member->name);
		if (given == NULL)
			continue;
		rc = add_member(b, member, given);
		if (rc != RC_OK)
			return rc;
		++*count;
	}
	return RC_OK;
}

static enum rc add_object(
	struct intake_badge *b, const struct badge_class *class, const char *name, json_t *value)
{
	struct str base = b->base;
	bool as_is = b->as_is;
	struct wire_node *node;
	uint16_t count = class->type != NULL ? 1 : 0;
	enum rc rc;

	if (!json_is_object(value) || json_object_size(value) == 0)
		return schema_fail(b->s, "must be an object that is not empty, not %s",
			schema_type_name(value));
	b->as_is |= class == &badge_class_endorsement;
	rc = check_names(b, class, value);
	if (rc == RC_OK)
		rc = add_node(b, NODE_OBJECT, name, &node);
	if (rc == RC_OK && wants_id(class) && json_object_get(value, "id") == NULL)
		(void)json_object_set_new(value, "id", make_id(b, value));
	if (rc == RC_OK && wants_id(class))
		b->base = str_of(json_string_value(json_object_get(value, "id")));
	if (rc == RC_OK && class->type != NULL)
		rc = add_type(b, class, value);
	if (rc == RC_OK)
		rc = add_members(b, class, value, &count);
	b->base = base;
	b->as_is = as_is;
	if (rc == RC_OK)
		node->count = count;
	return rc;
}

static enum rc add_one(
	struct intake_badge *b, const struct badge_member *member, const char *name, json_t *value)
{
	return member->value == BADGE_VALUE_OBJECT ? add_object(b, member->class, name, value)
						   : add_simple(b, member, name, value);
}

static enum rc add_list(struct intake_badge *b, const struct badge_member *member, json_t *value)
{
	size_t size = json_is_array(value) ? json_array_size(value) : 1;
	struct wire_node *node;
	enum rc rc;

	if (size < badge_rules_least(member) || size > BADGE_RULES_ITEMS_MAX)
		return schema_fail(b->s, "must have %zu to %d entries, or be left out",
			badge_rules_least(member), BADGE_RULES_ITEMS_MAX);
	rc = add_node(b, NODE_LIST, member->name, &node);
	if (rc != RC_OK)
		return rc;
	node->count = (uint16_t)size;
	for (size_t i = 0; rc == RC_OK && i < size; i++) {
		json_t *item = json_is_array(value) ? json_array_get(value, i) : value;
		size_t len = schema_enter_index(b->s, i);
		const char *fault = member->value == BADGE_VALUE_CONTEXT && json_is_string(item)
			? badge_rules_context_fault(i, str_of(json_string_value(item)))
			: NULL;

		rc = fault != NULL ? schema_fail(b->s, "%s", fault) : add_one(b, member, "", item);
		if (rc == RC_OK)
			schema_leave(b->s, len);
	}
	return rc;
}

static enum rc add_member(struct intake_badge *b, const struct badge_member *member, json_t *value)
{
	size_t len = schema_enter(b->s, member->name);
	enum rc rc =
		member->many ? add_list(b, member, value) : add_one(b, member, member->name, value);

	schema_leave(b->s, len);
	return rc;
}
/* NOLINTEND(misc-no-recursion) */

enum rc intake_badge_add(
	struct intake_badge *b, const struct badge_class *class, const char *name, json_t *value)
{
	const struct badge_member *member = badge_rules_member(class, str_of(name));

	CHECK(member != NULL);
	return member->many ? add_list(b, member, value) : add_one(b, member, name, value);
}
/* NOLINTEND(clang-analyzer-core.NullDereference) */
