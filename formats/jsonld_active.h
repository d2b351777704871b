// SPDX-License-Identifier: Apache-2.0
/* Active contexts of JSON-LD: which term means what at one place of a document. */
#ifndef FORMATS_JSONLD_ACTIVE_H
#define FORMATS_JSONLD_ACTIVE_H

#include "base/str.h"
#include "formats/jsonld_contexts.h"

/* previous: what holds again in child nodes, when types changed the context; else NULL. */
struct jsonld_active {
	const struct jsonld_active *previous;
	uint16_t defs
		[JSONLD_TERMS_MAX]; /* 0: undefined; else 1 + definition, plus the protected bit */
};

enum jsonld_scope {
	JSONLD_EMBEDDED, /* by @context: protected terms stay as they are */
	JSONLD_BY_TYPE, /* the same, and child nodes return to the context before */
	JSONLD_BY_PROPERTY, /* may redefine anything */
};

/* Nothing is defined. */
const struct jsonld_active *jsonld_active_empty(void);
/* Index in jsonld_contexts of a pinned context; JSONLD_NO_CONTEXT when there is none. */
uint16_t jsonld_active_find_context(struct str url);
/* What term means; NULL when nothing. */
const struct jsonld_def *jsonld_active_find(const struct jsonld_active *active, struct str term);
/*
 * *active with a context on top, in a. INPUT when that redefines a protected term; LIMIT when a is full.
 */
enum rc jsonld_active_push(struct arena *a, const struct jsonld_active **active, uint16_t context,
	enum jsonld_scope scope, struct err *err) MUST_CHECK;

#endif
