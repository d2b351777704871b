// SPDX-License-Identifier: Apache-2.0
/*
 * The job that issues a cohort, in steps that each can be run again:
 *   issue_open   manifest, templates cleaned and compiled
 *   issue_plan   rows checked, measured, fixed in the ledger; or the plan found that is there already
 *   issue_run    shards signed, drawn, stored, finished
 *   issue_out    files, links.csv, errors.csv, receipt.json below --out
 */
#ifndef PIPELINE_ISSUE_H
#define PIPELINE_ISSUE_H

#include "base/ulid.h"
#include "ledger/ledger_award.h"
#include "ledger/ledger_batch.h"
#include "ledger/ledger_credential.h"
#include "ledger/ledger_shard.h"
#include "pipeline/kept.h"
#include "pipeline/stage.h"

#define ISSUE_CREDENTIALS_MAX 50
#define ISSUE_SHARD_ROWS 100
/* Bad rows said one by one; the rest is counted. */
#define ISSUE_PROBLEMS_SHOWN 100
/* Stands for the token that only the signer can make: wide letters, so that the real one fits, too. */
#define ISSUE_SAMPLE_TOKEN \
	"01H0WM8Q0WG0MQ0W0GM0QW0HMG0W0MQ0GW0QM0H0WM8Q0WG0MQ0W0GM0QW0HMG0W0MQ0GW0QM0HWMQG"

/* One of the manifest's credentials, ready to be drawn. */
struct issue_credential {
	const struct wire_credential *asked;
	struct str template_name;
	struct stage_cleaned cleaned;
	struct stage_compiled compiled;
	struct stage_drawer measurer; /* opened when the first row is measured */
	bool open;
	bool pinned; /* a version that has a name: no file, and no new version */
	uint32_t shard; /* being filled by the plan */
	uint32_t shard_rows;
};

struct issue {
	struct control *control;
	struct client *client;
	struct tenant *tenant;
	struct arena *arena; /* as long as the job */
	struct peer *intake;
	struct wire_manifest manifest;
	struct wire_cohort cohort;
	struct issue_credential credentials[ISSUE_CREDENTIALS_MAX];
	uint32_t credential_count;
	struct batch batch; /* as in the ledger */
	struct wire_policy policy;
	bool resumed; /* the plan was there before */
	bool nothing_new; /* and everything in it is done */
	bool looks; /* measuring tells what is particular about values, too: previews */
	uint32_t shard_count;
	uint32_t row_count; /* planned */
	struct batch_counts before; /* when issuing began */
	uint32_t lost_before; /* peer_lost_count() when the command began */
	uint64_t problems_said;
	uint8_t exit_code; /* with a failure */
	const char *replaces; /* reason of SUPERSEDED events; NULL: STATUS_CORRECTED */
};

/* Each sets job->exit_code when it fails. */
enum rc issue_open(struct issue *job, struct err *err) MUST_CHECK;
enum rc issue_plan(struct issue *job, struct err *err) MUST_CHECK;
enum rc issue_run(struct issue *job, struct err *err) MUST_CHECK;
/* Issues what is planned and still due, finishes the batch, publishes status, writes files, says a summary. */
enum rc issue_complete(struct issue *job, struct err *err) MUST_CHECK;
/* Workers and descriptors of the job. */
void issue_close(struct issue *job);

/* Credentials of a batch that are issued again with other values (plan_rows.h). */
struct plan_change;
struct issue_changes {
	struct str batch; /* that they were issued in */
	const struct plan_change *items;
	uint32_t count; /* 0: only take up a plan that is there */
};
/* Finds the plan of job's manifest and "cohort" that is there, or makes one of changes. */
enum rc issue_plan_changes(
	struct issue *job, const struct issue_changes *changes, struct err *err) MUST_CHECK;
enum rc issue_out(struct issue *job, struct err *err) MUST_CHECK;

/* Opens a credential's template, once: cleaned, compiled, fonts. */
enum rc issue_open_credential(struct issue *job, uint32_t index, struct err *err) MUST_CHECK;
/*
 * The same for a plan that is there, from the template that was kept with it (shelf.h), else as above.
 * The tier is the one whose bytes were planned.
 */
enum rc issue_open_kept(
	struct issue *job, const struct batch_credential *b, struct err *err) MUST_CHECK;
/* Only cleans it; *found false when nothing was kept. */
enum rc issue_clean_kept(struct issue *job, const struct batch_credential *b, bool *found,
	struct err *err) MUST_CHECK;
/* job->credentials: those of job->manifest, with nothing opened yet. */
void issue_list_credentials(struct issue *job);
/* What the manifest says to compile. */
struct stage_compile_ask issue_compile_ask(const struct wire_credential *asked);
/* What the signer may do for this batch; strings borrow from job. */
enum rc issue_build_policy(struct issue *job, struct err *err) MUST_CHECK;
/* Registers policy and pass images with the signer. */
enum rc issue_set_policy(struct issue *job, struct err *err) MUST_CHECK;

/* What a row's values are made of. token: 78 characters. */
struct issue_said {
	const struct wire_row *row;
	uint32_t credential; /* index in the manifest */
	struct str credential_id;
	struct str token;
};
struct issue_value_list {
	struct wire_value *items;
	uint32_t count;
};
/* A row's values for drawing; they live in a. */
enum rc issue_values(const struct issue *job, const struct issue_said *said, struct arena *a,
	struct issue_value_list *out, struct err *err) MUST_CHECK;
/* A planned row about to be drawn, or drawn again. token: 78 characters. */
struct issue_drawing {
	const struct wire_row *row;
	uint32_t credential; /* index in the manifest */
	const uint8_t *ulid;
	struct str token;
};
/* All that decides its pages, except the signed bytes and the row's number; *out lives in a. */
enum rc issue_draw_row(const struct issue *job, const struct issue_drawing *d, struct arena *a,
	struct wire_draw_row *out, struct err *err) MUST_CHECK;
/*
 * Takes up a credential of a plan that is there: compiled template and fonts, as they were planned.
 * INPUT with job->exit_code EXIT_CONFLICT names what is not as it was.
 */
enum rc issue_reopen_credential(
	struct issue *job, const struct batch_credential *b, struct err *err) MUST_CHECK;
/* A text in the row's language: exact tag, then its first part, then the first of the list. */
struct str issue_text_in(const struct wire_text *texts, uint32_t count, struct str lang);
/* <base>/verify/<token>; and as the QR code shows it, upper case (ADR 0013). */
struct str issue_verify_link(const struct issue *job, struct arena *a, struct str token);
struct str issue_verify_qr(const struct issue *job, struct arena *a, struct str token);
/* A credential's id, as the signer writes it. */
struct str issue_credential_id(const struct issue *job, struct arena *a, const uint8_t ulid[16]);

/* Recipients' keys and what is derived from them. */
enum rc issue_unwrap(const struct tenant *t, struct bytes wrapped, const uint8_t recipient_tag[32],
	uint8_t key[SEAL_KEY_LEN], struct err *err) MUST_CHECK;
struct seal_place issue_row_place(const struct tenant *t, const uint8_t ulid[16]);
enum rc issue_open_row(const struct tenant *t, const uint8_t key[SEAL_KEY_LEN],
	const uint8_t ulid[16], struct bytes sealed, struct arena *a, struct wire_row *out,
	struct err *err) MUST_CHECK;
/* What is sealed under the tenant's key: message and raw record of a row left out. */
struct issue_refusal {
	struct str message; /* <=512 */
	struct str raw; /* <=16384 */
	uint32_t line;
};
extern const struct wire_type issue_refusal_type;

/* A fresh one. */
void issue_ulid_new(int64_t wall_ms, uint8_t out[ULID_LEN]);

/* One bad row, said to the client (the first hundred of them). */
void issue_say_problem(struct issue *job, const struct wire_row_error *e);

#endif
