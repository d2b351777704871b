// SPDX-License-Identifier: Apache-2.0
/* Frames over a socket pair, good and bad, from control's side too. Runs in: make check. */
#include "base/file.h"
#include "ipc/channel.h"
#include "ipc/wire_common.h"
#include "ipc/wire_store.h"
#include "tests/harness/harness.h"

#include <limits.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct ends {
	struct channel *control;
	struct channel *worker;
	int worker_raw; /* the worker's socket, to write nonsense to */
};

static struct ends open_ends(enum role role)
{
	struct ends e;
	int fds[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds), 0);
	e.control = channel_new(fds[0], ROLE_CONTROL, role);
	e.worker = channel_new(fds[1], role, ROLE_CONTROL);
	e.worker_raw = channel_fd(e.worker);
	return e;
}

static void close_ends(struct ends *e)
{
	channel_free(&e->control);
	channel_free(&e->worker);
	channel_free(&e->worker);
}

static void frames_arrive_whole(void **state)
{
	struct wire_ping ping = {{(const uint8_t *)"abc", 3}};
	struct arena *a = arena_new(1U << 16);
	struct ends e = open_ends(ROLE_NULL);
	struct wire_ping got;
	struct frame f;
	struct err err;

	(void)state;
	assert_ok(channel_send(e.control, MESSAGE_PING, 4242, &ping, NULL, 0, &err), err);
	assert_ok(channel_receive(e.worker, &f, &err), err);
	assert_int_equal(f.info->number, MESSAGE_PING);
	assert_int_equal(f.request, 4242);
	assert_int_equal(f.fd_count, 0);
	assert_int_equal(f.payload.n, 7);
	assert_ok(frame_decode(&f, a, &got, &err), err);
	assert_int_equal(got.payload.n, 3);
	assert_memory_equal(got.payload.p, "abc", 3);
	close_ends(&e);
	arena_free(&a);
}

static void descriptors_come_along(void **state)
{
	struct wire_store_source source = {.source = 3};
	struct ends e = open_ends(ROLE_STORE);
	struct err err;
	struct frame f;
	int before = harness_open_fds();
	int fd = -1;
	int got;
	char text[4] = "";

	(void)state;
	assert_ok(file_memory_of("t", bytes_of(STR("abc")), &fd, &err), err);
	assert_ok(channel_send(e.control, MESSAGE_STORE_SOURCE, 1, &source, &fd, 1, &err), err);
	assert_ok(channel_receive(e.worker, &f, &err), err);
	assert_int_equal(f.fd_count, 1);
	got = frame_take_fd(&f, 0);
	assert_int_not_equal(got, fd);
	assert_int_equal(pread(got, text, 3, 0), 3);
	assert_string_equal(text, "abc");
	frame_close_fds(&f);
	(void)close(got);
	/* One that is not taken is closed with the frame. */
	assert_ok(channel_send(e.control, MESSAGE_STORE_SOURCE, 2, &source, &fd, 1, &err), err);
	assert_ok(channel_receive(e.worker, &f, &err), err);
	frame_close_fds(&f);
	file_auto_close(&fd);
	assert_int_equal(harness_open_fds(), before);
	close_ends(&e);
}

static void closing_is_told_from_breaking(void **state)
{
	struct ends e = open_ends(ROLE_NULL);
	struct frame f;
	struct err err;

	(void)state;
	channel_free(&e.worker);
	assert_int_equal(channel_receive(e.control, &f, &err), RC_AGAIN);
	assert_string_equal(err.text, "the null process closed its channel");
	assert_int_equal(channel_send(e.control, MESSAGE_PING, 1, &(struct wire_ping){{NULL, 0}},
				 NULL, 0, &err),
		RC_SYSTEM);
	close_ends(&e);
}

static void too_large_a_record_is_not_sent(void **state)
{
	static uint8_t large[65001];
	struct wire_ping ping = {{large, sizeof large}};
	struct ends e = open_ends(ROLE_NULL);
	struct err err;
	char byte;

	(void)state;
	assert_int_equal(channel_send(e.control, MESSAGE_PING, 1, &ping, NULL, 0, &err), RC_LIMIT);
	assert_int_equal(recv(e.worker_raw, &byte, 1, MSG_DONTWAIT), -1);
	close_ends(&e);
}

/* What a taken-over worker might send control. */
static const struct {
	const char *what;
	const char *bytes;
	size_t len;
} hostile[] = {
	{"nothing of a header", "\1", 1},
	{"half a header", "\1\0\13\0\0\0\0\0", 8},
	{"another version", "\2\0\13\0\4\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0", 20},
	{"an unknown number", "\1\0\377\377\0\0\0\0\1\0\0\0\0\0\0\0", 16},
	{"a request of control's", "\1\0\12\0\4\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0", 20},
	{"an answer of the signer", "\1\0\73\0\4\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0", 20},
	{"a length too large", "\1\0\13\0\5\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0", 20},
	{"a length too small", "\1\0\13\0\3\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0", 20},
	{"a length of four GiB", "\1\0\13\0\377\377\377\377\1\0\0\0\0\0\0\0\0\0\0\0", 20},
	{"a descriptor that is not there", "\1\0\13\0\4\0\0\0\1\0\0\0\1\0\0\0\0\0\0\0", 20},
};

static void hostile_frames_are_the_peers_fault(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(hostile); i++) {
		struct ends e = open_ends(ROLE_NULL);
		struct frame f;
		struct err err;

		assert_int_equal(write(e.worker_raw, hostile[i].bytes, hostile[i].len),
			(ssize_t)hostile[i].len);
		if (channel_receive(e.control, &f, &err) != RC_PEER)
			fail_msg("%s was accepted", hostile[i].what);
		assert_non_null(strstr(err.text, "the null process"));
		close_ends(&e);
	}
}

/* A frame larger than any allowed, by either way of reading. */
static void oversize_is_seen_both_ways(void **state)
{
	static uint8_t large[MESSAGE_HEADER_LEN + MESSAGE_PAYLOAD_MAX + 1] = {1, 0, MESSAGE_PONG};

	(void)state;
	for (int plain = 0; plain < 2; plain++) {
		struct ends e = open_ends(ROLE_NULL);
		struct frame f;
		struct err err;

		if (plain == 1)
			channel_use_read(e.control);
		assert_int_equal(write(e.worker_raw, large, sizeof large), (ssize_t)sizeof large);
		assert_int_equal(channel_receive(e.control, &f, &err), RC_PEER);
		assert_non_null(strstr(err.text, "oversized"));
		close_ends(&e);
	}
}

static void smuggled_descriptors_are_closed(void **state)
{
	_Alignas(struct cmsghdr) uint8_t room[CMSG_SPACE(sizeof(int) * 3)] = {0};
	struct iovec iov = {(void *)(uintptr_t) "\1\0\13\0\4\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0", 20};
	struct msghdr m = {.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = room,
		.msg_controllen = sizeof room};
	struct cmsghdr *h = (struct cmsghdr *)room;
	struct ends e = open_ends(ROLE_NULL);
	int before = harness_open_fds();
	int fds[3] = {0, 1, 2};
	struct frame f;
	struct err err;

	(void)state;
	h->cmsg_level = SOL_SOCKET;
	h->cmsg_type = SCM_RIGHTS;
	h->cmsg_len = CMSG_LEN(sizeof fds);
	memcpy(CMSG_DATA(h), fds, sizeof fds);
	assert_int_equal(sendmsg(e.worker_raw, &m, 0), 20);
	assert_int_equal(channel_receive(e.control, &f, &err), RC_PEER);
	assert_int_equal(f.fd_count, 0);
	assert_int_equal(harness_open_fds(), before);
	close_ends(&e);
}

/* The answer is put on the line before it is asked for: one thread plays both. */
static enum rc ask_with_answer(struct ends *e, enum message answer, uint32_t request,
	const void *record, struct arena *a, struct wire_ping *pong, struct err *err)
{
	struct wire_ping ping = {{NULL, 0}};

	assert_ok(channel_send(e->worker, answer, request, record, NULL, 0, err), *err);
	return channel_ask(e->control, MESSAGE_PING, &ping, NULL, 0, MESSAGE_PONG, a, pong, err);
}

static void asking_checks_the_answer(void **state)
{
	struct wire_fault fault = {.kind = RC_LIMIT, .text = STR("too many")};
	struct wire_ping answer = {{(const uint8_t *)"x", 1}};
	struct arena *a = arena_new(1U << 16);
	struct ends e = open_ends(ROLE_NULL);
	struct wire_ping pong;
	struct err err;

	(void)state;
	assert_ok(ask_with_answer(&e, MESSAGE_PONG, 1, &answer, a, &pong, &err), err);
	assert_int_equal(pong.payload.n, 1);
	/* The second question has number 2: an answer to the first does not do. */
	assert_int_equal(ask_with_answer(&e, MESSAGE_PONG, 1, &answer, a, &pong, &err), RC_PEER);
	assert_int_equal(
		ask_with_answer(&e, MESSAGE_DONE, 3, &(struct wire_nothing){0}, a, &pong, &err),
		RC_PEER);
	assert_int_equal(ask_with_answer(&e, MESSAGE_FAULT, 4, &fault, a, &pong, &err), RC_LIMIT);
	assert_string_equal(err.text, "too many");
	assert_int_equal(ask_with_answer(&e, MESSAGE_FAULT, 4, &fault, a, &pong, &err), RC_PEER);
	fault.kind = 99;
	assert_int_equal(ask_with_answer(&e, MESSAGE_FAULT, 6, &fault, a, &pong, &err), RC_PEER);
	fault.kind = RC_OK;
	assert_int_equal(ask_with_answer(&e, MESSAGE_FAULT, 7, &fault, a, &pong, &err), RC_PEER);
	close_ends(&e);
	arena_free(&a);
}

static void asking_has_an_end(void **state)
{
	struct wire_ping ping = {{NULL, 0}};
	struct arena *a = arena_new(1U << 16);
	struct ends e = open_ends(ROLE_NULL);
	struct wire_ping pong;
	struct err err;

	(void)state;
	/* Nobody answers, and nobody with this number works. */
	channel_limit(e.control, INT_MAX, 1);
	assert_int_equal(
		channel_ask(e.control, MESSAGE_PING, &ping, NULL, 0, MESSAGE_PONG, a, &pong, &err),
		RC_PEER);
	assert_string_equal(err.text, "the null process did not answer within 0 s");
	close_ends(&e);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_arrive_whole),
		cmocka_unit_test(descriptors_come_along),
		cmocka_unit_test(closing_is_told_from_breaking),
		cmocka_unit_test(too_large_a_record_is_not_sent),
		cmocka_unit_test(hostile_frames_are_the_peers_fault),
		cmocka_unit_test(oversize_is_seen_both_ways),
		cmocka_unit_test(smuggled_descriptors_are_closed),
		cmocka_unit_test(asking_checks_the_answer),
		cmocka_unit_test(asking_has_an_end),
	};

	harness_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
