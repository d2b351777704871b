// SPDX-License-Identifier: Apache-2.0
/*
 * Passes that say that they are void. The one that was issued stays what it is; beside it, once its
 * credential was revoked, suspended or superseded for the first time, comes one that is crossed out.
 */
#ifndef LEDGER_LEDGER_VOIDED_H
#define LEDGER_LEDGER_VOIDED_H

#include "ledger/ledger_credential.h"

/* A credential that fell, had a pass of pass_kind and has no voided one yet. */
struct voided_due {
	uint8_t ulid[16];
	struct str batch;
	uint32_t row_no;
};
struct voided_dues {
	struct voided_due *items;
	uint32_t count;
};
/*
 * Ordered by batch and row, those behind *after (NULL: from the beginning); limit at most 1000. Those whose
 * recipient was erased are left out: nothing can be made of them.
 */
enum rc ledger_voided_due(struct ledger *l, struct arena *a, uint8_t pass_kind,
	const struct voided_due *after, uint32_t limit, struct voided_dues *out,
	struct err *err) MUST_CHECK;
/* Once a credential; INPUT when it never fell. x->kind is not kept. */
enum rc ledger_voided_add(struct ledger *l, const struct actor *by, const uint8_t ulid[16],
	const struct shard_artifact *x, struct err *err) MUST_CHECK;

#endif
