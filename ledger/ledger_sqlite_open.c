// SPDX-License-Identifier: Apache-2.0
/* SQLite: opening, schema, what statements may do. Runs in: control, verify. */
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "ledger/ledger_sqlite.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUSY_MS 10000

static enum rc make_folder(const char *data_dir, struct err *err)
{
	char path[SQLITE_PATH_MAX];

	if (!text_fmt(path, sizeof path, "%s/ledger", data_dir))
		return err_set(err, RC_INPUT, "the data directory's path is too long");
	if (mkdir(path, 0700) != 0 && errno != EEXIST)
		return err_errno(err, RC_SYSTEM, errno, "cannot make the directory %s", path);
	return RC_OK;
}

/* SQLite would create with the umask's permissions; a ledger is its owner's alone. */
static enum rc make_file(const char *path, struct err *err)
{
	/* Never opened when it is there: closing it would drop SQLite's locks of this process. */
	AUTO_FD fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0 && errno != EEXIST)
		return err_errno(err, RC_SYSTEM, errno, "cannot create %s", path);
	return RC_OK;
}

static enum rc set_up(struct sqlite_db *db, bool read_only, struct err *err)
{
	static const char pragmas[] =
		"PRAGMA foreign_keys=ON; PRAGMA recursive_triggers=ON;"
		"PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON; PRAGMA cache_size=-2000;"
		"PRAGMA mmap_size=0; PRAGMA synchronous=FULL;";
	static const char writing[] = "PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=4000; "
				      "PRAGMA journal_size_limit=67108864;";
	/* Room for the inner pages of a million credentials' indexes. */
	static const char reading[] = "PRAGMA cache_size=-8192;";

	(void)sqlite3_busy_timeout(db->handle, BUSY_MS);
	(void)sqlite3_extended_result_codes(db->handle, 0);
	(void)sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	(void)sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	(void)sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	(void)sqlite3_db_config(db->handle, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
	if (sqlite3_exec(db->handle, pragmas, NULL, NULL, NULL) != SQLITE_OK)
		return ledger_sqlite_failed(db, "open", err);
	if (sqlite3_exec(db->handle, read_only ? reading : writing, NULL, NULL, NULL) != SQLITE_OK)
		return ledger_sqlite_failed(db, "open", err);
	return RC_OK;
}

static enum rc open_path(struct sqlite_db *db, const char *path, bool read_only, struct err *err)
{
	int flags =
		SQLITE_OPEN_NOMUTEX | (read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE);

	if (sqlite3_open_v2(path, &db->handle, flags, NULL) != SQLITE_OK)
		return err_set(err, RC_SYSTEM, "cannot open the ledger %s: %s", path,
			db->handle != NULL ? sqlite3_errmsg(db->handle) : "no memory");
	ledger_sqlite_guard(db);
	return set_up(db, read_only, err);
}

static enum rc check_there(
	const char *data_dir, const char *path, struct str tenant, struct err *err)
{
	struct stat st;

	if (stat(path, &st) == 0)
		return RC_OK;
	if (errno == ENOENT && tenant.n != 0)
		return err_set(err, RC_INPUT,
			"there is no tenant \"" STR_FMT "\" in %s: certfill init makes one",
			STR_ARG(tenant), data_dir);
	return err_errno(err, errno == ENOENT ? RC_INPUT : RC_SYSTEM, errno,
		"cannot open the ledger %s", path);
}

/* path: the file's; then what to open instead, a tenant's file that is being made. */
static enum rc create_files(struct sqlite_db *db, const char *data_dir, struct str tenant,
	char path[SQLITE_PATH_MAX], struct err *err)
{
	enum rc rc = make_folder(data_dir, err);

	/* A routes file without a schema is what a crash left; migrating goes on with it. */
	if (rc == RC_OK && tenant.n != 0)
		rc = ledger_sqlite_make(db->path, path, &db->lock_fd, err);
	return rc == RC_OK ? make_file(path, err) : rc;
}

enum rc ledger_sqlite_open(const char *data_dir, struct str tenant, bool create, bool read_only,
	struct db **out, struct err *err)
{
	char path[SQLITE_PATH_MAX];
	struct sqlite_db *db;
	struct db *base;
	enum rc rc;

	/* "routes" as a tenant's name is refused by ledger_tenant_name_ok. */
	if (!text_fmt(path, sizeof path, "%s/ledger/" STR_FMT ".db", data_dir,
		    STR_ARG(tenant.n != 0 ? tenant : STR("routes"))))
		return err_set(err, RC_INPUT, "the data directory's path is too long");
	db = mem_zalloc(1, sizeof *db);
	db->base.driver = &ledger_sqlite;
	db->schema = tenant.n != 0 ? &ledger_schema_tenant : &ledger_schema_routes;
	db->lock_fd = -1;
	CHECK(text_copy(db->path, sizeof db->path, path));
	CHECK(text_copy(db->file, sizeof db->file, strrchr(path, '/') + 1));
	base = &db->base;
	rc = create ? create_files(db, data_dir, tenant, path, err)
		    : check_there(data_dir, path, tenant, err);
	if (rc == RC_OK)
		rc = open_path(db, path, read_only, err);
	if (rc != RC_OK)
		ledger_sqlite_close(&base);
	*out = base;
	return rc;
}

void ledger_sqlite_close(struct db **base)
{
	struct sqlite_db *db = (struct sqlite_db *)*base;

	if (db == NULL)
		return;
	for (size_t i = 0; i < SQLITE_STATEMENTS_MAX; i++)
		(void)sqlite3_finalize(db->statements[i].stmt);
	if (db->handle != NULL) {
		db->locked = false; /* closing may checkpoint */
		CHECK(sqlite3_close(db->handle) == SQLITE_OK);
	}
	ledger_sqlite_unguard(db);
	if (db->lock_fd >= 0) {
		ledger_sqlite_unmake(db->path);
		(void)close(db->lock_fd);
	}
	MEM_FREE(db);
	*base = NULL;
}

/* ---- what statements may do ---- */

bool ledger_sqlite_may_change(const struct schema *s, const char *table, bool removing)
{
	for (size_t i = 0; i < s->change_count; i++)
		if (strcmp(s->changes[i].table, table) == 0)
			return removing ? s->changes[i].remove != 0 : s->changes[i].update != 0;
	return false;
}

static int authorize(void *arg, int action, const char *p1, const char *p2, const char *database,
	const char *trigger)
{
	const struct sqlite_db *db = arg;

	(void)p2;
	(void)database;
	(void)trigger;
	if (!db->locked)
		return SQLITE_OK;
	/* A process that outlives a cut index writes nothing, whatever it opened the file for. */
	if (ledger_sqlite_only_reads()
		&& (action == SQLITE_INSERT || action == SQLITE_UPDATE || action == SQLITE_DELETE))
		return SQLITE_DENY;
	switch (action) {
	case SQLITE_SELECT:
	case SQLITE_READ:
	case SQLITE_INSERT:
	case SQLITE_TRANSACTION:
	case SQLITE_FUNCTION:
	case SQLITE_RECURSIVE:
		return SQLITE_OK;
	case SQLITE_UPDATE:
		return ledger_sqlite_may_change(db->schema, p1, false) ? SQLITE_OK : SQLITE_DENY;
	case SQLITE_DELETE:
		return ledger_sqlite_may_change(db->schema, p1, true) ? SQLITE_OK : SQLITE_DENY;
	default:
		return SQLITE_DENY;
	}
}

/* ---- schema ---- */

static void put_trigger(struct buf *sql, const char *table, const char *verb)
{
	buf_fmt(sql,
		"CREATE TRIGGER IF NOT EXISTS %s_no_%s BEFORE %s ON %s BEGIN"
		" SELECT RAISE(ABORT, '%s can only be added to'); END;",
		table, verb, verb, table, table);
}

/* "a, b" becomes "a = NEW.a AND b = NEW.b". */
static void put_same_key(struct buf *sql, const char *columns)
{
	struct str left = str_of(columns);

	while (left.n != 0) {
		size_t end = str_find(left, ',', 0);
		struct str column = str_trim(str_slice(left, 0, end));

		buf_fmt(sql, STR_FMT " = NEW." STR_FMT "%s", STR_ARG(column), STR_ARG(column),
			end < left.n ? " AND " : "");
		left = str_slice(left, end + 1, left.n);
	}
}

static void put_guard(struct buf *sql, const struct schema_fixed *t)
{
	buf_fmt(sql, "CREATE TRIGGER IF NOT EXISTS %s_no_replace BEFORE INSERT ON %s WHEN ",
		t->table, t->table);
	for (size_t i = 0; i < ARRAY_COUNT(t->keys) && t->keys[i] != NULL; i++) {
		buf_fmt(sql, "%sEXISTS(SELECT 1 FROM %s WHERE ", i != 0 ? " OR " : "", t->table);
		put_same_key(sql, t->keys[i]);
		buf_put_cz(sql, ")");
	}
	buf_fmt(sql, " BEGIN SELECT RAISE(ABORT, '%s has this key already'); END;", t->table);
}

static enum rc add_triggers(struct sqlite_db *db, struct err *err)
{
	struct buf sql = buf_new(256 * 1024);
	enum rc rc;

	for (size_t i = 0; i < db->schema->fixed_count; i++) {
		const struct schema_fixed *t = &db->schema->fixed[i];

		put_trigger(&sql, t->table, "UPDATE");
		if (!ledger_sqlite_may_change(db->schema, t->table, true))
			put_trigger(&sql, t->table, "DELETE");
		put_guard(&sql, t);
	}
	buf_put(&sql, "", 1);
	CHECK(!sql.full);
	rc = ledger_sqlite_script(db, (const char *)sql.p, "triggers", err);
	buf_free(&sql);
	return rc;
}

static enum rc version_of(struct sqlite_db *db, size_t *out, struct err *err)
{
	sqlite3_stmt *stmt = NULL;
	enum rc rc = RC_OK;

	if (sqlite3_prepare_v2(db->handle, "PRAGMA user_version", -1, &stmt, NULL) != SQLITE_OK)
		return ledger_sqlite_failed(db, "version", err);
	if (sqlite3_step(stmt) == SQLITE_ROW)
		*out = (size_t)sqlite3_column_int64(stmt, 0);
	else
		rc = ledger_sqlite_failed(db, "version", err);
	(void)sqlite3_finalize(stmt);
	return rc;
}

static enum rc apply(struct sqlite_db *db, size_t version, struct err *err)
{
	char note[160];
	enum rc rc = ledger_sqlite_script(db, db->schema->scripts[version - 1], "migration", err);

	CHECK(text_fmt(note, sizeof note,
		"INSERT INTO migrations(version, applied_s) VALUES(%zu, %lld); PRAGMA "
		"user_version=%zu",
		version, (long long)clock_wall_s(), version));
	if (rc == RC_OK)
		rc = ledger_sqlite_script(db, note, "migration", err);
	return rc != RC_OK ? err_wrap(err, "migration %zu", version) : RC_OK;
}

/* Under the writer's lock, so that two processes that start together do not both migrate. */
static enum rc migrate_locked(struct sqlite_db *db, struct err *err)
{
	size_t version = 0;
	enum rc rc = version_of(db, &version, err);

	if (rc == RC_OK && version > db->schema->script_count)
		rc = err_set(err, RC_INPUT,
			"the ledger (%s) was made by a newer certfill (schema %zu, this one knows "
			"%zu)",
			db->file, version, db->schema->script_count);
	while (rc == RC_OK && version < db->schema->script_count)
		rc = apply(db, ++version, err);
	return rc == RC_OK ? add_triggers(db, err) : rc;
}

enum rc ledger_sqlite_migrate(struct db *base, struct err *err)
{
	struct sqlite_db *db = (struct sqlite_db *)base;
	size_t version = 0;
	enum rc rc = version_of(db, &version, err);

	if (rc == RC_OK && version != db->schema->script_count) {
		rc = sqlite3_db_readonly(db->handle, "main") == 1 ? err_set(err, RC_INPUT,
			     "the ledger (%s) has another schema: open it for writing once",
			     db->file)
								  : base->driver->begin(base, err);
		if (rc == RC_OK) {
			rc = migrate_locked(db, err);
			if (rc == RC_OK)
				rc = base->driver->commit(base, err);
			if (rc != RC_OK)
				base->driver->rollback(base);
		}
	}
	(void)sqlite3_set_authorizer(db->handle, authorize, db);
	db->locked = true;
	return rc;
}

static int compare_names(const void *a, const void *b)
{
	return str_compare(*(const struct str *)a, *(const struct str *)b);
}

enum rc ledger_sqlite_list(
	const char *data_dir, struct arena *a, struct ledger_names *out, struct err *err)
{
	char path[SQLITE_PATH_MAX];
	struct dirent *entry;
	DIR *dir;

	*out = (struct ledger_names){NULL, 0};
	if (!text_fmt(path, sizeof path, "%s/ledger", data_dir))
		return err_set(err, RC_INPUT, "the data directory's path is too long");
	dir = opendir(path);
	if (dir == NULL && errno == ENOENT)
		return RC_OK;
	if (dir == NULL)
		return err_errno(err, RC_SYSTEM, errno, "cannot read %s", path);
	while ((entry = readdir(dir)) != NULL) {
		struct str name = str_of(entry->d_name);
		char file[SQLITE_PATH_MAX];

		if (str_ends(name, STR(".db"))
			&& ledger_tenant_name_ok(str_slice(name, 0, name.n - 3))
			&& text_fmt(file, sizeof file, "%s/%s", path, entry->d_name)
			&& ledger_sqlite_is_made(file))
			ledger_db_say(a, out, str_slice(name, 0, name.n - 3));
	}
	(void)closedir(dir);
	if (out->count != 0)
		qsort(out->items, out->count, sizeof *out->items, compare_names);
	return RC_OK;
}
