// SPDX-License-Identifier: Apache-2.0
/*
 * The segment file: records one after the other, only ever appended. A record is a header of 96
 * bytes, a list of pieces, a sealed body, zeros to a multiple of 8.
 *
 *   0 u32 magic "CFS1"    4 u8 type     5 u8 kind      6 u16 pieces
 *   8 u32 CRC-32C of header (itself 0) and list       12 u32 CRC-32C of the body
 *  16 u64 offset in the file, of itself               24 u64 total    32 u64 length of the body
 *  40 16 bytes name       56 16 bytes salt            72 16 bytes tag  88 u64 extra
 *
 * SEGMENT, the first: total = its number. SHARED: a piece many artifacts use, sealed under the
 * tenant's key; name = what the store calls its content. ARTIFACT: name = ULID, kind, total = length
 * of the artifact; body = its private pieces together, sealed under the recipient's key. COMMIT:
 * total = where its group of records began, extra = artifacts so far; what lies behind the last
 * COMMIT was never promised to anybody.
 *
 * Body key: HMAC-SHA256(key, "certfill-seg-v1" || salt || u64 segment || u64 offset || u8 type), salt
 * being drawn anew whenever a position might be written a second time (start, roll-back); nonce: the
 * position. So no key and nonce ever seal two texts. AAD: header (CRCs and tag 0) and list.
 */
#ifndef STORE_SEGMENT_H
#define STORE_SEGMENT_H

#include "base/buf.h"
#include "base/seal.h"

#define SEGMENT_HEAD_LEN 96u
#define SEGMENT_PIECE_LEN 16u
#define SEGMENT_PIECES_MAX 400u
#define SEGMENT_BODY_MAX_LEN ((uint64_t)64 << 20)
#define SEGMENT_ARTIFACT_MAX_LEN ((uint64_t)256 << 20)
#define SEGMENT_NAME_LEN 16
#define SEGMENT_SALT_LEN 16

enum segment_type {
	SEGMENT_START = 1,
	SEGMENT_SHARED,
	SEGMENT_ARTIFACT,
	SEGMENT_COMMIT,
};

/* shared: offset of the SHARED record whose whole body it is; 0: the next len bytes of the own body. */
struct segment_piece {
	uint64_t shared;
	uint32_t len;
};

struct segment_record {
	uint8_t type; /* enum segment_type */
	uint8_t kind;
	uint16_t piece_count;
	uint32_t body_crc;
	uint64_t offset;
	uint64_t total;
	uint64_t body_len;
	uint8_t name[SEGMENT_NAME_LEN];
	uint8_t salt[SEGMENT_SALT_LEN];
	uint8_t tag[SEAL_TAG_LEN];
	uint64_t extra;
};

/* What bodies are sealed with. key: 32 bytes, borrowed; NULL for records without a body. */
struct segment_seal {
	struct seal *seal;
	uint64_t segment_no;
	const uint8_t *key;
};

/* Of header, list, body and padding together. */
uint64_t segment_record_len(const struct segment_record *r);
/* Where the body begins. */
uint64_t segment_body_offset(const struct segment_record *r);

/*
 * Seals the parts of the body together and appends the whole record to out. r: all but CRCs, tag and body_len, which
 * are set. body may be empty (then key is not used).
 */
void segment_put(const struct segment_seal *with, struct segment_record *r,
	const struct segment_piece *pieces, const struct bytes *body_parts, size_t part_count,
	struct buf *out);

/*
 * Reads the header and list at offset of a file whose first end bytes count. *good false: no record
 * there (torn, garbage, another's). pieces has room for SEGMENT_PIECES_MAX. Fails only when reading does.
 */
enum rc segment_read(int fd, uint64_t offset, uint64_t end, struct segment_record *out,
	struct segment_piece *pieces, bool *good, struct err *err) MUST_CHECK;
/* Reads the body and opens it. SYSTEM: damaged on disk. INPUT: another key. body: r->body_len bytes. */
enum rc segment_open_body(const struct segment_seal *with, int fd, const struct segment_record *r,
	const struct segment_piece *pieces, uint8_t *body, struct err *err) MUST_CHECK;

/* Called for every good record in order, committed or not; see segment_scan.valid_len. */
typedef enum rc segment_visit(void *arg, const struct segment_record *r, struct err *err);

struct segment_scan {
	uint64_t number; /* of the segment */
	uint64_t valid_len; /* up to and with the last commit that counts; 0: not even the first */
	uint64_t artifact_count; /* up to there */
	bool promised; /* a COMMIT lies behind valid_len: what it covers may be known to others */
};

/*
 * Recovery: follows headers from the start to the last COMMIT whose group's bodies are whole; earlier
 * groups were durable before it began, so their bodies are not read. SYSTEM when a record is broken
 * and a group that began after it is not: that is damage to promised bytes, not a torn tail. In the
 * last group it may be either, since a disk may take a COMMIT before what it covers.
 */
enum rc segment_scan_file(int fd, uint64_t file_len, segment_visit *visit, void *arg,
	struct segment_scan *out, struct err *err) MUST_CHECK;

/* Exactly in.n bytes at offset. SYSTEM with a sentence about space when the disk is full. */
enum rc segment_write_at(int fd, uint64_t offset, struct bytes in, struct err *err) MUST_CHECK;

#endif
