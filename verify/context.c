// SPDX-License-Identifier: Apache-2.0
/* Looking things up during a verification. Runs in: check, and programs that use libcertfill-verify. */
#include "verify/context.h"

struct material_item *context_get(struct context *c, enum material_kind kind, struct str name)
{
	struct material_item *item = material_find(c->material, kind, name);
	const void *data = NULL;
	struct err ignored;
	size_t len = 0;

	if (item != NULL || name.n == 0 || name.n > 1024)
		return item;
	if (c->options->find != NULL
		&& c->options->find(c->options->context, str_fmt(c->a, STR_FMT, STR_ARG(name)).p,
			   &data, &len)
			!= 0
		&& material_add(c->material, name, (struct str){data, len}, &ignored) == RC_OK)
		item = material_find(c->material, kind, name);
	if (item == NULL)
		report_want(c->report, name);
	return item;
}

const uint8_t *context_file_digest(struct context *c)
{
	if (!c->is_hashed)
		hash_sha256(c->file, c->file_digest);
	c->is_hashed = true;
	return c->file_digest;
}

struct str context_text(const struct jsonr_value *json, const char *name)
{
	const struct jsonr_value *v = jsonr_find(json, name);

	return v != NULL && v->kind == JSONR_STRING ? v->text : (struct str){NULL, 0};
}

struct str context_id(const struct jsonr_value *value)
{
	if (value != NULL && value->kind == JSONR_STRING)
		return value->text;
	return context_text(value, "id");
}

bool context_is_type(const struct jsonr_value *json, const char *name)
{
	const struct jsonr_value *type = jsonr_find(json, "type");

	if (type == NULL)
		return false;
	if (type->kind == JSONR_STRING)
		return str_eq_cz(type->text, name);
	for (const struct jsonr_value *v = type->kind == JSONR_ARRAY ? type->first : NULL;
		v != NULL; v = v->next)
		if (v->kind == JSONR_STRING && str_eq_cz(v->text, name))
			return true;
	return false;
}
