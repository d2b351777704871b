// SPDX-License-Identifier: Apache-2.0
/* Texts with holes. Runs in: verify. */
#include "serve/stencil.h"

#include "base/mem.h"
#include "base/random.h"

#include <string.h>

/* 100 random bits, and two letters for the hole. */
#define SECRET_LEN 20u
#define MARK_LEN (SECRET_LEN + 2)
#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
#define LETTER_COUNT 32u
_Static_assert(STENCIL_HOLES_MAX <= LETTER_COUNT * LETTER_COUNT, "a hole is named by two letters");

/* What stands before a hole; the last piece stands before none. */
struct piece {
	uint32_t len;
	uint32_t hole;
};
#define NO_HOLE UINT32_MAX

struct stencil {
	uint32_t piece_count;
	uint32_t len; /* of all pieces */
	struct piece *pieces;
	char *text; /* the pieces, one after the other */
};

static char marks[STENCIL_HOLES_MAX][MARK_LEN];

static void make_marks(void)
{
	uint8_t random[SECRET_LEN];

	random_fill(random, sizeof random);
	for (uint32_t hole = 0; hole < STENCIL_HOLES_MAX; hole++) {
		for (uint32_t i = 0; i < SECRET_LEN; i++)
			marks[hole][i] = LETTERS[random[i] % LETTER_COUNT];
		marks[hole][SECRET_LEN] = LETTERS[hole / LETTER_COUNT];
		marks[hole][SECRET_LEN + 1] = LETTERS[hole % LETTER_COUNT];
	}
}

struct str stencil_mark(uint32_t hole)
{
	CHECK(hole < STENCIL_HOLES_MAX);
	if (marks[0][0] == '\0')
		make_marks();
	return (struct str){marks[hole], MARK_LEN};
}

static uint32_t hole_at(struct str text, size_t at)
{
	for (uint32_t hole = 0; hole < STENCIL_HOLES_MAX; hole++)
		if (str_eq(str_slice(text, at, at + MARK_LEN), stencil_mark(hole)))
			return hole;
	return NO_HOLE;
}

static void add_piece(struct stencil *s, struct str text, uint32_t hole)
{
	s->pieces = mem_resize(s->pieces, s->piece_count + 1, sizeof *s->pieces);
	s->pieces[s->piece_count++] = (struct piece){(uint32_t)text.n, hole};
	if (text.n != 0)
		memcpy(s->text + s->len, text.p, text.n);
	s->len += (uint32_t)text.n;
}

struct stencil *stencil_new(struct str text)
{
	struct stencil *s = mem_zalloc(1, sizeof *s);
	struct str secret = str_slice(stencil_mark(0), 0, SECRET_LEN);

	CHECK(text.n < UINT32_MAX);
	s->text = mem_alloc(text.n);
	for (;;) {
		size_t at = str_find_str(text, secret);
		uint32_t hole = at < text.n ? hole_at(text, at) : NO_HOLE;

		add_piece(s, str_slice(text, 0, at), hole);
		if (hole == NO_HOLE)
			break;
		text = str_slice(text, at + MARK_LEN, text.n);
	}
	s->text = mem_resize(s->text, s->len, 1);
	return s;
}

void stencil_free(struct stencil **s)
{
	if (*s == NULL)
		return;
	MEM_FREE((*s)->pieces);
	MEM_FREE((*s)->text);
	MEM_FREE(*s);
}

size_t stencil_size(const struct stencil *s)
{
	return sizeof *s + s->len + s->piece_count * sizeof *s->pieces;
}

size_t stencil_len(const struct stencil *s, const struct str *values)
{
	size_t len = s->len;

	for (uint32_t i = 0; i + 1 < s->piece_count; i++)
		len += values[s->pieces[i].hole].n;
	return len;
}

void stencil_put(const struct stencil *s, const struct str *values, struct buf *out)
{
	const char *at = s->text;

	for (uint32_t i = 0; i < s->piece_count; i++) {
		const struct piece *p = &s->pieces[i];

		buf_put(out, at, p->len);
		at += p->len;
		if (p->hole != NO_HOLE)
			buf_put_str(out, values[p->hole]);
	}
}
