// SPDX-License-Identifier: Apache-2.0
/* Starting workers: one executable each, in namespaces of its own, with one channel. */
#ifndef IPC_SPAWN_H
#define IPC_SPAWN_H

#include "ipc/channel.h"
#include "ipc/wire_common.h"

#include <sys/types.h>

struct spawn_child {
	pid_t pid;
	int pidfd; /* readable when the process has ended */
	struct channel *channel;
	enum role role;
	uint32_t layers_off; /* as asked for */
	int last_fd; /* what WORKER_LAST_FD counts */
	uint32_t group; /* of ipc/cgroup.h; 0: none */
	bool out_of_memory; /* set by spawn_reap(): the kernel killed it for its group's memory.max */
	int forbidden_call; /* set by spawn_reap(): the call it says it ended for, or -1 */
};

struct spawn_options {
	enum role role;
	int dir_fd; /* becomes WORKER_DIR_FD; -1: none */
	/* WORKER_SECRETS, -1: none; become WORKER_SECRET_FD and on. NULL: none. */
	const int *secret_fds;
	uint32_t layers_off; /* tests only */
	bool yields; /* the processor goes to others first: who is served waits for no batch */
	bool debug; /* worker's stderr stays ours; otherwise /dev/null */
};

/* Where worker executables lie: beside this one, else LIBEXECDIR. Called once at start. */
enum rc spawn_find_workers(struct err *err) MUST_CHECK;
/*
 * Starts the role's executable (certfill-ROLE) with an empty environment, descriptors 0-2 on
 * /dev/null, only channel and dir_fd besides; exchanges HELLO and WELCOME. The child dies with us.
 */
enum rc spawn_start(
	const struct spawn_options *o, struct spawn_child *out, struct err *err) MUST_CHECK;
/*
 * LOCK, then READY. *ready lives in a. SYSTEM when a required layer is missing: the caller exits 11.
 */
enum rc spawn_lock(struct spawn_child *child, struct arena *a, struct wire_ready *ready,
	struct err *err) MUST_CHECK;
/* For those who send LOCK and receive READY themselves: the same check of it. */
enum rc spawn_check_ready(const struct spawn_child *child, const struct wire_ready *ready,
	struct err *err) MUST_CHECK;
/* Waits for the end (after the channel was closed or the child killed). Returns waitpid's status. */
int spawn_reap(struct spawn_child *child);
/* SIGKILL, reap, close everything. */
void spawn_kill(struct spawn_child *child);
/*
 * A sentence about how child, reaped with status, ended: "made the forbidden system call socket (41)", "used up
 * its CPU time". The number is the worker's own word. out_len >= 160.
 */
void spawn_describe_end(const struct spawn_child *child, int status, char *out, size_t out_len);

#endif
