// SPDX-License-Identifier: Apache-2.0
/* The rules that a policy and a row must keep. Used by the signer's handlers. */
#ifndef TRUST_SIGN_CHECK_H
#define TRUST_SIGN_CHECK_H

#include "trust/sign_policy.h"

/* The actor is of the ring's tenant, says who it is and has the role. INPUT otherwise. */
enum rc sign_check_actor(const struct keyring *ring, const struct wire_actor *actor,
	const char *role, struct err *err) MUST_CHECK;
/* The issuer has a name and its id is a DID of its base URL's host. INPUT otherwise. */
enum rc sign_check_issuer(const struct wire_issuer *issuer, struct err *err) MUST_CHECK;
/* Role, tenant, batch, issuer, keys, pass certificate, time, counts. out: those that the kids name. */
enum rc sign_check_policy(const struct keyring *ring, int64_t now_s, const struct wire_policy *wire,
	struct sign_keys *out, struct err *err) MUST_CHECK;
/* The policy of somebody who may revoke: all that is signed under it are voided passes. */
bool sign_check_is_voiding(const struct wire_policy *wire);
/* Each achievement can be said in Open Badges and leaves room for a row; colours are colours. */
enum rc sign_check_achievements(const struct sign_policy *p, struct err *err) MUST_CHECK;
/* The days of a row make sense. INPUT otherwise. */
enum rc sign_check_days(
	int64_t valid_from_s, int64_t valid_until_s, int64_t awarded_s, struct err *err) MUST_CHECK;

#endif
