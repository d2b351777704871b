// SPDX-License-Identifier: Apache-2.0
/* A hash set of digests, open addressing. Runs in: certfill-intake. */
#include "jobs/intake_seen.h"

#include "base/hash.h"
#include "base/mem.h"

#include <string.h>

#define FIRST_ROOM 1024u

struct intake_seen {
	struct intake_seen_entry *slots;
	size_t room; /* a power of two */
	size_t count;
};

struct intake_seen *intake_seen_new(void)
{
	struct intake_seen *s = mem_zalloc(1, sizeof *s);

	s->room = FIRST_ROOM;
	s->slots = mem_zalloc(s->room, sizeof *s->slots);
	return s;
}

void intake_seen_free(struct intake_seen **s)
{
	if (*s == NULL)
		return;
	MEM_FREE((*s)->slots);
	MEM_FREE(*s);
}

void intake_seen_digest(struct str first, struct str second, uint8_t out[16])
{
	struct hash_stream h;
	uint64_t len = first.n;
	uint8_t sha[HASH_SHA256_LEN];

	hash_start(&h);
	hash_add(&h, (struct bytes){(const uint8_t *)&len, sizeof len});
	hash_add(&h, bytes_of(first));
	hash_add(&h, bytes_of(second));
	hash_finish(&h, sha);
	memcpy(out, sha, 16);
}

/* The slot of digest, or the empty one where it belongs. */
static size_t slot_of(const struct intake_seen *s, const uint8_t digest[16])
{
	uint64_t start;
	size_t at;

	memcpy(&start, digest, sizeof start);
	at = (size_t)start & (s->room - 1);
	while (s->slots[at].line != 0 && memcmp(s->slots[at].digest, digest, 16) != 0)
		at = (at + 1) & (s->room - 1);
	return at;
}

const struct intake_seen_entry *intake_seen_find(
	const struct intake_seen *s, const uint8_t digest[16])
{
	const struct intake_seen_entry *e = &s->slots[slot_of(s, digest)];

	return e->line != 0 ? e : NULL;
}

static void grow(struct intake_seen *s)
{
	struct intake_seen_entry *old = s->slots;
	size_t old_room = s->room;

	s->room *= 2;
	s->slots = mem_zalloc(s->room, sizeof *s->slots);
	for (size_t i = 0; i < old_room; i++) {
		if (old[i].line != 0)
			s->slots[slot_of(s, old[i].digest)] = old[i];
	}
	MEM_FREE(old);
}

void intake_seen_add(struct intake_seen *s, const uint8_t digest[16], uint32_t line, uint32_t tag)
{
	struct intake_seen_entry *e;

	CHECK(line != 0);
	if (s->count * 4 >= s->room * 3)
		grow(s);
	e = &s->slots[slot_of(s, digest)];
	CHECK(e->line == 0);
	memcpy(e->digest, digest, 16);
	e->line = line;
	e->tag = tag;
	s->count++;
}
