// SPDX-License-Identifier: Apache-2.0
/* Where artifacts lie in a segment. Runs in: store. */
#include "store/segment_index.h"

#include "base/cursor.h"
#include "base/file.h"
#include "base/mem.h"

#include <isa-l.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define MAGIC 0x31494643u /* "CFI1" */
#define HEAD_LEN 32u
#define ENTRY_LEN 32u
#define BUCKETS 16384u
#define NONE UINT32_MAX

struct entry {
	uint8_t name[SEGMENT_INDEX_NAME_LEN];
	uint64_t offset;
	uint32_t next; /* older entry of the bucket */
	uint8_t kind;
};

struct segment_index {
	struct entry *entries; /* in the order of offsets */
	uint32_t count;
	uint32_t room;
	uint32_t buckets[BUCKETS]; /* newest entry */
};

struct segment_index *segment_index_new(void)
{
	struct segment_index *x = mem_zalloc(1, sizeof *x);

	memset(x->buckets, 0xFF, sizeof x->buckets);
	return x;
}

void segment_index_free(struct segment_index **x)
{
	if (*x == NULL)
		return;
	MEM_FREE((*x)->entries);
	MEM_FREE(*x);
}

uint32_t segment_index_count(const struct segment_index *x)
{
	return x->count;
}

/* The last bytes of a ULID are random. */
static uint32_t bucket_of(const uint8_t name[SEGMENT_INDEX_NAME_LEN], uint8_t kind)
{
	uint32_t tail;

	memcpy(&tail, name + SEGMENT_INDEX_NAME_LEN - sizeof tail, sizeof tail);
	return (tail ^ kind * 0x9E3779B1u) % BUCKETS;
}

void segment_index_add(struct segment_index *x, const uint8_t name[SEGMENT_INDEX_NAME_LEN],
	uint8_t kind, uint64_t offset)
{
	uint32_t bucket = bucket_of(name, kind);
	struct entry *e;

	CHECK(x->count < SEGMENT_INDEX_MAX);
	CHECK(x->count == 0 || x->entries[x->count - 1].offset < offset);
	if (x->count == x->room) {
		x->room = x->room == 0 ? 1024 : x->room * 2;
		x->entries = mem_resize(x->entries, x->room, sizeof *x->entries);
	}
	e = &x->entries[x->count];
	memcpy(e->name, name, sizeof e->name);
	e->kind = kind;
	e->offset = offset;
	e->next = x->buckets[bucket];
	x->buckets[bucket] = x->count++;
}

void segment_index_cut(struct segment_index *x, uint64_t offset)
{
	/* Newest first, so each is the head of its bucket when its turn comes. */
	while (x->count > 0 && x->entries[x->count - 1].offset >= offset) {
		const struct entry *e = &x->entries[--x->count];

		x->buckets[bucket_of(e->name, e->kind)] = e->next;
	}
}

bool segment_index_find(const struct segment_index *x, const uint8_t name[SEGMENT_INDEX_NAME_LEN],
	uint8_t kind, uint64_t limit, uint64_t *offset)
{
	for (uint32_t i = x->buckets[bucket_of(name, kind)]; i != NONE; i = x->entries[i].next) {
		const struct entry *e = &x->entries[i];

		if (e->offset < limit && e->kind == kind
			&& memcmp(e->name, name, sizeof e->name) == 0) {
			*offset = e->offset;
			return true;
		}
	}
	return false;
}

/* ---- the file: head, then entries sorted by name and kind ---- */

static int compare_keys(
	const uint8_t *name_a, uint8_t kind_a, const uint8_t *name_b, uint8_t kind_b)
{
	int order = memcmp(name_a, name_b, SEGMENT_INDEX_NAME_LEN);

	return order != 0 ? order : (int)kind_a - (int)kind_b;
}

/* By key, the newest first. */
static int compare_entries(const void *a, const void *b)
{
	const struct entry *x = a;
	const struct entry *y = b;
	int order = compare_keys(x->name, x->kind, y->name, y->kind);

	if (order != 0)
		return order;
	return x->offset > y->offset ? -1 : x->offset < y->offset;
}

static uint32_t crc_of(struct bytes b)
{
	return crc32_iscsi((unsigned char *)(uintptr_t)b.p, (int)b.n, 0xFFFFFFFFu);
}

static void put_entry(struct buf *out, const struct entry *e)
{
	buf_put(out, e->name, sizeof e->name);
	cursor_put_u64(out, e->offset);
	cursor_put_u8(out, e->kind);
	buf_put_zeros(out, ENTRY_LEN - SEGMENT_INDEX_NAME_LEN - 9);
}

uint32_t segment_index_encode(const struct segment_index *x, uint64_t segment_len, struct buf *out)
{
	struct entry *sorted = mem_alloc((x->count + 1) * sizeof *sorted);
	struct buf body = buf_new((size_t)SEGMENT_INDEX_MAX * ENTRY_LEN);
	uint32_t count;

	if (x->count != 0)
		memcpy(sorted, x->entries, x->count * sizeof *sorted);
	qsort(sorted, x->count, sizeof *sorted, compare_entries);
	for (uint32_t i = 0; i < x->count; i++)
		if (i == 0
			|| compare_keys(sorted[i - 1].name, sorted[i - 1].kind, sorted[i].name,
				   sorted[i].kind)
				!= 0)
			put_entry(&body, &sorted[i]);
	count = (uint32_t)(body.n / ENTRY_LEN);
	cursor_put_u32(out, MAGIC);
	cursor_put_u32(out, count);
	cursor_put_u64(out, segment_len);
	cursor_put_u64(out, x->count);
	cursor_put_u32(out, crc_of(buf_bytes(&body)));
	cursor_put_u32(out, crc_of((struct bytes){out->p, HEAD_LEN - 4}));
	buf_put_bytes(out, buf_bytes(&body));
	CHECK(!body.full && !out->full);
	buf_free(&body);
	MEM_FREE(sorted);
	return count;
}

static enum rc check_entries(int fd, uint32_t count, uint32_t crc, bool *good, struct err *err)
{
	size_t len = (size_t)count * ENTRY_LEN;
	uint8_t *p = mem_alloc(len);
	enum rc rc = file_pread(fd, "an index", HEAD_LEN, p, len, err);

	*good = rc == RC_OK && crc_of((struct bytes){p, len}) == crc;
	MEM_FREE(p);
	return rc;
}

enum rc segment_index_check(int fd, struct segment_index_summary *out, bool *good, struct err *err)
{
	uint8_t head[HEAD_LEN];
	struct cursor c = cursor_of((struct bytes){head, sizeof head});
	uint64_t len;
	uint32_t crc;
	uint32_t head_crc;
	enum rc rc;

	*good = false;
	if (!file_len(fd, &len) || len < HEAD_LEN)
		return RC_OK;
	rc = file_pread(fd, "an index", 0, head, sizeof head, err);
	if (rc != RC_OK || cursor_u32(&c) != MAGIC)
		return rc;
	out->count = cursor_u32(&c);
	out->segment_len = cursor_u64(&c);
	out->artifact_count = cursor_u64(&c);
	crc = cursor_u32(&c);
	head_crc = cursor_u32(&c);
	if (head_crc != crc_of((struct bytes){head, HEAD_LEN - 4}) || out->count > SEGMENT_INDEX_MAX
		|| len != HEAD_LEN + (uint64_t)out->count * ENTRY_LEN)
		return RC_OK;
	return check_entries(fd, out->count, crc, good, err);
}

enum rc segment_index_look_up(int fd, uint32_t count, const uint8_t name[SEGMENT_INDEX_NAME_LEN],
	uint8_t kind, uint64_t *offset, bool *found, struct err *err)
{
	uint32_t lo = 0;
	uint32_t hi = count;

	*found = false;
	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		uint8_t e[ENTRY_LEN];
		int order;
		enum rc rc = file_pread(
			fd, "an index", HEAD_LEN + (uint64_t)mid * ENTRY_LEN, e, sizeof e, err);

		if (rc != RC_OK)
			return rc;
		order = compare_keys(e, e[SEGMENT_INDEX_NAME_LEN + 8], name, kind);
		if (order == 0) {
			memcpy(offset, e + SEGMENT_INDEX_NAME_LEN, sizeof *offset);
			*found = true;
			return RC_OK;
		}
		if (order < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return RC_OK;
}
