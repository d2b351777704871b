// SPDX-License-Identifier: Apache-2.0
/* Verification records. Runs in: sign, verify, the command line. */
#include "formats/record.h"

#include "base/jsonw.h"
#include "base/text.h"

/* Integers over this are not exact in JSON (RFC 8785, section 3.2.2.3). */
#define EXACT_MAX ((uint64_t)1 << 53)

static void put_hash(struct jsonw *w, const uint8_t *hash)
{
	struct buf text = buf_new(64);

	text_put_base64url(&text, (struct bytes){hash, HASH_SHA256_LEN});
	jsonw_str(w, buf_str(&text));
	buf_free(&text);
}

static void put_artifacts(struct jsonw *w, const struct record *r)
{
	jsonw_key_open(w, "artifacts", '[');
	for (size_t i = 0; i < r->artifact_count; i++) {
		const struct record_artifact *a = &r->artifacts[i];

		CHECK(a->len < EXACT_MAX);
		jsonw_open(w, '[');
		jsonw_str(w, a->kind);
		jsonw_i64(w, (int64_t)a->len);
		put_hash(w, a->sha256);
		jsonw_close(w, ']');
	}
	jsonw_close(w, ']');
}

void record_put(struct buf *out, const struct record *r)
{
	struct jsonw w = jsonw_new(out);
	char id[ULID_TEXT_LEN + 1];

	ulid_text(r->ulid, id);
	jsonw_open(&w, '{');
	put_artifacts(&w, r);
	jsonw_key_str(&w, "batch", r->batch);
	jsonw_key(&w, "commitment");
	put_hash(&w, r->commitment);
	jsonw_key_i64(&w, "credential", r->credential);
	jsonw_key_str(&w, "id", str_of(id));
	jsonw_key_i64(&w, "row", r->row);
	jsonw_key_open(&w, "status", '[');
	jsonw_i64(&w, r->status_list);
	jsonw_i64(&w, r->status_index);
	jsonw_close(&w, ']');
	jsonw_key(&w, "tag");
	put_hash(&w, r->tag_hash);
	jsonw_key_i64(&w, "v", 1);
	jsonw_key_i64(&w, "validFrom", r->valid_from_s);
	if (r->valid_until_s != RECORD_NO_TIME)
		jsonw_key_i64(&w, "validUntil", r->valid_until_s);
	jsonw_close(&w, '}');
}

static void put_u32be(struct buf *out, uint32_t v)
{
	uint8_t b[4] = {(uint8_t)(v >> 24), (uint8_t)(v >> 16), (uint8_t)(v >> 8), (uint8_t)v};

	buf_put(out, b, sizeof b);
}

void record_put_shard_text(struct buf *out, struct str batch, uint32_t shard, uint32_t count,
	const uint8_t root[HASH_SHA256_LEN])
{
	buf_put_cz(out, "certfill-shard-v1\n");
	put_u32be(out, (uint32_t)batch.n);
	buf_put_str(out, batch);
	put_u32be(out, shard);
	put_u32be(out, count);
	buf_put(out, root, HASH_SHA256_LEN);
}

void record_put_status_text(struct buf *out, const struct record_status *s)
{
	buf_put_cz(out, "certfill-status-v1\n");
	put_u32be(out, (uint32_t)s->tenant.n);
	buf_put_str(out, s->tenant);
	buf_put(out, s->ulid, sizeof s->ulid);
	buf_put(out, &s->kind, 1);
	put_u32be(out, (uint32_t)s->reason.n);
	buf_put_str(out, s->reason);
	put_u32be(out, (uint32_t)((uint64_t)s->at_s >> 32));
	put_u32be(out, (uint32_t)s->at_s);
	buf_put(out, s->note_sha256, HASH_SHA256_LEN);
}
