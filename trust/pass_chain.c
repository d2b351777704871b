// SPDX-License-Identifier: Apache-2.0
/* Making the throwaway pass chain. Runs in: sign, before lockdown. */
#include "trust/pass_chain.h"

#include "base/text.h"
#include "trust/certificate.h"

#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <string.h>

#define LIFE_S ((int64_t)3652 * 86400)
/* X.520's upper bound of an organization is 64 characters; the mark needs some of them. */
#define ORGANIZATION_CHARS 40

static enum rc make_root(EVP_PKEY *key, int64_t now_s, X509 **out, struct err *err)
{
	static const struct certificate_part name[] = {{"C", "US"},
		{"O", "certfill DEMO (not Apple)"},
		{"OU", "DEMO Certification Authority (not Apple)"},
		{"CN", "Throwaway Root for certfill DEMO"}};
	static const struct certificate_extension extensions[] = {
		{NID_subject_key_identifier, "hash"}, {NID_basic_constraints, "critical,CA:TRUE"},
		{NID_key_usage, "critical,keyCertSign,cRLSign"}};
	struct certificate_draft d = {name, ARRAY_COUNT(name), extensions, ARRAY_COUNT(extensions),
		key, NULL, key, LIFE_S};

	return certificate_make(&d, now_s, out, err);
}

static enum rc make_intermediate(
	EVP_PKEY *key, X509 *root, EVP_PKEY *root_key, int64_t now_s, X509 **out, struct err *err)
{
	static const struct certificate_part name[] = {
		{"CN", "DEMO Apple Worldwide Developer Relations Certification Authority"},
		{"OU", "G4"}, {"O", "certfill DEMO (not Apple)"}, {"C", "US"}};
	static const struct certificate_extension extensions[] = {
		{NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
		{NID_authority_key_identifier, "keyid"}, {NID_subject_key_identifier, "hash"},
		{NID_key_usage, "critical,keyCertSign,cRLSign"}};
	struct certificate_draft d = {name, ARRAY_COUNT(name), extensions, ARRAY_COUNT(extensions),
		key, root, root_key, LIFE_S};

	return certificate_make(&d, now_s, out, err);
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
	const struct certificate_part name[] = {{"UID", PASS_CHAIN_TYPE_ID},
		{"CN", "Pass Type ID: " PASS_CHAIN_TYPE_ID}, {"OU", PASS_CHAIN_TEAM_ID},
		{"O", marked}, {"C", "US"}};
	/* 1.2.840.113635.100.4.14: Apple's purpose "sign a pass". */
	static const struct certificate_extension extensions[] = {
		{NID_basic_constraints, "critical,CA:FALSE"},
		{NID_authority_key_identifier, "keyid"},
		{NID_ext_key_usage, "1.2.840.113635.100.4.14"},
		{NID_subject_key_identifier, "hash"}, {NID_key_usage, "critical,digitalSignature"},
		{NID_netscape_comment,
			"DEMO: a throwaway certificate of certfill, not issued by Apple"}};
	struct certificate_draft d = {name, ARRAY_COUNT(name), extensions, ARRAY_COUNT(extensions),
		c->key, c->intermediate, issuer_key, LIFE_S};

	mark_organization(organization, marked, sizeof marked);
	return certificate_make(&d, now_s, &c->leaf, err);
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
