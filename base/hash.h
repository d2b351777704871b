// SPDX-License-Identifier: Apache-2.0
/*
 * Digests, behind one header, so that processes that must not contain signing code can still hash
 * (ADR 0001). libcrypto does the work.
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include "base/str.h"

#define HASH_SHA256_LEN 32
#define HASH_SHA384_LEN 48
#define HASH_SHA1_LEN 20
#define HASH_MD5_LEN 16

void hash_sha256(struct bytes in, uint8_t out[HASH_SHA256_LEN]);
/* SHA-384: only where RDFC-1.0 is asked for it. */
void hash_sha384(struct bytes in, uint8_t out[HASH_SHA384_LEN]);
/* SHA-1: only where a format demands it (Apple's manifest.json). */
void hash_sha1(struct bytes in, uint8_t out[HASH_SHA1_LEN]);
/* MD5: only PDF's /CheckSum of an embedded file (ISO 32000-1, 7.11.4). */
void hash_md5(struct bytes in, uint8_t out[HASH_MD5_LEN]);

/* SHA-256 of pieces that come one after the other. Plain value: copying it forks the state. */
struct hash_stream {
	_Alignas(8) uint8_t state[128];
};
void hash_start(struct hash_stream *h);
void hash_add(struct hash_stream *h, struct bytes in);
void hash_finish(struct hash_stream *h, uint8_t out[HASH_SHA256_LEN]);

/* RFC 2104. */
void hash_hmac_sha256(struct bytes key, struct bytes in, uint8_t out[HASH_SHA256_LEN]);
/* RFC 5869, SHA-256; out_len at most 255 * 32. */
void hash_hkdf_sha256(
	struct bytes ikm, struct bytes salt, struct bytes info, uint8_t *out, size_t out_len);
/* In constant time for equal lengths. */
bool hash_equal(const uint8_t *a, const uint8_t *b, size_t n);

#endif
