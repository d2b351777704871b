// SPDX-License-Identifier: Apache-2.0
/*
 * Is a record genuine: its leaf lies in its shard, and the shard's root was signed by the tenant's record
 * key (ADR 0025). A root that was good once stays good: its leaves are kept, and every record is held
 * against them anew. Whether the key was good is asked each time. Runs in: verify.
 */
#include "base/mem.h"
#include "formats/ed25519.h"
#include "formats/record.h"
#include "ipc/wire_sign.h"
#include "serve/look.h"

#include <string.h>

static const struct ledger_key *record_key(const struct site_tenant *t, struct str kid)
{
	for (uint32_t i = 0; i < t->keys.count; i++)
		if (t->keys.items[i].purpose == KEY_RECORD && str_eq(t->keys.items[i].kid, kid))
			return &t->keys.items[i];
	return NULL;
}

/* The set that a shard's root may be in. The last letters of a batch's id are random. */
static struct site_root *set_of(struct site *s, const struct look *l)
{
	uint32_t h = l->credential.shard * UINT32_C(2654435761);

	for (size_t i = 0; i < l->credential.batch.n; i++)
		h = (h ^ (uint8_t)l->credential.batch.p[i]) * UINT32_C(16777619);
	h ^= h >> 15;
	return &s->roots[h % (SITE_ROOTS_MAX / SITE_ROOTS_WAYS) * SITE_ROOTS_WAYS];
}

static struct site_root *kept(struct site *s, const struct look *l)
{
	struct site_root *set = set_of(s, l);

	for (uint32_t i = 0; i < SITE_ROOTS_WAYS; i++)
		if (set[i].tenant == l->tenant && set[i].shard == l->credential.shard
			&& str_eq_cz(l->credential.batch, set[i].batch))
			return &set[i];
	return NULL;
}

/* A free one of the set, else each in its turn. */
static struct site_root *place_for(struct site *s, const struct look *l)
{
	struct site_root *set = set_of(s, l);

	for (uint32_t i = 0; i < SITE_ROOTS_WAYS; i++)
		if (set[i].tenant == NULL)
			return &set[i];
	return &set[s->next_root++ % SITE_ROOTS_WAYS];
}

static bool is_signed(const struct look *l, const struct shard_root *root)
{
	const struct ledger_key *key = record_key(l->tenant, root->kid);
	struct buf text = buf_new(1024);
	bool good;

	if (key == NULL || key->public_key.n != ED25519_KEY_LEN
		|| root->signature.n != ED25519_SIGNATURE_LEN)
		return false;
	record_put_shard_text(
		&text, l->credential.batch, l->credential.shard, root->count, root->root);
	good = !text.full && ed25519_verify(key->public_key.p, buf_bytes(&text), root->signature.p);
	buf_free(&text);
	return good;
}

/* The leaves as the root names them. */
static void check_root(const struct look *l, const struct shard_root *root, struct site_root *out)
{
	struct merkle_hash computed;

	*out = (struct site_root){.tenant = l->tenant, .shard = l->credential.shard};
	memcpy(out->batch, l->credential.batch.p,
		l->credential.batch.n < sizeof out->batch ? l->credential.batch.n : 0);
	if (root->kid.n >= sizeof out->kid
		|| root->leaves.n != (size_t)root->count * sizeof(struct merkle_hash))
		return;
	memcpy(out->kid, root->kid.p, root->kid.n);
	out->count = root->count;
	out->leaves = mem_zalloc(root->count, sizeof *out->leaves);
	memcpy(out->leaves, root->leaves.p, root->leaves.n);
	merkle_root(out->leaves, out->count, &computed);
	out->good = memcmp(computed.b, root->root, sizeof computed.b) == 0 && is_signed(l, root);
}

static enum rc open_root(struct site *s, struct arena *a, const struct look *l,
	struct site_root **out, struct err *err)
{
	struct shard_roots roots;
	struct site_root *place;
	enum rc rc = ledger_shard_roots(
		l->tenant->ledger, a, l->credential.batch, l->credential.shard, 1, &roots, err);

	*out = NULL;
	if (rc != RC_OK || roots.count == 0 || roots.items[0].shard != l->credential.shard)
		return rc;
	place = place_for(s, l);
	MEM_FREE(place->leaves);
	check_root(l, &roots.items[0], place);
	*out = place;
	return RC_OK;
}

enum rc look_check_record(struct site *s, struct arena *a, const struct look *l, bool *good,
	struct str *kid, struct err *err)
{
	struct site_root *root = kept(s, l);
	struct merkle_hash leaf;
	enum rc rc = RC_OK;

	*good = false;
	if (root == NULL)
		rc = open_root(s, a, l, &root, err);
	if (rc != RC_OK || root == NULL)
		return rc;
	merkle_leaf(bytes_of(l->credential.record), &leaf);
	*good = root->good && l->credential.leaf < root->count
		&& memcmp(root->leaves[l->credential.leaf].b, leaf.b, sizeof leaf.b) == 0;
	*kid = str_dup(a, str_of(root->kid));
	/* What was not good may have been read badly. */
	if (!root->good) {
		MEM_FREE(root->leaves);
		*root = (struct site_root){0};
	}
	return RC_OK;
}
