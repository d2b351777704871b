// SPDX-License-Identifier: Apache-2.0
/* SIGN_SHARD: records and their root. Runs in: sign. */
#include "base/merkle.h"
#include "formats/record.h"
#include "formats/token.h"
#include "ipc/wire_render.h"
#include "trust/sign.h"
#include "trust/sign_check.h"

#include <string.h>

#define RECORD_MAX ((size_t)4096)
/* JSON's exact integers end here (RFC 8785, section 3.2.2.3). */
#define LEN_MAX ((uint64_t)1 << 53)

static const char *artifact_name(uint8_t kind)
{
	static const char *const names[] = {[ARTIFACT_PDF] = "pdf",
		[ARTIFACT_PNG] = "png",
		[ARTIFACT_BADGE] = "badge",
		[ARTIFACT_JWT] = "jwt",
		[ARTIFACT_PASS] = "pass",
		[ARTIFACT_JWT_1EDTECH] = "jwt-1edtech"};

	return kind < ARRAY_COUNT(names) ? names[kind] : NULL;
}

/* The tag is ours to make, so a record that names another one is not about a token of ours. */
static bool is_own_tag(const struct sign_state *s, const struct wire_record *r)
{
	uint8_t tag[TOKEN_TAG_LEN];
	uint8_t hash[HASH_SHA256_LEN];

	token_tag(secret_bytes(s->token_key), str_of(s->ring.tenant), r->ulid, tag);
	hash_sha256((struct bytes){tag, sizeof tag}, hash);
	return hash_equal(hash, r->tag_hash, sizeof hash);
}

static enum rc check_record(const struct sign_state *s, const struct sign_policy *p,
	const struct wire_record *r, struct err *err)
{
	enum rc rc;

	if (r->row >= p->wire.row_count || r->credential >= p->wire.credentials.count)
		return err_set(err, RC_INPUT, "record of row %u lies outside the batch", r->row);
	rc = sign_check_days(r->valid_from_s, r->valid_until_s, WIRE_NO_DAY, err);
	if (rc != RC_OK)
		return err_wrap(err, "record of row %u", r->row);
	if (!is_own_tag(s, r))
		return err_set(err, RC_INPUT, "record of row %u names a token that is not its own",
			r->row);
	for (uint32_t i = 0; i < r->artifacts.count; i++) {
		if (artifact_name(r->artifacts.items[i].kind) == NULL
			|| r->artifacts.items[i].len >= LEN_MAX)
			return err_set(err, RC_INPUT,
				"record of row %u lists an artifact of no known kind", r->row);
	}
	return RC_OK;
}

static struct str record_text(
	const struct sign_policy *p, const struct wire_record *r, struct arena *a)
{
	struct record_artifact artifacts[8];
	struct record record = {.batch = p->wire.batch,
		.row = r->row,
		.credential = r->credential,
		.commitment = r->commitment,
		.tag_hash = r->tag_hash,
		.valid_from_s = r->valid_from_s,
		.valid_until_s = r->valid_until_s,
		.status_list = r->status_list,
		.status_index = r->status_index,
		.artifacts = artifacts,
		.artifact_count = r->artifacts.count};
	struct buf text = buf_new(RECORD_MAX);
	struct str out;

	CHECK(r->artifacts.count <= ARRAY_COUNT(artifacts));
	memcpy(record.ulid, r->ulid, sizeof record.ulid);
	for (uint32_t i = 0; i < r->artifacts.count; i++) {
		const struct wire_record_artifact *artifact = &r->artifacts.items[i];

		artifacts[i] = (struct record_artifact){
			str_of(artifact_name(artifact->kind)), artifact->len, artifact->sha256};
	}
	record_put(&text, &record);
	CHECK(!text.full);
	out = str_dup(a, buf_str(&text));
	buf_free(&text);
	return out;
}

static enum rc make_records(const struct sign_state *s, const struct sign_policy *p,
	const struct wire_sign_shard *ask, struct arena *a, struct wire_signed_shard *out,
	struct err *err)
{
	struct merkle_hash *leaves = arena_zalloc(a, ask->records.count, sizeof *leaves);
	struct merkle_hash root;
	size_t len = 0;

	out->records.items = arena_zalloc(a, ask->records.count, sizeof *out->records.items);
	out->records.count = ask->records.count;
	for (uint32_t i = 0; i < ask->records.count; i++) {
		enum rc rc = check_record(s, p, &ask->records.items[i], err);

		if (rc != RC_OK)
			return rc;
		out->records.items[i] = record_text(p, &ask->records.items[i], a);
		len += 4 + out->records.items[i].n;
		merkle_leaf(bytes_of(out->records.items[i]), &leaves[i]);
	}
	if (len > MESSAGE_PAYLOAD_MAX - 256)
		return err_set(err, RC_LIMIT,
			"the records of shard %u take %zu bytes, more than a frame holds",
			ask->shard, len);
	merkle_root(leaves, ask->records.count, &root);
	memcpy(out->root, root.b, sizeof out->root);
	return RC_OK;
}

static enum rc sign_root(const struct key *key, const struct wire_sign_shard *ask, struct arena *a,
	struct wire_signed_shard *out, struct err *err)
{
	uint8_t *signature = arena_zalloc(a, 1, 64);
	struct buf text = buf_new(1024);
	enum rc rc;

	record_put_shard_text(&text, ask->batch, ask->shard, ask->records.count, out->root);
	CHECK(!text.full);
	rc = key_sign(key, buf_bytes(&text), signature, err);
	buf_free(&text);
	out->kid = str_of(key->kid);
	out->signature = (struct bytes){signature, 64};
	return rc;
}

enum rc sign_shard(struct worker *w, struct frame *frame, const void *request, struct err *err)
{
	struct sign_state *s = worker_state(w);
	const struct wire_sign_shard *ask = request;
	struct wire_signed_shard answer = {0};
	const struct key *key = NULL;
	struct sign_policy *p;
	enum rc rc = sign_policy_find(&s->policies, ask->batch, &p, err);

	(void)frame;
	if (rc == RC_OK && ask->records.count == 0)
		rc = err_set(err, RC_INPUT, "shard %u has no records", ask->shard);
	if (rc == RC_OK)
		rc = keyring_active(&s->ring, KEY_RECORD, p->wire.issued_s, &key, err);
	if (rc == RC_OK)
		rc = make_records(s, p, ask, worker_arena(w), &answer, err);
	if (rc == RC_OK)
		rc = sign_root(key, ask, worker_arena(w), &answer, err);
	return rc == RC_OK ? worker_reply(w, MESSAGE_SIGNED_SHARD, &answer, err) : rc;
}
