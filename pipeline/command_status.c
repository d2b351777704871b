// SPDX-License-Identifier: Apache-2.0
/* cred revoke|suspend|restore, status refresh|export: status that changes, and its lists. Runs in: control. */
#include "base/clock.h"
#include "pipeline/issue.h"
#include "pipeline/out_lists.h"
#include "pipeline/status.h"
#include "pipeline/targets.h"
#include "pipeline/voided.h"

#include <string.h>

/* Lines of a list of two hundred thousand credentials with notes. */
#define STATUS_ARENA ((size_t)512 << 20)

struct action {
	const char *name; /* "revoke" */
	enum status_kind kind;
	const char *confirm;
};

static const struct action revoke = {"revoke", STATUS_REVOKED,
	"revocation is for good; say --yes to go on (nothing was changed)"};
static const struct action suspend = {
	"suspend", STATUS_SUSPENDED, "say --yes to go on (nothing was changed)"};
static const struct action restore = {
	"restore", STATUS_REINSTATED, "say --yes to go on (nothing was changed)"};

struct status_job {
	const struct action *action;
	struct control *control;
	struct client *client;
	struct tenant *tenant;
	struct arena *arena; /* as long as the command */
	struct arena *scratch; /* one credential */
	struct targets targets;
	struct status_lists lists;
	uint8_t exit_code;
};

/* ---- may it be? ---- */

static struct str purpose_of(const struct status_job *job, uint32_t list)
{
	for (uint32_t i = 0; i < job->lists.count; i++)
		if (job->lists.items[i].list == list)
			return job->lists.items[i].purpose;
	return STR("");
}

static void refuse(struct target *t, const char *why)
{
	t->state = TARGET_REFUSED;
	t->why = str_of(why);
}

static void same(struct target *t, const char *why)
{
	t->state = TARGET_SAME;
	t->why = str_of(why);
}

static void judge(const struct status_job *job, struct target *t, const struct credential *c)
{
	enum status_kind kind = job->action->kind;

	if (c->revoked && kind == STATUS_REVOKED)
		same(t, "revoked already");
	else if (c->revoked)
		refuse(t, "it is revoked, which is for good: issue a new one instead");
	else if (kind == STATUS_SUSPENDED && c->suspended)
		same(t, "suspended already");
	else if (kind == STATUS_SUSPENDED
		&& !str_eq_cz(purpose_of(job, c->status_list), "suspension"))
		refuse(t,
			"it was issued with a status that cannot be suspended; the manifest's "
			"\"status\": \"suspension\" allows it for credentials issued from then on");
	else if (kind == STATUS_REINSTATED && !c->suspended)
		same(t, "not suspended");
}

static enum rc check_reason(const struct status_job *job, struct target *t, struct err *err)
{
	if (t->reason.n == 0 && job->action->kind == STATUS_REINSTATED)
		t->reason = STR("other");
	if (t->reason.n == 0)
		return err_set(err, RC_INPUT, "--reason CODE is required: " STR_FMT,
			STR_ARG(status_reason_codes(job->action->kind, job->arena)));
	if (status_reason_phrase(job->action->kind, t->reason) == NULL)
		return err_set(err, RC_INPUT,
			"\"" STR_FMT "\" is no reason to %s; reasons are " STR_FMT,
			STR_ARG(str_slice(t->reason, 0, 64)), job->action->name,
			STR_ARG(status_reason_codes(job->action->kind, job->arena)));
	return RC_OK;
}

/* The recipient's name for the preview; nothing when the recipient was erased. */
static struct str name_of(const struct status_job *job, const struct credential *c)
{
	struct wire_row row = {0};
	uint8_t key[SEAL_KEY_LEN];
	struct err ignored;

	if (c->wrapped_key.n == 0
		|| issue_unwrap(job->tenant, c->wrapped_key, c->recipient_tag, key, &ignored)
			!= RC_OK)
		return STR("");
	if (issue_open_row(job->tenant, key, c->ulid, c->sealed, job->scratch, &row, &ignored)
		!= RC_OK)
		row.name = STR("");
	seal_wipe(key, sizeof key);
	return row.name;
}

static enum rc look_at(struct status_job *job, struct target *t, uint32_t shown, struct err *err)
{
	struct credential c;
	bool found = false;
	enum rc rc = RC_OK;

	arena_reset(job->scratch);
	if (t->state == TARGET_CHANGE) {
		rc = ledger_credential_find(
			job->tenant->ledger, job->scratch, t->ulid, &c, &found, err);
		if (rc == RC_OK && !found)
			t->state = TARGET_UNKNOWN;
		else if (rc == RC_OK)
			judge(job, t, &c);
		if (rc == RC_OK && t->state == TARGET_CHANGE) {
			rc = check_reason(job, t, err);
			job->exit_code = rc != RC_OK ? EXIT_USAGE : job->exit_code;
		}
		if (rc == RC_OK && found && t->note.n != 0 && c.wrapped_key.n == 0
			&& t->state == TARGET_CHANGE)
			refuse(t,
				"its recipient was erased, so no note about them can be kept; "
				"leave the note out");
	}
	if (rc == RC_OK && shown < TARGETS_SHOWN)
		targets_say(job->client, t, job->action->name, found ? &c : NULL,
			found ? name_of(job, &c) : STR(""), t->reason);
	return rc;
}

/* ---- doing it ---- */

static enum rc apply(struct status_job *job, struct targets_count *n, struct err *err)
{
	struct status_wish *wishes =
		arena_zalloc(job->arena, (size_t)n->change + 1, sizeof *wishes);
	uint32_t count = 0;
	uint32_t added;
	uint32_t made;
	enum rc rc;

	for (uint32_t i = 0; i < job->targets.count; i++) {
		const struct target *t = &job->targets.items[i];

		if (t->state != TARGET_CHANGE)
			continue;
		wishes[count] = (struct status_wish){
			.kind = job->action->kind, .reason = t->reason, .note = t->note};
		memcpy(wishes[count++].ulid, t->ulid, sizeof t->ulid);
	}
	rc = status_add(job->tenant, wishes, count, &added, err);
	n->change = added;
	/* Also when there was nothing to add: the last run may have been killed before this. */
	if (rc == RC_OK)
		rc = status_publish(job->tenant, false, &made, err);
	if (rc == RC_OK)
		voided_make(job->control, job->client, job->tenant);
	return rc;
}

static enum rc run(struct status_job *job, bool *ended, struct err *err)
{
	struct targets_count n;
	enum rc rc = targets_read(job->client, job->arena, &job->targets, &job->exit_code, err);

	peer_free(&job->targets.intake);
	if (rc == RC_OK)
		rc = ledger_status_lists(job->tenant->ledger, job->arena, &job->lists, err);
	for (uint32_t i = 0; rc == RC_OK && i < job->targets.count; i++)
		rc = look_at(job, &job->targets.items[i], i, err);
	if (rc != RC_OK)
		return rc;
	n = targets_count(&job->targets);
	targets_say_counts(job->client, "preview", job->action->name, &n);
	if (!targets_confirmed(job->client, &n, job->action->confirm)) {
		*ended = true;
		return RC_OK;
	}
	rc = apply(job, &n, err);
	targets_say_counts(job->client, "result", job->action->name, &n);
	job->exit_code = rc == RC_OK ? targets_exit(&n) : EXIT_UNEXPECTED;
	if (rc == RC_OK && job->targets.count == 1 && job->targets.items[0].why.n != 0
		&& job->exit_code != EXIT_DONE)
		return err_set(err, RC_INPUT, STR_FMT, STR_ARG(job->targets.items[0].why));
	return rc;
}

static void change_status(
	struct control *control, struct client *client, const struct action *action)
{
	struct tenant tenant;
	struct status_job job = {.action = action,
		.control = control,
		.client = client,
		.tenant = &tenant,
		.exit_code = EXIT_UNEXPECTED};
	struct err err = {0};
	bool ended = false;
	enum rc rc;

	if (!control_open_tenant(control, client, (struct str){NULL, 0}, false, &tenant))
		return;
	tenant.actor.role = STR("certification:revoke");
	tenant.actor.reason = client_option(client, "reason");
	job.arena = arena_new(STATUS_ARENA);
	job.scratch = arena_new((size_t)1 << 20);
	rc = run(&job, &ended, &err);
	if (!ended)
		client_end_job(client, job.exit_code, rc, &err);
	arena_free(&job.scratch);
	arena_free(&job.arena);
	control->at_work = NULL;
	tenant_close(&tenant);
}

void command_cred_revoke(struct control *control, struct client *client)
{
	change_status(control, client, &revoke);
}

void command_cred_suspend(struct control *control, struct client *client)
{
	change_status(control, client, &suspend);
}

void command_cred_restore(struct control *control, struct client *client)
{
	change_status(control, client, &restore);
}

/* ---- lists ---- */

static void say_list(struct client *client, const struct status_list *l)
{
	struct jsonw *w = client_say(client, "status_list");
	char iso[CLOCK_ISO_LEN];

	jsonw_key_i64(w, "list", l->list);
	jsonw_key_str(w, "purpose", l->purpose);
	jsonw_key_i64(w, "used", l->used);
	if (l->has_doc) {
		clock_iso(l->doc_built_s, iso);
		jsonw_key_str(w, "built", str_of(iso));
	}
	if (l->has_doc && l->doc_valid_until_s != INT64_MAX) {
		clock_iso(l->doc_valid_until_s, iso);
		jsonw_key_str(w, "valid_until", str_of(iso));
	}
	client_said(client);
}

/* As its address has it, so that the folder can be served as it is. */
static struct str path_of(struct arena *a, const struct status_doc *doc)
{
	return str_fmt(a, "%s/%u", str_eq_cz(doc->purpose, "1edtech") ? "revocations" : "status",
		doc->list);
}

static enum rc refresh(struct client *client, struct tenant *t, bool send, struct err *err)
{
	struct arena *a = client_arena(client);
	struct status_lists lists;
	uint32_t made = 0;
	enum rc rc = status_publish(t, client_has(client, "all"), &made, err);

	if (rc == RC_OK)
		rc = ledger_status_lists(t->ledger, a, &lists, err);
	for (uint32_t i = 0; rc == RC_OK && i < lists.count; i++) {
		say_list(client, &lists.items[i]);
		if (send)
			rc = out_send_list(client, t, lists.items[i].list, path_of, err);
	}
	if (rc == RC_OK) {
		struct jsonw *w = client_say(client, "status_lists");

		jsonw_key_i64(w, "lists", lists.count);
		jsonw_key_i64(w, "made", made);
		client_said(client);
	}
	return rc;
}

static void lists_command(struct control *control, struct client *client, bool send)
{
	struct tenant tenant;
	struct err err = {0};
	enum rc rc;

	if (!control_open_tenant(control, client, (struct str){NULL, 0}, false, &tenant))
		return;
	tenant.actor.role = STR("certification:revoke");
	rc = refresh(client, &tenant, send, &err);
	if (rc == RC_OK && !send)
		voided_make(control, client, &tenant);
	client_end(client, rc == RC_OK ? EXIT_DONE : control_exit_of(rc),
		rc == RC_OK ? NULL : err.text);
	control->at_work = NULL;
	tenant_close(&tenant);
}

void command_status_refresh(struct control *control, struct client *client)
{
	lists_command(control, client, false);
}

void command_status_export(struct control *control, struct client *client)
{
	lists_command(control, client, true);
}
