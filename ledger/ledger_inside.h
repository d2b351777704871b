// SPDX-License-Identifier: Apache-2.0
/* What the files of ledger/ share: the handle, and how a write begins and ends. Inside ledger/ only. */
#ifndef LEDGER_LEDGER_INSIDE_H
#define LEDGER_LEDGER_INSIDE_H

#include "ledger/ledger_batch.h"
#include "ledger/ledger_db.h"
#include "ledger/ledger_reader.h"

struct ledger {
	struct db *db;
	struct db *routes; /* opened when first needed */
	char data_dir[4096];
	char name[LEDGER_TENANT_MAX + 1];
	struct str tenant; /* name, as text: $1 of every statement */
	bool read_only;
	bool in_transaction; /* ledger_begin was called */
	bool failed; /* a write of the open transaction failed: it must not be committed */
	int64_t now_s; /* of the write that runs: one time for all its rows */
};

/*
 * Every write is ledger_enter, its statements, ledger_leave: joins the caller's transaction or makes
 * one. INPUT when the actor is not complete or of another tenant. *own is for ledger_leave, which
 * returns rc, or what committing said; it must be called also after a failed ledger_enter.
 */
enum rc ledger_enter(
	struct ledger *l, const struct actor *by, bool *own, struct err *err) MUST_CHECK;
enum rc ledger_leave(struct ledger *l, bool own, enum rc rc, struct err *err) MUST_CHECK;
/* A line of the audit chain, inside a write. action: "batch.begin"; subject: an id, never a person. */
enum rc ledger_audit(struct ledger *l, const struct actor *by, const char *action,
	struct str subject, struct err *err) MUST_CHECK;
/* Adds sentences about broken links of the audit chain. */
enum rc ledger_audit_check(
	struct ledger *l, struct arena *a, struct ledger_names *out, struct err *err) MUST_CHECK;

/* The routes' database. */
enum rc ledger_routes(struct ledger *l, struct db **out, struct err *err) MUST_CHECK;
/* As ledger_route_find, by an open handle. */
enum rc ledger_route_in(struct db *routes, struct arena *a, int kind, struct bytes key,
	struct str *tenant, bool *found, struct err *err) MUST_CHECK;
/* Adds a route unless it is there; INPUT when it leads to another tenant. Inside a transaction of routes. */
enum rc ledger_route_add(struct db *routes, struct str tenant, int kind, struct bytes key,
	struct err *err) MUST_CHECK;

/* INPUT unless the batch is in one of states (bits 1 << enum batch_state). */
enum rc ledger_batch_need(
	struct ledger *l, struct str batch, uint32_t states, struct err *err) MUST_CHECK;
enum rc ledger_batch_event(
	struct ledger *l, struct str batch, enum batch_state state, struct err *err) MUST_CHECK;
/*
 * Columns of a planned row, for statements over rows r, awards w, recipient_keys k, and reading one
 * from column 0 on.
 */
#define LEDGER_ROW_COLUMNS \
	"r.row_no, r.shard_no, r.credential, r.award_no, r.generation, r.ulid, r.subject, " \
	"r.supersedes," \
	" r.status_list, r.status_index, r.valid_from_s, r.valid_until_s, r.commitment, " \
	"r.content_tag, r.sealed," \
	" w.recipient_no, r.key_no, k.wrapped"
#define LEDGER_ROW_TABLES \
	" JOIN awards w ON w.tenant_id = r.tenant_id AND w.award_no = r.award_no" \
	" LEFT JOIN recipient_keys k ON k.tenant_id = r.tenant_id AND k.recipient_no = " \
	"w.recipient_no" \
	" AND k.key_no = r.key_no"
/*
 * Rows r of shard $3 of batch $2: by the shard's range of row numbers, which the primary key finds;
 * without statistics no planner takes an index of shard_no.
 */
#define LEDGER_ROWS_OF_SHARD \
	" r.tenant_id = $1 AND r.batch = $2 AND r.shard_no = $3" \
	" AND r.row_no >= (SELECT first_row FROM shards WHERE tenant_id = $1 AND batch = $2 AND " \
	"shard_no = $3)" \
	" AND r.row_no <= (SELECT last_row FROM shards WHERE tenant_id = $1 AND batch = $2 AND " \
	"shard_no = $3)"
enum rc ledger_row_read(
	struct db_cursor *c, struct arena *a, struct batch_row *out, struct err *err) MUST_CHECK;

/* INPUT when s is longer than max. what: for the sentence. */
enum rc ledger_fits(size_t n, size_t max, const char *what, struct err *err) MUST_CHECK;

/* A credential's face (ledger_reader.h), of tenant $1; the award's number behind it. */
#define FACE_COLUMNS \
	"SELECT c.ulid, c.tag_hash, c.batch, c.issued_s, c.record, c.shard_no, c.leaf, " \
	"p.published," \
	" EXISTS(SELECT 1 FROM status_events e WHERE e.tenant_id = c.tenant_id AND e.ulid = " \
	"c.ulid)" \
	" OR EXISTS(SELECT 1 FROM credentials n WHERE n.tenant_id = c.tenant_id AND" \
	" n.award_no = c.award_no AND n.generation > c.generation), c.award_no" \
	" FROM credentials c LEFT JOIN public_views p ON p.tenant_id = c.tenant_id AND p.ulid = " \
	"c.ulid" \
	" WHERE c.tenant_id = $1"
#define FACE_AWARD_COLUMN 9
enum rc ledger_face_read(struct db_cursor *c, struct arena *a, struct credential_face *out,
	struct err *err) MUST_CHECK;

#endif
