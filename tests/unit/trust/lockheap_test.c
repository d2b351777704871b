// SPDX-License-Identifier: Apache-2.0
/* OpenSSL's memory: pieces do not overlap, are used again, and hold nothing when given back. */
#include "base/text.h"
#include "tests/harness/harness.h"
#include "trust/lockheap.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define PIECES 300

static size_t length_of(size_t i)
{
	return 1 + i * 7 % 1500;
}

static void pieces_are_apart_and_aligned(void **state)
{
	uint8_t *p[PIECES];

	(void)state;
	for (size_t i = 0; i < PIECES; i++) {
		p[i] = lockheap_alloc(length_of(i));
		assert_int_equal((uintptr_t)p[i] % 16, 0);
		memset(p[i], (int)(i % 251), length_of(i));
	}
	for (size_t i = 0; i < PIECES; i++) {
		for (size_t k = 0; k < length_of(i); k++)
			assert_int_equal(p[i][k], i % 251);
	}
	for (size_t i = 0; i < PIECES; i++)
		lockheap_release(p[i]);
	assert_null(lockheap_alloc(0));
	lockheap_release(NULL);
}

static void free_pieces_are_used_again(void **state)
{
	size_t before;

	(void)state;
	for (size_t i = 0; i < PIECES; i++)
		lockheap_release(lockheap_alloc(length_of(i)));
	before = lockheap_used_len();
	for (size_t round = 0; round < 1000; round++) {
		void *p = lockheap_alloc(length_of(round));
		void *q = lockheap_alloc(2000);

		lockheap_release(p);
		lockheap_release(q);
	}
	assert_true(lockheap_used_len() - before <= 2048 + 64);
}

static void what_is_given_back_is_cleared(void **state)
{
	uint8_t *p = lockheap_alloc(1000);

	(void)state;
	memset(p, 0x5A, 1000);
	lockheap_release(p);
	/* Its first bytes chain the free pieces. */
	for (size_t i = sizeof(void *); i < 1000; i++)
		assert_int_equal(p[i], 0);
}

static void resizing_keeps_what_is_there(void **state)
{
	uint8_t *p = lockheap_resize(NULL, 10);
	uint8_t *small;

	(void)state;
	memset(p, 0x5A, 10);
	small = p;
	p = lockheap_resize(p, 5000);
	assert_ptr_not_equal(p, small);
	for (size_t i = 0; i < 10; i++)
		assert_int_equal(p[i], 0x5A);
	for (size_t i = sizeof(void *); i < 10; i++)
		assert_int_equal(small[i], 0);
	memset(p, 0x5B, 5000);
	assert_ptr_equal(lockheap_resize(p, 4000), p);
	p = lockheap_resize(p, 100);
	for (size_t i = 0; i < 100; i++)
		assert_int_equal(p[i], 0x5B);
	assert_null(lockheap_resize(p, 0));
}

/* The region as the kernel sees it. */
static void it_is_locked_and_not_dumped(void **state)
{
	void *p = lockheap_alloc(64);
	uint64_t want = (uint64_t)(uintptr_t)p;
	FILE *smaps = fopen("/proc/self/smaps", "re");
	bool here = false;
	bool found = false;
	char line[512];

	(void)state;
	assert_non_null(smaps);
	while (fgets(line, sizeof line, smaps) != NULL) {
		uint64_t from;
		uint64_t to;

		if (sscanf(line, "%" SCNx64 "-%" SCNx64 " ", &from, &to) == 2)
			here = want >= from && want < to;
		if (here && strncmp(line, "VmFlags:", 8) == 0) {
			assert_non_null(strstr(line, " lo"));
			assert_non_null(strstr(line, " dd"));
			found = true;
		}
	}
	(void)fclose(smaps);
	assert_true(found);
	lockheap_release(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_are_apart_and_aligned),
		cmocka_unit_test(free_pieces_are_used_again),
		cmocka_unit_test(what_is_given_back_is_cleared),
		cmocka_unit_test(resizing_keeps_what_is_there),
		cmocka_unit_test(it_is_locked_and_not_dumped),
	};

	harness_start();
	if (!lockheap_open())
		print_message("this machine locks no memory: RLIMIT_MEMLOCK\n");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
