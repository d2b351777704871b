// SPDX-License-Identifier: Apache-2.0
/* Making keys: all purposes of a new tenant, and single signing keys later. */
#ifndef TRUST_KEYMAKE_H
#define TRUST_KEYMAKE_H

#include "formats/jwk.h"
#include "ipc/key_life.h"
#include "trust/keyfile.h"
#include "trust/secret.h"

/* RSA keys are as strong as the Ed25519 ones (NIST SP 800-57 part 1, table 2): 128 bits. */
#define KEYMAKE_RSA_BITS 3072

/* A signing key, made; key borrows from the rest. */
struct keymake_key {
	struct keyfile_key key;
	char kid[JWK_THUMBPRINT_LEN + 1];
	uint8_t public_half[JWK_PUBLIC_MAX];
	struct secret *private_half;
};

/* out: keymake_free() it, also after an error. It may sign from not_before_s on, for KEY_SIGN_S. */
enum rc keymake_one(enum key_purpose purpose, enum jwk_alg alg, int64_t not_before_s,
	struct keymake_key *out, struct err *err) MUST_CHECK;
void keymake_free(struct keymake_key *made);

/* All keys of a tenant as the bytes of its key file. out: caller frees; *out_len: how much is used. */
enum rc keymake_tenant(struct str organization, int64_t now_s, struct secret **out, size_t *out_len,
	struct err *err) MUST_CHECK;

#endif
