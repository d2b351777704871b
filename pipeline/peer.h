// SPDX-License-Identifier: Apache-2.0
/* A worker as control sees it: requests go out, answers come to a callback or to a waiting job. */
#ifndef PIPELINE_PEER_H
#define PIPELINE_PEER_H

#include "ipc/spawn.h"

struct peer;

/*
 * rc other than RC_OK: the worker refused (FAULT) or died; err says why and reply is NULL. reply: the
 * answer's record, alive until the callback returns.
 */
typedef void peer_answer(
	struct peer *p, enum rc rc, const struct err *err, const void *reply, void *context);

/* What goes out: record is of the message's type; fds stay the caller's. */
struct peer_message {
	enum message number;
	const void *record;
	const int *fds;
	uint32_t fd_count;
};
#define PEER_MESSAGE(number, record) (&(const struct peer_message){number, record, NULL, 0})
#define PEER_MESSAGE_FDS(number, record, fds, count) \
	(&(const struct peer_message){number, record, fds, count})

/* Requests that may be under way at once: more could fill the socket and block us. */
#define PEER_UNDER_WAY_MAX 6

/*
 * Starts a worker. dir_fd: -1 or its directory. The opening part (peer_open_ask, peer_lock) blocks,
 * each answer for as long as ipc/patience.h allows (then PEER); the rest goes through the loop.
 */
enum rc peer_start(enum role role, int dir_fd, struct peer **out, struct err *err) MUST_CHECK;
/* The same with secrets to inherit (spawn.h). */
enum rc peer_start_with(
	const struct spawn_options *o, struct peer **out, struct err *err) MUST_CHECK;
/* A request of the opening part. */
enum rc peer_open_ask(struct peer *p, const struct peer_message *m, enum message answer,
	struct arena *a, void *reply, struct err *err) MUST_CHECK;
/* Confinement. A missing required layer is a SYSTEM error and sets *unconfined: exit 11. */
enum rc peer_lock(struct peer *p, bool *unconfined, struct err *err) MUST_CHECK;
/* Layers the worker reported (enum layer). */
const struct wire_ready *peer_ready(const struct peer *p);

enum role peer_role(const struct peer *p);
bool peer_alive(const struct peer *p);
/* It is gone by what it did itself: not by SIGKILL, which we or anybody on the machine may have sent. */
bool peer_fell(const struct peer *p);
/* Workers that ended without having been asked to, since this process began. */
uint32_t peer_lost_count(void);
uint32_t peer_under_way(const struct peer *p);

/*
 * Sends; the callback runs in a later turn, exactly once. A worker that does not answer is killed when ipc/patience.h
 * says so.
 */
enum rc peer_send(struct peer *p, const struct peer_message *m, peer_answer *done, void *context,
	struct err *err) MUST_CHECK;
/* Sends and turns the loop until the answer is there; *reply is copied into a. For jobs only. */
enum rc peer_ask(struct peer *p, const struct peer_message *m, struct arena *a, void *reply,
	struct err *err) MUST_CHECK;
/*
 * Sends a request whose answer matters only when it is a refusal: that kills the worker, so that
 * whoever needs it next learns why. May be called inside a turn.
 */
enum rc peer_tell(struct peer *p, const struct peer_message *m, struct err *err) MUST_CHECK;
/*
 * For an asker who sees in an answer that the worker is broken, or somebody else's: it is killed, counted and
 * logged, and what it still had to answer comes back as PEER.
 */
void peer_condemn(struct peer *p, const struct err *why);
/* Closes the channel, ends the worker, frees. Answers still due come with an error first. NULL is fine. */
void peer_free(struct peer **p);

#endif
