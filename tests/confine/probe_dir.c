// SPDX-License-Identifier: Apache-2.0
/* A worker that writes below one directory, and its attempts to leave it. Runs in: workers of VARIANT=confine. */
#include "ipc/probe.h"
#include "ipc/worker.h"
#include "tests/confine/probe.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static long create_below(int dir_fd, const char *name)
{
	return openat(dir_fd, name, O_CREAT | O_RDWR | O_APPEND, 0600);
}

/* One line is one attempt. */
/* clang-format off */
/* ---- what it may be for ---- */
ATTEMPT(own_read, KIND_OWN_READ, FREE, return openat(WORKER_DIR_FD, "present", O_RDONLY);)
ATTEMPT(own_create, KIND_OWN_WRITE, FREE, return create_below(WORKER_DIR_FD, "one");)
ATTEMPT(own_append, KIND_OWN_WRITE, FREE, long fd = create_below(WORKER_DIR_FD, "two");
	return fd < 0 || write((int)fd, "x", 1) != 1 ? -1 : fdatasync((int)fd);)
ATTEMPT(own_cut, KIND_OWN_WRITE, FREE, long fd = create_below(WORKER_DIR_FD, "three");
	return fd < 0 ? fd : ftruncate((int)fd, 0);)
ATTEMPT(own_below, KIND_OWN_WRITE, FREE, int fd = openat(WORKER_DIR_FD, "folder", O_RDONLY | O_DIRECTORY);
	return fd < 0 ? fd : create_below(fd, "file");)
ATTEMPT(own_rename, KIND_OWN_WRITE, FREE, (void)create_below(WORKER_DIR_FD, "four");
	return renameat(WORKER_DIR_FD, "four", WORKER_DIR_FD, "five");)
ATTEMPT(own_remove, KIND_OWN_WRITE, FREE, (void)create_below(WORKER_DIR_FD, "six");
	return unlinkat(WORKER_DIR_FD, "six", 0);)

/* ---- what it is not for ---- */
ATTEMPT(needless_folder, KIND_OWN_NEEDLESS, FREE, return mkdirat(WORKER_DIR_FD, "new", 0700);)
ATTEMPT(beyond_link, KIND_BEYOND, FREE, (void)unlinkat(WORKER_DIR_FD, "link", 0);
	return symlinkat("/etc/passwd", WORKER_DIR_FD, "link");)
ATTEMPT(beyond_by_link, KIND_BEYOND, FREE, return openat(WORKER_DIR_FD, "out/passwd", O_RDONLY);)
ATTEMPT(needless_rights, KIND_OWN_NEEDLESS, FREE, return fchmodat(WORKER_DIR_FD, "present", 0777, 0);)
ATTEMPT(beyond_list, KIND_BEYOND, FREE, return openat(WORKER_DIR_FD, "/etc", O_RDONLY | O_DIRECTORY);)
ATTEMPT(beyond_up, KIND_BEYOND, FREE, return openat(WORKER_DIR_FD, "../canary", O_RDONLY);)
ATTEMPT(beyond_up_write, KIND_BEYOND, FREE, return openat(WORKER_DIR_FD, "../canary", O_WRONLY | O_TRUNC);)
ATTEMPT(beyond_up_create, KIND_BEYOND, FREE, return create_below(WORKER_DIR_FD, "../planted");)
ATTEMPT(beyond_passwd, KIND_BEYOND, FREE,
	return openat(WORKER_DIR_FD, "../../../../../../../../etc/passwd", O_RDONLY);)
ATTEMPT(beyond_absolute, KIND_BEYOND, FREE, return open(t->file, O_RDONLY);)
ATTEMPT(beyond_proc, KIND_BEYOND, FREE, return openat(WORKER_DIR_FD, "/proc/self/environ", O_RDONLY);)
ATTEMPT(beyond_rename, KIND_BEYOND, ROOT, (void)create_below(WORKER_DIR_FD, "seven");
	return renameat(WORKER_DIR_FD, "seven", WORKER_DIR_FD, "../planted");)
