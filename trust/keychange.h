// SPDX-License-Identifier: Apache-2.0
/* Changes of a tenant's key file: further keys, compromised keys. Bytes in, bytes out. */
#ifndef TRUST_KEYCHANGE_H
#define TRUST_KEYCHANGE_H

#include "trust/keystore.h"

/*
 * *out is the new file (caller frees), or NULL when there is nothing to change. INPUT when a purpose
 * has no keys that are rotated, the overlap is too short, or the file has no room.
 */
enum rc keychange_add(struct bytes text, const struct keystore_add *add, struct secret **out,
	size_t *out_len, struct err *err) MUST_CHECK;
enum rc keychange_compromise(struct bytes text, struct str kid,
	const struct keystore_add *successor, struct secret **out, size_t *out_len,
	struct err *err) MUST_CHECK;

#endif
