// SPDX-License-Identifier: Apache-2.0
/*
 * A key file sealed under a passphrase: Argon2id (RFC 9106) makes the key, AES-256-GCM seals.
 *
 * "CFSEAL01", u32 KiB of memory, u32 passes, u32 lanes, 16 bytes salt, 12 bytes nonce, ciphertext,
 * 16 bytes tag; little-endian. Everything before the ciphertext, and the tenant, is authenticated.
 * Salt and nonce are drawn anew for every writing.
 */
#ifndef TRUST_KEYBOX_H
#define TRUST_KEYBOX_H

#include "trust/secret.h"

/* RFC 9106, section 4, second recommended option: 64 MiB, 3 passes, 4 lanes. */
#define KEYBOX_MEMORY_KIB 65536U
#define KEYBOX_PASSES 3U
#define KEYBOX_LANES 4U
/* What a file may ask of whoever opens it. */
#define KEYBOX_MEMORY_MAX_KIB (1024U * 1024U)
#define KEYBOX_PASSES_MAX 64U
#define KEYBOX_LANES_MAX 16U
/* What a sealed file is longer than its content. */
#define KEYBOX_EXTRA_LEN ((size_t)8 + 12 + 16 + 12 + 16)
#define KEYBOX_PASSPHRASE_MAX 1024

struct keybox_cost {
	uint32_t memory_kib;
	uint32_t passes;
	uint32_t lanes;
};
extern const struct keybox_cost keybox_usual;

bool keybox_is_sealed(struct bytes raw);
/* Appends the sealed form. passphrase: 1 to KEYBOX_PASSPHRASE_MAX bytes. SYSTEM without memory. */
enum rc keybox_put(struct buf *out, struct bytes text, struct str tenant, struct bytes passphrase,
	const struct keybox_cost *cost, struct err *err) MUST_CHECK;
/* INPUT when the passphrase is another one, or the file was changed or is another tenant's. */
enum rc keybox_open(struct bytes raw, struct str tenant, struct bytes passphrase,
	struct secret **out, struct err *err) MUST_CHECK;

#endif
