// SPDX-License-Identifier: Apache-2.0
/* Starting, describing and ending workers. Runs in: make check. */
#include "base/clock.h"
#include "ipc/confine.h"
#include "ipc/spawn.h"
#include "tests/harness/harness.h"

#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void starts_locks_and_echoes(void **state)
{
	struct spawn_options o = {.role = ROLE_NULL, .dir_fd = -1};
	struct arena *a = arena_new(1U << 20);
	struct wire_ping ping = {{(const uint8_t *)"\0hello", 6}};
	struct wire_ping pong;
	struct wire_ready ready;
	struct spawn_child child;
	struct err err;

	(void)state;
	assert_ok(spawn_start(&o, &child, &err), err);
	assert_true(child.pid > 0 && child.pidfd >= 0 && channel_fd(child.channel) >= 0);
	assert_ok(spawn_lock(&child, a, &ready, &err), err);
	assert_null(confine_missing_layer(ready.layers, 0));
	assert_ok(channel_ask(child.channel, MESSAGE_PING, &ping, NULL, 0, MESSAGE_PONG, a, &pong,
			  &err),
		err);
	assert_int_equal(pong.payload.n, 6);
	assert_memory_equal(pong.payload.p, "\0hello", 6);
	assert_int_equal(spawn_reap(&child), 0);
	assert_int_equal(child.pid, -1);
	assert_int_equal(child.pidfd, -1);
	assert_null(child.channel);
	arena_free(&a);
}

/* Out of the terminal's reach, but with one share of the processor for the whole program (sched(7), autogroup). */
static void a_worker_stays_in_our_session_and_may_yield(void **state)
{
	int ours = getpriority(PRIO_PROCESS, 0);
	struct spawn_child child;
	struct err err;

	(void)state;
	for (int yields = 0; yields < 2; yields++) {
		struct spawn_options o = {.role = ROLE_NULL, .dir_fd = -1, .yields = yields == 1};
		int theirs;

		assert_ok(spawn_start(&o, &child, &err), err);
		assert_int_equal(getsid(child.pid), getsid(0));
		assert_int_equal(getpgid(child.pid), child.pid);
		theirs = getpriority(PRIO_PROCESS, (id_t)child.pid);
		assert_int_equal(theirs, yields == 1 && ours < 10 ? 10 : ours);
		spawn_kill(&child);
	}
	/* nice(1) asked for less: for good, so this is the last. */
	if (ours < 15)
		assert_int_equal(setpriority(PRIO_PROCESS, 0, 15), 0);
	assert_ok(spawn_start(
			  &(struct spawn_options){.role = ROLE_NULL, .dir_fd = -1, .yields = true},
			  &child, &err),
		err);
	assert_int_equal(getpriority(PRIO_PROCESS, (id_t)child.pid), ours < 15 ? 15 : ours);
	spawn_kill(&child);
}

static void pidfd_tells_the_end(void **state)
{
	struct spawn_options o = {.role = ROLE_NULL, .dir_fd = -1};
	struct spawn_child child;
	struct pollfd p;
	struct err err;
	int status;

	(void)state;
	assert_ok(spawn_start(&o, &child, &err), err);
	p = (struct pollfd){.fd = child.pidfd, .events = POLLIN};
	assert_int_equal(poll(&p, 1, 0), 0);
	assert_int_equal(kill(child.pid, SIGKILL), 0);
	assert_int_equal(poll(&p, 1, 120000), 1);
	status = spawn_reap(&child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void kill_leaves_nothing(void **state)
{
	struct spawn_options o = {.role = ROLE_NULL, .dir_fd = -1};
	struct spawn_child child;
	struct err err;
	int before = harness_open_fds();

	(void)state;
	for (int i = 0; i < 20; i++) {
		assert_ok(spawn_start(&o, &child, &err), err);
		spawn_kill(&child);
	}
	assert_int_equal(harness_open_fds(), before);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

/* A worker without its program: a sentence that names it, no child left. */
static void missing_program_is_a_sentence(void **state)
{
	struct spawn_options o = {.role = ROLE_CLI, .dir_fd = -1};
	struct spawn_child child;
	struct err err;
	int before = harness_open_fds();

	(void)state;
	assert_int_equal(spawn_start(&o, &child, &err), RC_SYSTEM);
	assert_non_null(strstr(err.text, "certfill-certfill"));
	assert_int_equal(harness_open_fds(), before);
	assert_null(child.channel);
}

static void ends_are_described(void **state)
{
	static const struct {
		int status;
		const char *part;
	} cases[] = {
		{0, "ended with status 0"},
		{11 << 8, "ended with status 11"},
		{CONFINE_FORBIDDEN_STATUS << 8, "forbidden system call"},
		{SIGSYS, "SIGSYS"},
		{SIGKILL, "CPU time was used up"},
		{SIGXCPU, "used up its CPU time"},
		{SIGXFSZ, "wrote more than it may"},
		{(CONFINE_LIMIT_STATUS + SIGXCPU) << 8, "used up its CPU time"},
		{(CONFINE_LIMIT_STATUS + SIGXFSZ) << 8, "wrote more than it may"},
		{(CONFINE_LIMIT_STATUS + SIGTERM) << 8, "ended with status 143"},
		{SIGSEGV, "SIGSEGV"},
		{SIGTERM, "killed by signal 15"},
	};
	struct spawn_child child = {.forbidden_call = -1};
	char text[160];

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		spawn_describe_end(&child, cases[i].status, text, sizeof text);
		assert_non_null(strstr(text, cases[i].part));
	}
	child.forbidden_call = SYS_socket;
	spawn_describe_end(&child, CONFINE_FORBIDDEN_STATUS << 8, text, sizeof text);
	assert_string_equal(text, "made the forbidden system call socket (41)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(starts_locks_and_echoes),
		cmocka_unit_test(pidfd_tells_the_end),
		cmocka_unit_test(kill_leaves_nothing),
		cmocka_unit_test(missing_program_is_a_sentence),
		cmocka_unit_test(ends_are_described),
		cmocka_unit_test(a_worker_stays_in_our_session_and_may_yield),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
