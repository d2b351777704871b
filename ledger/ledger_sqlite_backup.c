// SPDX-License-Identifier: Apache-2.0
/* SQLite: consistent copies, and looking for damage. Runs in: control. */
#include "base/err.h"
#include "base/file.h"
#include "base/text.h"
#include "ledger/ledger_sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* One step for all pages: within it no other handle's commit can come between. */
static enum rc copy_pages(struct sqlite_db *db, sqlite3 *to, const char *path, struct err *err)
{
	sqlite3_backup *b = sqlite3_backup_init(to, "main", db->handle, "main");
	int r;

	if (b == NULL)
		return err_set(
			err, RC_SYSTEM, "cannot back up to %s: %s", path, sqlite3_errmsg(to));
	do {
		r = sqlite3_backup_step(b, -1);
		if (r == SQLITE_BUSY || r == SQLITE_LOCKED)
			(void)sqlite3_sleep(10);
	} while (r == SQLITE_BUSY || r == SQLITE_LOCKED);
	(void)sqlite3_backup_finish(b);
	if (r != SQLITE_DONE)
		return err_set(
			err, RC_SYSTEM, "cannot back up to %s: %s", path, sqlite3_errmsg(to));
	return RC_OK;
}

static enum rc copy_to(struct sqlite_db *db, const char *path, struct err *err)
{
	AUTO_FD fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	sqlite3 *to = NULL;
	enum rc rc;

	if (fd < 0)
		return err_errno(err, errno == EEXIST ? RC_INPUT : RC_SYSTEM, errno,
			"cannot create %s", path);
	if (sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL)
		!= SQLITE_OK)
		rc = err_set(err, RC_SYSTEM, "cannot open %s: %s", path,
			to != NULL ? sqlite3_errmsg(to) : "no memory");
	else
		rc = copy_pages(db, to, path, err);
	(void)sqlite3_close(to);
	if (rc == RC_OK && fsync(fd) != 0)
		rc = err_errno(err, RC_SYSTEM, errno, "cannot sync %s", path);
	if (rc != RC_OK)
		(void)unlink(path);
	return rc;
}

enum rc ledger_sqlite_backup(struct db *base, const char *out_dir, struct err *err)
{
	struct sqlite_db *db = (struct sqlite_db *)base;
	char path[SQLITE_PATH_MAX];
	enum rc rc;

	if (mkdir(out_dir, 0700) != 0 && errno != EEXIST)
		return err_errno(err, RC_SYSTEM, errno, "cannot make the directory %s", out_dir);
	if (!text_fmt(path, sizeof path, "%s/%s", out_dir, db->file))
		return err_set(err, RC_INPUT, "the backup's path is too long");
	db->locked = false;
	rc = copy_to(db, path, err);
	db->locked = true;
	if (rc == RC_OK) {
		AUTO_FD dir = open(out_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

		if (dir < 0 || fsync(dir) != 0)
			rc = err_errno(err, RC_SYSTEM, errno, "cannot sync %s", out_dir);
	}
	return rc;
}

struct finding {
	struct sqlite_db *db;
	struct arena *a;
	struct ledger_names *out;
	const char *what;
};

/* A row of a check: "ok" is none. */
static int add_finding(void *arg, int columns, char **values, char **names)
{
	struct finding *f = arg;

	(void)names;
	if (columns > 0 && values[0] != NULL && strcmp(values[0], "ok") != 0 && f->out->count < 100)
		ledger_db_say(
			f->a, f->out, str_fmt(f->a, "%s: %s: %s", f->db->file, f->what, values[0]));
	return 0;
}

static enum rc look(struct finding *f, const char *sql, const char *what, struct err *err)
{
	f->what = what;
	if (sqlite3_exec(f->db->handle, sql, add_finding, f, NULL) == SQLITE_OK)
		return RC_OK;
	/* Damage shows as an error too: that is a finding, not a failure of the check. */
	if (sqlite3_errcode(f->db->handle) == SQLITE_BUSY)
		return ledger_sqlite_failed(f->db, what, err);
	ledger_db_say(f->a, f->out,
		str_fmt(f->a, "%s: %s: %s", f->db->file, what, sqlite3_errmsg(f->db->handle)));
	return RC_OK;
}

static enum rc look_for_triggers(struct finding *f, struct err *err)
{
	static const char *const endings[] = {"no_UPDATE", "no_DELETE", "no_replace"};
	const struct schema *s = f->db->schema;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < s->fixed_count * ARRAY_COUNT(endings) && rc == RC_OK; i++) {
		const char *table = s->fixed[i / ARRAY_COUNT(endings)].table;
		const char *ending = endings[i % ARRAY_COUNT(endings)];
		char sql[300];

		if (ledger_sqlite_may_change(s, table, true) && strcmp(ending, "no_DELETE") == 0)
			continue;
		CHECK(text_fmt(sql, sizeof sql,
			"SELECT '%s_%s' WHERE NOT EXISTS(SELECT 1 FROM sqlite_schema WHERE type = "
			"'trigger' AND name = '%s_%s')",
			table, ending, table, ending));
		rc = look(f, sql, "an append-only trigger is gone", err);
	}
	return rc;
}

enum rc ledger_sqlite_check(
	struct db *base, struct arena *a, struct ledger_names *out, struct err *err)
{
	struct finding f = {(struct sqlite_db *)base, a, out, NULL};
	enum rc rc;

	f.db->locked = false;
	rc = look(&f, "PRAGMA integrity_check(20)", "damaged", err);
	if (rc == RC_OK)
		rc = look(&f, "PRAGMA foreign_key_check", "a row cites one that is not there", err);
	if (rc == RC_OK)
		rc = look_for_triggers(&f, err);
	f.db->locked = true;
	return rc;
}
