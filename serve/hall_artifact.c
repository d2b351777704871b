// SPDX-License-Identifier: Apache-2.0
/*
 * Artifacts and links for the verify processes. Links are checked and minted here, recipients' keys
 * unwrapped here, so that the public process holds neither. Runs in: serve.
 */
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/log.h"
#include "base/text.h"
#include "formats/link.h"
#include "formats/token.h"
#include "ipc/wire_common.h"
#include "ipc/wire_intake.h"
#include "ipc/wire_render.h"
#include "ipc/wire_store.h"
#include "ledger/ledger_public.h"
#include "serve/hall.h"

#include <openssl/crypto.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define ARENA_LEN ((size_t)4 << 20)

static const struct {
	uint8_t kind;
	const char *ending;
} endings[] = {{ARTIFACT_PDF, ".pdf"}, {ARTIFACT_PNG, ".png"}, {ARTIFACT_BADGE, ".json"},
	{ARTIFACT_JWT, ".jwt"}, {ARTIFACT_PASS, ".pkpass"}, {ARTIFACT_JWT_1EDTECH, "-1edtech.jwt"}};

/* What is asked for, found in the ledger. */
struct found {
	struct hall_tenant *tenant;
	struct credential credential;
	struct wire_artifact_is is;
};

/* "01H….pdf" */
static bool read_file_name(struct str file, uint8_t ulid[16], uint8_t *kind)
{
	struct err err;

	if (file.n < ULID_TEXT_LEN
		|| ulid_parse(str_slice(file, 0, ULID_TEXT_LEN), ulid, &err) != RC_OK)
		return false;
	for (size_t i = 0; i < ARRAY_COUNT(endings); i++)
		if (str_eq_cz(str_slice(file, ULID_TEXT_LEN, file.n), endings[i].ending)) {
			*kind = endings[i].kind;
			return true;
		}
	return false;
}

/* A pass says nothing of what came later, and phones show it for years: none while its credential is down. */
static bool take_artifact(struct found *f, uint8_t kind)
{
	if (kind == ARTIFACT_PASS && !ledger_credential_stands(&f->credential))
		return false;
	for (uint32_t i = 0; i < f->credential.artifact_count; i++) {
		const struct shard_artifact *x = &f->credential.artifacts[i];

		if (x->kind != kind)
			continue;
		f->is.kind = kind;
		f->is.len = x->len;
		f->is.tenant = str_of(f->tenant->name);
		memcpy(f->is.ulid, f->credential.ulid, 16);
		memcpy(f->is.sha256, x->sha256, 32);
		return true;
	}
	return false;
}

/* INPUT for every fault alike. */
static enum rc refuse(struct err *err)
{
	return err_set(err, RC_INPUT, "no such link");
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
		|| !read_file_name(link.file, ulid, &kind))
		return refuse(err);
	rc = ledger_credential_find(f->tenant->ledger, a, ulid, &f->credential, &found, err);
	if (rc != RC_OK)
		return rc;
	f->is.attachment = link.attachment;
	f->is.expires_s = link.expires_s;
	return found && take_artifact(f, kind) ? RC_OK : refuse(err);
}

/* Only where the institution shows the picture. */
static enum rc find_by_token(
	struct hall *h, struct arena *a, struct str token, struct found *f, struct err *err)
{
	uint8_t ulid[ULID_LEN];
	uint8_t tag[TOKEN_TAG_LEN];
	uint8_t hash[HASH_SHA256_LEN];
	struct public_view view = {0};
	struct bytes published;
	struct bytes claimed;
	struct public_place place;
	struct str name;
	bool found = false;
	enum rc rc;

	if (token_parse(token, ulid, tag, err) != RC_OK)
		return refuse(err);
	hash_sha256((struct bytes){tag, sizeof tag}, hash);
	rc = ledger_reader_find(
		h->routes, a, ROUTE_TOKEN, (struct bytes){hash, sizeof hash}, &name, &found, err);
	f->tenant = rc == RC_OK && found ? hall_tenant(h, name) : NULL;
	if (f->tenant == NULL)
		return rc == RC_OK ? refuse(err) : rc;
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
	return take_artifact(f, ARTIFACT_PNG) ? RC_OK : refuse(err);
}

/* Signed credentials are for everybody; nothing else is to be had by an id. */
static enum rc find_by_id(struct hall *h, struct arena *a, const struct wire_artifact_ask *ask,
	struct found *f, struct err *err)
{
	struct str name;
	bool found = false;
	enum rc rc;

	if (ask->kind != ARTIFACT_BADGE && ask->kind != ARTIFACT_JWT)
		return refuse(err);
	rc = ledger_reader_find(h->routes, a, ROUTE_CREDENTIAL, (struct bytes){ask->ulid, ULID_LEN},
		&name, &found, err);
	f->tenant = rc == RC_OK && found ? hall_tenant(h, name) : NULL;
	if (f->tenant == NULL)
		return rc == RC_OK ? refuse(err) : rc;
	rc = ledger_credential_find(f->tenant->ledger, a, ask->ulid, &f->credential, &found, err);
	if (rc != RC_OK)
		return rc;
	return found && take_artifact(f, ask->kind) ? RC_OK : refuse(err);
}

static enum rc find(struct hall *h, struct arena *a, const struct wire_artifact_ask *ask,
	struct found *f, struct err *err)
{
	if (ask->target.n != 0)
		return find_by_link(h, a, ask->target, f, err);
	if (ask->token.n != 0)
		return find_by_token(h, a, ask->token, f, err);
	return find_by_id(h, a, ask, f, err);
}

/* ---- the store ---- */

static enum rc open_store(struct hall *h, struct hall_tenant *t, struct arena *a, struct err *err)
{
	struct spawn_options o = {.role = ROLE_STORE, .dir_fd = h->store_fd};
	struct wire_store_open open = {.tenant = str_of(t->name), .read_only = true};
	struct wire_store_is is;
	struct wire_ready ready;
	enum rc rc = spawn_start(&o, &t->store, err);

	if (rc != RC_OK)
		return rc;
	memcpy(open.tenant_key, t->pieces, sizeof open.tenant_key);
	rc = channel_ask(t->store.channel, MESSAGE_STORE_OPEN, &open, NULL, 0, MESSAGE_STORE_IS, a,
		&is, err);
	seal_wipe(open.tenant_key, sizeof open.tenant_key);
	if (rc == RC_OK)
		rc = spawn_lock(&t->store, a, &ready, err);
	if (rc != RC_OK)
		spawn_kill(&t->store);
	t->has_store = rc == RC_OK;
	return rc;
}

static enum rc fetch_once(struct hall *h, struct arena *a, struct found *f,
	struct wire_fetch_item *item, int fd, struct err *err)
{
	struct wire_fetch ask = {.items = {item, 1}};
	struct wire_fetched answer = {0};
	struct hall_tenant *t = f->tenant;
	enum rc rc = t->has_store ? RC_OK : open_store(h, t, a, err);

	if (rc != RC_OK)
		return rc;
	t->store_used_ms = clock_mono_ms();
	rc = channel_ask(
		t->store.channel, MESSAGE_FETCH, &ask, &fd, 1, MESSAGE_FETCHED, a, &answer, err);
	if (rc == RC_OK
		&& (answer.items.count != 1 || !answer.items.items[0].found
			|| answer.items.items[0].offset != 0
			|| answer.items.items[0].len != f->is.len))
		rc = err_set(err, RC_AGAIN, "the store does not have it yet");
	return rc;
}

static enum rc fetch(struct hall *h, struct arena *a, struct found *f, int *fd, struct err *err)
{
	struct wire_fetch_item item = {.kind = f->is.kind};
	struct seal_place place = {str_of(f->tenant->name), STR("recipient_keys"), STR("wrapped"),
		{f->credential.recipient_tag, 32}};
	enum rc rc;

	if (f->credential.wrapped_key.n == 0)
		return refuse(err);
	memcpy(item.ulid, f->credential.ulid, 16);
	memcpy(item.sha256, f->is.sha256, 32);
	*fd = memfd_create("artifact", MFD_CLOEXEC);
	if (*fd < 0)
		return err_set(err, RC_SYSTEM, "no memory for an artifact");
	rc = seal_unwrap_key(
		h->seal, f->tenant->wrap, &place, f->credential.wrapped_key, item.key, err);
	if (rc == RC_OK)
		rc = fetch_once(h, a, f, &item, *fd, err);
	/* It was issued after the store was opened, or the store process is gone: a new one looks again. */
	if (rc != RC_OK && f->tenant->has_store) {
		spawn_kill(&f->tenant->store);
		f->tenant->has_store = false;
		rc = fetch_once(h, a, f, &item, *fd, err);
	}
	seal_wipe(item.key, sizeof item.key);
	return rc;
}

static enum rc answer_artifact(struct hall *h, struct channel *c, struct frame *f,
	const struct wire_artifact_ask *ask, struct arena *a, struct err *err)
{
	struct found x = {0};
	AUTO_FD fd = -1;
	enum rc rc = find(h, a, ask, &x, err);

	if (rc == RC_OK)
		rc = fetch(h, a, &x, &fd, err);
	if (rc != RC_OK && rc != RC_INPUT)
		log_line(LOG_ERROR, "an artifact could not be fetched: %s", err->text);
	x.is.found = rc == RC_OK;
	x.is.failed = rc != RC_OK && rc != RC_INPUT;
	h->figures.artifacts += x.is.found;
	h->figures.artifacts_failed += x.is.failed;
	return channel_send(
		c, MESSAGE_ARTIFACT_IS, f->request, &x.is, &fd, x.is.found ? 1 : 0, err);
}

/* ---- links for recipients ---- */

static enum rc find_by_claim(struct hall *h, struct arena *a, const struct wire_claim_ask *ask,
	struct found *f, struct err *err)
{
	uint8_t hash[HASH_SHA256_LEN];
	struct str name;
	bool found = false;
	enum rc rc;

	hash_sha256((struct bytes){ask->secret, sizeof ask->secret}, hash);
	rc = ledger_reader_find(
		h->routes, a, ROUTE_CLAIM, (struct bytes){hash, sizeof hash}, &name, &found, err);
	f->tenant = rc == RC_OK && found ? hall_tenant(h, name) : NULL;
	if (f->tenant == NULL)
		return rc == RC_OK ? refuse(err) : rc;
	rc = ledger_credential_find_claim(f->tenant->ledger, a, hash, &f->credential, &found, err);
	if (rc != RC_OK)
		return rc;
	return found && take_artifact(f, ask->kind) ? RC_OK : refuse(err);
}

static enum rc mint(const struct found *f, bool attachment, struct buf *target, struct err *err)
{
	int64_t now = clock_wall_s();
	char name[64];
	char ulid[ULID_TEXT_LEN + 1];
	struct link link = {.tenant = str_of(f->tenant->name),
		.kid = str_of(f->tenant->link_kid),
		.issued_s = now,
		.expires_s = now + LINK_LIFE_MAX_S,
		.attachment = attachment};

	ulid_text(f->credential.ulid, ulid);
	for (size_t i = 0; i < ARRAY_COUNT(endings); i++)
		if (endings[i].kind == f->is.kind)
			(void)text_fmt(name, sizeof name, "%s%s", ulid, endings[i].ending);
	link.file = str_of(name);
	return link_put(target, (struct bytes){f->tenant->link, 32}, &link, err);
}

static enum rc answer_claim(struct hall *h, struct channel *c, struct frame *f,
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
	rc = channel_send(c, MESSAGE_CLAIM_LINK_IS, f->request, &is, NULL, 0, err);
	buf_free(&target);
	return rc;
}

enum rc hall_answer(struct hall *h, struct channel *c, struct frame *f, struct err *err)
{
	struct arena *a = arena_new(ARENA_LEN);
	enum rc rc;

	if (f->info->number == MESSAGE_ARTIFACT) {
		struct wire_artifact_ask ask;

		rc = frame_decode(f, a, &ask, err);
		if (rc == RC_OK)
			rc = answer_artifact(h, c, f, &ask, a, err);
	} else if (f->info->number == MESSAGE_CLAIM_LINK) {
		struct wire_claim_ask ask;

		rc = frame_decode(f, a, &ask, err);
		if (rc == RC_OK)
			rc = answer_claim(h, c, f, &ask, a, err);
		seal_wipe(ask.secret, sizeof ask.secret);
	} else if (f->info->number == MESSAGE_DONE) {
		rc = RC_OK; /* tenants, a certificate or draining were taken note of */
	} else if (f->info->number == MESSAGE_FAULT) {
		rc = frame_fault(f, a, err);
		log_line(LOG_ERROR, "verify: %s", err->text);
		rc = RC_OK;
	} else {
		rc = err_set(err, RC_PEER, "verify sent %s", f->info->name);
	}
	arena_free(&a);
	return rc;
}
