// SPDX-License-Identifier: Apache-2.0
/* Frames over SOCK_SEQPACKET, with descriptors. Blocking; control polls before it receives. */
#ifndef IPC_CHANNEL_H
#define IPC_CHANNEL_H

#include "ipc/message.h"

#include <sys/types.h>

/* A received frame. payload borrows from the channel until the next receive; fds are the caller's. */
struct frame {
	const struct message_info *info;
	uint32_t request; /* chosen by the asker, copied by the answerer */
	struct bytes payload;
	int fds[MESSAGE_FDS_MAX];
	uint32_t fd_count;
};

struct channel;

/* own_fd: a connected SOCK_SEQPACKET socket; closed by channel_free. self, peer: roles at its ends. */
struct channel *channel_new(int own_fd, enum role self, enum role peer);
void channel_free(struct channel **c);
int channel_fd(const struct channel *c);
/* From now on a full socket is AGAIN from channel_send instead of a wait. */
void channel_never_wait(struct channel *c);

/* From now on channel_ask() waits limit_ms for the worker pid and its answer, as ipc/patience.h says; then PEER. */
void channel_limit(struct channel *c, pid_t pid, int64_t limit_ms);

/*
 * From now on frames are read by read(2), so no descriptor can arrive: for workers after lockdown,
 * whose profile allows no recvmsg.
 */
void channel_use_read(struct channel *c);

/*
 * Encodes record (of the message's own type) and sends one frame; fds stay the caller's.
 * SYSTEM when the peer is gone or the record does not fit the message's cap (LIMIT).
 */
enum rc channel_send(struct channel *c, enum message message, uint32_t request, const void *record,
	const int *fds, uint32_t fd_count, struct err *err) MUST_CHECK;
/*
 * Receives one frame, after checking header, direction, size and descriptor count against the
 * table. AGAIN when the peer closed in good order; PEER when it broke the protocol.
 */
enum rc channel_receive(struct channel *c, struct frame *out, struct err *err) MUST_CHECK;
/* Closes what the frame still owns. */
void frame_close_fds(struct frame *f);
/* Moves descriptor index i out of the frame. */
int frame_take_fd(struct frame *f, uint32_t i);
/* Decodes the payload into record, whose type must be the message's. */
enum rc frame_decode(
	const struct frame *f, struct arena *a, void *record, struct err *err) MUST_CHECK;

/*
 * Sends a request and waits for its answer: info->number must be answer, else PEER. A FAULT becomes
 * an error of its kind and sentence. reply may be NULL. For blocking callers (tests, doctor, sign's
 * and compile's openers); control's loop uses the parts.
 */
enum rc channel_ask(struct channel *c, enum message message, const void *record, const int *fds,
	uint32_t fd_count, enum message answer, struct arena *a, void *reply,
	struct err *err) MUST_CHECK;
/* Turns a FAULT frame into an error. */
enum rc frame_fault(const struct frame *f, struct arena *a, struct err *err);

#endif
