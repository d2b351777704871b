// SPDX-License-Identifier: Apache-2.0
/* X.509 certificates of our own: the throwaway chain of passes, development certificates of the server. */
#ifndef TRUST_CERTIFICATE_H
#define TRUST_CERTIFICATE_H

#include "trust/ossl.h"

#include <openssl/x509.h>

struct certificate_part {
	const char *field; /* "CN" */
	const char *text; /* UTF-8 */
};

struct certificate_extension {
	int nid;
	const char *value; /* as X509V3_EXT_conf_nid() takes it */
};

/* What a certificate says, and who signs it. */
struct certificate_draft {
	const struct certificate_part *name;
	size_t name_count;
	const struct certificate_extension *extensions;
	size_t extension_count;
	EVP_PKEY *key;
	X509 *issuer; /* NULL: itself */
	EVP_PKEY *issuer_key;
	int64_t life_s; /* from a day before now_s on */
};

/* SYSTEM when OpenSSL refuses. *out: the caller frees it. */
enum rc certificate_make(
	const struct certificate_draft *d, int64_t now_s, X509 **out, struct err *err) MUST_CHECK;

#endif
