// SPDX-License-Identifier: Apache-2.0
/*
 * The plan: finds the one that is there, or makes it. Everything that decides the output is fixed
 * here (ids, times, key, template, fonts, status places) before anything is signed, so that any later
 * step can be run again and gives the same bytes. Runs in: control.
 */
#include "base/clock.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/random.h"
#include "base/text.h"
#include "jobs/engine.h"
#include "pipeline/issue.h"
#include "pipeline/issue_out.h"
#include "pipeline/plan_jwt.h"
#include "pipeline/plan_pass.h"
#include "pipeline/plan_rows.h"
#include "pipeline/shelf.h"
#include "pipeline/stage_intake.h"

#include <string.h>

/* What is pinned of a credential's fonts, in batch_credential.fonts. */
struct pinned_fonts {
	LIST_OF(struct wire_font) fonts;
	LIST_OF(struct str) families;
};
static const struct wire_field pinned_fields[] = {
	WIRE_SUB(struct pinned_fonts, fonts, WIRE_LIST, 80, &wire_font_type),
	WIRE_SUB(struct pinned_fonts, families, WIRE_LIST, 50, &wire_str_type),
};
static WIRE_TYPE(pinned_fonts_type, struct pinned_fonts, pinned_fields);

/* ---- which batch ---- */

/* The same file read in another way is another cohort. */
static void hash_reading(struct issue *job, struct hash_stream *h)
{
	for (size_t i = 0; i < STAGE_INTAKE_OPTIONS; i++) {
		struct str said = client_option(job->client, stage_intake_options[i]);

		if (said.n == 0)
			continue;
		hash_add(h, bytes_of(str_of(stage_intake_options[i])));
		hash_add(h, bytes_of(said));
	}
}

/* ADR 0010: tenant, manifest and cohort; round counts attempts after a batch with failures. */
static struct str idempotency_key(struct issue *job, uint32_t round)
{
	struct hash_stream h;
	uint8_t digest[HASH_SHA256_LEN];
	char hex[2 * HASH_SHA256_LEN + 1];

	hash_start(&h);
	hash_add(&h, bytes_of(STR("certfill-batch-v1")));
	hash_add(&h, (struct bytes){job->manifest.sha256, 32});
	hash_add(&h, (struct bytes){job->cohort.sha256, 32});
	hash_add(&h, bytes_of(job->manifest.idempotency_key));
	hash_reading(job, &h);
	hash_finish(&h, digest);
	text_hex((struct bytes){digest, sizeof digest}, hex);
	return str_fmt(job->arena, "%s#%u", hex, round);
}

/* ADR 0033: a plan ends with its keys. */
static enum rc find_ended(struct issue *job, bool *out, struct err *err)
{
	*out = keys_ended(&job->tenant->listed, job->batch.kid);
	return *out ? RC_OK : plan_jwt_ended(job, out, err);
}

static enum rc find_batch(struct issue *job, struct str *key, bool *found, struct err *err)
{
	struct ledger *l = job->tenant->ledger;
	struct batch_counts counts;
	bool ended = false;
	enum rc rc;

	for (uint32_t round = 1;; round++) {
		*key = idempotency_key(job, round);
		rc = ledger_batch_find_key(l, job->arena, *key, &job->batch, found, err);
		if (rc != RC_OK || !*found)
			return rc;
		if (job->batch.state == BATCH_PLANNING) {
			/* Killed while planning: nothing of it was issued. */
			*found = false;
			return ledger_batch_abandon(l, &job->tenant->actor, job->batch.id, err);
		}
		if (job->batch.state != BATCH_FINISHED && client_has(job->client, "replan"))
			rc = find_ended(job, &ended, err);
		if (rc != RC_OK)
			return rc;
		if (ended) {
			*found = false;
			client_note(job->client, "info",
				"What batch " STR_FMT
				" had not issued is planned anew: its key may sign no more.",
				STR_ARG(job->batch.id));
			return ledger_batch_expire(l, &job->tenant->actor, job->batch.id, err);
		}
		if (job->batch.state != BATCH_FINISHED)
			return RC_OK;
		rc = ledger_batch_count(l, job->batch.id, &counts, err);
		/* Failed rows deserve another attempt; what was issued stays as it is. */
		if (rc != RC_OK || counts.failed == 0)
			return rc;
	}
}

/* ---- a plan that is there ---- */

static enum rc check_fonts(
	struct issue_credential *c, const struct pinned_fonts *pinned, struct err *err)
{
	if (pinned->fonts.count != c->compiled.fonts.count)
		return err_set(err, RC_INPUT,
			"fonts were installed or removed since this batch was planned");
	for (uint32_t i = 0; i < pinned->fonts.count; i++)
		if (memcmp(pinned->fonts.items[i].sha256, c->compiled.fonts.fonts[i].sha256, 32)
			!= 0)
			return err_set(err, RC_INPUT,
				"the font " STR_FMT " changed since this batch was planned; "
				"install the one it was planned with",
				STR_ARG(pinned->fonts.items[i].key));
	return RC_OK;
}

/* The machine's, and those of the bundle as it was kept. */
static enum rc reopen_fonts(struct issue *job, const struct batch_credential *b,
	const struct pinned_fonts *pinned, struct err *err)
{
	struct issue_credential *c = &job->credentials[b->index];
	struct font_hashes *hashes = &job->tenant->house->fonts;
	struct fonts_ask ask = {pinned->families.items, pinned->families.count, {0}, hashes};
	bool own = false;
	bool found = false;
	enum rc rc = RC_OK;

	for (uint32_t i = 0; i < pinned->fonts.count; i++)
		own = own || fonts_is_own(pinned->fonts.items[i].key);
	if (own)
		rc = issue_clean_kept(job, b, &found, err);
	if (rc != RC_OK)
		return rc;
	return found ? stage_fonts(&c->cleaned, hashes, job->arena, &c->compiled.fonts, err)
		     : fonts_select(&ask, job->arena, &c->compiled.fonts, err);
}

enum rc issue_reopen_credential(
	struct issue *job, const struct batch_credential *b, struct err *err)
{
	struct issue_credential *c;
	struct pinned_fonts pinned;
	enum rc rc = kept_read(&pinned_fonts_type, b->fonts, job->arena, &pinned, err);

	if (rc != RC_OK || b->index >= job->credential_count)
		return rc != RC_OK
			? rc
			: err_set(err, RC_INPUT, "the plan names a credential the manifest lacks");
	c = &job->credentials[b->index];
	rc = house_cache_find(&job->control->house, b->compiled_hash, &c->compiled.fd, err);
	if (rc == RC_OK && c->compiled.fd >= 0)
		rc = reopen_fonts(job, b, &pinned, err);
	else if (rc == RC_OK)
		rc = issue_open_kept(job, b, err);
	if (rc != RC_OK)
		return rc;
	job->exit_code = EXIT_CONFLICT;
	if (!c->open)
		memcpy(c->compiled.sha256, b->compiled_hash, 32);
	/* Fonts first: with others the template cannot compile to the same bytes. */
	rc = check_fonts(c, &pinned, err);
	if (rc != RC_OK)
		return rc;
	if (memcmp(c->compiled.sha256, b->compiled_hash, 32) != 0)
		return err_set(err, RC_INPUT,
			"template \"" STR_FMT "\" is not what this batch was planned with",
			STR_ARG(b->key));
	c->open = true;
	return RC_OK;
}

static enum rc reopen_plan(struct issue *job, struct err *err)
{
	struct ledger *l = job->tenant->ledger;
	struct batch_credentials list;
	enum rc rc = ledger_batch_credentials(l, job->arena, job->batch.id, &list, err);

	if (rc == RC_OK)
		rc = kept_read(&wire_policy_type, job->batch.policy, job->arena, &job->policy, err);
	if (rc == RC_OK)
		rc = ledger_batch_count(l, job->batch.id, &job->before, err);
	job->nothing_new = job->batch.state == BATCH_FINISHED;
	if (rc == RC_OK && !job->nothing_new
		&& !str_eq(job->batch.engine_version, engine_version())) {
		job->exit_code = EXIT_CONFLICT;
		return err_set(err, RC_INPUT,
			"batch " STR_FMT " was planned with the drawing engine " STR_FMT
			" and this is " STR_FMT "; finish it with that version",
			STR_ARG(job->batch.id), STR_ARG(job->batch.engine_version),
			STR_ARG(engine_version()));
	}
	if (rc == RC_OK && !job->nothing_new)
		rc = plan_pass_check(job, err);
	job->row_count = job->before.rows;
	for (uint32_t i = 0; rc == RC_OK && !job->nothing_new && i < list.count; i++)
		rc = issue_reopen_credential(job, &list.items[i], err);
	job->resumed = true;
	return rc;
}

/* ---- a new plan ---- */

static enum rc begin_batch(struct issue *job, struct str key, struct err *err)
{
	struct buf manifest = buf_new((size_t)1 << 20);
	uint8_t ulid[16];
	char id[ULID_TEXT_LEN + 1];
	const struct wire_key *assert_key = tenant_key(job->tenant, KEY_ASSERT);
	enum rc rc;

	if (assert_key == NULL) {
		job->exit_code = EXIT_KEY;
		return err_set(err, RC_INPUT,
			"no key of the tenant may sign credentials today: certfill key list shows "
			"the next one and its first day; certfill key rotate announces one");
	}
	issue_ulid_new(clock_wall_ms(), ulid);
	ulid_text(ulid, id);
	rc = kept_write(&wire_manifest_type, &job->manifest, &manifest, err);
	job->batch = (struct batch){.id = str_dup(job->arena, str_of(id)),
		.idempotency_key = key,
		.name = job->manifest.name,
		.kid = assert_key->kid,
		.issued_s = clock_wall_s(),
		.engine_version = engine_version(),
		.manifest = buf_bytes(&manifest)};
	memcpy(job->batch.manifest_sha256, job->manifest.sha256, 32);
	memcpy(job->batch.cohort_sha256, job->cohort.sha256, 32);
	if (rc == RC_OK)
		rc = ledger_batch_begin(job->tenant->ledger, &job->tenant->actor, &job->batch, err);
	buf_free(&manifest);
	job->batch.manifest = (struct bytes){NULL, 0};
	return rc;
}

static enum rc pin_keys(struct issue *job, struct err *err)
{
	plan_jwt_pin(job);
	return plan_pass_pin(job, err);
}

static enum rc pin_credential(struct issue *job, uint32_t index, struct err *err)
{
	struct issue_credential *c = &job->credentials[index];
	struct pinned_fonts pinned = {.fonts = {c->compiled.fonts.fonts, c->compiled.fonts.count}};
	struct batch_credential b = {
		.index = (uint16_t)index, .outputs = c->asked->outputs, .key = c->asked->key};
	struct buf fonts = buf_new(65536);
	struct ledger_template t;
	enum rc rc;

	pinned.families.items = c->cleaned.info.families.items;
	pinned.families.count = c->cleaned.info.families.count;
	rc = kept_write(&pinned_fonts_type, &pinned, &fonts, err);
	b.fonts = buf_bytes(&fonts);
	memcpy(b.template_hash, c->cleaned.info.sha256, 32);
	memcpy(b.compiled_hash, c->compiled.sha256, 32);
	if (rc == RC_OK)
		rc = ledger_batch_add_credential(
			job->tenant->ledger, &job->tenant->actor, job->batch.id, &b, err);
	if (rc == RC_OK)
		rc = shelf_add(job->tenant, c->cleaned.result_fd, c->cleaned.info.clean_offset,
			c->cleaned.info.clean_len, b.template_hash, err);
	if (rc == RC_OK && !c->pinned)
		rc = ledger_template_add(job->tenant->ledger, &job->tenant->actor, c->template_name,
			b.template_hash, &t, err);
	buf_free(&fonts);
	return rc;
}

static enum rc freeze(struct issue *job, const uint8_t plan_hash[32], struct err *err)
{
	struct buf policy = buf_new((size_t)1 << 20);
	enum rc rc;

	memcpy(job->policy.plan_hash, plan_hash, 32);
	memcpy(job->batch.plan_hash, plan_hash, 32);
	/* The signer counts places: whole shards, at least one. */
	job->policy.row_count = (job->shard_count != 0 ? job->shard_count : 1) * ISSUE_SHARD_ROWS;
	rc = kept_write(&wire_policy_type, &job->policy, &policy, err);
	if (rc == RC_OK)
		rc = ledger_batch_freeze(job->tenant->ledger, &job->tenant->actor, job->batch.id,
			plan_hash, buf_bytes(&policy), err);
	buf_free(&policy);
	return rc;
}

/* Nothing is issued, but what has to be mended is written down. */
static void write_errors(struct issue *job)
{
	struct out_job o = {.client = job->client,
		.tenant = job->tenant,
		.batch = job->batch.id,
		.raw_header = job->cohort.raw_header};
	struct err err;

	if (client_has(job->client, "out") && out_errors(&o, &err) != RC_OK)
		client_note(
			job->client, "warning", "errors.csv could not be written: %s", err.text);
}

/* The manifest's own limits on bad rows. */
static enum rc check_policy(struct issue *job, const struct plan_totals *totals, struct err *err)
{
	uint64_t all = totals->rows + totals->unchanged + totals->bad;

	job->exit_code = EXIT_INPUT;
	if (all == 0)
		return err_set(err, RC_INPUT, "the cohort has no rows; nothing was issued");
	if (totals->rows + totals->unchanged == 0 && totals->bad != 0)
		return err_set(err, RC_INPUT, "none of the %llu rows is good; nothing was issued",
			(unsigned long long)all);
	if (job->manifest.all_or_nothing && totals->bad != 0)
		return err_set(err, RC_INPUT,
			"%llu rows are bad and the manifest's policy is to stop then; nothing was "
			"issued",
			(unsigned long long)totals->bad);
	if ((double)totals->bad > job->manifest.max_error_ratio * (double)all)
		return err_set(err, RC_INPUT,
			"%llu of %llu rows are bad, more than the manifest's max_error_ratio "
			"allows; nothing was issued",
			(unsigned long long)totals->bad, (unsigned long long)all);
	job->exit_code = EXIT_UNEXPECTED;
	return RC_OK;
}

static enum rc make_plan(struct issue *job, struct str key, struct err *err)
{
	struct plan_totals totals = {0};
	uint8_t plan_hash[32];
	enum rc rc = RC_OK;
	struct err ignored;

	for (uint32_t i = 0; rc == RC_OK && i < job->credential_count; i++)
		rc = issue_open_credential(job, i, err);
	if (rc != RC_OK)
		return rc;
	job->exit_code = EXIT_UNEXPECTED;
	rc = begin_batch(job, key, err);
	if (rc == RC_OK)
		rc = issue_build_policy(job, err);
	if (rc == RC_OK)
		rc = pin_keys(job, err);
	for (uint32_t i = 0; rc == RC_OK && i < job->credential_count; i++)
		rc = pin_credential(job, i, err);
	if (rc == RC_OK)
		rc = plan_rows(job, &totals, plan_hash, err);
	job->row_count = (uint32_t)totals.rows;
	if (totals.differing != 0)
		client_note(job->client, "warning",
			"%llu rows say something else than the credential that was issued before; "
			"the "
			"manifest's duplicate policy \"skip\" leaves them (\"supersede\" issues "
			"them again)",
			(unsigned long long)totals.differing);
	if (job->problems_said > ISSUE_PROBLEMS_SHOWN)
		client_note(job->client, "info",
			"and %llu more problems; errors.csv below --out has all",
			(unsigned long long)(job->problems_said - ISSUE_PROBLEMS_SHOWN));
	if (rc == RC_OK) {
		rc = check_policy(job, &totals, err);
		if (rc != RC_OK && totals.bad != 0)
			write_errors(job);
	}
	if (rc == RC_OK)
		rc = freeze(job, plan_hash, err);
	if (rc != RC_OK && job->batch.id.n != 0
		&& ledger_batch_abandon(
			   job->tenant->ledger, &job->tenant->actor, job->batch.id, &ignored)
			!= RC_OK)
		log_line(LOG_WARN, "an unfinished plan stays behind: %s", ignored.text);
	return rc;
}

/* ---- a plan of changes ---- */

/* What the credentials were drawn with, also where the template's file is another one by now. */
static enum rc take_over(struct issue *job, const struct batch_credentials *from, struct err *err)
{
	enum rc rc = RC_OK;

	for (uint32_t i = 0; rc == RC_OK && i < from->count; i++) {
		const struct batch_credential *b = &from->items[i];

		rc = issue_reopen_credential(job, b, err);
		if (rc == RC_OK)
			memcpy(job->credentials[b->index].cleaned.info.sha256, b->template_hash,
				32);
	}
	return rc;
}

static enum rc make_changes(
	struct issue *job, struct str key, const struct issue_changes *changes, struct err *err)
{
	struct plan_totals totals = {0};
	struct batch_credentials from;
	uint8_t plan_hash[32];
	struct err ignored;
	enum rc rc = ledger_batch_credentials(
		job->tenant->ledger, job->arena, changes->batch, &from, err);

	if (rc == RC_OK)
		rc = take_over(job, &from, err);
	if (rc != RC_OK)
		return rc;
	job->exit_code = EXIT_UNEXPECTED;
	rc = begin_batch(job, key, err);
	if (rc == RC_OK)
		rc = issue_build_policy(job, err);
	if (rc == RC_OK)
		rc = pin_keys(job, err);
	for (uint32_t i = 0; rc == RC_OK && i < from.count; i++)
		rc = ledger_batch_add_credential(job->tenant->ledger, &job->tenant->actor,
			job->batch.id, &from.items[i], err);
	if (rc == RC_OK)
		rc = plan_changes(job, changes->items, changes->count, &totals, plan_hash, err);
	job->row_count = (uint32_t)totals.rows;
	if (rc == RC_OK)
		rc = check_policy(job, &totals, err);
	if (rc == RC_OK)
		rc = freeze(job, plan_hash, err);
	if (rc != RC_OK
		&& ledger_batch_abandon(
			   job->tenant->ledger, &job->tenant->actor, job->batch.id, &ignored)
			!= RC_OK)
		log_line(LOG_WARN, "an unfinished plan stays behind: %s", ignored.text);
	return rc;
}

enum rc issue_plan_changes(struct issue *job, const struct issue_changes *changes, struct err *err)
{
	struct str key;
	bool found;
	enum rc rc;

	job->exit_code = EXIT_UNEXPECTED;
	rc = find_batch(job, &key, &found, err);
	if (rc == RC_OK && found)
		return reopen_plan(job, err);
	if (rc == RC_OK && changes->count != 0)
		return make_changes(job, key, changes, err);
	job->nothing_new = true;
	return rc;
}

enum rc issue_plan(struct issue *job, struct err *err)
{
	struct str key;
	bool found;
	enum rc rc;

	job->exit_code = EXIT_UNEXPECTED;
	rc = find_batch(job, &key, &found, err);
	if (rc == RC_OK && found)
		return reopen_plan(job, err);
	if (rc == RC_OK)
		rc = make_plan(job, key, err);
	return rc;
}
