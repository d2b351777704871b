// SPDX-License-Identifier: Apache-2.0
/* The two sides of starting a worker between clone(2) and exec. Only ipc/spawn.c includes it. */
#ifndef IPC_SPAWN_CHILD_H
#define IPC_SPAWN_CHILD_H

#include "base/err.h"
#include "ipc/worker.h"

#include <stdbool.h>
#include <sys/types.h>

/* What the child needs, all of it made before clone(2): nothing may be allocated after. */
struct spawn_plan {
	int exec_fd; /* the worker's executable */
	int channel_fd; /* its end of the channel */
	int dir_fd; /* -1: none */
	int secret_fds[WORKER_SECRETS]; /* -1: none */
	int last_fd; /* becomes WORKER_LAST_FD */
	int sync_fd; /* its end of the socket that waits for the id maps and reports failures */
	int parent_sync_fd; /* ours, to be closed in the child */
	bool namespaces;
	bool yields; /* as spawn_options has it */
	bool debug; /* keep stderr, name forbidden calls */
	bool set_groups; /* we may clear the supplementary groups */
	uid_t outer_uid; /* who the worker is outside */
	gid_t outer_gid;
	bool outsider; /* map nobody as well, for after lockdown */
	char dir_path
		[4096]; /* of dir_fd, to be opened inside the worker's mount namespace; may be "" */
	char argument[32]; /* argv[0] */
};

/* Written by the child when a step fails; nothing at all when exec succeeded. */
struct spawn_failure {
	int step;
	int error;
};

/* In the child: never returns. Uses only calls that are safe after clone(2) of a threaded process. */
void spawn_child_run(const struct spawn_plan *given) __attribute__((noreturn));
/* In the parent: writes the id maps of the child's user namespace. */
enum rc spawn_child_map(const struct spawn_plan *plan, pid_t pid, struct err *err) MUST_CHECK;
/* "change its user id", ...: what failed. */
const char *spawn_child_step(int step);

#endif
