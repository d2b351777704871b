// SPDX-License-Identifier: Apache-2.0
/*
 * Workers are started, confined and ended, STARTS times (500) one after the other: no descriptor, process, mount, memory
 * descriptor or control group is left over. Says what one start costs. Runs in: make test; test-all with 10,000; bench.
 */
#include "base/mem.h"
#include "ipc/cgroup.h"
#include "ipc/spawn.h"
#include "tests/harness/harness.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define COUNT_MAX 1000000U

/* Lines of a file of /proc that hold word; -1 when it cannot be read. */
static int count_lines(const char *path, const char *word)
{
	FILE *f = fopen(path, "re");
	char *line = NULL;
	size_t room = 0;
	int count = 0;

	if (f == NULL)
		return -1;
	while (getline(&line, &room, f) >= 0)
		count += strstr(line, word) != NULL;
	mem_release(line);
	(void)fclose(f);
	return count;
}

struct left {
	int fds;
	int mounts;
	int mapped; /* memory descriptors */
};

static struct left look(void)
{
	return (struct left){harness_open_fds(), count_lines("/proc/self/mountinfo", ""),
		count_lines("/proc/self/maps", "memfd:")};
}

static int64_t now_us(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* From nothing to READY, in microseconds; the end of the worker is not part of it. */
static enum rc start_once(int64_t *us, struct err *err)
{
	const struct spawn_options o = {.role = ROLE_NULL, .dir_fd = -1};
	struct arena *a = arena_new((size_t)1 << 16);
	int64_t begin = now_us();
	struct spawn_child child;
	struct wire_ready ready;
	enum rc rc = spawn_start(&o, &child, err);

	if (rc == RC_OK) {
		rc = spawn_lock(&child, a, &ready, err);
		*us = now_us() - begin;
		spawn_kill(&child);
	}
	arena_free(&a);
	return rc;
}

/* Of us and of the workers that have ended. */
static double cpu_ms(void)
{
	double ms = 0;

	for (int who = RUSAGE_CHILDREN; who <= RUSAGE_SELF; who++) {
		struct rusage u;

		assert_int_equal(getrusage(who, &u), 0);
		ms += (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000
			+ (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1000;
	}
	return ms;
}

static int compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a;
	int64_t y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static void nothing_is_left_over(void **state)
{
	const char *wanted = getenv("STARTS");
	uint64_t count = 500;
	struct err err = {0};
	int64_t *us;
	double cpu;
	struct left before;
	struct left after;

	(void)state;
	assert_true(wanted == NULL || str_to_u64(str_of(wanted), COUNT_MAX, &count));
	us = mem_zalloc(count + 1, sizeof *us);
	/* The first finds the programs. */
	assert_ok(start_once(&us[0], &err), err);
	before = look();
	cpu = cpu_ms();
	for (uint64_t i = 0; i < count; i++)
		assert_ok(start_once(&us[i], &err), err);
	cpu = (cpu_ms() - cpu) / (double)count;
	after = look();
	assert_int_equal(after.fds, before.fds);
	assert_int_equal(after.mounts, before.mounts);
	assert_int_equal(after.mapped, before.mapped);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
	qsort(us, count, sizeof *us, compare);
	(void)printf("worker start: p50 %.2f ms, p99 %.2f ms, %.2f ms of CPU, over %llu starts\n",
		(double)us[count / 2] / 1000, (double)us[count * 99 / 100] / 1000, cpu,
		(unsigned long long)count);
	MEM_FREE(us);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_left_over),
	};

	int failed;

	harness_start();
	(void)alarm(600);
	/* Where they are delegated; tests/confine/cgroup_machine.sh looks that none is left. */
	cgroup_want(LOG_DEBUG);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	cgroup_close();
	return failed;
}
