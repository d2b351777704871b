// SPDX-License-Identifier: Apache-2.0
/* Status lists, written. Runs in: sign. */
#include "formats/statuslist.h"

#include "base/clock.h"
#include "base/text.h"

#include <libdeflate.h>

/* Level of libdeflate: a list is 16 KiB of mostly zeros, and rebuilt at every event. */
#define LEVEL 9

bool statuslist_bit(struct bytes bits, uint64_t index)
{
	CHECK(index / 8 < bits.n);
	return (bits.p[index / 8] & (0x80u >> (index % 8))) != 0;
}

void statuslist_set(uint8_t *bits, uint32_t index)
{
	CHECK(index < STATUSLIST_LEN);
	bits[index / 8] = (uint8_t)(bits[index / 8] | 0x80u >> (index % 8));
}

void statuslist_put_url(
	struct buf *out, struct str base_url, enum badge_status status, uint32_t list)
{
	buf_fmt(out, STR_FMT "/%s/%u", STR_ARG(base_url),
		status == BADGE_STATUS_1EDTECH ? "revocations" : "status", list);
}

/* libdeflate writes no time and no name into the GZIP header, so equal bits give equal bytes. */
enum rc statuslist_put_bits(struct buf *out, struct bytes bits, struct err *err)
{
	struct libdeflate_compressor *c = libdeflate_alloc_compressor(LEVEL);
	struct buf packed = buf_new(SIZE_MAX / 2);
	uint8_t *room;
	size_t bound;

	if (c == NULL)
		return err_set(err, RC_SYSTEM, "there is no memory to pack a status list");
	bound = libdeflate_gzip_compress_bound(c, bits.n);
	room = buf_grow(&packed, bound);
	packed.n = room != NULL ? libdeflate_gzip_compress(c, bits.p, bits.n, room, bound) : 0;
	libdeflate_free_compressor(c);
	CHECK(packed.n != 0);
	buf_put_char(out, 'u');
	text_put_base64url(out, buf_bytes(&packed));
	buf_free(&packed);
	return out->full ? err_set(err, RC_LIMIT, "the status list does not fit its document")
			 : RC_OK;
}

static void put_time(struct jsonw *w, const char *key, int64_t wall_s)
{
	char iso[CLOCK_ISO_LEN];

	if (wall_s == BADGE_NO_TIME)
		return;
	clock_iso(wall_s, iso);
	jsonw_key_str(w, key, str_of(iso));
}

static void put_subject(
	struct jsonw *w, const struct statuslist *s, struct str url, struct str bits)
{
	struct buf id = buf_new(1024);

	buf_put_str(&id, url);
	buf_put_cz(&id, "#list");
	jsonw_key_open(w, "credentialSubject", '{');
	jsonw_key_str(w, "id", buf_str(&id));
	jsonw_key_str(w, "type", STR("BitstringStatusList"));
	jsonw_key_str(w, "statusPurpose",
		s->status == BADGE_STATUS_SUSPENSION ? STR("suspension") : STR("revocation"));
	jsonw_key_str(w, "encodedList", bits);
	if (s->ttl_ms != 0)
		jsonw_key_i64(w, "ttl", (int64_t)s->ttl_ms);
	jsonw_close(w, '}');
	buf_free(&id);
}

enum rc statuslist_put(struct buf *out, const struct statuslist *s, struct err *err)
{
	struct jsonw w = jsonw_new(out);
	struct buf url = buf_new(1024);
	struct buf bits = buf_new(STATUSLIST_CREDENTIAL_MAX);
	enum rc rc = statuslist_put_bits(&bits, (struct bytes){s->bits, STATUSLIST_BYTES}, err);

	CHECK(s->status != BADGE_STATUS_1EDTECH && s->ttl_ms <= INT32_MAX);
	if (rc == RC_OK) {
		statuslist_put_url(&url, s->issuer->base_url, s->status, s->list);
		jsonw_open(&w, '{');
		jsonw_key_open(&w, "@context", '[');
		jsonw_str(&w, STR("https://www.w3.org/ns/credentials/v2"));
		jsonw_close(&w, ']');
		jsonw_key_str(&w, "id", buf_str(&url));
		jsonw_key_open(&w, "type", '[');
		jsonw_str(&w, STR("VerifiableCredential"));
		jsonw_str(&w, STR("BitstringStatusListCredential"));
		jsonw_close(&w, ']');
		jsonw_key_str(&w, "issuer", s->issuer->id);
		put_time(&w, "validFrom", s->valid_from_s);
		put_time(&w, "validUntil", s->valid_until_s);
		put_subject(&w, s, buf_str(&url), buf_str(&bits));
		jsonw_close(&w, '}');
		if (out->full)
			rc = err_set(err, RC_LIMIT, "the status list is over %zu bytes", out->cap);
	}
	buf_free(&bits);
	buf_free(&url);
	return rc;
}

/* ---- 1EdTech's ---- */

struct jsonw statuslist_open_revoked(
	struct buf *out, const struct badge_issuer *issuer, uint32_t list)
{
	struct jsonw w = jsonw_new(out);
	struct buf url = buf_new(1024);

	statuslist_put_url(&url, issuer->base_url, BADGE_STATUS_1EDTECH, list);
	jsonw_open(&w, '{');
	jsonw_key_str(&w, "id", buf_str(&url));
	jsonw_key_str(&w, "issuer", issuer->id);
	jsonw_key_open(&w, "revokedCredential", '[');
	buf_free(&url);
	return w;
}

void statuslist_put_revoked(
	struct jsonw *w, const struct badge_issuer *issuer, const struct statuslist_revoked *entry)
{
	struct buf id = buf_new(1024);

	badge_put_id(&id, issuer, entry->ulid);
	jsonw_open(w, '{');
	jsonw_key_str(w, "id", buf_str(&id));
	jsonw_key_bool(w, "revoked", true);
	jsonw_key_str_if(w, "revocationReason", entry->reason);
	jsonw_close(w, '}');
	buf_free(&id);
}

void statuslist_close_revoked(struct jsonw *w)
{
	jsonw_close(w, ']');
	jsonw_close(w, '}');
}
