// SPDX-License-Identifier: Apache-2.0
/* The order in which places of a status list are given out. */
#ifndef LEDGER_LEDGER_STATUS_INDEX_H
#define LEDGER_LEDGER_STATUS_INDEX_H

#include <stdint.h>

/*
 * The index of the list's nth credential, n < 131072: a permutation of 17 bits keyed by key and
 * list, so that no index is given twice and nobody without the key can tell which were given out
 * together. Pure.
 */
uint32_t ledger_status_index_of(const uint8_t key[32], uint32_t list, uint32_t n);

#endif
