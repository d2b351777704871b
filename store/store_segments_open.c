// SPDX-License-Identifier: Apache-2.0
/* Segment driver: opening a tenant's folder, recovery of its segments. Runs in: store. */
#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/random.h"
#include "base/text.h"
#include "store/store_segments.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define SEGMENT_DEFAULT_LEN ((uint64_t)1 << 30)
#define RECORD_MAX_LEN ((size_t)SEGMENT_BODY_MAX_LEN + 16384)
#define NUMBER_MAX 999999u
#define CHUNK_LEN ((size_t)1 << 20)
/* Damaged ends of one segment that are put aside. */
#define ASIDE_MAX 9u

void store_segments_name(uint64_t number, const char *ending, char out[SEGMENTS_NAME_LEN])
{
	CHECK(text_fmt(
		out, SEGMENTS_NAME_LEN, "seg-%06llu.%s", (unsigned long long)number, ending));
}

enum rc store_segments_folder(struct segments *s, int *fd, struct err *err)
{
	*fd = openat(s->dir_fd, s->tenant, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (*fd < 0)
		return err_errno(
			err, RC_SYSTEM, errno, "cannot open the store's folder of %s", s->tenant);
	return RC_OK;
}

/* Letters of ledger_tenant_name_ok; checked here too, because this becomes a path. */
static bool name_ok(struct str tenant)
{
	if (tenant.n == 0 || tenant.n > 64)
		return false;
	for (size_t i = 0; i < tenant.n; i++) {
		char c = tenant.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'))
			return false;
	}
	return true;
}

static enum rc open_folder(struct segments *s, bool create, struct err *err)
{
	if (create && !s->read_only && mkdirat(s->dir_fd, s->tenant, 0700) != 0 && errno != EEXIST)
		return err_errno(
			err, RC_SYSTEM, errno, "cannot make the store's folder of %s", s->tenant);
	s->lock_fd = openat(s->dir_fd, s->tenant, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (s->lock_fd < 0 && errno == ENOENT)
		return err_set(err, RC_INPUT, "there is no store of %s", s->tenant);
	if (s->lock_fd < 0)
		return err_errno(
			err, RC_SYSTEM, errno, "cannot open the store's folder of %s", s->tenant);
	if (create && !s->read_only && fsync(s->dir_fd) != 0)
		return err_errno(err, RC_SYSTEM, errno, "cannot sync the store's directory");
	if (!s->read_only && flock(s->lock_fd, LOCK_EX | LOCK_NB) != 0)
		return err_set(err, RC_AGAIN,
			"another certfill is writing to the store of %s: wait for it to end",
			s->tenant);
	return RC_OK;
}

/* ---- which segments there are ---- */

struct numbers {
	uint64_t *items;
	uint32_t count;
	uint32_t room;
};

static void add_number(struct numbers *x, struct str name)
{
	uint64_t n;

	if (!str_starts(name, STR("seg-")) || !str_ends(name, STR(".cfs")) || name.n != 14
		|| !str_to_u64(str_slice(name, 4, 10), NUMBER_MAX, &n))
		return;
	if (x->count == x->room) {
		x->room = x->room == 0 ? 64 : x->room * 2;
		x->items = mem_resize(x->items, x->room, sizeof *x->items);
	}
	x->items[x->count++] = n;
}

static int compare_numbers(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a;
	uint64_t y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static enum rc list_numbers(struct segments *s, struct numbers *out, struct err *err)
{
	const struct dirent *entry;
	int fd;
	DIR *dir;
	enum rc rc = store_segments_folder(s, &fd, err);

	if (rc != RC_OK)
		return rc;
	dir = fdopendir(fd);
	if (dir == NULL) {
		rc = err_errno(
			err, RC_SYSTEM, errno, "cannot read the store's folder of %s", s->tenant);
		(void)close(fd);
		return rc;
	}
	while ((entry = readdir(dir)) != NULL)
		add_number(out, str_of(entry->d_name));
	(void)closedir(dir);
	if (out->count != 0)
		qsort(out->items, out->count, sizeof *out->items, compare_numbers);
	return RC_OK;
}

/* ---- recovery ---- */

static enum rc open_segment(
	struct segments *s, uint64_t number, int flags, int *fd, uint64_t *len, struct err *err)
{
	char name[SEGMENTS_NAME_LEN];

	store_segments_name(number, "cfs", name);
	*fd = openat(s->lock_fd, name, flags | O_CLOEXEC | O_NOFOLLOW);
	if (*fd < 0 || !file_len(*fd, len))
		return err_errno(err, RC_SYSTEM, errno, "cannot open %s/%s", s->tenant, name);
	return RC_OK;
}

struct visit {
	struct segments *s; /* NULL: no shared pieces wanted */
	struct segment_index *index;
};

static enum rc take_record(void *arg, const struct segment_record *r, struct err *err)
{
	struct visit *v = arg;

	if (r->type == SEGMENT_ARTIFACT && segment_index_count(v->index) == SEGMENT_INDEX_MAX)
		return err_set(err, RC_SYSTEM,
			"a segment holds more artifacts than one can: it is damaged");
	if (r->type == SEGMENT_ARTIFACT)
		segment_index_add(v->index, r->name, r->kind, r->offset);
	if (r->type == SEGMENT_SHARED && v->s != NULL)
		(void)store_segments_shared_add(v->s, r->name, (uint32_t)r->body_len, r->offset);
	return RC_OK;
}

static enum rc rebuild_index(
	struct segments *s, int fd, uint64_t len, struct past_segment *p, struct err *err)
{
	struct visit v = {NULL, segment_index_new()};
	struct segment_scan found;
	enum rc rc = segment_scan_file(fd, len, take_record, &v, &found, err);

	if (rc == RC_OK && (found.valid_len == 0 || found.number != p->number))
		rc = err_set(err, RC_SYSTEM,
			"segment %llu is damaged from its start: restore a backup",
			(unsigned long long)p->number);
	if (rc == RC_OK) {
		p->len = found.valid_len;
		p->artifact_count = found.artifact_count;
		segment_index_cut(v.index, found.valid_len);
		rc = store_segments_write_index(s, s->lock_fd, v.index, p, err);
	}
	segment_index_free(&v.index);
	return rc;
}

/* A full segment: its index file is enough, when it is whole and speaks of this file. */
static enum rc open_past(struct segments *s, uint64_t number, struct err *err)
{
	struct past_segment p = {.number = number};
	struct segment_index_summary summary;
	char name[SEGMENTS_NAME_LEN];
	AUTO_FD fd = -1;
	AUTO_FD index_fd = -1;
	uint64_t len = 0;
	bool good = false;
	enum rc rc = open_segment(s, number, O_RDONLY, &fd, &len, err);

	if (rc != RC_OK)
		return rc;
	store_segments_name(number, "cfi", name);
	index_fd = openat(s->lock_fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (index_fd >= 0)
		rc = segment_index_check(index_fd, &summary, &good, err);
	if (rc != RC_OK)
		return rc;
	if (!good && s->read_only)
		return err_set(err, RC_SYSTEM,
			"segment %llu of %s has no index; any certfill command that writes makes "
			"it",
			(unsigned long long)number, s->tenant);
	if (good && summary.segment_len == len) {
		p.len = len;
		p.artifact_count = summary.artifact_count;
		p.index_count = summary.count;
	} else {
		rc = rebuild_index(s, fd, len, &p, err);
	}
	if (rc == RC_OK)
		store_segments_add_past(s, &p);
	return rc;
}

static enum rc copy_tail(struct segments *s, int fd, uint64_t from, uint64_t to, struct err *err)
{
	uint8_t *chunk = mem_alloc(CHUNK_LEN);
	enum rc rc = RC_OK;

	for (uint64_t at = from; at < to && rc == RC_OK; at += CHUNK_LEN) {
		size_t n = to - at < CHUNK_LEN ? (size_t)(to - at) : CHUNK_LEN;

		rc = file_pread(s->fd, "a segment", at, chunk, n, err);
		if (rc == RC_OK)
			rc = segment_write_at(fd, at - from, (struct bytes){chunk, n}, err);
	}
	MEM_FREE(chunk);
	if (rc == RC_OK && (fsync(fd) != 0 || fsync(s->lock_fd) != 0))
		rc = err_errno(
			err, RC_SYSTEM, errno, "the damaged end of the store of %s", s->tenant);
	return rc;
}

/* A name that no earlier end has. */
static int create_aside(struct segments *s, uint64_t number)
{
	char ending[8];
	char name[SEGMENTS_NAME_LEN];
	int fd = -1;

	errno = EEXIST;
	for (unsigned i = 1; fd < 0 && errno == EEXIST && i <= ASIDE_MAX; i++) {
		CHECK(text_fmt(ending, sizeof ending, "cut%u", i));
		store_segments_name(number, ending, name);
		fd = openat(s->lock_fd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
			0600);
	}
	return fd;
}

/*
 * After a power cut a commit may be there without all that it covers, and after damage, too. Which of them
 * it was cannot be told, so nothing is thrown away that may have been promised.
 */
static enum rc keep_tail(
	struct segments *s, uint64_t number, uint64_t from, uint64_t to, struct err *err)
{
	AUTO_FD fd = create_aside(s, number);
	enum rc rc;

	if (fd < 0)
		return err_errno(err, RC_SYSTEM, errno,
			"the store of %s is damaged at its end, which cannot be put aside; restore "
			"a backup",
			s->tenant);
	rc = copy_tail(s, fd, from, to, err);
	s->cut_kept = rc == RC_OK;
	return rc;
}

static enum rc cut_tail(struct segments *s, uint64_t file_len, uint64_t valid_len, struct err *err)
{
	if (file_len == valid_len)
		return RC_OK;
	s->cut_len = file_len - valid_len;
	if (ftruncate(s->fd, (off_t)valid_len) != 0 || fdatasync(s->fd) != 0)
		return err_errno(err, RC_SYSTEM, errno,
			"cannot cut the torn end off the store of %s", s->tenant);
	return RC_OK;
}

/* The segment that is written on. */
static enum rc open_newest(struct segments *s, uint64_t number, struct err *err)
{
	struct visit v = {s, s->index};
	struct segment_scan found;
	uint64_t len = 0;
	enum rc rc = open_segment(s, number, s->read_only ? O_RDONLY : O_RDWR, &s->fd, &len, err);

	if (rc == RC_OK)
		rc = segment_scan_file(s->fd, len, take_record, &v, &found, err);
	if (rc == RC_OK && found.valid_len != 0 && found.number != number)
		rc = err_set(err, RC_SYSTEM,
			"segment %llu of %s is another one under its name: restore a backup",
			(unsigned long long)number, s->tenant);
	if (rc != RC_OK)
		return rc;
	s->number = number;
	segment_index_cut(s->index, found.valid_len);
	store_segments_shared_cut(s, found.valid_len);
	if (found.promised && !s->read_only)
		rc = keep_tail(s, number, found.valid_len, len, err);
	if (rc != RC_OK || (found.valid_len == 0 && s->read_only))
		return rc;
	if (found.valid_len == 0) {
		/* The crash came while it was being made; nothing in it was ever promised. */
		s->cut_len = len;
		(void)close(file_take(&s->fd));
		rc = store_segments_start_file(s, s->lock_fd, number, &s->fd, &s->len, err);
		s->committed_len = s->len;
		return rc;
	}
	s->len = found.valid_len;
	s->committed_len = found.valid_len;
	s->artifact_count = found.artifact_count;
	s->committed_artifacts = found.artifact_count;
	return s->read_only ? RC_OK : cut_tail(s, len, found.valid_len, err);
}

static enum rc recover(struct segments *s, struct err *err)
{
	struct numbers n = {NULL, 0, 0};
	enum rc rc = list_numbers(s, &n, err);

	for (uint32_t i = 0; i + 1 < n.count && rc == RC_OK; i++)
		rc = open_past(s, n.items[i], err);
	if (rc == RC_OK && n.count != 0) {
		rc = open_newest(s, n.items[n.count - 1], err);
	} else if (rc == RC_OK && !s->read_only) {
		s->number = 1;
		rc = store_segments_start_file(s, s->lock_fd, 1, &s->fd, &s->len, err);
		s->committed_len = s->len;
	}
	MEM_FREE(n.items);
	return rc;
}

enum rc store_segments_open(const struct store_options *o, struct store **out, struct err *err)
{
	struct segments *s;
	enum rc rc;

	*out = NULL;
	if (!name_ok(o->tenant))
		return err_set(err, RC_INPUT, "\"" STR_FMT "\" cannot be a tenant's name",
			STR_ARG(o->tenant));
	s = mem_zalloc(1, sizeof *s);
	s->base.driver = &store_segments;
	s->dir_fd = o->dir_fd;
	s->lock_fd = -1;
	s->fd = -1;
	s->read_fd = -1;
	s->read_index_fd = -1;
	memcpy(s->tenant, o->tenant.p, o->tenant.n);
	memcpy(s->tenant_key, o->tenant_key, sizeof s->tenant_key);
	s->read_only = o->read_only;
	s->max_len = o->segment_max_len != 0 ? o->segment_max_len : SEGMENT_DEFAULT_LEN;
	s->seal = seal_new();
	s->index = segment_index_new();
	s->record = buf_new(RECORD_MAX_LEN);
	s->body = buf_new((size_t)SEGMENT_BODY_MAX_LEN + 1);
	random_fill(s->salt, sizeof s->salt);
	rc = open_folder(s, o->create, err);
	if (rc == RC_OK)
		rc = recover(s, err);
	if (rc != RC_OK)
		store_segments_free(&s->base);
	else
		*out = &s->base;
	return rc;
}

void store_segments_free(struct store *base)
{
	struct segments *s = (struct segments *)base;

	store_segments_stop_reading(s);
	file_auto_close(&s->fd);
	file_auto_close(&s->lock_fd);
	segment_index_free(&s->index);
	seal_free(&s->seal);
	buf_free(&s->record);
	buf_free(&s->body);
	MEM_FREE(s->past);
	seal_wipe(s->tenant_key, sizeof s->tenant_key);
	MEM_FREE(s);
}
