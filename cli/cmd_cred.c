// SPDX-License-Identifier: Apache-2.0
/* certfill cred revoke|suspend|restore|correct|renew, status: issued credentials. Runs in: the command line. */
#include "base/buf.h"
#include "base/file.h"
#include "cli/commands.h"
#include "cli/link.h"
#include "cli/show.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LIST_LEN_MAX ((size_t)256 << 20)

struct change {
	const char *command; /* "cred revoke" */
	const char *question;
};

/* What is agreed to is what was shown: a list is read once, whatever becomes of its file meanwhile. */
static enum exit_code keep_list(struct cli *cli, struct link_file *list, int *kept)
{
	struct buf text = buf_new(LIST_LEN_MAX);
	enum rc rc = RC_OK;
	struct err err;

	if (*kept < 0) {
		rc = file_read_all(list->fd, "the list", LIST_LEN_MAX, &text, &err);
		if (rc == RC_OK)
			rc = file_memory_of("list", buf_bytes(&text), kept, &err);
	}
	buf_free(&text);
	if (rc == RC_OK && dup3(*kept, list->fd, O_CLOEXEC) < 0)
		rc = err_errno(&err, RC_SYSTEM, errno, "cannot keep the list");
	if (rc == RC_OK && lseek(list->fd, 0, SEEK_SET) != 0)
		rc = err_errno(&err, RC_SYSTEM, errno, "cannot read the list again");
	return rc == RC_OK ? EXIT_DONE : cli_fail(cli, EXIT_INPUT, "%s", err.text);
}

/*
 * The command as control gets it; files are opened anew for each attempt. kept: the list in memory from
 * the first one on.
 */
static enum exit_code prepare(
	struct cli *cli, const struct change *c, struct link_command *command, int *kept)
{
	static const char *const options[] = {"reason", "note", "until", "months", "encoding"};
	const char *file = cli_value(cli, "file");
	const char *template = cli_value(cli, "template");
	enum exit_code code = EXIT_DONE;

	*command = (struct link_command){
		.name = c->command, .needs_data = true, .out_dir = cli_value(cli, "out")};
	for (size_t i = 0; i < ARRAY_COUNT(options); i++)
		link_option(command, options[i], cli_value(cli, options[i]));
	for (size_t i = 0; i < cli->value_count; i++)
		if (strcmp(cli->values[i].name, "set") == 0)
			link_option(command, "set", cli->values[i].value);
	link_option(command, "id", cli->word_count != 0 ? cli->words[0] : NULL);
	link_option(command, "out", command->out_dir != NULL ? "yes" : NULL);
	if (file != NULL)
		code = link_open_file(cli, command, "list", file);
	if (code == EXIT_DONE && file != NULL)
		code = keep_list(cli, &command->files[0], kept);
	if (code == EXIT_DONE && template != NULL)
		code = link_open_file(cli, command, "template", template);
	return code;
}

static bool agrees(const char *question)
{
	char line[64];

	(void)fprintf(stderr, "%s [y/N] ", question);
	(void)fflush(stderr);
	if (fgets(line, sizeof line, stdin) == NULL)
		return false;
	return strcasecmp(line, "y\n") == 0 || strcasecmp(line, "yes\n") == 0;
}

/* The second time only what came of it is new. */
static void skip_preview(struct cli *cli, struct str json, void *context)
{
	json_t *o = json_loadb(json.p, json.n, 0, NULL);
	const char *type = o != NULL ? show_text(o, "message_type") : "";
	bool seen = strcmp(type, "target") == 0 || strcmp(type, "preview") == 0
		|| strcmp(type, "problem") == 0;

	(void)context;
	if (!seen)
		show_line(cli, json);
	json_decref(o);
}

/* What would change is shown first; then a person, or --yes, says that it shall. */
static enum exit_code run_change(struct cli *cli, const struct change *c)
{
	struct link_command command;
	AUTO_FD kept = -1;
	enum exit_code code = prepare(cli, c, &command, &kept);

	if (code != EXIT_DONE)
		return code;
	link_option(&command, "yes", cli->yes ? "yes" : NULL);
	link_option(&command, "ask", cli->input && !cli->yes ? "yes" : NULL);
	code = link_run(cli, &command);
	if (code != EXIT_CONFIRM || !cli->input || cli->yes)
		return code;
	if (!agrees(c->question))
		return cli_fail(cli, EXIT_CONFIRM, "nothing was changed");
	code = prepare(cli, c, &command, &kept);
	if (code != EXIT_DONE)
		return code;
	command.on_line = skip_preview;
	link_option(&command, "yes", "yes");
	return link_run(cli, &command);
}

static enum exit_code change(struct cli *cli, const struct change *c)
{
	if ((cli->word_count == 0) == (cli_value(cli, "file") == NULL))
		return cli_fail(cli, EXIT_USAGE,
			"name one credential, or a list of them with --file LIST.csv");
	return run_change(cli, c);
}

enum exit_code cmd_cred_revoke(struct cli *cli)
{
	return change(
		cli, &(const struct change){"cred revoke", "Revoke? Revocation is for good."});
}

enum exit_code cmd_cred_suspend(struct cli *cli)
{
	return change(cli, &(const struct change){"cred suspend", "Suspend?"});
}

enum exit_code cmd_cred_restore(struct cli *cli)
{
	return change(cli, &(const struct change){"cred restore", "Lift the suspension?"});
}

enum exit_code cmd_cred_correct(struct cli *cli)
{
	return change(cli,
		&(const struct change){
			"cred correct", "Issue corrected credentials in the place of these?"});
}

enum exit_code cmd_cred_renew(struct cli *cli)
{
	return change(cli,
		&(const struct change){
			"cred renew", "Issue renewed credentials in the place of these?"});
}

/* ---- links ---- */

enum exit_code cmd_cred_link(struct cli *cli)
{
	static const char *const options[] = {"artifact", "claim", "origin"};
	struct link_command command = {.name = "cred link", .needs_data = true};

	if ((cli_value(cli, "artifact") == NULL) == (cli_value(cli, "claim") == NULL))
		return cli_fail(cli, EXIT_USAGE,
			"say what for: --artifact pdf, png, pass, credential or jwt, or --claim");
	link_option(&command, "id", cli->words[0]);
	for (size_t i = 0; i < ARRAY_COUNT(options); i++)
		link_option(&command, options[i], cli_value(cli, options[i]));
	return link_run(cli, &command);
}

/* ---- lists ---- */

enum exit_code cmd_status_refresh(struct cli *cli)
{
	struct link_command command = {.name = "status refresh", .needs_data = true};

	link_option(&command, "all", cli_value(cli, "all"));
	return link_run(cli, &command);
}

enum exit_code cmd_status_export(struct cli *cli)
{
	struct link_command command = {
		.name = "status export", .needs_data = true, .out_dir = cli_value(cli, "to")};

	if (command.out_dir == NULL)
		return cli_fail(cli, EXIT_USAGE,
			"--to DIR is required: the root of a web site, for instance");
	/* To be served by others: not our private files. */
	if (mkdir(command.out_dir, 0755) != 0 && access(command.out_dir, W_OK | X_OK) != 0)
		return cli_fail(cli, EXIT_INPUT, "cannot write below %s", command.out_dir);
	return link_run(cli, &command);
}
