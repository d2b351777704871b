// SPDX-License-Identifier: Apache-2.0
/* certfill key list, new, rotate, compromise. Runs in: the command line. */
#include "cli/commands.h"
#include "cli/link.h"
#include "cli/passphrase.h"

enum exit_code cmd_key_list(struct cli *cli)
{
	struct link_command command = {.name = "key list", .needs_data = true};

	return link_run(cli, &command);
}

enum exit_code cmd_key_new(struct cli *cli)
{
	struct link_command command = {.name = "key new", .needs_data = true};

	if (cli_value(cli, "alg") == NULL)
		return cli_fail(cli, EXIT_USAGE,
			"--alg is required: EdDSA (the next key for credentials), RS256 or ES256 "
			"(for JWTs in 1EdTech's profile)");
	link_option(&command, "alg", cli_value(cli, "alg"));
	link_option(&command, "overlap-days", cli_value(cli, "overlap-days"));
	return link_run(cli, &command);
}

enum exit_code cmd_key_rotate(struct cli *cli)
{
	struct link_command command = {.name = "key rotate", .needs_data = true};

	link_option(&command, "if-due", cli_value(cli, "if-due"));
	link_option(&command, "purpose", cli_value(cli, "purpose"));
	link_option(&command, "overlap-days", cli_value(cli, "overlap-days"));
	return link_run(cli, &command);
}

enum exit_code cmd_key_compromise(struct cli *cli)
{
	struct link_command command = {.name = "key compromise", .needs_data = true};

	if (!cli->yes)
		return cli_fail(cli, EXIT_CONFIRM,
			"key %s would be destroyed, and what it signed verifies no more anywhere; "
			"this cannot be undone. Say --yes to do it",
			cli->words[0]);
	link_option(&command, "kid", cli->words[0]);
	link_option(&command, "overlap-days", cli_value(cli, "overlap-days"));
	return link_run(cli, &command);
}

enum exit_code cmd_key_seal(struct cli *cli)
{
	struct link_command command = {.name = "key seal", .needs_data = true};
	const char *path = cli_value(cli, "new-passphrase-file");
	enum exit_code code = EXIT_DONE;
	struct err err;
	int fd = -1;

	if (path != NULL) {
		code = link_add_passphrase(cli, &command, "new-passphrase", path);
	} else if (passphrase_ask(cli, true, &fd, &err) != RC_OK) {
		code = cli_fail(cli, EXIT_USAGE, "%s", err.text);
	} else {
		command.files[command.file_count++] =
			(struct link_file){"new-passphrase", "new-passphrase", fd};
	}
	return code == EXIT_DONE ? link_run(cli, &command) : code;
}
