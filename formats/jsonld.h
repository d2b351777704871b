// SPDX-License-Identifier: Apache-2.0
/*
 * JSON-LD 1.1 to RDF (expansion and "Deserialize JSON-LD to RDF") for documents whose contexts are
 * among the pinned ones (formats/jsonld_contexts.h). Safe mode: what RDF would drop is refused, for
 * dropped data is data that no signature covers.
 *
 * Not supported, refused by name: inline contexts, @graph, @reverse, @index, @included, @nest,
 * @direction, and terms of type @json. The pinned contexts use none of them in a badge.
 */
#ifndef FORMATS_JSONLD_H
#define FORMATS_JSONLD_H

#include "formats/jsonr.h"
#include "formats/nquads.h"

/*
 * JSONLD_ISSUE also refuses what implementations turn into different RDF: terms that are not in every
 * copy of their context, empty lists, numbers of more than 15 digits or, other than zero, below 1e-6.
 */
enum jsonld_use {
	JSONLD_VERIFY,
	JSONLD_ISSUE,
};

/*
 * document: an object. context: value of "@context" to use instead of the document's own (which must
 * then have none); NULL: its own. without: top-level member to leave out, may be NULL. So a credential
 * is signed as {credential, NULL, "proof"}, its proof's configuration as {proof, the credential's
 * "@context", "proofValue"}.
 */
struct jsonld_input {
	const struct jsonr_value *document;
	const struct jsonr_value *context;
	const char *without;
	enum jsonld_use use;
};

/*
 * Appends the quads to *out; texts live in a or are borrowed from the document. Blank nodes are named
 * b0, b1, ..., those the document names itself u and their label. INPUT names the member
 * (credentialSubject.result[1].value) and what is wrong with it; LIMIT when a is full or there are
 * more than NQUADS_MAX quads.
 */
enum rc jsonld_to_rdf(struct arena *a, const struct jsonld_input *in, struct nquads_set *out,
	struct err *err) MUST_CHECK;

/* SHA-256 (hexadecimal) of the pinned context of that address; NULL when it is not pinned. */
const char *jsonld_context_hash(struct str url);

#endif
