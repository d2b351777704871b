// SPDX-License-Identifier: Apache-2.0
/*
 * The loop that every worker shares: receive a frame, check it against the message table and the
 * worker's state, let one small handler answer, repeat until the channel closes.
 *
 * Start-up order (ADR 0009): argv, HELLO and WELCOME, OPENING messages that load what comes from
 * outside, LOCK: confinement, READY with the layers in force. Then WORKING messages only.
 * A worker's main() is: return worker_run(&role_description, argc, argv).
 */
#ifndef IPC_WORKER_H
#define IPC_WORKER_H

#include "base/arena.h"
#include "ipc/channel.h"
#include "ipc/confine.h"

struct worker;

/*
 * request: decoded by the loop, of the message's type, alive until the handler returns; fds: the
 * frame's, take them with frame_take_fd(). The handler answers with worker_reply() exactly once,
 * or returns an error, which the loop sends as a FAULT.
 */
typedef enum rc worker_handler(
	struct worker *w, struct frame *frame, const void *request, struct err *err);

struct worker_message {
	enum message message;
	worker_handler *handler;
};

struct worker_role {
	enum role role;
	const struct worker_message *messages;
	size_t message_count;
	const struct confine_profile *profile;
	/* Called at LOCK, before confinement: warm libraries up, check that inputs are complete. May be NULL. */
	enum rc (*warm_up)(struct worker *w, struct err *err);
	/*
	 * After READY, instead of the blocking loop: a role with an event loop of its own waits for
	 * worker_fd() to be readable, then calls worker_step(). Its error ends the process. May be NULL.
	 */
	enum rc (*run)(struct worker *w, struct err *err);
	size_t frame_arena_len; /* room of the arena that is reset after every message */
	void *state; /* the role's own; handlers get it by worker_state() */
};

/*
 * Channel on descriptor 3; a role that needs a directory (sign: keys, store: segments) inherits it
 * as descriptor 4 (WORKER_DIR_FD). Returns the exit status of the process.
 */
#define WORKER_CHANNEL_FD 3
#define WORKER_DIR_FD 4
/* Secrets that sign reads and control does not: the passphrase of the keys, and a new one for them. */
#define WORKER_SECRET_FD 5
#define WORKER_SECRETS 2
/* An event counter: the number of a forbidden system call and one, before a worker ends because of it. */
#define WORKER_LAST_FD (WORKER_SECRET_FD + WORKER_SECRETS)
/* argv[1] of a worker whose forbidden system calls are to be named on its stderr. */
#define WORKER_DEBUG_ARGUMENT "debug"
int worker_run(const struct worker_role *role, int argc, char **argv);

void *worker_state(struct worker *w);
/* Reset after the handler returns. */
struct arena *worker_arena(struct worker *w);
/* For a role's own run(): the channel's descriptor; one frame received and handled (AGAIN: closed by the peer). */
int worker_fd(const struct worker *w);
enum rc worker_step(struct worker *w, struct err *err) MUST_CHECK;
/*
 * A request of the role's own, of an even number; its answer comes to the handler of the odd number, which
 * does not reply. AGAIN when the channel is full: nothing was sent. Only after worker_step was made ready
 * by run().
 */
enum rc worker_ask(struct worker *w, enum message message, uint32_t request, const void *record,
	struct err *err) MUST_CHECK;
/* record: of the answer's type. */
enum rc worker_reply(
	struct worker *w, enum message answer, const void *record, struct err *err) MUST_CHECK;
/* The answer DONE. */
enum rc worker_done(struct worker *w, struct err *err) MUST_CHECK;

#endif
