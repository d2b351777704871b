// SPDX-License-Identifier: Apache-2.0
/* Merkle trees (RFC 9162). Runs in: sign, control, verify. */
#include "base/merkle.h"

#include "base/mem.h"

#include <string.h>

void merkle_leaf(struct bytes entry, struct merkle_hash *out)
{
	struct hash_stream h;

	hash_start(&h);
	hash_add(&h, (struct bytes){(const uint8_t *)"\0", 1});
	hash_add(&h, entry);
	hash_finish(&h, out->b);
}

static void node(
	const struct merkle_hash *left, const struct merkle_hash *right, struct merkle_hash *out)
{
	uint8_t in[1 + 2 * HASH_SHA256_LEN];

	in[0] = 1;
	memcpy(in + 1, left->b, HASH_SHA256_LEN);
	memcpy(in + 1 + HASH_SHA256_LEN, right->b, HASH_SHA256_LEN);
	hash_sha256((struct bytes){in, sizeof in}, out->b);
}

/*
 * Level by level: pairing neighbours and carrying an odd last node up unchanged gives the tree of
 * RFC 9162, whose left subtree is always the largest power of two.
 */
static size_t fold(struct merkle_hash *level, size_t count)
{
	size_t out = 0;

	for (size_t i = 0; i < count; i += 2) {
		if (i + 1 < count)
			node(&level[i], &level[i + 1], &level[out]);
		else
			level[out] = level[i];
		out++;
	}
	return out;
}

void merkle_root(const struct merkle_hash *leaves, size_t count, struct merkle_hash *out)
{
	struct merkle_hash *level;

	if (count == 0) {
		hash_sha256((struct bytes){NULL, 0}, out->b);
		return;
	}
	level = mem_zalloc(count, sizeof *level);
	memcpy(level, leaves, count * sizeof *level);
	while (count > 1)
		count = fold(level, count);
	*out = level[0];
	MEM_FREE(level);
}

void merkle_stream_add(struct merkle_stream *s, const struct merkle_hash *leaf)
{
	struct merkle_hash at = *leaf;
	size_t i = 0;

	/* As a binary counter: every carry joins two whole subtrees of the same size. */
	for (; (s->count >> i & 1) != 0; i++)
		node(&s->peak[i], &at, &at);
	s->peak[i] = at;
	s->count++;
}

void merkle_stream_root(const struct merkle_stream *s, struct merkle_hash *out)
{
	bool begun = false;

	if (s->count == 0)
		hash_sha256((struct bytes){NULL, 0}, out->b);
	/* From the smallest, rightmost subtree up. */
	for (size_t i = 0; i < ARRAY_COUNT(s->peak); i++) {
		if ((s->count >> i & 1) == 0)
			continue;
		if (begun)
			node(&s->peak[i], out, out);
		else
			*out = s->peak[i];
		begun = true;
	}
}

size_t merkle_path(
	const struct merkle_hash *leaves, size_t count, size_t index, struct merkle_hash out[64])
{
	struct merkle_hash *level = mem_zalloc(count, sizeof *level);
	size_t n = 0;

	CHECK(index < count);
	memcpy(level, leaves, count * sizeof *level);
	while (count > 1) {
		if ((index ^ 1) < count)
			out[n++] = level[index ^ 1];
		count = fold(level, count);
		index /= 2;
	}
	MEM_FREE(level);
	return n;
}

bool merkle_check(const struct merkle_hash *leaf, size_t index, size_t count,
	const struct merkle_hash *path, size_t path_count, const struct merkle_hash *root)
{
	struct merkle_hash r = *leaf;
	size_t last;

	if (index >= count)
		return false;
	last = count - 1;
	for (size_t i = 0; i < path_count; i++) {
		if (last == 0)
			return false;
		if ((index & 1) != 0 || index == last) {
			node(&path[i], &r, &r);
			while ((index & 1) == 0 && index != 0) {
				index >>= 1;
				last >>= 1;
			}
		} else {
			node(&r, &path[i], &r);
		}
		index >>= 1;
		last >>= 1;
	}
	return last == 0 && hash_equal(r.b, root->b, HASH_SHA256_LEN);
}
