// SPDX-License-Identifier: Apache-2.0
/* What is refused, and in which words. Runs in: sign. */
#include "trust/sign_check.h"

#include "base/clock.h"
#include "formats/token.h"
#include "formats/uri.h"

#include <string.h>

#define DAY_S ((int64_t)86400)
/* A degree may date from long ago; a date outside these two is a mistake. */
#define FIRST_DAY_S ((int64_t)-2208988800) /* 1900-01-01 */
#define LAST_DAY_S ((int64_t)253402300799) /* 9999-12-31T23:59:59Z */

static const char issue_role[] = "certification:issue";
static const char revoke_role[] = "certification:revoke";

enum rc sign_check_actor(const struct keyring *ring, const struct wire_actor *actor,
	const char *role, struct err *err)
{
	if (!str_eq_cz(actor->tenant, ring->tenant))
		return err_set(err, RC_INPUT,
			"the signer holds the keys of tenant %s, not of " STR_FMT, ring->tenant,
			STR_ARG(actor->tenant));
	if (!str_eq_cz(actor->role, role))
		return err_set(err, RC_INPUT, "role \"" STR_FMT "\" may not do this: it takes %s",
			STR_ARG(actor->role), role);
	if (actor->principal.n == 0)
		return err_set(err, RC_INPUT, "the signer wants to know who asks");
	return RC_OK;
}

/* did:web of the base URL's host, or of a path below it: the key's controller must be the issuer. */
static bool belongs_to_host(struct str id, struct str base)
{
	struct str host = str_slice(base, str_find_str(base, STR("://")) + 3, base.n);
	size_t colon = str_find(host, ':', 0);
	struct buf want = buf_new(1024);
	bool fine;

	buf_put_cz(&want, "did:web:");
	buf_put_str(&want, str_slice(host, 0, colon));
	if (colon < host.n) {
		buf_put_cz(&want, "%3A");
		buf_put_str(&want, str_slice(host, colon + 1, host.n));
	}
	fine = str_starts(id, buf_str(&want)) && (id.n == want.n || id.p[want.n] == ':');
	buf_free(&want);
	return fine;
}

static bool is_invalid_host(struct str base)
{
	struct str host = str_slice(base, str_find_str(base, STR("://")) + 3, base.n);

	return str_ends(str_slice(host, 0, str_find(host, ':', 0)), STR(".invalid"));
}

enum rc sign_check_issuer(const struct wire_issuer *issuer, struct err *err)
{
	enum rc rc = token_check_base(issuer->base_url, err);

	if (rc != RC_OK)
		return rc;
	if (issuer->name.n == 0)
		return err_set(err, RC_INPUT, "the issuer has no name");
	if (!belongs_to_host(issuer->id, issuer->base_url))
		return err_set(
			err, RC_INPUT, "the issuer's id must be did:web: of the base URL's host");
	if (issuer->url.n != 0 && !uri_is_absolute(issuer->url))
		return err_set(err, RC_INPUT, "the issuer's web address is not an absolute URL");
	if (is_invalid_host(issuer->base_url) && !issuer->demo)
		return err_set(err, RC_INPUT,
			"without a public base URL everything is issued as a demonstration");
	return RC_OK;
}

static enum rc check_key(const struct keyring *ring, int64_t now_s, const struct wire_policy *wire,
	enum key_purpose purpose, const struct key **out, struct err *err)
{
	struct str kid = purpose == KEY_JWT ? wire->jwt_kid : wire->kid;
	const struct key *key = keyring_find(ring, purpose, kid);

	if (kid.n == 0 || key == NULL)
		return err_set(err, RC_INPUT,
			"the plan's key \"" STR_FMT "\" is no key of this tenant: plan again",
			STR_ARG(kid));
	if (key->compromised_s != KEY_NEVER_S)
		return err_set(err, RC_INPUT,
			"the plan's key %s is compromised: it signs nothing more; plan the rest "
			"again (--replan)",
			key->kid);
	if (wire->issued_s < key->not_before_s)
		return err_set(
			err, RC_INPUT, "the batch's time of issue lies before its key's first day");
	if (wire->issued_s > key->last_s || now_s > key->last_s) {
		char day[CLOCK_ISO_LEN];

		clock_iso(key->last_s, day);
		return err_set(err, RC_INPUT,
			"the plan's key %s had its last day of signing on %.10s: plan the rest "
			"again (--replan)",
			key->kid, day);
	}
	if (wire->issued_s > now_s + DAY_S)
		return err_set(err, RC_INPUT,
			"the batch's time of issue lies in the future: is the clock right?");
	*out = key;
	return RC_OK;
}

static bool wants_passes(const struct wire_policy *wire)
{
	for (uint32_t i = 0; i < wire->credentials.count; i++) {
		if ((wire->credentials.items[i].outputs & OUTPUT_PASS) != 0)
			return true;
	}
	return false;
}

/* Whether that certificate may sign at all is judged when a pass is signed. */
static enum rc check_pass(
	const struct keyring *ring, const struct wire_policy *wire, struct err *err)
{
	if (!wants_passes(wire)
		|| (str_eq_cz(wire->pass_kid, ring->pass_kid)
			&& hash_equal(wire->pass_chain_sha256, ring->pass.chain_sha256,
				sizeof wire->pass_chain_sha256)))
		return RC_OK;
	return err_set(err, RC_INPUT,
		"the batch was planned with the pass certificate \"" STR_FMT
		"\" and its chain, which is not what the signer holds: put it back, or plan "
		"again",
		STR_ARG(wire->pass_kid));
}

bool sign_check_is_voiding(const struct wire_policy *wire)
{
	return str_eq_cz(wire->actor.role, revoke_role);
}

/* Who may only revoke issues nothing. */
static enum rc check_voiding(const struct wire_policy *wire, struct err *err)
{
	for (uint32_t i = 0; i < wire->credentials.count; i++) {
		if ((wire->credentials.items[i].outputs & ~(uint32_t)OUTPUT_PASS) != 0)
			return err_set(err, RC_INPUT,
				"role \"%s\" may have voided passes signed, and no credentials: it "
				"takes %s",
				revoke_role, issue_role);
	}
	return RC_OK;
}

enum rc sign_check_policy(const struct keyring *ring, int64_t now_s, const struct wire_policy *wire,
	struct sign_keys *out, struct err *err)
{
	bool voiding = sign_check_is_voiding(wire);
	enum rc rc = sign_check_actor(ring, &wire->actor, voiding ? revoke_role : issue_role, err);

	*out = (struct sign_keys){0};
	if (rc == RC_OK && voiding)
		rc = check_voiding(wire, err);
	if (rc == RC_OK)
		rc = sign_check_issuer(&wire->issuer, err);
	if (rc == RC_OK)
		rc = check_key(ring, now_s, wire, KEY_ASSERT, &out->assert, err);
	if (rc == RC_OK && wire->jwt_kid.n != 0)
		rc = check_key(ring, now_s, wire, KEY_JWT, &out->jwt, err);
	if (rc == RC_OK)
		rc = check_pass(ring, wire, err);
	if (rc != RC_OK)
		return rc;
	if (wire->batch.n == 0)
		return err_set(err, RC_INPUT, "the batch has no id");
	if (wire->row_count == 0 || wire->credentials.count == 0)
		return err_set(err, RC_INPUT, "the batch has no rows or no credentials");
	if (wire->row_count > SIGN_POLICY_ROWS_MAX)
		return err_set(err, RC_LIMIT, "a batch has at most %u rows, not %u",
			SIGN_POLICY_ROWS_MAX, wire->row_count);
	return RC_OK;
}

/*
 * A credential with nothing of a row in it: is there room for a row, and can it be signed? What is said
 * here is said once for the batch, not for each of its rows.
 */
static enum rc try_credential(const struct sign_policy *p, const struct badge_achievement *a,
	uint32_t credential, struct err *err)
{
	struct badge_award award = {.status = p->statuses[credential],
		.valid_until_s = BADGE_NO_TIME,
		.awarded_s = BADGE_NO_TIME};
	struct buf trial = buf_new(SIGN_POLICY_BADGE_MAX - SIGN_POLICY_ROW_ROOM);
	struct arena *work = arena_new(DI_ARENA_LEN);
	uint8_t data[DI_DATA_LEN];
	const struct jsonr_value *tree;
	enum rc rc = badge_build(work, &p->issuer, a, &award, &tree, err);

	if (rc == RC_OK)
		rc = badge_put(&trial, tree, err);
	if (rc == RC_OK)
		rc = di_data(work, &p->secure.config, tree, data, err);
	arena_free(&work);
	buf_free(&trial);
	return rc;
}

static enum rc check_colours(const struct wire_pass_style *style, struct err *err)
{
	enum rc rc = pass_check_colour(style->background, err);

	if (rc == RC_OK)
		rc = pass_check_colour(style->foreground, err);
	if (rc == RC_OK)
		rc = pass_check_colour(style->label, err);
	return rc;
}

static enum rc check_credential(const struct sign_policy *p, uint16_t credential, struct err *err)
{
	const struct wire_policy_credential *c = &p->wire.credentials.items[credential];
	enum rc rc = check_colours(&c->pass, err);

	/* In every language that it has, for they differ in length. */
	for (uint32_t i = 0; rc == RC_OK && (i == 0 || i < c->achievement.names.count); i++) {
		struct str lang = c->achievement.names.count != 0
			? c->achievement.names.items[i].lang
			: STR("");
		struct badge_achievement a = sign_policy_achievement(p, credential, lang);

		rc = badge_check_achievement(&a, err);
		if (rc == RC_OK)
			rc = try_credential(p, &a, credential, err);
	}
	return rc;
}

enum rc sign_check_achievements(const struct sign_policy *p, struct err *err)
{
	for (uint32_t i = 0; i < p->wire.credentials.count; i++) {
		enum rc rc = check_credential(p, (uint16_t)i, err);

		if (rc != RC_OK)
			return err_wrap(err, "credential %u of the batch", i + 1);
	}
	return RC_OK;
}

static bool is_day(int64_t s)
{
	return s >= FIRST_DAY_S && s <= LAST_DAY_S;
}

enum rc sign_check_days(
	int64_t valid_from_s, int64_t valid_until_s, int64_t awarded_s, struct err *err)
{
	if (!is_day(valid_from_s))
		return err_set(err, RC_INPUT,
			"the first day of validity lies outside the years 1900 to 9999");
	if (valid_until_s != WIRE_NO_DAY && !is_day(valid_until_s))
		return err_set(err, RC_INPUT,
			"the last day of validity lies outside the years 1900 to 9999");
	if (awarded_s != WIRE_NO_DAY && !is_day(awarded_s))
		return err_set(
			err, RC_INPUT, "the day of the award lies outside the years 1900 to 9999");
	if (valid_until_s != WIRE_NO_DAY && valid_until_s <= valid_from_s)
		return err_set(err, RC_INPUT, "the credential would end before it begins");
	if (awarded_s != WIRE_NO_DAY && valid_until_s != WIRE_NO_DAY && awarded_s > valid_until_s)
		return err_set(
			err, RC_INPUT, "the day of the award lies after the credential's end");
	return RC_OK;
}
