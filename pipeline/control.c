// SPDX-License-Identifier: Apache-2.0
/* The command table, and what commands share. Runs in: control. */
#include "pipeline/control.h"

#include "base/log.h"
#include "pipeline/status.h"

#include <fcntl.h>

const struct command control_commands[] = {
	{"init", false, true, command_init},
	{"doctor", false, false, command_doctor},
	{"issue", false, true, command_issue},
	{"template lint", false, false, command_template_lint},
	{"template clean", false, false, command_template_clean},
	{"template preview", false, false, command_template_preview},
	{"template import", false, true, command_template_import},
	{"template list", false, true, command_template_list},
	{"template show", false, true, command_template_show},
	{"template diff", false, true, command_template_diff},
	{"csv inspect", false, false, command_csv_inspect},
	{"csv map", false, false, command_csv_map},
	{"csv check", false, false, command_csv_check},
	{"csv convert", false, false, command_csv_convert},
	{"batch list", true, true, command_batch_list},
	{"batch status", true, true, command_batch_status},
	{"batch report", true, true, command_batch_report},
	{"batch export", false, true, command_batch_export},
	{"cred show", true, true, command_cred_show},
	{"cred rerender", false, true, command_cred_rerender},
	{"cred find", true, true, command_cred_find},
	{"cred link", false, true, command_cred_link},
	{"cred bundle", false, true, command_cred_bundle},
	{"cred revoke", false, true, command_cred_revoke},
	{"cred suspend", false, true, command_cred_suspend},
	{"cred restore", false, true, command_cred_restore},
	{"cred correct", false, true, command_cred_correct},
	{"cred renew", false, true, command_cred_renew},
	{"status refresh", false, true, command_status_refresh},
	{"status export", false, true, command_status_export},
	{"backup", true, true, command_backup},
	{"key list", true, true, command_key_list},
	{"key new", false, true, command_key_new},
	{"key rotate", false, true, command_key_rotate},
	{"key compromise", false, true, command_key_compromise},
	{"key seal", false, true, command_key_seal},
	{"key published", false, true, command_key_published},
};
const size_t control_command_count = ARRAY_COUNT(control_commands);

uint8_t control_exit_of(enum rc kind)
{
	switch (kind) {
	case RC_OK:
		return EXIT_DONE;
	case RC_INPUT:
	case RC_LIMIT:
		return EXIT_INPUT;
	case RC_AGAIN:
		return EXIT_TEMPORARY;
	case RC_SYSTEM:
	case RC_PEER:
		return EXIT_UNEXPECTED;
	}
	return EXIT_UNEXPECTED;
}

/* The tenant's name when nobody gave one. */
static enum rc choose_tenant(
	struct control *control, struct arena *a, struct str *name, struct err *err)
{
	struct ledger_names names;
	enum rc rc = ledger_list_tenants(control->house.data, a, &names, err);

	if (rc != RC_OK)
		return rc;
	if (names.count > 1)
		return err_set(err, RC_INPUT,
			"there are %u tenants here; say which one with --tenant", names.count);
	*name = names.count == 1 ? names.items[0] : STR("default");
	return RC_OK;
}

static void say_made(struct control *control, struct client *client, const struct tenant *t)
{
	client_note(client, "info",
		"Made %s: tenant \"" STR_FMT "\" of \"" STR_FMT "\", Ed25519 keys, secrets%s.",
		control->house.data, STR_ARG(t->settings.name), STR_ARG(t->settings.issuer_name),
		t->keys.pass_throwaway ? ", a throwaway certificate for wallet passes" : "");
	if (t->settings.demo)
		client_note(client, "warning",
			"no public base URL is set, so every certificate is marked DEMO; "
			"for real ones: certfill init --name NAME --base-url https://HOST in a new "
			"data directory");
}

static enum rc open_passphrase(void *context, bool must, int *fd, struct err *err)
{
	struct client *client = context;
	struct str ignored;
	int given = client_file(client, "passphrase", &ignored);

	*fd = given >= 0 ? fcntl(given, F_DUPFD_CLOEXEC, 0) : -1;
	if (*fd >= 0 || !must)
		return RC_OK;
	return client_need(client, "passphrase", STR("keys"), fd, &ignored, err);
}

struct tenant_passphrase control_passphrase(struct client *client)
{
	return (struct tenant_passphrase){open_passphrase, client};
}

bool control_open_tenant_as(struct control *control, struct client *client,
	const struct control_ask *what, struct tenant *out)
{
	struct tenant_ask ask = {.name = client_command(client)->tenant,
		.principal = client_command(client)->principal,
		.role = what->role,
		.create = what->create,
		.create_beside = str_eq_cz(client_command(client)->name, "init"),
		.workers = !what->ledger_only,
		.passphrase = control_passphrase(client),
		.issuer_name = client_option(client, "name"),
		.base_url = client_option(client, "base-url")};
	uint8_t exit_code = EXIT_USAGE;
	struct err err;
	enum rc rc = RC_OK;

	if (ask.name.n == 0)
		ask.name = what->wanted;
	if (ask.name.n == 0)
		rc = choose_tenant(control, client_arena(client), &ask.name, &err);
	if (rc == RC_OK)
		rc = tenant_open(&control->house, &ask, out, &exit_code, &err);
	if (rc != RC_OK) {
		client_end_job(client, exit_code, rc, &err);
		return false;
	}
	if (!what->ledger_only)
		control->at_work = out;
	/* What a killed command still owes, with whatever comes next; the command itself may go on. */
	if (!what->ledger_only && status_settle(out, &err) != RC_OK)
		log_line(LOG_WARN, "events of an unfinished batch are missing: %s", err.text);
	if (out->made)
		say_made(control, client, out);
	return true;
}

bool control_open_tenant(struct control *control, struct client *client, struct str wanted,
	bool create, struct tenant *out)
{
	return control_open_tenant_as(control, client,
		&(struct control_ask){
			.wanted = wanted, .role = STR("certification:issue"), .create = create},
		out);
}
