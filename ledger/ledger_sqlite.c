// SPDX-License-Identifier: Apache-2.0
/* SQLite: statements, rows, transactions. Runs in: control, verify. */
#include "ledger/ledger_sqlite.h"

#include "base/buf.h"
#include "base/err.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

/* SQLite says FULL of its own files' pages; where the index of its log finds no room it says "I/O error". */
static int code_of(struct sqlite_db *db)
{
	int code = sqlite3_errcode(db->handle);
	int why = sqlite3_system_errno(db->handle);

	if ((code == SQLITE_IOERR || code == SQLITE_CANTOPEN) && (why == ENOSPC || why == EDQUOT))
		return SQLITE_FULL;
	return code;
}

enum rc ledger_sqlite_failed(struct sqlite_db *db, const char *what, struct err *err)
{
	const char *text = sqlite3_errmsg(db->handle);

	switch (code_of(db)) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return err_set(err, RC_AGAIN,
			"the ledger (%s) is busy: another certfill is writing; try again",
			db->file);
	case SQLITE_FULL:
		return err_set(err, RC_AGAIN,
			"no space left for the ledger (%s): free some and run the same command "
			"again",
			db->file);
	case SQLITE_CONSTRAINT:
		return err_set(
			err, RC_INPUT, "the ledger (%s) refuses: %s: %s", db->file, what, text);
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return err_set(err, RC_SYSTEM, "the ledger (%s) is damaged: restore a backup (%s)",
			db->file, text);
	default:
		return err_set(err, RC_SYSTEM, "ledger (%s): %s: %s", db->file, what, text);
	}
}

enum rc ledger_sqlite_script(
	struct sqlite_db *db, const char *sql, const char *what, struct err *err)
{
	if (sqlite3_exec(db->handle, sql, NULL, NULL, NULL) != SQLITE_OK)
		return ledger_sqlite_failed(db, what, err);
	return RC_OK;
}

/* IMMEDIATE: two plans at once must not both read and then fail to write. */
static uint32_t sqlite_version(struct db *base)
{
	struct sqlite_db *db = (struct sqlite_db *)base;
	unsigned version = 0;

	ledger_sqlite_check_index(db);
	(void)sqlite3_file_control(db->handle, "main", SQLITE_FCNTL_DATA_VERSION, &version);
	return version;
}

static enum rc sqlite_begin(struct db *base, struct err *err)
{
	return ledger_sqlite_script((struct sqlite_db *)base, "BEGIN IMMEDIATE", "begin", err);
}

static enum rc sqlite_commit(struct db *base, struct err *err)
{
	return ledger_sqlite_script((struct sqlite_db *)base, "COMMIT", "commit", err);
}

static void sqlite_rollback(struct db *base)
{
	struct sqlite_db *db = (struct sqlite_db *)base;

	/* SQLite rolls back by itself after some errors; then there is nothing left to do. */
	if (sqlite3_get_autocommit(db->handle) == 0)
		(void)sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
}

/* $1 is a name to SQLite, numbered by where it first stands; ?1 is the first value wherever it stands. */
static enum rc prepare(struct sqlite_db *db, const char *sql, sqlite3_stmt **out, struct err *err)
{
	struct buf text = buf_new(16384);
	enum rc rc = RC_OK;

	buf_put(&text, sql, strlen(sql));
	CHECK(!text.full);
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] == '$')
			text.p[i] = '?';
	if (sqlite3_prepare_v3(db->handle, (const char *)text.p, (int)text.n,
		    SQLITE_PREPARE_PERSISTENT, out, NULL)
		!= SQLITE_OK)
		rc = ledger_sqlite_failed(db, "prepare", err);
	buf_free(&text);
	return rc;
}

static enum rc find_statement(
	struct sqlite_db *db, const char *sql, struct sqlite_cursor **out, struct err *err)
{
	size_t i = ((uintptr_t)sql >> 3) % SQLITE_STATEMENTS_MAX;
	struct sqlite_cursor *c;
	enum rc rc;

	while (db->statements[i].sql != NULL && db->statements[i].sql != sql)
		i = (i + 1) % SQLITE_STATEMENTS_MAX;
	c = &db->statements[i];
	*out = c;
	if (c->sql == sql)
		return RC_OK;
	CHECK(db->statement_count < SQLITE_STATEMENTS_MAX - 1);
	rc = prepare(db, sql, &c->stmt, err);
	if (rc != RC_OK)
		return rc;
	c->base.db = &db->base;
	c->sql = sql;
	db->statement_count++;
	return RC_OK;
}

static int bind_value(sqlite3_stmt *stmt, int at, const struct db_value *v)
{
	CHECK(v->b.n <= INT_MAX);
	switch (v->kind) {
	case DB_KIND_INT:
		return sqlite3_bind_int64(stmt, at, v->i);
	case DB_KIND_TEXT:
		return sqlite3_bind_text(stmt, at, v->b.n != 0 ? (const char *)v->b.p : "",
			(int)v->b.n, SQLITE_STATIC);
	case DB_KIND_BLOB:
		if (v->b.n == 0)
			return sqlite3_bind_zeroblob(stmt, at, 0);
		return sqlite3_bind_blob(stmt, at, v->b.p, (int)v->b.n, SQLITE_STATIC);
	case DB_KIND_NULL:
		break;
	}
	return sqlite3_bind_null(stmt, at);
}

static enum rc sqlite_start(struct db *base, const char *sql, const struct db_value *values,
	size_t count, struct db_cursor **out, struct err *err)
{
	struct sqlite_db *db = (struct sqlite_db *)base;
	struct sqlite_cursor *c = NULL;
	enum rc rc = find_statement(db, sql, &c, err);

	if (rc != RC_OK)
		return rc;
	CHECK(c != NULL && !c->busy && count == (size_t)sqlite3_bind_parameter_count(c->stmt));
	for (size_t i = 0; i < count; i++)
		if (bind_value(c->stmt, (int)i + 1, &values[i]) != SQLITE_OK)
			return ledger_sqlite_failed(db, "bind", err);
	c->busy = true;
	*out = &c->base;
	return RC_OK;
}

static enum rc sqlite_next(struct db_cursor *base, bool *row, struct err *err)
{
	struct sqlite_cursor *c = (struct sqlite_cursor *)base;
	int r = sqlite3_step(c->stmt);

	*row = r == SQLITE_ROW;
	if (ledger_sqlite_is_cut((struct sqlite_db *)base->db))
		return err_set(err, RC_SYSTEM,
			"the index of the ledger (%s) was cut while it was read: it is opened anew",
			((struct sqlite_db *)base->db)->file);
	if (r == SQLITE_ROW || r == SQLITE_DONE)
		return RC_OK;
	return ledger_sqlite_failed((struct sqlite_db *)base->db, "statement", err);
}

static int64_t sqlite_column_int(struct db_cursor *base, int column)
{
	return sqlite3_column_int64(((struct sqlite_cursor *)base)->stmt, column);
}

static struct bytes sqlite_column_bytes(struct db_cursor *base, int column)
{
	sqlite3_stmt *stmt = ((struct sqlite_cursor *)base)->stmt;
	const void *p = sqlite3_column_blob(stmt, column);

	return (struct bytes){p, p != NULL ? (size_t)sqlite3_column_bytes(stmt, column) : 0};
}

static void sqlite_done(struct db_cursor *base)
{
	struct sqlite_cursor *c = (struct sqlite_cursor *)base;

	(void)sqlite3_reset(c->stmt);
	/* Values were lent: forget them, or a later misuse would read freed memory. */
	(void)sqlite3_clear_bindings(c->stmt);
	c->busy = false;
}

/* The moment is that of the first read. Prepared: it happens with every turn of a loop. */
static enum rc sqlite_hold(struct db *base, struct err *err)
{
	struct sqlite_db *db = (struct sqlite_db *)base;

	if (sqlite3_get_autocommit(db->handle) == 0)
		return RC_OK;
	return ledger_db_run(base, "BEGIN", NULL, 0, err);
}

static void sqlite_drop(struct db *base)
{
	struct sqlite_db *db = (struct sqlite_db *)base;
	struct err err;

	/* Nothing was written: it fails only where there is nothing to end. */
	if (sqlite3_get_autocommit(db->handle) == 0
		&& ledger_db_run(base, "COMMIT", NULL, 0, &err) != RC_OK)
		sqlite_rollback(base);
}

static int64_t sqlite_changes(struct db *base)
{
	return sqlite3_changes64(((struct sqlite_db *)base)->handle);
}

const struct db_driver ledger_sqlite = {
	.name = "sqlite",
	.open = ledger_sqlite_open,
	.close = ledger_sqlite_close,
	.settle = ledger_sqlite_settle,
	.migrate = ledger_sqlite_migrate,
	.begin = sqlite_begin,
	.version = sqlite_version,
	.commit = sqlite_commit,
	.rollback = sqlite_rollback,
	.hold = sqlite_hold,
	.drop = sqlite_drop,
	.start = sqlite_start,
	.next = sqlite_next,
	.column_int = sqlite_column_int,
	.column_bytes = sqlite_column_bytes,
	.done = sqlite_done,
	.changes = sqlite_changes,
	.backup = ledger_sqlite_backup,
	.check = ledger_sqlite_check,
	.list = ledger_sqlite_list,
};
