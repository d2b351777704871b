// SPDX-License-Identifier: Apache-2.0
/*
 * Workers are started, confined and ended, STARTS times (500) one after the other: no descriptor, process or mount is
 * left over. Says what one start costs. Runs in: make test; test-all with 10,000; bench.
 */
#include "base/mem.h"
#include "ipc/spawn.h"
#include "tests/harness/harness.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define COUNT_MAX 1000000U

static int count_mounts(void)
{
	FILE *f = fopen("/proc/self/mountinfo", "re");
	int count = 0;

	if (f == NULL)
		return -1;
	for (int c = getc(f); c != EOF; c = getc(f))
		count += c == '\n';
	(void)fclose(f);
	return count;
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
	int mounts;
	int fds;

	(void)state;
	assert_true(wanted == NULL || str_to_u64(str_of(wanted), COUNT_MAX, &count));
	us = mem_zalloc(count + 1, sizeof *us);
	/* The first finds the programs. */
	assert_ok(start_once(&us[0], &err), err);
	fds = harness_open_fds();
	cpu = cpu_ms();
	mounts = count_mounts();
	for (uint64_t i = 0; i < count; i++)
		assert_ok(start_once(&us[i], &err), err);
	cpu = (cpu_ms() - cpu) / (double)count;
	assert_int_equal(harness_open_fds(), fds);
	assert_int_equal(count_mounts(), mounts);
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

	harness_start();
	(void)alarm(600);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
