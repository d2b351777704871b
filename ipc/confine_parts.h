// SPDX-License-Identifier: Apache-2.0
/* The layers of confinement one by one; only ipc/confine.c puts them in order. */
#ifndef IPC_CONFINE_PARTS_H
#define IPC_CONFINE_PARTS_H

#include "ipc/confine.h"

/*
 * Ids inside the user namespace that spawn makes. A worker starts as WORKER, which is the owner of
 * its directory where it has one; OUTSIDER, when it is mapped, is nobody outside.
 */
#define CONFINE_ID_WORKER 1000
#define CONFINE_ID_OUTSIDER 1001

/* What spawn's user namespace looks like from within. */
struct confine_ids {
	bool own_namespace; /* it is ours: only then may mounts be touched */
	bool has_outsider;
	uint32_t outer_worker; /* uid outside */
};

/* Reads /proc/self/uid_map. Never fails: what cannot be read is not ours. */
struct confine_ids confine_read_ids(void);

/*
 * Gives the process an empty root: nothing but the profile's readable paths (read-only) and, where it
 * may write its directory, that directory, which is then opened anew as WORKER_DIR_FD, so that ".."
 * leads nowhere. With keep_root mounts only stop spreading. SYSTEM leaves the old root in place.
 */
enum rc confine_root(const struct confine_profile *profile, struct err *err) MUST_CHECK;

/* None of root's powers, nor a way back to them. */
enum rc confine_capabilities(struct err *err) MUST_CHECK;

/* Landlock by the kernel's newest ABI up to 7. *abi: what was used. SYSTEM when the kernel has none. */
enum rc confine_landlock(
	const struct confine_profile *profile, uint32_t *abi, struct err *err) MUST_CHECK;

/* The system call filter; the last step, after which most calls kill. */
enum rc confine_seccomp(const struct confine_profile *profile, struct err *err) MUST_CHECK;

#endif
