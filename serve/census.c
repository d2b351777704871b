// SPDX-License-Identifier: Apache-2.0
/* Connections, in all and by address, in shared memory. Runs in: verify, console; made by whoever starts them. */
#include "serve/census.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/random.h"
#include "serve/siphash.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>

/* With 8,192 connections of 32 addresses at their cap, one newcomer of 260,000 is taken for one of them. */
#define ROWS 2
#define COLUMNS 16384u

struct counters {
	_Alignas(64) _Atomic uint32_t open;
	_Atomic uint32_t at[ROWS][COLUMNS];
};

struct table {
	uint8_t secret[SIPHASH_KEY_LEN];
	struct counters of[];
};

/* What is looked up for every connection is copied: the others can write to the table. */
struct census {
	uint8_t secret[SIPHASH_KEY_LEN];
	uint32_t loops;
	struct counters *own;
	struct table *table;
	size_t len;
};

static size_t len_of(uint32_t loops)
{
	return sizeof(struct table) + loops * sizeof(struct counters);
}

enum rc census_create(uint32_t loops, int *out, struct err *err)
{
	AUTO_FD fd = -1;
	uint8_t secret[SIPHASH_KEY_LEN];
	enum rc rc = file_memory_table("census", len_of(loops), &fd, err);

	random_fill(secret, sizeof secret);
	if (rc == RC_OK)
		rc = file_write_all(fd, "census", (struct bytes){secret, sizeof secret}, err);
	if (rc == RC_OK)
		*out = file_take(&fd);
	return rc;
}

enum rc census_map(int fd, uint32_t loop, struct census **out, struct err *err)
{
	struct census *c;
	struct table *t;
	uint64_t len;

	if (!file_len(fd, &len) || loop >= CENSUS_LOOPS_MAX || len < len_of(loop + 1)
		|| len > len_of(CENSUS_LOOPS_MAX))
		return err_set(err, RC_PEER, "what was handed over is no table of connections");
	t = mmap(NULL, (size_t)len, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (t == MAP_FAILED)
		return err_errno(err, RC_SYSTEM, errno, "mapping the table of connections");
	c = mem_zalloc(1, sizeof *c);
	memcpy(c->secret, t->secret, sizeof c->secret);
	c->loops = (uint32_t)((len - sizeof *t) / sizeof(struct counters));
	c->own = &t->of[loop];
	c->table = t;
	c->len = (size_t)len;
	*out = c;
	return RC_OK;
}

void census_unmap(struct census **c)
{
	if (*c == NULL)
		return;
	(void)munmap((*c)->table, (*c)->len);
	MEM_FREE(*c);
}

uint32_t census_open(const struct census *c)
{
	uint32_t sum = 0;

	for (uint32_t i = 0; i < c->loops; i++)
		sum += atomic_load(&c->table->of[i].open);
	return sum;
}

bool census_enter(struct census *c, uint32_t max)
{
	/* Counted first, in one order for all: of two that come together, one at least sees the other. */
	atomic_fetch_add(&c->own->open, 1);
	if (census_open(c) <= max)
		return true;
	census_leave(c);
	return false;
}

void census_leave(struct census *c)
{
	atomic_fetch_sub(&c->own->open, 1);
}

struct places {
	uint32_t column[ROWS];
};

static struct places places_of(const struct census *c, const struct peer_address *a)
{
	uint8_t key[16];
	uint64_t hash;

	peer_rate_key(a, key);
	hash = siphash_24(c->secret, (struct bytes){key, sizeof key});
	return (struct places){{hash % COLUMNS, (hash >> 32) % COLUMNS}};
}

static void count(struct census *c, const struct places *p, uint32_t by)
{
	for (int row = 0; row < ROWS; row++)
		atomic_fetch_add(&c->own->at[row][p->column[row]], by);
}

static uint64_t total(const struct census *c, const struct places *p)
{
	uint64_t least = UINT64_MAX;

	for (int row = 0; row < ROWS; row++) {
		uint64_t sum = 0;

		for (uint32_t i = 0; i < c->loops; i++)
			sum += atomic_load(&c->table->of[i].at[row][p->column[row]]);
		least = sum < least ? sum : least;
	}
	return least;
}

bool census_add(struct census *c, const struct peer_address *a, uint32_t max)
{
	struct places p = places_of(c, a);

	/* Counted first, as above. */
	count(c, &p, 1);
	if (total(c, &p) <= max)
		return true;
	count(c, &p, UINT32_MAX);
	return false;
}

void census_drop(struct census *c, const struct peer_address *a)
{
	struct places p = places_of(c, a);

	count(c, &p, UINT32_MAX);
}

void census_clear(struct census *c, uint32_t loop)
{
	atomic_store(&c->table->of[loop].open, 0);
	for (int row = 0; row < ROWS; row++)
		for (uint32_t i = 0; i < COLUMNS; i++)
			atomic_store(&c->table->of[loop].at[row][i], 0);
}
