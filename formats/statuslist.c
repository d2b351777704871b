// SPDX-License-Identifier: Apache-2.0
/* Status lists, written. Runs in: sign. */
#include "formats/statuslist.h"

#include "base/clock.h"
#include "base/text.h"
#include "formats/jsont.h"

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

static void put_time(struct jsont *t, const char *key, int64_t wall_s)
{
	char iso[CLOCK_ISO_LEN];

	if (wall_s == BADGE_NO_TIME)
		return;
	clock_iso(wall_s, iso);
	jsont_key_str(t, key, str_of(iso));
}

static void put_subject(
	struct jsont *t, const struct statuslist *s, struct str url, struct str bits)
{
	struct buf id = buf_new(1024);

	buf_put_str(&id, url);
	buf_put_cz(&id, "#list");
	jsont_key_open(t, "credentialSubject", '{');
	jsont_key_str(t, "id", buf_str(&id));
	jsont_key_str(t, "type", STR("BitstringStatusList"));
	jsont_key_str(t, "statusPurpose",
		s->status == BADGE_STATUS_SUSPENSION ? STR("suspension") : STR("revocation"));
	jsont_key_str(t, "encodedList", bits);
	if (s->ttl_ms != 0)
		jsont_key_i64(t, "ttl", (int64_t)s->ttl_ms);
	jsont_close(t, '}');
	buf_free(&id);
}

static void put_credential(struct jsont *t, const struct statuslist *s, struct str bits)
{
	struct buf url = buf_new(1024);

	statuslist_put_url(&url, s->issuer->base_url, s->status, s->list);
	jsont_open(t, '{');
	jsont_key_open(t, "@context", '[');
	jsont_str(t, STR("https://www.w3.org/ns/credentials/v2"));
	jsont_close(t, ']');
	jsont_key_str(t, "id", buf_str(&url));
	jsont_key_open(t, "type", '[');
	jsont_str(t, STR("VerifiableCredential"));
	jsont_str(t, STR("BitstringStatusListCredential"));
	jsont_close(t, ']');
	jsont_key_str(t, "issuer", s->issuer->id);
	put_time(t, "validFrom", s->valid_from_s);
	put_time(t, "validUntil", s->valid_until_s);
	put_subject(t, s, buf_str(&url), bits);
	jsont_close(t, '}');
	buf_free(&url);
}

enum rc statuslist_build(struct arena *a, const struct statuslist *s,
	const struct jsonr_value **out, struct err *err)
{
	struct jsont t = jsont_new(a);
	struct buf bits = buf_new(STATUSLIST_CREDENTIAL_MAX);
	enum rc rc = statuslist_put_bits(&bits, (struct bytes){s->bits, STATUSLIST_BYTES}, err);

	CHECK(s->status != BADGE_STATUS_1EDTECH && s->ttl_ms <= INT32_MAX);
	if (rc == RC_OK) {
		put_credential(&t, s, buf_str(&bits));
		rc = jsont_end(&t, out, err);
	}
	buf_free(&bits);
	return rc;
}
