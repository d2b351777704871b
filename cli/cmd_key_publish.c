// SPDX-License-Identifier: Apache-2.0
/* certfill key publish. Runs in: the command line. */
#include "base/file.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/key_files.h"
#include "cli/link.h"
#include "cli/show.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum rc open_dir(const char *dir, int *fd, struct err *err)
{
	char keys[4096];

	if ((mkdir(dir, 0755) != 0 && errno != EEXIST)
		|| !text_fmt(keys, sizeof keys, "%s/keys", dir)
		|| (mkdir(keys, 0755) != 0 && errno != EEXIST))
		return err_errno(err, RC_SYSTEM, errno, "cannot make the directory %s", dir);
	*fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return *fd >= 0 ? RC_OK : err_errno(err, RC_INPUT, errno, "cannot open %s", dir);
}

/* Single keys first, the set last: whoever finds a kid in the set finds the rest. */
static enum rc write_all(const char *dir, const struct key_file_list *list, struct err *err)
{
	AUTO_FD fd = -1;
	AUTO_FD keys_fd = -1;
	enum rc rc = open_dir(dir, &fd, err);

	if (rc == RC_OK)
		keys_fd = openat(fd, "keys", O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (rc == RC_OK && keys_fd < 0)
		rc = err_errno(err, RC_INPUT, errno, "cannot open %s/keys", dir);
	for (size_t i = 0; rc == RC_OK && i < list->count; i++) {
		const char *path = list->items[i].path;
		bool below = strncmp(path, "keys/", 5) == 0;

		rc = file_replace(below ? keys_fd : fd, below ? path + 5 : path, 0644,
			list->items[i].content, err);
	}
	return rc;
}

static enum exit_code record(struct cli *cli, const struct key_files *keys)
{
	struct link_command command = {.name = "key published", .needs_data = true};
	struct buf kids = buf_new(65536);
	enum exit_code code;

	for (size_t i = 0; i < keys->count; i++) {
		if (i != 0)
			buf_put_char(&kids, ' ');
		buf_put_str(&kids, keys->keys[i].kid);
	}
	link_option(&command, "kids", str_dup(cli->arena, buf_str(&kids)).p);
	code = link_run(cli, &command);
	buf_free(&kids);
	return code;
}

enum exit_code cmd_key_publish(struct cli *cli)
{
	const char *dir = cli_value(cli, "to");
	struct key_files *keys = arena_zalloc(cli->arena, 1, sizeof *keys);
	struct key_file_list list;
	struct err err;
	enum exit_code code;
	enum rc rc;

	if (dir == NULL)
		return cli_fail(cli, EXIT_USAGE, "--to DIR is required: where the files go");
	code = key_files_ask(cli, keys);
	if (code != EXIT_DONE)
		return code;
	list = key_files_make(cli, keys);
	rc = write_all(dir, &list, &err);
	if (rc != RC_OK)
		return cli_fail(cli, rc == RC_AGAIN ? EXIT_TEMPORARY : EXIT_INPUT,
			"the keys are not all published: %s", err.text);
	code = record(cli, keys);
	if (code != EXIT_DONE)
		return code;
	if (cli->json)
		show_data(cli, "{\"message_type\":\"published\",\"keys\":%zu,\"files\":%zu}",
			keys->count, list.count);
	else
		cli_say(cli, "Wrote %zu keys below %s: bring the files to %s", keys->count, dir,
			str_dup(cli->arena, keys->issuer.base_url).p);
	if (keys->waiting.n != 0 && !cli->json)
		cli_say(cli,
			"Key " STR_FMT " signs from " STR_FMT " on, two days after this at the "
			"earliest.",
			STR_ARG(keys->waiting), STR_ARG(keys->signs_from));
	return EXIT_DONE;
}
