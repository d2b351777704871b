// SPDX-License-Identifier: Apache-2.0
/* The shape of signed documents. Runs in: check, the command line. */
#include "formats/di_shape.h"

#include "formats/jsonld.h"

/* What decides whether a credential is valid, and whose it is. */
static const char *const top_members[] = {"issuer", "validFrom", "validUntil", "issuanceDate",
	"expirationDate", "credentialSubject", "credentialStatus", "credentialSchema", "termsOfUse",
	"refreshService", "proof"};

/* Judges one object; false ends the walk. depth: 0 for the document. */
typedef bool judge(const struct jsonr_value *object, size_t depth,
	const struct jsonr_value *document, struct err *err);

static bool walk(const struct jsonr_value *document, judge *fine, struct err *err)
{
	const struct jsonr_value *open[JSONR_DEPTH_MAX + 1];
	const struct jsonr_value *v = document;
	size_t depth = 0;

	for (;;) {
		if (v->kind == JSONR_OBJECT && !fine(v, depth, document, err))
			return false;
		if (v->kind >= JSONR_ARRAY && v->first != NULL) {
			CHECK(depth <= JSONR_DEPTH_MAX);
			open[depth++] = v;
			v = v->first;
			continue;
		}
		while (depth > 0 && v->next == NULL)
			v = open[--depth];
		if (depth == 0)
			return true;
		v = v->next;
	}
}

static bool knows_context(const struct jsonr_value *object, size_t depth,
	const struct jsonr_value *document, struct err *err)
{
	const struct jsonr_value *contexts = jsonr_find(object, "@context");
	bool many = contexts != NULL && contexts->kind == JSONR_ARRAY;
	const struct jsonr_value *c = many ? contexts->first : contexts;

	(void)document;
	if (depth == 0 && c == NULL) {
		(void)err_set(err, RC_INPUT, "the document has no @context");
		return false;
	}
	for (; c != NULL; c = many ? c->next : NULL) {
		if (c->kind == JSONR_STRING && jsonld_context_hash(c->text) != NULL)
			continue;
		if (c->kind == JSONR_STRING)
			(void)err_set(err, RC_INPUT,
				"its @context \"%.*s\" is not one of those known here",
				(int)(c->text.n > 120 ? 120 : c->text.n), c->text.p);
		else
			(void)err_set(err, RC_INPUT,
				"it defines terms of its own in @context, which is not supported");
		return false;
	}
	return true;
}

bool di_shape_knows_contexts(const struct jsonr_value *document, struct err *err)
{
	return walk(document, knows_context, err);
}

/*
 * {"@value": "Bonjour", "@language": "fr", "@direction": "ltr"} (VCDM 2.0, 11.1): the only object of keywords
 * that says more than its text.
 */
static bool is_text_of_language(const struct jsonr_value *object)
{
	uint32_t known = 0;

	for (const struct jsonr_value *m = object->first; m != NULL; m = m->next)
		known += str_eq_cz(m->key, "@value") || str_eq_cz(m->key, "@language")
			|| str_eq_cz(m->key, "@direction");
	return known == object->count && known >= 2 && jsonr_find(object, "@value") != NULL;
}

static bool is_plain_name(struct str key)
{
	return key.n != 0 && key.p[0] != '@' && !(key.p[0] >= 'A' && key.p[0] <= 'Z')
		&& str_find(key, ':', 0) == key.n;
}

static bool refuse(struct err *err, struct str key, const char *why)
{
	(void)err_set(
		err, RC_INPUT, "member \"%.*s\": %s", (int)(key.n > 80 ? 80 : key.n), key.p, why);
	return false;
}

static bool has_id_of(const struct jsonr_value *object, const struct jsonr_value *document)
{
	const struct jsonr_value *id = jsonr_find(document, "id");
	const struct jsonr_value *own = jsonr_find(object, "id");

	return id != NULL && own != NULL && id->kind == JSONR_STRING && own->kind == JSONR_STRING
		&& str_eq(id->text, own->text);
}

static bool carries_top_member(const struct jsonr_value *object, struct err *err)
{
	for (size_t i = 0; i < ARRAY_COUNT(top_members); i++) {
		if (jsonr_find(object, top_members[i]) != NULL) {
			(void)refuse(err, str_of(top_members[i]),
				"belongs at the top, not in a part that repeats the document's id");
			return true;
		}
	}
	return false;
}

static bool is_plain(const struct jsonr_value *object, size_t depth,
	const struct jsonr_value *document, struct err *err)
{
	if (is_text_of_language(object))
		return true;
	for (const struct jsonr_value *m = object->first; m != NULL; m = m->next) {
		if (!is_plain_name(m->key) && !str_eq_cz(m->key, "@context"))
			return refuse(err, m->key,
				"not a plain name of the contexts, so readers could overlook it");
	}
	return depth == 0 || !has_id_of(object, document) || !carries_top_member(object, err);
}

bool di_shape_is_plain(const struct jsonr_value *document, struct err *err)
{
	return walk(document, is_plain, err);
}
