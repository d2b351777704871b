// SPDX-License-Identifier: Apache-2.0
/* Subsets that were made lately. Runs in: render. */
#include "render/pdf_font_memory.h"

#include "base/cursor.h"
#include "base/mem.h"

#include <string.h>

/* key: what decides the subset. p: key, file, cmap, widths and codes, one behind the other. */
struct slot {
	uint64_t hash;
	uint64_t used; /* 0: free */
	uint8_t *p;
	size_t key_len;
	size_t file_len; /* as kept; whole_len: before deflating */
	size_t whole_len;
	size_t cmap_len;
	bool file_deflated;
	bool cmap_deflated;
	size_t widths_len;
	char tag[7];
};

struct pdf_font_memory {
	struct slot slots[PDF_FONT_MEMORY_SLOTS];
	struct buf key; /* of what was looked for last */
	uint64_t key_hash;
	uint64_t clock;
};

struct pdf_font_memory *pdf_font_memory_new(void)
{
	struct pdf_font_memory *m = mem_zalloc(1, sizeof(*m));

	m->key = buf_new(PDF_FONT_MEMORY_LEN_MAX);
	return m;
}

void pdf_font_memory_free(struct pdf_font_memory **m)
{
	if (*m == NULL)
		return;
	for (size_t i = 0; i < PDF_FONT_MEMORY_SLOTS; i++)
		MEM_FREE((*m)->slots[i].p);
	buf_free(&(*m)->key);
	MEM_FREE(*m);
}

static void make_key(struct pdf_font_memory *m, const struct pdf_font_subset *s)
{
	buf_reset(&m->key);
	cursor_put_u16(&m->key, s->font);
	for (size_t i = 0; i < s->glyph_count; i++) {
		cursor_put_u32(&m->key, s->glyphs[i].glyph);
		cursor_put_u32(&m->key, (uint32_t)s->glyphs[i].unicode.n);
		buf_put_str(&m->key, s->glyphs[i].unicode);
	}
	m->key_hash = 14695981039346656037ULL; /* FNV-1a */
	for (size_t i = 0; i < m->key.n; i++)
		m->key_hash = (m->key_hash ^ m->key.p[i]) * 1099511628211ULL;
}

static bool is_it(const struct pdf_font_memory *m, const struct slot *x)
{
	return x->used != 0 && x->hash == m->key_hash && x->key_len == m->key.n
		&& memcmp(x->p, m->key.p, m->key.n) == 0;
}

bool pdf_font_memory_find(struct pdf_font_memory *m, struct pdf_font_subset *s)
{
	struct slot *x = m->slots;
	const uint8_t *at;

	make_key(m, s);
	while (x < m->slots + PDF_FONT_MEMORY_SLOTS && !is_it(m, x))
		x++;
	if (m->key.full || x == m->slots + PDF_FONT_MEMORY_SLOTS)
		return false;
	x->used = ++m->clock;
	at = x->p + x->key_len;
	s->file_len = x->whole_len;
	s->file = (struct pdf_packed){{at, x->file_len}, x->file_deflated};
	s->cmap = (struct pdf_packed){{at + x->file_len, x->cmap_len}, x->cmap_deflated};
	at += x->file_len + x->cmap_len;
	s->widths = (struct str){(const char *)at, x->widths_len};
	at += x->widths_len;
	for (size_t i = 0; i < s->glyph_count; i++)
		memcpy(&s->glyphs[i].code, at + i * sizeof(uint16_t), sizeof(uint16_t));
	memcpy(s->tag, x->tag, sizeof(s->tag));
	return true;
}

static uint8_t *put(uint8_t *at, const void *p, size_t n)
{
	if (n > 0)
		memcpy(at, p, n);
	return at + n;
}

void pdf_font_memory_keep(struct pdf_font_memory *m, const struct pdf_font_subset *s)
{
	struct slot *x = m->slots;
	size_t codes_len = s->glyph_count * sizeof(uint16_t);
	size_t len = m->key.n + s->file.bytes.n + s->cmap.bytes.n + s->widths.n + codes_len;
	uint8_t *at;

	if (m->key.full || len > PDF_FONT_MEMORY_LEN_MAX)
		return;
	for (size_t i = 1; i < PDF_FONT_MEMORY_SLOTS; i++) {
		if (m->slots[i].used < x->used)
			x = &m->slots[i];
	}
	MEM_FREE(x->p);
	*x = (struct slot){.hash = m->key_hash,
		.used = ++m->clock,
		.p = mem_alloc(len),
		.key_len = m->key.n,
		.file_len = s->file.bytes.n,
		.file_deflated = s->file.deflated,
		.whole_len = s->file_len,
		.cmap_len = s->cmap.bytes.n,
		.cmap_deflated = s->cmap.deflated,
		.widths_len = s->widths.n};
	at = put(x->p, m->key.p, m->key.n);
	at = put(at, s->file.bytes.p, s->file.bytes.n);
	at = put(at, s->cmap.bytes.p, s->cmap.bytes.n);
	at = put(at, s->widths.p, s->widths.n);
	for (size_t i = 0; i < s->glyph_count; i++)
		at = put(at, &s->glyphs[i].code, sizeof(uint16_t));
	memcpy(x->tag, s->tag, sizeof(x->tag));
}
