// SPDX-License-Identifier: Apache-2.0
/*
 * The bytes of a tenant's key file: every key with its purpose, and the pass certificates.
 *
 * "CFKEYS02", u32 count, keys, three certificates (DER, may be empty), SHA-256 of all before it.
 * A key: u8 purpose, u8 kind, kid, i64 not before, i64 sign until, i64 compromised, public half,
 * private half. Texts and halves are u32 length and bytes; everything little-endian. Version 01 had no
 * "compromised"; it is read, never written.
 */
#ifndef TRUST_KEYFILE_H
#define TRUST_KEYFILE_H

#include "base/buf.h"

#define KEYFILE_KEYS_MAX 200
#define KEYFILE_LEN_MAX ((size_t)256 * 1024)
#define KEYFILE_KID_MAX 64

enum keyfile_kind {
	KEYFILE_ED25519 = 1, /* private half: the 32-byte seed (RFC 8032) */
	KEYFILE_SECRET = 2, /* private half: 32 random bytes; no public half */
	KEYFILE_RSA = 3, /* private half: PKCS #1 DER; public half: SubjectPublicKeyInfo DER */
	KEYFILE_RS256 = 4, /* private half: PKCS #1 DER; public half: modulus, exponent 65537 */
	KEYFILE_ES256 = 5, /* private half: SEC 1 DER of P-256; public half: 0x04, x, y */
};

struct keyfile_key {
	uint8_t purpose; /* enum key_purpose */
	uint8_t kind; /* enum keyfile_kind */
	struct str kid;
	int64_t not_before_s;
	int64_t sign_until_s;
	int64_t compromised_s; /* KEY_NEVER_S: it is not */
	struct bytes public_half;
	struct bytes private_half; /* empty once the key is compromised */
};

/* Borrows from the bytes it was read from. */
struct keyfile {
	struct keyfile_key keys[KEYFILE_KEYS_MAX];
	size_t key_count;
	struct bytes pass_certificate;
	struct bytes pass_intermediate;
	struct bytes pass_root;
};

/* LIMIT when out is full; out is then to be thrown away. */
enum rc keyfile_put(struct buf *out, const struct keyfile *file, struct err *err) MUST_CHECK;
/* INPUT when raw is torn, altered or of another version. */
enum rc keyfile_parse(struct bytes raw, struct keyfile *out, struct err *err) MUST_CHECK;

#endif
