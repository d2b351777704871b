// SPDX-License-Identifier: Apache-2.0
/* Connections in all and by address, against a plain array of counts, in several loops. Runs in: make check. */
#include "base/file.h"
#include "serve/census.h"
#include "tests/harness/harness.h"

#include <sys/wait.h>
#include <unistd.h>

#define LOOPS 3

static struct peer_address nth(uint8_t i)
{
	struct peer_address a = {.ip = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, 0, 0}};

	a.ip[15] = i;
	return a;
}

static void open_all(struct census *c[LOOPS])
{
	struct err err = {0};
	int fd;

	assert_ok(census_create(LOOPS, &fd, &err), err);
	for (uint32_t i = 0; i < LOOPS; i++)
		assert_ok(census_map(fd, i, &c[i], &err), err);
	close(fd);
}

static void close_all(struct census *c[LOOPS])
{
	for (uint32_t i = 0; i < LOOPS; i++) {
		census_unmap(&c[i]);
		assert_null(c[i]);
	}
	census_unmap(&c[0]);
}

static void counts_as_an_array_does(void **state)
{
	struct census *c[LOOPS];
	unsigned model[LOOPS][40] = {0};
	unsigned sum[40] = {0};
	uint32_t seed = 1;

	(void)state;
	open_all(c);
	for (int step = 0; step < 200000; step++) {
		seed = seed * 1664525u + 1013904223u;
		uint8_t i = (uint8_t)((seed >> 16) % 40);
		uint8_t loop = (uint8_t)((seed >> 24) % LOOPS);
		struct peer_address a = nth(i);

		if ((seed >> 30 & 1) != 0) {
			bool added = census_add(c[loop], &a, 5);

			assert_int_equal(added, sum[i] < 5);
			model[loop][i] += added;
			sum[i] += added;
		} else if (model[loop][i] > 0) {
			census_drop(c[loop], &a);
			model[loop][i]--;
			sum[i]--;
		}
	}
	close_all(c);
}

static void one_ipv6_network_is_one_address(void **state)
{
	struct census *c[LOOPS];
	struct peer_address a = {.ip = {0x20, 1, 0xd, 0xb8, 0, 0, 0, 1}};
	struct peer_address other = {.ip = {0x20, 1, 0xd, 0xb8, 0, 0, 0, 2}};

	(void)state;
	open_all(c);
	for (uint8_t i = 0; i < 9; i++) {
		a.ip[15] = i;
		assert_int_equal(census_add(c[i % LOOPS], &a, 6), i < 6);
	}
	assert_true(census_add(c[0], &other, 6));
	close_all(c);
}

static void all_are_counted_together(void **state)
{
	struct census *c[LOOPS];

	(void)state;
	open_all(c);
	for (uint32_t i = 0; i < 9; i++)
		assert_int_equal(census_enter(c[i % LOOPS], 7), i < 7);
	assert_int_equal(census_open(c[1]), 7);
	assert_true(census_enter(c[2], 8));
	census_leave(c[0]);
	census_leave(c[1]);
	assert_int_equal(census_open(c[0]), 6);
	/* Of loop 2 there are three. */
	census_clear(c[0], 2);
	assert_int_equal(census_open(c[0]), 3);
	close_all(c);
}

static void a_dead_loop_holds_nothing(void **state)
{
	struct census *c[LOOPS];
	struct peer_address a = nth(1);

	(void)state;
	open_all(c);
	for (uint32_t i = 0; i < 6; i++)
		assert_true(census_add(c[i < 2 ? 0 : 1], &a, 6));
	assert_false(census_add(c[2], &a, 6));
	census_clear(c[0], 1);
	for (uint32_t i = 0; i < 4; i++)
		assert_true(census_add(c[2], &a, 6));
	assert_false(census_add(c[0], &a, 6));
	close_all(c);
}

/* Adds and drops as fast as it can; 1 when it once had more than the others left it. */
static int race(struct census *c, uint32_t max)
{
	struct peer_address a = nth(1);

	for (int round = 0; round < 20000; round++) {
		uint32_t have = 0;
		uint32_t in_all = 0;

		while (have <= max && census_add(c, &a, max))
			have++;
		while (in_all <= max && census_enter(c, max))
			in_all++;
		if (have > max || in_all > max)
			return 1;
		while (have-- > 0)
			census_drop(c, &a);
		while (in_all-- > 0)
			census_leave(c);
	}
	return 0;
}

static void processes_at_once_lose_no_count(void **state)
{
	struct census *c[LOOPS];
	struct peer_address a = nth(1);

	(void)state;
	open_all(c);
	for (int i = 0; i < LOOPS; i++)
		if (fork() == 0)
			_exit(race(c[i], 4));
	for (int i = 0; i < LOOPS; i++) {
		int status;

		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	assert_int_equal(census_open(c[0]), 0);
	for (uint32_t i = 0; i < 5; i++)
		assert_int_equal(census_add(c[i % LOOPS], &a, 4), i < 4);
	close_all(c);
}

static void other_memory_is_refused(void **state)
{
	struct census *c = NULL;
	struct err err = {0};
	int fd;

	(void)state;
	assert_ok(file_memory_of("short", bytes_of(STR("short")), &fd, &err), err);
	assert_int_equal(census_map(fd, 0, &c, &err), RC_PEER);
	close(fd);
	assert_ok(census_create(2, &fd, &err), err);
	assert_int_equal(census_map(fd, 2, &c, &err), RC_PEER);
	assert_int_equal(census_map(fd, CENSUS_LOOPS_MAX, &c, &err), RC_PEER);
	assert_true(ftruncate(fd, 16) != 0);
	close(fd);
	assert_null(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_as_an_array_does),
		cmocka_unit_test(one_ipv6_network_is_one_address),
		cmocka_unit_test(all_are_counted_together),
		cmocka_unit_test(a_dead_loop_holds_nothing),
		cmocka_unit_test(processes_at_once_lose_no_count),
		cmocka_unit_test(other_memory_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
