// SPDX-License-Identifier: Apache-2.0
/*
 * The keys of one tenant, loaded, by purpose (ADR 0003). Whoever signs asks for a purpose; how a
 * key does it is the business of the backend that loaded it (keystore.h).
 */
#ifndef TRUST_KEYRING_H
#define TRUST_KEYRING_H

#include "formats/jwk.h"
#include "ipc/key_life.h"
#include "trust/pass_identity.h"
#include "trust/secret.h"

#define KEYRING_KEYS_MAX 200
#define KEYRING_TENANT_MAX 64

struct key;

/* handle: the backend's own. */
struct key_ops {
	/* Ed25519 (RFC 8032) over in as it is. */
	enum rc (*sign)(const struct key *key, struct bytes in, uint8_t out[64], struct err *err);
	/* RS256 or ES256 over in, as a JWS carries it. */
	enum rc (*sign_jws)(
		const struct key *key, struct bytes in, struct buf *out, struct err *err);
	void (*free_handle)(void *handle);
};

struct key {
	enum key_purpose purpose;
	char kid[65]; /* thumbprint, or a version number for secrets */
	int64_t not_before_s;
	int64_t sign_until_s;
	int64_t last_s; /* last second for plans that name it: a successor ends it (key_life.h) */
	int64_t compromised_s; /* KEY_NEVER_S; otherwise it has no handle and signs nothing */
	bool signs; /* Ed25519; otherwise a jwt key, a secret or the pass key */
	uint8_t public_half[JWK_PUBLIC_MAX];
	size_t public_len;
	struct secret *secret; /* of secrets; NULL where the backend keeps it */
	const struct key_ops *ops;
	void *handle;
};

struct keyring {
	char tenant[KEYRING_TENANT_MAX + 1];
	struct key keys[KEYRING_KEYS_MAX];
	size_t key_count;
	struct pass_identity pass;
	char pass_kid[65];
	int64_t pass_sign_until_s;
	struct pass_notes warnings; /* about the keys themselves */
};

/* NULL when the ring has none. kid empty: the newest of its purpose that is not compromised. */
const struct key *keyring_find(
	const struct keyring *ring, enum key_purpose purpose, struct str kid);
/* The key that signs at that second (key_life.h). INPUT when there is none. */
enum rc keyring_active(const struct keyring *ring, enum key_purpose purpose, int64_t at_s,
	const struct key **out, struct err *err) MUST_CHECK;
/*
 * The same; and while there is none because a key was compromised, the successor that is announced
 * already. For events and status lists, which are needed most on just that day.
 */
enum rc keyring_urgent(const struct keyring *ring, enum key_purpose purpose, int64_t at_s,
	const struct key **out, struct err *err) MUST_CHECK;
enum rc key_sign(
	const struct key *key, struct bytes in, uint8_t out[64], struct err *err) MUST_CHECK;
/*
 * Appends the signature of a jwt key as a JWS carries it (RFC 7518, sections 3.3 and 3.4): as many
 * bytes as the modulus for RS256, r and s of 32 bytes for ES256 (es256.h); the same for the same text.
 * LIMIT when out is full.
 */
enum rc key_sign_jws(
	const struct key *key, struct bytes in, struct buf *out, struct err *err) MUST_CHECK;
/* JWK_EDDSA, JWK_RS256, JWK_ES256; JWK_NONE for secrets. */
enum jwk_alg key_alg(const struct key *key);
/* Fills last_s of every key; after the last one was added. */
void keyring_settle(struct keyring *ring);

/* The answer to KEYS_MAKE and KEYS_LOAD. What it points to lives in a or in the ring. */
enum rc keyring_describe(const struct keyring *ring, struct arena *a, struct wire_keys_are *out,
	struct err *err) MUST_CHECK;
/* Frees what the ring holds; it is then empty. */
void keyring_clear(struct keyring *ring);

/* Letters, digits, dot, dash, underscore, 64 at most, none that hides a file. INPUT otherwise. */
enum rc keyring_check_tenant(struct str tenant, struct err *err) MUST_CHECK;

#endif
