// SPDX-License-Identifier: Apache-2.0
/* Receipts. Runs in: sign. */
#include "formats/receipt.h"

#include "base/clock.h"
#include "base/jsonw.h"
#include "base/text.h"

static void put_hash(struct jsonw *w, const char *key, const uint8_t *hash)
{
	char hex[2 * HASH_SHA256_LEN + 1];

	text_hex((struct bytes){hash, HASH_SHA256_LEN}, hex);
	jsonw_key_str(w, key, str_of(hex));
}

static void put_counts(struct jsonw *w, const struct receipt_counts *c)
{
	jsonw_key_open(w, "counts", '{');
	jsonw_key_i64(w, "failed", c->failed);
	jsonw_key_i64(w, "held", c->held);
	jsonw_key_i64(w, "issued", c->issued);
	jsonw_key_i64(w, "refused", c->refused);
	jsonw_key_i64(w, "rows", c->rows);
	jsonw_key_i64(w, "unchanged", c->unchanged);
	jsonw_close(w, '}');
}

static void put_signature(struct jsonw *w, const struct receipt_signature *s)
{
	struct buf value = buf_new(128);

	if (s == NULL)
		return;
	text_put_base64url(&value, (struct bytes){s->value, 64});
	jsonw_key_open(w, "signature", '{');
	jsonw_key_str(w, "alg", STR("EdDSA"));
	jsonw_key_str(w, "kid", s->kid);
	jsonw_key_str(w, "value", buf_str(&value));
	jsonw_close(w, '}');
	buf_free(&value);
}

void receipt_put(
	struct buf *out, const struct receipt *r, const struct receipt_signature *signature)
{
	struct jsonw w = jsonw_new(out);
	char iso[CLOCK_ISO_LEN];

	clock_iso(r->issued_s, iso);
	jsonw_open(&w, '{');
	jsonw_key_str(&w, "batch", r->batch);
	put_hash(&w, "cohortSha256", r->cohort_sha256);
	put_counts(&w, &r->counts);
	jsonw_key_bool(&w, "demo", r->demo);
	jsonw_key_str(&w, "format", STR("certfill-receipt/2"));
	jsonw_key_str(&w, "issuedAt", str_of(iso));
	jsonw_key_str(&w, "issuer", r->issuer);
	put_hash(&w, "manifestSha256", r->manifest_sha256);
	put_hash(&w, "planSha256", r->plan_hash);
	put_hash(&w, "rootsSha256", r->roots_sha256);
	put_hash(&w, "rowsRoot", r->rows_root);
	put_signature(&w, signature);
	jsonw_key_str(&w, "tenant", r->tenant);
	jsonw_close(&w, '}');
}

void receipt_put_row(struct buf *out, const struct receipt_row *r)
{
	struct jsonw w = jsonw_new(out);
	char id[ULID_TEXT_LEN + 1];

	jsonw_open(&w, '{');
	if (r->artifact_count != 0) {
		jsonw_key_open(&w, "artifacts", '{');
		for (size_t i = 0; i < r->artifact_count; i++) {
			char hex[2 * HASH_SHA256_LEN + 1];

			text_hex((struct bytes){r->artifacts[i].sha256, HASH_SHA256_LEN}, hex);
			jsonw_key_of(&w, r->artifacts[i].kind);
			jsonw_str(&w, str_of(hex));
		}
		jsonw_close(&w, '}');
	}
	if (r->code_count != 0) {
		jsonw_key_open(&w, "codes", '[');
		for (size_t i = 0; i < r->code_count; i++)
			jsonw_str(&w, r->codes[i]);
		jsonw_close(&w, ']');
	}
	if (r->ulid != NULL) {
		ulid_text(r->ulid, id);
		jsonw_key_str(&w, "credential", str_of(id));
	}
	jsonw_key_str(&w, "outcome", r->outcome);
	jsonw_key_i64(&w, "row", r->row);
	jsonw_close(&w, '}');
}
