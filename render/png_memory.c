// SPDX-License-Identifier: Apache-2.0
/* Compressed groups of rows, by what was drawn on them. Runs in: render. */
#include "render/png_memory.h"

#include "base/mem.h"

#include <string.h>

/* Of one group: a field with a few values (honours, dates) is compressed once for each. */
#define KEPT 4
/* Of all groups together; what is full learns nothing more. */
#define LEN_MAX ((size_t)24 << 20)

struct png_memory_kept {
	struct png_memory_key key;
	struct png_memory_item item; /* deflated.p NULL: nothing yet */
	uint8_t *own; /* what item.deflated lends */
	size_t room;
};

void png_memory_mark(
	struct png_memory *m, uint32_t y0, uint32_t y1, const uint8_t content[PNG_CONTENT_LEN])
{
	struct png_memory_mark *mark;

	if (m->mark_count == PNG_MARKS_MAX) {
		m->marks_lost = true;
		return;
	}
	mark = &m->marks[m->mark_count++];
	mark->y0 = y0;
	mark->y1 = y1;
	memcpy(mark->content, content, PNG_CONTENT_LEN);
}

void png_memory_next(struct png_memory *m)
{
	m->mark_count = 0;
	m->marks_lost = false;
}

struct png_memory_key png_memory_key_of(const struct png_memory *m, uint32_t row, uint32_t count)
{
	struct png_memory_key key = {.known = m->mark_count > 0 && !m->marks_lost};

	for (size_t i = 0; i < m->mark_count && key.known; i++) {
		const struct png_memory_mark *mark = &m->marks[i];

		if (mark->y0 >= row + count || mark->y1 <= row)
			continue;
		if (key.count < PNG_CONTENTS_MAX)
			memcpy(key.contents[key.count], mark->content, PNG_CONTENT_LEN);
		key.count++;
	}
	return key;
}

static bool is_memorable(const struct png_memory_key *key)
{
	return key->known && key->count <= PNG_CONTENTS_MAX;
}

const struct png_memory_item *png_memory_find(
	const struct png_memory_group *g, const struct png_memory_key *key)
{
	for (size_t i = 0; i < KEPT && g->kept != NULL && is_memorable(key); i++) {
		const struct png_memory_kept *k = &g->kept[i];

		if (k->item.deflated.p != NULL && k->key.count == key->count
			&& memcmp(k->key.contents, key->contents, key->count * PNG_CONTENT_LEN)
				== 0)
			return &k->item;
	}
	return NULL;
}

void png_memory_keep(struct png_memory *m, struct png_memory_group *g,
	const struct png_memory_key *key, const struct png_memory_item *item)
{
	struct png_memory_kept *k;

	if (!is_memorable(key))
		return;
	if (g->kept == NULL)
		g->kept = mem_zalloc(KEPT, sizeof *g->kept);
	k = &g->kept[g->next % KEPT];
	if (item->deflated.n > k->room) {
		if (m->len - k->room + item->deflated.n > LEN_MAX)
			return;
		m->len = m->len - k->room + item->deflated.n;
		k->own = mem_resize(k->own, item->deflated.n, 1);
		k->room = item->deflated.n;
	}
	g->next++;
	memcpy(k->own, item->deflated.p, item->deflated.n);
	k->key = *key;
	k->item = (struct png_memory_item){{k->own, item->deflated.n}, item->adler};
}

void png_memory_forget(struct png_memory_group *g)
{
	for (size_t i = 0; i < KEPT && g->kept != NULL; i++)
		MEM_FREE(g->kept[i].own);
	MEM_FREE(g->kept);
}
