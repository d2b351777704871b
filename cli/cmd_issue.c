// SPDX-License-Identifier: Apache-2.0
/* certfill issue, batch export: cohorts in, files out. Runs in: the command line. */
#include "base/text.h"
#include "cli/commands.h"
#include "cli/link.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Directory part of path; "." when it has none. */
static const char *dir_of(struct cli *cli, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		return ".";
	return str_fmt(cli->arena, "%.*s", slash == path ? 1 : (int)(slash - path), path).p;
}

static bool is_directory(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* Better before ten thousand credentials than after. */
static enum exit_code check_out(struct cli *cli, const char *out, bool *made)
{
	*made = false;
	if (out == NULL)
		return EXIT_DONE;
	*made = mkdir(out, 0700) == 0;
	if (!*made && errno != EEXIST)
		return cli_fail(cli, EXIT_INPUT,
			"cannot make the directory %s: %s; nothing was issued", out,
			strerrordesc_np(errno));
	if (!is_directory(out))
		return cli_fail(cli, EXIT_INPUT,
			"%s is a file; --out wants a directory; nothing was issued", out);
	if (access(out, W_OK | X_OK) != 0)
		return cli_fail(cli, EXIT_INPUT, "cannot write below %s: %s; nothing was issued",
			out, strerrordesc_np(errno));
	return EXIT_DONE;
}

/* A command that failed before it wrote anything leaves no empty directory behind. */
static enum exit_code run_out(struct cli *cli, struct link_command *command, bool made)
{
	const char *out = command->out_dir;
	enum exit_code code = link_run(cli, command);

	if (made && code != EXIT_DONE)
		(void)rmdir(out);
	return code;
}

static enum exit_code open_inputs(
	struct cli *cli, struct link_command *command, const char *manifest)
{
	const char *template = cli_value(cli, "template");
	enum exit_code code = link_open_file(cli, command, "manifest", manifest);

	if (code == EXIT_DONE && cli->word_count != 0)
		code = link_open_file(cli, command, "cohort", cli->words[0]);
	if (code == EXIT_DONE && template != NULL)
		code = link_open_file(cli, command, "template", template);
	return code;
}

static bool check_workers(const char *text)
{
	uint64_t n;

	return text == NULL || (str_to_u64(str_of(text), 64, &n) && n != 0);
}

enum exit_code cmd_issue(struct cli *cli)
{
	const char *manifest = cli_value(cli, "manifest");
	struct link_command command = {.name = "issue",
		.needs_data = true,
		.makes_data = true,
		.out_dir = cli_value(cli, "out")};
	enum exit_code code;
	bool made = false;

	if (!check_workers(cli_value(cli, "workers")))
		return cli_fail(cli, EXIT_USAGE, "--workers wants a number from 1 to 64");
	if (manifest == NULL)
		return cli_fail(
			cli, EXIT_USAGE, "--manifest FILE is required: it says what to issue");
	command.manifest_dir = dir_of(cli, manifest);
	code = open_inputs(cli, &command, manifest);
	if (code == EXIT_DONE)
		code = check_out(cli, command.out_dir, &made);
	if (code != EXIT_DONE) {
		link_close_files(&command);
		return code;
	}
	link_cohort_options(cli, &command);
	link_option(&command, "workers", cli_value(cli, "workers"));
	link_option(&command, "replan", cli_value(cli, "replan"));
	link_option(&command, "plan-only", cli_value(cli, "plan-only"));
	link_option(&command, "out", command.out_dir != NULL ? "yes" : NULL);
	return run_out(cli, &command, made);
}

enum exit_code cmd_batch_export(struct cli *cli)
{
	struct link_command command = {
		.name = "batch export", .needs_data = true, .out_dir = cli_value(cli, "out")};
	enum exit_code code;
	bool made;

	if (command.out_dir == NULL)
		return cli_fail(cli, EXIT_USAGE, "--out DIR is required: where the files go");
	code = check_out(cli, command.out_dir, &made);
	if (code != EXIT_DONE)
		return code;
	link_option(&command, "batch", cli->words[0]);
	return run_out(cli, &command, made);
}
