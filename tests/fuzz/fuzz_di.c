// SPDX-License-Identifier: Apache-2.0
/*
 * Any text as a secured document: taken apart, its proofs checked, never verified, for no one has the
 * key. Where the issuer would sign it, its proof is well made: only the signature is wrong. Runs in: fuzz.
 */
#include "formats/di.h"
#include "formats/didurl.h"
#include "formats/jsont.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* RFC 8032, section 7.1, test 1. */
static const uint8_t key[32] = {0xd7, 0x5a, 0x98, 0x01, 0x82, 0xb1, 0x0a, 0xb7, 0xd5, 0x4b, 0xfe,
	0xd3, 0xc9, 0x64, 0x07, 0x3a, 0x0e, 0xe1, 0x72, 0xf3, 0xda, 0xa6, 0x23, 0x25, 0xaf, 0x02,
	0x1a, 0x68, 0xf7, 0x07, 0x51, 0x1a};
static const struct jsonr_limits limits = {1 << 20, 8192};

static void check_proofs(struct arena *a, const struct jsonr_value *document)
{
	struct di_secured secured;
	struct didurl url;
	struct err err;

	if (di_split(document, &secured, &err) != RC_OK)
		return;
	for (size_t i = 0; i < secured.proof_count; i++) {
		enum di_outcome outcome = di_verify(a, &secured, i, key, &err);

		CHECK(outcome != DI_VERIFIED && err.text[0] != '\0');
		CHECK(di_outcome_name(outcome) != NULL);
		(void)!di_check_terms(&secured.proofs[i], 0, 0, &err);
		(void)!didurl_parse(secured.proofs[i].method, &url, &err);
	}
}

/* What is written reads back as what it was. */
static void check_written(struct arena *a, const struct jsonr_value *document)
{
	struct buf text = buf_new((size_t)8 << 20);
	struct buf again = buf_new((size_t)8 << 20);
	const struct jsonr_value *read;
	struct err err;

	jsont_put(&text, document);
	if (!text.full && text.n <= limits.text_len) {
		CHECK(jsonr_parse(a, buf_str(&text), &limits, &read, &err) == RC_OK);
		jsont_put(&again, read);
		CHECK(str_eq(buf_str(&text), buf_str(&again)));
	}
	buf_free(&again);
	buf_free(&text);
}

/* twin: the same, read once more: its context is another object that says the same. */
static void check_issued(
	struct arena *a, const struct jsonr_value *document, const struct jsonr_value *twin)
{
	static const uint8_t signature[DI_SIGNATURE_LEN] = {1};
	const struct jsonr_value *context = jsonr_find(twin, "@context");
	struct buf text = buf_new((size_t)8 << 20);
	uint8_t bytes[DI_DATA_LEN];
	const struct jsonr_value *read;
	struct di_secured secured;
	struct di_config config;
	struct err err;

	if (document->kind == JSONR_OBJECT && document->count != 0 && context != NULL
		&& di_config_make(a, context, STR("did:web:h.example#k"), 0, &config, &err) == RC_OK
		&& di_data(a, &config, document, bytes, &err) == RC_OK) {
		di_put_secured(&text, document, &config, signature);
		CHECK(!text.full);
		if (jsonr_parse(a, buf_str(&text), &limits, &read, &err) == RC_OK) {
			enum di_outcome outcome;

			CHECK(di_split(read, &secured, &err) == RC_OK && secured.proof_count == 1);
			outcome = di_verify(a, &secured, 0, key, &err);
			CHECK(outcome != DI_VERIFIED && outcome != DI_MALFORMED
				&& outcome != DI_OTHER_SUITE);
		}
	}
	buf_free(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new((size_t)128 << 20);
	struct str text = {(const char *)data, size};
	const struct jsonr_value *document;
	const struct jsonr_value *twin;
	struct err err;

	if (jsonr_parse(a, text, &limits, &document, &err) == RC_OK
		&& jsonr_parse(a, text, &limits, &twin, &err) == RC_OK) {
		check_written(a, document);
		check_proofs(a, document);
		check_issued(a, document, twin);
	}
	arena_free(&a);
	return 0;
}
