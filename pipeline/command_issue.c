// SPDX-License-Identifier: Apache-2.0
/* issue and batch export. Runs in: control. */
#include "base/file.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "pipeline/issue_out.h"
#include "pipeline/plan_pass.h"
#include "pipeline/receipt_rows.h"
#include "pipeline/status.h"
#include "pipeline/voided.h"

#include <string.h>

/* ---- receipt ---- */

static enum rc hash_roots(struct issue *job, uint8_t out[32], struct err *err)
{
	struct hash_stream h;
	struct arena *a = arena_new((size_t)32 << 20);
	struct shard_roots page = {0};
	uint32_t first = 0;
	enum rc rc = RC_OK;

	hash_start(&h);
	do {
		arena_reset(a);
		rc = ledger_shard_roots(
			job->tenant->ledger, a, job->batch.id, first, 100, &page, err);
		for (uint32_t i = 0; rc == RC_OK && i < page.count; i++) {
			first = page.items[i].shard + 1;
			hash_add(&h, (struct bytes){page.items[i].root, 32});
		}
	} while (rc == RC_OK && page.count != 0);
	hash_finish(&h, out);
	arena_free(&a);
	return rc;
}

static enum rc finish_batch(struct issue *job, struct err *err)
{
	struct wire_receipt r = {.batch = job->batch.id, .issued_s = job->batch.issued_s};
	struct wire_signed_text receipt;
	struct merkle_hash root;
	enum rc rc = hash_roots(job, r.roots_sha256, err);

	memcpy(r.manifest_sha256, job->batch.manifest_sha256, 32);
	memcpy(r.cohort_sha256, job->batch.cohort_sha256, 32);
	memcpy(r.plan_hash, job->policy.plan_hash, 32);
	if (rc == RC_OK)
		rc = receipt_rows_walk(job->tenant, job->batch.id, NULL, NULL, &root, err);
	if (rc == RC_OK)
		rc = peer_ask(job->tenant->sign, PEER_MESSAGE(MESSAGE_SIGN_RECEIPT, &r), job->arena,
			&receipt, err);
	if (rc == RC_OK)
		rc = ledger_batch_finish(
			job->tenant->ledger, &job->tenant->actor, job->batch.id, receipt.text, err);
	return rc;
}

/* ---- the end of the command ---- */

static void say_summary(struct issue *job, const struct batch_counts *c)
{
	struct jsonw *w = client_say(job->client, "summary");
	uint32_t issued = c->issued - job->before.issued;
	uint32_t unchanged = c->unchanged + job->before.issued;
	bool done = c->shards == c->shards_done;
	/* Records that were no planned rows because their credential was there already. */
	uint32_t passed_over =
		done ? c->unchanged - (c->rows - c->issued - c->failed) : c->unchanged;

	jsonw_key_str(w, "batch", job->batch.id);
	jsonw_key_i64(w, "rows", (int64_t)c->rows + c->left_out + passed_over);
	jsonw_key_i64(w, "issued", issued);
	jsonw_key_i64(w, "unchanged", unchanged);
	jsonw_key_i64(w, "failed", c->failed);
	jsonw_key_i64(w, "left_out", c->left_out);
	jsonw_key_i64(w, "held", c->held);
	/* Each was replaced, and its rows were tried again. */
	jsonw_key_i64(w, "workers_lost", peer_lost_count() - job->lost_before);
	jsonw_key_bool(w, "done", done);
	client_said(job->client);
}

static enum rc write_files(struct issue *job, const struct batch_counts *counts, struct err *err)
{
	struct out_job o = {.client = job->client,
		.tenant = job->tenant,
		.batch = job->batch.id,
		.credential_count = job->credential_count,
		.total = (uint64_t)counts->issued + counts->unchanged,
		.base_url = job->tenant->settings.base_url,
		.raw_header = job->cohort.raw_header};
	enum rc rc;

	if (!client_has(job->client, "out"))
		return RC_OK;
	rc = out_export(&o, err);
	if (rc != RC_OK) {
		job->exit_code = EXIT_UNEXPECTED;
		err_wrap(err, "everything is issued and kept, but the files were not all written");
	}
	return rc;
}

static enum rc check_keys(struct issue *job, struct err *err)
{
	const struct wire_keys_are *k = &job->tenant->keys;

	for (uint32_t i = 0; i < k->warnings.count; i++)
		client_note(job->client, "warning", STR_FMT, STR_ARG(k->warnings.items[i]));
	if (k->pass_throwaway && !job->tenant->settings.demo && plan_pass_wanted(job))
		client_note(job->client, "warning",
			"wallet passes are signed with the throwaway certificate and say DEMO; "
			"docs/OPERATING.md "
			"tells how to install Apple's");
	for (uint32_t i = 0; plan_pass_wanted(job) && i < k->problems.count; i++) {
		job->exit_code = EXIT_KEY;
		return err_set(err, RC_INPUT, STR_FMT, STR_ARG(k->problems.items[i]));
	}
	return RC_OK;
}

/* Before the batch counts as finished: status_settle() looks at those that are not. */
static enum rc mark_replaced(struct issue *job, struct err *err)
{
	return status_mark_superseded(job->tenant, job->batch.id,
		job->replaces != NULL ? job->replaces : STATUS_CORRECTED, err);
}

static void say_nothing_new(struct issue *job, const struct batch_counts *counts)
{
	uint32_t bad = counts->left_out - counts->held;

	client_note(job->client, "info",
		"This manifest and cohort were issued before, as batch " STR_FMT
		"; nothing new to issue.",
		STR_ARG(job->batch.id));
	if (bad != 0)
		client_note(job->client, "info",
			"%u rows were left out then: issue the errors.csv of that batch when they, "
			"or the template, are mended.",
			bad);
}

enum rc issue_complete(struct issue *job, struct err *err)
{
	struct batch_counts counts;
	uint32_t made;
	enum rc rc = RC_OK;

	if (!job->nothing_new)
		rc = issue_run(job, err);
	if (rc == RC_OK)
		rc = mark_replaced(job, err);
	if (rc == RC_OK)
		rc = ledger_batch_count(job->tenant->ledger, job->batch.id, &counts, err);
	if (rc == RC_OK && !job->nothing_new && counts.shards == counts.shards_done)
		rc = finish_batch(job, err);
	/* The lists that credentials name are there from the first day. */
	if (rc == RC_OK)
		rc = status_publish(job->tenant, false, &made, err);
	if (rc != RC_OK)
		return rc;
	voided_make(job->control, job->client, job->tenant);
	if (job->nothing_new)
		say_nothing_new(job, &counts);
	if (counts.shards == counts.shards_done)
		rc = write_files(job, &counts, err);
	say_summary(job, &counts);
	if (counts.shards != counts.shards_done) {
		job->exit_code = client_cancelled(job->client) ? EXIT_DONE : EXIT_TEMPORARY;
		return client_cancelled(job->client)
			? RC_OK
			: err_set(err, RC_AGAIN,
				"%u of %u shards are done; the same command continues",
				counts.shards_done, counts.shards);
	}
	job->exit_code = rc != RC_OK                                   ? job->exit_code
		: counts.failed != 0 || counts.left_out != counts.held ? EXIT_SOME_FAILED
								       : EXIT_DONE;
	return rc;
}

static void say_plan(struct issue *job)
{
	struct jsonw *w = client_say(job->client, "plan");

	jsonw_key_str(w, "batch", job->batch.id);
	jsonw_key_i64(w, "rows", job->row_count);
	jsonw_key_bool(w, "resumed", job->resumed);
	jsonw_key_bool(w, "frozen_only", client_has(job->client, "plan-only"));
	client_said(job->client);
	if (job->resumed && !job->nothing_new)
		client_note(job->client, "info",
			"Batch " STR_FMT
			" was planned before; completing it (%u of %u shards done).",
			STR_ARG(job->batch.id), job->before.shards_done, job->before.shards);
}

static enum rc run_issue(struct issue *job, struct err *err)
{
	enum rc rc = check_keys(job, err);

	if (rc == RC_OK)
		rc = issue_plan(job, err);
	peer_free(&job->intake);
	if (rc != RC_OK)
		return rc;
	say_plan(job);
	if (client_has(job->client, "plan-only")) {
		job->exit_code = EXIT_DONE;
		return RC_OK;
	}
	return issue_complete(job, err);
}

void issue_close(struct issue *job)
{
	peer_free(&job->intake);
	for (uint32_t i = 0; i < job->credential_count; i++) {
		stage_cleaned_close(&job->credentials[i].cleaned);
		stage_compiled_close(&job->credentials[i].compiled);
		stage_drawer_close(&job->credentials[i].measurer);
	}
}

void command_issue(struct control *control, struct client *client)
{
	struct issue *job = mem_zalloc(1, sizeof *job);
	struct tenant tenant;
	struct err err = {0};
	enum rc rc;

	job->control = control;
	job->client = client;
	job->lost_before = peer_lost_count();
	job->arena = arena_new((size_t)256 << 20);
	rc = issue_open(job, &err);
	if (rc != RC_OK) {
		client_end_job(client, job->exit_code, rc, &err);
	} else if (control_open_tenant(control, client, job->manifest.tenant, true, &tenant)) {
		job->tenant = &tenant;
		rc = run_issue(job, &err);
		/* Once: the summary was said before; this is the last word. */
		client_end_job(client, job->exit_code, rc, &err);
		issue_close(job);
		control->at_work = NULL;
		tenant_close(&tenant);
	}
	issue_close(job);
	arena_free(&job->arena);
	MEM_FREE(job);
}

/* ---- batch export ---- */

static enum rc export_batch(
	struct client *client, struct tenant *t, uint8_t *exit_code, struct err *err)
{
	struct arena *a = client_arena(client);
	struct out_job o = {.client = client,
		.tenant = t,
		.batch = client_option(client, "batch"),
		.base_url = t->settings.base_url};
	struct wire_manifest manifest;
	struct batch_counts counts;
	struct batch batch;
	bool found;
	enum rc rc = ledger_batch_find(t->ledger, a, o.batch, &batch, &found, err);

	*exit_code = EXIT_NOT_FOUND;
	if (rc == RC_OK && (!found || !batch.frozen))
		return err_set(err, RC_INPUT, "there is no planned batch \"" STR_FMT "\"",
			STR_ARG(o.batch));
	*exit_code = EXIT_UNEXPECTED;
	if (rc == RC_OK)
		rc = ledger_batch_count(t->ledger, o.batch, &counts, err);
	if (rc == RC_OK)
		rc = kept_read(&wire_manifest_type, batch.manifest, a, &manifest, err);
	if (rc != RC_OK)
		return rc;
	o.credential_count = manifest.credentials.count;
	o.total = counts.issued;
	/* Lists that are behind, or end soon, are made anew first: the files are to last. */
	rc = status_publish(t, false, &(uint32_t){0}, err);
	return rc == RC_OK ? out_export(&o, err) : rc;
}

void command_batch_export(struct control *control, struct client *client)
{
	struct tenant tenant;
	struct err err;
	uint8_t exit_code;
	enum rc rc;

	if (!control_open_tenant(control, client, (struct str){NULL, 0}, false, &tenant))
		return;
	rc = export_batch(client, &tenant, &exit_code, &err);
	client_end_job(client, rc == RC_OK ? EXIT_DONE : exit_code, rc, &err);
	control->at_work = NULL;
	tenant_close(&tenant);
}
