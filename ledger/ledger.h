// SPDX-License-Identifier: Apache-2.0
/*
 * The ledger: what was planned, issued and said about it later. It can only be added to: records,
 * outcomes, events are never changed (triggers refuse it); the few exceptions are shards' states,
 * counters and the wrapped keys of recipients, whose deletion is erasure (ADR 0015).
 *
 * A handle is one tenant's: <data>/ledger/<tenant>.db beside <data>/ledger/routes.db. Drivers:
 * SQLite (ledger_sqlite.c); another one is new files and one line of ledger_db.c. Not thread-safe;
 * two handles, also of two processes, may be open at once. Everything blocks.
 *
 * Writes join the transaction that ledger_begin opened, or are one by themselves. Results live in
 * the arena of the call. Errors: INPUT what the caller asked for cannot be; AGAIN busy for longer than
 * 10 s, or fenced off; LIMIT; SYSTEM the machine, with what to do.
 */
#ifndef LEDGER_LEDGER_H
#define LEDGER_LEDGER_H

#include "base/arena.h"
#include "base/str.h"

#define LEDGER_TENANT_MAX 64

/* Who wants it (ADR 0024); in every write. tenant must be the handle's. */
struct actor {
	struct str tenant;
	struct str principal; /* <=255: "local:uid-1000" */
	struct str role; /* <=64: certification:issue, ... */
	struct str reason; /* <=255: may be empty */
};

struct ledger;

enum ledger_flag {
	LEDGER_READ_ONLY = 1 << 0,
};

/* data_dir: holds ledger/. INPUT when the tenant was never created there; migrates an older schema. */
enum rc ledger_open(const char *data_dir, struct str tenant, uint32_t flags, struct ledger **out,
	struct err *err) MUST_CHECK;
/* Rolls an open transaction back. */
void ledger_free(struct ledger **l);
/* Of the handle. */
struct str ledger_tenant_name(const struct ledger *l);

/* One writing transaction at a time; none inside another (CHECK). */
enum rc ledger_begin(struct ledger *l, struct err *err) MUST_CHECK;
enum rc ledger_commit(struct ledger *l, struct err *err) MUST_CHECK;
void ledger_rollback(struct ledger *l);

/* ---- tenants ---- */
struct ledger_tenant {
	struct str name; /* [a-z0-9-], 1..64 */
	struct str issuer_id; /* did:web:... */
	struct str issuer_name;
	struct str issuer_url;
	struct str base_url; /* https://host, no slash at the end */
	bool demo; /* no public base URL */
	int64_t created_s;
};

/* True for [a-z0-9-]{1,64} that neither begins nor ends with '-'. */
bool ledger_tenant_name_ok(struct str name);
/*
 * Makes <data>/ledger (0700) when missing, and the tenant's file; *out is its handle. INPUT when the
 * tenant exists. A crash leaves no tenant or all of it; what one left, also of an older version that
 * wrote the tenant's file in place, is replaced.
 */
enum rc ledger_create(const char *data_dir, const struct actor *by, const struct ledger_tenant *t,
	struct ledger **out, struct err *err) MUST_CHECK;
/* Adds a version of the tenant's settings; the newest counts. */
enum rc ledger_tenant_change(struct ledger *l, const struct actor *by,
	const struct ledger_tenant *t, struct err *err) MUST_CHECK;
enum rc ledger_tenant_find(
	struct ledger *l, struct arena *a, struct ledger_tenant *out, struct err *err) MUST_CHECK;

struct ledger_names {
	struct str *items;
	uint32_t count;
};
/*
 * Of the data directory, sorted; none when there is no ledger yet. Without those that were not made
 * completely; a damaged one is among them.
 */
enum rc ledger_list_tenants(const char *data_dir, struct arena *a, struct ledger_names *out,
	struct err *err) MUST_CHECK;

/* ---- signing keys, public halves only ---- */
struct ledger_key {
	uint8_t purpose; /* enum key_purpose of ipc/wire_sign.h */
	struct str kid;
	struct bytes public_key; /* empty for secrets */
	int64_t not_before_s;
	int64_t sign_until_s;
	/* Answers only; LEDGER_NEVER_S: it did not happen. */
	int64_t added_s; /* from then on the servers answer with it */
	int64_t published_s; /* first written by "key publish" */
	int64_t compromised_s;
};
#define LEDGER_NEVER_S INT64_MAX
struct ledger_keys {
	struct ledger_key *items;
	uint32_t count;
};
/* Nothing when purpose and kid are there with the same public key; INPUT with another one. */
enum rc ledger_key_add(struct ledger *l, const struct actor *by, const struct ledger_key *key,
	struct err *err) MUST_CHECK;
/* What is said about a key later. The first time of each counts; again is nothing. */
enum ledger_key_event {
	LEDGER_KEY_PUBLISHED,
	LEDGER_KEY_COMPROMISED,
};
enum rc ledger_key_event(struct ledger *l, const struct actor *by, struct str kid,
	enum ledger_key_event event, struct err *err) MUST_CHECK;
/* Oldest first. */
enum rc ledger_key_list(
	struct ledger *l, struct arena *a, struct ledger_keys *out, struct err *err) MUST_CHECK;

/* ---- templates: names to hashes, and what was compiled of them ---- */
struct ledger_template {
	struct str name;
	uint32_t version; /* from 1 */
	uint8_t sha256[32]; /* of the cleaned template */
	int64_t added_s;
};
/* The newest version of name when it has this hash, else a new one. */
enum rc ledger_template_add(struct ledger *l, const struct actor *by, struct str name,
	const uint8_t sha256[32], struct ledger_template *out, struct err *err) MUST_CHECK;
/* *found false when the name is unknown. version 0: the newest. */
enum rc ledger_template_find(struct ledger *l, struct arena *a, struct str name, uint32_t version,
	struct ledger_template *out, bool *found, struct err *err) MUST_CHECK;
struct ledger_templates {
	struct ledger_template *items;
	uint32_t count;
};
/* By name, then by version; name empty: of every name. */
enum rc ledger_template_versions(struct ledger *l, struct arena *a, struct str name,
	struct ledger_templates *out, struct err *err) MUST_CHECK;
/* input_hash: over everything compile was given; compiled_hash: SHA-256 of what it made. */
enum rc ledger_compiled_add(struct ledger *l, const struct actor *by, const uint8_t input_hash[32],
	const uint8_t compiled_hash[32], struct err *err) MUST_CHECK;
enum rc ledger_compiled_find(struct ledger *l, const uint8_t input_hash[32],
	uint8_t compiled_hash[32], bool *found, struct err *err) MUST_CHECK;

/* ---- backup and doctor ---- */
/*
 * Copies <tenant>.db and routes.db, each consistent, into out_dir (made when missing, 0700; must not
 * hold such files) while the ledger may be in use: the tenant first, so that every row has its route.
 */
enum rc ledger_backup(struct ledger *l, const char *out_dir, struct err *err) MUST_CHECK;
/*
 * Database integrity, foreign keys, append-only triggers present, audit chain unbroken. *out:
 * sentences, none when all is well.
 */
enum rc ledger_check(
	struct ledger *l, struct arena *a, struct ledger_names *out, struct err *err) MUST_CHECK;

/*
 * Counts the tokens, credentials, claim links and status lists of this tenant that routes.db does not lead to, so
 * that nobody could check them; with mend, adds their routes in one transaction.
 */
enum rc ledger_routes_check(
	struct ledger *l, bool mend, uint64_t *missing, struct err *err) MUST_CHECK;

#endif
