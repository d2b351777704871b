// SPDX-License-Identifier: Apache-2.0
/* The end of a shard: durable, its records signed, one transaction in the ledger. Runs in: control. */
#include "base/log.h"
#include "ipc/wire_common.h"
#include "pipeline/run.h"

#include <string.h>

static void forget_shard(struct run *r)
{
	seal_wipe(r->rows, r->row_count * sizeof *r->rows);
	r->has_shard = false;
	r->finish = FINISH_NO;
	r->row_count = 0;
	arena_reset(r->arena);
}

#define FAILURE_MAX ((size_t)4096)

/* Details of a failure are the row's own business: sealed like it. The record goes in when it fits. */
static struct bytes seal_failure(struct run *r, const struct run_row *row)
{
	const struct tenant *t = r->all->job->tenant;
	struct seal_place place = {
		t->actor.tenant, STR("outcomes"), STR("sealed"), bytes_of(r->all->job->batch.id)};
	struct issue_refusal refusal = {str_of(row->message), row->row.raw, row->row.line};
	struct buf plain = buf_new(FAILURE_MAX);
	struct buf sealed = buf_new(FAILURE_MAX);
	struct bytes out = {NULL, 0};

	if (refusal.raw.n > FAILURE_MAX / 2)
		refusal.raw = (struct str){NULL, 0};
	if (kept_write(&issue_refusal_type, &refusal, &plain, NULL) == RC_OK) {
		seal_box(t->seal, t->secrets.values, &place, buf_bytes(&plain), &sealed);
		out = (struct bytes){arena_dup(r->arena, sealed.p, sealed.n), sealed.n};
	}
	seal_wipe(plain.p, plain.n);
	buf_free(&plain);
	buf_free(&sealed);
	return out;
}

static void fill_failures(struct run *r, struct shard_failure *out, uint32_t *count)
{
	*count = 0;
	for (uint32_t i = 0; i < r->row_count; i++)
		if (r->rows[i].failed)
			out[(*count)++] =
				(struct shard_failure){.row_no = r->rows[i].planned->row_no,
					.code = str_of(r->rows[i].code),
					.sealed = seal_failure(r, &r->rows[i])};
}

static enum rc fill_credentials(struct run *r, const struct wire_signed_shard *signed_shard,
	struct shard_credential *out, struct err *err)
{
	enum rc rc = RC_OK;

	for (uint32_t i = 0; i < r->order_count && rc == RC_OK; i++) {
		const struct run_row *row = &r->rows[r->order[i]];

		out[i] = (struct shard_credential){.row_no = row->planned->row_no,
			.token_version = row->token_version,
			.record = signed_shard->records.items[i],
			.artifact_count = row->artifact_count};
		memcpy(out[i].ulid, row->planned->ulid, 16);
		memcpy(out[i].tag_hash, row->tag_hash, 32);
		memcpy(out[i].artifacts, row->artifacts, sizeof out[i].artifacts);
		rc = run_publish(r, row, &out[i], err);
	}
	return rc;
}

static void close_shard(struct run *r, const struct wire_signed_shard *signed_shard)
{
	struct issue_run *all = r->all;
	struct issue *job = all->job;
	struct shard_credential *credentials =
		arena_zalloc(r->arena, r->row_count, sizeof *credentials);
	struct shard_failure *failures = arena_zalloc(r->arena, r->row_count, sizeof *failures);
	struct shard_finish f = {.batch = job->batch.id,
		.shard = r->shard.no,
		.token = r->shard.token,
		.credentials = credentials,
		.credential_count = r->order_count,
		.failures = failures};
	struct shard_result result;
	struct err err;
	enum rc rc = RC_OK;

	if (signed_shard != NULL) {
		rc = fill_credentials(r, signed_shard, credentials, &err);
		memcpy(f.root, signed_shard->root, sizeof f.root);
		f.kid = signed_shard->kid;
		f.signature = signed_shard->signature;
	}
	fill_failures(r, failures, &f.failure_count);
	if (rc == RC_OK)
		rc = ledger_shard_finish(
			job->tenant->ledger, &job->tenant->actor, &f, &result, &err);
	if (rc != RC_OK) {
		run_fail(all, rc, &err);
		return;
	}
	all->issued += result.issued;
	all->unchanged += result.unchanged;
	all->rows_failed += result.failed;
	forget_shard(r);
}

static void on_records(
	struct peer *p, enum rc rc, const struct err *err, const void *reply, void *context)
{
	struct run *r = context;
	const struct wire_signed_shard *answer = reply;
	struct err wrong;

	(void)p;
	if (rc == RC_OK && answer->records.count != r->order_count) {
		rc = err_set(&wrong, RC_PEER, "the signer answered with another number of records");
		err = &wrong;
	}
	if (rc != RC_OK) {
		run_fail(r->all, rc, err);
		return;
	}
	close_shard(r, answer);
}

/* place: the row's place in the plan, as SIGN_ROWS named it. */
static void fill_record(
	const struct run_row *row, uint32_t place, struct arena *a, struct wire_record *out)
{
	const struct batch_row *b = row->planned;

	*out = (struct wire_record){.row = place,
		.credential = b->credential,
		.valid_from_s = b->valid_from_s,
		.valid_until_s = b->valid_until_s,
		.status_list = b->status_list,
		.status_index = b->status_index};
	memcpy(out->ulid, b->ulid, 16);
	memcpy(out->commitment, b->commitment, 32);
	memcpy(out->tag_hash, row->tag_hash, 32);
	out->artifacts.items = arena_zalloc(a, row->artifact_count, sizeof *out->artifacts.items);
	out->artifacts.count = row->artifact_count;
	for (uint32_t i = 0; i < row->artifact_count; i++) {
		out->artifacts.items[i].kind = row->artifacts[i].kind;
		out->artifacts.items[i].len = row->artifacts[i].len;
		memcpy(out->artifacts.items[i].sha256, row->artifacts[i].sha256, 32);
	}
}

static void sign_records(struct run *r)
{
	struct issue *job = r->all->job;
	struct wire_sign_shard ask = {.batch = job->batch.id, .shard = r->shard.no};
	struct err err;

	ask.records.items = arena_zalloc(r->arena, r->row_count, sizeof *ask.records.items);
	r->order = arena_zalloc(r->arena, r->row_count, sizeof *r->order);
	r->order_count = 0;
	for (uint32_t i = 0; i < r->row_count; i++) {
		const struct run_row *row = &r->rows[i];

		/* Whatever the processes answered, no row is lost between them. */
		if (!row->stored && !row->failed && !row->skip) {
			(void)err_set(&err, RC_PEER, "the store left the files of row %u out",
				row->planned->row_no);
			run_fail(r->all, err.kind, &err);
			return;
		}
		if (row->stored && !row->failed) {
			fill_record(&r->rows[i], r->shard.no * ISSUE_SHARD_ROWS + i, r->arena,
				&ask.records.items[ask.records.count++]);
			r->order[r->order_count++] = i;
		}
	}
	if (r->order_count == 0)
		close_shard(r, NULL);
	else if (peer_send(job->tenant->sign, PEER_MESSAGE(MESSAGE_SIGN_SHARD, &ask), on_records, r,
			 &err)
		!= RC_OK)
		run_fail(r->all, err.kind, &err);
}

static void on_durable(
	struct peer *p, enum rc rc, const struct err *err, const void *reply, void *context)
{
	struct run *r = context;

	(void)p;
	(void)reply;
	if (rc != RC_OK)
		run_fail(r->all, rc, err);
	else
		r->finish = FINISH_TO_RECORD;
}

bool run_finish_advance(struct run *r)
{
	const struct tenant *t = r->all->job->tenant;
	struct wire_nothing nothing = {0};
	struct err err;

	if (r->finish == FINISH_TO_COMMIT && peer_under_way(t->store) < PEER_UNDER_WAY_MAX) {
		r->finish = FINISH_COMMITTING;
		if (peer_send(t->store, PEER_MESSAGE(MESSAGE_COMMIT, &nothing), on_durable, r, &err)
			!= RC_OK)
			run_fail(r->all, err.kind, &err);
		return true;
	}
	if (r->finish == FINISH_TO_RECORD && peer_under_way(t->sign) < PEER_UNDER_WAY_MAX) {
		r->finish = FINISH_RECORDING;
		sign_records(r);
		return true;
	}
	return false;
}
