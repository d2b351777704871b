// SPDX-License-Identifier: Apache-2.0
/*
 * Every record of a batch's cohort as its receipt says it: the planned rows by number, then those
 * left out in the order the plan met them. The signer writes the entries and keeps their Merkle root
 * (ADR 0003: it builds what it signs); nothing of them stays in memory here.
 */
#ifndef PIPELINE_RECEIPT_ROWS_H
#define PIPELINE_RECEIPT_ROWS_H

#include "base/merkle.h"
#include "pipeline/tenant.h"

/* Takes an entry, canonical JSON; to: what was given with it. */
typedef enum rc receipt_sink(void *to, struct str entry, struct err *err);

/*
 * Tells the signer all rows and gives each entry to sink, which may be NULL. *root: over all of
 * them. Same ledger, same entries.
 */
enum rc receipt_rows_walk(struct tenant *t, struct str batch, receipt_sink *sink, void *to,
	struct merkle_hash *root, struct err *err) MUST_CHECK;

#endif
