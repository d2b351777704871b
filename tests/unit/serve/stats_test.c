// SPDX-License-Identifier: Apache-2.0
/* Figures in shared memory: whoever maps them reads what others wrote, and nothing but such a table. Runs in: make check. */
#include "base/file.h"
#include "serve/stats.h"
#include "tests/harness/harness.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

static struct stats_slot slot_of(uint64_t v)
{
	return (struct stats_slot){.alive_ms = v,
		.counts = {.accepted = v + 1, .bytes_out = v + 2},
		.known_bytes = v + 3};
}

static void one_writes_and_another_reads(void **state)
{
	struct stats_hall hall = {.fresh_ms = 7, .restarts = 8, .tenants = 9};
	struct stats_slot slot;
	struct stats *s;
	struct err err = {0};
	int status = 0;
	int fd = -1;

	(void)state;
	assert_ok(stats_create(&fd, &err), err);
	assert_ok(stats_map(fd, &s, &err), err);
	pid_t child = fork();

	if (child == 0) {
		struct stats_slot first = slot_of(100);
		struct stats_slot last = slot_of(UINT64_MAX - 10);
		struct stats *mine;

		if (stats_map(fd, &mine, &err) != RC_OK)
			_exit(1);
		stats_put_slot(mine, 0, &first);
		stats_put_slot(mine, STATS_SLOTS - 1, &last);
		/* There is no such slot: what lies behind the table stays as it is. */
		stats_put_slot(mine, STATS_SLOTS, &first);
		stats_put_hall(mine, &hall);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	stats_take_slot(s, 0, &slot);
	assert_true(slot.alive_ms == 100 && slot.counts.accepted == 101
		&& slot.counts.bytes_out == 102 && slot.known_bytes == 103);
	stats_take_slot(s, STATS_SLOTS - 1, &slot);
	assert_true(slot.alive_ms == UINT64_MAX - 10 && slot.known_bytes == UINT64_MAX - 7);
	stats_take_slot(s, 1, &slot);
	assert_true(slot.alive_ms == 0);
	stats_take_hall(s, &hall);
	assert_true(hall.fresh_ms == 7 && hall.restarts == 8 && hall.tenants == 9);
	close(fd);
}

static void the_table_cannot_be_cut_under_its_readers(void **state)
{
	struct err err = {0};
	int fd = -1;

	(void)state;
	assert_ok(stats_create(&fd, &err), err);
	assert_int_equal(ftruncate(fd, 0), -1);
	assert_int_equal(ftruncate(fd, 1 << 20), -1);
	close(fd);
}

static void another_file_is_no_table(void **state)
{
	struct stats *s = NULL;
	struct err err = {0};
	int fd = -1;

	(void)state;
	assert_ok(file_memory("short", &fd, &err), err);
	assert_int_equal(stats_map(fd, &s, &err), RC_PEER);
	assert_int_equal(stats_map(-1, &s, &err), RC_PEER);
	assert_null(s);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_writes_and_another_reads),
		cmocka_unit_test(the_table_cannot_be_cut_under_its_readers),
		cmocka_unit_test(another_file_is_no_table),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
