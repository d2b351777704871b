// SPDX-License-Identifier: Apache-2.0
/* Statements and rows, whatever the database. Runs in: control, verify. */
#include "ledger/ledger_db.h"

#include "base/err.h"

#include <string.h>

/* One line for each driver. The first whose prefix fits the data directory's text is taken. */
static const struct {
	const char *prefix;
	const struct db_driver *driver;
} drivers[] = {
	{"", &ledger_sqlite},
};

const struct db_driver *ledger_db_of(const char *data_dir)
{
	for (size_t i = 0; i + 1 < ARRAY_COUNT(drivers); i++)
		if (str_starts(str_of(data_dir), str_of(drivers[i].prefix)))
			return drivers[i].driver;
	return drivers[ARRAY_COUNT(drivers) - 1].driver;
}

enum rc ledger_db_start(struct db *db, const char *sql, const struct db_value *values, size_t count,
	struct db_cursor **out, struct err *err)
{
	return db->driver->start(db, sql, values, count, out, err);
}

enum rc ledger_db_next(struct db_cursor **c, bool *row, struct err *err)
{
	enum rc rc = (*c)->db->driver->next(*c, row, err);

	if (rc != RC_OK || !*row)
		ledger_db_done(c);
	return rc;
}

void ledger_db_done(struct db_cursor **c)
{
	if (*c != NULL)
		(*c)->db->driver->done(*c);
	*c = NULL;
}

enum rc ledger_db_run(struct db *db, const char *sql, const struct db_value *values, size_t count,
	struct err *err)
{
	struct db_cursor *c;
	bool row;
	enum rc rc = ledger_db_start(db, sql, values, count, &c, err);

	if (rc == RC_OK)
		rc = ledger_db_next(&c, &row, err);
	if (rc == RC_OK)
		ledger_db_done(&c);
	return rc;
}

enum rc ledger_db_number(struct db *db, const char *sql, const struct db_value *values,
	size_t count, int64_t *out, struct err *err)
{
	struct db_cursor *c;
	bool row;
	enum rc rc = ledger_db_start(db, sql, values, count, &c, err);

	if (rc == RC_OK)
		rc = ledger_db_next(&c, &row, err);
	if (rc != RC_OK || !row)
		return rc;
	*out = ledger_db_int(c, 0);
	ledger_db_done(&c);
	return RC_OK;
}

int64_t ledger_db_int(struct db_cursor *c, int column)
{
	return c->db->driver->column_int(c, column);
}

struct bytes ledger_db_blob(struct db_cursor *c, struct arena *a, int column)
{
	struct bytes b = c->db->driver->column_bytes(c, column);

	if (b.n == 0)
		return (struct bytes){NULL, 0};
	return (struct bytes){arena_dup(a, b.p, b.n), b.n};
}

struct str ledger_db_text(struct db_cursor *c, struct arena *a, int column)
{
	return bytes_text(ledger_db_blob(c, a, column));
}

enum rc ledger_db_fixed(struct db_cursor *c, int column, uint8_t *out, size_t n, struct err *err)
{
	struct bytes b = c->db->driver->column_bytes(c, column);

	memset(out, 0, n);
	if (b.n == 0)
		return RC_OK;
	if (b.n != n)
		return err_set(err, RC_SYSTEM,
			"the ledger holds %zu bytes where there should be %zu: it is damaged; "
			"restore a backup",
			b.n, n);
	memcpy(out, b.p, n);
	return RC_OK;
}

/* Room for one more item, cleared. */
static void *add_item(struct arena *a, struct db_rows *rows, uint32_t *room, size_t item_len)
{
	if (rows->count == *room) {
		uint32_t more = *room == 0 ? 16 : *room * 2;
		void *grown = arena_zalloc(a, more, item_len);

		if (rows->count != 0)
			memcpy(grown, rows->items, rows->count * item_len);
		rows->items = grown;
		*room = more;
	}
	return (uint8_t *)rows->items + rows->count++ * item_len;
}

enum rc ledger_db_collect(struct db_cursor *c, struct arena *a, ledger_db_read read,
	size_t item_len, struct db_rows *out, struct err *err)
{
	uint32_t room = 0;
	bool row = true;
	enum rc rc = RC_OK;

	*out = (struct db_rows){NULL, 0};
	while (rc == RC_OK) {
		rc = ledger_db_next(&c, &row, err);
		if (rc != RC_OK || !row)
			return rc;
		rc = read(c, a, add_item(a, out, &room, item_len), err);
	}
	ledger_db_done(&c);
	return rc;
}

void ledger_db_say(struct arena *a, struct ledger_names *out, struct str sentence)
{
	struct str *grown = arena_zalloc(a, out->count + 1, sizeof *grown);

	if (out->count != 0)
		memcpy(grown, out->items, out->count * sizeof *grown);
	grown[out->count] = str_dup(a, sentence);
	out->items = grown;
	out->count++;
}
