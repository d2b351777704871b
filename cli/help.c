// SPDX-License-Identifier: Apache-2.0
/* Help texts, made from the table of commands. Runs in: the command line. */
#include "cli/help.h"

#include "base/suggest.h"
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

/* "revoke" for "cred revoke". */
static const char *find_by_last_word(const char *wrong)
{
	struct suggestion near = {NULL, 0};
	const char *whole = NULL;

	for (size_t i = 0; i < cli_command_count; i++) {
		const char *space = strchr(cli_commands[i].name, ' ');
		const char *before = near.word;

		if (space != NULL)
			suggest_offer(&near, str_of(wrong), space + 1);
		if (near.word != before)
			whole = cli_commands[i].name;
	}
	return whole;
}

const char *help_suggest(struct arena *a, const char *family, const char *wrong, const char *next)
{
	struct str both = next != NULL ? str_fmt(a, "%s %s", wrong, next) : str_of(wrong);
	size_t skipped = family != NULL ? strlen(family) + 1 : 0;
	struct suggestion near = {NULL, 0};

	for (size_t i = 0; i < cli_command_count; i++) {
		const struct cli_command *c = &cli_commands[i];

		if (family != NULL && !is_of_family(c, family))
			continue;
		suggest_offer(&near, str_of(wrong), c->name + skipped);
		suggest_offer(&near, both, c->name + skipped);
	}
	if (near.word == NULL)
		return family == NULL ? find_by_last_word(wrong) : NULL;
	return near.word - skipped;
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
	(void)fputs(
		"\ncertfill COMMAND --help says more. Exit codes: 0 done, 1 unexpected, 2 usage,\n"
		"3 some rows failed, 4 input invalid, 5 not found, 6 conflict, 7 key, 8 verify: "
		"not "
		"valid,\n"
		"9 verify: could not be determined, 10 confirmation needed, 11 sandbox, 75 try "
		"again\n"
		"later, 130/143 stopped by a signal after a clean drain.\n",
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
