// SPDX-License-Identifier: Apache-2.0
/*
 * For the serving processes: which tenant, by handles that stay open, and whether anything changed. A process
 * that may only read the ledger's files sees what was committed no later than the last ledger_version() of
 * somebody who may write them, which is why certfill-serve calls it several times a second.
 */
#ifndef LEDGER_LEDGER_READER_H
#define LEDGER_LEDGER_READER_H

#include "ledger/ledger_credential.h"

struct ledger_reader;

/*
 * From now on this process, which must have one thread, writes to no ledger and is not ended (SIGBUS) when
 * somebody cuts a file that SQLite has mapped: reads of the handles that were opened before fail with SYSTEM,
 * and a handle opened anew is sound. Before any ledger is opened.
 */
void ledger_reader_survive_cuts(void);

/* The routes of a data directory; flags: enum ledger_flag. INPUT when there is none yet. */
enum rc ledger_reader_open(const char *data_dir, uint32_t flags, struct ledger_reader **out,
	struct err *err) MUST_CHECK;
void ledger_reader_free(struct ledger_reader **r);
/* As ledger_route_find; *tenant lives in a. */
enum rc ledger_reader_find(struct ledger_reader *r, struct arena *a, enum route_kind kind,
	struct bytes key, struct str *tenant, bool *found, struct err *err) MUST_CHECK;
enum rc ledger_reader_version(
	struct ledger_reader *r, uint32_t *version, struct err *err) MUST_CHECK;
/* A number that is another one after others wrote; means nothing beyond this handle. */
enum rc ledger_version(struct ledger *l, uint32_t *version, struct err *err) MUST_CHECK;

/* The newest issued credential of the award with that claim hash (SHA-256 of the claim secret). */
enum rc ledger_credential_find_claim(struct ledger *l, struct arena *a,
	const uint8_t claim_hash[32], struct credential *out, bool *found,
	struct err *err) MUST_CHECK;

/*
 * From hold to drop all reads of the handle see one moment and need no locks of their own. Held for one turn
 * of a loop, never longer: a held moment keeps the write-ahead log from being emptied. Again is nothing.
 */
enum rc ledger_hold(struct ledger *l, struct err *err) MUST_CHECK;
void ledger_drop(struct ledger *l);
enum rc ledger_reader_hold(struct ledger_reader *r, struct err *err) MUST_CHECK;
void ledger_reader_drop(struct ledger_reader *r);

/* What a verification page stands on, read at one moment. */
struct credential_face {
	uint8_t ulid[16];
	uint8_t tag_hash[32];
	struct str batch;
	int64_t issued_s;
	struct str record; /* canonical JSON */
	uint32_t shard;
	uint32_t leaf;
	struct bytes published; /* the box of ledger_public.h; empty: none, or erased */
	bool changed; /* a status event or a newer credential of the award: ledger_credential_find says more */
};
/* A fifth of the work of ledger_credential_find_tag. */
enum rc ledger_credential_face(struct ledger *l, struct arena *a, const uint8_t tag_hash[32],
	struct credential_face *out, bool *found, struct err *err) MUST_CHECK;

#endif
