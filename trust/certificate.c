// SPDX-License-Identifier: Apache-2.0
/* Making X.509 certificates. Runs in: sign, before lockdown. */
#include "trust/certificate.h"

#include "base/random.h"

#include <openssl/x509v3.h>

#define DAY_S ((int64_t)86400)

static bool set_name(X509_NAME *name, const struct certificate_draft *d)
{
	for (size_t i = 0; i < d->name_count; i++) {
		if (X509_NAME_add_entry_by_txt(name, d->name[i].field, MBSTRING_UTF8,
			    (const unsigned char *)d->name[i].text, -1, -1, 0)
			!= 1)
			return false;
	}
	return true;
}

static bool set_serial(X509 *cert)
{
	uint8_t raw[16];
	BIGNUM *n;
	bool fine;

	random_fill(raw, sizeof raw);
	raw[0] = (uint8_t)((raw[0] & 0x7F) | 0x40); /* positive and of full length */
	n = BN_bin2bn(raw, sizeof raw, NULL);
	fine = n != NULL && BN_to_ASN1_INTEGER(n, X509_get_serialNumber(cert)) != NULL;
	BN_free(n);
	return fine;
}

static bool set_extensions(X509 *cert, const struct certificate_draft *d)
{
	X509V3_CTX ctx;

	X509V3_set_ctx_nodb(&ctx);
	X509V3_set_ctx(&ctx, d->issuer != NULL ? d->issuer : cert, cert, NULL, NULL, 0);
	for (size_t i = 0; i < d->extension_count; i++) {
		X509_EXTENSION *e = X509V3_EXT_conf_nid(
			NULL, &ctx, d->extensions[i].nid, d->extensions[i].value);
		bool fine = e != NULL && X509_add_ext(cert, e, -1) == 1;

		X509_EXTENSION_free(e);
		if (!fine)
			return false;
	}
	return true;
}

enum rc certificate_make(
	const struct certificate_draft *d, int64_t now_s, X509 **out, struct err *err)
{
	AUTO(X509) cert = X509_new();

	if (cert == NULL || X509_set_version(cert, 2) != 1 || !set_serial(cert)
		|| ASN1_TIME_set(X509_getm_notBefore(cert), now_s - DAY_S) == NULL
		|| ASN1_TIME_set(X509_getm_notAfter(cert), now_s - DAY_S + d->life_s) == NULL
		|| !set_name(X509_get_subject_name(cert), d)
		|| X509_set_issuer_name(
			   cert, X509_get_subject_name(d->issuer != NULL ? d->issuer : cert))
			!= 1
		|| X509_set_pubkey(cert, d->key) != 1 || !set_extensions(cert, d)
		|| X509_sign(cert, d->issuer_key, EVP_sha256()) == 0)
		return ossl_error(err, "cannot make a certificate");
	*out = cert;
	cert = NULL;
	return RC_OK;
}
