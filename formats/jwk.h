// SPDX-License-Identifier: Apache-2.0
/* Public keys as other people read them: JWK, JWKS, thumbprint, Multikey. */
#ifndef FORMATS_JWK_H
#define FORMATS_JWK_H

#include "base/buf.h"
#include "base/jsonw.h"

#define JWK_ED25519_LEN 32
#define JWK_THUMBPRINT_LEN 43
/* 'z' and base58btc of 34 bytes that begin 0xED 0x01: always 47 characters after the 'z'. */
#define JWK_MULTIBASE_LEN 48

/*
 * Which key those bytes are, by their length: 32 Ed25519 (RFC 8032), 65 a point of P-256 (0x04, x, y;
 * SEC 1, 2.3.3), 256 to 512 an RSA modulus whose exponent is 65537.
 */
enum jwk_alg {
	JWK_NONE = 0,
	JWK_EDDSA,
	JWK_ES256,
	JWK_RS256,
};
#define JWK_PUBLIC_MAX 512
enum jwk_alg jwk_alg_of(struct bytes key);
/* "EdDSA", "ES256", "RS256" (RFC 7518, section 3.1; RFC 8037); "" for none. */
const char *jwk_alg_name(enum jwk_alg alg);
/* JWK_NONE when there is no such algorithm here. */
enum jwk_alg jwk_alg_named(struct str name);
/* RFC 7638, section 3.2: the required members of its kind. key: of a known kind (CHECK). */
void jwk_thumbprint_of(struct bytes key, char out[JWK_THUMBPRINT_LEN + 1]);
/* Opens nothing: kty and what makes the key, as members of an object that is open. */
void jwk_put_public(struct jsonw *w, struct bytes key);

/* RFC 7638 over {"crv","kty","x"} (RFC 8037, appendix A.3), base64url and a NUL. */
void jwk_thumbprint(const uint8_t key[JWK_ED25519_LEN], char out[JWK_THUMBPRINT_LEN + 1]);
/* publicKeyMultibase of a Multikey (W3C Controlled Identifiers, section 2.2.2); begins "z6Mk". */
void jwk_multibase(const uint8_t key[JWK_ED25519_LEN], char out[JWK_MULTIBASE_LEN + 1]);

#endif
