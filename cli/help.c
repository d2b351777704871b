// SPDX-License-Identifier: Apache-2.0
/* Help texts, made from the table of commands. Runs in: the command line. */
#include "cli/help.h"

#include "base/text.h"
#include "cli/options.h"

#include <string.h>

static bool is_of_family(const struct cli_command *c, const char *family)
{
	size_t n = strlen(family);

	return strncmp(c->name, family, n) == 0 && c->name[n] == ' ';
}

bool help_is_family(const char *word)
{
	for (size_t i = 0; i < cli_command_count; i++)
		if (is_of_family(&cli_commands[i], word))
			return true;
	return false;
}

static void print_line(const struct cli_command *c, FILE *to)
{
	char left[64];

	text_fmt(left, sizeof left, "%s %s", c->name, c->usage);
	(void)fprintf(to, "  %-28s %s\n", left, c->help);
}

static void print_family(const char *family, FILE *to)
{
	(void)fprintf(to, "Usage: certfill %s COMMAND\n\nCommands:\n", family);
	for (size_t i = 0; i < cli_command_count; i++)
		if (is_of_family(&cli_commands[i], family))
			print_line(&cli_commands[i], to);
	(void)fprintf(to, "\ncertfill %s COMMAND --help says more.\n", family);
}

void help_print_commands(const char *family, FILE *to)
{
	if (family != NULL) {
		print_family(family, to);
		return;
	}
	(void)fputs("certfill issues certificates in bulk: PDF, PNG, Open Badges 3.0 and wallet "
		    "pass.\n\n"
		    "Usage: certfill [OPTIONS] COMMAND\n\nCommands:\n",
		to);
	for (size_t i = 0; i < cli_command_count; i++)
		print_line(&cli_commands[i], to);
	(void)fputs("\nOptions of every command:\n", to);
	options_print(options_global, to);
	(void)fputs("\ncertfill COMMAND --help says more. Exit codes: 0 done, 2 usage, 3 some rows "
		    "failed,\n"
		    "4 input invalid, 5 not found, 6 conflict, 7 key, 10 confirmation needed, 11 "
		    "sandbox,\n"
		    "75 try again later, 130/143 stopped by a signal after a clean drain.\n",
		to);
}

void help_print_command(const struct cli_command *c)
{
	(void)printf("Usage: certfill %s%s%s\n\n%s\n", c->name, c->usage[0] != '\0' ? " " : "",
		c->usage, c->help);
	if (c->options[0].name != NULL) {
		(void)puts("\nOptions:");
		options_print(c->options, stdout);
	}
	(void)puts("\nOptions of every command:");
	options_print(options_global, stdout);
}
