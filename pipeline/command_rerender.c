// SPDX-License-Identifier: Apache-2.0
/*
 * cred rerender: an issued credential's pages and pass are made again from what the ledger has, with what was
 * signed then, and compared with what was issued, to the byte. Runs in: control.
 */
#include "base/credential_id.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/zipr.h"
#include "jobs/engine.h"
#include "pipeline/issue.h"
#include "pipeline/stage_drawn.h"

#include <string.h>

/* Of a credential. */
#define ARTIFACTS_MAX 8
_Static_assert(
	ARRAY_COUNT(((struct credential *)NULL)->artifacts) == ARTIFACTS_MAX, "as in the ledger");

struct rerender {
	struct issue job;
	struct credential c;
	struct batch_credential planned;
	struct wire_row row;
	uint8_t key[SEAL_KEY_LEN];
	struct wire_draw_row draw;
	struct bytes stored[ARTIFACTS_MAX]; /* of c, as issued */
	char first[256]; /* what differs first, as far as we can tell; empty: nothing known */
};

static const struct {
	uint8_t kind;
	uint32_t output; /* 0: signed bytes, which are made once */
	const char *name;
} kinds[] = {
	{ARTIFACT_PDF, OUTPUT_PDF, "pdf"},
	{ARTIFACT_PNG, OUTPUT_PNG, "png"},
	{ARTIFACT_BADGE, 0, "credential"},
	{ARTIFACT_JWT, 0, "jwt"},
	{ARTIFACT_PASS, OUTPUT_PASS, "pass"},
	{ARTIFACT_JWT_1EDTECH, 0, "jwt-1edtech"},
};

/* ---- what was planned ---- */

static enum rc find_credential(struct rerender *r, struct str id, struct err *err)
{
	uint8_t ulid[16];
	bool found = false;
	enum rc rc = RC_OK;

	if (credential_id_named(id, ulid))
		rc = ledger_credential_find(
			r->job.tenant->ledger, r->job.arena, ulid, &r->c, &found, err);
	r->job.exit_code = EXIT_NOT_FOUND;
	if (rc == RC_OK && !found)
		return err_set(
			err, RC_INPUT, "there is no credential \"" STR_FMT "\" here", STR_ARG(id));
	if (rc == RC_OK && r->c.wrapped_key.n == 0)
		return err_set(
			err, RC_INPUT, "the recipient's data was erased: nothing is left to draw");
	return rc;
}

static enum rc open_batch(struct rerender *r, struct err *err)
{
	struct issue *job = &r->job;
	bool found = false;
	enum rc rc = ledger_batch_find(
		job->tenant->ledger, job->arena, r->c.batch, &job->batch, &found, err);

	if (rc == RC_OK && !found)
		return err_set(err, RC_SYSTEM, "the ledger has a credential of no batch");
	if (rc == RC_OK)
		rc = kept_read(
			&wire_manifest_type, job->batch.manifest, job->arena, &job->manifest, err);
	if (rc == RC_OK)
		rc = kept_read(&wire_policy_type, job->batch.policy, job->arena, &job->policy, err);
	if (rc != RC_OK)
		return rc;
	/* The names that were planned, also where the tenant has others by now. */
	job->tenant->settings.issuer_name = job->policy.issuer.name;
	job->tenant->settings.demo = job->policy.issuer.demo;
	issue_list_credentials(job);
	return RC_OK;
}

/* INPUT with EXIT_CONFLICT: the template or a font is not as it was, and err says which. */
static enum rc open_template(struct rerender *r, struct err *err)
{
	struct issue *job = &r->job;
	struct batch_credentials list;
	enum rc rc =
		ledger_batch_credentials(job->tenant->ledger, job->arena, r->c.batch, &list, err);

	for (uint32_t i = 0; rc == RC_OK && i < list.count; i++)
		if (list.items[i].index == r->c.credential) {
			r->planned = list.items[i];
			job->exit_code = EXIT_CONFLICT;
			return issue_reopen_credential(job, &r->planned, err);
		}
	return rc != RC_OK
		? rc
		: err_set(err, RC_SYSTEM, "the ledger has a credential that no plan knows");
}

static enum rc open_row(struct rerender *r, struct err *err)
{
	const struct tenant *t = r->job.tenant;
	enum rc rc = issue_unwrap(t, r->c.wrapped_key, r->c.recipient_tag, r->key, err);

	return rc == RC_OK
		? issue_open_row(t, r->key, r->c.ulid, r->c.sealed, r->job.arena, &r->row, err)
		: rc;
}

/* ---- what was signed ---- */

static enum rc find_token(struct rerender *r, struct str *out, struct err *err)
{
	struct wire_ulid ulid;
	struct wire_tokens_ask ask = {.batch = r->c.batch, .ulids = {&ulid, 1}};
	struct wire_tokens tokens;
	enum rc rc;

	memcpy(ulid.b, r->c.ulid, 16);
	rc = peer_ask(r->job.tenant->sign, PEER_MESSAGE(MESSAGE_TOKENS, &ask), r->job.arena,
		&tokens, err);
	r->job.exit_code = rc == RC_OK ? EXIT_UNEXPECTED : EXIT_KEY;
	if (rc == RC_OK && tokens.tokens.count != 1)
		return err_set(err, RC_PEER, "the signer gave another number of tokens");
	if (rc == RC_OK)
		*out = tokens.tokens.items[0];
	return rc;
}

/* A copy of our own, compared with the ledger. */
static enum rc take_stored(struct rerender *r, uint32_t i, int fd,
	const struct wire_fetched_item *item, struct err *err)
{
	uint8_t sha256[32];
	uint8_t *p;
	enum rc rc;

	if (!item->found || item->len > WIRE_ARTIFACT_LEN_MAX)
		return err_set(err, RC_SYSTEM,
			"the store has lost a file of this credential; restore it from a backup");
	p = arena_alloc(r->job.arena, (size_t)item->len + 1);
	rc = file_pread(fd, "a stored file", item->offset, p, (size_t)item->len, err);
	if (rc != RC_OK)
		return rc;
	r->stored[i] = (struct bytes){p, (size_t)item->len};
	hash_sha256(r->stored[i], sha256);
	if (!hash_equal(sha256, r->c.artifacts[i].sha256, sizeof sha256))
		return err_set(err, RC_PEER, "the store gave another file than was asked for");
	return RC_OK;
}

static enum rc fetch(struct rerender *r, struct err *err)
{
	struct wire_fetch_item items[ARRAY_COUNT(r->c.artifacts)];
	struct wire_fetch ask = {{items, r->c.artifact_count}};
	struct wire_fetched got;
	AUTO_FD fd = -1;
	enum rc rc = file_memory("stored", &fd, err);

	for (uint32_t i = 0; i < r->c.artifact_count; i++) {
		items[i].kind = r->c.artifacts[i].kind;
		memcpy(items[i].ulid, r->c.ulid, sizeof items[i].ulid);
		memcpy(items[i].key, r->key, sizeof items[i].key);
		memcpy(items[i].sha256, r->c.artifacts[i].sha256, sizeof items[i].sha256);
	}
	if (rc == RC_OK)
		rc = peer_ask(r->job.tenant->store, PEER_MESSAGE_FDS(MESSAGE_FETCH, &ask, &fd, 1),
			r->job.arena, &got, err);
	seal_wipe(items, sizeof items);
	if (rc == RC_OK && got.items.count != r->c.artifact_count)
		rc = err_set(err, RC_PEER, "the store gave another number of files");
	for (uint32_t i = 0; rc == RC_OK && i < got.items.count; i++)
		rc = take_stored(r, i, fd, &got.items.items[i], err);
	return rc;
}

/* What was signed goes in again: the badge into the pages, the pass's texts and signature into the pass. */
static enum rc put_signed(struct rerender *r, struct err *err)
{
	for (uint32_t i = 0; i < r->c.artifact_count; i++) {
		struct bytes file = r->stored[i];

		if (r->c.artifacts[i].kind == ARTIFACT_BADGE)
			r->draw.badge = file;
		if (r->c.artifacts[i].kind == ARTIFACT_PASS
			&& (!zipr_find(file, STR("pass.json"), &r->draw.pass_json)
				|| !zipr_find(file, STR("manifest.json"), &r->draw.pass_manifest)
				|| !zipr_find(file, STR("signature"), &r->draw.pass_signature)))
			return err_set(err, RC_SYSTEM,
				"the stored pass is none that certfill wrote; restore it from a "
				"backup");
	}
	return RC_OK;
}

static enum rc prepare(struct rerender *r, struct err *err)
{
	struct issue_drawing drawing = {&r->row, r->c.credential, r->c.ulid, {NULL, 0}};
	enum rc rc = find_token(r, &drawing.token, err);

	if (rc == RC_OK)
		rc = fetch(r, err);
	if (rc == RC_OK)
		rc = issue_draw_row(&r->job, &drawing, r->job.arena, &r->draw, err);
	if (rc == RC_OK)
		rc = put_signed(r, err);
	r->draw.row = r->c.row_no;
	return rc;
}

/* ---- comparing ---- */

/* What became of one artifact. drawn: NULL when it was not drawn. */
struct outcome {
	uint32_t i; /* of the credential's artifacts */
	const char *name;
	const char *state;
	const struct bytes *drawn;
	size_t first; /* byte that differs */
};

static void say(struct rerender *r, const struct outcome *o)
{
	struct jsonw *w = client_say(r->job.client, "redrawn");
	uint8_t sha256[32];
	char hex[65];

	jsonw_key_str(w, "kind", str_of(o->name));
	jsonw_key_str(w, "state", str_of(o->state));
	text_hex((struct bytes){r->c.artifacts[o->i].sha256, 32}, hex);
	jsonw_key_str(w, "issued", str_of(hex));
	if (o->drawn != NULL) {
		hash_sha256(*o->drawn, sha256);
		text_hex((struct bytes){sha256, 32}, hex);
		jsonw_key_str(w, "drawn", str_of(hex));
		if (o->first != o->drawn->n || o->drawn->n != r->stored[o->i].n)
			jsonw_key_i64(w, "first_difference", (int64_t)o->first);
	}
	client_said(r->job.client);
}

/* The first byte that differs; the length of both when none does. */
static size_t first_difference(struct bytes a, struct bytes b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	size_t i = 0;

	while (i < n && a.p[i] == b.p[i])
		i++;
	return i;
}

static const struct wire_artifact *find_drawn(const struct wire_drawn_row *row, uint8_t kind)
{
	for (uint32_t i = 0; i < row->artifacts.count; i++)
		if (row->artifacts.items[i].kind == kind)
			return &row->artifacts.items[i];
	return NULL;
}

/* Template and fonts are as planned by now, so what is left is what draws with them. */
static void name_difference(struct rerender *r, const struct outcome *o)
{
	if (r->first[0] != '\0')
		return;
	if (!str_eq(r->job.batch.engine_version, engine_version()))
		(void)text_fmt(r->first, sizeof r->first,
			"the %s differs from its byte %zu on: it was drawn with engine " STR_FMT
			" and this is " STR_FMT,
			o->name, o->first, STR_ARG(r->job.batch.engine_version),
			STR_ARG(engine_version()));
	else
		(void)text_fmt(r->first, sizeof r->first,
			"the %s differs from its byte %zu on though template, fonts and engine are "
			"the same: a library that draws (HarfBuzz, FreeType, ICU, cairo) "
			"is of another version",
			o->name, o->first);
}

static enum rc compare_one(struct rerender *r, const struct stage_drawer *drawer,
	const struct wire_artifact *x, struct outcome *o, struct err *err)
{
	struct bytes drawn;
	AUTO_FD fd = -1;
	uint64_t len;
	bool same;
	enum rc rc = stage_join(
		x, &r->job.credentials[r->c.credential].compiled, drawer, &fd, &len, err);

	if (rc == RC_OK)
		rc = file_map(fd, "an artifact", (size_t)512 << 20, &drawn, err);
	if (rc != RC_OK)
		return rc;
	o->drawn = &drawn;
	o->first = first_difference(drawn, r->stored[o->i]);
	same = o->first == drawn.n && drawn.n == r->stored[o->i].n;
	o->state = same ? "same" : "different";
	say(r, o);
	if (!same)
		name_difference(r, o);
	file_unmap(&drawn);
	return RC_OK;
}

static enum rc compare(struct rerender *r, const struct stage_drawer *drawer,
	const struct wire_drawn_row *row, struct err *err)
{
	enum rc rc = RC_OK;

	for (uint32_t i = 0; rc == RC_OK && i < r->c.artifact_count; i++) {
		uint8_t kind = r->c.artifacts[i].kind;
		const struct wire_artifact *drawn = find_drawn(row, kind);
		struct outcome o = {.i = i, .name = "other", .state = "stored"};
		uint32_t output = 0;

		for (size_t k = 0; k < ARRAY_COUNT(kinds); k++)
			if (kinds[k].kind == kind) {
				o.name = kinds[k].name;
				output = kinds[k].output;
			}
		if (output == 0)
			say(r, &o);
		else if (drawn == NULL)
			return err_set(err, RC_PEER, "the render process left a file out");
		else
			rc = compare_one(r, drawer, drawn, &o, err);
	}
	return rc;
}

static enum rc draw(struct rerender *r, struct err *err)
{
	struct wire_draw ask = {.rows = {&r->draw, 1}};
	struct stage_drawer drawer = {.result_fd = -1};
	struct wire_drawn drawn;
	enum rc rc = stage_draw_open(&r->job.credentials[r->c.credential].compiled,
		r->job.tenant->settings.issuer_name, r->job.tenant->settings.demo, &drawer,
		&r->job.exit_code, err);

	if (rc == RC_OK)
		rc = peer_ask(
			drawer.peer, PEER_MESSAGE(MESSAGE_DRAW, &ask), r->job.arena, &drawn, err);
	if (rc == RC_OK && drawn.rows.count == 1 && drawn.rows.items[0].ok) {
		const struct stage_drawn_frame frame = {
			r->job.credentials[r->c.credential].compiled.fd, drawer.result_fd,
			r->draw.outputs};

		rc = stage_drawn_check(&frame, &drawn.rows.items[0], err);
	}
	if (rc == RC_OK && drawn.rows.count == 1 && drawn.rows.items[0].ok)
		rc = compare(r, &drawer, &drawn.rows.items[0], err);
	else if (rc == RC_OK)
		(void)text_fmt(r->first, sizeof r->first, "it cannot be drawn any more: " STR_FMT,
			STR_ARG(drawn.rows.count == 1 ? drawn.rows.items[0].message
						      : STR("no answer")));
	stage_drawer_close(&drawer);
	return rc;
}

static enum rc run(struct rerender *r, struct err *err)
{
	enum rc rc = find_credential(r, client_option(r->job.client, "id"), err);

	if (rc != RC_OK)
		return rc;
	r->job.exit_code = EXIT_UNEXPECTED;
	rc = open_batch(r, err);
	if (rc == RC_OK)
		rc = open_row(r, err);
	if (rc == RC_OK)
		rc = open_template(r, err);
	if (rc != RC_OK)
		return rc;
	r->job.exit_code = EXIT_UNEXPECTED;
	rc = prepare(r, err);
	if (rc == RC_OK)
		rc = draw(r, err);
	if (rc == RC_OK && r->first[0] != '\0') {
		r->job.exit_code = EXIT_CONFLICT;
		return err_set(err, RC_INPUT, "%s", r->first);
	}
	return rc;
}

void command_cred_rerender(struct control *control, struct client *client)
{
	struct rerender *r;
	struct tenant t;
	struct err err;
	enum rc rc;

	if (!control_open_tenant_as(
		    control, client, &(struct control_ask){.role = STR("read")}, &t))
		return;
	r = mem_zalloc(1, sizeof *r);
	r->job = (struct issue){.control = control,
		.client = client,
		.tenant = &t,
		.arena = arena_new((size_t)256 << 20)};
	rc = run(r, &err);
	client_end_job(client, rc == RC_OK ? EXIT_DONE : r->job.exit_code, rc, &err);
	issue_close(&r->job);
	seal_wipe(r->key, sizeof r->key);
	arena_free(&r->job.arena);
	MEM_FREE(r);
	control->at_work = NULL;
	tenant_close(&t);
}
