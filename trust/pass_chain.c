// SPDX-License-Identifier: Apache-2.0
/* Making the throwaway pass chain. Runs in: sign, before lockdown. */
#include "trust/pass_chain.h"

#include "base/random.h"
#include "base/text.h"

#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <string.h>

#define DAY_S ((int64_t)86400)
#define LIFE_S (3652 * DAY_S)
/* X.520's upper bound of an organization is 64 characters; the mark needs some of them. */
#define ORGANIZATION_CHARS 40

struct name_part {
	const char *field;
	const char *text;
};

struct extension {
	int nid;
	const char *value;
};

/* What a certificate says, and who signs it. */
struct draft {
	const struct name_part *name;
	size_t name_count;
	const struct extension *extensions;
	size_t extension_count;
	EVP_PKEY *key;
	X509 *issuer; /* NULL: itself */
	EVP_PKEY *issuer_key;
};

static bool set_name(X509_NAME *name, const struct draft *d)
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

static bool set_extensions(X509 *cert, const struct draft *d)
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

static enum rc make_certificate(const struct draft *d, int64_t now_s, X509 **out, struct err *err)
{
	AUTO(X509) cert = X509_new();

	if (cert == NULL || X509_set_version(cert, 2) != 1 || !set_serial(cert)
		|| ASN1_TIME_set(X509_getm_notBefore(cert), now_s - DAY_S) == NULL
		|| ASN1_TIME_set(X509_getm_notAfter(cert), now_s - DAY_S + LIFE_S) == NULL
		|| !set_name(X509_get_subject_name(cert), d)
		|| X509_set_issuer_name(
			   cert, X509_get_subject_name(d->issuer != NULL ? d->issuer : cert))
			!= 1
		|| X509_set_pubkey(cert, d->key) != 1 || !set_extensions(cert, d)
		|| X509_sign(cert, d->issuer_key, EVP_sha256()) == 0)
		return ossl_error(err, "cannot make a pass certificate");
	*out = cert;
	cert = NULL;
	return RC_OK;
}

static enum rc make_root(EVP_PKEY *key, int64_t now_s, X509 **out, struct err *err)
{
	static const struct name_part name[] = {{"C", "US"}, {"O", "certfill DEMO (not Apple)"},
		{"OU", "DEMO Certification Authority (not Apple)"},
		{"CN", "Throwaway Root for certfill DEMO"}};
	static const struct extension extensions[] = {{NID_subject_key_identifier, "hash"},
		{NID_basic_constraints, "critical,CA:TRUE"},
		{NID_key_usage, "critical,keyCertSign,cRLSign"}};
	struct draft d = {
		name, ARRAY_COUNT(name), extensions, ARRAY_COUNT(extensions), key, NULL, key};

	return make_certificate(&d, now_s, out, err);
}

static enum rc make_intermediate(
	EVP_PKEY *key, X509 *root, EVP_PKEY *root_key, int64_t now_s, X509 **out, struct err *err)
{
	static const struct name_part name[] = {
		{"CN", "DEMO Apple Worldwide Developer Relations Certification Authority"},
		{"OU", "G4"}, {"O", "certfill DEMO (not Apple)"}, {"C", "US"}};
	static const struct extension extensions[] = {
		{NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
		{NID_authority_key_identifier, "keyid"}, {NID_subject_key_identifier, "hash"},
		{NID_key_usage, "critical,keyCertSign,cRLSign"}};
	struct draft d = {
		name, ARRAY_COUNT(name), extensions, ARRAY_COUNT(extensions), key, root, root_key};

	return make_certificate(&d, now_s, out, err);
}

/* The first characters, so that the mark behind them fits too. */
static void mark_organization(struct str organization, char *out, size_t out_len)
{
	size_t at = 0;

	for (int i = 0; i < ORGANIZATION_CHARS && at < organization.n; i++)
		(void)str_next_char(organization, &at);
	(void)text_fmt(out, out_len, STR_FMT " (DEMO, not Apple)",
		STR_ARG(str_slice(organization, 0, at)));
}

static enum rc make_leaf(struct pass_chain *c, EVP_PKEY *issuer_key, struct str organization,
	int64_t now_s, struct err *err)
{
	char marked[4 * ORGANIZATION_CHARS + 32];
	const struct name_part name[] = {{"UID", PASS_CHAIN_TYPE_ID},
		{"CN", "Pass Type ID: " PASS_CHAIN_TYPE_ID}, {"OU", PASS_CHAIN_TEAM_ID},
		{"O", marked}, {"C", "US"}};
	/* 1.2.840.113635.100.4.14: Apple's purpose "sign a pass". */
	static const struct extension extensions[] = {{NID_basic_constraints, "critical,CA:FALSE"},
		{NID_authority_key_identifier, "keyid"},
		{NID_ext_key_usage, "1.2.840.113635.100.4.14"},
		{NID_subject_key_identifier, "hash"}, {NID_key_usage, "critical,digitalSignature"},
		{NID_netscape_comment,
			"DEMO: a throwaway certificate of certfill, not issued by Apple"}};
	struct draft d = {name, ARRAY_COUNT(name), extensions, ARRAY_COUNT(extensions), c->key,
		c->intermediate, issuer_key};

	mark_organization(organization, marked, sizeof marked);
	return make_certificate(&d, now_s, &c->leaf, err);
}

enum rc pass_chain_make(
	struct str organization, int64_t now_s, struct pass_chain *out, struct err *err)
{
	/* P-256 for the two that sign once and are forgotten: an RSA key takes up to half a second. */
	AUTO(EVP_PKEY) root_key = EVP_EC_gen("P-256");
	AUTO(EVP_PKEY) intermediate_key = EVP_EC_gen("P-256");
	enum rc rc;

	*out = (struct pass_chain){.key = EVP_RSA_gen(2048)};
	if (root_key == NULL || intermediate_key == NULL || out->key == NULL)
		rc = ossl_error(err, "cannot make a key for passes");
	else
		rc = make_root(root_key, now_s, &out->root, err);
	if (rc == RC_OK)
		rc = make_intermediate(
			intermediate_key, out->root, root_key, now_s, &out->intermediate, err);
	if (rc == RC_OK)
		rc = make_leaf(out, intermediate_key, organization, now_s, err);
	if (rc != RC_OK)
		pass_chain_free(out);
	return rc;
}

void pass_chain_free(struct pass_chain *chain)
{
	EVP_PKEY_free(chain->key);
	X509_free(chain->leaf);
	X509_free(chain->intermediate);
	X509_free(chain->root);
	*chain = (struct pass_chain){0};
}
