// SPDX-License-Identifier: Apache-2.0
/* Connections by address. Runs in: verify, console. */
#include "serve/census.h"

#include "base/mem.h"
#include "base/random.h"
#include "serve/siphash.h"

#include <string.h>

struct entry {
	uint8_t key[16];
	uint32_t count; /* 0: free */
};

struct census {
	uint8_t secret[SIPHASH_KEY_LEN];
	uint32_t mask;
	struct entry *entries;
};

struct census *census_new(uint32_t conn_max)
{
	struct census *c = mem_zalloc(1, sizeof *c);
	uint32_t size = 64;

	/* Half full at most, so that runs stay short. */
	while (size < conn_max * 2 && size < 1u << 30)
		size *= 2;
	c->mask = size - 1;
	c->entries = mem_zalloc(size, sizeof *c->entries);
	random_fill(c->secret, sizeof c->secret);
	return c;
}

void census_free(struct census **c)
{
	if (*c == NULL)
		return;
	MEM_FREE((*c)->entries);
	MEM_FREE(*c);
}

static uint32_t home_of(const struct census *c, const uint8_t key[16])
{
	return (uint32_t)siphash_24(c->secret, (struct bytes){key, 16}) & c->mask;
}

/* The key's place, or the free one where it belongs. */
static uint32_t place_of(const struct census *c, const uint8_t key[16])
{
	uint32_t at = home_of(c, key);

	while (c->entries[at].count != 0 && memcmp(c->entries[at].key, key, 16) != 0)
		at = (at + 1) & c->mask;
	return at;
}

bool census_add(struct census *c, const struct peer_address *a, uint32_t max)
{
	uint8_t key[16];

	peer_rate_key(a, key);
	struct entry *e = &c->entries[place_of(c, key)];

	if (e->count >= max)
		return false;
	memcpy(e->key, key, sizeof key);
	e->count++;
	return true;
}

void census_drop(struct census *c, const struct peer_address *a)
{
	uint8_t key[16];

	peer_rate_key(a, key);
	uint32_t hole = place_of(c, key);

	CHECK(c->entries[hole].count > 0);
	if (--c->entries[hole].count > 0)
		return;
	/* Knuth, 6.4, algorithm R: entries behind the hole that may stand in it move up. */
	for (uint32_t at = (hole + 1) & c->mask; c->entries[at].count != 0;
		at = (at + 1) & c->mask) {
		uint32_t home = home_of(c, c->entries[at].key);

		if (((at - home) & c->mask) < ((at - hole) & c->mask))
			continue;
		c->entries[hole] = c->entries[at];
		c->entries[at].count = 0;
		hole = at;
	}
}
