// SPDX-License-Identifier: Apache-2.0
/*
 * Control groups of workers (cgroup v2, Linux Documentation/admin-guide/cgroup-v2.rst): where the controllers
 * memory and pids are delegated to us, every worker gets a group of its own with hard limits, besides its
 * rlimits. Elsewhere one log line says why not. Runs in: control, serve, verify's command line; nothing here is confined.
 *
 *     DELEGATED/certfill.PID/       locked by flock(2) as long as we live
 *         main/                     ourselves, and control's command line, where the kernel wants us out of DELEGATED
 *         w1/, w2/, ...             one worker each
 */
#ifndef IPC_CGROUP_H
#define IPC_CGROUP_H

#include "base/err.h"
#include "base/log.h"
#include "ipc/role.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* From now on workers are to have groups. Nothing is made before the first one starts. level: of the line that says why not. */
void cgroup_want(enum log_level level);
/*
 * Makes our group if it is wanted and not there yet, and removes what killed processes left. The first failure
 * is logged, in one line, and is the answer from then on. SYSTEM: workers will have rlimits alone.
 */
enum rc cgroup_open(struct err *err) MUST_CHECK;
/* Removes everything that cgroup_open() and cgroup_place() made. No worker may live any more. */
void cgroup_close(void);

/*
 * A new group with the role's limits, and the process in it; before it executes anything. 0: groups are not
 * wanted, or cannot be had (which was logged). Else a number for cgroup_leave().
 */
uint32_t cgroup_place(enum role role, pid_t pid);
/*
 * After the process was waited for: whether the kernel killed it for its memory. The group is removed. 0: false.
 */
bool cgroup_leave(uint32_t group);

/*
 * Where this process is in the version 2 hierarchy, from the contents of /proc/self/cgroup and
 * /proc/self/mountinfo. *mounted_len: the length of the mount point at its beginning. SYSTEM with what is missing.
 */
enum rc cgroup_find(const char *groups, const char *mounts, char *out, size_t out_len,
	size_t *mounted_len, struct err *err) MUST_CHECK;

#endif
