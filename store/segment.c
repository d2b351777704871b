// SPDX-License-Identifier: Apache-2.0
/* Records of segment files: writing, reading, sealing. Runs in: store. */
#include "store/segment.h"

#include "base/cursor.h"
#include "base/err.h"
#include "base/file.h"
#include "base/hash.h"

#include <errno.h>
#include <isa-l.h>
#include <string.h>
#include <unistd.h>

#define MAGIC 0x31534643u /* "CFS1" */
#define HEAD_CRC_AT 8
#define BODY_CRC_AT 12
#define TAG_AT 72
#define LIST_MAX_LEN (SEGMENT_PIECES_MAX * SEGMENT_PIECE_LEN)

static uint32_t crc_of(const uint8_t *p, size_t n, uint32_t before)
{
	/* The library takes int lengths and a pointer it does not write through. */
	while (n > 0) {
		size_t step = n < ((size_t)1 << 30) ? n : (size_t)1 << 30;

		before = crc32_iscsi((unsigned char *)(uintptr_t)p, (int)step, before);
		p += step;
		n -= step;
	}
	return before;
}

uint64_t segment_body_offset(const struct segment_record *r)
{
	return r->offset + SEGMENT_HEAD_LEN + (uint64_t)r->piece_count * SEGMENT_PIECE_LEN;
}

uint64_t segment_record_len(const struct segment_record *r)
{
	uint64_t len =
		SEGMENT_HEAD_LEN + (uint64_t)r->piece_count * SEGMENT_PIECE_LEN + r->body_len;

	return (len + 7) & ~(uint64_t)7;
}

/* CRCs and tag stay 0: that is the form that is authenticated. */
static void put_head(
	const struct segment_record *r, const struct segment_piece *pieces, struct buf *out)
{
	cursor_put_u32(out, MAGIC);
	cursor_put_u8(out, r->type);
	cursor_put_u8(out, r->kind);
	cursor_put_u16(out, r->piece_count);
	buf_put_zeros(out, 8);
	cursor_put_u64(out, r->offset);
	cursor_put_u64(out, r->total);
	cursor_put_u64(out, r->body_len);
	buf_put(out, r->name, sizeof r->name);
	buf_put(out, r->salt, sizeof r->salt);
	buf_put_zeros(out, SEAL_TAG_LEN);
	cursor_put_u64(out, r->extra);
	for (uint16_t i = 0; i < r->piece_count; i++) {
		cursor_put_u64(out, pieces[i].shared);
		cursor_put_u32(out, pieces[i].len);
		cursor_put_u32(out, 0);
	}
}

static void body_key(
	const struct segment_seal *with, const struct segment_record *r, uint8_t out[SEAL_KEY_LEN])
{
	uint8_t in[64] = "certfill-seg-v1";
	size_t n = 15;

	memcpy(in + n, r->salt, SEGMENT_SALT_LEN);
	n += SEGMENT_SALT_LEN;
	memcpy(in + n, &with->segment_no, 8);
	memcpy(in + n + 8, &r->offset, 8);
	in[n + 16] = r->type;
	hash_hmac_sha256((struct bytes){with->key, SEAL_KEY_LEN}, (struct bytes){in, n + 17}, out);
}
_Static_assert(
	__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "numbers are hashed and written as they lie");

static void put_number(uint8_t *at, uint32_t v)
{
	memcpy(at, &v, sizeof v);
}

void segment_put(const struct segment_seal *with, struct segment_record *r,
	const struct segment_piece *pieces, const struct bytes *body_parts, size_t part_count,
	struct buf *out)
{
	size_t start = out->n;
	size_t head_len = SEGMENT_HEAD_LEN + (size_t)r->piece_count * SEGMENT_PIECE_LEN;
	uint8_t *p;

	r->body_len = 0;
	for (size_t i = 0; i < part_count; i++)
		r->body_len += body_parts[i].n;
	CHECK(r->piece_count <= SEGMENT_PIECES_MAX && r->body_len <= SEGMENT_BODY_MAX_LEN);
	put_head(r, pieces, out);
	CHECK(buf_grow(out, (size_t)r->body_len) != NULL);
	buf_put_zeros(out, (size_t)(segment_record_len(r) - head_len - r->body_len));
	CHECK(!out->full);
	p = out->p + start;
	if (r->body_len != 0) {
		uint8_t own_key[SEAL_KEY_LEN];
		struct seal_with at = {.key = own_key, .aad = {p, head_len}};

		body_key(with, r, own_key);
		seal_nonce_of((uint32_t)with->segment_no, r->offset, at.nonce);
		seal_lock_parts(with->seal, &at, body_parts, part_count, p + head_len, r->tag);
		seal_wipe(own_key, sizeof own_key);
		memcpy(p + TAG_AT, r->tag, SEAL_TAG_LEN);
	}
	r->body_crc = crc_of(p + head_len, (size_t)r->body_len, 0xFFFFFFFFu);
	put_number(p + BODY_CRC_AT, r->body_crc);
	put_number(p + HEAD_CRC_AT, crc_of(p, head_len, 0xFFFFFFFFu));
}

/* Fields of a header; the caller has checked magic and CRC comes later. */
static void take_head(
	struct bytes head, struct segment_record *r, uint32_t *magic, uint32_t *head_crc)
{
	struct cursor c = cursor_of(head);

	*magic = cursor_u32(&c);
	r->type = cursor_u8(&c);
	r->kind = cursor_u8(&c);
	r->piece_count = cursor_u16(&c);
	*head_crc = cursor_u32(&c);
	r->body_crc = cursor_u32(&c);
	r->offset = cursor_u64(&c);
	r->total = cursor_u64(&c);
	r->body_len = cursor_u64(&c);
	memcpy(r->name, cursor_take(&c, SEGMENT_NAME_LEN).p, SEGMENT_NAME_LEN);
	memcpy(r->salt, cursor_take(&c, SEGMENT_SALT_LEN).p, SEGMENT_SALT_LEN);
	memcpy(r->tag, cursor_take(&c, SEAL_TAG_LEN).p, SEAL_TAG_LEN);
	r->extra = cursor_u64(&c);
}

static bool head_makes_sense(const struct segment_record *r, uint64_t offset, uint64_t end)
{
	if (r->offset != offset || r->type < SEGMENT_START || r->type > SEGMENT_COMMIT)
		return false;
	if (r->piece_count > SEGMENT_PIECES_MAX || r->body_len > SEGMENT_BODY_MAX_LEN)
		return false;
	if (r->type != SEGMENT_ARTIFACT && r->piece_count != 0)
		return false;
	if (r->type == SEGMENT_ARTIFACT && r->total > SEGMENT_ARTIFACT_MAX_LEN)
		return false;
	if (r->type == SEGMENT_COMMIT && r->total > offset)
		return false;
	return segment_record_len(r) <= end - offset;
}

/* Private lengths fill the body, all lengths the artifact, shared pieces lie before it. */
static bool take_list(
	struct bytes list, const struct segment_record *r, struct segment_piece *pieces)
{
	struct cursor c = cursor_of(list);
	uint64_t own = 0;
	uint64_t all = 0;

	for (uint16_t i = 0; i < r->piece_count; i++) {
		pieces[i].shared = cursor_u64(&c);
		pieces[i].len = cursor_u32(&c);
		if (cursor_u32(&c) != 0 || pieces[i].shared >= r->offset
			|| pieces[i].shared % 8 != 0)
			return false;
		all += pieces[i].len;
		own += pieces[i].shared == 0 ? pieces[i].len : 0;
	}
	return r->type != SEGMENT_ARTIFACT || (own == r->body_len && all == r->total);
}

enum rc segment_read(int fd, uint64_t offset, uint64_t end, struct segment_record *out,
	struct segment_piece *pieces, bool *good, struct err *err)
{
	uint8_t head[SEGMENT_HEAD_LEN + LIST_MAX_LEN];
	uint32_t magic;
	uint32_t head_crc;
	size_t len;
	enum rc rc;

	*good = false;
	if (offset % 8 != 0 || offset > end || end - offset < SEGMENT_HEAD_LEN)
		return RC_OK;
	rc = file_pread(fd, "a segment", offset, head, SEGMENT_HEAD_LEN, err);
	if (rc != RC_OK)
		return rc;
	take_head((struct bytes){head, SEGMENT_HEAD_LEN}, out, &magic, &head_crc);
	if (magic != MAGIC || !head_makes_sense(out, offset, end))
		return RC_OK;
	len = (size_t)out->piece_count * SEGMENT_PIECE_LEN;
	rc = file_pread(
		fd, "a segment", offset + SEGMENT_HEAD_LEN, head + SEGMENT_HEAD_LEN, len, err);
	if (rc != RC_OK)
		return rc;
	memset(head + HEAD_CRC_AT, 0, 4);
	*good = crc_of(head, SEGMENT_HEAD_LEN + len, 0xFFFFFFFFu) == head_crc
		&& take_list((struct bytes){head + SEGMENT_HEAD_LEN, len}, out, pieces);
	return RC_OK;
}

enum rc segment_open_body(const struct segment_seal *with, int fd, const struct segment_record *r,
	const struct segment_piece *pieces, uint8_t *body, struct err *err)
{
	uint8_t own_key[SEAL_KEY_LEN];
	struct seal_with at = {.key = own_key};
	struct buf head = buf_new(SEGMENT_HEAD_LEN + LIST_MAX_LEN);
	enum rc rc =
		file_pread(fd, "a segment", segment_body_offset(r), body, (size_t)r->body_len, err);

	if (rc == RC_OK && crc_of(body, (size_t)r->body_len, 0xFFFFFFFFu) != r->body_crc)
		rc = err_set(err, RC_SYSTEM,
			"the store is damaged at byte %llu of a segment: restore a backup",
			(unsigned long long)r->offset);
	if (rc == RC_OK && r->body_len != 0) {
		put_head(r, pieces, &head);
		at.aad = buf_bytes(&head);
		body_key(with, r, own_key);
		seal_nonce_of((uint32_t)with->segment_no, r->offset, at.nonce);
		rc = seal_unlock(with->seal, &at, body, (size_t)r->body_len, r->tag, err);
		seal_wipe(own_key, sizeof own_key);
	}
	buf_free(&head);
	return rc;
}

enum rc segment_write_at(int fd, uint64_t offset, struct bytes in, struct err *err)
{
	size_t done = 0;

	while (done < in.n) {
		ssize_t n = pwrite(fd, in.p + done, in.n - done, (off_t)(offset + done));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_errno(err, errno == EFBIG ? RC_AGAIN : RC_SYSTEM, errno,
				"cannot write to the store");
		done += (size_t)n;
	}
	return RC_OK;
}
