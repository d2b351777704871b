// SPDX-License-Identifier: Apache-2.0
/* Looking credentials up for the public pages. Runs in: verify. */
#include "serve/look.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/text.h"
#include "base/ulid.h"
#include "formats/jsonr.h"
#include "formats/token.h"
#include "ipc/wire_intake.h"

#include <openssl/crypto.h>
#include <string.h>

#define RECORD_LIMITS ((struct jsonr_limits){16384, 256})
/* Clocks differ; certfill verify allows as much. */
#define CLOCK_SLACK_S 300

/* ---- what the record says, once its signature is known to be good ---- */

static bool says(const struct jsonr_value *record, const char *key, struct str want)
{
	const struct jsonr_value *v = jsonr_find(record, key);

	return v != NULL && v->kind == JSONR_STRING && str_eq(v->text, want);
}

/* Seconds since 1970, perhaps before it. */
static bool read_time(const struct jsonr_value *record, const char *key, int64_t *out)
{
	const struct jsonr_value *v = jsonr_find(record, key);
	uint64_t n = 0;
	bool before;

	*out = WIRE_NO_DAY;
	if (v == NULL)
		return true;
	before = str_starts(v->text, STR("-"));
	if (v->kind != JSONR_NUMBER
		|| !str_to_u64(str_slice(v->text, before ? 1 : 0, v->text.n), INT64_MAX, &n))
		return false;
	*out = before ? -(int64_t)n : (int64_t)n;
	return true;
}

/* Answers are made of what was signed: the columns agree with it, the dates are its own. */
static bool read_record(struct arena *a, struct credential *c)
{
	const struct jsonr_value *record;
	struct buf tag = buf_new(64);
	char id[ULID_TEXT_LEN + 1];
	struct err err;
	bool same;

	if (jsonr_parse(a, c->record, &RECORD_LIMITS, &record, &err) != RC_OK)
		return false;
	ulid_text(c->ulid, id);
	text_put_base64url(&tag, (struct bytes){c->tag_hash, sizeof c->tag_hash});
	same = says(record, "id", str_of(id)) && says(record, "tag", buf_str(&tag))
		&& says(record, "batch", c->batch)
		&& read_time(record, "validFrom", &c->valid_from_s)
		&& read_time(record, "validUntil", &c->valid_until_s);
	buf_free(&tag);
	/* When it was issued stands in its id: the plan's second (pipeline/plan_rows.c). */
	c->issued_s = ulid_ms(c->ulid) / 1000;
	return same;
}

/* ---- the verdict ---- */

/* why: of a failure. */
static void check(struct look *l, enum check_kind kind, bool ok, enum check_why why)
{
	l->checks[l->view.check_count++] =
		(struct view_check){kind, ok ? CHECK_OK : CHECK_FAILED, ok ? WHY_NONE : why};
}

/* Nothing more is looked at after a check that failed; the others say so. */
static void skip_the_rest(struct look *l)
{
	while (l->view.check_count < CHECK_KIND_COUNT) {
		enum check_kind next = (enum check_kind)l->view.check_count;

		l->checks[l->view.check_count++] =
			(struct view_check){next, CHECK_NOT_DONE, WHY_EARLIER};
	}
}

static const struct ledger_key *key_of(const struct look *l, struct str kid)
{
	for (uint32_t i = 0; i < l->tenant->keys.count; i++)
		if (str_eq(l->tenant->keys.items[i].kid, kid))
			return &l->tenant->keys.items[i];
	return NULL;
}

static bool key_was_good(const struct look *l)
{
	const struct ledger_key *k = key_of(l, l->view.kid);
	int64_t at = l->credential.issued_s;

	return k != NULL && k->not_before_s <= at && at <= k->sign_until_s && at < k->compromised_s;
}

/* When and why it changed, of the newest event that the verdict stands on. */
static enum rc read_change(struct arena *a, struct look *l, enum status_kind kind, struct err *err)
{
	struct status_events events;
	enum rc rc = ledger_status_list(l->tenant->ledger, a, l->credential.ulid, &events, err);

	for (uint32_t i = 0; i < events.count && rc == RC_OK; i++)
		if (events.items[i].kind == kind) {
			l->view.standing.changed_s = events.items[i].at_s;
			l->view.reason = events.items[i].reason;
		}
	return rc;
}

static enum rc read_superseded(struct arena *a, struct look *l, struct err *err)
{
	enum rc rc = read_change(a, l, STATUS_SUPERSEDED, err);

	l->view.reason = (struct str){NULL, 0};
	return rc;
}

static enum rc judge(struct arena *a, struct look *l, struct err *err)
{
	const struct credential *c = &l->credential;
	bool over = c->valid_until_s != WIRE_NO_DAY && l->view.checked_s >= c->valid_until_s;
	bool early = l->view.checked_s + CLOCK_SLACK_S < c->valid_from_s;
	enum rc rc = RC_OK;

	check(l, CHECK_STATUS, !c->revoked && !c->suspended && !c->superseded, WHY_NONE);
	check(l, CHECK_DATES, !over && !early, WHY_NONE);
	if (c->revoked) {
		l->view.standing.verdict = VERDICT_REVOKED;
		rc = read_change(a, l, STATUS_REVOKED, err);
	} else if (c->suspended) {
		l->view.standing.verdict = VERDICT_SUSPENDED;
		rc = read_change(a, l, STATUS_SUSPENDED, err);
	} else if (c->superseded) {
		l->view.standing.verdict = VERDICT_SUPERSEDED;
		rc = read_superseded(a, l, err);
	} else if (over) {
		l->view.standing.verdict = VERDICT_EXPIRED;
	} else {
		l->view.standing.verdict = early ? VERDICT_EARLY : VERDICT_VALID;
	}
	if (early)
		l->view.standing.starts_s = c->valid_from_s;
	return rc;
}

/* ---- what may be shown ---- */

static void put_fields(struct arena *a, struct look *l)
{
	static const char *const own_places[] = {"recipient.name", "issued_on", "valid_until"};
	struct view_field *fields = arena_zalloc(a, l->published.values.count, sizeof *fields);

	l->view.fields = fields;
	for (uint32_t i = 0; i < l->published.values.count; i++) {
		const struct public_value *v = &l->published.values.items[i];
		bool placed = str_starts(v->name, STR("achievement."));

		for (size_t k = 0; k < ARRAY_COUNT(own_places); k++)
			placed = placed || str_eq_cz(v->name, own_places[k]);
		if (placed)
			continue;
		fields[l->view.field_count++] = (struct view_field){v->name, v->text};
	}
}

/* The day of award, where it or the picture that says it is published; else that of issuing. */
static void read_day(struct look *l)
{
	struct str day = ledger_public_value(&l->published, "issued_on");
	struct err err;
	int64_t at;

	if (day.n != 0 && clock_parse_day(day, &at, &err) == RC_OK)
		l->view.issued_s = at;
	else if (l->published.picture && l->credential.valid_from_s != WIRE_NO_DAY)
		l->view.issued_s = l->credential.valid_from_s;
}

static void show_published(struct arena *a, struct look *l)
{
	l->view.recipient = ledger_public_value(&l->published, "recipient.name");
	l->view.achievement = ledger_public_value(&l->published, "achievement.name");
	l->view.achievement_type = ledger_public_value(&l->published, "achievement.type");
	l->view.criteria = ledger_public_value(&l->published, "achievement.criteria");
	read_day(l);
	put_fields(a, l);
}

static enum rc open_published(
	struct site *s, struct arena *a, struct look *l, struct bytes box, struct err *err)
{
	struct public_place place = {
		str_of(l->tenant->name), PUBLIC_BOX_PUBLISHED, l->credential.ulid};
	enum rc rc;

	/* Erased, or issued before there were public views: the record alone is shown. */
	if (box.n == 0)
		return RC_OK;
	rc = ledger_public_open(
		s->seal, l->tenant->publish_key, &place, box, a, &l->published, err);
	if (rc != RC_OK)
		return err_set(err, RC_SYSTEM, "what is published of a credential cannot be read");
	show_published(a, l);
	return RC_OK;
}

/* The record is genuine, and says what l->credential does. False: nothing can be said, as its key was not good. */
static bool begin(struct look *l)
{
	const struct credential *c = &l->credential;
	bool good = key_was_good(l);

	check(l, CHECK_KEY, good, WHY_KEY);
	if (!good) {
		skip_the_rest(l);
		l->view.standing.verdict = VERDICT_UNDETERMINED;
		return false;
	}
	l->view.issuer_name = l->tenant->settings.issuer_name;
	l->view.issuer_url = l->tenant->settings.issuer_url;
	l->view.issuer_id = l->tenant->settings.issuer_id;
	l->view.demo = l->tenant->settings.demo;
	l->view.issued_s = c->issued_s;
	l->view.standing.expires_s =
		c->valid_until_s == WIRE_NO_DAY ? VIEW_NO_TIME : c->valid_until_s;
	return true;
}

/* l->credential is read; published: its box. */
static enum rc fill(
	struct site *s, struct arena *a, struct look *l, struct bytes published, struct err *err)
{
	bool good = false;
	enum rc rc = look_check_record(s, a, l, &good, &l->view.kid, err);

	if (rc != RC_OK)
		return rc;
	good = good && read_record(a, &l->credential);
	check(l, CHECK_TOKEN, true, WHY_NONE);
	check(l, CHECK_SIGNATURE, good, WHY_CHANGED);
	/* Nothing is said of a record that is not what was signed. */
	if (!good) {
		skip_the_rest(l);
		l->view.standing.verdict = VERDICT_NOT_GENUINE;
		return RC_OK;
	}
	if (!begin(l))
		return RC_OK;
	rc = judge(a, l, err);
	return rc == RC_OK ? open_published(s, a, l, published, err) : rc;
}

static enum rc find_boxes_and_fill(struct site *s, struct arena *a, struct look *l, struct err *err)
{
	struct bytes published;
	enum rc rc = ledger_public_find(
		/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): its caller found a tenant. */
		l->tenant->ledger, a, l->credential.ulid, &published, &l->claimed, err);

	return rc == RC_OK ? fill(s, a, l, published, err) : rc;
}

static void clear(struct look *out)
{
	*out = (struct look){0};
	out->view.checks = out->checks;
	out->view.checked_s = clock_wall_s();
	out->view.standing = (struct view_standing){
		VERDICT_NOT_GENUINE, VIEW_NO_TIME, VIEW_NO_TIME, VIEW_NO_TIME};
}

/* What one statement said is all there is while nothing happened to it since. */
static void take_face(struct look *l, const struct credential_face *face)
{
	struct credential *c = &l->credential;

	l->found = true;
	*c = (struct credential){.batch = face->batch,
		.issued_s = face->issued_s,
		.record = face->record,
		.shard = face->shard,
		.leaf = face->leaf};
	memcpy(c->ulid, face->ulid, sizeof c->ulid);
	memcpy(c->tag_hash, face->tag_hash, sizeof c->tag_hash);
}

static enum rc read_credential(
	struct arena *a, struct look *l, const struct credential_face *face, struct err *err)
{
	if (face->changed)
		return ledger_credential_find(
			l->tenant->ledger, a, face->ulid, &l->credential, &l->found, err);
	take_face(l, face);
	return RC_OK;
}

/* ---- from memory ---- */

/* Its key may fall later, so what was judged is judged anew; what was signed and published stays. */
bool look_known(struct site *s, struct arena *a, struct str host, const struct look_key *key,
	const struct str *own, struct look *l)
{
	struct credential *c = &l->credential;
	struct known_facts f;
	struct err none;
	const struct site_tenant *t = known_tenant(s->known, key->ulid, key->tag_hash);

	clear(l);
	/* Getting fresh may drop it. */
	if (t == NULL || !site_is_fresh(s, t) || !site_answers_for(s, t, host)
		|| !known_find(s->known, key->ulid, key->tag_hash, own, a, &f))
		return false;
	l->found = true;
	l->tenant = f.tenant;
	memcpy(c->ulid, key->ulid, ULID_LEN);
	memcpy(c->tag_hash, key->tag_hash, HASH_SHA256_LEN);
	c->issued_s = ulid_ms(key->ulid) / 1000;
	c->valid_from_s = f.valid_from_s;
	c->valid_until_s = f.valid_until_s;
	l->view.kid = f.kid;
	l->published = f.published;
	check(l, CHECK_TOKEN, true, WHY_NONE);
	check(l, CHECK_SIGNATURE, true, WHY_NONE);
	/* Nothing happened to it, so there is no event to be read. */
	if (begin(l) && judge(a, l, &none) == RC_OK)
		show_published(a, l);
	return true;
}

int64_t look_good_until(const struct look *l)
{
	const struct credential *c = &l->credential;
	int64_t now = l->view.checked_s;
	int64_t next = INT64_MAX;

	if (now < c->valid_from_s && c->valid_from_s < next)
		next = c->valid_from_s;
	if (c->valid_until_s != WIRE_NO_DAY && now < c->valid_until_s && c->valid_until_s < next)
		next = c->valid_until_s;
	return next;
}

static void learn(struct site *s, const struct look *l)
{
	struct known_facts f = {.tenant = l->tenant,
		.valid_from_s = l->credential.valid_from_s,
		.valid_until_s = l->credential.valid_until_s,
		.kid = l->view.kid,
		.published = l->published};

	if (l->published.values.count != 0
		&& (l->view.standing.verdict == VERDICT_VALID
			|| l->view.standing.verdict == VERDICT_EXPIRED
			|| l->view.standing.verdict == VERDICT_EARLY))
		known_add(s->known, l->credential.ulid, l->credential.tag_hash, &f);
}

enum rc look_learn(struct site *s, struct arena *a, struct site_tenant *t,
	const struct credential_face *face, struct err *err)
{
	struct look *l = arena_zalloc(a, 1, sizeof *l);
	enum rc rc;

	clear(l);
	l->tenant = t;
	take_face(l, face);
	rc = fill(s, a, l, face->published, err);
	if (rc == RC_OK)
		learn(s, l);
	return rc;
}

/* Is the credential in memory, and not to be shown on that host? */
static bool is_elsewhere(struct site *s, struct str host, const struct look_key *key)
{
	const struct site_tenant *t = known_tenant(s->known, key->ulid, key->tag_hash);

	return t != NULL && site_is_fresh(s, t) && !site_answers_for(s, t, host);
}

void look_read_token(struct site *s, struct str host, struct str token, struct look_key *out)
{
	uint8_t tag[TOKEN_TAG_LEN] = {0};

	*out = (struct look_key){0};
	out->parsed = token_parse(token, out->ulid, tag, NULL) == RC_OK;
	hash_sha256((struct bytes){tag, sizeof tag}, out->tag_hash);
	/* A hash that no token has: what is not to be found is looked for all the same, and found as slowly. */
	if (!out->parsed || is_elsewhere(s, host, out))
		for (size_t i = 0; i < sizeof out->tag_hash; i++)
			out->tag_hash[i] ^= 0xff;
}

enum rc look_token(struct site *s, struct arena *a, struct str host, const struct look_key *key,
	struct look *out, struct err *err)
{
	struct credential_face face;
	bool found = false;
	enum rc rc;

	if (look_known(s, a, host, key, NULL, out) && key->parsed)
		return RC_OK;
	clear(out);
	rc = site_route(s, a, host, ROUTE_TOKEN,
		(struct bytes){key->tag_hash, sizeof key->tag_hash}, &out->tenant, err);
	if (rc != RC_OK || out->tenant == NULL || !key->parsed)
		return rc;
	rc = ledger_credential_face(out->tenant->ledger, a, key->tag_hash, &face, &found, err);
	if (rc != RC_OK || !found || CRYPTO_memcmp(key->ulid, face.ulid, ULID_LEN) != 0)
		return rc;
	rc = read_credential(a, out, &face, err);
	if (rc == RC_OK && out->found)
		rc = fill(s, a, out, face.published, err);
	if (rc == RC_OK && out->found && !face.changed)
		learn(s, out);
	return rc;
}

enum rc look_claim(struct site *s, struct arena *a, struct str host, const uint8_t secret[32],
	struct look *out, struct err *err)
{
	uint8_t claim_hash[HASH_SHA256_LEN];
	enum rc rc;

	clear(out);
	hash_sha256((struct bytes){secret, 32}, claim_hash);
	rc = site_route(s, a, host, ROUTE_CLAIM, (struct bytes){claim_hash, sizeof claim_hash},
		&out->tenant, err);
	if (rc == RC_OK && out->tenant != NULL)
		rc = ledger_credential_find_claim(
			out->tenant->ledger, a, claim_hash, &out->credential, &out->found, err);
	return rc == RC_OK && out->found ? find_boxes_and_fill(s, a, out, err) : rc;
}

enum rc look_ulid(struct site *s, struct arena *a, struct str host, const uint8_t ulid[16],
	struct look *out, struct err *err)
{
	enum rc rc;

	clear(out);
	rc = site_route(
		s, a, host, ROUTE_CREDENTIAL, (struct bytes){ulid, ULID_LEN}, &out->tenant, err);
	if (rc == RC_OK && out->tenant != NULL)
		rc = ledger_credential_find(
			out->tenant->ledger, a, ulid, &out->credential, &out->found, err);
	return rc == RC_OK && out->found ? find_boxes_and_fill(s, a, out, err) : rc;
}
