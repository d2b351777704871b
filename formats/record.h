// SPDX-License-Identifier: Apache-2.0
/*
 * Verification records (ADR 0025): canonical JSON (RFC 8785) without personal data. A hundred
 * of them travel in one frame, so hashes are base64url and times whole seconds since 1970.
 *
 * {"artifacts":[["pdf",LEN,"SHA256"],...],"batch":"ULID","commitment":"...","credential":0,
 *  "id":"ULID","row":0,"status":[LIST,INDEX],"tag":"SHA256 of the tag","v":1,"validFrom":S,
 *  "validUntil":S}   (validUntil only when there is an end)
 */
#ifndef FORMATS_RECORD_H
#define FORMATS_RECORD_H

#include "base/buf.h"
#include "base/hash.h"
#include "base/ulid.h"

#define RECORD_NO_TIME INT64_MIN

struct record_artifact {
	struct str kind; /* "pdf", "png", "badge", "jwt", "pass" */
	uint64_t len; /* below 2^53, for JSON */
	const uint8_t *sha256;
};

struct record {
	struct str batch;
	uint32_t row;
	uint16_t credential;
	uint8_t ulid[ULID_LEN];
	const uint8_t *commitment; /* 32 bytes */
	const uint8_t *tag_hash; /* 32 bytes */
	int64_t valid_from_s;
	int64_t valid_until_s; /* RECORD_NO_TIME: no end */
	uint32_t status_list;
	uint32_t status_index;
	const struct record_artifact *artifacts;
	size_t artifact_count;
};

void record_put(struct buf *out, const struct record *r);

/*
 * What the record key signs for a shard: "certfill-shard-v1\n" || lp(batch) || u32 shard ||
 * u32 count || root, all integers big-endian, lp = u32 length before the bytes.
 */
void record_put_shard_text(struct buf *out, struct str batch, uint32_t shard, uint32_t count,
	const uint8_t root[HASH_SHA256_LEN]);

/* A later fact about a credential (ADR 0025). */
struct record_status {
	struct str tenant;
	uint8_t ulid[ULID_LEN];
	uint8_t kind; /* enum status_kind of ledger/ledger_credential.h */
	struct str reason; /* a code */
	int64_t at_s;
	const uint8_t *note_sha256; /* 32 bytes: of the sealed note; zeros: none */
};
/*
 * What the record key signs for it: "certfill-status-v1\n" || lp(tenant) || ulid || u8 kind ||
 * lp(reason) || u64 at_s || note_sha256, as above.
 */
void record_put_status_text(struct buf *out, const struct record_status *s);

#endif
