// SPDX-License-Identifier: Apache-2.0
/*
 * What the verify processes ask for: artifacts and links. Links are checked and minted here, recipients'
 * keys unwrapped here, so that the public process holds neither. Runs in: serve.
 */
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/text.h"
#include "formats/link.h"
#include "formats/token.h"
#include "ipc/wire_intake.h"
#include "ipc/wire_render.h"
#include "ledger/ledger_public.h"
#include "serve/artifact_form.h"
#include "serve/hall_thumbnail.h"

#include <openssl/crypto.h>
#include <string.h>

#define ARENA_LEN ((size_t)4 << 20)

/* What is asked for, found in the ledger. */
struct found {
	struct hall_tenant *tenant;
	struct credential credential;
	struct wire_artifact_is is;
};

/* "01H….pdf" */
static bool read_file_name(struct str file, uint8_t ulid[16], uint8_t *kind, bool *thumbnail)
{
	const struct artifact_form *form;

	if (file.n < ULID_TEXT_LEN || !ulid_exact(str_slice(file, 0, ULID_TEXT_LEN), ulid))
		return false;
	form = artifact_form_of_ending(str_slice(file, ULID_TEXT_LEN, file.n));
	if (form == NULL)
		return false;
	*kind = form->kind;
	*thumbnail = form->thumbnail;
	return true;
}

static bool take(struct found *f, uint8_t kind, const struct shard_artifact *x)
{
	f->is.kind = kind;
	f->is.len = x->len;
	f->is.tenant = str_of(f->tenant->name);
	memcpy(f->is.ulid, f->credential.ulid, 16);
	memcpy(f->is.sha256, x->sha256, 32);
	return true;
}

/* Phones show a pass for years: while its credential is down there is the voided one, or none. */
static bool take_artifact(struct found *f, uint8_t kind)
{
	const struct credential *c = &f->credential;

	if (kind == ARTIFACT_PASS && !ledger_credential_stands(c))
		return c->has_voided_pass && take(f, ARTIFACT_PASS_VOIDED, &c->voided_pass);
	for (uint32_t i = 0; i < c->artifact_count; i++)
		if (c->artifacts[i].kind == kind)
			return take(f, kind, &c->artifacts[i]);
	return false;
}

/* INPUT for every fault alike. */
static enum rc refuse(struct err *err)
{
	return err_set(err, RC_INPUT, "no such link");
}

/* The tenant of a key of the routes; INPUT: nobody's. */
static enum rc find_tenant(struct hall *h, struct arena *a, enum route_kind kind, struct bytes key,
	struct found *f, struct err *err)
{
	struct str name;
	bool found = false;
	enum rc rc = h->routes == NULL
		? err_set(err, RC_SYSTEM, "the routes cannot be read just now")
		: ledger_reader_find(h->routes, a, kind, key, &name, &found, err);

	if (rc != RC_OK)
		return rc;
	f->tenant = found ? hall_tenant(h, name) : NULL;
	if (f->tenant == NULL)
		return refuse(err);
	return f->tenant->ledger != NULL
		? RC_OK
		: err_set(err, RC_SYSTEM, "the ledger of %s cannot be read just now",
			f->tenant->name);
}

static enum rc find_by_link(
	struct hall *h, struct arena *a, struct str target, struct found *f, struct err *err)
{
	struct link link;
	uint8_t ulid[16];
	uint8_t kind = 0;
	bool found = false;
	enum rc rc;

	if (link_parse(target, &link, err) != RC_OK)
		return refuse(err);
	f->tenant = hall_tenant(h, link.tenant);
	if (f->tenant == NULL || !str_eq_cz(link.kid, f->tenant->link_kid)
		|| link_check(&link, STR("GET"), (struct bytes){f->tenant->link, 32},
			   clock_wall_s(), err)
			!= RC_OK
		|| !read_file_name(link.file, ulid, &kind, &f->is.thumbnail))
		return refuse(err);
	if (f->tenant->ledger == NULL)
		return err_set(err, RC_SYSTEM, "the ledger of %s cannot be read just now",
			f->tenant->name);
	rc = ledger_credential_find(f->tenant->ledger, a, ulid, &f->credential, &found, err);
	if (rc != RC_OK)
		return rc;
	f->is.attachment = link.attachment;
	f->is.expires_s = link.expires_s;
	return found && take_artifact(f, kind) ? RC_OK : refuse(err);
}

/* Only where the institution shows the picture. */
static enum rc find_by_token(struct hall *h, struct arena *a, const struct wire_artifact_ask *ask,
	struct found *f, struct err *err)
{
	uint8_t ulid[ULID_LEN];
	uint8_t tag[TOKEN_TAG_LEN];
	uint8_t hash[HASH_SHA256_LEN];
	struct public_view view = {0};
	struct bytes published;
	struct bytes claimed;
	struct public_place place;
	bool found = false;
	enum rc rc;

	if (token_parse(ask->token, ulid, tag, err) != RC_OK)
		return refuse(err);
	hash_sha256((struct bytes){tag, sizeof tag}, hash);
	rc = find_tenant(h, a, ROUTE_TOKEN, (struct bytes){hash, sizeof hash}, f, err);
	if (rc != RC_OK)
		return rc;
	rc = ledger_credential_find_tag(f->tenant->ledger, a, hash, &f->credential, &found, err);
	if (rc == RC_OK && (!found || CRYPTO_memcmp(ulid, f->credential.ulid, ULID_LEN) != 0))
		rc = refuse(err);
	if (rc == RC_OK)
		rc = ledger_public_find(f->tenant->ledger, a, ulid, &published, &claimed, err);
	if (rc != RC_OK)
		return rc;
	place = (struct public_place){
		str_of(f->tenant->name), PUBLIC_BOX_PUBLISHED, f->credential.ulid};
	if (published.n == 0
		|| ledger_public_open(h->seal, f->tenant->publish, &place, published, a, &view, err)
			!= RC_OK
		|| !view.picture || f->credential.revoked)
		return refuse(err);
	f->is.thumbnail = ask->thumbnail;
	return take_artifact(f, ARTIFACT_PNG) ? RC_OK : refuse(err);
}

/* Signed credentials are for everybody; nothing else is to be had by an id. */
static enum rc find_by_id(struct hall *h, struct arena *a, const struct wire_artifact_ask *ask,
	struct found *f, struct err *err)
{
	bool found = false;
	enum rc rc;

	if (ask->kind != ARTIFACT_BADGE && ask->kind != ARTIFACT_JWT
		&& ask->kind != ARTIFACT_JWT_1EDTECH)
		return refuse(err);
	rc = find_tenant(h, a, ROUTE_CREDENTIAL, (struct bytes){ask->ulid, ULID_LEN}, f, err);
	if (rc != RC_OK)
		return rc;
	rc = ledger_credential_find(f->tenant->ledger, a, ask->ulid, &f->credential, &found, err);
	if (rc != RC_OK)
		return rc;
	if (found && take_artifact(f, ask->kind))
		return RC_OK;
	/* Without a key for 1EdTech's profile there is one JWT, and it is taken for the other. */
	return found && ask->kind == ARTIFACT_JWT_1EDTECH && take_artifact(f, ARTIFACT_JWT)
		? RC_OK
		: refuse(err);
}

static enum rc find(struct hall *h, struct arena *a, const struct wire_artifact_ask *ask,
	struct found *f, struct err *err)
{
	if (ask->target.n != 0)
		return find_by_link(h, a, ask->target, f, err);
	if (ask->token.n != 0)
		return find_by_token(h, a, ask, f, err);
	return find_by_id(h, a, ask, f, err);
}

/* ---- files ---- */

/* *item: what the store is asked for, with the recipient's key. */
static enum rc open_key(
	struct hall *h, struct found *f, struct wire_fetch_item *item, struct err *err)
{
	struct seal_place place = {str_of(f->tenant->name), STR("recipient_keys"), STR("wrapped"),
		{f->credential.recipient_tag, 32}};

	if (f->credential.wrapped_key.n == 0)
		return refuse(err);
	*item = (struct wire_fetch_item){.kind = f->is.kind};
	memcpy(item->ulid, f->credential.ulid, 16);
	memcpy(item->sha256, f->is.sha256, 32);
	return seal_unwrap_key(
		h->seal, f->tenant->wrap, &place, f->credential.wrapped_key, item->key, err);
}

static void answer_artifact(struct hall *h, const struct hall_asker *asker,
	const struct wire_artifact_ask *ask, struct arena *a)
{
	struct found x = {0};
	struct wire_fetch_item item;
	struct err err = {0};
	enum rc rc = find(h, a, ask, &x, &err);

	if (rc == RC_OK)
		rc = open_key(h, &x, &item, &err);
	if (rc == RC_OK && x.is.thumbnail && hall_thumbnail_find(h, asker, &x.is)) {
		seal_wipe(item.key, sizeof item.key);
		return;
	}
	if (rc == RC_OK) {
		hall_fetch_add(h, x.tenant, asker, &x.is, &item);
		return;
	}
	if (rc != RC_INPUT)
		log_line(LOG_ERROR, "an artifact could not be looked up: %s", err.text);
	x.is.failed = rc != RC_INPUT;
	hall_fetch_answer(h, asker, &x.is, -1);
}

/* ---- links for recipients ---- */

static enum rc find_by_claim(struct hall *h, struct arena *a, const struct wire_claim_ask *ask,
	struct found *f, struct err *err)
{
	uint8_t hash[HASH_SHA256_LEN];
	bool found = false;
	enum rc rc;

	hash_sha256((struct bytes){ask->secret, sizeof ask->secret}, hash);
	rc = find_tenant(h, a, ROUTE_CLAIM, (struct bytes){hash, sizeof hash}, f, err);
	if (rc != RC_OK)
		return rc;
	rc = ledger_credential_find_claim(f->tenant->ledger, a, hash, &f->credential, &found, err);
	if (rc != RC_OK)
		return rc;
	f->is.thumbnail = ask->thumbnail && ask->kind == ARTIFACT_PNG;
	return found && take_artifact(f, ask->kind) ? RC_OK : refuse(err);
}

static enum rc mint(const struct found *f, bool attachment, struct buf *target, struct err *err)
{
	const struct artifact_form *form = artifact_form_find(f->is.kind, f->is.thumbnail);
	int64_t now = clock_wall_s();
	char name[64];
	char ulid[ULID_TEXT_LEN + 1];
	struct link link = {.tenant = str_of(f->tenant->name),
		.kid = str_of(f->tenant->link_kid),
		.issued_s = now,
		.expires_s = now + LINK_LIFE_MAX_S,
		.attachment = attachment};

	if (form == NULL)
		return refuse(err);
	ulid_text(f->credential.ulid, ulid);
	(void)text_fmt(name, sizeof name, "%s%s", ulid, form->ending);
	link.file = str_of(name);
	return link_put(target, (struct bytes){f->tenant->link, 32}, &link, err);
}

static enum rc answer_claim(struct hall *h, struct hall_verifier *v, uint32_t request,
	const struct wire_claim_ask *ask, struct arena *a, struct err *err)
{
	struct found x = {0};
	struct wire_claim_is is = {0};
	struct buf target = buf_new(LINK_TARGET_MAX);
	enum rc rc = find_by_claim(h, a, ask, &x, err);

	if (rc == RC_OK)
		rc = mint(&x, ask->attachment, &target, err);
	if (rc != RC_OK && rc != RC_INPUT)
		log_line(LOG_ERROR, "a claim link could not be made: %s", err->text);
	is.found = rc == RC_OK;
	if (is.found)
		is.target = buf_str(&target);
	rc = channel_send(v->child.channel, MESSAGE_CLAIM_LINK_IS, request, &is, NULL, 0, err);
	buf_free(&target);
	return rc;
}

enum rc hall_answer(struct hall *h, struct hall_verifier *v, struct frame *f, struct err *err)
{
	struct arena *a = arena_new(ARENA_LEN);
	enum rc rc;

	if (f->info->number == MESSAGE_ARTIFACT) {
		struct hall_asker asker = {(uint32_t)(v - h->verifiers), v->life, f->request};
		struct wire_artifact_ask ask;

		rc = frame_decode(f, a, &ask, err);
		if (rc == RC_OK)
			answer_artifact(h, &asker, &ask, a);
	} else if (f->info->number == MESSAGE_CLAIM_LINK) {
		struct wire_claim_ask ask;

		rc = frame_decode(f, a, &ask, err);
		if (rc == RC_OK)
			rc = answer_claim(h, v, f->request, &ask, a, err);
		seal_wipe(ask.secret, sizeof ask.secret);
	} else if (f->info->number == MESSAGE_DONE) {
		rc = RC_OK; /* tenants, a certificate or draining were taken note of */
	} else if (f->info->number == MESSAGE_FAULT) {
		rc = RC_OK;
		if (frame_fault(f, a, err) != RC_OK)
			log_line(LOG_ERROR, "verify: %s", err->text);
	} else {
		rc = err_set(err, RC_PEER, "verify sent %s", f->info->name);
	}
	arena_free(&a);
	return rc;
}
