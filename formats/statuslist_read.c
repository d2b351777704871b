// SPDX-License-Identifier: Apache-2.0
/* Status lists of others, read. Runs in: check. */
#include "base/clock.h"
#include "base/text.h"
#include "formats/statuslist.h"

#include <libdeflate.h>

/* A GZIP member is at least 18 bytes: header of ten, an empty DEFLATE block is two more, trailer of eight. */
#define GZIP_MIN 18

static struct str text_in(const struct jsonr_value *object, const char *key)
{
	const struct jsonr_value *v = jsonr_find(object, key);

	return v != NULL && v->kind == JSONR_STRING ? v->text : STR("");
}

/* A STRING, or an ARRAY one of whose items is that STRING. */
static bool has_text(const struct jsonr_value *v, struct str want)
{
	if (v == NULL)
		return false;
	if (v->kind == JSONR_STRING)
		return str_eq(v->text, want);
	if (v->kind != JSONR_ARRAY)
		return false;
	for (const struct jsonr_value *i = v->first; i != NULL; i = i->next)
		if (i->kind == JSONR_STRING && str_eq(i->text, want))
			return true;
	return false;
}

/* ---- entries ---- */

/* Bitstring Status List 1.0, section 2.1: statusSize is 1 unless it says something else. */
static enum rc check_size(const struct jsonr_value *value, struct err *err)
{
	const struct jsonr_value *size = jsonr_find(value, "statusSize");

	if (size != NULL && (size->kind != JSONR_NUMBER || !str_eq_cz(size->text, "1")))
		return err_set(err, RC_INPUT,
			"the status entry has a statusSize other than 1, which is not understood");
	return RC_OK;
}

enum rc statuslist_read_entry(
	const struct jsonr_value *value, struct statuslist_entry *out, struct err *err)
{
	const struct jsonr_value *type = jsonr_find(value, "type");

	*out = (struct statuslist_entry){0};
	if (has_text(type, STR("1EdTechRevocationList"))) {
		out->status = BADGE_STATUS_1EDTECH;
		out->list_url = text_in(value, "id");
		if (out->list_url.n == 0)
			return err_set(err, RC_INPUT, "the status entry names no list");
		return RC_OK;
	}
	if (!has_text(type, STR("BitstringStatusListEntry")))
		return err_set(err, RC_INPUT,
			"the status entry is neither a BitstringStatusListEntry nor a "
			"1EdTechRevocationList");
	out->purpose = text_in(value, "statusPurpose");
	out->list_url = text_in(value, "statusListCredential");
	out->status = str_eq_cz(out->purpose, "suspension") ? BADGE_STATUS_SUSPENSION
							    : BADGE_STATUS_REVOCATION;
	if (out->purpose.n == 0 || out->list_url.n == 0)
		return err_set(err, RC_INPUT, "the status entry names no list or no purpose");
	if (!str_to_u64(text_in(value, "statusListIndex"), UINT32_MAX, &out->index))
		return err_set(err, RC_INPUT,
			"the status entry's statusListIndex is no decimal number in a string");
	return check_size(value, err);
}

/* ---- lists ---- */

static enum rc read_time(
	const struct jsonr_value *object, const char *key, int64_t *out, struct err *err)
{
	struct str text = text_in(object, key);

	*out = BADGE_NO_TIME;
	return text.n == 0 ? RC_OK : clock_parse_iso(text, out, err);
}

static struct str id_of(const struct jsonr_value *v)
{
	if (v != NULL && v->kind == JSONR_STRING)
		return v->text;
	return text_in(v, "id");
}

enum rc statuslist_read(
	const struct jsonr_value *credential, struct statuslist_claims *out, struct err *err)
{
	const struct jsonr_value *subject = jsonr_find(credential, "credentialSubject");
	const struct jsonr_value *ttl = jsonr_find(subject, "ttl");
	enum rc rc;

	*out = (struct statuslist_claims){.id = text_in(credential, "id"),
		.issuer = id_of(jsonr_find(credential, "issuer")),
		.encoded = text_in(subject, "encodedList"),
		.purposes = jsonr_find(subject, "statusPurpose")};
	if (!has_text(jsonr_find(credential, "type"), STR("BitstringStatusListCredential"))
		|| !has_text(jsonr_find(subject, "type"), STR("BitstringStatusList")))
		return err_set(err, RC_INPUT, "this is no BitstringStatusListCredential");
	if (out->encoded.n == 0 || out->purposes == NULL)
		return err_set(err, RC_INPUT, "the status list has no encodedList or no purpose");
	if (ttl != NULL
		&& (ttl->kind != JSONR_NUMBER || !str_to_u64(ttl->text, INT64_MAX, &out->ttl_ms)))
		return err_set(err, RC_INPUT, "the status list's ttl is no number of milliseconds");
	rc = read_time(credential, "validFrom", &out->valid_from_s, err);
	if (rc == RC_OK)
		rc = read_time(credential, "validUntil", &out->valid_until_s, err);
	return rc;
}

bool statuslist_has_purpose(const struct statuslist_claims *s, struct str purpose)
{
	return has_text(s->purposes, purpose);
}

/* ISIZE, the last four bytes (RFC 1952, section 2.3.1): how long it says that it is. */
static uint32_t said_len(struct bytes packed)
{
	const uint8_t *p = packed.p + packed.n - 4;

	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/* Room of exactly the length said: what is longer has no place to go, what is shorter is a lie. */
static enum rc unpack(struct arena *a, struct bytes packed, struct bytes *out, struct err *err)
{
	size_t len = said_len(packed);
	struct libdeflate_decompressor *d;
	uint8_t *room;
	size_t taken = 0;
	enum libdeflate_result result;

	if (len > STATUSLIST_BYTES_MAX)
		return err_set(err, RC_LIMIT, "the status list unpacks to over %zu bytes",
			STATUSLIST_BYTES_MAX);
	if (len < STATUSLIST_BYTES)
		return err_set(
			err, RC_INPUT, "the status list has fewer than %u entries", STATUSLIST_LEN);
	d = libdeflate_alloc_decompressor();
	if (d == NULL)
		return err_set(err, RC_SYSTEM, "there is no memory to unpack a status list");
	room = arena_alloc(a, len);
	result = libdeflate_gzip_decompress_ex(d, packed.p, packed.n, room, len, &taken, NULL);
	libdeflate_free_decompressor(d);
	if (result != LIBDEFLATE_SUCCESS || taken != packed.n)
		return err_set(err, RC_INPUT,
			"the status list is no GZIP of the length that it says it has");
	*out = (struct bytes){room, len};
	return RC_OK;
}

enum rc statuslist_read_bits(
	struct arena *a, struct str encoded, struct bytes *out, struct err *err)
{
	struct bytes packed;
	enum rc rc;

	if (encoded.n > STATUSLIST_TEXT_MAX)
		return err_set(err, RC_LIMIT, "the status list is over %zu bytes of text",
			STATUSLIST_TEXT_MAX);
	if (encoded.n == 0 || encoded.p[0] != 'u')
		return err_set(err, RC_INPUT,
			"the status list does not begin with 'u', multibase for base64url");
	rc = text_from_base64url(a, str_slice(encoded, 1, encoded.n), &packed, err);
	if (rc == RC_OK && packed.n < GZIP_MIN)
		rc = err_set(err, RC_INPUT, "the status list is too short for GZIP");
	return rc == RC_OK ? unpack(a, packed, out, err) : rc;
}

/* ---- 1EdTech's ---- */

enum rc statuslist_read_revoked(const struct jsonr_value *list, struct str credential_id,
	bool *revoked, struct str *reason, struct err *err)
{
	const struct jsonr_value *entries = jsonr_find(list, "revokedCredential");

	*revoked = false;
	*reason = STR("");
	if (entries == NULL || entries->kind != JSONR_ARRAY)
		return err_set(err, RC_INPUT, "this is no list of revoked credentials");
	for (const struct jsonr_value *e = entries->first; e != NULL; e = e->next) {
		const struct jsonr_value *flag = jsonr_find(e, "revoked");

		if (!str_eq(text_in(e, "id"), credential_id))
			continue;
		/* Absent means true (OB 3.0, 1EdTechRevocationList). What is no boolean is not read as good. */
		if (flag != NULL && flag->kind == JSONR_BOOL && !flag->truth)
			continue;
		*revoked = true;
		*reason = text_in(e, "revocationReason");
		return RC_OK;
	}
	return RC_OK;
}
