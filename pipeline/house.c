// SPDX-License-Identifier: Apache-2.0
/* The data directory. Runs in: control. */
#include "pipeline/house.h"

#include "base/file.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define COMPILED_MAX ((size_t)512 << 20)

/* mkdir -p; *made when the last part is new, *first: length of the shortest part that is. */
static enum rc make_path(const char *path, bool *made, size_t *first, struct err *err)
{
	char part[4096];

	*made = false;
	*first = 0;
	for (const char *slash = strchr(path + 1, '/');; slash = strchr(slash + 1, '/')) {
		int n = slash != NULL ? (int)(slash - path) : (int)strlen(path);

		if (!text_fmt(part, sizeof part, "%.*s", n, path))
			return err_set(err, RC_LIMIT, "the path %s is too long", path);
		if (mkdir(part, 0700) == 0) {
			*made = true;
			if (*first == 0)
				*first = (size_t)n;
		} else if (errno != EEXIST)
			return err_errno(
				err, RC_SYSTEM, errno, "cannot make the data directory %s", path);
		else
			*made = false;
		if (slash == NULL || slash[1] == '\0')
			return RC_OK;
	}
}

static enum rc open_below(int dir, const char *name, int *fd, struct err *err)
{
	if (mkdirat(dir, name, 0700) != 0 && errno != EEXIST)
		return err_errno(
			err, RC_SYSTEM, errno, "cannot make %s in the data directory", name);
	*fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (*fd < 0)
		return err_errno(
			err, RC_SYSTEM, errno, "cannot open %s in the data directory", name);
	return RC_OK;
}

/* What a command makes before it knows whether there is anything to keep; the lock is the last to go. */
static const char *const parts[HOUSE_PARTS] = {
	"run", "cache", "templates", "store", "keys", "lock"};

static void look_for_parts(struct house *h)
{
	for (size_t i = 0; i < HOUSE_PARTS; i++)
		h->made_parts[i] = faccessat(h->data_fd, parts[i], F_OK, AT_SYMLINK_NOFOLLOW) != 0;
}

static enum rc take_lock(struct house *h, struct err *err)
{
	struct stat held;
	struct stat named;

	h->lock_fd = openat(h->data_fd, "lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (h->lock_fd < 0)
		return err_errno(
			err, RC_SYSTEM, errno, "cannot write in the data directory %s", h->data);
	/* Held under another name than its own it would keep nobody out: its maker was just taking it away. */
	if (flock(h->lock_fd, LOCK_EX | LOCK_NB) != 0 || fstat(h->lock_fd, &held) != 0
		|| fstatat(h->data_fd, "lock", &named, AT_SYMLINK_NOFOLLOW) != 0
		|| held.st_ino != named.st_ino || held.st_dev != named.st_dev)
		return err_set(err, RC_AGAIN,
			"another certfill is just starting or ending on %s; try again", h->data);
	return RC_OK;
}

enum rc house_open(const char *data, struct house *out, struct err *err)
{
	enum rc rc;

	*out = (struct house){.data = data,
		.data_fd = -1,
		.lock_fd = -1,
		.keys_fd = -1,
		.store_fd = -1,
		.templates_fd = -1,
		.cache_fd = -1};
	rc = make_path(data, &out->made, &out->made_from, err);
	if (rc != RC_OK)
		return rc;
	out->data_fd = open(data, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (out->data_fd < 0)
		return err_errno(err, RC_SYSTEM, errno, "cannot open the data directory %s", data);
	look_for_parts(out);
	rc = take_lock(out, err);
	out->locked = rc == RC_OK;
	if (rc == RC_OK)
		rc = open_below(out->data_fd, "keys", &out->keys_fd, err);
	if (rc == RC_OK)
		rc = open_below(out->data_fd, "store", &out->store_fd, err);
	if (rc == RC_OK)
		rc = open_below(out->data_fd, "templates", &out->templates_fd, err);
	if (rc == RC_OK)
		rc = open_below(out->data_fd, "cache", &out->cache_fd, err);
	if (rc == RC_OK)
		font_hashes_read(&out->fonts, out->cache_fd);
	if (rc != RC_OK)
		house_close(out);
	return rc;
}

/* The parts of the path that were made for it, from the last on. */
static void unmake_path(const struct house *h)
{
	char part[4096];

	if (!text_fmt(part, sizeof part, "%s", h->data) || rmdir(part) != 0)
		return;
	for (char *slash = strrchr(part, '/'); slash != NULL; slash = strrchr(part, '/')) {
		*slash = '\0';
		if (strlen(part) < h->made_from || (rmdir(part) != 0 && errno != ENOENT))
			return;
	}
}

/* A command that failed before there was a tenant leaves nothing behind that it made. */
static void unmake(const struct house *h)
{
	if (faccessat(h->data_fd, "ledger", F_OK, 0) == 0)
		return;
	for (size_t i = 0; i < HOUSE_PARTS; i++) {
		int flags = i == HOUSE_PARTS - 1 ? 0 : AT_REMOVEDIR;

		if (h->made_parts[i] && unlinkat(h->data_fd, parts[i], flags) != 0
			&& errno != ENOENT)
			return;
	}
	if (h->made)
		unmake_path(h);
}

void house_close(struct house *h)
{
	if (h->locked) {
		unmake(h);
		font_hashes_write(&h->fonts, h->cache_fd);
	}
	file_auto_close(&h->cache_fd);
	file_auto_close(&h->templates_fd);
	file_auto_close(&h->store_fd);
	file_auto_close(&h->keys_fd);
	file_auto_close(&h->data_fd);
	/* Last: whoever waits for the lock may begin now. */
	file_auto_close(&h->lock_fd);
}

bool house_keys_sealed(const struct house *h, struct str tenant)
{
	char path[128];
	char begin[8];
	AUTO_FD fd = -1;

	if (!text_fmt(path, sizeof path, STR_FMT "/keys", STR_ARG(tenant)))
		return false;
	fd = openat(h->keys_fd, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	/* Of the file only what says how to open it; the keys are the signer's. */
	return fd >= 0 && pread(fd, begin, sizeof begin, 0) == (ssize_t)sizeof begin
		&& memcmp(begin, "CFSEAL01", sizeof begin) == 0;
}

static void cache_name(const uint8_t sha256[32], char out[80])
{
	char hex[65];

	text_hex((struct bytes){sha256, 32}, hex);
	text_fmt(out, 80, "%s.cft", hex);
}

enum rc house_cache_find(struct house *h, const uint8_t sha256[32], int *fd, struct err *err)
{
	uint8_t have[32];
	char name[80];
	struct bytes content;
	AUTO_FD file = -1;
	enum rc rc;

	*fd = -1;
	cache_name(sha256, name);
	file = openat(h->cache_fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (file < 0)
		return RC_OK;
	rc = file_map(file, "a compiled template of the cache", COMPILED_MAX, &content, err);
	if (rc != RC_OK)
		return rc;
	hash_sha256(content, have);
	/* A damaged cache entry is as good as none: it is made again. */
	if (memcmp(have, sha256, sizeof have) == 0)
		rc = file_memory_of("compiled", content, fd, err);
	else
		(void)unlinkat(h->cache_fd, name, 0);
	file_unmap(&content);
	return rc;
}

enum rc house_cache_add(
	struct house *h, const uint8_t sha256[32], struct bytes content, struct err *err)
{
	char name[80];

	cache_name(sha256, name);
	return file_replace(h->cache_fd, name, 0600, content, err);
}
