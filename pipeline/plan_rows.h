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

#endif
