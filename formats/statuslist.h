// SPDX-License-Identifier: Apache-2.0
/*
 * Status of credentials as others read it: Bitstring Status List 1.0 (W3C) and 1EdTech's revocation
 * list. statuslist.c writes them, statuslist_read.c reads other people's.
 */
#ifndef FORMATS_STATUSLIST_H
#define FORMATS_STATUSLIST_H

#include "formats/badge.h"
#include "formats/jsonr.h"

/* Entries of a list of ours; also the fewest that a list may have (section 3.3, herd privacy). */
#define STATUSLIST_LEN 131072u
#define STATUSLIST_BYTES (STATUSLIST_LEN / 8)
/* The most a list of others may unpack to: 67 million entries. */
#define STATUSLIST_BYTES_MAX ((size_t)8 << 20)
/* The longest encodedList that is read. */
#define STATUSLIST_TEXT_MAX ((size_t)4 << 20)
/* Of a list credential of ours: 16 KiB of noise do not compress. */
#define STATUSLIST_CREDENTIAL_MAX ((size_t)32 << 10)

/* Index 0 is the most significant bit of the first byte (section 3.2). index below 8 * bits.n. */
bool statuslist_bit(struct bytes bits, uint64_t index);
void statuslist_set(uint8_t *bits, uint32_t index);

/* ---- writing ---- */

struct statuslist {
	const struct badge_issuer *issuer;
	enum badge_status status;
	uint32_t list; /* number, from 1 */
	const uint8_t *bits; /* STATUSLIST_BYTES */
	int64_t valid_from_s;
	int64_t valid_until_s; /* BADGE_NO_TIME: no end */
	uint64_t ttl_ms;
};

/* base_url/status/N, or base_url/revocations/N of 1EdTech's kind: what badges of ours name. */
void statuslist_put_url(
	struct buf *out, struct str base_url, enum badge_status status, uint32_t list);
/* 'u', then base64url of GZIP without a time: the same text for the same bits. */
enum rc statuslist_put_bits(struct buf *out, struct bytes bits, struct err *err) MUST_CHECK;
/* A BitstringStatusListCredential without its proof; lives in a. Not for BADGE_STATUS_1EDTECH. */
enum rc statuslist_build(struct arena *a, const struct statuslist *s,
	const struct jsonr_value **out, struct err *err) MUST_CHECK;

/* ---- reading ---- */

/* One credentialStatus of a credential. */
struct statuslist_entry {
	enum badge_status status;
	/* "revocation", "suspension" or another word; empty for 1EdTech's kind. */
	struct str purpose;
	struct str list_url;
	uint64_t index;
};

/*
 * INPUT when type, purpose, index or address is missing or is none; also for another statusSize than
 * one bit. Texts borrow from value.
 */
enum rc statuslist_read_entry(
	const struct jsonr_value *value, struct statuslist_entry *out, struct err *err) MUST_CHECK;

/* What a list credential says; its proof is somebody else's business. */
struct statuslist_claims {
	struct str id; /* the list's address; may be empty */
	struct str issuer; /* id */
	struct str encoded;
	const struct jsonr_value *purposes; /* a STRING or an ARRAY of them */
	int64_t valid_from_s; /* BADGE_NO_TIME: not said */
	int64_t valid_until_s;
	uint64_t ttl_ms; /* 0: not said */
};

/* INPUT when credential is no BitstringStatusListCredential. Texts borrow from it. */
enum rc statuslist_read(const struct jsonr_value *credential, struct statuslist_claims *out,
	struct err *err) MUST_CHECK;
bool statuslist_has_purpose(const struct statuslist_claims *s, struct str purpose);
/*
 * Unpacks an encodedList. *out lives in a, which needs room for it and for encoded. INPUT when it is no
 * base64url of one GZIP member, its check sums are wrong, or it has fewer than STATUSLIST_LEN entries;
 * LIMIT over STATUSLIST_TEXT_MAX or STATUSLIST_BYTES_MAX, found before anything is unpacked.
 */
enum rc statuslist_read_bits(
	struct arena *a, struct str encoded, struct bytes *out, struct err *err) MUST_CHECK;

/*
 * Is the credential of that id in a 1EdTechRevocationList? *reason borrows from list. INPUT when list
 * is none.
 */
enum rc statuslist_read_revoked(const struct jsonr_value *list, struct str credential_id,
	bool *revoked, struct str *reason, struct err *err) MUST_CHECK;

#endif
