// SPDX-License-Identifier: Apache-2.0
/* The system calls that every confined worker keeps, each with its reason. Runs in: every worker. */
#include "ipc/confine.h"

#include <errno.h>
#include <sys/syscall.h>

/*
 * tests/e2e/calls.test.mjs holds every entry that allows against real work: a call that none of the workers
 * makes there needs a reason that begins with "rare: ".
 */
const struct confine_call confine_base_calls[] = {
	/* Work: frames in and out, memory. */
	{SYS_read, CONFINE_ALLOW, 0, "frames come in"},
	{SYS_write, CONFINE_ALLOW, 0, "frames and results go out"},
	{SYS_brk, CONFINE_ALLOW, 0, "malloc"},
	{SYS_mmap, CONFINE_ALLOW_CHECKED, 0, "malloc of large blocks"},
	{SYS_munmap, CONFINE_ALLOW, 0, "free of large blocks"},
	{SYS_mremap, CONFINE_ALLOW_CHECKED, 0, "rare: realloc of large blocks"},
	{SYS_futex, CONFINE_ALLOW_CHECKED, 0, "locks of libraries"},
	{SYS_lseek, CONFINE_ALLOW, 0, "lengths of files; results are written from the start again"},
	{SYS_exit_group, CONFINE_ALLOW, 0, "the process ends"},
	{SYS_fstat, CONFINE_ALLOW, 0, "rare: how glibc 2.39 and later measure an open file"},
	{SYS_rt_sigprocmask, CONFINE_ALLOW, 0, "rare: abort(3) begins with it"},
	{SYS_clock_gettime, CONFINE_ALLOW, 0, "rare: time, where the vDSO cannot tell it"},
	{SYS_gettimeofday, CONFINE_ALLOW, 0, "rare: the same"},
	{SYS_time, CONFINE_ALLOW, 0, "rare: the same"},
	{SYS_getrandom, CONFINE_ALLOW, 0,
		"rare: OpenSSL seeds its generator anew after 65,536 numbers"},
	/* Libraries look for files of their own; politely told that there are none. */
	{SYS_openat, CONFINE_REFUSE, EACCES, "configuration, locales, caches"},
	{SYS_newfstatat, CONFINE_REFUSE, ENOENT, "the same"},
	{SYS_statx, CONFINE_REFUSE, ENOENT, "the same"},
	{SYS_faccessat, CONFINE_REFUSE, ENOENT, "the same"},
	{SYS_faccessat2, CONFINE_REFUSE, ENOENT, "the same"},
	{SYS_readlinkat, CONFINE_REFUSE, ENOENT, "the same"},
#ifdef SYS_open /* calls that newer machines do not have */
	{SYS_open, CONFINE_REFUSE, EACCES, "the same"},
	{SYS_stat, CONFINE_REFUSE, ENOENT, "the same"},
	{SYS_lstat, CONFINE_REFUSE, ENOENT, "the same"},
	{SYS_access, CONFINE_REFUSE, ENOENT, "the same"},
	{SYS_readlink, CONFINE_REFUSE, ENOENT, "the same"},
#endif
};

const size_t confine_base_call_count = sizeof confine_base_calls / sizeof confine_base_calls[0];
