// SPDX-License-Identifier: Apache-2.0
/* The manifest's "credentials": what is awarded and how it looks. Runs in: certfill-intake. */
#include "base/text.h"
#include "jobs/intake_cells.h"
#include "jobs/intake_manifest_achievement.h"
#include "jobs/intake_manifest_badge.h"
#include "jobs/intake_manifest_pass.h"
#include "jobs/intake_manifest_schema.h"
#include "templates/placeholder.h"

#include <string.h>

#define CREDENTIALS_MAX 50
#define KEY_MAX 64
#define FITS_MAX 200
#define LINES_MAX 20
/* Of a signature in a PDF, bytes. */
#define SIGNATURE_ROOM_MIN 4096
#define SIGNATURE_ROOM_MAX 65536
#define OUTPUTS_ALL (OUTPUT_PDF | OUTPUT_PNG | OUTPUT_BADGE | OUTPUT_PASS)

/* ---- outputs, dates ---- */

static const struct schema_choice output_choices[] = {
	{"pdf", OUTPUT_PDF},
	{"png", OUTPUT_PNG},
	{"ob3", OUTPUT_BADGE},
	{"pkpass", OUTPUT_PASS},
	{NULL, 0},
};

static enum rc read_outputs(
	struct schema *s, json_t *value, const struct schema_key *key, void *out)
{
	static const struct schema_key one = {.choices = output_choices};
	struct wire_credential *c = out;
	uint32_t bits = 0;

	(void)key;
	if (!json_is_array(value) || json_array_size(value) == 0 || json_array_size(value) > 4)
		return schema_fail(s, "must be a list of one to four of: pdf, png, ob3, pkpass");
	for (size_t i = 0; i < json_array_size(value); i++) {
		size_t len = schema_enter_index(s, i);
		uint32_t bit = 0;
		enum rc rc = schema_choose(s, json_array_get(value, i), &one, &bit);

		if (rc == RC_OK && (bits & bit) != 0)
			rc = schema_fail(s, "occurs twice");
		schema_leave(s, len);
		if (rc != RC_OK)
			return rc;
		bits |= bit;
	}
	c->outputs = bits;
	return RC_OK;
}

#define YEAR_S ((int64_t)366 * 86400)

/* Calendar months, then seconds: a certificate for three years ends on the day it began. */
struct duration {
	uint64_t months;
	int64_t seconds;
};

/* One designator of an ISO 8601 duration. */
static const struct {
	char letter;
	bool time;
	int64_t seconds;
	uint64_t months;
} designators[] = {
	{'Y', false, 0, 12},
	{'M', false, 0, 1},
	{'W', false, 604800, 0},
	{'D', false, 86400, 0},
	{'H', true, 3600, 0},
	{'M', true, 60, 0},
	{'S', true, 1, 0},
};

/* Designators may each occur once, in this order. */
static bool take_designator(
	struct str text, size_t *at, bool time, size_t *next, struct duration *out)
{
	size_t from = *at;
	uint64_t n;

	while (*at < text.n && text.p[*at] >= '0' && text.p[*at] <= '9')
		++*at;
	if (*at == text.n || !str_to_u64(str_slice(text, from, *at), 100000, &n))
		return false;
	for (size_t i = *next; i < ARRAY_COUNT(designators); i++) {
		if (designators[i].letter == text.p[*at] && designators[i].time == time) {
			out->seconds += (int64_t)n * designators[i].seconds;
			out->months += n * designators[i].months;
			*next = i + 1;
			++*at;
			return true;
		}
	}
	return false;
}

static bool parse_duration(struct str text, struct duration *out)
{
	bool time = false;
	size_t at = 1;
	size_t next = 0;

	*out = (struct duration){0, 0};
	if (text.n < 3 || text.p[0] != 'P')
		return false;
	while (at < text.n) {
		if (text.p[at] == 'T' && !time) {
			time = true;
			if (++at == text.n)
				return false;
		}
		if (!take_designator(text, &at, time, &next, out))
			return false;
	}
	return true;
}

static enum rc read_duration(
	struct schema *s, json_t *value, const struct schema_key *key, void *out)
{
	struct wire_credential *c = out;
	struct str text;
	struct duration d;
	enum rc rc = schema_take_str(s, value, key, &text);

	if (rc != RC_OK)
		return rc;
	if (!parse_duration(text, &d))
		return schema_fail(s,
			"\"" STR_FMT
			"\" is not a duration; write P2Y, P18M or P90D, or null for no end",
			STR_ARG(intake_problems_clip(s->a, text, 60)));
	if ((d.months == 0 && d.seconds == 0) || d.months > 2400 || d.seconds > 200 * YEAR_S)
		return schema_fail(s, "must be longer than nothing and at most 200 years");
	c->valid_for_months = (uint32_t)d.months;
	c->valid_for_s = d.seconds;
	return RC_OK;
}

static const struct schema_choice status_choices[] = {
	{"revocation", 0},
	{"suspension", 1},
	{"1edtech", 2},
	{NULL, 0},
};

static enum rc read_status(struct schema *s, json_t *value, const struct schema_key *key, void *out)
{
	struct wire_credential *c = out;
	struct schema_key one = {.choices = key->choices};
	uint32_t index = 0;
	enum rc rc = schema_choose(s, value, &one, &index);

	if (rc == RC_OK)
		c->status = str_of(status_choices[index].text);
	return rc;
}

static enum rc read_dpi(struct schema *s, json_t *value, const struct schema_key *key, void *out)
{
	struct wire_credential *c = out;
	json_int_t dpi = json_integer_value(value);

	(void)key;
	if (dpi != 96 && dpi != 150 && dpi != 300)
		return schema_fail(s, "must be 96, 150 or 300");
	c->png_dpi = (uint16_t)dpi;
	return RC_OK;
}

static enum rc read_signature_room(
	struct schema *s, json_t *value, const struct schema_key *key, void *out)
{
	struct wire_credential *c = out;
	json_int_t room = json_integer_value(value);

	(void)key;
	if (!json_is_integer(value) || room < SIGNATURE_ROOM_MIN || room > SIGNATURE_ROOM_MAX)
		return schema_fail(s,
			"must be a number of bytes between %d and %d; a signature with its chain "
			"and a time stamp takes about 6000",
			SIGNATURE_ROOM_MIN, SIGNATURE_ROOM_MAX);
	c->pdf_signature_room = (uint32_t)room;
	return RC_OK;
}

/* ---- layout ---- */

enum fit {
	FIT_NONE,
	FIT_SHRINK,
};

static const struct schema_choice fit_choices[] = {
	{"none", FIT_NONE},
	{"shrink", FIT_SHRINK},
	{NULL, 0},
};

struct fit_object {
	uint32_t fit;
	double min_scale;
	struct str then;
};

static const struct schema_key fit_keys[] = {
	{.name = "fit",
		.read = schema_choose,
		.offset = offsetof(struct fit_object, fit),
		.choices = fit_choices},
	{.name = "min_scale",
		.read = schema_number,
		.offset = offsetof(struct fit_object, min_scale),
		.min = 0.2,
		.max = 1},
	{.name = "then",
		.read = schema_str,
		.offset = offsetof(struct fit_object, then),
		.max = 16,
		.null = true},
};
SCHEMA_OBJECT(fit_schema, fit_keys);

/* A field by its name or alias, as templates write them. */
static enum rc take_field(struct schema *s, struct str name, struct str *out)
{
	struct str field, filter, near;

	if (placeholder_read(name, &field, &filter) != PLACEHOLDER_GOOD || filter.n != 0)
		return schema_fail(s, "is not the name of a field");
	*out = str_dup(s->a, field);
	if (placeholder_is_known(field))
		return RC_OK;
	near = placeholder_suggest(field);
	if (near.n == 0)
		return schema_fail(s, "is no field of templates");
	return schema_fail(
		s, "is no field of templates; did you mean \"" STR_FMT "\"?", STR_ARG(near));
}

/* "wrap3": lines that the text may take when shrinking does not help. */
static enum rc take_then(struct schema *s, struct str then, uint8_t *lines)
{
	uint64_t n = 1;

	if (then.n != 0
		&& (!str_starts(then, STR("wrap"))
			|| !str_to_u64(str_slice(then, 4, then.n), LINES_MAX, &n) || n < 2))
		return schema_fail(s, "then must be \"wrap2\" to \"wrap%d\"", LINES_MAX);
	*lines = (uint8_t)n;
	return RC_OK;
}

static enum rc read_fit(struct schema *s, const char *name, json_t *value, struct wire_fit *out)
{
	struct fit_object o = {.fit = FIT_SHRINK, .min_scale = 0.6};
	enum rc rc;

	rc = schema_read_object(s, value, &fit_schema, &o);
	if (rc != RC_OK)
		return rc;
	rc = take_field(s, str_of(name), &out->field);
	if (rc != RC_OK)
		return rc;
	out->shrink = o.fit == FIT_SHRINK;
	out->min_scale = out->shrink ? o.min_scale : 1;
	return take_then(s, o.then, &out->max_lines);
}

static enum rc read_layout(struct schema *s, json_t *value, const struct schema_key *key, void *out)
{
	struct wire_credential *c = out;
	const char *name;
	json_t *member;

	(void)key;
	if (!json_is_object(value))
		return schema_fail(s, "must be an object, not %s", schema_type_name(value));
	if (json_object_size(value) > FITS_MAX)
		return schema_fail(s, "has more than %d entries", FITS_MAX);
	c->layout.items = arena_zalloc(s->a, json_object_size(value) + 1, sizeof(struct wire_fit));
	json_object_foreach(value, name, member)
	{
		size_t len = schema_enter(s, name);
		enum rc rc = read_fit(s, name, member, &c->layout.items[c->layout.count++]);

		schema_leave(s, len);
		if (rc != RC_OK)
			return rc;
	}
	return RC_OK;
}

/* ---- the badge around the achievement ---- */

/* Members of every credential of this kind. */
static enum rc read_badge(struct schema *s, json_t *value, const struct schema_key *key, void *out)
{
	static const char *const members[] = {"image", "endorsement", "evidence"};
	struct wire_credential *c = out;
	struct intake_badge b = intake_badge_start(s, (struct str){"", 0});
	size_t known = 0;
	enum rc rc = RC_OK;

	(void)key;
	if (!json_is_object(value))
		return schema_fail(s, "must be an object, not %s", schema_type_name(value));
	for (size_t i = 0; rc == RC_OK && i < ARRAY_COUNT(members); i++) {
		json_t *member = json_object_get(value, members[i]);
		size_t len = schema_enter(s, members[i]);

		if (member != NULL) {
			known++;
			rc = intake_badge_add(&b, &badge_class_credential, members[i], member);
		}
		if (rc == RC_OK)
			schema_leave(s, len);
	}
	if (rc == RC_OK && known != json_object_size(value))
		return schema_fail(s, "has image, endorsement and evidence, nothing else");
	c->badge.items = b.nodes;
	c->badge.count = b.count;
	return rc;
}

/* ---- the credential ---- */

static const struct schema_key credential_keys[] = {
	{.name = "template",
		.read = schema_str,
		.offset = offsetof(struct wire_credential, template_name),
		.min = 1,
		.max = 1024,
		.null = true},
	{.name = "achievement",
		.read = intake_manifest_achievement,
		.offset = offsetof(struct wire_credential, achievement),
		.required = true},
	{.name = "outputs", .read = read_outputs, .null = true},
	{.name = "valid_for", .read = read_duration, .max = 64, .null = true},
	{.name = "layout", .read = read_layout, .null = true},
	{.name = "status", .read = read_status, .choices = status_choices, .null = true},
	{.name = "publish",
		.read = schema_strs,
		.offset = offsetof(struct wire_credential, publish),
		.max = 50,
		.null = true},
	{.name = "pass",
		.read = intake_manifest_pass,
		.offset = offsetof(struct wire_credential, pass),
		.null = true},
	{.name = "png_dpi", .read = read_dpi, .null = true},
	{.name = "pdf_signature_room", .read = read_signature_room, .null = true},
	{.name = "badge", .read = read_badge, .null = true},
};
SCHEMA_OBJECT(credential_schema, credential_keys);

static bool is_key(struct str key)
{
	for (size_t i = 0; i < key.n; i++) {
		char c = key.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
			    || memchr("._-", c, 3) != NULL))
			return false;
	}
	return key.n != 0 && key.n <= KEY_MAX;
}

/* Open Badges 3.0 wants a description and criteria of every achievement. */
static enum rc check_badge(struct schema *s, const struct wire_credential *c)
{
	const struct wire_achievement *a = &c->achievement;

	if ((c->outputs & OUTPUT_BADGE) == 0)
		return RC_OK;
	if (a->descriptions.count == 0)
		return schema_fail(
			s, "achievement.description is missing; Open Badges 3.0 wants it");
	if (a->criteria_id.n == 0 && a->criteria_narrative.n == 0)
		return schema_fail(s,
			"achievement.criteria is missing; Open Badges 3.0 wants a narrative or an "
			"id");
	return RC_OK;
}

static enum rc read_credential(
	struct schema *s, const char *name, json_t *value, struct wire_credential *c)
{
	enum rc rc;

	if (!is_key(str_of(name)))
		return schema_fail(s,
			"a credential's key has 1 to %d letters, digits, \".\", \"_\" or \"-\"",
			KEY_MAX);
	*c = (struct wire_credential){.key = str_dup(s->a, str_of(name)),
		.outputs = OUTPUTS_ALL,
		.status = STR("revocation"),
		.png_dpi = 150};
	rc = schema_read_object(s, value, &credential_schema, c);
	return rc == RC_OK ? check_badge(s, c) : rc;
}

enum rc schema_credentials(struct schema *s, json_t *value, const struct schema_key *key, void *out)
{
	struct wire_manifest *m = out;
	const char *name;
	json_t *member;

	(void)key;
	if (!json_is_object(value))
		return schema_fail(s, "must be an object, not %s", schema_type_name(value));
	if (json_object_size(value) == 0 || json_object_size(value) > CREDENTIALS_MAX)
		return schema_fail(s, "must have 1 to %d entries", CREDENTIALS_MAX);
	m->credentials.items =
		arena_zalloc(s->a, json_object_size(value), sizeof(struct wire_credential));
	json_object_foreach(value, name, member)
	{
		size_t len = schema_enter(s, name);
		enum rc rc = read_credential(
			s, name, member, &m->credentials.items[m->credentials.count++]);

		schema_leave(s, len);
		if (rc != RC_OK)
			return rc;
	}
	return RC_OK;
}
