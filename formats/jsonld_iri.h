// SPDX-License-Identifier: Apache-2.0
/* IRIs, terms, compact IRIs and keywords of JSON-LD, language tags. */
#ifndef FORMATS_JSONLD_IRI_H
#define FORMATS_JSONLD_IRI_H

#include "formats/jsonld_active.h"
#include "formats/nquads.h"

/* "@" and letters: a keyword, or reserved to become one. */
bool jsonld_iri_is_keyword(struct str s);
/* As BCP 47 builds tags: up to eight letters, then parts of letters and digits. */
bool jsonld_iri_is_language(struct str s);

/*
 * IRI expansion (JSON-LD 1.1 API, 5.2) without a base; vocab: terms count, not only prefixes. *out is
 * an IRI or a blank node (a label "x" of the document becomes "ux"), in a or borrowed. INPUT when text
 * is neither; LIMIT when a is full.
 */
enum rc jsonld_iri_expand(struct arena *a, const struct jsonld_active *active, struct str text,
	bool vocab, struct nquads_term *out, struct err *err) MUST_CHECK;

#endif
