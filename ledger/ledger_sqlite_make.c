// SPDX-License-Identifier: Apache-2.0
/*
 * SQLite: a tenant's file is made under another name and renamed when its tenant is in it; what older
 * versions left half made is told from a ledger, and replaced. Runs in: control.
 */
#include "base/err.h"
#include "base/file.h"
#include "base/text.h"
#include "ledger/ledger_sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUSY_MS 10000

static bool has_bytes(const char *path, const char *ending)
{
	char full[SQLITE_PATH_MAX + 16];
	struct stat st;

	CHECK(text_fmt(full, sizeof full, "%s%s", path, ending));
	return stat(full, &st) == 0 ? st.st_size != 0 : errno != ENOENT;
}

/* True also when it cannot be read: what is damaged may hold something. */
static bool holds(sqlite3 *handle, const char *sql)
{
	sqlite3_stmt *stmt = NULL;
	bool some = true;

	if (sqlite3_prepare_v2(handle, sql, -1, &stmt, NULL) == SQLITE_OK
		&& sqlite3_step(stmt) == SQLITE_ROW)
		some = sqlite3_column_int64(stmt, 0) != 0;
	(void)sqlite3_finalize(stmt);
	return some;
}

bool ledger_sqlite_is_made(const char *path)
{
	sqlite3 *handle = NULL;
	bool made = true;

	if (access(path, F_OK) != 0 && errno == ENOENT)
		return false;
	/* SQLite deletes the log of an empty file: it must not be opened when there is one. */
	if (!has_bytes(path, ""))
		return has_bytes(path, "-wal");
	/* For writing, so that the journal of a process that died is rolled back. */
	if (sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL)
		== SQLITE_OK) {
		(void)sqlite3_busy_timeout(handle, BUSY_MS);
		(void)sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
		(void)sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
		made = holds(handle, "SELECT EXISTS(SELECT 1 FROM sqlite_schema)")
			&& holds(handle,
				"SELECT EXISTS(SELECT 1 FROM tenants)"
				" OR EXISTS(SELECT 1 FROM audit)");
	}
	(void)sqlite3_close(handle);
	return made;
}

static enum rc remove_one(const char *path, const char *ending, struct err *err)
{
	char full[SQLITE_PATH_MAX + 16];

	CHECK(text_fmt(full, sizeof full, "%s%s", path, ending));
	if (unlink(full) != 0 && errno != ENOENT)
		return err_errno(err, RC_SYSTEM, errno, "cannot remove %s", full);
	return RC_OK;
}

/* SQLite would play a log that was left behind into the next file of that name. */
static enum rc remove_logs(const char *path, struct err *err)
{
	enum rc rc = remove_one(path, "-wal", err);

	if (rc == RC_OK)
		rc = remove_one(path, "-shm", err);
	return rc == RC_OK ? remove_one(path, "-journal", err) : rc;
}

static enum rc remove_all(const char *path, struct err *err)
{
	enum rc rc = remove_logs(path, err);

	return rc == RC_OK ? remove_one(path, "", err) : rc;
}

/* path with the ending that a tenant has while it is made; out: SQLITE_PATH_MAX bytes. */
static enum rc name_while_made(const char *path, char *out, struct err *err)
{
	if (!text_fmt(out, SQLITE_PATH_MAX, "%s.new", path))
		return err_set(err, RC_INPUT, "the data directory's path is too long");
	return RC_OK;
}

static enum rc lock_folder(const char *path, int *out, struct err *err)
{
	char folder[SQLITE_PATH_MAX];
	AUTO_FD fd = -1;

	CHECK(text_copy(folder, sizeof folder, path));
	*strrchr(folder, '/') = '\0';
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || flock(fd, LOCK_EX) != 0)
		return err_errno(err, RC_SYSTEM, errno, "cannot lock %s", folder);
	*out = file_take(&fd);
	return RC_OK;
}

enum rc ledger_sqlite_make(const char *path, char *made, int *lock_fd, struct err *err)
{
	AUTO_FD lock = -1;
	enum rc rc = name_while_made(path, made, err);

	if (rc == RC_OK)
		rc = lock_folder(path, &lock, err);
	if (rc == RC_OK && ledger_sqlite_is_made(path)) {
		struct str file = str_of(strrchr(path, '/') + 1);

		rc = err_set(err, RC_INPUT, "the tenant \"" STR_FMT "\" exists already",
			STR_ARG(str_slice(file, 0, file.n - 3)));
	}
	if (rc == RC_OK)
		rc = remove_all(path, err);
	if (rc == RC_OK)
		rc = remove_all(made, err);
	if (rc == RC_OK)
		*lock_fd = file_take(&lock);
	return rc;
}

void ledger_sqlite_unmake(const char *path)
{
	char made[SQLITE_PATH_MAX];
	struct err ignored;

	/* What cannot be removed has no tenant's name, and the next attempt removes it. */
	if (name_while_made(path, made, &ignored) == RC_OK)
		(void)remove_all(made, &ignored);
}

static enum rc publish(const char *path, int lock_fd, struct err *err)
{
	char made[SQLITE_PATH_MAX];
	enum rc rc = name_while_made(path, made, err);

	/* Closing copies the log into the file and removes it, or leaves it when that failed. */
	if (rc == RC_OK && has_bytes(made, "-wal"))
		rc = err_set(err, RC_AGAIN,
			"%s could not be written: is there space left? Nothing was made", path);
	if (rc == RC_OK)
		rc = remove_logs(path, err);
	if (rc == RC_OK && rename(made, path) != 0)
		rc = err_errno(err, RC_SYSTEM, errno, "cannot rename %s", made);
	if (rc != RC_OK)
		ledger_sqlite_unmake(path);
	else if (fsync(lock_fd) != 0)
		rc = err_errno(err, RC_SYSTEM, errno, "cannot sync the directory of %s", path);
	return rc;
}

enum rc ledger_sqlite_settle(struct db **base, struct err *err)
{
	struct sqlite_db *db = (struct sqlite_db *)*base;
	AUTO_FD lock = file_take(&db->lock_fd);
	char path[SQLITE_PATH_MAX];

	CHECK(lock >= 0 && text_copy(path, sizeof path, db->path));
	ledger_sqlite_close(base);
	return publish(path, lock, err);
}
