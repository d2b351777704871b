// SPDX-License-Identifier: Apache-2.0
/* The SQLite schema. Runs in: control, verify. */
#include "ledger/ledger_schema.h"

#include "base/compiler.h"

static const char routes_1[] =
	"CREATE TABLE migrations(version INTEGER PRIMARY KEY, applied_s INTEGER NOT NULL) STRICT;"
	"CREATE TABLE tenants(name TEXT NOT NULL PRIMARY KEY, created_s INTEGER NOT NULL) STRICT, "
	"WITHOUT ROWID;"
	"CREATE TABLE routes(kind INTEGER NOT NULL, key BLOB NOT NULL, tenant_id TEXT NOT NULL,"
	" PRIMARY KEY(kind, key)) STRICT, WITHOUT ROWID;";

static const char *const routes_scripts[] = {routes_1};
static const struct schema_fixed routes_fixed[] = {
	{"migrations", {"version"}},
	{"tenants", {"name"}},
	{"routes", {"kind, key"}},
};

const struct schema ledger_schema_routes = {routes_scripts, ARRAY_COUNT(routes_scripts),
	routes_fixed, ARRAY_COUNT(routes_fixed), NULL, 0};

/* Every key begins with tenant_id, so that row-level security can stand behind the same statements. */
static const char tenant_1[] =
	"CREATE TABLE migrations(version INTEGER PRIMARY KEY, applied_s INTEGER NOT NULL) STRICT;"
	"CREATE TABLE tenants(tenant_id TEXT NOT NULL, version INTEGER NOT NULL, issuer_id TEXT "
	"NOT NULL,"
	" issuer_name TEXT NOT NULL, issuer_url TEXT NOT NULL, base_url TEXT NOT NULL, demo "
	"INTEGER NOT NULL,"
	" created_s INTEGER NOT NULL, PRIMARY KEY(tenant_id, version)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE audit(tenant_id TEXT NOT NULL, seq INTEGER NOT NULL, at_s INTEGER NOT NULL,"
	" principal TEXT NOT NULL, role TEXT NOT NULL, reason TEXT NOT NULL, action TEXT NOT NULL,"
	" subject TEXT NOT NULL, prev BLOB NOT NULL, hash BLOB NOT NULL,"
	" PRIMARY KEY(tenant_id, seq)) STRICT, WITHOUT ROWID;"
	"CREATE TRIGGER audit_chain BEFORE INSERT ON audit WHEN"
	" NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM audit WHERE tenant_id = NEW.tenant_id)"
	" OR NEW.prev <> coalesce((SELECT hash FROM audit WHERE tenant_id = NEW.tenant_id AND seq "
	"= NEW.seq - 1),"
	" zeroblob(32)) BEGIN SELECT RAISE(ABORT, 'audit is a chain: seq or prev is wrong'); END;"
	"CREATE TABLE keys(tenant_id TEXT NOT NULL, purpose INTEGER NOT NULL, kid TEXT NOT NULL,"
	" public_key BLOB NOT NULL, not_before_s INTEGER NOT NULL, sign_until_s INTEGER NOT NULL,"
	" added_s INTEGER NOT NULL, PRIMARY KEY(tenant_id, purpose, kid)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE key_events(tenant_id TEXT NOT NULL, seq INTEGER NOT NULL, kid TEXT NOT NULL,"
	" state TEXT NOT NULL, at_s INTEGER NOT NULL, PRIMARY KEY(tenant_id, seq)) STRICT, WITHOUT "
	"ROWID;"
	"CREATE TABLE templates(tenant_id TEXT NOT NULL, name TEXT NOT NULL, version INTEGER NOT "
	"NULL,"
	" sha256 BLOB NOT NULL, added_s INTEGER NOT NULL, PRIMARY KEY(tenant_id, name, version)) "
	"STRICT, WITHOUT ROWID;"
	"CREATE TABLE compiled(tenant_id TEXT NOT NULL, input_hash BLOB NOT NULL, compiled_hash "
	"BLOB NOT NULL,"
	" added_s INTEGER NOT NULL, PRIMARY KEY(tenant_id, input_hash)) STRICT, WITHOUT ROWID;";

static const char tenant_2_batches[] =
	"CREATE TABLE batches(tenant_id TEXT NOT NULL, batch TEXT NOT NULL, idempotency_key TEXT "
	"NOT NULL,"
	" attempt INTEGER NOT NULL, name TEXT NOT NULL, manifest_sha256 BLOB NOT NULL,"
	" cohort_sha256 BLOB NOT NULL, kid TEXT NOT NULL, issued_s INTEGER NOT NULL,"
	" engine_version TEXT NOT NULL, created_s INTEGER NOT NULL, manifest BLOB NOT NULL,"
	" PRIMARY KEY(tenant_id, batch), UNIQUE(tenant_id, idempotency_key, attempt)) STRICT;"
	"CREATE TABLE batch_events(tenant_id TEXT NOT NULL, batch TEXT NOT NULL, state INTEGER NOT "
	"NULL,"
	" at_s INTEGER NOT NULL, PRIMARY KEY(tenant_id, batch, state),"
	" FOREIGN KEY(tenant_id, batch) REFERENCES batches(tenant_id, batch)) STRICT, WITHOUT "
	"ROWID;"
	"CREATE TABLE batch_plans(tenant_id TEXT NOT NULL, batch TEXT NOT NULL, plan_hash BLOB NOT "
	"NULL,"
	" policy BLOB NOT NULL, PRIMARY KEY(tenant_id, batch),"
	" FOREIGN KEY(tenant_id, batch) REFERENCES batches(tenant_id, batch)) STRICT;"
	"CREATE TABLE batch_credentials(tenant_id TEXT NOT NULL, batch TEXT NOT NULL, credential "
	"INTEGER NOT NULL,"
	" outputs INTEGER NOT NULL, key TEXT NOT NULL, template_hash BLOB NOT NULL, compiled_hash "
	"BLOB NOT NULL,"
	" fonts BLOB NOT NULL, PRIMARY KEY(tenant_id, batch, credential),"
	" FOREIGN KEY(tenant_id, batch) REFERENCES batches(tenant_id, batch)) STRICT;"
	"CREATE TABLE batch_receipts(tenant_id TEXT NOT NULL, batch TEXT NOT NULL, receipt TEXT "
	"NOT NULL,"
	" PRIMARY KEY(tenant_id, batch),"
	" FOREIGN KEY(tenant_id, batch) REFERENCES batches(tenant_id, batch)) STRICT;"
	"CREATE TABLE left_out(tenant_id TEXT NOT NULL, batch TEXT NOT NULL, seq INTEGER NOT NULL,"
	" record INTEGER NOT NULL, line INTEGER NOT NULL, kind INTEGER NOT NULL, col TEXT NOT NULL,"
	" code TEXT NOT NULL, sealed BLOB NOT NULL, ulid BLOB NOT NULL, PRIMARY KEY(tenant_id, "
	"batch, seq),"
	" FOREIGN KEY(tenant_id, batch) REFERENCES batches(tenant_id, batch)) STRICT, WITHOUT "
	"ROWID;"
	"CREATE TABLE shards(tenant_id TEXT NOT NULL, batch TEXT NOT NULL, shard_no INTEGER NOT "
	"NULL,"
	" state INTEGER NOT NULL, token INTEGER NOT NULL, attempt INTEGER NOT NULL, row_count "
	"INTEGER NOT NULL,"
	" first_row INTEGER NOT NULL, last_row INTEGER NOT NULL,"
	" PRIMARY KEY(tenant_id, batch, shard_no),"
	" FOREIGN KEY(tenant_id, batch) REFERENCES batches(tenant_id, batch)) STRICT, WITHOUT "
	"ROWID;"
	"CREATE TABLE counters(tenant_id TEXT NOT NULL, name TEXT NOT NULL, value INTEGER NOT NULL,"
	" PRIMARY KEY(tenant_id, name)) STRICT, WITHOUT ROWID;";

static const char tenant_3_awards[] =
	"CREATE TABLE recipients(tenant_id TEXT NOT NULL, recipient_no INTEGER NOT NULL, id_tag "
	"BLOB NOT NULL,"
	" created_s INTEGER NOT NULL, PRIMARY KEY(tenant_id, recipient_no), UNIQUE(tenant_id, "
	"id_tag)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE recipient_keys(tenant_id TEXT NOT NULL, recipient_no INTEGER NOT NULL, "
	"key_no INTEGER NOT NULL,"
	" wrapped BLOB NOT NULL, PRIMARY KEY(tenant_id, recipient_no, key_no),"
	" FOREIGN KEY(tenant_id, recipient_no) REFERENCES recipients(tenant_id, recipient_no)) "
	"STRICT, WITHOUT ROWID;"
	"CREATE TABLE erasures(tenant_id TEXT NOT NULL, recipient_no INTEGER NOT NULL, key_no "
	"INTEGER NOT NULL,"
	" at_s INTEGER NOT NULL, PRIMARY KEY(tenant_id, recipient_no, key_no),"
	" FOREIGN KEY(tenant_id, recipient_no) REFERENCES recipients(tenant_id, recipient_no)) "
	"STRICT, WITHOUT ROWID;"
	"CREATE TABLE awards(tenant_id TEXT NOT NULL, award_no INTEGER NOT NULL, identity_tag BLOB "
	"NOT NULL,"
	" recipient_no INTEGER NOT NULL, claim_hash BLOB NOT NULL, claim_sealed BLOB NOT NULL,"
	" created_s INTEGER NOT NULL, PRIMARY KEY(tenant_id, award_no), UNIQUE(tenant_id, "
	"identity_tag),"
	" FOREIGN KEY(tenant_id, recipient_no) REFERENCES recipients(tenant_id, recipient_no)) "
	"STRICT, WITHOUT ROWID;"
	"CREATE INDEX awards_of_recipient ON awards(tenant_id, recipient_no);"
	"CREATE TABLE rows(tenant_id TEXT NOT NULL, batch TEXT NOT NULL, row_no INTEGER NOT NULL,"
	" shard_no INTEGER NOT NULL, credential INTEGER NOT NULL, award_no INTEGER NOT NULL,"
	" generation INTEGER NOT NULL, ulid BLOB NOT NULL, subject BLOB NOT NULL, supersedes BLOB "
	"NOT NULL,"
	" key_no INTEGER NOT NULL, status_list INTEGER NOT NULL, status_index INTEGER NOT NULL,"
	" valid_from_s INTEGER NOT NULL, valid_until_s INTEGER NOT NULL, commitment BLOB NOT NULL,"
	" content_tag BLOB NOT NULL, sealed BLOB NOT NULL, PRIMARY KEY(tenant_id, batch, row_no),"
	" UNIQUE(tenant_id, ulid),"
	" FOREIGN KEY(tenant_id, award_no) REFERENCES awards(tenant_id, award_no),"
	" FOREIGN KEY(tenant_id, batch) REFERENCES batches(tenant_id, batch)) STRICT, WITHOUT "
	"ROWID;";

static const char tenant_4_issued[] =
	"CREATE TABLE outcomes(tenant_id TEXT NOT NULL, batch TEXT NOT NULL, row_no INTEGER NOT "
	"NULL,"
	" step INTEGER NOT NULL, result INTEGER NOT NULL, code TEXT NOT NULL, sealed BLOB NOT NULL,"
	" token INTEGER NOT NULL, at_s INTEGER NOT NULL, PRIMARY KEY(tenant_id, batch, row_no, "
	"step),"
	" FOREIGN KEY(tenant_id, batch, row_no) REFERENCES rows(tenant_id, batch, row_no)) STRICT, "
	"WITHOUT ROWID;"
	"CREATE TABLE credentials(tenant_id TEXT NOT NULL, ulid BLOB NOT NULL, award_no INTEGER "
	"NOT NULL,"
	" generation INTEGER NOT NULL, batch TEXT NOT NULL, row_no INTEGER NOT NULL, tag_hash BLOB "
	"NOT NULL,"
	" token_version INTEGER NOT NULL, content_tag BLOB NOT NULL, issued_s INTEGER NOT NULL,"
	" shard_no INTEGER NOT NULL, leaf INTEGER NOT NULL, record TEXT NOT NULL,"
	" PRIMARY KEY(tenant_id, award_no, generation), UNIQUE(tenant_id, ulid), UNIQUE(tenant_id, "
	"tag_hash),"
	" FOREIGN KEY(tenant_id, award_no) REFERENCES awards(tenant_id, award_no),"
	" FOREIGN KEY(tenant_id, batch, row_no) REFERENCES rows(tenant_id, batch, row_no)) STRICT;"
	"CREATE UNIQUE INDEX credentials_of_batch ON credentials(tenant_id, batch, row_no);"
	"CREATE TABLE artifacts(tenant_id TEXT NOT NULL, ulid BLOB NOT NULL, kind INTEGER NOT NULL,"
	" len INTEGER NOT NULL, sha256 BLOB NOT NULL, PRIMARY KEY(tenant_id, ulid, kind),"
	" FOREIGN KEY(tenant_id, ulid) REFERENCES credentials(tenant_id, ulid)) STRICT, WITHOUT "
	"ROWID;"
	"CREATE TABLE shard_roots(tenant_id TEXT NOT NULL, batch TEXT NOT NULL, shard_no INTEGER "
	"NOT NULL,"
	" root BLOB NOT NULL, kid TEXT NOT NULL, signature BLOB NOT NULL, leaves BLOB NOT NULL,"
	" PRIMARY KEY(tenant_id, batch, shard_no),"
	" FOREIGN KEY(tenant_id, batch) REFERENCES batches(tenant_id, batch)) STRICT;"
	"CREATE TABLE status_events(tenant_id TEXT NOT NULL, seq INTEGER NOT NULL, ulid BLOB NOT "
	"NULL,"
	" kind INTEGER NOT NULL, reason TEXT NOT NULL, at_s INTEGER NOT NULL, note BLOB NOT NULL,"
	" kid TEXT NOT NULL, signature BLOB NOT NULL, PRIMARY KEY(tenant_id, seq),"
	" FOREIGN KEY(tenant_id, ulid) REFERENCES credentials(tenant_id, ulid)) STRICT, WITHOUT "
	"ROWID;"
	"CREATE INDEX status_events_of ON status_events(tenant_id, ulid, seq);"
	"CREATE TABLE status_lists(tenant_id TEXT NOT NULL, list INTEGER NOT NULL, purpose TEXT "
	"NOT NULL,"
	" key_tag BLOB NOT NULL, created_s INTEGER NOT NULL, PRIMARY KEY(tenant_id, list)) STRICT, "
	"WITHOUT ROWID;"
	"CREATE TABLE log_leaves(tenant_id TEXT NOT NULL, seq INTEGER NOT NULL, kind INTEGER NOT "
	"NULL,"
	" ref BLOB NOT NULL, leaf BLOB NOT NULL, PRIMARY KEY(tenant_id, seq)) STRICT, WITHOUT "
	"ROWID;"
	"CREATE TABLE offline_nonces(tenant_id TEXT NOT NULL, device BLOB NOT NULL, nonce BLOB NOT "
	"NULL,"
	" seen_s INTEGER NOT NULL, PRIMARY KEY(tenant_id, device, nonce)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE offline_attempts(tenant_id TEXT NOT NULL, attempt TEXT NOT NULL, ulid BLOB "
	"NOT NULL,"
	" seen_s INTEGER NOT NULL, PRIMARY KEY(tenant_id, attempt)) STRICT, WITHOUT ROWID;";

static const char tenant_5_pass_chains[] =
	"CREATE TABLE pass_chains(tenant_id TEXT NOT NULL, sha256 BLOB NOT NULL, kid TEXT NOT NULL,"
	" certificate BLOB NOT NULL, intermediate BLOB NOT NULL, root BLOB NOT NULL,"
	" added_s INTEGER NOT NULL, PRIMARY KEY(tenant_id, sha256)) STRICT;"
	"CREATE TABLE batch_pass_chains(tenant_id TEXT NOT NULL, batch TEXT NOT NULL, sha256 BLOB "
	"NOT NULL,"
	" PRIMARY KEY(tenant_id, batch),"
	" FOREIGN KEY(tenant_id, batch) REFERENCES batches(tenant_id, batch),"
	" FOREIGN KEY(tenant_id, sha256) REFERENCES pass_chains(tenant_id, sha256)) STRICT, "
	"WITHOUT ROWID;";

static const char tenant_6_public[] =
	"CREATE INDEX awards_of_claim ON awards(tenant_id, claim_hash);"
	"CREATE TABLE public_views(tenant_id TEXT NOT NULL, ulid BLOB NOT NULL, published BLOB NOT "
	"NULL,"
	" claimed BLOB NOT NULL, PRIMARY KEY(tenant_id, ulid),"
	" FOREIGN KEY(tenant_id, ulid) REFERENCES credentials(tenant_id, ulid)) STRICT;";

static const char tenant_7_status_docs[] =
	"CREATE TABLE status_docs(tenant_id TEXT NOT NULL, list INTEGER NOT NULL, seq INTEGER NOT "
	"NULL,"
	" built_s INTEGER NOT NULL, valid_until_s INTEGER NOT NULL, content BLOB NOT NULL,"
	" PRIMARY KEY(tenant_id, list),"
	" FOREIGN KEY(tenant_id, list) REFERENCES status_lists(tenant_id, list)) STRICT;";

static const char tenant_8_voided[] =
	"CREATE TABLE voided_passes(tenant_id TEXT NOT NULL, ulid BLOB NOT NULL, len INTEGER NOT "
	"NULL,"
	" sha256 BLOB NOT NULL, at_s INTEGER NOT NULL, PRIMARY KEY(tenant_id, ulid),"
	" FOREIGN KEY(tenant_id, ulid) REFERENCES credentials(tenant_id, ulid)) STRICT, WITHOUT "
	"ROWID;";

static const char *const tenant_scripts[] = {tenant_1, tenant_2_batches, tenant_3_awards,
	tenant_4_issued, tenant_5_pass_chains, tenant_6_public, tenant_7_status_docs,
	tenant_8_voided};

static const struct schema_fixed tenant_fixed[] = {
	{"migrations", {"version"}},
	{"tenants", {"tenant_id, version"}},
	{"audit", {"tenant_id, seq"}},
	{"keys", {"tenant_id, purpose, kid"}},
	{"key_events", {"tenant_id, seq"}},
	{"templates", {"tenant_id, name, version"}},
	{"compiled", {"tenant_id, input_hash"}},
	{"batches", {"tenant_id, batch", "tenant_id, idempotency_key, attempt"}},
	{"batch_events", {"tenant_id, batch, state"}},
	{"batch_plans", {"tenant_id, batch"}},
	{"batch_credentials", {"tenant_id, batch, credential"}},
	{"batch_receipts", {"tenant_id, batch"}},
	{"pass_chains", {"tenant_id, sha256"}},
	{"batch_pass_chains", {"tenant_id, batch"}},
	{"left_out", {"tenant_id, batch, seq"}},
	{"recipients", {"tenant_id, recipient_no", "tenant_id, id_tag"}},
	{"erasures", {"tenant_id, recipient_no, key_no"}},
	{"recipient_keys", {"tenant_id, recipient_no, key_no"}},
	{"awards", {"tenant_id, award_no", "tenant_id, identity_tag"}},
	{"rows", {"tenant_id, batch, row_no", "tenant_id, ulid"}},
	{"outcomes", {"tenant_id, batch, row_no, step"}},
	{"credentials",
		{"tenant_id, award_no, generation", "tenant_id, ulid", "tenant_id, tag_hash",
			"tenant_id, batch, row_no"}},
	{"artifacts", {"tenant_id, ulid, kind"}},
	{"public_views", {"tenant_id, ulid"}},
	{"voided_passes", {"tenant_id, ulid"}},
	{"shard_roots", {"tenant_id, batch, shard_no"}},
	{"status_events", {"tenant_id, seq"}},
	{"status_lists", {"tenant_id, list"}},
	{"log_leaves", {"tenant_id, seq"}},
	{"offline_nonces", {"tenant_id, device, nonce"}},
	{"offline_attempts", {"tenant_id, attempt"}},
};

/*
 * shards: states. counters: places of status lists. status_docs: made anew from the events.
 * recipient_keys, public_views: deletion is erasure.
 */
static const struct schema_change tenant_changes[] = {
	{"shards", 1, 0},
	{"counters", 1, 0},
	{"status_docs", 1, 0},
	{"recipient_keys", 0, 1},
	{"public_views", 0, 1},
};

const struct schema ledger_schema_tenant = {tenant_scripts, ARRAY_COUNT(tenant_scripts),
	tenant_fixed, ARRAY_COUNT(tenant_fixed), tenant_changes, ARRAY_COUNT(tenant_changes)};
