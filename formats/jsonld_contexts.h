// SPDX-License-Identifier: Apache-2.0
/*
 * The contexts that formats/jsonld.c knows, compiled to tables by tests/tools/make_contexts.mjs.
 * Nothing is ever fetched: a context is one of these or refused.
 *
 * Open Badges 3.0.3 stands here with what its publisher added in 2026 without a new name
 * (endorsementJwt, jti: JSONLD_DISPUTED). All else is the same in both copies.
 */
#ifndef FORMATS_JSONLD_CONTEXTS_H
#define FORMATS_JSONLD_CONTEXTS_H

#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

#define JSONLD_TERMS_MAX 192

/* Flags of a definition. */
#define JSONLD_LIST 1 /* @container: @list */
#define JSONLD_GRAPH 2 /* @container: @graph */
#define JSONLD_PREFIX 4 /* may begin a compact IRI */
#define JSONLD_DISPUTED 8 /* not in every copy of its context */
#define JSONLD_SET 16 /* @container: @set; matters only where definitions are compared */

/* Contexts that are no tables. */
#define JSONLD_NO_CONTEXT 0
#define JSONLD_NULL_CONTEXT 1

/* iri: or a keyword. type: datatype IRI, "@id", "@vocab", "@json" or NULL. scope: index of a context. */
struct jsonld_def {
	const char *iri;
	const char *type;
	uint8_t flags;
	uint16_t scope;
};

/* term: index into jsonld_terms. def: index into jsonld_defs; equal definitions are one. */
struct jsonld_entry {
	uint16_t term;
	uint16_t def;
	bool is_protected;
};

/* url, sha256: NULL in scoped contexts. */
struct jsonld_context {
	const char *url;
	const char *sha256;
	const struct jsonld_entry *entries;
	uint16_t count;
};

/* In the order of their bytes. */
extern const struct str jsonld_terms[];
extern const uint16_t jsonld_term_count;
extern const struct jsonld_def jsonld_defs[];
extern const struct jsonld_context jsonld_contexts[];
extern const uint16_t jsonld_context_count;

#endif
