// SPDX-License-Identifier: Apache-2.0
/* Recovery of a segment: how much of it counts. Runs in: store. */
#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "store/segment.h"

#include <isa-l.h>
#include <string.h>

#define CHUNK_LEN ((size_t)1 << 20)

struct scanner {
	int fd;
	uint64_t file_len;
	struct segment_piece *pieces; /* room for one list */
	uint8_t *chunk;
	struct err *err;
};

static enum rc body_is_whole(struct scanner *x, const struct segment_record *r, bool *whole)
{
	uint64_t left = r->body_len;
	uint64_t at = segment_body_offset(r);
	uint32_t crc = 0xFFFFFFFFu;

	while (left > 0) {
		size_t n = left < CHUNK_LEN ? (size_t)left : CHUNK_LEN;
		enum rc rc = file_pread(x->fd, "a segment", at, x->chunk, n, x->err);

		if (rc != RC_OK)
			return rc;
		crc = crc32_iscsi(x->chunk, (int)n, crc);
		at += n;
		left -= n;
	}
	*whole = crc == r->body_crc;
	return RC_OK;
}

/* Bodies of the records from start to end, which are good by their headers. */
static enum rc group_is_whole(struct scanner *x, uint64_t start, uint64_t end, bool *whole)
{
	*whole = true;
	while (start < end && *whole) {
		struct segment_record r;
		bool good;
		enum rc rc = segment_read(x->fd, start, end, &r, x->pieces, &good, x->err);

		if (rc == RC_OK && good)
			rc = body_is_whole(x, &r, whole);
		if (rc != RC_OK)
			return rc;
		*whole = *whole && good;
		start += good ? segment_record_len(&r) : 0;
	}
	return RC_OK;
}

/* Is there, behind the broken place, a commit, and one whose group began behind it too? */
static enum rc find_commits(struct scanner *x, uint64_t broken, bool *any, bool *later)
{
	uint64_t at = broken + 8;

	*any = false;
	*later = false;
	while (at + SEGMENT_HEAD_LEN <= x->file_len) {
		uint64_t left = x->file_len - at;
		size_t n = left < CHUNK_LEN ? (size_t)left : CHUNK_LEN;
		enum rc rc = file_pread(x->fd, "a segment", at, x->chunk, n, x->err);

		for (size_t i = 0; rc == RC_OK && i + 8 <= n; i += 8) {
			struct segment_record r;
			bool good;

			if (memcmp(x->chunk + i, "CFS1", 4) != 0
				|| x->chunk[i + 4] != SEGMENT_COMMIT)
				continue;
			rc = segment_read(x->fd, at + i, x->file_len, &r, x->pieces, &good, x->err);
			*any = *any || (rc == RC_OK && good);
			*later = rc == RC_OK && good && r.total > broken;
			if (*later)
				return RC_OK;
		}
		if (rc != RC_OK)
			return rc;
		at += n - n % 8;
		if (n < CHUNK_LEN)
			break;
	}
	return RC_OK;
}

struct walk {
	uint64_t at; /* the first byte that is no good record */
	uint64_t group_start; /* of the last commit */
	uint64_t commit_end; /* behind the last commit; 0: none */
	uint64_t commit_artifacts;
	uint64_t before_start; /* the same of the commit before it */
	uint64_t before_end;
	uint64_t before_artifacts;
	uint64_t artifacts; /* so far, committed or not */
	uint64_t group_at; /* where the group being read began */
};

/* What a record at w->at means; *good turns false when it may not stand there. */
static void step_over(
	struct walk *w, const struct segment_record *r, struct segment_scan *out, bool *good)
{
	uint64_t end = w->at + segment_record_len(r);

	if ((w->at == 0) != (r->type == SEGMENT_START)) {
		*good = false;
		return;
	}
	if (r->type == SEGMENT_START)
		out->number = r->total;
	if (r->type == SEGMENT_ARTIFACT)
		w->artifacts++;
	if (r->type == SEGMENT_COMMIT) {
		if (r->total != w->group_at || r->extra != w->artifacts) {
			*good = false;
			return;
		}
		w->before_start = w->group_start;
		w->before_end = w->commit_end;
		w->before_artifacts = w->commit_artifacts;
		w->group_start = w->group_at;
		w->commit_end = end;
		w->commit_artifacts = w->artifacts;
		w->group_at = end;
	}
	w->at = end;
}

static enum rc walk_headers(struct scanner *x, segment_visit *visit, void *arg, struct walk *w,
	struct segment_scan *out)
{
	bool good = true;

	while (good) {
		struct segment_record r;
		enum rc rc = segment_read(x->fd, w->at, x->file_len, &r, x->pieces, &good, x->err);

		if (rc == RC_OK && good)
			step_over(w, &r, out, &good);
		if (rc == RC_OK && good && visit != NULL)
			rc = visit(arg, &r, x->err);
		if (rc != RC_OK)
			return rc;
	}
	return RC_OK;
}

static enum rc refuse_damage(struct scanner *x, uint64_t broken, bool *promised)
{
	bool later;
	enum rc rc;

	if (broken >= x->file_len)
		return RC_OK;
	rc = find_commits(x, broken, promised, &later);
	if (rc == RC_OK && later)
		rc = err_set(x->err, RC_SYSTEM,
			"the store is damaged at byte %llu of a segment, before later "
			"certificates: restore a backup",
			(unsigned long long)broken);
	return rc;
}

static enum rc refuse_broken_group(struct scanner *x, const struct walk *w)
{
	bool whole;
	enum rc rc = group_is_whole(x, w->before_start, w->before_end, &whole);

	if (rc == RC_OK && !whole)
		rc = err_set(x->err, RC_SYSTEM,
			"the store is damaged between bytes %llu and %llu of a segment: restore a "
			"backup",
			(unsigned long long)w->before_start, (unsigned long long)w->before_end);
	return rc;
}

static enum rc scan(struct scanner *x, segment_visit *visit, void *arg, struct segment_scan *out)
{
	struct walk w = {0};
	bool whole = true;
	enum rc rc = walk_headers(x, visit, arg, &w, out);

	if (rc == RC_OK)
		rc = refuse_damage(x, w.at, &out->promised);
	if (rc == RC_OK && w.commit_end != 0)
		rc = group_is_whole(x, w.group_start, w.commit_end, &whole);
	/* The group before the last was durable before the last began: broken, it is no torn end. */
	if (rc == RC_OK && !whole)
		rc = refuse_broken_group(x, &w);
	out->valid_len = whole ? w.commit_end : w.before_end;
	out->artifact_count = whole ? w.commit_artifacts : w.before_artifacts;
	out->promised = out->promised || !whole;
	return rc;
}

enum rc segment_scan_file(int fd, uint64_t file_len, segment_visit *visit, void *arg,
	struct segment_scan *out, struct err *err)
{
	struct scanner x = {.fd = fd, .file_len = file_len, .err = err};
	enum rc rc;

	*out = (struct segment_scan){0};
	x.pieces = mem_zalloc(SEGMENT_PIECES_MAX, sizeof *x.pieces);
	x.chunk = mem_alloc(CHUNK_LEN);
	rc = scan(&x, visit, arg, out);
	MEM_FREE(x.chunk);
	MEM_FREE(x.pieces);
	return rc;
}
