// SPDX-License-Identifier: Apache-2.0
/*
 * How many connections there are, and how many each address has (IPv4 /32, IPv6 /64), over all loops: in shared
 * memory, where each loop writes to counters of its own and all are added up. There is no lock, and when a process
 * dies, its counters are cleared by whoever started it. An address has one counter in each of two rows, at places by keyed
 * SipHash-2-4, and what the lower one says: never less than it has, and more only when it shares both with
 * others (count-min sketch; Cormode and Muthukrishnan, 2005).
 */
#ifndef SERVE_CENSUS_H
#define SERVE_CENSUS_H

#include "base/err.h"
#include "serve/peer.h"

#include <stdint.h>

struct census;

#define CENSUS_LOOPS_MAX 64u

/* The table in a memory descriptor, 128 KiB for each loop. SYSTEM when memory is refused. */
enum rc census_create(uint32_t loops, int *out, struct err *err) MUST_CHECK;
/* loop: whose counters the calls below change. PEER when fd is no table with that many. */
enum rc census_map(int fd, uint32_t loop, struct census **out, struct err *err) MUST_CHECK;
void census_unmap(struct census **c);
/* Of all loops. */
uint32_t census_open(const struct census *c);
/*
 * Counts one more unless there are max already; false then. Two loops that count at the same time may both be told
 * false, never both true.
 */
bool census_enter(struct census *c, uint32_t max);
void census_leave(struct census *c);
/* The same for one address. */
bool census_add(struct census *c, const struct peer_address *a, uint32_t max);
/* One less; of an address that census_add counted. */
void census_drop(struct census *c, const struct peer_address *a);
/* The process of that loop is dead, and its connections are gone. */
void census_clear(struct census *c, uint32_t loop);

#endif
