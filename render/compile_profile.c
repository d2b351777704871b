// SPDX-License-Identifier: Apache-2.0
/*
 * Confinement of the compile worker: no files, no network; but threads, because librsvg draws
 * filters with rayon, which starts them when the first filter is drawn. Runs in: compile.
 */
#include "render/compile_profile.h"

#include "render/compile.h"

#include <errno.h>
#include <sys/syscall.h>

static const struct confine_call calls[] = {
	{SYS_pwrite64, CONFINE_ALLOW, 0, "the result goes to its place in the result descriptor"},
	{SYS_ftruncate, CONFINE_REFUSE, EACCES, "the reader's pread must find what was announced"},
	/* Threads of rayon and glib. */
	{SYS_clone, CONFINE_ALLOW_CHECKED, 0, "threads, with a thread's flags only"},
	{SYS_clone3, CONFINE_REFUSE, ENOSYS,
		"glibc then takes clone, whose flags a filter can read"},
	{SYS_mprotect, CONFINE_ALLOW_CHECKED, 0, "guards of their stacks, growth of their heaps"},
	{SYS_madvise, CONFINE_ALLOW_CHECKED, 0, "rare: their stacks are given back"},
	{SYS_exit, CONFINE_ALLOW, 0, "rare: a thread ends"},
	{SYS_restart_syscall, CONFINE_ALLOW, 0, "rare: a stopped process goes on waiting"},
	{SYS_set_robust_list, CONFINE_ALLOW, 0, "every thread of glibc begins with it"},
	{SYS_rseq, CONFINE_ALLOW, 0, "the same; glibc aborts when only new threads are refused"},
	{SYS_sched_getaffinity, CONFINE_ALLOW, 0,
		"rayon and Rust's std ask for the number of cores"},
	{SYS_sched_yield, CONFINE_ALLOW, 0, "rayon's threads wait for work"},
	{SYS_prctl, CONFINE_REFUSE, EPERM, "Rust names its threads; a name is not needed"},
	{SYS_sigaltstack, CONFINE_ALLOW, 0, "rare: Rust's threads have a stack for overflow"},
	{SYS_rt_sigaction, CONFINE_REFUSE, EPERM, "no new signal handlers"},
	{SYS_gettid, CONFINE_ALLOW, 0, "rare: glib and glibc tell threads apart by it"},
	{SYS_getpid, CONFINE_ALLOW, 0, "rare: the same"},
	{SYS_clock_nanosleep, CONFINE_ALLOW, 0, "rare: rayon's threads wait for work"},
	{SYS_statfs, CONFINE_REFUSE, ENOENT, "libraries look for file systems"},
	{SYS_fcntl, CONFINE_ALLOW_CHECKED, 0, "rare: reads of flags and seals"},
};

const struct confine_profile compile_profile = {
	.name = "compile",
	.calls = calls,
	.call_count = ARRAY_COUNT(calls),
	.threads = true,
	.memory_max = UINT64_C(3) << 30,
	/* Also the cap of the result descriptor. */
	.file_max = COMPILE_BLOB_MAX,
	.cpu_max_s = 60,
	.open_max = 112,
};
