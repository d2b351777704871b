// SPDX-License-Identifier: Apache-2.0
/* The rules that a policy and a row must keep. Used by the signer's handlers. */
#ifndef TRUST_SIGN_CHECK_H
#define TRUST_SIGN_CHECK_H

#include "trust/sign_policy.h"

/* Role, tenant, batch, issuer, key, pass certificate, time, counts. *key: the one the kid names. */
enum rc sign_check_policy(const struct keyring *ring, int64_t now_s, const struct wire_policy *wire,
	const struct key **key, struct err *err) MUST_CHECK;
/* Each achievement can be said in Open Badges and leaves room for a row; colours are colours. */
enum rc sign_check_achievements(const struct sign_policy *p, struct err *err) MUST_CHECK;
/* The days of a row make sense. INPUT otherwise. */
enum rc sign_check_days(
	int64_t valid_from_s, int64_t valid_until_s, int64_t awarded_s, struct err *err) MUST_CHECK;

#endif
