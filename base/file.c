// SPDX-License-Identifier: Apache-2.0
/* Descriptors. Runs in: every process (workers use what works before lockdown). */
#include "base/file.h"

#include "base/mem.h"
#include "base/random.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/memfd.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

void file_auto_close(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
	*fd = -1;
}

int file_take(int *fd)
{
	int out = *fd;

	*fd = -1;
	return out;
}

uint64_t file_raise_limit(void)
{
	struct rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur != limit.rlim_max) {
		limit.rlim_cur = limit.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &limit);
	}
	return limit.rlim_cur;
}

enum rc file_read_all(int fd, const char *what, size_t cap, struct buf *out, struct err *err)
{
	uint8_t chunk[16384];

	for (;;) {
		ssize_t n = read(fd, chunk, sizeof chunk);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_errno(err, RC_SYSTEM, errno, "cannot read %s", what);
		if (n == 0)
			return RC_OK;
		if ((size_t)n > cap - out->n)
			return err_set(err, RC_LIMIT, "%s is larger than the %zu bytes allowed",
				what, cap);
		buf_put(out, chunk, (size_t)n);
		CHECK(!out->full);
	}
}

enum rc file_write_all(int fd, const char *what, struct bytes in, struct err *err)
{
	size_t done = 0;

	while (done < in.n) {
		ssize_t n = write(fd, in.p + done, in.n - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_errno(err, RC_SYSTEM, errno, "cannot write %s", what);
		done += (size_t)n;
	}
	return RC_OK;
}

enum rc file_pread(
	int fd, const char *what, uint64_t offset, uint8_t *out, size_t out_len, struct err *err)
{
	size_t done = 0;

	if (offset > (uint64_t)INT64_MAX - out_len)
		return err_set(err, RC_PEER, "%s: offset out of range", what);
	while (done < out_len) {
		ssize_t n = pread(fd, out + done, out_len - done, (off_t)(offset + done));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_errno(err, RC_SYSTEM, errno, "cannot read %s", what);
		if (n == 0)
			return err_set(err, RC_PEER, "%s is shorter than announced", what);
		done += (size_t)n;
	}
	return RC_OK;
}

bool file_len(int fd, uint64_t *out)
{
	off_t end = lseek(fd, 0, SEEK_END);

	if (end < 0)
		return false;
	*out = (uint64_t)end;
	return true;
}

enum rc file_memory(const char *name, int *fd, struct err *err)
{
	*fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (*fd < 0)
		return err_errno(err, RC_SYSTEM, errno, "cannot make a memory descriptor");
	return RC_OK;
}

enum rc file_memory_shared(const char *name, int *fd, struct err *err)
{
	AUTO_FD made = -1;
	enum rc rc = file_memory(name, &made, err);

	if (rc == RC_OK && fcntl(made, F_ADD_SEALS, F_SEAL_SHRINK) != 0)
		rc = err_errno(err, RC_SYSTEM, errno, "cannot seal a memory descriptor");
	if (rc == RC_OK)
		*fd = file_take(&made);
	return rc;
}

enum rc file_memory_table(const char *name, size_t len, int *fd, struct err *err)
{
	AUTO_FD made = -1;
	enum rc rc = file_memory(name, &made, err);

	if (rc == RC_OK
		&& (ftruncate(made, (off_t)len) != 0
			|| fcntl(made, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW) != 0))
		rc = err_errno(err, RC_SYSTEM, errno, "cannot size a memory descriptor");
	if (rc == RC_OK)
		*fd = file_take(&made);
	return rc;
}

enum rc file_pwrite(int fd, const char *what, uint64_t offset, struct bytes in, struct err *err)
{
	size_t done = 0;

	while (done < in.n) {
		ssize_t n = pwrite(fd, in.p + done, in.n - done, (off_t)(offset + done));

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return err_errno(
				err, RC_SYSTEM, n < 0 ? errno : EIO, "cannot write %s", what);
		done += (size_t)n;
	}
	return RC_OK;
}

#define SEALS (F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK)

enum rc file_seal(int fd, struct err *err)
{
	if (fcntl(fd, F_ADD_SEALS, SEALS | F_SEAL_SEAL) != 0)
		return err_errno(err, RC_SYSTEM, errno, "cannot seal a memory descriptor");
	return RC_OK;
}

bool file_is_sealed(int fd)
{
	int seals = fcntl(fd, F_GET_SEALS);

	return seals >= 0 && (seals & SEALS) == SEALS;
}

enum rc file_memory_of(const char *name, struct bytes in, int *fd, struct err *err)
{
	AUTO_FD made = -1;
	enum rc rc = file_memory(name, &made, err);

	if (rc == RC_OK)
		rc = file_write_all(made, name, in, err);
	if (rc == RC_OK)
		rc = file_seal(made, err);
	if (rc == RC_OK)
		*fd = file_take(&made);
	return rc;
}

enum rc file_map(int fd, const char *what, size_t cap, struct bytes *out, struct err *err)
{
	struct stat st;
	void *p;

	if (fstat(fd, &st) != 0)
		return err_errno(err, RC_SYSTEM, errno, "cannot look at %s", what);
	if (!S_ISREG(st.st_mode))
		return err_set(err, RC_INPUT, "%s is not a plain file", what);
	if ((uint64_t)st.st_size > cap)
		return err_set(err, RC_LIMIT, "%s is larger than the %zu bytes allowed", what, cap);
	*out = (struct bytes){NULL, 0};
	if (st.st_size == 0)
		return RC_OK;
	p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED)
		return err_errno(err, RC_SYSTEM, errno, "cannot map %s", what);
	*out = (struct bytes){p, (size_t)st.st_size};
	return RC_OK;
}

void file_unmap(struct bytes *map)
{
	if (map->n != 0)
		(void)munmap((void *)(uintptr_t)map->p, map->n);
	*map = (struct bytes){NULL, 0};
}

static enum rc write_and_rename(int dir_fd, const char *temporary, const char *name, mode_t mode,
	struct bytes in, struct err *err)
{
	AUTO_FD fd = openat(
		dir_fd, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
	enum rc rc;

	if (fd < 0)
		return err_errno(err, RC_SYSTEM, errno, "cannot create %s", name);
	rc = file_write_all(fd, name, in, err);
	if (rc != RC_OK)
		return rc;
	if (fdatasync(fd) != 0)
		return err_errno(err, RC_SYSTEM, errno, "cannot sync %s", name);
	if (renameat(dir_fd, temporary, dir_fd, name) != 0)
		return err_errno(err, RC_SYSTEM, errno, "cannot rename to %s", name);
	if (fsync(dir_fd) != 0)
		return err_errno(err, RC_SYSTEM, errno, "cannot sync the directory of %s", name);
	return RC_OK;
}

enum rc file_replace(int dir_fd, const char *name, mode_t mode, struct bytes in, struct err *err)
{
	char temporary[300];
	uint8_t salt[8];
	char hex[17];
	enum rc rc;

	random_fill(salt, sizeof salt);
	text_hex((struct bytes){salt, sizeof salt}, hex);
	if (!text_fmt(temporary, sizeof temporary, ".%s.%s.tmp", name, hex))
		return err_set(err, RC_INPUT, "the file name %s is too long", name);
	rc = write_and_rename(dir_fd, temporary, name, mode, in, err);
	if (rc != RC_OK)
		(void)unlinkat(dir_fd, temporary, 0);
	return rc;
}
