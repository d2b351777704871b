// SPDX-License-Identifier: Apache-2.0
/*
 * fill DATA COUNT: COUNT issued credentials in the ledger of tenant "default", by the ledger's own functions,
 * with records, roots signed by the tenant's record key and public views, but nothing drawn and nothing
 * stored. Prints their tokens, one a line. For measuring what serves them.
 */
#include "base/clock.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/merkle.h"
#include "base/random.h"
#include "base/text.h"
#include "formats/record.h"
#include "formats/token.h"
#include "ipc/wire_sign.h"
#include "ledger/ledger_award.h"
#include "ledger/ledger_credential.h"
#include "ledger/ledger_public.h"
#include "trust/keyfile.h"
#include "trust/ossl.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BATCH_ROWS 10000u
#define SHARD_ROWS 100u
#define TENANT STR("default")

static struct {
	struct ledger *ledger;
	struct arena *arena; /* of one shard, or of one batch's planning */
	struct seal *seal;
	uint8_t publish_key[SEAL_KEY_LEN];
	uint8_t token_key[32];
	char record_kid[KEYFILE_KID_MAX + 1];
	EVP_PKEY *record_key;
	int64_t now_s;
} fill;

static const struct actor actor = {.tenant = {"default", 7},
	.principal = {"test:fill", 9},
	.role = {"certification:issue", 19}};

static void must(enum rc rc, const struct err *err)
{
	if (rc == RC_OK)
		return;
	(void)fprintf(stderr, "fill: %s\n", err->text);
	exit(1);
}

static void take_key(const struct keyfile_key *key)
{
	if (key->purpose == KEY_RECORD && fill.record_key == NULL) {
		fill.record_key = ossl_load_ed25519(key->private_half);
		(void)text_fmt(fill.record_kid, sizeof fill.record_kid, STR_FMT, STR_ARG(key->kid));
	} else if (key->purpose == KEY_TOKEN) {
		token_key(key->private_half, TENANT, key->kid, fill.token_key);
	} else if (key->purpose == KEY_DATA) {
		ledger_public_key(key->private_half, TENANT, fill.publish_key);
	}
}

static void read_keys(const char *data)
{
	static uint8_t raw[KEYFILE_LEN_MAX];
	static struct keyfile file;
	char path[4096];
	struct err err = {0};
	ssize_t n;
	AUTO_FD fd = -1;

	(void)text_fmt(path, sizeof path, "%s/keys/default/keys", data);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd >= 0 ? read(fd, raw, sizeof raw) : -1;
	if (n < 0) {
		(void)fprintf(stderr, "fill: cannot read %s\n", path);
		exit(1);
	}
	must(keyfile_parse((struct bytes){raw, (size_t)n}, &file, &err), &err);
	for (size_t i = 0; i < file.key_count; i++)
		take_key(&file.keys[i]);
	CHECK(fill.record_key != NULL);
}

static void draw_ulid(uint8_t out[ULID_LEN])
{
	uint8_t random[10];

	random_fill(random, sizeof random);
	ulid_make(clock_wall_s() * 1000, random, out);
}

/* ---- a batch's plan ---- */

static void plan_row(struct batch_row *row, uint32_t i, uint32_t number)
{
	uint8_t wrapped[SEAL_WRAPPED_LEN];
	uint8_t claim[60] = {0};
	struct award_ask ask = {
		.wrapped_key = {wrapped, sizeof wrapped}, .claim_sealed = {claim, sizeof claim}};
	static const char sealed[400] = "as long as a row is";
	struct award award;
	struct err err = {0};

	random_fill(wrapped, sizeof wrapped);
	random_fill(ask.identity_tag, sizeof ask.identity_tag);
	random_fill(ask.recipient_tag, sizeof ask.recipient_tag);
	random_fill(ask.claim_hash, sizeof ask.claim_hash);
	must(ledger_award_find_or_create(fill.ledger, &actor, fill.arena, &ask, &award, &err),
		&err);
	*row = (struct batch_row){.row_no = i + 1,
		.shard_no = i / SHARD_ROWS,
		.award_no = award.award_no,
		.generation = 1,
		.status_list = 1 + number / 131072,
		.status_index = number % 131072,
		.valid_from_s = fill.now_s,
		.valid_until_s = INT64_MIN,
		.sealed = {(const uint8_t *)sealed, sizeof sealed}};
	draw_ulid(row->ulid);
	random_fill(row->subject, sizeof row->subject);
	random_fill(row->commitment, sizeof row->commitment);
	random_fill(row->content_tag, sizeof row->content_tag);
}

static void plan(const char *id, uint32_t first, uint32_t count)
{
	struct batch b = {.id = str_of(id),
		.idempotency_key = str_of(id),
		.name = STR("Load"),
		.kid = str_of(fill.record_kid),
		.issued_s = fill.now_s,
		.engine_version = STR("fill"),
		.manifest = bytes_of(STR("{}"))};
	struct batch_credential credential = {.key = STR("diploma"), .fonts = bytes_of(STR("-"))};
	struct batch_row *rows = arena_zalloc(fill.arena, count, sizeof *rows);
	uint8_t plan_hash[32] = {1};
	struct err err = {0};

	must(ledger_begin(fill.ledger, &err), &err);
	must(ledger_batch_begin(fill.ledger, &actor, &b, &err), &err);
	must(ledger_batch_add_credential(fill.ledger, &actor, b.id, &credential, &err), &err);
	for (uint32_t i = 0; i < count; i++)
		plan_row(&rows[i], i, first + i);
	must(ledger_batch_add_rows(fill.ledger, &actor, b.id, rows, count, &err), &err);
	must(ledger_batch_freeze(fill.ledger, &actor, b.id, plan_hash, bytes_of(STR("{}")), &err),
		&err);
	must(ledger_commit(fill.ledger, &err), &err);
}

/* ---- its shards ---- */

static struct bytes seal_view(const uint8_t ulid[16], enum public_box box)
{
	static const struct public_value values[] = {
		{{"achievement.name", 16}, {"Master of Arts in Comparative Literature", 40}},
		{{"achievement.type", 16}, {"MasterDegree", 12}},
		{{"recipient.name", 14}, {"Zaneta Grzegzolkowska-Swiatek", 29}},
		{{"issued_on", 9}, {"2025-06-13", 10}},
		{{"field.honors", 12}, {"summa cum laude", 15}}};
	struct public_view view = {.lang = STR("en"), .picture = true};
	struct public_place place = {TENANT, box, ulid};
	struct buf out = buf_new(PUBLIC_BOX_MAX);
	struct err err = {0};
	struct bytes kept;

	view.values.items = arena_dup(fill.arena, values, sizeof values);
	view.values.count = ARRAY_COUNT(values);
	must(ledger_public_seal(fill.seal, fill.publish_key, &place, &view, &out, &err), &err);
	kept = (struct bytes){arena_dup(fill.arena, out.p, out.n), out.n};
	buf_free(&out);
	return kept;
}

static void put_artifacts(struct shard_credential *c, struct record_artifact out[4])
{
	static const struct str kinds[] = {{"pdf", 3}, {"png", 3}, {"badge", 5}, {"jwt", 3}};

	for (uint8_t k = 0; k < ARRAY_COUNT(kinds); k++) {
		c->artifacts[k] = (struct shard_artifact){.kind = (uint8_t)(k + 1), .len = 50000};
		random_fill(c->artifacts[k].sha256, 32);
		out[k] = (struct record_artifact){
			kinds[k], c->artifacts[k].len, c->artifacts[k].sha256};
	}
	c->artifact_count = ARRAY_COUNT(kinds);
}

static void issue_row(const char *batch, const struct batch_row *row, struct shard_credential *c)
{
	struct record_artifact artifacts[4];
	struct record r = {.batch = str_of(batch),
		.row = row->row_no,
		.commitment = row->commitment,
		.tag_hash = c->tag_hash,
		.valid_from_s = row->valid_from_s,
		.valid_until_s = row->valid_until_s,
		.status_list = row->status_list,
		.status_index = row->status_index,
		.artifacts = artifacts,
		.artifact_count = ARRAY_COUNT(artifacts)};
	struct buf text = buf_new(16384);
	uint8_t tag[TOKEN_TAG_LEN];
	char token[TOKEN_TEXT_LEN + 1];

	c->row_no = row->row_no;
	c->token_version = 1;
	memcpy(c->ulid, row->ulid, 16);
	memcpy(r.ulid, row->ulid, 16);
	token_tag((struct bytes){fill.token_key, 32}, TENANT, row->ulid, tag);
	token_text(row->ulid, tag, token);
	hash_sha256((struct bytes){tag, sizeof tag}, c->tag_hash);
	put_artifacts(c, artifacts);
	record_put(&text, &r);
	CHECK(!text.full);
	c->record = str_dup(fill.arena, buf_str(&text));
	buf_free(&text);
	c->published = seal_view(row->ulid, PUBLIC_BOX_PUBLISHED);
	c->claimed = seal_view(row->ulid, PUBLIC_BOX_CLAIMED);
	(void)puts(token);
}

static void sign(struct shard_finish *work, uint8_t signature[64])
{
	AUTO(EVP_MD_CTX) ctx = EVP_MD_CTX_new();
	struct buf text = buf_new(1024);
	size_t n = 64;

	record_put_shard_text(&text, work->batch, work->shard, work->credential_count, work->root);
	CHECK(EVP_DigestSignInit(ctx, NULL, NULL, NULL, fill.record_key) == 1);
	CHECK(EVP_DigestSign(ctx, signature, &n, text.p, text.n) == 1);
	work->signature = (struct bytes){signature, n};
	buf_free(&text);
}

static void issue(const char *batch, const struct shard *s)
{
	struct shard_finish work = {.batch = str_of(batch),
		.shard = s->no,
		.token = s->token,
		.kid = str_of(fill.record_kid)};
	struct shard_credential *list;
	struct merkle_hash leaves[SHARD_ROWS];
	struct shard_result result;
	struct batch_rows rows;
	uint8_t signature[64];
	struct err err = {0};

	must(ledger_shard_rows(fill.ledger, fill.arena, work.batch, s->no, &rows, &err), &err);
	list = arena_zalloc(fill.arena, rows.count, sizeof *list);
	for (uint32_t i = 0; i < rows.count; i++) {
		issue_row(batch, &rows.items[i], &list[i]);
		merkle_leaf(bytes_of(list[i].record), &leaves[i]);
	}
	work.credentials = list;
	work.credential_count = rows.count;
	merkle_root(leaves, rows.count, (struct merkle_hash *)work.root);
	sign(&work, signature);
	must(ledger_shard_finish(fill.ledger, &actor, &work, &result, &err), &err);
	CHECK(result.issued == rows.count);
}

static void fill_batch(uint32_t first, uint32_t count)
{
	uint8_t ulid[ULID_LEN];
	char id[ULID_TEXT_LEN + 1];
	struct shard s;
	struct err err = {0};
	bool found = true;

	draw_ulid(ulid);
	ulid_text(ulid, id);
	plan(id, first, count);
	for (;;) {
		arena_reset(fill.arena);
		must(ledger_shard_claim(fill.ledger, &actor, str_of(id), &s, &found, &err), &err);
		if (!found)
			break;
		issue(id, &s);
	}
	must(ledger_batch_finish(fill.ledger, &actor, str_of(id), STR("{}"), &err), &err);
}

int main(int argc, char **argv)
{
	uint64_t count = 0;
	struct err err = {0};

	if (argc != 3 || !str_to_u64(str_of(argv[2]), 100000000, &count)) {
		(void)fprintf(stderr, "usage: fill DATA COUNT\n");
		return 2;
	}
	fill.arena = arena_new((size_t)256 << 20);
	fill.seal = seal_new();
	fill.now_s = clock_wall_s() + 1;
	read_keys(argv[1]);
	must(ledger_open(argv[1], TENANT, 0, &fill.ledger, &err), &err);
	for (uint32_t at = 0; at < count; at += BATCH_ROWS) {
		uint32_t left = (uint32_t)count - at;

		fill_batch(at, left < BATCH_ROWS ? left : BATCH_ROWS);
		(void)fprintf(stderr, "\r%u", at + (left < BATCH_ROWS ? left : BATCH_ROWS));
	}
	(void)fputc('\n', stderr);
	ledger_free(&fill.ledger);
	EVP_PKEY_free(fill.record_key);
	seal_free(&fill.seal);
	arena_free(&fill.arena);
	return 0;
}
