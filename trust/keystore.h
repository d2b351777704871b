// SPDX-License-Identifier: Apache-2.0
/*
 * Where keys come from. A backend is one file and one entry of the table in keystore.c; the keys it
 * loads carry its operations with them, so that a PKCS#11 key signs where it lies.
 */
#ifndef TRUST_KEYSTORE_H
#define TRUST_KEYSTORE_H

#include "trust/keyring.h"

/* Below the inherited directory: TENANT/keys and, if the operator put it there, TENANT/apple/. */
struct keystore_backend {
	const char *name;
	/* Makes all of a tenant's keys, or nothing. INPUT when the tenant has keys already. */
	enum rc (*make)(int dir_fd, struct str tenant, struct str organization, int64_t now_s,
		struct err *err);
	/* Fills an empty ring. INPUT when there are none, or others could have read them. */
	enum rc (*load)(int dir_fd, struct str tenant, struct keyring *out, struct err *err);
};

/* The backend of that name, "file" being the default; NULL when there is none. */
const struct keystore_backend *keystore_find(struct str name);
/* Loads, judges the pass certificate as of now_s, collects warnings. *out is empty on failure. */
enum rc keystore_open(const struct keystore_backend *backend, int dir_fd, struct str tenant,
	int64_t now_s, struct keyring *out, struct err *err) MUST_CHECK;

extern const struct keystore_backend keystore_file;

#endif
