// SPDX-License-Identifier: Apache-2.0
/*
 * Segment files and their index files, as found on a disk. The first byte says what the rest is; 's'
 * segments get their header CRCs put right first, 'S' not, 'i' is an index file. Runs in: make fuzz.
 */
#include "base/err.h"
#include "base/file.h"
#include "base/seal.h"
#include "store/segment.h"
#include "store/segment_index.h"

#include <isa-l.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

#define INPUT_MAX_LEN 65536u

/* Otherwise nearly every change ends at the first CRC. */
static void repair(uint8_t *p, size_t n)
{
	size_t at = 0;

	while (n - at >= SEGMENT_HEAD_LEN && memcmp(p + at, "CFS1", 4) == 0) {
		uint16_t pieces;
		uint64_t body_len;
		uint64_t offset = at;
		size_t head_len;
		uint32_t crc;

		memcpy(&pieces, p + at + 6, 2);
		memcpy(&body_len, p + at + 32, 8);
		memcpy(p + at + 16, &offset, 8);
		head_len = SEGMENT_HEAD_LEN + (size_t)pieces * SEGMENT_PIECE_LEN;
		if (head_len > n - at || body_len > n - at - head_len)
			return;
		memset(p + at + 8, 0, 4);
		crc = crc32_iscsi(p + at, (int)head_len, 0xFFFFFFFFu);
		memcpy(p + at + 8, &crc, 4);
		at += (head_len + body_len + 7) & ~(size_t)7;
		if (at > n)
			return;
	}
}

struct visit {
	struct segment_index *index;
	uint64_t last;
};

static enum rc visit(void *arg, const struct segment_record *r, struct err *err)
{
	struct visit *v = arg;

	(void)err;
	CHECK(r->offset == 0 || r->offset > v->last);
	v->last = r->offset;
	if (r->type == SEGMENT_ARTIFACT && segment_index_count(v->index) < SEGMENT_INDEX_MAX)
		segment_index_add(v->index, r->name, r->kind, r->offset);
	return RC_OK;
}

static void try_artifact(int fd, uint64_t offset, uint64_t end, struct err *err)
{
	static const uint8_t key[SEAL_KEY_LEN] = {0};
	static struct segment_piece pieces[SEGMENT_PIECES_MAX];
	static struct seal *s;
	struct segment_record r;
	struct buf body = buf_new(INPUT_MAX_LEN + 1);
	bool good;

	if (s == NULL)
		s = seal_new();
	if (segment_read(fd, offset, end, &r, pieces, &good, err) == RC_OK && good
		&& r.body_len <= INPUT_MAX_LEN) {
		const struct segment_seal with = {s, 1, key};
		uint8_t *room = buf_grow(&body, (size_t)r.body_len + 1);

		CHECK(segment_open_body(&with, fd, &r, pieces, room, err) != RC_AGAIN);
	}
	buf_free(&body);
}

static void try_segment(int fd, size_t n)
{
	struct visit v = {segment_index_new(), 0};
	struct segment_scan first;
	struct segment_scan again;
	struct err err;

	if (segment_scan_file(fd, n, visit, &v, &first, &err) == RC_OK) {
		CHECK(first.valid_len <= n);
		segment_index_cut(v.index, first.valid_len);
		try_artifact(fd, v.last, n, &err);
		/* What recovery leaves is whole: recovering it again cuts nothing. */
		CHECK(segment_scan_file(fd, first.valid_len, NULL, NULL, &again, &err) == RC_OK);
		CHECK(again.valid_len == first.valid_len
			&& again.artifact_count == first.artifact_count);
	}
	segment_index_free(&v.index);
}

static void try_index(int fd)
{
	static const uint8_t name[SEGMENT_INDEX_NAME_LEN] = {1, 2, 3};
	struct segment_index_summary summary;
	struct err err;
	uint64_t offset;
	bool found;
	bool good;

	if (segment_index_check(fd, &summary, &good, &err) == RC_OK && good)
		CHECK(segment_index_look_up(fd, summary.count, name, 1, &offset, &found, &err)
			== RC_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static uint8_t copy[INPUT_MAX_LEN];
	AUTO_FD fd = -1;
	struct err err;

	if (n < 1 || n > INPUT_MAX_LEN)
		return 0;
	memcpy(copy, data + 1, n - 1);
	if (data[0] == 's')
		repair(copy, n - 1);
	CHECK(file_memory("fuzz", &fd, &err) == RC_OK);
	CHECK(file_write_all(fd, "fuzz", (struct bytes){copy, n - 1}, &err) == RC_OK);
	if (data[0] == 'i')
		try_index(fd);
	else
		try_segment(fd, n - 1);
	return 0;
}
