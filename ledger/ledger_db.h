// SPDX-License-Identifier: Apache-2.0
/*
 * What the ledger asks of a database: statements with values, rows, one transaction at a time. The
 * statements are written in the part of SQL that SQLite and PostgreSQL share ($1, ON CONFLICT,
 * RETURNING); a driver brings its schema. To add one: a file with a struct db_driver, its schema,
 * and a line in the table of ledger_db.c. Inside ledger/ only.
 */
#ifndef LEDGER_LEDGER_DB_H
#define LEDGER_LEDGER_DB_H

#include "ledger/ledger.h"

enum db_kind {
	DB_KIND_NULL,
	DB_KIND_INT,
	DB_KIND_TEXT,
	DB_KIND_BLOB,
};

/* A value for a statement; text and blob are borrowed until the statement is done. */
struct db_value {
	enum db_kind kind;
	int64_t i;
	struct bytes b;
};
#define DB_INT(v) ((struct db_value){.kind = DB_KIND_INT, .i = (int64_t)(v)})
#define DB_TEXT(s) ((struct db_value){.kind = DB_KIND_TEXT, .b = bytes_of(s)})
#define DB_BLOB(v) ((struct db_value){.kind = DB_KIND_BLOB, .b = (v)})
#define DB_FIXED(p, len) ((struct db_value){.kind = DB_KIND_BLOB, .b = {(p), (len)}})
/* Rows of an answer at a time: what was asked for, at most 1000. */
#define DB_PAGE(limit) DB_INT((limit) < 1000 ? (limit) : 1000)
/* Values of a statement, $1 first: two arguments of the calls below. */
#define DB_ARGS(...) \
	(const struct db_value[]){__VA_ARGS__}, \
		ARRAY_COUNT(((const struct db_value[]){__VA_ARGS__}))

struct db_driver;
/* A driver's own struct begins with it. */
struct db {
	const struct db_driver *driver;
};
/* A running statement; a driver's own struct begins with it. */
struct db_cursor {
	struct db *db;
};

struct db_driver {
	const char *name; /* "sqlite" */
	/* tenant empty: the routes. create: make it when it is the routes and missing; make a tenant, which
	 * is not there before settle: INPUT when it exists. */
	enum rc (*open)(const char *data_dir, struct str tenant, bool create, bool read_only,
		struct db **out, struct err *err);
	/* What was created and not settled is removed. */
	void (*close)(struct db **db);
	/* The created tenant is there from now on, wholly and durably, or is removed; closes in any case. */
	enum rc (*settle)(struct db **db, struct err *err);
	/* Brings the schema to its newest version, then allows no change of it on this handle. */
	enum rc (*migrate)(struct db *db, struct err *err);
	enum rc (*begin)(struct db *db, struct err *err);
	enum rc (*commit)(struct db *db, struct err *err);
	void (*rollback)(struct db *db);
	/* Reads see one moment until drop; again is nothing. Not together with begin. */
	enum rc (*hold)(struct db *db, struct err *err);
	void (*drop)(struct db *db);
	/* sql: static text; its prepared form is kept. */
	enum rc (*start)(struct db *db, const char *sql, const struct db_value *values,
		size_t count, struct db_cursor **out, struct err *err);
	enum rc (*next)(struct db_cursor *c, bool *row, struct err *err);
	int64_t (*column_int)(struct db_cursor *c, int column);
	/* Text or blob, borrowed until the next step; empty for NULL. */
	struct bytes (*column_bytes)(struct db_cursor *c, int column);
	void (*done)(struct db_cursor *c);
	/* Rows that the last statement inserted, changed or deleted. */
	int64_t (*changes)(struct db *db);
	/* Another number once others wrote, as of the last statement. */
	uint32_t (*version)(struct db *db);
	/* A consistent copy into directory out_dir. */
	enum rc (*backup)(struct db *db, const char *out_dir, struct err *err);
	/* Adds sentences about damage. */
	enum rc (*check)(struct db *db, struct arena *a, struct ledger_names *out, struct err *err);
	enum rc (*list)(
		const char *data_dir, struct arena *a, struct ledger_names *out, struct err *err);
};

extern const struct db_driver ledger_sqlite;
/* The driver of a data directory. */
const struct db_driver *ledger_db_of(const char *data_dir);

/* Runs a statement that gives no rows. */
enum rc ledger_db_run(struct db *db, const char *sql, const struct db_value *values, size_t count,
	struct err *err) MUST_CHECK;
/* Starts a statement; ledger_db_next steps through its rows and ends it after the last one or an error. */
enum rc ledger_db_start(struct db *db, const char *sql, const struct db_value *values, size_t count,
	struct db_cursor **out, struct err *err) MUST_CHECK;
/* True in *row: columns can be read. False: the statement is done, *c is NULL. */
enum rc ledger_db_next(struct db_cursor **c, bool *row, struct err *err) MUST_CHECK;
/* Ends it early. *c may be NULL. */
void ledger_db_done(struct db_cursor **c);
/* The first row's first column, or fallback when there is no row. */
enum rc ledger_db_number(struct db *db, const char *sql, const struct db_value *values,
	size_t count, int64_t *out, struct err *err) MUST_CHECK;

/* ---- columns, from 0 ---- */
int64_t ledger_db_int(struct db_cursor *c, int column);
/* Copies into a. */
struct str ledger_db_text(struct db_cursor *c, struct arena *a, int column);
struct bytes ledger_db_blob(struct db_cursor *c, struct arena *a, int column);
/* Zeros when the column is NULL; SYSTEM when it has another length: the database is damaged. */
enum rc ledger_db_fixed(
	struct db_cursor *c, int column, uint8_t *out, size_t n, struct err *err) MUST_CHECK;

/* ---- answers ---- */
struct db_rows {
	void *items;
	uint32_t count;
};
/* Reads the row whose columns can be read into item, which is cleared; what it points to lies in a. */
typedef enum rc (*ledger_db_read)(
	struct db_cursor *c, struct arena *a, void *item, struct err *err);
/* All rows of a started statement, which ends, as items of item_len bytes in a. */
enum rc ledger_db_collect(struct db_cursor *c, struct arena *a, ledger_db_read read,
	size_t item_len, struct db_rows *out, struct err *err) MUST_CHECK;
/* Adds a sentence to a list of them. */
void ledger_db_say(struct arena *a, struct ledger_names *out, struct str sentence);

#endif
