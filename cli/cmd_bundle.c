// SPDX-License-Identifier: Apache-2.0
/* certfill cred bundle: a file that verifies credentials without a network. Runs in: the command line. */
#include "base/file.h"
#include "cli/bundle.h"
#include "cli/commands.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static enum exit_code write_file(struct cli *cli, const char *path, struct bytes text)
{
	const char *slash = strrchr(path, '/');
	const char *dir = slash == NULL
		? "."
		: str_fmt(cli->arena, "%.*s", slash == path ? 1 : (int)(slash - path), path).p;
	AUTO_FD fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct err err;

	if (fd < 0)
		return cli_fail(cli, EXIT_INPUT, "cannot open %s: %s", dir, strerrordesc_np(errno));
	if (file_replace(fd, slash != NULL ? slash + 1 : path, 0644, text, &err) != RC_OK)
		return cli_fail(cli, EXIT_INPUT, "%s", err.text);
	return EXIT_DONE;
}

enum exit_code cmd_cred_bundle(struct cli *cli)
{
	const char *output = cli_value(cli, "output");
	struct bundle_ask ask = {.count = cli->word_count};
	struct bundle bundle = {0};
	enum exit_code code;

	if (output == NULL)
		return cli_fail(cli, EXIT_USAGE, "-o FILE is required: where the bundle goes");
	for (size_t i = 0; i < cli->word_count; i++)
		ask.ids[i] = cli->words[i];
	code = bundle_make(cli, &ask, &bundle);
	if (code == EXIT_DONE)
		code = write_file(cli, output, buf_bytes(&bundle.text));
	if (code == EXIT_DONE)
		cli_say(cli,
			"Wrote %s: certfill verify FILE --offline %s needs no network. It tells "
			"what was so now; status lists in it grow old.",
			output, output);
	buf_free(&bundle.text);
	return code;
}
