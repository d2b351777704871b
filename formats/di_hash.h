// SPDX-License-Identifier: Apache-2.0
/* SHA-256 over a canonical document: what issuing and verifying share. Used by di.c and di_verify.c. */
#ifndef FORMATS_DI_HASH_H
#define FORMATS_DI_HASH_H

#include "base/hash.h"
#include "formats/jsonld.h"

/* Errors as jsonld_to_rdf() and rdfc_canonize(); with JSONLD_ISSUE also what di_data() refuses. */
enum rc di_hash(struct arena *a, const struct jsonld_input *in, uint8_t out[HASH_SHA256_LEN],
	struct err *err) MUST_CHECK;

#endif
