// SPDX-License-Identifier: Apache-2.0
/* Commands that ask control one thing and print what it says. Runs in: the command line. */
#include "cli/commands.h"
#include "cli/link.h"
#include "cli/show.h"

#include <stdio.h>
#include <unistd.h>

static enum exit_code ask(struct cli *cli, const char *name, const char *option, const char *value)
{
	struct link_command command = {.name = name, .needs_data = true};

	link_option(&command, option, value);
	return link_run(cli, &command);
}

enum exit_code cmd_init(struct cli *cli)
{
	struct link_command command = {.name = "init", .needs_data = true, .makes_data = true};

	link_option(&command, "name", cli_value(cli, "name"));
	link_option(&command, "base-url", cli_value(cli, "base-url"));
	return link_run(cli, &command);
}

enum exit_code cmd_doctor(struct cli *cli)
{
	struct link_command command = {
		.name = "doctor", .needs_data = access(cli->data, F_OK) == 0};

	link_option(&command, "mend", cli_value(cli, "mend"));
	return link_run(cli, &command);
}

enum exit_code cmd_batch_list(struct cli *cli)
{
	return ask(cli, "batch list", "unused", NULL);
}

enum exit_code cmd_batch_status(struct cli *cli)
{
	return ask(cli, "batch status", "batch", cli->words[0]);
}

enum exit_code cmd_batch_report(struct cli *cli)
{
	return ask(cli, "batch report", "batch", cli->words[0]);
}

enum exit_code cmd_cred_show(struct cli *cli)
{
	return ask(cli, "cred show", "id", cli->words[0]);
}

enum exit_code cmd_cred_rerender(struct cli *cli)
{
	return ask(cli, "cred rerender", "id", cli->words[0]);
}

enum exit_code cmd_cred_find(struct cli *cli)
{
	return ask(cli, "cred find", "recipient", cli->words[0]);
}

enum exit_code cmd_version(struct cli *cli)
{
	if (cli->json)
		(void)printf(
			"{\"message_type\":\"version\",\"version\":\"%s\",\"compiler\":\"%s\"}\n",
			CERTFILL_VERSION, __VERSION__);
	else
		(void)printf("certfill %s (built with %s)\n", CERTFILL_VERSION, __VERSION__);
	return EXIT_DONE;
}
