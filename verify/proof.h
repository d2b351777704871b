// SPDX-License-Identifier: Apache-2.0
/* Is a credential signed, and by a key of its issuer? Says nothing about dates and status. */
#ifndef VERIFY_PROOF_H
#define VERIFY_PROOF_H

#include "verify/context.h"

/* Values in one credential, and its bytes. */
#define PROOF_TEXT_MAX ((size_t)2 << 20)

enum proof_answer {
	PROOF_GOOD,
	PROOF_BAD, /* altered, forged, or signed by somebody else */
	PROOF_UNKNOWN, /* cannot be told: a key is missing, or a kind of proof that is not known */
};

enum proof_stage {
	PROOF_FORMAT,
	PROOF_SIGNATURE,
	PROOF_ISSUER,
};

/*
 * body: the credential itself; only for PROOF_GOOD. claims: the payload of the JWT around it; NULL when
 * there is none. claimed: the id that the content gives itself, to be
 * believed by nobody. issuer: its id. stage: where it ended. how: "JWS
 * (EdDSA)", "eddsa-rdfc-2022". where: whence the key. revoked_s: ISSUER_NO_TIME or when the issuer
 * withdrew the key. created_s: when it says it was signed; ISSUER_NO_TIME: not said.
 */
struct proof_found {
	enum proof_stage stage;
	const struct jsonr_value *body;
	const struct jsonr_value *claims;
	struct str claimed;
	struct str issuer;
	struct str kid;
	const char *how;
	const char *where;
	int64_t revoked_s;
	int64_t created_s;
};

/* A claim's time (RFC 7519, section 2): seconds since 1970, of which a fraction is cut. False: it is none. */
bool proof_read_time(const struct jsonr_value *claim, int64_t *out);

/*
 * text: JSON of a credential with an embedded proof or of an EnvelopedVerifiableCredential, or a compact
 * JWS. err: why not good.
 */
enum proof_answer proof_check(
	struct context *c, struct str text, struct proof_found *out, struct err *err);

#endif
