// SPDX-License-Identifier: Apache-2.0
/* The rows of a plan: taken from intake, matched with awards, measured, sealed, written. */
#ifndef PIPELINE_PLAN_ROWS_H
#define PIPELINE_PLAN_ROWS_H

#include "pipeline/issue.h"

struct plan_totals {
	uint64_t rows; /* planned */
	uint64_t unchanged;
	uint64_t differing; /* of them: the row says something else than what was issued */
	uint64_t bad;
	uint64_t held;
};

/*
 * Reads the whole cohort. Rows go to the ledger in transactions of some hundred; memory does not grow
 * with the cohort. plan_hash: SHA-256 over what was fixed of every row, in order. AGAIN when cancelled.
 */
enum rc plan_rows(struct issue *job, struct plan_totals *totals, uint8_t plan_hash[32],
	struct err *err) MUST_CHECK;

/*
 * What intake says of a page is looked at before it is reckoned with: days of the calendar's years 1 to 9999, and a
 * page that brings the end nearer. PEER otherwise.
 */
enum rc plan_check_page(const struct wire_rows *page, struct err *err) MUST_CHECK;

/* Fixes the dates that the file leaves open: issued on the batch's day, valid as the manifest says. */
void plan_fix_dates(const struct issue *job, const struct wire_credential *c, struct wire_row *row);

/* A row that is issued again in the place of a credential. */
struct plan_change {
	struct wire_row row; /* as it shall be */
	uint16_t credential; /* index in the manifest */
	uint8_t ulid[16]; /* of the credential that it replaces */
	int64_t award_no;
	uint32_t generation; /* latest of the award */
	uint8_t recipient_tag[32];
	struct bytes wrapped_key;
	int64_t valid_from_s;
};
/* What a credential would say with this row: for telling whether a change changes anything. */
void plan_content_tag(const struct tenant *t, const struct wire_row *row, uint8_t out[32]);
/* The same as plan_rows for changes, without intake. A row that does not fit its template is left out. */
enum rc plan_changes(struct issue *job, const struct plan_change *changes, uint32_t count,
	struct plan_totals *totals, uint8_t plan_hash[32], struct err *err) MUST_CHECK;

#endif
