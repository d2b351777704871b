// SPDX-License-Identifier: Apache-2.0
/* The schema of the SQLite driver: migrations in order, append-only tables, tables that may change. */
#ifndef LEDGER_LEDGER_SCHEMA_H
#define LEDGER_LEDGER_SCHEMA_H

#include <stddef.h>

/*
 * A table that can only be added to. Triggers are made from these lines: no UPDATE, no DELETE, and no
 * INSERT of a key that is there, which also stops INSERT OR REPLACE on connections that left
 * recursive_triggers off. A table that schema_change lets remove has no trigger against DELETE. keys: column lists whose values may occur once, the primary key first.
 */
struct schema_fixed {
	const char *table;
	const char *keys[4];
};

/* What the authorizer allows on a table besides reading and inserting. */
struct schema_change {
	const char *table;
	int update;
	int remove;
};

/* A version is reached by its script; scripts are never edited once released, only added. */
struct schema {
	const char *const *scripts;
	size_t script_count;
	const struct schema_fixed *fixed;
	size_t fixed_count;
	const struct schema_change *changes;
	size_t change_count;
};

extern const struct schema ledger_schema_routes;
extern const struct schema ledger_schema_tenant;

#endif
