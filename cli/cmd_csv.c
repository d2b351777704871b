// SPDX-License-Identifier: Apache-2.0
/* certfill csv inspect|map|check|convert: no state, no network. Runs in: the command line. */
#include "cli/commands.h"
#include "cli/files.h"
#include "cli/link.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static enum exit_code open_files(struct cli *cli, struct link_command *command)
{
	const char *manifest = cli_value(cli, "manifest");
	enum exit_code code = EXIT_DONE;

	if (cli->word_count != 0)
		code = link_open_file(cli, command, "cohort", cli->words[0]);
	if (code == EXIT_DONE && manifest != NULL)
		code = link_open_file(cli, command, "manifest", manifest);
	return code;
}

/* output: where rows go; NULL: nowhere. */
static enum exit_code run(struct cli *cli, const char *name, const char *output)
{
	struct link_command command = {.name = name};
	const char *leaf = NULL;
	enum exit_code code = open_files(cli, &command);

	if (code == EXIT_DONE && output != NULL) {
		command.out_dir = files_dir_of(cli->arena, output, &leaf);
		link_option(&command, "output", leaf);
		if (access(command.out_dir, W_OK | X_OK) != 0)
			code = cli_fail(cli, EXIT_INPUT,
				"cannot write in %s: %s; -o says where else to", command.out_dir,
				strerrordesc_np(errno));
	}
	if (code != EXIT_DONE) {
		link_close_files(&command);
		return code;
	}
	link_cohort_options(cli, &command);
	return link_run(cli, &command);
}

enum exit_code cmd_csv_inspect(struct cli *cli)
{
	return run(cli, "csv inspect", NULL);
}

enum exit_code cmd_csv_map(struct cli *cli)
{
	return run(cli, "csv map", NULL);
}

/* cohort.csv has its errors in cohort.errors.csv, beside it. */
enum exit_code cmd_csv_check(struct cli *cli)
{
	const char *output = cli_value(cli, "output");
	const char *cohort = cli->words[0];
	const char *slash = strrchr(cohort, '/');
	const char *dot = strrchr(slash != NULL ? slash : cohort, '.');
	size_t stem = dot != NULL ? (size_t)(dot - cohort) : strlen(cohort);

	if (output == NULL)
		output = str_fmt(cli->arena, "%.*s.errors.csv", (int)stem, cohort).p;
	return run(cli, "csv check", output);
}

enum exit_code cmd_csv_convert(struct cli *cli)
{
	const char *output = cli_value(cli, "output");

	if (output == NULL)
		return cli_fail(cli, EXIT_USAGE, "-o FILE is required: where the rows go");
	return run(cli, "csv convert", output);
}
