// SPDX-License-Identifier: Apache-2.0
/*
 * Compact JWS (RFC 7515) signed with Ed25519 (RFC 8037), and the credential around it.
 *
 * Profile: W3C VC-JOSE-COSE. The payload is the credential, byte for byte, and nothing else: the
 * registered claims (iss, sub, jti, nbf, exp) would only repeat members of the credential, and "jti"
 * is no term of the contexts a badge uses, so a verifier that expands the payload in safe mode
 * refuses it. typ is "vc+jwt"; kid is the absolute address that answers the one JWK.
 */
#ifndef FORMATS_JWS_H
#define FORMATS_JWS_H

#include "base/buf.h"

#define JWS_ED25519_LEN 64

/* base + "/api/v1/keys/" + thumbprint. */
void jws_put_kid(struct buf *out, struct str base, struct str thumbprint);
/*
 * Appends base64url(header) "." base64url(payload): the bytes to sign. Then sign exactly what was
 * appended and call jws_put_signature() on the same buffer.
 */
void jws_put_input(struct buf *out, struct str typ, struct str kid, struct bytes payload);
void jws_put_signature(struct buf *out, const uint8_t signature[JWS_ED25519_LEN]);

#endif
