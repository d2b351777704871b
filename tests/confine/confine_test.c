// SPDX-License-Identifier: Apache-2.0
/*
 * Every attempt of probe*.c, made inside certfill-null: as root and as nobody, with all layers and with one
 * left out. A run without any layer shows that the attempts are real. Runs in: make test, VARIANT=confine.
 */
#include "base/file.h"
#include "base/text.h"
#include "ipc/confine.h"
#include "ipc/spawn.h"
#include "tests/confine/probe.h"
#include "tests/harness/harness.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef CONFINE_ABLATION
#include "ipc/probe.h"

#define ALL_LAYERS 0x7FU
#define SECONDS_MAX 240
/* Longer than the CPU limit of the null profile, even on a busy machine. */
#define ANSWER_MS_MAX 60000
#define EVERY_KIND "fnxpkmb"

/* What an attempt must not reach, outside. */
struct canary {
	char *dir;
	char file[PATH_MAX];
	int tcp;
	int udp;
	int unix_abstract;
	uint16_t tcp_port;
	uint16_t udp_port;
};

struct run {
	const struct canary *canary;
	pid_t outside;
	uint32_t layers_off;
	const char *kinds; /* letters of enum kind to make */
	const char *dir; /* the worker's own; NULL: none */
	bool must_breach; /* the control run: attempts marked FREE succeed */
	uint32_t made;
	uint32_t wrong;
};

static uint16_t bind_local(int fd)
{
	struct sockaddr_in a = {.sin_family = AF_INET};
	socklen_t len = sizeof a;

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, len), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &len), 0);
	return ntohs(a.sin_port);
}

static int listen_abstract(void)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int n = snprintf(a.sun_path + 1, sizeof a.sun_path - 1, "certfill-probe-%d", getpid());

	assert_int_equal(
		bind(fd, (struct sockaddr *)&a,
			(socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)n)),
		0);
	assert_int_equal(listen(fd, 8), 0);
	return fd;
}

static void reset_file(const struct canary *c)
{
	harness_write(c->dir, "canary", bytes_of(STR("canary")));
	assert_int_equal(chmod(c->file, 0666), 0);
}

static int open_canary(void **state)
{
	static struct canary c;

	c.dir = harness_make_dir();
	assert_int_equal(chmod(c.dir, 0777), 0);
	(void)text_fmt(c.file, sizeof c.file, "%s/canary", c.dir);
	reset_file(&c);
	c.tcp = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	c.tcp_port = bind_local(c.tcp);
	assert_int_equal(listen(c.tcp, 8), 0);
	c.udp = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	c.udp_port = bind_local(c.udp);
	c.unix_abstract = listen_abstract();
	*state = &c;
	return 0;
}

static int close_canary(void **state)
{
	struct canary *c = *state;

	file_auto_close(&c->tcp);
	file_auto_close(&c->udp);
	file_auto_close(&c->unix_abstract);
	harness_remove(&c->dir);
	return 0;
}

/* Connections, datagrams and changes since the last call. */
static int count_touches(const struct canary *c)
{
	struct arena *a = arena_new(1U << 16);
	int touches = 0;
	char byte;
	int fd;

	while ((fd = accept(c->tcp, NULL, NULL)) >= 0
		|| (fd = accept(c->unix_abstract, NULL, NULL)) >= 0) {
		touches++;
		(void)close(fd);
	}
	while (recv(c->udp, &byte, 1, 0) >= 0)
		touches++;
	if (!str_eq_cz(bytes_text(harness_read(a, c->file)), "canary"))
		touches++;
	arena_free(&a);
	return touches;
}

static enum rc start_confined(
	const struct run *r, struct spawn_child *child, struct arena *a, struct err *err)
{
	AUTO_FD dir_fd = r->dir != NULL ? open(r->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	struct spawn_options o = {.role = ROLE_NULL, .dir_fd = dir_fd, .layers_off = r->layers_off};
	struct wire_ready ready;
	enum rc rc = spawn_start(&o, child, err);

	if (rc == RC_OK && spawn_lock(child, a, &ready, err) != RC_OK) {
		spawn_kill(child);
		return err->kind;
	}
	if (rc == RC_OK
		&& ((ready.layers | LAYER_USER) & ALL_LAYERS)
			!= ((ALL_LAYERS & ~r->layers_off) | LAYER_USER)) {
		spawn_kill(child);
		return err_set(err, RC_SYSTEM, "layers %x in force: " STR_FMT, ready.layers,
			STR_ARG(ready.note));
	}
	return rc;
}

/* The answer, or "" when the worker ended without one. */
static struct str ask(struct spawn_child *child, struct arena *a, struct str question)
{
	struct wire_ping ping = {bytes_of(question)};
	struct pollfd p = {.fd = channel_fd(child->channel), .events = POLLIN};
	struct wire_ping pong;
	struct frame f;
	struct err err;

	if (channel_send(child->channel, MESSAGE_PING, 1, &ping, NULL, 0, &err) != RC_OK)
		return STR("");
	if (poll(&p, 1, ANSWER_MS_MAX) != 1)
		return STR(PROBE_BREACH " no end in sight");
	if (channel_receive(child->channel, &f, &err) != RC_OK
		|| frame_decode(&f, a, &pong, &err) != RC_OK)
		return STR("");
	return bytes_text(pong.payload);
}

/* Makes one attempt in a worker of its own; out says how it ended. */
static bool breached(const struct run *r, struct str name, char *out, size_t out_len)
{
	struct arena *a = arena_new(1U << 20);
	struct spawn_child child;
	struct str question;
	struct str answer;
	struct err err;
	bool breach;
	int status;

	if (start_confined(r, &child, a, &err) != RC_OK) {
		(void)text_fmt(out, out_len, "no worker: %s", err.text);
		arena_free(&a);
		return !r->must_breach;
	}
	question = str_fmt(a, PROBE_PREFIX STR_FMT " %s %d %u %u", STR_ARG(name), r->canary->file,
		r->outside, r->canary->tcp_port, r->canary->udp_port);
	answer = ask(&child, a, question);
	breach = str_starts(answer, STR(PROBE_BREACH));
	(void)text_fmt(out, out_len, STR_FMT, STR_ARG(answer));
	if (breach)
		(void)kill(child.pid, SIGKILL);
	status = spawn_reap(&child);
	if (answer.n == 0) {
		spawn_describe_end(status, out, out_len);
		/* A worker that became another program ends well without an answer. */
		breach = status == 0;
	}
	arena_free(&a);
	return breach;
}

static void make_one(struct run *r, struct str line)
{
	struct str name = str_slice(line, 0, str_find(line, ' ', 0));
	char kind = line.p[name.n + 1];
	bool is_free = line.p[name.n + 3] == '1';
	char how[256];
	bool breach;

	if (strchr(r->kinds, kind) == NULL || (r->must_breach && !is_free))
		return;
	r->made++;
	breach = breached(r, name, how, sizeof how);
	if (breach == r->must_breach)
		return;
	r->wrong++;
	(void)printf("    " STR_FMT " (%c): %s\n", STR_ARG(name), kind, how);
}

/* The exit status: how many went wrong; 100 when nothing could be tried. */
static int make_all(void *argument)
{
	struct run *r = argument;
	struct run unconfined = {.canary = r->canary, .layers_off = r->layers_off, .dir = r->dir};
	struct arena *a = arena_new(1U << 20);
	struct spawn_child child;
	struct err err = {0};
	struct str list;

	(void)alarm(SECONDS_MAX);
	if (start_confined(&unconfined, &child, a, &err) != RC_OK) {
		(void)printf("    no worker: %s\n", err.text);
		(void)fflush(stdout);
		return 100;
	}
	list = ask(&child, a, STR(PROBE_PREFIX PROBE_LIST));
	(void)spawn_reap(&child);
	for (size_t at = 0; at < list.n;) {
		size_t end = str_find(list, '\n', at);

		make_one(r, str_slice(list, at, end));
		at = end + 1;
	}
	(void)printf("    uid %u, layers off %02x: %u attempts, %u wrong\n", geteuid(),
		r->layers_off, r->made, r->wrong);
	(void)fflush(stdout);
	arena_free(&a);
	return r->made < 4 ? 100 : (int)(r->wrong < 99 ? r->wrong : 99);
}

/* As root, if we are, and as nobody; after it nothing outside was touched. */
static void try_all(const struct canary *c, uint32_t layers_off, const char *kinds)
{
	struct run r = {.canary = c, .outside = getpid(), .layers_off = layers_off, .kinds = kinds};
	int fds = harness_open_fds();

	(void)count_touches(c);
	if (geteuid() == 0) {
		assert_int_equal(make_all(&r), 0);
		r.made = 0;
	}
	assert_int_equal(harness_as_nobody(make_all, &r), 0);
	assert_int_equal(count_touches(c), 0);
	assert_int_equal(harness_open_fds(), fds);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

static void attempts_are_real(void **state)
{
	struct run r = {.canary = *state,
		.outside = getpid(),
		.layers_off = ALL_LAYERS,
		.kinds = "fnxpkm",
		.must_breach = true};

	(void)count_touches(r.canary);
	assert_int_equal(harness_as_nobody(make_all, &r), 0);
	/* TCP, UDP, the abstract socket, the file. */
	assert_true(count_touches(r.canary) >= 3);
	reset_file(r.canary);
}

static void all_layers_stop_everything(void **state)
{
	try_all(*state, 0, EVERY_KIND);
}

static void without_seccomp_files_network_exec_are_stopped(void **state)
{
	try_all(*state, LAYER_SECCOMP, "fnx");
}

static void without_landlock_everything_is_stopped(void **state)
{
	try_all(*state, LAYER_LANDLOCK, "fnxpkm");
}

static void without_namespaces_everything_is_stopped(void **state)
{
	try_all(*state, LAYER_NAMESPACES, "fnxpkm");
}

/* A worker with a directory: works there, and nowhere else, whichever layer is missing. */
static void try_directory(const struct canary *c, const char *name, uid_t owner, bool as_nobody)
{
	static const uint32_t off[] = {0, LAYER_SECCOMP, LAYER_LANDLOCK, LAYER_NAMESPACES};
	char path[PATH_MAX + 16];

	(void)text_fmt(path, sizeof path, "%s/%s", c->dir, name);
	assert_int_equal(mkdir(path, 0700), 0);
	if (geteuid() == 0)
		assert_int_equal(chown(path, owner, owner), 0);
	for (size_t i = 0; i < ARRAY_COUNT(off); i++) {
		struct run works = {.canary = c,
			.layers_off = off[i],
			.kinds = "d",
			.dir = path,
			.must_breach = true};
		struct run stays = {.canary = c, .layers_off = off[i], .kinds = "u", .dir = path};

		assert_int_equal(
			as_nobody ? harness_as_nobody(make_all, &works) : make_all(&works), 0);
		assert_int_equal(
			as_nobody ? harness_as_nobody(make_all, &stays) : make_all(&stays), 0);
	}
}

static void a_directory_is_all_a_worker_gets(void **state)
{
	const struct canary *c = *state;

	(void)count_touches(c);
	try_directory(c, "own", geteuid(), false);
	if (geteuid() == 0) {
		try_directory(c, "of-nobody", 65534, false);
		try_directory(c, "as-nobody", 65534, true);
	}
	assert_int_equal(count_touches(c), 0);
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
	char how[128];
	int ends[2];
	struct err err;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(dup2(ends[1], STDERR_FILENO), STDERR_FILENO);
	assert_ok(spawn_start(&o, &child, &err), err);
	assert_int_equal(dup2(old, STDERR_FILENO), STDERR_FILENO);
	assert_ok(spawn_lock(&child, a, &ready, &err), err);
	assert_int_equal(ask(&child, a, STR(PROBE_PREFIX "netlink_socket")).n, 0);
	spawn_describe_end(spawn_reap(&child), how, sizeof how);
	assert_non_null(strstr(how, "forbidden system call"));
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
		cmocka_unit_test(all_layers_stop_everything),
		cmocka_unit_test(without_seccomp_files_network_exec_are_stopped),
		cmocka_unit_test(without_landlock_everything_is_stopped),
		cmocka_unit_test(without_namespaces_everything_is_stopped),
		cmocka_unit_test(a_directory_is_all_a_worker_gets),
		cmocka_unit_test(a_forbidden_call_can_be_named),
	};

	harness_start();
	(void)alarm(2 * SECONDS_MAX);
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
