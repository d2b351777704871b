// SPDX-License-Identifier: Apache-2.0
/*
 * How many connections each address has (IPv4 /32, IPv6 /64), in this process: open addressing, keyed by
 * SipHash, at most as many entries as there may be connections.
 */
#ifndef SERVE_CENSUS_H
#define SERVE_CENSUS_H

#include "serve/peer.h"

#include <stdint.h>

struct census;

struct census *census_new(uint32_t conn_max);
void census_free(struct census **c);
/* Counts one more unless the address has max already; false then. */
bool census_add(struct census *c, const struct peer_address *a, uint32_t max);
/* One less; of an address that census_add counted. */
void census_drop(struct census *c, const struct peer_address *a);

#endif
