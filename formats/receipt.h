// SPDX-License-Identifier: Apache-2.0
/*
 * The receipt of a batch: canonical JSON (RFC 8785). The signature is Ed25519 over the same text
 * without its member "signature", which is canonical too.
 */
#ifndef FORMATS_RECEIPT_H
#define FORMATS_RECEIPT_H

#include "base/buf.h"
#include "base/hash.h"

struct receipt_root {
	struct str shard;
	struct str root; /* hexadecimal */
};

struct receipt {
	struct str batch;
	struct str tenant;
	struct str issuer; /* did:web:... */
	bool demo;
	const uint8_t *manifest_sha256;
	const uint8_t *cohort_sha256;
	const uint8_t *plan_hash;
	const uint8_t *outcomes_sha256;
	const uint8_t *roots_sha256; /* over all roots, also those not listed */
	const struct receipt_root *roots;
	size_t root_count;
	uint32_t rows;
	uint32_t issued;
	uint32_t unchanged;
	uint32_t failed;
	uint32_t left_out;
	int64_t issued_s;
};

struct receipt_signature {
	struct str kid;
	const uint8_t *value; /* 64 bytes */
};

/* signature: NULL for the text to be signed. */
void receipt_put(
	struct buf *out, const struct receipt *r, const struct receipt_signature *signature);

#endif
