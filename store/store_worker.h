// SPDX-License-Identifier: Apache-2.0
/* The store process: sources of bytes that control names, and what it does with each message. */
#ifndef STORE_STORE_WORKER_H
#define STORE_STORE_WORKER_H

#include "ipc/wire_store.h"
#include "ipc/worker.h"
#include "store/store.h"
#include "store/store_prefix.h"
#include "store/store_source.h"

struct store_worker {
	struct store *store; /* NULL before STORE_OPEN */
	struct store_sources *sources;
	struct buf private; /* private bytes of the artifact being stored */
	struct store_part parts[400];
	struct store_prefix prefixes[ARTIFACT_PASS + 1]; /* by enum artifact_kind */
	uint8_t tenant_key[32];
	bool read_only;
};

/* Handlers: see messages.def. */
worker_handler store_worker_open;
worker_handler store_worker_source;
worker_handler store_worker_put;
worker_handler store_worker_commit;
worker_handler store_worker_fetch;
worker_handler store_worker_list;

extern const struct worker_message store_worker_messages[];
extern const size_t store_worker_message_count;
extern const struct confine_profile store_profile;
/* Of a store that was opened read-only. */
extern const struct confine_profile store_reading_profile;

#endif
