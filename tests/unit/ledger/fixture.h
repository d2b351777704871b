// SPDX-License-Identifier: Apache-2.0
/* What the ledger's tests share: a data directory of their own, a tenant, batches of made-up rows. */
#ifndef TESTS_UNIT_LEDGER_FIXTURE_H
#define TESTS_UNIT_LEDGER_FIXTURE_H

#include "base/hash.h"
#include "base/mem.h"
#include "base/merkle.h"
#include "base/text.h"
#include "ledger/ledger_award.h"
#include "ledger/ledger_credential.h"
#include "tests/harness/harness.h"

#include <string.h>

struct fixture {
	char *dir;
	struct ledger *l;
	struct arena *a;
	struct err err;
};

static const struct actor actor = {
	.tenant = {"demo", 4}, .principal = {"test", 4}, .role = {"certification:issue", 19}};

#define OK(call) \
	do { \
		f->err.text[0] = '\0'; \
		if ((call) != RC_OK) \
			fail_msg("%s: %s", #call, f->err.text); \
	} while (0)
#define FAILS(kind, call) assert_int_equal((call), kind)

static inline int fixture_open(void **state)
{
	struct fixture *f = mem_zalloc(1, sizeof *f);
	const struct ledger_tenant t = {.name = STR("demo"),
		.issuer_id = STR("did:web:example.org"),
		.issuer_name = STR("Example"),
		.base_url = STR("https://example.org")};

	f->dir = harness_make_dir();
	f->a = arena_new((size_t)64 << 20);
	OK(ledger_create(f->dir, &actor, &t, &f->l, &f->err));
	*state = f;
	return 0;
}

static inline int fixture_close(void **state)
{
	struct fixture *f = *state;

	ledger_free(&f->l);
	arena_free(&f->a);
	harness_remove(&f->dir);
	MEM_FREE(f);
	return 0;
}

/* Bytes that stand for something: the SHA-256 of a label and a number. */
static inline void fixture_hash(const char *label, uint32_t n, uint8_t *out, size_t out_len)
{
	uint8_t full[32];
	char text[128];

	(void)text_fmt(text, sizeof text, "%s %u", label, n);
	hash_sha256(bytes_of(str_of(text)), full);
	memcpy(out, full, out_len);
}

static inline struct batch fixture_batch(const char *id, const char *key)
{
	struct batch b = {.id = str_of(id),
		.idempotency_key = str_of(key),
		.name = STR("Spring"),
		.kid = STR("kid-1"),
		.issued_s = 1000,
		.engine_version = STR("1"),
		.manifest = bytes_of(STR("manifest"))};

	fixture_hash("manifest", 1, b.manifest_sha256, 32);
	fixture_hash("cohort", 1, b.cohort_sha256, 32);
	return b;
}

/* Awards of persons first .. first + count - 1 as rows of the batch, per_shard to a shard; ulid by id and row. */
static inline struct batch_row *fixture_rows(
	struct fixture *f, const char *id, uint32_t first, uint32_t count, uint32_t per_shard)
{
	struct batch_row *rows = arena_zalloc(f->a, count, sizeof *rows);

	for (uint32_t i = 0; i < count; i++) {
		uint8_t key[60];
		struct award_ask ask = {
			.wrapped_key = {key, sizeof key}, .claim_sealed = bytes_of(STR("claim"))};
		struct award w;

		fixture_hash("key", first + i, key, 32);
		fixture_hash("award", first + i, ask.identity_tag, 32);
		fixture_hash("person", first + i, ask.recipient_tag, 32);
		fixture_hash("claim", first + i, ask.claim_hash, 32);
		OK(ledger_award_find_or_create(f->l, &actor, f->a, &ask, &w, &f->err));
		rows[i] = (struct batch_row){.row_no = i + 1,
			.shard_no = i / per_shard,
			.award_no = w.award_no,
			.generation = w.generation + 1,
			.status_list = 1,
			.status_index = i,
			.valid_from_s = 1000,
			.valid_until_s = 2000,
			.sealed = bytes_of(STR("sealed row"))};
		fixture_hash(id, i, rows[i].ulid, 16);
		fixture_hash("content", first + i, rows[i].content_tag, 32);
		fixture_hash("commitment", first + i, rows[i].commitment, 32);
	}
	return rows;
}

/* A frozen batch of count persons from first on. */
static inline void fixture_plan(struct fixture *f, const char *id, const char *key, uint32_t first,
	uint32_t count, uint32_t per_shard)
{
	struct batch b = fixture_batch(id, key);
	uint8_t plan_hash[32];

	fixture_hash("plan", 1, plan_hash, 32);
	OK(ledger_begin(f->l, &f->err));
	OK(ledger_batch_begin(f->l, &actor, &b, &f->err));
	OK(ledger_batch_add_rows(f->l, &actor, str_of(id),
		fixture_rows(f, id, first, count, per_shard), count, &f->err));
	OK(ledger_batch_freeze(
		f->l, &actor, str_of(id), plan_hash, bytes_of(STR("policy")), &f->err));
	OK(ledger_commit(f->l, &f->err));
}

/* What a worker would hand in for the shard's rows. */
static inline struct shard_finish fixture_work(
	struct fixture *f, const char *id, const struct shard *s)
{
	struct shard_finish w = {.batch = str_of(id),
		.shard = s->no,
		.token = s->token,
		.kid = STR("record-1"),
		.signature = bytes_of(STR("signature"))};
	struct batch_rows rows;
	struct shard_credential *list;
	struct merkle_hash *leaves;

	OK(ledger_shard_rows(f->l, f->a, str_of(id), s->no, &rows, &f->err));
	list = arena_zalloc(f->a, rows.count, sizeof *list);
	leaves = arena_zalloc(f->a, rows.count, sizeof *leaves);
	for (uint32_t i = 0; i < rows.count; i++) {
		struct shard_credential *x = &list[i];

		x->row_no = rows.items[i].row_no;
		memcpy(x->ulid, rows.items[i].ulid, 16);
		fixture_hash(id, 100000 + x->row_no, x->tag_hash, 32);
		x->token_version = 1;
		x->record = str_fmt(f->a, "{\"row\":%u}", x->row_no);
		x->published = bytes_of(STR("published"));
		x->claimed = bytes_of(STR("claimed"));
		x->artifact_count = 4;
		for (uint8_t k = 0; k < 4; k++) {
			x->artifacts[k] = (struct shard_artifact){
				.kind = (uint8_t)(k + 1), .len = 1000 + x->row_no};
			fixture_hash("artifact", x->row_no * 8 + k, x->artifacts[k].sha256, 32);
		}
		merkle_leaf(bytes_of(x->record), &leaves[i]);
	}
	merkle_root(leaves, rows.count, (struct merkle_hash *)w.root);
	w.credentials = list;
	w.credential_count = rows.count;
	return w;
}

/* Claims and finishes every shard that is ready. */
static inline struct shard_result fixture_issue(struct fixture *f, const char *id)
{
	struct shard_result sum = {0};
	struct shard s;
	bool found;

	for (;;) {
		struct shard_result r;
		struct shard_finish w;

		OK(ledger_shard_claim(f->l, &actor, str_of(id), &s, &found, &f->err));
		if (!found)
			return sum;
		w = fixture_work(f, id, &s);
		OK(ledger_shard_finish(f->l, &actor, &w, &r, &f->err));
		sum.issued += r.issued;
		sum.unchanged += r.unchanged;
		sum.failed += r.failed;
	}
}

#endif
