// SPDX-License-Identifier: Apache-2.0
/* JSON scalars as RDF literals ("Object to RDF Conversion" of JSON-LD 1.1 API, 8.2.2). */
#ifndef FORMATS_JSONLD_LITERAL_H
#define FORMATS_JSONLD_LITERAL_H

#include "formats/jsonld.h"

/*
 * value: a string, number or boolean. datatype: IRI, empty for the value's own. INPUT when the value
 * is a number too large for a double, or one use refuses; LIMIT when a is full.
 */
enum rc jsonld_literal(struct arena *a, const struct jsonr_value *value, struct str datatype,
	enum jsonld_use use, struct nquads_term *out, struct err *err) MUST_CHECK;

/*
 * Gives a text its @language and @direction, NULL where not said, not both. A direction becomes a datatype, as
 * VCDM 2.0 wants it (JSON-LD 1.1, 10.2, i18n). INPUT for what is no tag or no direction, and for any
 * direction in what is issued.
 */
enum rc jsonld_literal_tag(struct arena *a, const struct jsonr_value *language,
	const struct jsonr_value *direction, enum jsonld_use use, struct nquads_term *term,
	struct err *err) MUST_CHECK;

#endif
