// SPDX-License-Identifier: Apache-2.0
/* SIGN_STATUS, SIGN_LIST: later facts about credentials, and the lists that tell of them. Runs in: sign. */
#include "trust/sign_status.h"

#include "formats/record.h"
#include "formats/statuslist.h"
#include "trust/secure.h"
#include "trust/sign.h"
#include "trust/sign_check.h"

#include <string.h>

#define REASON_MAX 64
#define DAY_S ((int64_t)86400)
/* The longest that a list may claim to be current: a signer taken over today is not believed for years. */
#define LIST_LIFE_MAX_S (90 * DAY_S)
#define TTL_MAX_S (7 * DAY_S)

static const char issue_role[] = "certification:issue";
static const char revoke_role[] = "certification:revoke";

/* ---- events ---- */

/* A code, never a sentence: what people write about people is sealed, and only its hash comes here. */
static bool is_code(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || s.p[i] == '-'))
			return false;
	return s.n != 0 && s.n <= REASON_MAX;
}

enum rc sign_status_check(const struct keyring *ring, int64_t now_s,
	const struct wire_sign_status *ask, struct err *err)
{
	bool only_superseded = true;
	enum rc rc;

	for (uint32_t i = 0; i < ask->events.count; i++) {
		const struct wire_status_event *e = &ask->events.items[i];

		if (e->kind < WIRE_STATUS_REVOKED || e->kind > WIRE_STATUS_ANONYMISED)
			return err_set(err, RC_INPUT, "unknown kind of status event: %u", e->kind);
		if (!is_code(e->reason))
			return err_set(err, RC_INPUT,
				"a reason is a code of lower-case letters and dashes, at most %d",
				REASON_MAX);
		if (e->at_s > now_s + DAY_S || e->at_s < now_s - DAY_S)
			return err_set(err, RC_INPUT,
				"a status event is signed on its day: is the clock right?");
		only_superseded = only_superseded && e->kind == WIRE_STATUS_SUPERSEDED;
	}
	rc = sign_check_actor(ring, &ask->actor, revoke_role, err);
	if (rc != RC_OK && only_superseded)
		rc = sign_check_actor(ring, &ask->actor, issue_role, err);
	return rc;
}

static enum rc sign_event(const struct sign_state *s, const struct key *key,
	const struct wire_status_event *e, uint8_t out[64], struct err *err)
{
	struct record_status status = {.tenant = str_of(s->ring.tenant),
		.kind = e->kind,
		.reason = e->reason,
		.at_s = e->at_s,
		.note_sha256 = e->note_sha256};
	struct buf text = buf_new(1024);
	enum rc rc;

	memcpy(status.ulid, e->ulid, sizeof status.ulid);
	record_put_status_text(&text, &status);
	CHECK(!text.full);
	rc = key_sign(key, buf_bytes(&text), out, err);
	buf_free(&text);
	return rc;
}

enum rc sign_status(struct worker *w, struct frame *frame, const void *request, struct err *err)
{
	struct sign_state *s = worker_state(w);
	const struct wire_sign_status *ask = request;
	struct wire_signed_status answer = {0};
	const struct key *key = NULL;
	enum rc rc = sign_need_keys(s, err);

	(void)frame;
	if (rc == RC_OK)
		rc = sign_status_check(&s->ring, s->now_s, ask, err);
	if (rc == RC_OK)
		rc = keyring_urgent(&s->ring, KEY_RECORD, s->now_s, &key, err);
	if (rc != RC_OK)
		return rc;
	answer.kid = str_of(key->kid);
	answer.signatures.count = ask->events.count;
	answer.signatures.items = arena_zalloc(
		worker_arena(w), ask->events.count + 1, sizeof *answer.signatures.items);
	for (uint32_t i = 0; rc == RC_OK && i < ask->events.count; i++)
		rc = sign_event(s, key, &ask->events.items[i], answer.signatures.items[i].b, err);
	return rc == RC_OK ? worker_reply(w, MESSAGE_SIGNED_STATUS, &answer, err) : rc;
}

/* ---- lists ---- */

enum rc sign_status_check_list(const struct keyring *ring, int64_t now_s,
	const struct wire_sign_list *ask, enum badge_status *status, struct err *err)
{
	enum rc rc = sign_check_actor(ring, &ask->actor, revoke_role, err);

	if (rc != RC_OK)
		rc = sign_check_actor(ring, &ask->actor, issue_role, err);
	if (rc == RC_OK)
		rc = sign_check_issuer(&ask->issuer, err);
	if (rc != RC_OK)
		return rc;
	if (!badge_status_of(ask->status, status) || *status == BADGE_STATUS_1EDTECH)
		return err_set(err, RC_INPUT, "\"" STR_FMT "\" is no purpose of a signed list",
			STR_ARG(ask->status));
	if (ask->list == 0 || ask->bits.n != STATUSLIST_BYTES)
		return err_set(
			err, RC_INPUT, "a status list has a number and %u entries", STATUSLIST_LEN);
	if (ask->valid_from_s > now_s + DAY_S || ask->valid_from_s < now_s - DAY_S)
		return err_set(err, RC_INPUT,
			"a status list is signed on the day it begins: is the clock right?");
	if (ask->valid_until_s <= ask->valid_from_s
		|| ask->valid_until_s > ask->valid_from_s + LIST_LIFE_MAX_S)
		return err_set(err, RC_INPUT, "a status list is valid for 1 to %lld days",
			(long long)(LIST_LIFE_MAX_S / DAY_S));
	if (ask->ttl_s > TTL_MAX_S)
		return err_set(err, RC_INPUT, "a status list may be kept for at most %lld days",
			(long long)(TTL_MAX_S / DAY_S));
	return RC_OK;
}

static enum rc secure_list(const struct key *key, const struct statuslist *list, struct arena *a,
	struct buf *out, struct err *err)
{
	const struct jsonr_value *tree;
	struct secure secure;
	enum rc rc = statuslist_build(a, list, &tree, err);

	if (rc == RC_OK)
		rc = secure_open(a, key, list->issuer->id, jsonr_find(tree, "@context"),
			list->valid_from_s, &secure, err);
	return rc == RC_OK ? secure_put(a, &secure, tree, out, err) : rc;
}

enum rc sign_list(struct worker *w, struct frame *frame, const void *request, struct err *err)
{
	struct sign_state *s = worker_state(w);
	const struct wire_sign_list *ask = request;
	struct badge_issuer issuer = {.id = ask->issuer.id,
		.name = ask->issuer.name,
		.url = ask->issuer.url,
		.base_url = ask->issuer.base_url,
		.demo = ask->issuer.demo};
	struct statuslist list = {.issuer = &issuer,
		.list = ask->list,
		.bits = ask->bits.p,
		.valid_from_s = ask->valid_from_s,
		.valid_until_s = ask->valid_until_s,
		.ttl_ms = (uint64_t)ask->ttl_s * 1000};
	struct buf text = buf_new(SIGN_LIST_MAX);
	struct arena *a = arena_new(DI_ARENA_LEN);
	const struct key *key = NULL;
	enum rc rc = sign_need_keys(s, err);

	(void)frame;
	if (rc == RC_OK)
		rc = sign_status_check_list(&s->ring, s->now_s, ask, &list.status, err);
	if (rc == RC_OK)
		rc = keyring_urgent(&s->ring, KEY_ASSERT, ask->valid_from_s, &key, err);
	if (rc == RC_OK)
		rc = secure_list(key, &list, a, &text, err);
	if (rc == RC_OK) {
		struct wire_signed_text answer = {buf_str(&text)};

		rc = worker_reply(w, MESSAGE_SIGNED_LIST, &answer, err);
	}
	arena_free(&a);
	buf_free(&text);
	return rc;
}
