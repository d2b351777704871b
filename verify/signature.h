// SPDX-License-Identifier: Apache-2.0
/* Public-key signatures of three kinds; libcrypto does the arithmetic. */
#ifndef VERIFY_SIGNATURE_H
#define VERIFY_SIGNATURE_H

#include "formats/jwk_read.h"
#include "formats/jws_read.h"

/*
 * INPUT when signature is not key's over input: wrong key kind for alg, S not below the group's order,
 * wrong length, or simply another text. alg_name: as the header writes it; a key that names an algorithm
 * takes no other.
 */
enum rc signature_check(
	const struct jwk_key *key, const struct jws *jws, struct err *err) MUST_CHECK;

#endif
