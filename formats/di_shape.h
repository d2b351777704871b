// SPDX-License-Identifier: Apache-2.0
/*
 * Looks at how a signed document is written, because RDF forgets it: two texts of the same meaning to
 * JSON-LD have one signature, but whoever then reads members by their names may see only one of them.
 * Used by di_verify.c.
 */
#ifndef FORMATS_DI_SHAPE_H
#define FORMATS_DI_SHAPE_H

#include "formats/jsonr.h"

/* Every "@context" in it is pinned, and there is one at the top. err says which is not. */
bool di_shape_knows_contexts(const struct jsonr_value *document, struct err *err);
/*
 * Members have the plain names of the contexts: no IRIs, no keywords but those of a text with its
 * language, no names of types. And no node inside repeats the document's id to carry members that
 * belong at its top (a validUntil moved into an endorsement's subject means the same to RDF, and
 * nothing to a reader). err names the first member that is otherwise.
 */
bool di_shape_is_plain(const struct jsonr_value *document, struct err *err);

#endif
