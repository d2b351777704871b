// SPDX-License-Identifier: Apache-2.0
/*
 * Artifacts on their way from the tenants' stores to the verify processes. Nothing here waits: requests stand
 * in a bounded queue, some are with each store at a time, and what takes too long is answered "failed", which
 * visitors see as 503. A store that is stuck is ended and another one asked; other tenants' do not notice.
 */
#ifndef SERVE_HALL_FETCH_H
#define SERVE_HALL_FETCH_H

#include "ipc/wire_store.h"
#include "serve/hall.h"

/* In all, and of one tenant, so that one whose store is stuck leaves room for the others. */
#define HALL_FETCHES_MAX 768u
#define HALL_FETCHES_OF_TENANT 192u
/* With one store at a time: it answers one after the other, and its channel has room for these. */
#define HALL_FETCHES_UNDER_WAY 4u
/* From a visitor's question to "failed". */
#define HALL_FETCH_LIMIT_MS 5000

/* Who asked: the request of a verify process, which may be another process by the time of the answer. */
struct hall_asker {
	uint32_t verifier;
	uint32_t life;
	uint32_t request;
};

/* is: the answer as it will be when the bytes are there; item: what to ask the store for, wiped here. */
void hall_fetch_add(struct hall *h, struct hall_tenant *t, const struct hall_asker *asker,
	const struct wire_artifact_is *is, struct wire_fetch_item *item);
/* Called in every turn of the loop: starts what can be, gives up what took too long. */
void hall_fetch_turn(struct hall *h, int64_t now_ms);
/* t's store has something to say. */
void hall_fetch_take(struct hall *h, struct hall_tenant *t);
/* t's store has ended (its pidfd says so). */
void hall_fetch_ended(struct hall *h, struct hall_tenant *t);
/* Ends store processes that nothing asked for in five minutes. */
void hall_fetch_rest(struct hall *h, int64_t now_ms);
/* The answer to asker, with fd unless it is -1. A verify process that does not read is ended. */
void hall_fetch_answer(
	struct hall *h, const struct hall_asker *asker, const struct wire_artifact_is *is, int fd);

#endif
