// SPDX-License-Identifier: Apache-2.0
/* Copying with digests. Runs in: the command line. */
#include "cli/copy.h"

#include "base/file.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum rc make_parents(int dir, const char *path, struct err *err)
{
	char part[512];

	for (const char *slash = strchr(path, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		if (!text_fmt(part, sizeof part, "%.*s", (int)(slash - path), path))
			return err_set(err, RC_LIMIT, "the path %s is too long", path);
		if (mkdirat(dir, part, 0700) != 0 && errno != EEXIST)
			return err_errno(
				err, RC_SYSTEM, errno, "cannot make the directory %s", part);
	}
	return RC_OK;
}

static enum rc copy_bytes(
	int in, int out, const char *path, uint64_t len, struct hash_stream *h, struct err *err)
{
	static uint8_t chunk[1 << 18];

	while (len != 0) {
		size_t want = len < sizeof chunk ? (size_t)len : sizeof chunk;
		ssize_t n = read(in, chunk, want);
		enum rc rc;

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_errno(err, RC_SYSTEM, errno, "cannot read %s", path);
		if (n == 0)
			return len > UINT64_MAX / 2
				? RC_OK
				: err_set(err, RC_SYSTEM, "%s is shorter than it was", path);
		hash_add(h, (struct bytes){chunk, (size_t)n});
		rc = file_write_all(out, path, (struct bytes){chunk, (size_t)n}, err);
		if (rc != RC_OK)
			return rc;
		len -= (uint64_t)n;
	}
	return RC_OK;
}

enum rc copy_file(const struct copy_job *job, uint8_t sha256[HASH_SHA256_LEN], struct err *err)
{
	AUTO_FD in = openat(job->from_dir, job->source, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	AUTO_FD out = -1;
	struct hash_stream h;
	enum rc rc;

	if (in < 0)
		return err_errno(err, RC_SYSTEM, errno, "cannot open %s", job->source);
	rc = make_parents(job->to_dir, job->path, err);
	if (rc != RC_OK)
		return rc;
	out = openat(
		job->to_dir, job->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (out < 0)
		return err_errno(err, RC_SYSTEM, errno, "cannot create %s", job->path);
	hash_start(&h);
	rc = copy_bytes(in, out, job->path, job->len, &h, err);
	hash_finish(&h, sha256);
	if (rc == RC_OK && fdatasync(out) != 0)
		rc = err_errno(err, RC_SYSTEM, errno, "cannot sync %s", job->path);
	return rc;
}

enum rc copy_sync(int dir, struct err *err)
{
	/* The names lie in many directories; one call settles them all. */
	if (syncfs(dir) != 0)
		return err_errno(err, RC_SYSTEM, errno, "cannot sync the copied files");
	return RC_OK;
}
