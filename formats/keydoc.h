// SPDX-License-Identifier: Apache-2.0
/*
 * What a tenant publishes about its keys: JWK Set, did:web document, one bare JWK per key. The
 * server answers these bytes and "key publish" writes them; nothing else builds them.
 *
 *   JWK Set       <base>/api/v1/.well-known/certification-keys.json   application/jwk-set+json
 *   DID document  <base>/.well-known/did.json                         application/did+json
 *   bare JWK      <base>/api/v1/keys/<kid>                            application/jwk+json
 *
 * Retired keys stay in all three for ever, because credentials outlive them. A compromised key
 * leaves the JWK Set, whose readers take a key without looking further; the DID document keeps it
 * with "revoked" and outside every relationship; its own address answers it with "compromisedAt"
 * and an empty "key_ops" (RFC 7517, 4.3), with which nothing may be verified.
 */
#ifndef FORMATS_KEYDOC_H
#define FORMATS_KEYDOC_H

#include "formats/jwk.h"

#define KEYDOC_NOT_COMPROMISED INT64_MAX

/* One key that signs; secrets and pass keys are not published. */
struct keydoc_key {
	struct str kid; /* RFC 7638 thumbprint */
	struct bytes public_key; /* see jwk_alg_of() */
	bool credentials; /* signs credentials: its JWK's kid is its address, and it is in the DID document */
	int64_t compromised_s; /* KEYDOC_NOT_COMPROMISED, or when it was found out */
};

struct keydoc_issuer {
	struct str id; /* did:web:... */
	struct str base_url; /* https://host */
};

/* The bare JWK. */
void keydoc_put_jwk(
	struct buf *out, const struct keydoc_issuer *issuer, const struct keydoc_key *key);
/* The JWK Set, in the order given. */
void keydoc_put_set(struct buf *out, const struct keydoc_issuer *issuer,
	const struct keydoc_key *keys, size_t count);
/*
 * The DID document (DID Core 1.0; Multikey for Ed25519, JsonWebKey for the others). A method's id is
 * the DID, '#' and the kid, as di_put_method() writes it into proofs.
 */
void keydoc_put_did(struct buf *out, const struct keydoc_issuer *issuer,
	const struct keydoc_key *keys, size_t count);

#endif
