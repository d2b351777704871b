// SPDX-License-Identifier: Apache-2.0
/* Voided passes. Runs in: control. */
#include "pipeline/voided.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "ledger/ledger_voided.h"
#include "pipeline/issue.h"
#include "pipeline/stage_drawn.h"

#include <string.h>

/* Passes that are made durable together. */
#define PAGE 200
/* Passes that are signed and drawn together, as many as a message to the signer holds. */
#define GROUP 4
/* Rows, manifest and policy of a batch. */
#define ARENA_LEN ((size_t)64 << 20)
/* Numbers that the store knows the two descriptors by. */
#define SOURCE_COMPILED 1
#define SOURCE_RESULT 2

struct fallen {
	struct credential c;
	struct wire_row row;
	uint8_t key[SEAL_KEY_LEN];
	struct shard_artifact voided; /* len 0: not made */
};

struct voiding {
	struct control *control;
	struct client *client;
	struct tenant *tenant;
	struct arena *arena; /* one batch's share of a page */
	struct issue *job; /* that batch, as it was planned */
	struct tenant planned; /* the tenant under the name it had then */
	struct batch_credentials credentials;
	struct stage_drawer drawer;
	struct fallen *rows;
	uint32_t count;
	uint32_t made;
	uint32_t left;
	struct err why; /* of the first that was left */
};

static void leave(struct voiding *v, uint32_t count, const struct err *why)
{
	if (v->left == 0)
		v->why = *why;
	v->left += count;
}

/* ---- the batch they were issued in ---- */

static enum rc open_batch(struct voiding *v, struct str id, struct err *err)
{
	struct issue *job = v->job;
	struct ledger *l = v->tenant->ledger;
	bool found = false;
	enum rc rc = ledger_batch_find(l, v->arena, id, &job->batch, &found, err);

	if (rc == RC_OK && !found)
		rc = err_set(err, RC_SYSTEM, "the ledger has a credential of no batch");
	if (rc == RC_OK)
		rc = kept_read(
			&wire_manifest_type, job->batch.manifest, v->arena, &job->manifest, err);
	if (rc == RC_OK)
		rc = kept_read(&wire_policy_type, job->batch.policy, v->arena, &job->policy, err);
	if (rc == RC_OK)
		rc = ledger_batch_credentials(l, v->arena, id, &v->credentials, err);
	if (rc != RC_OK)
		return rc;
	v->planned.settings.issuer_name = job->policy.issuer.name;
	v->planned.settings.demo = job->policy.issuer.demo;
	issue_list_credentials(job);
	return RC_OK;
}

static enum rc open_row(
	struct voiding *v, const uint8_t ulid[16], struct fallen *f, struct err *err)
{
	bool found = false;
	enum rc rc = ledger_credential_find(v->tenant->ledger, v->arena, ulid, &f->c, &found, err);

	if (rc == RC_OK && !found)
		rc = err_set(err, RC_SYSTEM, "the ledger has an event of no credential");
	if (rc == RC_OK)
		rc = issue_unwrap(v->tenant, f->c.wrapped_key, f->c.recipient_tag, f->key, err);
	if (rc == RC_OK)
		rc = issue_open_row(v->tenant, f->key, ulid, f->c.sealed, v->arena, &f->row, err);
	return rc;
}

/* The template, once for all rows that were drawn with it. */
static enum rc open_template(struct voiding *v, uint16_t credential, struct err *err)
{
	for (uint32_t i = 0; i < v->credentials.count; i++)
		if (v->credentials.items[i].index == credential)
			return v->job->credentials[credential].open
				? RC_OK
				: issue_reopen_credential(v->job, &v->credentials.items[i], err);
	return err_set(err, RC_SYSTEM, "the ledger has a credential that no plan knows");
}

/*
 * A policy of its own: for passes alone, under today's key and certificate, for the plan's may have
 * ended. The signer lets a role that may only revoke sign nothing but voided passes.
 */
static enum rc register_policy(struct voiding *v, struct err *err)
{
	const struct wire_key *key = tenant_key(v->tenant, KEY_ASSERT);
	const struct wire_keys_are *keys = &v->tenant->keys;
	struct issue *job = v->job;
	struct wire_policy *p = &job->policy;
	uint8_t ulid[16];
	char id[27];

	if (key == NULL)
		return err_set(err, RC_INPUT, "no key of the tenant may sign today");
	issue_ulid_new(clock_wall_ms(), ulid);
	ulid_text(ulid, id);
	job->batch.id = str_dup(v->arena, str_of(id));
	job->batch.issued_s = clock_wall_s();
	p->actor = tenant_actor(v->tenant);
	p->actor.role = STR("certification:revoke");
	p->batch = job->batch.id;
	p->row_count = v->count;
	p->kid = key->kid;
	p->jwt_kid = STR("");
	p->issued_s = job->batch.issued_s;
	p->pass_kid = keys->pass_kid;
	memcpy(p->pass_chain_sha256, keys->pass_chain_sha256, sizeof p->pass_chain_sha256);
	for (uint32_t i = 0; i < p->credentials.count; i++)
		p->credentials.items[i].outputs &= OUTPUT_PASS;
	return issue_set_policy(job, err);
}

/* ---- signing, packing, storing ---- */

static enum rc open_drawer(struct voiding *v, uint16_t credential, struct err *err)
{
	struct stage_compiled *compiled = &v->job->credentials[credential].compiled;
	enum rc rc;

	stage_drawer_close(&v->drawer);
	rc = stage_draw_open(compiled, v->planned.settings.issuer_name, v->planned.settings.demo,
		&v->drawer, &v->job->exit_code, err);
	if (rc == RC_OK)
		rc = stage_tell_source(v->tenant, v->drawer.result_fd, SOURCE_RESULT, NULL, err);
	if (rc == RC_OK)
		rc = stage_tell_source(
			v->tenant, compiled->fd, SOURCE_COMPILED, compiled->sha256, err);
	return rc;
}

static enum rc sign_group(struct voiding *v, uint32_t first, uint32_t n,
	struct wire_signed_rows *out, struct err *err)
{
	struct wire_sign_row rows[GROUP];
	struct wire_sign_rows ask = {.batch = v->job->batch.id, .rows = {rows, n}};
	enum rc rc;

	for (uint32_t i = 0; i < n; i++) {
		const struct fallen *f = &v->rows[first + i];

		rows[i] = (struct wire_sign_row){.row = first + i,
			.credential = f->c.credential,
			.name = f->row.name,
			.lang = f->row.lang,
			.valid_from_s = f->c.valid_from_s,
			.valid_until_s = f->c.valid_until_s,
			.awarded_s = f->row.issued_on,
			.voided = true};
		memcpy(rows[i].ulid, f->c.ulid, sizeof rows[i].ulid);
	}
	rc = peer_ask(v->tenant->sign, PEER_MESSAGE(MESSAGE_SIGN_ROWS, &ask), v->arena, out, err);
	if (rc == RC_OK && out->rows.count != n)
		rc = err_set(err, RC_PEER, "the signer answered for %u of %u passes",
			out->rows.count, n);
	for (uint32_t i = 0; rc == RC_OK && i < n; i++)
		if (out->rows.items[i].row != first + i || !out->rows.items[i].ok)
			rc = err_set(err, RC_INPUT, STR_FMT, STR_ARG(out->rows.items[i].message));
	return rc;
}

static enum rc check_drawn(
	const struct voiding *v, uint32_t first, const struct wire_drawn *drawn, struct err *err)
{
	const struct issue_credential *c = &v->job->credentials[v->rows[first].c.credential];
	const struct stage_drawn_frame frame = {c->compiled.fd, v->drawer.result_fd, OUTPUT_PASS};
	enum rc rc = RC_OK;

	for (uint32_t i = 0; rc == RC_OK && i < drawn->rows.count; i++) {
		const struct wire_drawn_row *d = &drawn->rows.items[i];

		if (!d->ok || d->row != first + i)
			return err_set(err, RC_PEER, "a pass could not be packed: " STR_FMT,
				STR_ARG(d->message));
		rc = stage_drawn_check(&frame, d, err);
	}
	return rc;
}

static enum rc draw_group(struct voiding *v, uint32_t first,
	const struct wire_signed_rows *signed_rows, struct wire_drawn *out, struct err *err)
{
	struct wire_draw_row rows[GROUP];
	struct wire_draw ask = {.rows = {rows, signed_rows->rows.count}, .rewind = true};
	enum rc rc = RC_OK;

	for (uint32_t i = 0; rc == RC_OK && i < ask.rows.count; i++) {
		const struct fallen *f = &v->rows[first + i];
		const struct wire_signed_row *s = &signed_rows->rows.items[i];
		struct issue_drawing drawing = {&f->row, f->c.credential, f->c.ulid, s->token};

		rc = issue_draw_row(v->job, &drawing, v->arena, &rows[i], err);
		rows[i].row = first + i;
		rows[i].outputs = OUTPUT_PASS;
		rows[i].pass_json = s->pass_json;
		rows[i].pass_manifest = s->pass_manifest;
		rows[i].pass_signature = s->pass_signature;
	}
	if (rc == RC_OK)
		rc = peer_ask(v->drawer.peer, PEER_MESSAGE(MESSAGE_DRAW, &ask), v->arena, out, err);
	if (rc == RC_OK && out->rows.count != ask.rows.count)
		rc = err_set(err, RC_PEER, "the render process left a pass out");
	return rc == RC_OK ? check_drawn(v, first, out, err) : rc;
}

static enum rc put_group(
	struct voiding *v, uint32_t first, const struct wire_drawn *drawn, struct err *err)
{
	struct wire_put_artifact artifacts[GROUP];
	struct wire_put_row rows[GROUP];
	struct wire_put ask = {.compiled_source = SOURCE_COMPILED,
		.result_source = SOURCE_RESULT,
		.rows = {rows, drawn->rows.count}};
	struct wire_put_done done;
	enum rc rc;

	for (uint32_t i = 0; i < ask.rows.count; i++) {
		const struct fallen *f = &v->rows[first + i];

		artifacts[i] =
			(struct wire_put_artifact){drawn->rows.items[i].artifacts.items[0], {0}};
		artifacts[i].artifact.kind = ARTIFACT_PASS_VOIDED;
		rows[i] = (struct wire_put_row){.artifacts = {&artifacts[i], 1}};
		memcpy(rows[i].ulid, f->c.ulid, sizeof rows[i].ulid);
		memcpy(rows[i].key, f->key, sizeof rows[i].key);
	}
	rc = peer_ask(v->tenant->store, PEER_MESSAGE(MESSAGE_PUT, &ask), v->arena, &done, err);
	seal_wipe(rows, sizeof rows);
	if (rc == RC_OK && done.rows.count != ask.rows.count)
		rc = err_set(err, RC_PEER, "the store left a pass out");
	for (uint32_t i = 0; rc == RC_OK && i < done.rows.count; i++) {
		struct fallen *f = &v->rows[first + i];
		const struct wire_put_row_done *d = &done.rows.items[i];

		if (memcmp(d->ulid, f->c.ulid, 16) != 0 || d->artifacts.count != 1)
			return err_set(err, RC_PEER, "the store answered for another pass");
		f->voided.len = d->artifacts.items[0].len;
		memcpy(f->voided.sha256, d->artifacts.items[0].sha256, 32);
	}
	return rc;
}

/* ---- a batch's share ---- */

static enum rc make_group(struct voiding *v, uint32_t first, uint32_t n, struct err *err)
{
	struct wire_signed_rows signed_rows;
	struct wire_drawn drawings;
	enum rc rc = sign_group(v, first, n, &signed_rows, err);

	if (rc == RC_OK)
		rc = draw_group(v, first, &signed_rows, &drawings, err);
	return rc == RC_OK ? put_group(v, first, &drawings, err) : rc;
}

static enum rc make_rows(struct voiding *v, struct err *err)
{
	uint32_t drawn = UINT32_MAX;
	enum rc rc = RC_OK;

	for (uint32_t i = 0, n; rc == RC_OK && i < v->count; i += n) {
		uint16_t credential = v->rows[i].c.credential;

		for (n = 1; n < GROUP && i + n < v->count; n++)
			if (v->rows[i + n].c.credential != credential)
				break;
		if (drawn != credential)
			rc = open_drawer(v, credential, err);
		drawn = credential;
		if (rc == RC_OK)
			rc = make_group(v, i, n, err);
		/* What the signer refuses in these takes no others along. */
		if (rc == RC_INPUT) {
			leave(v, n, err);
			rc = RC_OK;
		}
	}
	return rc;
}

/* Durable first, then known: a killed command leaves stored bytes that nobody asks for. */
static enum rc keep_rows(struct voiding *v, struct err *err)
{
	const struct wire_nothing nothing = {0};
	struct ledger *l = v->tenant->ledger;
	uint32_t made = 0;
	enum rc rc = peer_ask(
		v->tenant->store, PEER_MESSAGE(MESSAGE_COMMIT, &nothing), v->arena, NULL, err);

	if (rc == RC_OK)
		rc = ledger_begin(l, err);
	if (rc != RC_OK)
		return rc;
	for (uint32_t i = 0; rc == RC_OK && i < v->count; i++) {
		const struct fallen *f = &v->rows[i];

		if (f->voided.len != 0)
			rc = ledger_voided_add(l, &v->tenant->actor, f->c.ulid, &f->voided, err);
		made += f->voided.len != 0;
	}
	if (rc != RC_OK) {
		ledger_rollback(l);
		return rc;
	}
	rc = ledger_commit(l, err);
	v->made += rc == RC_OK ? made : 0;
	return rc;
}

static enum rc void_rows(
	struct voiding *v, const struct voided_due *due, uint32_t count, struct err *err)
{
	enum rc rc = open_batch(v, due[0].batch, err);

	v->rows = arena_zalloc(v->arena, count, sizeof *v->rows);
	v->count = count;
	for (uint32_t i = 0; rc == RC_OK && i < count; i++) {
		rc = open_row(v, due[i].ulid, &v->rows[i], err);
		if (rc == RC_OK)
			rc = open_template(v, v->rows[i].c.credential, err);
	}
	if (rc == RC_OK)
		rc = register_policy(v, err);
	if (rc == RC_OK)
		rc = make_rows(v, err);
	if (rc == RC_OK)
		rc = keep_rows(v, err);
	seal_wipe(v->rows, count * sizeof *v->rows);
	return rc;
}

static void void_batch(struct voiding *v, const struct voided_due *due, uint32_t count)
{
	struct err err = {0};

	arena_reset(v->arena);
	v->planned = *v->tenant;
	v->job = mem_zalloc(1, sizeof *v->job);
	*v->job = (struct issue){.control = v->control,
		.client = v->client,
		.tenant = &v->planned,
		.arena = v->arena};
	v->drawer = (struct stage_drawer){.result_fd = -1};
	if (void_rows(v, due, count, &err) != RC_OK)
		leave(v, count, &err);
	stage_drawer_close(&v->drawer);
	issue_close(v->job);
	MEM_FREE(v->job);
}

/* ---- all that are due ---- */

/* How many from the first on are of its batch. */
static uint32_t of_one_batch(const struct voided_due *due, uint32_t count)
{
	uint32_t n = 1;

	while (n < count && str_eq(due[n].batch, due[0].batch))
		n++;
	return n;
}

static enum rc make_all(struct voiding *v, struct arena *list, struct err *err)
{
	struct voided_dues page = {NULL, 0};
	struct voided_due last;
	bool more = false;
	enum rc rc = RC_OK;

	do {
		uint32_t n;

		rc = ledger_voided_due(v->tenant->ledger, list, ARTIFACT_PASS, more ? &last : NULL,
			PAGE, &page, err);
		for (uint32_t i = 0; rc == RC_OK && i < page.count; i += n) {
			n = of_one_batch(&page.items[i], page.count - i);
			void_batch(v, &page.items[i], n);
		}
		more = rc == RC_OK && page.count == PAGE;
		if (more)
			last = page.items[page.count - 1];
	} while (more && !client_cancelled(v->client));
	return rc;
}

void voided_make(struct control *control, struct client *client, struct tenant *t)
{
	struct voiding v = {
		.control = control, .client = client, .tenant = t, .arena = arena_new(ARENA_LEN)};
	struct arena *list = arena_new(ARENA_LEN);
	struct err err = {0};

	if (make_all(&v, list, &err) != RC_OK)
		client_note(client, "warning", "voided passes could not be made: %s", err.text);
	if (v.made != 0)
		client_note(client, "info", "%u wallet %s now as void", v.made,
			v.made == 1 ? "pass is served" : "passes are served");
	if (v.left != 0)
		client_note(client, "warning",
			"%u wallet %s not be made void, and no pass is served instead: %s. "
			"certfill status refresh tries again",
			v.left, v.left == 1 ? "pass could" : "passes could", v.why.text);
	arena_free(&list);
	arena_free(&v.arena);
}
