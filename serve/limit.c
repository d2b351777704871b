// SPDX-License-Identifier: Apache-2.0
/* Rates in shared memory. Runs in: verify, console; made by whoever starts them. */
#include "serve/limit.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/random.h"
#include "serve/siphash.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

/*
 * An entry is one 64-bit word, so that one compare-and-swap changes it: a tag of 20 bits of the key's hash
 * above the theoretical arrival time, 44 bits of 1/128,000 s since the table was made (four years; each start makes
 * it anew). Zero is free; a time that has passed says the same as no entry at all. Two keys share an entry by accident once
 * in 130,000 look-ups, and then share a rate.
 */
#define TIME_BITS 44
#define TIME_MASK (((uint64_t)1 << TIME_BITS) - 1)
#define UNITS_A_SECOND (LIMIT_PER_MINUTE_MAX / 60)
#define SET_SIZE 8u
#define DEBT_MAX_S 600u
#define MAGIC UINT64_C(0x316d696c74666365)
#define SLOTS_MAX (1u << 26)

struct region {
	uint32_t slot_mask; /* of sets */
	uint32_t interval; /* units of time that one unit of cost takes */
	uint32_t first; /* index of the first entry */
	uint64_t burst; /* units of time that may be owed */
};

/* The head of the shared memory; written once, before others map it. */
struct shape {
	uint64_t magic;
	uint64_t made_us;
	uint8_t secret[SIPHASH_KEY_LEN];
	struct region address;
	struct region tenant;
	uint64_t total_len;
	_Alignas(64) _Atomic uint64_t entries[];
};

struct limit_table {
	struct shape *shape;
	size_t len;
};

static uint64_t boot_us(void)
{
	struct timespec t;

	CHECK(clock_gettime(CLOCK_BOOTTIME, &t) == 0);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static uint64_t (*clock_us)(void) = boot_us;

void limit_use_clock(uint64_t (*now_us)(void))
{
	clock_us = now_us != NULL ? now_us : boot_us;
}

struct limit_config limit_defaults(void)
{
	return (struct limit_config){
		.address = {60, 30},
		.tenant = {10000, 1000},
		.address_slots = 1u << 20,
		.tenant_slots = 1u << 16,
	};
}

static struct region region_of(struct limit_rate rate, uint32_t slots, uint32_t first)
{
	uint32_t size = SET_SIZE;
	struct region r = {.first = first};

	while (size < slots && size < SLOTS_MAX)
		size *= 2;
	r.slot_mask = size / SET_SIZE - 1;
	if (rate.per_minute == 0)
		rate.per_minute = 1;
	r.interval = (60 * UNITS_A_SECOND + rate.per_minute / 2) / rate.per_minute;
	r.interval += r.interval == 0;
	r.burst = (uint64_t)r.interval * (rate.burst > 0 ? rate.burst : 1);
	return r;
}

static uint32_t region_slots(const struct region *r)
{
	return (r->slot_mask + 1) * SET_SIZE;
}

enum rc limit_create(const struct limit_config *config, int *out, struct err *err)
{
	struct region address = region_of(config->address, config->address_slots, 0);
	struct region tenant =
		region_of(config->tenant, config->tenant_slots, region_slots(&address));
	size_t len = sizeof(struct shape)
		+ ((size_t)region_slots(&address) + region_slots(&tenant)) * sizeof(uint64_t);
	AUTO_FD own = -1;

	if (file_memory_table("limits", len, &own, err) != RC_OK)
		return err_wrap(err, "making the table of rates");
	struct shape *s = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, own, 0);

	if (s == MAP_FAILED)
		return err_errno(err, RC_SYSTEM, errno, "mapping the table of rates");
	s->magic = MAGIC;
	s->made_us = clock_us();
	s->address = address;
	s->tenant = tenant;
	s->total_len = len;
	random_fill(s->secret, sizeof s->secret);
	(void)munmap(s, len);
	*out = file_take(&own);
	return RC_OK;
}

enum rc limit_map(int fd, struct limit_table **out, struct err *err)
{
	uint64_t len;

	if (!file_len(fd, &len) || len < sizeof(struct shape))
		return err_set(err, RC_PEER, "what was handed over is no table of rates");
	struct shape *s = mmap(NULL, (size_t)len, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (s == MAP_FAILED)
		return err_errno(err, RC_SYSTEM, errno, "mapping the table of rates");
	if (s->magic != MAGIC || s->total_len != len) {
		(void)munmap(s, (size_t)len);
		return err_set(err, RC_PEER, "what was handed over is no table of rates");
	}
	struct limit_table *t = mem_zalloc(1, sizeof *t);

	t->shape = s;
	t->len = (size_t)len;
	*out = t;
	return RC_OK;
}

void limit_unmap(struct limit_table **t)
{
	if (*t == NULL)
		return;
	(void)munmap((*t)->shape, (*t)->len);
	MEM_FREE(*t);
}

static uint64_t now_of(const struct limit_table *t)
{
	uint64_t us = clock_us() - t->shape->made_us;

	/* Never zero, which marks a free entry. */
	return us * UNITS_A_SECOND / 1000000 + 1;
}

struct place {
	_Atomic uint64_t *entry;
	uint64_t seen; /* what it held */
	uint64_t tag; /* in its place */
	uint64_t owed_to; /* theoretical arrival time; now when there is none later */
};

/* The key's entry, or the one of its set that is nearest to being forgiven. */
static struct place find(
	struct limit_table *t, const struct region *r, struct bytes key, uint64_t now)
{
	uint64_t hash = siphash_24(t->shape->secret, key);
	_Atomic uint64_t *set =
		t->shape->entries + r->first + ((size_t)hash & r->slot_mask) * SET_SIZE;
	struct place p = {.tag = hash >> TIME_BITS << TIME_BITS, .owed_to = now};
	uint64_t oldest = UINT64_MAX;

	for (unsigned i = 0; i < SET_SIZE; i++) {
		uint64_t v = atomic_load_explicit(&set[i], memory_order_relaxed);
		uint64_t time = v & TIME_MASK;

		if (v != 0 && (v & ~TIME_MASK) == p.tag) {
			p.entry = &set[i];
			p.seen = v;
			p.owed_to = time > now ? time : now;
			return p;
		}
		if (time < oldest) {
			oldest = time;
			p.entry = &set[i];
			p.seen = v;
		}
	}
	return p;
}

static bool put(struct place *p, uint64_t owed_to)
{
	return atomic_compare_exchange_strong_explicit(p->entry, &p->seen,
		p->tag | (owed_to & TIME_MASK), memory_order_relaxed, memory_order_relaxed);
}

/* GCRA: conforming when, with this cost, no more than the burst is owed. */
static bool charge(struct limit_table *t, const struct region *r, struct bytes key, uint32_t cost,
	uint32_t *retry_after_s)
{
	uint64_t now = now_of(t);

	for (;;) {
		struct place p = find(t, r, key, now);
		uint64_t next = p.owed_to + (uint64_t)cost * r->interval;

		if (next > now + r->burst) {
			*retry_after_s = (uint32_t)((next - now - r->burst + UNITS_A_SECOND - 1)
				/ UNITS_A_SECOND);
			return false;
		}
		if (put(&p, next))
			return true;
	}
}

bool limit_charge_address(
	struct limit_table *t, const struct peer_address *a, uint32_t cost, uint32_t *retry_after_s)
{
	uint8_t key[16];

	if (a->local)
		return true;
	peer_rate_key(a, key);
	return charge(t, &t->shape->address, (struct bytes){key, sizeof key}, cost, retry_after_s);
}

bool limit_charge_tenant(
	struct limit_table *t, struct str tenant, uint32_t cost, uint32_t *retry_after_s)
{
	return charge(t, &t->shape->tenant, bytes_of(tenant), cost, retry_after_s);
}

void limit_charge_failure(struct limit_table *t, const struct peer_address *a)
{
	const struct region *r = &t->shape->address;
	uint64_t now = now_of(t);
	uint64_t most = now + (uint64_t)DEBT_MAX_S * UNITS_A_SECOND;
	uint8_t key[16];
	struct place p;
	uint64_t next;

	if (a->local)
		return;
	peer_rate_key(a, key);
	do {
		p = find(t, r, (struct bytes){key, sizeof key}, now);
		next = p.owed_to + (uint64_t)(LIMIT_FAILED_COST - 1) * r->interval;
		if (next > most)
			next = most > p.owed_to ? most : p.owed_to;
	} while (!put(&p, next));
}
