// SPDX-License-Identifier: Apache-2.0
/* Confinement of the thumbnail worker: memory, frames, and one result descriptor. Runs in: thumbnail. */
#include "render/thumbnail_profile.h"

#include "formats/thumbnail.h"

#include <errno.h>
#include <sys/syscall.h>

/* All of it; the common list is not added. Found by strace, held by tests/e2e/calls.test.mjs. */
static const struct confine_call calls[] = {
	{SYS_read, CONFINE_ALLOW, 0, "the request comes in"},
	{SYS_write, CONFINE_ALLOW, 0, "the answer goes out"},
	{SYS_pwrite64, CONFINE_ALLOW, 0, "the thumbnail goes into the result descriptor"},
	{SYS_mmap, CONFINE_ALLOW_CHECKED, 0, "malloc of pictures"},
	{SYS_munmap, CONFINE_ALLOW, 0, "free of pictures"},
	{SYS_brk, CONFINE_ALLOW, 0, "rare: malloc of more than there was at the start"},
	{SYS_mremap, CONFINE_ALLOW_CHECKED, 0, "rare: realloc of large blocks"},
	{SYS_exit_group, CONFINE_ALLOW, 0, "rare: the channel was closed; usually it is ended"},
	{SYS_futex, CONFINE_ALLOW_CHECKED, 0,
		"rare: a lock of a library is initialised on first use"},
	{SYS_rt_sigprocmask, CONFINE_ALLOW, 0, "rare: abort(3) begins with it"},
	{SYS_openat, CONFINE_REFUSE, EACCES, "libraries that look for files"},
	{SYS_newfstatat, CONFINE_REFUSE, ENOENT, "the same"},
};

const struct confine_profile thumbnail_profile = {
	.name = "thumbnail",
	.calls = calls,
	.call_count = ARRAY_COUNT(calls),
	.whole_list = true,
	.memory_max = UINT64_C(512) << 20,
	/* Also the cap of the result descriptor. */
	.file_max = THUMBNAIL_LEN_MAX,
	.cpu_max_s = 2,
	.open_max = 8,
};
