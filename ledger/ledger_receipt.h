// SPDX-License-Identifier: Apache-2.0
/* What became of a batch's planned rows, for its receipt. */
#ifndef LEDGER_LEDGER_RECEIPT_H
#define LEDGER_LEDGER_RECEIPT_H

#include "ledger/ledger_batch.h"

struct ledger_receipt_row {
	uint32_t row_no;
	uint8_t result; /* enum outcome_result */
	struct str code; /* empty unless failed */
	/* The credential that the row has now, of this batch or of the one that was first; zeros: none. */
	uint8_t ulid[16];
};
struct ledger_receipt_rows {
	struct ledger_receipt_row *items;
	uint32_t count;
};
/* By row_no, those above after_row; limit at most 1000. The same for ever once the batch is finished. */
enum rc ledger_receipt_list(struct ledger *l, struct arena *a, struct str batch, uint32_t after_row,
	uint32_t limit, struct ledger_receipt_rows *out, struct err *err) MUST_CHECK;

#endif
