// SPDX-License-Identifier: Apache-2.0
/* Who may sign passes: the material's root certificates, and the chains to them that were seen. */
#ifndef VERIFY_PASSCHAIN_H
#define VERIFY_PASSCHAIN_H

#include "verify/material.h"
#include "verify/ossl.h"

enum passchain_answer {
	PASSCHAIN_GOOD,
	PASSCHAIN_STRANGER, /* no chain to a root at hand, or not at that time */
	PASSCHAIN_NO_ROOTS,
};

/*
 * Does signer come from a root of the material, by certificates that came along, at the time of signing?
 * Nothing about the signature itself.
 */
enum passchain_answer passchain_check(
	struct certfill_material *material, X509 *signer, STACK_OF(X509) * along, time_t signed_s);

#endif
