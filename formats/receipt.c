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

static void put_counts(struct jsonw *w, const struct receipt *r)
{
	jsonw_key_open(w, "counts", '{');
	jsonw_key_i64(w, "failed", r->failed);
	jsonw_key_i64(w, "issued", r->issued);
	jsonw_key_i64(w, "leftOut", r->left_out);
	jsonw_key_i64(w, "rows", r->rows);
	jsonw_key_i64(w, "unchanged", r->unchanged);
	jsonw_close(w, '}');
}

/* Pairs, in shard order: as members of an object they would have to be sorted as text. */
static void put_roots(struct jsonw *w, const struct receipt *r)
{
	jsonw_key_open(w, "roots", '[');
	for (size_t i = 0; i < r->root_count; i++) {
		jsonw_open(w, '[');
		jsonw_str(w, r->roots[i].shard);
		jsonw_str(w, r->roots[i].root);
		jsonw_close(w, ']');
	}
	jsonw_close(w, ']');
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
	put_counts(&w, r);
	jsonw_key_bool(&w, "demo", r->demo);
	jsonw_key_str(&w, "format", STR("certfill-receipt/1"));
	jsonw_key_str(&w, "issuedAt", str_of(iso));
	jsonw_key_str(&w, "issuer", r->issuer);
	put_hash(&w, "manifestSha256", r->manifest_sha256);
	put_hash(&w, "outcomesSha256", r->outcomes_sha256);
	put_hash(&w, "planSha256", r->plan_hash);
	put_roots(&w, r);
	put_hash(&w, "rootsSha256", r->roots_sha256);
	put_signature(&w, signature);
	jsonw_key_str(&w, "tenant", r->tenant);
	jsonw_close(&w, '}');
}
