// SPDX-License-Identifier: Apache-2.0
/* Hashes of artifacts that begin alike. Runs in: store. */
#include "store/store_prefix.h"

#include <string.h>

static bool is_same(const struct store_prefix_part *k, const struct store_part *p)
{
	if (k->shared != p->shared || k->len != p->bytes.n)
		return false;
	if (k->shared)
		return memcmp(k->id, p->id, sizeof k->id) == 0;
	return k->len == 0 || memcmp(k->own, p->bytes.p, k->len) == 0;
}

/* Takes the beginning of this artifact as what others may begin with, too. */
static void learn(struct store_prefix *x, const struct store_part *parts, uint32_t count)
{
	struct hash_stream h;

	hash_start(&h);
	for (x->count = 0; x->count < count && x->count < STORE_PREFIX_PARTS; x->count++) {
		const struct store_part *p = &parts[x->count];
		struct store_prefix_part *k = &x->parts[x->count];

		if (!p->shared && p->bytes.n > STORE_PREFIX_PRIVATE_MAX)
			return;
		k->shared = p->shared;
		k->len = (uint32_t)p->bytes.n;
		if (p->shared)
			memcpy(k->id, p->id, sizeof k->id);
		else if (p->bytes.n > 0)
			memcpy(k->own, p->bytes.p, p->bytes.n);
		hash_add(&h, p->bytes);
		k->after = h;
	}
}

void store_prefix_hash(struct store_prefix *x, const struct store_part *parts, uint32_t count,
	uint8_t out[HASH_SHA256_LEN])
{
	struct hash_stream h;
	uint32_t same = 0;

	while (same < x->count && same < count && is_same(&x->parts[same], &parts[same]))
		same++;
	if (same == 0) {
		learn(x, parts, count);
		same = x->count;
	} else {
		x->count = same; /* what lies behind differs from artifact to artifact */
	}
	if (same == 0)
		hash_start(&h);
	else
		h = x->parts[same - 1].after;
	for (uint32_t i = same; i < count; i++)
		hash_add(&h, parts[i].bytes);
	hash_finish(&h, out);
}
