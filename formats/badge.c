// SPDX-License-Identifier: Apache-2.0
/* The credential around an achievement: Open Badges 3.0. Runs in: sign. */
#include "formats/badge.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/jsonw.h"
#include "base/text.h"
#include "formats/badge_achievement.h"
#include "formats/uri.h"

#define SCHEMA_URL \
	"https://purl.imsglobal.org/spec/ob/v3p0/schema/json/" \
	"ob_v3p0_achievementcredential_schema.json"

/* In this order (OB 3.0, section B.1); the third defines 1EdTechJsonSchemaValidator2019. */
static const char *const contexts[] = {
	"https://www.w3.org/ns/credentials/v2",
	"https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
	"https://purl.imsglobal.org/spec/ob/v3p0/extensions.json",
};

static const char demo_mark[] = "DEMO \u2013 ";

bool badge_status_of(struct str name, enum badge_status *out)
{
	if (name.n == 0 || str_eq_cz(name, "revocation"))
		*out = BADGE_STATUS_REVOCATION;
	else if (str_eq_cz(name, "suspension"))
		*out = BADGE_STATUS_SUSPENSION;
	else if (str_eq_cz(name, "1edtech"))
		*out = BADGE_STATUS_1EDTECH;
	else
		return false;
	return true;
}

void badge_put_id(struct buf *out, const struct badge_issuer *issuer, const uint8_t ulid[ULID_LEN])
{
	char text[ULID_UUID_LEN + 1];

	if (issuer->demo) {
		ulid_uuid_text(ulid, text);
		buf_put_cz(out, "urn:uuid:");
	} else {
		ulid_text(ulid, text);
		buf_put_str(out, issuer->base_url);
		buf_put_cz(out, "/credentials/");
	}
	buf_put_cz(out, text);
}

static void put_type(struct jsonw *w, const char *type)
{
	jsonw_key_open(w, "type", '[');
	jsonw_str(w, str_of(type));
	jsonw_close(w, ']');
}

static void put_time(struct jsonw *w, const char *key, int64_t wall_s)
{
	char iso[CLOCK_ISO_LEN];

	if (wall_s == BADGE_NO_TIME)
		return;
	clock_iso(wall_s, iso);
	jsonw_key_str(w, key, str_of(iso));
}

/* A text that in a demo begins with the mark. */
static void put_marked(struct jsonw *w, const char *key, bool demo, struct str text)
{
	struct buf marked = buf_new(sizeof demo_mark + text.n);

	if (demo)
		buf_put_cz(&marked, demo_mark);
	buf_put_str(&marked, text);
	jsonw_key_str(w, key, buf_str(&marked));
	buf_free(&marked);
}

static void put_issuer(struct jsonw *w, const struct badge_issuer *issuer)
{
	jsonw_key_open(w, "issuer", '{');
	jsonw_key_str(w, "id", issuer->id);
	put_type(w, "Profile");
	jsonw_key_str(w, "name", issuer->name);
	jsonw_key_str_if(w, "url", issuer->url);
	jsonw_close(w, '}');
}

/* IdentityHash (OB 3.0, section B.5.2): sha256$ and hex(SHA-256(identifier || salt)). */
static void put_identity(
	struct jsonw *w, const char *type, struct str value, const uint8_t salt_bytes[16])
{
	char salt[33];
	uint8_t digest[HASH_SHA256_LEN];
	char hash[7 + 2 * HASH_SHA256_LEN + 1] = "sha256$";
	struct hash_stream h;

	if (value.n == 0)
		return;
	text_hex((struct bytes){salt_bytes, 16}, salt);
	hash_start(&h);
	hash_add(&h, bytes_of(value));
	hash_add(&h, bytes_of(str_of(salt)));
	hash_finish(&h, digest);
	text_hex((struct bytes){digest, sizeof digest}, hash + 7);
	jsonw_open(w, '{');
	jsonw_key_str(w, "type", STR("IdentityObject")); /* a string here, not an array */
	jsonw_key_bool(w, "hashed", true);
	jsonw_key_str(w, "identityHash", str_of(hash));
	jsonw_key_str(w, "identityType", str_of(type));
	jsonw_key_str(w, "salt", str_of(salt));
	jsonw_close(w, '}');
}

static void put_subject(
	struct jsonw *w, const struct badge_achievement *a, const struct badge_award *award)
{
	char id[9 + ULID_UUID_LEN + 1] = "urn:uuid:";

	ulid_uuid_text(award->subject, id + 9);
	jsonw_key_open(w, "credentialSubject", '{');
	jsonw_key_str(w, "id", str_of(id));
	put_type(w, "AchievementSubject");
	if (award->email.n != 0 || award->external_id.n != 0) {
		jsonw_key_open(w, "identifier", '[');
		put_identity(w, "emailAddress", award->email, award->salt);
		put_identity(w, "identifier", award->external_id, award->salt);
		jsonw_close(w, ']');
	}
	badge_achievement_put(w, a, award->results, award->result_count);
	badge_achievement_put_results(w, a, award->results, award->result_count);
	jsonw_close(w, '}');
}

static void put_evidence(struct jsonw *w, struct str url)
{
	if (url.n == 0)
		return;
	jsonw_key_open(w, "evidence", '[');
	jsonw_open(w, '{');
	jsonw_key_str(w, "id", url);
	put_type(w, "Evidence");
	jsonw_close(w, '}');
	jsonw_close(w, ']');
}

static void put_schema(struct jsonw *w)
{
	jsonw_key_open(w, "credentialSchema", '[');
	jsonw_open(w, '{');
	jsonw_key_str(w, "id", STR(SCHEMA_URL));
	jsonw_key_str(w, "type", STR("1EdTechJsonSchemaValidator2019"));
	jsonw_close(w, '}');
	jsonw_close(w, ']');
}

/* One object: W3C would take an array, Open Badges' schema does not. */
static void put_status(
	struct jsonw *w, const struct badge_issuer *issuer, const struct badge_award *award)
{
	bool edtech = award->status == BADGE_STATUS_1EDTECH;
	struct buf list = buf_new(1024);
	struct buf entry = buf_new(1024);
	char index[16];

	buf_fmt(&list, STR_FMT "/%s/%u", STR_ARG(issuer->base_url),
		edtech ? "revocations" : "status", award->status_list);
	(void)text_fmt(index, sizeof index, "%u", award->status_index);
	buf_put_str(&entry, buf_str(&list));
	buf_fmt(&entry, "#%s", index);
	jsonw_key_open(w, "credentialStatus", '{');
	jsonw_key_str(w, "id", edtech ? buf_str(&list) : buf_str(&entry));
	jsonw_key_str(
		w, "type", edtech ? STR("1EdTechRevocationList") : STR("BitstringStatusListEntry"));
	if (!edtech) {
		jsonw_key_str(w, "statusPurpose",
			award->status == BADGE_STATUS_SUSPENSION ? STR("suspension")
								 : STR("revocation"));
		jsonw_key_str(w, "statusListIndex", str_of(index)); /* decimal, as a string */
		jsonw_key_str(w, "statusListCredential", buf_str(&list));
	}
	jsonw_close(w, '}');
	buf_free(&entry);
	buf_free(&list);
}

static void put_head(
	struct jsonw *w, const struct badge_issuer *issuer, const uint8_t ulid[ULID_LEN])
{
	struct buf id = buf_new(1024);

	jsonw_key_open(w, "@context", '[');
	for (size_t i = 0; i < ARRAY_COUNT(contexts); i++)
		jsonw_str(w, str_of(contexts[i]));
	jsonw_close(w, ']');
	badge_put_id(&id, issuer, ulid);
	jsonw_key_str(w, "id", buf_str(&id));
	buf_free(&id);
	jsonw_key_open(w, "type", '[');
	jsonw_str(w, STR("VerifiableCredential"));
	jsonw_str(w, STR("OpenBadgeCredential"));
	jsonw_close(w, ']');
}

static enum rc check_award(const struct badge_award *award, struct err *err)
{
	if (award->valid_from_s == BADGE_NO_TIME)
		return err_set(err, RC_INPUT, "the credential has no day from which it is valid");
	if (award->evidence_url.n != 0 && !uri_is_absolute(award->evidence_url))
		return err_set(err, RC_INPUT,
			"the address of the evidence is not an absolute URL without spaces");
	return badge_achievement_check_results(award->results, award->result_count, err);
}

enum rc badge_put(struct buf *out, const struct badge_issuer *issuer,
	const struct badge_achievement *a, const struct badge_award *award, struct err *err)
{
	struct jsonw w = jsonw_new(out);
	struct str description = a->description.n != 0 ? a->description : a->name;
	enum rc rc = check_award(award, err);

	if (rc != RC_OK)
		return rc;
	jsonw_open(&w, '{');
	put_head(&w, issuer, award->ulid);
	put_marked(&w, "name", issuer->demo, a->name);
	put_marked(&w, "description", issuer->demo, description);
	put_issuer(&w, issuer);
	put_time(&w, "validFrom", award->valid_from_s);
	put_time(&w, "validUntil", award->valid_until_s);
	put_time(&w, "awardedDate", award->awarded_s);
	put_subject(&w, a, award);
	put_evidence(&w, award->evidence_url);
	put_schema(&w);
	put_status(&w, issuer, award);
	jsonw_close(&w, '}');
	if (out->full)
		return err_set(err, RC_LIMIT,
			"the credential is over %zu bytes: shorten the description or the criteria",
			out->cap);
	return RC_OK;
}
