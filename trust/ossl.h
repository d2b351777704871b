// SPDX-License-Identifier: Apache-2.0
/* OpenSSL's objects under AUTO(), its error queue as a sentence, its times as seconds. */
#ifndef TRUST_OSSL_H
#define TRUST_OSSL_H

#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"

#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#define OSSL_AUTO(type) \
	static inline UNUSED void type##_auto_free(type **p) \
	{ \
		type##_free(*p); \
	}
OSSL_AUTO(EVP_PKEY)
OSSL_AUTO(EVP_PKEY_CTX)
OSSL_AUTO(EVP_MD_CTX)
OSSL_AUTO(X509)
OSSL_AUTO(X509_NAME)
OSSL_AUTO(BIO)
OSSL_AUTO(ASN1_TIME)
OSSL_AUTO(CMS_ContentInfo)
#undef OSSL_AUTO
/* Frees what an i2d function allocated. */
static inline UNUSED void ossl_der_auto_free(unsigned char **p)
{
	OPENSSL_free(*p);
}
#define OSSL_AUTO_DER __attribute__((cleanup(ossl_der_auto_free))) unsigned char *

/*
 * Before anything else of OpenSSL: no configuration file, private halves in its secure heap, all
 * other memory of it in lockheap.h, the stack locked, too. False when not all of that could be
 * locked against swapping.
 */
bool ossl_open(void);
/* SYSTEM with what was being done and the reason OpenSSL gives; drains its error queue. */
enum rc ossl_error(struct err *err, const char *what);
/* Forgets the error queue after a failure that was expected. */
void ossl_forget_errors(void);
/*
 * An Ed25519 key of its 32-byte seed (RFC 8032), kept in that locked memory, which the raw way of
 * OpenSSL 3.0 does not do. NULL when OpenSSL refuses.
 */
EVP_PKEY *ossl_load_ed25519(struct bytes seed);
/* True when key has that public half, in the form of jwk_alg_of(). */
bool ossl_has_public(EVP_PKEY *key, struct bytes public_half);
/* INPUT when the certificate says something that is no time. */
enum rc ossl_time(const ASN1_TIME *t, int64_t *out, struct err *err) MUST_CHECK;

#endif
