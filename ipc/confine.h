// SPDX-License-Identifier: Apache-2.0
/*
 * Confinement of this process, from inside, by layers (docs/adr/0009): namespaces with an empty
 * root, ids, limits, capabilities, no-new-privs, Landlock, seccomp. Each holds alone.
 */
#ifndef IPC_CONFINE_H
#define IPC_CONFINE_H

#include "base/err.h"
#include "ipc/wire_common.h"

#include <stddef.h>
#include <stdint.h>

/* What a system call gets; the default for calls not listed is the end of the process. */
enum confine_answer {
	CONFINE_ALLOW,
	CONFINE_ALLOW_CHECKED, /* with the argument rule built in for it (confine_seccomp.c) */
	CONFINE_ALLOW_LOCKS, /* fcntl only: as CHECKED, and locks, O_NONBLOCK and copies of descriptors */
	CONFINE_ALLOW_FILE_MAPS, /* mmap only: as CHECKED, and private read-only mappings of files */
	CONFINE_ALLOW_SHARED_READS, /* mmap only: as CHECKED, and read-only mappings of files, shared ones too */
	CONFINE_REFUSE, /* fails with error */
};

struct confine_call {
	int number; /* SYS_... */
	enum confine_answer answer;
	int error; /* of REFUSE: EACCES, ENOENT, ENOSYS */
	const char *why;
};

/* A directory or file that Landlock leaves readable (compile: libraries' data). */
struct confine_path {
	const char *path;
};

struct confine_profile {
	const char *name;
	/* Besides confine_base_calls; an entry here replaces the base's entry for the same call. */
	const struct confine_call *calls;
	size_t call_count;
	bool whole_list; /* calls is all of it: confine_base_calls are not added */
	const struct confine_path *readable; /* kept visible read-only; empty: nothing at all */
	size_t readable_count;
	bool threads; /* may start threads (compile) */
	bool keep_root; /* keeps its file system view: no pivot_root, for roles that write below an open directory */
	/*
	 * What WORKER_DIR_FD was opened from stays readable: at this place of the empty root ("/ledger"),
	 * or where it was on machines without mount namespaces. NULL: not at all.
	 */
	const char *dir_place;
	bool connects; /* makes connections (fetch): Landlock leaves TCP connections, seccomp sockets of the internet */
	bool may_write_dir; /* Landlock lets it create and write below WORKER_DIR_FD (store, sign at init) */
	uint64_t memory_max; /* RLIMIT_AS, bytes */
	uint64_t file_max; /* RLIMIT_FSIZE, bytes; caps the result memfd too, so never 0 */
	uint32_t cpu_max_s; /* RLIMIT_CPU, hard; 0: none */
	uint32_t open_max; /* RLIMIT_NOFILE */
};

/*
 * Confines the calling process; on return the layers in *ready are in force. layers_off: enum layer
 * bits to leave out, honoured only in a build with CONFINE_ABLATION. SYSTEM, with a sentence that says
 * which, when a required layer (no-new-privs, rlimits, seccomp, and Landlock or namespaces) fails.
 */
enum rc confine_enter(const struct confine_profile *profile, uint32_t layers_off,
	struct wire_ready *ready, struct err *err) MUST_CHECK;

/*
 * The first required layer that is neither in layers nor in layers_off, as a person reads it; NULL
 * when none is missing.
 */
const char *confine_missing_layer(uint32_t layers, uint32_t layers_off);

/*
 * A forbidden call is never carried out: the process reports its number (WORKER_LAST_FD) and ends with this
 * status, or is killed by SIGSYS. After confine_name_forbidden_calls() it is named on stderr, too.
 */
#define CONFINE_FORBIDDEN_STATUS 159
/* And the signal: one that used up its CPU time or wrote more than it may (SIGXCPU, SIGXFSZ) ends with this. */
#define CONFINE_LIMIT_STATUS 128
void confine_name_forbidden_calls(void);

/* The calls every worker needs after lockdown. They are part of every profile. */
extern const struct confine_call confine_base_calls[];
extern const size_t confine_base_call_count;

#endif
