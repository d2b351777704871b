// SPDX-License-Identifier: Apache-2.0
/*
 * Where keys come from. A backend is one file and one entry of the table in keystore.c; the keys it
 * loads carry its operations with them, so that a PKCS#11 key signs where it lies.
 */
#ifndef TRUST_KEYSTORE_H
#define TRUST_KEYSTORE_H

#include "trust/keyring.h"

/* Whose keys, and where. Below the directory: TENANT/keys and, put there by the operator, TENANT/apple/. */
struct keystore_place {
	int dir_fd;
	struct str tenant;
	struct bytes passphrase; /* opens what is sealed, seals what is written; empty: none */
};

struct keystore_add {
	uint32_t purposes; /* 1 << enum key_purpose; of keys that sign */
	enum jwk_alg jwt_alg; /* of KEY_JWT */
	int64_t now_s;
	int64_t overlap_s; /* at least KEY_OVERLAP_S */
	bool fresh; /* a first key of its purpose signs at once: nobody has looked at the keys yet */
};

/* Every change is one step: after a crash it happened wholly or not at all. */
struct keystore_backend {
	const char *name;
	/* Makes all of a tenant's keys, or nothing. INPUT when the tenant has keys already. */
	enum rc (*make)(const struct keystore_place *place, struct str organization, int64_t now_s,
		struct err *err);
	/* Fills an empty ring. INPUT when there are none, or others could have read them. */
	enum rc (*load)(const struct keystore_place *place, struct keyring *out, struct err *err);
	/* Adds a key of each purpose, but where the next one is announced already. */
	enum rc (*add)(const struct keystore_place *place, const struct keystore_add *add,
		struct err *err);
	/*
	 * Destroys the private half of a key, for ever, and adds a successor unless one is announced.
	 * Again is fine. INPUT when there is no such key, or it is none that is rotated.
	 */
	enum rc (*compromise)(const struct keystore_place *place, struct str kid, int64_t now_s,
		int64_t overlap_s, struct err *err);
	/* Seals the keys under another passphrase, or for the first time. */
	enum rc (*seal)(
		const struct keystore_place *place, struct bytes passphrase, struct err *err);
};

/* The backend of that name, "file" being the default; NULL when there is none. */
const struct keystore_backend *keystore_find(struct str name);
/* Loads, judges the pass certificate as of now_s, collects warnings. *out is empty on failure. */
enum rc keystore_open(const struct keystore_backend *backend, const struct keystore_place *place,
	int64_t now_s, struct keyring *out, struct err *err) MUST_CHECK;

extern const struct keystore_backend keystore_file;

#endif
