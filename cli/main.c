// SPDX-License-Identifier: Apache-2.0
/*
 * The command line: finds the command, reads its options, runs it.
 *
 * Runs in:  certfill, with the operator's own rights.
 * Trusts:   its arguments, environment and configuration; control's answers.
 * Holds:    nothing. Opens the files that the operator names, writes below --out.
 * If taken: the operator's own rights.
 */
#include "base/log.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/config.h"
#include "cli/options.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

static void print_commands(FILE *to)
{
	(void)fputs("certfill issues certificates in bulk: PDF, PNG, Open Badges 3.0 and wallet "
		    "pass.\n\n"
		    "Usage: certfill [OPTIONS] COMMAND\n\nCommands:\n",
		to);
	for (size_t i = 0; i < cli_command_count; i++) {
		const struct cli_command *c = &cli_commands[i];
		char left[64];

		text_fmt(left, sizeof left, "%s %s", c->name, c->usage);
		(void)fprintf(to, "  %-28s %s\n", left, c->help);
	}
	(void)fputs("\nOptions of every command:\n", to);
	options_print(options_global, to);
	(void)fputs("\ncertfill COMMAND --help says more. Exit codes: 0 done, 2 usage, 3 some rows "
		    "failed,\n"
		    "4 input invalid, 5 not found, 6 conflict, 7 key, 10 confirmation needed, 11 "
		    "sandbox,\n"
		    "75 try again later, 130/143 stopped by a signal after a clean drain.\n",
		to);
}

static void print_command(const struct cli_command *c)
{
	(void)printf("Usage: certfill %s %s\n\n%s\n\nOptions:\n", c->name, c->usage, c->help);
	options_print(c->options, stdout);
	(void)puts("\nOptions of every command:");
	options_print(options_global, stdout);
}

/* The longest command name that argv begins with; *used says how many words it took. */
static const struct cli_command *find_command(char **argv, int argc, int *used)
{
	char two[128];

	if (argc >= 2) {
		text_fmt(two, sizeof two, "%s %s", argv[0], argv[1]);
		for (size_t i = 0; i < cli_command_count; i++)
			if (strcmp(cli_commands[i].name, two) == 0) {
				*used = 2;
				return &cli_commands[i];
			}
	}
	for (size_t i = 0; argc >= 1 && i < cli_command_count; i++)
		if (strcmp(cli_commands[i].name, argv[0]) == 0) {
			*used = 1;
			return &cli_commands[i];
		}
	return NULL;
}

static enum exit_code run_command(struct cli *cli, const struct cli_command *c, struct options *o)
{
	struct err err;

	if (o->help) {
		print_command(c);
		return EXIT_DONE;
	}
	if (config_apply(cli, o, &err) != RC_OK)
		return cli_fail(cli, EXIT_USAGE, "%s", err.text);
	if (cli->word_count < c->words_min || cli->word_count > c->words_max)
		return cli_fail(cli, EXIT_USAGE, "usage: certfill %s %s", c->name, c->usage);
	return c->run(cli);
}

int main(int argc, char **argv)
{
	struct cli cli = {.arena = arena_new((size_t)256 << 20)};
	const struct cli_command *c;
	struct options o = {.cli = &cli};
	struct err err;
	enum exit_code code;
	int skipped;
	int used = 0;

	(void)signal(SIGPIPE, SIG_IGN);
	log_open("certfill", LOG_WARN);
	if (argc == 2 && strcmp(argv[1], "--version") == 0)
		return (int)cmd_version(&cli);
	skipped = options_leading(&o, argc - 1, argv + 1);
	c = find_command(argv + 1 + skipped, argc - 1 - skipped, &used);
	if (c == NULL) {
		bool asked =
			o.help || argc - 1 == skipped || strcmp(argv[1 + skipped], "help") == 0;

		print_commands(asked && argc > 1 ? stdout : stderr);
		if (!asked)
			(void)fprintf(stderr, "\ncertfill: there is no command \"%s\"\n",
				argv[1 + skipped]);
		return asked && argc > 1 ? EXIT_DONE : EXIT_USAGE;
	}
	if (options_parse(
		    &o, c->options, argc - 1 - skipped - used, argv + 1 + skipped + used, &err)
		!= RC_OK)
		code = cli_fail(&cli, EXIT_USAGE, "%s (certfill %s --help lists the options)",
			err.text, c->name);
	else
		code = run_command(&cli, c, &o);
	arena_free(&cli.arena);
	if (fflush(stdout) != 0 && code == EXIT_DONE)
		code = EXIT_UNEXPECTED;
	return (int)code;
}
