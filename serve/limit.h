// SPDX-License-Identifier: Apache-2.0
/*
 * Rates: GCRA (the virtual scheduling algorithm of ITU-T I.371) per client address (IPv4 /32, IPv6 /64) and
 * per tenant, in one table of fixed size in shared memory, used by all processes at once without locks: a
 * process that dies leaves nothing held. Keyed SipHash-2-4 places entries; where a set is full the entry
 * nearest to being forgiven goes, so that a flood of addresses cannot wash out the flooders.
 *
 * Order of charging: the address first, the tenant only when the address passed. One address can thus
 * take no more of a tenant's rate than its own.
 */
#ifndef SERVE_LIMIT_H
#define SERVE_LIMIT_H

#include "base/err.h"
#include "base/str.h"
#include "serve/peer.h"

struct limit_table;

/* One unit in the table's shortest time; a rate above a tenth of it is rounded to the nearest there is (all / 1, 2, 3...). */
#define LIMIT_PER_MINUTE_MAX 7680000u

/* per_minute: units regained each minute. burst: units that may go at once. */
struct limit_rate {
	uint32_t per_minute;
	uint32_t burst;
};

struct limit_config {
	struct limit_rate address; /* default 60 and 30 */
	struct limit_rate tenant; /* default 10,000 and 1,000 */
	uint32_t address_slots; /* rounded up to a power of two; default 2^20, 8 bytes each */
	uint32_t tenant_slots; /* default 2^16 */
};
struct limit_config limit_defaults(void);

/* What a failed look-up costs the address, in all. */
#define LIMIT_FAILED_COST 10u

/*
 * Makes the table in a memory descriptor, to be handed to every process. Each maps it by limit_map;
 * closing the descriptor after that is fine. SYSTEM when memory is refused.
 */
enum rc limit_create(const struct limit_config *config, int *out, struct err *err) MUST_CHECK;
enum rc limit_map(int fd, struct limit_table **out, struct err *err) MUST_CHECK;
void limit_unmap(struct limit_table **t);

/*
 * Takes cost units from the address's rate. True: go on. False: refuse, *retry_after_s says when it will
 * pass (at least 1); nothing was taken. Local peers (Unix socket) are not limited.
 */
bool limit_charge_address(struct limit_table *t, const struct peer_address *a, uint32_t cost,
	uint32_t *retry_after_s);
/* The same for a tenant; call it only after limit_charge_address said true. */
bool limit_charge_tenant(
	struct limit_table *t, struct str tenant, uint32_t cost, uint32_t *retry_after_s);
/*
 * A look-up failed: takes what is missing to LIMIT_FAILED_COST, even where there is not that much left.
 * The debt is capped at ten minutes.
 */
void limit_charge_failure(struct limit_table *t, const struct peer_address *a);

/* The clock in microseconds, for tests; NULL is CLOCK_BOOTTIME again. */
void limit_use_clock(uint64_t (*now_us)(void));

#endif
