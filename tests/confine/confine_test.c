// SPDX-License-Identifier: Apache-2.0
/*
 * Every attempt of probe*.c, made inside the program of every role: as root and as nobody, with all layers
 * and with one left out. A run without any layer shows that the attempts are real. Runs in: make test,
 * VARIANT=confine.
 */
#include "ipc/confine.h"
#include "ipc/spawn.h"
#include "tests/confine/outside.h"
#include "tests/harness/harness.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef CONFINE_ABLATION
#include "base/file.h"
#include "base/text.h"
#include "ipc/probe.h"
#include "ipc/worker.h"

#define NOBODY 65534
#define NULL_FILE_MAX (16 << 20) /* of ipc/null_main.c */
#define MINUTES_MAX 20
#define FILES_NETWORK_EXEC "fnx"
#define EVERY_KIND "fnxpkmb"
#define OWN_DIRECTORY "rwou"

static const struct outside_worker workers[] = {
	{"null", ROLE_NULL, "", false, false},
	{"intake", ROLE_INTAKE, "", false, false},
	{"compile", ROLE_COMPILE, "", false, false},
	{"render", ROLE_RENDER, "", false, false},
	{"sign", ROLE_SIGN, "", true, false},
	{"store, writing", ROLE_STORE, "rw", true, false},
	{"store, reading", ROLE_STORE, "r", true, true},
	{"check", ROLE_CHECK, "", false, false},
	{"verify", ROLE_VERIFY, "r", true, false},
	{"thumbnail", ROLE_THUMBNAIL, "", false, false},
};

static const struct outside_need needs[] = {
	{ROLE_VERIFY, 0, "map_file", "SQLite reads the index of the write-ahead log that way"},
	/* Names, never contents: Landlock knows no rule for them, and SQLite asks for them. */
	{ROLE_VERIFY, LAYER_NAMESPACES, "stat_file", "SQLite looks at the ledger's files"},
	{ROLE_VERIFY, LAYER_NAMESPACES, "access_file", "the same"},
	{ROLE_VERIFY, LAYER_NAMESPACES, "read_link", "the same"},
};

static int open_canary(void **state)
{
	static struct canary c;

	outside_open(&c);
	*state = &c;
	return 0;
}

static int close_canary(void **state)
{
	outside_close(*state);
	return 0;
}

static struct run run_of(
	const struct canary *c, const struct outside_worker *w, uint32_t off, const char *kinds)
{
	return (struct run){.canary = c,
		.worker = w,
		.needs = needs,
		.need_count = ARRAY_COUNT(needs),
		.outside = getpid(),
		.layers_off = off,
		.kinds = kinds};
}

/* What a store that only reads wants to find. */
static void make_store(const struct run *reader)
{
	const struct outside_worker writer = {"store", ROLE_STORE, "", true, false};
	struct run r = run_of(reader->canary, &writer, 0, "");
	struct arena *a = arena_new(1U << 20);
	struct spawn_child child;
	struct err err;

	r.dir = reader->dir;
	assert_ok(outside_start(&r, &child, a, &err), err);
	spawn_kill(&child);
	arena_free(&a);
}

/* With a new directory, of its own user, where the worker wants one. */
static void try_as(struct run *r, uid_t owner, bool as_nobody)
{
	static unsigned dirs;
	char name[32];

	(void)text_fmt(name, sizeof name, "dir%u", dirs++);
	if (r->worker->has_dir)
		r->dir = outside_make_dir(r->canary, name, owner);
	if (r->worker->read_only)
		make_store(r);
	r->made = 0;
	assert_int_equal(
		as_nobody ? harness_as_nobody(outside_make_all, r) : outside_make_all(r), 0);
}

/* As root, if we are, and as nobody; after it nothing outside was touched. */
static void try_all(struct run *r)
{
	const char *kinds = r->kinds;
	int fds = harness_open_fds();

	(void)outside_count_touches(r->canary);
	try_as(r, geteuid(), false);
	if (geteuid() == 0) {
		try_as(r, NOBODY, true);
		/* Root's worker with an ordinary user's directory is that user, as far as files go. */
		r->kinds = (r->layers_off & LAYER_SECCOMP) != 0 ? "rwu" : OWN_DIRECTORY;
		if (r->worker->has_dir)
			try_as(r, NOBODY, false);
		r->kinds = kinds;
	}
	assert_int_equal(outside_count_touches(r->canary), 0);
	assert_int_equal(harness_open_fds(), fds);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

/* kinds_of_null: for certfill-null, whose filter is part of every other's. */
static void try_every_worker(
	const struct canary *c, uint32_t off, const char *kinds, const char *kinds_of_null)
{
	for (size_t i = 0; i < ARRAY_COUNT(workers); i++) {
		const struct outside_worker *w = &workers[i];
		char all[32];
		struct run r = run_of(c, w, off, all);

		(void)text_fmt(all, sizeof all, "%s%s", i == 0 ? kinds_of_null : kinds,
			!w->has_dir                          ? ""
				: (off & LAYER_SECCOMP) != 0 ? "rwu"
							     : OWN_DIRECTORY);
		try_all(&r);
	}
}

static void attempts_are_real(void **state)
{
	const struct canary *c = *state;
	struct run r = run_of(c, &workers[0], ALL_LAYERS, EVERY_KIND "B");

	r.must_breach = true;
	r.rights = "u";
	(void)outside_count_touches(c);
	assert_int_equal(harness_as_nobody(outside_make_all, &r), 0);
	/* TCP, UDP, two Unix sockets. */
	assert_true(outside_count_touches(c) >= 4);
	if (geteuid() != 0)
		return;
	r.rights = "urk";
	r.made = 0;
	assert_int_equal(outside_make_all(&r), 0);
	(void)outside_count_touches(c);
}

static void all_layers_stop_everything(void **state)
{
	try_every_worker(*state, 0, EVERY_KIND, EVERY_KIND);
}

static void a_bomb_is_stopped_by_its_limit(void **state)
{
	struct run r = run_of(*state, &workers[0], 0, "bB");

	try_all(&r);
}

/* Whatever the filter knows of them. */
static void without_seccomp_limits_stop_their_bombs(void **state)
{
	struct run r = run_of(*state, &workers[0], LAYER_SECCOMP, "bB");

	try_all(&r);
}

/* Makes the attempt in a new certfill-null, which may write into fd; says how it ended, or what it answered. */
static void write_into(int fd, const char *attempt, char out[160])
{
	const int given[WORKER_SECRETS] = {fd, -1};
	const struct spawn_options o = {.role = ROLE_NULL,
		.dir_fd = -1,
		.secret_fds = given,
		.layers_off = PROBE_WITHOUT_JOB};
	struct arena *a = arena_new(1U << 20);
	struct spawn_child child;
	struct wire_ready ready;
	struct str answer;
	struct err err;

	assert_ok(spawn_start(&o, &child, &err), err);
	assert_ok(spawn_lock(&child, a, &ready, &err), err);
	answer = outside_ask(&child, a, str_fmt(a, PROBE_PREFIX "%s", attempt));
	(void)text_fmt(out, 160, STR_FMT, STR_ARG(answer));
	if (answer.n == 0)
		spawn_describe_end(&child, spawn_reap(&child), out, 160);
	else
		spawn_kill(&child);
	arena_free(&a);
}

static void nothing_is_written_beyond_the_limit(void **state)
{
	static const char *const cases[][2] = {
		{"output_given", "wrote more than it may"},
		{"output_unheard", "refused EFBIG"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		char how[160];
		struct stat st;
		struct err err;
		int fd;

		assert_ok(file_memory("output", &fd, &err), err);
		write_into(fd, cases[i][0], how);
		assert_string_equal(how, cases[i][1]);
		assert_int_equal(fstat(fd, &st), 0);
		assert_int_equal(st.st_size, NULL_FILE_MAX);
		(void)close(fd);
	}
}

static void without_seccomp_files_network_exec_are_stopped(void **state)
{
	try_every_worker(*state, LAYER_SECCOMP, FILES_NETWORK_EXEC, FILES_NETWORK_EXEC);
}

static void add_breaches(const struct canary *c, int list_fd, bool as_nobody)
{
	struct run r = run_of(c, &workers[0], LAYER_SECCOMP, "pkm");

	r.only_list = true;
	r.list_fd = list_fd;
	assert_int_equal(
		as_nobody ? harness_as_nobody(outside_make_all, &r) : outside_make_all(&r), 0);
}

/* docs/THREATS.md has each as `name`. */
static void what_only_seccomp_stops_is_written_down(void **state)
{
	struct arena *a = arena_new(1U << 20);
	struct str document = bytes_text(harness_read(a, harness_program("../../docs/THREATS.md")));
	const struct canary *c = *state;
	char list[PATH_MAX];
	struct str names;
	int fd;

	(void)text_fmt(list, sizeof list, "%s/list", c->dir);
	fd = open(list, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
	add_breaches(c, fd, true);
	if (geteuid() == 0)
		add_breaches(c, fd, false);
	(void)close(fd);
	names = bytes_text(harness_read(a, list));
	assert_true(names.n != 0);
	(void)printf("    only seccomp: %.*s", (int)names.n, names.p);
	for (size_t at = 0; at < names.n;) {
		size_t end = str_find(names, '\n', at);
		struct str name = str_fmt(a, "`" STR_FMT "`", STR_ARG(str_slice(names, at, end)));

		if (memmem(document.p, document.n, name.p, name.n) == NULL)
			fail_msg("docs/THREATS.md does not say that only seccomp stops " STR_FMT,
				STR_ARG(name));
		at = end + 1;
	}
	arena_free(&a);
}

static void without_landlock_everything_is_stopped(void **state)
{
	try_every_worker(*state, LAYER_LANDLOCK, FILES_NETWORK_EXEC, EVERY_KIND);
}

static void without_namespaces_everything_is_stopped(void **state)
{
	try_every_worker(*state, LAYER_NAMESPACES, FILES_NETWORK_EXEC, EVERY_KIND);
}

/* In debug mode the call is named and still not made. */
static void a_forbidden_call_can_be_named(void **state)
{
	struct spawn_options o = {.role = ROLE_NULL, .dir_fd = -1, .debug = true};
	struct arena *a = arena_new(1U << 20);
	int old = dup(STDERR_FILENO);
	struct spawn_child child;
	struct wire_ready ready;
	char text[128] = "";
	char how[160];
	int ends[2];
	int status;
	struct err err;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(dup2(ends[1], STDERR_FILENO), STDERR_FILENO);
	assert_ok(spawn_start(&o, &child, &err), err);
	assert_int_equal(dup2(old, STDERR_FILENO), STDERR_FILENO);
	assert_ok(spawn_lock(&child, a, &ready, &err), err);
	assert_int_equal(outside_ask(&child, a, STR(PROBE_PREFIX "netlink_socket")).n, 0);
	status = spawn_reap(&child);
	spawn_describe_end(&child, status, how, sizeof how);
	assert_string_equal(how, "made the forbidden system call socket (41)");
	assert_true(read(ends[0], text, sizeof text - 1) > 0);
	(void)text_fmt(how, sizeof how, "forbidden system call %d", SYS_socket);
	assert_non_null(strstr(text, how));
	(void)close(ends[0]);
	(void)close(ends[1]);
	(void)close(old);
	arena_free(&a);
}

static void required_layers_are_required(void **state)
{
	(void)state;
	assert_null(confine_missing_layer(ALL_LAYERS, 0));
	assert_null(confine_missing_layer(ALL_LAYERS & ~(uint32_t)LAYER_LANDLOCK, 0));
	assert_null(confine_missing_layer(ALL_LAYERS & ~(uint32_t)LAYER_NAMESPACES, 0));
	assert_non_null(confine_missing_layer(
		ALL_LAYERS & ~(uint32_t)(LAYER_LANDLOCK | LAYER_NAMESPACES), 0));
	assert_non_null(confine_missing_layer(ALL_LAYERS & ~(uint32_t)LAYER_SECCOMP, 0));
	assert_non_null(confine_missing_layer(ALL_LAYERS & ~(uint32_t)LAYER_NO_NEW_PRIVS, 0));
	assert_non_null(confine_missing_layer(ALL_LAYERS & ~(uint32_t)LAYER_RLIMITS, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(required_layers_are_required),
		cmocka_unit_test(attempts_are_real),
		cmocka_unit_test(a_bomb_is_stopped_by_its_limit),
		cmocka_unit_test(without_seccomp_limits_stop_their_bombs),
		cmocka_unit_test(nothing_is_written_beyond_the_limit),
		cmocka_unit_test(all_layers_stop_everything),
		cmocka_unit_test(without_seccomp_files_network_exec_are_stopped),
		cmocka_unit_test(what_only_seccomp_stops_is_written_down),
		cmocka_unit_test(without_landlock_everything_is_stopped),
		cmocka_unit_test(without_namespaces_everything_is_stopped),
		cmocka_unit_test(a_forbidden_call_can_be_named),
	};

	harness_start();
	cmocka_set_test_filter(getenv("TEST_ONLY"));
	(void)alarm(MINUTES_MAX * 60);
	return cmocka_run_group_tests(tests, open_canary, close_canary);
}

#else /* a build whose workers cannot be asked to leave layers out */

static void layers_cannot_be_left_out(void **state)
{
	struct spawn_options o = {.role = ROLE_NULL, .dir_fd = -1, .layers_off = LAYER_SECCOMP};
	struct spawn_child child;
	struct err err;

	(void)state;
	assert_int_not_equal(spawn_start(&o, &child, &err), RC_OK);
	assert_null(child.channel);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(layers_cannot_be_left_out),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
#endif
