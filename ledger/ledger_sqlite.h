// SPDX-License-Identifier: Apache-2.0
/* Inside of the SQLite driver: the handle that its files share. */
#ifndef LEDGER_LEDGER_SQLITE_H
#define LEDGER_LEDGER_SQLITE_H

#include "ledger/ledger_db.h"
#include "ledger/ledger_schema.h"

#include <sqlite3.h>

#define SQLITE_STATEMENTS_MAX 256
#define SQLITE_PATH_MAX 4096

struct sqlite_cursor {
	struct db_cursor base;
	sqlite3_stmt *stmt;
	const char *sql; /* static text: its address is the name */
	bool busy;
};

struct sqlite_guard;

struct sqlite_db {
	struct db base;
	sqlite3 *handle;
	const struct schema *schema;
	bool locked; /* the authorizer refuses what is not a statement of ours */
	char file[LEDGER_TENANT_MAX + 4]; /* "demo.db" */
	char path[SQLITE_PATH_MAX]; /* of the file, when it is made */
	struct sqlite_guard *guard; /* of its mappings */
	int lock_fd; /* the folder's, while a tenant is made; else -1 */
	/* By address of the text, open addressing. */
	struct sqlite_cursor statements[SQLITE_STATEMENTS_MAX];
	size_t statement_count;
};

/* Turns the handle's last error into one of ours; what: "begin", a table, ... */
enum rc ledger_sqlite_failed(struct sqlite_db *db, const char *what, struct err *err);
/* Runs several statements. */
enum rc ledger_sqlite_script(
	struct sqlite_db *db, const char *sql, const char *what, struct err *err) MUST_CHECK;

/* The parts of the driver. */
enum rc ledger_sqlite_open(const char *data_dir, struct str tenant, bool create, bool read_only,
	struct db **out, struct err *err) MUST_CHECK;
void ledger_sqlite_close(struct db **base);
enum rc ledger_sqlite_settle(struct db **base, struct err *err) MUST_CHECK;
enum rc ledger_sqlite_migrate(struct db *base, struct err *err) MUST_CHECK;
enum rc ledger_sqlite_backup(struct db *base, const char *out_dir, struct err *err) MUST_CHECK;
enum rc ledger_sqlite_check(
	struct db *base, struct arena *a, struct ledger_names *out, struct err *err) MUST_CHECK;
enum rc ledger_sqlite_list(const char *data_dir, struct arena *a, struct ledger_names *out,
	struct err *err) MUST_CHECK;

/*
 * False when there is no file, or one that a crash left before its tenant was written: no bytes, no
 * schema, or neither tenant nor audit line. True for what cannot be read: it may be a damaged ledger.
 */
bool ledger_sqlite_is_made(const char *path);
/*
 * Begins to make the tenant's file path: *lock_fd, the caller's, keeps others from doing so. What was
 * left of earlier attempts is removed. made, SQLITE_PATH_MAX bytes: where to write until
 * ledger_sqlite_settle. INPUT when the tenant exists.
 */
enum rc ledger_sqlite_make(const char *path, char *made, int *lock_fd, struct err *err) MUST_CHECK;
/* Removes what was made for path and not settled; under the lock. */
void ledger_sqlite_unmake(const char *path);

/* ledger_sqlite_map.c */
void ledger_sqlite_guard(struct sqlite_db *db);
/* After the handle was closed. */
void ledger_sqlite_unguard(struct sqlite_db *db);
/*
 * Is the index whole? SQLite looks at it only for pages that it does not remember; who looks after the ledger for
 * others asks here, in a process that only reads.
 */
void ledger_sqlite_check_index(struct sqlite_db *db);
/* Since ledger_reader_survive_cuts. */
bool ledger_sqlite_only_reads(void);
/* Its index was cut since it was opened: whatever it says is worth nothing. */
bool ledger_sqlite_is_cut(const struct sqlite_db *db);

/* May rows of the table be removed (or changed)? By the schema; everything else is append-only. */
bool ledger_sqlite_may_change(const struct schema *s, const char *table, bool removing);

#endif
