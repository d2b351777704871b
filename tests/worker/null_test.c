// SPDX-License-Identifier: Apache-2.0
/*
 * A real worker, certfill-null, against a peer that is good, rude or gone: what breaks the protocol ends it
 * without an answer. Runs in: make check.
 */
#include "base/exit.h"
#include "base/file.h"
#include "ipc/confine.h"
#include "ipc/spawn.h"
#include "tests/harness/harness.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define REQUIRED \
	(LAYER_NAMESPACES | LAYER_LANDLOCK | LAYER_NO_NEW_PRIVS | LAYER_RLIMITS | LAYER_CAPS \
		| LAYER_USER)

static struct spawn_child start(bool locked)
{
	struct spawn_options o = {.role = ROLE_NULL, .dir_fd = -1};
	struct arena *a = arena_new(1U << 16);
	struct spawn_child child;
	struct wire_ready ready;
	struct err err;

	assert_ok(spawn_start(&o, &child, &err), err);
	if (locked)
		assert_ok(spawn_lock(&child, a, &ready, &err), err);
	arena_free(&a);
	return child;
}

/* Sends bytes as they are, with descriptors. */
static void send_raw(int fd, const void *p, size_t n, int fd_count)
{
	_Alignas(struct cmsghdr) uint8_t room[CMSG_SPACE(sizeof(int) * 4)] = {0};
	struct iovec iov = {(void *)(uintptr_t)p, n};
	struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1};
	int fds[4] = {0, 0, 0, 0};

	if (fd_count != 0) {
		struct cmsghdr *h = (struct cmsghdr *)room;

		m.msg_control = room;
		m.msg_controllen = CMSG_SPACE(sizeof(int) * (size_t)fd_count);
		h->cmsg_level = SOL_SOCKET;
		h->cmsg_type = SCM_RIGHTS;
		h->cmsg_len = CMSG_LEN(sizeof(int) * (size_t)fd_count);
		memcpy(CMSG_DATA(h), fds, sizeof(int) * (size_t)fd_count);
	}
	assert_int_equal(sendmsg(fd, &m, MSG_NOSIGNAL), (ssize_t)n);
}

/* The header of a frame: version, number, payload length, request 7, descriptor count. */
static struct buf frame_of(uint16_t version, uint16_t number, uint32_t len, uint32_t fd_count)
{
	struct buf b = buf_new(1U << 20);

	cursor_put_u16(&b, version);
	cursor_put_u16(&b, number);
	cursor_put_u32(&b, len);
	cursor_put_u32(&b, 7);
	cursor_put_u32(&b, fd_count);
	return b;
}

/* The worker must end by itself with a bad status, having sent nothing. */
static void assert_ends_silently(struct spawn_child *child, const char *what)
{
	struct pollfd p = {.fd = channel_fd(child->channel), .events = POLLIN};
	char byte;
	int status;

	if (poll(&p, 1, 120000) != 1)
		fail_msg("%s: the worker neither answers nor ends", what);
	if (recv(p.fd, &byte, 1, 0) != 0)
		fail_msg("%s: the worker answered", what);
	status = spawn_reap(child);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != EXIT_UNEXPECTED)
		fail_msg("%s: status %x", what, (unsigned)status);
}

static const struct {
	const char *what;
	uint16_t version;
	uint16_t number;
	uint32_t len; /* as the header says */
	uint32_t fd_count; /* as the header says */
	size_t body; /* zero bytes that follow */
	int fds; /* descriptors that come along */
} rude[] = {
	{"wrong version", 2, MESSAGE_PING, 4, 0, 4, 0},
	{"version 0", 0, MESSAGE_PING, 4, 0, 4, 0},
	{"unknown message", 1, 998, 0, 0, 0, 0},
	{"message of another role", 1, MESSAGE_DRAW, 0, 0, 0, 0},
	{"message of the other direction", 1, MESSAGE_PONG, 4, 0, 4, 0},
	{"message zero", 1, 0, 0, 0, 0, 0},
	{"HELLO again", 1, MESSAGE_HELLO, 13, 0, 13, 0},
	{"length too short", 1, MESSAGE_PING, 3, 0, 4, 0},
	{"length too long", 1, MESSAGE_PING, 5, 0, 4, 0},
	{"length over the cap", 1, MESSAGE_PING, 65537, 0, 65537, 0},
	{"oversize frame", 1, MESSAGE_PING, 100000, 0, 100000, 0},
	{"trailing bytes", 1, MESSAGE_PING, 5, 0, 5, 0},
	{"payload cut short", 1, MESSAGE_PING, 3, 0, 3, 0},
	{"descriptor claimed", 1, MESSAGE_PING, 4, 1, 4, 0},
	{"descriptor sent and claimed", 1, MESSAGE_PING, 4, 1, 4, 1},
	{"LOCK with a payload", 1, MESSAGE_LOCK, 1, 0, 1, 0},
};

static void try_rude(size_t i, bool locked)
{
	struct spawn_child child = start(locked);
	struct buf b = frame_of(rude[i].version, rude[i].number, rude[i].len, rude[i].fd_count);

	buf_put_zeros(&b, rude[i].body);
	send_raw(channel_fd(child.channel), b.p, b.n, rude[i].fds);
	buf_free(&b);
	assert_ends_silently(&child, rude[i].what);
}

static void rude_peers_get_nothing_before_lockdown(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(rude); i++)
		try_rude(i, false);
}

static void rude_peers_get_nothing_after_lockdown(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(rude); i++)
		try_rude(i, true);
}

static void a_frame_shorter_than_its_header_ends_it(void **state)
{
	(void)state;
	for (int locked = 0; locked < 2; locked++) {
		struct spawn_child child = start(locked == 1);

		send_raw(channel_fd(child.channel), "\1\0\12\0\0\0\0", 7, 0);
		assert_ends_silently(&child, "short header");
	}
}

static void messages_out_of_season_end_it(void **state)
{
	struct spawn_child child = start(false);
	struct buf b = frame_of(MESSAGE_VERSION, MESSAGE_PING, 4, 0);

	(void)state;
	buf_put_zeros(&b, 4);
	send_raw(channel_fd(child.channel), b.p, b.n, 0);
	assert_ends_silently(&child, "PING before LOCK");
	buf_free(&b);
	child = start(true);
	b = frame_of(MESSAGE_VERSION, MESSAGE_LOCK, 0, 0);
	send_raw(channel_fd(child.channel), b.p, b.n, 0);
	assert_ends_silently(&child, "LOCK twice");
	buf_free(&b);
}

/* A frame that carries descriptors nobody announced: before lockdown it is a breach. */
static void smuggled_descriptors_end_it(void **state)
{
	struct spawn_child child = start(false);
	struct buf b = frame_of(MESSAGE_VERSION, MESSAGE_LOCK, 0, 0);

	(void)state;
	send_raw(channel_fd(child.channel), b.p, b.n, 3);
	assert_ends_silently(&child, "smuggled descriptors");
	buf_free(&b);
}

/* After it, read(2) lets the kernel drop them: the frame is as good as any, nothing arrived. */
static void smuggled_descriptors_do_not_arrive(void **state)
{
	struct spawn_child child = start(true);
	struct buf b = frame_of(MESSAGE_VERSION, MESSAGE_PING, 4, 0);
	char path[64];
	struct frame f;
	struct stat st;
	struct err err;

	(void)state;
	buf_put_zeros(&b, 4);
	send_raw(channel_fd(child.channel), b.p, b.n, 3);
	assert_ok(channel_receive(child.channel, &f, &err), err);
	assert_int_equal(f.info->number, MESSAGE_PONG);
	assert_int_equal(f.request, 7);
	(void)snprintf(path, sizeof path, "/proc/%d/fd/4", child.pid);
	assert_int_not_equal(lstat(path, &st), 0);
	assert_int_equal(spawn_reap(&child), 0);
	buf_free(&b);
}

static void closing_the_channel_ends_it_well(void **state)
{
	(void)state;
	for (int locked = 0; locked < 2; locked++) {
		struct spawn_child child = start(locked == 1);

		assert_int_equal(spawn_reap(&child), 0);
	}
}

static void the_largest_ping_comes_back(void **state)
{
	struct spawn_child child = start(true);
	struct arena *a = arena_new(1U << 20);
	uint8_t *payload = arena_alloc(a, 65000);
	struct wire_ping ping = {{payload, 65000}};
	struct wire_ping pong;
	struct err err;

	(void)state;
	for (size_t i = 0; i < 65000; i++)
		payload[i] = (uint8_t)(i * 31);
	for (int round = 0; round < 50; round++) {
		struct arena *frame = arena_new(1U << 20);

		assert_ok(channel_ask(child.channel, MESSAGE_PING, &ping, NULL, 0, MESSAGE_PONG,
				  frame, &pong, &err),
			err);
		assert_int_equal(pong.payload.n, 65000);
		assert_memory_equal(pong.payload.p, payload, 65000);
		arena_free(&frame);
	}
	assert_int_equal(spawn_reap(&child), 0);
	arena_free(&a);
}

/* The layers, as the worker reports them; the exit status is what is missing. */
static int report_layers(void *argument)
{
	struct spawn_options o = {.role = ROLE_NULL, .dir_fd = -1};
	struct arena *a = arena_new(1U << 16);
	struct spawn_child child;
	struct wire_ready ready;
	struct err err;
	int missing;

	(void)argument;
	if (spawn_start(&o, &child, &err) != RC_OK
		|| spawn_lock(&child, a, &ready, &err) != RC_OK) {
		(void)fprintf(stderr, "%s\n", err.text);
		return 99;
	}
	missing = (int)(REQUIRED & ~ready.layers);
	if (missing != 0)
		(void)fprintf(stderr, "missing %x: " STR_FMT "\n", (unsigned)missing,
			STR_ARG(ready.note));
	if (spawn_reap(&child) != 0)
		missing = 98;
	arena_free(&a);
	return missing & 0x7F;
}

static void all_layers_as_this_user(void **state)
{
	(void)state;
	assert_int_equal(report_layers(NULL), 0);
}

static void all_layers_as_an_ordinary_user(void **state)
{
	(void)state;
	assert_int_equal(harness_as_nobody(report_layers, NULL), 0);
}

/* Outside, too, the worker has an empty root, no rights and nothing open but its channel. */
static void what_the_kernel_says_about_it(void **state)
{
	struct spawn_child child = start(true);
	struct arena *a = arena_new(1U << 16);
	char path[64];
	struct str status;

	(void)state;
	(void)snprintf(path, sizeof path, "/proc/%d/status", child.pid);
	status = bytes_text(harness_read(a, path));
	assert_true(str_find_str(status, STR("CapEff:\t0000000000000000\n")) < status.n);
	assert_true(str_find_str(status, STR("CapPrm:\t0000000000000000\n")) < status.n);
	assert_true(str_find_str(status, STR("CapAmb:\t0000000000000000\n")) < status.n);
	assert_true(str_find_str(status, STR("CapBnd:\t0000000000000000\n")) < status.n);
	assert_true(str_find_str(status, STR("NoNewPrivs:\t1\n")) < status.n);
	assert_true(str_find_str(status, STR("Threads:\t1\n")) < status.n);
#ifndef WITH_SANITIZER
	assert_true(str_find_str(status, STR("Seccomp:\t2\n")) < status.n);
#endif
	if (geteuid() == 0) {
		assert_true(
			str_find_str(status, STR("Uid:\t65534\t65534\t65534\t65534\n")) < status.n);
		(void)snprintf(path, sizeof path, "/proc/%d/environ", child.pid);
		assert_int_equal(harness_read(a, path).n, 0);
		(void)snprintf(path, sizeof path, "/proc/%d/root/etc", child.pid);
		assert_int_not_equal(access(path, F_OK), 0);
	}
	spawn_kill(&child);
	arena_free(&a);
}

/* As the signer's: needed until lockdown, then gone, and its owner's rights with it. */
static void an_inherited_directory_is_gone_after_lockdown(void **state)
{
	char *dir = harness_make_dir();
	AUTO_FD fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct spawn_options o = {.role = ROLE_NULL, .dir_fd = fd};
	struct arena *a = arena_new(1U << 16);
	struct spawn_child child;
	struct wire_ready ready;
	char path[64];
	struct stat st;
	struct err err;

	(void)state;
	assert_ok(spawn_start(&o, &child, &err), err);
	(void)snprintf(path, sizeof path, "/proc/%d/fd/4", child.pid);
	if (geteuid() == 0)
		assert_int_equal(lstat(path, &st), 0);
	assert_ok(spawn_lock(&child, a, &ready, &err), err);
	assert_int_not_equal(lstat(path, &st), 0);
	assert_int_equal(ready.layers & REQUIRED, REQUIRED);
	assert_int_equal(spawn_reap(&child), 0);
	arena_free(&a);
	harness_remove(&dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rude_peers_get_nothing_before_lockdown),
		cmocka_unit_test(rude_peers_get_nothing_after_lockdown),
		cmocka_unit_test(a_frame_shorter_than_its_header_ends_it),
		cmocka_unit_test(messages_out_of_season_end_it),
		cmocka_unit_test(smuggled_descriptors_end_it),
		cmocka_unit_test(smuggled_descriptors_do_not_arrive),
		cmocka_unit_test(closing_the_channel_ends_it_well),
		cmocka_unit_test(the_largest_ping_comes_back),
		cmocka_unit_test(all_layers_as_this_user),
		cmocka_unit_test(all_layers_as_an_ordinary_user),
		cmocka_unit_test(what_the_kernel_says_about_it),
		cmocka_unit_test(an_inherited_directory_is_gone_after_lockdown),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
