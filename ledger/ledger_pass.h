// SPDX-License-Identifier: Apache-2.0
/*
 * The certificates that a batch's passes are signed with. A plan pins them, and they stay for ever:
 * passes have to be checked long after the certificate was renewed.
 */
#ifndef LEDGER_LEDGER_PASS_H
#define LEDGER_LEDGER_PASS_H

#include "ledger/ledger.h"

struct ledger_pass_chain {
	uint8_t sha256[32]; /* wire_keys_are.pass_chain_sha256 */
	struct str kid; /* <=64 */
	struct bytes certificate; /* DER, each at most 8 KiB */
	struct bytes intermediate;
	struct bytes root; /* empty unless the chain is a throwaway one */
};

/* While the batch is planned, once. Chains are kept once, whatever number of batches has them. */
enum rc ledger_pass_pin(struct ledger *l, const struct actor *by, struct str batch,
	const struct ledger_pass_chain *chain, struct err *err) MUST_CHECK;
/* *found false: the batch has no passes, or was planned before chains were kept. */
enum rc ledger_pass_find(struct ledger *l, struct arena *a, struct str batch,
	struct ledger_pass_chain *out, bool *found, struct err *err) MUST_CHECK;

#endif
