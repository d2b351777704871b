// SPDX-License-Identifier: Apache-2.0
/*
 * Compact JWS (RFC 7515) of credentials, in two profiles.
 *
 * JWS_W3C: W3C VC-JOSE-COSE, signed with Ed25519 (RFC 8037). The payload is the credential, byte for byte, and nothing else: the
 * registered claims (iss, sub, jti, nbf, exp) would only repeat members of the credential, and "jti"
 * is no term of the contexts a badge uses, so a verifier that expands the payload in safe mode
 * refuses it. typ is "vc+jwt"; kid is the absolute address that answers the one JWK.
 *
 * JWS_1EDTECH: Open Badges 3.0, section 8.2, for those who ask for RS256 or ES256. typ is "JWT" and the
 * payload repeats members of the credential as claims (jws_put_claims()). "jti" is defined by the newest
 * copies of Open Badges' context alone; 1EdTech's validator has one of those.
 */
#ifndef FORMATS_JWS_H
#define FORMATS_JWS_H

#include "base/buf.h"
#include "formats/jsonr.h"

#define JWS_ED25519_LEN 64

/* base + "/api/v1/keys/" + thumbprint. */
void jws_put_kid(struct buf *out, struct str base, struct str thumbprint);
struct jws_header {
	struct str alg; /* "EdDSA", "RS256", "ES256" */
	struct str kid;
	struct str typ;
};

/*
 * Appends base64url(header) "." base64url(payload): the bytes to sign. Then sign exactly what was
 * appended and call jws_put_signature() on the same buffer.
 */
void jws_put_input(struct buf *out, const struct jws_header *header, struct bytes payload);
void jws_put_signature(struct buf *out, struct bytes signature);

/*
 * Appends the credential as JSON with the claims of 1EdTech's profile as its last members: iss, jti,
 * sub, nbf and, when it ends, exp (whole seconds). INPUT when the credential lacks what they repeat, or
 * its times are no whole seconds.
 */
enum rc jws_put_claims(
	struct buf *out, const struct jsonr_value *credential, struct err *err) MUST_CHECK;

#endif
