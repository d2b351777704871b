// SPDX-License-Identifier: Apache-2.0
/* Active contexts (JSON-LD 1.1 API, 4.1 and 4.2, over tables). Runs in: as jsonld.c. */
#include "formats/jsonld_active.h"

#include <string.h>

#define PROTECTED 0x8000

const struct jsonld_active *jsonld_active_empty(void)
{
	static const struct jsonld_active empty;

	return &empty;
}

uint16_t jsonld_active_find_context(struct str url)
{
	for (uint16_t i = 0; i < jsonld_context_count; i++) {
		if (jsonld_contexts[i].url != NULL && str_eq_cz(url, jsonld_contexts[i].url))
			return i;
	}
	return JSONLD_NO_CONTEXT;
}

/* Index in jsonld_terms, or their count. */
static uint16_t find_term(struct str term)
{
	uint16_t low = 0;
	uint16_t high = jsonld_term_count;

	while (low < high) {
		uint16_t middle = (uint16_t)((low + high) / 2);
		int order = str_compare(jsonld_terms[middle], term);

		if (order == 0)
			return middle;
		if (order < 0)
			low = (uint16_t)(middle + 1);
		else
			high = middle;
	}
	return jsonld_term_count;
}

const struct jsonld_def *jsonld_active_find(const struct jsonld_active *active, struct str term)
{
	uint16_t index = find_term(term);

	if (index == jsonld_term_count || active->defs[index] == 0)
		return NULL;
	return &jsonld_defs[(active->defs[index] & ~PROTECTED) - 1];
}

static bool has_protected(const struct jsonld_active *active)
{
	for (uint16_t i = 0; i < jsonld_term_count; i++) {
		if ((active->defs[i] & PROTECTED) != 0)
			return true;
	}
	return false;
}

/* JSON-LD 1.1 API, 4.2.2, last steps: a protected term may be said again, not changed. */
static enum rc define(struct jsonld_active *active, const struct jsonld_entry *entry,
	enum jsonld_scope scope, struct err *err)
{
	uint16_t *def = &active->defs[entry->term];
	uint16_t wanted = (uint16_t)(entry->def + 1);

	if (scope == JSONLD_BY_PROPERTY || (*def & PROTECTED) == 0) {
		*def = (uint16_t)(wanted | (entry->is_protected ? PROTECTED : 0));
		return RC_OK;
	}
	if ((*def & ~PROTECTED) != wanted)
		return err_set(err, RC_INPUT, "its contexts define the protected term \"%s\" twice",
			jsonld_terms[entry->term].p);
	return RC_OK;
}

enum rc jsonld_active_push(struct arena *a, const struct jsonld_active **active, uint16_t context,
	enum jsonld_scope scope, struct err *err)
{
	const struct jsonld_context *c = &jsonld_contexts[context];
	struct jsonld_active *top;

	if (context == JSONLD_NULL_CONTEXT) {
		if (scope != JSONLD_BY_PROPERTY && has_protected(*active))
			return err_set(err, RC_INPUT, "a null context where terms are protected");
		*active = jsonld_active_empty();
		return RC_OK;
	}
	if (arena_left_len(a) < sizeof *top + 16)
		return err_set(err, RC_LIMIT, "more contexts than fit in memory");
	top = arena_dup(a, *active, sizeof *top);
	if (scope == JSONLD_BY_TYPE && top->previous == NULL)
		top->previous = *active;
	for (uint16_t i = 0; i < c->count; i++) {
		enum rc rc = define(top, &c->entries[i], scope, err);

		if (rc != RC_OK)
			return rc;
	}
	*active = top;
	return RC_OK;
}
