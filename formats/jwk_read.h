// SPDX-License-Identifier: Apache-2.0
/*
 * Public keys as other people write them: JWK (RFC 7517, 7518, 8037) and Multikey (W3C Controlled
 * Identifiers 1.0, section 2.2.2). Three kinds are taken: Ed25519, P-256, RSA.
 */
#ifndef FORMATS_JWK_READ_H
#define FORMATS_JWK_READ_H

#include "formats/jsonr.h"
#include "formats/jwk.h"

#define JWK_RSA_BITS_MIN 2048
#define JWK_RSA_BITS_MAX 8192

enum jwk_kind {
	JWK_ED25519,
	JWK_P256,
	JWK_RSA,
};

/*
 * point: 32 bytes of Ed25519; 65 (0x04, x, y) or 33 (compressed) of P-256. n, e: of RSA, without leading
 * zeros. kid, alg: empty when not said.
 */
struct jwk_key {
	enum jwk_kind kind;
	struct bytes point;
	struct bytes n;
	struct bytes e;
	struct str kid;
	struct str alg;
};

/*
 * INPUT: not a key, of a kind that is not taken, for encryption only, with its private half, an Ed25519
 * key of small order (under which signatures prove nothing), or RSA outside the sizes above.
 */
enum rc jwk_read(struct arena *a, const struct jsonr_value *jwk, struct jwk_key *out,
	struct err *err) MUST_CHECK;
/* publicKeyMultibase, "z..." of Ed25519 or P-256. INPUT as above. */
enum rc jwk_read_multibase(
	struct arena *a, struct str text, struct jwk_key *out, struct err *err) MUST_CHECK;
/* Whether both are the same public key. */
bool jwk_equal(const struct jwk_key *one, const struct jwk_key *other);
/* RFC 7638; false for a compressed P-256 point, whose JWK is not known without arithmetic. */
bool jwk_read_thumbprint(const struct jwk_key *key, char out[JWK_THUMBPRINT_LEN + 1]);

#endif
