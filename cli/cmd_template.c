// SPDX-License-Identifier: Apache-2.0
/* certfill template ...: only what has a name needs a data directory. Runs in: the command line. */
#include "cli/commands.h"
#include "cli/files.h"
#include "cli/link.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum exit_code run(struct cli *cli, const char *name, const char *output)
{
	struct link_command command = {.name = name};
	const char *leaf = NULL;
	enum exit_code code = link_open_file(cli, &command, "template", cli->words[0]);

	if (code != EXIT_DONE)
		return code;
	if (output != NULL) {
		command.out_dir = files_dir_of(cli->arena, output, &leaf);
		if (access(command.out_dir, W_OK | X_OK) != 0) {
			link_close_files(&command);
			return cli_fail(cli, EXIT_INPUT, "cannot write in %s: %s", command.out_dir,
				strerrordesc_np(errno));
		}
		link_option(&command, "output", leaf);
	}
	return link_run(cli, &command);
}

enum exit_code cmd_template_lint(struct cli *cli)
{
	return run(cli, "template lint", NULL);
}

enum exit_code cmd_template_clean(struct cli *cli)
{
	const char *output = cli_value(cli, "output");

	if (output == NULL)
		return cli_fail(
			cli, EXIT_USAGE, "-o OUT is required: where the cleaned template goes");
	return run(cli, "template clean", output);
}

/* A directory for pictures and the document; made when it is missing. */
static enum exit_code check_dir(struct cli *cli, const char *dir)
{
	if (mkdir(dir, 0700) != 0 && errno != EEXIST)
		return cli_fail(cli, EXIT_INPUT, "cannot make the directory %s: %s", dir,
			strerrordesc_np(errno));
	if (access(dir, W_OK | X_OK) != 0)
		return cli_fail(
			cli, EXIT_INPUT, "cannot write below %s: %s", dir, strerrordesc_np(errno));
	return EXIT_DONE;
}

/* One file with -o, or a directory with --out. */
static enum exit_code take_output(struct cli *cli, struct link_command *command)
{
	const char *output = cli_value(cli, "output");
	struct str path = str_of(output);
	const char *leaf = NULL;

	command->out_dir = cli_value(cli, "out");
	if ((output != NULL) == (command->out_dir != NULL))
		return cli_fail(cli, EXIT_USAGE,
			"-o FILE.png, -o FILE.pdf or --out DIR is required, one of them");
	if (output == NULL)
		return check_dir(cli, command->out_dir);
	if (!str_ends(path, STR(".pdf")) && !str_ends(path, STR(".png")))
		return cli_fail(cli, EXIT_USAGE, "-o wants a name that ends in .png or .pdf");
	if (str_ends(path, STR(".png")) && cli_value(cli, "manifest") != NULL)
		return cli_fail(cli, EXIT_USAGE,
			"a cohort's preview has several pages: -o FILE.pdf, or --out DIR for "
			"pictures");
	command->out_dir = files_dir_of(cli->arena, output, &leaf);
	link_option(command, "output", leaf);
	if (access(command->out_dir, W_OK | X_OK) != 0)
		return cli_fail(cli, EXIT_INPUT, "cannot write in %s: %s", command->out_dir,
			strerrordesc_np(errno));
	return EXIT_DONE;
}

enum exit_code cmd_template_preview(struct cli *cli)
{
	struct link_command command = {.name = "template preview"};
	const char *manifest = cli_value(cli, "manifest");
	const char *cohort = cli_value(cli, "cohort");
	enum exit_code code;

	if (cohort != NULL && manifest == NULL)
		return cli_fail(cli, EXIT_USAGE,
			"--cohort wants --manifest FILE, too: it says what the rows are for");
	code = take_output(cli, &command);
	if (code == EXIT_DONE)
		code = link_open_file(cli, &command, "template", cli->words[0]);
	if (code == EXIT_DONE && manifest != NULL)
		code = link_open_file(cli, &command, "manifest", manifest);
	if (code == EXIT_DONE && cohort != NULL)
		code = link_open_file(cli, &command, "cohort", cohort);
	link_cohort_options(cli, &command);
	if (code == EXIT_DONE)
		return link_run(cli, &command);
	link_close_files(&command);
	return code;
}

enum exit_code cmd_template_import(struct cli *cli)
{
	struct link_command command = {
		.name = "template import", .needs_data = true, .makes_data = true};
	const char *name = cli_value(cli, "name");
	enum exit_code code;

	if (name == NULL)
		return cli_fail(
			cli, EXIT_USAGE, "--name NAME is required: what the template is called");
	code = link_open_file(cli, &command, "template", cli->words[0]);
	if (code != EXIT_DONE)
		return code;
	link_option(&command, "as", name);
	return link_run(cli, &command);
}

enum exit_code cmd_template_list(struct cli *cli)
{
	struct link_command command = {.name = "template list", .needs_data = true};

	link_option(&command, "name", cli->word_count != 0 ? cli->words[0] : NULL);
	return link_run(cli, &command);
}

enum exit_code cmd_template_show(struct cli *cli)
{
	struct link_command command = {.name = "template show", .needs_data = true};

	link_option(&command, "template", cli->words[0]);
	return link_run(cli, &command);
}

enum exit_code cmd_template_diff(struct cli *cli)
{
	struct link_command command = {.name = "template diff", .needs_data = true};
	enum exit_code code = link_open_file(cli, &command, "template", cli->words[0]);

	if (code == EXIT_DONE)
		code = link_open_file(cli, &command, "other", cli->words[1]);
	if (code == EXIT_DONE)
		return link_run(cli, &command);
	link_close_files(&command);
	return code;
}
