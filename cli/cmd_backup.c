// SPDX-License-Identifier: Apache-2.0
/*
 * certfill backup and restore. Control makes consistent snapshots of the ledger first and names the
 * segments with their durable lengths then, so the copy holds every byte the snapshot refers to, also
 * while a batch runs. backup.json lists every file with its SHA-256. Runs in: the command line.
 */
#include "base/file.h"
#include "base/jsonw.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/copy.h"
#include "cli/link.h"
#include "cli/show.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LIST_MAX ((size_t)64 << 20)

struct backup {
	int from;
	int to;
	struct buf list; /* backup.json */
	struct jsonw w;
	int64_t files;
	int64_t bytes;
	struct err err;
	enum rc rc;
};

static void remove_snapshot(int from, const char *source)
{
	char dir[64];

	(void)unlinkat(from, source, 0);
	/* Fails until the last file is gone. */
	if (text_fmt(dir, sizeof dir, "%.*s", (int)(strrchr(source, '/') - source), source))
		(void)unlinkat(from, dir, AT_REMOVEDIR);
}

/* source: path in the data directory; path: its name in the backup. */
static void add_file(struct backup *b, const char *source, const char *path, uint64_t len)
{
	uint8_t sha256[HASH_SHA256_LEN];
	char hex[2 * HASH_SHA256_LEN + 1];
	struct copy_job job = {b->from, source, b->to, path, len};
	struct stat st;

	b->rc = copy_file(&job, sha256, &b->err);
	/* A snapshot was made for this copy alone. */
	if (strncmp(source, "run/backup-", 11) == 0)
		remove_snapshot(b->from, source);
	if (b->rc != RC_OK || fstatat(b->to, path, &st, 0) != 0)
		return;
	text_hex((struct bytes){sha256, sizeof sha256}, hex);
	jsonw_open(&b->w, '{');
	jsonw_key_str(&b->w, "path", str_of(path));
	jsonw_key_i64(&b->w, "bytes", st.st_size);
	jsonw_key_str(&b->w, "sha256", str_of(hex));
	jsonw_close(&b->w, '}');
	b->files++;
	b->bytes += st.st_size;
}

static void take_line(struct cli *cli, struct str json, void *context)
{
	struct backup *b = context;
	json_t *o = json_loadb(json.p, json.n, 0, NULL);

	if (o != NULL && strcmp(show_text(o, "message_type"), "backup_file") == 0) {
		int64_t len = show_number(o, "bytes");

		if (b->rc == RC_OK)
			add_file(b, show_text(o, "source"), show_text(o, "path"),
				len < 0 ? UINT64_MAX : (uint64_t)len);
	} else {
		show_line(cli, json);
	}
	json_decref(o);
}

static enum exit_code open_dirs(
	struct cli *cli, const char *from, const char *to, int *from_fd, int *to_fd)
{
	*from_fd = open(from, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (*from_fd < 0)
		return cli_fail(
			cli, EXIT_NOT_FOUND, "cannot open %s: %s", from, strerrordesc_np(errno));
	if (mkdir(to, 0700) != 0)
		return cli_fail(cli, errno == EEXIST ? EXIT_CONFLICT : EXIT_INPUT,
			"cannot make %s: %s", to,
			errno == EEXIST ? "it exists already; name a new directory"
					: strerrordesc_np(errno));
	*to_fd = open(to, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return *to_fd >= 0 ? EXIT_DONE : cli_fail(cli, EXIT_INPUT, "cannot open %s", to);
}

enum exit_code cmd_backup(struct cli *cli)
{
	struct backup b = {.list = buf_new(LIST_MAX), .rc = RC_OK};
	struct link_command command = {
		.name = "backup", .needs_data = true, .on_line = take_line, .context = &b};
	AUTO_FD from = -1;
	AUTO_FD to = -1;
	enum exit_code code = open_dirs(cli, cli->data, cli->words[0], &from, &to);

	if (code != EXIT_DONE)
		return code;
	b.from = from;
	b.to = to;
	b.w = jsonw_new(&b.list);
	jsonw_open(&b.w, '{');
	jsonw_key_str(&b.w, "format", STR("certfill-backup/1"));
	jsonw_key_open(&b.w, "files", '[');
	code = link_run(cli, &command);
	jsonw_close(&b.w, ']');
	jsonw_close(&b.w, '}');
	/* The list comes last: a directory without it is no backup. */
	if (code == EXIT_DONE && b.rc == RC_OK)
		b.rc = file_replace(to, "backup.json", 0600, buf_bytes(&b.list), &b.err);
	buf_free(&b.list);
	if (b.rc != RC_OK)
		return cli_fail(cli, b.rc == RC_AGAIN ? EXIT_TEMPORARY : EXIT_UNEXPECTED,
			"the backup in %s is not complete: %s", cli->words[0], b.err.text);
	if (code == EXIT_DONE && cli->json)
		(void)printf("{\"message_type\":\"backup\",\"files\":%lld,\"bytes\":%lld}\n",
			(long long)b.files, (long long)b.bytes);
	else if (code == EXIT_DONE)
		cli_say(cli, "Backup of %lld files, %lld bytes in %s", (long long)b.files,
			(long long)b.bytes, cli->words[0]);
	return code;
}

static enum rc restore_one(int from, int to, const json_t *entry, struct err *err)
{
	const char *path = show_text(entry, "path");
	struct copy_job job = {from, path, to, path, UINT64_MAX};
	uint8_t sha256[HASH_SHA256_LEN];
	char hex[2 * HASH_SHA256_LEN + 1];
	enum rc rc;

	if (path[0] == '\0' || path[0] == '/' || strstr(path, "..") != NULL)
		return err_set(err, RC_INPUT, "backup.json names an unsafe path");
	rc = copy_file(&job, sha256, err);
	if (rc != RC_OK)
		return rc;
	text_hex((struct bytes){sha256, sizeof sha256}, hex);
	if (strcmp(hex, show_text(entry, "sha256")) != 0)
		return err_set(
			err, RC_INPUT, "%s is not what was backed up: its SHA-256 differs", path);
	return RC_OK;
}

static enum rc restore_all(int from, int to, const json_t *list, struct err *err)
{
	const json_t *entry;
	size_t i;

	json_array_foreach(json_object_get(list, "files"), i, entry)
	{
		enum rc rc = restore_one(from, to, entry, err);

		if (rc != RC_OK)
			return rc;
	}
	return copy_sync(to, err);
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st;
	(void)ftw;
	return kind == FTW_DP ? rmdir(path) : unlink(path);
}

/* Restores beside the place and moves there at last: half a data directory is never seen. */
static enum exit_code restore_beside(struct cli *cli, const json_t *list)
{
	const char *part = str_fmt(cli->arena, "%s.restoring", cli->data).p;
	AUTO_FD from = -1;
	AUTO_FD to = -1;
	struct err err = {0};
	enum rc rc;
	enum exit_code code;

	if (access(cli->data, F_OK) == 0)
		return cli_fail(cli, EXIT_CONFLICT,
			"%s exists already; name a new directory with --data", cli->data);
	code = open_dirs(cli, cli->words[0], part, &from, &to);
	if (code != EXIT_DONE)
		return code;
	rc = restore_all(from, to, list, &err);
	if (rc == RC_OK && renameat2(AT_FDCWD, part, AT_FDCWD, cli->data, RENAME_NOREPLACE) != 0)
		rc = err_errno(&err, RC_SYSTEM, errno, "cannot move %s to %s", part, cli->data);
	if (rc == RC_OK)
		return EXIT_DONE;
	(void)nftw(part, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	return cli_fail(cli, rc == RC_AGAIN ? EXIT_TEMPORARY : EXIT_INPUT,
		"nothing was restored: %s", err.text);
}

enum exit_code cmd_restore(struct cli *cli)
{
	json_t *list;
	enum exit_code code;
	const char *path = str_fmt(cli->arena, "%s/backup.json", cli->words[0]).p;

	list = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
	if (list == NULL || strcmp(show_text(list, "format"), "certfill-backup/1") != 0) {
		json_decref(list);
		return cli_fail(cli, EXIT_INPUT,
			"%s is no complete backup: backup.json is missing or damaged",
			cli->words[0]);
	}
	code = restore_beside(cli, list);
	json_decref(list);
	if (code == EXIT_DONE)
		cli_say(cli, "Restored to %s; the same issue command completes what was unfinished",
			cli->data);
	return code;
}
