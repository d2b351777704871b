// SPDX-License-Identifier: Apache-2.0
/* The manifest's "source": how the cohort is to be read. Runs in: certfill-intake. */
#include "base/text.h"
#include "jobs/intake_columns.h"
#include "jobs/intake_manifest_schema.h"
#include "jobs/intake_problems.h"

#include <string.h>

#define TARGETS_MAX 200

static enum rc read_sha256(struct schema *s, json_t *value, const struct schema_key *key, void *out)
{
	struct intake_source *source = out;
	struct str text;
	enum rc rc = schema_take_str(s, value, key, &text);

	if (rc != RC_OK)
		return rc;
	if (!text_from_hex(text, source->sha256, sizeof source->sha256))
		return schema_fail(s, "must be 64 hexadecimal digits");
	source->has_sha256 = true;
	return RC_OK;
}

static enum rc read_delimiter(
	struct schema *s, json_t *value, const struct schema_key *key, void *out)
{
	struct intake_source *source = out;
	struct str text = {json_string_value(value), json_string_length(value)};

	(void)key;
	if (!json_is_string(value))
		return schema_fail(s, "must be a string, not %s", schema_type_name(value));
	if (str_eq_nocase(text, STR("tab")))
		text = STR("\t");
	if (text.n != 1 || memchr(",;\t|", text.p[0], 4) == NULL)
		return schema_fail(s, "must be \",\", \";\", \"|\" or \"TAB\"");
	source->delimiter = str_dup(s->a, text);
	return RC_OK;
}

static enum rc read_date_format(
	struct schema *s, json_t *value, const struct schema_key *key, void *out)
{
	struct intake_source *source = out;
	struct str text;
	enum rc rc = schema_take_str(s, value, key, &text);

	if (rc == RC_OK && !intake_dates_order_of(text, &source->date_order))
		return schema_fail(s,
			"must be \"DD/MM/YYYY\", \"MM/DD/YYYY\", or the same with \"-\"; "
			"YYYY-MM-DD, YYYYMMDD and "
			"DD.MM.YYYY are always understood");
	return rc;
}

static enum rc read_profile(
	struct schema *s, json_t *value, const struct schema_key *key, void *out)
{
	struct intake_source *source = out;
	struct str text;
	const char *near;
	enum rc rc = schema_take_str(s, value, key, &text);

	if (rc != RC_OK)
		return rc;
	source->profile = intake_profile_find(text);
	if (source->profile != NULL)
		return RC_OK;
	near = intake_profile_suggest(text);
	if (near != NULL)
		return schema_fail(s, "\"" STR_FMT "\" is not known; did you mean \"%s\"?",
			STR_ARG(intake_problems_clip(s->a, text, 60)), near);
	return schema_fail(s, "is none of: %s", intake_profile_names());
}

static enum rc check_target(struct schema *s, const char *name)
{
	struct str key = str_of(name);
	const char *near = intake_columns_suggest(key);

	if (key.n <= INTAKE_TARGET_MAX && intake_columns_of_key(s->a, key).column != COLUMN_NONE)
		return RC_OK;
	if (near != NULL)
		return schema_fail(s, "is no column of ours; did you mean \"%s\"?", near);
	return schema_fail(s,
		"is no column of ours; values for the template are called field.*, for example "
		"field.honors");
}

enum name_order {
	ORDER_AS_IS,
	ORDER_FAMILY_GIVEN,
};

static const struct schema_choice name_orders[] = {
	{"as-is", ORDER_AS_IS},
	{"family,given", ORDER_FAMILY_GIVEN},
	{NULL, 0},
};

/* {"from": "NAME", "order": "family,given"} */
struct from_object {
	struct str from;
	uint32_t order;
};

static const struct schema_key from_keys[] = {
	{.name = "from",
		.read = schema_str,
		.offset = offsetof(struct from_object, from),
		.min = 1,
		.max = 255,
		.required = true},
	{.name = "order",
		.read = schema_choose,
		.offset = offsetof(struct from_object, order),
		.choices = name_orders},
};
SCHEMA_OBJECT(from_schema, from_keys);

static enum rc read_column(
	struct schema *s, const char *name, json_t *value, struct intake_source_column *out)
{
	struct from_object from = {0};
	enum rc rc = check_target(s, name);

	if (rc != RC_OK)
		return rc;
	if (json_is_string(value))
		rc = schema_take_str(s, value, &from_keys[0], &from.from);
	else
		rc = schema_read_object(s, value, &from_schema, &from);
	if (rc == RC_OK && from.order == ORDER_FAMILY_GIVEN && strcmp(name, "name") != 0)
		return schema_fail(s, "order is for the column \"name\" only");
	*out = (struct intake_source_column){
		str_dup(s->a, str_of(name)), from.from, from.order == ORDER_FAMILY_GIVEN};
	return rc;
}

static enum rc check_map(struct schema *s, json_t *value)
{
	if (!json_is_object(value))
		return schema_fail(s, "must be an object, not %s", schema_type_name(value));
	if (json_object_size(value) > TARGETS_MAX)
		return schema_fail(s, "has more than %d entries", TARGETS_MAX);
	return RC_OK;
}

static enum rc read_columns(
	struct schema *s, json_t *value, const struct schema_key *key, void *out)
{
	struct intake_source *source = out;
	enum rc rc = check_map(s, value);
	const char *name;
	json_t *member;

	(void)key;
	if (rc != RC_OK)
		return rc;
	source->columns.items = arena_zalloc(
		s->a, json_object_size(value) + 1, sizeof(struct intake_source_column));
	json_object_foreach(value, name, member)
	{
		size_t len = schema_enter(s, name);

		rc = read_column(s, name, member, &source->columns.items[source->columns.count++]);
		schema_leave(s, len);
		if (rc != RC_OK)
			return rc;
	}
	return RC_OK;
}

static enum rc read_constant(
	struct schema *s, const char *name, json_t *value, struct intake_source_constant *out)
{
	static const struct schema_key any = {.min = 1, .max = 2000};
	enum rc rc = check_target(s, name);

	out->target = str_dup(s->a, str_of(name));
	if (rc != RC_OK)
		return rc;
	if (strcmp(name, "recipient_id") == 0 || strcmp(name, "name") == 0
		|| strcmp(name, "email") == 0)
		return schema_fail(s, "cannot be the same for everybody");
	return schema_take_str(s, value, &any, &out->value);
}

static enum rc read_constants(
	struct schema *s, json_t *value, const struct schema_key *key, void *out)
{
	struct intake_source *source = out;
	enum rc rc = check_map(s, value);
	const char *name;
	json_t *member;

	(void)key;
	if (rc != RC_OK)
		return rc;
	source->constants.items = arena_zalloc(
		s->a, json_object_size(value) + 1, sizeof(struct intake_source_constant));
	json_object_foreach(value, name, member)
	{
		size_t len = schema_enter(s, name);

		rc = read_constant(
			s, name, member, &source->constants.items[source->constants.count++]);
		schema_leave(s, len);
		if (rc != RC_OK)
			return rc;
	}
	return RC_OK;
}

static const struct schema_key source_keys[] = {
	{.name = "file",
		.read = schema_str,
		.offset = offsetof(struct intake_source, file),
		.max = 255,
		.null = true},
	{.name = "sha256", .read = read_sha256, .max = 64, .null = true},
	{.name = "profile", .read = read_profile, .max = 64, .null = true},
	{.name = "encoding",
		.read = schema_str,
		.offset = offsetof(struct intake_source, encoding),
		.min = 1,
		.max = 64,
		.null = true},
	{.name = "delimiter", .read = read_delimiter, .null = true},
	{.name = "date_format", .read = read_date_format, .max = 32, .null = true},
	{.name = "columns", .read = read_columns, .null = true},
	{.name = "constants", .read = read_constants, .null = true},
};
const struct schema_object schema_source_object = {source_keys, ARRAY_COUNT(source_keys)};
