// SPDX-License-Identifier: Apache-2.0
/* Issuing a planned batch: shards are claimed, worked on, finished. Runs in: control. */
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "pipeline/loop.h"
#include "pipeline/run.h"

#include <string.h>
#include <unistd.h>

/* A render worker draws so many documents in its life, then a fresh one takes over. */
#define DRAWER_LIFE 4000

void run_fail(struct issue_run *all, enum rc rc, const struct err *err)
{
	if (all->failed)
		return;
	all->failed = true;
	all->stop = true;
	all->rc = rc;
	all->err = *err;
}

void run_row_fail(struct run_row *row, const char *code, struct str message)
{
	row->failed = true;
	row->code = code;
	text_fmt(row->message, sizeof row->message, STR_FMT, STR_ARG(message));
}

/* ---- workers ---- */

/* A worker's successor takes over its number: the store closes the old descriptor. */
static enum rc register_source(
	struct issue_run *all, int fd, const uint8_t *sha256, uint32_t *number, struct err *err)
{
	if (*number == 0)
		*number = ++all->next_source;
	return stage_tell_source(all->job->tenant, fd, *number, sha256, err);
}

enum rc run_open_drawer(struct run *r, uint32_t credential, struct err *err)
{
	struct issue *job = r->all->job;
	struct issue_credential *c = &job->credentials[credential];
	enum rc rc = RC_OK;

	stage_drawer_close(&r->drawer);
	r->result_end = 0;
	r->drawn_total = 0;
	if (c->measurer.peer != NULL && peer_alive(c->measurer.peer)) {
		r->drawer = c->measurer;
		c->measurer = (struct stage_drawer){.result_fd = -1};
	} else {
		rc = stage_draw_open(&c->compiled, job->tenant->settings.issuer_name,
			job->tenant->settings.demo, &r->drawer, &job->exit_code, err);
	}
	if (rc == RC_OK)
		rc = register_source(r->all, r->drawer.result_fd, NULL, &r->result_source, err);
	if (rc == RC_OK && r->all->compiled_source[credential] == 0)
		rc = register_source(r->all, c->compiled.fd, c->compiled.sha256,
			&r->all->compiled_source[credential], err);
	r->credential = credential;
	return rc;
}

/* ---- shards ---- */

static enum rc open_rows(struct run *r, struct err *err)
{
	const struct tenant *t = r->all->job->tenant;

	r->rows = arena_zalloc(r->arena, r->planned.count, sizeof *r->rows);
	r->row_count = r->planned.count;
	for (uint32_t i = 0; i < r->row_count; i++) {
		const struct batch_row *b = &r->planned.items[i];
		struct run_row *row = &r->rows[i];
		uint8_t tag[32];
		struct bytes wrapped;
		enum rc rc;

		row->planned = b;
		row->skip = b->already_issued;
		if (row->skip)
			continue;
		rc = ledger_recipient_key(
			t->ledger, r->arena, b->recipient_no, b->key_no, &wrapped, tag, err);
		if (rc == RC_OK && wrapped.n == 0) {
			run_row_fail(row, "erased",
				STR("the recipient's data was erased after the batch was planned"));
			continue;
		}
		if (rc == RC_OK)
			rc = issue_unwrap(t, wrapped, tag, row->key, err);
		if (rc == RC_OK)
			rc = issue_open_row(
				t, row->key, b->ulid, b->sealed, r->arena, &row->row, err);
		if (rc != RC_OK)
			return err_wrap(err, "row %u", b->row_no);
	}
	return RC_OK;
}

static enum rc claim_shard(struct run *r, bool *found, struct err *err)
{
	struct issue *job = r->all->job;
	struct ledger *l = job->tenant->ledger;
	enum rc rc =
		ledger_shard_claim(l, &job->tenant->actor, job->batch.id, &r->shard, found, err);

	if (rc != RC_OK || !*found)
		return rc;
	arena_reset(r->arena);
	rc = ledger_shard_rows(l, r->arena, job->batch.id, r->shard.no, &r->planned, err);
	if (rc == RC_OK && r->planned.count == 0)
		rc = err_set(err, RC_SYSTEM, "shard %u of the ledger has no rows", r->shard.no);
	if (rc == RC_OK && r->planned.items[0].credential >= job->credential_count)
		rc = err_set(err, RC_INPUT, "the plan names a credential the manifest lacks");
	if (rc == RC_OK)
		rc = open_rows(r, err);
	if (rc != RC_OK)
		return rc;
	r->has_shard = true;
	r->next_row = 0;
	r->retry_count = 0;
	if (r->drawer.peer == NULL || r->credential != r->planned.items[0].credential
		|| r->drawn_total > DRAWER_LIFE)
		rc = run_open_drawer(r, r->planned.items[0].credential, err);
	return rc;
}

static bool wants_work(const struct run_row *row)
{
	return !row->skip && !row->failed && !row->stored;
}

/* Puts the next rows into a free group; false when there are none. */
static bool fill_group(struct run *r, struct group *g)
{
	if (r->retry_count != 0) {
		g->first = r->retry[--r->retry_count];
		g->count = 1;
		g->stage = GROUP_TO_SIGN;
		return true;
	}
	while (r->next_row < r->row_count && !wants_work(&r->rows[r->next_row]))
		r->next_row++;
	g->first = r->next_row;
	g->count = 0;
	while (g->count < RUN_GROUP_ROWS && r->next_row < r->row_count
		&& wants_work(&r->rows[r->next_row])) {
		g->count++;
		r->next_row++;
	}
	if (g->count == 0)
		return false;
	g->stage = GROUP_TO_SIGN;
	return true;
}

static bool all_free(const struct run *r)
{
	for (uint32_t i = 0; i < RUN_GROUPS; i++)
		if (r->groups[i].stage != GROUP_FREE)
			return false;
	return true;
}

/* True when something moved. */
static bool pump_run(struct run *r)
{
	bool moved = false;
	bool found = false;
	struct err err;

	if (!r->has_shard && !r->all->stop) {
		if (claim_shard(r, &found, &err) != RC_OK)
			run_fail(r->all, err.kind, &err);
		moved = found;
	}
	if (!r->has_shard || r->all->failed)
		return moved;
	if (r->finish != FINISH_NO)
		return run_finish_advance(r) || moved;
	for (uint32_t i = 0; i < RUN_GROUPS && !r->all->failed; i++) {
		if (r->groups[i].stage == GROUP_FREE)
			moved |= fill_group(r, &r->groups[i]);
		moved |= run_group_advance(&r->groups[i]);
	}
	if (!r->all->failed && all_free(r) && r->retry_count == 0 && r->next_row >= r->row_count) {
		r->finish = FINISH_TO_COMMIT;
		moved = true;
	}
	return moved;
}

static bool busy(const struct issue_run *all)
{
	for (uint32_t i = 0; i < all->run_count; i++)
		if (all->runs[i].has_shard)
			return true;
	return false;
}

static uint64_t rows_done(const struct issue_run *all)
{
	uint64_t n = all->issued + all->unchanged + all->rows_failed;

	for (uint32_t i = 0; i < all->run_count; i++)
		for (uint32_t k = 0; k < all->runs[i].row_count; k++)
			n += all->runs[i].rows[k].stored || all->runs[i].rows[k].failed;
	return n;
}

static void pump(struct issue_run *all)
{
	struct issue *job = all->job;
	uint64_t before = job->before.issued + job->before.unchanged + job->before.failed;

	while (!all->failed) {
		bool moved = false;

		if (client_cancelled(job->client))
			all->stop = true;
		for (uint32_t i = 0; i < all->run_count; i++)
			moved |= pump_run(&all->runs[i]);
		client_progress(job->client, "issue", before + rows_done(all), job->before.rows,
			all->rows_failed);
		if (moved || all->failed)
			continue;
		if (!busy(all))
			return;
		loop_turn();
	}
}

/* ---- the whole ---- */

static uint32_t worker_count(struct issue *job)
{
	uint64_t asked = 0;
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	uint32_t n = cores > 0 ? (uint32_t)cores : 1;

	if (str_to_u64(client_option(job->client, "workers"), RUN_DRAWERS_MAX, &asked) && asked > 0)
		n = (uint32_t)asked;
	return n < RUN_DRAWERS_MAX ? n : RUN_DRAWERS_MAX;
}

static void open_runs(struct issue_run *all)
{
	uint32_t shards = all->job->before.shards - all->job->before.shards_done;

	all->run_count = worker_count(all->job);
	if (all->run_count > shards)
		all->run_count = shards;
	for (uint32_t i = 0; i < all->run_count; i++) {
		struct run *r = &all->runs[i];

		*r = (struct run){.all = all,
			.drawer = {.result_fd = -1},
			.credential = UINT32_MAX,
			.arena = arena_new((size_t)64 << 20)};
		for (uint32_t k = 0; k < RUN_GROUPS; k++) {
			r->groups[k].run = r;
			r->groups[k].arena = arena_new((size_t)16 << 20);
		}
	}
}

static void close_runs(struct issue_run *all)
{
	for (uint32_t i = 0; i < all->run_count; i++) {
		struct run *r = &all->runs[i];

		stage_drawer_close(&r->drawer);
		seal_wipe(r->rows, r->row_count * sizeof *r->rows);
		for (uint32_t k = 0; k < RUN_GROUPS; k++)
			arena_free(&r->groups[k].arena);
		arena_free(&r->arena);
	}
}

enum rc issue_run(struct issue *job, struct err *err)
{
	struct issue_run *all;
	uint32_t released;
	enum rc rc = ledger_shard_release(
		job->tenant->ledger, &job->tenant->actor, job->batch.id, &released, err);

	job->exit_code = EXIT_UNEXPECTED;
	if (rc == RC_OK)
		rc = ledger_batch_count(job->tenant->ledger, job->batch.id, &job->before, err);
	if (rc == RC_OK)
		rc = issue_set_policy(job, err);
	if (rc != RC_OK)
		return rc;
	job->exit_code = EXIT_UNEXPECTED;
	all = mem_zalloc(1, sizeof *all);
	all->job = job;
	open_runs(all);
	pump(all);
	close_runs(all);
	rc = all->failed ? all->rc : RC_OK;
	if (rc != RC_OK)
		*err = all->err;
	MEM_FREE(all);
	if (rc == RC_SYSTEM)
		job->exit_code = EXIT_TEMPORARY;
	return rc;
}
