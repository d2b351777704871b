// SPDX-License-Identifier: Apache-2.0
/* Many messages hashed side by side, against each hashed alone. Runs in: make check. */
#include "base/hash_lanes.h"
#include "base/mem.h"
#include "tests/harness/harness.h"

#include <string.h>

#define MESSAGES_MAX 40
#define PARTS_MAX 9
#define POOL_LEN 70000

static uint64_t seed = 1;

static size_t below(size_t n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (size_t)(seed >> 33) % n;
}

/* Lengths about blocks' borders, and a few long ones. */
static size_t some_len(void)
{
	static const size_t near[] = {0, 0, 1, 55, 56, 63, 64, 65, 127, 128, 129, 640};

	return below(4) == 0 ? below(POOL_LEN / 2) : near[below(ARRAY_COUNT(near))];
}

struct message {
	struct hash_stream alone;
	struct hash_stream beside;
	struct bytes parts[PARTS_MAX];
};

static void make_message(const uint8_t *pool, struct message *m, struct hash_lane *lane)
{
	hash_start(&m->alone);
	if (below(2) == 0)
		hash_add(&m->alone, (struct bytes){pool, some_len()});
	m->beside = m->alone;
	*lane = (struct hash_lane){&m->beside, m->parts, below(PARTS_MAX + 1)};
	for (size_t i = 0; i < lane->part_count; i++) {
		m->parts[i] = (struct bytes){pool + below(POOL_LEN / 2), some_len()};
		if (m->parts[i].n == 0 && below(2) == 0)
			m->parts[i].p = NULL;
		hash_add(&m->alone, m->parts[i]);
	}
}

static void any_messages_together(void **state)
{
	struct message *messages = mem_zalloc(MESSAGES_MAX, sizeof *messages);
	uint8_t *pool = mem_alloc(POOL_LEN);

	(void)state;
	for (size_t i = 0; i < POOL_LEN; i++)
		pool[i] = (uint8_t)below(256);
	for (int round = 0; round < 300; round++) {
		struct hash_lane lanes[MESSAGES_MAX];
		size_t count = below(MESSAGES_MAX + 1);

		for (size_t i = 0; i < count; i++)
			make_message(pool, &messages[i], &lanes[i]);
		hash_lanes_add(lanes, count);
		for (size_t i = 0; i < count; i++) {
			uint8_t alone[HASH_SHA256_LEN];
			uint8_t beside[HASH_SHA256_LEN];

			/* More may follow, as in any stream. */
			hash_add(&messages[i].alone, bytes_of(STR("and so on")));
			hash_add(&messages[i].beside, bytes_of(STR("and so on")));
			hash_finish(&messages[i].alone, alone);
			hash_finish(&messages[i].beside, beside);
			assert_memory_equal(alone, beside, sizeof alone);
		}
	}
	MEM_FREE(pool);
	MEM_FREE(messages);
}

/* The number of bits goes from one word of the state to two. */
static void lengths_beyond_a_word(void **state)
{
	enum { COUNT = 16 };
	const size_t len = (size_t)1 << 20;
	uint8_t *zeros = mem_zalloc(1, len);
	const struct bytes more = {zeros, 4096};
	struct hash_stream alone;
	struct hash_stream beside[COUNT];
	struct hash_lane lanes[COUNT];
	uint8_t want[HASH_SHA256_LEN];

	(void)state;
	hash_start(&alone);
	for (size_t n = 512; n > 1; n--)
		hash_add(&alone, (struct bytes){zeros, len});
	hash_add(&alone, (struct bytes){zeros, len - 1024});
	for (size_t i = 0; i < COUNT; i++) {
		beside[i] = alone;
		lanes[i] = (struct hash_lane){&beside[i], &more, 1};
	}
	hash_lanes_add(lanes, COUNT);
	hash_add(&alone, more);
	hash_finish(&alone, want);
	for (size_t i = 0; i < COUNT; i++) {
		uint8_t got[HASH_SHA256_LEN];

		hash_finish(&beside[i], got);
		assert_memory_equal(got, want, sizeof want);
	}
	MEM_FREE(zeros);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_messages_together),
		cmocka_unit_test(lengths_beyond_a_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
