// SPDX-License-Identifier: Apache-2.0
/* Beginnings that are alike, nearly alike and not: the hash is always that of all bytes. Runs in: tests. */
#include "store/store_prefix.h"
#include "tests/harness/harness.h"

#include <string.h>

static struct store_part shared(struct str s)
{
	struct store_part p = {.bytes = bytes_of(s), .shared = true};
	uint8_t sha256[HASH_SHA256_LEN];

	hash_sha256(p.bytes, sha256);
	memcpy(p.id, sha256, sizeof p.id);
	return p;
}

static struct store_part private(struct str s)
{
	return (struct store_part){.bytes = bytes_of(s)};
}

static void check(struct store_prefix *x, const struct store_part *parts, uint32_t count)
{
	uint8_t got[HASH_SHA256_LEN];
	uint8_t want[HASH_SHA256_LEN];
	struct hash_stream h;

	hash_start(&h);
	for (uint32_t i = 0; i < count; i++)
		hash_add(&h, parts[i].bytes);
	hash_finish(&h, want);
	store_prefix_hash(x, parts, count, got);
	assert_memory_equal(got, want, sizeof want);
}

static void beginnings_are_learnt(void **state)
{
	static struct store_prefix x;
	struct store_part first[] = {private(STR("head")), shared(STR("a long piece of artwork")),
		private(STR("Ana")), shared(STR("more"))};
	struct store_part second[] = {first[0], first[1], private(STR("Ben")), first[3]};

	(void)state;
	memset(&x, 0, sizeof x);
	check(&x, first, 4);
	assert_int_equal(x.count, 4);
	check(&x, second, 4);
	assert_int_equal(x.count, 2);
	check(&x, first, 4);
	check(&x, first, 2);
	check(&x, first, 1);
	assert_int_equal(x.count, 1);
	check(&x, NULL, 0);
	check(&x, second, 4);
}

/* Each difference at the beginning is seen: content, length, shared or not, order. */
static void what_differs_is_not_taken(void **state)
{
	static struct store_prefix x;
	struct store_part first[] = {
		shared(STR("artwork")), private(STR("head")), private(STR(""))};
	struct store_part others[][3] = {
		{shared(STR("ertwork")), first[1], first[2]},
		{first[0], private(STR("haed")), first[2]},
		{first[0], private(STR("hea")), private(STR("d"))},
		{private(STR("artwork")), first[1], first[2]},
		{first[1], first[0], first[2]},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(others); i++) {
		memset(&x, 0, sizeof x);
		check(&x, first, 3);
		check(&x, others[i], 3);
		check(&x, first, 3);
	}
}

/* A private part that is long ends the beginning; so does the table's end. */
static void beginnings_end(void **state)
{
	static struct store_prefix x;
	static char text[STORE_PREFIX_PRIVATE_MAX + 1];
	struct store_part parts[STORE_PREFIX_PARTS + 8];

	(void)state;
	memset(&x, 0, sizeof x);
	memset(text, 'x', sizeof text);
	parts[0] = shared(STR("artwork"));
	parts[1] = private((struct str){text, sizeof text});
	parts[2] = private(STR("tail"));
	check(&x, parts, 3);
	assert_int_equal(x.count, 1);
	text[sizeof text - 1] = 'y';
	check(&x, parts, 3);
	memset(&x, 0, sizeof x);
	for (size_t i = 0; i < ARRAY_COUNT(parts); i++)
		parts[i] = shared(STR("piece"));
	check(&x, parts, ARRAY_COUNT(parts));
	assert_int_equal(x.count, STORE_PREFIX_PARTS);
	check(&x, parts, ARRAY_COUNT(parts));
	/* One that begins with what is long teaches nothing. */
	check(&x, parts + 1, 2);
	memset(&x, 0, sizeof x);
	parts[0] = private((struct str){text, sizeof text});
	check(&x, parts, 2);
	assert_int_equal(x.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(beginnings_are_learnt),
		cmocka_unit_test(what_differs_is_not_taken),
		cmocka_unit_test(beginnings_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
