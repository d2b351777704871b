// SPDX-License-Identifier: Apache-2.0
/* eddsa-rdfc-2022: configurations, the bytes to sign, the proof as JSON. Runs in: sign. */
#include "formats/di.h"

#include "base/clock.h"
#include "base/jsonw.h"
#include "formats/di_hash.h"
#include "formats/jsont.h"
#include "formats/multibase.h"
#include "formats/rdfc.h"

#include <string.h>

void di_put_method(struct buf *out, struct str issuer, struct str thumbprint)
{
	buf_put_str(out, issuer);
	buf_put_char(out, '#');
	buf_put_str(out, thumbprint);
}

/* ---- hashing, for issuing and verifying ---- */

/* What other implementations would hash differently is not signed. */
static enum rc check_portable(const struct rdfc_result *result, struct err *err)
{
	if (result->order_differs)
		return err_set(err, RC_INPUT,
			"two of its texts are sorted differently by verifiers in use: one goes on "
			"with an emoji or "
			"another character beyond U+FFFF where the other has one of U+E000 to "
			"U+FFFF (full-width forms); change one");
	if (result->is_costly)
		return err_set(err, RC_INPUT,
			"parts of it are so much alike that some verifiers give up telling them "
			"apart: "
			"make them differ or give them ids");
	return RC_OK;
}

enum rc di_hash(struct arena *a, const struct jsonld_input *in, uint8_t out[HASH_SHA256_LEN],
	struct err *err)
{
	struct nquads_set set = {0};
	struct rdfc_result result;
	enum rc rc = jsonld_to_rdf(a, in, &set, err);

	if (rc == RC_OK)
		rc = rdfc_canonize(a, &set, RDFC_SHA256, &result, err);
	if (rc == RC_OK && in->use == JSONLD_ISSUE)
		rc = check_portable(&result, err);
	if (rc == RC_OK)
		hash_sha256(bytes_of(result.nquads), out);
	return rc;
}

/* ---- issuing ---- */

/* The proof without its value: all of it is signed. */
static void put_config(struct jsont *t, struct str created, struct str method)
{
	jsont_open(t, '{');
	jsont_key_str(t, "type", STR("DataIntegrityProof"));
	jsont_key_str(t, "cryptosuite", STR(DI_SUITE));
	jsont_key_str(t, "created", created);
	jsont_key_str(t, "verificationMethod", method);
	jsont_key_str(t, "proofPurpose", STR("assertionMethod"));
	jsont_close(t, '}');
}

enum rc di_config_make(struct arena *a, const struct jsonr_value *context, struct str method,
	int64_t created_s, struct di_config *out, struct err *err)
{
	struct jsonld_input in = {.context = context, .use = JSONLD_ISSUE};
	struct jsont t = jsont_new(a);
	char created[CLOCK_ISO_LEN];
	enum rc rc;

	clock_iso(created_s, created);
	put_config(&t, str_of(created), method);
	rc = jsont_end(&t, &in.document, err);
	if (rc != RC_OK)
		return rc;
	*out = (struct di_config){.context = context,
		.created = jsonr_find(in.document, "created")->text,
		.method = jsonr_find(in.document, "verificationMethod")->text};
	rc = di_hash(a, &in, out->hash, err);
	return rc == RC_OK ? RC_OK : err_wrap(err, "the proof's configuration");
}

/* One text, or an array of texts. */
static bool is_same_context(const struct jsonr_value *a, const struct jsonr_value *b)
{
	if (a == b)
		return true;
	if (a == NULL || b == NULL || a->kind != b->kind || a->kind == JSONR_OBJECT)
		return false;
	if (a->kind != JSONR_ARRAY)
		return str_eq(a->text, b->text);
	for (a = a->first, b = b->first; a != NULL && b != NULL; a = a->next, b = b->next) {
		if (a->kind != JSONR_STRING || b->kind != JSONR_STRING || !str_eq(a->text, b->text))
			return false;
	}
	return a == b;
}

enum rc di_data(struct arena *a, const struct di_config *config, const struct jsonr_value *document,
	uint8_t out[DI_DATA_LEN], struct err *err)
{
	struct jsonld_input in = {.document = document, .use = JSONLD_ISSUE};

	if (!is_same_context(config->context, jsonr_find(document, "@context")))
		return err_set(err, RC_INPUT,
			"the document's @context is not the one its proof is made for");
	if (jsonr_find(document, "proof") != NULL)
		return err_set(err, RC_INPUT, "the document has a proof already");
	memcpy(out, config->hash, HASH_SHA256_LEN);
	return di_hash(a, &in, out + HASH_SHA256_LEN, err);
}

static void put_proof(struct jsonw *w, const struct di_config *config, struct str value)
{
	jsonw_open(w, '{');
	jsonw_key_str(w, "type", STR("DataIntegrityProof"));
	jsonw_key_str(w, "cryptosuite", STR(DI_SUITE));
	jsonw_key_str(w, "created", config->created);
	jsonw_key_str(w, "verificationMethod", config->method);
	jsonw_key_str(w, "proofPurpose", STR("assertionMethod"));
	jsonw_key_str(w, "proofValue", value);
	jsonw_close(w, '}');
}

void di_put_secured(struct buf *out, const struct jsonr_value *document,
	const struct di_config *config, const uint8_t signature[DI_SIGNATURE_LEN])
{
	struct buf value = buf_new(128);
	struct jsonw w = jsonw_new(out);

	multibase_put(&value, (struct bytes){signature, DI_SIGNATURE_LEN});
	jsont_put(out, document);
	/* Reopens the object: its last byte is the bracket that closed it. */
	if (!out->full) {
		out->n--;
		buf_put_cz(out, ",\"proof\":[");
		put_proof(&w, config, buf_str(&value));
		buf_put_cz(out, "]}");
	}
	buf_free(&value);
}
