// SPDX-License-Identifier: Apache-2.0
/* Ed25519 public keys as other people read them: JWK, JWKS, thumbprint, Multikey. */
#ifndef FORMATS_JWK_H
#define FORMATS_JWK_H

#include "base/buf.h"

#define JWK_ED25519_LEN 32
#define JWK_THUMBPRINT_LEN 43
/* 'z' and base58btc of 34 bytes that begin 0xED 0x01: always 47 characters after the 'z'. */
#define JWK_MULTIBASE_LEN 48

/* RFC 7638 over {"crv","kty","x"} (RFC 8037, appendix A.3), base64url and a NUL. */
void jwk_thumbprint(const uint8_t key[JWK_ED25519_LEN], char out[JWK_THUMBPRINT_LEN + 1]);
/* One JWK (RFC 8037): kty, crv, x, alg EdDSA, use sig, kid as given. */
void jwk_put(struct buf *out, const uint8_t key[JWK_ED25519_LEN], struct str kid);
/*
 * A JWK Set (RFC 7517, section 5). keys: count keys of 32 bytes one after the other; kids: the
 * addresses that answer the single JWKs, which are also the kid in the header of a JWS.
 */
void jwk_put_set(struct buf *out, const uint8_t *keys, const struct str *kids, size_t count);
/* publicKeyMultibase of a Multikey (W3C Controlled Identifiers, section 2.2.2); begins "z6Mk". */
void jwk_multibase(const uint8_t key[JWK_ED25519_LEN], char out[JWK_MULTIBASE_LEN + 1]);

#endif
