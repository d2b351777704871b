// SPDX-License-Identifier: Apache-2.0
/*
 * Control: which command does what. A job runs alone, from top to bottom, and may wait; a quick
 * command answers inside a turn of the loop, also while a job runs, and may not.
 */
#ifndef PIPELINE_CONTROL_H
#define PIPELINE_CONTROL_H

#include "pipeline/client.h"
#include "pipeline/house.h"
#include "pipeline/tenant.h"

struct control {
	struct house house;
	bool has_house; /* false: started for a command that needs no data directory */
	/* The tenant whose job runs; NULL: none. Quick commands may use it. */
	struct tenant *at_work;
};

struct command {
	const char *name;
	bool quick_when_busy; /* may be answered inside a turn while a job runs */
	bool needs_data;
	/* Ends the client itself, by client_end. */
	void (*run)(struct control *control, struct client *client);
};

extern const struct command control_commands[];
extern const size_t control_command_count;

void command_init(struct control *control, struct client *client);
void command_doctor(struct control *control, struct client *client);
void command_issue(struct control *control, struct client *client);
void command_template_lint(struct control *control, struct client *client);
void command_template_clean(struct control *control, struct client *client);
void command_template_preview(struct control *control, struct client *client);
void command_template_import(struct control *control, struct client *client);
void command_template_list(struct control *control, struct client *client);
void command_template_show(struct control *control, struct client *client);
void command_template_diff(struct control *control, struct client *client);
void command_csv_inspect(struct control *control, struct client *client);
void command_csv_map(struct control *control, struct client *client);
void command_csv_check(struct control *control, struct client *client);
void command_csv_convert(struct control *control, struct client *client);
void command_batch_list(struct control *control, struct client *client);
void command_batch_status(struct control *control, struct client *client);
void command_batch_report(struct control *control, struct client *client);
void command_batch_export(struct control *control, struct client *client);
void command_cred_show(struct control *control, struct client *client);
void command_cred_rerender(struct control *control, struct client *client);
void command_cred_find(struct control *control, struct client *client);
void command_cred_bundle(struct control *control, struct client *client);
void command_cred_link(struct control *control, struct client *client);
void command_cred_revoke(struct control *control, struct client *client);
void command_cred_suspend(struct control *control, struct client *client);
void command_cred_restore(struct control *control, struct client *client);
void command_cred_correct(struct control *control, struct client *client);
void command_cred_renew(struct control *control, struct client *client);
void command_status_refresh(struct control *control, struct client *client);
void command_status_export(struct control *control, struct client *client);
void command_backup(struct control *control, struct client *client);
void command_key_list(struct control *control, struct client *client);
void command_key_new(struct control *control, struct client *client);
void command_key_rotate(struct control *control, struct client *client);
void command_key_compromise(struct control *control, struct client *client);
void command_key_seal(struct control *control, struct client *client);
void command_key_published(struct control *control, struct client *client);

/* The exit code for a failure of a stage that has none of its own. */
uint8_t control_exit_of(enum rc kind);
/*
 * Opens the tenant a command means: --tenant, else wanted (may be empty), else the only one, else
 * "default". On failure the client is ended and false comes back.
 */
bool control_open_tenant(struct control *control, struct client *client, struct str wanted,
	bool create, struct tenant *out);

struct control_ask {
	struct str wanted; /* the tenant when the command names none; may be empty */
	struct str role; /* of the actor */
	bool create;
	bool ledger_only; /* no workers, and not the tenant that quick commands may use */
};
/* The passphrase that the command line brought along, or is asked for. */
struct tenant_passphrase control_passphrase(struct client *client);
/* The same for commands with other needs. */
bool control_open_tenant_as(struct control *control, struct client *client,
	const struct control_ask *what, struct tenant *out);

#endif
