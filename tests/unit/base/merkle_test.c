// SPDX-License-Identifier: Apache-2.0
/* Merkle trees against the definition of RFC 9162, section 2.1, carried out literally. Runs in: make check. */
#include "base/merkle.h"
#include "tests/harness/harness.h"

#include <stdio.h>
#include <string.h>

#define LEAVES_MAX 130

static struct merkle_hash leaves[LEAVES_MAX];

static void make_leaves(void)
{
	for (size_t i = 0; i < LEAVES_MAX; i++) {
		char entry[16];
		int n = snprintf(entry, sizeof entry, "entry %zu", i);

		merkle_leaf((struct bytes){(const uint8_t *)entry, (size_t)n}, &leaves[i]);
	}
}

static void join(
	const struct merkle_hash *left, const struct merkle_hash *right, struct merkle_hash *out)
{
	uint8_t in[65];

	in[0] = 0x01;
	memcpy(in + 1, left->b, 32);
	memcpy(in + 33, right->b, 32);
	hash_sha256((struct bytes){in, sizeof in}, out->b);
}

static size_t split_of(size_t n)
{
	size_t k = 1;

	while (k * 2 < n)
		k *= 2;
	return k;
}

/* MTH(D_n), 2.1.1. */
static struct merkle_hash definition_root(const struct merkle_hash *d, size_t n)
{
	struct merkle_hash left;
	struct merkle_hash right;
	struct merkle_hash out;

	if (n == 1)
		return d[0];
	left = definition_root(d, split_of(n));
	right = definition_root(d + split_of(n), n - split_of(n));
	join(&left, &right, &out);
	return out;
}

/* PATH(m, D_n), 2.1.3.1. Returns how many. */
static size_t definition_path(
	size_t m, const struct merkle_hash *d, size_t n, struct merkle_hash *out)
{
	size_t k = n > 1 ? split_of(n) : 0;
	size_t count;

	if (n <= 1)
		return 0;
	if (m < k) {
		count = definition_path(m, d, k, out);
		out[count] = definition_root(d + k, n - k);
	} else {
		count = definition_path(m - k, d + k, n - k, out);
		out[count] = definition_root(d, k);
	}
	return count + 1;
}

static void roots_are_those_of_the_definition(void **state)
{
	static const uint8_t empty[] = {0xe3, 0xb0, 0xc4, 0x42};
	struct merkle_hash root;

	(void)state;
	merkle_root(NULL, 0, &root);
	assert_memory_equal(root.b, empty, sizeof empty);
	for (size_t n = 1; n <= LEAVES_MAX; n++) {
		struct merkle_hash wanted = definition_root(leaves, n);

		merkle_root(leaves, n, &root);
		assert_memory_equal(root.b, wanted.b, 32);
	}
}

/* A leaf is not a node: the prefix keeps an inner node from being shown as an entry. */
static void a_leaf_is_prefixed_by_zero(void **state)
{
	static const uint8_t prefixed[] = {0, 'x'};
	struct merkle_hash leaf;
	uint8_t wanted[32];

	(void)state;
	merkle_leaf(bytes_of(STR("x")), &leaf);
	hash_sha256((struct bytes){prefixed, 2}, wanted);
	assert_memory_equal(leaf.b, wanted, 32);
}

static void every_path_is_the_definition_s_and_checks(void **state)
{
	(void)state;
	for (size_t n = 1; n <= LEAVES_MAX; n++) {
		struct merkle_hash root;

		merkle_root(leaves, n, &root);
		for (size_t i = 0; i < n; i++) {
			struct merkle_hash path[64];
			struct merkle_hash wanted[64];
			size_t count = merkle_path(leaves, n, i, path);

			assert_int_equal(count, definition_path(i, leaves, n, wanted));
			for (size_t k = 0; k < count; k++)
				assert_memory_equal(path[k].b, wanted[k].b, 32);
			assert_true(merkle_check(&leaves[i], i, n, path, count, &root));
		}
	}
}

/* Whatever is changed, the check fails: index, count, leaf, any hash, length of the path, root. */
static void lies_do_not_check(void **state)
{
	(void)state;
	for (size_t n = 1; n <= 40; n++) {
		struct merkle_hash root;

		merkle_root(leaves, n, &root);
		for (size_t i = 0; i < n; i++) {
			struct merkle_hash path[65] = {0};
			size_t count = merkle_path(leaves, n, i, path);

			for (size_t k = 0; k < n + 3; k++)
				if (k != i)
					assert_false(
						merkle_check(&leaves[i], k, n, path, count, &root));
			assert_false(merkle_check(&leaves[i], i, 0, path, count, &root));
			assert_false(merkle_check(&leaves[i + 1], i, n, path, count, &root));
			assert_false(merkle_check(&leaves[i], i, n, path, count + 1, &root));
			if (count != 0)
				assert_false(
					merkle_check(&leaves[i], i, n, path, count - 1, &root));
			for (size_t k = 0; k < count; k++) {
				path[k].b[31] ^= 1;
				assert_false(merkle_check(&leaves[i], i, n, path, count, &root));
				path[k].b[31] ^= 1;
			}
			root.b[0] ^= 1;
			assert_false(merkle_check(&leaves[i], i, n, path, count, &root));
			root.b[0] ^= 1;
		}
	}
}

static void leaf_by_leaf_is_the_same(void **state)
{
	struct merkle_stream s = {0};

	(void)state;
	for (size_t n = 0; n <= ARRAY_COUNT(leaves); n++) {
		struct merkle_hash whole;
		struct merkle_hash streamed;

		merkle_root(leaves, n, &whole);
		merkle_stream_root(&s, &streamed);
		assert_memory_equal(streamed.b, whole.b, sizeof whole.b);
		if (n < ARRAY_COUNT(leaves))
			merkle_stream_add(&s, &leaves[n]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(roots_are_those_of_the_definition),
		cmocka_unit_test(a_leaf_is_prefixed_by_zero),
		cmocka_unit_test(every_path_is_the_definition_s_and_checks),
		cmocka_unit_test(lies_do_not_check),
		cmocka_unit_test(leaf_by_leaf_is_the_same),
	};

	harness_start();
	make_leaves();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
