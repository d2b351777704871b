// SPDX-License-Identifier: Apache-2.0
/* An empty root directory, in namespaces that spawn made. Runs in: every worker, at lockdown. */
#include "base/cursor.h"
#include "base/file.h"
#include "base/text.h"
#include "ipc/confine_parts.h"
#include "ipc/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#define ROOT_FLAGS (MS_NOSUID | MS_NODEV | MS_NOEXEC)
/* Where the worker's directory hangs in its root. */
#define DIR_PLACE "/dir"

/* Three numbers of a line of uid_map. False at its end. */
static bool next_map_line(struct str *rest, uint64_t out[3])
{
	for (int i = 0; i < 3; i++) {
		struct str word;
		size_t end = 0;

		*rest = str_trim(*rest);
		while (end < rest->n && rest->p[end] >= '0' && rest->p[end] <= '9')
			end++;
		word = str_slice(*rest, 0, end);
		if (!str_to_u64(word, UINT32_MAX, &out[i]))
			return false;
		*rest = str_slice(*rest, end, rest->n);
	}
	return true;
}

struct confine_ids confine_read_ids(void)
{
	AUTO_FD fd = open("/proc/self/uid_map", O_RDONLY | O_CLOEXEC);
	struct confine_ids ids = {0};
	uint64_t line[3];
	struct str rest;
	char text[256];
	ssize_t n;

	n = fd >= 0 ? read(fd, text, sizeof text) : -1;
	if (n <= 0)
		return ids;
	rest = (struct str){text, (size_t)n};
	/* One id that is ours, and a first process of its own: no other namespace looks like that. */
	if (!next_map_line(&rest, line) || line[0] != CONFINE_ID_WORKER || line[2] != 1
		|| getpid() != 1)
		return ids;
	ids.own_namespace = true;
	ids.outer_worker = (uint32_t)line[1];
	ids.has_outsider = next_map_line(&rest, line) && line[0] == CONFINE_ID_OUTSIDER;
	return ids;
}

static enum rc failed_at(const char *what, struct err *err)
{
	return err_errno(err, RC_SYSTEM, errno, "cannot %s", what);
}

/* The folders of path below the current directory, and at its end a folder or an empty file. */
static enum rc make_mount_point(const char *path, bool directory, struct err *err)
{
	struct str s = str_of(path);
	char part[512];

	for (size_t at = str_find(s, '/', 1); at <= s.n; at = str_find(s, '/', at + 1)) {
		bool last = at >= s.n;

		if (!text_fmt(part, sizeof part, "." STR_FMT, STR_ARG(str_slice(s, 0, at))))
			return err_set(err, RC_SYSTEM, "the path %s is too long", path);
		if (last && !directory) {
			AUTO_FD fd = open(part, O_CREAT | O_WRONLY | O_CLOEXEC, 0444);

			return fd >= 0 ? RC_OK : failed_at("make a mount point", err);
		}
		if (mkdir(part, 0755) != 0 && errno != EEXIST)
			return failed_at("make a mount point", err);
		if (last)
			break;
	}
	return RC_OK;
}

/* A mount seen from a user namespace keeps the flags it came with. */
static unsigned long kept_flags(const char *path)
{
	static const struct {
		unsigned long seen;
		unsigned long flag;
	} flags[] = {{ST_NOATIME, MS_NOATIME}, {ST_NODIRATIME, MS_NODIRATIME},
		{ST_RELATIME, MS_RELATIME}};
	unsigned long out = ROOT_FLAGS;
	struct statvfs st;

	if (statvfs(path, &st) != 0)
		return out;
	for (size_t i = 0; i < ARRAY_COUNT(flags); i++)
		if ((st.f_flag & flags[i].seen) != 0)
			out |= flags[i].flag;
	return out;
}

static enum rc bind_readable(const char *path, struct err *err)
{
	char target[512];
	struct stat st;
	enum rc rc;

	/* Not every machine has every directory. */
	if (stat(path, &st) != 0)
		return RC_OK;
	rc = make_mount_point(path, S_ISDIR(st.st_mode), err);
	if (rc != RC_OK)
		return rc;
	(void)text_fmt(target, sizeof target, ".%s", path);
	if (mount(path, target, NULL, MS_BIND | MS_REC, NULL) != 0)
		return failed_at("show a readable directory", err);
	if (mount(NULL, target, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | kept_flags(target), NULL)
		!= 0)
		return failed_at("make a directory read-only", err);
	return RC_OK;
}

/*
 * spawn opened the directory by its path inside this mount namespace, or else it belongs to another
 * one and cannot be moved: then ".." is only Landlock's to stop.
 */
static enum rc bind_directory(const char *place, bool read_only, struct err *err)
{
	char target[64];
	AUTO_FD tree = (int)syscall(
		SYS_open_tree, WORKER_DIR_FD, "", AT_EMPTY_PATH | 1U /* OPEN_TREE_CLONE */);
	AUTO_FD dir = -1;

	if (tree < 0)
		return RC_OK;
	CHECK(text_fmt(target, sizeof target, ".%s", place));
	if (mkdir(target, 0755) != 0)
		return failed_at("make a mount point", err);
	if (syscall(SYS_move_mount, tree, "", AT_FDCWD, target, 4U /* MOVE_MOUNT_F_EMPTY_PATH */)
		!= 0)
		return failed_at("move the worker's directory into its root", err);
	dir = open(target, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (read_only
		&& mount(NULL, target, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | kept_flags(target),
			   NULL)
			!= 0)
		return failed_at("make the worker's directory read-only", err);
	if (dir < 0 || dup3(dir, WORKER_DIR_FD, O_CLOEXEC) < 0)
		return failed_at("open the worker's directory", err);
	return RC_OK;
}

/* Any directory does to hang the new root on. */
static bool mount_new_root(size_t path_count)
{
	static const char *const places[] = {"/tmp", "/run", "/mnt"};
	char options[64];

	(void)text_fmt(options, sizeof options, "size=%uk,nr_inodes=%zu,mode=0755",
		path_count != 0 ? 64U : 4U, 4 + path_count * 16);
	for (size_t i = 0; i < ARRAY_COUNT(places); i++)
		if (mount("none", places[i], "tmpfs", ROOT_FLAGS, options) == 0)
			return chdir(places[i]) == 0;
	return false;
}

static enum rc swap_root(struct err *err)
{
	if (syscall(SYS_pivot_root, ".", ".") != 0)
		return failed_at("change the root directory", err);
	if (umount2(".", MNT_DETACH) != 0 || chdir("/") != 0)
		return failed_at("let go of the old root directory", err);
	if (mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | ROOT_FLAGS, NULL) != 0)
		return failed_at("make the root directory read-only", err);
	return RC_OK;
}

enum rc confine_root(const struct confine_profile *profile, struct err *err)
{
	enum rc rc = RC_OK;

	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
		return failed_at("make mounts private", err);
	if (sethostname("worker", 6) != 0)
		return failed_at("change the host name", err);
	if (profile->keep_root)
		return RC_OK;
	if (!mount_new_root(profile->readable_count))
		return failed_at("mount an empty root directory", err);
	for (size_t i = 0; i < profile->readable_count && rc == RC_OK; i++)
		rc = bind_readable(profile->readable[i].path, err);
	if (rc == RC_OK && profile->may_write_dir)
		rc = bind_directory(DIR_PLACE, false, err);
	if (rc == RC_OK && profile->dir_place != NULL)
		rc = bind_directory(profile->dir_place, true, err);
	if (rc == RC_OK)
		rc = swap_root(err);
	return rc;
}
