// SPDX-License-Identifier: Apache-2.0
/*
 * backup: control makes a consistent snapshot of the ledger, then names every file; the command line
 * copies. Segments only grow, and the snapshot refers only to bytes that were durable before it, so a
 * copy made afterwards holds all of them; a torn end is cut off when the copy is opened. Runs in: control.
 */
#include "base/random.h"
#include "base/text.h"
#include "pipeline/control.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void name_file(struct client *client, const char *source, const char *path)
{
	struct jsonw *w = client_say(client, "backup_file");

	jsonw_key_str(w, "source", str_of(source));
	jsonw_key_str(w, "path", str_of(path));
	jsonw_key_i64(w, "bytes", -1);
	client_said(client);
}

/* The plain files of data/dir, named as data-relative paths; below: prefix of their place in the backup. */
/* NOLINTNEXTLINE(misc-no-recursion): one level deep, recurse is false there. */
static enum rc name_files(struct client *client, int data_fd, const char *dir, const char *below,
	bool recurse, struct err *err)
{
	int fd = openat(data_fd, dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	DIR *d = fd >= 0 ? fdopendir(fd) : NULL;
	enum rc rc = RC_OK;
	struct dirent *e;

	if (d == NULL)
		return errno == ENOENT ? RC_OK
				       : err_errno(err, RC_SYSTEM, errno, "cannot list %s", dir);
	while (rc == RC_OK && (e = readdir(d)) != NULL) {
		char source[1024];
		char path[1024];
		struct stat st;

		if (e->d_name[0] == '.' || fstatat(fd, e->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
			continue;
		text_fmt(source, sizeof source, "%s/%s", dir, e->d_name);
		text_fmt(path, sizeof path, "%s/%s", below, e->d_name);
		if (S_ISREG(st.st_mode))
			name_file(client, source, path);
		else if (S_ISDIR(st.st_mode) && recurse)
			/* One level: keys/<tenant>/apple. */
			rc = name_files(client, data_fd, source, path, false, err);
	}
	(void)closedir(d);
	return rc;
}

static enum rc snapshot(struct control *control, char dir[64], struct err *err)
{
	uint8_t salt[8];
	char hex[17];
	char path[4096];

	random_fill(salt, sizeof salt);
	text_hex((struct bytes){salt, sizeof salt}, hex);
	text_fmt(dir, 64, "run/backup-%s", hex);
	if (!text_fmt(path, sizeof path, "%s/%s", control->house.data, dir))
		return err_set(err, RC_LIMIT, "the data directory's path is too long");
	return ledger_backup(control->at_work->ledger, path, err);
}

static enum rc name_all(struct control *control, struct client *client, struct err *err)
{
	const char *tenant = str_dup(client_arena(client), control->at_work->settings.name).p;
	int data = control->house.data_fd;
	char dir[64];
	char path[256];
	enum rc rc = snapshot(control, dir, err);

	if (rc == RC_OK)
		rc = name_files(client, data, dir, "ledger", false, err);
	text_fmt(path, sizeof path, "store/%s", tenant);
	if (rc == RC_OK)
		rc = name_files(client, data, path, path, false, err);
	text_fmt(path, sizeof path, "templates/%s", tenant);
	if (rc == RC_OK)
		rc = name_files(client, data, path, path, false, err);
	text_fmt(path, sizeof path, "keys/%s", tenant);
	if (rc == RC_OK)
		rc = name_files(client, data, path, path, true, err);
	if (rc == RC_OK)
		rc = name_files(client, data, "keys", "keys", false, err);
	if (rc == RC_OK)
		rc = name_files(client, data, "cache", "cache", false, err);
	return rc;
}

void command_backup(struct control *control, struct client *client)
{
	struct tenant own;
	bool opened = false;
	struct err err;
	enum rc rc;

	if (control->at_work == NULL) {
		if (!control_open_tenant(control, client, (struct str){NULL, 0}, false, &own))
			return;
		opened = true;
	}
	rc = name_all(control, client, &err);
	client_end(client, rc == RC_OK ? EXIT_DONE : control_exit_of(rc),
		rc == RC_OK ? NULL : err.text);
	if (opened) {
		control->at_work = NULL;
		tenant_close(&own);
	}
}
