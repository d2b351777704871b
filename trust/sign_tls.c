// SPDX-License-Identifier: Apache-2.0
/*
 * A self-signed certificate for trying the server out on one machine: made here because no serving process
 * can sign, kept nowhere. Runs in: sign, before lockdown.
 */
#include "ipc/wire_serve.h"
#include "trust/certificate.h"
#include "trust/sign.h"

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#define LIFE_S ((int64_t)90 * 86400)

static enum rc make_certificate(EVP_PKEY *key, int64_t now_s, X509 **out, struct err *err)
{
	static const struct certificate_part name[] = {
		{"O", "certfill, for development"}, {"CN", "localhost"}};
	static const struct certificate_extension extensions[] = {
		{NID_basic_constraints, "critical,CA:FALSE"},
		{NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1,IP:::1"},
		{NID_key_usage, "critical,digitalSignature"}, {NID_ext_key_usage, "serverAuth"},
		{NID_subject_key_identifier, "hash"}};
	struct certificate_draft d = {name, ARRAY_COUNT(name), extensions, ARRAY_COUNT(extensions),
		key, NULL, key, LIFE_S};

	return certificate_make(&d, now_s, out, err);
}

static struct bytes content_of(BIO *bio)
{
	char *p = NULL;
	long n = BIO_get_mem_data(bio, &p);

	return (struct bytes){(const uint8_t *)p, n > 0 ? (size_t)n : 0};
}

enum rc sign_make_tls(struct worker *w, struct frame *frame, const void *request, struct err *err)
{
	const struct wire_tls_make *ask = request;
	AUTO(EVP_PKEY) key = EVP_EC_gen("P-256");
	AUTO(X509) cert = NULL;
	AUTO(BIO) cert_pem = BIO_new(BIO_s_mem());
	AUTO(BIO) key_pem = BIO_new(BIO_s_secmem());
	struct wire_serve_tls answer = {0};
	enum rc rc;

	(void)frame;
	if (key == NULL || cert_pem == NULL || key_pem == NULL)
		return ossl_error(err, "cannot make a key");
	rc = make_certificate(key, ask->now_s, &cert, err);
	if (rc != RC_OK)
		return rc;
	if (PEM_write_bio_X509(cert_pem, cert) != 1
		|| PEM_write_bio_PKCS8PrivateKey(key_pem, key, NULL, NULL, 0, NULL, NULL) != 1)
		return ossl_error(err, "cannot write a key");
	answer.chain = content_of(cert_pem);
	answer.key = content_of(key_pem);
	return worker_reply(w, MESSAGE_TLS_MADE, &answer, err);
}
