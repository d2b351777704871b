// SPDX-License-Identifier: Apache-2.0
/* certfill key publish and key check. Runs in: the command line. */
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

#define FILE_MAX ((size_t)4 << 20)

/* What the ledger says; exit codes other than EXIT_DONE were explained. */
static enum exit_code ask(struct cli *cli, struct key_files *keys)
{
	struct link_command command = {
		.name = "key list", .needs_data = true, .on_line = key_files_take, .context = keys};
	enum exit_code code = link_run(cli, &command);

	if (code == EXIT_DONE && keys->rc != RC_OK)
		return cli_fail(cli, EXIT_UNEXPECTED, "%s", keys->err.text);
	return code;
}

static enum rc open_dir(const char *dir, int *fd, struct err *err)
{
	char keys[4096];

	if ((mkdir(dir, 0755) != 0 && errno != EEXIST)
		|| !text_fmt(keys, sizeof keys, "%s/keys", dir)
		|| (mkdir(keys, 0755) != 0 && errno != EEXIST))
		return err_errno(err, RC_INPUT, errno, "cannot make the directory %s", dir);
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

	if (dir == NULL)
		return cli_fail(cli, EXIT_USAGE, "--to DIR is required: where the files go");
	code = ask(cli, keys);
	if (code != EXIT_DONE)
		return code;
	list = key_files_make(cli, keys);
	if (write_all(dir, &list, &err) != RC_OK)
		return cli_fail(cli, EXIT_INPUT, "the keys are not all published: %s", err.text);
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

/* ---- check ---- */

struct check {
	struct cli *cli;
	size_t faults;
};

static void say_fault(struct check *c, const char *path, const char *fmt, ...) PRINTF_LIKE(3, 4);
static void say_fault(struct check *c, const char *path, const char *fmt, ...)
{
	char text[1024];
	struct buf line = buf_new(8192);
	struct jsonw w = jsonw_new(&line);
	va_list args;

	va_start(args, fmt);
	text_vfmt(text, sizeof text, fmt, args);
	va_end(args);
	c->faults++;
	jsonw_open(&w, '{');
	jsonw_key_str(&w, "message_type", STR("check"));
	jsonw_key_str(&w, "state", STR("fail"));
	jsonw_key_str(&w, "name", str_of(path));
	jsonw_key_str(&w, "text", str_of(text));
	jsonw_close(&w, '}');
	show_line(c->cli, buf_str(&line));
	buf_free(&line);
}

static bool has_kid(const json_t *set, const char *kid)
{
	size_t i;
	json_t *key;

	json_array_foreach(json_object_get(set, "keys"), i,
		key) if (strcmp(show_text(key, "kid"), kid) == 0) return true;
	return false;
}

static bool same_kid(const json_t *ours, const json_t *theirs, const char *kid)
{
	const json_t *found[2] = {NULL, NULL};
	const json_t *sets[2] = {ours, theirs};

	for (size_t n = 0; n < 2; n++) {
		size_t i;
		json_t *key;

		json_array_foreach(json_object_get(sets[n], "keys"), i,
			key) if (strcmp(show_text(key, "kid"), kid) == 0) found[n] = key;
	}
	return found[0] != NULL && found[1] != NULL && json_equal(found[0], found[1]);
}

/* Which keys of a set are missing, altered, or should not be there. */
static void compare_sets(struct check *c, const char *path, const json_t *want, const json_t *have)
{
	size_t i;
	json_t *key;
	size_t before = c->faults;

	json_array_foreach(json_object_get(want, "keys"), i, key)
	{
		const char *kid = show_text(key, "kid");

		if (!has_kid(have, kid))
			say_fault(c, path, "key %s is missing: publish again", kid);
		else if (!same_kid(want, have, kid))
			say_fault(
				c, path, "key %s is not as the ledger has it: publish again", kid);
	}
	json_array_foreach(json_object_get(have, "keys"), i,
		key) if (!has_kid(want, show_text(key, "kid"))) say_fault(c, path,
		"key %s must not be there: it is compromised or none of this tenant's",
		show_text(key, "kid"));
	if (c->faults == before)
		say_fault(c, path, "the same keys, other bytes: publish again");
}

static void compare(struct check *c, const struct key_file *want, struct bytes have)
{
	json_t *ours;
	json_t *theirs;

	if (have.n == want->content.n && memcmp(have.p, want->content.p, have.n) == 0)
		return;
	ours = json_loadb((const char *)want->content.p, want->content.n, 0, NULL);
	theirs = json_loadb((const char *)have.p, have.n, JSON_REJECT_DUPLICATES, NULL);
	if (theirs == NULL)
		say_fault(c, want->path, "no JSON: publish again");
	else if (strcmp(want->path, "jwks.json") == 0)
		compare_sets(c, want->path, ours, theirs);
	else if (strcmp(want->path, "did.json") == 0
		&& strcmp(show_text(theirs, "id"), show_text(ours, "id")) != 0)
		say_fault(c, want->path, "it is about %s, not about %s", show_text(theirs, "id"),
			show_text(ours, "id"));
	else
		say_fault(c, want->path, "not as the ledger has it: publish again");
	json_decref(theirs);
	json_decref(ours);
}

static void check_file(struct check *c, int dir_fd, const struct key_file *want)
{
	AUTO_FD fd = openat(dir_fd, want->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct buf content = buf_new(FILE_MAX);
	struct err err;

	if (fd < 0 && errno == ENOENT)
		say_fault(c, want->path, "missing: publish again");
	else if (fd < 0)
		say_fault(c, want->path, "cannot be opened: %s", strerrordesc_np(errno));
	else if (file_read_all(fd, want->path, FILE_MAX, &content, &err) != RC_OK)
		say_fault(c, want->path, "%s", err.text);
	else
		compare(c, want, buf_bytes(&content));
	buf_free(&content);
}

enum exit_code cmd_key_check(struct cli *cli)
{
	struct key_files *keys = arena_zalloc(cli->arena, 1, sizeof *keys);
	struct check c = {.cli = cli};
	AUTO_FD fd = open(cli->words[0], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct key_file_list list;
	enum exit_code code;

	if (fd < 0)
		return cli_fail(cli, EXIT_NOT_FOUND, "cannot open the directory %s: %s",
			cli->words[0], strerrordesc_np(errno));
	code = ask(cli, keys);
	if (code != EXIT_DONE)
		return code;
	list = key_files_make(cli, keys);
	for (size_t i = 0; i < list.count; i++)
		check_file(&c, fd, &list.items[i]);
	if (c.faults != 0)
		return cli_fail(cli, EXIT_CONFLICT,
			"what is published in %s is not what the ledger has: %zu faults",
			cli->words[0], c.faults);
	if (cli->json)
		show_data(cli, "{\"message_type\":\"checked\",\"keys\":%zu}", keys->count);
	else
		cli_say(cli, "All %zu keys are published in %s as they should be", keys->count,
			cli->words[0]);
	return EXIT_DONE;
}
