// SPDX-License-Identifier: Apache-2.0
/* template.json to attributes of the drawing. Runs in: intake. */
#include "templates/refine.h"

#include "templates/css_property.h"
#include "templates/limits.h"
#include "templates/names.h"
#include "templates/placeholder.h"
#include "templates/value.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The drawing's own limit on min_scale, so that nobody is surprised by another number. */
#define MIN_SCALE 0.2

struct refine {
	struct tree_node *root;
	struct notes *notes;
	struct arena *a;
	uint32_t named; /* texts that got an id from us */
	struct str pass;
	struct err *err;
};

/* One rule of "fields". */
struct rule {
	struct refine *r;
	const char *name; /* as template.json says it */
	struct tree_node *text; /* being refined */
};

static enum rc refuse(const struct rule *rule, const char *member, const char *how)
{
	return err_set(rule->r->err, RC_INPUT, "template.json: fields.%.80s.%.40s must be %s",
		rule->name, member, how);
}

/* ---- members ---- */

/* By the grammar that the attribute has in a drawing. */
static enum rc set_attr(
	struct rule *rule, const char *attr, struct str value, const char *member, const char *how)
{
	bool lang = strcmp(attr, "xml:lang") == 0;
	const struct names_attr_row *row = names_find_attr(
		EL_TEXT, str_of(lang ? NAMES_XML_NS : ""), lang ? STR("lang") : str_of(attr));
	const char *why;
	struct str kept;

	CHECK(row != NULL);
	if (value.n == 0 || !value_check(row, value, &kept, &why))
		return refuse(rule, member, how);
	tree_set_attr(rule->r->a, rule->text, attr, str_dup(rule->r->a, kept));
	return RC_OK;
}

static struct str text_of(const json_t *v)
{
	return json_is_string(v) ? (struct str){json_string_value(v), json_string_length(v)}
				 : STR("");
}

static enum rc take_fit(struct rule *rule, const json_t *v)
{
	return set_attr(rule, "data-fit", text_of(v), "fit", "\"shrink\" or \"none\"");
}

static enum rc take_align(struct rule *rule, const json_t *v)
{
	return set_attr(
		rule, "data-align", text_of(v), "align", "\"start\", \"center\" or \"end\"");
}

static enum rc take_language(struct rule *rule, const json_t *v)
{
	return set_attr(rule, "xml:lang", text_of(v), "language",
		"a language tag such as \"en\" or \"ar\"");
}

static enum rc take_min_scale(struct rule *rule, const json_t *v)
{
	double scale = json_is_number(v) ? json_number_value(v) : 0;

	if (!(scale >= MIN_SCALE && scale <= 1))
		return refuse(rule, "min_scale", "a number from 0.2 to 1");
	return set_attr(rule, "data-min-scale", str_fmt(rule->r->a, "%.6g", scale), "min_scale",
		"a number from 0.2 to 1");
}

static enum rc take_max_lines(struct rule *rule, const json_t *v)
{
	json_int_t lines = json_is_integer(v) ? json_integer_value(v) : 0;

	if (lines < 1 || lines > 20)
		return refuse(rule, "max_lines", "a whole number from 1 to 20");
	return set_attr(rule, "data-max-lines", str_fmt(rule->r->a, "%d", (int)lines), "max_lines",
		"a whole number from 1 to 20");
}

static enum rc take_direction(struct rule *rule, const json_t *v)
{
	struct str way = text_of(v);

	if (!value_is_word(way, "ltr|rtl"))
		return refuse(rule, "direction", "\"ltr\" or \"rtl\"");
	tree_set_prop(rule->r->a, rule->text, PROP_DIRECTION, str_dup(rule->r->a, way));
	return RC_OK;
}

/* ---- frames ---- */

static struct tree_node *find_id(struct tree_node *root, struct str id)
{
	for (struct tree_node *n = root; n != NULL; n = tree_next(root, n))
		if (!n->is_text && str_eq(tree_value(n, "id"), id))
			return n;
	return NULL;
}

/* A frame names its text by id, so the text needs one. */
static struct str id_of(struct rule *rule)
{
	struct str id = tree_value(rule->text, "id");

	while (id.n == 0) {
		struct str fresh = str_fmt(rule->r->a, "template-json-%u", ++rule->r->named);

		if (find_id(rule->r->root, fresh) != NULL)
			continue;
		tree_set_attr(rule->r->a, rule->text, "id", fresh);
		id = fresh;
	}
	return id;
}

/* A rectangle that is not painted, in the coordinates of the whole drawing. */
static enum rc add_frame(struct rule *rule, const json_t *v)
{
	static const char *const names[4] = {"x", "y", "width", "height"};
	struct tree_node *frame;

	for (size_t i = 0; i < 4; i++) {
		const json_t *n = json_array_get(v, i);
		double number = json_is_number(n) ? json_number_value(n) : NAN;

		if (!(fabs(number) <= LIMIT_NUMBER) || (i >= 2 && !(number > 0)))
			return refuse(
				rule, "frame", "[x, y, width, height], in the viewBox's units");
	}
	frame = tree_new(rule->r->a, rule->r->root);
	frame->element = EL_RECT;
	frame->name = STR("rect");
	frame->line = rule->text->line;
	for (size_t i = 0; i < 4; i++)
		tree_set_attr(rule->r->a, frame, names[i],
			str_fmt(rule->r->a, "%.9g", json_number_value(json_array_get(v, i))));
	tree_set_prop(rule->r->a, frame, PROP_FILL, STR("none"));
	tree_set_attr(rule->r->a, frame, "data-frame-for", id_of(rule));
	return RC_OK;
}

static enum rc take_frame(struct rule *rule, const json_t *v)
{
	struct str id = text_of(v);
	struct tree_node *shape;

	/* What the drawing says about its box gives way. */
	tree_drop_attr(rule->text, "data-box");
	for (struct tree_node *n = rule->r->root; n != NULL; n = tree_next(rule->r->root, n))
		if (!n->is_text && str_eq(tree_value(n, "data-frame-for"), id_of(rule)))
			tree_drop_attr(n, "data-frame-for");
	if (json_is_array(v) && json_array_size(v) == 4)
		return add_frame(rule, v);
	if (str_starts(id, STR("#")))
		id = str_slice(id, 1, id.n);
	shape = id.n > 0 ? find_id(rule->r->root, id) : NULL;
	if (shape == NULL || !EL_IS(shape->element, EL_SHAPES | EL_BIT(EL_IMAGE)))
		return refuse(rule, "frame",
			"the id of a shape in the drawing, or [x, y, width, height]");
	tree_set_attr(rule->r->a, shape, "data-frame-for", id_of(rule));
	return RC_OK;
}

static const struct {
	const char *name;
	enum rc (*take)(struct rule *rule, const json_t *v);
} members[] = {
	{"fit", take_fit},
	{"min_scale", take_min_scale},
	{"max_lines", take_max_lines},
	{"align", take_align},
	{"language", take_language},
	{"direction", take_direction},
	{"frame", take_frame},
};

/* ---- rules ---- */

static enum rc take_members(struct rule *rule, json_t *saying)
{
	const char *name;
	json_t *v;

	json_object_foreach(saying, name, v)
	{
		size_t i = 0;
		enum rc rc = RC_OK;

		if (strncmp(name, "x-", 2) == 0)
			continue;
		while (i < ARRAY_COUNT(members) && strcmp(members[i].name, name) != 0)
			i++;
		if (i == ARRAY_COUNT(members))
			return err_set(rule->r->err, RC_INPUT,
				"template.json: fields.%.80s.%.40s is not known; there are fit, "
				"min_scale, max_lines, align, language, direction and frame",
				rule->name, name);
		rc = members[i].take(rule, v);
		if (rc != RC_OK)
			return rc;
	}
	return RC_OK;
}

static struct str all_text(struct arena *a, struct tree_node *text)
{
	size_t len = 0;
	char *p;
	size_t at = 0;

	for (struct tree_node *n = text; n != NULL; n = tree_next(text, n))
		len += n->is_text ? n->text.n : 0;
	p = arena_alloc(a, len + 1);
	for (struct tree_node *n = text; n != NULL; n = tree_next(text, n))
		if (n->is_text && n->text.n > 0) {
			memcpy(p + at, n->text.p, n->text.n);
			at += n->text.n;
		}
	return (struct str){p, at};
}

static bool shows(struct str text, struct str wanted)
{
	for (size_t at = 0; at < text.n;) {
		struct str rest = str_slice(text, at, text.n);
		size_t open = str_find_str(rest, STR("{{"));
		struct str inner;
		struct str name;
		struct str filter;
		size_t close;

		if (open == rest.n)
			return false;
		inner = str_slice(rest, open + 2, rest.n);
		close = str_find_str(inner, STR("}}"));
		if (close < inner.n
			&& placeholder_read(str_slice(inner, 0, close), &name, &filter)
				== PLACEHOLDER_GOOD
			&& str_eq(name, wanted))
			return true;
		at += open + 2;
	}
	return false;
}

static bool is_meant(struct refine *r, struct tree_node *n, struct str name)
{
	if (n->is_text || n->element != EL_TEXT)
		return false;
	if (str_starts(name, STR("#")))
		return str_eq(tree_value(n, "id"), str_slice(name, 1, name.n));
	return shows(all_text(r->a, n), name);
}

static enum rc apply_rule(struct refine *r, const char *said, json_t *saying)
{
	struct rule rule = {.r = r, .name = said};
	struct str name = str_of(said);
	struct str filter = STR("");
	bool used = false;
	enum rc rc = RC_OK;

	if (!json_is_object(saying))
		return err_set(
			r->err, RC_INPUT, "template.json: fields.%.80s must be an object", said);
	if (!str_starts(name, STR("#"))
		&& (placeholder_read(str_of(said), &name, &filter) != PLACEHOLDER_GOOD
			|| filter.n > 0))
		return err_set(r->err, RC_INPUT,
			"template.json: \"%.80s\" in fields is neither a placeholder's name nor # "
			"and the id of a text",
			said);
	for (struct tree_node *n = r->root; n != NULL && rc == RC_OK; n = tree_next(r->root, n)) {
		if (!is_meant(r, n, name))
			continue;
		rule.text = n;
		used = true;
		rc = take_members(&rule, saying);
	}
	if (rc == RC_OK && !used) {
		struct tree_node at = {.name = STR("template.json")};

		notes_warned(r->notes, &at, "the drawing has no text that shows it", "fields.%.80s",
			said);
	}
	return rc;
}

static enum rc apply_language(struct refine *r, const json_t *v)
{
	const struct names_attr_row *row = names_find_attr(EL_SVG, STR(NAMES_XML_NS), STR("lang"));
	const char *why;
	struct str kept;

	CHECK(row != NULL);
	if (!json_is_string(v) || !value_check(row, text_of(v), &kept, &why) || kept.n == 0)
		return err_set(r->err, RC_INPUT,
			"template.json: language must be a language tag such as \"en\" or \"ar\"");
	tree_set_attr(r->a, r->root, "xml:lang", str_dup(r->a, kept));
	return RC_OK;
}

static enum rc apply_fields(struct refine *r, json_t *fields)
{
	const char *name;
	json_t *saying;
	enum rc rc = RC_OK;

	if (!json_is_object(fields) || json_object_size(fields) > LIMIT_FIELDS)
		return err_set(r->err, RC_INPUT,
			"template.json: fields must be an object of at most %u members",
			LIMIT_FIELDS);
	json_object_foreach(fields, name, saying)
	{
		rc = apply_rule(r, name, saying);
		if (rc != RC_OK)
			break;
	}
	return rc;
}

static enum rc take_pass(struct refine *r, const json_t *v)
{
	char *text;

	if (json_is_null(v))
		return RC_OK;
	if (!json_is_object(v))
		return err_set(r->err, RC_INPUT,
			"template.json: pass must be an object such as {\"background\": "
			"\"#1c2e4a\"}");
	text = json_dumps(v, JSON_COMPACT | JSON_SORT_KEYS);
	if (text == NULL)
		return err_set(r->err, RC_INPUT, "template.json: pass cannot be written again");
	r->pass = str_dup(r->a, str_of(text));
	free(text);
	return RC_OK;
}

static enum rc apply_all(struct refine *r, json_t *root)
{
	const char *name;
	json_t *v;

	json_object_foreach(root, name, v)
	{
		enum rc rc = RC_OK;

		if (strcmp(name, "language") == 0)
			rc = apply_language(r, v);
		else if (strcmp(name, "fields") == 0)
			rc = apply_fields(r, v);
		else if (strcmp(name, "pass") == 0)
			rc = take_pass(r, v);
		else if (strncmp(name, "x-", 2) != 0)
			rc = err_set(r->err, RC_INPUT,
				"template.json: \"%.80s\" is not known; there are language, "
				"fields and pass",
				name);
		if (rc != RC_OK)
			return rc;
	}
	return RC_OK;
}

enum rc refine_apply(struct tree_node *root, struct str json, struct notes *notes, struct str *pass,
	struct err *err)
{
	struct refine r = {.root = root, .notes = notes, .a = notes->a, .err = err};
	json_t *o = json_loadb(json.p, json.n, JSON_REJECT_DUPLICATES, NULL);
	enum rc rc;

	if (!json_is_object(o)) {
		json_decref(o);
		return err_set(err, RC_INPUT, "template.json is not a JSON object");
	}
	rc = apply_all(&r, o);
	*pass = r.pass;
	json_decref(o);
	return rc;
}
