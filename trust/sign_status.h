// SPDX-License-Identifier: Apache-2.0
/* What the signer checks before it signs a later fact about a credential, or a list of such facts. */
#ifndef TRUST_SIGN_STATUS_H
#define TRUST_SIGN_STATUS_H

#include "formats/badge.h"
#include "ipc/wire_status.h"
#include "trust/keyring.h"

/* Of a signed list: what wire_signed_text carries. */
#define SIGN_LIST_MAX ((size_t)60000)

/*
 * Role certification:revoke, or certification:issue when all of it is SUPERSEDED; kinds, reasons that
 * are codes, times of today. now_s: the signer has no clock, this is what KEYS_LOAD said.
 */
enum rc sign_status_check(const struct keyring *ring, int64_t now_s,
	const struct wire_sign_status *ask, struct err *err) MUST_CHECK;
/* Issuer, purpose, length, and that the list does not claim to be current for long. */
enum rc sign_status_check_list(const struct keyring *ring, int64_t now_s,
	const struct wire_sign_list *ask, enum badge_status *status, struct err *err) MUST_CHECK;

#endif
