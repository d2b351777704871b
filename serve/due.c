// SPDX-License-Identifier: Apache-2.0
/* Deadlines in lists. Runs in: verify, console. */
#include "serve/due.h"

#include <stddef.h>

void due_init(struct due_lists *l)
{
	for (int k = 0; k < DUE_COUNT; k++) {
		l->ends[k].next = &l->ends[k];
		l->ends[k].prev = &l->ends[k];
	}
}

void due_drop(struct due *d)
{
	if (d->next == NULL)
		return;
	d->prev->next = d->next;
	d->next->prev = d->prev;
	d->next = NULL;
	d->prev = NULL;
}

void due_set(struct due_lists *l, struct due *d, enum due_kind kind, uint64_t now_ms)
{
	struct due *end = &l->ends[kind];

	due_drop(d);
	d->kind = kind;
	d->at_ms = now_ms + l->length_ms[kind];
	d->prev = end->prev;
	d->next = end;
	end->prev->next = d;
	end->prev = d;
}

struct due *due_first(struct due_lists *l, enum due_kind kind, uint64_t now_ms)
{
	struct due *d = l->ends[kind].next;

	return d != &l->ends[kind] && d->at_ms <= now_ms ? d : NULL;
}
