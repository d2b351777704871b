// SPDX-License-Identifier: Apache-2.0
/*
 * Signatures of wallet passes: detached CMS (RFC 5652) over manifest.json, SHA-256 with RSA, the
 * intermediate inside, signingTime first among the attributes we set and taken from the plan.
 */
#ifndef TRUST_PASS_SIGN_H
#define TRUST_PASS_SIGN_H

#include "base/buf.h"
#include "trust/pass_identity.h"

struct pass_signer;

/*
 * A signer with that identity and signing time, which must lie within the certificate's validity:
 * INPUT otherwise. id outlives it.
 */
enum rc pass_signer_new(const struct pass_identity *id, int64_t signing_s, struct pass_signer **out,
	struct err *err) MUST_CHECK;
void pass_signer_free(struct pass_signer **s);
/* Appends the DER of the signature; the same bytes for the same manifest. LIMIT when out is full. */
enum rc pass_signer_sign(
	struct pass_signer *s, struct bytes manifest, struct buf *out, struct err *err) MUST_CHECK;
/* True when signatures are made from a template; false when each is built by CMS. */
bool pass_signer_is_fast(const struct pass_signer *s);

/* The same by CMS alone: what the template is made from and checked against. */
enum rc pass_sign_plainly(const struct pass_identity *id, int64_t signing_s, struct bytes manifest,
	struct buf *out, struct err *err) MUST_CHECK;

#endif
