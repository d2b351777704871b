// SPDX-License-Identifier: Apache-2.0
/* Is a pass what its issuer signed, and whose credential is it? Runs in: check, and programs that use libcertfill-verify. */
#include "base/clock.h"
#include "base/credential_id.h"
#include "base/hash.h"
#include "base/text.h"

#include <string.h>

#include "verify/credential.h"
#include "verify/passchain.h"
#include "verify/passcms.h"
#include "verify/passfile.h"
#include "verify/record.h"

static const struct jsonr_limits limits = {1 << 20, 8192};

static struct bytes content_of(const struct passfile *pass, const char *name)
{
	for (size_t i = 0; i < pass->entry_count; i++)
		if (str_eq_cz(pass->entries[i].name, name))
			return pass->entries[i].content;
	return (struct bytes){NULL, 0};
}

/* ---- manifest.json: the SHA-1 of every file but itself and the signature ---- */

static enum rc check_entry(
	const struct jsonr_value *manifest, const struct passfile_entry *entry, struct err *err)
{
	uint8_t wanted[HASH_SHA1_LEN];
	uint8_t digest[HASH_SHA1_LEN];

	for (const struct jsonr_value *m = manifest->first; m != NULL; m = m->next) {
		if (!str_eq(m->key, entry->name))
			continue;
		hash_sha1(entry->content, digest);
		if (m->kind != JSONR_STRING || !text_from_hex(m->text, wanted, sizeof wanted)
			|| memcmp(wanted, digest, sizeof digest) != 0)
			return err_set(err, RC_INPUT,
				"a file in the pass was changed after it was signed");
		return RC_OK;
	}
	return err_set(err, RC_INPUT, "a file in the pass was added after it was signed");
}

static enum rc check_manifest(struct arena *a, const struct passfile *pass, struct err *err)
{
	struct bytes text = content_of(pass, "manifest.json");
	const struct jsonr_value *manifest;
	size_t counted = 0;
	enum rc rc;

	if (text.n == 0 || content_of(pass, "pass.json").n == 0
		|| content_of(pass, "signature").n == 0)
		return err_set(err, RC_INPUT, "the pass lacks pass.json, manifest or signature");
	rc = jsonr_parse(a, bytes_text(text), &limits, &manifest, err);
	if (rc == RC_OK && manifest->kind != JSONR_OBJECT)
		rc = err_set(err, RC_INPUT, "the pass's manifest is no JSON object");
	for (size_t i = 0; rc == RC_OK && i < pass->entry_count; i++) {
		if (str_eq_cz(pass->entries[i].name, "manifest.json")
			|| str_eq_cz(pass->entries[i].name, "signature"))
			continue;
		counted++;
		rc = check_entry(manifest, &pass->entries[i], err);
	}
	if (rc == RC_OK && counted != manifest->count)
		rc = err_set(err, RC_INPUT, "a file was taken out of the pass");
	return rc;
}

/* ---- the CMS signature over manifest.json ---- */

static bool signing_time(CMS_ContentInfo *cms, time_t *out)
{
	STACK_OF(CMS_SignerInfo) *signers = CMS_get0_SignerInfos(cms);
	CMS_SignerInfo *si =
		sk_CMS_SignerInfo_num(signers) == 1 ? sk_CMS_SignerInfo_value(signers, 0) : NULL;
	const X509_ATTRIBUTE *attribute;
	const ASN1_TYPE *value;
	struct tm tm = {0};
	struct clock_date d;
	int at;

	if (si == NULL)
		return false;
	at = CMS_signed_get_attr_by_NID(si, NID_pkcs9_signingTime, -1);
	attribute = at >= 0 ? CMS_signed_get_attr(si, at) : NULL;
	value = attribute != NULL && X509_ATTRIBUTE_count(attribute) == 1
		? X509_ATTRIBUTE_get0_type((X509_ATTRIBUTE *)(uintptr_t)attribute, 0)
		: NULL;
	if (value == NULL
		|| (value->type != V_ASN1_UTCTIME && value->type != V_ASN1_GENERALIZEDTIME)
		|| ASN1_TIME_to_tm(value->value.asn1_string, &tm) != 1)
		return false;
	d = (struct clock_date){
		tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec};
	*out = (time_t)clock_join(&d);
	return true;
}

/* Made by one of the certificates that came along; whose that is, is another question. */
static bool is_intact(CMS_ContentInfo *cms, STACK_OF(X509) * along, struct bytes manifest)
{
	AUTO(BIO) in = BIO_new_mem_buf(manifest.p, (int)manifest.n);
	bool good = in != NULL
		&& CMS_verify(cms, along, NULL, in, NULL,
			   CMS_BINARY | CMS_DETACHED | CMS_NO_SIGNER_CERT_VERIFY)
			== 1;

	ossl_forget_errors();
	return good;
}

static bool name_has(X509 *x, int nid, struct str want)
{
	const X509_NAME *name = X509_get_subject_name(x);
	int at = X509_NAME_get_index_by_NID((X509_NAME *)(uintptr_t)name, nid, -1);
	const ASN1_STRING *value =
		at >= 0 ? X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)) : NULL;

	return value != NULL && want.n != 0
		&& str_eq((struct str){(const char *)ASN1_STRING_get0_data(value),
				  (size_t)ASN1_STRING_length(value)},
			want);
}

/* Adds check "pass"; false when the pass is not to be believed. */
static bool check_signer(struct context *c, X509 *signer, STACK_OF(X509) * along,
	const struct jsonr_value *json, time_t signed_s)
{
	enum passchain_answer chain = passchain_check(c->material, signer, along, signed_s);

	if (!name_has(signer, NID_userId, context_text(json, "passTypeIdentifier"))
		|| !name_has(
			signer, NID_organizationalUnitName, context_text(json, "teamIdentifier")))
		report_add(c->report, "pass", REPORT_FORGED,
			"the pass was signed with a certificate for other passes");
	else if (chain == PASSCHAIN_NO_ROOTS)
		report_add(c->report, "pass", REPORT_UNKNOWN,
			"signed, but no root certificate is at hand to tell by whom");
	else if (chain == PASSCHAIN_STRANGER)
		report_add(c->report, "pass", REPORT_FORGED,
			"signed by a certificate that does not come from a root at hand");
	else
		report_add(c->report, "pass", REPORT_OK,
			"every file is as it was signed, by a certificate for these passes");
	return c->report->checks[c->report->check_count - 1].outcome == REPORT_OK;
}

static bool check_signature(
	struct context *c, const struct passfile *pass, const struct jsonr_value *json)
{
	AUTO(CMS_ContentInfo) cms = NULL;
	STACK_OF(X509) *along = NULL;
	STACK_OF(X509) *signers = NULL;
	time_t signed_s;
	bool good = false;

	if (passcms_read(c->material, content_of(pass, "signature"), &cms, &along)
		&& signing_time(cms, &signed_s) && CMS_is_detached(cms) == 1
		&& is_intact(cms, along, content_of(pass, "manifest.json")))
		signers = CMS_get0_signers(cms);
	if (sk_X509_num(signers) == 1)
		good = check_signer(c, sk_X509_value(signers, 0), along, json, signed_s);
	else
		report_add(c->report, "pass", REPORT_FORGED, "the pass's signature is bad");
	ossl_forget_errors();
	sk_X509_free(signers);
	sk_X509_pop_free(along, X509_free);
	return good;
}

/* ---- the credential that the pass belongs to ---- */

/* Its text, out of the material or from beside the pass; empty when nobody has it. */
static struct str find_credential(struct context *c, const uint8_t ulid[ULID_LEN])
{
	struct str beside = {c->options->companion, c->options->companion_len};
	uint8_t other[ULID_LEN];
	struct str text;

	if (material_find_line(&c->material->credentials, ulid, &text))
		return text;
	beside = str_trim(beside);
	if (beside.n != 0 && credential_id_ulid(material_credential_name(c->a, beside), other)
		&& memcmp(ulid, other, ULID_LEN) == 0)
		return beside;
	return (struct str){NULL, 0};
}

static bool says_void(const struct jsonr_value *json)
{
	const struct jsonr_value *voided = jsonr_find(json, "voided");

	return voided != NULL && (voided->kind != JSONR_BOOL || voided->truth);
}

void passfile_check(struct context *c)
{
	struct passfile *pass = arena_zalloc(c->a, 1, sizeof *pass);
	const struct jsonr_value *json;
	struct str credential = {NULL, 0};
	uint8_t ulid[ULID_LEN];
	struct str serial;
	struct err err;

	if (passfile_read(c->a, c->file, pass, &err) != RC_OK
		|| check_manifest(c->a, pass, &err) != RC_OK
		|| jsonr_parse(
			   c->a, bytes_text(content_of(pass, "pass.json")), &limits, &json, &err)
			!= RC_OK) {
		report_add(c->report, "format", REPORT_FORGED, "%s", err.text);
		return;
	}
	report_add(c->report, "format", REPORT_OK, "a wallet pass");
	serial = context_text(json, "serialNumber");
	if (!check_signature(c, pass, json))
		return;
	c->is_void = says_void(json);
	if (c->is_void)
		report_add(c->report, "pass", REPORT_FAILED,
			"the pass itself says that it is void; its verify page says why");
	if (ulid_parse(serial, ulid, &err) == RC_OK) {
		if (record_contradicts(c, ulid, c->report->kind))
			return;
		credential = find_credential(c, ulid);
	}
	if (credential.n == 0) {
		report_add(c->report, "signature", REPORT_UNKNOWN,
			"the credential that the pass stands for is not at hand: a pass alone "
			"does not tell whether it still holds");
		return;
	}
	credential_check(c, credential);
}
