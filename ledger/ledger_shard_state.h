// SPDX-License-Identifier: Apache-2.0
/* States of a shard in the database. Inside ledger/ only. */
#ifndef LEDGER_LEDGER_SHARD_STATE_H
#define LEDGER_LEDGER_SHARD_STATE_H

enum shard_state {
	SHARD_READY = 1, /* planning; release after a worker died. Claiming leaves it */
	SHARD_RUNNING, /* claim. Finishing or release leaves it */
	SHARD_DONE, /* finish. For good */
};

#endif
