// SPDX-License-Identifier: Apache-2.0
/* A worker that writes below one directory, and its attempts to leave it. Runs in: certfill-null of VARIANT=confine. */
#include "ipc/probe.h"
#include "ipc/worker.h"
#include "tests/confine/probe.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static const struct confine_call calls[] = {
	{SYS_openat, CONFINE_ALLOW_CHECKED, 0, "files below the directory"},
	{SYS_close, CONFINE_ALLOW, 0, "the same"},
	{SYS_mkdirat, CONFINE_ALLOW, 0, "the same"},
	{SYS_unlinkat, CONFINE_ALLOW, 0, "the same"},
	{SYS_renameat, CONFINE_ALLOW, 0, "the same"},
	{SYS_newfstatat, CONFINE_ALLOW, 0, "the same"},
	{SYS_ftruncate, CONFINE_ALLOW, 0, "torn tails are cut off"},
	{SYS_fdatasync, CONFINE_ALLOW, 0, "the same"},
};

static const struct confine_profile writer = {
	.name = "null, with a directory",
	.calls = calls,
	.call_count = ARRAY_COUNT(calls),
	.may_write_dir = true,
	.memory_max = UINT64_C(256) << 20,
	.file_max = UINT64_C(16) << 20,
	.cpu_max_s = 2,
	.open_max = 16,
};

const struct confine_profile *probe_profile(const struct confine_profile *usual)
{
	struct stat st;

	return fstat(WORKER_DIR_FD, &st) == 0 && S_ISDIR(st.st_mode) ? &writer : usual;
}

static long create_below(int dir_fd, const char *name)
{
	return openat(dir_fd, name, O_CREAT | O_RDWR | O_APPEND, 0600);
}

/* One line is one attempt. */
/* clang-format off */
/* ---- what it is for ---- */
ATTEMPT(own_create, KIND_DIRECTORY, FREE, return create_below(WORKER_DIR_FD, "one");)
ATTEMPT(own_append, KIND_DIRECTORY, FREE, long fd = create_below(WORKER_DIR_FD, "two");
	return fd < 0 || write((int)fd, "x", 1) != 1 ? -1 : fdatasync((int)fd);)
ATTEMPT(own_cut, KIND_DIRECTORY, FREE, long fd = create_below(WORKER_DIR_FD, "three");
	return fd < 0 ? fd : ftruncate((int)fd, 0);)
ATTEMPT(own_folder, KIND_DIRECTORY, FREE, (void)mkdirat(WORKER_DIR_FD, "folder", 0700);
	int fd = openat(WORKER_DIR_FD, "folder", O_RDONLY | O_DIRECTORY);
	return fd < 0 ? fd : create_below(fd, "file");)
ATTEMPT(own_rename, KIND_DIRECTORY, FREE, (void)create_below(WORKER_DIR_FD, "four");
	return renameat(WORKER_DIR_FD, "four", WORKER_DIR_FD, "five");)
ATTEMPT(own_remove, KIND_DIRECTORY, FREE, (void)create_below(WORKER_DIR_FD, "six");
	return unlinkat(WORKER_DIR_FD, "six", 0);)

/* ---- what it is not for ---- */
ATTEMPT(beyond_list, KIND_BEYOND, FREE, return openat(WORKER_DIR_FD, "/etc", O_RDONLY | O_DIRECTORY);)
ATTEMPT(beyond_up, KIND_BEYOND, FREE, return openat(WORKER_DIR_FD, "../canary", O_RDONLY);)
ATTEMPT(beyond_up_write, KIND_BEYOND, FREE, return openat(WORKER_DIR_FD, "../canary", O_WRONLY | O_TRUNC);)
ATTEMPT(beyond_up_create, KIND_BEYOND, FREE, return create_below(WORKER_DIR_FD, "../planted");)
ATTEMPT(beyond_passwd, KIND_BEYOND, FREE,
	return openat(WORKER_DIR_FD, "../../../../../../../../etc/passwd", O_RDONLY);)
ATTEMPT(beyond_absolute, KIND_BEYOND, FREE, return open(t->file, O_RDONLY);)
ATTEMPT(beyond_proc, KIND_BEYOND, FREE, return openat(WORKER_DIR_FD, "/proc/self/environ", O_RDONLY);)
ATTEMPT(beyond_rename, KIND_BEYOND, RARE, (void)create_below(WORKER_DIR_FD, "seven");
	return renameat(WORKER_DIR_FD, "seven", WORKER_DIR_FD, "../planted");)
