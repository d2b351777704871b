// SPDX-License-Identifier: Apache-2.0
/* The hashes under a proof: what issuing and verifying share. Used by di.c, di_verify.c and their tests. */
#ifndef FORMATS_DI_HASH_H
#define FORMATS_DI_HASH_H

#include "formats/di.h"

/* Errors as jsonld_to_rdf() and rdfc_canonize(); with JSONLD_ISSUE also what di_data() refuses. */
enum rc di_hash(struct arena *a, const struct jsonld_input *in, uint8_t out[HASH_SHA256_LEN],
	struct err *err) MUST_CHECK;
/*
 * The bytes that secured->proofs[which] signs. Anything but DI_VERIFIED is why there are none; the
 * document's shape is not judged, nor the signature.
 */
enum di_outcome di_hash_proof(struct arena *a, const struct di_secured *secured, size_t which,
	uint8_t out[DI_DATA_LEN], struct err *err);

#endif
