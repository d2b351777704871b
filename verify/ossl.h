// SPDX-License-Identifier: Apache-2.0
/* OpenSSL's objects under AUTO(): those that verifying needs. */
#ifndef VERIFY_OSSL_H
#define VERIFY_OSSL_H

#include "base/compiler.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/cms.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/x509.h>

#define OSSL_AUTO(type, release) \
	static inline UNUSED void type##_auto_free(type **p) \
	{ \
		release(*p); \
	}
OSSL_AUTO(BIO, BIO_free_all)
OSSL_AUTO(BIGNUM, BN_free)
OSSL_AUTO(CMS_ContentInfo, CMS_ContentInfo_free)
OSSL_AUTO(ECDSA_SIG, ECDSA_SIG_free)
OSSL_AUTO(EVP_MD_CTX, EVP_MD_CTX_free)
OSSL_AUTO(EVP_PKEY, EVP_PKEY_free)
OSSL_AUTO(EVP_PKEY_CTX, EVP_PKEY_CTX_free)
OSSL_AUTO(OSSL_PARAM_BLD, OSSL_PARAM_BLD_free)
OSSL_AUTO(X509, X509_free)
OSSL_AUTO(X509_STORE, X509_STORE_free)
OSSL_AUTO(X509_STORE_CTX, X509_STORE_CTX_free)
#undef OSSL_AUTO
/* Frees what an i2d function allocated. */
static inline UNUSED void ossl_der_auto_free(unsigned char **p)
{
	OPENSSL_free(*p);
}
#define OSSL_AUTO_DER __attribute__((cleanup(ossl_der_auto_free))) unsigned char *
/* After a failure that was expected. */
static inline UNUSED void ossl_forget_errors(void)
{
	ERR_clear_error();
}

#endif
