// SPDX-License-Identifier: Apache-2.0
/* Who did what: a chain of hashes beside the facts. Runs in: control. */
#include "base/cursor.h"
#include "base/err.h"
#include "base/hash.h"
#include "ledger/ledger_inside.h"

#include <string.h>

struct line {
	int64_t seq;
	int64_t at_s;
	struct str principal;
	struct str role;
	struct str reason;
	struct str action;
	struct str subject;
	uint8_t prev[HASH_SHA256_LEN];
	uint8_t hash[HASH_SHA256_LEN];
};

/* SHA-256("certfill-audit-v1" || prev || fields, each text with its length). */
static void hash_line(struct str tenant, const struct line *x, uint8_t out[HASH_SHA256_LEN])
{
	const struct str texts[] = {
		tenant, x->principal, x->role, x->reason, x->action, x->subject};
	struct hash_stream h;
	struct buf b = buf_new(8192);

	buf_put_cz(&b, "certfill-audit-v1");
	buf_put(&b, x->prev, sizeof x->prev);
	cursor_put_u64(&b, (uint64_t)x->seq);
	cursor_put_u64(&b, (uint64_t)x->at_s);
	for (size_t i = 0; i < ARRAY_COUNT(texts); i++)
		cursor_put_bytes(&b, bytes_of(texts[i]));
	CHECK(!b.full);
	hash_start(&h);
	hash_add(&h, buf_bytes(&b));
	hash_finish(&h, out);
	buf_free(&b);
}

static enum rc read_last(struct ledger *l, struct line *x, struct err *err)
{
	struct db_cursor *c;
	bool row;
	enum rc rc = ledger_db_start(l->db,
		"SELECT seq, hash FROM audit WHERE tenant_id = $1 ORDER BY seq DESC LIMIT 1",
		DB_ARGS(DB_TEXT(l->tenant)), &c, err);

	x->seq = 1;
	memset(x->prev, 0, sizeof x->prev);
	if (rc == RC_OK)
		rc = ledger_db_next(&c, &row, err);
	if (rc != RC_OK || !row)
		return rc;
	x->seq = ledger_db_int(c, 0) + 1;
	rc = ledger_db_fixed(c, 1, x->prev, sizeof x->prev, err);
	ledger_db_done(&c);
	return rc;
}

enum rc ledger_audit(struct ledger *l, const struct actor *by, const char *action,
	struct str subject, struct err *err)
{
	struct line x = {.at_s = l->now_s,
		.principal = by->principal,
		.role = by->role,
		.reason = by->reason,
		.action = str_of(action),
		.subject = subject};
	enum rc rc = read_last(l, &x, err);

	if (rc != RC_OK)
		return rc;
	hash_line(l->tenant, &x, x.hash);
	return ledger_db_run(l->db,
		"INSERT INTO audit(tenant_id, seq, at_s, principal, role, reason, action, subject, "
		"prev, hash)"
		" VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
		DB_ARGS(DB_TEXT(l->tenant), DB_INT(x.seq), DB_INT(x.at_s), DB_TEXT(x.principal),
			DB_TEXT(x.role), DB_TEXT(x.reason), DB_TEXT(x.action), DB_TEXT(x.subject),
			DB_FIXED(x.prev, sizeof x.prev), DB_FIXED(x.hash, sizeof x.hash)),
		err);
}

static enum rc check_line(struct ledger *l, struct db_cursor *c, struct arena *scratch,
	struct line *last, bool *good, struct err *err)
{
	struct line x = {.seq = ledger_db_int(c, 0),
		.at_s = ledger_db_int(c, 1),
		.principal = ledger_db_text(c, scratch, 2),
		.role = ledger_db_text(c, scratch, 3),
		.reason = ledger_db_text(c, scratch, 4),
		.action = ledger_db_text(c, scratch, 5),
		.subject = ledger_db_text(c, scratch, 6)};
	uint8_t hash[HASH_SHA256_LEN];
	enum rc rc = ledger_db_fixed(c, 7, x.prev, sizeof x.prev, err);

	if (rc == RC_OK)
		rc = ledger_db_fixed(c, 8, x.hash, sizeof x.hash, err);
	hash_line(l->tenant, &x, hash);
	*good = x.seq == last->seq + 1 && hash_equal(x.prev, last->hash, sizeof x.prev)
		&& hash_equal(x.hash, hash, sizeof hash);
	*last = x;
	return rc;
}

enum rc ledger_audit_check(
	struct ledger *l, struct arena *a, struct ledger_names *out, struct err *err)
{
	struct arena *scratch = arena_new((size_t)1 << 20);
	struct line last = {0};
	struct db_cursor *c;
	bool row = true;
	bool good = true;
	enum rc rc = ledger_db_start(l->db,
		"SELECT seq, at_s, principal, role, reason, action, subject, prev, hash FROM audit"
		" WHERE tenant_id = $1 ORDER BY seq",
		DB_ARGS(DB_TEXT(l->tenant)), &c, err);

	while (rc == RC_OK && good) {
		rc = ledger_db_next(&c, &row, err);
		if (rc != RC_OK || !row)
			break;
		rc = check_line(l, c, scratch, &last, &good, err);
		arena_reset(scratch);
	}
	if (rc == RC_OK && !good)
		ledger_db_say(a, out,
			str_fmt(a,
				"%s.db: the audit chain is broken at entry %lld: lines were "
				"changed",
				l->name, (long long)last.seq));
	if (row)
		ledger_db_done(&c);
	arena_free(&scratch);
	return rc;
}
