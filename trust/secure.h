// SPDX-License-Identifier: Apache-2.0
/*
 * Secures credentials that the signer has built as trees (formats/jsont.h) with an embedded Data
 * Integrity proof (deterministic: the same tree, key and time give the same bytes), or as a JWT.
 */
#ifndef TRUST_SECURE_H
#define TRUST_SECURE_H

#include "formats/di.h"
#include "trust/keyring.h"

/* A key and the proof configuration it signs with; made once for many credentials. */
struct secure {
	const struct key *key;
	struct di_config config;
};

/*
 * issuer: the DID that the credentials name as their issuer, and that controls the key. context:
 * their "@context". created_s: the plan's time. out lives in a; key and context outlive it. INPUT as
 * di_config_make().
 */
enum rc secure_open(struct arena *a, const struct key *key, struct str issuer,
	const struct jsonr_value *context, int64_t created_s, struct secure *out,
	struct err *err) MUST_CHECK;
/*
 * Appends the credential with its proof as compact JSON. INPUT names the member that cannot be
 * signed safely; LIMIT when out is full or telling its parts apart takes too much work; SYSTEM when
 * the key does not sign. a: working memory.
 */
enum rc secure_put(struct arena *a, const struct secure *s, const struct jsonr_value *credential,
	struct buf *out, struct err *err) MUST_CHECK;

/*
 * Appends the credential as a compact JWS in 1EdTech's profile (formats/jws.h), signed by a jwt key:
 * the same bytes each time. kid_url: the address that answers its one JWK.
 * INPUT as jws_put_claims(); LIMIT when out is full; SYSTEM when the key does not sign.
 */
enum rc secure_put_jwt(const struct key *key, struct str kid_url,
	const struct jsonr_value *credential, struct buf *out, struct err *err) MUST_CHECK;

#endif
