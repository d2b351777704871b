// SPDX-License-Identifier: Apache-2.0
/*
 * cred correct|renew: a new credential under the same award takes an issued one's place. It goes
 * through the same steps as any other, as a batch whose rows are the changed ones; what was issued
 * stays as it is and is marked as superseded. Runs in: control.
 */
#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/text.h"
#include "pipeline/plan_rows.h"
#include "pipeline/status.h"
#include "pipeline/targets.h"

#include <string.h>

#define CORRECT_ARENA ((size_t)512 << 20)
/* All the changes of one row. */
#define VALUES_MAX 150

struct correct_job {
	struct control *control;
	struct client *client;
	struct tenant *tenant;
	struct arena *arena; /* as long as the command */
	struct targets targets;
	struct str *batches; /* by target: where it was issued; empty: it is left out */
	struct plan_change *changes; /* by target */
	struct wire_value until; /* of renew: name empty when not given */
	struct wire_manifest manifest; /* of the batch that was looked at last */
	struct str manifest_of;
	bool renew;
	uint8_t exit_code;
};

static const char *action_of(const struct correct_job *job)
{
	return job->renew ? "renew" : "correct";
}

static void mark(struct target *t, enum target_state state, struct str why)
{
	t->state = state;
	t->why = why;
}

/* ---- one credential ---- */

static enum rc open_issued(
	struct correct_job *job, const struct credential *c, struct wire_row *row, struct err *err)
{
	uint8_t key[SEAL_KEY_LEN];
	enum rc rc = issue_unwrap(job->tenant, c->wrapped_key, c->recipient_tag, key, err);

	if (rc == RC_OK)
		rc = issue_open_row(job->tenant, key, c->ulid, c->sealed, job->arena, row, err);
	seal_wipe(key, sizeof key);
	return rc;
}

/* The values as intake shall check them; false when there are none. */
static bool gather(struct correct_job *job, struct target *t, struct wire_row_change *ask)
{
	struct wire_value *all = arena_zalloc(job->arena, VALUES_MAX + 1, sizeof *all);
	uint32_t n = 0;

	if (job->renew && job->until.name.n != 0)
		all[n++] = job->until;
	for (uint32_t i = 0; i < t->value_count && n < VALUES_MAX; i++) {
		if (job->renew && !str_eq_cz(t->values[i].name, "valid_until"))
			continue;
		if (job->renew)
			n = 0; /* the line's own day wins */
		all[n++] = t->values[i];
	}
	ask->values.items = all;
	ask->values.count = n;
	if (n == 0)
		mark(t, TARGET_REFUSED,
			job->renew ? STR("say until when: --until DATE, --months N, or a column "
					 "valid_until")
				   : STR("nothing to change is named: --set NAME=VALUE, or columns "
					 "with the new values"));
	return n != 0;
}

static enum rc read_manifest(struct tenant *t, struct arena *a, struct str batch,
	struct wire_manifest *out, struct err *err)
{
	struct batch b;
	bool found = false;
	enum rc rc = ledger_batch_find(t->ledger, a, batch, &b, &found, err);

	if (rc == RC_OK && !found)
		rc = err_set(err, RC_SYSTEM, "the ledger has a credential of no batch");
	return rc == RC_OK ? kept_read(&wire_manifest_type, b.manifest, a, out, err) : rc;
}

static bool names_result(const struct wire_row_change *ask)
{
	for (uint32_t i = 0; i < ask->values.count; i++)
		if (str_eq_nocase(str_slice(ask->values.items[i].name, 0, 6), STR("result")))
			return true;
	return false;
}

/* What the manifest said of the achievement's results, when one of them shall change. */
static enum rc describe_results(struct correct_job *job, const struct credential *c,
	struct wire_row_change *ask, struct err *err)
{
	const struct wire_manifest *m = &job->manifest;
	enum rc rc = RC_OK;

	if (!names_result(ask))
		return RC_OK;
	if (!str_eq(job->manifest_of, c->batch)) {
		rc = read_manifest(job->tenant, job->arena, c->batch, &job->manifest, err);
		job->manifest_of = c->batch;
	}
	for (uint32_t i = 0; rc == RC_OK && i < m->credentials.count; i++) {
		const struct wire_achievement *a = &m->credentials.items[i].achievement;
		uint32_t at = 0;
		uint32_t end;

		if (!str_eq(m->credentials.items[i].key, ask->row.credential))
			continue;
		while (at < a->more.count
			&& !str_eq_cz(a->more.items[at].name, "resultDescription"))
			at = wire_node_end(a->more.items, a->more.count, at);
		end = at < a->more.count ? wire_node_end(a->more.items, a->more.count, at) : at;
		ask->described.items = a->more.items + at;
		ask->described.count = end - at;
	}
	return rc;
}

/* Intake checks the row as it checks one of a cohort; false: it is refused, and why is said. */
static enum rc check_row(struct correct_job *job, struct target *t,
	const struct wire_row_change *ask, struct wire_row *out, bool *fine, struct err *err)
{
	struct wire_rows answer;
	enum rc rc = targets_need_intake(&job->targets, job->client, &job->exit_code, err);

	*fine = false;
	if (rc == RC_OK)
		rc = peer_ask(job->targets.intake, PEER_MESSAGE(MESSAGE_ROW_CHANGE, ask),
			job->arena, &answer, err);
	if (rc == RC_OK)
		rc = plan_check_page(&answer, err);
	if (rc != RC_OK)
		return rc;
	if (answer.rows.count == 0) {
		mark(t, TARGET_REFUSED,
			answer.errors.count != 0 ? str_fmt(job->arena, STR_FMT ": " STR_FMT,
				STR_ARG(answer.errors.items[0].column),
				STR_ARG(answer.errors.items[0].message))
						 : STR("intake refused it without a word"));
		return RC_OK;
	}
	*out = answer.rows.items[0];
	*fine = true;
	return RC_OK;
}

/* It has been replaced: by exactly this, or by something else? */
static enum rc judge_replaced(struct correct_job *job, struct target *t, const struct credential *c,
	const uint8_t content[32], struct err *err)
{
	struct credential newer;
	char id[ULID_TEXT_LEN + 1];
	bool found = false;
	enum rc rc = ledger_credential_find(
		job->tenant->ledger, job->arena, c->superseded_by, &newer, &found, err);

	if (rc != RC_OK)
		return rc;
	ulid_text(c->superseded_by, id);
	if (found && memcmp(newer.content_tag, content, 32) == 0)
		mark(t, TARGET_SAME, str_fmt(job->arena, "done already: %s is in its place", id));
	else
		mark(t, TARGET_REFUSED,
			str_fmt(job->arena, "%s has taken its place: change that one", id));
	return RC_OK;
}

static bool refuse_by_state(const struct credential *c, struct target *t)
{
	if (c->revoked)
		mark(t, TARGET_REFUSED, STR("it is revoked, which is for good"));
	else if (c->suspended)
		mark(t, TARGET_REFUSED,
			STR("it is suspended: lift the suspension first, a new one would escape "
			    "it"));
	else if (c->wrapped_key.n == 0)
		mark(t, TARGET_REFUSED, STR("its recipient's data was erased"));
	return t->state != TARGET_CHANGE;
}

static void keep_change(struct correct_job *job, uint32_t at, const struct credential *c,
	const struct wire_row *row)
{
	struct plan_change *p = &job->changes[at];
	int64_t today = job->targets.now_s - job->targets.now_s % 86400;

	*p = (struct plan_change){.row = *row,
		.credential = c->credential,
		.award_no = c->award_no,
		.generation = c->latest_generation,
		.wrapped_key = c->wrapped_key,
		/* A renewal begins today; what was awarded keeps its day in the row. */
		.valid_from_s = job->renew && today > row->issued_on ? today : row->issued_on};
	memcpy(p->ulid, c->ulid, sizeof p->ulid);
	memcpy(p->recipient_tag, c->recipient_tag, sizeof p->recipient_tag);
	job->batches[at] = c->batch;
}

/* "Jose" -> "José" for the preview; else which values are named. */
static struct str detail_of(
	struct correct_job *job, const struct wire_row_change *ask, const struct wire_row *row)
{
	char day[CLOCK_ISO_LEN];

	if (!str_eq(ask->row.name, row->name))
		return str_fmt(job->arena, "\"" STR_FMT "\" -> \"" STR_FMT "\"",
			STR_ARG(ask->row.name), STR_ARG(row->name));
	if (ask->row.valid_until != row->valid_until && row->valid_until != WIRE_NO_DAY) {
		clock_iso(row->valid_until, day);
		return str_fmt(job->arena, "valid until %.10s", day);
	}
	return ask->values.count != 0 ? ask->values.items[0].name : STR("");
}

static enum rc judge(struct correct_job *job, uint32_t at, const struct credential *c,
	struct str *detail, struct err *err)
{
	struct target *t = &job->targets.items[at];
	struct wire_row_change ask = {0};
	struct wire_row row;
	uint8_t content[32];
	bool fine = false;
	enum rc rc;

	if (refuse_by_state(c, t))
		return RC_OK;
	rc = open_issued(job, c, &ask.row, err);
	if (rc != RC_OK || !gather(job, t, &ask))
		return rc;
	rc = describe_results(job, c, &ask, err);
	if (rc != RC_OK)
		return rc;
	rc = check_row(job, t, &ask, &row, &fine, err);
	if (rc != RC_OK || !fine)
		return rc;
	*detail = detail_of(job, &ask, &row);
	if (job->renew && row.valid_until != WIRE_NO_DAY && row.valid_until < job->targets.now_s) {
		mark(t, TARGET_REFUSED, STR("it would end before today"));
		return RC_OK;
	}
	plan_content_tag(job->tenant, &row, content);
	if (c->superseded)
		rc = judge_replaced(job, t, c, content, err);
	else if (memcmp(c->content_tag, content, sizeof content) == 0)
		mark(t, TARGET_SAME, STR("it says this already"));
	/* What is done already stays in the batch's identity, so that a killed one is found again. */
	if (rc == RC_OK
		&& (t->state == TARGET_CHANGE || (t->state == TARGET_SAME && c->superseded)))
		keep_change(job, at, c, &row);
	return rc;
}

static enum rc look_at(struct correct_job *job, uint32_t at, struct err *err)
{
	struct target *t = &job->targets.items[at];
	struct credential c;
	struct str detail = STR("");
	bool found = false;
	enum rc rc = RC_OK;

	if (arena_left_len(job->arena) < ((size_t)4 << 20)) {
		job->exit_code = EXIT_INPUT;
		return err_set(err, RC_LIMIT, "the list is too long: hand it in in parts");
	}
	if (t->state == TARGET_CHANGE) {
		rc = ledger_credential_find(
			job->tenant->ledger, job->arena, t->ulid, &c, &found, err);
		if (rc == RC_OK && !found)
			t->state = TARGET_UNKNOWN;
		else if (rc == RC_OK)
			rc = judge(job, at, &c, &detail, err);
	}
	if (rc == RC_OK && at < TARGETS_SHOWN)
		targets_say(job->client, t, action_of(job), found ? &c : NULL, STR(""), detail);
	return rc;
}

/* ---- a batch of them ---- */

/* The group's identity is what it replaces by what: the same command finds its own batch again. */
static uint32_t take_group(
	struct correct_job *job, struct str batch, struct issue *issue, struct plan_change *to)
{
	struct hash_stream h;
	uint32_t n = 0;

	hash_start(&h);
	hash_add(&h, bytes_of(str_of(action_of(job))));
	for (uint32_t i = 0; i < job->targets.count; i++) {
		uint8_t content[32];

		if (!str_eq(job->batches[i], batch))
			continue;
		plan_content_tag(job->tenant, &job->changes[i].row, content);
		hash_add(&h, (struct bytes){job->changes[i].ulid, 16});
		hash_add(&h, (struct bytes){content, sizeof content});
		if (job->targets.items[i].state == TARGET_CHANGE)
			to[n++] = job->changes[i];
	}
	hash_finish(&h, issue->cohort.sha256);
	return n;
}

static enum rc open_manifest(struct issue *issue, struct str batch, struct err *err)
{
	enum rc rc = read_manifest(issue->tenant, issue->arena, batch, &issue->manifest, err);

	if (rc != RC_OK)
		return rc;
	issue->manifest.duplicate = DUPLICATE_SUPERSEDE;
	issue->manifest.all_or_nothing = false;
	issue->manifest.max_error_ratio = 1;
	issue->credential_count = issue->manifest.credentials.count;
	for (uint32_t i = 0; i < issue->credential_count; i++)
		issue->credentials[i] =
			(struct issue_credential){.asked = &issue->manifest.credentials.items[i],
				.cleaned = {.result_fd = -1},
				.compiled = {.fd = -1},
				.measurer = {.result_fd = -1}};
	return RC_OK;
}

static enum rc issue_group(struct correct_job *job, struct str batch, struct err *err)
{
	struct issue *issue = mem_zalloc(1, sizeof *issue);
	struct issue_changes changes = {.batch = batch};
	struct plan_change *items =
		arena_zalloc(job->arena, (size_t)job->targets.count + 1, sizeof *items);
	enum rc rc;

	issue->control = job->control;
	issue->client = job->client;
	issue->lost_before = peer_lost_count();
	issue->tenant = job->tenant;
	issue->arena = arena_new((size_t)256 << 20);
	issue->replaces = job->renew ? STATUS_RENEWED : STATUS_CORRECTED;
	issue->exit_code = EXIT_UNEXPECTED;
	changes.items = items;
	rc = open_manifest(issue, batch, err);
	if (rc == RC_OK) {
		changes.count = take_group(job, batch, issue, items);
		rc = issue_plan_changes(issue, &changes, err);
	}
	/* Done before by other means: there is no batch of this command, and nothing to do. */
	if (rc == RC_OK && issue->batch.id.n != 0)
		rc = issue_complete(issue, err);
	if (rc != RC_OK || issue->exit_code == EXIT_SOME_FAILED)
		job->exit_code = issue->exit_code;
	issue_close(issue);
	arena_free(&issue->arena);
	MEM_FREE(issue);
	return rc;
}

static enum rc issue_all(struct correct_job *job, struct err *err)
{
	enum rc rc = RC_OK;

	for (uint32_t i = 0; rc == RC_OK && i < job->targets.count; i++) {
		struct str batch = job->batches[i];
		bool first = batch.n != 0;

		for (uint32_t k = 0; first && k < i; k++)
			first = !str_eq(job->batches[k], batch);
		if (first)
			rc = issue_group(job, batch, err);
	}
	return rc;
}

/* ---- the command ---- */

static enum rc read_until(struct correct_job *job, struct err *err)
{
	struct str until = client_option(job->client, "until");
	struct str months = client_option(job->client, "months");
	char day[CLOCK_ISO_LEN];
	uint64_t n = 0;

	if (until.n != 0 && months.n != 0)
		return err_set(err, RC_INPUT, "--until and --months exclude each other");
	if (months.n != 0) {
		if (!str_to_u64(months, 1200, &n) || n == 0)
			return err_set(err, RC_INPUT, "--months wants a number from 1 to 1200");
		clock_iso(clock_add_months(clock_wall_s(), (uint32_t)n), day);
		until = str_dup(job->arena, (struct str){day, 10});
	}
	if (until.n != 0)
		job->until = (struct wire_value){STR("valid_until"), until};
	return RC_OK;
}

static enum rc run(struct correct_job *job, bool *ended, struct err *err)
{
	struct targets_count n;
	enum rc rc;

	job->exit_code = EXIT_USAGE;
	rc = read_until(job, err);
	if (rc == RC_OK)
		rc = targets_read(job->client, job->arena, &job->targets, &job->exit_code, err);
	if (rc != RC_OK)
		return rc;
	peer_free(&job->targets.intake); /* the list's; rows get one of their own */
	job->batches =
		arena_zalloc(job->arena, (size_t)job->targets.count + 1, sizeof *job->batches);
	job->changes =
		arena_zalloc(job->arena, (size_t)job->targets.count + 1, sizeof *job->changes);
	for (uint32_t i = 0; rc == RC_OK && i < job->targets.count; i++)
		rc = look_at(job, i, err);
	peer_free(&job->targets.intake);
	if (rc != RC_OK)
		return rc;
	n = targets_count(&job->targets);
	targets_say_counts(job->client, "preview", action_of(job), &n);
	if (!targets_confirmed(job->client, &n,
		    "new credentials would take the place of these; say --yes to go on (nothing "
		    "was changed)")) {
		*ended = true;
		return RC_OK;
	}
	job->exit_code = EXIT_DONE;
	rc = issue_all(job, err);
	targets_say_counts(job->client, "result", action_of(job), &n);
	if (rc == RC_OK && job->exit_code == EXIT_DONE)
		job->exit_code = targets_exit(&n);
	if (rc == RC_OK && job->targets.count == 1 && job->targets.items[0].why.n != 0
		&& job->exit_code != EXIT_DONE)
		return err_set(err, RC_INPUT, STR_FMT, STR_ARG(job->targets.items[0].why));
	return rc;
}

static void replace(struct control *control, struct client *client, bool renew)
{
	struct tenant tenant;
	struct correct_job job = {.control = control,
		.client = client,
		.tenant = &tenant,
		.renew = renew,
		.exit_code = EXIT_UNEXPECTED};
	struct err err = {0};
	bool ended = false;
	enum rc rc;

	if (!control_open_tenant(control, client, (struct str){NULL, 0}, false, &tenant))
		return;
	tenant.actor.reason = renew ? STR(STATUS_RENEWED) : STR(STATUS_CORRECTED);
	job.arena = arena_new(CORRECT_ARENA);
	rc = run(&job, &ended, &err);
	peer_free(&job.targets.intake);
	if (!ended)
		client_end_job(client, job.exit_code, rc, &err);
	arena_free(&job.arena);
	control->at_work = NULL;
	tenant_close(&tenant);
}

void command_cred_correct(struct control *control, struct client *client)
{
	replace(control, client, false);
}

void command_cred_renew(struct control *control, struct client *client)
{
	replace(control, client, true);
}
