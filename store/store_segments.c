// SPDX-License-Identifier: Apache-2.0
/* Segment driver: putting, committing, rolling. Runs in: store. */
#include "store/store_segments.h"

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/random.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define INDEX_FILE_MAX_LEN ((size_t)SEGMENT_INDEX_MAX * 32 + 64)

static enum rc usable(const struct segments *s, struct err *err)
{
	if (s->broken)
		return err_set(err, RC_SYSTEM, "the store failed to sync earlier: start again");
	return RC_OK;
}

static enum rc sync_file(struct segments *s, int fd, struct err *err)
{
	if (fdatasync(fd) == 0)
		return RC_OK;
	/* The kernel forgets dirty pages it could not write: a second try would lie (ADR 0016). */
	s->broken = true;
	return err_errno(err, RC_SYSTEM, errno, "cannot sync the store");
}

static enum rc write_record(struct segments *s, int fd, uint64_t *len, struct err *err)
{
	enum rc rc = segment_write_at(fd, *len, buf_bytes(&s->record), err);

	if (rc == RC_OK)
		*len += s->record.n;
	buf_reset(&s->record);
	return rc;
}

/* What a commit record says; see segment.h. */
struct commit {
	uint64_t number;
	uint64_t group_start;
	uint64_t artifacts;
};

static enum rc write_commit(
	struct segments *s, int fd, uint64_t *len, const struct commit *c, struct err *err)
{
	const struct segment_seal with = {s->seal, c->number, NULL};
	struct segment_record r = {.type = SEGMENT_COMMIT,
		.offset = *len,
		.total = c->group_start,
		.extra = c->artifacts};

	segment_put(&with, &r, NULL, NULL, 0, &s->record);
	return write_record(s, fd, len, err);
}

/* ---- files ---- */

enum rc store_segments_start_file(
	struct segments *s, int folder, uint64_t number, int *fd, uint64_t *len, struct err *err)
{
	struct segment_record r = {.type = SEGMENT_START, .total = number};
	const struct segment_seal with = {s->seal, number, NULL};
	const struct commit first = {.number = number};
	char name[SEGMENTS_NAME_LEN];
	AUTO_FD made = -1;
	enum rc rc;

	store_segments_name(number, "cfs", name);
	made = openat(folder, name, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (made < 0)
		return err_errno(err, RC_SYSTEM, errno, "cannot create %s/%s", s->tenant, name);
	*len = 0;
	buf_reset(&s->record);
	random_fill(r.name, sizeof r.name);
	segment_put(&with, &r, NULL, NULL, 0, &s->record);
	rc = write_record(s, made, len, err);
	if (rc == RC_OK)
		rc = write_commit(s, made, len, &first, err);
	if (rc == RC_OK)
		rc = sync_file(s, made, err);
	if (rc == RC_OK && fsync(folder) != 0)
		rc = err_errno(err, RC_SYSTEM, errno, "cannot sync the folder of %s", s->tenant);
	if (rc != RC_OK)
		(void)unlinkat(folder, name, 0);
	else
		*fd = file_take(&made);
	return rc;
}

enum rc store_segments_write_index(struct segments *s, int folder,
	const struct segment_index *index, struct past_segment *p, struct err *err)
{
	struct buf out = buf_new(INDEX_FILE_MAX_LEN);
	char name[SEGMENTS_NAME_LEN];
	enum rc rc;

	store_segments_name(p->number, "cfi", name);
	p->index_count = segment_index_encode(index, p->len, &out);
	rc = file_replace(folder, name, 0600, buf_bytes(&out), err);
	buf_free(&out);
	return rc == RC_OK ? RC_OK : err_wrap(err, "the store of %s", s->tenant);
}

/* ---- shared pieces ---- */

static uint32_t shared_slot(const uint8_t id[STORE_ID_LEN])
{
	uint32_t v;

	memcpy(&v, id, sizeof v); /* ids are digests */
	return v % SEGMENTS_SHARED_MAX;
}

bool store_segments_shared_find(
	const struct segments *s, const uint8_t id[STORE_ID_LEN], uint32_t len, uint64_t *offset)
{
	for (uint32_t i = shared_slot(id); s->shared[i].offset != 0;
		i = (i + 1) % SEGMENTS_SHARED_MAX) {
		if (s->shared[i].len == len && memcmp(s->shared[i].id, id, STORE_ID_LEN) == 0) {
			*offset = s->shared[i].offset;
			return true;
		}
	}
	return false;
}

bool store_segments_shared_add(
	struct segments *s, const uint8_t id[STORE_ID_LEN], uint32_t len, uint64_t offset)
{
	uint32_t i = shared_slot(id);

	/* Half empty, so that searches end soon, and always end. */
	if (s->shared_count >= SEGMENTS_SHARED_MAX / 2)
		return false;
	while (s->shared[i].offset != 0)
		i = (i + 1) % SEGMENTS_SHARED_MAX;
	memcpy(s->shared[i].id, id, STORE_ID_LEN);
	s->shared[i].len = len;
	s->shared[i].offset = offset;
	s->shared_count++;
	return true;
}

/* Taking entries out of such a table breaks its chains: build it again from those that stay. */
void store_segments_shared_cut(struct segments *s, uint64_t offset)
{
	struct shared_place *kept = mem_zalloc(SEGMENTS_SHARED_MAX, sizeof *kept);
	uint32_t count = 0;

	for (uint32_t i = 0; i < SEGMENTS_SHARED_MAX; i++)
		if (s->shared[i].offset != 0 && s->shared[i].offset < offset)
			kept[count++] = s->shared[i];
	memset(s->shared, 0, sizeof s->shared);
	s->shared_count = 0;
	for (uint32_t i = 0; i < count; i++)
		CHECK(store_segments_shared_add(s, kept[i].id, kept[i].len, kept[i].offset));
	MEM_FREE(kept);
}

static enum rc put_shared(
	struct segments *s, const struct store_part *p, uint64_t *offset, struct err *err)
{
	const struct segment_seal with = {s->seal, s->number, s->tenant_key};
	struct segment_record r = {.type = SEGMENT_SHARED, .offset = s->len, .total = p->bytes.n};
	enum rc rc;

	memcpy(r.name, p->id, sizeof r.name);
	memcpy(r.salt, s->salt, sizeof r.salt);
	segment_put(&with, &r, NULL, &p->bytes, 1, &s->record);
	*offset = r.offset;
	rc = write_record(s, s->fd, &s->len, err);
	if (rc == RC_OK)
		CHECK(store_segments_shared_add(s, p->id, (uint32_t)p->bytes.n, r.offset));
	return rc;
}

/* ---- artifacts ---- */

/* Where the part is, or will be: a shared record, or the artifact's own body. */
static enum rc place_part(
	struct segments *s, const struct store_part *p, struct segment_piece *out, struct err *err)
{
	*out = (struct segment_piece){0, (uint32_t)p->bytes.n};
	if (!p->shared || store_segments_shared_find(s, p->id, out->len, &out->shared))
		return RC_OK;
	if (s->shared_count >= SEGMENTS_SHARED_MAX / 2)
		return RC_OK;
	return put_shared(s, p, &out->shared, err);
}

static enum rc part_sizes(const struct store_artifact *a, uint64_t *total, struct err *err)
{
	*total = 0;
	if (a->part_count > SEGMENT_PIECES_MAX)
		return err_set(err, RC_LIMIT, "an artifact has %u parts, at most %u are allowed",
			a->part_count, SEGMENT_PIECES_MAX);
	for (uint32_t i = 0; i < a->part_count; i++) {
		if (a->parts[i].bytes.n > SEGMENT_BODY_MAX_LEN)
			return err_set(
				err, RC_LIMIT, "a part of an artifact is larger than 64 MiB");
		*total += a->parts[i].bytes.n;
	}
	if (*total > SEGMENT_BODY_MAX_LEN)
		return err_set(err, RC_LIMIT, "an artifact is larger than 64 MiB");
	return RC_OK;
}

/* Private parts mostly lie one behind the other: sealed as one they take fewer calls. */
static void add_own(struct bytes *own, size_t *count, struct bytes part)
{
	struct bytes *last = *count > 0 ? &own[*count - 1] : NULL;

	if (last != NULL && last->n != 0 && last->p + last->n == part.p)
		last->n += part.n;
	else
		own[(*count)++] = part;
}

static enum rc segments_put(struct store *base, const struct store_artifact *a, struct err *err)
{
	struct segments *s = (struct segments *)base;
	const struct segment_seal with = {s->seal, s->number, a->key};
	struct segment_record r = {
		.type = SEGMENT_ARTIFACT, .kind = a->kind, .piece_count = (uint16_t)a->part_count};
	struct bytes own[SEGMENT_PIECES_MAX];
	size_t own_count = 0;
	enum rc rc = usable(s, err);

	if (rc == RC_OK)
		rc = part_sizes(a, &r.total, err);
	for (uint32_t i = 0; i < a->part_count && rc == RC_OK; i++) {
		rc = place_part(s, &a->parts[i], &s->pieces[i], err);
		if (rc == RC_OK && s->pieces[i].shared == 0)
			add_own(own, &own_count, a->parts[i].bytes);
	}
	if (rc != RC_OK)
		return rc;
	r.offset = s->len;
	memcpy(r.name, a->ulid, sizeof r.name);
	memcpy(r.salt, s->salt, sizeof r.salt);
	segment_put(&with, &r, s->pieces, own, own_count, &s->record);
	rc = write_record(s, s->fd, &s->len, err);
	if (rc != RC_OK)
		return rc;
	segment_index_add(s->index, a->ulid, a->kind, r.offset);
	s->artifact_count++;
	return RC_OK;
}

static enum rc segments_commit(struct store *base, struct err *err)
{
	struct segments *s = (struct segments *)base;
	const struct commit c = {s->number, s->committed_len, s->artifact_count};
	uint64_t before = s->len;
	enum rc rc = usable(s, err);

	if (rc != RC_OK || s->len == s->committed_len)
		return rc;
	rc = write_commit(s, s->fd, &s->len, &c, err);
	if (rc != RC_OK) {
		/* Half a commit record: take it away, the puts may still be committed later. */
		if (ftruncate(s->fd, (off_t)before) != 0)
			s->broken = true;
		return rc;
	}
	rc = sync_file(s, s->fd, err);
	if (rc != RC_OK)
		return rc;
	s->committed_len = s->len;
	s->committed_artifacts = s->artifact_count;
	return RC_OK;
}

/* ---- the next segment ---- */

void store_segments_add_past(struct segments *s, const struct past_segment *p)
{
	if (s->past_count == s->past_room) {
		s->past_room = s->past_room == 0 ? 16 : s->past_room * 2;
		s->past = mem_resize(s->past, s->past_room, sizeof *s->past);
	}
	s->past[s->past_count++] = *p;
}

static void begin_segment(struct segments *s, int own_fd, uint64_t number, uint64_t len)
{
	store_segments_stop_reading(s);
	(void)close(s->fd);
	s->fd = own_fd;
	s->number = number;
	s->len = len;
	s->committed_len = len;
	s->artifact_count = 0;
	s->committed_artifacts = 0;
	segment_index_free(&s->index);
	s->index = segment_index_new();
	memset(s->shared, 0, sizeof s->shared);
	s->shared_count = 0;
}

static enum rc roll(struct segments *s, struct err *err)
{
	AUTO_FD folder = -1;
	AUTO_FD next = -1;
	uint64_t next_len = 0;
	struct past_segment full;
	enum rc rc = segments_commit(&s->base, err);

	full = (struct past_segment){
		.number = s->number, .len = s->len, .artifact_count = s->artifact_count};
	if (rc == RC_OK)
		rc = store_segments_folder(s, &folder, err);
	if (rc == RC_OK)
		rc = store_segments_write_index(s, folder, s->index, &full, err);
	if (rc == RC_OK)
		rc = store_segments_start_file(s, folder, s->number + 1, &next, &next_len, err);
	if (rc != RC_OK)
		return rc;
	store_segments_add_past(s, &full);
	begin_segment(s, file_take(&next), full.number + 1, next_len);
	return RC_OK;
}

static enum rc segments_put_begin(struct store *base, struct err *err)
{
	struct segments *s = (struct segments *)base;
	enum rc rc = usable(s, err);

	if (s->read_only)
		return err_set(err, RC_PEER, "this store was opened for reading only");
	if (rc == RC_OK
		&& (s->len >= s->max_len
			|| segment_index_count(s->index) + STORE_PUT_MAX > SEGMENT_INDEX_MAX))
		rc = roll(s, err);
	s->mark_len = s->len;
	s->mark_artifacts = s->artifact_count;
	return rc;
}

static void segments_put_undo(struct store *base)
{
	struct segments *s = (struct segments *)base;

	buf_reset(&s->record);
	if (ftruncate(s->fd, (off_t)s->mark_len) != 0)
		s->broken = true;
	s->len = s->mark_len;
	s->artifact_count = s->mark_artifacts;
	segment_index_cut(s->index, s->mark_len);
	store_segments_shared_cut(s, s->mark_len);
	/* The same positions come again, so the keys that go with them must be others. */
	random_fill(s->salt, sizeof s->salt);
}

static void segments_list(struct store *base, struct arena *a, uint32_t max, struct store_list *out)
{
	struct segments *s = (struct segments *)base;
	uint32_t total = s->past_count + 1;
	char name[SEGMENTS_NAME_LEN];

	*out = (struct store_list){.total = total,
		.count = total < max ? total : max,
		.artifact_count = s->committed_artifacts,
		.cut_len = s->cut_len,
		.cut_kept = s->cut_kept};
	out->items = arena_zalloc(a, out->count, sizeof *out->items);
	for (uint32_t i = 0; i < s->past_count; i++)
		out->artifact_count += s->past[i].artifact_count;
	for (uint32_t i = 0; i < out->count; i++) {
		uint32_t at = total - out->count + i;
		bool last = at == s->past_count;

		store_segments_name(last ? s->number : s->past[at].number, "cfs", name);
		out->items[i].name = str_fmt(a, "%s/%s", s->tenant, name);
		out->items[i].len = last ? s->committed_len : s->past[at].len;
	}
}

const struct store_driver store_segments = {
	.name = "segments",
	.open = store_segments_open,
	.free = store_segments_free,
	.put_begin = segments_put_begin,
	.put = segments_put,
	.put_undo = segments_put_undo,
	.commit = segments_commit,
	.fetch = store_segments_fetch,
	.list = segments_list,
};
