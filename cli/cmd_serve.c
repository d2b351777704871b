// SPDX-License-Identifier: Apache-2.0
/* certfill serve: becomes certfill-serve, which stays in the foreground. Runs in: the command line. */
#include "cli/commands.h"
#include "cli/link.h"
#include "cli/passphrase.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* Options of ours and the words of certfill-serve (serve/serve_options.h). */
static const struct {
	const char *option;
	const char *word;
} words[] = {{"listen", "listen"}, {"tls", "tls"}, {"ops", "ops"}, {"cert", "cert"}, {"key", "key"},
	{"client-roots", "client-roots"}, {"client-optional", "client-optional"},
	{"access-log", "access-log"}, {"proxy", "proxy"}, {"proxy-header", "source"},
	{"workers", "workers"}, {"connections", "connections"}, {"address-rate", "address-rate"},
	{"tenant-rate", "tenant-rate"}};

static void add_words(struct cli *cli, char **argv, size_t *count)
{
	for (size_t i = 0; i < cli->value_count; i++)
		for (size_t k = 0; k < ARRAY_COUNT(words); k++)
			if (strcmp(cli->values[i].name, words[k].option) == 0
				&& cli->values[i].value != NULL)
				argv[(*count)++] = (char *)(uintptr_t)str_fmt(
					cli->arena, "%s=%s", words[k].word, cli->values[i].value)
							   .p;
}

/* A passphrase goes as a descriptor that the exec leaves open; it stands in no argument. */
static enum exit_code add_passphrase(struct cli *cli, char **argv, size_t *count, struct err *err)
{
	const char *path = passphrase_path(cli);
	int fd = -1;

	if (path == NULL)
		return EXIT_DONE;
	if (passphrase_of_file(path, &fd, err) != RC_OK)
		return EXIT_KEY;
	(void)fcntl(fd, F_SETFD, 0);
	argv[(*count)++] = (char *)(uintptr_t)str_fmt(cli->arena, "passphrase-fd=%d", fd).p;
	return EXIT_DONE;
}

enum exit_code cmd_serve(struct cli *cli)
{
	const char *path = link_program(cli, "certfill-serve");
	char *argv[CLI_VALUES_MAX + 4];
	struct err err = {0};
	size_t count = 0;
	enum exit_code code;

	argv[count++] = (char *)(uintptr_t) "certfill-serve";
	argv[count++] = (char *)(uintptr_t)cli->data;
	add_words(cli, argv, &count);
	code = add_passphrase(cli, argv, &count, &err);
	if (code != EXIT_DONE)
		return cli_fail(cli, code, "%s", err.text);
	argv[count] = NULL;
	execv(path, argv);
	return cli_fail(cli, EXIT_UNEXPECTED, "cannot start %s: %s", path, strerrordesc_np(errno));
}
