// SPDX-License-Identifier: Apache-2.0
/* Several messages at once, against one after the other. Runs in: make check. */
#include "base/hash_many.h"
#include "tests/harness/harness.h"

#include <string.h>

#define JOBS_MAX 9
#define PARTS_MAX 12
#define TEXT_LEN 4096

static uint8_t text[TEXT_LEN];

static uint32_t next_random(uint64_t *x)
{
	*x = *x * 6364136223846793005U + 1442695040888963407U;
	return (uint32_t)(*x >> 33);
}

/* What the job will have to give: its state went on alone. */
static void expect(const struct hash_job *j, uint8_t out[HASH_SHA256_LEN])
{
	struct hash_stream h = j->state;

	for (size_t i = 0; i < j->part_count; i++)
		hash_add(&h, j->parts[i]);
	hash_finish(&h, out);
}

/* Lengths around the block's 64 bytes are the ones that go wrong. */
static struct bytes any_part(uint64_t *x)
{
	static const uint16_t lengths[] = {
		0, 1, 55, 56, 63, 64, 65, 127, 128, 129, 192, 1000, 2048, 3000};
	size_t n = lengths[next_random(x) % ARRAY_COUNT(lengths)];

	if (next_random(x) % 3 == 0)
		n = next_random(x) % 300;
	return (struct bytes){text + next_random(x) % (TEXT_LEN - n), n};
}

static void jobs_of_every_shape(void **state)
{
	uint64_t x = 7;

	(void)state;
	for (size_t i = 0; i < TEXT_LEN; i++)
		text[i] = (uint8_t)next_random(&x);
	for (size_t round = 0; round < 20000; round++) {
		struct bytes parts[JOBS_MAX][PARTS_MAX];
		uint8_t wanted[JOBS_MAX][HASH_SHA256_LEN];
		struct hash_job jobs[JOBS_MAX];
		size_t count = next_random(&x) % (JOBS_MAX + 1);

		for (size_t i = 0; i < count; i++) {
			jobs[i] = (struct hash_job){
				.parts = parts[i], .part_count = next_random(&x) % (PARTS_MAX + 1)};
			hash_start(&jobs[i].state);
			if (next_random(&x) % 2 == 0)
				hash_add(&jobs[i].state, any_part(&x));
			for (size_t k = 0; k < jobs[i].part_count; k++)
				parts[i][k] = any_part(&x);
			expect(&jobs[i], wanted[i]);
		}
		hash_many_finish(jobs, count);
		for (size_t i = 0; i < count; i++)
			assert_memory_equal(jobs[i].out, wanted[i], HASH_SHA256_LEN);
	}
}

/* The length at the end of the padding has 64 bits; libcrypto counts them in two words. */
static void lengths_carry_into_the_high_word(void **state)
{
	static uint8_t zeros[1 << 20];
	struct bytes parts[520];
	struct hash_job jobs[2];
	uint8_t wanted[HASH_SHA256_LEN];

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(parts); i++)
		parts[i] = (struct bytes){zeros, sizeof zeros};
	for (size_t i = 0; i < 2; i++) {
		jobs[i] = (struct hash_job){.parts = parts, .part_count = ARRAY_COUNT(parts)};
		hash_start(&jobs[i].state);
	}
	expect(&jobs[0], wanted);
	hash_many_finish(jobs, 2);
	assert_memory_equal(jobs[0].out, wanted, sizeof wanted);
	assert_memory_equal(jobs[1].out, wanted, sizeof wanted);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(jobs_of_every_shape),
		cmocka_unit_test(lengths_carry_into_the_high_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
