// SPDX-License-Identifier: Apache-2.0
/*
 * Sealing at rest: AES-256-GCM (NIST SP 800-38D) by libcrypto, one reusable context per process, so
 * that a seal costs no look-up and no allocation and works after lockdown. Two forms:
 *   in place, nonce chosen by the caller: for pieces of segments. A key and nonce must never meet
 *   twice; the store derives both from session and position.
 *   box, random nonce in front: for small values of the ledger, whose place (tenant, table, column,
 *   row) is authenticated, so that values cannot be moved to another row.
 * Keys are 32 bytes, derived by HKDF or drawn at random, and wrapped in boxes (ADR 0015).
 */
#ifndef BASE_SEAL_H
#define BASE_SEAL_H

#include "base/buf.h"
#include "base/str.h"

#define SEAL_KEY_LEN 32
#define SEAL_NONCE_LEN 12
#define SEAL_TAG_LEN 16
/* What a box is longer than its content: nonce in front, tag behind. */
#define SEAL_BOX_EXTRA_LEN (SEAL_NONCE_LEN + SEAL_TAG_LEN)
/* A wrapped key. */
#define SEAL_WRAPPED_LEN (SEAL_KEY_LEN + SEAL_BOX_EXTRA_LEN)

struct seal;

/* Fetches the cipher and uses it once, so that nothing is loaded lazily later. */
struct seal *seal_new(void);
/* Also wipes the last key's schedule. */
void seal_free(struct seal **s);

/* key: SEAL_KEY_LEN bytes, borrowed. aad: authenticated, not stored. */
struct seal_with {
	const uint8_t *key;
	uint8_t nonce[SEAL_NONCE_LEN];
	struct bytes aad;
};

/* Encrypts n bytes of text in place. n at most 2^31 - 1. */
void seal_lock(struct seal *s, const struct seal_with *with, uint8_t *text, size_t n,
	uint8_t tag[SEAL_TAG_LEN]);
/* The parts together, encrypted into out, which has room for them; they do not overlap. */
void seal_lock_parts(struct seal *s, const struct seal_with *with, const struct bytes *parts,
	size_t count, uint8_t *out, uint8_t tag[SEAL_TAG_LEN]);
/* Decrypts in place. INPUT when key, nonce, aad, text or tag do not belong together; text is then wiped. */
enum rc seal_unlock(struct seal *s, const struct seal_with *with, uint8_t *text, size_t n,
	const uint8_t tag[SEAL_TAG_LEN], struct err *err) MUST_CHECK;
/* The nonce of a position: u32 unit, u64 offset. Never reused while the key sees each position once. */
void seal_nonce_of(uint32_t unit, uint64_t offset, uint8_t out[SEAL_NONCE_LEN]);

/* Where a value of the ledger lives. The AAD is "certfill-env-v1" and the four, each with its length. */
struct seal_place {
	struct str tenant;
	struct str table;
	struct str column;
	struct bytes id; /* of the row */
};

/* Appends nonce, ciphertext and tag to out (in.n + SEAL_BOX_EXTRA_LEN bytes). in at most 1 MiB. */
void seal_box(struct seal *s, const uint8_t key[SEAL_KEY_LEN], const struct seal_place *place,
	struct bytes in, struct buf *out);
/* *out lives in a. INPUT when the box was made with another key or for another place, or was changed. */
enum rc seal_open_box(struct seal *s, const uint8_t key[SEAL_KEY_LEN],
	const struct seal_place *place, struct bytes box, struct arena *a, struct bytes *out,
	struct err *err) MUST_CHECK;

/* Wraps a key under another: a box of it. */
void seal_wrap_key(struct seal *s, const uint8_t kek[SEAL_KEY_LEN], const struct seal_place *place,
	const uint8_t key[SEAL_KEY_LEN], uint8_t out[SEAL_WRAPPED_LEN]);
enum rc seal_unwrap_key(struct seal *s, const uint8_t kek[SEAL_KEY_LEN],
	const struct seal_place *place, struct bytes wrapped, uint8_t out[SEAL_KEY_LEN],
	struct err *err) MUST_CHECK;

/*
 * A key for one purpose out of a secret: HKDF-SHA256 (RFC 5869), salt "certfill-data-v1", info =
 * label, 0x00, context. label and context together at most 200 bytes.
 */
void seal_derive_key(
	struct bytes secret, struct str label, struct bytes context, uint8_t out[SEAL_KEY_LEN]);
/* Overwrites secrets so that the compiler keeps it. */
void seal_wipe(void *p, size_t n);

#endif
