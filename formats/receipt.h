// SPDX-License-Identifier: Apache-2.0
/*
 * The receipt of a batch: a head that is signed, and an entry for every record of the cohort, which
 * the head names by the root of their Merkle tree (RFC 9162, section 2.1.1). Both are canonical JSON
 * (RFC 8785). The signature is Ed25519 over the head without its member "signature".
 */
#ifndef FORMATS_RECEIPT_H
#define FORMATS_RECEIPT_H

#include "base/buf.h"
#include "base/hash.h"
#include "base/ulid.h"

struct receipt_counts {
	uint32_t issued;
	uint32_t unchanged;
	uint32_t failed;
	uint32_t refused;
	uint32_t held;
	uint32_t rows; /* all of them */
};

struct receipt {
	struct str batch;
	struct str tenant;
	struct str issuer; /* did:web:... */
	bool demo;
	const uint8_t *manifest_sha256;
	const uint8_t *cohort_sha256;
	const uint8_t *plan_hash;
	const uint8_t *roots_sha256; /* over all shard roots */
	const uint8_t *rows_root; /* Merkle root over the entries */
	struct receipt_counts counts;
	int64_t issued_s;
};

struct receipt_signature {
	struct str kid;
	const uint8_t *value; /* 64 bytes */
};

/* signature: NULL for the text to be signed. */
void receipt_put(
	struct buf *out, const struct receipt *r, const struct receipt_signature *signature);

struct receipt_artifact {
	struct str kind; /* "badge", "jwt", "pass", "pdf", "png" */
	const uint8_t *sha256;
};

struct receipt_row {
	uint32_t row; /* of the cohort's records, from 1 */
	struct str outcome; /* "issued", "unchanged", "failed", "refused", "held" */
	const struct str *codes; /* why not */
	size_t code_count;
	const uint8_t *ulid; /* of the credential; NULL: none */
	const struct receipt_artifact *artifacts; /* sorted by kind */
	size_t artifact_count;
};

/* An entry: {"artifacts":{"pdf":"HEX",...},"codes":[...],"credential":"ULID","outcome":"issued","row":1} */
void receipt_put_row(struct buf *out, const struct receipt_row *r);

#endif
