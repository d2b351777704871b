// SPDX-License-Identifier: Apache-2.0
/*
 * Workers in control groups: with every limit of their own left out, the kernel's still hold. Where groups cannot
 * be had, one log line says why, and workers start all the same. tests/confine/cgroup_machine.sh runs this where
 * they can (CGROUPS=must). Runs in: make test, VARIANT=confine.
 */
#include "base/file.h"
#include "base/text.h"
#include "ipc/cgroup.h"
#include "ipc/confine.h"
#include "ipc/probe.h"
#include "tests/confine/outside.h"
#include "tests/harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* One attempt in a new certfill-null; its answer, and in how the way it ended when it gave none. */
static struct str try_once(struct arena *a, const char *attempt, uint32_t off, char how[160])
{
	const struct spawn_options o = {
		.role = ROLE_NULL, .dir_fd = -1, .layers_off = off | PROBE_WITHOUT_JOB};
	struct wire_ready ready;
	struct spawn_child child;
	struct str answer;
	struct err err;

	assert_ok(spawn_start(&o, &child, &err), err);
	assert_ok(spawn_lock(&child, a, &ready, &err), err);
	answer = outside_ask(
		&child, a, str_fmt(a, PROBE_PREFIX "%s /none %d 1 1", attempt, getpid()));
	if (answer.n != 0)
		spawn_kill(&child);
	else
		spawn_describe_end(&child, spawn_reap(&child), how, 160);
	return answer;
}

/* What call() writes to stderr. */
static struct str log_of(struct arena *a, void (*call)(void))
{
	struct buf text = buf_new(1U << 16);
	int old = dup(STDERR_FILENO);
	struct err err;
	int fd;

	assert_ok(file_memory("log", &fd, &err), err);
	assert_int_equal(dup2(fd, STDERR_FILENO), STDERR_FILENO);
	call();
	assert_int_equal(dup2(old, STDERR_FILENO), STDERR_FILENO);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	assert_ok(file_read_all(fd, "the log", 1U << 16, &text, &err), err);
	(void)close(old);
	(void)close(fd);
	{
		struct str out = str_dup(a, (struct str){(const char *)text.p, text.n});

		buf_free(&text);
		return out;
	}
}

static void start_two(void)
{
	struct arena *a = arena_new(1U << 20);
	char how[160];

	for (int i = 0; i < 2; i++)
		(void)try_once(a, "no_such_attempt", 0, how);
	arena_free(&a);
}

static bool are_there(void)
{
	struct err err;
	bool there = cgroup_open(&err) == RC_OK;
	const char *wanted = getenv("CGROUPS");

	if (wanted != NULL && strcmp(wanted, "must") == 0 && !there)
		fail_msg("no groups here: %s", err.text);
	return there;
}

/* Without groups and limits nothing stops them: the attempts are real. */
static void without_groups_attempts_succeed(void **state)
{
	struct arena *a = arena_new(1U << 20);
	char how[160] = "";

	(void)state;
	assert_true(
		str_starts(try_once(a, "resident_bomb", LAYER_RLIMITS, how), STR(PROBE_BREACH)));
	assert_true(str_starts(
		try_once(a, "fork_call", LAYER_RLIMITS | LAYER_SECCOMP, how), STR(PROBE_BREACH)));
	arena_free(&a);
}

/* From here on they are wanted. */
static void one_log_line_where_there_are_none(void **state)
{
	struct arena *a = arena_new(1U << 20);
	struct str log;
	struct err err;

	(void)state;
	cgroup_want(LOG_WARN);
	log = log_of(a, start_two);
	if (are_there()) {
		assert_int_equal(log.n, 0);
	} else {
		assert_true(
			str_find_str(log, STR("workers are limited by rlimits alone: ")) != log.n);
		assert_int_equal(str_find(log, '\n', 0), log.n - 1);
		/* The reason, and the same again for whoever asks. */
		assert_int_equal(cgroup_open(&err), RC_SYSTEM);
		assert_true(str_find_str(log, str_of(err.text)) != log.n);
		assert_int_equal(log_of(a, start_two).n, 0);
	}
	arena_free(&a);
}

static void memory_ends_at_the_groups_limit(void **state)
{
	struct arena *a = arena_new(1U << 20);
	char how[160] = "";
	struct str answer = try_once(a, "resident_bomb", LAYER_RLIMITS, how);

	(void)state;
	if (are_there()) {
		assert_int_equal(answer.n, 0);
		assert_string_equal(how, "killed: it used more memory than its cgroup allows");
	} else {
		/* The worker's own limit remains. */
		assert_false(str_starts(try_once(a, "resident_bomb", 0, how), STR(PROBE_BREACH)));
	}
	/* Others go on. */
	assert_int_not_equal(try_once(a, "no_such_attempt", 0, how).n, 0);
	arena_free(&a);
}

static void processes_end_at_the_groups_limit(void **state)
{
	struct arena *a = arena_new(1U << 20);
	char how[160] = "";
	struct str answer = try_once(a, "fork_call", LAYER_RLIMITS | LAYER_SECCOMP, how);

	(void)state;
	assert_int_not_equal(answer.n, 0);
	if (are_there())
		assert_false(str_starts(answer, STR(PROBE_BREACH)));
	else
		assert_false(str_starts(
			try_once(a, "fork_call", LAYER_SECCOMP, how), STR(PROBE_BREACH)));
	arena_free(&a);
}

static void nothing_is_left(void **state)
{
	int fds;

	(void)state;
	cgroup_close();
	fds = harness_open_fds();
	start_two();
	assert_int_equal(harness_open_fds(), fds);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_groups_attempts_succeed),
		cmocka_unit_test(one_log_line_where_there_are_none),
		cmocka_unit_test(memory_ends_at_the_groups_limit),
		cmocka_unit_test(processes_end_at_the_groups_limit),
		cmocka_unit_test(nothing_is_left),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
