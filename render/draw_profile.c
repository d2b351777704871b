// SPDX-License-Identifier: Apache-2.0
/* Confinement of the render worker: memory, frames, and one result descriptor. Runs in: render. */
#include "render/draw_profile.h"

#include "render/draw.h"

#include <errno.h>
#include <sys/syscall.h>

/*
 * All that the worker which draws recipients may do once it is locked; the common list is not added. Found by
 * strace, held by tests/e2e/calls.test.mjs.
 */
static const struct confine_call calls[] = {
	{SYS_read, CONFINE_ALLOW, 0, "rows come in"},
	{SYS_write, CONFINE_ALLOW, 0, "answers go out"},
	{SYS_pwrite64, CONFINE_ALLOW, 0, "results go to their place in the result descriptor"},
	{SYS_brk, CONFINE_ALLOW, 0, "rare: malloc of more than ever before"},
	{SYS_mmap, CONFINE_ALLOW_CHECKED, 0, "rare: malloc of a block larger than any before"},
	{SYS_munmap, CONFINE_ALLOW, 0, "rare: free of such a block"},
	{SYS_mremap, CONFINE_ALLOW_CHECKED, 0, "rare: realloc of such a block"},
	{SYS_exit_group, CONFINE_ALLOW, 0, "rare: the channel was closed; usually control ends it"},
	{SYS_futex, CONFINE_ALLOW_CHECKED, 0,
		"rare: a lock of a library is initialised on first use"},
	{SYS_rt_sigprocmask, CONFINE_ALLOW, 0, "rare: abort(3) begins with it"},
	{SYS_clock_gettime, CONFINE_ALLOW, 0, "rare: time, where the vDSO cannot tell it"},
	{SYS_time, CONFINE_ALLOW, 0, "rare: the same"},
	/* Libraries look for files of their own; politely told that there are none. */
	{SYS_openat, CONFINE_REFUSE, EACCES, "configuration, locales, caches"},
	{SYS_newfstatat, CONFINE_REFUSE, ENOENT, "the same"},
#ifdef SYS_access /* newer machines have no such call */
	{SYS_access, CONFINE_REFUSE, ENOENT, "the same"},
#endif
	{SYS_lseek, CONFINE_REFUSE, EACCES, "results are written by place"},
	{SYS_getrandom, CONFINE_REFUSE, EACCES, "nothing drawn may depend on chance"},
};

const struct confine_profile draw_profile = {
	.name = "render",
	.calls = calls,
	.call_count = ARRAY_COUNT(calls),
	.whole_list = true,
	.memory_max = UINT64_C(1536) << 20,
	/* Also the cap of the result descriptor. */
	.file_max = DRAW_RESULT_MAX,
#ifdef CONFINE_ABLATION
	.cpu_max_s = 2, /* so that a test can wait for it */
#else
	.cpu_max_s = 120,
#endif
	.open_max = 8,
};
