// SPDX-License-Identifier: Apache-2.0
/* Frames over SOCK_SEQPACKET. Runs in: every process that talks. */
#include "ipc/channel.h"

#include "base/file.h"
#include "base/mem.h"
#include "ipc/patience.h"
#include "ipc/wire_common.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define FRAME_MAX (MESSAGE_HEADER_LEN + MESSAGE_PAYLOAD_MAX)
#define CONTROL_ROOM CMSG_SPACE(sizeof(int) * MESSAGE_FDS_MAX)

struct channel {
	int fd;
	enum role self;
	enum role peer;
	uint32_t next_request;
	bool read_only; /* read(2), not recvmsg(2) */
	bool wait_for_room; /* when the socket is full; otherwise that is AGAIN */
	pid_t pid; /* of the worker whose answers have a limit; 0: none has */
	int64_t limit_ms;
	struct buf out;
	uint8_t in[FRAME_MAX + 1]; /* one more: read(2) does not say that it cut */
};

struct channel *channel_new(int own_fd, enum role self, enum role peer)
{
	struct channel *c = mem_zalloc(1, sizeof *c);

	c->fd = own_fd;
	c->self = self;
	c->peer = peer;
	c->next_request = 1;
	c->out = buf_new(FRAME_MAX);
	c->wait_for_room = true;
	return c;
}

void channel_free(struct channel **c)
{
	if (*c == NULL)
		return;
	(void)close((*c)->fd);
	buf_free(&(*c)->out);
	MEM_FREE(*c);
}

int channel_fd(const struct channel *c)
{
	return c->fd;
}

void channel_use_read(struct channel *c)
{
	c->read_only = true;
}

#define LOOK_MS 1000
/* Long enough for any worker that is alive; it reads before it works. */
#define ROOM_LIMIT_MS 120000

static bool wait_for_room(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLOUT};

	return poll(&p, 1, ROOM_LIMIT_MS) > 0;
}

void channel_never_wait(struct channel *c)
{
	c->wait_for_room = false;
}

void channel_limit(struct channel *c, pid_t pid, int64_t limit_ms)
{
	c->pid = pid;
	c->limit_ms = limit_ms;
}

/* Until there is something to read, be it the end. */
static enum rc wait_for_answer(const struct channel *c, struct err *err)
{
	struct pollfd p = {.fd = c->fd, .events = POLLIN};
	struct patience patience;

	if (c->pid == 0)
		return RC_OK;
	patience_start(&patience, c->pid, c->limit_ms);
	while (poll(&p, 1, c->limit_ms < LOOK_MS ? (int)c->limit_ms : LOOK_MS) <= 0)
		if (patience_is_over(&patience))
			return err_set(err, RC_PEER, "the %s process did not answer within %d s",
				role_name(c->peer), (int)(c->limit_ms / 1000));
	return RC_OK;
}

static enum rc send_frame(struct channel *c, const int *fds, uint32_t fd_count, struct err *err)
{
	_Alignas(struct cmsghdr) uint8_t control[CONTROL_ROOM] = {0};
	struct iovec iov = {c->out.p, c->out.n};
	struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1};

	if (fd_count != 0) {
		struct cmsghdr *h;

		m.msg_control = control;
		m.msg_controllen = CMSG_SPACE(sizeof(int) * fd_count);
		h = CMSG_FIRSTHDR(&m);
		h->cmsg_level = SOL_SOCKET;
		h->cmsg_type = SCM_RIGHTS;
		h->cmsg_len = CMSG_LEN(sizeof(int) * fd_count);
		memcpy(CMSG_DATA(h), fds, sizeof(int) * fd_count);
	}
	for (;;) {
		/* A worker after lockdown may call write(2) but not sendmsg(2). */
		ssize_t n = fd_count != 0 || c->self == ROLE_CONTROL || c->self == ROLE_CLI
			? sendmsg(c->fd, &m, MSG_NOSIGNAL | (c->wait_for_room ? 0 : MSG_DONTWAIT))
			: write(c->fd, c->out.p, c->out.n);

		if (n >= 0)
			return RC_OK;
		if (errno == EAGAIN) {
			/* libuv makes polled sockets non-blocking. */
			if (c->wait_for_room && wait_for_room(c->fd))
				continue;
			return err_set(err, RC_AGAIN, "the %s process reads too slowly",
				role_name(c->peer));
		}
		if (errno != EINTR)
			return err_errno(err, RC_SYSTEM, errno, "cannot send to the %s process",
				role_name(c->peer));
	}
}

enum rc channel_send(struct channel *c, enum message message, uint32_t request, const void *record,
	const int *fds, uint32_t fd_count, struct err *err)
{
	const struct message_info *info = message_find(message);
	size_t len;
	enum rc rc;

	CHECK(info != NULL && message_allowed(info, c->self, c->peer));
	CHECK(fd_count <= info->max_fds && fd_count <= MESSAGE_FDS_MAX);
	buf_reset(&c->out);
	cursor_put_u16(&c->out, MESSAGE_VERSION);
	cursor_put_u16(&c->out, (uint16_t)message);
	cursor_put_u32(&c->out, 0);
	cursor_put_u32(&c->out, request);
	cursor_put_u32(&c->out, fd_count);
	rc = wire_encode(info->type, record, &c->out, err);
	if (rc != RC_OK)
		return rc;
	len = c->out.n - MESSAGE_HEADER_LEN;
	if (len > info->max_len)
		return err_set(err, RC_LIMIT, "%s has %zu bytes, at most %u are allowed",
			info->name, len, info->max_len);
	for (size_t i = 0; i < 4; i++)
		c->out.p[4 + i] = (uint8_t)(len >> (8 * i));
	return send_frame(c, fds, fd_count, err);
}

static void collect_fds(struct msghdr *m, struct frame *out)
{
	for (struct cmsghdr *h = CMSG_FIRSTHDR(m); h != NULL; h = CMSG_NXTHDR(m, h)) {
		size_t n = (h->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		int fds[MESSAGE_FDS_MAX];

		if (h->cmsg_level != SOL_SOCKET || h->cmsg_type != SCM_RIGHTS)
			continue;
		if (n > MESSAGE_FDS_MAX - out->fd_count)
			n = MESSAGE_FDS_MAX - out->fd_count;
		memcpy(fds, CMSG_DATA(h), n * sizeof(int));
		memcpy(out->fds + out->fd_count, fds, n * sizeof(int));
		out->fd_count += (uint32_t)n;
	}
}

/* Before lockdown descriptors come along (recvmsg); after it only read(2) is left. */
static enum rc receive_bytes(struct channel *c, struct frame *out, size_t *len, struct err *err)
{
	_Alignas(struct cmsghdr) uint8_t control[CONTROL_ROOM] = {0};
	struct iovec iov = {c->in, sizeof c->in};
	struct msghdr m = {.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof control};
	ssize_t n;

	do
		n = c->read_only ? read(c->fd, c->in, sizeof c->in)
				 : recvmsg(c->fd, &m, MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (c->read_only)
		m.msg_controllen = 0;
	if (n < 0)
		return err_errno(err, RC_SYSTEM, errno, "cannot receive from the %s process",
			role_name(c->peer));
	collect_fds(&m, out);
	if ((m.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0 || (size_t)n > FRAME_MAX)
		return err_set(
			err, RC_PEER, "the %s process sent an oversized frame", role_name(c->peer));
	*len = (size_t)n;
	return RC_OK;
}

static enum rc check_frame(struct channel *c, struct frame *out, size_t len, struct err *err)
{
	struct cursor in = cursor_of((struct bytes){c->in, len});
	uint16_t version = cursor_u16(&in);
	uint16_t number = cursor_u16(&in);
	uint32_t payload_len = cursor_u32(&in);
	const char *who = role_name(c->peer);
	uint32_t fd_count;

	out->request = cursor_u32(&in);
	fd_count = cursor_u32(&in);
	if (in.bad || version != MESSAGE_VERSION)
		return err_set(err, RC_PEER, "the %s process speaks another protocol version", who);
	out->info = message_find(number);
	if (out->info == NULL || !message_allowed(out->info, c->peer, c->self))
		return err_set(err, RC_PEER, "the %s process may not send message %u", who, number);
	if (payload_len != cursor_left(&in) || payload_len > out->info->max_len)
		return err_set(err, RC_PEER, "the %s process sent %s with a wrong length", who,
			out->info->name);
	if (fd_count != out->fd_count || fd_count > out->info->max_fds)
		return err_set(err, RC_PEER, "the %s process sent %s with %u descriptors", who,
			out->info->name, out->fd_count);
	out->payload = cursor_take(&in, payload_len);
	return RC_OK;
}

enum rc channel_receive(struct channel *c, struct frame *out, struct err *err)
{
	size_t len = 0;
	enum rc rc;

	memset(out, 0, sizeof *out);
	rc = receive_bytes(c, out, &len, err);
	if (rc == RC_OK && len == 0)
		rc = err_set(
			err, RC_AGAIN, "the %s process closed its channel", role_name(c->peer));
	if (rc == RC_OK)
		rc = check_frame(c, out, len, err);
	if (rc != RC_OK)
		frame_close_fds(out);
	return rc;
}

void frame_close_fds(struct frame *f)
{
	for (uint32_t i = 0; i < f->fd_count; i++)
		file_auto_close(&f->fds[i]);
	f->fd_count = 0;
}

int frame_take_fd(struct frame *f, uint32_t i)
{
	CHECK(i < f->fd_count);
	return file_take(&f->fds[i]);
}

enum rc frame_decode(const struct frame *f, struct arena *a, void *record, struct err *err)
{
	return wire_decode(f->info->type, f->payload, a, record, err);
}

enum rc frame_fault(const struct frame *f, struct arena *a, struct err *err)
{
	struct wire_fault fault;
	enum rc rc = frame_decode(f, a, &fault, err);

	if (rc != RC_OK)
		return rc;
	if (fault.kind < RC_INPUT || fault.kind > RC_PEER)
		return err_set(err, RC_PEER, "a fault of unknown kind");
	return err_set(err, (enum rc)fault.kind, STR_FMT, STR_ARG(fault.text));
}

/* NOLINTNEXTLINE(readability-function-size): tests/tools/sizes_allow.txt says why. */
enum rc channel_ask(struct channel *c, enum message message, const void *record, const int *fds,
	uint32_t fd_count, enum message answer, struct arena *a, void *reply, struct err *err)
{
	uint32_t request = c->next_request++;
	struct frame f;
	enum rc rc = channel_send(c, message, request, record, fds, fd_count, err);

	if (rc == RC_OK)
		rc = wait_for_answer(c, err);
	if (rc == RC_OK)
		rc = channel_receive(c, &f, err);
	if (rc != RC_OK)
		return rc;
	if (f.info->number == MESSAGE_FAULT && f.request == request)
		rc = frame_fault(&f, a, err);
	else if (f.info->number != answer || f.request != request)
		rc = err_set(err, RC_PEER, "the %s process answered with %s", role_name(c->peer),
			f.info->name);
	else if (reply != NULL)
		rc = frame_decode(&f, a, reply, err);
	frame_close_fds(&f);
	return rc;
}
