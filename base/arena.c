// SPDX-License-Identifier: Apache-2.0
/* Arenas. Runs in: every process. */
#include "base/arena.h"

#include "base/err.h"
#include "base/mem.h"

#include <stdint.h>
#include <string.h>

#define BLOCK_MIN_LEN ((size_t)16 * 1024)
#define ALIGN_LEN ((size_t)16)

struct block {
	struct block *next;
	size_t room; /* bytes in data */
	size_t used;
	_Alignas(16) unsigned char data[];
};

struct arena {
	struct block *first; /* the block being filled; full ones follow it */
	size_t cap_len;
	size_t used_len;
};

struct arena *arena_new(size_t cap_len)
{
	struct arena *a = mem_zalloc(1, sizeof *a);

	a->cap_len = cap_len;
	return a;
}

static void free_blocks(struct block *b)
{
	while (b != NULL) {
		struct block *next = b->next;

		MEM_FREE(b);
		b = next;
	}
}

void arena_free(struct arena **a)
{
	if (*a == NULL)
		return;
	free_blocks((*a)->first);
	MEM_FREE(*a);
}

void arena_reset(struct arena *a)
{
	if (a->first != NULL) {
		free_blocks(a->first->next);
		a->first->next = NULL;
		a->first->used = 0;
	}
	a->used_len = 0;
}

size_t arena_used_len(const struct arena *a)
{
	return a->used_len;
}

size_t arena_left_len(const struct arena *a)
{
	return a->cap_len - a->used_len;
}

static void add_block(struct arena *a, size_t len)
{
	size_t room = a->first != NULL ? a->first->room * 2 : BLOCK_MIN_LEN;
	struct block *b;

	if (room > (size_t)1 << 20)
		room = (size_t)1 << 20;
	if (room < len)
		room = len;
	b = mem_alloc(sizeof *b + room);
	b->room = room;
	b->used = 0;
	b->next = a->first;
	a->first = b;
}

void *arena_alloc(struct arena *a, size_t len)
{
	size_t need;
	void *p;

	CHECK(size_add(len != 0 ? len : 1, ALIGN_LEN - 1, &need));
	need &= ~(ALIGN_LEN - 1);
	CHECK(need <= a->cap_len - a->used_len);
	if (a->first == NULL || a->first->room - a->first->used < need)
		add_block(a, need);
	p = a->first->data + a->first->used;
	a->first->used += need;
	a->used_len += need;
	return p;
}

void *arena_zalloc(struct arena *a, size_t count, size_t item_len)
{
	size_t len;
	void *p;

	CHECK(size_mul(count, item_len, &len));
	p = arena_alloc(a, len);
	memset(p, 0, len);
	return p;
}

void *arena_dup(struct arena *a, const void *p, size_t len)
{
	void *q = arena_alloc(a, len);

	if (len != 0)
		memcpy(q, p, len);
	return q;
}
