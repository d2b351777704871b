// SPDX-License-Identifier: Apache-2.0
/* certfill key check: what is published, in a folder or by a server, against the ledger. Runs in: the command line. */
#include "base/file.h"
#include "base/jsonw.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/fetch.h"
#include "cli/key_files.h"
#include "cli/show.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#define FILE_MAX ((size_t)4 << 20)

/* dir_fd: -1 when it is a server that is asked. */
struct check {
	struct cli *cli;
	size_t faults;
	int dir_fd;
	struct str origin; /* https://host */
	struct fetch_terms fetch;
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

/* NULL: it is not there. */
static const json_t *find_key(const json_t *set, const char *kid)
{
	size_t i;
	json_t *key;

	json_array_foreach(json_object_get(set, "keys"), i, key)
	{
		if (strcmp(show_text(key, "kid"), kid) == 0)
			return key;
	}
	return NULL;
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
		const json_t *theirs = find_key(have, kid);

		if (theirs == NULL)
			say_fault(c, path, "key %s is missing: publish again", kid);
		else if (!json_equal(key, theirs))
			say_fault(
				c, path, "key %s is not as the ledger has it: publish again", kid);
	}
	json_array_foreach(json_object_get(have, "keys"), i, key)
	{
		if (find_key(want, show_text(key, "kid")) == NULL)
			say_fault(c, path,
				"key %s must not be there: it is compromised or none of this "
				"tenant's",
				show_text(key, "kid"));
	}
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

/* Where a server answers what the folder has as this file. */
static struct str address_of(const struct check *c, const char *path)
{
	static const struct {
		const char *head;
		const char *address;
	} places[] = {{"jwks.json", "/api/v1/.well-known/certification-keys.json"},
		{"did.json", "/.well-known/did.json"}, {"keys/", "/api/v1/keys/"}};
	struct str name = str_of(path);

	for (size_t i = 0; i < ARRAY_COUNT(places); i++) {
		struct str rest = str_slice(name, strlen(places[i].head), name.n);

		if (!str_starts(name, str_of(places[i].head)))
			continue;
		if (str_ends(rest, STR(".json")))
			rest = str_slice(rest, 0, rest.n - strlen(".json"));
		return str_fmt(c->cli->arena, STR_FMT "%s" STR_FMT, STR_ARG(c->origin),
			places[i].address, STR_ARG(rest));
	}
	return (struct str){NULL, 0};
}

static void check_address(struct check *c, const struct key_file *want)
{
	struct buf content = buf_new(FILE_MAX);
	struct str address = address_of(c, want->path);
	struct err err;

	if (fetch_name(c->cli, &c->fetch, address, &content, &err) == RC_OK)
		compare(c, want, buf_bytes(&content));
	else
		say_fault(c, want->path, STR_FMT ": %s", STR_ARG(address), err.text);
	buf_free(&content);
}

static void check_file(struct check *c, const struct key_file *want)
{
	AUTO_FD fd = openat(c->dir_fd, want->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
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

static enum exit_code check_all(struct check *c, const char *place)
{
	struct key_files *keys = arena_zalloc(c->cli->arena, 1, sizeof *keys);
	enum exit_code code = key_files_ask(c->cli, keys);
	struct key_file_list list;

	if (code != EXIT_DONE)
		return code;
	if (c->origin.n == 0)
		c->origin = keys->issuer.base_url;
	if (place == NULL)
		place = str_dup(c->cli->arena, c->origin).p;
	list = key_files_make(c->cli, keys);
	for (size_t i = 0; i < list.count; i++) {
		if (c->dir_fd < 0)
			check_address(c, &list.items[i]);
		else
			check_file(c, &list.items[i]);
	}
	if (c->faults != 0)
		return cli_fail(c->cli, EXIT_CONFLICT,
			"what is published in %s is not what the ledger has: %zu faults", place,
			c->faults);
	if (c->cli->json)
		show_data(c->cli, "{\"message_type\":\"checked\",\"keys\":%zu}", keys->count);
	else
		cli_say(c->cli, "All %zu keys are published in %s as they should be", keys->count,
			place);
	return EXIT_DONE;
}

static enum exit_code check_server(struct check *c)
{
	const char *origin = cli_value(c->cli, "origin");

	if (origin != NULL && strncmp(origin, "https://", 8) != 0)
		return cli_fail(c->cli, EXIT_USAGE, "--origin wants https://HOST[:PORT]");
	c->origin = str_of(origin);
	c->fetch.allow_private = cli_value(c->cli, "allow-private") != NULL;
	c->fetch.ca_file = cli_value(c->cli, "ca-file");
	return check_all(c, NULL);
}

enum exit_code cmd_key_check(struct cli *cli)
{
	struct check c = {.cli = cli, .dir_fd = -1};
	const char *dir = cli->word_count != 0 ? cli->words[0] : NULL;
	AUTO_FD fd = -1;

	if ((dir == NULL) == (cli_value(cli, "online") == NULL))
		return cli_fail(cli, EXIT_USAGE,
			"name the directory that key publish wrote, or say --online to ask the "
			"server at the base URL");
	if (dir == NULL)
		return check_server(&c);
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return cli_fail(cli, EXIT_NOT_FOUND, "cannot open the directory %s: %s", dir,
			strerrordesc_np(errno));
	c.dir_fd = fd;
	return check_all(&c, dir);
}
