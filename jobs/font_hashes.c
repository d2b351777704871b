// SPDX-License-Identifier: Apache-2.0
/* Hashes of font files that did not change. Runs in: control. */
#include "jobs/font_hashes.h"

#include "base/clock.h"
#include "base/cursor.h"
#include "base/file.h"
#include "base/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#define NAME "fonts"
#define MAGIC STR("certfill fonts 1\n")
#define ENTRY_LEN (5 * 8 + HASH_SHA256_LEN)
#define FILE_LEN_MAX (64 + FONT_HASHES_MAX * ENTRY_LEN)
/* Times move in steps: a file written again within one would look unchanged. */
#define SETTLED_NS 2000000000

static int64_t ns_of(struct timespec t)
{
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static enum rc look(int fd, const char *path, struct font_hash *out, struct err *err)
{
	struct stat s;

	if (fstat(fd, &s) != 0)
		return err_errno(err, RC_SYSTEM, errno, "cannot look at %s", path);
	*out = (struct font_hash){.device = s.st_dev,
		.inode = s.st_ino,
		.len = (uint64_t)s.st_size,
		.modified_ns = ns_of(s.st_mtim),
		.changed_ns = ns_of(s.st_ctim)};
	return RC_OK;
}

static bool same(const struct font_hash *a, const struct font_hash *b)
{
	return a->device == b->device && a->inode == b->inode && a->len == b->len
		&& a->modified_ns == b->modified_ns && a->changed_ns == b->changed_ns;
}

static const struct font_hash *find(const struct font_hashes *h, const struct font_hash *f)
{
	for (uint32_t i = 0; i < h->count; i++)
		if (same(&h->items[i], f))
			return &h->items[i];
	return NULL;
}

static void keep(struct font_hashes *h, const struct font_hash *f)
{
	uint32_t at = h->count < FONT_HASHES_MAX ? h->count++ : h->next++ % FONT_HASHES_MAX;

	h->items[at] = *f;
	h->changed = true;
}

enum rc font_hashes_of(struct font_hashes *h, int fd, const char *path, size_t len_max,
	uint8_t sha256[32], struct err *err)
{
	int64_t now_ns = clock_wall_ms() * 1000000;
	struct font_hash before;
	struct font_hash after;
	const struct font_hash *known;
	struct bytes map;
	enum rc rc = look(fd, path, &before, err);

	if (rc != RC_OK)
		return rc;
	known = h != NULL ? find(h, &before) : NULL;
	if (known != NULL) {
		memcpy(sha256, known->sha256, HASH_SHA256_LEN);
		return RC_OK;
	}
	rc = file_map(fd, path, len_max, &map, err);
	if (rc != RC_OK)
		return rc;
	hash_sha256(map, sha256);
	file_unmap(&map);
	rc = look(fd, path, &after, err);
	if (rc != RC_OK || h == NULL || !same(&before, &after)
		|| now_ns - before.changed_ns < SETTLED_NS)
		return rc;
	memcpy(before.sha256, sha256, HASH_SHA256_LEN);
	keep(h, &before);
	return RC_OK;
}

/* ---- at rest: magic, count, entries, SHA-256 of all before ---- */

static bool read_entries(struct font_hashes *h, struct bytes file)
{
	struct cursor c = cursor_of(file);
	uint8_t hash[HASH_SHA256_LEN];
	struct bytes magic;
	struct bytes end;
	uint32_t count;

	magic = cursor_take(&c, MAGIC.n);
	count = cursor_u32(&c);
	if (c.bad || memcmp(magic.p, MAGIC.p, MAGIC.n) != 0 || count > FONT_HASHES_MAX
		|| cursor_left(&c) != count * ENTRY_LEN + sizeof hash)
		return false;
	for (uint32_t i = 0; i < count; i++) {
		struct font_hash *f = &h->items[i];

		f->device = cursor_u64(&c);
		f->inode = cursor_u64(&c);
		f->len = cursor_u64(&c);
		f->modified_ns = (int64_t)cursor_u64(&c);
		f->changed_ns = (int64_t)cursor_u64(&c);
		memcpy(f->sha256, cursor_take(&c, sizeof f->sha256).p, sizeof f->sha256);
	}
	end = cursor_take(&c, sizeof hash);
	hash_sha256((struct bytes){file.p, file.n - sizeof hash}, hash);
	h->count = count;
	return memcmp(hash, end.p, sizeof hash) == 0;
}

void font_hashes_read(struct font_hashes *h, int dir_fd)
{
	AUTO_FD fd = openat(dir_fd, NAME, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct buf file = buf_new(FILE_LEN_MAX);
	struct err err;

	*h = (struct font_hashes){0};
	if (fd >= 0 && file_read_all(fd, NAME, FILE_LEN_MAX, &file, &err) == RC_OK
		&& !read_entries(h, buf_bytes(&file)))
		h->count = 0;
	buf_free(&file);
}

void font_hashes_write(struct font_hashes *h, int dir_fd)
{
	struct buf file = buf_new(FILE_LEN_MAX);
	uint8_t hash[HASH_SHA256_LEN];
	struct err err;

	if (!h->changed)
		return;
	buf_put_str(&file, MAGIC);
	cursor_put_u32(&file, h->count);
	for (uint32_t i = 0; i < h->count; i++) {
		const struct font_hash *f = &h->items[i];

		cursor_put_u64(&file, f->device);
		cursor_put_u64(&file, f->inode);
		cursor_put_u64(&file, f->len);
		cursor_put_u64(&file, (uint64_t)f->modified_ns);
		cursor_put_u64(&file, (uint64_t)f->changed_ns);
		buf_put(&file, f->sha256, sizeof f->sha256);
	}
	hash_sha256(buf_bytes(&file), hash);
	buf_put(&file, hash, sizeof hash);
	h->changed = file_replace(dir_fd, NAME, 0600, buf_bytes(&file), &err) != RC_OK;
	buf_free(&file);
}
