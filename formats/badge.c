// SPDX-License-Identifier: Apache-2.0
/* The credential around an achievement: Open Badges 3.0. Runs in: sign. */
#include "formats/badge.h"

#include "base/clock.h"
#include "base/credential_id.h"
#include "base/hash.h"
#include "base/text.h"
#include "formats/badge_achievement.h"
#include "formats/badge_rules.h"
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

static void put_type(struct jsont *t, const char *type)
{
	jsont_key_open(t, "type", '[');
	jsont_str(t, str_of(type));
	jsont_close(t, ']');
}

static void put_time(struct jsont *t, const char *key, int64_t wall_s)
{
	char iso[CLOCK_ISO_LEN];

	if (wall_s == BADGE_NO_TIME)
		return;
	clock_iso(wall_s, iso);
	jsont_key_str(t, key, str_of(iso));
}

/* A text that in a demo begins with the mark. */
static void put_marked(struct jsont *t, const char *key, bool demo, struct str text)
{
	struct buf marked = buf_new(sizeof demo_mark + text.n);

	if (demo)
		buf_put_cz(&marked, demo_mark);
	buf_put_str(&marked, text);
	jsont_key_str(t, key, buf_str(&marked));
	buf_free(&marked);
}

static void put_issuer(struct jsont *t, const struct badge_issuer *issuer)
{
	jsont_key_open(t, "issuer", '{');
	jsont_key_str(t, "id", issuer->id);
	put_type(t, "Profile");
	jsont_key_str(t, "name", issuer->name);
	jsont_key_str_if(t, "url", issuer->url);
	jsont_close(t, '}');
}

/* IdentityHash (OB 3.0, section B.5.2): sha256$ and hex(SHA-256(identifier || salt)). */
static void put_identity(
	struct jsont *t, const char *type, struct str value, const uint8_t salt_bytes[16])
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
	jsont_open(t, '{');
	jsont_key_str(t, "type", STR("IdentityObject")); /* a string here, not an array */
	jsont_key_bool(t, "hashed", true);
	jsont_key_str(t, "identityHash", str_of(hash));
	jsont_key_str(t, "identityType", str_of(type));
	jsont_key_str(t, "salt", str_of(salt));
	jsont_close(t, '}');
}

/* The name in clear: wallets look for identityType name. Only where the institution publishes it. */
static void put_name(struct jsont *t, struct str name)
{
	if (name.n == 0)
		return;
	jsont_open(t, '{');
	jsont_key_str(t, "type", STR("IdentityObject"));
	jsont_key_bool(t, "hashed", false);
	jsont_key_str(t, "identityHash", name);
	jsont_key_str(t, "identityType", STR("name"));
	jsont_close(t, '}');
}

static void put_identities(struct jsont *t, const struct badge_award *award)
{
	if (award->email.n == 0 && award->external_id.n == 0 && award->name.n == 0)
		return;
	jsont_key_open(t, "identifier", '[');
	put_identity(t, "emailAddress", award->email, award->salt);
	put_identity(t, "identifier", award->external_id, award->salt);
	put_name(t, award->name);
	jsont_close(t, ']');
}

static void put_subject(
	struct jsont *t, const struct badge_achievement *a, const struct badge_award *award)
{
	char id[9 + ULID_UUID_LEN + 1] = "urn:uuid:";

	ulid_uuid_text(award->subject, id + 9);
	jsont_key_open(t, "credentialSubject", '{');
	jsont_key_str(t, "id", str_of(id));
	put_type(t, "AchievementSubject");
	jsont_key_str_if(t, "activityStartDate", award->activity_start);
	jsont_key_str_if(t, "activityEndDate", award->activity_end);
	if (award->credits_earned.n != 0) {
		jsont_key(t, "creditsEarned");
		jsont_number(t, award->credits_earned);
	}
	jsont_key_str_if(t, "licenseNumber", award->license_number);
	jsont_key_str_if(t, "narrative", award->narrative);
	jsont_key_str_if(t, "role", award->role);
	jsont_key_str_if(t, "term", award->term);
	put_identities(t, award);
	badge_achievement_put(t, a, award->results, award->result_count);
	badge_achievement_put_results(t, a, award->results, award->result_count);
	jsont_close(t, '}');
}

/* What everybody's credential has to show, then what this person has. */
static void put_evidence(
	struct jsont *t, const struct badge_achievement *a, const struct badge_award *award)
{
	const struct jsonr_value *shared =
		a->around != NULL ? jsonr_find(a->around, "evidence") : NULL;
	bool own = award->evidence_url.n != 0 || award->evidence_name.n != 0
		|| award->evidence_narrative.n != 0;

	if (shared == NULL && !own)
		return;
	jsont_key_open(t, "evidence", '[');
	for (const struct jsonr_value *v = shared != NULL ? shared->first : NULL; v != NULL;
		v = v->next)
		jsont_value(t, v);
	if (own) {
		jsont_open(t, '{');
		jsont_key_str_if(t, "id", award->evidence_url);
		put_type(t, "Evidence");
		jsont_key_str_if(t, "name", award->evidence_name);
		jsont_key_str_if(t, "narrative", award->evidence_narrative);
		jsont_key_str_if(t, "genre", award->evidence_genre);
		jsont_close(t, '}');
	}
	jsont_close(t, ']');
}

/* Members that the manifest gives the credential, but for evidence. */
static void put_around(struct jsont *t, const struct badge_achievement *a)
{
	static const char *const members[] = {"image", "endorsement"};

	for (size_t i = 0; a->around != NULL && i < ARRAY_COUNT(members); i++) {
		const struct jsonr_value *v = jsonr_find(a->around, members[i]);

		if (v == NULL)
			continue;
		jsont_key(t, members[i]);
		jsont_value(t, v);
	}
}

static void put_schema(struct jsont *t)
{
	jsont_key_open(t, "credentialSchema", '[');
	jsont_open(t, '{');
	jsont_key_str(t, "id", STR(SCHEMA_URL));
	jsont_key_str(t, "type", STR("1EdTechJsonSchemaValidator2019"));
	jsont_close(t, '}');
	jsont_close(t, ']');
}

/* One object: W3C would take an array, Open Badges' schema does not. */
static void put_status(
	struct jsont *t, const struct badge_issuer *issuer, const struct badge_award *award)
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
	jsont_key_open(t, "credentialStatus", '{');
	jsont_key_str(t, "id", edtech ? buf_str(&list) : buf_str(&entry));
	jsont_key_str(
		t, "type", edtech ? STR("1EdTechRevocationList") : STR("BitstringStatusListEntry"));
	if (!edtech) {
		jsont_key_str(t, "statusPurpose",
			award->status == BADGE_STATUS_SUSPENSION ? STR("suspension")
								 : STR("revocation"));
		jsont_key_str(t, "statusListIndex", str_of(index)); /* decimal, as a string */
		jsont_key_str(t, "statusListCredential", buf_str(&list));
	}
	jsont_close(t, '}');
	buf_free(&entry);
	buf_free(&list);
}

static void put_context(struct jsont *t)
{
	jsont_open(t, '[');
	for (size_t i = 0; i < ARRAY_COUNT(contexts); i++)
		jsont_str(t, str_of(contexts[i]));
	jsont_close(t, ']');
}

enum rc badge_context(struct arena *a, const struct jsonr_value **out, struct err *err)
{
	struct jsont t = jsont_new(a);

	put_context(&t);
	return jsont_end(&t, out, err);
}

static void put_head(struct jsont *t, struct arena *a, const struct badge_issuer *issuer,
	const uint8_t ulid[ULID_LEN])
{
	jsont_key(t, "@context");
	put_context(t);
	jsont_key_str(t, "id", credential_id_text(a, issuer->base_url, issuer->demo, ulid));
	jsont_key_open(t, "type", '[');
	jsont_str(t, STR("VerifiableCredential"));
	jsont_str(t, STR("OpenBadgeCredential"));
	jsont_close(t, ']');
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

enum rc badge_build(struct arena *a, const struct badge_issuer *issuer,
	const struct badge_achievement *achievement, const struct badge_award *award,
	const struct jsonr_value **out, struct err *err)
{
	struct jsont t = jsont_new(a);
	struct str description =
		achievement->description.n != 0 ? achievement->description : achievement->name;
	enum rc rc = check_award(award, err);

	if (rc != RC_OK)
		return rc;
	jsont_open(&t, '{');
	put_head(&t, a, issuer, award->ulid);
	put_marked(&t, "name", issuer->demo, achievement->name);
	put_marked(&t, "description", issuer->demo, description);
	put_issuer(&t, issuer);
	put_time(&t, "validFrom", award->valid_from_s);
	put_time(&t, "validUntil", award->valid_until_s);
	put_time(&t, "awardedDate", award->awarded_s);
	put_subject(&t, achievement, award);
	put_around(&t, achievement);
	put_evidence(&t, achievement, award);
	put_schema(&t);
	put_status(&t, issuer, award);
	jsont_close(&t, '}');
	rc = jsont_end(&t, out, err);
	return rc == RC_OK ? badge_rules_check(&badge_class_credential, *out, err) : rc;
}

enum rc badge_put(struct buf *out, const struct jsonr_value *credential, struct err *err)
{
	jsont_put(out, credential);
	if (out->full)
		return err_set(err, RC_LIMIT,
			"the credential is over %zu bytes: shorten the description or the criteria",
			out->cap);
	return RC_OK;
}
