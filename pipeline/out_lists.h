// SPDX-License-Identifier: Apache-2.0
/* The lists beside everybody's files, and how their lines are written. */
#ifndef PIPELINE_OUT_LISTS_H
#define PIPELINE_OUT_LISTS_H

#include "ledger/ledger_status_list.h"
#include "pipeline/issue_out.h"

enum rc out_begin(struct out_job *o, struct err *err) MUST_CHECK;
/* A line of proofs.jsonl: the record, its place in the shard's tree, the path, the signed root. */
enum rc out_add_proof(
	struct out_job *o, struct arena *a, const struct credential *c, struct err *err) MUST_CHECK;
/* The same line into b. */
enum rc out_put_proof(
	struct out_job *o, const struct credential *c, struct buf *b, struct err *err) MUST_CHECK;
/* The signed events about a credential into b, a line each. */
enum rc out_put_events(struct out_job *o, struct arena *a, const struct credential *c,
	struct buf *b, struct err *err) MUST_CHECK;
/* Lines of events.jsonl; its status list is among those that out_send_lists() sends. */
enum rc out_add_status(
	struct out_job *o, struct arena *a, const struct credential *c, struct err *err) MUST_CHECK;
/* What the newest document of a status list is to be called. */
typedef struct str out_list_name(struct arena *a, const struct status_doc *doc);
enum rc out_send_list(struct client *client, struct tenant *t, uint32_t list, out_list_name *name,
	struct err *err) MUST_CHECK;
/* status-list-1.json, revocation-list-2.json: those that the credentials name, as they are now. */
enum rc out_send_lists(struct out_job *o, struct err *err) MUST_CHECK;
/* The chain that a batch's passes are signed with, once, into pass-chain.pem. */
enum rc out_add_chain(
	struct out_job *o, struct arena *a, struct str batch, struct err *err) MUST_CHECK;
/* receipt.json: the signed head out of the ledger, and the rows it was signed over. */
enum rc out_receipt(struct out_job *o, struct err *err) MUST_CHECK;
/* Lines of links.csv (ADR 0013): name, e-mail, claim page, verify page. */
enum rc out_add_links(struct out_job *o, struct arena *a, const struct credential *items,
	const struct wire_row *rows, const bool *erased, uint32_t count,
	struct err *err) MUST_CHECK;
/* "/c/SECRET", the recipient's page of an award; lives in a. */
enum rc out_claim_path(struct tenant *t, struct arena *a, int64_t award_no, struct str *out,
	struct err *err) MUST_CHECK;
/* errors.csv, keys, chains, receipt; hands all lists to the command line. */
enum rc out_finish(struct out_job *o, struct err *err) MUST_CHECK;
void out_close(struct out_job *o);

/* A cell as RFC 4180 wants it; cells that a spreadsheet would run as a formula get a ' in front. */
void out_put_cell(struct buf *b, struct str text, bool last);
/* errors.csv: its mark and header, the person's own columns first; and one line of it. raw: CSV. */
void out_put_errors_header(struct buf *b, struct str raw_header);
void out_put_error(
	struct buf *b, struct str raw, uint32_t line, struct str code, struct str message);

#endif
