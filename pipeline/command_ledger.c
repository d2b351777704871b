// SPDX-License-Identifier: Apache-2.0
/* init, batch list|status|report, cred show|find, backup: what the ledger says. Runs in: control. */
#include "base/clock.h"
#include "base/credential_id.h"
#include "base/text.h"
#include "ipc/wire_common.h"
#include "pipeline/issue.h"
#include "pipeline/status.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The tenant at work when a job runs (quick command), else one opened for this command. */
static struct tenant *borrow(
	struct control *control, struct client *client, struct tenant *own, bool *opened)
{
	struct str asked = client_command(client)->tenant;

	*opened = false;
	if (control->at_work != NULL) {
		if (asked.n == 0 || str_eq(asked, control->at_work->settings.name))
			return control->at_work;
		client_end(client, EXIT_TEMPORARY,
			"a batch of another tenant is in work; try again when it is done");
		return NULL;
	}
	*opened = control_open_tenant(control, client, (struct str){NULL, 0}, false, own);
	return *opened ? own : NULL;
}

static void give_back(struct control *control, struct tenant *t, bool opened)
{
	if (!opened)
		return;
	control->at_work = NULL;
	tenant_close(t);
}

typedef enum rc ledger_command(
	struct client *client, struct tenant *t, uint8_t *exit_code, struct err *err);

static void run(struct control *control, struct client *client, ledger_command *command)
{
	struct tenant own;
	bool opened;
	struct tenant *t = borrow(control, client, &own, &opened);
	uint8_t exit_code = EXIT_UNEXPECTED;
	struct err err;
	enum rc rc;

	if (t == NULL)
		return;
	rc = command(client, t, &exit_code, &err);
	client_end_job(client, rc == RC_OK ? EXIT_DONE : exit_code, rc, &err);
	give_back(control, t, opened);
}

static bool is_plain_name(struct str name)
{
	for (size_t i = 0; i < name.n; i++)
		if ((unsigned char)name.p[i] < 0x20 || name.p[i] == 0x7F)
			return false;
	return name.n <= 200;
}

void command_init(struct control *control, struct client *client)
{
	struct tenant t;
	struct str base_url = client_option(client, "base-url");
	struct err err;

	if (base_url.n != 0 && tenant_check_base_url(base_url, &err) != RC_OK) {
		client_end(client, EXIT_USAGE, err.text);
		return;
	}
	if (!is_plain_name(client_option(client, "name"))) {
		client_end(client, EXIT_USAGE, "--name wants one line of at most 200 bytes");
		return;
	}
	if (!control_open_tenant(control, client, (struct str){NULL, 0}, true, &t))
		return;
	if (t.made)
		client_end(client, EXIT_DONE, NULL);
	else
		client_end(
			client, EXIT_CONFLICT, "this tenant exists already; init never overwrites");
	control->at_work = NULL;
	tenant_close(&t);
}

/* ---- batches ---- */

static void put_time(struct jsonw *w, const char *key, int64_t wall_s)
{
	char iso[CLOCK_ISO_LEN];

	if (wall_s == WIRE_NO_DAY)
		return;
	clock_iso(wall_s, iso);
	jsonw_key_str(w, key, str_of(iso));
}

static enum rc say_batch(
	struct client *client, struct tenant *t, const struct batch *b, struct err *err)
{
	struct batch_counts c;
	struct jsonw *w;
	enum rc rc = ledger_batch_count(t->ledger, b->id, &c, err);

	if (rc != RC_OK)
		return rc;
	w = client_say(client, "batch");
	jsonw_key_str(w, "batch", b->id);
	jsonw_key_str(w, "name", b->name);
	jsonw_key_str(w, "state", str_of(ledger_batch_state_name(b->state)));
	put_time(w, "created", b->created_s);
	jsonw_key_i64(w, "rows", c.rows);
	jsonw_key_i64(w, "issued", c.issued);
	jsonw_key_i64(w, "unchanged", c.unchanged);
	jsonw_key_i64(w, "failed", c.failed);
	jsonw_key_i64(w, "left_out", c.left_out);
	jsonw_key_i64(w, "shards", c.shards);
	jsonw_key_i64(w, "shards_done", c.shards_done);
	jsonw_key_bool(w, "done", b->state == BATCH_FINISHED);
	client_said(client);
	return RC_OK;
}

static enum rc list_batches(
	/* NOLINTNEXTLINE(readability-non-const-parameter): the table of commands fixes the type. */
	struct client *client, struct tenant *t, uint8_t *exit_code, struct err *err)
{
	struct arena *a = client_arena(client);
	struct batch_list page;
	struct str before = {NULL, 0};
	enum rc rc = RC_OK;

	(void)exit_code;
	do {
		rc = ledger_batch_list(t->ledger, a, before, 50, &page, err);
		for (uint32_t i = 0; rc == RC_OK && i < page.count; i++) {
			before = page.items[i].id;
			rc = say_batch(client, t, &page.items[i], err);
		}
	} while (rc == RC_OK && page.count == 50);
	return rc;
}

void command_batch_list(struct control *control, struct client *client)
{
	run(control, client, list_batches);
}

static enum rc find_batch(struct client *client, struct tenant *t, struct batch *b,
	uint8_t *exit_code, struct err *err)
{
	struct str id = client_option(client, "batch");
	bool found;
	enum rc rc = ledger_batch_find(t->ledger, client_arena(client), id, b, &found, err);

	if (rc == RC_OK && !found) {
		*exit_code = EXIT_NOT_FOUND;
		rc = err_set(err, RC_INPUT,
			"there is no batch \"" STR_FMT "\"; certfill batch list names them all",
			STR_ARG(id));
	}
	return rc;
}

static enum rc batch_status(
	struct client *client, struct tenant *t, uint8_t *exit_code, struct err *err)
{
	struct batch b;
	enum rc rc = find_batch(client, t, &b, exit_code, err);

	return rc == RC_OK ? say_batch(client, t, &b, err) : rc;
}

void command_batch_status(struct control *control, struct client *client)
{
	run(control, client, batch_status);
}

static void say_outcome(struct client *client, const struct batch_outcome *o)
{
	static const char *const names[] = {[OUTCOME_ISSUED] = "issued",
		[OUTCOME_UNCHANGED] = "unchanged",
		[OUTCOME_FAILED] = "failed"};
	struct jsonw *w = client_say(client, "row");
	char id[ULID_TEXT_LEN + 1];

	ulid_text(o->ulid, id);
	jsonw_key_i64(w, "row", o->row_no);
	jsonw_key_str(
		w, "outcome", str_of(o->result <= OUTCOME_FAILED ? names[o->result] : "unknown"));
	jsonw_key_str(w, "credential", str_of(id));
	jsonw_key_str(w, "message", o->code);
	client_said(client);
}

static void say_left_out(struct client *client, const struct batch_left_out *x)
{
	static const char *const names[] = {[LEFT_OUT_BAD] = "refused",
		[LEFT_OUT_UNCHANGED] = "unchanged",
		[LEFT_OUT_HELD] = "held"};
	struct jsonw *w = client_say(client, "row");
	char id[ULID_TEXT_LEN + 1] = "";

	if (x->kind == LEFT_OUT_UNCHANGED)
		ulid_text(x->ulid, id);
	jsonw_key_i64(w, "row", x->record);
	jsonw_key_str(w, "outcome", str_of(x->kind <= LEFT_OUT_HELD ? names[x->kind] : "unknown"));
	jsonw_key_str(w, "credential", str_of(id));
	jsonw_key_str(w, "message", x->kind == LEFT_OUT_BAD ? x->code : (struct str){NULL, 0});
	client_said(client);
}

static enum rc batch_report(
	struct client *client, struct tenant *t, uint8_t *exit_code, struct err *err)
{
	struct arena *a = arena_new((size_t)64 << 20);
	struct batch b;
	uint32_t after = 0;
	enum rc rc = find_batch(client, t, &b, exit_code, err);

	while (rc == RC_OK) {
		struct batch_outcomes page = {0};

		arena_reset(a);
		rc = ledger_batch_outcomes(t->ledger, a, b.id, after, 500, &page, err);
		for (uint32_t i = 0; rc == RC_OK && i < page.count; i++) {
			after = page.items[i].row_no;
			say_outcome(client, &page.items[i]);
		}
		if (page.count == 0)
			break;
	}
	for (uint32_t at = 0; rc == RC_OK; at += 500) {
		struct batch_left_outs page = {0};

		arena_reset(a);
		rc = ledger_batch_left_outs(t->ledger, a, b.id, at, 500, &page, err);
		for (uint32_t i = 0; rc == RC_OK && i < page.count; i++)
			say_left_out(client, &page.items[i]);
		if (page.count == 0)
			break;
	}
	arena_free(&a);
	return rc;
}

void command_batch_report(struct control *control, struct client *client)
{
	run(control, client, batch_report);
}

/* ---- credentials ---- */

static const char *verdict(const struct credential *c)
{
	if (c->revoked)
		return "revoked";
	if (c->suspended)
		return "suspended";
	if (c->superseded)
		return "superseded";
	if (c->valid_until_s != WIRE_NO_DAY && c->valid_until_s < clock_wall_s())
		return "expired";
	if (c->valid_from_s != WIRE_NO_DAY && c->valid_from_s > clock_wall_s())
		return "not yet valid";
	return "valid";
}

static void put_artifact(struct jsonw *w, const char *kind, const struct shard_artifact *x)
{
	char hex[65];

	text_hex((struct bytes){x->sha256, 32}, hex);
	jsonw_open(w, '{');
	jsonw_key_str(w, "kind", str_of(kind));
	jsonw_key_i64(w, "bytes", (int64_t)x->len);
	jsonw_key_str(w, "sha256", str_of(hex));
	jsonw_close(w, '}');
}

static void put_artifacts(struct jsonw *w, const struct credential *c)
{
	static const char *const names[] = {[ARTIFACT_PDF] = "pdf",
		[ARTIFACT_PNG] = "png",
		[ARTIFACT_BADGE] = "credential",
		[ARTIFACT_JWT] = "jwt",
		[ARTIFACT_PASS] = "pass",
		[ARTIFACT_JWT_1EDTECH] = "jwt-1edtech"};

	jsonw_key_open(w, "artifacts", '[');
	for (uint32_t i = 0; i < c->artifact_count; i++) {
		const struct shard_artifact *x = &c->artifacts[i];

		put_artifact(w, x->kind < ARRAY_COUNT(names) ? names[x->kind] : "other", x);
	}
	if (c->has_voided_pass)
		put_artifact(w, "pass-voided", &c->voided_pass);
	jsonw_close(w, ']');
}

/* What happened later, oldest first; the note only as long as the recipient's key is there. */
static enum rc put_events(struct jsonw *w, struct client *client, struct tenant *t,
	const struct credential *c, struct err *err)
{
	struct arena *a = client_arena(client);
	struct status_events events;
	enum rc rc = ledger_status_list(t->ledger, a, c->ulid, &events, err);

	jsonw_key_open(w, "events", '[');
	for (uint32_t i = 0; rc == RC_OK && i < events.count; i++) {
		const struct status_event *e = &events.items[i];
		struct str note = STR("");

		rc = status_open_note(t, c, e, a, &note, err);
		jsonw_open(w, '{');
		jsonw_key_str(w, "event", str_of(ledger_status_name((enum status_kind)e->kind)));
		put_time(w, "at", e->at_s);
		jsonw_key_str(w, "reason", e->reason);
		jsonw_key_str_if(w, "note", note);
		jsonw_key_str(w, "kid", e->kid);
		jsonw_close(w, '}');
	}
	jsonw_close(w, ']');
	return rc;
}

static enum rc say_credential(
	struct client *client, struct tenant *t, const struct credential *c, struct err *err)
{
	struct wire_row row = {0};
	uint8_t key[SEAL_KEY_LEN];
	struct jsonw *w;
	char id[ULID_TEXT_LEN + 1];
	enum rc rc = RC_OK;

	if (c->wrapped_key.n != 0) {
		rc = issue_unwrap(t, c->wrapped_key, c->recipient_tag, key, err);
		if (rc == RC_OK)
			rc = issue_open_row(
				t, key, c->ulid, c->sealed, client_arena(client), &row, err);
		seal_wipe(key, sizeof key);
	}
	if (rc != RC_OK)
		return rc;
	ulid_text(c->ulid, id);
	w = client_say(client, "credential");
	jsonw_key_str(w, "credential", str_of(id));
	jsonw_key_str(w, "verdict", str_of(verdict(c)));
	jsonw_key_str_if(w, "recipient_id", row.recipient_id);
	jsonw_key_str_if(w, "name", row.name);
	jsonw_key_str(w, "batch", c->batch);
	jsonw_key_i64(w, "row", c->row_no);
	jsonw_key_i64(w, "generation", c->generation);
	put_time(w, "issued", c->issued_s);
	put_time(w, "valid_from", c->valid_from_s);
	put_time(w, "valid_until", c->valid_until_s);
	jsonw_key_i64(w, "status_list", c->status_list);
	jsonw_key_i64(w, "status_index", c->status_index);
	if (c->superseded) {
		ulid_text(c->superseded_by, id);
		jsonw_key_str(w, "superseded_by", str_of(id));
	}
	rc = put_events(w, client, t, c, err);
	put_artifacts(w, c);
	jsonw_key_str(w, "record", c->record);
	client_said(client);
	return rc;
}

static enum rc cred_show(
	struct client *client, struct tenant *t, uint8_t *exit_code, struct err *err)
{
	struct str text = client_option(client, "id");
	struct credential c;
	uint8_t ulid[16];
	bool found = false;
	enum rc rc = RC_OK;

	*exit_code = EXIT_NOT_FOUND;
	if (credential_id_named(text, ulid))
		rc = ledger_credential_find(t->ledger, client_arena(client), ulid, &c, &found, err);
	if (rc == RC_OK && !found)
		return err_set(err, RC_INPUT,
			"there is no credential \"" STR_FMT
			"\"; certfill cred find looks by recipient id",
			STR_ARG(text));
	*exit_code = EXIT_UNEXPECTED;
	return rc == RC_OK ? say_credential(client, t, &c, err) : rc;
}

void command_cred_show(struct control *control, struct client *client)
{
	run(control, client, cred_show);
}

static enum rc cred_find(
	struct client *client, struct tenant *t, uint8_t *exit_code, struct err *err)
{
	struct str id = client_option(client, "recipient");
	struct credential_list list;
	uint8_t tag[32];
	enum rc rc;

	tenant_tag(t, "recipient", &id, 1, tag);
	rc = ledger_credential_find_recipient(
		t->ledger, client_arena(client), tag, 1000, &list, err);
	if (rc == RC_OK && list.count == 0) {
		*exit_code = EXIT_NOT_FOUND;
		return err_set(
			err, RC_INPUT, "no credential was issued to a recipient with this id");
	}
	for (uint32_t i = 0; rc == RC_OK && i < list.count; i++)
		rc = say_credential(client, t, &list.items[i], err);
	return rc;
}

void command_cred_find(struct control *control, struct client *client)
{
	run(control, client, cred_find);
}
