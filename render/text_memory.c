// SPDX-License-Identifier: Apache-2.0
/* Texts that were laid out lately. Runs in: render. */
#include "render/text_memory.h"

#include "base/buf.h"
#include "base/cursor.h"
#include "base/mem.h"

#include <string.h>

/* p: runs, their glyphs, the text, and the key, one behind the other. */
struct slot {
	uint64_t hash;
	uint64_t row; /* that used it last; 0: free */
	uint8_t *p;
	struct bytes key;
	struct text_block block;
};

struct text_memory {
	struct slot slots[TEXT_MEMORY_SLOTS];
	struct buf key; /* of what was looked for last */
	uint64_t key_hash;
	uint64_t row;
};

struct text_memory *text_memory_new(void)
{
	struct text_memory *m = mem_zalloc(1, sizeof(*m));

	m->key = buf_new(TEXT_MEMORY_LEN_MAX);
	m->row = 1;
	return m;
}

void text_memory_free(struct text_memory **m)
{
	if (*m == NULL)
		return;
	for (size_t i = 0; i < TEXT_MEMORY_SLOTS; i++)
		MEM_FREE((*m)->slots[i].p);
	buf_free(&(*m)->key);
	MEM_FREE(*m);
}

void text_memory_next_row(struct text_memory *m)
{
	m->row++;
}

static struct str value_of(const struct text_values *values, struct str name)
{
	for (size_t i = 0; i < values->count; i++)
		if (str_eq(values->items[i].name, name))
			return values->items[i].text;
	return (struct str){NULL, 0};
}

static void put_key(struct buf *key, struct str s)
{
	cursor_put_u32(key, (uint32_t)s.n);
	buf_put_str(key, s);
}

/* The language comes first: blocks borrow it from there. */
static void make_key(
	struct text_memory *m, const struct design_text *t, const struct text_values *values)
{
	buf_reset(&m->key);
	put_key(&m->key, values->lang);
	for (uint32_t i = 0; i < t->parts.count; i++)
		if (t->parts.items[i].kind == PART_FIELD)
			put_key(&m->key, value_of(values, t->parts.items[i].text));
	m->key_hash = (uintptr_t)t ^ 14695981039346656037ULL; /* FNV-1a */
	for (size_t i = 0; i < m->key.n; i++)
		m->key_hash = (m->key_hash ^ m->key.p[i]) * 1099511628211ULL;
}

bool text_memory_find(struct text_memory *m, const struct design_text *t,
	const struct text_values *values, struct text_block *out)
{
	make_key(m, t, values);
	for (struct slot *x = m->slots; x < m->slots + TEXT_MEMORY_SLOTS; x++) {
		if (x->hash != m->key_hash || x->row == 0 || x->block.source != t
			|| x->key.n != m->key.n || memcmp(x->key.p, m->key.p, m->key.n) != 0)
			continue;
		x->row = m->row;
		*out = x->block;
		return true;
	}
	return false;
}

static size_t len_of(const struct text_memory *m, const struct text_block *block)
{
	size_t len = block->run_count * sizeof(*block->runs) + block->text.n + m->key.n;

	for (size_t i = 0; i < block->run_count; i++)
		len += block->runs[i].glyph_count * sizeof(*block->runs[i].glyphs);
	return len;
}

static void *put(uint8_t **at, const void *p, size_t n)
{
	void *copy = *at;

	if (n > 0)
		memcpy(copy, p, n);
	*at += n;
	return copy;
}

/* A language of the row, in the key; others are the template's own. */
static struct str kept_lang(struct str lang, const struct text_values *values, struct bytes key)
{
	return lang.p == values->lang.p
		? (struct str){(const char *)key.p + sizeof(uint32_t), lang.n}
		: lang;
}

static void copy_block(struct slot *x, const struct text_memory *m,
	const struct text_values *values, const struct text_block *from)
{
	uint8_t *at = x->p;
	struct text_run *runs = put(&at, from->runs, from->run_count * sizeof(*runs));

	x->block = *from;
	x->block.runs = runs;
	for (size_t i = 0; i < from->run_count; i++)
		runs[i].glyphs = put(&at, from->runs[i].glyphs,
			from->runs[i].glyph_count * sizeof(*runs[i].glyphs));
	x->block.text.p = put(&at, from->text.p, from->text.n);
	x->key = (struct bytes){put(&at, m->key.p, m->key.n), m->key.n};
	x->block.lang = kept_lang(from->lang, values, x->key);
	for (size_t i = 0; i < from->run_count; i++) {
		runs[i].text.p = x->block.text.p + (from->runs[i].text.p - from->text.p);
		runs[i].lang = kept_lang(from->runs[i].lang, values, x->key);
	}
}

void text_memory_keep(
	struct text_memory *m, const struct text_values *values, const struct text_block *block)
{
	struct slot *x = m->slots;
	size_t len = len_of(m, block);

	for (size_t i = 1; i < TEXT_MEMORY_SLOTS; i++)
		if (m->slots[i].row < x->row)
			x = &m->slots[i];
	/* What this row shows stays. */
	if (m->key.full || len > TEXT_MEMORY_LEN_MAX || x->row == m->row)
		return;
	MEM_FREE(x->p);
	*x = (struct slot){.hash = m->key_hash, .row = m->row, .p = mem_alloc(len)};
	copy_block(x, m, values, block);
}
