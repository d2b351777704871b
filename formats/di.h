// SPDX-License-Identifier: Apache-2.0
/*
 * Data Integrity proofs, cryptosuite eddsa-rdfc-2022 (W3C VC Data Integrity EdDSA Cryptosuites 1.0,
 * section 3.2): what is hashed, the proof as a JSON object, a secured document taken apart, a proof
 * checked. Signing itself is trust/secure.h; formats/jsonld.h says which contexts are known.
 *
 * The signed bytes are SHA-256(canonical proof configuration) and SHA-256(canonical document), in
 * this order (section 3.2.4).
 */
#ifndef FORMATS_DI_H
#define FORMATS_DI_H

#include "base/buf.h"
#include "base/hash.h"
#include "formats/jsonld.h"

#define DI_SUITE "eddsa-rdfc-2022"
#define DI_DATA_LEN (2 * HASH_SHA256_LEN)
#define DI_SIGNATURE_LEN 64
/* Proofs that one document may carry. */
#define DI_PROOFS_MAX 16
/* Room of an arena in which a credential of ours is secured; a foreign one may need more. */
#define DI_ARENA_LEN ((size_t)16 << 20)

/* ---- issuing ---- */

/*
 * The DID URL of a key: issuer's DID, "#" and the key's RFC 7638 thumbprint. did.json lists the key
 * under this id; the bare JWK's address and the JWKS's kid end in the same thumbprint.
 */
void di_put_method(struct buf *out, struct str issuer, struct str thumbprint);

/*
 * A proof configuration and its hash: the same for every document with these contexts, key and time.
 * context: the documents' "@context". Everything lives in the arena of di_config_make().
 */
struct di_config {
	const struct jsonr_value *context;
	struct str created;
	struct str method;
	uint8_t hash[HASH_SHA256_LEN];
};

/* INPUT when the contexts are not known ones, or method is no absolute URI. */
enum rc di_config_make(struct arena *a, const struct jsonr_value *context, struct str method,
	int64_t created_s, struct di_config *out, struct err *err) MUST_CHECK;
/*
 * The bytes to sign for a document without a proof; the issuer's strict rules. INPUT with a sentence
 * that names the member when something in it would not be covered by the signature, or hashes
 * differently in other implementations, or its "@context" is not config's. LIMIT when telling its
 * blank nodes apart takes too much work. Uses a for working memory.
 */
enum rc di_data(struct arena *a, const struct di_config *config, const struct jsonr_value *document,
	uint8_t out[DI_DATA_LEN], struct err *err) MUST_CHECK;
/*
 * Appends document as JSON with its proof as the last member, an array of one, as 1EdTech's plain
 * schema wants it. document: without a proof, at least one member.
 */
void di_put_secured(struct buf *out, const struct jsonr_value *document,
	const struct di_config *config, const uint8_t signature[DI_SIGNATURE_LEN]);

/* ---- verifying ---- */

/*
 * One proof of a document. Texts are empty where the proof does not say. method: as written; who it
 * belongs to and which key it names is for the caller to find out (didurl.h). created_s, expires_s:
 * DI_NO_TIME when absent.
 */
#define DI_NO_TIME INT64_MIN
struct di_proof {
	const struct jsonr_value *value;
	struct str id;
	struct str type;
	struct str suite;
	struct str method;
	struct str purpose;
	struct str domain;
	struct str challenge;
	struct str proof_value;
	int64_t created_s;
	int64_t expires_s;
	const char *fault; /* what is wrong with how it is written; NULL: nothing */
};

/* document: with everything. proofs: in the document's order. */
struct di_secured {
	const struct jsonr_value *document;
	struct di_proof proofs[DI_PROOFS_MAX];
	size_t proof_count;
};

/*
 * Takes a secured document apart; borrows from it. No proof at all is no error: proof_count is 0.
 * INPUT when the document is no object; LIMIT when there are more than DI_PROOFS_MAX. A proof that is
 * written wrongly has a fault, and is DI_MALFORMED in the end, but does not spoil the others.
 */
enum rc di_split(
	const struct jsonr_value *document, struct di_secured *out, struct err *err) MUST_CHECK;

/* What became of checking a proof. Only DI_VERIFIED vouches for anything. */
enum di_outcome {
	DI_VERIFIED, /* the key signed exactly this document */
	DI_OTHER_SUITE, /* a cryptosuite that is not ours to check */
	DI_UNKNOWN_CONTEXT, /* inline contexts, or addresses that are not pinned: cannot be checked */
	DI_TOO_MUCH_WORK, /* canonicalisation gave up: cannot be checked */
	DI_MALFORMED, /* the proof lacks something or says it wrongly */
	DI_NOT_COVERED, /* it says something that no signature covers, or in a way that readers miss */
	DI_BAD_KEY, /* a key with which everything verifies */
	DI_FORGED, /* the key did not sign this document with this proof */
};

/* "verified", "other suite", ...: for reports. */
const char *di_outcome_name(enum di_outcome outcome);

/*
 * Checks secured->proofs[which] with an Ed25519 public key that the caller has found for its method.
 * Always answers; err->text says why unless DI_VERIFIED. Does not judge time, purpose, issuer or
 * controller: di_check_terms() and the caller do. A proof with previousProof covers those proofs
 * too (VC Data Integrity 1.0, section 4.3), which must be there. Uses a for working memory.
 */
enum di_outcome di_verify(struct arena *a, const struct di_secured *secured, size_t which,
	const uint8_t key[32], struct err *err);
/*
 * What a credential's proof must say besides: purpose assertionMethod; created, where present, not
 * after now_s and expires not before it (give or take slack_s seconds of clocks). INPUT otherwise.
 */
enum rc di_check_terms(
	const struct di_proof *proof, int64_t now_s, int64_t slack_s, struct err *err) MUST_CHECK;

#endif
