// SPDX-License-Identifier: Apache-2.0
/* Canaries, and workers that are asked to break out. Runs in: tests/confine, VARIANT=confine. */
#include "tests/confine/outside.h"

#include "base/file.h"
#include "base/text.h"
#include "ipc/probe.h"
#include "ipc/wire_store.h"
#include "tests/harness/harness.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define SECONDS_MAX 240
/* Longer than the CPU limit of the null profile, even on a busy machine. */
#define ANSWER_MS_MAX 60000

/* ---- canaries ---- */

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
	assert_int_equal(listen(fd, 64), 0);
	return fd;
}

static int listen_path(const struct canary *c)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	assert_true(text_fmt(a.sun_path, sizeof a.sun_path, "%s.socket", c->file));
	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof a), 0);
	assert_int_equal(chmod(a.sun_path, 0777), 0);
	assert_int_equal(listen(fd, 64), 0);
	return fd;
}

void outside_reset_file(const struct canary *c)
{
	harness_write(c->dir, "canary", bytes_of(STR("canary")));
	assert_int_equal(chmod(c->file, 0666), 0);
}

void outside_open(struct canary *c)
{
	c->dir = harness_make_dir();
	assert_int_equal(chmod(c->dir, 0777), 0);
	(void)text_fmt(c->file, sizeof c->file, "%s/canary", c->dir);
	outside_reset_file(c);
	c->tcp = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	c->tcp_port = bind_local(c->tcp);
	assert_int_equal(listen(c->tcp, 64), 0);
	c->udp = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	c->udp_port = bind_local(c->udp);
	c->unix_abstract = listen_abstract();
	c->unix_path = listen_path(c);
}

void outside_close(struct canary *c)
{
	file_auto_close(&c->tcp);
	file_auto_close(&c->udp);
	file_auto_close(&c->unix_abstract);
	file_auto_close(&c->unix_path);
	harness_remove(&c->dir);
}

int outside_count_touches(const struct canary *c)
{
	struct arena *a = arena_new(1U << 16);
	int touches = 0;
	char byte;
	int fd;

	while ((fd = accept(c->tcp, NULL, NULL)) >= 0
		|| (fd = accept(c->unix_abstract, NULL, NULL)) >= 0
		|| (fd = accept(c->unix_path, NULL, NULL)) >= 0) {
		touches++;
		(void)close(fd);
	}
	while (recv(c->udp, &byte, 1, 0) >= 0)
		touches++;
	if (access(c->file, F_OK) != 0
		|| !str_eq_cz(bytes_text(harness_read(a, c->file)), "canary"))
		touches++;
	arena_free(&a);
	return touches;
}

const char *outside_make_dir(const struct canary *c, const char *name, uid_t owner)
{
	static char path[PATH_MAX + 64];
	char inner[PATH_MAX + 80];

	(void)text_fmt(path, sizeof path, "%s/%s", c->dir, name);
	assert_int_equal(mkdir(path, 0700), 0);
	harness_write(path, "present", bytes_of(STR("present")));
	(void)text_fmt(inner, sizeof inner, "%s/folder", path);
	assert_int_equal(mkdir(inner, 0700), 0);
	assert_int_equal(chown(inner, owner, owner), 0);
	(void)text_fmt(inner, sizeof inner, "%s/present", path);
	assert_int_equal(chown(inner, owner, owner), 0);
	(void)text_fmt(inner, sizeof inner, "%s/out", path);
	assert_int_equal(symlink("/etc", inner), 0);
	assert_int_equal(chown(path, owner, owner), 0);
	return path;
}

/* ---- workers ---- */

static enum rc open_store(
	const struct run *r, struct spawn_child *child, struct arena *a, struct err *err)
{
	struct wire_store_open open = {.tenant = STR("demo"),
		.create = !r->worker->read_only,
		.read_only = r->worker->read_only};
	struct wire_store_is is;

	return channel_ask(
		child->channel, MESSAGE_STORE_OPEN, &open, NULL, 0, MESSAGE_STORE_IS, a, &is, err);
}

enum rc outside_start(
	const struct run *r, struct spawn_child *child, struct arena *a, struct err *err)
{
	AUTO_FD dir_fd = r->worker->has_dir ? open(r->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	struct spawn_options o = {.role = r->worker->role,
		.dir_fd = dir_fd,
		.layers_off = r->layers_off | PROBE_WITHOUT_JOB};
	struct wire_ready ready = {0};
	enum rc rc = spawn_start(&o, child, err);

	if (rc != RC_OK)
		return rc;
	if (r->worker->role == ROLE_STORE)
		rc = open_store(r, child, a, err);
	if (rc == RC_OK)
		rc = spawn_lock(child, a, &ready, err);
	/* A worker that owns root's directory has root's user id, and an ordinary user's is not changed. */
	if (rc == RC_OK
		&& ((ready.layers | LAYER_USER) & ALL_LAYERS)
			!= ((ALL_LAYERS & ~r->layers_off) | LAYER_USER))
		rc = err_set(err, RC_SYSTEM, "layers %x in force: " STR_FMT, ready.layers,
			STR_ARG(ready.note));
	if (rc != RC_OK)
		spawn_kill(child);
	return rc;
}

struct str outside_ask(struct spawn_child *child, struct arena *a, struct str question)
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

static bool is_stopped(int exit_status)
{
	return exit_status == CONFINE_FORBIDDEN_STATUS
		|| exit_status == CONFINE_LIMIT_STATUS + SIGXCPU
		|| exit_status == CONFINE_LIMIT_STATUS + SIGXFSZ;
}

/* Makes one attempt, in the worker that refused the last one politely or in a new one; out says how it ended. */
static bool breached(struct run *r, struct str name, char *out, size_t out_len)
{
	struct arena *a = arena_new(1U << 20);
	struct str question;
	struct str answer;
	struct err err;
	bool breach;
	int status;

	if (!r->runs && outside_start(r, &r->child, a, &err) != RC_OK) {
		(void)text_fmt(out, out_len, "no worker: %s", err.text);
		arena_free(&a);
		return !r->must_breach;
	}
	question = str_fmt(a, PROBE_PREFIX STR_FMT " %s %d %u %u", STR_ARG(name), r->canary->file,
		r->outside, r->canary->tcp_port, r->canary->udp_port);
	answer = outside_ask(&r->child, a, question);
	breach = str_starts(answer, STR(PROBE_BREACH));
	(void)text_fmt(out, out_len, STR_FMT, STR_ARG(answer));
	r->runs = answer.n != 0 && !breach;
	if (breach) {
		spawn_kill(&r->child);
	} else if (!r->runs) {
		status = spawn_reap(&r->child);
		spawn_describe_end(&r->child, status, out, out_len);
		/* Another program may have ended in its place; a worker that is stopped says so, or is killed. */
		breach = WIFEXITED(status) && !is_stopped(WEXITSTATUS(status));
	}
	arena_free(&a);
	return breach;
}

static bool is_needed(const struct run *r, struct str name)
{
	for (size_t i = 0; i < r->need_count; i++)
		if (r->needs[i].role == r->worker->role && (r->needs[i].layer & ~r->layers_off) == 0
			&& str_eq_cz(name, r->needs[i].attempt))
			return true;
	return false;
}

/* What an attempt of the control run left. */
static void clean_up(const struct canary *c)
{
	static const char *const made[] = {"new", "renamed", "linked", "symbolic", "dir", "fifo"};
	char path[PATH_MAX + 16];

	for (size_t i = 0; i < ARRAY_COUNT(made); i++) {
		(void)text_fmt(path, sizeof path, "%s.%s", c->file, made[i]);
		(void)remove(path);
	}
	if (geteuid() == 0)
		outside_reset_file(c);
}

static bool is_unknown(const char *how)
{
	return strcmp(how, "refused ENOSYS") == 0 || strcmp(how, "refused EAFNOSUPPORT") == 0;
}

static void make_one(struct run *r, struct str line)
{
	struct str name = str_slice(line, 0, str_find(line, ' ', 0));
	char kind = line.p[name.n + 1];
	char rights = line.p[name.n + 3];
	char how[256];
	bool expected;
	bool breach;

	if (strchr(r->kinds, kind) == NULL || (r->must_breach && strchr(r->rights, rights) == NULL))
		return;
	expected = r->must_breach || strchr(r->worker->succeed, kind) != NULL || is_needed(r, name);
	r->made++;
	breach = breached(r, name, how, sizeof how);
	if (r->must_breach)
		clean_up(r->canary);
	if (rights == KERNEL && is_unknown(how)) {
		r->unknown += r->must_breach ? 1 : 0;
		breach = true;
	}
	if (r->only_list) {
		if (breach)
			(void)dprintf(r->list_fd, STR_FMT "\n", STR_ARG(name));
		return;
	}
	if (breach == expected)
		return;
	r->wrong++;
	(void)printf("    %s: " STR_FMT " (%c): %s\n", r->worker->name, STR_ARG(name), kind, how);
}

int outside_make_all(void *argument)
{
	struct run *r = argument;
	struct arena *a = arena_new(1U << 20);
	struct spawn_child child;
	struct err err = {0};
	struct str list;

	(void)alarm(SECONDS_MAX);
	if (outside_start(r, &child, a, &err) != RC_OK) {
		(void)printf("    %s: no worker: %s\n", r->worker->name, err.text);
		(void)fflush(stdout);
		return 100;
	}
	list = outside_ask(&child, a, STR(PROBE_PREFIX PROBE_LIST));
	(void)spawn_reap(&child);
	for (size_t at = 0; at < list.n;) {
		size_t end = str_find(list, '\n', at);

		make_one(r, str_slice(list, at, end));
		at = end + 1;
	}
	if (r->runs)
		spawn_kill(&r->child);
	r->runs = false;
	(void)printf("    %s, uid %u, layers off %02x: %u attempts, %u wrong, %u unknown to this "
		     "kernel\n",
		r->worker->name, geteuid(), r->layers_off, r->made, r->wrong, r->unknown);
	(void)fflush(stdout);
	arena_free(&a);
	return r->made < 3 ? 100 : (int)(r->wrong < 99 ? r->wrong : 99);
}
