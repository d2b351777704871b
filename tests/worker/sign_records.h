// SPDX-License-Identifier: Apache-2.0
/* Shards and receipts to ask a signer for, and whether what it answers is signed. Used by its tests. */
#ifndef TESTS_WORKER_SIGN_RECORDS_H
#define TESTS_WORKER_SIGN_RECORDS_H

#include "tests/worker/sign_sample.h"

#include <openssl/evp.h>

static inline bool sample_verifies(struct bytes key, struct bytes text, struct bytes signature)
{
	EVP_PKEY *pkey = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, key.p, key.n);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool fine = EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, pkey) == 1
		&& EVP_DigestVerify(ctx, signature.p, signature.n, text.p, text.n) == 1;

	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(pkey);
	return fine;
}

static inline struct bytes sample_public_key(const struct sample *s, enum key_purpose purpose)
{
	for (uint32_t i = 0; i < s->keys.keys.count; i++) {
		if (s->keys.keys.items[i].purpose == purpose)
			return s->keys.keys.items[i].public_key;
	}
	return (struct bytes){NULL, 0};
}

/* A full shard of records with as much in each as there can be. */
static inline void sample_fill_shard(struct sample *s, struct wire_sign_shard *ask,
	struct wire_record *records, struct wire_record_artifact *artifacts)
{
	for (uint8_t i = 0; i < 5; i++) {
		artifacts[i] =
			(struct wire_record_artifact){.kind = (uint8_t)(i + 1), .len = 99999999};
		memset(artifacts[i].sha256, 0xA0 + i, 32);
	}
	for (uint32_t i = 0; i < ask->records.count; i++) {
		struct wire_sign_row row = sample_row(i % 10);
		struct wire_signed_row signed_row = sample_sign_one(s, row);
		struct wire_record *r = &records[i];

		*r = (struct wire_record){.row = row.row,
			.valid_from_s = row.valid_from_s,
			.valid_until_s = row.valid_until_s,
			.status_list = row.status_list,
			.status_index = row.status_index,
			.artifacts = {artifacts, 5}};
		memcpy(r->ulid, row.ulid, sizeof r->ulid);
		memcpy(r->tag_hash, signed_row.tag_hash, sizeof r->tag_hash);
		memset(r->commitment, 0x44, sizeof r->commitment);
	}
	ask->records.items = records;
}

static inline struct wire_receipt sample_receipt(void)
{
	return (struct wire_receipt){
		.batch = STR(SAMPLE_BATCH), .plan_hash = {7}, .issued_s = SAMPLE_NOW_S + 3600};
}

/* 10 issued, one each of the other outcomes. */
static inline uint32_t sample_fill_receipt(struct wire_receipt_row rows[14],
	struct wire_record_artifact artifacts[2], struct str codes[2])
{
	artifacts[0] = (struct wire_record_artifact){.kind = ARTIFACT_PNG};
	artifacts[1] = (struct wire_record_artifact){.kind = ARTIFACT_BADGE};
	memset(artifacts[0].sha256, 0xA0, 32);
	memset(artifacts[1].sha256, 0xB0, 32);
	codes[0] = STR("email-invalid");
	codes[1] = STR("name-empty");
	for (uint32_t i = 0; i < 14; i++) {
		rows[i] = (struct wire_receipt_row){.row = i + 1,
			.outcome = i < 10 ? RECEIPT_ISSUED : (uint8_t)(RECEIPT_ISSUED + i - 9)};
		if (rows[i].outcome <= RECEIPT_UNCHANGED) {
			rows[i].ulid[0] = 1;
			rows[i].ulid[15] = (uint8_t)i;
			rows[i].artifacts.items = artifacts;
			rows[i].artifacts.count = 2;
		}
		if (rows[i].outcome == RECEIPT_REFUSED) {
			rows[i].codes.items = codes;
			rows[i].codes.count = 2;
		}
	}
	return 14;
}

static inline enum rc sample_tell_rows(struct sample *s, struct wire_receipt_row *rows,
	uint32_t first, uint32_t count, struct wire_receipt_entries *out, struct err *err)
{
	struct wire_receipt_rows ask = {STR(SAMPLE_BATCH), first, {rows + first, count}};

	return sample_ask(s, MESSAGE_RECEIPT_ROWS, &ask, MESSAGE_RECEIPT_ROWS_ARE, out, err);
}

static inline enum rc sample_ask_receipt(struct sample *s, const struct wire_receipt *ask,
	struct wire_signed_text *out, struct err *err)
{
	return sample_ask(s, MESSAGE_SIGN_RECEIPT, ask, MESSAGE_SIGNED_RECEIPT, out, err);
}

#endif
