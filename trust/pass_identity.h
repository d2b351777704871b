// SPDX-License-Identifier: Apache-2.0
/*
 * The certificate that signs a tenant's passes, with its key and intermediate, and everything that
 * would make a phone refuse them silently: found here, said in sentences.
 */
#ifndef TRUST_PASS_IDENTITY_H
#define TRUST_PASS_IDENTITY_H

#include "base/hash.h"
#include "trust/ossl.h"

#define PASS_IDENTITY_NOTES_MAX 20
#define PASS_IDENTITY_WARN_S ((int64_t)30 * 86400)

/* note[i]: a sentence. Static size, so that a broken certificate cannot make it grow. */
struct pass_notes {
	char note[PASS_IDENTITY_NOTES_MAX][ERR_TEXT_LEN];
	size_t count;
};

struct pass_identity {
	EVP_PKEY *key;
	X509 *certificate;
	X509 *intermediate;
	X509 *root; /* only of a throwaway chain */
	bool throwaway;
	uint8_t chain_sha256[HASH_SHA256_LEN]; /* pass_identity_digest() */
	char type_id[256]; /* UID of the certificate; empty when it has none */
	char team_id[65]; /* OU */
	int64_t not_before_s;
	int64_t not_after_s;
	struct pass_notes problems; /* no pass is signed while there is one */
	struct pass_notes warnings;
};

/*
 * Reads type, team, dates and digest and fills problems and warnings as of now_s. key, certificate,
 * intermediate are set by the caller; any of them may be NULL, which is a problem.
 */
void pass_identity_check(struct pass_identity *id, int64_t now_s);
/*
 * SHA-256 over the DER of certificate, intermediate and root, one after the other: DER says where
 * each ends. What passes are signed with decides their bytes, so a plan pins it. Zeros when
 * certificate or intermediate is missing.
 */
enum rc pass_identity_digest(
	const struct pass_identity *id, uint8_t out[HASH_SHA256_LEN], struct err *err) MUST_CHECK;
/* Certificates from DER, key from PKCS #1 or #8 DER; root may be empty. INPUT when one cannot be read. */
enum rc pass_identity_of_der(struct pass_identity *out, struct bytes key, struct bytes certificate,
	struct bytes intermediate, struct bytes root, struct err *err) MUST_CHECK;
/*
 * The operator's real certificate: pass.pem, wwdr.pem and pass.key in the directory dir_fd. What is
 * missing or unreadable becomes a problem, not an error.
 */
void pass_identity_of_directory(struct pass_identity *out, int dir_fd);
void pass_identity_free(struct pass_identity *id);

#endif
