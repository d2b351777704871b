// SPDX-License-Identifier: Apache-2.0
/* A tenant's signing keys as the ledger knows them, with their states. */
#ifndef PIPELINE_KEYS_H
#define PIPELINE_KEYS_H

#include "ipc/key_life.h"
#include "ledger/ledger.h"

struct keys_list {
	const struct ledger_key *keys;
	const struct key_life *lives; /* one for each */
	uint32_t count;
	bool by_directory; /* the tenant publishes with "key publish", not (only) by a server */
};

/*
 * Oldest first, as of now_s. A key that signs credentials is held back until it has been published
 * for KEY_OVERLAP_S: since the ledger has it, which is what servers answer from; or, once a tenant
 * has used "key publish", since that wrote it. A first key of its purpose replaces nothing and waits
 * for nothing but its first day.
 */
enum rc keys_list(struct ledger *l, struct arena *a, int64_t now_s, struct keys_list *out,
	struct err *err) MUST_CHECK;
/* Index of the active key of a purpose; count when there is none. */
uint32_t keys_active(const struct keys_list *list, uint8_t purpose);
/* Index of that key; count when there is none. */
uint32_t keys_find(const struct keys_list *list, struct str kid);
/* It may sign nothing more, plans that name it included; or there is no such key. */
bool keys_ended(const struct keys_list *list, struct str kid);
/* The next one of a purpose is announced. */
bool keys_announced(const struct keys_list *list, uint8_t purpose);
/*
 * Annual rotation: the active key was in use for so long that its successor has to be announced now,
 * or there is no active key at all. False for purposes without keys, and when a successor is announced.
 */
bool keys_due(const struct keys_list *list, uint8_t purpose, int64_t overlap_s, int64_t now_s);
/* True for keys that others read: not secrets, not the pass certificate's. */
bool keys_is_public(const struct ledger_key *key);

#endif
